"""A build is whole or leaves the last one; the same sources make the same bytes anywhere, any day."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from conftest import MINI, Built, Project

from macros import checks, library, runs

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "editions" / "faults.yml").read_text(encoding="utf-8"))


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# The same bytes ------------------------------------------------------------------------------------------------------

# Loaded by Python before anything else: in this process it is ten years, five months and some hours later.
LATER = """
import datetime, time
SHIFT = 330_000_000.5
real, now, gm, local = datetime.datetime, time.time, time.gmtime, time.localtime
time.time = lambda: now() + SHIFT
time.time_ns = lambda: int((now() + SHIFT) * 10**9)
time.gmtime = lambda seconds=None: gm(time.time() if seconds is None else seconds)
time.localtime = lambda seconds=None: local(time.time() if seconds is None else seconds)

def like(kind):
    return type("Like", (type,), {"__instancecheck__": lambda cls, one: isinstance(one, kind)})

class Moment(real, metaclass=like(real)):
    @classmethod
    def now(cls, tz=None): return real.now(tz) + datetime.timedelta(seconds=SHIFT)
    @classmethod
    def today(cls): return real.now() + datetime.timedelta(seconds=SHIFT)
    @classmethod
    def utcnow(cls): return real.now(datetime.timezone.utc).replace(tzinfo=None) + datetime.timedelta(seconds=SHIFT)

class Day(datetime.date, metaclass=like(datetime.date)):
    @classmethod
    def today(cls): return Moment.today().date()

datetime.datetime, datetime.date = Moment, Day
"""


def start(project: Project, *args: str, umask: int = 0o022, **env: str) -> subprocess.Popen:
    """The command line in the background; nothing of this process's clock or seed is handed on."""
    full = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    return subprocess.Popen(
        [sys.executable, "-m", "macros.cli", *args],
        cwd=project.root,
        env={**full, "TILLIT_MESSAGES": "en", **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        umask=umask,
        start_new_session=True,
    )


def test_the_same_commit_makes_the_same_bytes(tmp_path: Path) -> None:
    """Another folder, day, hash seed, time zone, locale and umask: both editions are the same to the last byte."""
    here = Project(tmp_path / "here")
    git = ["git", "-C", str(here.root), "-c", "user.name=A", "-c", "user.email=a@firma.example"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "All", "--no-gpg-sign"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    there = Project.__new__(Project)
    there.root = tmp_path / "another place" / "æøå"
    shutil.copytree(here.root, there.root)
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "sitecustomize.py").write_text(LATER)
    odd = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONPATH": str(tmp_path / "later")}
    asked = [sys.executable, "-c", "import datetime, time; print(datetime.date.today().year, time.gmtime().tm_year)"]
    years = subprocess.run(asked, env={**os.environ, **odd}, capture_output=True, text=True).stdout.split()
    assert all(int(year) > time.gmtime().tm_year + 9 for year in years) and len(years) == 2, "the clock is not moved"
    for name in library.EDITIONS:
        runs = [
            start(here, "build", name, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="da_DK.UTF-8"),
            start(there, "build", name, umask=0o077, **odd),
        ]
        for run in runs:
            said, _ = run.communicate(timeout=120)
            assert run.returncode == 0, said
        one, two = tree(here.root / "site" / name), tree(there.root / "site" / name)
        assert one.keys() == two.keys()
        assert [path for path in one if one[path] != two[path]] == []
        assert len(one) > 50


def test_both_ways_to_build_make_the_same_site(tmp_path: Path) -> None:
    """`mkdocs build` by itself is `tillit build`: no edition is known to the command line alone."""
    project = Project(tmp_path / "project")
    for name, config in (("internal", "mkdocs.yml"), ("public", "mkdocs.public.yml")):
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", config, "-d", str(tmp_path / name)]
        plain = subprocess.Popen(command, cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        site = project.build(name)
        said, _ = plain.communicate(timeout=120)
        assert plain.returncode == 0, said
        assert tree(tmp_path / name) == tree(site)


# Builds that fail ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a public site in it, to be copied."""
    project = Project(tmp_path_factory.mktemp("built") / "project")
    project.build("public")
    return project.root


@pytest.fixture
def standing(built: Path, tmp_path: Path) -> Project:
    """A project of which the public site stands already."""
    project = Project.__new__(Project)
    project.root = shutil.copytree(built, tmp_path / "project")
    return project


def test_faults_in_texts_leave_the_last_site(standing: Project) -> None:
    """Exit code 1, one list of all faults sorted by place, and not a file of the site has changed."""
    before = tree(standing.root / "site")
    standing.change("playbooks/process/apologise.da.md", "reviewed: 2026-10-01", "reviewed: i går")
    standing.change("playbooks/situations/late-delivery.sv.md", "apologise.sv.md", "apologize.sv.md")
    standing.change("playbooks/company.yml", "#1f4e5f", "petrol")
    done = standing.tillit("build", "public")
    assert done.returncode == 1
    assert [line.split(" ")[0] for line in done.stdout.splitlines()] == [
        "playbooks/company.yml:4:20:",
        "playbooks/process/apologise.da.md:5:11:",
        "playbooks/situations/late-delivery.sv.md:10:5:",
    ]
    assert "Did you mean ../process/apologise.sv.md" in done.stdout
    assert "3 faults in 3 files" in done.stderr and "Traceback" not in done.stdout + done.stderr
    assert tree(standing.root / "site") == before
    assert [path.name for path in (standing.root / "site").iterdir()] == ["public"]


def test_a_macro_error_leaves_the_last_site(standing: Project) -> None:
    """A macro that raises fails the build with page and line; the site and its folder are as they were."""
    before = tree(standing.root / "site")
    standing.change("macros/cards.py", "    value: Any = page.edition.company\n", "    value: Any = page.nobody\n")
    done = standing.tillit("build", "public")
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "docs/index.public.da.md:14:" in said and "Traceback" not in said
    assert tree(standing.root / "site") == before
    assert [path.name for path in (standing.root / "site").iterdir()] == ["public"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_build_leaves_the_last_site(standing: Project, how: signal.Signals) -> None:
    """Killed when nearly done: the last site stands, and the next build is right."""
    before = tree(standing.root / "site" / "public")
    path = standing.path("macros/site.py")
    code = path.read_text()
    halt = "        Path(self.root, 'reached').write_text('x')\n        __import__('signal').pause()\n"
    mark = "        whole = Path(self.config.site_dir"
    assert mark in code
    path.write_text(code.replace(mark, halt + mark))
    os.mkfifo(standing.path("reached"))
    pipe = os.open(standing.path("reached"), os.O_RDONLY | os.O_NONBLOCK)
    run = start(standing, "build", "public")
    assert select.select([pipe], [], [], 60)[0], "the build did not get that far"
    os.close(pipe)
    os.killpg(run.pid, how)
    run.communicate(timeout=60)
    assert run.returncode != 0
    assert tree(standing.root / "site" / "public") == before
    path.write_text(code)
    assert tree(standing.build("public")) == before
    assert [path.name for path in (standing.root / "site").iterdir()] == ["public"]


def test_a_folder_that_is_no_site_is_never_lost(standing: Project) -> None:
    """`--to` takes an empty folder, a new one or a site of ours; anything else stays, and so does what is near."""
    standing.write("papers/letter.txt", "irreplaceable")
    standing.write("shop/sitemap.xml", "<urlset/>")
    for folder in ("papers", "shop"):
        done = standing.tillit("build", "public", "--to", folder)
        assert done.returncode == 1 and "no site of ours" in done.stderr
    assert standing.read("papers/letter.txt") == "irreplaceable"
    standing.path("empty").mkdir()
    standing.write(".empty-backup/letter.txt", "irreplaceable")
    assert standing.tillit("build", "public", "--to", "empty").returncode == 0
    assert tree(standing.path("empty")) == tree(standing.root / "site" / "public")
    assert standing.read(".empty-backup/letter.txt") == "irreplaceable"


def test_a_site_behind_a_link_is_renewed_where_it_stands(standing: Project) -> None:
    """The link stays a link."""
    before = tree(standing.root / "site" / "public")
    (standing.root / "site" / "public").rename(standing.path("real"))
    standing.write("real/old.html", "old")
    standing.path("link").symlink_to("real")
    assert standing.tillit("build", "public", "--to", "link").returncode == 0
    assert standing.path("link").is_symlink() and tree(standing.path("real")) == before


def test_of_an_error_nobody_foresaw_one_line_is_told(standing: Project) -> None:
    """What is wrong, and not where in MkDocs."""
    mark = "        whole = Path(self.config.site_dir"
    standing.change("macros/site.py", mark, f"        raise OSError(28, 'No space left on device')\n{mark}")
    done = standing.tillit("build", "public")
    assert done.returncode == 1
    assert "No space left on device" in done.stderr and "Traceback" not in done.stdout + done.stderr


def test_two_builds_of_one_site_do_not_meet(standing: Project) -> None:
    """While one build holds the target, another says so and changes nothing."""
    before = tree(standing.root / "site")
    with runs._alone(standing.root / "site" / "public"):
        done = standing.tillit("build", "public")
    assert done.returncode == 1 and "another build" in done.stderr
    assert tree(standing.root / "site") == before


def test_a_site_is_built_where_git_is_not(tmp_path: Path) -> None:
    """Without Git nothing knows the commit's time; the build stands all the same."""
    project = Project(tmp_path / "project")
    done = project.tillit("build", "public", PATH=str(tmp_path))
    assert done.returncode == 0, done.stderr


# Whose faults fail which edition -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_edition_fails_by_its_own_faults_only(tmp_path: Path, case: dict) -> None:
    """The faults that fail each edition are exactly those of the case; every other one is still reported."""
    project = Project.__new__(Project)
    project.root = shutil.copytree(MINI, tmp_path / "project")
    for path, text in case.get("write", {}).items():
        project.write(path, text)
    for path, old, new in case.get("change", []):
        project.change(path, old, new)
    for path in case.get("remove", []):
        project.path(path).unlink()
    found = project.library()
    every = [one for one in checks.all_faults(found) if one.severity == "error"]
    assert {f"{one.path}:{one.line}:{one.column} {one.key}" for one in every} == set(case["all"])
    for edition in library.EDITIONS:
        mine, others = checks.edition_faults(found.edition(edition))
        assert {one.path for one in mine} == set(case[edition]), edition
        assert {*mine, *others} >= set(every)


def test_faults_elsewhere_are_reported_and_do_not_stop_a_build(standing: Project) -> None:
    """An internal text's fault stands on the terminal of a public build that succeeds."""
    standing.change("playbooks/situations/lost-parcel.da.md", "Led, og ring", "<b>Led</b>, og ring")
    done = standing.tillit("build", "public")
    assert done.returncode == 0
    assert "playbooks/situations/lost-parcel.da.md:12:1" in done.stderr
    assert standing.tillit("build", "internal").returncode == 1


# Old addresses -------------------------------------------------------------------------------------------------------


def test_an_old_address_leads_to_the_new_one(standing: Project) -> None:
    """`formerly` makes a page at the old address in each language, and none in the sitemap or the search."""
    standing.change("playbooks/process/apologise.da.md", "owner: editor", "owner: editor\nformerly: [situations/sorry]")
    site = Built(standing.build("public"))
    for name in ("da", "sv", "nb"):
        page = site.page(f"{name}/situations/sorry/")
        to = page.css_first('meta[http-equiv="refresh"]').attributes["content"].partition("url=")[2]
        assert to == page.css_first("a").attributes["href"] == "../../process/apologise/"
        assert page.css_first("html").attributes["lang"] == name
        assert page.css_first('meta[name="robots"]').attributes["content"] == "noindex"
        assert "sorry" not in (site.root / name / "search" / "search_index.json").read_text()
    assert "sorry" not in (site.root / "sitemap.xml").read_text()

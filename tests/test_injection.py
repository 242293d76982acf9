"""Nothing in a text ever runs: the reader refuses it with its place, and the sandbox behind stops it once more.

The cases are every attack we know of on a site like this one; `tests/cases/injection/template-code.yml` says how to
read them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import markdown
import pytest
import yaml
from conftest import ROOT, Project
from mkdocs.config import load_config
from mkdocs.structure.files import File, Files

from macros import bodies
from macros.sandbox import Sandbox
from macros.texts import LARGEST_FILE

CASES = Path(__file__).parent / "cases" / "injection"
HERE = "playbooks/process/attack.da.md"
FIRST_LINE = 9  # of the body of an attack that is only a body


def cases(*files: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(CASES.glob("*.yml")):
        if not files or path.stem in files:
            found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


ALL = cases()
RUNS = {name: case for name, case in ALL.items() if case.get("runs")}
BOMBS = {name: case for name, case in ALL.items() if case.get("bomb")}
# What a template could do in a build; a case with a file of its own is no template.
TEMPLATES = {name: case for name, case in cases("template-code").items() if "body" in case and name not in BOMBS}


def text_of(case: dict[str, Any]) -> str:
    if "file" in case:
        known = {"LARGE": "a\n" * (LARGEST_FILE // 2 + 1), "BRACKETS": front({}) + ("[" * 1999 + "\n") * 11}
        return known.get(case["file"], case["file"])
    return front(case) + case.get("body", "")


def front(case: dict[str, Any]) -> str:
    words = {"title": "Angreb", "summary": "Et angreb.", "reviewed": "2026-10-01", **case}
    lines = ["born: da", "audience: public", "owner: editor"]
    lines += [f"{name}: {words[name]}" for name in ("reviewed", "title", "summary")]
    if "search_terms" in case:
        lines[-1] = f"search_terms: {case['search_terms']}\nsummary: Et angreb."
    return "\n".join(["---", *lines, *([case["front"]] if "front" in case else []), "---", ""])


def plant(project: Project, case: dict[str, Any], canary: Path, path: str = "") -> str:
    """Put an attack into a project; the path it stands in."""
    path = path or case.get("path", HERE)
    if "symlink" in case:
        project.path(path).unlink(missing_ok=True)
        project.path(path).parent.mkdir(parents=True, exist_ok=True)
        project.path(path).symlink_to(case["symlink"])
    else:
        project.write(path, text_of(case).replace("CANARY", str(canary)))
    return path


@pytest.mark.parametrize("name", ALL)
def test_the_reader_refuses_an_attack_with_its_place(
    project: Project, tmp_path_factory: pytest.TempPathFactory, name: str
):
    """Every attack gets just the faults of its case, at line and column, and nothing of it has run."""
    canary = tmp_path_factory.mktemp("x") / "canary"  # short: a title has a longest length
    path = plant(project, ALL[name], canary)
    found = [[one.key, one.line, one.column] for one in project.faults() if one.path == path]
    assert sorted(found) == sorted(ALL[name]["faults"])
    assert not canary.exists()


def test_there_are_attacks_of_every_kind():
    """At least fourteen attacks run in plain Jinja, so that stopping them means something."""
    assert len(RUNS) >= 14
    assert set(BOMBS) and not set(BOMBS) & set(RUNS)


def test_a_build_with_every_attack_in_it_fails_and_runs_nothing(project: Project, tmp_path: Path):
    """All attacks planted at once: exit code 1, each file named with its line, no canary, no site."""
    canary = tmp_path / "canary"
    expected = []
    for number, case in enumerate(ALL.values()):
        if "path" not in case and case["faults"]:
            path = plant(project, case, canary, f"playbooks/process/attack-{number}.da.md")
            expected += [f"{path}:{line}:{column}: " for _, line, column in case["faults"]]
    done = project.tillit("build", "internal")
    assert done.returncode == 1
    assert [place for place in expected if place not in done.stdout + done.stderr] == []
    assert "Traceback" not in done.stdout + done.stderr
    assert not canary.exists()
    assert not (project.root / "site" / "internal").exists()


def test_what_passes_is_shown_as_words(project: Project, tmp_path: Path):
    """An attack that our settings make harmless is no fault; the reader of the page sees its characters."""
    harmless = {name: case for name, case in ALL.items() if not case["faults"]}
    for number, case in enumerate(harmless.values()):
        plant(project, case, tmp_path / "canary", f"playbooks/process/attack-{number}.da.md")
    site = project.build("internal")
    assert harmless
    for number, case in enumerate(harmless.values()):
        page = site / "da" / "process" / f"attack-{number}" / "index.html"
        assert case["shown"] in page.read_text(encoding="utf-8").replace("&quot;", '"')


# With the reader's guard off ------------------------------------------------------------------------------------------

GUARD_OFF = '''

_judged = parse


def parse(path, body, first_line, dialect):
    """The reader without its guard: whatever stands in a body passes."""
    return Body(body, _judged(path, body, first_line, dialect).sections, [], [], [])


def front_faults(path, front):
    return iter(())
'''


@pytest.fixture(scope="module")
def unguarded(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, dict[str, str]]:
    """One build of all templates that are no bombs, by a copy of our code whose reader lets everything through."""
    base = tmp_path_factory.mktemp("unguarded")
    project, canary = Project(base / "project"), base / "canary"
    bodies = project.read("macros/bodies.py")
    project.write("macros/bodies.py", bodies + GUARD_OFF)
    paths = {}
    for number, (name, case) in enumerate(TEMPLATES.items()):
        paths[name] = plant(project, case, canary, f"playbooks/process/attack-{number}.da.md")
    done = project.tillit("build", "internal")
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout + done.stderr, canary, paths


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_sandbox_alone_stops_every_template(unguarded: tuple[str, Path, dict[str, str]], name: str):
    """Without the reader, each attack is an error with its page, and none has written its canary."""
    said, canary, paths = unguarded
    assert re.search(rf"{re.escape(paths[name])}:\d+", said)
    assert not canary.exists()


@pytest.mark.parametrize("written", ["cycler", "lipsum", "joiner", "namespace", "dict", "range(3)", "'a'|upper"])
def test_the_sandbox_knows_the_macros_and_nothing_else(written: str):
    """What Jinja brings along is not there: no name, filter or test but the macros."""
    said: list[str] = []

    def failed(error: Exception, line: int) -> str:
        said.append(f"{line}: {type(error).__name__}")
        return ""

    sandbox = Sandbox({"apology": a_macro}, failed)
    assert sandbox.from_string("{{ apology('x') }}").render() == "" and not said
    sandbox.from_string("\n{{ " + written + " }}").render()
    assert len(said) == 1 and said[0].startswith("2: ")


@pytest.mark.parametrize("name", RUNS)
def test_plain_jinja_would_have_run_it(project: Project, tmp_path: Path, name: str):
    """The test of the tests: the same template in plain Jinja, in mkdocs-macros' surroundings, writes its canary."""
    canary = tmp_path / "canary"
    config = load_config(str(ROOT / "mkdocs.yml"))
    here = File("index.md", str(ROOT), str(tmp_path), True)
    text = RUNS[name]["body"].replace("CANARY", str(canary))
    template = bodies.environment().from_string(text)
    try:
        template.render(config=config, page=here, files=Files([here]), apology=a_macro, company=a_macro)
    except Exception as error:  # many fail after they have done their work
        said = f"{type(error).__name__}: {error}"
    else:
        said = ""
    assert canary.exists(), said


def test_the_markdown_settings_draw_no_file_into_a_text():
    """No extension of ours reads files, and Python-Markdown knows no other than those of mkdocs.yml."""
    config = load_config(str(ROOT / "mkdocs.yml"))
    made = markdown.Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)
    assert "snippet" not in {name for registry in (made.preprocessors, made.treeprocessors) for name in names(registry)}


def a_macro(*args: Any, **kwargs: Any) -> str:
    return ""


def names(registry: Any) -> list[str]:
    return [item.name for item in registry._priority]

"""`tillit`: what it prints, where, and how it ends."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT
from planted import Texts

from macros import cli
from macros.languages import language

PLAYBOOK = "playbooks/situations/late-delivery.nb.md"
SLIP = {"reviewed: 2026-10-01": "reviewed: soon"}
FOUND = f"{PLAYBOOK}:5:11: reviewed: soon is not a date. Write it as year-month-day, such as 2026-03-14."


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Texts:
    """The small project, and a terminal in it that speaks English."""
    made = Texts(tmp_path / "texts")
    monkeypatch.chdir(made.root)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TILLIT_MESSAGES", "en")
    return made


def tillit(project: Texts, *args: str) -> Result:
    """Run the command in this process; anything but its own exit is a failure of the test."""
    done = CliRunner().invoke(cli.main, ["--root", str(project.root), *args])
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done


# check ----------------------------------------------------------------------------------------------------------------


def test_check_says_that_all_is_well(project: Texts) -> None:
    """No fault: nothing on standard output, one line beside it, and 0."""
    done = tillit(project, "check")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == f"{len(project.library().checked)} texts checked: no faults."


def test_check_prints_each_fault_on_a_line_and_ends_with_1(project: Texts) -> None:
    """Faults go to standard output, so that an editor can follow them; the sum goes beside it."""
    project.apply(
        {PLAYBOOK: SLIP, "playbooks/process/apologise.sv.md": {"translates: da": "translates: da\nowner: me"}}
    )
    done = tillit(project, "check")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[1] == FOUND
    assert done.stdout.splitlines()[0].startswith("playbooks/process/apologise.sv.md:3:1: owner: owner is a fact;")
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == "2 faults in 2 files.\n"


def test_check_does_not_fail_for_notes(project: Texts) -> None:
    """A note is printed and counted, and nothing more."""
    project.write("playbooks/notes.txt", "remember the milk")
    done = tillit(project, "check")
    assert done.exit_code == 0
    assert done.stdout.startswith("playbooks/notes.txt: ")
    assert done.stderr.startswith("1 notes.\n")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (PLAYBOOK, True),
        ("playbooks/situations", True),
        ("playbooks/situations/", True),
        ("./playbooks/../playbooks/situations", True),
        (".", True),
        ("playbooks/situations/late-delivery.da.md", False),
        ("playbooks/process", False),
        ("playbooks/situation", None),
        ("playbooks/situations/late", None),
    ],
)
def test_check_of_a_path_prints_what_stands_there(project: Texts, path: str, found: bool | None) -> None:
    """A file, a folder, all; a path that begins like one is none."""
    project.apply({PLAYBOOK: SLIP})
    done = tillit(project, "check", path)
    if found is None:
        assert done.exit_code == 1
        assert done.stderr == f"Error: there is no text at {path}\n"
    else:
        assert (done.exit_code, done.stdout) == ((1, FOUND + "\n") if found else (0, ""))


def test_check_takes_several_paths_as_seen_from_where_one_stands(
    project: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder its own files can be named short, and the root's paths still work."""
    project.apply({PLAYBOOK: SLIP})
    monkeypatch.chdir(project.path("playbooks/situations"))
    assert tillit(project, "check", "late-delivery.nb.md").stdout == FOUND + "\n"
    assert tillit(project, "check", "../process", PLAYBOOK).stdout == FOUND + "\n"
    assert tillit(project, "check", "../process").stdout == ""


def test_check_refuses_a_path_outside(project: Texts) -> None:
    """What is not in the project is no text of it."""
    for path in ("/etc/passwd", "..", "../other"):
        done = tillit(project, "check", path)
        assert (done.exit_code, done.stderr) == (1, f"Error: there is no text at {path}\n")


@pytest.mark.parametrize("command", [["check"], ["words"], ["translations", "accept"]])
def test_an_empty_path_is_refused_and_not_taken_for_the_whole_project(project: Texts, command: list[str]) -> None:
    """Also beside one that is right, as where a variable in a script is not set."""
    before = texts_of(project)
    for paths in ([""], ["playbooks/process/apologise.sv.md", ""]):
        done = tillit(project, *command, *paths)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == "Error: a path is empty; write . for all texts\n"
    assert texts_of(project) == before


@pytest.mark.parametrize("path", [PLAYBOOK, "playbooks/situations", "."])
def test_a_path_through_a_link_to_the_project_is_the_projects_own(project: Texts, tmp_path: Path, path: str) -> None:
    """As where a home folder has a link to where the work is."""
    project.apply({PLAYBOOK: SLIP})
    (tmp_path / "work").symlink_to(project.root)
    for given in (f"../work/{path}", f"{tmp_path}/work/{path}"):
        assert tillit(project, "check", given).stdout == FOUND + "\n"
    (tmp_path / "situations").symlink_to(project.path("playbooks/situations"))
    assert tillit(project, "check", "../situations").stdout == FOUND + "\n"


def test_a_link_in_a_texts_place_is_no_text_whatever_it_leads_to(project: Texts, tmp_path: Path) -> None:
    """In the project it is a fault, by whichever way it is named; outside it is nothing."""
    for link in (project.path("playbooks/process/again.nb.md"), tmp_path / "again.nb.md"):
        link.symlink_to(project.path(PLAYBOOK))
    (tmp_path / "work").symlink_to(project.root)
    for given in ("playbooks/process/again.nb.md", "../work/playbooks/process/again.nb.md"):
        done = tillit(project, "check", given)
        assert (done.exit_code, done.stdout.split(": ")[0]) == (1, "playbooks/process/again.nb.md")
    assert tillit(project, "check", "../again.nb.md").stderr == "Error: there is no text at ../again.nb.md\n"


# Languages of messages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "spoken"), [("en", "en"), ("da", "da"), ("sv", "sv"), ("nb", "nb"), ("no", "nb")])
def test_messages_are_in_the_language_asked_for(project: Texts, asked: str, spoken: str) -> None:
    """`--messages` goes before TILLIT_MESSAGES; `no` is Norwegian."""
    project.apply({PLAYBOOK: SLIP})
    done = tillit(project, "--messages", asked, "check")
    words = language(spoken)
    assert done.stdout == f"{PLAYBOOK}:5:11: reviewed: {words.say('faults.not-date', found='soon')}\n"
    assert done.stderr == words.say("cli.faults", count=1, files=1) + "\n"


@pytest.mark.parametrize(
    ("env", "spoken"),
    [
        ({"TILLIT_MESSAGES": "sv", "LANG": "da_DK.UTF-8"}, "sv"),
        ({"TILLIT_MESSAGES": "no"}, "nb"),
        ({"TILLIT_MESSAGES": "", "LC_ALL": "da_DK.UTF-8"}, "da"),
        ({"TILLIT_MESSAGES": "", "LC_ALL": "C.UTF-8"}, "en"),
    ],
)
def test_messages_follow_the_environment(project: Texts, env: dict[str, str], spoken: str) -> None:
    """TILLIT_MESSAGES, then the locale, in a process of its own."""
    command = [sys.executable, "-P", "-m", "macros.cli", "--root", str(project.root), "check"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "TILLIT_"))}
    done = subprocess.run(
        command, env={**kept, "PYTHONPATH": str(ROOT), **env}, cwd=project.root, capture_output=True, timeout=60
    )
    texts = len(project.library().checked)
    assert done.stderr.decode().splitlines()[-1] == language(spoken).say("cli.all-well", texts=texts)
    assert done.returncode == 0


# translations ---------------------------------------------------------------------------------------------------------


def test_translations_lists_what_is_missing_behind_or_never_compared(project: Texts) -> None:
    """A line each: id, language, how it stands; sections where it is behind."""
    project.accept_all()
    project.change(PLAYBOOK, "Fortell meg alt.", "Fortell alt.")
    done = tillit(project, "translations")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert "situations/lost-parcel\tsv\tmissing" in lines
    assert "situations/late-delivery\tda\tbehind (listen; 2026-11-01)" in lines
    assert not [line for line in lines if line.startswith("process/apologise")]
    swedish = tillit(project, "translations", "--language", "sv").stdout.splitlines()
    assert swedish == [line for line in lines if "\tsv\t" in line]


def test_translations_says_when_nothing_is_behind(project: Texts) -> None:
    """An empty list is said to be one."""
    for path in ("situations/lost-parcel.da.md", "incidents/2026-02-20-broken-chair.da.md"):
        project.path(f"playbooks/{path}").unlink()
    project.change("playbooks/company.yml", "languages: [da, sv, nb]", "languages: [da, sv]")
    project.accept_all()
    done = tillit(project, "translations")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "all translations are current.\n")


def test_accept_writes_the_day_it_is_told(project: Texts) -> None:
    """One file, said in a line; again, and it says that nothing was to do."""
    path = "playbooks/situations/late-delivery.da.md"
    done = tillit(project, "translations", "accept", path, "--today", "2026-11-01")
    assert (done.exit_code, done.stdout) == (0, f"{path}: compared with {PLAYBOOK}\n")
    assert "  on: 2026-11-01\n" in project.read(path)
    done = tillit(project, "translations", "accept", path, "--today", "2026-11-02")
    assert (done.exit_code, done.stdout) == (0, f"{path}: was already current\n")
    assert "  on: 2026-11-01\n" in project.read(path)


def test_accept_of_a_folder_takes_its_translations_and_leaves_originals(project: Texts) -> None:
    """Originals in a folder are passed over."""
    before = project.read(PLAYBOOK)
    done = tillit(project, "translations", "accept", "playbooks/situations")
    assert done.exit_code == 0
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == [
        "playbooks/situations/late-delivery.da.md",
        "playbooks/situations/late-delivery.sv.md",
    ]
    assert project.read(PLAYBOOK) == before


def test_accept_refuses_an_original(project: Texts) -> None:
    """There is nothing to compare it with."""
    before = project.read(PLAYBOOK)
    done = tillit(project, "translations", "accept", PLAYBOOK)
    assert (done.exit_code, done.stderr) == (1, f"Error: {PLAYBOOK} is an original; name a translation\n")
    assert project.read(PLAYBOOK) == before


# What cannot be read or written ---------------------------------------------------------------------------------------


def test_check_of_what_is_no_text_says_so(project: Texts) -> None:
    """A file that is there but is no text was not checked, so nothing is said to be well."""
    project.write("Makefile", "all:\n")
    done = tillit(project, "check", "Makefile")
    assert (done.exit_code, done.stderr) == (1, "Error: there is no text at Makefile\n")


def test_check_counts_the_texts_it_was_asked_about(project: Texts) -> None:
    """One file is one text."""
    assert tillit(project, "check", PLAYBOOK).stderr == "1 texts checked: no faults.\n"


def test_a_name_too_long_for_any_file_gets_a_sentence(project: Texts) -> None:
    """The system's own refusal is not shown."""
    done = tillit(project, "check", "a" * 300)
    assert (done.exit_code, done.stderr) == (1, f"Error: there is no text at {'a' * 300}\n")


def test_accept_takes_everything_below_the_folder_one_stands_in(project: Texts) -> None:
    """`.` at the root is all translations."""
    done = tillit(project, "translations", "accept", ".")
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == sum(len(thing.versions) - 1 for thing in project.library().things.values())


def test_accept_writes_nothing_when_one_path_is_an_original(project: Texts) -> None:
    """All paths are understood before the first file is written."""
    path = "playbooks/situations/late-delivery.da.md"
    before = project.read(path)
    done = tillit(project, "translations", "accept", path, PLAYBOOK)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"Error: {PLAYBOOK} is an original; name a translation\n"
    assert project.read(path) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"playbooks/process/apologise.sv.md": {"translates: da": "translates: xx"}},
            "playbooks/process/apologise.sv.md:2:13: translates: xx is not a language of texts. Allowed: da, nb, sv.",
        ),
        (
            {"playbooks/process/apologise.sv.md": "no front matter"},
            "playbooks/process/apologise.sv.md:1:1: found no front matter where the front matter should begin.",
        ),
        (
            {"playbooks/process/apologise.da.md": {"reviewed: 2026-10-01": "reviewed: soon"}},
            "playbooks/process/apologise.da.md:5:11: reviewed: soon is not a date.",
        ),
        (
            {"playbooks/process/apologise.da.md": None},
            "playbooks/process/apologise.nb.md:2:1: translates: no text of process/apologise says born.",
        ),
        (
            {"playbooks/process/apologise.sv.md": "---\n{translates: da, title: T, summary: S}\n---\n"},
            "playbooks/process/apologise.sv.md:2:1: seen cannot be written into this front matter.",
        ),
    ],
)
def test_accept_says_what_keeps_a_translation_from_being_accepted(
    project: Texts, changes: dict[str, object], said: str
) -> None:
    """The faults that stand in the way, and 1; the file stays as it is."""
    project.apply(changes)
    path = "playbooks/process/apologise.sv.md"
    before = project.read(path)
    done = tillit(project, "translations", "accept", path)
    assert done.exit_code == 1
    assert done.stdout.startswith(said)
    assert project.read(path) == before


def test_accept_of_a_folder_takes_the_others_when_one_cannot_be_read(project: Texts) -> None:
    """The fault of one is printed, the rest is written."""
    project.change("playbooks/process/apologise.sv.md", "translates: da", "translates: xx")
    done = tillit(project, "translations", "accept", "playbooks/process")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0].startswith("playbooks/process/apologise.nb.md: compared with ")
    assert done.stdout.splitlines()[1].startswith("playbooks/process/apologise.sv.md:2:13: ")
    assert "seen:" in project.read("playbooks/process/apologise.nb.md")


# Help and bad usage ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "taught"),
    [
        ([], ["tillit check", "tillit translations", "tillit build public", "--messages"]),
        (["check"], ["found, what was expected and how to mend it", "late-delivery.da.md:4:11", "Exits with 1"]),
        (["translations"], ["missing, behind", "tillit translations accept playbooks/", "--language"]),
        (["translations", "accept"], ["compared with their originals", "folder", "--today"]),
        (["build"], ["site/<edition>", "leaves the last site"]),
    ],
)
def test_help_teaches(project: Texts, command: list[str], taught: list[str]) -> None:
    """Each command says what it does, with an example or what comes of it; `-h` is the same."""
    done = tillit(project, *command, "--help")
    assert done.exit_code == 0
    said = " ".join(done.stdout.split())
    assert [words for words in taught if words not in said] == []
    assert tillit(project, *command, "-h").stdout == done.stdout


def texts_of(project: Texts) -> dict[Path, bytes]:
    """Every file that is somebody's; what is kept for speed is nobody's."""
    return {path: path.read_bytes() for top in ("docs", "playbooks") for path in project.path(top).rglob("*.*")}


@pytest.mark.parametrize(
    "args",
    [
        ["frob"],
        ["check", "--frob"],
        ["check", "nosuch"],
        ["--messages", "fr", "check"],
        ["translations", "--language", "no"],
        ["translations", "frob"],
        ["translations", "accept"],
        ["translations", "accept", "nosuch"],
        ["translations", "accept", "playbooks/company.yml"],
        ["translations", "accept", "playbooks/process", "--today", "2026-13-01"],
        ["build"],
        ["build", "outside"],
    ],
)
def test_bad_usage_gets_a_sentence(project: Texts, args: list[str]) -> None:
    """Whatever is typed, the answer is a line that begins with Error, and no file is written."""
    before = texts_of(project)
    done = tillit(project, *args)
    assert done.exit_code in (1, 2)
    assert "Error: " in done.stderr
    assert "Traceback" not in done.output
    assert texts_of(project) == before


def test_tillit_alone_shows_its_help() -> None:
    """Who types the name alone is told how to begin."""
    assert "Begin with:" in CliRunner().invoke(cli.main, []).output


def test_a_full_disk_is_one_line(project: Texts) -> None:
    """What cannot be written ends the command with what the system says, and no traceback."""
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "macros.cli", "apology", "-", "--language", "da"]
        done = subprocess.run(
            command, cwd=project.root, input="Undskyld.", stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"tillit: {os.strerror(errno.ENOSPC)}"]


@pytest.mark.parametrize("args", [["check", "--help"], ["apology", "-", "--language", "da"], ["check", "nosuch\u2713"]])
def test_output_that_is_not_utf8_gets_what_it_can_hold(args: list[str]) -> None:
    """On both outputs; a character that it has not becomes a question mark, and the rest is as in UTF-8."""

    def said(encoding: str) -> tuple[int, list[bytes]]:
        env = {**os.environ, "PYTHONIOENCODING": encoding, "TILLIT_MESSAGES": "da"}
        command = [sys.executable, "-m", "macros.cli", *args]
        done = subprocess.run(command, env=env, cwd=ROOT, input=b"Undskyld.", capture_output=True, timeout=60)
        return done.returncode, [done.stdout, done.stderr]

    code, both = said("utf-8")
    held = [one.decode().encode("iso-8859-1", "replace") for one in both]
    assert b"".join(held).count(b"?") > b"".join(both).count(b"?")
    assert said("iso-8859-1") == (code, held)


def test_output_that_is_closed_gets_no_traceback() -> None:
    command = f'"{sys.executable}" -m macros.cli --help >&-'
    done = subprocess.run(command, shell=True, cwd=ROOT, stderr=subprocess.PIPE, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")

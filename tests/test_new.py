"""`tillit new incident`: asked at the terminal, by options, or from the form's file."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Project

from macros import drafts, texts
from macros.shelves import check

NOTICE = {
    "stage": "notice",
    "title": "Stolen: knæk, ja",
    "summary": "En stol # knak.",
    "countries": "[dk, no]",
    "who_is_affected": 'Alle med "Skymning".',
    "what_to_do": "Intet.",
    "next_update": "2026-03-02 10:00",
    "contact": "[phone]",
}
PATH = "playbooks/incidents/2026-03-01-stolen-knaek-ja.da.md"


def options(**other: str) -> list[str]:
    said = [f"--set={name}={value}" for name, value in (NOTICE | other).items()]
    return ["new", "incident", "--language=da", "--date=2026-03-01", *said, "--section=what-happened=En stol knak."]


def test_a_first_notice_by_options_is_a_file_without_faults(project: Project) -> None:
    """Colon, hash, quotes and `no` are written so that they are read again as they were said."""
    done = project.tillit(*options())
    assert done.returncode == 0, done.stderr
    assert f"{PATH} is written" in done.stdout and "still to do once you are under way" in done.stdout
    read = texts.read(project.root, PATH)
    assert read.front.value["title"] == "Stolen: knæk, ja" and read.front.value["countries"] == ["dk", "no"]
    assert read.front.value["summary"] == "En stol # knak." and read.front.value["owner"] == "editor"
    assert check(read).faults == []
    assert project.tillit("check", PATH).returncode == 0


def test_what_is_missing_is_named_and_nothing_written_where_nobody_can_be_asked(project: Project) -> None:
    """In a pipe, half a notice is refused with everything it lacks."""
    done = project.tillit("new", "incident", "--language=da", "--set=stage=notice", "--set=title=Stol")
    assert done.returncode == 1
    for name in ("summary", "countries", "who_is_affected", "what_to_do", "next_update", "contact", "Hvad skete der"):
        assert name in done.stdout, name
    assert "nothing was written" in done.stderr
    assert not list(project.path("playbooks/incidents").glob("*stol.da.md"))


def test_a_write_up_that_is_there_is_never_written_over(project: Project) -> None:
    """The same title on the same day: the first stays as it was."""
    project.tillit(*options())
    before = project.read(PATH)
    done = project.tillit(*options(summary="En anden."))
    assert done.returncode == 1 and "is there already" in done.stderr
    assert project.read(PATH) == before


@pytest.mark.parametrize("title", ["../../../etc/passwd", "a" * 120, "💥💥", "CON", ".", "--", "ÆØÅ æøå"])
def test_a_title_never_becomes_a_path_of_its_own(project: Project, title: str) -> None:
    """Whatever is typed as a title, the file lies among the write-ups and has a name the law of paths takes."""
    done = project.tillit(*options(title=title))
    assert "Traceback" not in done.stderr
    made = [path for path in project.root.rglob("2026-03-01-*") if path.is_file()]
    assert all(path.parent == project.path("playbooks/incidents") for path in made)
    assert all(texts.place(str(path.relative_to(project.root))) for path in made)


def test_the_terminal_asks_what_the_stage_needs_and_asks_again(project: Project) -> None:
    """One answer after the other in the contributor's language; a date no calendar has is asked for again."""
    said = ["1", "Stolen knak", "Kort fortalt.", "1,3", "Alle.", "Intet.", "2026-02-30", "2026-03-02 10:00", "1"]
    command = ["--messages", "da", "new", "incident", "--date=2026-03-01"]
    shown = at_terminal(project, command, [*said, "En stol knak.", ""])
    assert "2026-02-30 findes ikke i kalenderen" in shown and "Hvem er ramt" in shown
    made = texts.read(project.root, "playbooks/incidents/2026-03-01-stolen-knak.da.md")
    assert check(made).faults == []
    assert made.front.value["countries"] == ["dk", "no"] and made.front.value["next_update"] == "2026-03-02 10:00"


SO_FAR = ["1", "Stolen knak", "Kort fortalt.", "1,3", "Alle.", "Intet.", "2026-03-02 10:00", "1"]  # then sections
ASK = ["--messages", "da", "new", "incident", "--date=2026-03-01"]
STOPS = "\x04"  # the end of what is typed


def test_personal_data_across_two_lines_of_a_section_is_asked_for_again_at_once(project: Project) -> None:
    """A list item is a number; the line above says that it is a telephone's."""
    shown = at_terminal(project, ASK, [*SO_FAR, "Kundens telefon:", "- 20304050", "- kendt af os", ""])
    assert shown.count("20304050 er personoplysninger (telefonnummer)") == 1
    made = texts.read(project.root, "playbooks/incidents/2026-03-01-stolen-knak.da.md")
    assert made.body.strip().endswith("Kundens telefon:\n- kendt af os")
    assert check(made).faults == []


def test_personal_data_in_the_id_or_the_words_of_a_promise_is_asked_for_again_at_once(project: Project) -> None:
    """Both are in the list that the section gets; what comes after may be left for later."""
    known = texts.read(project.root, "playbooks/incidents/2026-02-20-broken-chair.da.md").front.value
    before = list(known)[: list(known).index("promises")]
    given = [f"--set={name}={drafts._flow(known[name])}" for name in before if name != "born"]
    words = ["--set=title=Stolen knak", "--set=summary=Kort.", "--set=search_terms=stol", "--set=audience=internal"]
    words += [
        "--set=who_is_affected=Alle.",
        "--set=what_to_do=Intet.",
        "--set=next_update=2026-03-02",
        "--set=loss_money=0",
    ]
    promise = ["y", "ring-20-30-40-50", "new-chair", "1", "2026-03-20", "1", "Ring 20304050.", "En ny stol."]
    shown = at_terminal(project, [*ASK, *given, *words], [*promise, "n", STOPS])
    assert shown.count("20-30-40-50 er personoplysninger (telefonnummer)") == 1
    assert shown.count("20304050 er personoplysninger (telefonnummer)") == 1
    made = texts.read(project.root, "playbooks/incidents/2026-03-01-stolen-knak.da.md")
    assert [one["id"] for one in made.front.value["promises"]] == ["new-chair"]
    assert made.body.strip().endswith("- new-chair: En ny stol.")


TOLD_LATE = "Skriv til anna.jensen&#64;posten-hjemme.dk."  # an address to readers alone


def test_what_is_refused_at_the_end_is_asked_for_again(project: Project) -> None:
    """A number that only the file's name shows, and an address that only readers see: all other answers are kept."""
    said = [*SO_FAR, TOLD_LATE, ""]
    said[1] = "Ring 20/30/40/50"
    shown = at_terminal(project, ASK, [*said, "Stolen knak", "Stolen knak midt over.", ""])
    assert "20-30-40-50 (telefonnummer) står i filens navn" in shown
    assert "anna.jensen@posten-hjemme.dk er personoplysninger" in shown
    made = texts.read(project.root, "playbooks/incidents/2026-03-01-stolen-knak.da.md")
    assert check(made).faults == [] and "Stolen knak midt over." in made.body
    assert made.front.value["who_is_affected"] == "Alle."


def test_who_breaks_off_at_the_end_keeps_all_but_what_is_refused(project: Project) -> None:
    """Half a write-up is written, without what names somebody."""
    shown = at_terminal(project, ASK, [*SO_FAR, TOLD_LATE, "", STOPS])
    made = project.read("playbooks/incidents/2026-03-01-stolen-knak.da.md")
    assert "anna.jensen" not in made and "who_is_affected: Alle." in made
    assert "er skrevet, men ikke færdig" in shown


def at_terminal(project: Project, arguments: list[str], answers: list[str]) -> str:
    """Run the command at a terminal of its own, each line typed ahead; what it showed."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "macros.cli", *arguments]
    run = subprocess.Popen(command, cwd=project.root, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    os.write(ours, "".join(f"{line}\n" for line in answers).encode())
    shown, _ = run.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert run.returncode == 0, shown.decode()
    return shown.decode()


# From the form's file -------------------------------------------------------------------------------------------------


@pytest.fixture
def git(project: Project) -> Project:
    """The project in a repository with one commit."""
    project.write(".gitignore", ".cache/\n")
    for command in (["init", "-qb", "main"], ["add", "-A"], ["commit", "-qm", "Begin"]):
        run_git(project, *command)
    return project


def run_git(project: Project, *command: str) -> str:
    who = ["-c", "user.name=T", "-c", "user.email=t@lillebutik.example"]
    return subprocess.run(
        ["git", *who, *command], cwd=project.root, check=True, capture_output=True, text=True
    ).stdout.strip()


def handed_in(folder: Path, name: str = "2026-03-01-stol.da (1).md", **other: str) -> Path:
    """A file as the form hands it over, and as a browser names it the second time."""
    values = {name: drafts.answers([f"{name}={value}"])[name] for name, value in (NOTICE | other).items()}
    file = folder / name
    file.write_text(drafts.compose("da", values, {"what-happened": "En stol knak."}), encoding="utf-8")
    return file


def from_file(project: Project, file: Path) -> subprocess.CompletedProcess:
    who = {"GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@lillebutik.example"}
    who |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in who.items()}
    return project.tillit("new", "incident", "--from", str(file), **who)


def test_the_forms_file_becomes_a_branch_and_nothing_else_changes(git: Project, tmp_path: Path) -> None:
    """One commit with one file on top of the current one; branch, index and work tree stay."""
    git.write("playbooks/unfinished.txt", "mine")
    before = run_git(git, "status", "--porcelain"), run_git(git, "rev-parse", "HEAD", "main")
    done = from_file(git, handed_in(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (run_git(git, "status", "--porcelain"), run_git(git, "rev-parse", "HEAD", "main")) == before
    changed = run_git(git, "diff", "--name-status", "main", "write-up/2026-03-01-stol")
    assert changed == "A\tplaybooks/incidents/2026-03-01-stol.da.md"
    assert run_git(git, "log", "--format=%s", "main..write-up/2026-03-01-stol") == "New write-up: 2026-03-01-stol"


def test_half_a_record_may_have_a_branch_but_is_told_that_it_cannot_merge(git: Project, tmp_path: Path) -> None:
    """Below the seven things it lives on a branch; what is missing is named."""
    file = handed_in(tmp_path)
    file.write_text(file.read_text().replace("contact: [phone]\n", ""), encoding="utf-8")
    done = from_file(git, file)
    assert done.returncode == 0 and "contact: Contact is asked for in the first notice" in done.stdout
    assert "before it can be merged" in done.stdout
    run_git(git, "switch", "-q", "write-up/2026-03-01-stol")
    assert git.tillit("check").returncode == 1


@pytest.mark.parametrize(
    "old_new",
    [
        ("En stol knak.", "Skriv til anna.jensen@posten-hjemme.dk."),
        ("---\nborn", "---\nborn: ["),
        ("stage: notice", "stage: notice\nstage: notice # anna.jensen@posten-hjemme.dk"),
    ],
    ids=["names somebody", "cannot be read", "cannot be read and names somebody"],
)
def test_a_file_that_names_somebody_or_cannot_be_read_gets_no_branch(
    git: Project, tmp_path: Path, old_new: tuple[str, str]
) -> None:
    """The push is what publishes: what must not be pushed is on no branch."""
    file = handed_in(tmp_path)
    file.write_text(file.read_text().replace(*old_new), encoding="utf-8")
    done = from_file(git, file)
    assert done.returncode == 1 and "nothing was written" in done.stderr
    assert run_git(git, "branch", "--format=%(refname:short)") == "main"
    assert file.is_file()


def test_a_file_whose_name_says_who_it_is_gets_no_branch(git: Project, tmp_path: Path) -> None:
    """Branch, commit and path are made of the name: it is told to be another, and nothing is made."""
    done = from_file(git, handed_in(tmp_path, "2026-11-18-kunde-jens-hansen-010190-1235.da.md"))
    assert done.returncode == 1 and "nothing was written" in done.stderr
    assert "010190-1235 (Danish CPR number) stands in the file's name" in done.stdout
    assert "Rename the file." in done.stdout
    assert run_git(git, "branch", "--format=%(refname:short)") == "main"


@pytest.mark.parametrize("name", ["stol.md", "2026-03-01-stol.xx.md", "2026-03-01-stol.md", "2026-13-01-stol.da.txt"])
def test_a_file_of_another_name_is_told_what_the_forms_files_are_called(
    git: Project, tmp_path: Path, name: str
) -> None:
    """Neither day nor language can be guessed."""
    done = from_file(git, handed_in(tmp_path, name))
    assert done.returncode == 1 and "is not named as the form names its files" in done.stderr


def test_a_second_time_the_branch_is_there_already(git: Project, tmp_path: Path) -> None:
    """Nothing on it is written over."""
    from_file(git, handed_in(tmp_path))
    before = run_git(git, "rev-parse", "write-up/2026-03-01-stol")
    done = from_file(git, handed_in(tmp_path, summary="En anden."))
    assert done.returncode == 1 and "is there already" in done.stderr
    assert run_git(git, "rev-parse", "write-up/2026-03-01-stol") == before


def test_without_a_repository_it_says_so(project: Project, tmp_path: Path) -> None:
    """No traceback, no file."""
    done = from_file(project, handed_in(tmp_path))
    assert done.returncode == 1 and "Git said no" in done.stderr

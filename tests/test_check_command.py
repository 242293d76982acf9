"""`tillit check` on many texts: what is kept from run to run, one file alone, a bar, and GitHub's annotations."""

from __future__ import annotations

import dataclasses
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import comrak
import pytest
from click.testing import CliRunner, Result
from conftest import ROOT, SIZE, size
from planted import Texts, parametrised, planted

from macros import cache, checks, cli, faults, github, invented, library, progress, texts
from macros.faults import Fault, fault

ORIGINAL = "playbooks/incidents/2026-02-12-late-sofas.sv.md"
TRANSLATION = "playbooks/incidents/2026-02-12-late-sofas.da.md"
PLAYBOOK = "playbooks/situations/late-delivery.nb.md"


@pytest.fixture(autouse=True)
def _everything_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Else the small project is too small for the cache to be asked."""
    monkeypatch.setattr(cache, "FEW", 0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TILLIT_CACHE", raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Texts:
    return Texts(tmp_path / "texts")


def tillit(project: Texts, *args: str) -> Result:
    done = CliRunner().invoke(cli.main, ["--messages", "en", "--root", str(project.root), *args])
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done


def found(project: Texts, *asked: str) -> list[Fault]:
    """The faults as `tillit check` finds them, with what is kept."""
    every = checks.all_faults(cache.load(project.root, asked))
    return checks.of_paths(every, list(asked)) if asked else every


def kept(project: Texts) -> Path:
    return project.path(cache.KEPT)


# What is kept ---------------------------------------------------------------------------------------------------------


@parametrised("shelves", "checks")
def test_what_is_kept_or_left_unread_changes_no_fault(case: dict[str, Any], tmp_path: Path) -> None:
    """Whatever is planted: with a cache that is made, with one that is there, and file by file, the same faults."""
    project, expected = planted(case, tmp_path)
    assert found(project) == expected
    assert kept(project).is_file()
    assert found(project) == expected
    touched = {*case["changes"], *(one.path for one in expected)}
    for path in sorted(touched) if SIZE == "small" else texts.walk(project.root):
        if project.path(path).exists():
            alone = checks.of_paths(checks.all_faults(library.load(project.root, asked=[path])), [path])
            assert alone == checks.of_paths(expected, [path]), path


def test_a_write_up_that_is_kept_is_not_read_as_markdown_again(project: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what makes the second run fast; other texts are few, and are read every time."""
    found(project)
    parsed: list[str] = []
    whole = comrak.parse_document
    monkeypatch.setattr(comrak, "parse_document", lambda text, *rest: parsed.append(text) or whole(text, *rest))
    assert found(project) == []
    assert not [text for text in parsed if "Sofforna" in text or "Stolen knak" in text]
    assert [text for text in parsed if "Sig tak" in text]


def test_whoever_asks_a_kept_write_up_for_more_than_is_kept_gets_it(project: Texts) -> None:
    """Its tree, its source and its places are read again: nothing looks empty that is not."""
    cache.load(project.root)
    for path in (ORIGINAL, TRANSLATION):
        one, whole = cache.load(project.root).by_path(path), library.load(project.root).by_path(path)
        assert type(one) is not type(whole)
        assert (one.front, one.faults, one.body.links) == (whole.front, whole.faults, whole.body.links)
        assert (one.text.head, one.text.body, one.body.source) == (whole.text.head, whole.text.body, whole.body.source)
        for kept, read in (
            (one, whole),
            (one.text, whole.text),
            (one.body, whole.body),
            (one.text.front, whole.text.front),
        ):
            for attribute in dataclasses.fields(read):
                assert hasattr(kept, attribute.name)
        assert (one.text.front.value, one.text.front.marks) == (whole.text.front.value, whole.text.front.marks)
        for body, other in ((one.body, whole.body), (one.public, whole.public)):
            assert body.anchors() == other.anchors()
            assert list(map(body.words, body.sections)) == list(map(other.words, other.sections))


def test_what_is_kept_of_the_public_view_is_what_is_shown(project: Texts) -> None:
    """Found by leaving sections out, where the view itself blanks them and reads the text anew."""
    invented.project(ROOT, project.path("invented"), 10)
    for root in (ROOT, project.root, project.path("invented")):
        for path in texts.walk(root):
            if path.startswith(f"{invented.SHELF}/") and (one := library.load(root, asked=[path]).by_path(path)):
                assert cache._public(one) == cache._plain_body(one.public), path


def test_an_edit_is_seen(project: Texts) -> None:
    """By the bytes of the file, not by its date."""
    assert found(project) == []
    before = project.path(ORIGINAL).stat()
    project.change(ORIGINAL, "cause: routine", "cause: routinf")
    os.utime(project.path(ORIGINAL), ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [one.key for one in found(project)] == ["not-one-of"]


def test_a_change_of_our_code_or_of_who_we_are_is_seen(project: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found may rest on both, so nothing of before is used."""
    asked: list[str] = []
    judge = library.judge
    monkeypatch.setattr(library, "judge", lambda text, us: asked.append(text.path) or judge(text, us))

    def judged() -> bool:
        asked.clear()
        found(project)
        return ORIGINAL in asked

    assert [judged(), judged()] == [True, False]
    project.change("playbooks/company.yml", "sample: true", "sample: false")
    assert [judged(), judged()] == [True, False]
    ours = Path(cache.__file__).parent / "words" / "en.yml"
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + (b"#" if path == ours else b""))
    assert [judged(), judged()] == [True, False]


@pytest.mark.parametrize("slip", ["flipped", "cut", "empty", "noise", "forged", "folder", "other user"])
def test_a_cache_that_is_broken_or_not_ours_is_made_anew(
    project: Texts, slip: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Silently. One that came with somebody's branch could say that all is well."""
    project.change(ORIGINAL, "cause: routine", "cause: routinf")
    expected = found(project)
    whole = kept(project).read_bytes()
    lines = whole.split(b"\n")
    said = re.sub(rb'"faults":\[\[.*?\]\]', b'"faults":[]', whole)
    assert said != whole
    broken = {
        "flipped": whole.replace(b"routinf", b"routine"),
        "cut": whole[: len(whole) // 2],
        "empty": b"",
        "noise": bytes(range(256)) * 9,
        "forged": b"\n".join([*said.split(b"\n")[:-1], lines[-1]]),
    }
    if slip == "folder":
        kept(project).unlink()
        kept(project).mkdir()
    elif slip == "other user":
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    else:
        assert broken[slip] != whole
        kept(project).write_bytes(broken[slip])
    assert found(project) == expected
    assert found(project) == expected
    if slip not in ("folder", "other user"):
        assert kept(project).read_bytes() == whole


def test_nothing_is_kept_of_a_text_that_is_gone(project: Texts) -> None:
    """So the cache is never larger than the texts there are."""
    found(project)
    assert TRANSLATION.encode() in kept(project).read_bytes()
    project.path(TRANSLATION).unlink()
    found(project)
    assert TRANSLATION.encode() not in kept(project).read_bytes()
    assert [path.name for path in kept(project).parent.iterdir()] == [kept(project).name]


def test_a_half_written_cache_of_a_run_that_was_killed_goes_in_time(project: Texts) -> None:
    """One of a run that is still at work stays."""
    old, young = (kept(project).with_name(f"{kept(project).name}.part-{name}") for name in ("old", "young"))
    old.parent.mkdir(parents=True)
    for one in (old, young):
        one.write_bytes(b"half")
    os.utime(old, (0, 0))
    found(project)
    assert (old.exists(), young.exists()) == (False, True)


def test_a_project_that_cannot_be_written_to_is_checked_all_the_same(project: Texts) -> None:
    """A file stands where the cache's folder should be: no fault of the texts."""
    project.write(".cache", "a file")
    assert found(project) == found(project) == []


def test_runs_at_once_do_not_hurt_each_other(project: Texts) -> None:
    """Four checks of one project: each finds the same, and what they leave is whole."""
    project.change(ORIGINAL, "cause: routine", "cause: routinf")
    command = [sys.executable, "-m", "macros.cli", "--root", str(project.root), "check"]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    assert len({one.communicate(timeout=60)[0] for one in running}) == 1
    assert [one.returncode for one in running] == [1] * 4
    assert cache._Memory(project.root, kept(project)).before.keys() >= {ORIGINAL, TRANSLATION}


def test_a_copy_of_the_project_can_use_the_projects_own_cache(
    project: Texts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Such as the copy that the check before a commit makes: TILLIT_CACHE names the folder."""
    monkeypatch.setenv("TILLIT_CACHE", str(tmp_path / "elsewhere"))
    found(project)
    assert (tmp_path / "elsewhere" / kept(project).name).is_file()
    assert not kept(project).exists()


def test_thousands_of_write_ups_are_right_and_stay_so(tmp_path: Path) -> None:
    """Invented ones, public and internal, alone and translated: no fault, cold, warm, and one by one."""
    many = size(30, 3000)
    files = invented.project(ROOT, tmp_path, many)
    assert files > many
    for _ in range(2):
        read = cache.load(tmp_path)
        assert checks.all_faults(read) == []
        assert len([path for path in read.checked if "-invented-" in path]) == files
    path = next(path for path in read.checked if "-invented-1." in path)
    assert len(library.load(tmp_path, asked=[path]).checked) < 20
    assert checks.all_faults(library.load(tmp_path, asked=[path])) == []


# One file -------------------------------------------------------------------------------------------------------------


def test_one_file_reads_its_siblings_and_what_it_names_only(project: Texts) -> None:
    """A write-up: itself, its translation, the situation and apology it names, in all their languages."""
    read = library.load(project.root, asked=[TRANSLATION])
    names = {path.split("/")[-1].split(".")[0] for path in read.checked}
    assert names == {"2026-02-12-late-sofas", "late-delivery"}
    assert set(library.load(project.root).checked) > set(read.checked)


def test_former_names_and_data_files_are_compared_with_every_text(project: Texts) -> None:
    """There one file alone cannot be judged: two texts that know nothing of each other claim one old address."""
    page = "---\nborn: da\nowner: editor\nreviewed: 2026-10-01\nformerly: [process/old]\ntitle: T\nsummary: S.\n---\n"
    for name in ("first", "second"):
        project.write(f"playbooks/process/{name}.da.md", page)
    assert [one.key for one in found(project, "playbooks/process/second.da.md")] == ["address-taken"]
    assert library.load(project.root, asked=["playbooks/company.yml"]).asked is None


# At a terminal --------------------------------------------------------------------------------------------------------


def run_at_terminal(project: Texts, patience: float) -> tuple[bytes, bytes]:
    """Standard output, and what a terminal gets to see on standard error."""
    code = f"from macros import cli, progress; progress.PATIENCE = {patience}; cli.main(prog_name='tillit')"
    command = [sys.executable, "-c", code, "--messages", "en", "--root", str(project.root), "check"]
    terminal, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color"}
    run = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = bytearray()
    try:
        while part := os.read(terminal, 65536):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.close(terminal)
    out, _ = run.communicate(timeout=60)
    assert run.returncode == 0
    return out, bytes(shown)


def test_who_waits_at_a_terminal_sees_how_far_it_is(project: Texts) -> None:
    """A bar on standard error once it takes long; nothing of it on standard output."""
    out, shown = run_at_terminal(project, patience=0)
    assert out == b""
    assert b"reading texts" in shown
    assert b"%" in shown
    assert b"no faults" in shown


def test_who_need_not_wait_sees_no_bar(project: Texts) -> None:
    """A check that is over in a moment says only what it found."""
    _, shown = run_at_terminal(project, patience=3600)
    assert b"reading texts" not in shown


def test_a_pipe_gets_no_bar(project: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor a log."""
    monkeypatch.setattr(progress, "PATIENCE", 0)
    assert "reading texts" not in tillit(project, "check").stderr


# Still to do ----------------------------------------------------------------------------------------------------------


def test_a_write_up_that_is_named_is_told_what_comes_later(project: Texts) -> None:
    """No fault and not counted; a check of everything says nothing of it."""
    project.change(ORIGINAL, "stage: closed", "stage: open")
    project.change(ORIGINAL, "cause: routine\n", "")
    said = "still to do when it is closed: "
    alone = tillit(project, "check", ORIGINAL)
    assert f"{ORIGINAL}: {said}Cause" in alone.stdout.splitlines()
    assert alone.exit_code == tillit(project, "check").exit_code
    assert said not in tillit(project, "check").stdout
    assert said not in tillit(project, "check", "playbooks/incidents").stdout
    marked = tillit(project, "check", "--format", "github", ORIGINAL)
    assert f"::notice file={ORIGINAL}::{ORIGINAL}: {said}Cause" in marked.stdout.splitlines()


# GitHub ---------------------------------------------------------------------------------------------------------------


def test_github_gets_a_command_for_each_fault(project: Texts) -> None:
    """With file, line and column, errors and notes apart; the exit code is as ever."""
    project.change(PLAYBOOK, "reviewed: 2026-10-01", "reviewed: soon")
    project.write("playbooks/notes.txt", "remember the milk")
    done = tillit(project, "check", "--format", "github")
    assert done.exit_code == 1
    first, second = done.stdout.splitlines()
    assert first == (
        "::warning file=playbooks/notes.txt,title=stray-file::"
        + tillit(project, "check", "playbooks/notes.txt").stdout.rstrip()
    )
    said = f"{PLAYBOOK}:5:11: reviewed: soon is not a date."
    assert second.startswith(f"::error file={PLAYBOOK},line=5,col=11,title=not-date::{said}")


def obeyed(line: str) -> tuple[str, dict[str, str], str]:
    """A line as a runner reads it: the command, its properties and its message."""
    assert line.startswith("::")
    assert len(line.splitlines()) == 1
    name, _, properties = line[2 : line.index("::", 2)].partition(" ")
    read = dict(one.split("=", 1) for one in properties.split(","))
    return name, {key: _read(said, ":,") for key, said in read.items()}, _read(line[line.index("::", 2) + 2 :], "")


def _read(said: str, more: str) -> str:
    for char in f"\r\n{more}%":
        said = said.replace(f"%{ord(char):02X}", char)
    return said


HOSTILE = "x\n::add-mask::a\r\n##[group]::set-env name=A,b:c%0A::stop-commands::e"


def test_what_stands_in_a_text_is_no_command_to_github(project: Texts) -> None:
    """Neither a fault's words nor the name of a file begins a line, ends ours or adds a property."""
    bad = fault(f"playbooks/{HOSTILE}.md", (3, 4), "bad-path", field=HOSTILE, found=HOSTILE)
    place = {"file": bad.path, "line": "3", "col": "4", "title": "bad-path"}
    assert obeyed(github.annotation(bad, "en")) == ("error", place, bad.say("en"))
    assert obeyed(github.notice(HOSTILE, HOSTILE)) == ("notice", {"file": HOSTILE}, HOSTILE)
    project.write(f"playbooks/situations/{HOSTILE.replace('/', '')}.md", "no text")
    project.change(PLAYBOOK, "reviewed: 2026-10-01", f"reviewed: {HOSTILE.splitlines()[1]}")
    project.change(TRANSLATION, "translates: sv", 'translates: sv\n"x\\n::add-mask::a": b')  # a field's name, too
    for form in ("github", "text"):
        done = tillit(project, "check", "--format", form)
        assert done.exit_code == 1
        begin = "::" if form == "github" else "playbooks/"
        assert [line for line in done.stdout.splitlines() if not line.startswith(begin)] == []
        assert len(done.stdout.splitlines()) == 3


def test_a_path_that_is_not_there_is_said_on_one_line(project: Texts) -> None:
    """A name that was made to be obeyed is only shown."""
    done = tillit(project, "check", HOSTILE)
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1


# Allowed words --------------------------------------------------------------------------------------------------------


def test_of_many_allowed_words_the_nearest_dozen_is_listed() -> None:
    """The others would fill the screen; a few are listed as they stand."""
    known = [f"field_{number}" for number in range(50)] + ["happened"]
    said = fault("a", (1, 1), "unknown-field", found="zzz", known=known).message()
    assert said.count(", ") == faults.MOST_LISTED - 1
    near = fault("a", (1, 1), "unknown-field", found="hapened", known=known).message()
    assert near.endswith("Did you mean happened?")
    few = fault("a", (1, 1), "unknown-field", found="zzz", known=known[:3]).message()
    assert few.endswith("Allowed: field_0, field_1, field_2.")


def test_the_right_word_is_found_among_thousands() -> None:
    """By its pairs of letters first, letter by letter then."""
    known = [f"../incidents/2026-01-01-something-{number}.da.md" for number in range(5000)]
    known.insert(2500, "../situations/late-delivery.da.md")
    said = fault("a", (1, 1), "link-broken", found="../situations/late-delivry.da.md", known=known).message()
    assert "../situations/late-delivery.da.md" in said

"""Reading: what stands in a file is what is read, with its place; what cannot be read is one clear fault."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import MINI, ROOT, SEED, Project, size

from macros import library, shelves, texts
from macros.faults import Fault, Faulty
from macros.languages import text_languages

CASES = Path(__file__).parent / "cases" / "texts"
PATH = "playbooks/process/here.da.md"
SLOWEST = 2.0  # seconds of the processor for one file
# Faults of a file as a whole; every other has a line and a column.
OF_THE_FILE = {
    *("symlink", "too-large", "bad-path", "file-missing", "stray-file", "unknown-shelf", "unknown-situation"),
    *("record-name", "address-taken"),
}


def cases(name: str) -> dict[str, Any]:
    return yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))


def put(root: Path, raw: bytes, path: str = PATH) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(raw)


def only_fault(root: Path, path: str = PATH) -> Fault:
    with pytest.raises(Faulty) as caught:
        texts.read(root, path)
    (found,) = caught.value.faults
    return found


@pytest.mark.parametrize("name", cases("accepted"))
def test_a_file_is_read_as_it_looks(tmp_path: Path, name: str):
    """Values, body and positions are those a person sees in an editor, whatever the line ends."""
    case = cases("accepted")[name]
    put(tmp_path, case["bytes"].encode("latin-1"))
    text = texts.read(tmp_path, PATH)
    assert text.front.value == case["values"]
    assert {key: list(text.front.at((key,))) for key in case["at"]} == case["at"]
    assert (text.body, text.first_line) == (case["body"], case["first_line"])


@pytest.mark.parametrize("name", cases("refused"))
def test_a_file_that_cannot_be_read_is_one_fault_with_its_place(tmp_path: Path, name: str):
    """One fault, at line and column (a size: the file), with words in every language."""
    case = cases("refused")[name]
    put(tmp_path, case["bytes"].encode("latin-1") * case.get("times", 1))
    found = only_fault(tmp_path)
    assert [found.key, found.line, found.column] == case["fault"]
    assert all(PATH in found.say(name) for name in ("en", *text_languages()))


@pytest.mark.parametrize("written", cases("values"))
def test_a_value_is_its_own_characters(written: str):
    """`no`, `012`, `1:30` and dates are text until a field says otherwise; only nothing, `~` and `null` are nothing."""
    assert texts.read_yaml("x", f"key: {written}\n", 1).value == {"key": cases("values")[written]}


def test_fields_say_what_a_value_is(project: Project):
    """`responsibility: no` is the answer no, `no` a country, a date a day and a moment a minute."""
    path = "playbooks/incidents/2026-02-12-late-sofas.sv.md"
    project.change(path, "responsibility: yes", "responsibility: no")
    project.change(path, "countries: [se]", "countries: [no, se]")
    facts = project.library().things["incidents/2026-02-12-late-sofas"].facts
    assert (facts.responsibility, facts.countries) == ("no", ("no", "se"))
    assert facts.happened.isoformat() == "2026-02-03"
    assert facts.detected.isoformat() == "2026-02-05T09:30:00"


@pytest.mark.parametrize("path", cases("paths"))
def test_a_path_is_a_text_only_by_the_law(path: str):
    """Shelf, thing, language and address follow from the path alone; anything else is no text."""
    expected = cases("paths")[path]
    where = texts.place(path)
    assert (where and [*where, texts.address(*where)]) == expected


def test_a_file_with_a_wrong_path_is_a_fault(project: Project):
    """A text that no law of the paths covers is named, not skipped."""
    project.write("playbooks/process/apologise.no.md", project.read("playbooks/process/apologise.nb.md"))
    assert [(one.key, one.line) for one in project.faults()] == [("bad-path", 0)]


def test_a_file_name_cannot_write_lines_of_its_own(project: Project):
    """A name with a line end or an escape is shown with its characters named: a message stays one line."""
    project.write("docs/a.da.md\nall is well\x1b[0m.md", "x")
    (found,) = project.faults()
    assert found.key == "bad-path"
    assert found.say("en").startswith("docs/a.da.md\\u000aall is well\\u001b[0m.md: ")


@pytest.mark.parametrize("path", [PATH, "playbooks/company.yml", "docs/assets/logo.png", "docs/linked", "playbooks"])
def test_a_symlink_is_refused_and_never_followed(project: Project, tmp_path: Path, path: str):
    """A linked file or folder is a fault, and nothing behind it is read."""
    outside = tmp_path / "outside"
    (outside / "process").mkdir(parents=True)
    (outside / "secret.da.md").write_text("---\ntitle: secret\n---\n")
    if project.path(path).is_dir():
        project.path(path).rename(tmp_path / "moved")
    project.path(path).unlink(missing_ok=True)
    project.path(path).symlink_to(outside if "." not in Path(path).name else outside / "secret.da.md")
    found = project.library()
    assert ("symlink", path, 0) in [(one.key, one.path, one.line) for one in found.faults]
    assert [name for name in (*found.checked, *found.assets) if name.startswith(path)] == []


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path):
    """What is no plain file is not opened at all."""
    import os

    put(tmp_path, b"")
    (tmp_path / PATH).unlink()
    os.mkfifo(tmp_path / PATH)
    assert only_fault(tmp_path).key == "symlink"


def test_every_value_has_its_place(tmp_path: Path):
    """Nested values, keys and list items have line and column; what is not there has those of what is around it."""
    put(tmp_path, b"---\na:\n  - {b: c, d: [e, f]}\n  - g\n---\n")
    front = texts.read(tmp_path, PATH).front
    assert front.at(("a", 0, "b")) == (3, 9)
    assert front.at(("a", 0, "d", 1)) == (3, 19)
    assert front.key_at(("a", 0, "d")) == (3, 12)
    assert front.at(("a", 1)) == (4, 5)
    assert front.at(("a", 0, "missing")) == (3, 5)
    assert dict(front.strings()) == {
        ("a", 0, "b"): "c",
        ("a", 0, "d", 0): "e",
        ("a", 0, "d", 1): "f",
        ("a", 1): "g",
    }


# Mutations ------------------------------------------------------------------------------------------------------------

NASTY = [
    *("---\n", "\n---\n", "{{", "}}", "{%", "<!-- internal -->\n", "<!-- /internal -->\n", "<!--", "-->", "\0", "\t"),
    *(
        "<b>",
        "](",
        "[",
        "`",
        "```\n",
        "\n\n",
        "\n    ",
        "# ",
        "## ",
        "### a {#a}\n",
        "!!! ",
        "> ",
        "- ",
        "|",
        "&a",
        "*a",
    ),
    *(": ", "'", '"', "[a, ", "{", "}", "!!str ", "\ufeff", "\u202e", "é", "🙂", "\r", "~", "no", "2026-02-30", "-1"),
    *("{#a .b}", "{amount}", '{{ apology("x") }}', "seen: {on: 1}\n", "born: da\n", "translates: sv\n", "\\", "999999"),
]


def mutate(random: random.Random, raw: bytes) -> bytes:
    """A few small accidents: pieces lost, doubled, moved, nasty pieces put in, bytes changed."""
    for _ in range(random.randint(1, 4)):
        start = random.randrange(len(raw) + 1)
        end = min(len(raw), start + random.choice((1, 3, 20, 200)))
        piece = raw[start:end]
        other = random.randrange(len(raw) + 1)
        raw = random.choice(
            (
                raw[:start] + raw[end:],
                raw[:start] + piece * 2 + raw[end:],
                raw[:other] + piece + raw[other:],
                raw[:start] + random.choice(NASTY).encode() + raw[start:],
                raw[:start] + random.choice(NASTY).encode() + raw[start:],
                raw[:start] + bytes([random.randrange(256)]) + raw[start + 1 :],
                raw[:start],
            )
        )
    return raw


def sound(one: Fault) -> bool:
    """A place, and words in every language."""
    placed = (one.line >= 1 and one.column >= 1) or one.key in OF_THE_FILE
    return placed and all(len(one.message(name)) > 10 for name in ("en", *text_languages()))


def real_texts() -> list[tuple[str, bytes]]:
    found = []
    for root in (MINI, ROOT):
        names = [path for path in texts.walk(root) if texts.place(path)]
        found += [(path, (root / path).read_bytes()) for path in names]
    return found


def test_a_damaged_text_is_faults_never_a_traceback(tmp_path: Path):
    """Whatever happens to a text, reading it ends soon, and each fault has a place and words in every language."""
    chance = random.Random(SEED)
    sources = real_texts()
    refused = 0
    for _ in range(size(600, 20_000)):
        path, raw = chance.choice(sources)
        put(tmp_path, mutate(chance, raw), path)
        began = time.process_time()
        try:
            found = shelves.check(texts.read(tmp_path, path)).faults
        except Faulty as error:
            found = error.faults
        assert time.process_time() - began < SLOWEST, (tmp_path / path).read_bytes()
        assert [one for one in found if not sound(one)] == []
        refused += bool(found)
    assert refused > size(600, 20_000) // 4  # else the accidents were too small to mean anything


def test_a_damaged_project_is_faults_never_a_traceback(project: Project):
    """The same for a whole project with one damaged file in it, data files too: all rules run to their end."""
    chance = random.Random(SEED)
    paths = [*(path for path in texts.walk(project.root) if texts.place(path)), *library.DATA_FILES]
    for _ in range(size(200, 10_000)):
        path = chance.choice(paths)
        whole = project.path(path).read_bytes()
        project.write(path, mutate(chance, whole))
        began = time.process_time()
        found = project.faults()
        assert time.process_time() - began < SLOWEST
        assert [one for one in found if not sound(one)] == []
        project.write(path, whole)

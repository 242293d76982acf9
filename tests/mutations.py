"""Write-ups broken in every way a person, a program or somebody hostile might break them; made from a seed.

A mutant is a real write-up with one to three mutations. `run` has a process of its own check them, as `tillit check`
does with one file, and show those without faults: a mutant that never ends costs that process, not the tests.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import re
import shutil
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conftest import MINI, ROOT
from selectolax.lexbor import LexborHTMLParser

from macros import cards, checks, library, texts
from macros.faults import Fault
from macros.library import EDITIONS

SHELF = "playbooks/incidents"
HARD_LIMIT = 60  # seconds without an answer: it hangs
MESSAGES = ("en", "da", "sv", "nb")
OF_THE_FILE = {"bad-path", "symlink", "too-large", "unknown-shelf", "record-name", "stray-file"}  # have no line
RUNS_OR_LOADS = ("script", "iframe", "object", "embed", "style", "form", "base", "meta", "link", "svg")
SCHEMES = ("http:", "https:", "mailto:", "tel:")
LONGEST_MESSAGE = 6_000  # characters; paths may be long

Dice = random.Random
STRINGS = [
    *("", " ", "~", "null", "no", "yes", "true", "0", "-1", "1e9", ".nan", ".inf", "0x1F", "0o17", "012", "1_000"),
    "1:30",
    *("9" * 400, "-" + "9" * 30, "9" * 12, "0.1", "٣", "１２", "²", "1" * 4301),
    *("0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-13-01"),
    "-2026-01-01",
    *("2026-02-03 24:00", "2026-02-03 09:61", "2026-02-03T09:30", "2026-02-03 09:30:00", "2026-02-03T09:30+25:00"),
    "20260203",
    *("../../../etc/passwd", "..", ".", "/etc/passwd", "a/../b", "a//b", "C:\\windows", "con", "a/b/c"),
    "incidents/..",
    *("situations/late-delivery/../../x", "%2e%2e/x", "late-delivery.da.md", "LATE-DELIVERY", "late_delivery"),
    "x" * 81,
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- internal -->", "<!--", "-->"),
    "<a href=javascript:x>",
    *("{{ 7*7 }}", "{% for x in y %}", "{{ company('name') }}", "{#", "{{", "}}", "{", "}", "${7*7}"),
    *("{0.__class__}", "%s%n"),
    *("javascript:alert(1)", "data:text/html,x", "vbscript:x", "JaVaScRiPt:x", "//evil.example"),
    "file:///etc/passwd",
    *("\u202eabc", "a\u200bb", "\ufeff", "\u2066x\u2069", "\u00ad", "\ue000", "\U000e0041", "\ufffe", "\u2028"),
    "\x85",
    *("👩‍👩‍👧‍👦", "e" + "\u0301" * 300, "\u0301", "𝕏", "Å", "A\u030a", "ﷺ", "İ", "ß" * 50, "ǆ"),
    *("'", '"', "''", '""', "'\"", "\\", "\\u0000", "\\ud800", "\\x00", ": ", " #", "#", "- ", "? ", "| ", "> "),
    *("&a", "*a", "!x"),
    *("[", "]", "[]", "{}", "[[]]", "{a: b}", "[1, 2", "{a: ", "[a, [b, [c]]]", "{? a : b}"),
    "!!python/object:os.system x",
    *("x" * 121, "x" * 301, "x" * 601, "x" * 1990, "x" * 2001, "æøå " * 400, "no-such-thing", "none", "open"),
    "public",
]
LINES = [
    *("## Vad hände", "## Hvad skete der", "## Cause", "## ", "##", "# Titel", "#### Fyra", "## top", "## Top"),
    *("### Del", "## æøå"),
    *("Titel\n=====", "Titel\n-----", "## A {#a .b}", "> ## I et citat", "- ## I en liste", "    ## I kode"),
    "\t## Tab",
    *("---", "...", "--- # x", "***", "+++", "```", "~~~", "```html", "    <script>", "````\n```", "`<b>`"),
    *("<b>x</b>", "<div", "</p>"),
    *("<!-- internal -->", "<!-- /internal -->", "<!-- Internal -->", "<!-- intern", "<!---->", "<!-->", "<!--->"),
    "<![CDATA[x]]>",
    *("- new-date: igen.", "- : x", "- a-b:", "- NEW: x", "* new-date: x", "1. new-date: x", "- [ ] new-date: x"),
    "- new-date:x",
    *("[a](javascript:alert(1))", "[a](JAVASCRIPT:x)", "[a](data:text/html,x)", "[a](//evil.example)"),
    "[a](\\\\evil\\x)",
    *("[a](../../../../etc/passwd)", "[a](..)", "[a](.)", "[a]()", "[a](#)", "[a](#nowhere)", "[a](?x=1)"),
    *("[a](a b)", "[a](<a b>)"),
    *("[a](../situations/late-delivery.da.md#%00)", "[a](../situations/LATE.da.md)", "[a](%2e%2e/x.da.md)"),
    "[a](x.da.md?#x)",
    *("![a](x.png)", "![a](javascript:x)", "![a](../../docs/assets/site/x.svg)", "[a][b]\n\n[b]: javascript:x"),
    *("[b]: x", "<javascript:x>"),
    *("[a](https://x.example \"t' onmouseover='x\")", "[a](mailto:a@b.c?body=%0d%0a)", "[a](tel:+45)"),
    "https://bare.example",
    *("{{ incident('x') }}", "{{ 7*7 }}", "{% raw %}", "{amount}", "{{ x", "|a|b|\n|-|-|\n|c|d|"),
    "|a|\n|" + "-|" * 900,
    *("!!! say", "??? x", "!!! foo", "\ufeff", "\u202e", "\x00", "\x07", "\x1b[31m", "\x0b", "\x85", "\u2028"),
    "a\u0301" * 500,
    *("&lt;script&gt;", "&#106;avascript:x", "&#0;", "&nbsp;" * 200, "\\<b>", "\\[a](x)", "a  \nb", "a\\\nb"),
    *("~~x~~", "_a*b_c*"),
]


@dataclass
class Mutant:
    number: int
    project: str  # the small one or the real one
    path: str
    raw: bytes
    how: tuple[str, ...]


@dataclass
class Report:
    """What came of all mutants."""

    checked: int = 0
    shown: int = 0
    keys: Counter = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


# Mutations: each takes dice and a text, and gives a text or bytes -----------------------------------------------------


def _front(text: str) -> tuple[list[str], str]:
    parts = text.split("---\n", 2)
    return (parts[1].splitlines(), parts[2]) if len(parts) == 3 else ([], text)


def _join(front: list[str], body: str) -> str:
    return "---\n" + "".join(f"{line}\n" for line in front) + "---\n" + body


def value(dice: Dice, text: str) -> str:
    """A value of the front matter becomes another."""
    front, body = _front(text)
    lines = [number for number, line in enumerate(front) if ":" in line]
    if not lines:
        return text
    number = dice.choice(lines)
    said = dice.choice(STRINGS)
    single = "'" + said.replace("'", "''") + "'"
    quoted = dice.choice([said, said, json.dumps(said), single, f"[{said}]", f"{{a: {said}}}"])
    front[number] = front[number].split(":", 1)[0] + ": " + quoted
    return _join(front, body)


def inner_value(dice: Dice, text: str) -> str:
    """A value inside a list or a group."""
    front, body = _front(text)
    spots = [(n, m) for n, line in enumerate(front) for m in re.finditer(r"(?<=[:\[,] )[^,\]\[{}]+(?=[,}\]])", line)]
    if not spots:
        return text
    number, match = dice.choice(spots)
    line = front[number]
    front[number] = line[: match.start()] + dice.choice(STRINGS) + line[match.end() :]
    return _join(front, body)


def key(dice: Dice, text: str) -> str:
    """A key goes, comes twice, is misspelt, moves, or is new."""
    front, body = _front(text)
    if not front:
        return text
    number = dice.randrange(len(front))
    line = front[number]
    name, colon, rest = line.partition(":")
    facts = ["severity: 9", "audience: public", "formerly: [incidents/x, ../x]", "stage: notice"]
    new = {
        "gone": [],
        "twice": [line, line],
        "misspelt": [name[:-1] + colon + rest],
        "odd": [dice.choice(STRINGS) + colon + rest],
        "new": [line, f"{dice.choice(STRINGS)}: {dice.choice(STRINGS)}"],
        "indented": ["  " + line],
        "no colon": [line.replace(":", "")],
        "no space": [line.replace(": ", ":")],
        "translates": [line, dice.choice(["translates: da", "born: nb", "seen: {on: 2026-01-01, sections: {a: b}}"])],
        "fact": [line, dice.choice(facts)],
    }
    front[number : number + 1] = new[dice.choice(sorted(new))]
    if dice.random() < 0.2:
        dice.shuffle(front)
    return _join(front, body)


def bomb(dice: Dice, text: str) -> str:
    """YAML made to cost much."""
    front, body = _front(text)
    promise = "  - {{id: p{}, owner: editor, due: 2026-01-01, kept: open}}"
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    made = {
        "aliases": ["a0: &a0 [x, x, x]", *levels],
        "merge": ["a: &a {b: c}", "d: {<<: *a}"],
        "deep lists": ["a: " + "[" * dice.choice([11, 12, 13, 500, 1900]) + "]" * dice.choice([0, 11, 12, 500])],
        "deep maps": ["a: " + "{a: " * dice.choice([11, 13, 300]) + "b" + "}" * dice.choice([0, 11, 300])],
        "deep blocks": [" " * n + "a:" for n in range(dice.choice([11, 13, 900]))],
        "many keys": [f"key{n}: {n}" for n in range(dice.choice([500, 2500]))],
        "many items": ["search_terms: [" + "\n  " + ",\n  ".join(["x"] * 2100) + "]"],
        "long key": ["k" * 1500 + ": x"],
        "complex key": ["? [a, b]\n: c"],
        "tag": ["x: !!python/object/apply:os.system ['true']", "y: !!binary aGk="],
        "documents": ["---", "a: b"],
        "directive": ["%YAML 1.1", "%TAG ! tag:x,2000:"],
        "block text": ["why: |", "  <script>", "  {{ x }}"],
        "folded": ["title: >-", "  a", "", "  b"],
        "promises": ["promises:", *map(promise.format, range(300))],
        "tabs": ["a:\t- b", "\tc: d"],
    }
    lines = made[dice.choice(sorted(made))]
    where = dice.randrange(len(front) + 1)
    return _join([*front[:where], *lines, *front[where:]], body)


def line(dice: Dice, text: str) -> str:
    """A line of the body comes, goes, comes twice or moves."""
    front, body = _front(text)
    lines = body.split("\n")
    where = dice.randrange(len(lines))
    what = dice.randrange(5)
    if what < 3:
        said = dice.choice(LINES)
        lines[where:where] = dice.choice([["", said, ""], [said], [lines[where] + " " + said]])
    elif what == 3:
        lines[where : where + dice.randrange(1, 9)] = []
    else:
        other = dice.randrange(len(lines))
        lines[where], lines[other] = lines[other], lines[where]
    return _join(front, "\n".join(lines))


def section(dice: Dice, text: str) -> str:
    """A section comes twice, goes, is empty, or changes its place."""
    front, body = _front(text)
    parts = re.split(r"(?m)^(?=## )", body)
    number = dice.randrange(len(parts))
    what = dice.randrange(4)
    if what == 0:
        parts.insert(dice.randrange(len(parts) + 1), parts[number])
    elif what == 1:
        del parts[number]
    elif what == 2:
        parts[number] = parts[number].split("\n")[0] + "\n\n"
    else:
        dice.shuffle(parts)
    return _join(front, "".join(parts))


def heap(dice: Dice, text: str) -> str:
    """Very much of one thing, in lines or in one."""
    markup = [
        "[",
        "](",
        "![",
        "*",
        "_",
        "`",
        "<",
        "<a ",
        "<!--",
        "> ",
        "- ",
        "#",
        "{",
        "{{",
        "&",
        "&amp;",
        "\\",
        "|",
        "~",
    ]
    words = ["a", "å", "😀", "\u0301", "0", "1 ", "12345678 ", "a@", "a.", "a-", "+45 ", "(", '"', "'", "\n"]
    thing = dice.choice(markup + words)
    many = dice.choice([100, 1_900, 20_000, 60_000])
    said = thing * many
    if dice.random() < 0.6:  # within what a line may hold
        said = "\n".join(said[start : start + 1_900] for start in range(0, len(said), 1_900))
    where = dice.randrange(len(text))
    return text[:where] + said + text[where:]


def nest(dice: Dice, text: str) -> str:
    """Markdown in Markdown in Markdown."""
    deep = dice.choice([5, 19, 25, 300])
    made = [
        "> " * deep + "x",
        "\n".join("  " * n + "- x" for n in range(min(deep, 300))),
        "[" * deep + "x" + "](y)" * deep,
        "*" * deep + "x" + "*" * deep,
        "- " * deep + "new-date: x",
        "\n".join("> " * n + "- x" for n in range(min(deep, 60))),
        "![" * deep + "](x)" * deep,
    ]
    front, body = _front(text)
    return _join(front, body + "\n" + dice.choice(made) + "\n")


def characters(dice: Dice, text: str) -> str:
    """Some characters go, come or change."""
    for _ in range(dice.choice([1, 1, 3, 20])):
        where = dice.randrange(len(text))
        said = dice.choice([*STRINGS[-60:], chr(dice.randrange(0xD800)), chr(dice.randrange(0xE000, 0x110000)), ""])
        text = text[:where] + said[:40] + text[where + dice.randrange(3) :]
    return text


def cut(dice: Dice, text: str) -> str:
    """The file ends early, begins late, or holds itself twice."""
    where = dice.randrange(len(text))
    ends = [text[:where], text[where:], text + text, text[:where] + text, "\n" + text]
    return dice.choice([*ends, "---\n", "---\n---\n", ""])


def ends(dice: Dice, text: str) -> bytes:
    """Line ends of other systems, and mixtures of them."""
    mixed = [b"\r\n", b"\n", b"\r"]
    kinds = dice.choice([[b"\r\n"], [b"\r"], mixed, [b"\n\r"], [b"\r\r\n"], ["\x85".encode()], [b"\x0b"]])
    return b"".join(part + dice.choice(kinds) for part in text.encode().split(b"\n"))


def encoding(dice: Dice, text: str) -> bytes:
    """Another encoding, a mark of one, or bytes that are none."""
    made: list[Callable[[], bytes]] = [
        lambda: text.encode("latin-1", "replace"),
        lambda: text.encode("cp1252", "replace"),
        lambda: text.encode("utf-16"),
        lambda: text.encode("utf-16-le"),
        lambda: text.encode("utf-32"),
        lambda: b"\xef\xbb\xbf" + text.encode(),
        lambda: b"\xef\xbb\xbf" * 2 + text.encode(),
        lambda: text.encode().decode("latin-1").encode(),
        lambda: text.encode("utf-7"),
        lambda: text.encode("cp037", "replace"),
        lambda: bytes(dice.randrange(256) for _ in range(2_000)),
    ]
    return dice.choice(made)()


def some_bytes(dice: Dice, text: str) -> bytes:
    """Single bytes change, such as by a bad disk."""
    raw = bytearray(text.encode())
    for _ in range(dice.choice([1, 2, 10, 200])):
        raw[dice.randrange(len(raw))] = dice.choice([0, 0x80, 0xFF, 0xC0, 0xED, 0xF5, dice.randrange(256)])
    return bytes(raw)


MUTATIONS = {
    **{one.__name__: one for one in (value, inner_value, key, bomb, line, section, heap, nest, characters, cut)},
    **{one.__name__: one for one in (ends, encoding, some_bytes)},
}
# What leaves most of a text whole is tried most, for it gets furthest.
OFTEN = ["value", "value", "inner_value", "inner_value", "key", "key", "line", "line", "line", "section", *MUTATIONS]
NAMES = [
    *("2026-02-30-x.da.md", "x.da.md", "2026-02-12-late-sofas.no.md", "2026-02-12-.da.md", "2026-02-12-A.da.md"),
    "x..da.md",
    *("2026-02-12-late-sofas.da.md.md", "2026-02-12 x.da.md", "2026-02-12-æ.da.md", "0000-01-01-x.da.md"),
    "9999-12-31-x.da.md",
    *("2026-02-12-x\n::add-mask::.da.md", "%2e%2e.da.md", "2026-02-12-" + "x" * 200 + ".da.md", "2026-02-12-x.DA.md"),
    "\u202e.da.md",
]


def bases() -> list[tuple[str, str, str]]:
    """Every real write-up: its project, its path and its words."""
    found = []
    for project, root in (("small", MINI), ("real", ROOT)):
        for path in sorted((root / SHELF).glob("*.md")):
            found.append((project, path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")))
    return found


def mutant(seed: int, number: int, originals: list[tuple[str, str, str]]) -> Mutant:
    """One mutant, the same for a seed, a number and the write-ups there are."""
    dice = random.Random(f"{seed}:{number}")
    project, path, text = dice.choice(originals)
    made: str | bytes = text
    how = []
    for _ in range(dice.choice([1, 1, 2, 3])):
        name = dice.choice(OFTEN)
        if isinstance(made, bytes) or not made:  # bytes are the last word
            break
        made = MUTATIONS[name](dice, made)
        how.append(name)
    if dice.random() < 0.02:
        path = f"{SHELF}/{dice.choice(NAMES)}"
        how.append("name")
    raw = made.encode("utf-8", "surrogatepass") if isinstance(made, str) else made
    return Mutant(number, project, path, raw, tuple(how))


# Checking them --------------------------------------------------------------------------------------------------------


def run(seed: int, numbers: range, folder: Path) -> Report:
    """Check and show these mutants in a process of their own; one that gives no answer is a failure, and left out."""
    report = Report()
    waiting = list(numbers)
    while waiting:
        here, there = multiprocessing.Pipe()
        worker = multiprocessing.get_context("spawn").Process(target=_work, args=(seed, waiting, folder, there))
        worker.start()
        there.close()
        try:
            while waiting:
                if not here.poll(HARD_LIMIT):
                    raise EOFError
                number, keys, shown, failure = here.recv()
                assert number == waiting.pop(0)
                report.checked += 1
                report.shown += shown
                report.keys.update(keys)
                if failure:
                    report.failures.append(f"mutant {number}: {failure}")
        except EOFError:
            report.failures.append(f"mutant {waiting.pop(0)}: no answer")
        finally:
            worker.kill()
            worker.join()
    return report


def _work(seed: int, numbers: list[int], folder: Path, answers: Any) -> None:
    originals = bases()
    roots = {"small": folder / "small", "real": folder / "real"}
    for name, root in (("small", MINI), ("real", ROOT)):
        for top in ("playbooks", "docs"):
            shutil.copytree(root / top, roots[name] / top, dirs_exist_ok=True)
    for number in numbers:
        one = mutant(seed, number, originals)
        try:
            keys, shown = judge(one, roots[one.project])
            failure = ""
        except Exception:
            keys, shown, failure = [], False, f"{one.how} {traceback.format_exc(limit=-4)}"
        answers.send((number, keys, shown, failure))


def judge(one: Mutant, root: Path) -> tuple[list[str], bool]:
    """The keys of a mutant's faults, and whether it had none and was shown. AssertionError where one is not right."""
    file = root / one.path
    before = file.read_bytes() if file.exists() else None
    file.write_bytes(one.raw)
    try:
        read = library.load(root, asked=[one.path])
        found = checks.all_faults(read)
        for fault in found:
            assert_helps(fault, one)
        errors = [fault for fault in found if fault.severity == "error"]
        if not errors:
            assert one.path in read.checked, "no fault, and not read"
            show(read, one.path)
        return [fault.key for fault in found], not errors
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)


def assert_helps(fault: Fault, one: Mutant) -> None:
    """A fault has a place that is in the file, and words in every language that fit on a line."""
    lines = len(re.split(rb"\r\n|\r|\n", one.raw))
    assert fault.path == one.path
    if fault.line or fault.key not in OF_THE_FILE:
        assert 1 <= fault.line <= lines, fault
        assert fault.column >= 1, fault
    for words in MESSAGES:
        said = fault.say(words)
        assert said.isprintable(), said
        assert len(said) <= LONGEST_MESSAGE, fault.key


def show(read: library.Library, path: str) -> None:
    """The page of a write-up in each edition that holds it: nothing in it runs or leads where it must not."""
    where = texts.place(path)
    for name in EDITIONS:
        edition = read.edition(name)
        page = edition.page("/".join(where[:2]), where[2])
        if page:
            assert_harmless(cards.incident_page(page).html)


def assert_harmless(html: str) -> None:
    for node in LexborHTMLParser(html).root.traverse():
        assert node.tag not in RUNS_OR_LOADS, html
        for name, said in node.attributes.items():
            assert not name.startswith("on") and name != "style", html
            if name in ("href", "src") and said and ":" in said.split("/")[0].split("#")[0].split("?")[0]:
                assert said.lower().startswith(SCHEMES), html

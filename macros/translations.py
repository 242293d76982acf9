"""Translations: what is missing, what is behind its original, and whether facts in the words agree.

`tillit translations accept` writes which original a translation was compared with (`seen`); nothing else does, and
neither Git nor a file's date is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from . import bodies, embeds
from .bodies import fingerprint
from .faults import Fault, fault
from .languages import language
from .library import Library, Thing
from .shelves import Checked, Translation
from .texts import DEVELOPERS, read_file


@dataclass(frozen=True)
class State:
    """How a translation stands to its original. `kind`: missing, uncompared, behind, current."""

    kind: str
    behind: tuple[str, ...] = ()  # section ids that changed, came or went since it was compared

    @property
    def is_current(self) -> bool:
        return self.kind == "current"


def fingerprints(original: Checked) -> dict[str, str]:
    """The fingerprint of every section; `top` is title, summary and the text before the first heading."""
    found = {}
    for section in original.body.sections:
        words = original.body.words(section)
        if section.id == "top":
            words = f"{original.front.title}\n{original.front.summary}\n{words}"
        found[section.id] = fingerprint(words)
    return found


def state(thing: Thing, name: str) -> State:
    """How the version in the language `name` stands to the original."""
    one = thing.versions.get(name)
    if one is None:
        return State("missing")
    if not isinstance(one.front, Translation):
        return State("current")
    if one.front.seen is None:
        return State("uncompared")
    now, then = fingerprints(thing.original), one.front.seen.sections
    behind = tuple(id for id in {**now, **then} if now.get(id) != then.get(id))
    return State("behind", behind) if behind else State("current")


def report(library: Library) -> Iterator[tuple[Thing, str, State]]:
    """Every pair of text and built language that is not current."""
    wanted = library.company.languages if library.company else ()
    for thing in library.things.values():
        if thing.shelf == DEVELOPERS:
            continue
        for name in wanted:
            found = state(thing, name)
            if not found.is_current:
                yield thing, name, found


# Parity ---------------------------------------------------------------------------------------------------------------


def faults(library: Library) -> Iterator[Fault]:
    """Where a section that counts as compared says other facts than its original: links, macro calls, numbers, dates."""
    for thing in library.things.values():
        for name, one in thing.versions.items():
            if not isinstance(one.front, Translation) or one.front.seen is None:
                continue
            behind = set(state(thing, name).behind)
            for section in one.body.sections:
                twin = thing.original.body.by_id.get(section.id)
                if twin is not None and section.id not in behind:
                    yield from _compare(one, section, thing.original, twin)


def _compare(one: Checked, section: bodies.Section, original: Checked, twin: bodies.Section) -> Iterator[Fault]:
    here = _facts(one, section)
    there = _facts(original, twin)
    for kind in here:
        extra, lacking = here[kind] - there[kind], there[kind] - here[kind]
        if extra or lacking:
            said = [f"+ {value}" for value in extra.elements()] + [f"− {value}" for value in lacking.elements()]
            at = (section.line, 1)
            yield fault(
                one.text.path,
                at,
                f"parity-{kind}",
                field=section.id,
                found="; ".join(said),
                original=original.text.path,
            )


def _facts(one: Checked, section: bodies.Section) -> dict[str, Counter]:
    """The facts in a section's words, in a form that is the same in every language."""
    words = one.body.words(section)
    start = section.line
    following = [other.line for other in one.body.sections if other.line > start and other.id != "top"]
    end = min(following, default=10**9)
    if section.id == "top":
        start = 0
        words += f"\n{one.front.title}\n{one.front.summary}"
    links = [link for link in one.body.links if start <= link.line < end]
    calls = [call for call in one.body.calls if start <= call.line < end]
    words = re.sub(r"\{\{.*?\}\}", " ", words)
    for link in links:
        words = words.replace(f"({link.url})", " ")
    return {
        "links": Counter(re.sub(r"\.[a-z]{2}\.md", "", link.url) for link in links),
        "calls": Counter(_call_fact(call) for call in calls),
        "numbers": Counter(values(words, one.text.language)),
    }


def _call_fact(call: bodies.Call) -> str:
    """A call without its free words: those belong to the language."""
    fixed = embeds.MACROS[call.name].options if call.name in embeds.MACROS else {}
    named = [f"{name}={value}" for name, value in call.kwargs if name in fixed or not isinstance(value, str)]
    return f"{call.name}({', '.join([*map(str, call.args), *sorted(named)])})"


@cache
def _number_forms(name: str) -> tuple[re.Pattern, re.Pattern, re.Pattern, dict[str, int]]:
    from babel import Locale

    locale = Locale.parse(language(name).words["locale"])
    months = {month.lower(): number for number, month in locale.months["format"]["wide"].items()}
    names = "|".join(months)
    day = re.compile(rf"\b(\d{{1,2}})\.? ({names})(?: (\d{{4}}))?\b", re.I)
    iso = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
    separator = r"[.\u00a0\u202f ]" if language(name).words["thousands"] == "." else r"[\u00a0\u202f ]"
    number = re.compile(rf"(?<![\w.,:])\d{{1,3}}(?:{separator}\d{{3}})+(?:,\d+)?(?!\d)|(?<!\w)\d+(?:[.,:]\d+)*")
    return day, iso, number, months


def values(words: str, name: str) -> Iterator[str]:
    """Dates, times and numbers in a text, as the language writes them: `1.234,50` in Danish is `1 234,50` in Swedish.

    >>> sorted(values("den 5. juni 2026 kl. 9.30: 1.234,50 kr.", "da"))
    ['1234.5', '2026-06-05', '9:30']
    """
    day, iso, number, months = _number_forms(name)

    def take_day(match: re.Match) -> str:
        found.append("-".join(filter(None, (match[3], f"{months[match[2].lower()]:02d}", f"{int(match[1]):02d}"))))
        return " "

    found: list[str] = []
    words = day.sub(take_day, words)
    words = iso.sub(lambda match: found.append(match[0]) or " ", words)
    for match in number.finditer(words):
        found.append(_value(match[0]))
    yield from found


def _value(raw: str) -> str:
    if time := re.fullmatch(r"([01]?\d|2[0-3])[.:]([0-5]\d)", raw):
        return f"{int(time[1])}:{time[2]}"
    plain = re.sub(r"[\u00a0\u202f ]", "", raw)
    plain = re.sub(r"\.(?=\d{3}(\D|$))", "", plain).replace(",", ".")
    try:
        return f"{float(plain):g}" if len(plain) < 12 else plain
    except ValueError:
        return plain


# Accepting ------------------------------------------------------------------------------------------------------------


def accept(root: Path, thing: Thing, name: str, today: date) -> bool:
    """Write into a translation that it was compared with the original as it is now. False when it already says so."""
    one = thing.versions[name]
    if state(thing, name).is_current:
        return False
    sections = [f"    {id}: {mark}" for id, mark in fingerprints(thing.original).items()]
    seen = ["seen:", f"  on: {today.isoformat()}", "  sections:", *sections]
    path = root / one.text.path
    raw = path.read_bytes()
    newline = "\r\n" if b"\r\n" in raw else "\n"
    bom = "\ufeff" if raw.startswith(b"\xef\xbb\xbf") else ""
    lines = read_file(root, one.text.path).split("\n")
    front_end = one.text.first_line - 2  # the index of the closing `---`
    kept = _without_seen(lines[1:front_end], one)
    written = bom + newline.join([lines[0], *kept, *seen, *lines[front_end:]])
    beside = path.with_suffix(".tillit-new")
    beside.write_bytes(written.encode())
    beside.replace(path)
    return True


def _without_seen(front: list[str], one: Checked) -> list[str]:
    """The front matter's lines without the `seen` entry, however it was written."""
    marks = one.text.front.marks
    if ("seen", None) not in marks:
        return front
    start = marks["seen", None][0] - 2
    later = [at[0] - 2 for loc, at in marks.items() if len(loc) == 2 and loc[1] is None and at[0] - 2 > start]
    return front[:start] + front[min(later, default=len(front)) :]

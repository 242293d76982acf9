"""Translations: what is missing, what is behind its original, and whether facts in the words agree.

`tillit translations accept` writes which original a translation was compared with (`seen`); nothing else does, and
neither Git nor a file's date is asked. Only in sections that are as they were then must the facts agree: a translation
that is missing or behind never breaks a build.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

import yaml

from . import bodies, embeds, record, texts
from .bodies import ADMONITION, CALL_REST, CALL_START, Section, fingerprint
from .faults import Fault, Faulty, fault, shorten
from .languages import language, text_languages
from .library import Library, Thing
from .shelves import SHELVES, Checked, Translation
from .texts import DEVELOPERS


@dataclass(frozen=True)
class State:
    """How a translation stands to its original. `kind`: missing, uncompared, behind, current."""

    kind: str
    behind: tuple[str, ...] = ()  # section ids that changed, moved, came or went since it was compared

    @property
    def is_current(self) -> bool:
        return self.kind == "current"


def fingerprints(original: Checked) -> dict[str, str]:
    """The fingerprint of every section; `top` is title, summary and the text before the first heading."""
    return original.once("fingerprints", lambda: dict(_fingerprints(original)))


def _fingerprints(original: Checked) -> Iterator[tuple[str, str]]:
    for section in original.body.sections:
        words = [original.body.words(section), *_block_marks(original, section)]
        if section.id == "top":
            words = [*top_words(original), *words]
        yield section.id, fingerprint("\n".join(words))


def top_words(one: Checked) -> list[str]:
    """The words that stand in front matter and are read with what comes before the first heading."""
    names = ("title", "summary", *record.RecordWords.model_fields)
    return [words for name in names if (words := getattr(one.front, name, None))]


def lines_of(one: Checked, section: Section) -> range:
    """The lines of the file that a section stands on."""
    number = one.body.sections.index(section)
    following = one.body.sections[number + 1 : number + 2]
    end = following[0].line if following else one.text.first_line + one.body.height
    return range(section.line, end)


def _block_marks(one: Checked, section: Section) -> list[str]:
    """The `!!! say "Title"` lines of a section: their titles are words, and `say` is not `avoid`."""
    if SHELVES[one.text.shelf].dialect != "playbook":
        return []
    lines = one.body.source.split("\n")
    own = (lines[number - one.text.first_line] for number in lines_of(one, section))
    return [line.strip() for line in own if ADMONITION.match(line)]


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
    stayed = [id for id in now if id in then]
    moved = {id for id, other in zip(stayed, (id for id in then if id in now), strict=True) if id != other}
    behind = tuple(id for id in {**now, **then} if now.get(id) != then.get(id) or id in moved)
    return State("behind", behind) if behind else State("current")


def is_compared(thing: Thing, one: Checked, section: str) -> bool:
    """Whether a section of one version was compared with the original's as that is now; an original always was."""
    if not isinstance(one.front, Translation):
        return True
    if one.front.seen is None:
        return False
    return fingerprints(thing.original).get(section) == one.front.seen.sections.get(section)


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
    """Where what counts as compared says other facts than its original: sections, links, macro calls, numbers."""
    for thing in library.things_asked():
        for name, one in thing.versions.items():
            if not isinstance(one.front, Translation) or one.front.seen is None:
                continue
            behind = set(state(thing, name).behind)
            yield from _compare_sections(one, thing.original, behind)
            for section in one.body.sections:
                twin = thing.original.body.by_id.get(section.id)
                if twin is not None and section.id not in behind:
                    yield from differences(library, one, section, thing.original, twin)


def _compare_sections(one: Checked, original: Checked, behind: set[str]) -> Iterator[Fault]:
    here = [section.id for section in one.body.sections if section.id not in behind]
    there = [section.id for section in original.body.sections if section.id not in behind]
    if said := _difference(Counter(here), Counter(there)):
        at, path = (one.text.first_line, 1), original.text.path
        yield fault(one.text.path, at, "parity-sections", differs=said, original=path)
    elif misplaced := next((id for id, other in zip(here, there, strict=True) if id != other), None):
        at = (one.body.by_id[misplaced].line, 1)
        yield fault(one.text.path, at, "section-order", expected=", ".join(there[1:]))


def _difference(here: Counter, there: Counter) -> str:
    extra, lacking = here - there, there - here
    said = [f"+ {value}" for value in extra.elements()] + [f"− {value}" for value in lacking.elements()]
    return shorten("; ".join(said), limit=400)


def differences(library: Library, one: Checked, section: Section, original: Checked, twin: Section) -> Iterator[Fault]:
    """Where a section of a translation says other facts than its twin in the original; they count once compared."""
    at, path = (section.line, 1), original.text.path
    parts, twins = _parts(one, section), _parts(original, twin)
    if Counter(parts) == Counter(twins) and parts != twins:
        yield fault(one.text.path, at, "section-order", field=section.id, expected=", ".join(twins))
    here, there = _facts(library, one, section), _facts(library, original, twin)
    here["sections"], there["sections"] = Counter(parts), Counter(twins)
    for kind in here:
        if said := _difference(here[kind], there[kind]):
            yield fault(one.text.path, at, f"parity-{kind}", field=section.id, differs=said, original=path)


def _parts(one: Checked, section: Section) -> list[str]:
    """The ids and classes of a section and its parts, in order; those of a write-up are words of its language."""
    if SHELVES[one.text.shelf].dialect == "record":
        return []
    own = [f".{name}" for name in section.classes]
    return own + [" .".join([part.id, *sorted(part.classes)]) for part in section.parts]


def _facts(library: Library, one: Checked, section: Section) -> dict[str, Counter]:
    """The facts in a section's words, in a form that is the same in every language."""
    lines = lines_of(one, section)
    links = (_link_fact(library, one, link) for link in one.body.links if link.line in lines)
    return {
        "links": Counter(link for link in links if link),
        "calls": Counter(_call_fact(call) for call in one.body.calls if call.line in lines),
        "numbers": Counter(numbers(one)[one.body.sections.index(section)]),
    }


def numbers(one: Checked) -> list[list[str]]:
    """The dates, times and numbers that each section says, as `values` gives them."""
    return one.once("numbers", lambda: [_numbers(one, section) for section in one.body.sections])


def _numbers(one: Checked, section: Section) -> list[str]:
    said = [bodies.plain_text(section.nodes), *_block_marks(one, section)]
    if section.id == "top":
        said += top_words(one)
    words = re.sub(f"{CALL_START}{CALL_REST}*", " ", "\n".join(said))
    return list(values(words, one.text.language))


def _link_fact(library: Library, one: Checked, link: bodies.Link) -> str:
    """What a link leads to in any language; empty for an address outside, where each language has pages of its own."""
    if link.is_outside:
        return ""
    path, anchor = link.target
    here = one.text.path
    path = posixpath.normpath(posixpath.join(posixpath.dirname(here), path)) if path else here
    target = library.by_path(path)
    found = target.text.id if target else re.sub(rf"\.({'|'.join(text_languages())})(?=\.\w+$)", "", path)
    return f"{found}#{anchor}" if anchor else found


def _call_fact(call: bodies.Call) -> str:
    """A call without its free words: those belong to the language."""
    fixed = embeds.MACROS[call.name].options if call.name in embeds.MACROS else {}
    named = [f"{name}={value}" for name, value in call.kwargs if name in fixed or not isinstance(value, str)]
    return f"{call.name}({', '.join([*map(str, call.args), *sorted(named)])})"


SPACES = "[ \u00a0\u2009\u202f]"
ORDINAL = r"(?:\.|:[aeAE])?"  # 5. juni, 1:a juni
DAY_NUMBERS = re.compile(r"(?<![\w.,/])(\d{1,2})([./])(\d{1,2})(?:\2| )(\d{4})(?!\w)")  # 5.6.2026, 5/6 2026
ISO_DAY = re.compile(r"(?<!\w)(\d{4})-(\d\d)-(\d\d)(?!\w)")
# A telephone number is one value however it is spaced: with its country's code, or eight figures as 2-2-2-2 or 3-2-3.
EIGHT = rf"\d\d(?:{SPACES}\d\d){{3}}|\d{{3}}{SPACES}\d\d{SPACES}\d{{3}}"
PHONE = re.compile(rf"(?<!\w)(?:\+\d(?:(?:{SPACES}|-)?\d){{6,14}}|{EIGHT})(?!\d|{SPACES}\d)")
# In every one of our languages a full stop before three figures parts thousands; before other figures it is a time's.
NUMBER = re.compile(r"(?<![\w.,:])\d{1,3}(?:[.\u00a0\u2009\u202f ]\d{3})+(?:,\d+)?(?!\d)|(?<!\w)\d+(?:[.,:]\d+)*")
CLOCK = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)")


@cache
def _long_days(name: str) -> tuple[re.Pattern, dict[str, int]]:
    """How days are written with the month's name, long or short, and the number of each month."""
    from babel import Locale

    formats = Locale.parse(language(name).words["locale"]).months["format"]
    forms = {month.lower().rstrip("."): number for kind in formats for number, month in formats[kind].items()}
    months = {form: number for form, number in forms.items() if len(form) > 2}  # `narrow` has single letters
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    day = rf"(?<!\w)(\d{{1,2}}){ORDINAL}{SPACES}({names})(?!\w)\.?(?:{SPACES}(\d{{4}})(?!\w))?"
    return re.compile(day, re.I), months


def values(words: str, name: str) -> Iterator[str]:
    """Dates, times and numbers in a text, as the language writes them: `1.234,50` in Danish is `1 234,50` in Swedish.

    >>> sorted(values("den 5. juni 2026 kl. 9.30: 1.234,50 kr.", "da"))
    ['1234.5', '2026-06-05', '9:30']
    """
    long_day, months = _long_days(name)
    found: list[str] = []

    def take(value: str) -> str:
        found.append(value)
        return " "

    def take_day(year: str | None, month: int, day: str) -> str:
        return take((f"{year}-" if year else "") + f"{month:02d}-{int(day):02d}")

    words = long_day.sub(lambda m: take_day(m[3], months[m[2].lower()], m[1]), words)
    words = ISO_DAY.sub(lambda m: take_day(m[1], int(m[2]), m[3]), words)
    words = DAY_NUMBERS.sub(lambda m: take_day(m[4], int(m[3]), m[1]), words)
    words = PHONE.sub(lambda m: take(re.sub(r"[^+\d]", "", m[0])), words)
    for match in NUMBER.finditer(words):
        found.append(_value(match[0]))
    yield from found


def _value(raw: str) -> str:
    if time := CLOCK.fullmatch(raw):
        return f"{int(time[1])}:{time[2]}" if time[2] != "00" else str(int(time[1]))  # kl. 9.00 is kl. 9
    plain = re.sub(SPACES, "", raw)
    plain = re.sub(r"\.(?=\d{3}(?!\d))", "", plain).replace(",", ".")
    try:
        return f"{Decimal(plain).normalize():f}"
    except InvalidOperation:  # 2.0.1
        return plain


# Accepting ------------------------------------------------------------------------------------------------------------


def accept(root: Path, thing: Thing, name: str, today: date) -> bool:
    """Write into a translation that it was compared with the original as it is now. False when it already says so.

    Only the lines of `seen` change: every other byte stays. Faulty when the file is not one that this can be done to.
    """
    one = thing.versions[name]
    if not isinstance(one.front, Translation) or state(thing, name).is_current:
        return False
    path = root / one.text.path
    before = texts.read(root, one.text.path)
    text = path.read_bytes().decode("utf-8")
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)  # as `read` counts them, ends kept
    newline = re.sub(r"[^\r\n]", "", lines[0])
    sections = [f"    {id}: {mark}" for id, mark in fingerprints(thing.original).items()]
    seen = ["seen:", f"  on: {today.isoformat()}", "  sections:", *sections]
    start, end, indent = _seen_lines(lines[1 : before.first_line - 2])
    written = "".join([*lines[:start], *(" " * indent + line + newline for line in seen), *lines[end:]])
    put_in_place(path, written.encode(), lambda beside: _check_written(root, beside, one, before))
    return True


def put_in_place(path: Path, content: bytes, check: Callable[[Path], None] = lambda beside: None) -> None:
    """Write a file anew, whole or not at all, its rights kept. What `check` raises about it leaves the old one."""
    beside = path.with_name(f".{path.name}.tillit")
    try:
        beside.write_bytes(content)
        shutil.copymode(path, beside)
        check(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _seen_lines(front: list[str]) -> tuple[int, int, int]:
    """Which of the file's lines hold `seen`, however it is written, else where it goes; and how far keys are in."""
    top = yaml.compose("".join(front), Loader=yaml.CSafeLoader)
    for key, value in top.value:
        if key.value == "seen":
            # A block ends where the next thing begins, which may be after comments; its last word is its end.
            last = value
            while isinstance(last, yaml.MappingNode) and not last.flow_style and last.value:
                last = last.value[-1][1]
            return key.start_mark.line + 1, last.end_mark.line + 2, key.start_mark.column
    return len(front) + 1, len(front) + 1, top.value[0][0].start_mark.column


def _check_written(root: Path, beside: Path, one: Checked, before: texts.Text) -> None:
    """Read what was written: all but `seen` must be as it was."""
    source = texts.read_file(root, beside.relative_to(root).as_posix())
    lines = source.split("\n")
    end = next(number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
    try:
        after = texts.read_yaml(one.text.path, "\n".join(lines[1:end]) + "\n", first_line=2).value
    except Faulty:  # such as keys in braces
        after = {}
    if after | {"seen": None} != before.front.value | {"seen": None}:
        raise Faulty(fault(one.text.path, (2, 1), "seen-unwritable"))

"""A translation beside its original: section by section, block by block, with the words that changed since.

What stands here is data; `workpages.py` shows it as a page, `look.py` in a terminal.
"""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest

from . import bodies, translations
from .faults import Fault
from .history import History, Older
from .library import Library, Thing
from .shelves import SHELVES, Checked
from .texts import address

STATES = ("behind", "missing", "uncompared", "extra", "current")  # what is to be done comes first
TOKEN = re.compile(r"\w+(?:[-'’.,:]\w+)*|[^\w\s]")
OPENING = re.compile(r"#{1,6} |!!! |\{\{|<!--|[-*+] |\d+[.)] |\|")
SAME, NEW, GONE = "same", "new", "gone"
GAP = "\n\n"  # between two blocks


@dataclass(frozen=True)
class Block:
    """A paragraph, a list, a heading or a `!!!` block as it is written; `kind` tells which, or a field's name."""

    kind: str
    words: str


@dataclass(frozen=True)
class Row:
    """A block of the original, cut where it changed (`same`, `new`, `gone`), beside the translation's."""

    source: tuple[tuple[str, str], ...]
    target: str
    field: str = ""  # of the front matter


@dataclass(frozen=True)
class Term:
    """A word of the glossary that a section has: `word` in the source's language, `better` in the other.

    A false friend says there what the word that looks like it means.
    """

    word: str
    better: str
    is_false_friend: bool = False


def terms_of(library: Library, words: str, source: str, target: str) -> list[Term]:
    """The glossary's terms and false friends in a section, each with what it is called in the other language.

    A term that is the same word there needs no telling.
    """
    found = []
    for id, one in library.glossary.terms_in(words, source):
        here, there = getattr(one, source), getattr(one, target)
        if there is None:
            continue
        if id in library.glossary.concepts:
            found += [Term(here.term, there.term)] if here.term != there.term else []
        else:
            found.append(Term(here.word, f"{there.word} ({there.means})", is_false_friend=True))
    return found


@dataclass(frozen=True)
class Part:
    """One section. `why`, when it is behind: changed, new, moved, taken-away, lost (older words are not at hand)."""

    id: str
    title: str
    spoken: str  # the title's language
    state: str
    why: str
    rows: tuple[Row, ...]
    since: date | None = None  # the day of the version that the words are compared with
    terms: tuple[Term, ...] = ()
    differs: tuple[Fault, ...] = ()  # what accepting would refuse


@dataclass(frozen=True)
class Work:
    """Everything there is to do about one text in one language."""

    thing: Thing
    language: str
    source: Checked
    target: Checked | None
    state: translations.State
    compared: date | None
    parts: tuple[Part, ...] = field(default=())

    @property
    def id(self) -> str:
        return self.thing.id

    @property
    def path(self) -> str:
        """Where the translation stands, or would."""
        return translation_path(self.thing, self.language)

    @property
    def address(self) -> str:
        return work_address(self.thing.id, self.language)


def translation_path(thing: Thing, name: str) -> str:
    """The file of a text in a language."""
    return re.sub(r"\.\w+(?=\.md$)", f".{name}", thing.original.text.path)


def work_address(id: str, name: str) -> str:
    """Where the work page of a text in a language stands on the site.

    >>> work_address("situations/late-delivery", "nb")
    'nb/translations/situations/late-delivery/'
    """
    return posixpath.join(address("docs", "translations", name), id, "")


def work(library: Library, thing: Thing, name: str, history: History, source: str | None = None) -> Work:
    """A text in the language `name` beside its original, or beside the version in the language `source`.

    KeyError when there is no version in that language. What changed can only be told of the original.
    """
    beside = thing.versions[source or thing.born]
    target = thing.versions.get(name)
    seen = getattr(target.front, "seen", None) if target else None
    state = translations.state(thing, name)
    older = _older(thing, state, seen.sections, history) if seen and beside is thing.original else {}
    parts = [_part(library, thing, name, beside, state, older, id) for id in _ids(thing, target, state)]
    return Work(thing, name, beside, target, state, seen.on if seen else None, tuple(parts))


def _older(thing: Thing, state: translations.State, seen: dict[str, str], history: History) -> dict[str, Older]:
    wanted = {id: seen[id] for id in state.behind if id in seen}
    return history.older(thing.original.text.path, wanted)


def _ids(thing: Thing, target: Checked | None, state: translations.State) -> list[str]:
    """The original's sections in its order, and after them those that it no longer has."""
    own = [section.id for section in thing.original.body.sections]
    others = [section.id for section in target.body.sections] if target else []
    return list(dict.fromkeys([*own, *others, *state.behind]))


def _part(
    library: Library,
    thing: Thing,
    name: str,
    source: Checked,
    state: translations.State,
    older: dict[str, Older],
    id: str,
) -> Part:
    original, target = thing.original, thing.versions.get(name)
    kind, why = _state(original, target, state, older, id)
    now, there = blocks(source, id), blocks(target, id) if target else []
    was = older.get(id)
    then = blocks(was.checked, id) if was and was.checked.body.by_id.get(id) else None
    if then is not None and why == "changed":
        pieces = diffed(now, then)
    else:
        pieces = [((NEW if why == "new" else SAME, block.words),) for block in now]
    own, twin = target.body.by_id.get(id) if target else None, original.body.by_id.get(id)
    differs = tuple(translations.differences(library, target, own, original, twin)) if own and twin else ()
    spoken, title = next(
        ((one.text.language, has.title) for one in (target, source) if one and (has := one.body.by_id.get(id))),
        (name, ""),
    )
    said = "\n".join(block.words for block in now)
    terms = tuple(terms_of(library, said, source.text.language, name))
    rows = tuple(_rows(now, pieces, there))
    if then and kind == "extra":  # the original no longer has it: what it said, beside what is still said here
        rows = (Row(((GONE, GAP.join(block.words for block in then)),), GAP.join(block.words for block in there)),)
    return Part(id, title, spoken, kind, why, rows, was.day if was and why == "changed" else None, terms, differs)


def _state(
    original: Checked, target: Checked | None, state: translations.State, older: dict[str, Older], id: str
) -> tuple[str, str]:
    """How one section stands to the original's, and why it is behind."""
    has = target is not None and id in target.body.by_id
    if id not in original.body.by_id:
        return "extra", "taken-away" if id in state.behind else ""
    if not has:
        return "missing", ""
    if state.kind == "uncompared":
        return "uncompared", ""
    if id not in state.behind:
        return "current", ""
    seen = target.front.seen.sections
    if id not in seen:
        return "behind", "new"
    if seen[id] == translations.fingerprints(original)[id]:
        return "behind", "moved"
    return "behind", "changed" if id in older else "lost"


# Blocks ---------------------------------------------------------------------------------------------------------------


def blocks(one: Checked, id: str) -> list[Block]:
    """The blocks of a section as they are written; of `top` also the words of the front matter."""
    section = one.body.by_id.get(id)
    if section is None:
        return []
    found = list(_fields(one)) if id == "top" else []
    lines = one.text.body.split("\n")
    own = [lines[number - one.text.first_line] for number in translations.lines_of(one, section)]
    return found + list(_cut("\n".join(own)))


def word_fields(one: Checked) -> list[str]:
    """The fields of the front matter that hold words, in the order in which the file has them."""
    words = SHELVES[one.text.shelf].translation.model_fields.keys() - {"translates", "seen", "not_personal"}
    return [name for name in one.text.front.value if name in words]


def _fields(one: Checked) -> Iterator[Block]:
    for name in word_fields(one):
        value = one.text.front.value[name]
        words = ", ".join(map(str, value)) if isinstance(value, list) else value
        yield Block(f"field:{name}", " ".join(str(words or "").split()))


def _cut(source: str) -> Iterator[Block]:
    """Markdown in blocks: cut at empty lines and before what opens another kind; a `!!!` block keeps its content."""
    own: list[str] = []
    for line in source.split("\n"):
        if own and _ends(own[0], line):
            yield Block(_kind(own[0]), "\n".join(own).strip("\n"))
            own = []
        if own or line.strip():
            own.append(line)
    if own:
        yield Block(_kind(own[0]), "\n".join(own).strip("\n"))


def _ends(first: str, line: str) -> bool:
    """Whether a block that began with the line `first` is over where `line` stands."""
    if first.startswith("!!!"):
        return bool(line.strip()) and not line.startswith("    ")
    if not line.strip():
        return True
    if line.startswith(" "):  # the rest of a list's item
        return False
    return _kind(line) != _kind(first) or _kind(line)[0] in "#!<{"


def _kind(line: str) -> str:
    """What a block is, by its first line, so that it finds its like in another language."""
    mark = OPENING.match(line)
    if mark is None:
        return "words"
    if line.startswith("!!!"):
        return " ".join(line.split()[:2])
    if line.startswith("{{"):
        return line.partition("(")[0]
    return line.strip() if bodies.INTERNAL.fullmatch(line.strip()) else mark[0].strip()


def _rows(now: list[Block], pieces: Sequence[tuple], there: list[Block]) -> Iterator[Row]:
    """Each block beside the one of its kind at the same place in the other language."""
    match = difflib.SequenceMatcher(None, [one.kind for one in now], [one.kind for one in there], autojunk=False)
    for _, a, b, c, d in match.get_opcodes():
        for i, j in zip_longest(range(a, b), range(c, d)):
            block = now[i] if i is not None else there[j]
            name = block.kind.removeprefix("field:") if block.kind.startswith("field:") else ""
            yield Row(tuple(pieces[i]) if i is not None else (), there[j].words if j is not None else "", name)


# What changed ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A stretch of the new text that is new (none where `start` is `end`), and what is gone before it."""

    start: int
    end: int
    gone: str


def changes(old: str, new: str) -> Iterator[Change]:
    """What changed from one text to another, word by word; white space makes no difference.

    >>> list(changes("Lyt først.", "Lyt altid først."))
    [Change(start=4, end=9, gone='')]
    """
    before, after = list(TOKEN.finditer(old)), list(TOKEN.finditer(new))
    match = difflib.SequenceMatcher(None, [one[0] for one in before], [one[0] for one in after], autojunk=False)
    for a, b, c, d in _joined(match.get_opcodes(), after):
        gone = old[before[a].start() : before[b - 1].end()] if b > a else ""
        if d > c:
            yield Change(after[c].start(), after[d - 1].end(), gone)
        else:  # nothing came in its place: it stood behind the word before
            at = after[c - 1].end() if c else 0
            yield Change(at, at, f" {gone}" if c else f"{gone} ")


def _joined(opcodes: list[tuple], after: list[re.Match]) -> Iterator[tuple[int, int, int, int]]:
    """The changes; those with nothing but a mark or two between them are one, for it reads better than crumbs."""
    waiting: tuple[int, int, int, int] | None = None
    for kind, a, b, c, d in opcodes:
        is_crumb = d - c < 3 and not any(one[0][0].isalnum() for one in after[c:d])
        if kind != "equal":
            waiting = (waiting[0], b, waiting[2], d) if waiting else (a, b, c, d)
        elif waiting and is_crumb and d < len(after):
            waiting = (waiting[0], b, waiting[2], d)
        elif waiting:
            yield waiting
            waiting = None
    if waiting:
        yield waiting


def diffed(now: list[Block], then: list[Block]) -> list[tuple[tuple[str, str], ...]]:
    """Each block in pieces: what is the same, new, and gone since. Words for the search are not compared."""
    is_said = [block.kind != "field:search_terms" for block in now]
    new = GAP.join(block.words for block, said in zip(now, is_said, strict=True) if said)
    old = GAP.join(block.words for block in then if block.kind != "field:search_terms")
    changed, found, at = list(changes(old, new)), [], 0
    for block, said in zip(now, is_said, strict=True):
        if not said:
            found.append(((SAME, block.words),))
            continue
        end = at + len(block.words)
        found.append(tuple(_pieces(new, at, end, changed)))
        at = end + len(GAP)
    return found


def _pieces(new: str, start: int, end: int, changed: list[Change]) -> Iterator[tuple[str, str]]:
    """A stretch of the new text, cut at its changes; what is gone stands in the stretch where its change begins."""
    at = start
    for one in changed:
        first, last = max(one.start, start), min(one.end, end)
        begins_here = start <= one.start <= end
        if last < first or not (begins_here or last > first):
            continue
        if first > at:
            yield SAME, new[at:first]
        if begins_here and one.gone:
            yield GONE, one.gone
        if last > first:
            yield NEW, new[first:last]
        at = max(at, last)
    if at < end:
        yield SAME, new[at:end]

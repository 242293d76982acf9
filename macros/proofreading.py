"""Spelling, terms and readability of all texts: what `tillit check` says of their language.

A build does not ask: whether a page may be shown at night must not hang on a dictionary of this machine. What was
found in each text is kept from run to run (`cache.py`), by the SHA-256 of the file, as long as our code and words, the
glossary and the dictionaries stay as they are: a run starts hunspell for the texts that changed, and else not at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

from . import cache, glossary, prose, readability, spelling, terms, texts
from .faults import Fault, fault
from .languages import language, text_languages
from .library import Library
from .prose import Word
from .readability import Counts
from .shelves import Checked
from .spelling import Listed
from .terms import Slip

KEPT = "language"
NOTES_ONLY = "incidents"  # what colleagues contribute is not sent back for its spelling


@dataclass
class Finding:
    """What was found in one text: words no dictionary knows, words with a better one, and how long its words are."""

    counts: Counts
    slips: list[Slip]
    doubts: list[Word] | None = None  # None: nobody could ask

    def plain(self) -> list[Any]:
        return [self.counts, self.slips, self.doubts]

    @classmethod
    def of_plain(cls, plain: list[Any]) -> Finding:
        counts, slips, doubts = plain
        words = None if doubts is None else [Word(*one) for one in doubts]
        return cls(Counts(*counts), [Slip(*one) for one in slips], words)


class Unknown(NamedTuple):
    """A word that neither a dictionary nor our list knows, and what may be meant."""

    word: Word
    meant: str


@dataclass
class Proofs:
    """What was found in every text that was asked for."""

    found: dict[str, Finding]
    unknown: dict[str, list[Unknown]]
    lists: list[Fault]  # what is wrong with our own lists of words
    without: list[str] = field(default_factory=list)  # languages that have no dictionary here

    def faults(self) -> Iterator[Fault]:
        """Each as a fault with its place; in a write-up as a note."""
        yield from self.lists
        for path, one in self.found.items():
            shelf, _, name = texts.place(path)
            weight = "warning" if shelf == NOTES_ONLY else "error"
            for slip in one.slips:
                at, more = (slip.line, slip.column), {"better": slip.better, "concept": slip.id}
                yield fault(path, at, "term", found=slip.found, severity=weight, **more)
            for word, meant in self.unknown.get(path, ()):
                at, more = (word.line, word.column), {"file": spelling.path_of(name), "_hint": meant}
                yield fault(path, at, "spelling", found=word.raw, severity=weight, **more)

    def lix(self) -> dict[str, Counts]:
        """The counts of the texts that are read with a customer waiting."""
        return {path: one.counts for path, one in self.found.items() if texts.place(path)[0] in readability.JUDGED}


def proofread(library: Library) -> Proofs:
    """Look at the language of every text that is asked for, at what was found before where the text is as it was."""
    memory = _Memory(library)
    asked = {path: one for path, one in library.checked.items() if prose.is_prose(one) and library.is_asked(path)}
    found = memory.recall(asked)
    found |= _look(library, {path: one for path, one in asked.items() if path not in found})
    proofs = _judge(library, memory, {path: found[path] for path in asked})
    memory.keep(found, list(library.checked) if library.asked is None else [*memory.kept, *found])
    return proofs


def _look(library: Library, new: dict[str, Checked]) -> dict[str, Finding]:
    """What there is to find in texts that nobody has looked at."""
    rules = {name: glossary.rules(library.glossary, name) for name in {one.text.language for one in new.values()}}
    parts = {path: list(prose.all_of(one)) for path, one in new.items()}
    said: dict[str, set[tuple[str, str]]] = {}
    for path, one in new.items():
        said.setdefault(one.text.language, set()).update(*(part.said() for part in parts[path]))
    doubts = spelling.doubts(said)
    found = {}
    for path, one in new.items():
        name, words = one.text.language, None
        if (some := doubts.get(name)) is not None:
            words = [word for part in parts[path] if part.said() & some for word in part.words()]
            words = [word for word in words if (word.raw, word.behind) in some]
        found[path] = Finding(readability.counts(one), list(terms.slips(one, rules[name])), words)
    return found


def _judge(library: Library, memory: _Memory, found: dict[str, Finding]) -> Proofs:
    """Hold the doubts against our own lists, and the lists against the texts."""
    lists = {name: spelling.listed(library.root, name) for name in text_languages()}
    left: dict[str, list[Word]] = {}
    used: dict[str, set[str]] = {name: set() for name in lists}
    for path, one in found.items():
        name = texts.place(path)[2]
        for word in one.doubts or ():
            if (entry := lists[name].entry(word.raw)) is None:
                left.setdefault(path, []).append(word)
            else:
                used[name].add(entry)
    meant = memory.meant(left)
    unknown = {
        path: [Unknown(word, meant.get(texts.place(path)[2], {}).get(word.raw, "")) for word in words]
        for path, words in left.items()
    }
    without = [name for name in lists if spelling.dictionary(name) is None]
    return Proofs(found, unknown, list(_list_faults(library, memory, lists, used)), without)


def _list_faults(
    library: Library, memory: _Memory, lists: dict[str, Listed], used: dict[str, set[str]]
) -> Iterator[Fault]:
    """What is wrong with our own lists; which words nobody needs is known only when every text was read."""
    for one in lists.values():
        if library.is_asked(one.path):
            yield from one.faults
    if library.asked is not None:
        return
    for name, known in memory.known_of(lists).items():
        if spelling.dictionary(name):
            # A text that cannot be read may hold any word.
            needed = set(lists[name].reasons) if library.unreadable else used[name]
            yield from spelling.idle(lists[name], known, needed)


# What is kept ---------------------------------------------------------------------------------------------------------


class _Memory:
    """What was found before: by path, the SHA-256 of the file and its finding; and what hunspell said of single words.

    The first line is the state all of it rests on, the second what was said of single words.
    """

    def __init__(self, library: Library):
        self.root = library.root
        self.file = cache.place(library.root, KEPT)
        self.marks: dict[str, str] = {}
        self.kept: dict[str, Any] = {}
        self.words: dict[str, Any] = {}  # language → {word: what may be meant, or True where it is known}
        lines = cache.sealed(self.file) or []
        if len(lines) > 1 and lines[0].decode() == self.state:
            self.words = json.loads(lines[1])
            self.kept = {path.decode(): rest for path, _, rest in (line.partition(b" ") for line in lines[2:])}
        self.said = lines[1] if self.words else b""

    @cached_property
    def state(self) -> str:
        """Changes when anything does that a finding rests on besides the text."""
        stamps = {name: there.stamp for name in text_languages() if (there := spelling.dictionary(name))}
        return sha256(f"{cache.state_of(self.root, (glossary.GLOSSARY,))} {stamps}".encode()).hexdigest()

    def recall(self, asked: Iterable[str]) -> dict[str, Finding]:
        """What was found in those of the files that are as they were."""
        found = {}
        for path in asked:
            self.marks[path] = sha256((self.root / path).read_bytes()).hexdigest()
            mark, _, plain = self.kept.get(path, b"").partition(b" ")
            if mark.decode() == self.marks[path]:
                found[path] = Finding.of_plain(json.loads(plain))
        return found

    def keep(self, found: dict[str, Finding], every: Iterable[str]) -> None:
        """Write what this run found; of a file that is gone nothing stays."""
        now = {}
        for path in dict.fromkeys(every):
            if path in found:
                plain = json.dumps(found[path].plain(), ensure_ascii=False, separators=(",", ":"))
                now[path] = f"{self.marks[path]} {plain}".encode()
            elif path in self.kept:
                now[path] = self.kept[path]
        said = json.dumps(self.words, ensure_ascii=False).encode()
        if (now, said) != (self.kept, self.said):
            lines = [f"{path} ".encode() + rest for path, rest in now.items()]
            cache.keep(self.file, [self.state.encode(), said, *lines])

    def meant(self, left: dict[str, list[Word]]) -> dict[str, dict[str, str]]:
        """What may be meant by words that nobody knows."""
        asked: dict[str, set[str]] = {}
        for path, words in left.items():
            asked.setdefault(texts.place(path)[2], set()).update(word.raw for word in words)
        return self._said("meant", asked, spelling.suggestions, "")

    def known_of(self, lists: dict[str, Listed]) -> dict[str, set[str]]:
        """Of the words of our own lists, those that a dictionary knows."""

        def ask(words: dict[str, set[str]]) -> dict[str, dict[str, bool]]:
            return {name: dict.fromkeys(some, True) for name, some in spelling.known(words).items()}

        said = self._said("known", {name: set(one.reasons) for name, one in lists.items()}, ask, False)
        return {name: {word for word, is_known in some.items() if is_known} for name, some in said.items()}

    def _said(self, kind: str, asked: dict[str, set[str]], ask: Any, otherwise: Any) -> dict[str, dict[str, Any]]:
        """What hunspell says of single words; it is asked only for those of which nothing is kept."""
        kept = self.words.get(kind, {})
        new = {name: some - set(kept.get(name, {})) for name, some in asked.items()}
        said = ask({name: some for name, some in new.items() if some})
        now = {}
        for name, some in asked.items():
            known = kept.get(name, {}) | said.get(name, {})
            now[name] = {word: known.get(word, otherwise) for word in sorted(some)}
        self.words[kind] = now
        return now


# Lines ----------------------------------------------------------------------------------------------------------------


def text_line(proofs: Proofs, path: str, words: str) -> str:
    """What was found in one text: a line, and one more for unknown words and for terms, where there are any."""
    said, one = language(words), proofs.found[path]
    lines = [said.say("cli.words.text", path=path, words=one.counts.words, lix=one.counts.lix)]
    if unknown := list(dict.fromkeys(found.word.raw for found in proofs.unknown.get(path, ()))):
        lines.append(said.say("cli.words.unknown", words=", ".join(unknown)))
    if slips := list(dict.fromkeys(f"{slip.found} → {slip.better}" for slip in one.slips)):
        lines.append(said.say("cli.words.terms", words="; ".join(slips)))
    return "\n".join(lines)


def lix_line(proofs: Proofs, words: str) -> str:
    """The median LIX of each language, and the text that is hardest to read; empty without such texts."""
    judged = proofs.lix()
    if not judged:
        return ""
    by_language: dict[str, list[Counts]] = {}
    for path, counts in judged.items():
        by_language.setdefault(texts.place(path)[2], []).append(counts)
    medians = ", ".join(f"{name} {readability.middle(some)}" for name, some in sorted(by_language.items()))
    path = max(judged, key=lambda path: judged[path].lix)
    return language(words).say("cli.words.lix", medians=medians, highest=judged[path].lix, path=path)

"""Which words a dictionary knows: Debian's hunspell, and beside it a list of our own for each language.

Hunspell is asked about all words of a language at once, one process a language, side by side. A language without a
dictionary on this machine is not checked. In `playbooks/spelling/<language>.yml` each word stands under its reason:
`name`, `term`, `loan`, or `missing` for an ordinary word that the dictionary lacks. A word there holds for its
capitalised form too, and a name for its genitive.

Hunspell puts compounds together by itself, so we add no rule of our own: with one that took known parts of four
letters and s or e between them, 22 or 23 of 30 planted misspellings were found, and 29 or 30 without.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from . import texts
from .faults import Fault, Faulty, fault
from .languages import language, text_languages
from .shelves import validate
from .texts import Front
from .values import Strict, Term

FOLDERS = (  # where dictionaries lie: Debian and Ubuntu, others, macOS
    *("/usr/share/hunspell", "/usr/share/myspell/dicts", "/usr/local/share/hunspell", "/opt/homebrew/share/hunspell"),
    *("~/Library/Spelling", "/Library/Spelling"),
)
SUGGESTIONS = 3
MOST_ASKED = 200  # words to suggest something for: whoever has more mends these first
SUGGESTED = re.compile(r"^[&#?] (\S+) (?:\d+ )?\d+(?:: (.*))?$")


# Dictionaries ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dictionary:
    """A dictionary on this machine: its path without ending, and what changes when it does."""

    path: str
    stamp: str


@cache
def dictionary(name: str) -> Dictionary | None:
    """The dictionary of a language; None where hunspell or the dictionary is not installed."""
    from shutil import which  # takes a while to load

    if which("hunspell") is None:
        return None
    folders = [*filter(None, os.environ.get("DICPATH", "").split(os.pathsep)), *FOLDERS]
    for folder in folders:
        path = Path(folder).expanduser() / language(name).words["locale"]
        files = [path.with_suffix(ending) for ending in (".aff", ".dic")]
        if all(file.is_file() for file in files):
            sizes = [(file.stat().st_size, file.stat().st_mtime_ns) for file in files]
            return Dictionary(str(path), repr((str(path), sizes)))
    return None


def known(words: dict[str, set[str]]) -> dict[str, set[str]]:
    """Of the words of each language, those its dictionary knows; all languages side by side."""
    said = _ask({name: sorted(some) for name, some in words.items() if some}, "-G")
    return {name: set(said.get(name, "").split()) for name in words}


def suggestions(words: dict[str, set[str]]) -> dict[str, dict[str, str]]:
    """For words no dictionary knows, up to three each that may be meant, in one line."""
    some = {name: sorted(unknown)[:MOST_ASKED] for name, unknown in words.items() if unknown}
    found: dict[str, dict[str, str]] = {}
    for name, said in _ask(some, "-a").items():
        for match in filter(None, map(SUGGESTED.match, said.splitlines())):
            if match[2]:
                found.setdefault(name, {})[match[1]] = ", ".join(match[2].split(", ")[:SUGGESTIONS])
    return found


def _ask(words: dict[str, list[str]], mode: str) -> dict[str, str]:
    """What hunspell says of words, by language; each language has a process of its own, all at the same time."""
    import subprocess  # these two take longer to load than most runs need them for
    import tempfile

    # A list of this user's own, found at home or by WORDLIST, would let pass what fails elsewhere.
    alone = {**os.environ, "HOME": os.devnull, "WORDLIST": os.devnull}
    running = {}
    for name, some in words.items():
        if (there := dictionary(name)) is None:
            continue
        given = tempfile.TemporaryFile()  # noqa: SIM115 - the process reads it
        given.write("\n".join(some).encode())
        given.seek(0)
        command = ["hunspell", mode, "-i", "utf-8", "-d", there.path]
        running[name] = subprocess.Popen(
            command, env=alone, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        given.close()
    return {name: process.communicate()[0].decode("utf-8", "replace") for name, process in running.items()}


# Words in a text ------------------------------------------------------------------------------------------------------


def forms(word: str, behind: str, name: str) -> tuple[str, ...]:
    """What to look up for a word and the sign behind it.

    Also the abbreviation with its point, what stands without the joint of `leverings-`, and what is left without an
    ending that the language's dictionary lacks.
    """
    found = [word]
    if behind == ".":
        found.append(f"{word}.")
    if behind == "-" and word.endswith("s"):
        found.append(word[:-1])
    if (bare := _gap(name).sub("", word)) != word:
        found.append(bare)
    return tuple(found)


@cache
def _gap(name: str) -> re.Pattern:
    """Endings of which the dictionary of a language knows nothing."""
    return re.compile(language(name).words["dictionary-gap"])


def doubts(said: dict[str, set[tuple[str, str]]]) -> dict[str, set[tuple[str, str]]]:
    """Of the words of each language, those its dictionary knows in no form; a language without one is left out."""
    said = {name: words for name, words in said.items() if dictionary(name)}
    looked_up = {name: {pair: forms(*pair, name) for pair in words} for name, words in said.items()}
    there = known({name: set().union(*pairs.values()) for name, pairs in looked_up.items()})
    return {
        name: {pair for pair, some in pairs.items() if there[name].isdisjoint(some)}
        for name, pairs in looked_up.items()
    }


# Our own lists --------------------------------------------------------------------------------------------------------


class WordList(Strict):
    """`playbooks/spelling/<language>.yml`: words no dictionary has, each under the reason for which it is right."""

    name: tuple[Term, ...] = ()
    term: tuple[Term, ...] = ()
    loan: tuple[Term, ...] = ()
    missing: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Listed:
    """The words of a list, each with its reason and its place; and what is wrong with the file."""

    path: str
    reasons: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def entry(self, word: str) -> str | None:
        """The entry that lets a word pass, or None."""
        small = word[0].lower() + word[1:]
        for form in (word, small, word.lower()):
            if form in self.reasons:
                return form
        bare = word[:-1] if word.endswith("s") else ""
        return bare if self.reasons.get(bare) == "name" else None


def path_of(name: str) -> str:
    """Where the list of a language stands."""
    return f"{texts.SHELVES}/spelling/{name}.yml"


def paths() -> dict[str, str]:
    """The list of every language."""
    return {path_of(name): name for name in text_languages()}


def listed(root: Path, name: str) -> Listed:
    """The list of a language; an empty one where there is none or it cannot be read."""
    path = path_of(name)
    if not (root / path).is_file():
        return Listed(path)
    try:
        return _listed(path, texts.read_file(root, path), name)
    except Faulty as error:
        return Listed(path, faults=tuple(error.faults))


@lru_cache(maxsize=8)
def _listed(path: str, source: str, name: str) -> Listed:
    front = texts.read_yaml(path, source, first_line=1)
    value, faults = validate(path, front, WordList)
    if value is None:
        return Listed(path, faults=tuple(faults))
    reasons, places = {}, {}
    for reason in WordList.model_fields:
        for i, word in enumerate(getattr(value, reason)):
            reasons.setdefault(word, reason)
            places.setdefault(word, front.at((reason, i)))
    return Listed(path, reasons, places, tuple(_order_faults(path, front, value, name)))


def _order_faults(path: str, front: Front, value: WordList, name: str) -> Iterator[Fault]:
    """Each word stands once, and each reason's words in the order of the alphabet: so that nobody adds one twice."""
    seen: set[str] = set()
    order = language(name).sort_key
    for reason in WordList.model_fields:
        before = ""
        for i, word in enumerate(getattr(value, reason)):
            at = front.at((reason, i))
            if word in seen:
                yield fault(path, at, "word-twice", field=reason, found=word)
            elif before and order(word) < order(before):
                yield fault(path, at, "word-order", field=reason, found=word, before=before)
            seen.add(word)
            before = word


def idle(one: Listed, known: set[str], used: set[str]) -> Iterator[Fault]:
    """Words of a list that nobody needs: the dictionary knows them, or no text has them any more."""
    for word, reason in one.reasons.items():
        if word in known:
            yield fault(one.path, one.places[word], "word-known", field=reason, found=word)
        elif word not in used:
            yield fault(one.path, one.places[word], "word-nowhere", field=reason, found=word)

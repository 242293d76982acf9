"""What is there and what spoils it: the checker of apologies. It advises; it never says that a message is good.

The rules of a language are data, `playbooks/phrases/<language>.yml`. `phrases.py` finds them in a text; here hits
become components, each with the sentence that carries it, and flaws, each with words that would do better. The twin
of `advise` is in `phrases.js`; both are held to `tests/cases/apology/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from . import texts
from .faults import Fault, Faulty, fault
from .languages import language
from .phrases import Hit, Phrases, Read, Rule, compile_pattern
from .phrases import read as read_text
from .shelves import COMPONENTS, Component, validate
from .texts import Front
from .values import Strict

# The codes of flaws, and under each the finer names that a rule may give what it found.
FLAWS: dict[str, tuple[str, ...]] = {
    "conditional": (),
    "passive": (),
    "blame-supplier": (),
    "blame-customer": ("feeling",),
    "blame-system": ("colleague",),
    "minimise": ("compare",),
    "excuse": ("but", "pity"),
    "no-date": (),
    "rule": (),
    "self-praise": (),
    "legalise": (),
    "overpromise": (),
    "token": (),
    "advert": (),
    "cold": ("push", "demand", "closed"),
    "jokey": (),
    "no-apology": ("weak",),
    "vague": (),
}
Code = Literal[tuple(FLAWS)]
REGRET, NO_APOLOGY, CONDITIONAL = "regret", "no-apology", "conditional"
FEWEST_WORDS = 12  # of a message that is blamed for holding no apology at all
GREETING = 4  # words; a shorter first sentence says good day and nothing more


class Phrase(Strict):
    """A rule: any of its patterns, and where it does not count."""

    match: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()


class FlawRule(Phrase):
    """A rule for what spoils an apology."""

    code: Code
    finer: str = ""
    without: Component | Literal[""] = ""
    better: str = ""


class PhraseFile(Strict):
    """`playbooks/phrases/<language>.yml`."""

    abbreviations: tuple[str, ...] = ()
    words: dict[str, tuple[str, ...]] = {}
    components: dict[Component, tuple[Phrase, ...]]
    flaws: tuple[FlawRule, ...]
    better: dict[Code, str] = {}


def path_of(name: str) -> str:
    """Where the rules of a language stand."""
    return f"playbooks/phrases/{name}.yml"


@cache
def rules(root: Path, name: str) -> Phrases:
    """The rules of a language, for whoever has a text to look at. Faulty when the file is wrong or missing."""
    found, faults = load(root, name)
    if found is None:
        raise Faulty(*faults)
    return found


def load(root: Path, name: str) -> tuple[Phrases | None, list[Fault]]:
    """The rules of a language compiled, or None and what is wrong with the file."""
    path = path_of(name)
    try:
        return _load(path, texts.read_file(root, path))
    except Faulty as error:
        return None, error.faults


@lru_cache(maxsize=8)
def _load(path: str, source: str) -> tuple[Phrases | None, list[Fault]]:
    front = texts.read_yaml(path, source, first_line=1)
    file, faults = validate(path, front, PhraseFile)
    if file is None:
        return None, faults
    faults = []
    made = [
        _rule(part, one, (("components", part, i)), path, front, file, faults)
        for part, ones in file.components.items()
        for i, one in enumerate(ones)
    ]
    made += [_rule(one.code, one, ("flaws", i), path, front, file, faults) for i, one in enumerate(file.flaws)]
    if faults:
        return None, faults
    return Phrases(tuple(made), frozenset(word.lower() for word in file.abbreviations), dict(file.better)), []


def _rule(name: str, one: Phrase, loc: tuple, path: str, front: Front, file: PhraseFile, faults: list[Fault]) -> Rule:
    patterns = {}
    for group in ("match", "unless", "not_before", "not_after"):
        made = []
        for i, source in enumerate(getattr(one, group)):
            try:
                made.append(compile_pattern(source, file.words))
            except ValueError as error:
                found = str(error).partition(":")[2]
                faults.append(fault(path, front.at((*loc, group, i)), "not-pattern", field=group, found=found))
        patterns[group] = tuple(made)
    more = {}
    if isinstance(one, FlawRule):
        more = {"without": one.without, "finer": one.finer, "better": one.better}
        if one.finer and one.finer not in FLAWS[one.code]:
            at, known = front.at((*loc, "finer")), FLAWS[one.code]
            faults.append(fault(path, at, "not-one-of", field="finer", found=one.finer, known=known))
    return Rule(name, **patterns, **more)


# Advice ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flaw:
    """What spoils a message: its code, where it stands (code points of the NFC text), and words that do better."""

    code: str
    start: int
    end: int
    text: str
    better: str
    finer: str = ""

    def message(self, reader: str) -> str:
        """What is wrong, in one friendly sentence, in the reader's language."""
        return language(reader).say(f"advice.finer.{self.finer}" if self.finer else f"advice.flaws.{self.code}")


@dataclass(frozen=True)
class Advice:
    """The sentence that carries each component, or None, and the flaws in the order of the text."""

    components: dict[str, str | None]
    flaws: tuple[Flaw, ...]

    def data(self, reader: str) -> dict[str, Any]:
        """As plain data, with messages in the reader's language."""
        return {
            "components": {name.replace("-", "_"): sentence for name, sentence in self.components.items()},
            "flaws": [
                {
                    "code": one.code,
                    "start": one.start,
                    "end": one.end,
                    "text": one.text,
                    "message": one.message(reader),
                    "better": one.better,
                }
                for one in self.flaws
            ],
        }


def advise(text: str, phrases: Phrases) -> Advice:
    """What a whole message holds and what spoils it."""
    read = read_text(text, phrases.abbreviations)
    hits = phrases.find(read)
    components: dict[str, str | None] = dict.fromkeys(COMPONENTS)
    for hit in hits:
        if hit.rule.name in components and components[hit.rule.name] is None:
            span = read.sentence_at(hit.first)
            components[hit.rule.name] = read.text[span.start : span.end]
    found = [hit for hit in hits if hit.rule.name in FLAWS and not (components.get(hit.rule.without))]
    flaws = [_flaw(hit, read, phrases) for hit in _widest(found)]
    is_told = {NO_APOLOGY, CONDITIONAL} & {one.code for one in flaws}  # an apology that hangs on an if is told as that
    if components[REGRET] is None and len(read.tokens) >= FEWEST_WORDS and not is_told:
        flaws.append(_no_apology(read, phrases))
    return Advice(components, tuple(sorted(flaws, key=lambda one: (one.start, one.end, one.code))))


def _widest(hits: list[Hit]) -> list[Hit]:
    """Of hits of one code that share words, the widest; of equals, the first rule's."""
    kept: list[Hit] = []
    taken: set[tuple[str, int]] = set()  # the words of each code
    for hit in sorted(hits, key=lambda one: (one.first - one.last, one.first)):
        words = {(hit.rule.name, i) for i in range(hit.first, hit.last)}
        if not words & taken:
            taken |= words
            kept.append(hit)
    return kept


def _flaw(hit: Hit, read: Read, phrases: Phrases) -> Flaw:
    better = hit.rule.better or phrases.better.get(hit.rule.name, "")
    return Flaw(hit.rule.name, hit.start, hit.end, read.text[hit.start : hit.end], better, hit.rule.finer)


def _no_apology(read: Read, phrases: Phrases) -> Flaw:
    """Nobody says sorry: shown at the first sentence that is more than a greeting."""
    spans = [one for one in read.sentences if one.last - one.first > GREETING] or read.sentences
    start, end = spans[0].start, spans[0].end
    return Flaw(NO_APOLOGY, start, end, read.text[start:end], phrases.better.get(NO_APOLOGY, ""))

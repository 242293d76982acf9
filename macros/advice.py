"""What is there and what spoils it: the checker of apologies. It advises; it never says that a message is good.

The rules of a language are data, `playbooks/phrases/<language>.yml`. `phrases.py` finds them in a text, and `tone.py`
hears what each sentence sounds like, the rules found in it counted in. Here that becomes components, each with the
sentence that carries it, and flaws, each with words that would do better: at the words of a rule where there is one,
else at the sentence. The twin of `advise` is in `phrases.js`; both are held to `tests/cases/apology/`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from . import texts, tone
from .faults import Fault, Faulty, fault
from .languages import language
from .phrases import Hit, Phrases, Read, Rule, Span, compile_pattern
from .phrases import read as read_text
from .shelves import COMPONENTS, Component, validate
from .texts import Front
from .tone import Tone
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
REGRET, RESPONSIBILITY, NO_APOLOGY, CONDITIONAL = "regret", "responsibility", "no-apology", "conditional"
NOBODY = "nobody"  # takes responsibility, in the whole message
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


def paths_of(name: str) -> tuple[str, str]:
    """The files that the checker of a language knows: the rules, and what the ear has learned."""
    return path_of(name), tone.path_of(name)


@cache
def rules(root: Path, name: str) -> Phrases:
    """The rules of a language, for whoever has a text to look at. Faulty when the file is wrong or missing."""
    found, faults = load(root, name)
    if found is None:
        raise Faulty(*faults)
    return found


def load(root: Path, name: str) -> tuple[Phrases | None, list[Fault]]:
    """The rules of a language compiled, with its tone, or None and what is wrong with the files."""
    path = path_of(name)
    heard, more = tone.load(root, name)
    try:
        made, faults = _load(path, texts.read_file(root, path), heard)
    except Faulty as error:
        return None, error.faults + more
    return (None if more else made), faults + more


@lru_cache(maxsize=8)
def _load(path: str, source: str, heard: Tone | None) -> tuple[Phrases | None, list[Fault]]:
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
    abbreviations = frozenset(word.lower() for word in file.abbreviations)
    return Phrases(tuple(made), abbreviations, dict(file.better), heard), []


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
    sounds: bool = False  # no words of a rule: the whole sentence sounds so, which is less sure

    def message(self, reader: str) -> str:
        """What is wrong, in one friendly sentence, in the reader's language."""
        said = language(reader).say(f"advice.finer.{self.finer}" if self.finer else f"advice.flaws.{self.code}")
        return language(reader).say("advice.sounds", message=said) if self.sounds else said


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


def advise(text: str, phrases: Phrases, by_ear: bool = True) -> Advice:
    """What a whole message holds and what spoils it.

    Not `by_ear` where the text is no message to a customer: the rules alone are asked then.
    """
    read = read_text(text, phrases.abbreviations)
    hits = phrases.find(read)
    components: dict[str, str | None] = dict.fromkeys(COMPONENTS)
    for hit in hits:
        if hit.rule.name in components and components[hit.rule.name] is None:
            span = read.sentence_at(hit.first)
            components[hit.rule.name] = read.text[span.start : span.end]
    found = [hit for hit in hits if hit.rule.name in FLAWS and not (components.get(hit.rule.without))]
    flaws = _flaws(_widest(found), hits, read, phrases, by_ear)
    is_told = {NO_APOLOGY, CONDITIONAL} & {one.code for one in flaws}  # an apology that hangs on an if is told as that
    if components[REGRET] is None and len(read.tokens) >= FEWEST_WORDS and not is_told:
        flaws.append(_no_apology(read, phrases))
    return Advice(components, tuple(sorted(flaws, key=lambda one: (one.start, one.end, one.code))))


def sentences(read: Read, hits: list[Hit]) -> tuple[list[list[str]], list[frozenset[str]]]:
    """What the tone of each sentence is heard from: its words, and the names of the rules that were found in it.

    And, as if it were a rule, that nobody in the whole message takes responsibility: the same words are a plain account
    where somebody does, and hide who it was where nobody does.
    """
    words = [[token.key for token in read.tokens[one.first : one.last]] for one in read.sentences]
    everywhere = set() if any(hit.rule.name == RESPONSIBILITY for hit in hits) else {NOBODY}
    found = [set(everywhere) for _ in read.sentences]
    for hit in hits:
        found[_sentence_of(read, hit)].add(hit.rule.name)
    return words, [frozenset(one) for one in found]


def _sentence_of(read: Read, hit: Hit) -> int:
    return bisect_right(read.sentences, hit.first, key=lambda one: one.first) - 1


def _flaws(found: list[Hit], hits: list[Hit], read: Read, phrases: Phrases, by_ear: bool) -> list[Flaw]:
    """The flaws that rules found and the tone agrees with, and those it hears where no rule was found.

    Nor where one was found that does not count in this message: it knows better what is harmless beside a component.
    """
    if phrases.tone is None or not by_ear:
        return [_flaw(hit, read, phrases) for hit in found]
    words, rules = sentences(read, hits)
    heard = phrases.tone.heard(list(zip(words, rules, strict=True)))
    judged = frozenset(phrases.tone.codes)
    flaws = [
        _flaw(hit, read, phrases)
        for hit in found
        if hit.rule.name not in judged or hit.rule.name in heard[_sentence_of(read, hit)]
    ]
    for span, codes, known in zip(read.sentences, heard, rules, strict=True):
        flaws += [_sounding(code, span, read, phrases) for code in sorted(codes - known)]
    return flaws


def _sounding(code: str, span: Span, read: Read, phrases: Phrases) -> Flaw:
    """A whole sentence that sounds like a flaw."""
    words = read.text[span.start : span.end]
    return Flaw(code, span.start, span.end, words, phrases.better.get(code, ""), sounds=True)


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

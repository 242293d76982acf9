"""What a sentence sounds like: the checker's ear, trained on sentences that people labelled.

The rules of `phrases.py` know words that give a flaw away, but many flaws come without any. So each word, each pair of
neighbours and each run of three to five letters in a word has a weight for each code of a flaw, and so has a rule that
was found in the sentence. Their sum says how much the sentence sounds like it: a logistic regression, whose weights
`training/learn.py` learns and writes to `playbooks/phrases/<language>.tone`. `phrases.js` sums the same weights.

The file has a line for each of them, a tab behind its name, and then a letter for the code and a whole number. Before
them stand a line about the file and the four lines of its head:

    # learned from 3f2a91c0…                  said by training/learn.py
    codes       conditional passive …         what a, b, … stand for
    firm        -25                           from here on a sentence has the flaw
    eager       -50                           the same where the message has a flaw already
    agree       -100                          the same where a rule says so too
    *           a-310b-275…                   where every sum begins
    # dage      a12                           a number and its neighbour: no remark, here `#` is a word
    hvis du     a58d-12                       two neighbours; `^` and `$` are the sentence's ends
    ~måtte      a44                           letters of a word; `_` is where the word begins or ends
    =cold       o205b-31                      a rule that was found: `cold`, `regret`, …
    =nobody     b80c15                        nobody in the message takes responsibility

All numbers are hundredths. What words and letters weigh is divided by the root of the sentence's length, as a long
sentence has more of them; then rules and beginning are added.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest
from math import sqrt
from pathlib import Path

from . import texts
from .faults import Fault, Faulty, fault

SHORTEST, LONGEST = 3, 5  # letters that are looked at together
EMPTY = 2  # what is added to a sentence's words, so that a very short one does not shout
LARGEST = 2_000_000  # bytes of a file
HEAD = ("codes", "firm", "eager", "agree")  # the lines before the weights, in this order
RULE = 2  # times that a rule counts
MOST_WORDS = 20_000  # whose sums are kept
_PACKED = re.compile(r"([a-z])(-?[0-9]{1,6})")

Weights = tuple[tuple[int, int], ...]  # (number of the code, hundredths)


def path_of(name: str) -> str:
    """Where the weights of a language stand."""
    return f"playbooks/phrases/{name}.tone"


def features(words: Sequence[str]) -> Iterator[str]:
    """Everything of a sentence that has a weight, rules apart: its words, their neighbours and their letters."""
    yield from words
    yield from pairs(words)
    for word in words:
        yield from letters(word)


def pairs(words: Sequence[str]) -> Iterator[str]:
    """The neighbours of a sentence, its beginning and its end among them."""
    before = "^"
    for word in (*words, "$"):
        yield f"{before} {word}"
        before = word


def letters(word: str) -> Iterator[str]:
    """The runs of letters of a word; a sign or a word of one or two letters has none."""
    if len(word) < SHORTEST:
        return
    closed = f"_{word}_"
    for length in range(SHORTEST, LONGEST + 1):
        for i in range(len(closed) - length + 1):
            yield f"~{closed[i : i + length]}"


@dataclass(frozen=True, eq=False)  # read once, and known by being that one
class Tone:
    """The weights of one language."""

    codes: tuple[str, ...]
    firm: int
    eager: int
    agree: int
    weights: dict[str, Weights]
    source: str = ""
    _words: dict[str, Weights] = field(default_factory=dict, repr=False)

    def heard(self, sentences: Sequence[tuple[Sequence[str], Collection[str]]]) -> list[frozenset[str]]:
        """The codes that each sentence of a message sounds like; a sentence is its words and the rules found in it.

        Less is asked where a rule says the same; and where one sentence has a flaw, of the others: flaws have company.
        """
        all_sums = [self.sums(words, rules) for words, rules in sentences]
        sure = [self._above(self.firm, sums, rules) for sums, (_, rules) in zip(all_sums, sentences, strict=True)]
        if not any(sure):
            return sure
        return [self._above(self.eager, sums, rules) for sums, (_, rules) in zip(all_sums, sentences, strict=True)]

    def _above(self, bound: int, sums: list[float], rules: Collection[str]) -> frozenset[str]:
        named = zip(self.codes, sums, strict=True)
        return frozenset(code for code, n in named if n > (min(bound, self.agree) if code in rules else bound))

    def sums(self, words: Sequence[str], rules: Iterable[str]) -> list[float]:
        """How much a sentence sounds like each code, in hundredths of a log-odds."""
        weights, found = self.weights, [0] * len(self.codes)
        for word in words:
            for i, n in self._word(word):
                found[i] += n
        for pair in pairs(words):
            for i, n in weights.get(pair, ()):
                found[i] += n
        root = sqrt(len(words) + EMPTY)
        fixed = [0] * len(self.codes)
        for i, n in weights.get("*", ()):
            fixed[i] += n
        for rule in rules:
            for i, n in weights.get(f"={rule}", ()):
                fixed[i] += RULE * n
        return [n / root + more for n, more in zip(found, fixed, strict=True)]

    def _word(self, word: str) -> Weights:
        """What a word weighs with its letters; the same words come again and again."""
        if (known := self._words.get(word)) is not None:
            return known
        total: dict[int, int] = {}
        for one in (word, *letters(word)):
            for i, n in self.weights.get(one, ()):
                total[i] = total.get(i, 0) + n
        if len(self._words) >= MOST_WORDS:
            self._words.clear()
        made = self._words[word] = tuple(sorted(total.items()))
        return made


def load(root: Path, name: str) -> tuple[Tone | None, list[Fault]]:
    """The weights of a language, or None and what is wrong with them. A language may go without them."""
    path = path_of(name)
    if not (root / path).is_file():
        return None, []
    try:
        return read(path, texts.decoded(path, texts.read_bytes(root, path, LARGEST))), []
    except Faulty as error:
        return None, error.faults


@lru_cache(maxsize=8)
def read(path: str, source: str) -> Tone:
    """The weights that a file holds. Faulty at the first line that is none."""
    lines = [(number, *line.partition("\t")) for number, line in enumerate(source.splitlines(), 1)]
    if source.startswith("#"):
        del lines[0]
    for name, (number, found, *_) in zip_longest(HEAD, lines[: len(HEAD)], fillvalue=(1, "", "", "")):
        if found != name:
            raise Faulty(fault(path, (number, 1), "not-weights", found=found[:40] or name))
    (_, _, _, codes), *bounds = lines[: len(HEAD)]
    weights: dict[str, Weights] = {}
    for number, name, tab, packed in lines[len(HEAD) :]:
        if not tab or name in weights:
            raise Faulty(fault(path, (number, 1), "not-weights", found=name[:40]))
        weights[name] = _unpacked(path, number, packed, len(codes.split()))
    return Tone(tuple(codes.split()), *(_number(path, line, found) for line, _, _, found in bounds), weights, source)


def _number(path: str, line: int, found: str) -> int:
    if not re.fullmatch("-?[0-9]{1,6}", found, re.ASCII):
        raise Faulty(fault(path, (line, 1), "not-weights", found=found[:40]))
    return int(found)


def _unpacked(path: str, line: int, packed: str, codes: int) -> Weights:
    made = tuple((ord(letter) - ord("a"), int(n)) for letter, n in _PACKED.findall(packed))
    if any(i >= codes for i, _ in made) or packed_again(made) != packed:
        raise Faulty(fault(path, (line, 1), "not-weights", found=packed[:40]))
    return made


def packed_again(weights: Iterable[tuple[int, int]]) -> str:
    """Weights as a line of the file holds them."""
    return "".join(f"{chr(ord('a') + i)}{n}" for i, n in weights)

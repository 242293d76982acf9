"""How hard a text is to read: LIX, words a sentence plus the share of long words in per cent.

Carl-Hugo Björnsson, *Läsbarhet* (1968), who made it on Swedish; Danish and Norwegian use it as it is. Below 30 is
very easy, 30-40 easy, 40-50 like a newspaper, above 60 like a law. A sentence ends at a point, a question or
exclamation mark, a colon, or with its line (one sentence a line is our law). Headings, code and macros are left out.
"""

from __future__ import annotations

import re
from statistics import median
from typing import NamedTuple

from .prose import running
from .shelves import Checked

LONG = 7  # letters: more than six
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.!?…][\"'»”’)]*\s+(?=[^\sa-zæøåäöé\d])|:\s|\n")
JUDGED = ("situations", "process")  # read with a customer waiting
HIGHEST, HIGHEST_MEDIAN = 50, 42


class Counts(NamedTuple):
    """What LIX is made of."""

    words: int
    sentences: int
    long: int

    @property
    def lix(self) -> int:
        """LIX, to the nearest whole number; 0 for a text without words."""
        if not self.words:
            return 0
        return round(self.words / self.sentences + 100 * self.long / self.words)


def counts(one: Checked) -> Counts:
    """The words, sentences and long words of a body."""
    return count(running(one))


def count(text: str) -> Counts:
    """The words, sentences and long words of a text.

    >>> count("Vi ringer i dag.\\nVarerne kommer i morgen.").lix
    17
    """
    sentences = words = long = 0
    for part in SENTENCE_END.split(text):
        if said := WORD.findall(part):
            sentences += 1
            words += len(said)
            long += sum(len(word) >= LONG for word in said)
    return Counts(words, sentences, long)


def middle(found: list[Counts]) -> int:
    """The median LIX of some texts."""
    return round(median(one.lix for one in found))

"""Words we have a better one for, and false friends that slipped in: each with its place and the word to use.

The rules are made of `playbooks/glossary.yml`: a concept's `avoid`, a false friend's `beware`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from . import phrases
from .phrases import Phrases
from .prose import own_words
from .shelves import Checked

APART = re.compile(r"[,;:()\[\]»«”“\"/]")  # between two words: they are no phrase, though a pattern does not mind


class Slip(NamedTuple):
    """What stands there, the word to use, the entry of the glossary that says so; and where, from 1."""

    found: str
    better: str
    id: str
    line: int
    column: int


def slips(one: Checked, rules: Phrases) -> Iterator[Slip]:
    """Every word in a text that the glossary has a better one for.

    What stands under *avoid* shows what not to say, and what a case quotes are others' words: neither counts.
    """
    if not rules.rules:
        return
    for prose in own_words(one):
        read = phrases.read(prose.text)
        for hit in rules.find(read):
            found = " ".join(read.text[hit.start : hit.end].split())
            if not APART.search(found):
                yield Slip(found, hit.rule.better, hit.rule.name, *prose.place(hit.start))

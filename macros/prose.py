"""What a text says: its words as a reader meets them, each at its place in the file.

Everything else becomes blank and keeps its length, so a place in the prose is a place in the file: code, addresses,
ids, fields, macro calls, comments. Spelling, terms and readability all read this. Markdown is not parsed for it: our
texts are checked, few forms of Markdown pass, and a pattern finds those in a tenth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .shelves import SHELVES, Checked
from .texts import DEVELOPERS, finder

NO_PROSE = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|^[ ]*(```+|~~~+)[^\n]*\n.*?(?:^[ ]*\1[^\n]*$|\Z)"
    r"|`+[^`\n]*`+"
    r"|\{\{[^{}\n]*\}\}"
    r"|\{[#.a-z][^{}\n]*\}"  # a heading's id, a field
    r"|\]\([^()\n]*\)"  # where a link leads
    r"|&#?\w+;"
    r"|<?\b(?:https?://|mailto:|tel:)[^\s>)]+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b[\w-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b"  # a host, a file
    r"|^[ ]*!!![ ]+\w+",
    re.S | re.M,
)
HEADING = re.compile(r"^(?:#{1,6} |[ ]*!!! )[^\n]*", re.M)
COMMITMENT = re.compile(r"^- [a-z0-9]+(?:-[a-z0-9]+)*:", re.M)  # the id of a promise or a change, in a write-up
QUOTE = re.compile(r"^[ ]*>[^\n]*", re.M)
QUOTED = re.compile(r"»[^«\n]*«|«[^»\n]*»|[”“][^”“\n]*”|\"[^\"\n]*\"")
LISTED_BAD = re.compile(r"^([ ]*)!!! avoid[^\n]*\n(?:\1[ ]{4}[^\n]*(?:\n|\Z)|[ ]*\n)*", re.M)
ITALICS = re.compile(r"(?<![*\w])\*(?![*\s])[^*\n]+\*(?![*\w])")  # another language's word, or a title
LETTERS = re.compile(r"(?<![\w/:])([^\W\d_]{2,})(?!\w)(?=(.?))")  # nothing with a digit, no ending as in `EU:s`
IDS = frozenset({"translates", "born"})  # fields of a translation that hold no words


class Word(NamedTuple):
    """A word as written, or one part of `word-with-hyphens`; its line and column, from 1; the sign right behind it."""

    raw: str
    line: int
    column: int
    behind: str = ""


@dataclass(frozen=True)
class Prose:
    """A stretch of a file with everything blank that is no prose, and where it begins."""

    text: str
    line: int
    column: int = 1  # of its first character

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line, column = finder(self.text, self.line)(offset)
        return line, column + (self.column - 1 if line == self.line else 0)

    def said(self) -> set[tuple[str, str]]:
        """Every word once, with the sign right behind it; a letter alone is none."""
        return set(LETTERS.findall(self.text))

    def words(self) -> Iterator[Word]:
        """Every word, in order, each at its place."""
        place = finder(self.text, self.line)
        for match in LETTERS.finditer(self.text):
            line, column = place(match.start())
            column += self.column - 1 if line == self.line else 0
            yield Word(match[1], line, column, match[2])


def is_prose(one: Checked) -> bool:
    """Whether a text is in a language of ours and could be read; pages for developers are English."""
    return one.front is not None and one.text.shelf != DEVELOPERS


def all_of(one: Checked) -> Iterator[Prose]:
    """Everything a text says: the words of its front matter, then its body."""
    yield from _front(one)
    yield body(one)


def body(one: Checked) -> Prose:
    """What the body of a text says in its own language: no italics, and no quotation of a case."""
    return Prose(_body(one, _unquoted(one)), one.text.first_line)


def own_words(one: Checked) -> Iterator[Prose]:
    """What a text says in its own name: neither what it tells to avoid nor, in a case, what it quotes."""
    yield from _front(one)
    yield Prose(_body(one, _blank(LISTED_BAD, _unquoted(one))), one.text.first_line)


def running(one: Checked) -> str:
    """The body without headings: what a reader reads as sentences."""
    return _blank(NO_PROSE, _blank(HEADING, one.text.body))


def _unquoted(one: Checked) -> str:
    """The body without what a case quotes: others' words, in whatever language they said them."""
    return _blank(QUOTED, _blank(QUOTE, one.text.body)) if one.text.shelf == "cases" else one.text.body


def _body(one: Checked, source: str) -> str:
    said = _blank(ITALICS, _blank(NO_PROSE, source))
    return _blank(COMMITMENT, said) if one.text.shelf == "incidents" else said


def _front(one: Checked) -> Iterator[Prose]:
    """The words of the front matter, as they stand in the file; search terms are misspelt on purpose."""
    front, lines = one.text.front, one.text.head.split("\n")
    for name in SHELVES[one.text.shelf].translation.model_fields:
        value = front.value.get(name)
        if name in IDS or not isinstance(value, str):
            continue
        line, column = front.at((name,))
        # To the end of the value: what follows begins in the first column.
        said = [lines[line - 2][column - 1 :]]
        for following in lines[line - 1 :]:
            if following[:1] not in (" ", ""):
                break
            said.append(following)
        yield Prose(_blank(NO_PROSE, "\n".join(said)), line, column)


def _blank(pattern: re.Pattern, text: str) -> str:
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)

"""One message for each row of a table: which column is what, the words filled in, and the rows that cannot be used.

Rows and texts go in, letters and named problems come out; nothing is read or written here. The twin for the browser
is `letters.js`; both are held to `tests/cases/letters/`. What both know of the texts is `known`, plain data:

    texts      each language's apologies, fields and forms of amounts and days, as `composer.data` makes them
    names      what a folded word means: {"columns": …, "languages": …, "countries": …, "channels": …}
    keys       folded titles of columns that tell customers apart, and their rank: the lowest is used
    home       the country each language is at home in
    phones     our telephone number in each country
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from . import formats
from .apology import html_of
from .bodies import FIELD
from .languages import language
from .tables import BLANK, Unreadable, unique

ROW_COLUMNS = ("language", "country", "channel", "currency")
OWN_COLUMNS = ("language", "country", "channel", "subject", "text", "html")  # of what is written
LONGEST_CELL = formats.LONGEST
SHOWN = 60  # characters of a value in a message about it
AT_RANDOM = 3  # messages shown besides the first and the longest
WITH_SUBJECT = "email"
DATA = re.compile(r"[-+]?[0-9][0-9 .,:/-]*(?:[A-Za-z]{2,3}\.?)?")  # an amount, a day or a number is no column's title
CROWNS = "kr"
NAMED = {"language": "languages", "country": "countries", "channel": "channels"}


@dataclass(frozen=True)
class Choice:
    """What is the same for every row, unless the row says otherwise.

    `language` and `country` may be empty: then the row's country says the language, and its language the country.
    `values` are fields by name, or by `name.language` where one language differs.
    """

    situation: str
    language: str = ""
    country: str = ""
    channel: str = "email"
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Why a row is left out: the words' key, what was found, and the column (-1 where the fault is in none)."""

    row: int
    column: int
    field: str
    key: str
    found: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Letter:
    """A message, and the row it was made of."""

    row: int
    carried: list[str]
    language: str
    country: str
    channel: str
    subject: str
    text: str

    @property
    def cells(self) -> list[str]:
        """As they are written; `title_line` names them."""
        own = [self.language, self.country, self.channel, self.subject, self.text, html_of(self.text)]
        return self.carried + own


# Columns --------------------------------------------------------------------------------------------------------------


def fold(words: str) -> str:
    """Words as they are compared: case, spaces, signs and diacritics do not matter.

    >>> fold("Beløb (kr.)"), fold("BELOEB KR")
    ('belobkr', 'belobkr')
    """
    if len(words) > LONGEST_CELL:
        return ""  # no name of anything
    plain = unicodedata.normalize("NFKD", words.lower()).replace("æ", "a").replace("ø", "o")
    plain = re.sub("[^a-z0-9]", "", plain)
    return re.sub("aa|ae", "a", plain).replace("oe", "o")


def targets(header: list[str], known: dict[str, Any], situation: str) -> list[str]:
    """What each column is: a field of the situation's texts, one of `ROW_COLUMNS`, or empty: then it is carried over.

    Unreadable with `no-header` when nothing is known and the first row looks like the others.
    """
    useful, names = {*ROW_COLUMNS, *fields_of(known, situation)}, known["names"]["columns"]
    meanings = [names.get(fold(title), "") for title in header]
    if not any(meanings) and (told := next(filter(_is_data, header), None)) is not None:
        raise Unreadable("no-header", found=shown(told))
    return [one if one in useful and one not in meanings[:i] else "" for i, one in enumerate(meanings)]


def _is_data(title: str) -> bool:
    return "@" in title or DATA.fullmatch(title) is not None


def fields_of(known: dict[str, Any], situation: str) -> list[str]:
    """The fields that any text of a situation asks for."""
    found: dict[str, None] = {}
    for data in known["texts"].values():
        one = data["apologies"].get(situation, {"subject": "", "channels": {}})
        for words in (one["subject"], *(part["text"] for parts in one["channels"].values() for part in parts)):
            found |= dict.fromkeys(FIELD.findall(words))
    return list(found)


# Rows -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Template:
    """The words of one situation in one language and channel, cut at their fields: words, name, words, name, …"""

    subject: list[str]
    text: list[str]
    fields: list[str]


@dataclass
class Used:
    """A template that messages were made of."""

    language: str
    channel: str
    letters: int
    first: Letter


class Batch:
    """The rows of one table: `add` them one after the other."""

    def __init__(self, header: list[str], meanings: list[str], known: dict[str, Any], choice: Choice):
        self.header, self.meanings, self.known, self.choice = header, meanings, known, choice
        self.at = {name: i for i, name in enumerate(meanings) if name}
        self.key = self._key()
        self.carries = [i for i, name in enumerate(meanings) if not name or i == self.key]
        self.made: list[tuple[int, int]] = []  # the row of each letter, and how long it is
        self.problems: list[Problem] = []
        self.left_out: list[tuple[int, list[str], list[Problem]]] = []
        self.used: dict[tuple[str, str], Used] = {}
        self._seen: dict[Any, int] = {}
        self._templates: dict[tuple[str, str], _Template | None] = {}

    def _key(self) -> int:
        """The column that tells customers apart, or -1: then all cells do."""
        keys, none = self.known["keys"], len(self.known["keys"])

        def rank(column: int) -> int:
            return min(keys.get(fold(name), none) for name in (self.header[column], self.meanings[column]))

        best = min(range(len(self.header)), key=rank)
        return best if rank(best) < none else -1

    def add(self, number: int, cells: list[str]) -> Letter | None:
        """The letter of a row; None when it is left out, which `problems` then says."""
        letter, found = self.compose(number, cells)
        found += self._twice(number, cells)
        if found:
            self.problems += found
            self.left_out.append((number, cells, found))
            return None
        self.made.append((number, len(letter.text)))
        used = self.used.setdefault((letter.language, letter.channel), Used(letter.language, letter.channel, 0, letter))
        used.letters += 1
        return letter

    def _twice(self, number: int, cells: list[str]) -> Iterator[Problem]:
        """A row whose customer was there before; it does not matter whether that row was in order."""
        key = cells[self.key].strip(BLANK).lower() if -1 < self.key < len(cells) else ""
        first = self._seen.setdefault(key or tuple(cell.strip(BLANK) for cell in cells), number)
        if first != number:
            column = self.key if key else -1
            yield self._problem(number, column, "duplicate", cells, row=first)

    def compose(self, number: int, cells: list[str]) -> tuple[Letter | None, list[Problem]]:
        """The letter of a row, or what is wrong with the row; whether the customer was there before is not asked."""
        if len(cells) != len(self.header):
            return None, [Problem(number, -1, "", "cells", str(len(cells)), {"expected": len(self.header)})]
        found = list(self._unfit(number, cells))
        who = self._who(number, cells, found)
        name, country, channel = who.values()
        template = self._template(name, channel) if name and channel else None
        if name and channel and template is None:
            found.append(Problem(number, -1, "", "no-text", "", {"language": name, "channel": channel}))
        values = self._values(number, cells, template, name, country, found) if template and country else {}
        if found:
            return None, found
        carried = [cells[i] for i in self.carries]
        return Letter(
            number, carried, **who, subject=_filled(template.subject, values), text=_filled(template.text, values)
        ), []

    def _problem(self, number: int, column: int, key: str, cells: list[str], **values: Any) -> Problem:
        field = self.meanings[column] if column >= 0 else ""
        return Problem(number, column, field, key, shown(cells[column]) if column >= 0 else "", values)

    def _unfit(self, number: int, cells: list[str]) -> Iterator[Problem]:
        """Cells that nobody can check by eye."""
        for i, cell in enumerate(cells):
            if len(cell) > LONGEST_CELL:
                yield self._problem(number, i, "too-long", cells, limit=LONGEST_CELL)
            elif formats.HIDDEN.search(cell):
                yield self._problem(number, i, "hidden-character", cells)

    # Who gets it ---------------------------------------------------------------------------------------------------

    def _who(self, number: int, cells: list[str], found: list[Problem]) -> dict[str, str | None]:
        """The language, country and channel of a row; None where nobody can tell, which is then a problem."""
        who = {what: self._named(number, cells, what, found) for what in NAMED}
        home = self.known["home"]
        if who["language"] == "":
            spoken = next((name for name in home if home[name] == who["country"]), "")
            who["language"] = self.choice.language or spoken
        if who["country"] == "":
            who["country"] = self.choice.country or home.get(who["language"], "")
        who["channel"] = self.choice.channel if who["channel"] == "" else who["channel"]
        lacks = next((what for what in ("language", "country") if who[what] == ""), None)
        if lacks and None not in (who["language"], who["country"]):
            found.append(Problem(number, self.at.get(lacks, -1), lacks, f"no-{lacks}"))
        return who

    def _named(self, number: int, cells: list[str], what: str, found: list[Problem]) -> str | None:
        """The id that a cell names; empty where the cell is."""
        column = self.at.get(what, -1)
        word = cells[column].strip(BLANK) if column >= 0 else ""
        if not word:
            return ""
        id = self.known["names"][NAMED[what]].get(fold(word))
        if id is None:
            found.append(self._problem(number, column, f"unknown-{what}", cells))
        return id

    # What it says --------------------------------------------------------------------------------------------------

    def _template(self, name: str, channel: str) -> _Template | None:
        if (name, channel) not in self._templates:
            self._templates[name, channel] = self._cut(name, channel)
        return self._templates[name, channel]

    def _cut(self, name: str, channel: str) -> _Template | None:
        data = self.known["texts"].get(name, {"apologies": {}})
        one = data["apologies"].get(self.choice.situation)
        if one is None or channel not in one["channels"]:
            return None
        subject = FIELD.split(one["subject"] if channel == WITH_SUBJECT else "")
        text = FIELD.split("\n\n".join(part["text"] for part in one["channels"][channel]))
        return _Template(subject, text, list(dict.fromkeys(subject[1::2] + text[1::2])))

    def _values(
        self, number: int, cells: list[str], template: _Template, name: str, country: str, found: list[Problem]
    ) -> dict[str, str]:
        """What the fields of a template are filled with; what cannot be is a problem."""
        said, values = self.known["texts"][name], {}
        bad = {problem.column for problem in found}
        kinds = {one: said["fields"].get(one, {}).get("type", "text") for one in template.fields}
        if "money" in kinds.values():
            found += self._currency(number, cells, said["formats"]["countries"][country])
        for one, kind in kinds.items():
            column = self.at.get(one, -1)
            raw = cells[column] if column >= 0 else ""
            raw = raw if raw.strip(BLANK) else self._common(one, name, country)
            try:
                values[one] = formats.write(kind, raw, language(name), country)
            except ValueError as wrong:
                if column in bad and column >= 0:
                    continue  # said already
                key = str(wrong)
                key = key if key != "empty" else "empty" if column >= 0 else "no-column"
                currency = {"currency": said["formats"]["countries"][country]} if key == "wrong-currency" else {}
                found.append(Problem(number, column, one, key, shown(raw), currency))
        return values

    def _common(self, one: str, name: str, country: str) -> str:
        """The value of a field that is the same for all rows, or for all in one language."""
        values = self.choice.values
        return (
            values.get(f"{one}.{name}")
            or values.get(one)
            or (self.known["phones"].get(country, "") if one == "contact_phone" else "")
        )

    def _currency(self, number: int, cells: list[str], wanted: str) -> Iterator[Problem]:
        """A column of its own may name the currency; crowns are crowns in each country."""
        column = self.at.get("currency", -1)
        given = fold(cells[column]) if column >= 0 else ""
        if given and given not in (CROWNS, wanted.lower()):
            yield self._problem(number, column, "wrong-currency", cells, currency=wanted)

    # To look at ----------------------------------------------------------------------------------------------------

    def titles(self) -> list[str]:
        """The titles of what is carried over; two that are alike, or like one of ours, are told apart by a number."""
        return [*unique([self.header[i] for i in self.carries], OWN_COLUMNS), *OWN_COLUMNS]

    def picks(self, seed: int) -> list[tuple[str, int]]:
        """The rows worth a look, with the reason: the first, the longest, and a few at random by this seed."""
        if not self.made:
            return []
        rows = [row for row, _ in self.made]
        longest = max(self.made, key=lambda one: one[1])[0]
        found = {rows[0]: "first"}
        found.setdefault(longest, "longest")
        rest = [row for row in rows if row not in found]
        for _ in range(min(AT_RANDOM, len(rest))):
            seed = (seed * 1664525 + 1013904223) % 2**32
            found[rest.pop(seed * len(rest) >> 32)] = "random"
        return [(why, row) for row, why in found.items()]


def _filled(pieces: list[str], values: dict[str, str]) -> str:
    """The words with their fields filled in. A sentence that ends with `250 kr.` has one full stop, not two."""
    found = ""
    for i, piece in enumerate(pieces):
        words = values[piece] if i % 2 else piece
        is_twice = i % 2 == 0 and found[-1:] == "." == words[:1] and words[1:2] != "."
        found += words[1:] if is_twice else words
    return found


def shown(value: str) -> str:
    """A value as it is named in a message: short, on one line, with hidden signs to be seen."""
    value = formats.SPACES.sub(" ", value[: SHOWN * 2]).strip(" ")
    value = formats.HIDDEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", value)
    return value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"

"""Everything that differs by language stands in `words/<language>.yml`; this module reads it.

A file with `neighbours` is a language texts can be written in; `en` has messages only. No list of languages stands
in code: adding `words/fi.yml` adds Finnish.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

WORDS = Path(__file__).parent / "words"
FALLBACK = "en"
IN_IDS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "a", "ö": "o", "é": "e"})  # small letters, in ids


@dataclass(frozen=True)
class Language:
    """One language: its words, and its neighbours (where a reader is sent when a text is missing).

    >>> language("da").say("interface.next")
    'Næste'
    """

    id: str
    words: dict[str, Any]

    @property
    def name(self) -> str:
        """The language's own name for itself, as in a switcher."""
        return self.words["name"]

    @property
    def neighbours(self) -> list[str]:
        """Languages to offer instead, nearest first."""
        return self.words.get("neighbours", [])

    def say(self, key: str, /, **values: Any) -> str:
        """The words for `key` (dots lead down), with `{name}` filled in. KeyError when the file lacks them."""
        found: Any = self.words
        for part in key.split("."):
            found = found[part]
        return found.format(**values) if values else found

    def table(self, key: str) -> dict[str, str]:
        """A whole group of words, such as `components` or `sections`."""
        found: Any = self.words
        for part in key.split("."):
            found = found[part]
        return found

    def date(self, day: date) -> str:
        """A date as it is written in running text, with the hour when there is one.

        >>> language("da").date(date(2026, 6, 5))
        '5. juni 2026'
        """
        from babel.dates import format_date

        words = format_date(day, "long", locale=self.words["locale"])
        if isinstance(day, datetime):
            words += " " + self.say("clock", hour=day.hour, minute=day.minute)
        return words

    def sort_key(self, word: str) -> tuple:
        """A key that sorts words as the language's dictionaries do: å behind ø, or å before ä.

        >>> sorted(["ære", "år", "zebra"], key=language("da").sort_key)
        ['zebra', 'ære', 'år']
        """
        alphabet, small = self.words["alphabet"], word.lower()
        plain = (letter if letter in alphabet else unicodedata.normalize("NFD", letter)[0] for letter in small)
        return [alphabet.find(letter) for letter in plain], word

    def number(self, value: int | float) -> str:
        """A number with the language's own separators.

        >>> language("da").number(1234)
        '1.234'
        """
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self.words["locale"])


SHARED = {  # fields whose values are called the same
    **{"responsibility": "degree", "confirmed_by_customer": "degree", "own_proposal": "degree", "in_kind": "degree"},
    **{"legal_checked": "trigger", "legal_found": "trigger"},
}


def value_words(field: str, value: str, said: Language) -> str:
    """What a value of a field is called, such as `notice` of `stage`; itself where it has no words of its own."""
    return said.table("record.values").get(SHARED.get(field, field), {}).get(value, value)


@cache
def language(name: str) -> Language:
    """The language called `name`. KeyError when there is no `words/<name>.yml`."""
    path = WORDS / f"{name}.yml"
    if not path.is_file():
        raise KeyError(name)
    return Language(name, yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))


@cache
def text_languages() -> tuple[str, ...]:
    """The languages a text can be written in, in alphabetical order."""
    names = sorted(path.stem for path in WORDS.glob("*.yml"))
    return tuple(name for name in names if language(name).neighbours)


@cache
def country_ids() -> tuple[str, ...]:
    """The countries that have a name in every text language."""
    tables = [language(name).table("countries") for name in text_languages()]
    return tuple(sorted(set.intersection(*(set(table) for table in tables))))


def message_language(asked: str | None = None) -> str:
    """The language of messages: asked for, else `TILLIT_MESSAGES`, else the locale; every `no*` counts as `nb`."""
    wishes = [asked, *(os.environ.get(name) for name in ("TILLIT_MESSAGES", "LC_ALL", "LC_MESSAGES", "LANG"))]
    known = {FALLBACK, *text_languages()}
    for wish in filter(None, wishes):
        short = wish.lower()[:2]
        short = "nb" if short in ("no", "nn") else short
        if short in known:
            return short
    return FALLBACK

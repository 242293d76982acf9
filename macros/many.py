"""What is known of the company and its texts where many letters are made: on the composer's page and by the command.

Everything here is data made from words and from `company.yml`: which titles of columns mean what, in any language.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from . import tables
from .languages import FALLBACK, Language, language, text_languages
from .letters import ROW_COLUMNS, fold
from .library import Edition, Page

SCRIPTS = ("vendor/papaparse.min",)  # besides those that the composer loads itself
KEY_FIELDS = ("case_number", "order_number")  # before a customer's own number and address: one may have two orders


def known(edition: Edition, homes: dict[str, str], texts: dict[str, Any] | None = None) -> dict[str, Any]:
    """What `letters.py` and its twin know; `homes` are the languages' countries, `texts` what `composer.data` makes.

    The page goes without texts here: it has them in scripts of their own.
    """
    us = edition.company
    countries, languages = us["countries"], edition.languages
    return {
        "texts": texts or {},
        "names": {
            "columns": _folded(_columns(edition)),
            "languages": _folded((name, word) for name in languages for word in _language_names(name)),
            "countries": _folded((one, word) for one in countries for word in _names("countries", one)),
            "channels": dict(channels()),
        },
        "keys": _keys(edition),
        "home": homes,
        "phones": {country: us["contact"][country]["phone"] for country in countries},
    }


def _folded(words: Any) -> dict[str, str]:
    """Folded word to meaning; a word keeps the first meaning it is given."""
    found: dict[str, str] = {}
    for meaning, word in words:
        found.setdefault(fold(word), meaning)
    return found


def _said() -> Iterator[Language]:
    """Every language that has words, the one of messages alone among them."""
    return map(language, (*text_languages(), FALLBACK))


def _columns(edition: Edition) -> Iterator[tuple[str, str]]:
    fields = edition.library.fields
    yield from ((name, name) for name in (*ROW_COLUMNS, *fields))
    for said in _said():
        yield from ((name, word) for name, words in said.table("letters.columns").items() for word in words)
    for name, one in fields.items():
        yield from ((name, word) for word in one.label.values())


def _names(table: str, id: str) -> Iterator[str]:
    """What something is called: its id, and its name in each language."""
    yield id
    yield from (said.words[table][id] for said in _said() if id in said.words.get(table, {}))


def _language_names(name: str) -> Iterator[str]:
    said = language(name)
    yield from (*_names("languages", name), said.name, said.words["locale"], *said.words["cms"]["codes"])


def channels() -> Iterator[tuple[str, str]]:
    """Every word for a channel, folded, with the channel."""
    for said in _said():
        for channel, word in said.words.get("channels", {}).items():
            yield from ((fold(channel), channel), (fold(word), channel))
        for channel, words in said.table("letters.channels").items():
            yield from ((fold(word), channel) for word in words)


def _keys(edition: Edition) -> dict[str, int]:
    """Titles of columns that tell one customer from the next; the one of the lowest rank in a table is used."""
    columns = _folded(_columns(edition))
    groups = [[title for title, name in columns.items() if name == key] for key in KEY_FIELDS]
    groups += [[fold(word) for said in _said() for word in said.words["letters"][key]] for key in ("ids", "emails")]
    titles = dict.fromkeys(title for group in groups for title in group)
    return {title: rank for rank, title in enumerate(titles)}


# On the composer's page -----------------------------------------------------------------------------------------------


def context(page: Page, homes: dict[str, str]) -> dict[str, Any]:
    """What `many.html` is filled with, in the language of the page."""
    edition, said = page.edition, language(page.language)
    data = {
        "known": known(edition, homes),
        "language": said.id,
        "titles": dict(_titles(page)),
        "languages": {name: said.table("languages").get(name, language(name).name) for name in edition.languages},
        "names": {name: language(name).name for name in edition.languages},
        "countries": {one: said.table("countries")[one] for one in edition.company["countries"]},
        "channels": said.table("channels"),
        "components": said.table("components"),
        "advice": said.table("advice"),
        "rows": list(ROW_COLUMNS),
        "words": {group: words for group, words in said.table("letters").items() if group != "command"},
    }
    return {
        "say": said.table("letters.page"),
        "languages": list(data["names"].items()),
        "countries": list(data["countries"].items()),
        "limits": {"rows": said.number(tables.MOST_ROWS), "megabytes": tables.LARGEST_FILE // 1024**2},
        "scripts": [page.link(f"assets/tools/{name}.js") for name in SCRIPTS],
        "data": json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
    }


def _titles(page: Page) -> Iterator[tuple[str, str]]:
    """What went wrong, for each apology, in the page's language: as in the composer above."""
    known = page.edition.library.situations
    for one in page.edition.shelf("apologies", page.language):
        situation = known.get(one.facts["situation"])
        yield one.thing.name, (situation and situation.title.get(page.language)) or one.title

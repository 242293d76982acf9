"""What the search finds: Material's index, one a language, with everyday words and what matters first.

How it is asked stands in `theme/assets/javascripts/workers/asked.js`.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from .languages import language
from .library import Page

FIRST = {"situations": 4, "docs": 3, "process": 2, "incidents": 0.5}  # what staff look for while the customer waits
FIELDS = {"everyday": {"boost": 10}, "title": {"boost": 4}, "text": {"boost": 1}}  # Material's title beats anything
BETWEEN_WORDS = r"""[\s\-,.:;!?()/"«»“”]+"""
FOREIGN_KEYBOARD = (  # both ways people write a letter that their keyboard lacks
    str.maketrans("æøåäöé", "aoaaoe"),
    str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "é": "e"}),
)


def of_language(index: dict[str, Any], name: str, pages: dict[str, Page]) -> dict[str, Any]:
    """The part of Material's index that is in one language; `pages` are the edition's, by address."""
    own = [_entry(entry, name, pages) for entry in index["docs"] if entry["location"].startswith(f"{name}/")]
    config = {"lang": [language(name).words["search"]], "separator": BETWEEN_WORDS, "fields": FIELDS}
    return {"config": {**index["config"], **config}, "docs": own}


def _entry(entry: dict[str, Any], name: str, pages: dict[str, Page]) -> dict[str, Any]:
    address, _, anchor = entry["location"].partition("#")
    page = pages[address]
    made = {**entry, "location": entry["location"].removeprefix(f"{name}/"), "boost": FIRST.get(page.shelf, 1)}
    if not anchor:  # the page as a whole: what it is about; everyday words for it are found but not shown
        everyday = [page.title, *page.search_terms]
        made["text"] = f"<p>{escape(page.summary)}</p>{entry['text']}"
        made["everyday"] = escape(" ".join([*everyday, *rows(*everyday), *forms(*everyday)]))
    return made


def rows(*texts: str) -> list[str]:
    """The words of each text in a row, from each word on: one is found by its beginning, as somebody types it.

    >>> rows("Trukket to ganger")
    ['_trukket_to_ganger', '_to_ganger', '_ganger']
    """
    parts = (re.findall(r"[^\W_]+", text.lower()) for text in texts)
    return list(dict.fromkeys("_" + "_".join(words[i:]) for words in parts for i in range(len(words))))


def forms(*texts: str) -> list[str]:
    """Words with letters outside a-z as a foreign keyboard writes them.

    >>> forms("Undskyld, forsøg på væk")
    ['forsog', 'forsoeg', 'pa', 'paa', 'vak', 'vaek']
    """
    words = (word for text in texts for word in re.findall(r"\w+", text.lower()) if not word.isascii())
    return list(dict.fromkeys(word.translate(form) for word in words for form in FOREIGN_KEYBOARD))

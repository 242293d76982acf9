"""The search index of each language, as Material reads it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from conftest import Built

from macros import search
from macros.languages import text_languages


def entries(site: Built, language: str) -> list[dict[str, Any]]:
    path = site.root / language / "search" / "search_index.json"
    return json.loads(path.read_text(encoding="utf-8"))["docs"]


def entry(site: Built, language: str, address: str) -> dict[str, Any]:
    return next(one for one in entries(site, language) if one["location"] == address)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Forsøg på væk", ["forsog", "forsoeg", "pa", "paa", "vak", "vaek"]),
        ("försenad ursäkt", ["forsenad", "foersenad", "ursakt", "ursaekt"]),
        ("plain words", []),
        ("på, på", ["pa", "paa"]),
    ],
)
def test_a_foreign_keyboard_writes_our_letters_both_ways(text: str, expected: list[str]) -> None:
    """æ ø å ä ö as one letter and as two; words that any keyboard writes need no other form."""
    assert search.forms(text) == expected


@pytest.mark.parametrize("language", text_languages())
def test_what_to_do_comes_before_what_once_happened(internal: Built, language: str) -> None:
    """A situation weighs more than a page of the process, an apology or a write-up."""
    weights = {
        shelf: {one["boost"] for one in entries(internal, language) if re.match(f"{shelf}/.", one["location"])}
        for shelf in ("situations", "process", "apologies", "incidents")
    }
    order = [max(weights[shelf]) for shelf in ("incidents", "apologies", "process")] + [min(weights["situations"])]
    assert order == sorted(order) and len(set(order)) == 4


def test_everyday_words_are_found_and_not_shown(internal: Built) -> None:
    """The words of `search_terms` stand in the index, unseen; the first words of a result say what to do."""
    text = entry(internal, "da", "situations/late-delivery/")["text"]
    shown, _, unseen = text.partition("<p hidden>")
    assert "hvor er min pakke" in unseen and "hvor er min pakke" not in shown
    assert shown.startswith("<p>Lad kunden tale ud")


def test_everyday_words_of_a_write_up_stay_inside(internal: Built, public: Built) -> None:
    """A public write-up is found outside by what it shows."""
    address = "incidents/2026-02-12-late-sofas/"
    assert "försenad soffa" in entry(internal, "sv", address)["text"]
    assert "försenad soffa" not in entry(public, "sv", address)["text"]

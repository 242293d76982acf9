"""The language of our own texts: spelt right, in our own words, easy to read, and as long as a call allows."""

from __future__ import annotations

from functools import cache

import pytest
from conftest import ours

from macros import proofreading, readability, texts
from macros.languages import text_languages
from macros.shelves import Checked

WORDS = (250, 600)  # of a situation
STEPS = (5, 8)


@cache
def proofs() -> proofreading.Proofs:
    return proofreading.proofread(ours())


def situations() -> list[Checked]:
    return [one for one in ours().checked.values() if one.text.shelf == "situations"]


def test_every_language_has_its_dictionary_here() -> None:
    """Else the tests below would prove nothing; `make system` installs them."""
    assert proofs().without == []


def test_no_word_is_misspelt_and_none_is_one_we_avoid() -> None:
    """Not even as a note: what we ask of others holds for us."""
    assert [one.say() for one in sorted(proofs().faults())] == []


@pytest.mark.parametrize("name", text_languages())
def test_what_is_read_with_a_customer_waiting_is_easy_to_read(name: str) -> None:
    """LIX: the median of situations and process is that of an easy text, and none is a text for lawyers."""
    judged = {path: one for path, one in proofs().lix().items() if texts.place(path)[2] == name}
    assert readability.middle(list(judged.values())) <= readability.HIGHEST_MEDIAN
    assert {path: one.lix for path, one in judged.items() if one.lix > readability.HIGHEST} == {}


@pytest.mark.parametrize("one", situations(), ids=lambda one: one.text.path)
def test_a_situation_is_as_long_as_a_call_allows(one: Checked) -> None:
    """Words of its body, and steps of the conversation."""
    assert WORDS[0] <= proofs().found[one.text.path].counts.words <= WORDS[1]
    steps = [section for section in one.body.sections if "step" in section.classes]
    assert STEPS[0] <= len(steps) <= STEPS[1]

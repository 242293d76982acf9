"""The library of apologies: one for every situation that needs one, whole and without a flaw as it is sent."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT, ours

from macros import advice, apology
from macros.bodies import FIELD
from macros.languages import text_languages
from macros.shelves import LONGEST_MESSAGE, Checked

MANY = ("mass-incident", "service-outage", "data-breach", "product-recall", "food-recall", "lost-parcel")
STAGES = ("public-holding", "public-update", "public-closing")
HARMLESS = ("voluntary", "frivillig", "forsigtighed", "försiktighet", "sjælden", "sällsynt", "sjelden")


def versions() -> list[Checked]:
    return [one for one in ours().checked.values() if one.text.shelf == "apologies"]


def filled(text: str, name: str) -> str:
    """With the examples in the fields; an amount that ends in a point brings the sentence's own along."""
    text = FIELD.sub(lambda match: ours().fields[match[1]].example[name], text)
    return re.sub(r"(?<=kr)\.\.(?!\.)", ".", text)


def test_every_situation_that_needs_an_apology_has_one_in_every_language() -> None:
    there = {
        (thing.facts.situation, name)
        for thing in ours().things.values()
        if thing.shelf == "apologies"
        for name in thing.versions
    }
    needed = [id for id, situation in ours().situations.items() if situation.apology == "needed"]
    assert len(needed) >= 24
    assert [(id, name) for id in needed for name in text_languages() if (id, name) not in there] == []


def test_what_can_hit_many_has_words_for_all_three_stages_in_public() -> None:
    for id in MANY:
        assert set(STAGES) <= set(ours().things[f"apologies/{id}"].facts.channels), id


@pytest.mark.parametrize("one", versions(), ids=lambda one: one.text.path)
def test_an_apology_as_it_is_sent_has_no_flaw_and_fits_its_channel(one: Checked) -> None:
    """With its fields filled in: nothing for the checker to say, no text message and no chat message too long."""
    name = one.text.language
    phrases = advice.rules(ROOT, name)
    for channel in one.body.sections[1:]:
        said = [filled(apology.text_of(part.section), name) for part in apology.parts(channel)]
        flaws = advice.advise("\n\n".join(said), phrases).flaws
        assert [(channel.id, flaw.code, flaw.text) for flaw in flaws] == []
        if channel.id == "sms":
            assert len(" ".join(said)) <= LONGEST_MESSAGE, channel.id
        if channel.id == "chat":
            assert [(message, len(message)) for message in said if len(message) > LONGEST_MESSAGE] == []


@pytest.mark.parametrize("id", ["product-recall", "food-recall"])
def test_a_recall_is_never_softened(id: str) -> None:
    """The words that the law on product safety rules out stand in no channel of no language."""
    for one in ours().things[f"apologies/{id}"].versions.values():
        assert [word for word in HARMLESS if word in one.body.source.lower()] == [], one.text.path

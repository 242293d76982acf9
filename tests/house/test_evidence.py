"""Our rights, cases and playbooks: the fixed list is there whole, law has its source, and what is public is chosen."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT, ours

from macros.languages import country_ids, text_languages
from macros.shelves import Checked

PROCESS = (
    *("recovery-process", "receive-the-complaint", "show-empathy", "get-the-facts", "agree-on-a-solution"),
    *("apologise", "compensate", "confirm-in-writing", "follow-up", "prevent-recurrence", "share-the-process"),
    *("make-it-easy-to-complain", "two-accounts", "fear-of-liability", "rights-and-boards"),
    *("publish-a-recovery-page", "records-and-retention", "first-day"),
)
CASES = 18  # published apologies and incident reports, and counter-examples
CONCEPTS = 140
WITHOUT_SOURCES = ("top", "unsettled")  # sections of a right that say nothing of the law, or that it is not known
CLOSED_IN_2025 = ("ec.europa.eu/consumers/odr", "webgate.ec.europa.eu/odr")  # the EU's platform for disputes
PUBLIC = ROOT / "tests" / "house" / "public.txt"


def texts(shelf: str) -> list[Checked]:
    return [one for one in ours().checked.values() if one.text.shelf == shelf]


def things(shelf: str) -> set[str]:
    return {thing.name for thing in ours().things.values() if thing.shelf == shelf}


def test_the_whole_way_is_described() -> None:
    assert things("process") == set(PROCESS)


def test_every_situation_has_its_playbook() -> None:
    assert things("situations") == set(ours().situations)


def test_every_situation_has_its_apology_or_says_why_not() -> None:
    """And the playbook shows it."""
    for id, situation in ours().situations.items():
        shown = ours().things[f"situations/{id}"].facts.apologies
        if situation.apology == "needed":
            assert f"apologies/{id}" in ours().things, id
            assert id in shown, id
        else:
            assert situation.why, id


def test_every_country_has_its_rights_in_every_language() -> None:
    assert things("rights") == set(country_ids())
    for thing in ours().things.values():
        if thing.shelf in ("rights", "process", "situations", "cases"):
            assert set(thing.versions) == set(text_languages()), thing.id


def test_the_casebook_holds_examples_and_counter_examples() -> None:
    kinds = [thing.facts.kind for thing in ours().things.values() if thing.shelf == "cases"]
    assert len(kinds) >= CASES
    assert kinds.count("counter-example") >= 4


def statements(one: Checked, section: str) -> list[str]:
    """Every list item of a section, as written: there the law stands; a paragraph says what we do."""
    found, keep, inside = [], False, False
    for line in one.text.body.split("\n"):
        if heading := re.match(r"## .*\{#([a-z-]+)", line):
            keep, inside = heading[1] == section, False
        elif keep and line.startswith("- "):
            found.append(line)
            inside = True
        elif inside and line.startswith("  "):
            found[-1] += line
        else:
            inside = False
    return found


@pytest.mark.parametrize("language", text_languages())
def test_every_statement_of_law_says_where_it_was_read(language: str) -> None:
    """Each list item of a right has a source, but for what is said not to be settled."""
    for one in texts("rights"):
        if one.text.language != language:
            continue
        for section in one.body.sections:
            if section.id not in WITHOUT_SOURCES:
                said = statements(one, section.id)
                assert said, (one.text.path, section.id)
                for statement in said:
                    assert "{{ source(" in statement, f"{one.text.path}: {section.id}: {statement}"


def test_no_fee_or_limit_stands_in_the_prose_of_a_right() -> None:
    """Amounts are figures with a source: none is written out."""
    for one in texts("rights"):
        assert not re.search(r"\d[\d.\u00a0 ]*(kr\b|kroner|kronor|DKK|SEK|NOK|euro|€)", one.text.body), one.text.path


def test_nobody_is_sent_to_the_closed_platform_for_disputes() -> None:
    for one in ours().checked.values():
        for address in CLOSED_IN_2025:
            assert address not in (ROOT / one.text.path).read_text(encoding="utf-8"), one.text.path


def test_the_figure_nobody_can_trace_is_not_printed() -> None:
    """That 68 % leave because of indifference has no source."""
    for one in ours().checked.values():
        assert not re.search(r"\b68[\s\u00a0]*(%|procent|prosent|pct)", one.text.body), one.text.path


def test_what_is_public_is_chosen_and_listed() -> None:
    """A text becomes public by saying so, and by somebody writing its id into the list."""
    listed = PUBLIC.read_text(encoding="utf-8").split()
    assert listed == sorted(listed)
    assert [thing.id for thing in sorted(ours().things.values(), key=lambda one: one.id) if thing.is_public] == listed

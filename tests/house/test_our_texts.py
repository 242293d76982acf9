"""Our own texts: what the site promises its first readers is there, whole, in every language."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest
import yaml
from conftest import ROOT, ours

from macros import checks
from macros.bodies import plain_text
from macros.languages import text_languages
from macros.library import Thing
from macros.record import commitments
from macros.shelves import Checked

IN_EVERY_LANGUAGE = (
    "docs/index",
    "docs/index.public",
    "process/recovery-process",
    "process/apologise",
    "process/two-accounts",
    "situations/late-delivery",
    "situations/lost-parcel",
    "situations/angry-customer",
    "apologies/late-delivery",
    "apologies/wrong-delivery",
    "incidents/2026-02-12-late-sofas",
)
SITUATIONS = (
    *("angry-customer", "abusive-customer", "after-abuse", "vulnerable-customer", "customer-is-wrong"),
    *("repeat-complaint", "ignored-customer", "broken-promise", "late-delivery", "lost-parcel", "wrong-delivery"),
    *("damaged-goods", "defective-product", "product-recall", "food-recall", "subcontractor-failure"),
    *("missed-appointment", "cancelled-booking", "billing-error", "refund-delayed", "subscription-trouble"),
    *("service-outage", "data-breach", "staff-conduct", "social-media-storm", "media-inquiry", "key-account"),
    *("mass-incident", "escalated-to-board", "wrong-information", "failed-repair", "price-mistake"),
)
NUMBER_OF_SITUATIONS = 32


def versions(shelf: str) -> list[Checked]:
    return [one for one in ours().checked.values() if one.text.shelf == shelf]


def words(one: Checked) -> int:
    """How many words a reader meets in a body."""
    nodes = tuple(node for section in one.body.sections for node in section.nodes)
    return len(re.findall(r"\w+", plain_text(nodes)))


def test_our_texts_have_no_faults_and_no_notes() -> None:
    """What we ask of others holds for us."""
    assert [one.say() for one in checks.all_faults(ours())] == []


@pytest.mark.parametrize("id", IN_EVERY_LANGUAGE)
def test_a_first_text_is_there_in_every_language(id: str) -> None:
    """Each language has its own file, with a title and a summary of its own."""
    thing = ours().things[id]
    assert set(thing.versions) == set(text_languages())
    assert len({one.front.summary for one in thing.versions.values()}) == len(text_languages())


def write_ups() -> list[Thing]:
    return [thing for thing in ours().things.values() if thing.shelf == "incidents"]


def test_write_ups_are_born_in_every_language_and_a_third_can_be_read_in_all() -> None:
    """At least 18, six in each language, a third of them public, a third translated into both others."""
    born = Counter(thing.born for thing in write_ups())
    assert set(born) == set(text_languages()) and min(born.values()) >= 6
    shared = [thing for thing in write_ups() if thing.is_public]
    translated = [thing for thing in write_ups() if len(thing.versions) == len(text_languages())]
    assert len(shared) >= len(write_ups()) / 3 and len(translated) >= len(write_ups()) / 3


def test_write_ups_are_spread_over_all_that_a_reader_may_look_for() -> None:
    """Situations, severities, countries, stages, years, causes: not one kind of mistake told many times."""
    facts = [thing.facts for thing in write_ups()]
    assert len({one.situation for one in facts}) >= 15
    assert {one.stage for one in facts} == {"notice", "open", "closed"}
    assert len({one.severity for one in facts}) >= 3 and len({one.cause for one in facts if one.cause}) >= 6
    assert {country for one in facts for country in one.countries} == set(ours().company.countries)
    assert len({thing.name[:4] for thing in write_ups()}) >= 4


def test_write_ups_tell_of_promises_we_broke_and_of_customers_who_do_not_agree() -> None:
    """A library of happy ends would teach nobody."""
    facts = [thing.facts for thing in write_ups()]
    kept = Counter(promise.kept for one in facts for promise in commitments(one, "promises"))
    assert kept["no"] >= 3 and kept["late"] >= 3 and kept["yes"] >= 3
    closed = Counter(one.confirmed_by_customer for one in facts if one.stage == "closed")
    assert min(closed[verdict] for verdict in ("yes", "partly", "no", "not-asked")) >= 1
    undone = [item for one in facts for item in commitments(one, "prevention") if item.done is None]
    assert undone


def test_the_list_of_situations_is_whole_and_in_order() -> None:
    """All situations are named, in the order in which they are shown, with a title in every language."""
    assert len(SITUATIONS) == NUMBER_OF_SITUATIONS
    assert tuple(ours().situations) == SITUATIONS
    for id, situation in ours().situations.items():
        assert set(situation.title) == set(text_languages()), id
        assert situation.why is None or set(situation.why) == set(text_languages()), id
        assert (situation.why is None) == (situation.apology == "needed"), id


@pytest.mark.parametrize("one", versions("situations"), ids=lambda one: one.text.path)
def test_a_situation_begins_with_what_stops_it_and_ends_with_a_list_to_check(one: Checked) -> None:
    ids = [section.id for section in one.body.sections[1:]]
    assert (ids[0], ids[-1]) == ("stop-and-check", "checklist")


@pytest.mark.parametrize("shelf", ["process", "situations", "apologies", "incidents"])
def test_a_text_is_about_as_long_in_every_language(shelf: str) -> None:
    """No language gets a digest: the longest version has at most a quarter more words than the shortest."""
    by_id: dict[str, list[int]] = {}
    for one in versions(shelf):
        by_id.setdefault(one.text.id, []).append(words(one))
    assert by_id
    assert {id: counts for id, counts in by_id.items() if max(counts) > 1.25 * min(counts)} == {}


@pytest.mark.parametrize("shelf", ["process", "situations", "apologies"])
def test_a_text_has_the_same_sections_in_every_language(shelf: str) -> None:
    """The switch of languages leads to the same section, also before a translation is accepted."""
    for one in versions(shelf):
        original = ours().things[one.text.id].original
        sections = [(s.id, s.classes, [p.id for p in s.parts]) for s in one.body.sections]
        assert sections == [(s.id, s.classes, [p.id for p in s.parts]) for s in original.body.sections], one.text.path


def test_every_word_of_the_company_is_there_in_every_language() -> None:
    """Roles, kinds, hours, fields: nobody meets a label in another language than their own."""
    company, fields = ours().company, ours().fields
    tables = {"about": company.about}
    tables |= {f"roles.{id}": words for id, words in company.roles.items()}
    tables |= {f"kinds.{id}": words for id, words in company.kinds.items()}
    tables |= {f"contact.{id}": contact.hours for id, contact in company.contact.items()}
    for id, field in fields.items():
        tables |= {f"{id}.label": field.label, f"{id}.help": field.help, f"{id}.example": field.example}
    assert {id: set(words) for id, words in tables.items() if set(words) != set(company.languages)} == {}


def test_every_file_of_words_has_its_groups_in_the_same_order() -> None:
    """Line by line the files of words can be read side by side."""

    def keys(name: str) -> list[str]:
        table = yaml.safe_load((ROOT / "macros" / "words" / f"{name}.yml").read_text(encoding="utf-8"))
        groups = {group: inner if isinstance(inner, dict) else {} for group, inner in table.items()}
        return [f"{group}.{key}" for group, inner in groups.items() for key in ("", *inner)]

    assert {name: keys(name) for name in text_languages()} == dict.fromkeys(text_languages(), keys("da"))
    english = [key for key in keys("en") if key.startswith(("faults.", "cli."))]
    assert [key for key in keys("da") if key.startswith(("faults.", "cli."))] == english


# What developers are told ---------------------------------------------------------------------------------------------

MODULES = {path.stem for path in (ROOT / "macros").glob("*.py")} - {"__init__"}


def told(pattern: str) -> str:
    """What the page about how it is built says at one place."""
    return re.search(pattern, (ROOT / "docs/developers/index.md").read_text(encoding="utf-8"), re.S)[1]


def imported(name: str) -> set[str]:
    """The modules of ours that one imports to run; those it only names in annotations do not count."""
    tree = ast.parse((ROOT / "macros" / f"{name}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 1]
    names = {name for node in found for name in ([node.module] if node.module else (one.name for one in node.names))}
    return names & MODULES


def test_every_module_has_its_room() -> None:
    assert set(re.findall(r"`(\w+)\.py`", told(r"## The rooms\n(.+?)\n\nDependencies"))) >= MODULES


def test_dependencies_point_the_one_way_that_is_told() -> None:
    groups = [re.findall(r"\w+", group) for group in told(r"one way: `(.+?)`").split("→")]
    place = {name: number for number, group in enumerate(groups) for name in group}
    assert place.keys() - {"hooks"} == MODULES
    assert [(name, one) for name in MODULES for one in imported(name) if place[one] > place[name]] == []

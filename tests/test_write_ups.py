"""What a write-up's page shows: what is going on first, both accounts, what is lacking, and where it leads."""

from __future__ import annotations

import pytest
from conftest import Built, Project, ours
from selectolax.lexbor import LexborHTMLParser

from macros import cards, library
from macros.languages import language, text_languages
from macros.library import Page

PATH = "playbooks/incidents/2026-03-01-stol.da.md"
NOTICE = """---
born: da
audience: public
stage: {stage}
owner: editor
countries: [dk]
situation: late-delivery
cause: routine
who_is_affected: Alle, der venter.
what_to_do: Vent lidt endnu.
next_update: 2026-03-02 10:00
contact: [phone]
detected: 2026-03-01
first_answer: 2026-03-01
responsibility: partly
remedies: [replacement]
title: Stolen knak
summary: En stol knak.
---

## Hvad skete der

En stol knak.

## Årsagen

<!-- Hvorfor? -->

## Opdateringer

- Den 1. marts: vi leder.

## Det siger vi nu

Sig undskyld.
"""


def page_of(project: Project, edition: str, stage: str = "notice") -> Page:
    project.write(PATH, NOTICE.format(stage=stage))
    assert [one.say() for one in project.faults()] == []
    return project.library().edition(edition).page("incidents/2026-03-01-stol", "da")


def shown(page: Page) -> LexborHTMLParser:
    return LexborHTMLParser(cards.incident_page(page).html)


def headings(page: Page) -> list[str]:
    return [node.text(strip=True) for node in shown(page).css("h2")]


def test_while_it_goes_on_what_to_say_and_the_news_come_first(project: Project) -> None:
    """Inside both; outside the news alone; a heading that waits for its words is not shown."""
    assert headings(page_of(project, "internal")) == ["Det siger vi nu", "Opdateringer", "Hvad skete der"]
    assert headings(page_of(project, "public")) == ["Opdateringer", "Hvad skete der"]


def test_whoever_is_affected_reads_first_what_to_do_and_where_to_turn(project: Project) -> None:
    """Who, what to do, when we say more, and of each country hit the number and the hours."""
    box = shown(page_of(project, "public")).css_first(".affected")
    assert [node.text() for node in box.css("dt")] == ["Hvem er ramt", "Det skal du gøre nu", "Næste besked", "Kontakt"]
    assert box.css_first("time").attributes["datetime"] == "2026-03-02T10:00:00"
    assert box.css_first('a[href="tel:+4500000000"]') and "8-16" in box.text()
    assert box.css("a[href^=mailto]") == []  # only the ways that were named


def test_what_is_left_to_do_is_for_us(project: Project) -> None:
    """Inside a list for each stage that is still to come; outside nothing of it."""
    inside, outside = (shown(page_of(project, edition, "open")) for edition in library.EDITIONS)
    left = [node.text() for node in inside.css(".to-do li")]
    assert "Fulgt op" in left and "Kundens fortælling" in left and "Første svar" not in left
    assert outside.css(".to-do") == []


def test_how_grave_it_was_is_for_us(project: Project) -> None:
    """A customer is not told a grade of the own trouble."""
    change = ("cause: routine", "cause: routine\nseverity: 2")
    project.write(PATH, NOTICE.format(stage="notice").replace(*change))
    for edition, expected in zip(library.EDITIONS, (True, False), strict=True):
        page = project.library().edition(edition).page("incidents/2026-03-01-stol", "da")
        made = cards.incident_page(page).html + cards.incidents(page)
        assert ("Alvorsgrad" in made) is expected


def test_what_is_going_on_stands_on_the_home_page_and_nothing_when_all_is_closed(project: Project) -> None:
    """Notice and open, not what is closed; without any, no heading either."""
    home = page_of(project, "public").edition.home("da")
    made = LexborHTMLParser(cards.happening_now(home))
    assert [node.text() for node in made.css(".incident-card__title a")] == ["Stolen knak"]
    project.path(PATH).unlink()
    assert cards.happening_now(project.library().edition("public").home("da")) == ""


@pytest.mark.parametrize("edition", library.EDITIONS)
def test_closed_without_the_customers_yes_says_so(project: Project, edition: str) -> None:
    """In each edition: a page that says closed says when the customer does not agree."""
    page = project.library().edition(edition).page("incidents/2026-02-12-late-sofas", "sv")
    assert cards.stage_words(page, language("sv")) == language("sv").say("interface.closed-unconfirmed")
    project.change(page.path, "confirmed_by_customer: partly", "confirmed_by_customer: yes")
    page = project.library().edition(edition).page("incidents/2026-02-12-late-sofas", "sv")
    assert cards.stage_words(page, language("sv")) == language("sv").say("record.values.stage.closed")


def test_an_account_that_could_not_be_had_says_how_often_we_asked(project: Project) -> None:
    """Beside the other account, under its own heading."""
    path = "playbooks/incidents/2026-02-20-broken-chair.da.md"
    project.change(path, "staff_role:", "no_customers_account: {asked: 3, why: Ingen svarede.}\nstaff_role:")
    project.change(path, "Jeg faldt.", "")
    project.change(
        path, "{kind: given, by_role: case-owner, on: 2026-02-27, until: 2029-02-27}", "{kind: not-needed, why: Ingen.}"
    )
    assert project.faults() == []
    frame = shown(project.library().edition("internal").page("incidents/2026-02-20-broken-chair", "da")).css_first(
        ".accounts"
    )
    first, second = frame.css(".account")
    assert (
        first.css_first("h2").text() == "Kundens fortælling"
        and "3" in first.text()
        and "Ingen svarede." in first.text()
    )
    assert second.css_first("h2").text() == "Medarbejderens fortælling"


def test_a_write_up_shows_the_newest_earlier_ones_of_the_same_kind(project: Project) -> None:
    """Same situation and same cause, before it, three at most, the newest first."""
    for day in ("2026-01-05", "2026-01-09", "2026-01-07", "2026-01-08"):
        text = NOTICE.format(stage="notice").replace(
            "detected: 2026-03-01\nfirst_answer: 2026-03-01", f"happened: {day}"
        )
        project.write(f"playbooks/incidents/{day}-stol.da.md", text.replace("Stolen knak", f"Stol {day}"))
    project.write("playbooks/incidents/2026-01-06-stol.da.md", NOTICE.format(stage="notice").replace("routine", "slip"))
    page = page_of(project, "internal")
    assert [other.thing.name[:10] for other in cards.similar(page)] == ["2026-02-12", "2026-01-09", "2026-01-08"]


@pytest.mark.parametrize("name", text_languages())
def test_texts_and_write_ups_lead_to_each_other(internal: Built, name: str) -> None:
    """A playbook names the write-ups that changed it, an apology those it was used in, and each of them leads back."""
    changed = ours().things["incidents/2026-02-12-late-sofas"].facts.changed
    assert "situations/late-delivery" in changed
    for address, text in (("situations/late-delivery", "changed"), ("apologies/late-delivery", "used")):
        learnt = internal.page(f"{name}/{address}/").css_first(".rest--learnt")
        assert learnt.css_first('a[href$="incidents/2026-02-12-late-sofas/"]')
        back = internal.page(f"{name}/incidents/2026-02-12-late-sofas/").css_first(f".rest--{text}")
        assert back.css_first(f'a[href$="{address}/"]')

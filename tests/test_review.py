"""The editor's list: what is due, in what order, and what `review done` writes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from conftest import Built, ours
from planted import Texts, all_files, tillit
from playwright.sync_api import Browser, Page

from macros import review
from macros.embeds import MACROS
from macros.languages import language, text_languages

PLAYBOOK = "playbooks/situations/late-delivery.nb.md"  # reviewed 2026-10-01, every 12 months
LAW = """---
born: sv
owner: case-owner
country: se
checked: 2026-10-01
sources: {kkl: {title: Konsumentköplagen, url: "https://example.com/kkl", seen: 2026-10-01}}
reviewed: 2026-10-01
review_months: 13
title: Sverige
summary: Vad lagen säger.
---

## Köp {#sale}

Lagen säger det.
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Texts:
    made = Texts(tmp_path / "texts")
    made.write("playbooks/rights/se.sv.md", LAW)
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("TILLIT_MESSAGES", "en")
    return made


@pytest.fixture(scope="module")
def listed() -> list[review.Due]:
    """The list of our own texts."""
    return review.listed(ours())


def ids(done: Result) -> list[str]:
    return [line.split("\t")[3] for line in done.stdout.splitlines()]


# The list -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 22), 6, date(2027, 5, 22)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 30), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_a_text_is_due_on_the_same_day_some_months_on(day: date, months: int, expected: date) -> None:
    """Or on the last day of a month that has no such day."""
    assert review.months_later(day, months) == expected


def test_law_comes_first_then_what_has_waited_longest(project: Texts) -> None:
    """A law that is due later still stands before a page that is overdue."""
    project.change(PLAYBOOK, "reviewed: 2026-10-01", "reviewed: 2026-09-01")
    found = ids(tillit(project, "review", "--today", "2027-10-05"))
    assert found[:2] == ["rights/se", "situations/late-delivery"]
    assert not any(id.startswith("incidents/") for id in found)


@pytest.mark.parametrize(
    ("today", "days", "is_listed"),
    [
        ("2027-08-31", "30", False),  # 31 days
        ("2027-09-01", "30", True),
        ("2027-09-01", "29", False),
        ("2027-10-01", "0", True),
        ("2028-10-01", "30", True),
    ],
)
def test_what_is_due_within_so_many_days_is_listed_and_all_that_is_overdue(
    project: Texts, today: str, days: str, is_listed: bool
) -> None:
    """The day itself counts; what was due is listed until somebody has read it."""
    found = tillit(project, "review", "--today", today, "--days", days)
    assert ("situations/late-delivery" in ids(found)) == is_listed


def test_each_line_says_when_how_soon_whose_and_what(project: Texts) -> None:
    """And the sum stands beside the list, not in it."""
    done = tillit(project, "review", "--today", "2027-10-11", "--owner", "case-owner")
    assert done.stdout == "2027-11-01\t  21\tcase-owner\trights/se\n"
    assert done.stderr == "Overdue: 0. Due within 30 days: 1.\n"
    done = tillit(project, "review", "--today", "2027-10-11", "--language", "nb")
    assert "2027-10-01\t -10\teditor\tsituations/late-delivery\n" in done.stdout
    assert {line.split("\t")[3] for line in done.stdout.splitlines()} >= {"situations/late-delivery"}
    assert "situations/lost-parcel" not in done.stdout  # written in Danish


def test_nothing_due_is_said_as_well(project: Texts) -> None:
    """An empty list with a friendly line beside it, and 0."""
    done = tillit(project, "review", "--today", "2026-10-02")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "Nothing is due within 30 days.\n")


def test_the_list_as_data(project: Texts) -> None:
    """--json gives everything another program needs, law first."""
    found = json.loads(tillit(project, "review", "--today", "2027-10-11", "--json").stdout)
    assert found[0] == {
        "id": "rights/se",
        "path": "playbooks/rights/se.sv.md",
        "language": "sv",
        "title": "Sverige",
        "owner": "case-owner",
        "reviewed": "2026-10-01",
        "due": "2027-11-01",
        "days": 21,
        "law": True,
    }


def test_an_owner_nobody_is_gets_a_did_you_mean(project: Texts) -> None:
    """Roles are those of company.yml."""
    done = tillit(project, "review", "--owner", "editer")
    assert done.exit_code == 1 and "Did you mean editor?" in done.stderr


def test_what_the_company_leaves_out_is_nobodys_to_review(project: Texts) -> None:
    """A standard text that is hidden is not shown, so it need not be read."""
    project.change("playbooks/company.yml", "sample: true", "sample: true\nhide: [situations/late-delivery]")
    assert "situations/late-delivery" not in ids(tillit(project, "review", "--today", "2027-12-01"))


# Reviewed, nothing to change ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["2026-10-01", '"2026-10-01"', "'2026-10-01'", "2026-10-01   # i fjor"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_done_changes_the_date_and_not_a_byte_besides(project: Texts, written: str, newline: str) -> None:
    """However it is written, with quotes or a remark, and whatever the file's line ends."""
    source = project.read(PLAYBOOK).replace("reviewed: 2026-10-01", f"reviewed: {written}").replace("\n", newline)
    project.write(PLAYBOOK, "\ufeff" + source)
    before = all_files(project)
    done = tillit(project, "review", "done", "situations/late-delivery", "--today", "2026-11-20")
    assert done.stdout == f"{PLAYBOOK}: reviewed 2026-11-20 (before that 2026-10-01); next by 2027-11-20\n"
    after = all_files(project)
    path = project.path(PLAYBOOK)
    assert after.pop(path) == before.pop(path).replace(b"2026-10-01", b"2026-11-20", 1)
    assert after == before


def test_many_are_done_at_once_or_none(project: Texts) -> None:
    """All ids are understood before the first file is written; a text named twice is written once."""
    before = project.read(PLAYBOOK)
    done = tillit(project, "review", "done", "situations/late-delivery", "rights/see", "--today", "2026-11-20")
    assert done.exit_code == 1 and "Did you mean rights/se?" in done.stderr
    assert project.read(PLAYBOOK) == before
    both = ["situations/late-delivery", "rights/se", PLAYBOOK]
    done = tillit(project, "review", "done", *both, "--today", "2026-11-20")
    assert len(done.stdout.splitlines()) == 2
    again = tillit(project, "review", "done", *both, "--today", "2026-11-20")
    assert again.stdout.splitlines()[0] == f"{PLAYBOOK}: says 2026-11-20 already"


def test_a_day_that_has_not_come_is_refused(project: Texts) -> None:
    """Nobody reads a text tomorrow."""
    before = project.read(PLAYBOOK)
    done = tillit(project, "review", "done", "situations/late-delivery", "--today", "2199-01-01")
    assert done.exit_code == 1 and "2199-01-01 has not come yet" in done.stderr
    assert project.read(PLAYBOOK) == before


def test_a_later_review_is_not_set_back(project: Texts) -> None:
    """And the others that were named are written all the same."""
    before = project.read(PLAYBOOK)
    done = tillit(project, "review", "done", "situations/late-delivery", "docs/index", "--today", "2026-09-30")
    assert done.exit_code == 1
    assert f"{PLAYBOOK} was reviewed on 2026-10-01, which is later" in done.stderr
    assert project.read(PLAYBOOK) == before


def test_a_write_up_is_not_reviewed(project: Texts) -> None:
    """It has no date to set."""
    done = tillit(project, "review", "done", "incidents/2026-02-12-late-sofas", "--today", "2026-11-20")
    assert done.exit_code == 1 and "incidents/2026-02-12-late-sofas is not reviewed" in done.stderr


def test_a_date_that_cannot_be_changed_in_place_is_said(project: Texts) -> None:
    """Such as one that stands on a line of its own."""
    project.change(PLAYBOOK, "reviewed: 2026-10-01", "reviewed: >-\n  2026-10-01")
    before = project.read(PLAYBOOK)
    done = tillit(project, "review", "done", "situations/late-delivery", "--today", "2026-11-20")
    assert done.exit_code == 1 and "cannot be changed in place" in done.stderr
    assert project.read(PLAYBOOK) == before


# The page -------------------------------------------------------------------------------------------------------------


def test_the_list_is_for_colleagues_only(public: Built) -> None:
    """Who owns what, and how late we are, is our own business."""
    assert MACROS["review_list"].inside
    assert not [address for address in public.addresses() if "/review/" in address]
    with pytest.raises(PermissionError):
        review.show(ours().edition("public").home("da"))


@pytest.mark.parametrize("name", text_languages())
def test_the_page_holds_every_text_with_its_owner_and_a_date(
    internal: Built, listed: list[review.Due], name: str
) -> None:
    """By owner, law first and then by date; a date is a date, and says nothing of today."""
    page = internal.page(f"{name}/review/")
    shown = [
        (group.attributes["data-owner"], row.attributes["data-due"])
        for group in page.css(".review__group")
        for row in group.css("tr[data-due]")
    ]
    assert sorted(shown) == sorted((one.owner, one.day.isoformat()) for one in listed)
    for group in page.css(".review__group"):
        rows = group.css("tr[data-due]")
        kinds = [(row.css_first(".review__kind--law") is None, row.attributes["data-due"]) for row in rows]
        assert kinds == sorted(kinds)
        for row in rows:
            day = date.fromisoformat(row.attributes["data-due"])
            assert row.css_first("time").text() == language(name).date(day)
    assert page.css_first(".review__choices").attributes.get("hidden", "x") is None  # nothing to choose without script


def open_list(browser: Browser, unsearched: dict[str, str], listed: list[review.Due], name: str, days_on: int) -> Page:
    """The page as the day on which a text falls due is so many days away from that day."""
    first = min(one.day for one in listed)
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.clock.set_fixed_time(f"{date.fromordinal(first.toordinal() + days_on)}T12:00:00")
    page.goto(f"{unsearched['internal']}{name}/review/")
    return page


@pytest.mark.parametrize("name", text_languages())
@pytest.mark.parametrize("days_on", [5, 0, -30, -31])
def test_the_readers_browser_marks_what_is_due_and_counts_it(
    browser: Browser, unsearched: dict[str, str], listed: list[review.Due], name: str, days_on: int
) -> None:
    """Overdue, today and within 30 days, each by the reader's own calendar; later ones are left as they are."""
    page = open_list(browser, unsearched, listed, name, days_on)
    today = min(one.day for one in listed).toordinal() + days_on
    overdue = sum(one.day.toordinal() < today for one in listed)
    soon = sum(0 <= one.day.toordinal() - today <= review.SOON for one in listed)
    said = language(name).say("review.count", overdue=overdue, soon=soon, days=review.SOON)
    assert page.locator(".review__status").inner_text().startswith(said)
    assert page.locator(".review__mark").count() == overdue + soon
    assert page.locator(".review__mark--overdue").count() == overdue
    visible = page.locator("tr[data-due]:visible").count()
    assert visible == (overdue + soon if overdue + soon else len(listed))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_the_list_is_filtered_from_the_keyboard(
    browser: Browser, unsearched: dict[str, str], listed: list[review.Due]
) -> None:
    """Owner and language are plain lists, and the tick shows all texts or those that wait."""
    page = open_list(browser, unsearched, listed, "da", 5)
    page.get_by_label(language("da").say("review.only")).press("Space")
    assert page.locator("tr[data-due]:visible").count() == len(listed)
    page.get_by_label(language("da").say("review.owner")).select_option("editor")
    assert page.locator("tr[data-due]:visible").count() == sum(one.owner == "editor" for one in listed)
    page.locator("#review-language").select_option("nb")
    own = [one for one in listed if one.owner == "editor" and one.thing.born == "nb"]
    assert page.locator("tr[data-due]:visible").count() == len(own)
    assert page.locator(".review__group:visible").count() == (1 if own else 0)
    page.close()

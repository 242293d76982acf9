"""The learning page: figures worked out by hand, what outsiders may see of them, and charts that need no colour."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, SEED, Built, Project, size
from selectolax.lexbor import LexborHTMLParser, LexborNode

from macros import cards, charts, incidents, learning
from macros.charts import Mark
from macros.incidents import FEWEST, OTHERS
from macros.languages import language, text_languages
from macros.library import Edition, Page
from macros.record import RecordFacts

LANGUAGES = text_languages()
CASES = ROOT / "tests" / "cases" / "learning"
DETECTED = datetime(2026, 1, 5, 8, 0)
FACTS: dict[str, Any] = {
    **{"audience": "public", "owner": "editor", "stage": "closed", "countries": ["dk"], "situation": "late-delivery"},
    **{"severity": 2, "happened": "2026-01-05", "detected": "2026-01-05 08:00", "first_answer": "2026-01-05 09:00"},
    **{"delivered": "2026-01-07", "affected": 25, "cause": "slip", "remedies": ["refund"], "changed": []},
    **{"confirmed_by_customer": "yes", "consent": {"kind": "not-needed", "why": "Ingen kan genkendes."}},
}


# Made-up write-ups ----------------------------------------------------------------------------------------------------


def write_up(facts: dict[str, Any], title: str) -> str:
    """A write-up of FACTS with others in their place; null takes a fact away."""
    front = {"born": "da", **FACTS, **facts, "title": title, "summary": "Det gik galt.", "search_terms": ["galt"]}
    front = {name: value for name, value in front.items() if value is not None}
    return f"---\n{yaml.safe_dump(front, allow_unicode=True)}---\n\n## Hvad skete der\n\nDet gik galt.\n"


def write_all(project: Project, records: list[dict[str, Any]]) -> None:
    """These write-ups in place of the project's own."""
    for path in project.path("playbooks/incidents").glob("*.md"):
        path.unlink()
    for number, facts in enumerate(records):
        project.write(f"playbooks/incidents/2026-01-08-number-{number}.da.md", write_up(facts, f"Nr. {number}"))


def expanded(case: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for facts in case.get("write_ups", ()):
        copies = facts.get("copies", 1)
        found += [{name: value for name, value in facts.items() if name != "copies"}] * copies
    for minutes in case.get("answered", ()):
        found.append({"first_answer": f"{DETECTED + timedelta(minutes=minutes):%Y-%m-%d %H:%M}"})
    return found


def figures(edition: Edition) -> dict[str, Any]:
    """Every figure of an edition, as plain as a case writes it."""
    pages, fewest = incidents.counted(edition, "da")
    over = incidents.over_time(pages, learning.CAUSES, fewest)
    found: dict[str, Any] = {"counted": len(pages)}
    for end in incidents.CLOCKS:
        found[end] = [
            [clock.unit, clock.n, clock.median, clock.reached] for clock in incidents.clocks(pages, end, fewest)
        ]
        found[f"{end}_waits"] = [list(group) for group in incidents.waits(pages, end, fewest)]
    return found | {
        "confirmed": pairs(incidents.confirmed(pages, learning.CONFIRMED, fewest)),
        "promises": dict(incidents.promises(pages)),
        "prevention": dict(incidents.prevention(pages)),
        "waiting": [[due, group, item.id] for due, group, item, _ in incidents.waiting(pages)],
        "causes": pairs(incidents.by(pages, "cause", learning.CAUSES, fewest)),
        "severity": pairs(incidents.by(pages, "severity", learning.SEVERITIES, fewest)),
        "over_time": over and [over.half_years, [list(period) for period in over.periods], dict(over.causes)],
        "remedies": [pairs((all := incidents.remedies(pages, learning.REMEDIES, fewest))[0]), all[1]],
        "money": {
            currency: [one.n, one.cost, one.value, pairs(one.kinds)]
            for currency, one in incidents.money(pages, learning.REMEDIES).items()
        },
        "reach": list(incidents.reach(pages)),
        "changed": {id: len(found) for id, found in incidents.changed(pages).items()},
    }


def pairs(found: list[tuple]) -> list[list]:
    return [list(one) for one in found]


def cases(name: str) -> list[Any]:
    found = yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["case"]) for case in found]


def as_written(value: Any) -> Any:
    """A time that YAML has read, written again as we write times."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dict):
        return {name: as_written(one) for name, one in value.items()}
    return [as_written(one) for one in value] if isinstance(value, list) else value


def check(project: Project, case: dict[str, Any], edition: str) -> None:
    write_all(project, as_written(expanded(case)))
    found = figures(project.library().edition(edition))
    assert {name: found[name] for name in case["expect"]} == case["expect"]


@pytest.mark.parametrize("case", cases("inside"))
def test_figures_are_those_worked_out_by_hand(project: Project, case: dict[str, Any]):
    """Each figure of the internal edition, from write-ups read from files."""
    check(project, case, "internal")


@pytest.mark.parametrize("case", cases("outside"))
def test_outside_no_figure_tells_of_fewer_than_five(project: Project, case: dict[str, Any]):
    """Small groups are joined or left out, so that no difference between two numbers tells of them either."""
    check(project, case, "public")


# Whatever is written down ---------------------------------------------------------------------------------------------


def any_write_up(dice: random.Random) -> dict[str, Any]:
    detected = DETECTED + timedelta(days=dice.choice([0, 0, 90, 200, 400]))
    answered = detected + timedelta(hours=dice.choice([1, 5, 30, 80]))
    form = dice.choice(["%Y-%m-%d %H:%M"] * 5 + ["%Y-%m-%d"])
    return {
        **{"happened": f"{detected:%Y-%m-%d}", "detected": f"{detected:%Y-%m-%d %H:%M}"},
        **{"first_answer": answered.strftime(form), "severity": dice.choice([1, 2, 2, 3, 3, 3, 4])},
        "delivered": dice.choice([None, *[f"{detected + timedelta(days=n):%Y-%m-%d}" for n in (2, 6, 12, 40)] * 3]),
        "cause": dice.choice([*learning.CAUSES, "slip", "slip", "system", "system"]),
        "remedies": dice.choice([["refund"], ["refund", "voucher"], ["refund", "repair"], ["none"]]),
        "confirmed_by_customer": dice.choice([*learning.CONFIRMED, "yes", "yes", "partly"]),
    }


def test_outside_nothing_under_five_can_be_read_or_reckoned(project: Project):
    """Of any write-ups: each number, what it leaves of its own n, and what that leaves of all, is none or five."""
    dice = random.Random(SEED)
    write_all(project, [any_write_up(dice) for _ in range(60)])
    edition = project.library().edition("public")
    everything = edition.incidents("da")
    told = 0
    for _ in range(size(300, 5000)):
        pages = dice.sample(everything, dice.randint(1, 40))
        edition.incidents = lambda *_, pages=pages: pages
        for n, groups in outside_counts(figures(edition)):
            told += 1
            for count in (n, *groups):
                assert count >= FEWEST
                assert n - count == 0 or n - count >= FEWEST
            assert len(pages) - n == 0 or len(pages) - n >= FEWEST
    assert told > 500, "hardly anything was told, so hardly anything was tried"


def outside_counts(found: dict[str, Any]) -> Iterator[tuple[int, list[int]]]:
    """Of each figure its n, and every count that is told of it."""
    for name in ("confirmed", "causes", "severity"):
        if groups := [n for _, n in found[name]]:
            yield sum(groups), groups
    for end in incidents.CLOCKS:
        if found[end]:
            yield sum(clock[1] for clock in found[end]), [clock[1] for clock in found[end]]
        if groups := [group[2] for group in found[f"{end}_waits"]]:
            yield sum(groups), groups
    kinds, of = found["remedies"]
    if kinds:
        yield of, [n for _, n in kinds]
    if found["over_time"]:
        _, periods, causes = found["over_time"]
        yield sum(period[2] for period in periods), [period[2] for period in periods]
        for row in causes.values():
            yield sum(row), row


# The page -------------------------------------------------------------------------------------------------------------


def shown(edition: Edition, name: str) -> LexborNode:
    page = edition.home(name)
    assert isinstance(page, Page)
    return LexborHTMLParser(f"<main>{cards.learning(page)}</main>").css_first("main")


def words(node: LexborNode) -> str:
    return re.sub(r"\s+", " ", node.text()).strip()


@pytest.fixture
def busy(project: Project) -> Project:
    """Twenty-four write-ups that fill every part of the page."""
    dice = random.Random(7)
    commitments = {
        "promises": [{"id": "new-date", "owner": "case-owner", "due": "2026-01-10", "kept": "open"}],
        "prevention": [{"id": "stock-check", "owner": "case-owner", "due": "2026-03-31"}],
        **{"affected": 1200, "reported": 300, "currency": "dkk", "cost": 12345, "value": 20000},
        "changed": ["situations/late-delivery"],
    }
    write_all(project, [any_write_up(dice) | commitments for _ in range(24)])
    return project


@pytest.mark.parametrize("name", LANGUAGES)
@pytest.mark.parametrize("edition", ["internal", "public"])
def test_the_page_holds_no_style_script_or_colour_of_its_own(busy: Project, edition: str, name: str):
    """Charts carry classes, ids and places; colours are the stylesheet's, in light and dark."""
    main = shown(busy.library().edition(edition), name)
    assert main.css("svg") != []
    assert main.css("style, script, image, foreignObject, a[href^='http']") == []
    for node in main.css("*"):
        for attribute, value in node.attributes.items():
            assert attribute != "style" and not attribute.startswith("on"), node.html[:80]
            assert attribute not in ("stroke", "color", "font-family", "font-size"), node.html[:80]
            assert attribute != "fill" or re.fullmatch(r"url\(#[a-z-]+\)", value), node.html[:80]
    ids = [node.attributes["id"] for node in main.css("[id]")]
    assert len(ids) == len(set(ids))
    patterns = {node.attributes["fill"][5:-1] for node in main.css("svg [fill]")}
    assert patterns <= {node.attributes["id"] for node in main.css("pattern")}


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_every_chart_has_a_title_all_its_values_in_words_and_the_same_as_a_table(busy: Project, edition: str):
    """A screen reader hears one picture and its numbers; the table beside it holds them too."""
    main = shown(busy.library().edition(edition), "da")
    for figure in main.css("figure:has(svg)"):
        svg = figure.css_first("svg")
        assert svg.attributes["role"] == "img"
        named = [words(main.css_first(f"[id='{id}']")) for id in svg.attributes["aria-labelledby"].split()]
        assert len(named) == 2 and all(named)
        table = figure.css_first("details table")
        assert table.css("th[scope='col']") != [] and table.css("th[scope='row']") != []
        cells = {words(cell) for cell in table.css("td")}
        for value in svg.css(".chart__value"):
            assert words(value) in named[1]
            assert set(words(value).rstrip(")").split(" (")) <= cells


def test_every_part_of_the_page_is_told_inside(busy: Project):
    """Clocks, the verdict, promises and changes, causes, how grave, remedies, how many told us, what changed."""
    main = shown(busy.library().edition("internal"), "da")
    parts = [heading.attributes["id"] for heading in main.css("h2")]
    assert parts == ["clocks", "confirmed", "promises", "causes", "severity", "remedies", "reach", "changed"]
    assert [link.attributes["href"] for link in main.css("nav a")] == [f"#{part}" for part in parts]


def test_outside_no_promise_amount_or_customer_who_told_us_is_counted(busy: Project):
    """What the public edition does not know of a write-up has no part on the page."""
    main = shown(busy.library().edition("public"), "da")
    parts = [heading.attributes["id"] for heading in main.css("h2")]
    assert set(parts) == {"clocks", "confirmed", "causes", "remedies", "changed"}
    assert main.css("time") == []
    for hidden in ("296.280", "12.345", "7.200", "Sagsansvarlig"):
        assert hidden not in main.text()


def test_what_waits_carries_its_date_for_the_readers_browser_to_judge(busy: Project):
    """A build does not know what day it is, so each open promise and change is a date with the words for late."""
    main = shown(busy.library().edition("internal"), "sv")
    times = main.css(".learning__waiting time")
    assert len(times) == 48
    assert times[0].attributes == {"datetime": "2026-01-10", "data-late": "skulle ha varit klart"}
    assert words(times[0]) == "10 januari 2026"
    assert "Ärendeansvarig" in words(main.css_first(".learning__waiting li"))


@pytest.mark.parametrize(
    ("name", "cost", "share"),
    [("da", "296.280 kr.", "24 (100 %)"), ("sv", "296 280 DKK", "24 (100 %)"), ("nb", "296 280 DKK", "24 (100 %)")],
)
def test_numbers_are_written_as_the_language_writes_them(busy: Project, name: str, cost: str, share: str):
    """Thousands, amounts and per cent; and the texts are linked in the language of the page."""
    main = shown(busy.library().edition("internal"), name)
    said = words(main).replace("\u00a0", " ").replace("\u202f", " ")
    assert cost in said and share in said
    title = busy.library().edition("internal").page("situations/late-delivery", name).title
    assert [words(link) for link in main.css("th a")] == [title]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (1, ("1 minut", "1 minut", "1 minutt")),
        (59.4, ("59 minutter", "59 minuter", "59 minutter")),
        (59.6, ("1 time", "1 timme", "1 time")),
        (125, ("2 timer 5 minutter", "2 timmar 5 minuter", "2 timer 5 minutter")),
        (2880, ("2 dage", "2 dagar", "2 dager")),
        (22176, ("15,4 dage", "15,4 dagar", "15,4 dager")),
    ],
)
def test_a_time_is_told_as_one_says_it(minutes: float, expected: tuple[str, ...]):
    """Minutes, then hours and minutes, from two days on days with a decimal comma."""
    assert tuple(learning.duration(minutes, language(name)) for name in ("da", "sv", "nb")) == expected


def test_percentiles_are_told_from_twenty_write_ups_on(project: Project):
    """With nineteen the page has the median alone."""
    minutes = [10 * n for n in range(1, 21)]
    for count, expected in ((19, False), (20, True)):
        write_all(project, expanded({"answered": minutes[:count]}))
        said = words(shown(project.library().edition("internal"), "da"))
        assert ("9 ud af 10 inden for" in said) is expected
    assert "2 timer 30 minutter" in said and "3 timer" in said


@pytest.mark.parametrize("name", LANGUAGES)
def test_with_too_few_the_page_says_so_and_shows_no_number(project: Project, name: str):
    """Outside with four; inside with none at all."""
    write_all(project, [{"changed": ["situations/late-delivery"]}] * 4)
    main = shown(project.library().edition("public"), name)
    assert words(main) == language(name).say("learning.too-few", fewest=5)
    assert main.css("svg, table, h2") == []
    write_all(project, [])
    assert words(shown(project.library().edition("internal"), name)) == language(name).say("learning.none-yet")


def test_what_is_counted_is_public_where_outsiders_see_it():
    """A field that a public figure rests on is marked public; the others are not, so they cannot be counted outside."""
    shown_outside = {
        name
        for name, field in RecordFacts.model_fields.items()
        if (field.json_schema_extra or {}).get("edition") == "public"
    }
    assert {"detected", "first_answer", "delivered", "cause", "remedies", "changed"} <= shown_outside
    assert not {"severity", "reported", "cost", "value", "currency", "promises", "prevention"} & shown_outside


def test_words_in_a_chart_are_text_whatever_they_hold():
    """A title or label cannot become an element."""
    made = charts.bars("id", "<b>&", [("<script>", [Mark(1, '"1"')])])
    assert "<script>" not in made and "<b>" not in made
    assert words(LexborHTMLParser(made).css_first("text")) == "<script>"


def test_bars_are_as_long_as_their_values():
    """The widest is the largest; half of it is half as wide, nothing is no bar's width."""
    svg = LexborHTMLParser(charts.bars("id", "t", [(str(n), [Mark(n, str(n))]) for n in (4, 2, 0)]))
    widths = [float(bar.attributes["width"].rstrip("%")) for bar in svg.css("rect")]
    assert widths == [charts.WIDEST, charts.WIDEST / 2, 0]
    svg = LexborHTMLParser(charts.shares("id", "t", [("a", Mark(3, "3")), ("b", Mark(1, "1"))]))
    bars = [bar.attributes for bar in svg.css("svg > rect")][:2]
    assert [(bar["x"], bar["width"]) for bar in bars] == [("0.00%", "75.00%"), ("75.00%", "25.00%")]
    assert len({bar["class"] for bar in bars}) == 2  # told apart without colour


# As built -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LANGUAGES)
@pytest.mark.parametrize("edition", ["internal", "public"])
def test_the_page_is_there_in_every_language_of_both_editions(editions: dict[str, Built], edition: str, name: str):
    """With what it is made of, and a way to the write-ups behind it."""
    page = editions[edition].page(f"{name}/learning/")
    assert page.css_first("html").attributes["lang"] == name
    assert page.css_first(".learning__lead") is not None
    assert page.css('#page a[href="../incidents/"]') != []
    assert OTHERS not in [words(label) for label in page.css(".chart__label")]


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_numbers_are_the_same_in_every_language(editions: dict[str, Built], edition: str):
    """The same facts counted once: only the words differ."""
    counts = {
        name: [re.findall(r"\d+", words(value)) for value in editions[edition].page(f"{name}/learning/").css("td")]
        for name in LANGUAGES
    }
    assert counts["da"] == counts["sv"] == counts["nb"]


def test_the_public_page_shows_no_count_under_five(public: Built):
    """As built from our own write-ups: every value of every chart."""
    for name in LANGUAGES:
        for value in public.page(f"{name}/learning/").css(".chart__value"):
            assert int(re.match(r"\d+", words(value))[0]) >= FEWEST


def test_a_macro_takes_no_arguments(project: Project):
    """`{{ learning() }}` is the whole call."""
    path = Path("playbooks/process/apologise.da.md")
    project.write(str(path), project.read(str(path)) + '\n{{ learning("clocks") }}\n')
    assert [fault.key for fault in project.faults() if fault.path == str(path)] == ["macro-arguments"]

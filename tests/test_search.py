"""The search index of each language, as Material reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from conftest import Built, ours, size
from planted import CASES
from playwright.sync_api import Browser, Page, expect

from macros import library, search
from macros.languages import text_languages

# Material's worker with ours before it, asked one thing after another: the addresses of the pages, best first.
ASK = """async (queries) => {
    const config = JSON.parse(document.getElementById("__config").textContent);
    const worker = new Worker(new URL(config.search, location.href));
    const ask = (type, data) => new Promise((tell) => {
        worker.onmessage = ({ data: message }) => tell(message.data);
        worker.postMessage({ type, data });
    });
    const base = new URL(`${config.base}/`, location.href);
    const index = await (await fetch(new URL("search/search_index.json", base))).json();
    await ask(0, { ...index, options: {} });
    const found = [];
    for (const query of queries) found.push((await ask(2, query)).items);
    worker.terminate();
    return found.map((items) => items.map((parts) => parts[0]).map(({ location, title, terms }) =>
        ({ address: new URL(location.split("#")[0], base).pathname.slice(1), title, terms })));
}"""
Asked = Callable[[str, list[str]], list[list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def asked(browser: Browser, hosts: dict[str, str]) -> Iterator[Asked]:
    """What the search of a language finds for each query, in the reader's browser."""
    page: Page = browser.new_page(base_url=hosts["internal"])

    def ask(language: str, queries: list[str]) -> list[list[dict[str, Any]]]:
        page.goto(f"{language}/")
        return page.evaluate(ASK, queries)

    yield ask
    page.close()


def first_three(found: list[dict[str, Any]]) -> list[str]:
    return [one["address"] for one in found[:3]]


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
    one = entry(internal, "da", "situations/late-delivery/")
    assert "hvor er min pakke" in one["everyday"] and "hvor er min pakke" not in one["text"]
    assert one["text"].startswith("<p>Lad kunden tale ud")


def test_everyday_words_of_a_write_up_stay_inside(internal: Built, public: Built) -> None:
    """A public write-up is found outside by what it shows."""
    address = "incidents/2026-02-12-late-sofas/"
    assert "försenad soffa" in entry(internal, "sv", address)["everyday"]
    assert "försenad soffa" not in json.dumps(entry(public, "sv", address), ensure_ascii=False)


# What it finds --------------------------------------------------------------------------------------------------------


def halved(term: str) -> str:
    """A term on its way: the last word half typed."""
    before, space, last = term.rpartition(" ")
    return before + space + last[: max(3, 2 * len(last) // 3)]


@pytest.mark.parametrize("language", text_languages())
def test_a_search_term_leads_to_its_page_whole_or_half_typed(asked: Asked, language: str) -> None:
    """Among the first three, but for pages that have the same words. Here of every fifth; long, of all."""
    held = ours().edition("internal").pages.values()
    pages = [page for page in held if page.language == language and page.id != "docs/translations"]
    rows = {page.address: search.rows(page.title, *page.search_terms) for page in pages}
    every = [(page.address, words) for page in pages for term in page.search_terms for words in (term, halved(term))]
    typed = every[:: size(5, 1)]
    astray = []
    for (address, words), found in zip(typed, asked(language, [words for _, words in typed]), strict=True):
        row = search.rows(words)[0]
        places = [one["address"] for one in found]
        before = places[: places.index(address)] if address in places else [*places, "nothing", "at", "all"]
        if len([other for other in before if not any(one.startswith(row) for one in rows.get(other, []))]) > 2:
            astray.append((words, address, places[:3]))
    assert len(every) > 2000
    assert astray == []


@pytest.mark.parametrize("language", text_languages())
def test_what_a_person_types_leads_to_the_page(asked: Asked, language: str) -> None:
    """Phrases as they come while the customer waits: the page is among the first three."""
    cases = yaml.safe_load((CASES / "search" / f"{language}.yml").read_text(encoding="utf-8"))
    found = dict(zip(cases, map(first_three, asked(language, list(cases))), strict=True))
    assert {words: there for words, there in found.items() if f"{language}/{cases[words]}/" not in there} == {}


def test_small_words_are_no_beginnings_of_others(asked: Asked) -> None:
    """No "til" is the beginning of "tilbake" and no "er" that of "erkjenne": with them or without the same is found."""
    spoken, told, *alone = asked("nb", ["det er feil vare til meg", "feil vare", "til", "tilb"])
    assert {one["address"] for one in spoken} == {one["address"] for one in told}
    assert {word for one in spoken for word in one["terms"]} == {"feil", "vare"}
    assert all(alone)


def test_nothing_asked_is_nothing_found(asked: Asked) -> None:
    """Not every page that has a search term: so it stands when a page opens."""
    assert asked("nb", ["", " ", "?!"]) == [[], [], []]


def test_a_result_says_what_it_lacks_as_it_was_typed(asked: Asked) -> None:
    """Not the stem it was asked for, and not the words in a row."""
    found = asked("nb", ["forsinkelser i kaffetrakterne"])[0]
    lacking = {word for one in found for word, is_found in one["terms"].items() if not is_found}
    assert lacking and lacking <= {"forsinkelser", "kaffetrakterne"}


# Nothing found, and the keyboard --------------------------------------------------------------------------------------


def typed(browser: Browser, host: str, address: str, words: str) -> Page:
    page = browser.new_page(base_url=host, viewport={"width": 390, "height": 844})
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.insert_text(words)
    page.keyboard.press("End")  # one question, at the end of its words
    expect(page.locator(".md-search-result__meta")).to_have_text(re.compile(r"^\s*(\d|Ing)"))
    return page


@pytest.mark.parametrize("language", text_languages())
@pytest.mark.parametrize("edition", library.EDITIONS)
def test_nothing_found_leads_on(browser: Browser, hosts: dict[str, str], edition: str, language: str) -> None:
    """To all situations and, inside, the composer; where something is found, nothing more is offered."""
    held = ours().edition(edition)
    page = typed(browser, hosts[edition], f"{language}/", "xyzzyx")
    links = page.locator(".search-on a")
    there = links.evaluate_all("all => all.filter(one => one.checkVisibility()).map(one => new URL(one.href).pathname)")
    expected = [f"/{language}/{name}/" for name in ("situations", "apology") if held.page(f"docs/{name}", language)]
    assert there == expected and len(there) == (1 if held.is_public else 2)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{expected[0]}")
    page.close()


def test_tab_leads_from_the_search_to_its_hits_and_back(browser: Browser, hosts: dict[str, str]) -> None:
    """The search stays open, Enter opens the hit that has the focus, and no link is offered beside the hits."""
    page = typed(browser, hosts["internal"], "nb/", "trukket to ganger")
    page.locator(".md-search-result__link").first.wait_for()
    assert not page.locator(".search-on").is_visible()
    focused = "document.activeElement.className"
    page.keyboard.press("Tab")
    assert "md-search-result__link" in page.evaluate(focused) and page.locator("#__search").is_checked()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(focused).startswith("md-search__input")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nb/situations/billing-error/**")
    page.close()

"""The pages as they are built: what a reader finds on them, whatever the browser."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as xml
from collections import Counter
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from conftest import Built, Project
from selectolax.lexbor import LexborHTMLParser, LexborNode

from macros import cards, library
from macros.languages import language, text_languages
from macros.library import Edition, Page

LANGUAGES = text_languages()
SOFAS = "2026-02-12-late-sofas"


def html(made: str) -> LexborNode:
    return LexborHTMLParser(f"<main>{made}</main>").css_first("main")


def words(node: LexborNode) -> str:
    return re.sub(r"\s+", " ", node.text()).strip()


def inside(project: Project) -> Edition:
    return project.library().edition("internal")


def home(edition: Edition, name: str) -> Page:
    page = edition.home(name)
    assert page
    return page


# What every page has --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", library.EDITIONS)
def test_every_page_says_its_language_and_has_one_title(editions: dict[str, Built], edition: str):
    """`<html lang>` is that of the address, the page has one h1, and a title that no other page of the language has."""
    titles = Counter()
    for address in editions[edition].addresses():
        page = editions[edition].page(address)
        name = address.split("/")[0]
        expected = name if name in LANGUAGES else (LANGUAGES[0] if address in ("", "admin/") else "en")
        assert page.css_first("html").attributes["lang"] == expected, address
        assert len(page.css("h1")) == 1, address
        titles[name, words(page.css_first("title"))] += 1
    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize("edition", library.EDITIONS)
def test_no_id_stands_twice_on_a_page(editions: dict[str, Built], edition: str):
    """An anchor, a label or a form field finds the one thing it means."""
    for address in editions[edition].addresses():
        ids = Counter(node.attributes["id"] for node in editions[edition].page(address).css("[id]"))
        assert [id for id, count in ids.items() if count > 1] == [], address


@pytest.mark.parametrize("edition", library.EDITIONS)
def test_no_page_holds_code_or_style_of_its_own(editions: dict[str, Built], edition: str):
    """Every script and style is a file of the site, so that `default-src 'self'` can hold; and the policy says so."""
    for address in editions[edition].addresses():
        page = editions[edition].page(address)
        policy = page.css_first('meta[http-equiv="Content-Security-Policy"]')
        assert policy is not None and policy.attributes["content"].startswith("default-src 'self';"), address
        for script in page.css("script:not([src])"):
            assert script.attributes.get("type") == "application/json", f"{address}: {script.html[:80]}"
        assert page.css("style") == [], address
        for node in page.css("*"):
            own = [name for name in node.attributes if name == "style" or name.startswith("on")]
            assert own == [], f"{address}: {node.html[:80]}"
            for name in ("href", "src", "action"):
                said = node.attributes.get(name) or ""
                leads_out = node.tag == "a" and said.startswith("http://")  # an old source, which nothing loads
                assert leads_out or not said.startswith(("javascript:", "http://", "//")), address


@pytest.mark.parametrize("edition", library.EDITIONS)
def test_every_link_leads_to_a_page_and_a_section_that_are_there(editions: dict[str, Built], edition: str):
    """Each href and src within the site names a file of the build, each anchor an id of that page."""
    site = editions[edition]
    pages = set(site.addresses())
    broken = []
    for address in pages:
        for node in site.page(address).css("[href], [src]"):
            link = node.attributes.get("href") or node.attributes.get("src") or ""
            target = urlsplit(urljoin(f"http://site/{address}", link))
            if target.netloc != "site" or target.scheme != "http" or "canonical" in (node.attributes.get("rel") or ""):
                continue
            there = unquote(target.path).removeprefix("/")
            if there in pages:
                choice = there.endswith("/apology/") and "/" in target.fragment  # of the composer: see test_composer.py
                lost = target.fragment and not site.page(there).css_first(f'[id="{unquote(target.fragment)}"]')
                broken += [f"{address}: {link} (no such section)"] if lost and not choice else []
            elif not (site.root / there).is_file():
                broken.append(f"{address}: {link}")
    assert broken == []


def test_an_edit_link_leads_to_the_file_of_the_page(internal: Built, public: Built, ours: library.Library):
    """Inside, every page can be edited where its file stands on the Git host; outside, no page says where that is."""
    edition = ours.edition("internal")
    repository = str(ours.company.repository.url).rstrip("/")
    for page in edition.pages.values():
        link = internal.page(page.address).css_first("#page + a.md-content__button")  # behind the words, by Tab too
        assert link.attributes["href"].startswith(repository), page.address
        assert link.attributes["href"].endswith(f"/{page.path}"), page.address
    for address in public.addresses():
        assert public.page(address).css("a.md-content__button") == [], address


@pytest.mark.parametrize("edition", library.EDITIONS)
def test_the_sitemap_names_each_page_and_its_siblings(editions: dict[str, Built], ours: library.Library, edition: str):
    """Each page stands there once, with its languages' addresses as alternates: all it has, and itself."""
    held = ours.edition(edition)
    base = held.company["address"][edition]
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    found = {}
    for entry in xml.parse(editions[edition].root / "sitemap.xml").getroot().findall("s:url", spaces):
        links = entry.findall("x:link", spaces)
        found[entry.find("s:loc", spaces).text] = {link.get("hreflang"): link.get("href") for link in links}
    expected = {}
    for page in held.pages.values():
        others = {name: other.address for name in held.languages if (other := held.page(page.id, name))}
        expected[base + page.address] = {name: base + address for name, address in others.items()}
    assert found == expected


@pytest.mark.parametrize("name", LANGUAGES)
def test_navigation_holds_pages_of_one_language_only(internal: Built, name: str):
    """The navigation, the footer's way on and the logo never leave the language of the page."""
    for address in internal.addresses():
        if not address.startswith(f"{name}/"):
            continue
        links = internal.page(address).css(".md-nav--primary a, .md-footer__inner a, a.md-logo")
        for link in links:
            there = urlsplit(urljoin(f"http://site/{address}", link.attributes["href"])).path
            assert there.startswith(f"/{name}/"), f"{address} → {there}"


def test_only_a_page_in_a_language_has_a_search(internal: Built):
    """Each language searches its own pages; `/`, 404 and the developers' pages are in none and offer none."""
    assert internal.page("da/").css('form[name="search"]') != []
    missing = LexborHTMLParser((internal.root / "404.html").read_text(encoding="utf-8"))
    for page in (internal.page(""), internal.page("developers/"), missing):
        assert page.css_first("header.md-header") is not None
        assert page.css('form[name="search"], label[for="__search"].md-header__button') == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_search_index_holds_words_and_no_furniture(internal: Built, name: str):
    """What stands on every page (facts, notices, buttons) is not found by searching; the texts' own words are."""
    index = json.loads((internal.root / name / "search" / "search_index.json").read_text(encoding="utf-8"))
    indexed = " ".join(entry["text"] for entry in index["docs"])
    said = language(name)
    for key in ("reviewed", "review-by", "uncompared", "copy-plain", "whole-record"):
        assert said.say(f"interface.{key}") not in indexed, key
    assert said.say("record.fields.loss_hours.label") not in indexed
    assert "500" in indexed and said.table("sections")["cause"] in [entry["title"] for entry in index["docs"]]


# A playbook -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LANGUAGES)
def test_late_delivery_shows_apology_and_incidents_in_the_language_of_the_page(
    internal: Built, ours: library.Library, name: str
):
    """The page embeds the apology's words with marked components, and what happened before, in its own language."""
    page = internal.page(f"{name}/situations/late-delivery/")
    edition = ours.edition("internal")
    apology = page.css_first('.apology[data-apology="late-delivery"]')
    assert apology.attributes["lang"] == name
    assert words(apology.css_first(".apology__title")) == edition.page("apologies/late-delivery", name).title
    marks = {words(mark) for mark in apology.css(".part__mark")}
    assert set(language(name).table("components").values()) <= marks
    assert [node.attributes.get("data-field") for node in apology.css(".field")] != []
    cards_shown = page.css(".rest--before .incident-card")
    newest = edition.incidents(name, "late-delivery", 3)
    shown = [words(card.css_first(".incident-card__title a")) for card in cards_shown]
    assert shown == [other.title for other in newest] and edition.page(f"incidents/{SOFAS}", name) in newest
    heads = {kind: words(page.css_first(f"#rest-{kind}")) for kind in ("mandate", "apology", "before", "next")}
    assert heads == {kind: language(name).say(f"interface.{kind}") for kind in heads}


@pytest.mark.parametrize("name", LANGUAGES)
def test_say_avoid_and_stop_blocks_are_titled_in_the_language(internal: Built, name: str):
    """A block without a title of its own gets the language's word for it."""
    page = internal.page(f"{name}/situations/late-delivery/")
    for kind in ("say", "avoid", "stop"):
        titles = {words(title) for title in page.css(f".admonition.{kind} > .admonition-title")}
        assert language(name).say(f"blocks.{kind}") in titles


CALLS = {
    "da": ("Danmark", "tel:+4500000001"),
    "sv": ("Sverige", "tel:+46000000001"),
    "nb": ("Norge", "tel:+4700000001"),
}


@pytest.mark.parametrize("name", LANGUAGES)
def test_who_to_call_stands_at_the_end_of_every_stop_box(internal: Built, name: str):
    """Inside, each box ends with the numbers of all our countries, the page's own first, each a link that calls."""
    boxes = [box for page in _of(internal, name) for box in page.css(".admonition.stop")]
    assert len(boxes) > 30
    for box in boxes:
        lines = box.css("p.escalation:last-child .by-country__line")
        found = [(words(line.css_first(".by-country__name")), line.css_first("a").attributes["href"]) for line in lines]
        assert found[0] == CALLS[name] and sorted(found) == sorted(CALLS.values()), words(box)


def test_who_to_call_stands_nowhere_outside(public: Built, ours: library.Library):
    """Public pages have stop boxes too, but no public file holds the words of `escalation` or a link to its number."""
    assert any(page.css(".admonition.stop") for name in LANGUAGES for page in _of(public, name))
    secret = [one.escalation for one in ours.company.contact.values()] + [href for _, href in CALLS.values()]
    for path in public.files():
        text = path.read_bytes().decode("utf-8", "replace")
        assert [one for one in (*secret, 'class="escalation"') if one in text] == [], path


def _of(site: Built, name: str) -> list[LexborHTMLParser]:
    return [site.page(address) for address in site.addresses() if address.startswith(f"{name}/")]


def test_a_country_without_anybody_to_call_has_no_line(project: Project):
    """One country's words are shown alone; where no country has any, nothing is."""
    page = home(inside(project), "sv")
    made = html(cards.escalation(page))
    assert [words(line) for line in made.css(".by-country__line")] == ["Danmark Vagten"]
    assert made.css("a") == []
    project.change("playbooks/company.yml", ", escalation: Vagten", "")
    assert cards.escalation(home(inside(project), "sv")) == ""


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("Vagten: +45 00 00 00 01", "+4500000001"),
        ("+46 00-000 00 01 (dygnet runt), eller <chatten>", "+46000000001"),
        ("Vakten, +47 00 00 00 01, 24/7.", "+4700000001"),
        ("+47 00 00 00 01 24/7", None),
        ("+45 (0) 00 00 00 01", None),
        ("Lokal 00 00 00 01", None),
    ],
)
def test_a_number_is_a_link_only_where_its_end_is_sure(project: Project, said: str, called: str | None):
    """What stands behind a number is never dialled with it; the words are shown as they stand."""
    project.change("playbooks/company.yml", "escalation: Vagten", f'escalation: "{said}"')
    line = html(cards.escalation(home(inside(project), "da"))).css_first(".by-country__line")
    assert words(line) == f"Danmark {said}"
    assert [link.attributes["href"] for link in line.css("a")] == ([f"tel:{called}"] if called else [])


def test_steps_and_parts_are_wrapped_and_keep_their_ids(internal: Built):
    """Every level-2 heading opens a section of its own, and a step is marked on the section, not on the heading."""
    page = internal.page("da/situations/late-delivery/")
    sections = page.css(".page > section.part-of-page")
    assert [len(section.css("h2")) for section in sections] == [1] * len(sections)
    steps = [section.css_first("h2").attributes["id"] for section in sections if "step" in section.attributes["class"]]
    assert steps == ["listen", "get-the-facts", "take-responsibility", "offer", "agree", "confirm"]
    assert page.css("h2[class]") == []


def test_a_role_is_named_once_in_the_mandates(internal: Built, ours: library.Library):
    """Who may give what: one row a kind, the role beside all of its rows, each limit in the language's own form."""
    table = internal.page("da/situations/late-delivery/").css_first(".rest--mandate table")
    us = ours.edition("internal").company
    shown = {words(head): int(head.attributes["rowspan"]) for head in table.css('th[scope="rowgroup"]')}
    expected = Counter(us["roles"][one["role"]]["da"] for one in us["mandates"])
    assert shown == {role: count for role, count in expected.items() if role in shown}
    assert list(shown) == ["Sagsansvarlig", "Teamleder"]
    assert len(table.css("tbody tr")) == sum(shown.values())
    assert "2.500\u00a0kr." in [node.text() for node in table.css(".amount")]


def test_a_fact_about_us_has_a_line_for_each_country(project: Project):
    """Without a country, a labelled line for each, telephone and e-mail as links; with one, that one alone."""
    page = home(inside(project), "sv")
    lines = html(cards.company(page, "contact.phone")).css(".by-country__line")
    assert [words(line) for line in lines] == [
        "Danmark +45 00 00 00 00",
        "Sverige +46 00 000 00 00",
        "Norge +47 00 00 00 00",
    ]
    assert [line.css_first("a").attributes["href"] for line in lines][0] == "tel:+4500000000"
    one = html(cards.company(page, "contact.email", country="no"))
    assert words(one) == "no@lillebutik.example"
    assert one.css_first("a").attributes["href"] == "mailto:no@lillebutik.example"


# Write-ups ------------------------------------------------------------------------------------------------------------


def test_an_embedded_write_up_stands_one_heading_lower_with_ids_of_its_own(project: Project):
    """Inside another page its headings are level 3 and their ids begin with the write-up's."""
    made = html(cards.incident(home(inside(project), "da"), SOFAS))
    headings = made.css("h1, h2, h3, h4, h5, h6")
    assert {heading.tag for heading in headings} == {"h3"}
    ids = [heading.attributes["id"] for heading in headings]
    assert len(ids) == 8 and all(id.startswith(f"{SOFAS}-") for id in ids)
    assert made.css_first("article.incident").attributes["lang"] == "da"
    assert made.css(".incident__label") == []
    assert made.css_first('a[href="../da/situations/late-delivery/#offer"], a[href$="situations/late-delivery/#offer"]')


def test_an_embedded_write_up_of_a_neighbour_is_labelled(project: Project):
    """A language without the write-up shows its neighbour's with `lang`, and says in its own words that it does."""
    made = html(cards.incident(home(inside(project), "nb"), SOFAS))
    article = made.css_first("article.incident")
    assert article.attributes["lang"] == "da"
    label = article.css_first(".incident__label")
    assert label.attributes["lang"] == "nb"
    assert words(label) == language("nb").say("interface.missing-here", language="dansk")
    assert words(article.css_first("h3")) == "Hvad skete der"
    facts = article.css_first(".incident__facts")  # said by us, in the words of the page
    assert facts.attributes["lang"] == "nb"
    assert language("nb").say("record.fields.happened.label") in [words(term) for term in facts.css("dt")]


def test_the_two_accounts_stand_side_by_side(internal: Built):
    """Customer and staff share one frame, each with the heading of its language."""
    frame = internal.page(f"sv/incidents/{SOFAS}/").css_first(".accounts")
    sections = language("sv").table("sections")
    assert [words(account.css_first("h2")) for account in frame.css(".account")] == [
        sections["customers-account"],
        sections["staff-account"],
    ]


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_promise_shows_what_became_of_it_and_never_its_id(internal: Built, ours: library.Library, name: str):
    """In place of `- new-date:` stand the outcome, the date and the owner; so with what was changed."""
    page = internal.page(f"{name}/incidents/{SOFAS}/")
    facts = ours.things[f"incidents/{SOFAS}"].facts
    said = language(name)
    for section, items in (("promises", facts.promises), ("what-we-changed", facts.prevention)):
        shown = page.css_first(f"#{section}").parent.css("ul > li")
        assert len(shown) == len(items)
        for item, li in zip(items, shown, strict=True):
            assert f"{item.id}:" not in words(li)
            assert said.date(item.due) in words(li.css_first(".commitment"))
    outcomes = [words(node) for node in page.css_first("#promises").parent.css(".commitment__done")]
    kept = {"yes": "kept", "no": "broken"}
    assert outcomes == [said.say(f"interface.promise.{kept.get(one.kept, one.kept)}") for one in facts.promises]


def test_outside_a_change_has_its_words_alone(public: Built):
    """The public edition takes the id off the words and knows neither owner nor date."""
    section = public.page(f"da/incidents/{SOFAS}/").css_first("#what-we-changed").parent
    assert section.css(".commitment") == []
    assert len(section.css("li")) == 2
    assert re.search(r"\b(stock-check|early-warning):", section.text()) is None


def test_an_open_promise_can_become_late(project: Project):
    """What is not kept yet carries its date for the reader's own calendar, and the words to say when it has passed."""
    path = f"playbooks/incidents/{SOFAS}.sv.md"
    project.change(path, "kept: late", "kept: open")
    edition = inside(project)
    made = html(cards.incident(home(edition, "da"), SOFAS))
    promise, change = made.css(".commitment")
    for one, day in ((promise, "2026-02-09"), (change, "2026-03-31")):
        assert one.css_first("time").attributes["datetime"] == day
        assert one.css_first("time").attributes["data-late"] == language("da").say("interface.overdue")
    assert words(promise.css_first(".commitment__done")) == language("da").say("interface.promise.open")


def test_no_incidents_yet_is_said_in_a_friendly_line(project: Project):
    """`incidents()` of a situation without write-ups says so in the language of the page, and shows no card."""
    made = html(cards.incidents(home(inside(project), "sv"), "lost-parcel"))
    assert words(made) == language("sv").say("interface.no-incidents")
    assert made.css_first("p.empty") and made.css(".incident-card") == []


def test_incidents_come_newest_first_and_no_more_than_asked_for(project: Project):
    """Two write-ups of one situation stand by the day they happened; a limit keeps the newest."""
    page = home(inside(project), "da")
    dates = [node.attributes["datetime"] for node in html(cards.incidents(page)).css("time")]
    assert dates == ["2026-02-03", "2026-01-03"]
    newest = html(cards.incidents(page, "late-delivery", 1)).css("time")
    assert [node.attributes["datetime"] for node in newest] == ["2026-02-03"]


# What a language lacks ------------------------------------------------------------------------------------------------


def test_a_list_shows_the_neighbours_text_with_its_language(project: Project):
    """A card of a text that this language lacks says which language it is in, to the eye and to a screen reader."""
    made = html(cards.shelf(home(inside(project), "sv"), "situations"))
    card = made.css_first('a.card[hreflang="da"]')
    assert card.attributes["href"] == "../da/situations/lost-parcel/"
    assert words(card.css_first(".badge--language")) == "Dansk"
    assert {node.attributes["lang"] for node in card.css("[lang]")} == {"da"}
    assert card.css_first(".card__title").attributes["lang"] == "da"
    assert card.css_first(".card__text").attributes["lang"] == "da"
    own = made.css_first('a.card[href="situations/late-delivery/"]')
    assert own.css("[lang]") == [] and "hreflang" not in own.attributes


def test_the_list_of_situations_is_parted_by_what_went_wrong(internal: Built):
    """Headings in the page's language, in a fixed order, and every situation under one of them."""
    page = internal.page("nb/situations/")
    titles = [words(group.css_first(".group__title")) for group in page.css(".group")]
    assert titles == list(language("nb").table("groups").values())
    assert len(page.css(".group a.card")) == len(page.css(".page a.card")) > 25


def test_the_process_stands_in_its_own_order(internal: Built):
    """From the first day to the records, not from A to Z; the navigation does the same."""
    shown = [one.attributes["href"].strip("/") for one in internal.page("sv/process/").css(".page a.card")]
    assert shown[1] == "recovery-process" and shown.index("show-empathy") < shown.index("apologise")
    linked = [one.attributes["href"] for one in internal.page("sv/process/").css(".md-nav--primary a.md-nav__link")]
    assert [one.strip("/") for one in linked if one.strip("/") in shown] == shown


def test_an_incident_card_shows_the_neighbours_write_up_with_its_language(project: Project):
    """nb has none of the two: the Danish ones stand there, marked, while date and stage are said in Norwegian."""
    made = html(cards.incidents(home(inside(project), "nb")))
    for card in made.css(".incident-card"):
        assert card.css_first(".incident-card__title a").attributes["lang"] == "da"
        assert words(card.css_first(".badge--language")) == "Dansk"
        assert card.css_first("p:last-child").attributes["lang"] == "da"
        assert words(card.css_first(".stage")) == language("nb").say("interface.closed-unconfirmed")


def test_an_apology_of_another_language_is_never_there_to_copy(project: Project):
    """Where the language lacks the apology: a notice and a link to the neighbour's channel, no text and no button."""
    project.path("playbooks/apologies/late-delivery.sv.md").unlink()
    edition = inside(project)
    page = edition.page("situations/late-delivery", "sv")
    made = html(cards.apology(page, "late-delivery", "phone"))
    notice = made.css_first("aside.notice--missing")
    link = notice.css_first("a")
    assert link.attributes["href"] == "../../../nb/apologies/late-delivery/#phone"
    assert link.attributes["hreflang"] == "nb"
    assert words(link) == language("sv").say("interface.see-in", language="norska")
    assert made.css("button") == [] and made.css(".apology") == []


def test_the_switcher_says_when_a_page_is_not_translated(internal: Built):
    """The Danish-only write-up offers Swedish and Norwegian by their home, and says so; Danish is marked as current."""
    entries = internal.page("da/incidents/2026-03-18-lost-parcels-before-easter/").css(".md-select__link")
    shown = {entry.attributes["hreflang"]: entry for entry in entries}
    assert set(shown) == set(LANGUAGES)
    assert shown["da"].attributes["aria-current"] == "true" and shown["da"].css("small") == []
    for name in ("sv", "nb"):
        assert shown[name].attributes["href"] == f"../../../{name}/"
        assert words(shown[name].css_first("small")) != ""


@pytest.mark.parametrize("name", LANGUAGES)
def test_running_text_names_languages_as_the_language_does(internal: Built, name: str):
    """A notice leads to the original "på dansk", not "på Dansk": own names are for switchers."""
    own = {language(other).name for other in LANGUAGES}
    for address in internal.addresses():
        if address.startswith(f"{name}/"):
            for notice in internal.page(address).css(".notice:not(.notice--sample)"):
                assert own.isdisjoint(re.findall(r"\w+", notice.text())), address


# Apologies ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LANGUAGES)
def test_an_apologys_own_page_has_every_channel_and_a_way_to_each(internal: Built, ours: library.Library, name: str):
    """Each channel of the facts has its heading, its text named by that heading, and a link at the top."""
    page = internal.page(f"{name}/apologies/late-delivery/")
    channels = list(ours.things["apologies/late-delivery"].facts.channels)
    assert [node.attributes["data-channel"] for node in page.css(".apology")] == channels
    assert [node.attributes["href"] for node in page.css(".channels a")] == [f"#{id}" for id in channels]
    for apology in page.css(".apology"):
        heading = page.css_first(f'h2[id="{apology.attributes["aria-labelledby"]}"]')
        assert words(heading) == language(name).say(f"channels.{apology.attributes['data-channel']}")


def test_every_field_of_an_apology_can_be_filled_in(internal: Built):
    """Each placeholder has one labelled input of its own name in that apology's form, with help and an example."""
    for name in LANGUAGES:
        for apology in internal.page(f"{name}/apologies/late-delivery/").css(".apology"):
            inside_text = {node.attributes["data-field"] for node in apology.css(".part__text .field")}
            inputs = {node.attributes["name"]: node for node in apology.css(".apology__fields input")}
            assert set(inputs) == inside_text, apology.attributes
            for one in inputs.values():
                assert words(apology.css_first(f'label[for="{one.attributes["id"]}"]')) != ""
                assert words(apology.css_first(f'[id="{one.attributes["aria-describedby"]}"]')) != ""


def test_a_field_given_in_the_call_is_filled_in(project: Project):
    """`apology("late-delivery", channel="phone", amount="250 kr.")` comes with that field's value, others empty."""
    page = inside(project).page("situations/late-delivery", "da")
    made = html(cards.apology(page, "late-delivery", channel="phone", amount="250 kr."))
    values = {node.attributes["name"]: node.attributes["value"] for node in made.css("input")}
    assert values == {"amount": "250 kr.", "customer_name": ""}


def test_template_code_in_a_page_for_developers_is_only_words(project: Project) -> None:
    """Such a page may show code: it meets neither Jinja nor Python-Markdown, and its HTML is words."""
    attack = "{{ cycler.__init__.__globals__.os.popen('touch CANARY').read() }}"
    project.write(
        "docs/developers/attack.md",
        f"---\ntitle: Attack\nsummary: Code as words.\n---\n\n{attack}\n\n`<script>{attack}</script>`\n",
    )
    page = Built(project.build("internal")).page("developers/attack/")
    assert page.css_first(".page code").text() == f"<script>{attack}</script>"
    assert page.css_first(".page").text().count("popen('touch CANARY')") == 2
    assert page.css_first(".page script") is None
    assert not list(project.root.rglob("CANARY"))


@pytest.mark.parametrize("name", text_languages())
def test_a_situation_says_what_to_say_on_the_phone_and_leads_to_the_other_channels(internal: Built, name: str) -> None:
    """Whoever reads a situation has the customer on the line; the other channels are a click away."""
    shown = internal.page(f"{name}/situations/late-delivery/").css_first(".rest--apology .apology")
    assert shown.attributes["data-channel"] == "phone"
    links = [link.attributes["href"].partition("#")[2] for link in shown.css(".apology__others a")]
    assert links == [
        *("email", "sms", "social", "counter", "chat"),
        *("public-holding", "public-update", "public-closing"),
    ]

"""What a reader meets in a real browser, on every page of both editions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import pytest
from conftest import SIZE, Built, ours, size
from playwright.sync_api import Browser, BrowserContext, Page, expect

from macros import library
from macros.languages import text_languages

expect.set_options(timeout=15_000)  # a machine with other work to do is slow, not wrong

LANGUAGES = text_languages()
LATE = "situations/late-delivery/"
NARROW = {"width": 320, "height": 700}
NOWHERE = "sv/nowhere/"  # the one address that is meant to be missing
# The browser's own word on every breach of the policy, beside what it writes to the console
WATCH = """addEventListener("securitypolicyviolation", event =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""


@dataclass
class Visit:
    """What happened while a page was opened."""

    address: str
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    facts: dict = field(default_factory=dict)


FACTS = """() => ({
    lang: document.documentElement.lang,
    titles: document.querySelectorAll("h1").length,
    wide: document.documentElement.scrollWidth - innerWidth,
    search: document.querySelector(".md-search__input")?.placeholder ?? null,
    skip: document.querySelector(".md-skip")?.textContent.trim() ?? null,
    footer: document.querySelector("nav.md-footer__inner")?.ariaLabel ?? null,
    toc: document.querySelector(".md-nav--secondary > .md-nav__title")?.textContent.trim() || null,
    switcher: [...document.querySelectorAll("a.md-select__link[aria-current]")].map(a => a.hreflang),
})"""
# Material has read its index, or the page has no search
QUIET = """() => !document.forms.search
    || performance.getEntriesByType("resource").some(e => e.name.endsWith("/search_index.json") && e.responseEnd)"""


def watched(context: BrowserContext, visit: Callable[[], Visit]) -> Page:
    """A page of the browser whose every request, fault and message is written down with the visit."""
    context.add_init_script(WATCH)
    page = context.new_page()
    page.on("console", lambda said: said.type in ("error", "warning") and visit().console.append(said.text))
    page.on("pageerror", lambda error: visit().console.append(str(error)))
    page.on("request", lambda request: visit().requests.append(request.url))
    left = "net::ERR_ABORTED"  # still loading when the next page was opened
    page.on("requestfailed", lambda request: request.failure != left and visit().failures.append(request.url))
    page.on("response", lambda answer: answer.status >= 400 and visit().failures.append(answer.url))
    return page


def sample(site: Built) -> list[str]:
    """Of every shelf the page with most in it, and each of the site's own, in turn in one language; or all pages."""
    if SIZE == "full":
        return site.addresses()
    kinds: dict[str, dict[str, list[str]]] = {}
    for address in site.addresses():
        name, *folders = address.split("/")[:-1] or [""]
        kind = folders[0] + "/" * (len(folders) > 1) if folders else ""
        kinds.setdefault(kind, {}).setdefault(name, []).append(address)
    turns = [list(found.values())[number % len(found)] for number, found in enumerate(kinds.values())]
    return [max(found, key=lambda one: (site.root / one / "index.html").stat().st_size) for found in turns]


@pytest.fixture(scope="module")
def visits(browser: Browser, editions: dict[str, Built], unsearched: dict[str, str]) -> dict[str, list[Visit]]:
    """Pages of both editions (see `sample`), and an address that is not there, opened once, 320 pixels wide."""
    found: dict[str, list[Visit]] = {}
    for name, site in editions.items():
        context = browser.new_context(viewport=NARROW)
        opened = found[name] = []
        page = watched(context, lambda opened=opened: opened[-1])
        for address in [*sample(site), NOWHERE]:
            opened.append(Visit(address))
            page.goto(unsearched[name] + address)
            page.wait_for_function(QUIET)
            opened[-1].facts = page.evaluate(FACTS)
        context.close()
    return found


@pytest.fixture
def reader(browser: Browser, hosts: dict[str, str]) -> Iterator[Page]:
    """A colleague's window on the internal edition, allowed to use the clipboard."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=hosts["internal"])
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


# Every page -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", library.EDITIONS)
def test_no_page_breaks_the_policy_or_reports_an_error(visits: dict[str, list[Visit]], edition: str):
    """Nothing stands in the console and the content policy is never broken; only the missing address says it is."""
    said = {visit.address: visit.console for visit in visits[edition] if visit.console}
    assert len(visits[edition]) > 10
    assert list(said) == [NOWHERE], said
    assert len(said[NOWHERE]) == 1 and "404" in said[NOWHERE][0]


@pytest.mark.parametrize("edition", library.EDITIONS)
def test_no_page_asks_another_host(visits: dict[str, list[Visit]], unsearched: dict[str, str], edition: str):
    """Every request of every page goes to the site itself."""
    asked = {url for visit in visits[edition] for url in visit.requests}
    assert any("search_index.json" in url for url in asked)
    assert {url for url in asked if not url.startswith((unsearched[edition], "data:"))} == set()


@pytest.mark.parametrize("edition", library.EDITIONS)
def test_no_request_fails(visits: dict[str, list[Visit]], unsearched: dict[str, str], edition: str):
    """All that a page asks for is there."""
    failures = [url for visit in visits[edition] for url in visit.failures]
    assert failures == [unsearched[edition] + NOWHERE]


@pytest.mark.parametrize("edition", library.EDITIONS)
def test_no_page_scrolls_sideways_on_the_narrowest_phone(visits: dict[str, list[Visit]], edition: str):
    """At 320 pixels nothing stands outside the window."""
    assert {visit.address: visit.facts["wide"] for visit in visits[edition] if visit.facts["wide"] > 0} == {}


def themes_words(name: str) -> dict[str, str]:
    """Material's own words of a language, read from the theme."""
    source = resources.files("material") / "templates" / "partials" / "languages" / f"{name}.html"
    return dict(re.findall(r'"([a-z.]+)": "([^"]*)"', source.read_text(encoding="utf-8")))


@pytest.mark.parametrize("edition", library.EDITIONS)
def test_the_themes_words_are_in_the_language_of_the_page(visits: dict[str, list[Visit]], edition: str):
    """Search, skip link, table of contents and footer speak the page's language, which the page and switcher name."""
    for visit in visits[edition]:
        name = visit.address.split("/")[0]
        if name not in LANGUAGES or visit.address == NOWHERE:
            continue
        words, facts = themes_words(name), visit.facts
        assert (facts["lang"], facts["titles"], facts["switcher"]) == (name, 1, [name]), visit.address
        assert facts["search"] == words["search.placeholder"], visit.address
        for part, key in (("skip", "action.skip"), ("toc", "toc"), ("footer", "footer")):
            assert facts[part] in (None, words[key]), visit.address
    spoken = {part for visit in visits[edition] for part in ("skip", "toc", "footer") if visit.facts[part]}
    assert spoken == {"skip", "toc", "footer"}


SAMPLE = [
    *("internal da/", "internal nb/situations/late-delivery/", "internal sv/apologies/late-delivery/"),
    *("internal sv/incidents/2026-02-12-late-sofas/", "public sv/", "internal da/process/recovery-process/"),
    *("internal nb/incidents/", "internal sv/situations/", "internal ", f"internal {NOWHERE}"),
]


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core, as a development package brings it."""
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


LOOKS = [(1440, "light"), (390, "dark"), (390, "light"), (1440, "dark")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS[: size(2, 4)])
def test_axe_finds_nothing_serious(browser: Browser, unsearched: dict[str, str], axe: str, scheme: str, width: int):
    """Pages of each kind, light and dark, narrow and wide, forms open: axe-core reports no serious fault, or worse."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    found = []
    for where in SAMPLE[: size(5, len(SAMPLE))]:
        edition, _, address = where.partition(" ")
        page.goto(unsearched[edition] + address)
        page.evaluate("document.querySelectorAll('.apology__fields').forEach(form => { form.hidden = false })")
        page.evaluate(axe)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        for fault in result["violations"]:
            if fault["impact"] in ("serious", "critical"):
                nodes = fault["nodes"]
                found += [f"{where}: {fault['id']}: {node['target']} {node['failureSummary']}" for node in nodes]
    context.close()
    assert found == []


# Changing language ----------------------------------------------------------------------------------------------------


def at_section(page: Page, id: str) -> None:
    """Scroll so that a section begins at the top of the window, below the header."""
    page.evaluate("id => document.getElementById(id).scrollIntoView({behavior: 'instant'})", id)


def by_mouse(page: Page, name: str) -> None:
    page.locator(".md-select > button").hover()
    expect(page.locator(".md-select__inner")).to_have_css("opacity", "1")  # before, the click would scroll the page
    page.locator(f'a.md-select__link[hreflang="{name}"]').click()


def by_keyboard(page: Page, name: str) -> None:
    page.locator(".md-select > button").focus()
    for _ in range(LANGUAGES.index(name) + 10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hreflang") == name:
            break
    page.keyboard.press("Enter")


@pytest.mark.parametrize("change", [by_mouse, by_keyboard])
@pytest.mark.parametrize("name", ["sv", "nb"])
@pytest.mark.parametrize("start", ["", "#offer"])
def test_changing_language_keeps_the_section(reader: Page, name: str, start: str, change: Callable):
    """From the middle of a Danish page, scrolled there or by a link, one comes to the same section in the language."""
    reader.goto(f"da/{LATE}{start}")
    if not start:
        at_section(reader, "offer")
    change(reader, name)
    expect(reader).to_have_url(re.compile(rf"/{name}/{LATE}#offer$"))
    expect(reader.locator("html")).to_have_attribute("lang", name)
    expect(reader.locator("#offer")).to_be_in_viewport()


def test_changing_language_at_the_top_stays_at_the_top(reader: Page):
    """A reader who has not begun to read gets the other language's page from its beginning."""
    reader.goto(f"da/{LATE}")
    by_mouse(reader, "sv")
    expect(reader).to_have_url(re.compile(rf"/sv/{LATE}$"))


def test_a_page_that_is_not_translated_leads_home_and_says_so(reader: Page):
    """Before the click the entry tells that the language lacks the page; the click leads to that language's home."""
    reader.goto("da/incidents/2026-03-18-lost-parcels-before-easter/")
    reader.locator(".md-select > button").hover()
    entry = reader.locator('a.md-select__link[hreflang="sv"]')
    expect(entry.locator("small")).to_be_visible()
    expect(entry.locator("small")).to_contain_text("svensk")
    entry.click()
    expect(reader).to_have_url(re.compile(r"/sv/$"))


@pytest.mark.parametrize(("browsers", "yours"), [("sv-FI", "sv"), ("nn-NO", "nb"), ("no", "nb"), ("fi-FI", None)])
def test_the_front_page_marks_the_browsers_language_and_redirects_nobody(
    browser: Browser, hosts: dict[str, str], browsers: str, yours: str | None
):
    """`/` offers every language, marks the reader's own when it has it, and stays where it is."""
    context = browser.new_context(locale=browsers)
    page = context.new_page()
    page.goto(hosts["internal"])
    page.wait_for_load_state("networkidle")
    assert page.url == hosts["internal"]
    links = page.locator("ul.languages a")
    assert [link.get_attribute("hreflang") for link in links.all()] == ["da", "sv", "nb"]
    marked = page.locator("ul.languages a.is-yours")
    assert [link.get_attribute("hreflang") for link in marked.all()] == ([yours] if yours else [])
    assert page.evaluate("document.activeElement === document.body")
    context.close()


def test_an_address_that_is_not_there_offers_the_languages(reader: Page):
    """The 404 page says in each language that the page is missing, and leads to each home."""
    answer = reader.goto(NOWHERE)
    assert answer.status == 404
    for name, words in {"da": "Siden findes ikke", "sv": "Sidan finns inte", "nb": "Siden finnes ikke"}.items():
        entry = reader.locator(f'ul.languages > li[lang="{name}"]')
        expect(entry).to_contain_text(words)
        assert reader.request.get(entry.locator("a").evaluate("a => a.href")).status == 200
    reader.locator('ul.languages a[hreflang="nb"]').click()
    expect(reader).to_have_url(re.compile(r"/nb/$"))


# Copying an apology ---------------------------------------------------------------------------------------------------

CUSTOMER = "Åse Prøvekunde"  # a name that stands nowhere in the texts
BEFORE = "what was on the clipboard before"


def clipboard(page: Page) -> dict[str, str]:
    """All kinds of text on the clipboard."""
    return page.evaluate(
        """async () => {
            const found = {};
            for (const item of await navigator.clipboard.read())
                for (const type of item.types) found[type] = await (await item.getType(type)).text();
            return found;
        }"""
    )


def apology_of(page: Page, channel: str, name: str = "da"):
    """Open an apology's page, the clipboard holding something else."""
    page.goto(f"{name}/apologies/late-delivery/")
    page.evaluate("words => navigator.clipboard.writeText(words)", BEFORE)
    return page.locator(f'.apology[data-channel="{channel}"]')


def fill_in(apology) -> dict[str, str]:
    """Fill every field of the open form, each with a value of its own."""
    values = {}
    for one in apology.locator(".apology__fields input").all():
        name = one.get_attribute("name")
        values[name] = CUSTOMER if name == "customer_name" else f"prøve-{name}"
        one.fill(values[name])
    return values


@pytest.mark.parametrize("button", [".apology__copy:not(.apology__copy--plain)", ".apology__copy--plain"])
def test_an_apology_with_an_empty_field_is_not_copied(reader: Page, button: str):
    """The button opens the fields in place, at the first empty one, says how many are missing, and copies nothing."""
    apology = apology_of(reader, "email")
    expect(apology.locator(".apology__fields")).to_be_hidden()
    apology.locator(button).click()
    expect(apology.locator(".apology__fields")).to_be_visible()
    expect(apology.locator(".apology__fields input").first).to_be_focused()
    expect(apology.locator(".apology__status")).to_contain_text(re.compile(r"\d"))
    assert clipboard(reader) == {"text/plain": BEFORE}

    reader.keyboard.type("Åse")  # one is filled: the next empty one is asked for
    apology.locator(button).click()
    expect(apology.locator(".apology__fields input").nth(1)).to_be_focused()
    assert clipboard(reader) == {"text/plain": BEFORE}


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_complete_apology_is_copied_as_rich_and_as_plain_text(reader: Page, name: str):
    """What is copied is the words to send: every value in place; no mark, label, brace, bracket or class."""
    apology = apology_of(reader, "email", name)
    labels = apology.locator(".part__text .field").all_text_contents()
    marks = apology.locator(".part__mark").all_text_contents()
    apology.locator(".apology__copy").first.click()
    values = fill_in(apology)
    apology.locator(".apology__copy").first.click()
    expect(apology.locator(".apology__status.is-done")).to_have_text(re.compile("^(Kopieret|Kopierat|Kopiert)$"))
    copied = clipboard(reader)
    assert set(copied) == {"text/html", "text/plain"}
    for text in copied.values():
        assert all(value in text for value in values.values())
        assert [sign for sign in "{}[]" if sign in text] == []
        assert [label for label in labels if label in text] == []
    paragraphs = copied["text/plain"].split("\n\n")
    assert len(paragraphs) >= len(apology.locator(".part").all())
    assert [mark for mark in marks if mark in paragraphs] == []
    assert CUSTOMER in paragraphs[0]
    tags = set(re.findall(r"</?([^ >]+)([^>]*)>", copied["text/html"]))
    assert {attributes for tag, attributes in tags if tag != "meta"} == {""}
    assert {tag for tag, _ in tags} <= {"p", "strong", "em", "ul", "ol", "li", "br", "meta"}


def test_plain_text_alone_is_copied_when_asked_for(reader: Page):
    """The second button leaves no rich text on the clipboard; Enter in the last field does as the button did."""
    apology = apology_of(reader, "sms")
    apology.locator(".apology__copy--plain").click()
    fill_in(apology)
    reader.keyboard.press("Enter")
    expect(apology.locator(".apology__status.is-done")).to_be_visible()
    copied = clipboard(reader)
    assert set(copied) == {"text/plain"}
    assert CUSTOMER in copied["text/plain"]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_other_channels_stand_side_by_side(reader: Page, width: int):
    """The links above an apology on a situation's page share their lines, from its left edge, and push nothing down."""
    reader.set_viewport_size({"width": width, "height": 900})
    reader.goto("nb/situations/service-outage/")
    row = reader.locator(".apology__others")
    boxes = [link.bounding_box() for link in row.locator("a").all()]
    assert len(boxes) > 5
    lines = {round(box["y"]) for box in boxes}
    assert len(lines) <= (2 if width == 1440 else 4), lines
    head = reader.locator(".apology__title").bounding_box()
    assert boxes[0]["x"] == pytest.approx(head["x"], abs=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pencil_can_be_seen(browser: Browser, hosts: dict[str, str], scheme: str):
    """Its contrast with the page is that of a control, 3:1 or more."""
    context = browser.new_context(base_url=hosts["internal"], color_scheme=scheme)
    page = context.new_page()
    page.goto(f"nb/{LATE}")
    assert page.evaluate(CONTRAST, "a.md-content__button") >= 3
    context.close()


# Of what a selector finds with the page behind it, both painted to see what they are
CONTRAST = """selector => {
    const paint = colours => {
        const context = new OffscreenCanvas(1, 1).getContext("2d");
        for (context.fillStyle of colours) context.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map(one => {
            const part = one / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    const behind = getComputedStyle(document.body).backgroundColor;
    const [one, two] = [paint([behind]), paint([behind, getComputedStyle(document.querySelector(selector)).color])];
    return Math.max(one, two) / Math.min(one, two);
}"""


def test_one_message_of_a_chat_is_copied_alone(reader: Page):
    """A chat's part asks for its own fields only, and copies its own words only."""
    apology = apology_of(reader, "chat")
    part = apology.locator(".part:has(.field)").last
    needed = set(part.locator(".field").evaluate_all("all => all.map(one => one.dataset.field)"))
    assert len(needed) < apology.locator(".apology__fields input").count()

    part.locator(".part__copy").click()
    expect(apology.locator(".apology__fields input:focus")).to_have_attribute("name", re.compile("|".join(needed)))
    assert clipboard(reader) == {"text/plain": BEFORE}

    for name in needed:
        apology.locator(f'input[name="{name}"]').fill(f"prøve-{name}")
    part.locator(".part__copy").click()
    expect(apology.locator(".apology__status.is-done")).to_be_visible()
    assert clipboard(reader)["text/plain"].split() == part.locator(".part__text").inner_text().split()


def select(page: Page, apology) -> None:
    apology.locator(".apology__parts").evaluate("parts => getSelection().selectAllChildren(parts)")


def test_a_selection_with_an_empty_field_is_not_copied(reader: Page):
    """Ctrl+C over a placeholder opens the form instead, and leaves the clipboard alone."""
    apology = apology_of(reader, "email")
    select(reader, apology)
    reader.keyboard.press("ControlOrMeta+c")
    expect(apology.locator(".apology__fields input").first).to_be_focused()
    assert clipboard(reader) == {"text/plain": BEFORE}


def test_a_selection_without_empty_fields_is_copied_without_marks(reader: Page):
    """Once all is filled in, Ctrl+C copies the words and leaves the component marks behind."""
    apology = apology_of(reader, "sms")
    marks = apology.locator(".part__mark").all_text_contents()
    apology.locator(".apology__copy").first.click()
    fill_in(apology)
    select(reader, apology)
    reader.locator("h1").evaluate("h1 => document.activeElement.blur()")
    reader.keyboard.press("ControlOrMeta+c")
    copied = clipboard(reader)["text/plain"]
    assert CUSTOMER in copied
    assert [mark for mark in marks if mark in copied.split("\n")] == []
    assert copied.split("\n\n")[0].strip() == apology.locator(".part__text").first.inner_text().strip().split("\n\n")[0]


def test_nothing_of_a_customer_is_stored_or_sent(reader: Page):
    """After copying, no storage of the browser, no address, no history and no request holds what was typed."""
    asked = []
    apology = apology_of(reader, "email")
    reader.wait_for_load_state("networkidle")
    reader.on("request", lambda request: asked.append(request.url))
    apology.locator(".apology__copy").first.click()
    values = fill_in(apology)
    apology.locator(".apology__copy").first.click()
    expect(apology.locator(".apology__status.is-done")).to_be_visible()
    kept = reader.evaluate(
        """async () => JSON.stringify([
            {...localStorage}, {...sessionStorage}, document.cookie, location.href, history.state, name,
            await indexedDB.databases(), await caches.keys(),
            (await navigator.serviceWorker.getRegistrations()).length,
        ])"""
    )
    assert [value for value in values.values() if value in kept] == []
    assert json.loads(kept)[-3:] == [[], [], 0] and json.loads(kept)[2] == ""
    assert asked == []
    reader.reload()
    reader.locator('.apology[data-channel="email"] .apology__copy').first.click()
    filled = reader.locator(".apology__fields input").evaluate_all("all => all.map(one => one.value).filter(Boolean)")
    assert filled == []


# Material's search ----------------------------------------------------------------------------------------------------


def search(page: Page, words: str) -> list[str]:
    """The addresses of the results, from the root."""
    page.locator(".md-search__input").click()
    page.keyboard.type(words)
    first = page.locator(".md-search-result__link").first
    first.wait_for(state="attached")
    links = page.locator(".md-search-result__link").evaluate_all("all => all.map(one => new URL(one.href).pathname)")
    return list(dict.fromkeys(links))


@pytest.mark.parametrize(("name", "words"), [("da", "forsinket"), ("sv", "försenad"), ("nb", "forsinket")])
def test_the_search_of_a_language_finds_its_pages_only(reader: Page, name: str, words: str):
    """A word of the language finds the playbook, and nothing that stands in another language."""
    reader.goto(f"{name}/")
    found = search(reader, words)
    assert f"/{name}/{LATE}" in found
    assert [address for address in found if not address.startswith(f"/{name}/")] == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_an_everyday_word_finds_a_text_that_lacks_it(reader: Page, name: str):
    """A search term of the front matter, of which the page itself says nothing, leads to the page."""
    page = ours().edition("internal").page(LATE.rstrip("/"), name)
    term = next(term for term in page.search_terms if " " not in term)
    reader.goto(f"{name}/")
    assert f"/{name}/{LATE}" in search(reader, term)


def test_a_result_leads_to_the_page(reader: Page):
    """From deep in the site, the first result opens the page it names."""
    reader.goto("sv/process/apologise/")
    there = search(reader, "försenad")[0]
    reader.locator(".md-search-result__link").first.click()
    expect(reader).to_have_url(re.compile(re.escape(there)))
    expect(reader.locator("html")).to_have_attribute("lang", "sv")


@pytest.mark.parametrize("edition", library.EDITIONS)
def test_the_index_of_a_language_holds_the_pages_of_the_edition(editions: dict[str, Built], edition: str):
    """Each language's index names its pages, all of them and no others; there is no index of all languages."""
    root = editions[edition].root
    assert [path.relative_to(root).as_posix() for path in sorted(root.rglob("search_index.json"))] == [
        f"{name}/search/search_index.json" for name in sorted(LANGUAGES)
    ]
    held = ours().edition(edition)
    for name in LANGUAGES:
        index = json.loads(Path(root, name, "search", "search_index.json").read_text(encoding="utf-8"))
        found = {f"{name}/{entry['location'].partition('#')[0]}" for entry in index["docs"]}
        expected = {page.address for (_, lang), page in held.pages.items() if lang == name}
        assert found == expected - {f"{name}/translations/"}  # nobody with a customer on the line looks for that

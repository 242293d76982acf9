"""The composer: from a situation, a channel and a customer to words that are whole, checked and on the clipboard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from urllib.parse import unquote

import pytest
from conftest import ROOT, Built, ours, size
from planted import cases
from playwright.sync_api import Browser, BrowserContext, Dialog, Download, Locator, Page, expect

from macros import apology, composer, library
from macros.languages import language, text_languages

expect.set_options(timeout=15_000)

LANGUAGES = text_languages()
LOST, LATE = "lost-parcel", "late-delivery"
HOMES = {"da": "dk", "sv": "se", "nb": "no"}
TYPED = {  # of an invented customer
    "customer_name": "Kim",
    "order_number": "100200",
    "promised_date": "2026-11-03",
    "cause": "vi packade två beställningar på samma pall",
    "amount": "1250,50",
    "new_date": "2026-11-10",
    "prevention": "nu får varje beställning en egen pall",
    "case_number": "S-1001",
    "reply_by": "2026-11-12T12:00",
    "sender_name": "Sam",
}
WRITTEN = {  # the same in Swedish, for Sweden
    **TYPED,
    "promised_date": "3 november 2026",
    "amount": "1\u00a0250,50\u00a0kr",
    "new_date": "10 november 2026",
    "reply_by": "torsdagen den 12 november kl.\u00a012.00",
    "contact_phone": "+46 00 000 00 00",
}


@cache
def inside() -> library.Edition:
    return ours().edition("internal")


def words(name: str, key: str, **values: object) -> str:
    """What the page's scripts say."""
    return language(name).say(f"composer.script.{key}").format_map(values)


def template(name: str, thing: str, channel: str) -> str:
    """The words of an apology in one channel, with its fields."""
    section = inside().page(f"apologies/{thing}", name).body.by_id[channel]
    return "\n\n".join(apology.text_of(part.section) for part in apology.parts(section))


def filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda field: values[field[1]], text)


@pytest.fixture(scope="module")
def context(browser: Browser, unsearched: dict[str, str]) -> Iterator[BrowserContext]:
    """A colleague's browser, allowed to use the clipboard."""
    made = browser.new_context(base_url=unsearched["internal"], viewport={"width": 1440, "height": 900})
    made.grant_permissions(["clipboard-read", "clipboard-write"])
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A window of it, which must have nothing to complain about."""
    made = context.new_page()
    said: list[str] = []
    made.on("pageerror", lambda error: said.append(str(error)))
    made.on("console", lambda line: line.type in ("error", "warning") and said.append(line.text))
    yield made
    made.close()
    assert said == []


def opened(page: Page, choice: str = f"{LOST}/email/sv/se", name: str = "sv") -> Page:
    """The composer of a language with a choice made."""
    page.goto(f"{name}/apology/#{choice}" if choice else f"{name}/apology/")
    page.wait_for_selector(".composer__part" if choice else "#composer:not([hidden])")
    return page


def fill(page: Page, **values: str) -> None:
    """Type into the fields that are shown."""
    for name in page.locator(".composer__inputs [name]").evaluate_all("all => all.map(one => one.name)"):
        if value := (TYPED | values).get(name):
            page.locator(f"[name={name}]").fill(value)


def part(page: Page, id: str) -> Locator:
    """The words of one part."""
    return page.locator(f"[data-part={id}] .part__text")


def tool(page: Page, id: str, does: str) -> Locator:
    return page.locator(f"[data-part={id}] [data-do={does}]")


def status(page: Page) -> Locator:
    return page.locator(".composer__status")


def clipboard(page: Page, kind: str = "text/plain") -> str:
    return page.evaluate(
        """async kind => { const [item] = await navigator.clipboard.read();
        return item.types.includes(kind) ? (await item.getType(kind)).text() : null }""",
        kind,
    )


def channel(page: Page, name: str) -> None:
    page.locator(f"input[name=channel][value={name}]").check()


def write_after(page: Page, id: str, text: str) -> None:
    """Type at the end of a part, as a colleague does."""
    part(page, id).click(position={"x": 3, "y": 3})
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


# The texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_script_of_a_language_holds_every_apology_in_every_channel(internal: Built, name: str) -> None:
    """What the browser gets are the words of the library, with the fields, what is left for later, and the rules."""
    source = (internal.root / composer.SCRIPTS.format(language=name)).read_text(encoding="utf-8")
    held = json.loads(source[source.index(" = {") + 3 : source.rindex(";")])
    pages = [page for (_, lang), page in inside().pages.items() if page.shelf == "apologies" and lang == name]
    assert set(held["apologies"]) == {page.thing.name for page in pages} and len(pages) > 10
    for page in pages:
        one = held["apologies"][page.thing.name]
        assert (one["title"], one["subject"]) == (page.title, page.checked.front.subject)
        assert one["leaves"] == {key: list(names) for key, names in page.facts["leaves"].items()}
        assert set(one["channels"]) == {section.id for section in page.body.sections} - {"top"}
        for id, parts in one["channels"].items():
            assert "\n\n".join(part["text"] for part in parts) == template(name, page.thing.name, id)
    assert held["rules"]["rules"] and held["fields"]["amount"]["type"] == "money"
    assert "<" not in source


def test_plain_text_becomes_the_same_html_in_both_languages_of_ours(page: Page) -> None:
    """`apology.html_of` and `Tillit.letters.html`, on every text there is and on what nobody should write."""
    texts = [template(name, LOST, section) for name in LANGUAGES for section in ("email", "chat", "public-update")]
    texts += ["", "\n\n a\nb\n\n\n\n- én\n- to & <b>\n\n- a\nb\n\n\"'", "- "]
    opened(page, "")
    assert page.evaluate("texts => texts.map(Tillit.letters.html)", texts) == [apology.html_of(text) for text in texts]


def test_what_is_sent_is_what_the_apologys_own_page_copies(page: Page) -> None:
    """The plain words of a part are the same from the library as from the page that shows it."""
    page.goto(f"sv/apologies/{LOST}/")
    copied = page.evaluate(
        """() => [...document.querySelectorAll(".apology .part__text")].map(text => {
            text.querySelectorAll(".field").forEach(field => { field.textContent = `{${field.dataset.field}}` });
            return Tillit.copy.plain(Tillit.copy.tidy(Tillit.copy.clean(text)));
        })"""
    )
    body = inside().page(f"apologies/{LOST}", "sv").body
    parts = [part for section in body.sections if section.id != "top" for part in apology.parts(section)]
    assert copied == [apology.text_of(part.section) for part in parts]


def test_the_composer_is_inside_only(internal: Built, public: Built) -> None:
    """The public edition holds neither the page, nor its scripts, nor a link to it."""
    for name in LANGUAGES:
        assert f"{name}/apology/" in internal.addresses()
        assert f"{name}/apology/" not in public.addresses()
        assert "../../apology/" not in public.page(f"{name}/apologies/{LATE}/").html
    assert [path for path in public.files() if "composer" in path.name or path.parent.name == "apologies"] == [
        path for path in public.files() if path.match("*/apologies/index.html")
    ]
    with pytest.raises(PermissionError):
        composer.composer(inside().library.edition("public").home("da"))


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_home_page_and_every_apology_leads_to_the_composer(internal: Built, name: str) -> None:
    """The home page and the menu lead to it; an apology, on its page and embedded, with its situation and channel."""
    home = internal.page(f"{name}/")
    assert home.css(".page li > a[href='apology/'] > strong") and home.css(".md-nav--primary a[href='apology/']")
    links = [one.attributes["href"] for one in internal.page(f"{name}/apologies/{LOST}/").css(".apology__open")]
    channels = inside().page(f"apologies/{LOST}", name).facts["channels"]
    assert links == [f"../../apology/#{LOST}/{channel}/{name}" for channel in channels]
    embedded = internal.page(f"{name}/situations/{LATE}/").css(".apology__open")
    assert [one.attributes["href"] for one in embedded] == [f"../../apology/#{LATE}/phone/{name}"]


def test_nothing_in_the_page_runs_by_itself_and_without_script_the_apologies_are_offered(internal: Built) -> None:
    """No inline style, handler or script but data; what stands without a script leads to the apologies' pages."""
    page = internal.page("nb/apology/")
    assert [one.html for one in page.css(".page [style], .page style")] == []
    inline = page.css(".page script:not([src])")
    assert {one.attributes.get("type") for one in inline} == {"application/json"}
    assert [key for one in page.css("*") for key in one.attributes if key.startswith("on")] == []
    assert 'href="../apologies/"' in page.css_first("noscript").html
    assert "hidden" in page.css_first("#composer").attributes


def test_every_word_of_the_composer_is_used() -> None:
    """A word nobody sees is deleted in every language."""
    page = (ROOT / "macros/composer.html").read_text(encoding="utf-8")
    names = ("composer", "fields", "advice", "handover", "message")
    script = "".join((ROOT / f"docs/assets/tools/js/{name}.js").read_text(encoding="utf-8") for name in names)
    table = language("da").table("composer")
    for key, value in table.items():
        elsewhere = key in ("script", "open", "letter-channel", "letter", "in-language")
        assert elsewhere or re.search(rf"say\.{key}\b|say\[.{key}.\]", page), key
        for inner in value if isinstance(value, dict) and key in ("parts", "dialog") else ():
            assert f"say.{key}.{inner}" in page, (key, inner)
    used = re.compile(r'words\.([a-z]+)|words\["([a-z-]+)"\]|"([a-z-]+)"|\b([a-z]+)(?::| \})')
    said = {word for groups in used.findall(script) for word in groups if word}
    for key, value in table["script"].items():
        assert key in said, key
        for inner in value if isinstance(value, dict) and key in ("copied", "advice") else ():
            assert inner in said or f"words.{inner}" in script, (key, inner)


# Choosing -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seekers(browser: Browser, unsearched: dict[str, str]) -> Iterator[Callable[[str], Page]]:
    """A page in each language that is only searched."""
    pages: dict[str, Page] = {}

    def page_of(name: str) -> Page:
        if name not in pages:
            pages[name] = browser.new_page(base_url=unsearched["internal"])
            opened(pages[name], "", name)
        return pages[name]

    yield page_of
    for page in pages.values():
        page.close()


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in cases("composer").items()])
def test_a_situation_is_found_by_the_words_at_hand(seekers: Callable[[str], Page], case: dict) -> None:
    """Titles, everyday words and ids are found as one types, with or without accents and in any form."""
    page = seekers(case["language"])
    page.locator("#composer-situation").fill(case["typed"])
    found = page.locator("#composer-situations [role=option]").all_inner_texts()
    situations = inside().library.situations
    wanted = case.get("first") or case.get("among")
    title = situations[wanted].title[case["language"]] if wanted else None
    if "among" in case:
        assert title in found
    else:
        assert found[:1] == ([title] if title else [])
    said = page.locator(".composer__found")
    expect(said).to_have_text(words(case["language"], "found.none") if not found else re.compile(r"\d"))


def test_the_combobox_keeps_to_its_pattern(page: Page) -> None:
    """Arrows walk the list, Enter takes, Escape closes and then empties; the input always says what is pointed at."""
    opened(page, "")
    box, options = page.locator("#composer-situation"), page.locator("#composer-situations [role=option]")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options).to_have_count(len(inside().shelf("apologies", "sv")))
    first, second = options.nth(0), options.nth(1)
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    page.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    name = first.inner_text()
    page.keyboard.press("Enter")
    expect(box).to_have_value(name)
    expect(page.locator(".composer__part").first).to_be_visible()
    box.fill("xyzzy")
    page.keyboard.press("Tab")
    expect(box).to_have_value(name)


def test_the_first_click_after_the_words_for_a_situation_counts(page: Page) -> None:
    """What was typed is taken as it is when one goes on by Tab, and nothing moves away from under the mouse."""
    opened(page, "", "nb")
    box, swedish = page.locator("#composer-situation"), page.locator(".composer__option", has_text="Svenska")
    page.keyboard.type("forsinket levering")
    first = page.locator("#composer-situations [aria-selected=true]")
    name, place = first.inner_text(), swedish.bounding_box()
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(page.locator("input[name=language]:checked")).to_have_value("sv")
    expect(box).to_have_value(name)
    expect(page.locator(".composer__part").first).to_be_visible()
    assert swedish.bounding_box()["y"] == place["y"]


def test_the_first_situation_shows_a_call_script_and_the_language_brings_its_country(page: Page) -> None:
    """Phone first; a language sets the country at home in it until a country was chosen by hand."""
    opened(page, "", "da")
    page.locator("#composer-situation").fill("lost")
    page.keyboard.press("Enter")
    checked = lambda name: page.locator(f"input[name={name}]:checked").get_attribute("value")  # noqa: E731
    assert [checked(name) for name in ("channel", "language", "country")] == ["phone", "da", "dk"]
    page.locator("input[name=language][value=sv]").check()
    assert checked("country") == "se"
    expect(page.locator("[name=contact_phone]")).to_have_value("+46 00 000 00 00")
    page.locator("input[name=country][value=dk]").check()
    page.locator("input[name=language][value=nb]").check()
    assert checked("country") == "dk"
    expect(page.locator("[name=contact_phone]")).to_have_value("+45 00 00 00 00")
    page.locator("[name=amount]").fill("250")
    expect(part(page, "restore-value")).to_contain_text("250\u00a0DKK")


def test_the_address_carries_the_choice_and_nothing_that_was_typed(page: Page) -> None:
    """A link opens the same choice; a broken one is passed over with a kind line."""
    opened(page, "", "da")
    page.goto("da/apology/#lost-parcel/chat/sv/dk")
    expect(page.locator(".composer__part")).to_have_count(5)
    fill(page)
    write_after(page, "ask", " Hemligt.")
    channel(page, "sms")
    assert page.url.endswith("/da/apology/#lost-parcel/sms/sv/dk")
    page.evaluate("location.hash = '#no-such-thing/chat'")
    expect(status(page)).to_have_text(words("da", "broken-link"))
    expect(page.locator("#composer-situation")).not_to_have_value("")
    page.evaluate("location.hash = '#%E0%A4%A/<b>'")
    for name in ("sms/constructor/se", "sms/sv/toString"):
        page.evaluate("hash => { location.hash = hash }", f"{LOST}/{name}")
        expect(status(page)).to_have_text(words("da", "broken-link"))
    page.evaluate("hash => { location.hash = hash }", f"{LATE}/email/da/dk")
    page.locator(".composer__dialog button[value=stay]").click()
    page.wait_for_url("**/#lost-parcel/sms/sv/dk")
    page.evaluate("location.hash = '#late-delivery/pigeon/da'")
    page.locator(".composer__dialog button[value=go]").click()
    expect(status(page)).to_have_text(words("da", "broken-link"))
    assert page.locator("input[name=channel]:checked").get_attribute("value") == "phone"


def test_a_text_that_a_language_lacks_is_never_shown_in_another(page: Page) -> None:
    """The page says so and offers the neighbours, nearest first; a channel that is lacking is told in the same way."""

    def without(route):
        source = route.fetch().text()
        head, held = (
            source[: source.index(" = {") + 3],
            json.loads(source[source.index(" = {") + 3 : source.rindex(";")]),
        )
        del held["apologies"][LOST], held["apologies"][LATE]["channels"]["chat"]
        route.fulfill(body=f"{head}{json.dumps(held)};", content_type="text/javascript")

    page.route("**/apologies/sv.js", without)
    page.goto(f"da/apology/#{LOST}/phone/sv")
    notice = page.locator(".composer__missing")
    expect(notice).to_contain_text(words("da", "no-text", title="Forsvundet pakke", language="svensk"))
    expect(page.locator(".composer__paper")).to_be_hidden()
    expect(notice.locator("button")).to_have_text([words("da", "write-in", language=one) for one in ("norsk", "dansk")])
    notice.locator("button").first.click()
    expect(part(page, "regret")).to_have_text(template("nb", LOST, "phone").split("\n\n")[5])
    page.goto(f"da/apology/#{LATE}/chat/sv")
    expect(notice).to_contain_text(
        words("da", "no-channel", title="Forsinket levering", language="svensk", channel="Chat")
    )
    expect(notice.locator("button")).to_have_count(2)


# Fields ---------------------------------------------------------------------------------------------------------------


def test_the_fields_are_those_of_the_text_in_its_order_and_in_the_colleagues_language(page: Page) -> None:
    """Label and help in the page's language, the example as the customer reads it; each has its own keyboard."""
    opened(page, f"{LOST}/sms/sv/se", "da")
    inputs = page.locator(".composer__inputs [name]")
    shown = list(dict.fromkeys(re.findall(r"\{([a-z_]+)\}", template("sv", LOST, "sms"))))
    assert inputs.evaluate_all("all => all.map(one => one.name)") == shown
    field = inside().library.fields["amount"]
    row = page.locator(".composer__field", has=page.locator("[name=amount]"))
    expect(row.locator("label")).to_have_text(field.label["da"])
    row.locator("[name]").focus()
    expect(row.locator("small")).to_have_text(field.help["da"])
    expect(page.locator("[name=amount]")).to_have_attribute("placeholder", field.example["sv"])
    expect(page.locator("[name=amount]")).to_have_attribute("inputmode", "decimal")
    expect(page.locator("[name=new_date]")).to_have_attribute("type", "date")
    expect(page.locator("[name=contact_phone]")).to_have_attribute("type", "tel")
    kept = inputs.evaluate_all("all => all.map(one => [one.autocomplete, one.spellcheck])")
    assert all(one == ["off", False] for one in kept)


def test_a_field_in_another_language_says_so_and_gives_that_languages_rule(page: Page) -> None:
    """In the page's words: Swedish goes on small after a colon, Norwegian and Danish with a capital."""
    small, capital = (language("nb").table("forms")["after-colon"][name] for name in ("sv", "nb"))
    assert small != capital
    opened(page, f"{LATE}/email/sv/se", "nb")
    row, own = page.locator(".composer__field", has=page.locator("[name=cause]")), inside().library.fields["cause"]
    expect(row.locator("label")).to_have_text("Årsaken (svensk)")
    row.locator("[name]").focus()
    expect(row.locator("small")).to_have_text(f"{small} {own.help['nb']}")
    expect(row.locator("[name]")).to_have_attribute("placeholder", own.example["sv"])
    for name in ("order_number", "amount"):  # the same in every language
        label = page.locator(f"label[for=composer-field-{name}]")
        expect(label).to_have_text(inside().library.fields[name].label["nb"])
    page.locator("input[name=language][value=nb]").check()
    expect(row.locator("label")).to_have_text("Årsaken")
    expect(row.locator("small")).to_have_text(f"{capital} {own.help['nb']}")


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_example_of_a_field_keeps_the_rule_of_its_language(name: str) -> None:
    """What goes on small begins small, and what is said to stand in front of it does."""
    said = language(name)
    for id, one in inside().library.fields.items():
        rule, example = apology.help_for(one, said, name), one.example[name]
        if one.form == "after-colon":
            assert example[0].islower() == (name == "sv"), id
        elif one.form:
            first = re.findall(r"[»«”](\w+)[»«”]", rule)
            assert example.split()[0] in first, id
        texts = [text for (_, lang), text in inside().pages.items() if text.shelf == "apologies" and lang == name]
        if one.form == "after-colon":
            assert not [text.id for text in texts if re.search(rf"[^:] \{{{id}\}}", text.body.source)], id


def test_one_case_is_typed_once_for_every_channel_and_language(page: Page) -> None:
    """What was typed stays when channel, language and situation change, each time in the customer's own form."""
    opened(page)
    fill(page)
    assert page.locator(".composer__paper .field:not(.is-filled)").count() == 0
    channel(page, "phone")
    assert page.locator(".composer__part .field:not(.is-filled)").count() == 0
    expect(part(page, "restore-value")).to_contain_text("1\u00a0250,50\u00a0kr")
    page.locator("input[name=language][value=da]").check()
    expect(part(page, "restore-value")).to_contain_text("1.250,50\u00a0kr.")
    page.locator("#composer-situation").fill("late-delivery")
    page.keyboard.press("Enter")
    expect(part(page, "acknowledge")).to_contain_text("3. november 2026")
    expect(page.locator("[name=customer_name]")).to_have_value("Kim")


def test_a_value_that_is_not_right_says_so_under_its_field(page: Page) -> None:
    """The words come when typing stops, and go when it is mended; until then the field counts as empty."""
    opened(page)
    wrong = [
        ("amount", "250 EUR", words("sv", "errors.wrong-currency", currency="SEK")),
        ("amount", "mange", words("sv", "errors.not-amount")),
        ("order_number", "x" * 2001, words("sv", "errors.too-long")),
    ]
    for field, typed, said in wrong:
        page.locator(f"[name={field}]").fill(typed)
        fault = page.locator(f"#composer-field-{field}-fault")
        expect(fault).to_have_text(said)
        expect(page.locator(f"[name={field}]")).to_have_attribute("aria-invalid", "true")
        assert page.locator(f".composer__part .field[data-field={field}].is-filled").count() == 0
        page.locator(f"[name={field}]").fill("250")
        expect(fault).to_have_text("")


def test_what_is_typed_into_a_field_is_words(page: Page) -> None:
    """HTML and braces in a field are shown and sent as they stand, and signs nobody sees are taken out and told of."""
    opened(page, f"{LOST}/sms/sv/se")
    fill(page, customer_name="<img src=x onerror=alert(1)>{amount}")
    page.locator("[name=order_number]").fill("\u202e100\u200b200\u2066")
    expect(page.locator("[name=order_number]")).to_have_value("100200")
    expect(page.locator("#composer-field-order_number-fault")).to_have_text(words("sv", "hidden.other", n=3))
    assert page.locator(".composer__parts img").count() == 0
    page.locator("#composer-copy").click()
    expect(status(page)).to_have_text(words("sv", "copied.all"))
    values = WRITTEN | {"customer_name": "<img src=x onerror=alert(1)>{amount}"}
    assert clipboard(page) == filled(template("sv", LOST, "sms"), values)
    assert "&lt;img" in clipboard(page, "text/html") or "&lt;img" in apology.html_of(clipboard(page))


# The words ------------------------------------------------------------------------------------------------------------


def test_own_words_stay_while_fields_change(page: Page) -> None:
    """What is written over a part follows its fields; the part can be had back as it was."""
    opened(page)
    fill(page)
    write_after(page, "regret", " Vi ses snart.")
    page.keyboard.press("Enter")
    page.keyboard.type("Nytt stycke.")
    part(page, "restore-value").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Direkt.")
    page.locator("[name=amount]").fill("300")
    expect(part(page, "restore-value")).to_contain_text("300\u00a0kr")
    expect(part(page, "restore-value")).to_contain_text("Direkt.")
    page.locator("#composer-copy").click()
    expect(status(page)).to_have_class(re.compile("is-done"))
    text = clipboard(page)
    assert " Vi ses snart.\n\nNytt stycke.\n\n" in text and "300\u00a0kr" in text and "1\u00a0250" not in text
    tool(page, "regret", "reset").click()
    expect(part(page, "regret")).to_have_text(template("sv", LOST, "email").split("\n\n")[6])
    expect(part(page, "regret")).to_be_focused()


def test_a_field_is_whole_or_gone(page: Page) -> None:
    """Backspace takes a field in one, it is no longer asked for, and written out in braces it is a field again."""
    opened(page, f"{LOST}/sms/sv/se")
    part(page, "restore-value").click()
    page.keyboard.press("Control+Home")
    for _ in "Du får ":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    expect(page.locator("[name=amount]")).to_have_count(0)
    page.keyboard.type("{amount}")
    page.locator("[name=customer_name]").focus()
    expect(part(page, "restore-value").locator(".field")).to_have_count(1)
    expect(page.locator("[name=amount]")).to_be_visible()


def test_parts_are_moved_left_out_and_taken_back_by_mouse_and_by_keyboard(page: Page) -> None:
    """Each tool says what it did, keeps the focus near, and the copy has what shows in the order in which it shows."""
    opened(page, f"{LOST}/sms/sv/se")
    fill(page)
    order = lambda: page.locator(".composer__part").evaluate_all("all => all.map(one => one.dataset.part)")  # noqa: E731
    before = order()
    tool(page, "regret", "up").click()
    assert order().index("regret") == before.index("regret") - 1
    title = language("sv").table("components")["regret"]
    moved = words("sv", "moved", title=title, n=before.index("regret"), count=len(before))
    expect(status(page)).to_have_text(moved)
    expect(tool(page, "regret", "up")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(tool(page, "regret", "down")).to_be_focused()
    page.keyboard.press("Enter")
    assert order() == before
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(part(page, "regret")).to_be_hidden()
    expect(tool(page, "regret", "back")).to_be_focused()
    expect(page.locator("[data-component=regret]")).to_have_class("is-missing")
    page.locator("#composer-copy").click()
    expect(status(page)).to_have_class(re.compile("is-done"))
    sorry = template("sv", LOST, "sms").split("\n\n")[4]
    assert sorry not in clipboard(page)
    page.locator("input[name=language][value=nb]").check()
    expect(part(page, "regret")).to_be_hidden()
    page.locator("input[name=language][value=sv]").check()
    tool(page, "regret", "back").click()
    expect(part(page, "regret")).to_have_text(sorry)
    tools = page.get_by_role("button", name=language("sv").say("composer.parts.up"))
    assert tools.count() > 3, "every tool has a name in words"


def test_own_words_are_asked_about_before_they_are_lost(page: Page) -> None:
    """Another channel keeps them; another language or situation asks first, and so does leaving the page."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    opened(page)
    page.goto("sv/")
    assert asked == []
    opened(page)
    write_after(page, "regret", " Egna ord.")
    channel(page, "sms")
    channel(page, "email")
    expect(part(page, "regret")).to_contain_text("Egna ord.")
    dialog = page.get_by_role("dialog", name=words("sv", "own-lost"))
    page.locator("input[name=language][value=da]").check(force=True)
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("input[name=language][value=sv]")).to_be_checked()
    expect(part(page, "regret")).to_contain_text("Egna ord.")
    page.locator("#composer-situation").fill(LATE)
    page.keyboard.press("Enter")
    dialog.locator("button[value=stay]").click()
    expect(page.locator("#composer-situation")).to_have_value(inside().library.situations[LOST].title["sv"])
    page.goto("sv/")
    assert asked == ["beforeunload"]
    opened(page)
    write_after(page, "regret", " Egna ord.")
    page.locator("input[name=language][value=da]").check()
    dialog.locator("button[value=go]").click()
    expect(part(page, "regret")).to_have_text(template("da", LOST, "email").split("\n\n")[6])


def paste(page: Page, text: str, html: str = "") -> None:
    page.evaluate(
        """([text, html]) => navigator.clipboard.write([new ClipboardItem({
            "text/plain": new Blob([text], {type: "text/plain"}),
            ...(html && {"text/html": new Blob([html], {type: "text/html"})})})])""",
        [text, html],
    )
    page.keyboard.press("Control+v")


def test_what_is_pasted_is_plain_text(page: Page) -> None:
    """Bold and links go, lines stay, hidden signs are taken out with a word."""
    opened(page)
    part(page, "responsibility").click()
    page.keyboard.press("Control+a")
    paste(page, "Fet\u202e rad\nnästa\u200b", "<b>Fet</b> <a href='https://x.example'>rad</a><p>nästa</p>")
    expect(status(page)).to_have_text(words("sv", "hidden.other", n=2))
    assert part(page, "responsibility").evaluate("one => [one.textContent.trim(), one.children.length]") in (
        ["Fet rad\nnästa", 0],
        ["Fet rad\nnästa", 1],
    )
    page.keyboard.type("!")
    expect(part(page, "responsibility")).to_contain_text("nästa!")


def dragged(page: Page, words: Locator, to: Locator) -> None:
    """Select all of an element's words and pull them into another's, by mouse."""
    words.evaluate("one => getSelection().selectAllChildren(one)")
    x, y = page.evaluate(
        "() => { const box = getSelection().getRangeAt(0).getClientRects()[0]; return [box.x + 9, box.y + 9] }"
    )
    page.mouse.move(x, y)
    page.mouse.down()
    box = to.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2, steps=9)
    page.mouse.up()


def test_words_of_the_message_cannot_be_dragged(page: Page) -> None:
    """So a placeholder stays one and no word is torn; words from elsewhere can be dropped into a part."""
    page.set_viewport_size({"width": 1440, "height": 2400})
    opened(page, f"{LOST}/letter/sv/se")
    regret, before = part(page, "regret"), part(page, "regret").inner_text()
    own = ("[data-part=acknowledge] .field", "[data-part=acknowledge] .part__text", ".composer__reference", "body")
    for words in own:
        dragged(page, page.locator(words).first, regret)
        expect(regret).to_have_text(before)
    dragged(page, page.locator(".composer__fields > .composer__help"), regret)
    expect(regret).to_contain_text(language("sv").say("composer.kept"))


def test_a_hundred_thousand_characters_are_kept_and_said_to_be_too_many_to_check(page: Page) -> None:
    """Nothing is cut in silence, the next key is still taken, and the checker says how far it looked."""
    opened(page)
    fill(page)
    part(page, "responsibility").click()
    page.keyboard.press("Control+a")
    paste(page, "Ord och ord. " * 8000)
    page.keyboard.type("Slut")
    count = page.locator(".composer__count")
    expect(count).to_contain_text(words("sv", "advice.cut"))
    page.locator("#composer-copy").click()
    expect(status(page)).to_have_class(re.compile("is-done"))
    assert "Ord och ord. " * 7999 in clipboard(page) and "Slut" in clipboard(page)


def test_a_letter_typed_anywhere_opens_nothing(page: Page) -> None:
    """Material's single keys (search, next page) are letters here, also when a button has the focus."""
    opened(page)
    page.locator("#composer-next").focus()
    for key in "np.,fs/":
        page.keyboard.press(key)
    assert page.url.endswith(f"sv/apology/#{LOST}/email/sv/se")
    assert not page.locator("[data-md-toggle=search]").is_checked()


# The checker ----------------------------------------------------------------------------------------------------------


HIGHLIGHTED = """() => [...CSS.highlights.get("tillit-flaw") ?? []].map(range => range.toString())"""


def test_the_checker_says_what_is_there_and_what_spoils_it(page: Page) -> None:
    """Components ticked or missing, flaws with the reader's reason and better words in the customer's language."""
    opened(page, f"{LOST}/email/sv/se", "da")
    fill(page)
    states = page.locator("[data-component]")
    expect(states).to_have_count(5)
    assert states.evaluate_all("all => all.map(one => one.className)") == ["is-there"] * 5
    expect(page.locator(".composer__flaws li")).to_have_count(0)
    assert page.evaluate(HIGHLIGHTED) == []
    flawed = "Vi beklagar om du upplevde besvär."
    before = part(page, "regret").inner_html()
    write_after(page, "regret", f" {flawed}")
    flaw = page.locator(".composer__flaws li[data-code=conditional]").first
    expect(flaw).to_be_visible()
    expect(flaw.locator(".composer__why")).to_have_text(language("da").say("advice.flaws.conditional"))
    expect(flaw.locator(".composer__better span")).to_have_attribute("lang", "sv")
    words = flaw.locator("button").inner_text()
    assert words in flawed and words in page.evaluate(HIGHLIGHTED)
    assert part(page, "regret").inner_html() == f"{before} {flawed}", "the page that is written in is not touched"
    flaw.locator("button").click()
    expect(part(page, "regret")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == words
    page.keyboard.press("Delete")
    expect(page.locator(".composer__flaws li[data-code=conditional]")).to_have_count(0)
    expect(page.locator(".composer__right .composer__help")).to_have_text(language("da").say("composer.advice-note"))


def test_words_are_underlined_where_they_stand_whatever_stands_before_them(page: Page) -> None:
    """Smileys, letters made of two signs and fields before a flaw move its place in the text, not in the page."""
    opened(page, f"{LOST}/email/sv/se")
    fill(page, customer_name="Åsa😀")
    part(page, "acknowledge").click()
    page.keyboard.press("Control+End")
    paste(page, " 😀 A\u030asa 👩 Vi beklagar om du upplevde besvär.")
    flaw = page.locator(".composer__flaws li[data-code=conditional] button").first
    expect(flaw).to_be_visible()
    assert flaw.inner_text() in page.evaluate(HIGHLIGHTED)


def test_what_a_channel_leaves_for_later_is_not_missing(page: Page) -> None:
    """Where the template leaves a component for the follow-up, the checker says that it comes."""
    opened(page, f"{LATE}/social/da/dk", "da")
    leaves = inside().page(f"apologies/{LATE}", "da").facts["leaves"]["social"]
    for id in ("acknowledge", "responsibility", "next-step"):
        tool(page, id, "out").click()
    states = dict.fromkeys(leaves, "is-later") | {"responsibility": "is-missing", "regret": "is-there"}
    for name, state in states.items():
        expect(page.locator(f"[data-component={name}]")).to_have_class(state)
    expect(page.locator(".is-later em").first).to_have_text(words("da", "advice.later"))
    expect(page.locator(".composer__told")).to_contain_text(language("da").table("components")["responsibility"])


# Giving it on ---------------------------------------------------------------------------------------------------------


def test_nothing_is_copied_while_a_placeholder_shows(page: Page) -> None:
    """The first missing field has the focus and is named, for a selection too; then both kinds are copied."""
    opened(page)
    page.evaluate("navigator.clipboard.writeText('before')")
    page.locator("#composer-copy").click()
    label = inside().library.fields["customer_name"].label["sv"]
    expect(page.locator("[name=customer_name]")).to_be_focused()
    expect(status(page)).to_contain_text(label)
    part(page, "acknowledge").click(position={"x": 3, "y": 3})
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    expect(page.locator("[name=customer_name]")).to_be_focused()
    page.locator("[name=customer_name]").blur()
    page.keyboard.press("Control+a")  # the whole page
    page.keyboard.press("Control+c")
    expect(page.locator("[name=customer_name]")).to_be_focused()
    assert clipboard(page) == "before"
    expect(status(page)).to_contain_text(label)
    fill(page)
    expect(status(page)).to_have_text("")  # nothing is asked for any more
    page.locator("#composer-copy").click()
    expect(status(page)).to_have_text(words("sv", "copied.all"))
    whole = filled(template("sv", LOST, "email"), WRITTEN)
    assert clipboard(page) == whole
    assert clipboard(page, "text/html").replace("&nbsp;", "\u00a0") == apology.html_of(whole)
    page.locator("#composer-plain").click()
    expect(status(page)).to_have_text(words("sv", "copied.plain"))
    assert clipboard(page, "text/html") is None
    tool(page, "subject", "copy").click()
    expect(status(page)).to_have_text(words("sv", "copied.subject"))
    assert clipboard(page) == inside().page(f"apologies/{LOST}", "sv").checked.front.subject


def test_a_full_stop_that_a_value_brings_is_not_doubled(page: Page) -> None:
    """`250 kr.` at the end of a sentence ends it, too."""
    opened(page, f"{LOST}/sms/da/dk", "da")
    fill(page)
    part(page, "restore-value").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Du får {amount}.")
    page.locator("[name=customer_name]").focus()
    expect(part(page, "restore-value")).to_have_text("Du får 1.250,50\u00a0kr.")


def test_a_chat_is_five_messages_copied_one_after_the_other(page: Page) -> None:
    """Each has its length and its own button; the large button goes on to the next; Return in a field does the same."""
    opened(page, f"{LOST}/chat/sv/se")
    fill(page)
    texts = filled(template("sv", LOST, "chat"), WRITTEN).split("\n\n")
    counts = page.locator(".composer__characters").all_inner_texts()
    assert counts == [words("sv", "characters", n=len(text), limit=300) for text in texts]
    main = page.locator("#composer-copy")
    for n, text in enumerate(texts, 1):
        expect(main).to_have_text(words("sv", "copy-part", n=n))
        main.click()
        expect(status(page)).to_have_text(words("sv", "copied.part", n=n, count=5))
        assert clipboard(page) == text
    tool(page, "agree", "copy").click()
    expect(status(page)).to_have_text(words("sv", "copied.part", n=4, count=5))
    part(page, "close").click(position={"x": 3, "y": 3})
    page.keyboard.insert_text(" ord" * 80)  # as pasted
    expect(page.locator("[data-part=close] .composer__characters")).to_have_class(re.compile("is-over"))


@pytest.fixture
def mails(page: Page) -> list[str]:
    """The addresses that were opened by the mail program."""
    opened_addresses: list[str] = []
    page.expose_function("mailed", lambda address: opened_addresses.append(address))
    page.add_init_script(
        """addEventListener("click", event => {
            if (event.target.protocol === "mailto:") { event.preventDefault(); mailed(event.target.href) }
        }, true)"""
    )
    return opened_addresses


def test_a_mail_is_opened_with_its_words_or_without_when_they_are_too_many(page: Page, mails: list[str]) -> None:
    """Subject and body with the line ends of mail; a body too long for the way is copied, and that is said."""
    opened(page)
    fill(page)
    cause = TYPED["cause"] + ", och ingen läste adressen högt för någon annan innan bilen åkte vidare" * 3
    page.locator('#composer [name="cause"]').fill(cause)
    page.locator("#composer-mail").click()
    expect(status(page)).to_have_text(words("sv", "mail-long"))
    assert mails == []
    page.get_by_role("button", name=words("sv", "mail-copy")).click()
    expect(status(page)).to_have_text(words("sv", "mail-copied"))
    subject = inside().page(f"apologies/{LOST}", "sv").checked.front.subject
    assert [unquote(one) for one in mails] == [f"mailto:?subject={subject}"]
    assert clipboard(page) == filled(template("sv", LOST, "email"), WRITTEN | {"cause": cause})
    for id in ("explanation", "solution", "next-step"):
        tool(page, id, "out").click()
    page.locator("#composer-mail").click()
    expect(page.locator(".composer__further")).to_be_empty()
    _, body = unquote(mails[-1]).split("&body=")
    assert "\r\n\r\n" in body and "\n" not in body.replace("\r\n", "")
    channel(page, "phone")
    expect(page.locator("#composer-mail")).to_be_hidden()


def asks(page: Page) -> bool:
    """Whether the page asks before it is left."""
    return page.evaluate("() => !dispatchEvent(new Event('beforeunload', {cancelable: true}))")


@pytest.mark.parametrize("field", ["[name=customer_name]", "[name=amount]", "#composer-recipient", "#composer-place"])
def test_what_was_typed_of_a_customer_is_asked_about_before_the_page_is_left(page: Page, field: str) -> None:
    """Also a value that is not right; who writes and our number are the same for the next customer and ask nothing."""
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    opened(page, f"{LOST}/letter/sv/se")
    page.locator("[name=sender_name]").fill("Sam")
    page.locator("[name=contact_phone]").fill("+46 1")
    assert not asks(page)
    page.locator(field).fill("Kim")
    page.reload()
    assert asked == ["beforeunload"]
    page.locator(field).fill("Kim")
    page.locator("#composer-next").press("Enter")
    assert not asks(page)
    page.get_by_role("button", name=words("sv", "undo")).click()
    assert asks(page)
    page.locator(field).fill(" ")
    assert not asks(page)


def test_a_message_that_was_given_on_whole_is_not_asked_about(page: Page, mails: list[str]) -> None:
    """Copied, downloaded, printed or mailed; a subject alone is not the message, and what is typed later asks again."""
    opened(page)
    fill(page)
    write_after(page, "regret", " Egna ord.")
    tool(page, "subject", "copy").click()
    expect(status(page)).to_have_text(words("sv", "copied.subject"))
    page.evaluate("() => { globalThis.print = () => {} }")

    def download() -> None:
        with page.expect_download():
            page.locator("#composer-download").click()

    def mail_without() -> None:
        page.locator("#composer-mail").click()
        assert asks(page)
        page.get_by_role("button", name=words("sv", "mail-copy")).click()
        expect(status(page)).to_have_text(words("sv", "mail-copied"))

    def mail_whole() -> None:
        for id in ("explanation", "solution", "next-step"):
            tool(page, id, "out").click()
        page.locator("#composer-mail").click()

    def letter() -> None:
        channel(page, "letter")
        page.locator("#composer-recipient").fill("Kim")
        page.locator("#composer-print").click()

    def copy(way: str, said: str) -> None:
        page.locator(f"#composer-{way}").click()
        expect(status(page)).to_have_text(words("sv", said))

    def copy_all() -> None:
        copy("copy", "copied.all")

    def copy_plain() -> None:
        copy("plain", "copied.plain")

    for give in (copy_all, copy_plain, download, mail_without, mail_whole, letter):
        assert asks(page)
        give()
        assert not asks(page)
        page.locator("[name=customer_name]").press("End")
        page.keyboard.type("o")
    assert len(mails) == 2


def test_a_chat_is_given_on_when_all_its_messages_are_copied(page: Page) -> None:
    """Leaving before the last one asks."""
    opened(page, f"{LOST}/chat/sv/se")
    fill(page)
    for n in range(1, 6):
        assert asks(page)
        page.locator("#composer-copy").click()
        expect(status(page)).to_have_text(words("sv", "copied.part", n=n, count=5))
    assert not asks(page)


def write_over(page: Page, id: str, text: str) -> None:
    part(page, id).click(position={"x": 3, "y": 3})
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


PLACEHOLDERS = ["{fornavn}", "{Kundens navn}", "{{x}}", "[NAVN]", "[KUNDENS ORDRE-NR.]", "[ÅR]", "XXXX", "xxx", "____"]


def test_a_placeholder_of_ones_own_is_asked_about_before_it_is_copied(page: Page) -> None:
    """It is named and selected, ready to be written over; when that is done nothing is asked for any more."""
    opened(page, f"{LOST}/sms/sv/se")
    fill(page)
    page.evaluate("navigator.clipboard.writeText('before')")
    for found in PLACEHOLDERS:
        write_over(page, "regret", f"Hej {found}, vi ses.")
        page.locator("#composer-copy").click()
        expect(status(page)).to_have_text(words("sv", "ask-words", found=found))
        expect(part(page, "regret")).to_be_focused()
        assert page.evaluate("getSelection().toString()") == found
        assert clipboard(page) == "before"
        page.keyboard.type("Kim")
        expect(status(page)).to_have_text("")
    page.locator("#composer-copy").click()
    expect(status(page)).to_have_text(words("sv", "copied.all"))
    assert "Hej Kim, vi ses." in clipboard(page)


def test_brackets_and_signs_that_are_words_are_copied(page: Page) -> None:
    """And whatever stands in a field: it was typed for this customer."""
    opened(page, f"{LOST}/sms/sv/se")
    fill(page, customer_name="{fornavn}", new_date="2026-11-10", case_number="XXXX")
    own = "[1] [sic] [Kim] (KIM) [X] storlek XXL eller XXXL, foo_bar, __init__ :-} } { 2"
    write_over(page, "regret", own)
    page.locator("#composer-copy").click()
    expect(status(page)).to_have_text(words("sv", "copied.all"))
    assert own in clipboard(page) and "{fornavn}" in clipboard(page)


def test_no_way_out_passes_a_placeholder_of_ones_own_by(page: Page, mails: list[str]) -> None:
    """Neither a selection, nor a mail, a file, paper or the subject alone; a part that is left out does not count."""
    opened(page)
    fill(page)
    page.evaluate("navigator.clipboard.writeText('before')")
    page.evaluate("() => { globalThis.print = () => { document.body.dataset.printed = 'yes' } }")
    downloads: list[Download] = []
    page.on("download", lambda download: downloads.append(download))
    write_over(page, "subject", "Till [NAMN]")
    write_over(page, "regret", "Hej {namn}.")

    def refused(found: str) -> None:
        expect(status(page)).to_have_text(words("sv", "ask-words", found=found))
        status(page).evaluate("one => { one.textContent = '' }")

    tool(page, "subject", "copy").click()
    refused("[NAMN]")
    for way in ("plain", "mail", "download"):
        page.locator(f"#composer-{way}").click()
        refused("[NAMN], {namn}")
    part(page, "regret").click(position={"x": 3, "y": 3})
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    refused("{namn}")
    channel(page, "letter")
    page.locator("#composer-recipient").fill("Kim Exempel")
    page.locator("#composer-print").click()
    refused("[NAMN], {namn}")
    page.emulate_media(media="print")
    expect(page.locator(".composer__draft")).to_have_text(words("sv", "draft", fields="[NAMN], {namn}"))
    page.emulate_media(media="screen")
    assert (clipboard(page), mails, downloads) == ("before", [], [])
    channel(page, "email")
    write_over(page, "subject", "Till Kim")
    tool(page, "regret", "out").click()
    page.locator("#composer-copy").click()
    expect(status(page)).to_have_text(words("sv", "copied.all"))
    expect(page.locator("body[data-printed]")).to_have_count(0)


def test_words_that_only_look_like_a_placeholder_are_copied_when_somebody_says_so(page: Page) -> None:
    """For this customer, and only the words that were asked about."""
    opened(page)
    fill(page)
    meant = page.get_by_role("button", name=words("sv", "as-it-is"))
    write_over(page, "regret", "Boken heter XXX.")
    page.locator("#composer-copy").dblclick()  # pressed twice it says no twice
    expect(status(page)).to_have_text(words("sv", "ask-words", found="XXX"))
    meant.click()
    expect(page.locator("#composer-copy")).to_be_focused()
    expect(meant).to_have_count(0)
    page.keyboard.press("Enter")
    expect(status(page)).to_have_text(words("sv", "copied.all"))
    write_after(page, "regret", " Hej [NAMN].")
    page.locator("#composer-copy").click()
    expect(status(page)).to_have_text(words("sv", "ask-words", found="[NAMN]"))
    page.locator("#composer-next").press("Enter")
    fill(page)
    write_over(page, "regret", "Boken heter XXX.")
    page.locator("#composer-copy").click()
    expect(status(page)).to_have_text(words("sv", "ask-words", found="XXX"))


def test_a_letter_has_what_a_letter_has(page: Page) -> None:
    """Sender, recipient, place and date, reference, subject, a letter's greeting, the parts, closing, room to sign."""
    opened(page, f"{LOST}/letter/sv/se")
    fill(page)
    page.locator("#composer-print").click()
    expect(page.locator("#composer-recipient")).to_be_focused()
    page.locator("#composer-recipient").fill("Kim Exempel\nPåhittade vägen 2\n000 00 Lund")
    page.locator("#composer-day").fill("2026-11-22")
    page.locator("#composer-copy").click()
    expect(status(page)).to_have_text(words("sv", "copied.letter"))
    us, said = inside().company["contact"]["se"], language("sv").table("composer.letter")
    body = filled(template("sv", LOST, "email"), WRITTEN).split("\n\n")
    expected = [
        "\n".join(["Nordlys Handel", *us["address"], us["email"], us["org_number"]]),
        "Kim Exempel\nPåhittade vägen 2\n000 00 Lund",
        "Malmö den 22 november 2026",
        "Ärende S-1001",
        inside().page(f"apologies/{LOST}", "sv").checked.front.subject,
        said["greeting"]["letter"].format(customer_name="Kim"),
        *body[1:-2],
        said["closing"],
        "Sam\nNordlys Handel",
    ]
    assert clipboard(page).split("\n\n") == expected
    page.evaluate("() => { globalThis.print = () => { document.body.dataset.printed = 'yes' } }")
    page.locator("#composer-print").click()
    assert page.evaluate("document.body.dataset.printed") == "yes"
    page.emulate_media(media="print")
    for gone in (
        ".md-header",
        "h1",
        ".composer__left",
        ".composer__bar",
        ".composer__right",
        "#many",
        ".composer__tools",
    ):
        expect(page.locator(gone).first).to_be_hidden()
    for there in (".composer__sender", ".composer__recipient", "[data-part=regret] .part__text", ".composer__foot"):
        expect(page.locator(there)).to_be_visible()
    expect(page.locator(".composer__draft")).to_be_hidden()
    page.emulate_media(media="screen")
    page.locator("#composer-recipient").fill("")
    page.emulate_media(media="print")
    expect(page.locator(".composer__draft")).to_contain_text(words("sv", "recipient"))


def test_a_letter_follows_the_email_until_it_has_words_of_its_own(page: Page) -> None:
    """What is changed in the e-mail is changed in the letter; what is changed in the letter stays in it."""
    opened(page, f"{LOST}/letter/sv/se")
    channel(page, "email")
    write_after(page, "regret", " Mer ord.")
    channel(page, "letter")
    expect(part(page, "regret")).to_contain_text("Mer ord.")
    write_after(page, "regret", " På papper.")
    channel(page, "email")
    expect(part(page, "regret")).not_to_contain_text("På papper.")
    channel(page, "letter")
    expect(part(page, "regret")).to_contain_text("På papper.")


def test_a_file_holds_the_subject_and_the_words_and_is_not_named_after_the_customer(page: Page) -> None:
    """The download is plain text with the line ends of every system."""
    opened(page)
    fill(page)
    with page.expect_download() as download:
        page.locator("#composer-download").click()
    assert download.value.suggested_filename == f"{LOST}-email.sv.txt"
    text = download.value.path().read_bytes().decode()
    subject = inside().page(f"apologies/{LOST}", "sv").checked.front.subject
    whole = f"{subject}\n\n{filled(template('sv', LOST, 'email'), WRITTEN)}\n"
    assert text == whole.replace("\n", "\r\n")


def test_the_next_customer_finds_nothing_of_the_last(page: Page) -> None:
    """One press empties everything that was typed, one more brings it back, until something new is typed."""
    opened(page, f"{LOST}/letter/sv/se")
    fill(page)
    page.locator("#composer-recipient").fill("Kim Exempel")
    write_after(page, "regret", " Egna ord.")
    values = "all => all.map(one => one.value)"
    everything = page.locator(".composer__fields :is(input, textarea)")
    before = everything.evaluate_all(values)
    page.locator("#composer-next").click()
    expect(page.locator("#composer-situation")).to_be_focused()
    left = page.locator(".composer__inputs [name]:not([name=contact_phone], [name=sender_name])").evaluate_all(values)
    assert set(left) == {""}
    expect(page.locator("[name=sender_name]")).to_have_value(WRITTEN["sender_name"])  # who writes is the same
    expect(page.locator("#composer-recipient")).to_have_value("")
    expect(part(page, "regret")).not_to_contain_text("Egna ord.")
    page.get_by_role("button", name=words("sv", "undo")).click()
    expect(part(page, "regret")).to_contain_text("Egna ord.")
    assert everything.evaluate_all(values) == before
    page.locator("#composer-next").click()
    page.locator("[name=customer_name]").fill("R")
    expect(page.get_by_role("button", name=words("sv", "undo"))).to_have_count(0)


def test_what_the_next_customer_took_away_is_kept_until_something_is_typed(page: Page) -> None:
    """A press too many, or one that hits another button, takes nothing more away; another text ends the offer."""
    opened(page)
    fill(page)
    write_after(page, "regret", " Egna ord.")
    again = page.get_by_role("button", name=words("sv", "undo"))
    page.locator("#composer-next").click()
    page.locator("#composer-next").click()
    tool(page, "regret", "up").click()
    channel(page, "phone")
    channel(page, "email")
    again.click()
    expect(part(page, "regret")).to_contain_text("Egna ord.")
    expect(page.locator("[name=customer_name]")).to_have_value(TYPED["customer_name"])
    page.locator("#composer-next").click()
    page.locator("#composer-situation").fill("late")
    page.keyboard.press("Enter")
    expect(again).to_have_count(0)


def test_a_run_of_blanks_in_a_message_freezes_nothing(page: Page) -> None:
    """Pasted into the middle of a part, as out of a table."""
    opened(page)
    part(page, "regret").click(position={"x": 3, "y": 3})
    page.evaluate("blanks => document.execCommand('insertText', false, blanks)", "a" + " \t" * 50_000 + "b")
    expect(tool(page, "regret", "reset")).to_be_visible()


def test_nothing_is_stored_nothing_is_sent_and_no_network_is_needed(
    context: BrowserContext, unsearched: dict[str, str]
) -> None:
    """With the line cut after loading, another situation is filled in and copied; no store holds a word of it."""
    asked: list[str] = []
    page = context.new_page()  # one that may complain: without a network the browser still asks for the icon
    page.on("request", lambda request: asked.append(request.url))
    opened(page, f"{LATE}/phone/da/dk", "da")
    page.wait_for_load_state("networkidle")
    assert {url for url in asked if not url.startswith((unsearched["internal"], "data:"))} == set()
    context.set_offline(True)
    asked.clear()
    page.locator("#composer-situation").fill("lost")
    page.keyboard.press("Enter")
    page.locator("input[name=language][value=sv]").check()
    channel(page, "email")
    fill(page)
    write_after(page, "regret", " Egna ord.")
    page.locator("#composer-copy").click()
    expect(status(page)).to_have_class(re.compile("is-done"))
    with page.expect_download():
        page.locator("#composer-download").click()
    kept = page.evaluate(
        """async () => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie,
            await indexedDB.databases(), await caches.keys(), history.state, location.href, window.name])"""
    )
    assert not [word for word in (*TYPED.values(), "Egna ord") if word in kept]
    own = ("blob:", f"{unsearched['internal']}assets/site/favicon")  # the browser's own wish when an address changes
    assert [url for url in asked if not url.startswith(own)] == []
    context.set_offline(False)
    page.close()


# In a hurry -----------------------------------------------------------------------------------------------------------


class Colleague:
    """Somebody who counts every click and choice; typing values is none."""

    def __init__(self, page: Page):
        self.page, self.actions, self.keys = page, 0, 0

    def click(self, where: str) -> None:
        self.actions += 1
        self.page.locator(where).first.click()

    def types(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text)

    def presses(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.keys += 1
            self.page.keyboard.press(key)

    def chooses(self, key: str) -> None:
        """A choice made by a key."""
        self.actions += 1
        self.presses(key)

    def tabs_to(self, where: str) -> None:
        for _ in range(80):
            if self.page.locator(where).first.evaluate("one => one === document.activeElement"):
                return
            self.presses("Tab")
        raise AssertionError(where)

    def fills(self) -> None:
        """Field after field: Return goes to the next that is empty, and the last one copies."""
        page = self.page
        while True:
            name = page.evaluate("document.activeElement.name")
            value = TYPED.get(name, "")
            kind = page.evaluate("document.activeElement.type")
            if kind == "date":  # as typed in this browser: month, day, year
                self.types("".join(value.split("-")[i] for i in (1, 2, 0)))
            elif kind == "datetime-local":
                self.types("111220261200P")
            else:
                self.types(value)
            self.presses("Enter")
            if page.evaluate("document.activeElement.name") == name:
                return


def copied_part(page: Page, n: int) -> None:
    expect(status(page)).to_have_text(words("nb", "copied.part", n=n, count=5))
    assert clipboard(page) == filled(template("sv", LOST, "chat"), WRITTEN).split("\n\n")[n - 1]


def copied_mail(page: Page) -> None:
    expect(status(page)).to_have_text(words("nb", "copied.all"))
    assert clipboard(page) == filled(template("sv", LOST, "email"), WRITTEN)


def test_from_the_home_page_to_a_copied_chat_and_email_with_the_mouse(page: Page) -> None:
    """A Swedish customer's lost parcel, a Norwegian colleague: six actions to the chat, two more to the e-mail."""
    page.goto("nb/")
    me = Colleague(page)
    me.click(".page a[href='apology/']")
    page.wait_for_selector("#composer:not([hidden])")
    me.types("borte pakke")
    me.click("[role=option]")
    me.click("label:has(> input[value=chat])")
    me.click("label:has(> input[name=language][value=sv])")
    me.click("[name=customer_name]")
    me.fills()
    copied_part(page, 1)
    assert me.actions <= 6, me.actions
    me.actions = 0
    me.click("label:has(> input[value=email])")
    me.click("#composer-copy")
    while page.locator(".composer__part .field:not(.is-filled)").count():
        me.fills()
    copied_mail(page)
    assert me.actions <= 2
    assert (me.keys + 20 * 8) / 5 < 120


def test_from_the_home_page_to_a_copied_chat_and_email_with_the_keyboard_alone(page: Page) -> None:
    """The same without a mouse: Tab walks, an arrow or Return chooses."""
    page.goto("nb/")
    me = Colleague(page)
    me.tabs_to(".md-skip")  # the first stop of every page: past the navigation
    me.chooses("Enter")
    me.tabs_to(".page a[href='apology/']")
    me.chooses("Enter")
    page.wait_for_selector("#composer:not([hidden])")
    me.types("borte pakke")
    me.chooses("Enter")
    me.tabs_to("input[name=language]:checked")
    me.chooses("ArrowLeft")
    expect(page.locator("input[name=language][value=sv]")).to_be_checked()
    me.tabs_to("input[name=channel]:checked")
    while not page.locator("input[name=channel][value=chat]").is_checked():
        me.presses("ArrowRight")
    me.actions += 1
    me.tabs_to("[name=customer_name]")
    me.fills()
    copied_part(page, 1)
    assert me.actions <= 6
    me.actions = 0
    page.keyboard.press("Shift+Tab")
    for _ in range(20):
        if page.evaluate("document.activeElement.name") == "channel":
            break
        page.keyboard.press("Shift+Tab")
    while not page.locator("input[name=channel][value=email]").is_checked():
        page.keyboard.press("ArrowLeft")
    me.actions += 1
    me.tabs_to("[name=customer_name]")
    me.chooses("Enter")
    while page.locator(".composer__part .field:not(.is-filled)").count():
        me.fills()
    copied_mail(page)
    assert me.actions <= 2


SERIOUS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => `${one.id}: ${one.nodes.map(node => node.target + node.failureSummary)}`)"""


@pytest.mark.parametrize(
    ("width", "scheme"), [(390, "dark"), (1440, "light"), (390, "light"), (1440, "dark")][: size(2, 4)]
)
def test_axe_finds_nothing(browser: Browser, unsearched: dict[str, str], width: int, scheme: str) -> None:
    """A chat with a flaw and a part left out, and a letter: no serious fault, narrow and wide, light and dark."""
    axe = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    context = browser.new_context(
        base_url=unsearched["internal"],
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = opened(context.new_page(), f"{LOST}/chat/sv/se", "da")
    fill(page, amount="250 EUR")
    write_after(page, "agree", " Vi beklagar om du upplevde besvär.")
    tool(page, "ask", "out").click()
    page.evaluate(axe)
    run = f"({SERIOUS})()"
    found = page.evaluate(run)
    page.evaluate("location.hash = '#lost-parcel/letter/nb/no'")
    page.locator(".composer__dialog button[value=go]").click()
    expect(page.locator(".composer__sender")).to_be_visible()
    found += page.evaluate(run)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()
    assert found == []


def test_on_a_phone_the_copy_is_always_at_hand(browser: Browser, unsearched: dict[str, str]) -> None:
    """At 320 pixels nothing leaves the window, and the button is in it from the first choice on."""
    context = browser.new_context(base_url=unsearched["internal"], viewport={"width": 320, "height": 640})
    page = opened(context.new_page(), f"{LOST}/phone/nb/no", "nb")
    for y in (0, 600, 99999):
        page.evaluate("y => scrollTo(0, y)", y)
        expect(page.locator("#composer-copy")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()

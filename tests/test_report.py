"""The report form: what it asks, what it finds wrong, the file it hands over, and what stays in the tab."""

from __future__ import annotations

import ast
import copy
import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from conftest import ROOT, SEED, Built, ours, size
from planted import CASES, cases
from playwright.sync_api import Browser, BrowserContext, Page, expect

from macros import advice, bodies, drafts, forms, library, record, report, texts, wording
from macros.faults import Fault, Faulty
from macros.languages import language, text_languages

expect.set_options(timeout=15_000)

LANGUAGES = text_languages()
PERSONAL = ("personal-data", "personal-data-maybe", "reidentify")
READY = "#report:not([hidden])"


@cache
def bare() -> library.Library:
    """Our company and its lists without any text: a write-up is judged by itself."""
    ground = library.Ground(ours().company)  # the words are judged by themselves, in test_advice.py
    return replace(ours(), things={}, checked={}, faults=[], unreadable=[], assets=[], ground=ground)


def say(key: str, **values: Any) -> str:
    """The Danish words of the form's script."""
    return language("da").say(f"report.script.{key}").format_map(values)


def form_of(built: Built, name: str) -> Any:
    return built.page(f"{name}/report/").css_first("form#report")


@pytest.fixture
def context(browser: Browser, unsearched: dict[str, str]) -> Iterator[BrowserContext]:
    """A colleague's browser, allowed to use the clipboard."""
    made = browser.new_context(base_url=unsearched["internal"], accept_downloads=True, locale="da-DK")
    made.grant_permissions(["clipboard-read", "clipboard-write"])
    yield made
    made.close()


@pytest.fixture
def writer(context: BrowserContext) -> Page:
    return opened(context.new_page())


def opened(page: Page, name: str = "da") -> Page:
    page.goto(f"{name}/report/")
    page.wait_for_selector(READY)
    return page


@pytest.fixture(scope="module")
def checker(browser: Browser, unsearched: dict[str, str]) -> Iterator[Page]:
    """The Danish form, asked by its functions only."""
    page = browser.new_page()
    page.goto(f"{unsearched['internal']}da/report/")
    page.wait_for_selector(READY)
    yield page
    page.close()


# What is asked --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_question_and_section_is_asked_with_its_label_and_help(internal: Built, name: str) -> None:
    """The form asks what the definition asks, once each, in the words of the page's language."""
    form, said = form_of(internal, name), language(name)
    asked = {one.attributes["data-field"]: one for one in form.css("[data-field]:not([data-inside])")}
    questions = {one.name: (one.label, one.help) for one in forms.questions(ours(), said)}
    sections = {f"#{one.id}": (one.heading, "") for one in forms.sections(said)}
    assert set(asked) == set(questions) | set(sections)
    assert len(form.css("[data-field]:not([data-inside])")) == len(asked)
    for field, (label, help) in (questions | sections).items():
        told = asked[field]
        if field != report.AT_THE_TOP:  # the question itself stands above the three stages
            assert told.css_first(".report__label").text(strip=True) == label
        assert help in told.css_first(".report__help").text() and told.css_first(".report__help").text(strip=True)


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_control_is_named_and_described(internal: Built, name: str) -> None:
    """A label or a legend names each control, and what describes it is there."""
    form = form_of(internal, name)
    ids = {one.attributes["id"] for one in form.css("[id]")}
    assert len(ids) == len(form.css("[id]"))
    labels = {one.attributes["for"] for one in form.css("label[for]")}
    for control in form.css("input, select, textarea"):
        here = control.attributes
        in_label = control.parent.tag == "label" or "aria-label" in here
        assert in_label or here.get("id") in labels, control.html
        assert set((here.get("aria-describedby") or "").split()) <= ids, control.html


INSIDE = """name => {
    const asked = document.querySelector(`[data-field="${name}"]`);
    const around = asked.querySelector("template")?.content ?? asked;
    return [...around.querySelectorAll("[data-inside]")].map(one => [one.dataset.field,
        one.querySelector(".report__label").textContent, one.querySelector(".report__help").textContent]);
}"""


def test_a_group_or_list_asks_for_all_its_parts(checker: Page) -> None:
    """Consent, missing accounts, promises and changes ask for each field inside; a commitment for its words too."""
    words = language("da").table("report.item-words")
    for one in forms.questions(ours(), language("da")):
        parts = {(part.name, part.label, part.help) for part in one.inner}
        if one.kind == "list":
            parts.add(("words", words[one.name]["label"], words[one.name]["help"]))
        assert {tuple(part) for part in checker.evaluate(INSIDE, one.name)} == parts, one.name


@pytest.mark.parametrize("name", LANGUAGES)
def test_nothing_in_the_page_runs_by_itself(internal: Built, name: str) -> None:
    """No inline style, handler or script but data; every address is the site's own."""
    form = form_of(internal, name)
    page = form.parent
    assert [one.html for one in page.css("[style], style")] == []
    assert [one.html for one in page.css("script:not([src])") if one.attributes.get("type") != "application/json"] == []
    handlers = [key for one in page.css("*") for key in one.attributes if key.startswith("on")]
    assert handlers == []
    sources = [one.attributes.get("src") or one.attributes.get("href") for one in page.css("script[src], link")]
    assert len(sources) == 6 and all(source.startswith("../../assets/tools/") for source in sources)


def test_the_form_is_inside_only(internal: Built, public: Built) -> None:
    """The public edition holds neither the page nor what it needs, nor a link to it; inside the list leads there."""
    for name in LANGUAGES:
        assert f"{name}/report/" not in public.addresses()
        assert "report/" not in public.page(f"{name}/incidents/").html
        assert internal.page(f"{name}/incidents/").css(".page a[href='../report/']")
    assert [path for path in public.files() if path.name.startswith("report.")] == []
    outside = ours().edition("public")
    with pytest.raises(PermissionError):
        report.report_form(outside.home("da"))


def test_without_a_script_there_is_a_template_and_a_mail(internal: Built) -> None:
    """The form is hidden until its script runs; what stands there instead says what to do."""
    page = internal.page("nb/report/")
    assert "hidden" in form_of(internal, "nb").attributes
    instead = page.css_first("noscript").html
    assert "mailto:haendelser@" in instead and "stage: notice" in instead and "Saksansvarlig" in instead


def test_every_word_of_the_form_is_used() -> None:
    """A word nobody sees is deleted in every language, and none is missing."""
    source = "".join((ROOT / path).read_text(encoding="utf-8") for path in ("macros/report.html", "macros/report.py"))
    script = (ROOT / "docs/assets/tools/js/report.js").read_text(encoding="utf-8")
    table = language("da").table("report")
    used = set(re.findall(r"say\.([a-z]+)|say\[\"([a-z-]+)\"\]|report\.([a-z]+)\"", source))
    assert {word for words in used for word in words if word} >= set(table) - {"script"}
    for key, words in table["script"].items():
        found = re.search(rf'words\.{key}\b|words\["{key}"\]|"{key}"|{{ {key} }} = words', script)
        assert found, key
        for inner in words if isinstance(words, dict) else ():
            assert re.search(rf'{key}\.{inner}\b|{key}\["{inner}"\]', script), inner


# The rules: one set of cases for both checks --------------------------------------------------------------------------


def whole(case: dict[str, Any]) -> dict[str, Any]:
    """The record of a case, as the form holds it: every value a text, `sections` beside the fields."""
    made = json.loads(json.dumps(wholes()[case["of"]]))
    for field, value in json.loads(json.dumps(case["changes"], default=str)).items():
        if field == "sections":
            made["sections"] |= {id: many(words) for id, words in value.items()}
        else:
            made[field] = value
    made["sections"] = {id: words or "" for id, words in made["sections"].items()}
    return {field: value for field, value in made.items() if value is not None}


@cache
def wholes() -> dict[str, Any]:
    found = {path.stem: path.read_text(encoding="utf-8") for path in (CASES / "record" / "whole").glob("*.yml")}
    return {name: json.loads(json.dumps(yaml.safe_load(text), default=str)) for name, text in found.items()}


def many(words: str | None) -> str | None:
    """`Av. * 3` is a text that a file of cases need not hold in full."""
    match = re.fullmatch(r"(.*) \* (\d+)", words or "", re.S)
    return match[1] * int(match[2]) if match else words


def written(values: dict[str, Any]) -> str:
    """A record as a file, composed by the command line's own way and not by the form's."""
    facts = copy.deepcopy(values)
    told = facts.pop("sections")
    for section, group in record.COMMITMENTS.items():
        items = facts.get(group) or []
        listed = [f"- {item['id']}: {words}" for item in items if (words := item.pop("words", None))]
        told[section] = "\n\n".join(filter(None, [told.get(section, ""), "\n".join(listed)]))
    return drafts.compose("da", facts, told)


def judged(folder: Path, text: str, path: str = f"{drafts.INCIDENTS}/2026-04-30-chairs.da.md") -> list[Fault]:
    """Everything `tillit check` finds in a file, apart from personal data."""
    file = folder / "chairs.md"
    file.write_text(text, encoding="utf-8")
    try:
        found, _ = drafts.judge(bare(), path, texts.read_file(folder, file.name))
    except Faulty as refused:
        found = refused.faults
    return [one for one in found if one.key not in PERSONAL]


def told_by_python(one: Fault) -> tuple[str, str, dict[str, str]]:
    values = {name: re.sub(r"(\d\d:\d\d):00$", r"\1", value) for name, value in one.values if name[0] != "_"}
    return one.key, one.field, values


CHECK = """values => Tillit.report.check(values).map(one => [one.key, one.field, one.values])"""


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in cases("record").items()])
def test_the_form_and_the_check_find_the_same(checker: Page, tmp_path: Path, case: dict[str, Any]) -> None:
    """Each case has the faults it names: from the file by `tillit check`, from the same values by the form."""
    values = whole(case)
    in_python = sorted(map(told_by_python, judged(tmp_path, written(values))), key=str)
    in_browser = sorted((tuple(one) for one in checker.evaluate(CHECK, values)), key=str)
    assert sorted(f"{key} {field}".strip() for key, field, _ in in_python) == sorted(case["faults"])
    assert in_browser == in_python


@pytest.mark.parametrize("name", ["notice", "open", "closed"])
def test_the_form_and_the_check_lack_the_same(checker: Page, name: str) -> None:
    """What each stage still asks of a record is the same list in both, in the same order."""
    values = whole({"of": name, "changes": {}})
    path = f"{drafts.INCIDENTS}/2026-04-30-chairs.da.md"
    checked = library.shelves.check(texts.parse(path, written(values)))
    for stage in record.STAGES:
        lacks = checker.evaluate("([values, stage]) => Tillit.report.missing(values, stage)", [values, stage])
        assert lacks == record.missing(checked.front, record.sections_told(checked.body), stage)


def test_every_rule_of_a_record_has_its_case() -> None:
    """A rule added to the record, or to the form's twin, needs a case that both are held to."""
    of_files = {"record-top", "unknown-section", "section-order", "record-name"}  # a form cannot make these
    calls = [
        node for node in ast.walk(ast.parse((ROOT / "macros/record.py").read_text())) if isinstance(node, ast.Call)
    ]
    keys = [call.args[2] for call in calls if getattr(call.func, "id", "") == "fault"]
    rules = {key.value for key in keys if isinstance(key, ast.Constant)} - of_files
    script = (ROOT / "docs/assets/tools/js/report.js").read_text(encoding="utf-8")
    twin = set(re.findall(r'yield fault\("([a-z-]+)"', script)) | {"not-id", "not-case", "jinja-here", "raw-html"}
    named = {fault.split()[0] for case in cases("record").values() for fault in case["faults"]}
    assert len(rules) > 12
    assert rules - named == set()
    assert twin == named == set(report.FAULTS)


KEPT = """codes => codes.filter(code => {
    const cleaned = Tillit.report.clean(`a${String.fromCodePoint(code)}a`);
    return cleaned !== "aa" && !/^a[ \\n]a$/.test(cleaned);
})"""


def test_the_form_takes_out_the_characters_the_reader_refuses_and_no_others(checker: Page) -> None:
    """Whatever the reader would stop at as hidden or as a control character never comes into a file."""
    codes = [*range(33, 0x10000), *range(0x10000, 0x110000, size(251, 1)), 0xE0000, 0x10FFFF]
    refused = {code for code in codes if texts.CONTROL.match(chr(code)) or texts.HIDDEN.search(f"a{chr(code)}a")}
    halves = set(range(0xD800, 0xE000))
    spaces = {ord(char) for char in "\x85\u2028\u2029"}  # ends of lines, to some
    assert len(refused) > 6000
    assert set(codes) - set(checker.evaluate(KEPT, codes)) == refused | halves | spaces


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Stole, der knækker",
            "Ny sofa på vej: 64 kunder",
            "ÅÄÖ é ü ß",
            "日本",
            "  to  ord ",
            "A_b.c/d\\e",
            "Ærø-Ålborg",
        ),
        "En meget lang titel om stole og borde og lamper og skabe, der ikke vil lukke, uanset hvad man gør ved dem",
        "a" * 90,
    ],
)
def test_a_file_is_named_as_the_command_line_names_it(checker: Page, title: str) -> None:
    """The day and the title in ASCII, cut at a word."""
    made = checker.evaluate("([title, day]) => Tillit.report.fileId(title, day)", [title, "2026-03-14"])
    assert made == drafts.name(title, date(2026, 3, 14))


# The file -------------------------------------------------------------------------------------------------------------


HOSTILE = (
    *(
        "{{ 7*7 }}",
        "{% raw %}",
        "{# x #}",
        "{{{{",
        "{%%}",
        "<script>alert(1)</script>",
        "<!-- internal -->",
        "<intern>",
    ),
    *("---", "- - -", "===", "***", "___", "+++", "# Overskrift", "## Årsagen", "#", ": no", "no", "yes", "~", "null"),
    *('"', "'", "\\", '\\"', "a\tb", "\t- punkt", "\u202etxet", "a\u200bb", "\ufeff", "\u2028x", "\x00\x07", "\ud83d"),
    *(
        "[ord](javascript:alert(1))",
        "![b](x.png)",
        "[x]: /url",
        "http://example.dk",
        "<a@b.dk>",
        "&lt;b&gt;",
        "&#60;b>",
    ),
    *("3. februar ringede kunden", "1. først\n2. så", "1)", "2.", "- et\n- to", "* et", "+ et", "• et", "-", "> citat"),
    *(
        "~~~",
        "```\nkode",
        "    kode",
        "`x`",
        "a|b\n-|-",
        "| a |",
        "*stærk*",
        "_em_",
        "snake_case_ord",
        "a  \nb",
        "slut\\",
    ),
    *(
        "&amp;amp;",
        "&copy;",
        "!!! say",
        "??? x",
        "%YAML 1.2",
        "--- #x",
        "...",
        "!!python/object:os.system",
        "&a *a",
        "@",
        "`",
    ),
    *("😀 👩‍💻 ✌️", "é", "første\r\nanden\rtredje", "- word: x", "[[", "]]", "){ }(", "$x^2$", "1.", "\u00a0x", "½ €"),
)
JUDGE = """all => all.map(values => {
    const {write, parse, check} = Tillit.report;
    const text = write(values);
    return [text, write(parse(text).values), check(values).map(one => [one.key, one.field, one.values])];
})"""


def mixed(rng: random.Random) -> str:
    """A text somebody could type or paste: hostile pieces, words and line ends in any order."""
    pieces = [
        rng.choice([*HOSTILE, "Kunden ringede.", "Så kom stolen", " ", "\n", "\n\n", "- "])
        for _ in range(rng.randint(1, 7))
    ]
    return rng.choice(["", " ", "\n"]).join(pieces)


def with_words(typed: str) -> dict[str, Any]:
    """A first notice with the same words wherever somebody may write freely; never said to be personal data."""
    made = whole({"of": "notice", "changes": {"summary": typed or "x", "who_is_affected": f"Dem: {typed}"}})
    made["promises"] = [
        {"id": "call", "owner": "case-owner", "due": "2026-03-20", "kept": "open", "words": f"Vi ringer {typed}"}
    ]
    made["sections"] = {"what-happened": f"Vi ved: {typed}", "cause": typed, "updates": f"- {typed}"}
    return made


def said_in(checked: Any, section: str) -> str:
    """The words of a section as a reader sees them, white space folded."""
    found = checked.body.by_id.get(section)
    return " ".join(bodies.plain_text(found.nodes[1:]).split()) if found else ""


def as_typed(typed: str, checker: Page) -> str:
    """What is to be read of what was typed: its characters, without the marks of lists."""
    cleaned = checker.evaluate("text => Tillit.report.clean(text)", typed)
    lines = [re.sub(r"^\s*[-*+•]\s+(?=\S)", "", line) for line in cleaned.split("\n")]
    return " ".join(" ".join(lines).split())


def test_words_come_through_as_they_were_typed(checker: Page, tmp_path: Path) -> None:
    """In a section nothing of what is typed is code, a heading, a link or a mark: a reader sees the characters."""
    changes = [{"sections": {"cause": typed, "what-happened": f"Vi ved {typed}"}} for typed in HOSTILE]
    judged_by_form = checker.evaluate(JUDGE, [whole({"of": "notice", "changes": one}) for one in changes])
    for typed, (text, again, faults) in zip(HOSTILE, judged_by_form, strict=True):
        assert (faults, again) == ([], text), typed
        assert [one.say() for one in judged(tmp_path, text)] == [], typed
        checked = library.shelves.check(texts.parse(f"{drafts.INCIDENTS}/2026-04-30-chairs.da.md", text))
        assert {section.id for section in checked.body.sections} <= {"top", "what-happened", "cause"}, typed
        if not typed.startswith("1. "):  # a list that counts has its numbers as marks
            assert said_in(checked, "cause") == as_typed(typed, checker), typed
            assert said_in(checked, "what-happened").startswith("Vi ved"), typed


def test_no_words_make_a_file_that_is_taken_wrongly(checker: Page, tmp_path: Path) -> None:
    """Whatever is typed anywhere: the file has the faults the form finds, and is opened again as it was written."""
    rng = random.Random(SEED)
    typed = [*HOSTILE, *(mixed(rng) for _ in range(size(150, 5000)))]
    for words, (text, again, faults) in zip(
        typed, checker.evaluate(JUDGE, [with_words(one) for one in typed]), strict=True
    ):
        assert again == text, words
        expected = sorted((tuple(one) for one in faults), key=str)
        assert sorted(map(told_by_python, judged(tmp_path, text)), key=str) == expected, words
        assert {fault[0] for fault in faults} <= {"jinja-here", "raw-html", "field-missing"}, words


def test_facts_come_through_as_they_were_typed(checker: Page) -> None:
    """Front matter holds the very words, in whatever quotes, and `no` stays a country."""
    for typed in HOSTILE:
        values = whole({"of": "notice", "changes": {"what_to_do": f"A {typed} z", "search_terms": ["no", ": x"]}})
        [[text, *_]] = checker.evaluate(JUDGE, [values])
        front = texts.parse(f"{drafts.INCIDENTS}/2026-04-30-chairs.da.md", text).front.value
        cleaned = checker.evaluate("text => Tillit.report.clean(text)", f"A {typed} z")
        assert front["what_to_do"] == re.sub(r"\s*\n\s*", " ", cleaned)
        assert (front["countries"], front["search_terms"]) == (["dk", "no"], ["no", ": x"])
        assert 'countries: [dk, "no"]' in text  # for other readers of YAML, to whom no is not Norway


# A colleague at the form ----------------------------------------------------------------------------------------------


def field(page: Page, name: str) -> Any:
    return page.locator(f'[data-field="{name}"]:not([data-inside])')


def fill_in(page: Page, values: dict[str, Any]) -> None:
    """Fill a record in as its writer would, all folds open."""
    page.locator(f'input[name="stage"][value="{values["stage"]}"]').check()
    page.evaluate("document.querySelectorAll('.report__later').forEach(one => { one.open = true })")
    for one in forms.questions(ours(), language("da")):
        if one.name in values and one.name != "stage":
            _fill(field(page, one.name), one, values[one.name])
    for id, words in values["sections"].items():
        field(page, f"#{id}").locator("textarea").fill(words)


def _fill(place: Any, one: forms.Question, value: Any) -> None:
    match one.kind:
        case "choice":
            place.locator("select").select_option(value)
        case "choices" | "list" if value == []:
            place.locator("[data-none]").check()
        case "choices":
            for each in value:
                place.locator(f'input[value="{each}"]').check()
        case "moment":
            for control, part in zip(place.locator("input").all(), value.split(" "), strict=False):
                control.fill(part)
        case "lines":
            place.locator("textarea").fill("\n".join(value))
        case "group":
            for part in one.inner:
                if part.name in value:
                    _fill(place.locator(f'[data-field="{part.name}"]'), part, value[part.name])
        case "list":
            for item in value:
                place.locator(".report__add").click()
                box = place.locator(".report__item").last
                box.locator('[data-field="words"] textarea').fill(item["words"])
                for part in one.inner:
                    if part.name in item:
                        _fill(box.locator(f'[data-field="{part.name}"]'), part, item[part.name])
        case _:
            place.locator("input, textarea").fill(value)


def hand_over(page: Page, folder: Path, button: str = "#report-file-out") -> Path:
    """Press the button and keep the file under the name it comes with."""
    with page.expect_download() as download:
        page.locator(button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


@pytest.fixture
def texts_of_ours(tmp_path: Path) -> Path:
    """Our own texts in a folder of their own, for a write-up to be put among them."""
    root = tmp_path / "ours"
    for name in ("playbooks", "docs"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("tools"))
    return root


def checked_by_tillit(root: Path, file: Path) -> subprocess.CompletedProcess:
    """Put a file among the write-ups, and let the command line check it."""
    path = f"{drafts.INCIDENTS}/{file.name}"
    shutil.copy(file, root / path)
    command = [sys.executable, "-m", "macros.cli", "--messages", "en", "--root", str(root), "check", str(root / path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way to {selector} by the keyboard")


def test_a_write_up_made_by_keyboard_passes_the_check(writer: Page, texts_of_ours: Path, tmp_path: Path) -> None:
    """Without a mouse: æ, a colon, "no", a date and two promises; the file that comes out is taken as it is."""
    keys, inside = writer.keyboard, '[data-field="{}"] {}'.format

    def write(selector: str, words: str) -> None:
        tab_to(writer, selector)
        keys.type(words)

    def unfold(group_of: str) -> None:
        tab_to(writer, f'details:has([data-field="{group_of}"]) > summary')
        keys.press("Enter")

    tab_to(writer, 'input[name="stage"]')
    keys.press("ArrowDown")
    write("#f-title", "Stole, der knækker: 31 er solgt")
    write("#f-summary", 'no: æøå og "citat" i én sætning.')
    write("#f-s-what-happened", "3. marts ringede en kunde. Benet var knækket.\n\n- Et ben\n- To ben")
    write("#f-owner", "Sags")
    tab_to(writer, 'input[value="no"]')
    keys.press("Space")
    write("#f-who_is_affected", "Alle, der har købt stolen Ask: også på tilbud.")
    write("#f-what_to_do", "Sæt stolen væk.")
    write("#f-next_update", "03032026")
    write("#f-next_update-hour", "1000a")
    tab_to(writer, inside("contact", 'input[value="phone"]'))
    keys.press("Space")
    write("#f-detected", "03022026")
    write("#f-first_answer", "03022026")
    write("#f-responsibility", "nej")
    tab_to(writer, inside("remedies", 'input[value="replacement"]'))
    keys.press("Space")
    unfold("promises")
    for number, words in enumerate(("Vi bytter stolen: gratis.", "Vi ringer på fredag.")):
        tab_to(writer, inside("promises", ".report__add"))
        keys.press("Enter")
        expect(writer.locator('[data-field="words"] textarea').nth(number)).to_be_focused()
        keys.type(words)
        write(".report__item:last-child " + inside("owner", "select"), "Team")
        write(".report__item:last-child " + inside("due", "input"), "04042026")
        write(".report__item:last-child " + inside("kept", "select"), "ikke f")
    tab_to(writer, "#report-file-out")
    with writer.expect_download() as download:
        keys.press("Enter")
    expect(writer.locator("#report-done")).to_be_focused()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-stole-der-knaekker-31-er-solgt\.da\.md", file.name)
    done = checked_by_tillit(texts_of_ours, file)
    assert done.returncode == 0, done.stdout
    facts = texts.parse(f"{drafts.INCIDENTS}/{file.name}", file.read_text(encoding="utf-8")).front.value
    assert facts["title"] == "Stole, der knækker: 31 er solgt"
    assert (facts["countries"], facts["responsibility"], facts["next_update"]) == (["no"], "no", "2026-03-03 10:00")
    assert [one["id"] for one in facts["promises"]] == ["vi-bytter-stolen", "vi-ringer-paa"]
    assert [one["due"] for one in facts["promises"]] == ["2026-04-04", "2026-04-04"]


@pytest.mark.parametrize("name", ["notice", "open", "closed"])
def test_each_stage_can_be_handed_over(writer: Page, texts_of_ours: Path, tmp_path: Path, name: str) -> None:
    """A whole record typed into the form is the file the command line would have made, and `tillit check` takes it."""
    values = whole({"of": name, "changes": {}})
    fill_in(writer, values)
    file = hand_over(writer, tmp_path)
    done = checked_by_tillit(texts_of_ours, file)
    assert done.returncode == 0, done.stdout
    path = f"{drafts.INCIDENTS}/{file.name}"
    made, other = (texts.parse(path, text) for text in (file.read_text(encoding="utf-8"), written(values)))
    expected = {
        field: value for field, value in other.front.value.items() if (field, value) != ("audience", "internal")
    }
    assert made.front.value == expected
    assert "\r" not in file.read_text(encoding="utf-8")


def test_who_has_it_and_what_comes_next_is_said(writer: Page, tmp_path: Path) -> None:
    """After handing over: a mail to the owner with what to do, the text to copy, and what later stages will ask."""
    fill_in(writer, whole({"of": "notice", "changes": {}}))
    file = hand_over(writer, tmp_path)
    done = writer.locator("#report-done")
    expect(done).to_be_focused()
    expect(done).to_contain_text(file.name)
    expect(done).to_contain_text(say("done.send", role="Procesejer", email="haendelser@nordlys-handel.example"))
    expect(done).to_contain_text(say("done.still", stage="I gang"))
    expect(done.locator("li")).to_have_count(5)  # what comes with the stage after the next is not asked for yet
    assert "Vores ansvar" in done.locator("li").all_inner_texts()
    mail = unquote(done.locator("a").get_attribute("href"))
    assert mail.startswith("mailto:haendelser@nordlys-handel.example?subject=Hændelse: Stole")
    assert f"./tillit new incident --from {file.name}" in mail
    done.locator("button").click()
    expect(done.locator("[role=status]")).to_have_text(say("done.copied"))
    assert writer.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n") == file.read_text(encoding="utf-8")


def test_what_is_missing_is_listed_with_a_way_to_it(writer: Page) -> None:
    """Nothing comes out of a half record: each lack has its words at the field and a link in the list."""
    field(writer, "title").locator("input").fill("Stole")
    writer.locator("#report-file-out").click()
    expect(writer.locator("#f-summary")).to_be_focused()  # the first that is wrong
    expect(writer.locator("#f-summary")).to_have_attribute("aria-invalid", "true")
    expect(field(writer, "summary").locator(".report__fault")).to_have_text(say("lack.any"))
    links = writer.locator("#report-faults a")
    expect(links).to_have_count(7)
    expect(writer.locator("#report-done")).to_be_hidden()
    links.nth(5).click()
    expect(writer.locator("#f-next_update")).to_be_focused()
    writer.locator("#f-summary").fill("Et ben knækker.")
    expect(links).to_have_count(6)
    expect(writer.locator("#f-summary")).not_to_have_attribute("aria-invalid", "true")


def test_a_missing_answer_is_asked_for_in_the_words_of_its_kind(writer: Page) -> None:
    """Write, choose, tick, or say there is none; nothing is said of fields and stages."""
    writer.locator('input[name="stage"][value="closed"]').check()
    writer.locator("#report-file-out").click()
    none = language("da").table("report.none")
    asked = {
        "title": say("lack.any"),
        "#what-happened": say("lack.any"),
        "owner": say("lack.choice"),
        "countries": say("lack.choices"),
        "promises": say("lack.none", none=none["promises"]),
        "changed": say("lack.none", none=none["changed"]),
    }
    for name, words in asked.items():
        expect(field(writer, name).locator("> .report__fault")).to_have_text(words)


def test_each_fault_of_a_field_is_a_line_with_a_capital(writer: Page) -> None:
    """Two slips in one field are two sentences, one under the other."""
    field(writer, "title").locator("input").fill("Stole {{ x }} og <b>borde</b>")
    writer.locator("#report-file-out").click()
    lines = field(writer, "title").locator(".report__fault > *")
    expect(lines).to_have_count(2)
    assert [line[0].isupper() or not line[0].isalpha() for line in lines.all_inner_texts()] == [True, True]
    first, second = (lines.nth(i).bounding_box() for i in range(2))
    assert second["y"] >= first["y"] + first["height"]


@pytest.mark.parametrize("name", LANGUAGES)
def test_no_date_field_takes_a_year_of_six_digits(internal: Built, name: str) -> None:
    """Without a last day a browser lets one type 2026 as 202603."""
    dates = form_of(internal, name).css('input[type="date"]')
    assert dates
    assert {one.attributes.get("max") for one in dates} == {"9999-12-31"}


def test_a_year_ends_with_its_fourth_digit(writer: Page) -> None:
    """A hand that types on writes over it."""
    writer.locator("#f-next_update").focus()
    writer.keyboard.type("0303202610")
    expect(writer.locator("#f-next_update")).to_have_value(re.compile(r"^\d{4}-03-03$"))


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_marks_are_explained_once_above_the_fields(internal: Built, name: str) -> None:
    """What "now" beside a question means stands before the first of them; what is lacking is counted in one place."""
    form = form_of(internal, name)
    words = language(name).say("report.marks")
    assert form.html.count(words) == 1
    assert form.html.index(words) < form.html.index("report__group")
    assert len(form.css(".report__todo")) == 1


def test_a_section_begins_at_five_lines_and_grows(writer: Page) -> None:
    """There is room to tell what happened, and more as it is told."""
    box = field(writer, "#what-happened").locator("textarea")
    height = "box => { const line = parseFloat(getComputedStyle(box).lineHeight); return box.clientHeight / line; }"
    assert 5 <= box.evaluate(height) < 6.5
    box.fill("Der skete noget.\n" * 12)
    assert box.evaluate(height) > 11


def asks_before_it_closes(page: Page) -> bool:
    """Whether the browser asks when somebody closes the tab; who is asked stays."""
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    asked.value.dismiss()
    return asked.value.type == "beforeunload"


def closes(page: Page) -> None:
    """The tab is closed without a question; a question would leave it open."""
    page.on("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("close"):
        page.close(run_before_unload=True)


def type_in(page: Page, name: str, words: str) -> None:
    """By the keyboard: a browser asks nothing of whoever has touched nothing."""
    field(page, name).locator("input, textarea").click()
    page.keyboard.type(words)


def test_an_empty_form_is_left_without_a_question(writer: Page) -> None:
    """Whatever was typed is deleted again."""
    type_in(writer, "title", "S")
    writer.keyboard.press("Backspace")
    closes(writer)


@pytest.mark.parametrize("button", ["#report-file-out", "#report-draft"])
def test_what_is_typed_is_not_lost_without_a_question(writer: Page, tmp_path: Path, button: str) -> None:
    """Before it is in a file the browser asks, also after a reload; then not; and again when something is changed."""
    fill_in(writer, whole({"of": "notice", "changes": {}}))
    type_in(writer, "title", " nu")
    assert asks_before_it_closes(writer)
    hand_over(writer, tmp_path, button)
    writer.reload()
    writer.wait_for_selector(READY)
    type_in(writer, "title", "!")
    assert asks_before_it_closes(writer)
    writer.keyboard.press("Backspace")
    closes(writer)


def test_an_opened_file_is_left_without_a_question_until_it_is_changed(
    context: BrowserContext, writer: Page, tmp_path: Path
) -> None:
    """What came out of a file is in it."""
    fill_in(writer, whole({"of": "notice", "changes": {}}))
    file = hand_over(writer, tmp_path)
    page = opened(context.new_page())
    page.locator("#report-file").set_input_files(file)
    expect(page.locator("#report-kept")).to_have_text(say("opened", name=file.name))
    type_in(page, "title", "!")
    assert asks_before_it_closes(page)
    page.keyboard.press("Backspace")
    closes(page)


def test_opening_a_file_asks_before_it_takes_the_place_of_what_is_typed(writer: Page, tmp_path: Path) -> None:
    """No keeps every word; yes opens the file; what is in a file already goes without asking."""
    fill_in(writer, whole({"of": "notice", "changes": {}}))
    file = hand_over(writer, tmp_path)
    title = field(writer, "title").locator("input")
    saved = title.input_value()
    title.fill("Et helt andet emne")
    asked = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss() if len(asked) == 1 else dialog.accept()

    writer.on("dialog", answer)
    with writer.expect_event("dialog"):
        writer.locator("#report-file").set_input_files(file)
    expect(title).to_have_value("Et helt andet emne")
    expect(writer.locator("#report-kept")).to_be_empty()
    with writer.expect_event("dialog"):
        writer.locator("#report-file").set_input_files(file)
    expect(title).to_have_value(saved)
    expect(writer.locator("#report-kept")).to_have_text(say("opened", name=file.name))
    writer.locator("#report-file").set_input_files(file)  # nothing has changed since
    expect(writer.locator("#report-file")).to_have_value("")
    assert asked == [say("open-over", name=file.name)] * 2


def test_a_slip_is_told_once_its_field_is_left(writer: Page) -> None:
    """While one types a date no fault is shouted; the field says what is wrong when it is left, until it is right."""
    writer.locator('input[name="stage"][value="open"]').check()
    field(writer, "detected").locator("input").first.fill("2026-03-10")
    field(writer, "first_answer").locator("input").first.fill("2026-03-09")
    fault = field(writer, "first_answer").locator(".report__fault")
    expect(fault).to_be_empty()
    writer.keyboard.press("Tab")
    writer.keyboard.press("Tab")
    writer.keyboard.press("Tab")
    writer.keyboard.press("Tab")
    said = language("da")
    values = {"found": "2026-03-09", "other": said.say("record.fields.detected.label"), "value": "2026-03-10"}
    expect(fault).to_have_text(said.say("faults.before", **values))
    field(writer, "first_answer").locator("input").first.fill("2026-03-10")
    expect(fault).to_be_empty()
    field(writer, "title").locator("input").press("Enter")
    expect(writer.locator("#report-faults")).to_be_empty()  # Enter in a field hands nothing over


def test_words_that_hide_who_did_it_are_told_as_the_check_tells_them(writer: Page) -> None:
    """Under the section, with the same code and words; a click selects them, and mended words are told no more."""
    text = "📦 Pakken kom ikke. Der er desværre sket en fejl."
    phrases = advice.rules(ROOT, "da")
    [flaw] = [one for one in advice.advise(text, phrases).flaws if one.code in wording.IN_WRITE_UPS]
    account, told = field(writer, "#what-happened"), field(writer, "#what-happened").locator(".report__wordings button")
    account.locator("textarea").fill(text)
    expect(told).to_have_attribute("data-code", flaw.code)
    expect(told).to_contain_text(flaw.message("da"))
    told.click()
    box = account.locator("textarea")
    assert box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)") == flaw.text
    box.fill("Pakken kom ikke. Vi glemte den på lageret.")
    expect(told).to_have_count(0)


def todo_of(stage: str, count: int) -> str:
    return say("todo", stage=stage, count=count)


def test_what_can_wait_is_folded_and_counted(writer: Page) -> None:
    """Only what the stage needs stands open; each stage opens more, and says how much the next one will ask."""
    todo = writer.locator(".report__todo").first
    expect(todo).to_have_text(f"{todo_of('Første besked', 8)} {todo_of('I gang', 5)}")
    expect(writer.locator("#f-detected")).to_be_hidden()
    fill_in(writer, whole({"of": "notice", "changes": {}}))
    expect(todo).to_have_text(f"{say('ready', stage='Første besked')} {todo_of('I gang', 5)}")
    writer.locator('input[name="stage"][value="open"]').check()
    expect(todo).to_contain_text(todo_of("I gang", 5))
    expect(writer.locator(".report__now #f-detected")).to_be_visible()
    writer.locator('input[name="stage"][value="closed"]').check()
    expect(writer.locator(".report__now #f-no_customers_account")).to_be_visible()  # in place of the account


@pytest.mark.parametrize(
    ("where", "typed"),
    [
        ("title", "Kunden 140362-1108 fik ingen stol"),
        ("#what-happened", "Kunden uppgav 850312-2387 i mejlet."),
        ("what_to_do", "Skriv til anna.andersen@kundesmail.dk nu"),
    ],
)
def test_personal_data_stops_the_file(writer: Page, where: str, typed: str) -> None:
    """A citizen's number or an address is told while it is typed, and neither file nor draft comes out."""
    fill_in(writer, whole({"of": "notice", "changes": {}}))
    came = []
    writer.on("download", lambda download: came.append(download))
    field(writer, where).locator("input, textarea").fill(typed)
    found = re.search(r"\S*\d-\d+|\S+@\S+", typed)[0]
    kinds = language("da").table("privacy.kinds")
    told = [say("personal", kind=kinds[kind], found=found) for kind in ("cpr", "personnummer", "email")]
    expect(field(writer, where).locator(".report__fault")).to_have_text(
        re.compile("|".join(map(re.escape, told)), re.IGNORECASE)
    )
    for button in ("#report-file-out", "#report-draft"):
        writer.locator(button).click()
        expect(writer.locator("#report-faults li")).to_have_count(1)
        expect(field(writer, where).locator("input, textarea")).to_be_focused()
    assert came == []


def promise(page: Page, part: str) -> Any:
    """A part of the last promise."""
    return (
        field(page, "promises")
        .locator(".report__item")
        .last.locator(f'[data-field="{part}"]')
        .locator("input, textarea, select")
    )


def with_a_promise(page: Page, words: str) -> None:
    """A first notice that promises something."""
    fill_in(page, whole({"of": "notice", "changes": {}}))
    field(page, "promises").locator(".report__add").click()
    promise(page, "words").fill(words)
    promise(page, "owner").select_option("team-lead")
    promise(page, "due").fill("2026-04-04")
    promise(page, "kept").select_option("open")


def test_an_id_that_nobody_typed_follows_its_words(writer: Page, tmp_path: Path) -> None:
    """A number mended away in the words is gone from the file, also after a reload; a typed id stays as it is."""
    with_a_promise(writer, "Ring 20304050 straks")
    expect(promise(writer, "id")).to_have_value("ring-20304050-straks")
    writer.reload()
    writer.wait_for_selector(READY)
    writer.evaluate("document.querySelectorAll('.report__later').forEach(one => { one.open = true })")
    promise(writer, "words").fill("Kunden ringes op")
    expect(promise(writer, "id")).to_have_value("kunden-ringes-op")
    promise(writer, "words").fill("")
    expect(promise(writer, "id")).to_have_value("")
    promise(writer, "words").fill("Kunden ringes op i dag")
    assert "20304050" not in hand_over(writer, tmp_path).read_text(encoding="utf-8")
    promise(writer, "id").fill("call-back")
    promise(writer, "words").fill("Vi ringer til kunden")
    expect(promise(writer, "id")).to_have_value("call-back")


def test_an_id_from_a_file_follows_its_words(context: BrowserContext, writer: Page, tmp_path: Path) -> None:
    """A name is no certain kind, so a draft may hold it: opened again, the id goes on following."""
    with_a_promise(writer, "Ring Jens Hansen")
    file = hand_over(writer, tmp_path, "#report-draft")
    page = opened(context.new_page())
    page.locator("#report-file").set_input_files(file)
    expect(promise(page, "id")).to_have_value("ring-jens-hansen")
    page.evaluate("document.querySelectorAll('.report__later').forEach(one => { one.open = true })")
    promise(page, "words").fill("Kunden ringes op")
    expect(promise(page, "id")).to_have_value("kunden-ringes-op")


@pytest.mark.parametrize("id", ["ring-20304050", "kunde-010190-1235-venter", "ring-20-30-40-50"])
def test_a_number_in_an_id_stops_the_file(writer: Page, id: str) -> None:
    """It is told at the promise, once, and neither file nor draft comes out."""
    with_a_promise(writer, "Kunden ringes op")
    promise(writer, "id").fill(id)
    came = []
    writer.on("download", lambda download: came.append(download))
    for button in ("#report-file-out", "#report-draft"):
        writer.locator(button).click()
        expect(writer.locator("#report-faults li")).to_have_count(1)
        expect(promise(writer, "id")).to_be_focused()
    assert came == []


def test_what_an_id_took_from_its_words_is_told_once(checker: Page) -> None:
    """Mended there, it is mended in both."""
    item = {"id": "ring-20304050-straks", "words": "Ring 20304050 straks"}
    told = checker.evaluate("values => Tillit.report.personal(values)", {"promises": [item], "sections": {}})
    assert [one["at"] for one in told] == ["promises.0.words"]


def test_our_own_number_is_no_personal_data(writer: Page, tmp_path: Path) -> None:
    """Customers are told where to call: the company's own contacts pass."""
    fill_in(
        writer, whole({"of": "notice", "changes": {"what_to_do": "Skriv til kundeservice.dk@nordlys-handel.example."}})
    )
    assert hand_over(writer, tmp_path).is_file()


def test_what_is_uncertain_asks_and_takes_an_answer(writer: Page, texts_of_ours: Path, tmp_path: Path) -> None:
    """A number that looks like a person's stops until its writer says what it is; the answer stands in the file."""
    fill_in(writer, whole({"of": "notice", "changes": {"what_to_do": "Personnummer 850312-2388 stod på kassen."}}))
    writer.locator("#report-file-out").click()
    expect(writer.locator("#report-faults li")).to_have_count(1)
    writer.locator("#report-doubts input").fill("Nummeret på kassens label.")
    file = hand_over(writer, tmp_path)
    assert 'not_personal:\n  - {found: "850312-2388", why: "Nummeret på kassens label."}' in file.read_text()
    assert checked_by_tillit(texts_of_ours, file).returncode == 0


def test_half_done_stays_in_the_tab_and_nowhere_else(context: BrowserContext, writer: Page) -> None:
    """A reload keeps what was typed; another tab and the store all tabs share know nothing; a new start clears it."""
    values = whole({"of": "closed", "changes": {}})
    fill_in(writer, values)
    before = writer.evaluate("sessionStorage.getItem('tillit.report.da')")
    writer.reload()
    writer.wait_for_selector(READY)
    expect(writer.locator("#f-title")).to_have_value(values["title"])
    assert writer.evaluate("sessionStorage.getItem('tillit.report.da')") == before
    expect(writer.locator('[data-field="words"] textarea')).to_have_count(3)

    other = opened(context.new_page())
    expect(other.locator("#f-title")).to_have_value("")
    assert other.evaluate("[localStorage.length, document.cookie]")[1] == ""
    assert values["title"] not in other.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")

    writer.on("dialog", lambda dialog: dialog.accept())
    writer.locator("#report-again").click()
    expect(writer.locator("#f-title")).to_have_value("")
    assert writer.evaluate("sessionStorage.getItem('tillit.report.da')") is None
    writer.reload()
    writer.wait_for_selector(READY)
    expect(writer.locator("#f-title")).to_have_value("")


def test_the_page_asks_nothing_of_anybody_once_it_is_there(context: BrowserContext, tmp_path: Path) -> None:
    """From the first word to the file no request is made, and none is needed: it works without a network."""
    page = context.new_page()
    opened(page)
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    context.set_offline(True)
    fill_in(page, whole({"of": "closed", "changes": {}}))
    assert hand_over(page, tmp_path).is_file()
    assert [url for url in asked if not url.startswith("blob:")] == []


# Going on with a file -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["notice", "closed"])
def test_a_file_can_be_gone_on_with(context: BrowserContext, writer: Page, tmp_path: Path, name: str) -> None:
    """A file from the form, opened in another tab, fills it in again, and comes out the same under the same name."""
    fill_in(writer, whole({"of": name, "changes": {}}))
    file = hand_over(writer, tmp_path)
    kept = file.rename(tmp_path / file.name.replace("2026-", "2025-").replace(".da.md", " (1).da.md"))
    page = opened(context.new_page())
    page.locator("#report-file").set_input_files(kept)
    expect(page.locator("#report-kept")).to_have_text(say("opened", name=kept.name))
    again = hand_over(page, tmp_path)
    assert again.read_bytes() == kept.read_bytes()
    assert again.name == kept.name.replace(" (1)", "")


def test_a_draft_holds_whatever_is_there(context: BrowserContext, writer: Page, tmp_path: Path) -> None:
    """Half a record, slips and all, comes out as a draft and goes in again."""
    field(writer, "title").locator("input").fill("Stole: {{ x }}")
    writer.evaluate("document.querySelectorAll('.report__later').forEach(one => { one.open = true })")
    field(writer, "affected").locator("input").fill("omkring 12")
    writer.locator('[data-field="promises"] .report__add').click()
    file = hand_over(writer, tmp_path, "#report-draft")
    page = opened(context.new_page())
    page.locator("#report-file").set_input_files(file)
    expect(page.locator("#f-title")).to_have_value("Stole: {{ x }}")
    expect(page.locator("#f-affected")).to_have_value("omkring 12")
    expect(page.locator(".report__item")).to_have_count(1)
    assert hand_over(page, tmp_path, "#report-draft").read_text() == file.read_text()


STRANGE = {
    "somebody's words": b"Hej, her er min beskrivelse",
    "a write-up with a comment in it": b"---\nborn: da\nstage: notice # nu\n---\n",
    "a picture": bytes(range(256)) * 20,
    "brackets": b"---\nborn: da\ncountries: " + b"[" * 20_000 + b"\n---\n",
    "an alias": b"---\nborn: da\ntitle: &a x\n---\n",
    "another field": b"---\nborn: da\n__proto__: x\n---\n",
    "a role there is not": b"---\nborn: da\nowner: emperor\nstage: notice\n---\n",
    "nothing": b"",
    "too much": b"---\nborn: da\nstage: notice\n---\n" + b"x\n" * 200_000,
}


@pytest.mark.parametrize("content", STRANGE.values(), ids=STRANGE)
def test_any_other_file_is_refused_and_nothing_is_lost(writer: Page, tmp_path: Path, content: bytes) -> None:
    """What the form did not write it does not guess at: it says so, and what was typed stays."""
    errors = []
    writer.on("pageerror", lambda error: errors.append(error))
    writer.on("dialog", lambda dialog: dialog.accept())
    field(writer, "title").locator("input").fill("Stole")
    file = tmp_path / "2026-03-14-stole.da.md"
    file.write_bytes(content)
    writer.locator("#report-file").set_input_files(file)
    expect(writer.locator("#report-kept")).to_have_text(say("not-ours", name=file.name, role="Procesejer"))
    expect(writer.locator("#f-title")).to_have_value("Stole")
    assert errors == []


def test_a_file_in_another_language_is_sent_to_its_own_form(writer: Page, tmp_path: Path) -> None:
    """A text is written on in the language it was born in."""
    file = tmp_path / "2026-03-14-stolar.sv.md"
    file.write_text("---\nborn: sv\nstage: notice\n---\n", encoding="utf-8")
    writer.locator("#report-file").set_input_files(file)
    expect(writer.locator("#report-kept")).to_have_text(say("other-language", name=file.name, language="svensk"))


# For everybody --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "width", "scheme"), [("da", 1440, "light"), ("sv", 390, "dark"), ("nb", 390, "light")]
)
def test_axe_finds_nothing_serious_in_the_form(
    browser: Browser, unsearched: dict[str, str], name: str, width: int, scheme: str
) -> None:
    """All stages open, faults told, promises added, and the end: no serious fault, nothing wider than the window."""
    script = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    context = browser.new_context(
        base_url=unsearched["internal"],
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = opened(context.new_page(), name)
    found = []
    for stage in record.STAGES:
        page.locator(f'input[name="stage"][value="{stage}"]').check()
        page.evaluate("document.querySelectorAll('.report__later').forEach(one => { one.open = true })")
        if stage == "closed":
            page.locator(".report__add").first.click()
        page.locator("#report-file-out").click()
        page.evaluate(script)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [one for one in result["violations"] if one["impact"] in ("serious", "critical")]
        found += [
            f"{stage}: {one['id']}: {node['target']} {node['failureSummary']}"
            for one in serious
            for node in one["nodes"]
        ]
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()
    assert found == []

"""Personal data found in text, in Python and in a browser.

A case is data: a text or an id, and every hit in it as `level kind value`; `twin` says that `privacy.js` finds it too.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from conftest import ROOT, ours, size
from planted import cases
from playwright.sync_api import Browser, Page

from macros import anonymity, cli, privacy
from macros.languages import language, text_languages
from macros.privacy import Hit

TWIN = ROOT / "docs" / "assets" / "tools" / "js" / "privacy.js"
CASES = cases("privacy")
FOUND = {name: case for name, case in CASES.items() if "hits" in case}
TOGETHER = {name: case for name, case in CASES.items() if "says" in case}
TWINS = {name: case for name, case in FOUND.items() if case.get("twin")}
KINDS = set(language("en").table("privacy.kinds"))
LONGEST = size(32, 256) * 1024
FINGERPRINT = re.compile(r"(?m)^    [a-z-]+: [0-9a-f]{8}$")  # of a section that was compared


def short(hits: list[Hit]) -> list[str]:
    return [f"{one.level} {one.kind} {one.value}" for one in hits]


def hits_of(case: dict[str, Any], language: str = "") -> list[Hit]:
    """What is found in a case's text, or in its id."""
    search = privacy.find_in_id if "id" in case else privacy.find
    return search(said_in(case), language=language, allowed=case.get("allowed", ()))


def said_in(case: dict[str, Any]) -> str:
    return case["id"] if "id" in case else case["text"]


# Every case -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FOUND)
def test_a_text_has_the_hits_its_case_names(name: str) -> None:
    """No more and no fewer, in order, each where it says it is."""
    case = FOUND[name]
    found = hits_of(case, case.get("language", ""))
    assert short(found) == case["hits"]
    assert [said_in(case)[one.start : one.end] for one in found] == [one.value for one in found]


@pytest.mark.parametrize("name", TOGETHER)
def test_facts_that_point_at_one_person_together_are_one_note(name: str) -> None:
    """A small number or a role, a town and a date in one paragraph."""
    case = TOGETHER[name]
    found = privacy.reidentifying(case["text"], language=case["language"])
    assert [one.value for one in found] == ([case["says"]] if case["says"] else [])
    assert {(one.kind, one.level) for one in found} <= {("reidentify", "note")}


def test_every_kind_has_cases_of_both_sorts_in_each_language() -> None:
    """What is found and what only looks like it; all kinds, all languages."""
    hits = Counter(hit.split()[1] for case in FOUND.values() for hit in case["hits"])
    assert set(hits) | {"reidentify"} == KINDS
    assert min(hits.values()) >= 2
    assert len(CASES) >= 120
    for name in text_languages():
        mine = [case for case in CASES.values() if case.get("language") == name]
        assert sum(bool(case.get("hits")) for case in mine) > 10
        assert sum(case.get("hits") == [] for case in mine) > 5


def test_every_kind_and_level_has_its_words() -> None:
    """In the language of texts and in that of messages."""
    for name in (*text_languages(), "en"):
        assert set(language(name).table("privacy.kinds")) == KINDS
        assert set(language(name).table("privacy.levels")) == {"error", "warning", "note"}


def test_our_own_texts_hold_nothing_personal() -> None:
    """Not one false alarm on what is already written here."""
    found = ours()
    known = privacy.own_contacts(found.company.model_dump())
    alarms = {}
    for path, one in found.checked.items():
        text = FINGERPRINT.sub("", (ROOT / path).read_text(encoding="utf-8"))
        hits = privacy.find(
            text, language=one.text.language if one.text.language in text_languages() else "", allowed=known
        )
        if one.text.shelf in anonymity.NAMING:  # they may name who they quote
            hits = [hit for hit in hits if hit.kind != "name"]
        if hits:
            alarms[path] = short(hits)
    assert alarms == {}


# Limits ---------------------------------------------------------------------------------------------------------------


def test_names_can_be_left_out() -> None:
    """Where names are somebody else's business, the rest is still found."""
    text = "Anna Jensen, tlf. 20 12 34 56"
    assert short(privacy.find(text, names=False)) == ["error phone 20 12 34 56"]


def test_nothing_is_found_in_nothing() -> None:
    assert privacy.find("") == privacy.find_in_id("") == privacy.reidentifying("") == []


@pytest.mark.parametrize(
    "unit",
    [
        "1", "1 ", "1-", "12 34 ", "+45", "(0", "140362-1109", "a@", "@", "a.", "(at) ", " at a dot ", "DK50 ", "DK50",
        "AB 12 ", "Anna ", "Anna-", "Storgatan ", "Storgatan 5 ", "født ", "f. 1", ":a:", "::", "a:1", "| 1", "- 1\n",
        "\n", "den eneste i Ribe ", "i Ribe ", "ordre 1234567 ", "A B. ", "1.1.1.1.", "٣٤٥٦٧٨٩٠١٢", "æ", "\u00a0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("line", [2_000, LONGEST])
def test_a_hostile_text_takes_no_longer_than_its_length(unit: str, line: int) -> None:
    """One thing over and over, in lines and as one line, is finished; anything quadratic would not be."""
    one = (unit * line)[:line]
    text = "\n".join([one] * (LONGEST // line))
    privacy.find(text)
    privacy.find_in_id(text)
    privacy.reidentifying(text)


def test_the_work_grows_with_the_text_and_no_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times the numbers are judged four times as often."""
    judged = Counter()
    real = privacy._cue
    monkeypatch.setattr(privacy, "_cue", lambda *args: judged.update([times]) or real(*args))
    for times in (100, 400):
        privacy.find("Ring 20 12 34 56, sag 260314-1234.\n" * times)
    assert judged[400] == 4 * judged[100] > 0


# The twin -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """An empty page with the script in it, as any page may load it."""
    context = browser.new_context()
    opened = context.new_page()
    opened.set_content("<!doctype html><title>privacy</title>")
    opened.add_script_tag(path=TWIN)
    yield opened
    context.close()


def test_the_browser_finds_what_python_finds(page: Page) -> None:
    """Kinds, values, levels and places in code points agree in every twin case."""
    assert len(TWINS) > 80
    asked = [["id" in case, said_in(case), case.get("allowed", [])] for case in TWINS.values()]
    search = "([isId, said, allowed]) => Tillit.privacy[isId ? 'findInId' : 'find'](said, allowed)"
    said = page.evaluate(f"cases => cases.map({search})", asked)
    for (name, case), found in zip(TWINS.items(), said, strict=True):
        hits = [Hit(**one) for one in found]
        assert short(hits) == case["hits"], name
        assert hits == hits_of(case), name


def test_the_browser_judges_by_the_same_words(page: Page) -> None:
    """The lists in the script are those of `macros/names/`."""
    expected = {kind: list(words) for kind, words in privacy.CUES.items()}
    expected |= {kind: list(privacy._words(kind)) for kind in ("service", "public", "person", "nobody")}
    expected["hosts"] = sorted(privacy._set("public", "hosts"))
    assert page.evaluate("Tillit.privacy.lists") == expected


def test_the_browser_finishes_a_hostile_text(page: Page) -> None:
    """What a visitor pastes cannot hang the page."""
    for unit in ("1", "1 ", "a@", "DK50 ", "(at) ", "140362-1109 ", "😀", "- 1\n"):
        assert isinstance(page.evaluate("unit => Tillit.privacy.find(unit.repeat(60000)).length", unit), int)


# tillit privacy -------------------------------------------------------------------------------------------------------


def tillit(*args: str, given: str | bytes | None = None) -> Result:
    done = CliRunner().invoke(cli.main, ["--messages", "en", *args], input=given)
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done


TEXT = "---\ntitle: Sofaen\n---\nKunden Anna Jensen\nhar 140362-1109.\n"


def test_the_command_says_where_and_ends_with_1(tmp_path: Path) -> None:
    """File, line and column as an editor counts them, the head of the file included."""
    file = tmp_path / "sofa.da.md"
    file.write_text(TEXT, encoding="utf-8")
    done = tillit("privacy", str(file))
    assert done.stdout == (
        f"{file}:4:8: name (warning): Anna Jensen\n{file}:5:5: Danish CPR number (error): 140362-1109\n"
    )
    assert done.exit_code == 1


def test_a_warning_alone_does_not_fail() -> None:
    done = tillit("privacy", "-", given="Kunden Anna Jensen ringede.")
    assert (done.exit_code, done.stdout) == (0, "-:1:8: name (warning): Anna Jensen\n")


def test_the_command_speaks_to_programs() -> None:
    """One array, or an object a line: the same facts."""
    row = {"kind": "cpr", "value": "140362-1109", "start": 64, "end": 75, "level": "error", "line": 5, "column": 5}
    row["start"] = TEXT.index("140362")
    row["end"] = row["start"] + 11
    many = json.loads(tillit("privacy", "--json", "-", given=TEXT).stdout)
    assert many[1] == row
    assert [json.loads(line) for line in tillit("privacy", "--jsonl", "-", given=TEXT).stdout.splitlines()] == many
    assert json.loads(tillit("privacy", "--json", "-", given="Intet.").stdout) == []


def test_the_language_is_that_of_the_name_or_the_one_given(tmp_path: Path) -> None:
    """What may be a Danish number is less sure in a Swedish text."""
    text = "I rutan stod 120310-1234."
    file = tmp_path / "ruta.sv.md"
    file.write_text(text, encoding="utf-8")
    levels = [
        tillit("privacy", str(file)),
        tillit("privacy", "--language", "da", str(file)),
        tillit("privacy", str(file)),
    ]
    assert [done.exit_code for done in levels] == [0, 1, 0]


def test_our_own_contacts_are_no_hits(tmp_path: Path) -> None:
    """What `company.yml` says of us, the emergency number among its words included."""
    company = yaml.safe_load((ROOT / "tests/mini_site/playbooks/company.yml").read_text(encoding="utf-8"))
    company["contact"]["dk"] |= {"phone": "+45 20 12 34 56", "escalation": "Vagten: +45 31 23 45 67"}
    company["feedback"] = {"email": "lone@nordlys.dk"}
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "company.yml").write_text(yaml.safe_dump(company), encoding="utf-8")
    text = "Ring 20123456 eller tlf. 31 23 45 67, skriv til lone@nordlys.dk eller bo.holm@nordlys.dk."
    done = tillit("--root", str(tmp_path), "privacy", "-", given=text)
    assert [line.rsplit(" ", 1)[1] for line in done.stdout.splitlines()] == ["bo.holm@nordlys.dk"]


UNREADABLE: dict[str, Any] = {
    "not UTF-8": (b"ab\xff\xfe", "-:1:3: byte 0xff is not UTF-8"),
    "a nought": (b"ab\0c", "-:1:3: control character U+0000"),
    "too large": (b"a" * (256 * 1024 + 1), "-: the file has"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_text_is_said_so(name: str) -> None:
    """In words, not as a traceback."""
    given, said = UNREADABLE[name]
    done = tillit("privacy", "-", given=given)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(said)


@pytest.mark.parametrize("args", [[], ["nowhere.md"], ["--language", "fi", "-"], ["."]])
def test_a_wrong_call_ends_with_2(args: list[str]) -> None:
    assert tillit("privacy", *args).exit_code == 2

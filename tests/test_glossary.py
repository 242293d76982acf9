"""The glossary: its model, its order, and which of its words occur in a text. What is wrong with it: test_checks.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT, Built
from planted import Texts
from playwright.sync_api import Browser

from macros import glossary, texts
from macros.languages import language, text_languages

WORDS = {"da": ["zebra", "ære", "øre", "år", "abe"], "sv": ["zebra", "år", "ära", "öra", "apa", "zoo"]}
ORDERED = {"da": ["abe", "zebra", "ære", "øre", "år"], "sv": ["apa", "zebra", "zoo", "år", "ära", "öra"]}


def of(source: str, folder: Path) -> glossary.Glossary:
    (folder / "playbooks").mkdir()
    (folder / glossary.GLOSSARY).write_text(source, encoding="utf-8")
    return glossary.load(folder)


def concepts(words: list[str], name: str) -> str:
    lines = [f"  c{i}:\n    en: c{i}\n    {name}: {{term: {word}}}" for i, word in enumerate(words)]
    return "concepts:\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", ORDERED)
def test_concepts_stand_as_the_languages_own_dictionaries_sort_them(name: str, tmp_path: Path) -> None:
    """å is the last letter in Danish and Norwegian, and comes before ä and ö in Swedish."""
    made = of(concepts(WORDS[name], name), tmp_path)
    assert [getattr(one, name).term for _, one in made.in_order(name)] == ORDERED[name]


def test_capitals_accents_and_spaces_do_not_change_the_order() -> None:
    words = ["Éclair", "eclairs", "e mail", "email", "É"]
    assert sorted(words, key=language("da").sort_key) == ["É", "e mail", "Éclair", "eclairs", "email"]


def test_a_concept_that_a_language_has_no_word_for_is_not_shown_in_it(tmp_path: Path) -> None:
    made = of("concepts:\n  a:\n    en: a\n    da: {term: ord}\n  b:\n    en: b\n    sv: {term: ord}\n", tmp_path)
    assert [id for id, _ in made.in_order("da")] == ["a"]
    assert made.in_order("nb") == []


def test_the_words_of_the_glossary_that_a_text_holds_are_told(tmp_path: Path) -> None:
    """With their endings, as words of several words, in the order of the text, each once; false friends too."""
    source = """\
concepts:
  complaint:
    en: complaint
    da: {term: klage, also: [kundeklage]}
  put-it-right:
    en: put it right
    da: {term: rette op på}
  case:
    en: case
    da: {term: sag}
false_friends:
  calm:
    da: {word: rolig, means: uden uro}
"""
    made = of(source, tmp_path)
    said = "Tal roligt med kunden, og ret ikke: Vi skal rette op på klagerne. Klagen er en klage. Han sagde det."
    assert [id for id, _ in made.terms_in(said, "da")] == ["calm", "put-it-right", "complaint"]
    assert [id for id, _ in made.terms_in("En ny sag.", "da")] == ["case"]
    assert made.terms_in(said, "sv") == []


def test_without_a_glossary_there_is_an_empty_one(tmp_path: Path) -> None:
    """The site of whoever took the file away works."""
    assert glossary.load(tmp_path).concepts == {}
    assert glossary.load(tmp_path).faults == ()


def test_a_glossary_that_cannot_be_read_is_empty_and_says_why(tmp_path: Path) -> None:
    made = of("concepts: [a\n", tmp_path)
    assert made.concepts == {}
    assert [one.key for one in made.faults] == ["yaml"]


def test_a_glossary_may_be_far_longer_than_any_text(tmp_path: Path) -> None:
    """Four hundred concepts in all languages hold more YAML than a text may."""
    names = "".join(f"    {name}: {{term: ord, article: en, also: [orde, ords]}}\n" for name in text_languages())
    source = "concepts:\n" + "".join(f"  c{i}:\n    en: c\n{names}" for i in range(400))
    made = of(source, tmp_path)
    assert source.count("\n") < texts.MOST_LINES
    assert (len(made.concepts), made.faults) == (400, ())


def test_every_edition_sees_the_whole_glossary(tmp_path: Path) -> None:
    """It holds nothing that outsiders may not read."""
    project = Texts(tmp_path / "texts")
    project.write("playbooks/glossary.yml", "concepts:\n  a:\n    en: a\n    da: {term: ord}\n")
    found = project.library()
    assert found.edition("public").glossary is found.edition("internal").glossary is found.glossary
    assert list(found.glossary.concepts) == ["a"]


def test_our_glossary_says_everything_in_every_language() -> None:
    """Its ids stand in the order of the alphabet, and a false friend has somebody to be mistaken for."""
    ours = glossary.load(ROOT)
    assert ours.faults == ()
    assert (list(ours.concepts), list(ours.false_friends)) == (sorted(ours.concepts), sorted(ours.false_friends))
    lacking = [(id, name) for id, one in ours.concepts.items() for name in text_languages() if not getattr(one, name)]
    assert lacking == []
    for id, one in ours.false_friends.items():
        assert len([name for name in text_languages() if getattr(one, name)]) > 1, id


# Its page -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", text_languages())
def test_the_page_shows_every_concept_with_its_own_language_first(public: Built, name: str) -> None:
    """In that language's order, an id a row to link to, and English last."""
    page = public.page(f"{name}/glossary/")
    ours = glossary.load(ROOT)
    concepts, friends = page.css(".glossary table")
    heads = [head.attributes.get("lang") for head in concepts.css("thead th")]
    assert (heads[0], heads[-1], set(heads[1:-1])) == (name, None, set(text_languages()) - {name})
    rows = concepts.css("tbody tr")
    assert [row.id for row in rows] == [id for id, _ in ours.in_order(name)]
    terms = [getattr(one, name).term for _, one in ours.in_order(name)]
    assert [row.css_first("th strong").text() for row in rows] == terms
    assert {row.id for row in friends.css("tbody tr")} == {
        f"false-friend-{id}" for id, one in ours.false_friends.items() if getattr(one, name)
    }


def test_the_filter_keeps_the_rows_that_hold_every_word(browser: Browser, unsearched: dict[str, str]) -> None:
    """However they are typed: capitals, without a keyboard for å, ä and ö, in any of the languages."""
    page = browser.new_page()
    page.goto(f"{unsearched['public']}sv/glossary/")
    ids = "() => [...document.querySelectorAll('.glossary tbody tr:not([hidden])')].map(row => row.id)"
    field = page.get_by_label("Hitta ett ord")
    for typed in ("försening", "FORSENING", "foersening", "forsinkelse försen", "delay"):
        field.fill(typed)
        assert "delay" in page.evaluate(ids), typed
        assert len(page.evaluate(ids)) < 10, typed
    field.fill("qqqq")
    assert page.evaluate(ids) == []
    assert "Prova" in page.get_by_role("status").inner_text()
    field.fill("")
    assert len(page.evaluate(ids)) > 15
    page.close()


def test_without_javascript_the_glossary_is_a_plain_table(browser: Browser, unsearched: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{unsearched['public']}da/glossary/#complaint")
    assert not page.locator(".glossary__filter").is_visible()
    assert page.locator("#complaint").is_visible()
    context.close()


def test_on_a_phone_each_concept_is_a_card(browser: Browser, unsearched: dict[str, str]) -> None:
    """With the name of each language before its word, and nothing to scroll sideways."""
    page = browser.new_page(viewport={"width": 320, "height": 700})
    page.goto(f"{unsearched['public']}nb/glossary/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row = page.locator("#complaint")
    assert row.evaluate("row => getComputedStyle(row).display") == "block"
    before = row.locator("td").first.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert before.replace('" "', "") == f'"{language(language("nb").neighbours[0]).name}: "'  # one string or two
    page.close()

"""Amounts, days and times as a customer reads them; Python and the browser agree."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import ROOT
from planted import cases
from playwright.sync_api import Browser

from macros import formats
from macros.languages import country_ids, language, text_languages

CASES = cases("formats")


def expected(case: dict[str, Any]) -> dict[str, str]:
    return {"error": case["error"]} if "error" in case else {"value": case["value"].replace("~", "\u00a0")}


def written(kind: str, raw: str, name: str, country: str) -> dict[str, str]:
    try:
        return {"value": formats.write(kind, raw, language(name), country)}
    except ValueError as error:
        return {"error": str(error)}


def asked(case: dict[str, Any]) -> tuple[str, str, str, str]:
    return case["type"], case["raw"].replace("~", "\u00a0"), case["language"], case["country"]


@pytest.mark.parametrize("name", CASES)
def test_a_value_is_written_as_the_customer_reads_it(name: str) -> None:
    assert written(*asked(CASES[name])) == expected(CASES[name])


def test_the_browser_writes_what_python_writes(browser: Browser) -> None:
    """Every case, and its value in every language and country."""
    page = browser.new_context().new_page()
    page.set_content("<!doctype html><title>formats</title>")
    page.add_script_tag(path=ROOT / "docs" / "assets" / "tools" / "js" / "formats.js")
    every = [
        (kind, raw, name, country)
        for kind, raw, _, _ in map(asked, CASES.values())
        for name in text_languages()
        for country in country_ids()
    ]
    known = {name: formats.data(language(name)) for name in text_languages()}
    said = page.evaluate(
        "([every, known]) => every.map(([kind, raw, name, country]) =>"
        " Tillit.formats.write(kind, raw, known[name], country))",
        [every, known],
    )
    assert [(one, found) for one, found in zip(every, said, strict=True) if found != written(*one)] == []
    page.context.close()

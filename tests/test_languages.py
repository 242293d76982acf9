"""The words of each language: complete, alike, used, and filled with what they ask for."""

from __future__ import annotations

import ast
import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from conftest import MINI, ROOT
from planted import expected_keys

from macros import checks, library
from macros.languages import WORDS, country_ids, language, message_language, text_languages

ENGLISH = language("en").words
MESSAGES = sorted(path.stem for path in WORDS.glob("*.yml"))
SOURCES = {path: path.read_text(encoding="utf-8") for path in (ROOT / "macros").glob("*.py")}
TEMPLATES = [ROOT / "macros" / "cards.html", *(ROOT / "theme").rglob("*.html")]
SHOWN = "\n".join([*SOURCES.values(), *(path.read_text(encoding="utf-8") for path in TEMPLATES)])


def flat(words: dict[str, Any], above: str = "") -> dict[str, str]:
    """Every word of a language by its whole key, such as `interface.promise.kept`."""
    found = {}
    for key, value in words.items():
        found |= flat(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": value}
    return found


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


# Every language says the same -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in MESSAGES if name != "en"])
def test_every_message_is_there_in_every_language(name: str) -> None:
    """Faults and the command line speak each language; none has words of its own that no other has."""
    for group in ("faults", "cli"):
        assert set(flat(language(name).table(group))) == set(flat(ENGLISH[group]))


@pytest.mark.parametrize("name", text_languages())
def test_every_word_of_the_site_is_there_in_every_language(name: str) -> None:
    """All languages of texts have the same keys, whatever they are about, and no word is empty."""
    here = flat(language(name).words)
    there = flat(language(text_languages()[0]).words)
    assert set(here) == set(there)
    assert [key for key, words in here.items() if not str(words).strip()] == []


@pytest.mark.parametrize("name", text_languages())
def test_words_ask_for_the_same_values_in_every_language(name: str) -> None:
    """A message that names the file in one language names it in all."""
    there = flat(language("da").words) | {f"{g}.{k}": v for g in ("faults", "cli") for k, v in flat(ENGLISH[g]).items()}
    for key, words in flat(language(name).words).items():
        if isinstance(words, str) and not key.startswith("clock"):
            assert placeholders(words) == placeholders(there[key]), key


# Every word is used, and every use has a word -------------------------------------------------------------------------


def said_by_code() -> set[str]:
    """The key of every fault that code can make, read from the code."""
    found = set()
    for source in SOURCES.values():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    # `ValueError("date")` in a field becomes `not-date`; what stands before a colon is a whole key.
    for source in SOURCES.values():
        found |= {f"not-{word}" for word in re.findall(r'raise ValueError\("([a-z-]+)"\)', source)}
        found |= set(re.findall(r'raise ValueError\(f?"([a-z0-9-]+):', source))
    found |= {f"parity-{kind}" for kind in ("sections", "links", "calls", "numbers")}
    return found


def keys_of_faults() -> set[str]:
    """What is passed to `fault` and `refuse` as a key, where it is written out there."""
    found = set()
    for path, source in SOURCES.items():
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = {"fault": 2, "refuse": 1}.get(name)
            if place is not None and len(node.args) > place and path.name != "faults.py":
                words = [part for part in ast.walk(node.args[place]) if isinstance(part, ast.Constant)]
                is_built = any(isinstance(part, ast.JoinedStr) for part in ast.walk(node.args[place]))
                found |= set() if is_built else {word.value for word in words if isinstance(word.value, str)}
    return found


def test_every_fault_that_code_names_has_its_words() -> None:
    """No check can fail for want of words about what it found."""
    named = keys_of_faults()
    assert len(named) > 60  # the reading itself works
    assert named - set(ENGLISH["faults"]) == set()


def test_every_word_about_a_fault_is_used_by_code() -> None:
    """A message nobody sends is deleted in all four languages."""
    assert set(ENGLISH["faults"]) - said_by_code() - {"did-you-mean", "one-of"} == set()


def expected_by_tests() -> set[str]:
    """Keys that a test expects by itself, where a slip is too large for a case file."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests").glob("test_*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    whole = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    built = [part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values]
    parts = [part.value for part in built if isinstance(part, ast.Constant)]
    return whole | {word for words in parts for word in words.split()}


def test_every_fault_is_produced_by_a_case() -> None:
    """For each message there is a case that plants the slip it is about."""
    expected = set(expected_keys()) | expected_by_tests() | {"did-you-mean", "one-of"}
    assert set(ENGLISH["faults"]) - expected == set()


def is_shown(key: str) -> bool:
    """Whether a word of `interface` or `cli` is asked for: whole, by its group, or built from its beginning."""
    group, name = key.split(".", 1)
    top = name.split(".")[0]
    forms = [rf"""say\[['"]{top}['"]\]""", rf"""['"]{group}\.{top}['"\.]""", rf'\("{top}"', rf'key = .*"{top}"']
    start = top.rsplit("-", 1)[0]
    forms.append(rf'"{group}\.{start}-\{{')
    return any(re.search(form, SHOWN) for form in forms)


@pytest.mark.parametrize("group", ["interface", "cli"])
def test_every_word_of_the_interface_is_shown_somewhere(group: str) -> None:
    """A word nobody sees is deleted in every language."""
    words = flat(language("da").table(group))
    assert [key for key in words if not is_shown(f"{group}.{key}")] == []


def test_every_word_the_code_asks_for_is_there() -> None:
    """No page and no command fails for want of a word."""
    asked = set(re.findall(r'say\("(interface\.[a-z.-]+)"', SHOWN))
    asked |= {f"interface.{name}" for name in re.findall(r"""say\[['"]([a-z-]+)['"]\]""", SHOWN)}
    asked |= {f"cli.{name}" for name in re.findall(r'\bsay\("([a-z-]+)"', SOURCES[ROOT / "macros" / "cli.py"])}
    assert len(asked) > 40
    words = flat(language("da").words)
    assert [key for key in asked if key not in words] == []


# Choosing and writing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "env", "expected"),
    [
        ("da", {"TILLIT_MESSAGES": "sv", "LANG": "nb_NO.UTF-8"}, "da"),
        (None, {"TILLIT_MESSAGES": "sv", "LANG": "nb_NO.UTF-8"}, "sv"),
        (None, {"LC_ALL": "da_DK.UTF-8", "LANG": "nb_NO.UTF-8"}, "da"),
        (None, {"LANG": "nb_NO.UTF-8"}, "nb"),
        (None, {"LANG": "nn_NO.UTF-8"}, "nb"),
        (None, {"LANG": "no_NO"}, "nb"),
        ("no", {}, "nb"),
        (None, {"TILLIT_MESSAGES": "norsk"}, "nb"),
        (None, {"TILLIT_MESSAGES": "DA"}, "da"),
        (None, {"TILLIT_MESSAGES": "fr", "LANG": "sv_SE"}, "sv"),
        (None, {"TILLIT_MESSAGES": "", "LC_ALL": "C.UTF-8", "LANG": "C"}, "en"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
        (None, {}, "en"),
    ],
)
def test_messages_come_in_the_language_asked_for(
    asked: str | None, env: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The option goes before TILLIT_MESSAGES, that before the locale; what we do not speak is passed over."""
    for name in ("TILLIT_MESSAGES", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert message_language(asked) == expected


@pytest.mark.parametrize(
    ("name", "day", "moment", "number"),
    [
        ("da", "5. juni 2026", "5. juni 2026 kl.\u00a09.05", "1.234"),
        ("sv", "5 juni 2026", "5 juni 2026 kl.\u00a09.05", "1\u00a0234"),
        ("nb", "5. juni 2026", "5. juni 2026 kl.\u00a009.05", "1\u00a0234"),
    ],
)
def test_dates_hours_and_numbers_are_written_as_the_language_writes_them(
    name: str, day: str, moment: str, number: str
) -> None:
    """What the site prints is what a reader of that language expects."""
    said = language(name)
    assert said.date(date(2026, 6, 5)) == day
    assert said.date(datetime(2026, 6, 5, 9, 5)) == moment
    assert said.number(1234) == number


@pytest.mark.parametrize("name", text_languages())
def test_midnight_has_its_nought(name: str) -> None:
    """An hour of nought is not cut away with the nought before a nine."""
    assert "0.05" in language(name).date(datetime(2026, 6, 5, 0, 5))


def test_a_reader_is_sent_to_the_nearest_language_first() -> None:
    """Danes read Norwegian before Swedish, Norwegians Danish, Swedes Norwegian."""
    assert {name: language(name).neighbours for name in text_languages()} == {
        "da": ["nb", "sv"],
        "nb": ["da", "sv"],
        "sv": ["nb", "da"],
    }


def test_texts_have_three_languages_and_messages_one_more() -> None:
    """English is for messages only; `no` is no language of texts but a country."""
    assert text_languages() == ("da", "nb", "sv")
    assert country_ids() == ("dk", "no", "se")
    with pytest.raises(KeyError):
        language("no")


@cache
def code_without_words() -> dict[Path, str]:
    """Our code, its docstrings and comments taken away."""
    found = {}
    for path, source in SOURCES.items():
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
                node.body[0] = ast.Pass()
        found[path] = ast.unparse(tree)
    return found


def test_no_list_of_languages_stands_in_code() -> None:
    """Adding `words/fi.yml` adds Finnish: no module names a language of texts."""
    named = {path.name: re.findall(r"'(?:da|sv|nb)'", source) for path, source in code_without_words().items()}
    assert {name: found for name, found in named.items() if found} == {"languages.py": ["'nb'"]}  # every `no*` is nb


def test_the_small_project_that_faults_are_planted_in_is_right() -> None:
    """Whatever a case finds was planted."""
    assert checks.all_faults(library.load(MINI)) == []

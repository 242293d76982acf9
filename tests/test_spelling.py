"""Words no dictionary knows, our own lists of words, and what is kept of both from run to run."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import cache as once
from pathlib import Path
from typing import Any

import prepare
import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT
from planted import CASES, MESSAGES, Texts, parametrised, remembering, short

from macros import cache, checks, cli, library, proofreading, prose, shelves, spelling, texts
from macros.faults import Fault
from macros.languages import text_languages

MISSPELT, FOUND = 30, 28  # of a language: planted, and found at least
PLAYBOOK = "playbooks/process/apologise.da.md"


ASK = spelling._ask


@pytest.fixture(autouse=True)
def _a_cache_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TILLIT_CACHE", raising=False)
    monkeypatch.setattr(spelling, "_ask", remembering())


@pytest.fixture
def project(tmp_path: Path) -> Texts:
    return Texts(tmp_path / "texts")


def faults(project: Texts, *asked: str) -> list[Fault]:
    return sorted(proofreading.proofread(library.load(project.root, asked=asked)).faults())


def starts(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, list[str]]]:
    """The words of each time that hunspell is asked, from now on."""
    asked: list[dict[str, list[str]]] = []
    ask = spelling._ask

    def watched(words: dict[str, list[str]], mode: str) -> dict[str, str]:
        if words:
            asked.append(words)
        return ask(words, mode)

    monkeypatch.setattr(spelling, "_ask", watched)
    return asked


# What is found --------------------------------------------------------------------------------------------------------


@parametrised("language")
def test_what_is_wrong_with_the_language_of_a_text_is_said_at_its_place(case: dict[str, Any], project: Texts) -> None:
    """Each planted slip is found at its line and column, in every language of messages, and its near miss passes."""
    project.apply(case["changes"])
    found = faults(project)
    assert sorted(map(short, found)) == sorted(case["faults"]), "\n".join(one.say() for one in found)
    for one in found:
        for words in MESSAGES:
            assert one.say(words).startswith(one.path)
    if "says" in case:
        assert found[0].message() == case["says"]


def test_what_may_be_meant_is_said(project: Texts) -> None:
    """Up to three words, from the dictionary."""
    project.change(PLAYBOOK, "Sig tak.", "Sig det til kundden.")
    (one,) = faults(project)
    hint = dict(one.values)["_hint"].split(", ")
    assert "kunden" in hint and len(hint) <= spelling.SUGGESTIONS
    assert one.say("da").endswith(f"Mente du {', '.join(hint)}?")


@once
def misspelt(name: str) -> dict[str, str]:
    return yaml.safe_load((CASES / "spelling" / f"{name}.yml").read_text(encoding="utf-8"))


@once
def bodies(name: str) -> list[tuple[str, str]]:
    """What each of our own texts in a language says in its body."""
    found = []
    for path in texts.walk(ROOT):
        where = texts.place(path)
        if where and where[2] == name:
            found.append((path, prose.body(shelves.check(texts.read(ROOT, path))).text))
    return found


def with_word(name: str, word: str) -> Iterator[tuple[str, re.Match]]:
    """Our own texts that say a word, each with the first place where it does."""
    for path, said in bodies(name):
        if found := re.search(rf"(?<![\w-]){word}(?![\w-])", said):
            yield path, found


@pytest.mark.parametrize("name", text_languages())
def test_misspellings_people_make_are_found_where_they_are_made(name: str) -> None:
    """Thirty in real texts: doubled and single consonants, letters swapped or missing, wrong joints of compounds."""
    planted = misspelt(name)
    assert len(planted) == MISSPELT
    missed = []
    looked: dict[str, list[prose.Word]] = {}
    for wrong, right in planted.items():
        path, match = next(with_word(name, right))
        text = texts.read(ROOT, path)
        body = text.body[: match.start()] + wrong + text.body[match.end() :]
        changed = shelves.check(texts.parse(path, f"---\n{text.head}---\n{body}"))
        looked[wrong] = list(prose.body(changed).words())
        line, column = texts.finder(body, text.first_line)(match.start())
        assert (wrong, line, column) in [word[:3] for word in looked[wrong]]
    doubts = spelling.doubts({name: {(word.raw, word.behind) for words in looked.values() for word in words}})[name]
    ours = spelling.listed(ROOT, name)
    for wrong, words in looked.items():
        found = [word.raw for word in words if (word.raw, word.behind) in doubts and ours.entry(word.raw) is None]
        if wrong not in found:
            missed.append(wrong)
    assert len(planted) - len(missed) >= FOUND, missed


def test_no_listed_word_lets_a_planted_misspelling_pass() -> None:
    for name in text_languages():
        assert [wrong for wrong in misspelt(name) if spelling.listed(ROOT, name).entry(wrong)] == []


# Where there is no dictionary -----------------------------------------------------------------------------------------


def test_without_a_dictionary_a_language_is_left_out_and_named(project: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes on a machine without hunspell is not told of faults that cannot be known; terms still are."""
    project.change(PLAYBOOK, "Sig tak.", "Sig takk.")
    project.write("playbooks/glossary.yml", "concepts:\n  a:\n    en: a\n    da: {term: hilse, avoid: [takk]}\n")
    monkeypatch.setattr(spelling, "dictionary", lambda name: None)
    proofs = proofreading.proofread(project.library())
    assert [one.key for one in proofs.faults()] == ["term"]
    assert proofs.without == list(text_languages())


def test_a_dictionary_that_lies_elsewhere_is_not_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The tests need what the check finds, be it Debian's, that of a Mac or one that DICPATH names."""
    for ending in (".aff", ".dic"):
        (tmp_path / f"da_DK{ending}").touch()
    monkeypatch.setattr(spelling, "FOLDERS", ())
    monkeypatch.setattr(spelling, "dictionary", once(spelling.dictionary.__wrapped__))
    monkeypatch.setenv("DICPATH", str(tmp_path))
    assert [one for one in prepare.missing_packages() if "-" in one] == ["hunspell-sv", "hunspell-no"]
    monkeypatch.delenv("DICPATH")
    assert [one for one in prepare.missing_packages() if "-" in one] == ["hunspell-da", "hunspell-sv", "hunspell-no"]


def test_check_says_once_that_there_is_no_dictionary_and_goes_on(
    project: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a note beside the faults: on Windows there is none."""
    monkeypatch.setattr(spelling, "dictionary", lambda name: None)
    done = CliRunner().invoke(cli.main, ["--messages", "en", "--root", str(project.root), "check"])
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.count("hunspell") == 1
    assert done.stderr.splitlines()[-1].endswith("texts checked: no faults.")


def test_a_build_does_not_ask_for_the_language(project: Texts) -> None:
    """Who must publish at night is not stopped by a letter, nor by a machine without a dictionary."""
    project.change(PLAYBOOK, "Sig tak.", "Sig takk.")
    assert [one.key for one in faults(project)] == ["spelling"]
    assert checks.edition_faults(project.library().edition("public")) == ([], [])


def test_a_dictionary_that_is_installed_later_is_asked(project: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    project.change(PLAYBOOK, "Sig tak.", "Sig takk.")
    with monkeypatch.context() as without:
        without.setattr(spelling, "dictionary", lambda name: None)
        assert faults(project) == []
    assert [one.key for one in faults(project)] == ["spelling"]


def test_a_word_list_of_the_users_own_lets_nothing_pass(
    project: Texts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What passes here passes for everybody."""
    home = tmp_path / "at-home"
    home.mkdir()
    for name in (".hunspell_default", ".hunspell_da_DK"):
        (home / name).write_text("takk\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(spelling, "_ask", ASK)
    project.change(PLAYBOOK, "Sig tak.", "Sig takk.")
    assert [one.key for one in faults(project)] == ["spelling"]


# What is kept ---------------------------------------------------------------------------------------------------------


def test_what_was_found_is_kept_and_nobody_asks_again(project: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults and suggestions too: a second run starts no hunspell."""
    project.change(PLAYBOOK, "Sig tak.", "Sig takk.")
    first = faults(project)
    asked = starts(monkeypatch)
    assert faults(project) == first
    assert [one.key for one in first] == ["spelling"]
    assert asked == []


def test_after_an_edit_only_that_text_is_looked_at(project: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    faults(project)
    asked = starts(monkeypatch)
    project.change(PLAYBOOK, "Sig tak.", "Sig takk.")
    assert [one.key for one in faults(project)] == ["spelling"]
    assert [set(words) for words in asked] == [{"da"}, {"da"}]  # what is known, and what may be meant
    assert len(asked[0]["da"]) < 40


def test_a_new_entry_of_a_list_is_seen_without_looking_at_the_texts(
    project: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.change(PLAYBOOK, "Sig tak.", "Sig takk.")
    faults(project)
    asked = starts(monkeypatch)
    project.write("playbooks/spelling/da.yml", "loan:\n  - Phone\n  - takk\n")
    assert faults(project) == []
    assert asked == [{"da": ["takk"]}]  # whether the dictionary knows it


def test_a_change_of_the_glossary_or_a_dictionary_is_seen(project: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    faults(project)
    project.write("playbooks/glossary.yml", "concepts:\n  a:\n    en: a\n    da: {term: hilse, avoid: [tak]}\n")
    assert [one.key for one in faults(project)] == ["term"]
    asked = starts(monkeypatch)
    stamps = {name: spelling.dictionary(name) for name in text_languages()}
    newer = spelling.Dictionary(stamps["da"].path, "newer")
    monkeypatch.setattr(spelling, "dictionary", lambda name: newer if name == "da" else stamps[name])
    faults(project)
    assert asked


@pytest.mark.parametrize("name", ["words/da.yml", "bodies.py", "texts.py", "languages.py", "spelling.py"])
def test_a_change_of_our_code_or_words_is_seen(project: Texts, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Which endings a dictionary lacks stands in the words; where a text begins is read by the code for all texts."""
    faults(project)
    asked = starts(monkeypatch)
    faults(project)
    assert asked == []
    changed, read = Path(proofreading.__file__).parent / name, Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + (b"#" if path == changed else b""))
    faults(project)
    assert {language for words in asked for language in words} == set(text_languages())


def test_a_file_that_is_asked_for_alone_gets_its_own_faults(project: Texts) -> None:
    """And what is kept of all others stays."""
    project.change(PLAYBOOK, "Sig tak.", "Sig takk.")
    every = faults(project)
    kept = project.path(cache.KEPT).parent / proofreading.KEPT
    before = kept.read_bytes()
    assert faults(project, PLAYBOOK) == every
    assert faults(project, "playbooks/process/apologise.sv.md") == []
    assert kept.read_bytes().count(b"\n") == before.count(b"\n")


def test_what_somebody_elses_branch_brings_along_is_not_believed(project: Texts) -> None:
    """A cache without this user's seal counts as none."""
    project.change(PLAYBOOK, "Sig tak.", "Sig takk.")
    faults(project)
    kept = project.path(cache.KEPT).parent / proofreading.KEPT
    kept.write_bytes(kept.read_bytes().replace(b'["takk"', b'["tak"'))
    assert [dict(one.values)["found"] for one in faults(project)] == ["takk"]
    shutil.rmtree(kept.parent)
    assert [one.key for one in faults(project)] == ["spelling"]

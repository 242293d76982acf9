"""How hard a text is to read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from planted import Texts

from macros import cli, readability, shelves, texts


def counts(body: str, path: str = "docs/x.da.md") -> readability.Counts:
    return readability.counts(shelves.check(texts.parse(path, f"---\nborn: da\n---\n{body}")))


def test_lix_is_words_a_sentence_and_long_words_in_per_cent() -> None:
    """Björnsson 1968: ten words in two sentences, one of them longer than six letters, make 5 + 10."""
    found = counts("Kunden ringer til os i dag. Vi svarer med undskyldningen.")
    assert found == (10, 2, 1)
    assert found.lix == 15


def test_a_sentence_ends_with_its_line_at_a_colon_and_at_its_sign() -> None:
    assert counts("Ring i dag\nSkriv i morgen: Gør det nu! Ja? Nej… Godt.").sentences == 6


def test_an_abbreviation_or_a_number_ends_no_sentence() -> None:
    assert counts("Ring ca. fem gange kl. 9.30 den 3. maj, fx. i dag.").sentences == 1


def test_six_letters_are_short_and_seven_are_long() -> None:
    assert counts("kunden kunders").long == 1
    assert counts("e-mails").long == 1  # a word with a hyphen is one word


def test_headings_code_calls_addresses_and_titles_of_blocks_do_not_count() -> None:
    body = """\
## Undskyldningen {#apology .step}

!!! say "Telefonsamtalen"
    Vi ser på det.

{{ playbook("process/undskyldningen") }}

Se [her](../undskyldningen.da.md) `undskyldningen`.

```
undskyldningen undskyldningen
```
"""
    assert counts(body, "playbooks/process/x.da.md") == (6, 2, 0)


def test_a_text_without_words_has_no_lix() -> None:
    assert counts("").lix == 0


def test_the_median_is_that_of_the_texts() -> None:
    some = [readability.Counts(10, 1, 0), readability.Counts(20, 1, 0), readability.Counts(60, 1, 0)]
    assert readability.middle(some) == 20


# As commands tell it --------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Texts:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return Texts(tmp_path / "texts")


def tillit(project: Texts, *args: str) -> Result:
    done = CliRunner().invoke(cli.main, ["--messages", "en", "--root", str(project.root), *args])
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done


def test_a_check_of_everything_ends_with_the_medians_and_the_hardest_text(project: Texts) -> None:
    """Of the texts that are read with a customer waiting; a check of one file has no use for it."""
    hard = "playbooks/process/apologise.da.md"
    project.change(hard, "Sig tak.", f"Sig {'undskyldningerne ' * 30}tak.".replace("  ", " "))
    said = [line for line in tillit(project, "check").stderr.splitlines() if line.startswith("LIX")]
    assert len(said) == 1 and hard in said[0]
    assert all(f"{name} " in said[0] for name in ("da", "nb", "sv"))
    assert "LIX" not in tillit(project, "check", hard).stderr


def test_words_tells_of_each_text_what_it_is_made_of(project: Texts) -> None:
    """Words, LIX, words nobody knows and words with a better one; of a folder, its texts alone."""
    path = "playbooks/process/apologise.da.md"
    project.change(path, "Sig tak.", "Sig takk for dit brokkeri.")
    project.write("playbooks/glossary.yml", "concepts:\n  a:\n    en: a\n    da: {term: klage, avoid: ['brokkeri*']}\n")
    lines = tillit(project, "words", path).stdout.splitlines()
    assert lines[0].startswith(f"{path}: ") and " words, LIX " in lines[0]
    assert lines[1:] == ["  unknown: takk", "  terms: brokkeri → klage"]
    folder = tillit(project, "words", "playbooks/situations").stdout.splitlines()
    assert folder and all(line.startswith("playbooks/situations/") for line in folder)
    assert len(tillit(project, "words").stdout.splitlines()) > len(folder) + 3
    assert tillit(project, "words", "nowhere").exit_code == 1

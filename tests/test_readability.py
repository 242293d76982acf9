"""How hard a text is to read."""

from __future__ import annotations

from macros import readability, shelves, texts


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

"""The checker of apologies: every case through both matchers, the labelled messages, and `tillit apology`.

A case is data: a text, every flaw as `code words`, and the sentence of each component worth a check (`carries`).
"""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

import judge
import pytest
from click.testing import CliRunner, Result
from conftest import ROOT, SEED, SIZE, size
from planted import Texts, cases
from playwright.sync_api import Browser, Page

from macros import advice, apology_report, cli, phrases
from macros.faults import Faulty
from macros.languages import language, text_languages

CASES = cases("apology")
LONG = "Vi beklager, hvis du måtte have oplevet gener \U0001f600 {amount} kl. 9. "


def rules(name: str) -> phrases.Phrases:
    return advice.rules(ROOT, name)


def plain(found: advice.Advice) -> dict[str, Any]:
    """As the browser says it."""
    flaws = [
        {name: getattr(one, name) for name in ("code", "finer", "start", "end", "text", "better", "sounds")}
        for one in found.flaws
    ]
    return {"components": found.components, "flaws": flaws}


# Every case -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_a_message_has_the_flaws_and_components_its_case_names(name: str) -> None:
    """No flaw more and none fewer, each at its words; each component in its sentence."""
    case = CASES[name]
    found = advice.advise(case["text"], rules(case["language"]))
    assert [f"{one.code} {one.text}" for one in found.flaws] == case["flaws"]
    for component, sentence in (case.get("carries") or {}).items():
        assert found.components[component] == sentence, component


def test_every_language_has_cases_of_every_code_and_many_that_are_well() -> None:
    """At least eighty a language; each code more than once; a good part of them without any flaw."""
    for name in text_languages():
        mine = [case for case in CASES.values() if case["language"] == name]
        codes = Counter(flaw.split()[0] for case in mine for flaw in case["flaws"])
        assert len(mine) >= 80, name
        assert set(codes) == set(advice.FLAWS) and min(codes.values()) >= 2, (name, codes)
        assert sum(not case["flaws"] for case in mine) >= 25, name


def test_every_flaw_comes_with_a_message_and_better_words() -> None:
    """In the language of messages the one, in that of the text the other."""
    for name in (*text_languages(), "en"):
        assert set(language(name).table("advice.flaws")) == set(advice.FLAWS)
        assert set(language(name).table("advice.finer")) == {
            finer for group in advice.FLAWS.values() for finer in group
        }
    for name in text_languages():
        found = rules(name)
        assert set(advice.FLAWS) - set(found.better) <= {rule.name for rule in found.rules if rule.better}
        for rule in found.rules:
            assert rule.name in advice.COMPONENTS or rule.better or found.better[rule.name], rule


# The twin -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """An empty page with the checker in it, one for each language."""
    context = browser.new_context()
    opened = context.new_page()
    opened.set_content("<!doctype html><title>advice</title>")
    opened.add_script_tag(path=ROOT / "docs" / "assets" / "tools" / "js" / "phrases.js")
    data = {name: rules(name).data() for name in text_languages()}
    opened.evaluate(
        "data => { for (const name in data) data[name] = Tillit.phrases.checker(data[name]); window.checkers = data; }",
        data,
    )
    yield opened
    context.close()


def both(page: Page, asked: list[tuple[str, str]]) -> None:
    """What the two say of the same texts is the same, to the last place."""
    said = page.evaluate("asked => asked.map(([name, text]) => checkers[name](text))", asked)
    for (name, text), found in zip(asked, said, strict=True):
        assert found == plain(advice.advise(text, rules(name))), text


def test_the_browser_says_what_python_says_of_every_case(page: Page) -> None:
    """Codes, places in code points, sentences and better words."""
    both(page, [(case["language"], case["text"]) for case in CASES.values()])


def test_the_browser_says_what_python_says_of_whole_messages(page: Page) -> None:
    """Messages nobody wrote for the rules, and the same with letters, signs and lines out of their places."""
    dice = random.Random(SEED)
    asked = [(name, one["text"]) for name in text_languages() for one in judge.messages(name)]
    for name, text in dice.choices(asked, k=size(150, 3000)):
        letters = list(text)
        for _ in range(12):
            at = dice.randrange(len(letters))
            letters[at] = dice.choice(
                ["", "\n\n", ". ", "\u00ad", "a\u030a", "\U0001f600", "{x}", "\u202e", " ", "!", "7"]
            )
        asked.append((name, "".join(letters)))
    both(page, asked)


def test_neither_freezes_on_what_somebody_pastes(page: Page) -> None:
    """A hundred thousand characters of anything come back, the same from both."""
    units = (LONG, "du ", "hvis ", "a", "{a}", "1.", "\U0001f600", "\n", ". ", "vi beklager ", "om du känner ")
    every = units if SIZE == "full" else units[:2]
    both(page, [("da", (unit * 100_000)[: phrases.LARGEST + 500]) for unit in every])


def test_a_letter_piled_with_marks_ends_what_is_looked_at(page: Page) -> None:
    """A hundred thousand marks take minutes to bring in order; thirty on one letter are looked at."""
    before, pile, after = "Det sker næppe. ", "a" + "\u0301\u0316" * 50_000, " Vi beklager, hvis du har følt gener."
    both(page, [("da", before + pile + after), ("da", before + pile[:31] + after)])
    assert phrases.normal(before + pile + after) == before + "a"
    given = "".join(f"{json.dumps(text)}\n" for text in (pile, "Undskyld."))
    assert len(tillit("-", "--language", "da", "--jsonl", given=given).output.splitlines()) == 2


# Messages nobody here had seen ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", text_languages())
def test_the_checker_judges_whole_messages_nearly_as_people_do(name: str) -> None:
    """The aims, on all labelled messages together: who changes the rules sees here what it costs."""
    score = judge.judge(name)
    assert len(judge.messages(name)) >= 60
    assert score.precision >= 0.85
    assert score.recall >= 0.75
    assert score.components >= 0.85
    assert score.alone >= 0.9


# Patterns -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source", ["", "...", "a ..3", "b? c", "<nobody>", "..0 a", "a||b", "x(", "a*b", "^", " ".join("a" * 30)]
)
def test_a_pattern_that_means_nothing_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="pattern:"):
        phrases.compile_pattern(source, {})


def test_a_broken_rule_is_told_at_its_place(tmp_path: Any) -> None:
    """And the file's other faults with it."""
    project = Texts(tmp_path / "project")
    project.write(advice.path_of("da"), 'components: {}\nflaws:\n  - code: vague\n    match: ["...", "det skete"]\n')
    [one] = project.faults()
    assert one.say().startswith("playbooks/phrases/da.yml:4:13: match: ... is no pattern.")


# tillit apology -------------------------------------------------------------------------------------------------------


def tillit(*args: str, given: str | bytes | None = None) -> Result:
    done = CliRunner().invoke(cli.main, ["--messages", "en", "apology", *args], input=given)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_the_command_says_what_is_there_and_what_spoils_it(tmp_path: Any) -> None:
    file = tmp_path / "svar.txt"
    file.write_text("Hej Kim\n\nVi beklager, hvis du har følt dig dårligt behandlet.\n", encoding="utf-8")
    done = tillit(str(file), "--language", "da")
    assert done.exit_code == 0
    assert f"{file}:3:4: conditional: " in done.output
    assert tillit(str(file), "--language", "da", "--strict").exit_code == 1


def test_json_names_components_and_flaws_with_places_in_code_points() -> None:
    text = "\U0001f600 Vi beklager, hvis du har følt dig dårligt behandlet."
    found = json.loads(tillit("-", "--language", "da", "--json", given=text).output)
    assert set(found["components"]) == {"restore_value", "responsibility", "explanation", "solution", "regret"}
    assert all(text[one["start"] : one["end"]] == one["text"] for one in found["flaws"])
    assert all(set(one) == {"code", "start", "end", "text", "message", "better"} for one in found["flaws"])


def test_many_messages_go_in_and_out_a_line_each() -> None:
    lines = '"Undskyld."\n\n{"text": "Vi vender tilbage hurtigst muligt."}\n'
    rows = [json.loads(row) for row in tillit("-", "--language", "da", "--jsonl", given=lines).output.splitlines()]
    assert [bool(row["components"]["regret"]) for row in rows] == [True, False]
    assert tillit("-", "--language", "da", "--jsonl", given="\n").output == ""


@pytest.mark.parametrize("first", ['{"text": "hej",}', '["a"]', '"hej', "12", "Undskyld.", '  {"text": 1}'])
def test_a_broken_first_line_of_many_is_named_like_any_other(first: str) -> None:
    """The rest is not taken for the lines of one plain message, so no judgement is given on a batch that is none."""
    for number, given in ((1, f'{first}\n"Undskyld."\n'), (2, f'"Undskyld."\n{first}\n')):
        done = tillit("-", "--language", "da", "--jsonl", given=given)
        assert done.exit_code == 2
        assert done.output.startswith(f"-:{number}:1: ") and "must be a message in JSON" in done.output
        assert len(done.output.splitlines()) == 1


def test_a_plain_message_is_read_whole_whatever_it_begins_with() -> None:
    """A greeting in braces or in quotes is no JSON while nobody says that it is."""
    for given in ('"Hej" skrev I.\n\nUndskyld.', "{customer_name}\n\nUndskyld.", '"Undskyld."\n"Undskyld."\n'):
        found = json.loads(tillit("-", "--language", "da", "--json", given=given).output)
        assert "Undskyld." in found["components"]["regret"]


@pytest.mark.parametrize(
    ("given", "key", "at"),
    [
        (b"\xff\xfe\x00", "not-utf8", (1, 1)),
        (b"Hej\0", "control-character", (1, 4)),
        (b'"a"\n{"no": 1}\n', "not-message", (2, 1)),
        (b'"half a sign: \\ud800"\n', "not-message", (1, 1)),
        (b'{"text":' * 100_000, "not-message", (1, 1)),
        (b"a" * (phrases.LARGEST + 1), "too-large", (0, 0)),
        (b"a" * (4 * phrases.LARGEST + 1), "too-large", (0, 0)),
    ],
)
def test_what_is_no_message_is_said_with_its_place(given: bytes, key: str, at: tuple[int, int]) -> None:
    """One line, exit code 2."""
    form = "--jsonl" if given.startswith((b'"', b"{")) else "--json"
    with pytest.raises(Faulty) as told:
        apology_report.read("-", given, rules("da"), batch=form == "--jsonl")
    [one] = told.value.faults
    assert (one.key, (one.line, one.column)) == (key, at)
    done = tillit("-", "--language", "da", form, given=given)
    assert done.exit_code == 2
    assert done.output == f"{one.say()}\n"

"""The checker's ear: how weights become codes, what a file of them may be, and that ours are what training/ teaches."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from macros import advice, tone
from macros.faults import Faulty
from macros.languages import text_languages

sys.path.append(str(ROOT / "training"))
import labelled

HEAD = "codes\tvague cold\nfirm\t50\neager\t0\nagree\t-100\n*\ta-200b-200\n"
LONE, NONE = (["hej"], frozenset()), frozenset()


def heard(weights: str, *sentences: tuple[list[str], frozenset[str]]) -> list[frozenset]:
    return tone.read("da.tone", HEAD + weights).heard(list(sentences))


# What is heard --------------------------------------------------------------------------------------------------------


def test_words_neighbours_and_letters_add_up_to_a_flaw() -> None:
    """Each of them alone is too little; nothing known is nothing heard."""
    words = ["vi", "kigger"]
    parts = ["kigger\ta300\n", "vi kigger\ta150\n", "~_kig\ta100\n"]
    assert heard("".join(parts), (words, NONE)) == [{"vague"}]
    for left in parts:
        assert heard("".join(part for part in parts if part is not left), (words, NONE)) == [NONE]
    assert heard("kigger\ta900\n", (["andet"], NONE)) == [NONE]


def test_a_long_sentence_must_say_more() -> None:
    """Words weigh by the root of the length: seven words divide by three, two by two."""
    weights = "kigger\ta600\n"
    assert heard(weights, (["kigger", "vi"], NONE)) == [{"vague"}]
    assert heard(weights, (["kigger", *"abcdef"], NONE)) == [NONE]


def test_a_rule_is_heard_where_the_words_alone_are_not() -> None:
    """But the words can say so plainly that it is none that the rule is not believed."""
    rule = frozenset({"vague"})
    assert heard("=vague\ta60\n", (["hej"], rule)) == [{"vague"}]
    assert heard("=vague\ta60\nhej\ta-300\n", (["hej"], rule)) == [NONE]
    assert heard("=cold\ta60\n", (["hej"], frozenset({"cold"}))) == [NONE]


def test_flaws_have_company() -> None:
    """What is not sure enough alone is heard beside a sentence that is."""
    unsure, sure = (["måske"], NONE), (["klart"], NONE)
    weights = "måske\tb390\nklart\ta900\n"
    assert heard(weights, unsure, LONE) == [NONE, NONE]
    assert heard(weights, unsure, sure) == [{"cold"}, {"vague"}]


EVERYDAY = {  # no promise without a day has a signal word here
    "da": "Vi har givet det videre til vores it-mand, så det skal nok komme i orden.",
    "sv": "Jag har lämnat det vidare till vår tekniker, så får vi se vad han säger.",
    "nb": "Dette ser teknikeren på når han har tid.",
}


@pytest.mark.parametrize("name", text_languages())
def test_a_flaw_without_a_signal_word_is_told_with_a_perhaps(name: str) -> None:
    """At its whole sentence, as no words of a rule stand in it; of a write-up only what rules find is told."""
    rules = advice.rules(ROOT, name)
    text = f"Hej Kim. {EVERYDAY[name]}"
    [flaw] = [one for one in advice.advise(text, rules).flaws if one.code == "no-date"]
    assert flaw.text == EVERYDAY[name]
    assert flaw.message("en").startswith("Perhaps: ")
    assert "no-date" not in {one.code for one in advice.advise(text, rules, by_ear=False).flaws}


def test_every_word_can_weigh_also_one_that_is_a_sign_or_stands_in_the_head() -> None:
    """`#` stands for a number; in the browser too, which `test_advice.py` holds to what Python says."""
    for word in ("#", "firm", "codes", "☺"):
        assert heard(f"{word}\ta900\n", ([word], NONE)) == [{"vague"}]
    assert heard("# dage\ta900\n", (["#", "dage"], NONE)) == [{"vague"}]


# The file -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("", 1),
        (HEAD.replace("agree", "agre"), 4),
        ("codes\tvague\nfirm\t1\n", 1),
        (HEAD + "# a remark\n", 6),
        (HEAD.replace("50", "5O"), 2),
        (HEAD + "no tab\n", 6),
        (HEAD + "hvis\ta1\nhvis\ta2\n", 7),
        (HEAD + "hvis\tc1\n", 6),
        (HEAD + "hvis\ta1 b2\n", 6),
        (HEAD + "hvis\ta1.5\n", 6),
        (HEAD + "hvis\ta99999999\n", 6),
    ],
    ids=[
        "empty",
        "head",
        "half a head",
        "remark",
        "number",
        "no tab",
        "twice",
        "no such code",
        "space",
        "fraction",
        "too many digits",
    ],
)
def test_what_is_no_weight_is_told_at_its_line(source: str, line: int) -> None:
    with pytest.raises(Faulty) as told:
        tone.read("playbooks/phrases/da.tone", source)
    [one] = told.value.faults
    assert (one.key, one.line) == ("not-weights", line)


@pytest.mark.parametrize("name", text_languages())
def test_our_weights_were_learned_from_what_lies_in_training(name: str) -> None:
    """Whoever changes a sentence there, a rule or a label says `make learn`; nobody changes a weight by hand."""
    said, _, weights = (ROOT / tone.path_of(name)).read_text(encoding="utf-8").partition("\n")
    assert re.match(r"# learned from ([0-9a-f]+) ", said)[1] == labelled.mark(weights)


@pytest.mark.parametrize("name", text_languages())
def test_what_is_learned_from_has_every_code_and_good_sentences_in_plenty(name: str) -> None:
    """And no sentence among those by themselves stands there twice."""
    path = ROOT / "training" / "sentences" / f"{name}.txt"
    every = [(codes, text) for _, codes, text in labelled.lines(path)]
    texts = [text for _, text in every]
    assert len(texts) == len(set(texts))
    for code in labelled.CODES:
        assert sum(code in codes for codes, _ in every) >= 90, code
    assert sum(not codes for codes, _ in every) >= 900


def test_what_teaches_is_set_up_though_the_user_tells_pip_otherwise(tmp_path: Path) -> None:
    """As `./tillit` sets up its own: `user = yes` in somebody's settings fails in a .venv, and nobody is asked."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for path in ("requirements.lock", "training/requirements.lock"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    pip = '#!/bin/sh\necho "$PIP_USER $PIP_NO_INPUT" >said\n'
    made = {
        "tillit": "#!/bin/sh\n",
        ".venv/bin/python": f"#!/bin/sh\nmkdir -p .cache/learn/bin; printf '%s' '{pip}' >.cache/learn/bin/pip\n"
        "chmod +x .cache/learn/bin/pip\n",
    }
    for path, script in made.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(script)
        (tmp_path / path).chmod(0o755)
    env = {**os.environ, "PIP_USER": "1"}
    subprocess.run(["make", "-s", ".cache/learn/.done"], cwd=tmp_path, env=env, check=True, timeout=60)
    assert (tmp_path / "said").read_text() == "0 1\n"

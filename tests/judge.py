"""How well the checker judges messages that people labelled: `python tests/judge.py [da] [--half kept] [--list]`.

`tests/messages/<language>.yml` holds whole messages by writers who had not read the rules. A flaw that was found counts
as right when a label with the same code (or one that the label allows as well) shares words with it; a label counts as
found the same way. `no-apology` is about the message, so it has no place. Components are counted by whether they are
there. Rules and weights were formed on the half called `tune`; nothing is learned from the half called `kept`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from macros import advice  # noqa: E402
from macros.languages import text_languages  # noqa: E402

MESSAGES = ROOT / "tests" / "messages"
NO_PLACE = "no-apology"


@dataclass
class Score:
    """What was right, what was found that is not there, what was missed; by code."""

    right: Counter = field(default_factory=Counter)
    wrong: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    missed: Counter = field(default_factory=Counter)
    there: Counter = field(default_factory=Counter)  # components: labelled and seen
    only_seen: Counter = field(default_factory=Counter)
    only_labelled: Counter = field(default_factory=Counter)
    good: int = 0
    left_alone: int = 0
    remarks: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return _share(self.right.total(), self.wrong.total())

    @property
    def recall(self) -> float:
        return _share(self.found.total(), self.missed.total())

    @property
    def components(self) -> float:
        """F1 over all components together."""
        return _share(2 * self.there.total(), self.only_seen.total() + self.only_labelled.total())

    @property
    def alone(self) -> float:
        """The share of good messages in which no flaw was found."""
        return self.left_alone / self.good if self.good else 1.0


def _share(yes: int, no: int) -> float:
    return yes / (yes + no) if yes + no else 1.0


def messages(name: str, half: str = "") -> list[dict[str, Any]]:
    """The labelled messages of a language."""
    found = yaml.safe_load((MESSAGES / f"{name}.yml").read_text(encoding="utf-8"))
    return [one for one in found if half in ("", one["half"])]


def judge(name: str, half: str = "") -> Score:
    """Compare what the checker finds in each message with what people saw."""
    score, phrases = Score(), advice.rules(ROOT, name)
    for message in messages(name, half):
        _judge_one(message, advice.advise(message["text"], phrases), score)
    return score


def _judge_one(message: dict[str, Any], found: advice.Advice, score: Score) -> None:
    judge_flaws(message, found, score)
    for name, sentence in found.components.items():
        label = message["components"][name.replace("-", "_")]
        there = (score.there if label else score.only_seen) if sentence else score.only_labelled if label else Counter()
        there[name] += 1
        if there is score.only_seen:
            score.remarks.append(f"{message['id']}: {name} seen, not labelled: {sentence!r}")
        if there is score.only_labelled:
            score.remarks.append(f"{message['id']}: {name} not seen: {label!r}")


def judge_flaws(message: dict[str, Any], found: advice.Advice, score: Score) -> None:
    """Count what was right and wrong of the flaws of one message."""
    text = message["text"]
    labels = [
        (label["code"], {label["code"], *label.get("also", ())}, place(text, label["words"]), label["words"])
        for label in message["flaws"]
    ]
    for flaw in found.flaws:
        if any(flaw.code in codes and _meet(flaw.code, (flaw.start, flaw.end), at) for _, codes, at, _ in labels):
            score.right[flaw.code] += 1
        else:
            score.wrong[flaw.code] += 1
            score.remarks.append(f"{message['id']}: not labelled: {flaw.code}: {flaw.text!r}")
    for code, codes, at, words in labels:
        if any(flaw.code in codes and _meet(flaw.code, (flaw.start, flaw.end), at) for flaw in found.flaws):
            score.found[code] += 1
        else:
            score.missed[code] += 1
            score.remarks.append(f"{message['id']}: missed: {code}: {words!r}")
    if message["good"]:
        score.good += 1
        score.left_alone += not found.flaws


def place(text: str, words: str) -> tuple[int, int]:
    """Where words stand in a text in which any white space counts as one space. ValueError when they do not."""
    at, end, wanted = 0, 0, words.split()
    while True:
        at = text.index(wanted[0], end)
        end = at + len(wanted[0])
        for word in wanted[1:]:
            gap = len(text[end:]) - len(text[end:].lstrip())
            if not gap or not text.startswith(word, end + gap):
                break
            end += gap + len(word)
        else:
            return at, end
        end = at + 1


def _meet(code: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    return code == NO_PLACE or (one[0] < other[1] and other[0] < one[1])


def main() -> None:
    """Print the figures of each language."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", choices=[*text_languages(), []], help="default: all")
    parser.add_argument("--half", choices=["tune", "kept"], default="")
    parser.add_argument("--list", action="store_true", help="every message judged otherwise than its labels")
    asked = parser.parse_args()
    for name in asked.languages or text_languages():
        score = judge(name, asked.half)
        print(
            f"{name}: flaws precision {score.precision:.2f}, recall {score.recall:.2f}; components F1 "
            f"{score.components:.2f}; good messages left alone {score.left_alone} of {score.good}"
        )
        if asked.list:
            print("  " + "\n  ".join(score.remarks))
            for code in advice.FLAWS:
                print(f"  {code}: right {score.right[code]}, wrong {score.wrong[code]}, missed {score.missed[code]}")
            for name_ in advice.COMPONENTS:
                print(
                    f"  {name_}: there {score.there[name_]}, only seen {score.only_seen[name_]}, "
                    f"only labelled {score.only_labelled[name_]}"
                )


if __name__ == "__main__":
    main()

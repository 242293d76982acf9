"""What the checker of apologies learns from: sentences that people labelled, each with what the checker sees of it.

`training/` holds them, a sentence a line, behind the codes of its flaws or `ok`:

    sentences/<language>.txt    sentences by themselves: each code in its many ways, and what only looks like it
    messages/<language>.txt     whole messages; a line `== good email` or `== bad chat` begins each

With them go the half called `tune` of `tests/messages/`, the cases of `tests/cases/apology/`, and our own apologies,
which are good. All of it is invented.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import judge  # noqa: E402

from macros import advice, apology, library, phrases  # noqa: E402
from macros.languages import text_languages  # noqa: E402

HERE = ROOT / "training"
LANGUAGES = text_languages()
CODES = tuple(code for code in advice.FLAWS if code != advice.NO_APOLOGY)  # that one is about the whole message
SINGLE = 0.5  # what a sentence by itself counts beside one in a message, whose neighbours are as frequent as in life
PLACED = 3.0  # what one of `tests/messages/` counts, whose labels say which words they mean, and what is as fair
CASE = 10.0  # what a sentence of a case or of an apology of ours counts: the tests ask for each of them


@dataclass
class Sentence:
    """What is learned from: the words, the rules found, the codes that people gave it, those as fair, its weight."""

    language: str
    words: list[str]
    rules: frozenset[str]
    codes: frozenset[str]
    as_fair: frozenset[str] = frozenset()
    weight: float = 1.0


@dataclass
class Message:
    """A message as `judge.py` knows it, where it is from, and which codes people looked for in it."""

    language: str
    source: str
    labelled: dict
    codes: Collection[str]
    sentences: list[Sentence] = field(default_factory=list)


def lines(path: Path) -> Iterator[tuple[str, list[str], str]]:
    """The heading before it, the codes and the sentence of each line."""
    heading = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("== "):
            heading = f"{line[3:]} {number}"
            continue
        codes, colon, sentence = line.partition(": ")
        named = [code.strip() for code in codes.split(",")]
        if not colon or set(named) - {*advice.FLAWS, "ok"}:
            sys.exit(f"{path.relative_to(ROOT)}:{number}: `codes: sentence` is expected, found: {line[:60]}")
        yield heading, [code for code in named if code != "ok"], phrases.normal(sentence.strip())


def sentences_of(language: str, text: str) -> Iterator[tuple[phrases.Span, list[str], frozenset[str]]]:
    """The sentences of a text: where they stand, their words, the rules found in them."""
    rules = advice.rules(ROOT, language)
    read = phrases.read(text, rules.abbreviations)
    yield from zip(read.sentences, *advice.sentences(read, rules.find(read)), strict=True)


def singles() -> Iterator[Sentence]:
    """Sentences by themselves."""
    for language in LANGUAGES:
        for _, codes, text in lines(HERE / "sentences" / f"{language}.txt"):
            parts = list(sentences_of(language, text))
            words = [word for _, some, _ in parts for word in some]
            rules = frozenset().union(*(found for _, _, found in parts))
            known = rules - {advice.NOBODY}  # nothing is known of what would be around it
            yield Sentence(language, words, known, frozenset(codes), weight=SINGLE)


def messages() -> Iterator[Message]:
    """Whole messages, of `training/`, of `tests/` and of our own."""
    for language in LANGUAGES:
        groups: dict[str, list[tuple[list[str], str]]] = {}
        for heading, codes, text in lines(HERE / "messages" / f"{language}.txt"):
            groups.setdefault(heading, []).append((codes, text))
        for heading, group in groups.items():
            yield _message(language, "messages of training/", _joined(f"{language} {heading}", group), CODES)
        for one in judge.messages(language, "tune"):
            labelled = one | {"text": phrases.normal(one["text"])}
            yield _message(language, "messages of tests/", labelled, advice.FLAWS, PLACED)
        cases = yaml.safe_load((ROOT / "tests/cases/apology" / f"{language}.yml").read_text(encoding="utf-8"))
        for name, case in cases.items():
            flaws = [dict(zip(("code", "words"), flaw.split(" ", 1), strict=True)) for flaw in case["flaws"]]
            labelled = {"id": name, "good": not flaws, "text": case["text"], "flaws": flaws}
            yield _message(language, "cases", labelled, advice.FLAWS, CASE)
    yield from _own()


def _own() -> Iterator[Message]:
    """Each channel of each apology of ours."""
    for one in library.load(ROOT).checked.values():
        if one.text.shelf == "apologies":
            for channel in one.body.sections[1:]:
                text = "\n\n".join(apology.text_of(part.section) for part in apology.parts(channel))
                labelled = {"id": f"{one.text.path} {channel.id}", "good": True, "text": text, "flaws": []}
                yield _message(one.text.language, "ours", labelled, advice.FLAWS, CASE)


def _joined(id: str, group: list[tuple[list[str], str]]) -> dict:
    """Labelled lines as a message: what ends in no full stop is a greeting or a name, and stands by itself."""
    text, flaws = "", []
    for codes, sentence in group:
        apart = text[-1:] not in ".!?…" or sentence[-1:] not in ".!?…"
        text += ("\n\n" if apart else " ") * bool(text) + sentence
        flaws += [{"code": code, "words": sentence} for code in codes if code in CODES]
    return {"id": id, "good": id.split()[1] == "good", "text": text, "flaws": flaws}


def _message(language: str, source: str, one: dict, codes: Collection[str], weight: float = 1.0) -> Message:
    made = Message(language, source, one, codes)
    labels = [(flaw, judge.place(one["text"], flaw["words"])) for flaw in one["flaws"]]
    for span, words, rules in sentences_of(language, one["text"]):
        met = [flaw for flaw, (start, end) in labels if start < span.end and span.start < end]
        told = frozenset(flaw["code"] for flaw in met)
        as_fair = frozenset(code for flaw in met for code in flaw.get("also", ())) - told
        made.sentences.append(Sentence(language, words, rules, told, as_fair, weight))
    return made


LEARNED_FROM = (
    "training/*/*.txt",
    "tests/messages/*.yml",
    "tests/cases/apology/*.yml",
    "playbooks/phrases/*.yml",
    "training/*.py",
)


def mark(weights: str) -> str:
    """Changes when anything does that people labelled, the rules, how is learned, or a weight.

    Our own apologies are not in it: they are learned from as well, but whoever mends a word of one need not learn anew.
    """
    said = sha256(weights.encode())
    for pattern in LEARNED_FROM:
        for path in sorted(ROOT.glob(pattern)):
            said.update(path.read_bytes())
    return said.hexdigest()[:16]

"""`tillit apology`: what a message holds and what spoils it, as lines for people or as JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import advice, texts
from .advice import Advice
from .faults import Faulty, fault, shorten
from .languages import Language, language
from .phrases import LARGEST, Phrases, normal

HALF = re.compile("[\ud800-\udfff]")  # half a character, which JSON can name, is no text
LARGEST_BATCH = 64 * 1024 * 1024  # bytes of many messages, one a line


@dataclass(frozen=True)
class Judged:
    """A message and the advice on it."""

    text: str
    advice: Advice

    @property
    def is_clean(self) -> bool:
        """Whether nothing is missing and nothing spoils it."""
        return not self.advice.flaws and all(self.advice.components.values())


def read(path: str, raw: bytes, phrases: Phrases, batch: bool) -> list[Judged]:
    """The plain text in these bytes as one message; with `batch` one in each line, as JSON and never as plain text.

    Faulty when the bytes are too many or no text, or a line of a batch is no message.
    """
    if len(raw) > (LARGEST_BATCH if batch else 4 * LARGEST):
        limit = LARGEST_BATCH if batch else 4 * LARGEST
        raise Faulty(fault(path, (0, 0), "too-large", found=f"> {limit}", limit=limit))
    text = texts.decoded(path, raw)
    if not batch and len(normal(text)) > LARGEST:
        raise Faulty(fault(path, (0, 0), "too-large", found=len(text), limit=LARGEST))
    if "\0" in text:
        raise Faulty(fault(path, texts.finder(text)(text.index("\0")), "control-character", found="U+0000"))
    said = list(_lines(path, text)) if batch else [normal(text)]
    return [Judged(one, advice.advise(one, phrases)) for one in said]


def _lines(path: str, text: str) -> Iterator[str]:
    """The message of each line: a JSON string, or an object with `text`."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
            message = found["text"] if isinstance(found, dict) else found
        except (ValueError, KeyError, RecursionError):
            message = None
        if not isinstance(message, str) or HALF.search(message):
            raise Faulty(fault(path, (number, 1), "not-message", found=line))
        yield normal(message)


def lines(path: str, found: list[Judged], form: str | None, words: str) -> Iterator[str]:
    """The report: as JSON, one object or one a line, or in words of this language."""
    if form == "json":
        yield json.dumps(found[0].advice.data(words), ensure_ascii=False, indent=2)
    elif form == "jsonl":
        yield from (json.dumps(one.advice.data(words), ensure_ascii=False) for one in found)
    else:
        yield from _told(path, found[0], language(words))


def _told(path: str, one: Judged, said: Language) -> Iterator[str]:
    names = said.table("components")
    for name, sentence in one.advice.components.items():
        yield f"{'✓' if sentence else '–'} {names[name]}: {shorten(sentence or said.say('cli.apology.missing'), 200)}"
    place = texts.finder(one.text)
    for flaw in one.advice.flaws:
        line, column = place(flaw.start)
        message = said.say("faults.wording", found=shorten(flaw.text), advice=flaw.message(said.id), better=flaw.better)
        yield f"{shorten(path, 4096)}:{line}:{column}: {flaw.code}: {message}"
    yield said.say("cli.apology.advice" if one.advice.flaws else "cli.apology.clean")

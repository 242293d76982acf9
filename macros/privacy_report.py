"""`tillit privacy`: what `privacy.py` finds in one file, with places, as lines for people or for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from . import privacy, texts
from .company import COMPANY
from .faults import Faulty, fault, shorten
from .languages import language, text_languages


@dataclass(frozen=True)
class Placed:
    """A hit and where it begins; line and column count from 1."""

    hit: privacy.Hit
    line: int
    column: int


def read(root: Path, path: str, raw: bytes, name: str | None) -> list[Placed]:
    """What is found in the bytes of a file. `name` is its language; None takes the one of the file's name.

    Faulty when the bytes are too many or are no text.
    """
    if len(raw) > texts.LARGEST_FILE:
        raise Faulty(fault(path, (0, 0), "too-large", found=f"> {texts.LARGEST_FILE}", limit=texts.LARGEST_FILE))
    text = texts.decoded(path, raw)
    at = texts.finder(text)
    if "\0" in text:
        raise Faulty(fault(path, at(text.index("\0")), "control-character", found="U+0000"))
    said = name or _named(path)
    found = privacy.find(text, language=said, allowed=_own_contacts(root))
    found += privacy.reidentifying(text, language=said)
    return [Placed(one, *at(one.start)) for one in sorted(found, key=lambda one: one.start)]


def _named(path: str) -> str:
    """The language in a name such as `late-delivery.da.md`, or nothing."""
    inner = Path(path).stem.rpartition(".")[2]
    return inner if inner in text_languages() else ""


def _own_contacts(root: Path) -> frozenset[str]:
    try:
        return privacy.own_contacts(texts.read_data(root, COMPANY).value)
    except Faulty:  # a company file that cannot be read is the business of `tillit check`
        return frozenset()


def lines(path: str, found: list[Placed], form: str | None, words: str) -> Iterator[str]:
    """The report: as one JSON array, as JSON lines, or in words of this language."""
    rows = [asdict(one.hit) | {"line": one.line, "column": one.column} for one in found]
    if form == "json":
        yield json.dumps(rows, ensure_ascii=False, indent=2)
    elif form == "jsonl":
        yield from (json.dumps(row, ensure_ascii=False) for row in rows)
    else:
        kinds, levels = (language(words).table(f"privacy.{table}") for table in ("kinds", "levels"))
        for one in found:
            what = f"{kinds[one.hit.kind]} ({levels[one.hit.level]}): {shorten(one.hit.value)}"
            yield f"{shorten(path, 4096)}:{one.line}:{one.column}: {what}"

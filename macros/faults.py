"""A fault: where it is, what was found, what was expected, how to mend it, in the reader's language.

The words stand under `faults` in `words/<language>.yml`; code names them by key.
"""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .languages import language

MOST_LISTED = 12  # allowed words in one message
MOST_COMPARED = 100  # words that a slip is compared with letter by letter


@dataclass(frozen=True, order=True)
class Fault:
    """One fault in one file. `line` and `column` count from 1; 0 means the file as a whole.

    `key` names the words; `values` are what they are filled with. `severity` is "error" or "warning".
    """

    path: str
    line: int
    column: int
    field: str
    key: str
    values: tuple[tuple[str, str], ...] = ()
    severity: str = "error"

    def say(self, words: str = "en") -> str:
        """`path:line:column: field: found, expected, how to mend`; a note says that it is one."""
        where = shorten(self.path, 4096) + (f":{self.line}:{self.column}" if self.line else "")
        what = f" {shorten(self.field, 120)}:" if self.field else ""  # a key is anybody's words
        if self.severity == "warning":
            what = f" {language(words).say('faults.note')}:{what}"
        return f"{where}:{what} {self.message(words)}"

    def message(self, words: str = "en") -> str:
        """Found, expected and how to mend, without the position."""
        said = language(words)
        values = dict(self.values)
        options = values.pop("_options", "")
        hint = values.pop("_hint", "")
        if "kind" in values:
            values["kind"] = said.table("privacy.kinds")[values["kind"]]
        if "advice" in values:
            values["advice"] = said.say(f"advice.{values['advice']}")
        if self.key in ("stage-needs", "section-missing"):  # what people call it, and when
            values["when"] = said.table("record.when")[values["stage"]]
            values["label"] = said.table("record.fields").get(self.field, {}).get("label", self.field)
        text = said.say(f"faults.{self.key}").format(**values)
        if hint:
            text += " " + said.say("faults.did-you-mean").format(hint=hint)
        elif options:
            text += " " + said.say("faults.one-of").format(options=options)
        return text


def fault(
    path: str,
    at: tuple[int, int],
    key: str,
    *,
    field: str = "",
    severity: str = "error",
    known: Iterable[str] = (),
    found: Any = None,
    **values: Any,
) -> Fault:
    """Make a fault; with `known`, the nearest known word becomes a did-you-mean, else the nearest dozen is listed."""
    said = {name: str(value) for name, value in values.items()}
    if found is not None:
        said["found"] = shorten(found)
    options = [str(word) for word in known]
    if options:
        options = _alike(str(found), options)
        near = difflib.get_close_matches(str(found), options, n=1, cutoff=0.6)
        said["_hint"] = near[0] if near else ""
        said["_options"] = ", ".join(_nearest(str(found), options))
    return Fault(path, at[0], at[1], field, key, tuple(sorted(said.items())), severity)


def _alike(found: str, options: list[str]) -> list[str]:
    """The options worth a close look: of many, those that share the most pairs of letters with what was found."""
    if len(options) <= MOST_COMPARED:
        return options
    pairs = _pairs(found)
    return heapq.nlargest(MOST_COMPARED, options, key=lambda option: len(pairs & _pairs(option)) / (len(option) + 1))


@lru_cache(maxsize=20_000)
def _pairs(word: str) -> frozenset[str]:
    return frozenset(map("".join, zip(word, word[1:], strict=False)))


def _nearest(found: str, options: list[str]) -> list[str]:
    """All options when they can be read at a glance, else the dozen nearest to what was found."""
    if len(options) <= MOST_LISTED:
        return options
    return difflib.get_close_matches(found, options, n=MOST_LISTED, cutoff=0)


def shorten(found: Any, limit: int = 60) -> str:
    """A value as shown in a message: one line, never longer than `limit` characters, control characters visible."""
    text = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in str(found))
    return text if len(text) <= limit else text[: limit - 1] + "…"


class Faulty(Exception):
    """Raised where one part of a text cannot be read at all; carries its fault."""

    def __init__(self, *faults: Fault):
        super().__init__("; ".join(f.say() for f in faults))
        self.faults = list(faults)

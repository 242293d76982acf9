"""A translation beside its original, in a terminal: changed words as `[-gone-]` and `{+new+}`."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from itertools import zip_longest

from .languages import FALLBACK, language
from .sidebyside import GONE, NEW, Part, Row, Work

FEWEST_COLUMNS = 40  # of one side; in a narrower terminal the translation stands below
MARKS = {NEW: ("{+", "+}"), GONE: ("[-", "-]")}


def lines(work: Work, words: str, width: int | None = None) -> Iterator[str]:
    """Everything, section by section, in the message language `words`."""
    names = language(words).table("cli.translate")
    width = width or shutil.get_terminal_size((100, 24)).columns
    yield f"{work.id}  {work.source.text.language} | {work.language}"
    for part in work.parts:
        yield ""
        yield f"== {part.id}: {state_words(part, words)}"
        for row in part.rows:
            yield ""
            yield from _beside(f"{row.field}: {_marked(row)}" if row.field else _marked(row), row.target, width)
        for term in part.terms:
            kind = names["false-friend"] if term.is_false_friend else names["term"]
            yield f"  {kind}: {term.word} {'≠' if term.is_false_friend else '→'} {term.better}"
        for one in part.differs:
            yield f"  {names['differs']}: {one.message(words)}"


def state_words(part: Part, words: str) -> str:
    """How a section stands, and why it is behind."""
    said = language(words)
    state = said.say(f"cli.state.{part.state}")
    if not part.why:
        return state
    since = "" if part.since is None else part.since.isoformat() if words == FALLBACK else said.date(part.since)
    return f"{state} ({said.say(f'cli.translate.why.{part.why}', date=since)})"


def _marked(row: Row) -> str:
    return "".join(words.join(MARKS.get(kind, ("", ""))) for kind, words in row.source)


def _beside(left: str, right: str, width: int) -> Iterator[str]:
    """Two texts in two columns; in a narrow terminal one below the other."""
    half = (width - 3) // 2
    if half < FEWEST_COLUMNS:
        yield from _wrapped(left, width)
        yield from (f"  | {line}" for line in _wrapped(right, width - 4))
        return
    for one, other in zip_longest(_wrapped(left, half), _wrapped(right, half), fillvalue=""):
        yield f"{one:<{half}} | {other}".rstrip()


def _wrapped(text: str, width: int) -> Iterator[str]:
    for line in text.split("\n"):
        hanging = " " * (len(line) - len(line.lstrip(" ")))
        yield from textwrap.wrap(line, width, subsequent_indent=hanging, break_long_words=False) or [""]

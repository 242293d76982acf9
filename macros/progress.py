"""A bar for whoever waits at a terminal; nothing at all in a pipe, a log or CI."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

PATIENCE = 1.0  # seconds without a word


def watched(paths: list[str], words: str) -> Iterator[str]:
    """The paths, one by one; after a second with a bar on standard error, which says `words` and goes in the end."""
    waiting = iter(paths)
    if not sys.stderr.isatty():
        yield from waiting
        return
    started = time.monotonic()
    for done, path in enumerate(waiting, 1):
        yield path
        if time.monotonic() - started >= PATIENCE:
            yield from _with_bar(waiting, words, done, len(paths))


def _with_bar(waiting: Iterator[str], words: str, done: int, total: int) -> Iterator[str]:
    from rich.console import Console  # takes longer to load than most checks take
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(waiting, words, total=total, completed=done, console=console, transient=True)

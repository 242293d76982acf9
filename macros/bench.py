"""How fast: each command as a whole process, several times; medians, since machines are noisy."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import advice, apology, cache, invented, library

MANY = 3_000  # write-ups; a third of them translated into every language
WORDS = 150  # of a message


@dataclass(frozen=True)
class Figure:
    """Wall seconds of each run and the most memory any run held, in MB (2^20 bytes)."""

    name: str
    seconds: tuple[float, ...]
    megabytes: float

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def measure(root: Path, runs: int) -> Iterator[Figure]:
    """Check all texts and build both editions of them, then check many write-ups, `runs` times each.

    Cold is without the cache, warm with it. RuntimeError when a command fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        tillit = [sys.executable, "-m", "macros.cli"]
        yield _figure("check all texts", [*tillit, "check"], root, runs)
        for edition in ("internal", "public"):
            command = [*tillit, "build", edition, "--to", str(Path(folder) / edition)]
            yield _figure(f"build {edition}", command, root, runs)
        many = Path(folder, "many")
        invented.project(root, many, MANY)
        check = [*tillit, "--root", str(many), "check"]
        kept = (many / cache.KEPT).parent
        yield _figure(f"check {MANY}, cold", check, root, runs, before=lambda: shutil.rmtree(kept, ignore_errors=True))
        yield _figure(f"check {MANY}, warm", check, root, runs)
        one = next((many / invented.SHELF).glob("*-invented-1.*.md"))
        yield _figure(f"check 1 of {MANY}", [*check, str(one)], root, runs)
    yield from _advice(root, runs)


def _advice(root: Path, runs: int) -> Iterator[Figure]:
    """The checker of apologies on a message of 150 words, in this process, with the rules loaded: by language."""
    found = library.load(root)
    emails = [one for one in found.checked.values() if one.text.shelf == "apologies" and "email" in one.body.by_id]
    for name, phrases in found.ground.phrases.items():
        said = (
            apology.text_of(part)
            for one in emails
            if one.text.language == name
            for part in one.body.by_id["email"].parts
        )
        text = " ".join(" ".join(said).split()[:WORDS])
        seconds = []
        for _ in range(runs * 20):
            started = time.perf_counter()
            advice.advise(text, phrases)
            seconds.append(time.perf_counter() - started)
        yield Figure(f"advice, {WORDS} words, {name}, ms", tuple(one * 1000 for one in seconds), 0)


def _figure(name: str, command: list[str], root: Path, runs: int, before: Callable[[], None] = lambda: None) -> Figure:
    made = []
    for _ in range(runs):
        before()
        made.append(_run(command, root))
    return Figure(name, tuple(seconds for seconds, _ in made), max(peak for _, peak in made))


def _run(command: list[str], root: Path) -> tuple[float, float]:
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{' '.join(command)} failed")
    return time.perf_counter() - started, used.ru_maxrss / 1024

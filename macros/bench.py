"""How fast: each command as a whole process, several times; medians, since machines are noisy."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


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
    """Check all texts and build both editions of them, `runs` times each. RuntimeError when a command fails."""
    with tempfile.TemporaryDirectory() as folder:
        tillit = [sys.executable, "-m", "macros.cli"]
        commands = {"check all texts": [*tillit, "check"]}
        for edition in ("internal", "public"):
            commands[f"build {edition}"] = [*tillit, "build", edition, "--to", str(Path(folder) / edition)]
        for name, command in commands.items():
            made = [_run(command, root) for _ in range(runs)]
            yield Figure(name, tuple(seconds for seconds, _ in made), max(peak for _, peak in made))


def _run(command: list[str], root: Path) -> tuple[float, float]:
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{' '.join(command)} failed")
    return time.perf_counter() - started, used.ru_maxrss / 1024

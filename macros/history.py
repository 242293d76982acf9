"""What a text said before, asked of Git: quick, and never a failure.

Git is asked for nothing but words to show. Where it is missing, or holds no version that is looked for (a shallow
clone, an original that was compared before it was committed), there is no answer, and whoever asks says so.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from . import shelves, texts, translations
from .faults import Faulty
from .shelves import Checked

MOST_VERSIONS = 200  # of one text; what is older was compared too long ago to be worth the wait
LONGEST_WAIT = 20  # seconds
# No lock, no question, and nothing fetched from another host for want of an object.
QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
CHANGE = re.compile(r":\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [A-Z]\t(.+)")


@dataclass(frozen=True)
class Older:
    """A committed version of an original, read as texts are now read; `day` is the commit's."""

    day: date
    checked: Checked


@dataclass
class History:
    """The committed versions of texts below `root`. `paths`: those that will be asked for, found all at once."""

    root: Path
    paths: Collection[str] = ()
    _commits: dict[str, list[tuple[date, str]]] = field(default_factory=dict)
    _known: dict[str, list[Older]] = field(default_factory=dict)
    _rest: dict[str, Iterator[Older]] = field(default_factory=dict)

    def older(self, path: str, sections: dict[str, str]) -> dict[str, Older]:
        """For each section and its fingerprint the newest committed version of `path` that had it so, if there is."""
        found: dict[str, Older] = {}
        for one in self._versions(path) if sections else ():
            marks = translations.fingerprints(one.checked)
            found |= {id: one for id, mark in sections.items() if id not in found and marks.get(id) == mark}
            if len(found) == len(sections):
                break
        return found

    def _versions(self, path: str) -> Iterator[Older]:
        """The versions of a text, newest first; each is read when somebody gets to it, and once."""
        if path not in self._rest:
            self._known[path], self._rest[path] = [], self._read(path)
        yield from self._known[path]
        for one in self._rest[path]:
            self._known[path].append(one)
            yield one

    def _read(self, path: str) -> Iterator[Older]:
        if path not in self._commits:
            self._commits |= _blobs(self.root, {*self.paths, path})
        for day, source in _contents(self.root, self._commits[path][:MOST_VERSIONS]):
            try:
                yield Older(day, shelves.check(texts.parse(path, source)))
            except Faulty:  # it could not be read as texts are today
                continue


def _blobs(root: Path, paths: Collection[str]) -> dict[str, list[tuple[date, str]]]:
    """Every blob that a path was in a commit, with the commit's day, newest first; also what only a branch had."""
    wanted = ["log", "--format=%cs", "--raw", "--no-abbrev", "--no-renames", "--relative", "-m", "--full-history"]
    found: dict[str, dict[str, date]] = {path: {} for path in paths}
    day = date.min
    for line in _git(root, *wanted, "--", *sorted(paths)).decode("utf-8", "replace").splitlines():
        if change := CHANGE.fullmatch(line):
            if change[2] in found and set(change[1]) != {"0"}:  # not where it was taken away
                found[change[2]].setdefault(change[1], day)
        elif line:
            day = date.fromisoformat(line)
    return {path: [(day, blob) for blob, day in blobs.items()] for path, blobs in found.items()}


def _contents(root: Path, blobs: list[tuple[date, str]]) -> Iterator[tuple[date, str]]:
    """What stands in blobs, as text; those that are none are left out."""
    if not blobs:
        return
    rest = _git(root, "cat-file", "--batch", said="".join(f"{blob}\n" for _, blob in blobs))
    for day, _ in blobs:
        head, _, rest = rest.partition(b"\n")
        if not head.endswith(b" missing") and (size := head.rpartition(b" ")[2]).isdigit():
            content, rest = rest[: int(size)], rest[int(size) + 1 :]
            try:
                yield day, content.decode("utf-8-sig")
            except UnicodeDecodeError:
                continue


def _git(root: Path, *command: str, said: str = "") -> bytes:
    """What Git says; nothing where it is not there, refuses or is slow."""
    try:
        run = subprocess.run(
            ["git", "-c", "core.quotePath=false", "-c", "log.showSignature=false", *command],
            cwd=root,
            input=said.encode(),
            env={**os.environ, **QUIET},
            capture_output=True,
            timeout=LONGEST_WAIT,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return b"" if run.returncode else run.stdout

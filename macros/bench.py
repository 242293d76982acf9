"""How fast: commands as whole processes, the checker and a key in the composer; medians, since machines are noisy."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import advice, apology, cache, invented, library
from .languages import text_languages

MANY = 3_000  # write-ups; a third of them translated into every language
WORDS = 150  # of a message
LETTER_OF_150 = "late-delivery/email"  # words, about
TYPE = """() => {
  const box = [...document.querySelectorAll('[contenteditable="plaintext-only"]')].at(-1), times = [];
  box.focus();
  for (let i = 0; i < 200; i++) {
    const before = performance.now();
    document.execCommand("insertText", false, "abcdefgh "[i % 9]);
    box.offsetHeight;
    times.push(performance.now() - before);
  }
  return times;
}"""


@dataclass(frozen=True)
class Figure:
    """Wall seconds of each run (milliseconds where the name says so), and the most memory in MB (2^20 bytes)."""

    name: str
    seconds: tuple[float, ...]
    megabytes: float

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def measure(root: Path, runs: int) -> Iterator[Figure]:
    """Check all texts, build both editions, type in the composer, check many write-ups, check apologies.

    Cold is without the cache, warm with it. RuntimeError when a command fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        tillit = [sys.executable, "-m", "macros.cli"]
        yield _figure("check all texts", [*tillit, "check"], root, runs)
        for edition in ("internal", "public"):
            command = [*tillit, "build", edition, "--to", str(Path(folder) / edition)]
            yield _figure(f"build {edition}", command, root, runs)
        yield from _keys(Path(folder) / "internal", text_languages(), runs)
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
    for name in text_languages():
        phrases = found.ground.phrases(name)
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


def _keys(site: Path, languages: tuple[str, ...], runs: int) -> Iterator[Figure]:
    """What a key costs in the composer, in Chromium, until the page is laid out anew: p95 of 200 keys, each run.

    Nothing where no Chromium is found (TILLIT_CHROMIUM, else `chromium` on the path).
    """
    path = os.environ.get("TILLIT_CHROMIUM") or shutil.which("chromium")
    if path is None:
        return
    from playwright.sync_api import sync_playwright

    handler = functools.partial(_Quiet, directory=str(site))
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as driver:
        page = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"]).new_page()
        for name in languages:
            found = []
            for _ in range(runs):
                page.goto(f"http://127.0.0.1:{server.server_port}/{name}/apology/#{LETTER_OF_150}/{name}")
                page.reload()
                page.locator('[contenteditable="plaintext-only"]').first.wait_for()
                found.append(sorted(page.evaluate(TYPE))[189])
            yield Figure(f"key in composer, {name}, ms", tuple(found), 0)
    server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *args: object) -> None:
        """A browser that leaves a page hangs up on what it no longer needs."""


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

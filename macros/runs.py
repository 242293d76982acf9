"""How a build is run: beside the last site and in its place when whole; its clock; whether our own code changed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

CONFIG = {"internal": "mkdocs.yml", "public": "mkdocs.public.yml"}
MARK = "assets/site/css/tillit.css"  # what every site of ours has, and nobody else's


class Refused(Exception):
    """A build that was not begun or did not end; `key` names the words under `cli`."""

    def __init__(self, key: str):
        super().__init__(key)
        self.key = key


def build(root: Path, edition: str, target: Path, tell: Callable[[str], None]) -> int:
    """Build an edition and put it in the place of `target`; the number of its pages is returned.

    `tell` gets every line MkDocs says but its plain notes; of a traceback the last, which says what is wrong. Refused
    when `target` holds something that is no site of ours ("not-a-site"), another build of it runs ("build-busy"), or
    the build fails ("build-failed"): then `target` is as it was.
    """
    target = target.resolve()  # a link stays, and what it leads to is replaced
    if target.exists() and not (target.is_dir() and (not any(target.iterdir()) or (target / MARK).is_file())):
        raise Refused("not-a-site")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone(target), stopped_in_order():
        beside = f".tillit-build-{_name_of(target)}-"  # nobody else's folder, and no other target's
        for left in target.parent.glob(f"{beside}*"):  # by a build that was killed
            shutil.rmtree(left, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix=beside, dir=target.parent))
        try:
            if not _mkdocs(root, edition, fresh, tell):
                raise Refused("build-failed")
            pages = sum(1 for _ in fresh.rglob("*.html"))
            _swap(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return pages


def _name_of(target: Path) -> str:
    """A word for a target that no other target has."""
    return sha256(str(target.resolve()).encode()).hexdigest()[:16]


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Hold the one lock of a target, where the system has such locks."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with open(Path(tempfile.gettempdir(), f"tillit-{os.getuid()}-{_name_of(target)}.lock"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused("build-busy") from None
        yield


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """Let a polite kill clean up after itself like Ctrl+C."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _mkdocs(root: Path, edition: str, folder: Path, tell: Callable[[str], None]) -> bool:
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "-f",
        str(root / CONFIG[edition]),
        "-d",
        str(folder),
    ]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    run = subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        broken = ""
        for line in run.stdout:
            if broken or line.startswith("Traceback "):
                broken = line.strip() or broken
            elif not line.startswith("INFO"):
                tell(line.rstrip())
        if broken:
            tell(broken)
        return run.wait() == 0
    finally:
        run.kill()


def _swap(fresh: Path, target: Path) -> None:
    """Put the new site in the old one's place, by two renames: for the moment between them neither stands there."""
    mask = os.umask(0)
    os.umask(mask)
    fresh.chmod(0o777 & ~mask)  # mkdtemp's folders are for their owner alone
    old = target.with_name(f"{fresh.name}-old")
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def fix_clock(root: Path) -> None:
    """No byte depends on today: whatever asks for the time gets that of the commit."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return
    command = ["git", "-C", str(root), "-c", "log.showSignature=false", "log", "-1", "--format=%ct"]
    try:
        said = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:  # no Git here
        said = ""
    os.environ["SOURCE_DATE_EPOCH"] = said if said.isdecimal() else "0"


def code_state(root: Path) -> dict[str, float]:
    """When each file of our code was last written."""
    files = [root / "hooks.py", *sorted((root / "macros").rglob("*"))]
    kinds = {".py", ".html", ".yml", ".txt"}
    return {
        str(path.relative_to(root)): path.stat().st_mtime for path in files if path.suffix in kinds and path.is_file()
    }


def changed(before: dict[str, float], now: dict[str, float]) -> list[str]:
    """The files whose code is no longer what was loaded: Python keeps what it has."""
    return sorted(path for path in {**before, **now} if before.get(path) != now.get(path))

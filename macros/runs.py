"""How a build is run: its clock, and whether our own code changed since it was loaded."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def fix_clock(root: Path) -> None:
    """No byte depends on today: whatever asks for the time gets that of the commit."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return
    asked = subprocess.run(["git", "-C", str(root), "log", "-1", "--format=%ct"], capture_output=True, text=True)
    os.environ["SOURCE_DATE_EPOCH"] = asked.stdout.strip() or "0"


def code_state(root: Path) -> dict[str, float]:
    """When each file of our code was last written."""
    files = [root / "hooks.py", *sorted((root / "macros").rglob("*"))]
    kinds = {".py", ".html", ".yml"}
    return {
        str(path.relative_to(root)): path.stat().st_mtime for path in files if path.suffix in kinds and path.is_file()
    }


def changed(before: dict[str, float], now: dict[str, float]) -> list[str]:
    """The files whose code is no longer what was loaded: Python keeps what it has."""
    return sorted(path for path in {**before, **now} if before.get(path) != now.get(path))

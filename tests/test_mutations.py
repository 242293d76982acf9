"""Whatever stands in the file of a write-up: faults with a place and a mend, soon, and never a traceback."""

from __future__ import annotations

from pathlib import Path

from conftest import SEED, size
from mutations import run


def test_no_mutant_is_too_much_for_the_check(tmp_path: Path) -> None:
    """Each is checked, its faults help, and what is without faults can be shown without harm."""
    report = run(SEED, range(size(40, 10_000)), tmp_path)
    print(report)
    assert report.failures == []
    assert report.checked == size(40, 10_000)
    assert report.shown > 0
    assert len(report.keys) > 20  # they are broken in many ways

"""The fields, sections and rules of each shelf, one text at a time."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from planted import Texts, check_case, parametrised


@parametrised("shelves")
def test_a_shelf_takes_what_is_right_and_names_what_is_not(case: dict[str, Any], tmp_path: Path) -> None:
    """Each planted slip is found at its line and column, and its near miss passes."""
    check_case(case, tmp_path)


def test_a_day_without_an_hour_stays_a_day(tmp_path: Path) -> None:
    """A moment given as a date is not midnight: the site would say that the answer came at 0.00."""
    project = Texts(tmp_path / "texts")
    path = "playbooks/incidents/2026-02-12-late-sofas.sv.md"
    project.change(path, "first_answer: 2026-02-05 11:10", "first_answer: 2026-02-05")
    facts = project.library().things["incidents/2026-02-12-late-sofas"].facts
    assert type(facts.first_answer) is date
    assert facts.first_answer == date(2026, 2, 5)
    assert facts.detected == datetime(2026, 2, 5, 9, 30)

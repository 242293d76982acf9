"""The fields, sections and rules of each shelf, one text at a time."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from planted import Texts, check_case, parametrised, short

from macros import bodies, texts


@parametrised("shelves")
def test_a_shelf_takes_what_is_right_and_names_what_is_not(case: dict[str, Any], tmp_path: Path) -> None:
    """Each planted slip is found at its line and column, and its near miss passes."""
    check_case(case, tmp_path)


def test_a_text_with_too_much_in_it_is_told_where_it_is_too_much(tmp_path: Path) -> None:
    """Limits on how many values and links a file holds are faults with a place, as any other."""
    project = Texts(tmp_path / "texts")
    path = "playbooks/situations/lost-parcel.da.md"
    terms = ",\n  ".join(f"ord {number}" for number in range(texts.MOST_YAML_EVENTS))
    project.change(path, "summary: Find pakken.", f"search_terms: [{terms}]\nsummary: Find pakken.")
    links = "\n".join("[ring](#search)" for _ in range(bodies.MOST_MARKS + 1))
    project.change("playbooks/process/apologise.da.md", "Sig tak.", links)
    found = {one.path: one for one in project.faults()}
    before = 17  # what YAML counts before the first term, which stands on line 7
    assert short(found[path]) == f"{path}:{7 + texts.MOST_YAML_EVENTS - before}:3 yaml-too-much"
    assert short(found["playbooks/process/apologise.da.md"]).endswith(f":{20 + bodies.MOST_MARKS}:1 too-many")


def test_a_day_without_an_hour_stays_a_day(tmp_path: Path) -> None:
    """A moment given as a date is not midnight: the site would say that the answer came at 0.00."""
    project = Texts(tmp_path / "texts")
    path = "playbooks/incidents/2026-02-12-late-sofas.sv.md"
    project.change(path, "first_answer: 2026-02-05 11:10", "first_answer: 2026-02-05")
    facts = project.library().things["incidents/2026-02-12-late-sofas"].facts
    assert type(facts.first_answer) is date
    assert facts.first_answer == date(2026, 2, 5)
    assert facts.detected == datetime(2026, 2, 5, 9, 30)

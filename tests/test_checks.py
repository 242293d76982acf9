"""The rules that hold between texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from planted import Texts, check_case, parametrised, short

from macros import checks


@parametrised("checks")
def test_a_rule_between_texts_names_every_text_that_breaks_it(case: dict[str, Any], tmp_path: Path) -> None:
    """Each planted slip is found at its line and column, and its near miss passes."""
    check_case(case, tmp_path)


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_a_text_whose_audience_nobody_can_know_fails_every_edition(edition: str, tmp_path: Path) -> None:
    """A translation without original, or with two, might be in any edition."""
    project = Texts(tmp_path / "texts")
    original = "born: sv\nowner: editor\nreviewed: 2026-10-01"
    project.write("playbooks/situations/lost-parcel.da.md", "---\ntranslates: nb\ntitle: T\nsummary: S\n---\n")
    project.change("playbooks/process/apologise.sv.md", "translates: da", original)
    mine, _ = checks.edition_faults(project.library().edition(edition))
    assert sorted(map(short, mine)) == [
        "playbooks/process/apologise.sv.md:2:1 two-originals",
        "playbooks/situations/lost-parcel.da.md:2:1 no-original",
    ]


def test_an_edition_is_not_told_of_notes_as_its_faults(tmp_path: Path) -> None:
    """Notes never stand among the faults an edition fails by."""
    project = Texts(tmp_path / "texts")
    project.change("playbooks/process/apologise.sv.md", "{#five-parts}", "{#fem-delar}")
    mine, others = checks.edition_faults(project.library().edition("internal"))
    assert mine == []
    assert [one.severity for one in others] == ["warning"]

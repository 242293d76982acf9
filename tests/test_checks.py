"""The rules that hold between texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planted import check_case, parametrised


@parametrised("checks")
def test_a_rule_between_texts_names_every_text_that_breaks_it(case: dict[str, Any], tmp_path: Path) -> None:
    """Each planted slip is found at its line and column, and its near miss passes."""
    check_case(case, tmp_path)

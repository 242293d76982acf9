"""Words that the glossary has a better one for, found in texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from planted import MESSAGES, Texts, parametrised, remembering, short

from macros import glossary, library, proofreading, shelves, spelling, terms, texts
from macros.languages import text_languages


@parametrised("terms")
def test_a_word_we_have_a_better_one_for_is_named_with_it(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At its line and column, in every language of messages; its near miss passes."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(spelling, "_ask", remembering())
    project = Texts(tmp_path / "texts")
    project.apply(case["changes"])
    found = sorted(one for one in proofreading.proofread(project.library()).faults() if one.key == "term")
    assert sorted(map(short, found)) == sorted(case["faults"]), "\n".join(one.say() for one in found)
    for one in found:
        for words in MESSAGES:
            assert dict(one.values)["better"] in one.say(words)
    if "says" in case:
        assert found[0].message() == case["says"]


@pytest.mark.parametrize("name", text_languages())
def test_every_word_our_glossary_avoids_is_found_in_a_text(name: str) -> None:
    """Whatever pattern it is written as: a rule that never holds would help nobody."""
    ours = library.load(ROOT, asked=["docs/index.da.md"]).glossary
    rules = glossary.rules(ours, name)
    avoided = {
        id: said.avoid for id, concept in ours.concepts.items() if (said := getattr(concept, name)) and said.avoid
    }
    assert avoided
    for id, sources in avoided.items():
        for source in sources:
            plain = " ".join(part.strip("*?").split("|")[0] for part in source.split() if not part.startswith(".."))
            head = "---\nborn: da\n---\n"
            one = shelves.check(texts.parse(f"playbooks/process/x.{name}.md", f"{head}Her: {plain}.\n"))
            assert id in {slip.id for slip in terms.slips(one, rules)}, source

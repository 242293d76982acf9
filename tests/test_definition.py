"""One definition of a write-up: the schema, the template, the table and every form say what the model says."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
import yaml
from conftest import ROOT, Built

from macros import checks, drafts, forms, record, templates
from macros.languages import FALLBACK, language, text_languages
from macros.library import Library
from macros.shelves import Incident

ASIDE = {"born", "formerly", "not_personal"}  # known to the file, asked of nobody
NO_ACCOUNT = tuple(record.ACCOUNTS.values())


def test_every_field_of_the_model_is_asked_once(ours: Library) -> None:
    """A field that comes later is in every form, or said to be asked of nobody."""
    asked = [one.name for one in forms.questions(ours, language("da"))]
    assert sorted(asked) == sorted(set(Incident.model_fields) - ASIDE)


def test_every_question_has_words_of_its_own_in_every_language(ours: Library) -> None:
    """Label, help and the words for each choice: none falls back on the field's own name."""
    for name in (*text_languages(), FALLBACK):
        for one in forms.questions(ours, language(name)):
            for part in (one, *one.inner):
                assert part.label and part.help and part.label != part.name, (name, part.name)
                assert all(words for _, words in part.options), (name, part.name)


def test_a_question_is_of_the_kind_its_field_is(ours: Library) -> None:
    """Read from the annotations: one of each kind, with its bounds."""
    asked = {one.name: one for one in forms.questions(ours, language("sv"))}
    kinds = {"title": "line", "what_to_do": "paragraph", "affected": "number", "retain_until": "date"}
    kinds |= {"happened": "moment", "cause": "choice", "remedies": "choices", "search_terms": "lines"}
    kinds |= {"consent": "group", "promises": "list"}
    assert {name: asked[name].kind for name in kinds} == kinds
    assert (asked["severity"].least, asked["severity"].most, asked["title"].most) == (1, 4, 120)
    assert dict(asked["countries"].options) == {"dk": "Danmark", "se": "Sverige", "no": "Norge"}
    assert dict(asked["owner"].options)["editor"] == "Redaktör"
    assert {part.name: part.required for part in asked["promises"].inner} == dict.fromkeys(
        ("id", "owner", "due", "kept"), True
    )


def test_the_schema_in_the_repository_is_made_from_the_definition(ours: Library) -> None:
    """Out of step? Run ./tillit schema."""
    assert (ROOT / templates.SCHEMA).read_text(encoding="utf-8") == templates.files(ours)[templates.SCHEMA]


@pytest.mark.parametrize("name", text_languages())
def test_the_template_in_the_repository_is_made_from_the_definition(ours: Library, name: str) -> None:
    """Out of step? Run ./tillit schema."""
    path = templates.TEMPLATE.format(language=name)
    assert (ROOT / path).read_text(encoding="utf-8") == templates.files(ours)[path]


# The schema -----------------------------------------------------------------------------------------------------------


def front_of(source: str) -> dict[str, Any]:
    """Front matter as an editor's YAML reads it: numbers are numbers, all else is text."""
    plain = yaml.load(source.split("---\n")[1], yaml.BaseLoader)
    numbers = {name for name, one in json_schema()["properties"].items() if one.get("type") == "integer"}
    found = {name: int(value) if name in numbers else value for name, value in plain.items()}
    for name in NO_ACCOUNT:
        if name in found:
            found[name]["asked"] = int(found[name]["asked"])
    return found


def json_schema() -> dict[str, Any]:
    return json.loads((ROOT / templates.SCHEMA).read_text(encoding="utf-8"))


def faults_in(front: dict[str, Any]) -> list[str]:
    validator = jsonschema.Draft202012Validator(json_schema())
    return [one.message for one in validator.iter_errors(front)]


def test_every_write_up_of_ours_fits_the_schema(ours: Library) -> None:
    """What the check takes, an editor does not underline."""
    jsonschema.Draft202012Validator.check_schema(json_schema())
    originals = [thing.original.text.path for thing in ours.things.values() if thing.shelf == "incidents"]
    assert len(originals) >= 18
    for path in originals:
        assert faults_in(front_of((ROOT / path).read_text(encoding="utf-8"))) == [], path


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("severity", 5),
        ("cause", "bad luck"),
        ("countries", ["dk", "uk"]),
        ("happened", "3. februar"),
        ("promises", [{"id": "refund"}]),
        ("colour", "red"),
        ("affected", "many"),
    ],
)
def test_an_editor_underlines_what_the_check_refuses(field: str, value: Any) -> None:
    """A slip of each kind is found by the schema, too."""
    front = front_of((ROOT / "playbooks/incidents/2026-02-12-late-sofas.sv.md").read_text(encoding="utf-8"))
    assert faults_in(front | {field: value}) != []


def test_an_editor_knows_what_the_stage_needs() -> None:
    """The seven things of a first notice are asked for by the schema as by the check."""
    front = {"born": "da", "stage": "notice", "title": "T", "summary": "S", "countries": ["dk"]}
    said = " ".join(faults_in(front))
    assert all(name in said for name in ("who_is_affected", "what_to_do", "next_update", "contact"))
    assert "severity" not in said


# The template ---------------------------------------------------------------------------------------------------------

FILLED = {
    "title": "Stolen",
    "summary": "En stol.",
    "countries": "[dk]",
    "who_is_affected": "Alle.",
    "what_to_do": "Intet.",
    "next_update": "2026-02-10",
    "contact": "[phone]",
}


def filled(template: str) -> str:
    """A template as a contributor hands it in who fills in what is open, and nothing else."""
    for name, value in FILLED.items():
        template, count = re.subn(rf"(?m)^{name}:$", f"{name}: {value}", template)
        assert count == 1, name
    return template.replace("<!-- ", "", 1).replace(" -->", "", 1)  # the first section: what happened


def whole(template: str) -> str:
    """The same with every mark taken away from in front of a line: a record that is closed."""
    fields = "|".join(name for name in Incident.model_fields if name not in NO_ACCOUNT)
    template = re.sub(rf"(?m)^# (?=(?:{fields}): .)", "", template)
    template = re.sub(r"(?m)^# (promises|prevention):\n#   - ", r"\1:\n  - ", template)
    template = re.sub(r"<!-- (.*) -->", r"\1", template)
    return template.replace("stage: notice", "stage: closed")


@pytest.mark.parametrize("name", text_languages())
def test_a_template_filled_in_where_it_is_open_is_a_first_notice(ours: Library, name: str) -> None:
    """Seven answers and one section: nothing else is asked of it, and what is left is told."""
    source = filled((ROOT / templates.TEMPLATE.format(language=name)).read_text(encoding="utf-8"))
    faults, later = drafts.judge(ours, f"playbooks/incidents/2026-02-20-stol.{name}.md", source)
    assert [one.say() for one in faults] == []
    assert list(later) == ["open", "closed"] and "first_answer" in later["open"] and "#cause" in later["closed"]


@pytest.mark.parametrize("name", text_languages())
def test_the_examples_of_a_template_make_a_closed_record(ours: Library, name: str) -> None:
    """What stands behind the marks holds together: dates in order, promises with words, everything there."""
    source = whole(filled((ROOT / templates.TEMPLATE.format(language=name)).read_text(encoding="utf-8")))
    faults, later = drafts.judge(ours, f"playbooks/incidents/2026-02-20-stol.{name}.md", source)
    assert [one.say() for one in faults] == []
    assert later == {}


def test_a_copied_template_says_where_each_open_answer_is_missing(ours: Library) -> None:
    """Nothing filled in: a fault at the line of every field that stands open."""
    path = templates.TEMPLATE.format(language="da")
    source = (ROOT / path).read_text(encoding="utf-8")
    faults, _ = drafts.judge(ours, "playbooks/incidents/2026-02-20-stol.da.md", source)
    lines = source.split("\n")
    assert {lines[one.line - 1] for one in faults} == {*(f"{name}:" for name in FILLED), "## Hvad skete der"}


# The table ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", text_languages())
def test_the_table_of_fields_holds_every_field(internal: Built, ours: Library, name: str) -> None:
    """A contributor finds each field by its name and by what it is called, in the own language."""
    table = internal.page(f"{name}/write-up/").css_first(".record-fields")
    shown = {node.text(): node.parent.css_first("strong").text() for node in table.css("td:first-child > code")}
    assert shown == {one.name: one.label for one in forms.questions(ours, language(name))}


# What is left to do ---------------------------------------------------------------------------------------------------


def test_what_a_later_stage_asks_for_is_no_fault_before(ours: Library) -> None:
    """An open record has no fault for what closing it will ask; the list of that is not empty."""
    open_ones = [one for one in ours.things.values() if getattr(one.facts, "stage", "") == "open"]
    assert open_ones
    faulty = {one.path for one in checks.all_faults(ours)}
    for thing in open_ones:
        assert thing.original.text.path not in faulty
        assert list(record.to_do(thing.original)) == ["closed"]

"""The definition of a write-up written down: a schema for editors, a template to copy, a table to look things up in.

All three are made from `forms.py`; `tillit schema` writes the first two into the repository.
"""

from __future__ import annotations

import json
import textwrap
from typing import Any

from . import forms, record
from .forms import Question
from .languages import FALLBACK, Language, language, text_languages
from .library import Library

SCHEMA = "schema/incident.json"
TEMPLATE = "schema/incident.{language}.md"
WIDTH = 110
LATER = ("open", "closed")
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2})?$"

# One record that holds together, so that whoever takes the marks away in front of the lines has a right one.
EXAMPLES: dict[str, Any] = {
    **{"audience": "internal", "owner": "case-owner", "stage": "notice", "countries": '[dk, "no"]', "severity": "3"},
    **{
        "situation": "late-delivery",
        "channel": "phone",
        "next_update": "2026-02-04 12:00",
        "contact": "[phone, email]",
    },
    **{"happened": "2026-02-03", "detected": "2026-02-03 09:30", "found_by": "customer"},
    **{"first_answer": "2026-02-03 11:10", "facts_complete": "2026-02-04", "offered": "2026-02-04"},
    **{"accepted": "2026-02-05", "delivered": "2026-02-09", "followed_up": "2026-02-16"},
    **{"affected": "64", "reported": "12", "loss_money": "0", "loss_hours": "90", "currency": "dkk"},
    **{"cause": "routine", "responsibility": '"yes"', "legal_checked": f"[{', '.join(record.TRIGGERS)}]"},
    **{"legal_found": "[consumer-rights]", "apology": record.OWN_WORDS, "remedies": "[refund, discount]"},
    **{"own_proposal": '"no"', "cost": "32000", "value": "40000", "in_kind": '"yes"', "changed": "[]"},
    **{"promises": '\n#   - {id: new-date, owner: case-owner, due: 2026-02-09, kept: "yes"}'},
    **{"prevention": "\n#   - {id: stock-check, owner: process-owner, due: 2026-03-31}"},
    **{"staff_role": "case-owner", "staff_read": "2026-02-20", "confirmed_by_customer": '"yes"'},
    **{"confirmed_on": "2026-02-16", "case": "NH-2026-0412", "retain_until": "2029-02-28"},
    "consent": "{kind: given, by_role: case-owner, on: 2026-02-16, until: 2029-02-16}",
    # Only where there is no account to tell.
    "no_customers_account": '{asked: 2, why: "…"}',
    "no_staff_account": '{asked: 2, why: "…"}',
}


def files(library: Library) -> dict[str, str]:
    """What `tillit schema` writes, by path."""
    made = {SCHEMA: json.dumps(schema(library), indent=2, ensure_ascii=False) + "\n"}
    return made | {TEMPLATE.format(language=name): template(library, language(name)) for name in text_languages()}


# The schema -----------------------------------------------------------------------------------------------------------


def schema(library: Library) -> dict[str, Any]:
    """The front matter of a write-up as JSON Schema (2020-12); what each stage needs stands under `allOf`."""
    asked = forms.questions(library, language(FALLBACK))
    needs = [
        {
            "if": {"properties": {"stage": {"const": stage}}, "required": ["stage"]},
            "then": {"required": [one for one in record.NEEDED[stage] if one[0] != "#" and one not in record.MAY_LACK]},
        }
        for stage in record.STAGES
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A write-up (made by ./tillit schema; do not edit)",
        "type": "object",
        "properties": {"born": _born()} | {one.name: _property(one) for one in asked} | _aside(),
        "required": ["born", *(one.name for one in asked if one.required)],
        "additionalProperties": False,
        "allOf": needs,
    }


def _born() -> dict[str, Any]:
    words = language(FALLBACK).table("record.fields")["born"]
    return {"title": words["label"], "description": words["help"], "enum": list(text_languages())}


def _aside() -> dict[str, Any]:
    """Fields that nobody is asked for."""
    words = language(FALLBACK).table("record.fields")
    inner = {"type": "object", "required": ["found", "why"], "additionalProperties": False}
    inner["properties"] = {name: {"type": "string", "description": words[name]["help"]} for name in ("found", "why")}
    return {
        "formerly": {"description": words["formerly"]["help"], "type": "array", "items": {"type": "string"}},
        "not_personal": {"description": words["not_personal"]["help"], "type": "array", "items": inner},
    }


def _property(one: Question) -> dict[str, Any]:
    said = {"title": one.label, "description": _described(one)}
    if one.name in forms.OF_TEXTS:
        item = {"type": "string", "pattern": one.pattern}
        return said | ({"type": "array", "items": item} if one.kind == "choices" else item)
    if one.kind == "choice":
        return said | {"enum": [value for value, _ in one.options]}
    if one.kind == "choices":
        return said | {"type": "array", "items": {"enum": [value for value, _ in one.options]}, "uniqueItems": True}
    if one.kind == "lines":
        return said | {"type": "array", "items": {"type": "string"}}
    if one.kind == "list":
        return said | {"type": "array", "items": _object(one.inner)}
    if one.kind == "group":
        return said | _object(one.inner)
    if one.kind == "number":
        bounds = {"minimum": one.least, "maximum": one.most}
        return said | {"type": "integer"} | {key: value for key, value in bounds.items() if value is not None}
    pattern = {"date": DAY, "moment": MOMENT}.get(one.kind, one.pattern)
    bounds = {"pattern": pattern or None, "minLength": one.least, "maxLength": one.most}
    return said | {"type": "string"} | {key: value for key, value in bounds.items() if value is not None}


def _object(inner: tuple[Question, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {one.name: _property(one) for one in inner},
        "required": [one.name for one in inner if one.required],
        "additionalProperties": False,
    }


def _described(one: Question) -> str:
    """The help, and what each value means where its name does not say it."""
    listed = () if one.name in forms.OF_TEXTS else one.options
    values = [f"{value}: {words}" for value, words in listed if value != words]
    return one.help + (" " + "; ".join(values) + "." if values else "")


# The template ---------------------------------------------------------------------------------------------------------


def template(library: Library, said: Language) -> str:
    """The file to copy: what a first notice needs stands open, the rest waits behind a mark, each with its help."""
    lines = ["---", *(f"# {line}" for line in said.say("record.template").strip().split("\n")), f"born: {said.id}", ""]
    group = ""
    for one in forms.questions(library, said):
        if one.group != group:
            group = one.group
            if title := said.table("record.groups").get(group):
                lines += ["", f"# {title} ".ljust(WIDTH, "-")]
        lines += _asked(one, said)
    lines += ["---", ""]
    for section in forms.sections(said):
        lines += [f"## {section.heading}", "", f"<!-- {section.placeholder} -->", ""]
    return "\n".join(lines)


def short(library: Library, said: Language) -> str:
    """The seven things of a first notice and nothing else: as much as an address can carry."""
    needed = [one for one in forms.questions(library, said) if one.required or one.stage == record.STAGES[0]]
    front = [f"{one.name}: {record.STAGES[0] if one.name == 'stage' else ''}".rstrip() for one in needed]
    heading = next(one.heading for one in forms.sections(said) if one.stage == record.STAGES[0])
    return "\n".join(["---", f"born: {said.id}", *front, "---", "", f"## {heading}", "", ""])


def _asked(one: Question, said: Language) -> list[str]:
    """One field: its help as remarks above it, then the field itself or, when it can wait, an example of it."""
    when = f" ({said.say(f'record.when.{one.stage}')})" if one.stage in LATER else ""
    remarks = _remark(f"{one.label}{when}: {one.help}", "# ")
    if one.options and one.name not in forms.OF_TEXTS:
        remarks += _remark(" | ".join(_value_said(value, words) for value, words in one.options), "#   ")
    for inner in one.inner:
        choices = f" ({' | '.join(value for value, _ in inner.options)})" if inner.options else ""
        remarks += _remark(f"{inner.name}: {inner.help}{choices}", "#   ")
    if one.required or one.stage == "notice":
        live = {"stage": "notice"}.get(one.name, "")
        return [*remarks, f"{one.name}: {live}".rstrip()]
    example = EXAMPLES.get(one.name)
    if example is None:
        return [*remarks, f"# {one.name}:"]
    return [*remarks, f"# {one.name}: {example}".replace(": \n", ":\n")]


def _remark(words: str, mark: str) -> list[str]:
    lines = textwrap.wrap(words, WIDTH, initial_indent=mark, subsequent_indent=mark, break_on_hyphens=False)
    return [line.replace("\u00a0", " ") for line in lines]


def _value_said(value: str, words: str) -> str:
    shown = f'"{value}"' if value in ("yes", "no") else value
    return shown if value == words else f"{shown} = {words}".replace(" ", "\u00a0")  # kept on one line


# The table ------------------------------------------------------------------------------------------------------------


def rows(library: Library, said: Language) -> list[tuple[str, list[tuple[Question, str]]]]:
    """The fields by group, each with the words for the stage that asks for it first."""
    groups = said.table("record.groups")
    found: dict[str, list[tuple[Question, str]]] = {}
    for one in forms.questions(library, said):
        first = one.stage or (record.STAGES[0] if one.required else "")
        stage = said.say(f"record.when.{first}") if first else ""
        found.setdefault(groups.get(one.group, groups["basics"]), []).append((one, stage))
    return list(found.items())

"""The definition of a write-up as people meet it: every question with its kind, words, choices and stage.

It is read from the model in `record.py` and the words of a language. The report form, the CMS, the editor's schema, the
template to copy, the table of fields and the command line all ask what stands here, so none can be out of step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from . import record
from .languages import Language, value_words
from .library import Library
from .shelves import Incident
from .values import is_public

ROLES = ("owner", "staff_role", "by_role")  # fields that name a role of the company
OF_TEXTS = ("apology", "changed")  # fields that name texts of the library: what they may be grows with every text
WORDS_GROUP = "words"  # title, summary, search_terms: what a translation has too


@dataclass(frozen=True)
class Question:
    """One field of the record.

    `kind`: `line` (one sentence), `paragraph`, `number`, `date`, `moment` (a day, with the hour if known), `choice`,
    `choices` (several of `options`), `lines` (free words, several), `group` (fields inside: `inner`), `list` (several
    such groups). `stage` is the first that asks for it, or empty. `least` and `most` bound a number's value or a text's
    length.
    """

    name: str
    kind: str
    label: str
    help: str
    group: str = ""
    stage: str = ""
    required: bool = False  # whether the field (or, inside a group, this part of it) can never be left out
    public: bool = False
    words: bool = False  # whether each language says it for itself
    options: tuple[tuple[str, str], ...] = ()  # value and its words
    least: int | None = None
    most: int | None = None
    pattern: str = ""
    inner: tuple[Question, ...] = ()


@dataclass(frozen=True)
class SectionQuestion:
    """One section of the body: its heading, the stage that asks for it, and what it says when nobody has written."""

    id: str
    heading: str
    placeholder: str
    stage: str
    public: bool


def questions(library: Library, said: Language) -> list[Question]:
    """Every field people are asked for, in the order of the groups; choices come from the company's own lists."""
    asked = [_question(name, Incident.model_fields[name], library, said) for name in names()]
    return [replace(one, stage=_stage(one.name)) for one in asked]


def names() -> Iterator[str]:
    """Words first, then what everyone is asked, then the groups of the record in their order."""
    yield from ("title", "summary", "search_terms", "audience", "owner")
    groups: dict[str, list[str]] = {}
    # Words before facts of one group: what to do before when we say more.
    for model in (record.RecordWords, record.RecordFacts):
        for name, field in model.model_fields.items():
            groups.setdefault(field.json_schema_extra["group"], []).append(name)
    order = dict.fromkeys(field.json_schema_extra["group"] for field in record.RecordFacts.model_fields.values())
    for group in order:
        yield from groups[group]


def _stage(name: str) -> str:
    return next((stage for stage in record.STAGES if name in record.NEEDED[stage]), "")


def sections(said: Language) -> list[SectionQuestion]:
    """The sections of a write-up in their order."""
    headings, hints = said.table("sections"), said.table("record.placeholders")
    return [
        SectionQuestion(id, headings[id], hints[id], _stage(f"#{id}"), id in record.PUBLIC_SECTIONS)
        for id in record.SECTIONS
    ]


def _question(name: str, field: FieldInfo, library: Library, said: Language) -> Question:
    words = said.table("record.fields")[name]
    kind, least, most, pattern, inner = _kind(field, library, said)
    options = _options(name, field.annotation, library, said)
    if options and kind == "line":
        kind = "choice"
    if options and kind == "lines":
        kind = "choices"
    group = (field.json_schema_extra or {}).get("group", WORDS_GROUP if name in _WORDS else "basics")
    return Question(
        name=name,
        kind=kind,
        label=words["label"],
        help=words["help"],
        group=group,
        required=field.is_required(),
        public=is_public(field),
        words=name in _WORDS or name in record.RecordWords.model_fields,
        options=options,
        least=least,
        most=most,
        pattern=pattern,
        inner=inner,
    )


_WORDS = ("title", "summary", "search_terms")


def _kind(field: FieldInfo, library: Library, said: Language) -> tuple[str, int | None, int | None, str, tuple]:
    """What is asked for, its bounds and pattern, and the fields inside: all read from the annotation."""
    base, limits = _plain(field.annotation)
    limits = [*limits, *field.metadata]
    least = next(
        (value for one in limits for name in ("ge", "min_length") if (value := getattr(one, name, None))), None
    )
    most = next((value for one in limits for name in ("le", "max_length") if (value := getattr(one, name, None))), None)
    pattern = next((value for one in limits if (value := getattr(one, "pattern", None))), "")
    if get_origin(base) is tuple:
        item, inner_limits = _plain(get_args(base)[0])
        if isinstance(item, type) and issubclass(item, BaseModel):
            return "list", least, most, "", _inner(item, library, said)
        pattern = next((value for one in inner_limits if (value := getattr(one, "pattern", None))), "")
        return "lines", least, most, pattern, ()
    if isinstance(base, type) and issubclass(base, BaseModel):
        return "group", None, None, "", _inner(base, library, said)
    if get_origin(base) is Literal:
        return "choice", None, None, "", ()
    if base == (datetime | date):
        return "moment", None, None, "", ()
    if base is date:
        return "date", None, None, "", ()
    if base is int:
        least = max((one.ge for one in limits if getattr(one, "ge", None) is not None), default=None)
        bounds = [one.le for one in limits if getattr(one, "le", None) is not None]
        return "number", least, min(bounds, default=None), "", ()
    return ("paragraph" if most and most > 300 else "line"), least, most, pattern, ()


def _inner(model: type[BaseModel], library: Library, said: Language) -> tuple[Question, ...]:
    return tuple(_question(name, field, library, said) for name, field in model.model_fields.items())


def _plain(annotation: Any) -> tuple[Any, list]:
    """An annotation without `None` and without what surrounds it, and the limits that stood around it."""
    limits: list = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            limits += more
        elif get_origin(annotation) in (Union, UnionType) and type(None) in get_args(annotation):
            rest = [one for one in get_args(annotation) if one is not type(None)]
            if len(rest) > 1:
                return Union[tuple(rest)], limits  # noqa: UP007 - made of what was found
            annotation = rest[0]
        else:
            return annotation, limits


def _options(name: str, annotation: Any, library: Library, said: Language) -> tuple[tuple[str, str], ...]:
    """The values a field may have with their words: its own, or those of the company's lists."""
    us = library.company
    if name in ROLES and us:
        return tuple((id, _by_language(words, said)) for id, words in us.roles.items())
    if name == "countries" and us:
        return tuple((id, said.table("countries")[id]) for id in us.countries)
    if name == "situation":
        return tuple((id, _by_language(one.title, said)) for id, one in library.situations.items())
    if name == "apology":
        own = (record.OWN_WORDS, said.say("record.own-words"))
        return (*_titles(library, "apologies/", said, strip=True), own)
    if name == "changed":
        return _titles(library, "", said)
    if name == "currency":
        return tuple(said.table("record.values.currency").items())
    values = _literals(annotation)
    return tuple((value, value_words(name, value, said)) for value in values)


def _by_language(words: dict[str, str], said: Language) -> str:
    return next(words[name] for name in (said.id, *said.neighbours, *words) if name in words)


def _titles(library: Library, start: str, said: Language, strip: bool = False) -> tuple[tuple[str, str], ...]:
    """Texts by id with their titles, in this language or the nearest."""
    found = []
    for id, thing in library.things.items():
        if id.startswith(start or ("process/", "situations/", "apologies/")):
            near = next(name for name in (said.id, *said.neighbours, *thing.versions) if name in thing.versions)
            found.append((id.removeprefix(start) if strip else id, thing.versions[near].front.title))
    return tuple(sorted(found, key=lambda pair: pair[1].casefold()))


def _literals(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return next((found for arg in get_args(annotation) if (found := _literals(arg))), ())

"""The fields, sections and rules of each shelf.

Facts stand once, in the original (`born: da`); words (`title`, `summary`, `search_terms`) in every language. One model
a shelf describes both; `check` turns a text that was read into one that is right, or names its faults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, ValidationError

from . import bodies, evidence, record
from .bodies import Body
from .faults import Fault, fault, shorten
from .languages import country_ids, text_languages
from .texts import DEVELOPERS, DOCS, Front, Text
from .values import (
    FAULT_OF_PATTERN,
    CountryId,
    Date,
    LanguageId,
    Number,
    Sentence,
    Strict,
    Term,
    TextId,
    Thing,
    Title,
    is_public,
    public,
)

COMPONENTS = ("restore-value", "responsibility", "explanation", "solution", "regret")
WARNING, CONSEQUENCES, YOUR_STEPS = "warning", "consequences", "your-steps"  # what the law may ask for on top
PARTS = (WARNING, "acknowledge", *COMPONENTS, CONSEQUENCES, YOUR_STEPS, "next-step")
MESSAGES = ("acknowledge", "ask", "offer", "agree", "close")  # of a chat
LONGEST_MESSAGE = 300  # characters
Component = Literal["restore-value", "responsibility", "explanation", "solution", "regret"]
Channel = Literal[
    "email", "sms", "social", "phone", "counter", "chat", "public-holding", "public-update", "public-closing"
]
# Shelves --------------------------------------------------------------------------------------------------------------


class NotPersonal(Strict):
    """What looks like personal data and is none; why, for whoever wonders later."""

    found: Term
    why: Sentence


class Words(Strict):
    """What every language says for itself."""

    title: public(Title)
    summary: public(Sentence)
    search_terms: tuple[Term, ...] = ()
    not_personal: tuple[NotPersonal, ...] = ()


class Seen(Strict):
    """Written by `tillit translations accept`: when the original was compared, and the fingerprint of each section."""

    on: Date
    sections: dict[str, Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]]


class Translation(Words):
    """A text in another language than it was born in: words only."""

    translates: LanguageId
    seen: Seen | None = None


class Original(Words):
    """A text in the language it was born in: facts and words."""

    born: LanguageId
    audience: Literal["internal", "public"] = "internal"
    owner: Thing
    formerly: public(tuple[TextId, ...]) = ()


class Reviewed(Original):
    reviewed: public(Date)
    review_months: Annotated[Number, Field(ge=1, le=36)] = 12


class Page(Reviewed):
    """`docs/`: a page of the site itself."""


class Playbook(Reviewed):
    next: public(tuple[TextId, ...]) = ()


class Process(Playbook):
    place: public(Annotated[Number, Field(ge=1, le=99)]) = 99  # on the way from the first word to what was learnt


class Situation(Playbook):
    mandate: tuple[Thing, ...] = ()
    apologies: public(tuple[Thing, ...]) = ()


class Apology(Reviewed):
    situation: public(Thing)
    order: public(Literal["responsibility-first", "remedy-first"])
    channels: public(tuple[Channel, ...], min_length=1)
    leaves: public(dict[Channel, tuple[Component, ...]]) = {}
    learnt_from: public(tuple[Thing, ...]) = ()
    subject: public(Term)  # of the e-mail and the letter


class ApologyTranslation(Translation):
    """An apology in another language than it was born in."""

    subject: public(Term)


class Incident(record.RecordFacts, record.RecordWords, Original):
    """A write-up: what went wrong, told from both sides, and what was done and learnt."""

    owner: Thing | None = None


class IncidentTranslation(record.RecordWords, Translation):
    """A write-up in another language than it was born in."""


def _every_part(grades: dict[str, str]) -> dict[str, str]:
    if missing := [part for part in COMPONENTS if part not in grades]:
        raise ValueError("grades-missing:" + ", ".join(missing))
    return grades


class Case(Reviewed):
    """A published apology of somebody else, or one that never came, analysed part by part."""

    kind: public(Literal["example", "counter-example"]) = "example"
    company: public(Term)
    year: public(Annotated[Number, Field(ge=1900, le=2100)])
    grades: public(Annotated[dict[Component, evidence.Grade], AfterValidator(_every_part)])
    sources: public(evidence.Sources)


class Rights(Reviewed):
    """Law and boards of one country, dated."""

    country: public(CountryId)
    checked: public(Date)
    sources: public(evidence.Sources)
    figures: public(dict[Thing, evidence.Figure]) = {}


class DeveloperPage(Strict):
    """`docs/developers/`: English, internal, no translations."""

    title: Title
    summary: Sentence


@dataclass(frozen=True)
class Shelf:
    """One shelf: the model of its originals and how its bodies are written."""

    name: str
    model: type[Original]
    dialect: str
    translation: type[Translation] = Translation


SHELVES = {
    shelf.name: shelf
    for shelf in (
        Shelf(DOCS, Page, "playbook"),
        Shelf("process", Process, "playbook"),
        Shelf("situations", Situation, "playbook"),
        Shelf("rights", Rights, "playbook"),
        Shelf("cases", Case, "playbook"),
        Shelf("apologies", Apology, "apology", ApologyTranslation),
        Shelf("incidents", Incident, "record", IncidentTranslation),
    )
}


# Checking -------------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Checked:
    """A text with its front matter understood and its body parsed; `front` is None where it could not be read."""

    text: Text
    front: Original | Translation | DeveloperPage | None
    body: Body
    faults: list[Fault] = field(default_factory=list)
    memo: dict[str, Any] = field(default_factory=dict)  # what was worked out of the body, by what it is called

    def once(self, name: str, work: Callable[[], Any]) -> Any:
        """What `work` finds; found once."""
        if name not in self.memo:
            self.memo[name] = work()
        return self.memo[name]

    @cached_property
    def public(self) -> Body:
        """The body as outsiders may see it."""
        return public_body(self.text)


def check(text: Text) -> Checked:
    """Check one text against its shelf: front matter, body, and the shelf's own rules."""
    if text.shelf == DEVELOPERS:
        front, faults = validate(text.path, text.front, DeveloperPage)
        body = bodies.parse(text.path, text.body, text.first_line, "developers")
        return Checked(text, front, body, [*faults, *body.faults, *bodies.front_faults(text.path, text.front)])
    shelf = SHELVES.get(text.shelf)
    if shelf is None:
        unknown = fault(text.path, (0, 0), "unknown-shelf", found=text.shelf, known=sorted(SHELVES))
        return Checked(text, None, Body("", [], [], [], []), [unknown])
    front, faults = validate(text.path, text.front, model_of(text))
    source, found = bodies.cut(text.path, text.body, text.first_line, keep_internal=True)
    body = bodies.parse(text.path, source, text.first_line, shelf.dialect)
    if shelf.dialect == "record":
        body = record.name_sections(text, body)
    checked = Checked(text, front, body, [*faults, *found, *body.faults])
    checked.faults += bodies.front_faults(text.path, text.front)
    if issubclass(model_of(text), Translation):
        checked.faults += _left_empty(text, {"seen", *(one.field for one in faults)})
    if front is not None:
        checked.faults += _language_rules(checked)
        checked.faults += once_each(checked)
        checked.faults += RULES.get(text.shelf, lambda _: iter(()))(checked)
    elif shelf.dialect == "record":
        checked.faults += record.lacking(checked)
    return checked


def public_body(text: Text) -> Body:
    """The body as outsiders may see it: internal blocks cut, and of a write-up the public sections only."""
    shelf = SHELVES[text.shelf]
    source, _ = bodies.cut(text.path, text.body, text.first_line, keep_internal=False)
    body = bodies.parse(text.path, source, text.first_line, shelf.dialect)
    if shelf.dialect != "record":
        return body
    body = record.name_sections(text, body)
    lines, keep = source.split("\n"), False
    starts = {section.line - text.first_line: section.id in record.PUBLIC_SECTIONS for section in body.sections[1:]}
    for number, line in enumerate(lines):
        keep = starts.get(number, keep)
        lines[number] = line if keep else ""
    return record.name_sections(text, bodies.parse(text.path, "\n".join(lines), text.first_line, shelf.dialect))


def visible(front: Strict, edition_is_public: bool) -> dict[str, Any]:
    """The fields of front matter that an edition may know of."""
    fields = type(front).model_fields
    names = [name for name in fields if not edition_is_public or is_public(fields[name])]
    return {name: getattr(front, name) for name in names}


def model_of(text: Text) -> type[Strict]:
    """What the front matter of a text on one of our shelves must be: an original's or a translation's."""
    shelf, keys = SHELVES[text.shelf], text.front.value
    return shelf.translation if "translates" in keys and "born" not in keys else shelf.model


def validate(path: str, front: Front, model: type[BaseModel]) -> tuple[Any, list[Fault]]:
    """A model filled from front matter or a data file, or None and the faults, each at its line and column."""
    try:
        return model.model_validate(front.value), []
    except ValidationError as error:
        problems = error.errors(include_url=False)
        inner = {problem["loc"][:-1] for problem in problems}  # a list of which every item is wrong is not empty
        told = [one for one in problems if not (one["type"] == "too_short" and one["loc"] in inner)]
        return None, [_explain(path, front, model, problem) for problem in told]


def _explain(path: str, front: Front, model: type[BaseModel], problem: dict[str, Any]) -> Fault:
    loc, kind, context = problem["loc"], problem["type"], problem.get("ctx", {})
    is_key = bool(loc) and loc[-1] == "[key]"  # pydantic's name for the key of a mapping
    loc = loc[:-1] if is_key else loc
    name = ".".join(str(part) for part in loc).removeprefix("entries.")
    found = problem["input"]
    if kind == "missing":
        return fault(path, front.at(loc[:-1]), "field-missing", field=name)
    if found is None:
        needed = len(loc) == 1 and loc[0] in model.model_fields and model.model_fields[loc[0]].is_required()
        return fault(path, front.at(loc), "empty-needed" if needed else "empty", field=name)
    if kind == "extra_forbidden":
        is_fact = issubclass(model, Translation) and loc[0] in _fact_names()
        key = "fact-in-translation" if is_fact else "unknown-field"
        return fault(path, front.key_at(loc), key, field=name, found=loc[-1], known=_field_names(model, loc))
    at = front.key_at(loc) if is_key else front.at(loc)
    if kind == "literal_error" or kind.startswith("bool"):
        allowed = re.findall(r"'([^']*)'", context.get("expected", "'true' 'false'"))
        return fault(path, at, "not-one-of", field=name, found=_shown(found), known=allowed)
    if kind == "value_error":
        what, _, detail = str(context["error"]).partition(":")
        if detail:
            return fault(path, at, what, field=name, found=detail)
        known = {"language": text_languages(), "country": country_ids()}.get(what, ())
        return fault(path, at, f"not-{what}", field=name, found=found, known=known)
    if kind == "string_pattern_mismatch":
        key = FAULT_OF_PATTERN.get(context["pattern"], "not-id")
        return fault(path, at, key, field=name, found=found)
    if kind in ("string_too_long", "too_long"):
        return fault(path, at, "too-long", field=name, found=found, limit=context["max_length"])
    if kind in ("string_too_short", "too_short"):
        return fault(path, at, "empty", field=name)
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = context.get("ge", context.get("le"))
        return fault(path, at, "out-of-range", field=name, found=found, limit=limit)
    key = {"tuple_type": "not-list", "list_type": "not-list", "dict_type": "not-mapping", "model_type": "not-mapping"}
    if kind in key:
        return fault(path, at, key[kind], field=name, found=_shown(found), shape=_shape(model, loc, found, kind))
    if kind.startswith("date"):
        return fault(path, at, "not-date", field=name, found=_shown(found))
    return fault(path, at, "not-text", field=name, found=_shown(found))


def _shape(model: type[BaseModel], loc: tuple, found: Any, kind: str) -> str:
    """How a list or group is written, for whoever wrote something else."""
    inner = _field_names(model, (*loc, ""))
    group = "{" + ", ".join(f"{name}: …" for name in inner) + "}" if inner and inner != list(model.model_fields) else ""
    if kind not in ("tuple_type", "list_type"):
        return group or "{name: …}"
    return f"[{group or shorten(_shown(found))}]"


def _shown(found: Any) -> str:
    return {dict: "{…}", list: "[…]"}.get(type(found), found)


def _fact_names() -> set[str]:
    words = {name for shelf in SHELVES.values() for name in shelf.translation.model_fields}
    return {name for shelf in SHELVES.values() for name in shelf.model.model_fields} - words


def _field_names(model: type[BaseModel], loc: tuple) -> list[str]:
    """The fields allowed where an unknown one stands; nested models are found through their annotations."""
    for part in loc[:-1]:
        if isinstance(part, str) and part in getattr(model, "model_fields", {}):
            inner = _models_in(model.model_fields[part].annotation)
            model = inner[0] if inner else None
    return [] if model is None else list(model.model_fields)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for arg in get_args(annotation) for found in _models_in(arg)]


# Rules ----------------------------------------------------------------------------------------------------------------


def _left_empty(text: Text, told: set[str]) -> Iterator[Fault]:
    """Words that an original may not have yet, a translation need not name; `told` are fields that are not meant."""
    for name, value in text.front.value.items():
        if value is None and name not in told:
            yield fault(text.path, text.front.at((name,)), "empty", field=name)


def _language_rules(checked: Checked) -> Iterator[Fault]:
    text, front = checked.text, checked.front
    if isinstance(front, Original) and front.born != text.language:
        at = text.front.at(("born",))
        yield fault(text.path, at, "born-elsewhere", field="born", found=front.born, language=text.language)
    if isinstance(front, Translation) and front.translates == text.language:
        at = text.front.at(("translates",))
        yield fault(text.path, at, "translates-itself", field="translates", found=front.translates)
    if "<!--" in text.body:  # what outsiders see is a text of its own, and must be as sound as the whole
        yield from public_body(text).faults


def once_each(checked: Checked) -> Iterator[Fault]:
    """No list of facts names the same thing twice, and no two commitments share an id."""
    text = checked.text

    def twice(loc: tuple, items: tuple) -> Iterator[Fault]:
        ids = [getattr(item, "id", item) for item in items]
        for i, id in enumerate(ids):
            if id in ids[:i]:
                at = (*loc, i, "id") if hasattr(items[i], "id") else (*loc, i)
                yield fault(text.path, text.front.at(at), "duplicate-id", field=".".join(map(str, at)), found=id)

    for section in checked.body.sections[1:]:
        if section.id == "top":  # the name of what stands before the first heading
            yield fault(text.path, (section.line, 1), "duplicate-id", found=section.id)
    for name, value in checked.front:
        if isinstance(value, tuple):
            yield from twice((name,), value)
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield from twice((name, key), inner)


def apology_rules(checked: Checked) -> Iterator[Fault]:
    """Each channel holds its parts once; what it leaves is a channel it has."""
    text, body, front = checked.text, checked.body, checked.front
    yield from bodies.nothing_on_top(text.path, body, text.first_line, "apology-top")
    if isinstance(front, Apology):
        for channel in front.leaves:
            if channel not in front.channels:
                at = text.front.key_at(("leaves", channel))
                yield fault(text.path, at, "channel-undeclared", field="leaves", found=channel, known=front.channels)
    for section in body.sections[1:]:
        if section.id not in get_args(Channel):
            yield fault(text.path, (section.line, 1), "not-one-of", found=section.id, known=get_args(Channel))
            continue
        allowed = MESSAGES if section.id == "chat" else PARTS
        for part in section.parts:
            if part.id not in allowed:
                yield fault(text.path, (part.line, 1), "not-one-of", found=part.id, known=allowed)
            for name in part.classes:
                if section.id != "chat" or name not in COMPONENTS:
                    known = COMPONENTS if section.id == "chat" else ()
                    yield fault(text.path, (part.line, 1), "unknown-class", found=name, known=known)
        if section.id == "chat":
            yield from _chat_rules(text, section)
        for part in section.parts:
            yield from bodies.plain_only(text.path, part, text.first_line)
        if not section.parts:
            yield fault(text.path, (section.line, 1), "apology-no-parts", channel=section.id)


def _chat_rules(text: Text, section: bodies.Section) -> Iterator[Fault]:
    if [part.id for part in section.parts] != list(MESSAGES):
        found = ", ".join(part.id for part in section.parts)
        yield fault(text.path, (section.line, 1), "chat-messages", found=found, expected=", ".join(MESSAGES))
    for part in section.parts:
        length = len(" ".join(bodies.plain_text(part.nodes).split()))
        if length > LONGEST_MESSAGE:
            yield fault(text.path, (part.line, 1), "chat-too-long", found=length, limit=LONGEST_MESSAGE)


def components(section: bodies.Section) -> dict[str, int]:
    """The components a channel of an apology carries, each with the number of the part that first carries it."""
    found: dict[str, int] = {}
    for number, part in enumerate(section.parts):
        for name in part.classes if section.id == "chat" else (part.id,):
            if name in COMPONENTS:
                found.setdefault(name, number)
    return found


def rights_rules(one: Checked) -> Iterator[Fault]:
    """Every figure says which of the text's sources it was read in."""
    for id, figure in getattr(one.front, "figures", {}).items():
        if figure.source not in one.front.sources:
            at = one.text.front.at(("figures", id, "source"))
            known = sorted(one.front.sources)
            yield fault(one.text.path, at, "not-one-of", field=f"figures.{id}.source", found=figure.source, known=known)


RULES = {"apologies": apology_rules, "incidents": record.rules, "rights": rights_rules}

"""The fields, sections and rules of each shelf.

Facts stand once, in the original (`born: da`); words (`title`, `summary`, `search_terms`) in every language. One model
a shelf describes both; `check` turns a text that was read into one that is right, or names its faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

import comrak
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from . import bodies
from .bodies import Body
from .faults import Fault, fault
from .languages import country_ids, language, text_languages
from .texts import DEVELOPERS, DOCS, SLUG, Front, Text

# Kinds of value -------------------------------------------------------------------------------------------------------


def _check_date(value: Any) -> Any:
    # Without this, pydantic reads "20260314" as seconds since 1970.
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("date")
    return value


def _check_moment(value: Any) -> Any:
    # A date alone stays a date: read as midnight it would stand before everything else of that day.
    if not isinstance(value, str):
        return value
    form = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2})?", value)
    if not form:
        raise ValueError("moment")
    try:
        return datetime.fromisoformat(value) if form[1] else date.fromisoformat(value)
    except ValueError:
        raise ValueError("moment") from None


def _check_language(value: str) -> str:
    if value not in text_languages():
        raise ValueError("language")
    return value


def _check_country(value: str) -> str:
    if value not in country_ids():
        raise ValueError("country")
    return value


def _check_number(value: Any) -> Any:
    # "1_000", " 5" and "5.0" are numbers to pydantic; to a reader they are slips.
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]+", value):
        raise ValueError("number")
    return value


LARGEST_NUMBER = 999_999_999_999
Date = Annotated[date, BeforeValidator(_check_date)]
Moment = Annotated[datetime | date, BeforeValidator(_check_moment)]
Number = Annotated[int, BeforeValidator(_check_number), Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
LanguageId = Annotated[str, AfterValidator(_check_language)]
CountryId = Annotated[str, AfterValidator(_check_country)]
Thing = Annotated[str, StringConstraints(pattern=rf"^{SLUG}$", max_length=80)]
TextId = Annotated[str, StringConstraints(pattern=rf"^{SLUG}/{SLUG}$", max_length=120)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]

COMPONENTS = ("restore-value", "responsibility", "explanation", "solution", "regret")
PARTS = ("acknowledge", *COMPONENTS, "next-step")
MESSAGES = ("acknowledge", "ask", "offer", "agree", "close")  # of a chat
LONGEST_MESSAGE = 300  # characters
Component = Literal["restore-value", "responsibility", "explanation", "solution", "regret"]
Channel = Literal[
    "email", "sms", "social", "phone", "counter", "chat", "public-holding", "public-update", "public-closing"
]
RECORD_SECTIONS = (
    "what-happened",
    "customers-account",
    "staff-account",
    "cause",
    "what-we-did",
    "promises",
    "what-we-changed",
    "timeline",
)
PUBLIC_RECORD_SECTIONS = frozenset({"what-happened", "cause", "what-we-did", "what-we-changed", "timeline"})

FEWEST_WITHOUT_CONSENT = 20  # customers: among fewer, one can be recognised

PUBLIC = {"edition": "public"}  # marks a field an outside reader may see; a field without it is internal


def public(annotation: Any, **limits: Any) -> Any:
    """A field that outsiders may see."""
    return Annotated[annotation, Field(json_schema_extra=PUBLIC, **limits)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


# Shelves --------------------------------------------------------------------------------------------------------------


class Words(Strict):
    """What every language says for itself."""

    title: public(Title)
    summary: public(Sentence)
    search_terms: tuple[Term, ...] = ()


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


class Process(Reviewed):
    next: public(tuple[TextId, ...]) = ()


class Situation(Process):
    mandate: tuple[Thing, ...] = ()
    apologies: public(tuple[Thing, ...]) = ()


class Apology(Reviewed):
    situation: public(Thing)
    order: public(Literal["responsibility-first", "remedy-first"])
    channels: public(tuple[Channel, ...], min_length=1)
    leaves: public(dict[Channel, tuple[Component, ...]]) = {}


class Commitment(Strict):
    id: Thing
    owner: Thing
    due: Date


class Promise(Commitment):
    kept: Literal["yes", "late", "no", "open"]


class Prevention(Commitment):
    done: Date | None = None


class Consent(Strict):
    kind: Literal["given", "not-needed"]
    why: Sentence | None = None


class Incident(Original):
    """A write-up: what went wrong, told from both sides, and what was done and learnt."""

    situation: public(Thing)
    stage: public(Literal["notice", "open", "closed"])
    severity: public(Number, ge=1, le=4)
    countries: public(tuple[CountryId, ...], min_length=1)
    channel: Literal["phone", "email", "chat", "counter", "social", "other"]
    happened: public(Date)
    detected: public(Moment | None) = None
    first_answer: public(Moment | None) = None
    solved: public(Date | None) = None
    found_by: Literal["customer", "us"]
    affected: public(Number, ge=1)
    responsibility: public(Literal["yes", "partly", "no"])
    apology: Thing | None = None
    confirmed_by_customer: Literal["yes", "partly", "no", "not-asked"] = "not-asked"
    promises: tuple[Promise, ...] = ()
    prevention: tuple[Prevention, ...] = ()
    consent: Consent | None = None


class Case(Reviewed):
    """A published apology of somebody else, analysed."""

    sources: public(tuple[Sentence, ...], min_length=1)


class Rights(Reviewed):
    """Law and boards of one country, dated."""

    country: public(CountryId)
    checked: public(Date)
    sources: public(tuple[Sentence, ...], min_length=1)


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
    embeds: bool = True  # may hold macro calls


SHELVES = {
    shelf.name: shelf
    for shelf in (
        Shelf(DOCS, Page, "playbook"),
        Shelf("process", Process, "playbook"),
        Shelf("situations", Situation, "playbook"),
        Shelf("rights", Rights, "playbook"),
        Shelf("cases", Case, "playbook"),
        Shelf("apologies", Apology, "apology"),
        Shelf("incidents", Incident, "record"),
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
    front, faults = validate(text.path, text.front, _model(text, shelf))
    source, found = bodies.cut(text.path, text.body, text.first_line, keep_internal=True)
    body = bodies.parse(text.path, source, text.first_line, shelf.dialect)
    if shelf.dialect == "record":
        body = name_record_sections(text, body)
    checked = Checked(text, front, body, [*faults, *found, *body.faults])
    if front is not None:
        checked.faults += _language_rules(checked)
        checked.faults += once_each(checked)
        checked.faults += RULES.get(text.shelf, lambda _: iter(()))(checked)
    return checked


def public_body(text: Text) -> Body:
    """The body as outsiders may see it: internal blocks cut, and of a write-up the public sections only."""
    shelf = SHELVES[text.shelf]
    source, _ = bodies.cut(text.path, text.body, text.first_line, keep_internal=False)
    body = bodies.parse(text.path, source, text.first_line, shelf.dialect)
    if shelf.dialect != "record":
        return body
    body = name_record_sections(text, body)
    lines, keep = source.split("\n"), False
    starts = {section.line - text.first_line: section.id in PUBLIC_RECORD_SECTIONS for section in body.sections[1:]}
    for number, line in enumerate(lines):
        keep = starts.get(number, keep)
        lines[number] = line if keep else ""
    return name_record_sections(text, bodies.parse(text.path, "\n".join(lines), text.first_line, shelf.dialect))


def visible(front: Strict, edition_is_public: bool) -> dict[str, Any]:
    """The fields of front matter that an edition may know of."""
    fields = type(front).model_fields
    names = [name for name in fields if not edition_is_public or fields[name].json_schema_extra == PUBLIC]
    return {name: getattr(front, name) for name in names}


def _model(text: Text, shelf: Shelf) -> type[Strict]:
    keys = text.front.value
    return Translation if "translates" in keys and "born" not in keys else shelf.model


def validate(path: str, front: Front, model: type[BaseModel]) -> tuple[Any, list[Fault]]:
    """A model filled from front matter or a data file, or None and the faults, each at its line and column."""
    try:
        return model.model_validate(front.value), []
    except ValidationError as error:
        return None, [_explain(path, front, model, problem) for problem in error.errors(include_url=False)]


def _explain(path: str, front: Front, model: type[BaseModel], problem: dict[str, Any]) -> Fault:
    loc, kind, context = problem["loc"], problem["type"], problem.get("ctx", {})
    is_key = bool(loc) and loc[-1] == "[key]"  # pydantic's name for the key of a mapping
    loc = loc[:-1] if is_key else loc
    name = ".".join(str(part) for part in loc).removeprefix("entries.")
    found = problem["input"]
    if kind == "missing":
        return fault(path, front.at(loc[:-1]), "field-missing", field=name)
    if found is None:
        return fault(path, front.at(loc), "empty", field=name)
    if kind == "extra_forbidden":
        key = "fact-in-translation" if model is Translation and loc[0] in _fact_names() else "unknown-field"
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
        key = "not-text-id" if "/" in context["pattern"] else "not-id"
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
        return fault(path, at, key[kind], field=name, found=_shown(found))
    if kind.startswith("date"):
        return fault(path, at, "not-date", field=name, found=_shown(found))
    return fault(path, at, "not-text", field=name, found=_shown(found))


def _shown(found: Any) -> str:
    return {dict: "{…}", list: "[…]"}.get(type(found), found)


def _fact_names() -> set[str]:
    return {name for shelf in SHELVES.values() for name in shelf.model.model_fields} - set(Words.model_fields)


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


def _language_rules(checked: Checked) -> Iterator[Fault]:
    text, front = checked.text, checked.front
    if isinstance(front, Original) and front.born != text.language:
        at = text.front.at(("born",))
        yield fault(text.path, at, "born-elsewhere", field="born", found=front.born, language=text.language)
    if isinstance(front, Translation) and front.translates == text.language:
        at = text.front.at(("translates",))
        yield fault(text.path, at, "translates-itself", field="translates", found=front.translates)
    yield from bodies.front_faults(text.path, text.front)
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


def _top_rule(text: Text, body: Body, key: str) -> Iterator[Fault]:
    """Nothing stands before the first heading."""
    if nodes := body.sections[0].nodes:
        yield fault(text.path, (text.first_line + nodes[0].sourcepos.start.line - 1, 1), key)


def apology_rules(checked: Checked) -> Iterator[Fault]:
    """Each channel holds its parts once; what it leaves is a channel it has."""
    text, body, front = checked.text, checked.body, checked.front
    yield from _top_rule(text, body, "apology-top")
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


def name_record_sections(text: Text, body: Body) -> Body:
    """Give the sections of a write-up their neutral names, from the headings of its language.

    An unknown heading never gets one of them by chance: `## Cause` in a Danish text is no `cause`.
    """
    names = {heading.casefold(): id for id, heading in language(text.language).table("sections").items()}
    named = body.sections[:1]
    for section in body.sections[1:]:
        own = f"other-{section.id}" if section.id in (*RECORD_SECTIONS, "top") else section.id
        id = names.get(section.title.casefold(), own)
        named.append(bodies.Section(id, section.title, section.classes, section.line, section.nodes, section.parts))
    body.sections = named
    return body


def incident_rules(checked: Checked) -> Iterator[Fault]:
    """Known sections in their order; every promise and prevention has its words; dates come in order."""
    text, body, front = checked.text, checked.body, checked.front
    headings = language(text.language).table("sections")
    order: dict[str, int] = {}  # each section's line
    yield from _top_rule(text, body, "record-top")
    for section in body.sections[1:]:
        if section.id not in RECORD_SECTIONS:
            known = headings.values()
            yield fault(text.path, (section.line, 1), "unknown-section", found=section.title, known=known)
        else:
            order.setdefault(section.id, section.line)
    expected = [id for id in RECORD_SECTIONS if id in order]
    if misplaced := next((id for id, other in zip(order, expected, strict=True) if id != other), None):
        said = ", ".join(headings[id] for id in expected)
        yield fault(text.path, (order[misplaced], 1), "section-order", expected=said)
    for id in ("promises", "what-we-changed"):
        seen: set[str] = set()
        for name, at in commitment_words(text, body, id):
            if name in seen:
                yield fault(text.path, at, "duplicate-id", found=name)
            seen.add(name)
    if isinstance(front, Incident):
        yield from _incident_facts(text, front, order)


def _is_filed(thing: str) -> bool:
    """Whether a name begins with a day of the calendar and goes on."""
    try:
        date.fromisoformat(thing[:10])
    except ValueError:
        return False
    return len(thing) > 11 and thing[4] == thing[7] == thing[10] == "-"


def _incident_facts(text: Text, front: Incident, sections: dict[str, int]) -> Iterator[Fault]:
    if not _is_filed(text.thing):
        yield fault(text.path, (0, 0), "record-name", found=text.thing)
    if front.stage == "closed":
        headings = language(text.language).table("sections")
        for id in RECORD_SECTIONS:
            if id not in sections:
                yield fault(text.path, (text.first_line, 1), "section-missing", found=headings[id])
    times = [(name, getattr(front, name)) for name in ("happened", "detected", "first_answer", "solved")]
    known = [(name, value, value.date() if isinstance(value, datetime) else value) for name, value in times if value]
    for (before, first, day1), (after, second, day2) in zip(known, known[1:], strict=False):
        both = isinstance(first, datetime) and isinstance(second, datetime)
        if day2 < day1 or (both and second < first):
            at = text.front.at((after,))
            yield fault(text.path, at, "before", field=after, found=second, other=before, value=first)
    if front.audience == "public" and front.stage == "closed" and front.consent is None:
        yield fault(text.path, text.front.at(("audience",)), "public-without-consent", field="consent")
    if front.consent and front.consent.kind == "not-needed":
        at = text.front.at(("consent",))
        if not front.consent.why:
            yield fault(text.path, at, "consent-why", field="consent.why")
        if front.affected < FEWEST_WITHOUT_CONSENT and front.audience == "public":
            yield fault(text.path, at, "consent-few", field="consent.kind", found=front.affected)


def commitment_words(text: Text, body: Body, section_id: str) -> list[tuple[str, tuple[int, int]]]:
    """The ids that a write-up's list puts words to (`- refund: …`), each with its place in the file.

    A sentence begins with a capital, so every item that begins with a small `word:` is meant as words for a fact.
    """
    section = body.by_id.get(section_id)
    lists = [node for node in section.nodes if isinstance(node.node_value, comrak.List)] if section else []
    found = []
    for item in (item for node in lists for item in node.children):
        if match := re.match(rf"\s*({SLUG}):(\s|$)", bodies.plain_text((item,))):
            start = item.sourcepos.start
            found.append((match[1], (text.first_line + start.line - 1, start.column)))
    return found


RULES = {"apologies": apology_rules, "incidents": incident_rules}

"""A write-up: what is recorded of one mistake, from the first notice to the end, and what each stage asks for.

A record grows. `notice` is what can be said in twenty minutes; `open` adds what is known while we put it right;
`closed` holds both accounts, the customer's verdict, the promises and what was learnt. What a later stage will ask
for is never an error before: `to_do` lists it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import comrak
from pydantic import BaseModel, Field

from . import bodies
from .bodies import Body
from .faults import Fault, fault
from .languages import Language, language
from .texts import SLUG, Text, finder
from .values import CaseNumber, CountryId, Currency, Date, Moment, Number, Paragraph, Sentence, Strict, TextId, Thing

if TYPE_CHECKING:
    from .shelves import Checked

Stage = Literal["notice", "open", "closed"]
STAGES: tuple[str, ...] = get_args(Stage)

SECTIONS = (
    "what-happened",
    "customers-account",
    "staff-account",
    "cause",
    "what-we-did",
    "promises",
    "what-we-changed",
    "timeline",
    "updates",
    "what-to-say-now",
)
PUBLIC_SECTIONS = frozenset({"what-happened", "cause", "what-we-did", "what-we-changed", "timeline", "updates"})
ACCOUNTS = {"customers-account": "no_customers_account", "staff-account": "no_staff_account"}  # what stands for one
COMMITMENTS = {"promises": "promises", "what-we-changed": "prevention"}  # the section, and the facts it puts words to

FEWEST_WITHOUT_CONSENT = 20  # customers: among fewer, one can be recognised
OWN_WORDS = "own-words"  # the apology used, when it was none of the library's

# What the field is called in the law and in forms; each is checked before a record is closed.
Trigger = Literal[
    "safety", "personal-data", "consumer-rights", "withdrawal", "refusal", "sector-rules", "claim", "disclosure", "it"
]
TRIGGERS: tuple[str, ...] = get_args(Trigger)
Remedy = Literal["refund", "replacement", "repair", "redo", "discount", "voucher", "expenses", "compensation", "none"]
Cause = Literal["slip", "routine", "system", "supplier", "capacity", "product", "information", "other"]
YesNo = Literal["yes", "no"]
Degree = Literal["yes", "partly", "no"]


def _in(group: str, annotation: Any, *, public: bool = False, **limits: Any) -> Any:
    """A field of the record: the group it stands in wherever people meet it, and whether outsiders may see it."""
    extra = {"group": group} | ({"edition": "public"} if public else {})
    return Annotated[annotation, Field(json_schema_extra=extra, **limits)]


class Commitment(Strict):
    id: Thing
    owner: Thing
    due: Date


class Promise(Commitment):
    """Something we told the customer we would do; its words are the item `- id: …` under *promises*."""

    kept: Literal["yes", "late", "no", "open"]


class Prevention(Commitment):
    """Something we change so that it does not happen again; its words stand under *what we changed*."""

    done: Date | None = None


class Consent(Strict):
    """Whether the customer agreed that this is told: who asked, when, and until when it holds."""

    kind: Literal["given", "not-needed"]
    why: Sentence | None = None
    by_role: Thing | None = None
    on: Date | None = None
    until: Date | None = None


class NotObtained(Strict):
    """Why an account is missing, and how often we asked for it."""

    asked: Annotated[Number, Field(ge=0, le=99)]
    why: Sentence


class RecordWords(Strict):
    """What every language of a write-up says for itself, besides title, summary and sections."""

    who_is_affected: _in("notice", Paragraph | None, public=True) = None
    what_to_do: _in("notice", Paragraph | None, public=True) = None


class RecordFacts(Strict):
    """The facts of a write-up, in the order in which people are asked for them.

    Counts, amounts and values are of all customers together; amounts are whole units of `currency`.
    """

    stage: _in("basics", Stage, public=True)
    countries: _in("basics", tuple[CountryId, ...], public=True, min_length=1)
    situation: _in("basics", Thing | None, public=True) = None
    severity: _in("basics", Number | None, ge=1, le=4) = None
    channel: _in("basics", Literal["phone", "email", "chat", "counter", "social", "other"] | None) = None

    next_update: _in("notice", Moment | None, public=True) = None
    contact: _in("notice", tuple[Literal["phone", "email"], ...], public=True) = ()

    happened: _in("times", Moment | None, public=True) = None
    detected: _in("times", Moment | None, public=True) = None
    found_by: _in("times", Literal["customer", "us"] | None) = None
    first_answer: _in("times", Moment | None, public=True) = None
    facts_complete: _in("times", Moment | None) = None
    offered: _in("times", Moment | None) = None
    accepted: _in("times", Moment | None) = None
    delivered: _in("times", Moment | None, public=True) = None
    followed_up: _in("times", Moment | None) = None

    affected: _in("scale", Number | None, public=True, ge=1) = None
    reported: _in("scale", Number | None, ge=0) = None
    loss_money: _in("scale", Number | None, ge=0) = None
    loss_hours: _in("scale", Number | None, ge=0) = None
    loss_other: _in("scale", Sentence | None) = None
    currency: _in("scale", Currency | None) = None

    cause: _in("cause", Cause | None, public=True) = None
    responsibility: _in("cause", Degree | None, public=True) = None
    legal_checked: _in("cause", tuple[Trigger, ...]) = ()
    legal_found: _in("cause", tuple[Trigger, ...]) = ()

    apology: _in("remedy", Thing | None) = None
    remedies: _in("remedy", tuple[Remedy, ...], public=True) = ()
    own_proposal: _in("remedy", YesNo | None) = None
    cost: _in("remedy", Number | None, ge=0) = None
    value: _in("remedy", Number | None, ge=0) = None
    in_kind: _in("remedy", YesNo | None) = None

    promises: _in("promises", tuple[Promise, ...] | None) = None
    prevention: _in("promises", tuple[Prevention, ...] | None) = None
    changed: _in("promises", tuple[TextId, ...] | None, public=True) = None

    no_customers_account: _in("accounts", NotObtained | None) = None
    staff_role: _in("accounts", Thing | None) = None
    staff_read: _in("accounts", Date | None) = None
    no_staff_account: _in("accounts", NotObtained | None) = None

    confirmed_by_customer: _in("closing", Literal["yes", "partly", "no", "not-asked"] | None, public=True) = None
    confirmed_on: _in("closing", Date | None) = None
    consent: _in("closing", Consent | None) = None
    case: _in("closing", CaseNumber | None) = None
    retain_until: _in("closing", Date | None) = None


# What each stage asks for ---------------------------------------------------------------------------------------------

# Fields, and sections as `#section`. A first notice: what we know, who is affected and how to see it, what to do now,
# when we say more, where to turn, and which countries (a title every text has).
NOTICE = ("#what-happened", "who_is_affected", "what_to_do", "next_update", "contact", "countries")
OPEN = (*NOTICE, "owner", "detected", "first_answer", "responsibility", "remedies")
CLOSED = (
    *("owner", "situation", "severity", "channel", "countries"),
    *("happened", "detected", "found_by", "first_answer", "facts_complete", "offered", "accepted", "delivered"),
    *("followed_up", "affected", "reported", "loss_money", "currency", "cause", "responsibility", "legal_checked"),
    *("apology", "remedies", "own_proposal", "cost", "value", "in_kind", "promises", "prevention", "changed"),
    *("staff_role", "staff_read", "confirmed_by_customer", "confirmed_on", "consent", "case", "retain_until"),
    *(f"#{section}" for section in SECTIONS[:8]),
)
NEEDED = dict(zip(STAGES, (NOTICE, OPEN, CLOSED), strict=True))

MAY_LACK: dict[str, Any] = {  # what a closed record lacks for a reason that stands in its facts
    "accepted": lambda facts: facts.confirmed_by_customer in ("no", "not-asked") or _gave_nothing(facts),
    "delivered": lambda facts: _gave_nothing(facts),
    "own_proposal": lambda facts: _gave_nothing(facts),
    "cost": lambda facts: _gave_nothing(facts),
    "value": lambda facts: _gave_nothing(facts),
    "in_kind": lambda facts: _gave_nothing(facts),
    "loss_money": lambda facts: facts.loss_hours is not None or facts.loss_other is not None,
    "currency": lambda facts: not (facts.loss_money or facts.cost or facts.value),
    "apology": lambda facts: facts.responsibility == "no",
    "confirmed_on": lambda facts: facts.confirmed_by_customer in (None, "not-asked"),
    "staff_role": lambda facts: facts.no_staff_account is not None,
    "staff_read": lambda facts: facts.no_staff_account is not None,
    "#customers-account": lambda facts: facts.no_customers_account is not None,
    "#staff-account": lambda facts: facts.no_staff_account is not None,
}


def _gave_nothing(facts: RecordFacts) -> bool:
    return facts.remedies == ("none",)


def missing(facts: RecordFacts, told: set[str], stage: str) -> list[str]:
    """What a stage asks for and the record lacks, fields and `#sections`; `told` are the sections that hold words."""
    lacks = [name for name in NEEDED[stage] if not (name[1:] in told if name[0] == "#" else _is_said(facts, name))]
    return [name for name in lacks if not (stage == "closed" and name in MAY_LACK and MAY_LACK[name](facts))]


def _is_said(facts: RecordFacts, name: str) -> bool:
    """Whether a field is answered; of promises and changes, none is an answer."""
    value = getattr(facts, name)
    return value is not None and (value != () or name in ("promises", "prevention", "changed"))


def to_do(checked: Checked) -> dict[str, list[str]]:
    """What each stage after this record's own will ask for, fields and `#sections`: never a fault before."""
    facts = checked.front
    if not isinstance(facts, RecordFacts):
        return {}
    told = sections_told(checked.body)
    seen, found = set(missing(facts, told, facts.stage)), {}
    for stage in STAGES[STAGES.index(facts.stage) + 1 :]:
        if lacks := [name for name in missing(facts, told, stage) if name not in seen]:
            found[stage] = lacks
            seen |= {*lacks}
    return found


def call(lacks: list[str], said: Language) -> list[str]:
    """What fields and `#sections` are called where people meet them."""
    headings, labels = said.table("sections"), said.table("record.fields")
    return [headings[name[1:]] if name[0] == "#" else labels[name]["label"] for name in lacks]


def lacking(checked: Checked) -> Iterator[Fault]:
    """What the stage needs and the file lacks, where other slips keep the facts from being understood."""
    text, known = checked.text, {one.field for one in checked.faults}
    written, stage = text.front.value, text.front.value.get("stage")
    if "born" not in written or stage not in STAGES:
        return
    told = sections_told(checked.body)
    for name in NEEDED[stage]:
        is_there = name[1:] in told if name[0] == "#" else written.get(name) is not None
        if not is_there and name not in MAY_LACK and name not in known:
            yield _lack(text, checked.body, name, stage)


def _lack(text: Text, body: Body, name: str, stage: str) -> Fault:
    if name[0] == "#":
        heading = language(text.language).table("sections")[name[1:]]
        line = body.by_id[name[1:]].line if name[1:] in body.by_id else text.first_line
        return fault(text.path, (line, 1), "section-missing", found=heading, stage=stage)
    return fault(text.path, _place_for(text, name), "stage-needs", field=name, stage=stage)


def _place_for(text: Text, name: str) -> tuple[int, int]:
    """Where a field stands, else where the template has it waiting behind a mark, else where the stage is."""
    if name in text.front.value:
        return text.front.at((name,))
    waiting = re.search(rf"(?m)^# ?{name}:", text.head)
    return finder(text.head, 2)(waiting.start()) if waiting else text.front.at(("stage",))


# Sections -------------------------------------------------------------------------------------------------------------


def name_sections(text: Text, body: Body) -> Body:
    """Give the sections of a write-up their neutral names, from the headings of its language.

    An unknown heading never gets one of them by chance: `## Cause` in a Danish text is no `cause`.
    """
    names = {heading.casefold(): id for id, heading in language(text.language).table("sections").items()}
    named = body.sections[:1]
    for section in body.sections[1:]:
        own = f"other-{section.id}" if section.id in (*SECTIONS, "top") else section.id
        id = names.get(section.title.casefold(), own)
        named.append(bodies.Section(id, section.title, section.classes, section.line, section.nodes, section.parts))
    body.sections = named
    return body


def sections_told(body: Body) -> set[str]:
    """The sections that hold words, not a heading alone."""
    return {section.id for section in body.sections[1:] if bodies.plain_text(section.nodes[1:]).strip()}


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


# Rules ----------------------------------------------------------------------------------------------------------------


def rules(checked: Checked) -> Iterator[Fault]:
    """Known sections in their order; what the stage needs; dates in order; consent; words for every commitment."""
    text, body, front = checked.text, checked.body, checked.front
    yield from _sections_in_order(text, body)
    for id in COMMITMENTS:
        seen: set[str] = set()
        for name, at in commitment_words(text, body, id):
            if name in seen:
                yield fault(text.path, at, "duplicate-id", found=name)
            seen.add(name)
    if isinstance(front, RecordFacts):
        yield from _facts(text, front, body)


def _sections_in_order(text: Text, body: Body) -> Iterator[Fault]:
    headings = language(text.language).table("sections")
    order: dict[str, int] = {}  # each section's line
    yield from bodies.nothing_on_top(text.path, body, text.first_line, "record-top")
    for section in body.sections[1:]:
        if section.id not in SECTIONS:
            yield fault(text.path, (section.line, 1), "unknown-section", found=section.title, known=headings.values())
        else:
            order.setdefault(section.id, section.line)
    expected = [id for id in SECTIONS if id in order]
    if misplaced := next((id for id, other in zip(order, expected, strict=True) if id != other), None):
        said = ", ".join(headings[id] for id in expected)
        yield fault(text.path, (order[misplaced], 1), "section-order", expected=said)


def _facts(text: Text, facts: Any, body: Body) -> Iterator[Fault]:
    told = sections_told(body)
    if filed(text.thing) is None:
        yield fault(text.path, (0, 0), "record-name", found=text.thing)
    for name in missing(facts, told, facts.stage):
        yield _lack(text, body, name, facts.stage)
    yield from _dates_in_order(text, facts)
    yield from _numbers_agree(text, facts)
    yield from _accounts(text, facts, told)
    yield from _consent(text, facts, told)


def filed(thing: str) -> date | None:
    """The day a write-up was filed: its name begins with it, and goes on. None when it does not."""
    try:
        day = date.fromisoformat(thing[:10])
    except ValueError:
        return None
    return day if len(thing) > 11 and thing[4] == thing[7] == thing[10] == "-" else None


CHAINS = (  # what cannot come before what
    ("happened", "detected", "first_answer", "offered", "accepted", "delivered", "followed_up"),
    ("detected", "facts_complete"),
    ("detected", "next_update"),
    ("first_answer", "confirmed_on"),
    ("happened", "retain_until"),
)


def _dates_in_order(text: Text, facts: Any) -> Iterator[Fault]:
    for chain in CHAINS:
        times = [(name, getattr(facts, name)) for name in chain]
        known = [(name, value) for name, value in times if value is not None]
        for place, (after, second) in enumerate(known):
            # The nearest first; beyond it too, for between two moments may stand a day, which is before neither
            for before, first in reversed(known[:place]):
                if _is_before(second, first):
                    yield _before(text, (after,), second, before, first)
                    break
    for group in ("promises", "prevention"):
        for i, item in enumerate(getattr(facts, group) or ()):
            done = getattr(item, "done", None)
            for name, day in (("due", item.due), ("done", done)):
                if facts.happened is not None and day is not None and _is_before(day, facts.happened):
                    yield _before(text, (group, i, name), day, "happened", facts.happened)
    if (consent := facts.consent) and consent.on and consent.until and consent.until < consent.on:
        yield _before(text, ("consent", "until"), consent.until, "consent.on", consent.on)


def _is_before(second: date, first: date) -> bool:
    """Whether one time lies before another; where either is a day alone, only days are compared."""
    if isinstance(first, datetime) and isinstance(second, datetime):
        return second < first
    first, second = (value.date() if isinstance(value, datetime) else value for value in (first, second))
    return second < first


def _before(text: Text, loc: tuple, found: date, other: str, value: date) -> Fault:
    field = ".".join(map(str, loc))
    found, value = (str(one)[: len("2026-03-14 09:30")] for one in (found, value))  # no seconds: nobody wrote any
    return fault(text.path, text.front.at(loc), "before", field=field, found=found, other=other, value=value)


def _numbers_agree(text: Text, facts: Any) -> Iterator[Fault]:
    if facts.affected is not None and facts.reported is not None and facts.reported > facts.affected:
        at = text.front.at(("reported",))
        yield fault(text.path, at, "more-reported", field="reported", found=facts.reported, affected=facts.affected)
    if "none" in facts.remedies and len(facts.remedies) > 1:
        yield fault(text.path, text.front.at(("remedies",)), "none-and-some", field="remedies", found="none")
    for i, trigger in enumerate(facts.legal_found):
        if trigger not in facts.legal_checked:
            at = text.front.at(("legal_found", i))
            yield fault(text.path, at, "found-unchecked", field=f"legal_found.{i}", found=trigger)
    if facts.stage == "closed" and facts.legal_checked:
        unchecked = [trigger for trigger in TRIGGERS if trigger not in facts.legal_checked]
        if unchecked:
            at = text.front.at(("legal_checked",))
            yield fault(text.path, at, "triggers-unchecked", field="legal_checked", missing=", ".join(unchecked))


def _accounts(text: Text, facts: Any, told: set[str]) -> Iterator[Fault]:
    """Each account is told, or it is said why it could not be obtained; not both."""
    for section, name in ACCOUNTS.items():
        if getattr(facts, name) is not None and section in told:
            heading = language(text.language).table("sections")[section]
            yield fault(text.path, text.front.at((name,)), "account-told", field=name, found=heading)


def _consent(text: Text, facts: Any, told: set[str]) -> Iterator[Fault]:
    """A customer's account is told with the customer's consent; without one only where nobody can be recognised."""
    consent, at = facts.consent, text.front.at(("consent",))
    is_public, account = facts.audience == "public", "customers-account" in told
    if consent is None:
        if is_public and account and facts.stage != "closed":  # closed, the stage asks for it
            at = text.front.at(("audience",))
            yield fault(text.path, at, "public-without-consent", field="consent")
        return
    needs = ("by_role", "on", "until") if consent.kind == "given" else ("why",)
    for name in needs:
        if getattr(consent, name) is None:
            yield fault(text.path, at, "consent-needs", field=f"consent.{name}", found=consent.kind, needs=name)
    if consent.kind == "not-needed":
        if account:
            yield fault(text.path, at, "consent-account", field="consent.kind", found=consent.kind)
        elif is_public and (facts.affected is None or facts.affected < FEWEST_WITHOUT_CONSENT):
            found = 0 if facts.affected is None else facts.affected
            yield fault(text.path, at, "consent-few", field="consent.kind", found=found, limit=FEWEST_WITHOUT_CONSENT)


def commitments(facts: BaseModel, group: str) -> tuple:
    """The promises or preventions of a write-up's facts; none said is none."""
    return getattr(facts, group, None) or ()

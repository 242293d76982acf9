"""What a macro shows: the data of each card, put into `cards.html` (which escapes everything it is given)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from . import evidence, fragments, record, render, review, templates, translations
from .apology import fields_in, help_for, parts
from .bodies import SCHEMES, Section
from .company import GROUPS
from .composer import composer, home_of, link_to, link_to_many  # noqa: F401 - a macro as those below
from .languages import Language, language, value_words
from .library import Page
from .record import (
    ACCOUNTS,
    COMMITMENTS,
    OWN_WORDS,
    SECTIONS,
    Consent,
    Prevention,
    Promise,
    RecordFacts,
    commitments,
)
from .report import report_form  # noqa: F401 - a macro as those below
from .shelves import COMPONENTS
from .texts import DOCS, SLUG

ACCOUNT_OF = {"customers-account": "customer", "staff-account": "staff"}  # the section, and its class in the page
FIRST_FACTS = (  # what a reader of a write-up wants to know at a glance; inside, the rest stands folded below
    *("stage", "situation", "severity", "countries", "channel", "happened", "detected", "first_answer", "delivered"),
    *("affected", "cause", "responsibility", "remedies", "confirmed_by_customer"),
)
FOR_THE_AFFECTED = ("who_is_affected", "what_to_do", "next_update", "contact")
WHILE_OPEN = ("what-to-say-now", "updates")  # sections that come first until a record is closed
SIMILAR = 3
# A number as it is dialled from anywhere, and nothing of what is said behind it: "+47 12 34 56 78 24/7" is left alone.
DIALLED = re.compile(r"(?<![\w+])\+[1-9](?:[ \u00a0-]?\d){7,14}(?=[ \u00a0]*(?:$|[,.;()]))")
ITEM = re.compile(rf"<li>(\s*<p>)?({SLUG}): ")


@cache
def _templates() -> Any:
    return fragments.environment().get_template("cards.html").module


def _fill(card: str, **data: Any) -> str:
    return str(getattr(_templates(), card)(**data)).strip()


def resolver(page: Page, of: Page) -> render.Resolve:
    """How a link written in the text `of` is written on `page`; None for what the edition does not hold."""

    def resolve(url: str) -> tuple[str, str] | None:
        scheme = url.split(":", 1)[0] if ":" in url else ""
        if scheme in SCHEMES:
            return url, ""
        target, anchor = of.edition.resolve(of, url)
        if target is None:
            return None
        if isinstance(target, str):
            return page.link(target.removeprefix("docs/")), ""
        return page.link(target, anchor), target.language

    return resolve


def language_name(name: str, said: Language) -> str:
    """A language as running text names it: "på svensk", not "på Svenska"."""
    return said.words.get("languages", {}).get(name, language(name).name)


def _badge(page: Page, other: Page) -> dict[str, str] | None:
    if other.language == page.language:
        return None
    return {"lang": other.language, "name": language(other.language).name}


# Cards ----------------------------------------------------------------------------------------------------------------


def playbook(page: Page, id: str) -> str:
    """A card that leads to another text, or to its nearest neighbour; nothing when the edition does not hold it.

    >>> {{ playbook("process/apologise") }}
    """
    other = page.nearest(id)
    return card(page, other) if other else ""


def card(page: Page, other: Page) -> str:
    """Title and summary of another text, and what kind of text it is unless the page is about that kind."""
    said = language(page.language)
    kind = "" if page.id == f"{DOCS}/{other.shelf}" else said.table("shelf-one")[other.shelf]
    return _fill("card", page=page, other=other, kind=kind, badge=_badge(page, other))


def shelf(page: Page, name: str) -> str:
    """All texts of a shelf as cards; those that only another language has carry a badge.

    >>> {{ shelf("situations") }}
    """
    if name == "incidents":
        return incidents(page)
    others = page.edition.shelf(name, page.language)
    if not others:
        return _fill("empty", words=language(page.language).say("interface.nothing-here"))
    if name != "situations":
        return _card_list(page, others)
    known = page.edition.library.situations
    said = language(page.language).table("groups")
    groups = {group: [one for one in others if _group(known, one) == group] for group in (*GROUPS, "")}
    rows = [(group, said.get(group, ""), Markup(_card_list(page, ones))) for group, ones in groups.items() if ones]
    return _fill("groups", rows=rows)


def _group(known: dict[str, Any], page: Page) -> str:
    one = known.get(page.thing.name)
    return (one and one.group) or ""


def _card_list(page: Page, others: list[Page]) -> str:
    return _fill("cards", cards=[Markup(card(page, other)) for other in others])


def incidents(page: Page, situation: str | None = None, limit: int | None = None, stage: str | None = None) -> str:
    """Write-ups as cards, newest first, or a friendly line when there are none.

    >>> {{ incidents(situation="late-delivery", limit=3) }}
    """
    found = page.edition.incidents(page.language, situation)
    found = [other for other in found if stage in (None, other.facts["stage"])][:limit]
    said = language(page.language)
    if not found:
        key = "interface.no-incidents-outside" if page.edition.is_public else "interface.no-incidents"
        return _fill("empty", words=said.say(key))
    return _incident_cards(page, found)


def happening_now(page: Page) -> str:
    """Write-ups that are not closed, before all else: whoever is affected looks for them; nothing when there are none.

    >>> {{ happening_now() }}
    """
    found = [other for other in page.edition.incidents(page.language) if other.facts["stage"] != "closed"]
    if not found:
        return ""
    said = language(page.language)
    cards = [Markup(_incident_card(page, other, said)) for other in found]
    return _fill("now", title=said.say("interface.now"), cards=cards)


def _incident_card(page: Page, other: Page, said: Language) -> str:
    facts = other.facts
    return _fill(
        "incident_card",
        page=page,
        other=other,
        day=other.day.isoformat(),
        day_words=said.date(other.day),
        severity=facts.get("severity") or "",
        severity_words=said.say("interface.severity", n=facts["severity"]) if facts.get("severity") else "",
        stage=facts["stage"],
        stage_words=stage_words(other, said),
        badge=_badge(page, other),
    )


def stage_words(page: Page, said: Language) -> str:
    """The stage of a write-up; closed without the customer's yes says so."""
    facts = page.facts
    if facts["stage"] == "closed" and facts["confirmed_by_customer"] != "yes":
        return said.say("interface.closed-unconfirmed")
    return value_words("stage", facts["stage"], said)


def company(page: Page, path: str, country: str | None = None) -> str:
    """A fact about us, in the language of the page; without a country, a labelled line for each.

    >>> {{ company("contact.phone", country="dk") }}
    """
    value: Any = page.edition.company
    said = language(page.language)
    first, _, rest = path.partition(".")
    value = value[first]
    if first == "contact":
        countries = page.edition.company["countries"]
        if country is None:
            names = said.table("countries")
            lines = [(names[id], _word(value[id][rest], page), _href(rest, value[id][rest])) for id in countries]
            return _fill("by_country", lines=lines)
        value = value[country]
    value = value[rest] if rest else value
    words = _word(value, page)
    return _fill("fact", words=words, href=_href(rest, value))


def escalation(page: Page) -> str:
    """Who colleagues call when it cannot wait, at the end of what says stop: the page's own country first.

    The neighbours' countries come next. Nothing where `company.yml` names nobody; outside, its view never does.
    """
    said, us = language(page.language), page.edition.company
    near = [home_of(one, us["countries"]) for one in map(language, (page.language, *said.neighbours))]
    names = said.table("countries")
    ways = {country: us["contact"][country].get("escalation") for country in (*near, *us["countries"])}
    lines = [(names[country], _dialled(words), "") for country, words in ways.items() if words]
    return _fill("escalation", title=said.say("interface.cannot-wait"), lines=lines) if lines else ""


def _dialled(words: str) -> Markup:
    """Words with each number in them as a link that calls it."""
    parts, end = [], 0
    for found in DIALLED.finditer(words):
        call = _fill("fact", words=found[0], href=_href("phone", found[0]))
        parts += [escape(words[end : found.start()]), Markup(call)]
        end = found.end()
    return Markup("").join([*parts, escape(words[end:])])


def _href(name: str, value: Any) -> str:
    if name == "email":
        return f"mailto:{value}"
    return "tel:" + "".join(char for char in value if char in "+0123456789") if name == "phone" else ""


def _word(value: Any, page: Page) -> str:
    if isinstance(value, dict):
        order = [page.language, *language(page.language).neighbours]
        return next((value[name] for name in order if name in value), "")
    return str(value)


def source(page: Page, id: str) -> str:
    """The number of a source of this text, where a statement ends; it leads to the list at the end of the page.

    >>> {{ source("kobeloven") }}
    """
    sources = page.facts["sources"]
    title, _, host, _, read = evidence.line(sources[id], language(page.language))
    return _fill("source", id=id, number=list(sources).index(id) + 1, words=f"{title}, {host}, {read}")


def figure(page: Page, id: str) -> str:
    """A figure of this text's facts, as a sentence writes it.

    >>> {{ figure("withdrawal") }}
    """
    return _fill("figure", words=page.facts["figures"][id].words(language(page.language)))


def grades(page: Page) -> str:
    """The cases side by side: which of the five parts each apology had.

    >>> {{ grades() }}
    """
    said = language(page.language)
    parts = said.table("components")
    others = sorted(page.edition.shelf("cases", page.language), key=lambda one: (one.facts["year"], one.id))
    if not others:
        return _fill("empty", words=said.say("interface.nothing-here"))
    rows = [(other, _badge(page, other), _grades(other, said)) for other in others]
    heads = [said.say("interface.case"), *(parts[part] for part in COMPONENTS)]
    return _fill("grades", page=page, heads=heads, rows=rows)


def _grades(page: Page, said: Language) -> list[tuple[str, str]]:
    """How far a case had each part, in the order of the parts: the grade, and its word."""
    words = said.table("grades")
    return [(page.facts["grades"][part], words[page.facts["grades"][part]]) for part in COMPONENTS]


def recall_headline(page: Page) -> str:
    """What the law says stands above a recall notice, in each language, or that it is not settled; with its source.

    >>> {{ recall_headline() }}
    """
    said = language(page.language)
    rows = [
        (language(name).name, name, one.words, evidence.line(one.source, said))
        for name, one in page.edition.library.recall.items()
    ]
    return _fill("recall", rows=rows, unsettled=said.say("interface.unsettled"))


# Apologies ------------------------------------------------------------------------------------------------------------


def apology(page: Page, id: str, channel: str = "email", **fields: Any) -> str:
    """An apology as it is said in one channel: components marked, fields to fill in, a button to copy it.

    >>> {{ apology("late-delivery", channel="email", amount="250 kr.") }}

    In a language that lacks it: a notice and a link, since nobody should copy the wrong language.
    """
    other = page.nearest(f"apologies/{id}")
    if other is None:
        return ""
    said = language(page.language)
    if other.language != page.language:
        words = said.say("interface.apology-missing", title=other.title)
        see = said.say("interface.see-in", language=language_name(other.language, said))
        return _fill(
            "notice", kind="missing", words=words, href=page.link(other, channel), see=see, lang=other.language
        )
    section = other.body.by_id.get(channel)
    return _channel(page, other, section, fields, linked=True) if section else ""


def _channel(page: Page, other: Page, section: Section, given: dict[str, Any], linked: bool) -> str:
    said = language(other.language)
    declared = other.edition.library.fields
    labels = {name: declared[name].label.get(other.language, name) for name in fields_in(section) if name in declared}
    names = said.table("components")
    resolve = resolver(page, other)
    shown = []
    for part in parts(section):
        html = "\n".join(render.block(node, resolve, fields=labels) for node in part.section.nodes)
        shown.append(
            {
                "id": part.id,
                "title": part.title,
                "anchor": "" if linked else f"{section.id}-{part.id}",
                "components": [(name, names[name]) for name in part.components],
                "html": Markup(html),
            }
        )
    asked = [_field(name, declared[name], other.language, given.get(name)) for name in labels]
    channels = [part.id for part in other.body.sections if part.id not in ("top", section.id)] if linked else []
    return _fill(
        "apology",
        id=other.thing.name,
        channel=section.id,
        channel_words=said.table("channels")[section.id],
        title=other.title,
        href=page.link(other, section.id) if linked else "",
        channels=[(said.table("channels")[id], page.link(other, id)) for id in channels],
        lang=other.language,
        parts=shown,
        fields=asked,
        chat=section.id == "chat",
        composer=link_to(page, other.thing.name, section.id),
        compose=said.say("composer.open"),
        say=said.table("interface"),
    )


def _field(name: str, declared: Any, lang: str, given: Any) -> dict[str, str]:
    return {
        "name": name,
        "type": declared.type,
        "label": declared.label.get(lang, name),
        "help": help_for(declared, language(lang), lang),
        "example": declared.example.get(lang, ""),
        "value": "" if given is None else str(given),
    }


def apology_page(page: Page) -> render.Rendered:
    """An apology's own page: every channel it has."""
    said = language(page.language)
    names = said.table("channels")
    channels = [
        (section, names.get(section.id, section.title)) for section in page.body.sections if section.id != "top"
    ]
    ways = [(section.id, title) for section, title in channels]
    html, toc = [_fill("channels", label=said.say("interface.channels"), channels=ways)], []
    for section, title in channels:
        toc.append(render.Heading(2, section.id, title))
        heading = _fill("heading", id=section.id, title=title)
        html.append(_fill("section", html=Markup(heading + _channel(page, page, section, {}, linked=False))))
    return render.Rendered("\n".join(html), tuple(toc))


# Write-ups ------------------------------------------------------------------------------------------------------------


def incident(page: Page, id: str) -> str:
    """A write-up whole, inside another page: headings one level down, ids prefixed; labelled when it is a neighbour's.

    >>> {{ incident("2026-02-12-late-sofas") }}
    """
    other = page.nearest(f"incidents/{id}")
    if other is None:
        return ""
    html = incident_body(page, other, shift=1, prefix=f"{id}-").html
    said = language(page.language)
    label = ""
    if other.language != page.language:
        label = said.say("interface.missing-here", language=language_name(other.language, said))
    facts = incident_facts(other, said)
    return _fill("incident", page=page, other=other, html=Markup(html), label=label, facts=facts)


def incident_page(page: Page) -> render.Rendered:
    """A write-up's own page: what is left to do, what somebody affected needs, the facts, the sections."""
    said = language(page.language)
    rendered = incident_body(page, page)
    html = [to_do(page, said), for_the_affected(page, said)]
    facts, folded = incident_facts(page, said), folded_facts(page, said)
    more = said.say("interface.whole-record")
    html.append(_fill("facts", facts=facts, lang=page.language, folded=folded, more=more))
    return render.Rendered("\n".join(filter(None, [*html, rendered.html])), rendered.toc)


def incident_body(page: Page, other: Page, shift: int = 0, prefix: str = "") -> render.Rendered:
    """The sections of a write-up; the two accounts stand side by side, promises say whether they were kept."""
    resolve = resolver(page, other)
    first = [] if other.facts["stage"] == "closed" else list(WHILE_OPEN)
    html, toc, pair = [], [], []
    for id in [*first, *(id for id in SECTIONS if id not in first)]:
        made = _section(page, other, id, resolve, shift, prefix)
        if made is None:
            continue
        toc += made.toc
        wrapped = _fill("record_section", html=Markup(made.html), account=ACCOUNT_OF.get(id, ""), id=id)
        if id in ACCOUNT_OF:
            pair.append(Markup(wrapped))
            continue
        if pair:
            html.append(_fill("accounts", pair=pair))
            pair = []
        html.append(wrapped)
    if pair:
        html.append(_fill("accounts", pair=pair))
    return render.Rendered("\n".join(html), tuple(toc))


def _section(
    page: Page, other: Page, id: str, resolve: render.Resolve, shift: int, prefix: str
) -> render.Rendered | None:
    """One section as written; an account that could not be obtained says why. None where there is neither."""
    lacking = other.facts.get(ACCOUNTS[id]) if id in ACCOUNTS else None
    if id in record.sections_told(other.body) and not lacking:
        made = render.render([other.body.by_id[id]], resolve, shift=shift, prefix=prefix)
        return render.Rendered(with_outcomes(made.html, other, id), made.toc)
    if lacking is None:
        return None
    said = language(other.language)
    title = said.table("sections")[id]
    words = said.say("interface.not-obtained", n=lacking.asked)
    html = _fill("not_obtained", level=2 + shift, id=f"{prefix}{id}", title=title, words=words, why=lacking.why)
    return render.Rendered(html, (render.Heading(2 + shift, f"{prefix}{id}", title),))


def with_outcomes(html: str, page: Page, section_id: str) -> str:
    """The list of promises or preventions: in place of each id what became of it, as far as the edition may know."""
    if section_id not in COMMITMENTS:
        return html
    ids = {item.id for item in commitments(page.thing.facts, COMMITMENTS[section_id])}
    outcomes = {item.id: item for item in page.facts.get(COMMITMENTS[section_id]) or ()}

    def told(match: re.Match) -> str:
        if match[2] not in ids:
            return match[0]
        item = outcomes.get(match[2])
        return f"<li>{_outcome(page, item) if item else ''}{match[1] or ''}"

    return ITEM.sub(told, html)


def _outcome(page: Page, item: Promise | Prevention) -> str:
    said = language(page.language)
    if isinstance(item, Promise):
        kind = {"yes": "kept", "no": "broken"}.get(item.kept, item.kept)
        done = said.say(f"interface.promise.{kind}")
        due = said.say("interface.promise.due", date=said.date(item.due))
    else:
        kind = "kept" if item.done else "open"
        done = said.say("interface.prevention.open")
        if item.done:
            done = said.say("interface.prevention.done", date=said.date(item.done))
        due = said.say("interface.prevention.due", date=said.date(item.due))
    return _fill(
        "commitment",
        kind=kind,
        done=done,
        due=due,
        late=item.due.isoformat() if kind == "open" else "",
        overdue=said.say("interface.overdue"),
        owner=_word(page.edition.company.get("roles", {}).get(item.owner, ""), page),
    )


def to_do(page: Page, said: Language) -> str:
    """What later stages will ask of a write-up that is not closed: for colleagues, inside only."""
    if page.edition.is_public or page.facts["stage"] == "closed":
        return ""
    left = record.to_do(page.thing.original)
    lines = [(said.say(f"record.when.{stage}"), record.call(lacks, said)) for stage, lacks in left.items()]
    return _fill("to_do", title=said.say("interface.to-do"), lines=lines) if lines else ""


def for_the_affected(page: Page, said: Language) -> str:
    """Who is affected, what to do now, when we say more and where to turn: while it goes on, before all else."""
    facts, is_closed = page.facts, page.facts["stage"] == "closed"
    rows = []
    for name in FOR_THE_AFFECTED:
        value = getattr(page.checked.front, name, None) or facts.get(name)
        if not value or (is_closed and name == "next_update"):
            continue
        label = said.say(f"record.fields.{name}.label")
        if name == "contact":
            rows.append((label, "", "", _ways_to_us(page, value, facts["countries"])))
        elif name == "next_update":
            rows.append((label, said.date(value), value.isoformat(), []))
        else:
            rows.append((label, value, "", []))
    return _fill("for_the_affected", rows=rows, passed=said.say("interface.update-passed")) if rows else ""


def _ways_to_us(page: Page, ways: tuple[str, ...], countries: tuple[str, ...]) -> list[tuple[str, list]]:
    """Of each country hit: its name, and the phone number or address with its link, and the hours."""
    said, contact = language(page.language), page.edition.company["contact"]
    names = said.table("countries")
    return [
        (
            names[country],
            [(_word(contact[country][way], page), _href(way, contact[country][way])) for way in ways]
            + [(_word(contact[country]["hours"], page), "")],
        )
        for country in countries
        if country in contact
    ]


def new_write_up(page: Page) -> str:
    """A link that begins a write-up on the Git host, the first notice's fields written out; nothing without a host.

    >>> {{ new_write_up() }}
    """
    us = page.edition.library.company
    if page.edition.is_public or us is None:
        return ""
    said = language(page.language)
    name = f"{said.say('record.file-name')}.{said.id}.md"
    href = us.repository.new_url("playbooks/incidents", name, templates.short(page.edition.library, said))
    return _fill("fact", words=said.say("interface.new-write-up"), href=href) if href else ""


def many_tool(page: Page) -> str:
    """The name of the tool that writes the same apology to many, as a link to it; the name alone where there is none.

    >>> {{ many_tool() }}
    """
    return _fill("fact", words=language(page.language).say("letters.page.title"), href=link_to_many(page))


def record_fields(page: Page) -> str:
    """Every field of a write-up with what it holds and the stage that asks for it first.

    >>> {{ record_fields() }}
    """
    said = language(page.language)
    heads = [said.say(f"record.table.{name}") for name in ("field", "holds", "stage")]
    return _fill("record_fields", heads=heads, groups=templates.rows(page.edition.library, said))


def incident_facts(page: Page, said: Language) -> list[tuple[str, str]]:
    """The facts of a write-up that a reader wants at a glance, as far as this edition may know them."""
    names = [name for name in FIRST_FACTS if page.facts.get(name) not in (None, ())]
    return [(said.say(f"record.fields.{name}.label"), fact_words(name, page.facts[name], page, said)) for name in names]


def folded_facts(page: Page, said: Language) -> list[tuple[str, str]]:
    """The rest of the record, for colleagues."""
    if page.edition.is_public:
        return []
    shown = {*FIRST_FACTS, *FOR_THE_AFFECTED, *COMMITMENTS.values(), *ACCOUNTS.values(), "apology", "changed"}
    names = [name for name in RecordFacts.model_fields if name not in shown and page.facts[name] not in (None, ())]
    return [(said.say(f"record.fields.{name}.label"), fact_words(name, page.facts[name], page, said)) for name in names]


def fact_words(name: str, value: Any, page: Page, said: Language) -> str:
    """A fact of a write-up in the words of a language.

    >>> fact_words("countries", ("dk", "se"), page, language("da"))
    'Danmark, Sverige'
    """
    if name == "stage":
        return stage_words(page, said)
    if isinstance(value, tuple):
        return ", ".join(fact_words(name, one, page, said) for one in value)
    if isinstance(value, date):
        return said.date(value)
    if name == "severity":
        return f"{value} ({said.say('interface.severity-help')})"
    if name == "countries":
        return said.table("countries").get(value, value)
    if name == "situation":
        known = page.edition.library.situations
        return known[value].title.get(said.id, value) if value in known else value
    if name in ("staff_role", "by_role", "owner"):
        return _word(page.edition.company.get("roles", {}).get(value, value), page)
    if isinstance(value, Consent):
        rest = [value.why, fact_words("by_role", value.by_role, page, said) if value.by_role else None]
        rest += [f"{said.say('record.fields.until.label')} {said.date(value.until)}" if value.until else None]
        return ", ".join(filter(None, [value_words("kind", value.kind, said), *rest]))
    if isinstance(value, int):
        return said.number(value)
    return value_words(name, value, said)


# Around the body ------------------------------------------------------------------------------------------------------


def notices(page: Page) -> str:
    """What a reader must know before reading a translation: behind its original, or never compared with it.

    Outside, only that it is behind: which sections, and what nobody has compared, is our own business.
    """
    first = {"rights": _checked, "cases": _grades_of}.get(page.shelf, lambda _: "")
    return _behind(page) + first(page)


def _checked(page: Page) -> str:
    """Law is dated, and no advice."""
    said = language(page.language)
    day = page.facts["checked"]
    words = said.say("interface.checked", date=said.date(day))
    return _fill("notice", kind="law", words=words, href="", see="", lang="")


def _grades_of(page: Page) -> str:
    """How far each part of the apology went, at a glance."""
    said = language(page.language)
    names = [said.table("components")[part] for part in COMPONENTS]
    lines = [(name, *grade) for name, grade in zip(names, _grades(page, said), strict=True)]
    return _fill("grades_of", title=said.say("interface.grades"), lines=lines)


def _behind(page: Page) -> str:
    if page.is_original:
        return ""
    said, outside = language(page.language), page.edition.is_public
    how = translations.state(page.thing, page.language)
    if how.kind == "behind" and not outside:
        sections = ", ".join(_section_title(page, id, said) for id in how.behind)
        words = said.say("interface.behind", sections=sections)
    elif how.kind == "behind":
        words = said.say("interface.behind-outside")
    elif how.kind == "uncompared" and not outside:
        words = said.say("interface.uncompared")
    else:
        return ""
    original = page.edition.page(page.id, page.thing.born)
    see = said.say("interface.see-original", language=language_name(page.thing.born, said)) if original else ""
    href = page.link(original) if original else ""
    return _fill("notice", kind=how.kind, words=words, href=href, see=see, lang=page.thing.born)


def _section_title(page: Page, id: str, said: Language) -> str:
    if id == "top":
        return said.say("interface.behind-top")
    for body in (page.body, page.thing.original.body):
        if id in body.by_id:
            return body.by_id[id].title
    return id


def rest(page: Page) -> render.Rendered:
    """What the facts add under a playbook: who may decide, the apology, what happened before, next, and who owns it."""
    said = language(page.language)
    called = {call.name for call in page.body.calls}
    html, toc = [], []

    def add(kind: str, words: str, inner: str) -> None:
        if inner:
            id = f"rest-{kind}"
            toc.append(render.Heading(2, id, words))
            html.append(_fill("rest", kind=kind, id=id, title=words, html=Markup(inner)))

    facts = page.facts
    if facts.get("mandate"):
        add("mandate", said.say("interface.mandate"), _mandates(page, said))
    if "apology" not in called:
        shown = [apology(page, name, _first_channel(page, name)) for name in facts.get("apologies", ())]
        add("apology", said.say("interface.apology"), "\n".join(filter(None, shown)))
    if page.shelf == "situations" and not called & {"incidents", "incident"}:
        add("before", said.say("interface.before"), incidents(page, page.thing.name, 3))
    if page.shelf == "incidents":
        used = [f"apologies/{page.facts['apology']}"] if page.facts.get("apology") not in (None, OWN_WORDS) else []
        add("used", said.say("record.fields.apology.label"), _cards(page, used))
        add("changed", said.say("record.fields.changed.label"), _cards(page, page.facts.get("changed") or ()))
        add("similar", said.say("interface.similar"), _incident_cards(page, similar(page)))
    else:
        add("learnt", said.say("interface.learnt"), _incident_cards(page, learnt_from(page)))
    add("next", said.say("interface.next"), _cards(page, facts.get("next", ())))
    if facts.get("sources"):
        add("sources", said.say("interface.sources"), _sources(page, said))
    html.append(_facts_footer(page, said))
    return render.Rendered("\n".join(filter(None, html)), tuple(toc))


def _sources(page: Page, said: Language) -> str:
    return _fill("sources", rows=[(id, evidence.line(one, said)) for id, one in page.facts["sources"].items()])


def _cards(page: Page, ids: Iterable[str]) -> str:
    """A card for each text that the edition holds; nothing when it holds none."""
    shown = [Markup(made) for id in ids if (made := playbook(page, id))]
    return _fill("cards", cards=shown) if shown else ""


def similar(page: Page) -> list[Page]:
    """The newest earlier write-ups with the same situation and the same cause."""
    facts = page.facts
    if not facts["situation"] or not facts["cause"]:
        return []
    others = page.edition.incidents(page.language, facts["situation"])
    earlier = [other for other in others if str(other.day) < str(page.day) and other.facts["cause"] == facts["cause"]]
    return earlier[:SIMILAR]


def learnt_from(page: Page) -> list[Page]:
    """The write-ups a text was changed by or, if it is an apology, says it learnt from or was used in: newest first."""
    used = page.thing.name if page.shelf == "apologies" else None
    named = page.facts.get("learnt_from", ())
    found = []
    for other in page.edition.incidents(page.language):
        facts = other.facts
        was_used = used and facts.get("apology") == used
        if page.id in (facts.get("changed") or ()) or other.thing.name in named or was_used:
            found.append(other)
    return found


def _incident_cards(page: Page, others: list[Page]) -> str:
    said = language(page.language)
    shown = [Markup(_incident_card(page, other, said)) for other in others]
    return _fill("incidents", cards=shown) if shown else ""


def _first_channel(page: Page, name: str) -> str:
    """The channel a page shows of an apology: what to say where a customer is on the line, else what comes first."""
    other = page.nearest(f"apologies/{name}")
    channels = other.facts["channels"] if other else ("email",)
    return "phone" if page.shelf == "situations" and "phone" in channels else channels[0]


def _mandates(page: Page, said: Language) -> str:
    us = page.edition.company
    rows: dict[str, list] = {}
    for mandate in us.get("mandates", ()):
        if mandate["role"] in page.facts["mandate"]:
            forms = said.table("currencies")
            limits = [
                forms.get(money, "{amount} " + money.upper()).format(amount=said.number(amount))
                for money, amount in mandate["limit"].items()
            ]
            gifts = rows.setdefault(_word(us["roles"][mandate["role"]], page), [])
            gifts.append((_word(us["kinds"][mandate["kind"]], page), limits))
    if not rows:
        return ""
    heads = [said.say(f"interface.mandate-{name}") for name in ("role", "kind", "limit")]
    return _fill("mandates", heads=heads, rows=list(rows.items()))


def _facts_footer(page: Page, said: Language) -> str:
    facts = page.facts
    rows = []
    if facts.get("owner"):
        roles = page.edition.company.get("roles", {})
        rows.append((said.say("interface.owner"), _word(roles.get(facts["owner"], facts["owner"]), page), "", ""))
    if facts.get("reviewed"):
        reviewed = facts["reviewed"]
        rows.append((said.say("interface.reviewed"), said.date(reviewed), reviewed.isoformat(), ""))
        if months := facts.get("review_months"):
            due = review.months_later(reviewed, months)
            rows.append((said.say("interface.review-by"), said.date(due), due.isoformat(), said.say("interface.late")))
    return _fill("facts_footer", rows=rows) if rows else ""


# Figures --------------------------------------------------------------------------------------------------------------


def glossary(page: Page) -> str:
    """Every concept and every false friend, this page's language first and in its order; filtered by a script.

    >>> {{ glossary() }}
    """
    said = language(page.language)
    built = page.edition.languages
    names = [name for name in dict.fromkeys([page.language, *said.neighbours, *built]) if name in built]
    concepts = page.edition.glossary.in_order(page.language)
    friends = [(id, one) for id, one in page.edition.glossary.false_friends.items() if getattr(one, page.language)]
    friends.sort(key=lambda pair: said.sort_key(getattr(pair[1], page.language).word))
    if not concepts and not friends:
        return _fill("empty", words=said.say("interface.nothing-here"))
    columns = [(name, language(name).name) for name in names]
    return _fill(
        "glossary", columns=columns, mine=page.language, concepts=concepts, friends=friends, say=said.table("glossary")
    )


def learning(page: Page) -> str:
    """What all write-ups together tell: clocks, promises, causes and remedies; outside nothing made of fewer than five.

    >>> {{ learning() }}
    """
    from . import learning as figures

    return figures.show(page)


# For editors and translators ------------------------------------------------------------------------------------------


def review_list(page: Page) -> str:
    """What is to be read again, by owner, law first: for colleagues, inside only.

    >>> {{ review_list() }}
    """
    return review.show(page)


def translation_work(page: Page) -> str:
    """How the translations into the page's language stand, with the way to each that waits: inside only.

    >>> {{ translation_work() }}
    """
    from . import workpages

    return workpages.overview(page)

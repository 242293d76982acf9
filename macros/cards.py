"""What a macro shows: the data of each card, put into `cards.html` (which escapes everything it is given)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from . import render, translations
from .apology import fields_in, parts
from .bodies import SCHEMES, Section
from .languages import Language, language
from .library import Page
from .shelves import RECORD_SECTIONS, Prevention, Promise
from .texts import SLUG

COMMITMENTS = {"promises": "promises", "what-we-changed": "prevention"}  # the section, and the facts it puts words to
ACCOUNTS = {"customers-account": "customer", "staff-account": "staff"}  # the section, and its class in the page
ITEM = re.compile(rf"<li>(\s*<p>)?({SLUG}): ")


@cache
def _templates() -> Any:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return env.get_template("cards.html").module


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
    said = language(page.language)
    kind = said.table("shelf-one")[other.shelf]
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
    return _fill("cards", cards=[Markup(card(page, other)) for other in others])


def incidents(page: Page, situation: str | None = None, limit: int | None = None) -> str:
    """Write-ups as cards, newest first, or a friendly line when there are none.

    >>> {{ incidents(situation="late-delivery", limit=3) }}
    """
    found = page.edition.incidents(page.language, situation, limit)
    said = language(page.language)
    if not found:
        key = "interface.no-incidents-outside" if page.edition.is_public else "interface.no-incidents"
        return _fill("empty", words=said.say(key))
    return _fill("incidents", cards=[Markup(_incident_card(page, other, said)) for other in found])


def _incident_card(page: Page, other: Page, said: Language) -> str:
    facts = other.facts
    return _fill(
        "incident_card",
        page=page,
        other=other,
        day=facts["happened"].isoformat(),
        day_words=said.date(facts["happened"]),
        severity=facts["severity"],
        severity_words=said.say("interface.severity", n=facts["severity"]),
        stage=facts["stage"],
        stage_words=stage_words(other, said),
        badge=_badge(page, other),
    )


def stage_words(page: Page, said: Language) -> str:
    """The stage of a write-up; closed without the customer's yes says so, inside."""
    facts = page.facts
    if facts["stage"] == "closed" and facts.get("confirmed_by_customer", "yes") != "yes":
        return said.say("interface.closed-unconfirmed")
    return said.table("interface.stage")[facts["stage"]]


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


def _href(name: str, value: Any) -> str:
    if name == "email":
        return f"mailto:{value}"
    return "tel:" + "".join(char for char in value if char in "+0123456789") if name == "phone" else ""


def _word(value: Any, page: Page) -> str:
    if isinstance(value, dict):
        order = [page.language, *language(page.language).neighbours]
        return next((value[name] for name in order if name in value), "")
    return str(value)


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
        say=said.table("interface"),
    )


def _field(name: str, declared: Any, lang: str, given: Any) -> dict[str, str]:
    return {
        "name": name,
        "type": declared.type,
        "label": declared.label.get(lang, name),
        "help": declared.help.get(lang, ""),
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
    return _fill("incident", page=page, other=other, html=Markup(html), label=label, facts=incident_facts(other, said))


def incident_page(page: Page) -> render.Rendered:
    """A write-up's own page."""
    rendered = incident_body(page, page)
    facts = incident_facts(page, language(page.language))
    return render.Rendered(_fill("facts", facts=facts, lang=page.language) + rendered.html, rendered.toc)


def incident_body(page: Page, other: Page, shift: int = 0, prefix: str = "") -> render.Rendered:
    """The sections of a write-up; the two accounts stand side by side, promises say whether they were kept."""
    resolve = resolver(page, other)
    order = [other.body.by_id[id] for id in RECORD_SECTIONS if id in other.body.by_id]
    html, toc, pair = [], [], []
    for section in order:
        made = render.render([section], resolve, shift=shift, prefix=prefix)
        toc += made.toc
        wrapped = _fill(
            "record_section",
            html=Markup(with_outcomes(made.html, other, section.id)),
            account=ACCOUNTS.get(section.id, ""),
        )
        if section.id in ACCOUNTS:
            pair.append(Markup(wrapped))
            continue
        if pair:
            html.append(_fill("accounts", pair=pair))
            pair = []
        html.append(wrapped)
    if pair:
        html.append(_fill("accounts", pair=pair))
    return render.Rendered("\n".join(html), tuple(toc))


def with_outcomes(html: str, page: Page, section_id: str) -> str:
    """The list of promises or preventions: in place of each id what became of it, as far as the edition may know."""
    if section_id not in COMMITMENTS:
        return html
    ids = {item.id for item in getattr(page.thing.facts, COMMITMENTS[section_id])}
    outcomes = {item.id: item for item in page.facts.get(COMMITMENTS[section_id], ())}

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


def incident_facts(page: Page, said: Language) -> list[tuple[str, str]]:
    """The facts of a write-up that this edition may know, as label and words."""
    return list(_incident_facts(page, said))


def _incident_facts(page: Page, said: Language) -> Iterator[tuple[str, str]]:
    facts, labels = page.facts, said.table("interface.facts")
    yes_no = said.table("interface.yes-no")
    situations = page.edition.library.situations
    for name, label in labels.items():
        value = facts.get(name)
        if value is None:
            continue
        if isinstance(value, (date, datetime)):
            words = said.date(value)
        elif name == "severity":
            words = f"{value} ({said.say('interface.severity-help')})"
        elif name == "countries":
            words = ", ".join(said.table("countries")[id] for id in value)
        elif name == "situation":
            words = situations[value].title.get(said.id, value) if value in situations else value
        elif name == "channel":
            words = said.table("reached-us")[value]
        elif isinstance(value, int):
            words = said.number(value)
        else:
            words = yes_no.get(value, value)
        yield label, words


# Around the body ------------------------------------------------------------------------------------------------------


def notices(page: Page) -> str:
    """What a reader must know before reading a translation: behind its original, or never compared with it.

    Outside, only that it is behind: which sections, and what nobody has compared, is our own business.
    """
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
    following = [playbook(page, id) for id in facts.get("next", ())]
    if any(following):
        add("next", said.say("interface.next"), _fill("cards", cards=[Markup(card) for card in following if card]))
    html.append(_facts_footer(page, said))
    return render.Rendered("\n".join(filter(None, html)), tuple(toc))


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
            due = _months_later(reviewed, months)
            rows.append((said.say("interface.review-by"), said.date(due), due.isoformat(), said.say("interface.late")))
    return _fill("facts_footer", rows=rows) if rows else ""


def _months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")

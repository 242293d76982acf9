"""The translator's hour as pages: what waits, and each translation that waits beside its original. Inside only.

The overview is a macro on `docs/translations.<language>.md`. Work pages come from no file: the site makes one for each
translation that is missing, behind or never compared, and none for what is current; of any other text
`tillit translate ID --language … --look` shows the same in a terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from . import fragments, library, render, sidebyside, translations
from .history import History
from .languages import language
from .library import Edition, Library, Page, Thing
from .record import filed
from .sidebyside import Part, Work
from .texts import DEVELOPERS, DOCS

OVERVIEW = f"{DOCS}/translations"
SHELF = "translations"  # of the addresses
WRITE_UPS = "incidents"
MOST_WRITE_UPS = 5  # newest ones without a translation that get a page: no write-up has to be translated
STYLE = "assets/tools/css/work.css"
TO_DO = ("behind", "uncompared", "missing")


@dataclass(eq=False)
class WorkPage:
    """A page for MkDocs like `library.Page`, without a file: the translation of a text into `language`."""

    edition: Edition
    work: Work
    is_home: bool = False

    @property
    def id(self) -> str:
        return f"{SHELF}/{self.work.id}"

    @property
    def shelf(self) -> str:
        return SHELF

    @property
    def language(self) -> str:
        return self.work.language

    @property
    def path(self) -> str:
        return self.work.path

    @property
    def address(self) -> str:
        return self.work.address

    @property
    def title(self) -> str:
        """The text's own, in the language that has it."""
        one = self.work.target or self.work.source
        return language(self.language).say("work.title", title=one.front.title)

    @property
    def summary(self) -> str:
        said = language(self.language)
        return f"{state_words(self.work, said)}. {said.say('work.about', id=self.work.id)}"

    def link(self, address: str) -> str:
        """An address from the root as written on this page."""
        return library.relative(self.address, address)


@dataclass(eq=False)
class Works:
    """All work pages of an edition; none outside."""

    edition: Edition

    @cached_property
    def waiting(self) -> dict[tuple[str, str], tuple[Thing, translations.State]]:
        """What is not current, by id and language, but for what the company leaves out and older write-ups.

        A text born in a language that is not built can be seen beside its translation in the terminal alone.
        """
        if self.edition.is_public:
            return {}
        found = self.edition.library
        hidden = set(found.company.hide) if found.company else set()
        every = [
            (thing, name, state)
            for thing, name, state in translations.report(found)
            if thing.id not in hidden and thing.born in self.edition.languages
        ]
        every.sort(key=lambda one: _newest_first(one[0]))
        left = Counter()
        kept = {}
        for thing, name, state in every:
            if thing.shelf == WRITE_UPS and state.kind == "missing":
                left[name] += 1
                if left[name] > MOST_WRITE_UPS:
                    continue
            kept[thing.id, name] = (thing, state)
        return kept

    @cached_property
    def pages(self) -> list[WorkPage]:
        """A page for each; what changed is asked of Git once for all."""
        behind = {thing.original.text.path for thing, state in self.waiting.values() if state.kind == "behind"}
        history = History(self.edition.library.root, behind)
        return [
            WorkPage(self.edition, sidebyside.work(self.edition.library, thing, name, history))
            for (_, name), (thing, _) in self.waiting.items()
        ]

    def sibling(self, page: WorkPage, name: str) -> str | None:
        """Where the same work is shown in another language: its page, else what waits there."""
        if (page.work.id, name) in self.waiting:
            return sidebyside.work_address(page.work.id, name)
        other = self.edition.page(OVERVIEW, name)
        return other.address if other else None


def _newest_first(thing: Thing) -> int:
    day = filed(thing.name) if thing.shelf == WRITE_UPS else None
    return -day.toordinal() if day else 0


@cache
def _templates() -> Any:
    return fragments.environment().get_template("workpages.html").module


def state_words(work: Work, said: Any) -> str:
    """How a translation stands, with the day it was last compared."""
    words = said.say(f"work.state.{work.state.kind}")
    return f"{words} ({said.say('work.compared', date=said.date(work.compared))})" if work.compared else words


# One work page --------------------------------------------------------------------------------------------------------


def show(page: WorkPage) -> render.Rendered:
    """The HTML of a work page: what to do, and every section beside the original's."""
    work, said = page.work, language(page.language)
    names = said.table("languages")
    original = page.edition.page(work.id, work.source.text.language)
    own = page.edition.page(work.id, page.language)
    us = page.edition.library.company
    edit = us.repository.edit_url if us else (lambda path: "")
    links = [
        (said.say("work.see-original"), page.link(original.address) if original else ""),
        (said.say("work.see-translation"), page.link(own.address) if own else ""),
        (said.say("work.edit-original"), edit(work.source.text.path)),
        (said.say("work.edit-translation"), edit(work.path) if work.target else ""),
    ]
    html = _templates().work(
        work=work,
        say=said.table("work"),
        css=page.link(STYLE),
        commands=list(_commands(work, said)),
        links=[(words, href) for words, href in links if href],
        source=names.get(work.source.text.language, work.source.text.language),
        target=names.get(work.language, work.language),
        parts=[_shown(part, said) for part in work.parts],
        jump=[(part.id, _title(part, said), said.say(f"work.state.{part.state}")) for part in work.parts]
        if work.state.kind == "behind"
        else [],
    )
    return render.Rendered(
        str(html), tuple(render.Heading(2, f"section-{part.id}", _title(part, said)) for part in work.parts)
    )


def _commands(work: Work, said: Any) -> Iterator[tuple[str, str]]:
    """What to do, in order, each with the command that does it."""
    write = f"./tillit translate {work.id} --language {work.language}"
    if work.target is None:
        yield said.say("work.begin"), write
    elif any(part.state == "missing" for part in work.parts):
        yield said.say("work.add"), f"{write} --add-missing"
    yield said.say("work.check"), f"./tillit check {work.path}"
    yield said.say("work.accept"), f"./tillit translations accept {work.path}"


def _title(part: Part, said: Any) -> str:
    return part.title or (said.say("work.top") if part.id == "top" else part.id)


def _shown(part: Part, said: Any) -> dict[str, Any]:
    since = said.date(part.since) if part.since else ""
    fields = said.table("work.fields") | {
        name: one["label"] for name, one in said.table("record.fields").items() if name not in said.table("work.fields")
    }
    return {
        "id": part.id,
        "title": _title(part, said),
        "lang": part.spoken if part.title and part.spoken != said.id else "",
        "state": part.state,
        "state_words": said.say(f"work.state.{part.state}"),
        "why": said.say(f"work.why.{part.why}", date=since) if part.why else "",
        "rows": [(fields.get(row.field, row.field), row.source, row.target) for row in part.rows],
        "terms": part.terms,
        "differs": [one.message(said.id) for one in part.differs],
        "folded": part.state == "current",
    }


# The overview ---------------------------------------------------------------------------------------------------------


def overview(page: Page) -> str:
    """How the translations into the language of the page stand. PermissionError outside."""
    if page.edition.is_public:
        raise PermissionError("translation_work")
    said = language(page.language)
    works = Works(page.edition)
    counts = _counts(page)
    shelves = [(said.table("shelves")[shelf], [row[kind] for kind in KINDS]) for shelf, row in counts.items()]
    total = [sum(row[kind] for row in counts.values()) for kind in KINDS]
    groups = [(kind, list(_lines(page, works, kind))) for kind in TO_DO]
    return str(
        _templates().overview(
            say=said.table("work"),
            css=page.link(STYLE),
            kinds=[said.say(f"work.state.{kind}") for kind in KINDS],
            shelves=shelves,
            total=total,
            groups=[(kind, said.say(f"work.state.{kind}"), lines) for kind, lines in groups if lines],
            more=[_more(page, works, said)],
        )
    )


KINDS = ("current", *TO_DO)


def _counts(page: Page) -> dict[str, Counter]:
    """How many texts of each shelf stand how; originals are nobody's translation."""
    found: dict[str, Counter] = {}
    for thing in _texts(page.edition.library):
        if thing.born != page.language:
            state = translations.state(thing, page.language)
            found.setdefault(thing.shelf, Counter())[state.kind] += 1
    order = list(language(page.language).table("shelves"))
    return dict(sorted(found.items(), key=lambda one: order.index(one[0])))


def _texts(found: Library) -> Iterator[Thing]:
    hidden = set(found.company.hide) if found.company else set()
    return (thing for thing in found.things.values() if thing.shelf != DEVELOPERS and thing.id not in hidden)


def _lines(page: Page, works: Works, kind: str) -> Iterator[dict[str, Any]]:
    """What waits in one way: first what was compared longest ago, then by shelf and title."""
    said = language(page.language)
    waiting = [
        (thing, state)
        for (_, name), (thing, state) in works.waiting.items()
        if name == page.language and state.kind == kind
    ]
    order = list(said.table("shelves"))

    def rank(one: tuple[Thing, translations.State]) -> tuple:
        thing, state = one
        seen = thing.versions[page.language].front.seen if state.kind == "behind" else None
        return (seen.on.isoformat() if seen else "", order.index(thing.shelf), _newest_first(thing), thing.id)

    for thing, state in sorted(waiting, key=rank):
        one = thing.versions.get(page.language) or thing.original
        seen = one.front.seen if state.kind == "behind" else None
        yield {
            "href": page.link(sidebyside.work_address(thing.id, page.language)),
            "title": one.front.title,
            "lang": one.text.language if one.text.language != page.language else "",
            "shelf": said.table("shelf-one")[thing.shelf],
            "sections": [_section(thing, one, id, said) for id in state.behind],
            "day": seen.on.isoformat() if seen else "",
            "day_words": said.date(seen.on) if seen else "",
        }


def _section(thing: Thing, one: Any, id: str, said: Any) -> str:
    if id == "top":
        return said.say("interface.behind-top")
    bodies = (one.body, thing.original.body)
    return next((body.by_id[id].title for body in bodies if id in body.by_id), id)


def _more(page: Page, works: Works, said: Any) -> str:
    """How many older write-ups have no translation and no page."""
    missing = sum(
        1
        for thing, name, state in translations.report(page.edition.library)
        if name == page.language and thing.shelf == WRITE_UPS and state.kind == "missing"
    )
    return said.say("work.older-write-ups", n=missing - MOST_WRITE_UPS) if missing > MOST_WRITE_UPS else ""

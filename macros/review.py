"""The editor's list: which texts are due to be read again, and the date that says somebody has.

`reviewed` and `review_months` stand in the original. Commands are told the day; the page holds dates alone, and the
reader's browser marks what is due.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from . import fragments, texts, translations
from .languages import language
from .library import Library, Page, Thing
from .shelves import Reviewed

LAW = "rights"  # the shelf that comes first: nobody notices by themselves that a law has changed
SOON = 30  # days before it is due that a text is on the list
DATE = re.compile(r"(['\"]?)(\d{4}-\d{2}-\d{2})\1(?=[ \t\r\n#]|$)")


class NotDone(Exception):
    """A review that cannot be written; `key` names the words under `cli.review`."""

    def __init__(self, key: str, **values: object):
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Due:
    """A text and the day by which it is to be read again."""

    thing: Thing
    day: date

    @property
    def owner(self) -> str:
        return self.thing.facts.owner

    @property
    def is_law(self) -> bool:
        return self.thing.shelf == LAW

    def data(self, today: date) -> dict[str, Any]:
        """As plain data for `--json`; `days` until it is due, below nought when it is overdue."""
        facts = self.thing.facts
        return {
            "id": self.thing.id,
            "path": self.thing.original.text.path,
            "language": self.thing.born,
            "title": facts.title,
            "owner": self.owner,
            "reviewed": facts.reviewed.isoformat(),
            "due": self.day.isoformat(),
            "days": (self.day - today).days,
            "law": self.is_law,
        }


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last.

    >>> months_later(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def due_on(facts: Reviewed) -> date:
    """When a text is to be read again."""
    return months_later(facts.reviewed, facts.review_months)


def listed(library: Library) -> list[Due]:
    """Every text that is reviewed, law first, then by date."""
    hidden = set(library.company.hide) if library.company else set()
    found = [
        Due(thing, due_on(thing.facts))
        for thing in library.things.values()
        if isinstance(thing.facts, Reviewed) and thing.id not in hidden
    ]
    return sorted(found, key=lambda one: (not one.is_law, one.day, one.thing.id))


def due(library: Library, today: date, days: int = SOON) -> list[Due]:
    """What is overdue or due within so many days."""
    return [one for one in listed(library) if (one.day - today).days <= days]


# Saying that it was read ----------------------------------------------------------------------------------------------


def done(library: Library, thing: Thing, today: date) -> date | None:
    """Write that a text was read on a day and needs no change; the date that stood there, None if it was that day's.

    Only the date changes: every other byte stays. NotDone when the text says a later day, or writes its date in a way
    that cannot be changed in place.
    """
    one, before = thing.original, thing.facts.reviewed
    if before == today:
        return None
    if before > today:
        raise NotDone("later", path=one.text.path, date=before)
    path = library.root / one.text.path
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", path.read_bytes().decode("utf-8"))  # as `read` counts them
    line, column = one.text.front.at(("reviewed",))
    written = lines[line - 1]
    found = DATE.match(written, column - 1)
    if not found:
        raise NotDone("unwritable", path=one.text.path)
    lines[line - 1] = written[: found.start(2)] + today.isoformat() + written[found.end(2) :]
    translations.put_in_place(path, "".join(lines).encode())
    return before


# The page -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One text on the page."""

    title: str
    href: str
    language: str  # of the title, where it is not the page's
    shelf: str
    born: str
    born_words: str
    day: date
    day_words: str
    is_law: bool


@cache
def _templates() -> Any:
    return fragments.environment().get_template("review.html").module


def show(page: Page) -> str:
    """The list as the internal site has it: by owner, law first, then by date. PermissionError outside."""
    if page.edition.is_public:
        raise PermissionError("review_list")
    said = language(page.language)
    roles = page.edition.company.get("roles", {})
    groups: dict[str, list[Line]] = {}
    for one in listed(page.edition.library):
        if page.nearest(one.thing.id) or one.thing.born in page.edition.languages:
            groups.setdefault(one.owner, []).append(_line(page, one))
    named = [(id, roles.get(id, {}).get(page.language, id), lines) for id, lines in groups.items()]
    named.sort(key=lambda group: group[1].casefold())
    born = sorted({line.born for lines in groups.values() for line in lines})
    names = said.table("languages")
    return str(
        _templates().review(
            named,
            [(name, names.get(name, language(name).name)) for name in born],
            said.table("review"),
            SOON,
            page.link("assets/tools/css/review.css"),
            page.link("assets/tools/js/review.js"),
        )
    )


def _line(page: Page, one: Due) -> Line:
    said = language(page.language)
    other = page.nearest(one.thing.id)
    title = other.title if other else one.thing.facts.title
    spoken = other.language if other else one.thing.born
    shelf = said.table("shelf-one")[one.thing.shelf]
    names = said.table("languages")
    return Line(
        title,
        page.link(other) if other else "",
        spoken if spoken != page.language else "",
        shelf,
        one.thing.born,
        names.get(one.thing.born, language(one.thing.born).name),
        one.day,
        said.date(one.day),
        one.is_law,
    )


def told(library: Library, ids: tuple[str, ...]) -> Iterator[Thing]:
    """The texts that ids name. NotDone for one that names none, with those alike, or that is not reviewed."""
    known = [thing.id for thing in library.things.values() if isinstance(thing.facts, Reviewed)]
    for id in ids:
        where = texts.place(id.removeprefix("./"))
        thing = library.things.get(f"{where[0]}/{where[1]}" if where else id)
        if thing is None:
            raise NotDone("unknown", found=id, known=known)
        if not isinstance(thing.facts, Reviewed):
            raise NotDone("no-review", id=thing.id)
        yield thing

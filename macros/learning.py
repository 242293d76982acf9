"""The learning page: what `incidents.py` counts, drawn by `charts.py`, in the words and numbers of a language.

Each part leaves itself out when there is nothing to tell, or nothing that may be told outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, get_args

from markupsafe import Markup

from . import charts, fragments, incidents
from .charts import Mark
from .incidents import Clock, Group, Money
from .languages import Language, language, value_words
from .library import Page
from .record import Cause, Remedy

CAUSES, REMEDIES, SEVERITIES = get_args(Cause), get_args(Remedy), (1, 2, 3, 4)
CONFIRMED = ("yes", "partly", "no", "not-asked")
HOUR, TWO_DAYS, DAY = 60, 2 * 24 * 60, 24 * 60  # minutes


@dataclass
class Figure:
    """A chart with its numbers as a table; or a table or a list alone."""

    title: str
    n: str = ""
    chart: Markup | str = ""
    heads: Sequence[str] = ()
    rows: Sequence[tuple] = ()
    numbers: Sequence[tuple[str, str]] = ()
    note: str = ""
    entries: Markup | str = ""


@dataclass
class Part:
    id: str
    title: str
    intro: str
    figures: list[Figure]


@cache
def _templates() -> Any:
    return fragments.environment().get_template("learning.html").module


def show(page: Page) -> str:
    """Everything the write-ups of the page's edition tell together, as HTML without style or script."""
    said = language(page.language)
    pages, fewest = incidents.counted(page.edition, page.language)
    told = _Told(page, said, pages, fewest)
    parts = [part for make in PARTS if (part := make(told)).figures] if len(pages) >= fewest else []
    return str(
        _templates().learning(_lead(pages, fewest, said), said.say("learning.jump"), parts, said.table("learning"))
    )


def _lead(pages: list[Page], fewest: int, said: Language) -> str:
    """What the numbers are made of; or why there are none."""
    n = said.number(len(pages))
    if len(pages) < fewest:
        return said.say("learning.too-few", fewest=fewest)
    if fewest:
        return said.say("learning.based-on-outside", n=n, fewest=fewest)
    closed = sum(page.facts["stage"] == "closed" for page in pages)
    return said.say("learning.based-on", n=n, closed=said.number(closed)) if pages else said.say("learning.none-yet")


@dataclass
class _Told:
    """Whom it is told to: the page it stands on, its language, the write-ups, and how few may stand behind a figure."""

    page: Page
    said: Language
    pages: list[Page]
    fewest: int

    def say(self, key: str, **values: Any) -> str:
        return self.said.say(f"learning.{key}", **values)

    def label(self, name: str) -> str:
        return self.said.say(f"record.fields.{name}.label")

    def n(self, n: int) -> str:
        return self.say("n", n=self.said.number(n))

    def part(self, id: str, figures: Iterator[Figure]) -> Part:
        found = list(figures)
        return Part(id, self.say(f"{id}.title"), self.say(f"{id}.intro") if found else "", found)


# Counts and charts ----------------------------------------------------------------------------------------------------


def _percent(n: int, of: int, said: Language) -> str:
    from babel.numbers import format_percent

    return format_percent(n / of, locale=said.words["locale"])


def _shared(told: _Told, n: int, of: int) -> Mark:
    """A count and what share it is: "8 (53 %)"."""
    return Mark(n, f"{told.said.number(n)} ({_percent(n, of, told.said)})")


def _counts(told: _Told, id: str, title: str, found: list[tuple[str, int]], of: int, draw: Any) -> Iterator[Figure]:
    """One chart of counts, in bars or shares, and its table; nothing when nothing was found."""
    if not found:
        return
    marks = [(label, _shared(told, n, of)) for label, n in found]
    rows = [(label, told.said.number(n), _percent(n, of, told.said)) for label, n in found]
    heads = (title, told.say("count"), told.say("share"))
    yield Figure(title, told.n(of), draw(f"learning-{id}", title, marks), heads, rows)


def _bars(id: str, title: str, marks: list[tuple[str, Mark]]) -> Markup:
    return charts.bars(id, title, [(label, [mark]) for label, mark in marks])


def _named(told: _Told, found: list[tuple[Any, int]], field: str) -> list[tuple[str, int]]:
    """Values of a field by what they are called."""
    others = told.say("others")
    return [(others if key == incidents.OTHERS else value_words(field, key, told.said), n) for key, n in found]


def _total(found: list[tuple[Any, int]]) -> int:
    return sum(n for _, n in found)


# The two clocks -------------------------------------------------------------------------------------------------------


def _clocks(told: _Told) -> Part:
    return told.part("clocks", _clock_figures(told))


def _clock_figures(told: _Told) -> Iterator[Figure]:
    for end in incidents.CLOCKS:
        found = incidents.clocks(told.pages, end, told.fewest)
        if not found:
            continue
        label, n = told.say(f"clocks.{end}"), sum(clock.n for clock in found)
        both = len(found) > 1
        numbers = [(_took(clock, clock.median, told.said), _median_of(told, clock, both)) for clock in found]
        yield Figure(label, told.n(n), *_clock_chart(told, end), numbers=numbers)
        reached = [clock for clock in found if clock.reached]
        if reached:
            names = [told.say(f"clocks.within-{p}") for p in incidents.PERCENTILES]
            rows = [
                (
                    _unit_words(told, clock),
                    told.said.number(clock.n),
                    *(_took(clock, clock.reached[p], told.said) for p in incidents.PERCENTILES),
                )
                for clock in reached
            ]
            yield Figure(told.say("clocks.percentiles", clock=label), "", "", (label, "n", *names), rows)


def _median_of(told: _Told, clock: Clock, both: bool) -> str:
    if not both:
        return told.say("clocks.median")
    return told.say("clocks.median-of", what=_unit_words(told, clock), n=told.n(clock.n))


def _unit_words(told: _Told, clock: Clock) -> str:
    return told.say(f"clocks.{clock.unit}")


def _clock_chart(told: _Told, end: str) -> tuple[Markup | str, tuple, list]:
    groups = incidents.waits(told.pages, end, told.fewest)
    if not groups:
        return "", (), []
    title = told.say(f"clocks.{end}")
    found = [(_wait(group, told.said), group.count) for group in groups]
    figure = next(_counts(told, end.replace("_", "-"), title, found, _total(found), _bars))
    return figure.chart, figure.heads, figure.rows


def _wait(group: Group, said: Language) -> str:
    """Days as one says them: "same day", "2-3 days", "more than 30 days"."""
    if group.last is None:
        return said.say("learning.wait.more", wait=_unit(group.first - 1, "day", said))
    if group.last == 0:
        return said.say("learning.wait.same-day")
    if group.first == group.last == 1:
        return said.say("learning.wait.next-day")
    if group.first == 0:
        return said.say("learning.wait.up-to", wait=_unit(group.last, "day", said))
    return said.say("learning.wait.between", first=group.first, last=group.last)


def _took(clock: Clock, value: float, said: Language) -> str:
    return _unit(value, "day", said) if clock.unit == "days" else duration(value, said)


def duration(minutes: float, said: Language) -> str:
    """A time as one says it: minutes, then hours and minutes, from two days on days.

    >>> duration(125, language("da"))
    '2 timer 5 minutter'
    """
    if round(minutes) < HOUR:
        return _unit(round(minutes), "minute", said)
    if minutes >= TWO_DAYS:
        return _unit(minutes / DAY, "day", said)
    hours, rest = divmod(round(minutes), HOUR)
    return _unit(hours, "hour", said) + (f" {_unit(rest, 'minute', said)}" if rest else "")


def _unit(value: float, unit: str, said: Language) -> str:
    value = round(value, 1)
    return said.say(f"learning.units.{unit}.{'one' if value == 1 else 'other'}", n=said.number(value))


# What became of it ----------------------------------------------------------------------------------------------------


def _confirmed(told: _Told) -> Part:
    found = _named(told, incidents.confirmed(told.pages, CONFIRMED, told.fewest), "confirmed_by_customer")
    title = told.label("confirmed_by_customer")
    return told.part("confirmed", _counts(told, "confirmed-chart", title, found, _total(found), charts.shares))


def _promises(told: _Told) -> Part:
    return told.part("promises", _promise_figures(told))


def _promise_figures(told: _Told) -> Iterator[Figure]:
    kept, done = incidents.promises(told.pages), incidents.prevention(told.pages)
    found = _named(told, [(key, kept[key]) for key in incidents.OUTCOMES if kept[key]], "kept")
    yield from _counts(told, "kept", told.label("promises"), found, _total(found), charts.shares)
    found = [(told.say(f"done.{key}"), done[key]) for key in incidents.DONE if done[key]]
    yield from _counts(told, "prevention", told.label("prevention"), found, _total(found), charts.shares)
    if items := [_waiting(told, *one) for one in incidents.waiting(told.pages)]:
        # A day that has passed is marked by the reader's browser: a build does not know what day it is.
        made = _templates().waiting(items, told.say("waiting.overdue"))
        yield Figure(told.say("waiting.title"), entries=Markup(str(made)))


def _waiting(told: _Told, due: date, group: str, item: Any, page: Page) -> tuple:
    names = told.page.edition.company.get("roles", {}).get(item.owner, {})
    owner = names.get(told.said.id, item.owner)
    return due.isoformat(), told.said.date(due), told.say(f"waiting.{group}"), owner, _links(told, [page])


def _links(told: _Told, pages: list[Page]) -> Markup:
    links = [
        (told.page.link(page), page.title, page.language if page.language != told.said.id else "") for page in pages
    ]
    return Markup(str(_templates().links(links)).strip())


# Why, and what we gave ------------------------------------------------------------------------------------------------


def _causes(told: _Told) -> Part:
    return told.part("causes", _cause_figures(told))


def _cause_figures(told: _Told) -> Iterator[Figure]:
    found = _named(told, incidents.by(told.pages, "cause", CAUSES, told.fewest), "cause")
    yield from _counts(told, "cause", told.label("cause"), found, _total(found), _bars)
    over = incidents.over_time(told.pages, CAUSES, told.fewest)
    if over is None:
        return
    names = dict(_named(told, [(key, 0) for key, _ in over.causes], "cause"))
    counts = [(told.say("causes.all"), [period.count for period in over.periods])]
    counts += [(label, row) for label, (_, row) in zip(names, over.causes, strict=True)]
    marks = [(label, [Mark(n, told.said.number(n)) for n in row]) for label, row in counts]
    periods = [_period(period, over.half_years, told.said) for period in over.periods]
    title = told.say("causes.over-time")
    yield Figure(
        title,
        told.n(sum(period.count for period in over.periods)),
        charts.columns("learning-over-time", title, periods, marks),
        (told.label("cause"), *(" ".join(period) for period in periods)),
        [(label, *(mark.words for mark in row)) for label, row in marks],
    )


def _period(period: Group, half_years: bool, said: Language) -> tuple[str, ...]:
    """A period in one or two short lines: ("jan.-jun.", "2025"), ("2025",), ("2024-", "2026")."""
    first, last = period.first, period.last
    if not half_years:
        return (str(first),) if first == last else (said.say("learning.range", first=first, last=""), str(last))
    begin, end = _month(1 + 6 * (first % 2), said), _month(6 + 6 * (last % 2), said)
    if first == last:
        return said.say("learning.range", first=begin, last=end), str(first // 2)
    return said.say("learning.range", first=f"{begin} {first // 2}", last=""), f"{end} {last // 2}"


def _month(number: int, said: Language) -> str:
    from babel.dates import get_month_names

    return get_month_names("abbreviated", "format", said.words["locale"])[number]


def _remedies(told: _Told) -> Part:
    return told.part("remedies", _remedy_figures(told))


def _remedy_figures(told: _Told) -> Iterator[Figure]:
    found, of = incidents.remedies(told.pages, REMEDIES, told.fewest)
    yield from _counts(told, "remedy", told.say("remedies.given"), _named(told, found, "remedies"), of, _bars)
    for currency, money in incidents.money(told.pages, REMEDIES).items():
        yield _money(told, currency, money)


def _money(told: _Told, currency: str, money: Money) -> Figure:
    """Cost beside value for each kind, in one currency; of a single write-up a table says enough."""
    form = told.said.table("currencies").get(currency, "{amount} " + currency.upper())

    def mark(number: int) -> Mark:
        return Mark(number, form.format(amount=told.said.number(number)))

    title = told.say("remedies.money", currency=value_words("currency", currency, told.said))
    sides = (told.label("cost"), told.label("value"))
    rows = [
        (value_words("remedies", kind, told.said), told.said.number(n), mark(cost), mark(value))
        for kind, n, cost, value in money.kinds
    ]
    chart = charts.bars(f"learning-money-{currency}", title, [(row[0], row[2:]) for row in rows], sides)
    rows.append((told.say("remedies.all"), told.said.number(money.n), mark(money.cost), mark(money.value)))
    return Figure(
        title,
        told.n(money.n),
        chart if money.n > 1 else "",
        (told.label("kind"), "n", *sides),
        [(label, n, cost.words, value.words) for label, n, cost, value in rows],
        note=told.say("remedies.total", cost=mark(money.cost).words, value=mark(money.value).words),
    )


def _severity(told: _Told) -> Part:
    found = incidents.in_order(incidents.by(told.pages, "severity", SEVERITIES, told.fewest), SEVERITIES)
    names = [
        (told.say("others") if key == incidents.OTHERS else told.said.say("interface.severity", n=key), n)
        for key, n in found
    ]
    return told.part("severity", _counts(told, "severity-chart", told.label("severity"), names, _total(found), _bars))


def _reach(told: _Told) -> Part:
    return told.part("reach", _reach_figures(told))


def _reach_figures(told: _Told) -> Iterator[Figure]:
    n, affected, reported = incidents.reach(told.pages)
    if not n:
        return
    counts = [(told.label(name), count) for name, count in (("affected", affected), ("reported", reported))]
    marks = [(label, Mark(count, told.said.number(count))) for label, count in counts]
    rows = [(label, told.said.number(count)) for label, count in counts]
    title = told.say("reach.customers")
    note = told.say("reach.note", percent=_percent(reported, affected, told.said))
    yield Figure(title, told.n(n), _bars("learning-reach", title, marks), (title, told.say("count")), rows, note=note)


def _changed(told: _Told) -> Part:
    return told.part("changed", _changed_figures(told))


def _changed_figures(told: _Told) -> Iterator[Figure]:
    """No figure: links between texts that these readers have, as each write-up has them too."""
    rows = []
    for id, pages in incidents.changed(told.pages).items():
        if text := told.page.nearest(id):
            rows.append((_links(told, [text]), _links(told, pages)))
    if rows:
        yield Figure(told.label("changed"), "", "", (told.say("changed.text"), told.say("changed.because")), rows)


PARTS = (_clocks, _confirmed, _promises, _causes, _severity, _remedies, _reach, _changed)

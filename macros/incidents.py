"""What all write-ups together tell: the two clocks, promises, causes, remedies; and which of it may be told outside.

A figure says how many write-ups it is made of. One made of few could tell of a single customer, so outside none is made
of fewer than `FEWEST`, and none leaves fewer than that out, or the rest could be had by subtraction. A group that is
too small goes into `OTHERS`, or into its neighbour where the groups have an order. Every function takes `fewest`:
inside it is 0, and the same code hides nothing.

Write-ups come as the pages of an edition, so a fact that outsiders may not know of is not there to be counted.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any, NamedTuple

from .library import Edition, Page

FEWEST = 5  # write-ups behind any figure outside
OTHERS = "others"
ENOUGH_FOR_PERCENTILES = 20  # below it, the ninth of ten is one write-up's own number
PERCENTILES = (75, 90)
CLOCKS = ("first_answer", "delivered")  # both start when we learnt of it; fast to answer, thorough to solve
WAITS = ((0, 0), (1, 1), (2, 3), (4, 7), (8, 14), (15, 30), (31, None))  # days
MOST_HALF_YEARS = 5  # that fit beside one another on a phone; a longer time is told in years
OUTCOMES = ("yes", "late", "no", "open")  # of a promise
DONE = ("on-time", "late", "open")  # of what we change


class Group(NamedTuple):
    """Neighbours in an order, from `first` to `last` (None: without end), and how many there are."""

    first: int
    last: int | None
    count: int


@dataclass(frozen=True)
class Clock:
    """How long it took: minutes where the hour of both moments is known, else whole days."""

    unit: str
    n: int
    median: float
    reached: dict[int, float]  # percentile → within how long; empty under ENOUGH_FOR_PERCENTILES


@dataclass(frozen=True)
class OverTime:
    """Write-ups by period: all of them, and each cause where every cell may be told."""

    half_years: bool
    periods: list[Group]  # numbered by year, or by half-year since year 0
    causes: list[tuple[str, list[int]]]


@dataclass(frozen=True)
class Money:
    """What remedies cost us and were worth to the customers, in one currency, whole units."""

    n: int
    cost: int
    value: int
    kinds: list[tuple[str, int, int, int]]  # kind, write-ups, cost, value; one with two kinds counts under both


def counted(edition: Edition, language: str) -> tuple[list[Page], int]:
    """The write-ups that figures are made of, and the fewest that may stand behind one: outside, closed ones only."""
    pages = edition.incidents(language)
    if not edition.is_public:
        return pages, 0
    return [page for page in pages if page.facts["stage"] == "closed"], FEWEST


# What may be told -----------------------------------------------------------------------------------------------------


def may_tell(n: int, of: int, fewest: int) -> bool:
    """Whether a figure made of `n` of all `of` write-ups may be told: neither it nor the rest is too few.

    >>> may_tell(6, 9, fewest=5)  # the other three could be had by subtraction
    False
    """
    rest = of - n
    return n >= max(1, fewest) and (rest == 0 or rest >= fewest)


def merged(counts: Counter, order: Sequence, fewest: int) -> list[tuple[Any, int]]:
    """Groups that exclude one another, largest first; those too small, and as many more as it takes, as `OTHERS`.

    >>> merged(Counter(system=9, slip=6, product=2), ["slip", "system", "product"], fewest=5)
    [('system', 9), ('others', 8)]
    """
    shown = sorted(((key, n) for key, n in counts.items() if n), key=lambda one: (-one[1], order.index(one[0])))
    rest = 0
    while shown and (shown[-1][1] < fewest or 0 < rest < fewest):
        rest += shown.pop()[1]
    return [*shown, (OTHERS, rest)] if shown and rest else shown


def joined(groups: Iterable[Group], fewest: int) -> list[Group]:
    """Groups in their order, each too small one joined with its neighbour; nothing when that leaves a single one.

    >>> joined([Group(0, 0, 5), Group(1, 1, 3), Group(2, 3, 2)], fewest=5)
    [Group(first=0, last=0, count=5), Group(first=1, last=3, count=5)]
    """
    found: list[Group] = []
    for group in groups:
        if found and found[-1].count < fewest:
            group = _one(found.pop(), group)
        found.append(group)
    if len(found) > 1 and found[-1].count < fewest:
        last = found.pop()
        found.append(_one(found.pop(), last))
    return found if not fewest or len(found) > 1 else []


def _one(before: Group, after: Group) -> Group:
    return Group(before.first, after.last, before.count + after.count)


# The two clocks -------------------------------------------------------------------------------------------------------


def clocks(pages: list[Page], end: str, fewest: int) -> list[Clock]:
    """From when we learnt of it until `end`: those with the hour of both moments, then those with a date alone.

    Where either would be too few, all are counted in days. Hours are those of the clock on the wall.
    """
    times = _times(pages, end)
    if not may_tell(len(times), len(pages), fewest):
        return []
    exact = [(start, stop) for start, stop in times if isinstance(start, datetime) and isinstance(stop, datetime)]
    rough = [pair for pair in times if pair not in exact]
    if exact and rough and min(len(exact), len(rough)) < fewest:
        exact, rough = [], times
    minutes = [(stop - start).total_seconds() / 60 for start, stop in exact]
    found = [_clock("minutes", minutes), _clock("days", [_days(*pair) for pair in rough])]
    return [clock for clock in found if clock]


def _times(pages: list[Page], end: str) -> list[tuple[date, date]]:
    pairs = [(page.facts["detected"], page.facts[end]) for page in pages]
    return [(start, stop) for start, stop in pairs if start is not None and stop is not None]


def _days(start: date, stop: date) -> int:
    first, last = (day.date() if isinstance(day, datetime) else day for day in (start, stop))
    return (last - first).days


def _clock(unit: str, values: list[float]) -> Clock | None:
    if not values:
        return None
    values = sorted(values)
    enough = len(values) >= ENOUGH_FOR_PERCENTILES
    reached = {p: values[math.ceil(len(values) * p / 100) - 1] for p in PERCENTILES} if enough else {}
    return Clock(unit, len(values), median(values), reached)


def waits(pages: list[Page], end: str, fewest: int) -> list[Group]:
    """How many waited how many days until `end`, from the same day to more than a month."""
    times = _times(pages, end)
    if not may_tell(len(times), len(pages), fewest):
        return []
    days = [_days(*pair) for pair in times]
    groups = [
        Group(first, last, sum(first <= day <= (math.inf if last is None else last) for day in days))
        for first, last in WAITS
    ]
    told = [i for i, group in enumerate(groups) if group.count]
    return joined(groups[told[0] : told[-1] + 1], fewest)


# Counts ---------------------------------------------------------------------------------------------------------------


def by(pages: list[Page], field: str, order: Sequence, fewest: int) -> list[tuple[Any, int]]:
    """How many write-ups have each value of a field, most first; those that do not say it here are not counted."""
    counts = Counter(page.facts[field] for page in pages if page.facts.get(field) is not None)
    return merged(counts, order, fewest) if may_tell(counts.total(), len(pages), fewest) else []


def in_order(found: list[tuple[Any, int]], order: Sequence) -> list[tuple[Any, int]]:
    """Groups that have an order of their own, such as degrees, in that order; `OTHERS` last."""
    return sorted(found, key=lambda one: [*order, OTHERS].index(one[0]))


def confirmed(pages: list[Page], order: Sequence, fewest: int) -> list[tuple[str, int]]:
    """Of the closed write-ups: what the customer says when asked whether it is solved."""
    closed = [page for page in pages if page.facts["stage"] == "closed"]
    return in_order(by(closed, "confirmed_by_customer", order, fewest), order)


def promises(pages: list[Page]) -> Counter:
    """What became of each promise. None of it is public."""
    return Counter(item.kept for page in pages for item in page.facts.get("promises") or ())


def prevention(pages: list[Page]) -> Counter:
    """Whether each change was made, and by its date. What is not made is open: a build does not know what day it is."""
    items = [item for page in pages for item in page.facts.get("prevention") or ()]
    return Counter("open" if not item.done else "on-time" if item.done <= item.due else "late" for item in items)


def waiting(pages: list[Page]) -> list[tuple[date, str, Any, Page]]:
    """Promises and changes that are still open, the earliest first: due, the fact it is, itself, where it stands."""
    found = []
    for page in pages:
        known = page.facts
        found += [(item.due, "promises", item, page) for item in known.get("promises") or () if item.kept == "open"]
        found += [(item.due, "prevention", item, page) for item in known.get("prevention") or () if not item.done]
    return sorted(found, key=lambda one: (one[0], one[3].id, one[2].id))


def over_time(pages: list[Page], order: Sequence, fewest: int) -> OverTime | None:
    """Write-ups by half-year, or by year when that would be many; with their causes. None when there is no telling."""
    known = [page for page in pages if page.facts["cause"] is not None]
    if not may_tell(len(known), len(pages), fewest):
        return None
    half_years = [page.day.year * 2 + (page.day.month > 6) for page in known]
    is_short = max(half_years) - min(half_years) < MOST_HALF_YEARS
    numbers = half_years if is_short else [page.day.year for page in known]
    counts = Counter(numbers)
    periods = joined([Group(n, n, counts[n]) for n in range(min(numbers), max(numbers) + 1)], fewest)
    if not periods:
        return None
    causes = by(pages, "cause", order, fewest)
    shown = {cause for cause, _ in causes}
    cells = Counter(
        (page.facts["cause"] if page.facts["cause"] in shown else OTHERS, _place(periods, number))
        for page, number in zip(known, numbers, strict=True)
    )
    rows = [(cause, [cells[cause, i] for i in range(len(periods))]) for cause, _ in causes]
    if any(count < fewest for _, row in rows for count in row):
        rows = []
    return OverTime(is_short, periods, rows)


def _place(periods: list[Group], number: int) -> int:
    return next(i for i, period in enumerate(periods) if period.first <= number <= period.last)


# Remedies, and what they led to ---------------------------------------------------------------------------------------


def remedies(pages: list[Page], order: Sequence, fewest: int) -> tuple[list[tuple[str, int]], int]:
    """How many write-ups had each kind, and of how many: one may have several, so the sum says nothing."""
    known = [page.facts["remedies"] for page in pages if page.facts["remedies"]]
    counts = Counter(kind for kinds in known for kind in kinds)
    if not may_tell(len(known), len(pages), fewest):
        return [], 0
    shown = [(kind, n) for kind, n in counts.items() if may_tell(n, len(known), fewest)]
    return sorted(shown, key=lambda one: (-one[1], order.index(one[0]))), len(known)


def money(pages: list[Page], order: Sequence) -> dict[str, Money]:
    """Cost and value of the remedies by currency, which are never added. None of it is public."""
    found: dict[str, list[dict]] = {}
    for page in pages:
        facts = page.facts
        if None not in (facts.get("currency"), facts.get("cost"), facts.get("value")):
            found.setdefault(facts["currency"], []).append(facts)
    return {currency: _money(records, order) for currency, records in sorted(found.items())}


def _money(records: list[dict], order: Sequence) -> Money:
    def total(some: list[dict]) -> tuple[int, int, int]:
        return len(some), sum(one["cost"] for one in some), sum(one["value"] for one in some)

    used = {kind: [one for one in records if kind in one["remedies"]] for kind in order}
    return Money(*total(records), [(kind, *total(some)) for kind, some in used.items() if some])


def reach(pages: list[Page]) -> tuple[int, int, int]:
    """Of the write-ups that know both: how many, customers hit, customers who told us. The latter is not public."""
    both = [(page.facts["affected"], page.facts.get("reported")) for page in pages]
    both = [pair for pair in both if None not in pair]
    return len(both), sum(affected for affected, _ in both), sum(reported for _, reported in both)


def changed(pages: list[Page]) -> dict[str, list[Page]]:
    """The texts that write-ups changed, by id, each with those write-ups: most often changed first."""
    found: dict[str, list[Page]] = {}
    for page in pages:
        for id in page.facts["changed"] or ():
            found.setdefault(id, []).append(page)
    return dict(sorted(found.items(), key=lambda one: (-len(one[1]), one[0])))

"""Charts as inline SVG: bars, one bar in shares, columns over time.

Classes only: colours come from the stylesheet, light and dark. Widths are per cent of the page's, heights are `em` of
its type, so text keeps its size on a phone and follows the reader's own. Every value is written out and kinds differ
by pattern, so no chart needs colours to be told apart. A chart is one picture to a screen reader: a title, and all its
values as the description.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree as xml

from markupsafe import Markup

PATTERNS = ("solid", "striped", "dotted", "hollow")  # in the order in which kinds get them
LINE = 1.6  # em: the height of a line of text
WIDEST = 66  # per cent: a bar's; the rest is for the words of its value
TALLEST = 2.2  # em: a column's


class Mark(NamedTuple):
    """A value and how it is written."""

    value: float
    words: str


def bars(id: str, title: str, rows: Sequence[tuple[str, Sequence[Mark]]], kinds: Sequence[str] = ()) -> Markup:
    """A bar for each mark of each row, its value beside it; `kinds` names the marks of a row when there are several."""
    top = max((mark.value for _, marks in rows for mark in marks), default=0) or 1
    chart = _Chart(id, title, [_row_words(label, marks, kinds) for label, marks in rows])
    chart.legend([(kind, "") for kind in kinds])
    for label, marks in rows:
        chart.text(label, 0, LINE * 0.7)
        chart.y += LINE
        for i, mark in enumerate(marks):
            width = WIDEST * mark.value / top
            chart.bar(0, width, 1.0, PATTERNS[i])
            chart.text(mark.words, width, 0.8, "chart__value", shift=0.5)
            chart.y += 1.2
        chart.y += 0.5
    return chart.drawn()


def shares(id: str, title: str, parts: Sequence[tuple[str, Mark]]) -> Markup:
    """One bar cut into shares of the whole, at most four, each named and counted below it."""
    whole = sum(mark.value for _, mark in parts) or 1
    chart = _Chart(id, title, [f"{label}: {mark.words}" for label, mark in parts])
    start = 0.0
    for (_, mark), pattern in zip(parts, PATTERNS, strict=False):
        width = 100 * mark.value / whole
        chart.bar(start, width, 1.8, pattern)
        start += width
    chart.y += 2.5
    chart.legend([(label, mark.words) for label, mark in parts])
    return chart.drawn()


def columns(
    id: str, title: str, periods: Sequence[tuple[str, ...]], rows: Sequence[tuple[str, Sequence[Mark]]]
) -> Markup:
    """A row of columns for each label, one column a period, on one scale; the periods, in lines, stand below."""
    top = max((mark.value for _, marks in rows for mark in marks), default=0) or 1
    names = [" ".join(lines) for lines in periods]
    chart = _Chart(id, title, [_row_words(label, marks, names) for label, marks in rows])
    step = 100 / len(periods)
    for label, marks in rows:
        chart.text(label, 0, LINE * 0.7)
        chart.y += LINE + 1
        for i, mark in enumerate(marks):
            tall = TALLEST * mark.value / top
            if mark.value:
                chart.bar(step * (i + 0.2), step * 0.6, tall, PATTERNS[0], down=TALLEST - tall)
            chart.text(mark.words, step * (i + 0.5), TALLEST - tall - 0.25, "chart__value chart__value--middle")
        chart.y += TALLEST
        chart.line()
        chart.y += 0.8
    for i, lines in enumerate(periods):
        for down, words in enumerate(lines):
            chart.text(words, step * (i + 0.5), 0.4 + 1.2 * down, "chart__period")
    chart.y += 0.3 + 1.2 * max(map(len, periods))
    return chart.drawn()


def _row_words(label: str, marks: Sequence[Mark], kinds: Sequence[str]) -> str:
    if not kinds:
        return f"{label}: {', '.join(mark.words for mark in marks)}"
    return f"{label}: {', '.join(f'{kind} {mark.words}' for kind, mark in zip(kinds, marks, strict=True))}"


class _Chart:
    """A picture that grows downwards from `y`, in em."""

    def __init__(self, id: str, title: str, said: Sequence[str]):
        self.id, self.y = id, 0.0
        names = f"{id}-title {id}-desc"
        self.svg = xml.Element("svg", {"class": "chart", "role": "img", "aria-labelledby": names, "width": "100%"})
        xml.SubElement(self.svg, "title", {"id": f"{id}-title"}).text = title
        xml.SubElement(self.svg, "desc", {"id": f"{id}-desc"}).text = "; ".join(said)
        self.defs = xml.SubElement(self.svg, "defs")

    def bar(self, x: float, width: float, height: float, pattern: str, down: float = 0) -> None:
        """A bar from `x` (per cent), `down` below the line that is being drawn."""
        place = {"x": f"{x:.2f}%", "y": f"{self.y + down:.2f}em", "width": f"{width:.2f}%", "height": f"{height:.2f}em"}
        self._rect(place, pattern)

    def _rect(self, place: dict[str, str], pattern: str) -> None:
        fill = {} if pattern in ("solid", "hollow") else {"fill": f"url(#{self._pattern(pattern)})"}
        xml.SubElement(self.svg, "rect", {"class": f"chart__bar chart__bar--{pattern}", **place, **fill})

    def _pattern(self, name: str) -> str:
        id = f"{self.id}-{name}"
        if self.defs.find(f"pattern[@id='{id}']") is None:
            size = {"width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
            turn = {"patternTransform": "rotate(45)"} if name == "striped" else {}
            tile = xml.SubElement(self.defs, "pattern", {"id": id, **size, **turn})
            xml.SubElement(tile, "rect", {"class": "chart__paper", "width": "6", "height": "6"})
            if name == "striped":
                xml.SubElement(tile, "rect", {"class": "chart__ink", "width": "3", "height": "6"})
            else:
                xml.SubElement(tile, "circle", {"class": "chart__ink", "cx": "3", "cy": "3", "r": "1.5"})
        return id

    def text(self, words: str, x: float, down: float, kind: str = "chart__label", shift: float = 0) -> None:
        """Words whose base line is `down` below the line that is being drawn."""
        place = {"x": f"{x:.2f}%", "y": f"{self.y + down:.2f}em"} | ({"dx": f"{shift}em"} if shift else {})
        xml.SubElement(self.svg, "text", {"class": kind, **place}).text = words

    def line(self) -> None:
        place = {"x1": "0", "x2": "100%", "y1": f"{self.y:.2f}em", "y2": f"{self.y:.2f}em"}
        xml.SubElement(self.svg, "line", {"class": "chart__line", **place})

    def legend(self, kinds: Sequence[tuple[str, str]]) -> None:
        """Each pattern and what it means."""
        for (label, words), pattern in zip(kinds, PATTERNS, strict=False):
            self._rect({"x": "0.05em", "y": f"{self.y + 0.05:.2f}em", "width": "1em", "height": "1em"}, pattern)
            said = xml.SubElement(
                self.svg, "text", {"class": "chart__label", "x": "1.6em", "y": f"{self.y + 0.9:.2f}em"}
            )
            said.text = f"{label} " if words else label
            if words:
                xml.SubElement(said, "tspan", {"class": "chart__value"}).text = words
            self.y += LINE
        self.y += 0.5 if kinds else 0

    def drawn(self) -> Markup:
        self.svg.set("height", f"{self.y:.2f}em")
        if not len(self.defs):
            self.svg.remove(self.defs)
        return Markup(xml.tostring(self.svg, encoding="unicode", short_empty_elements=False))

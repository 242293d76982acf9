"""A table as a spreadsheet saved it: bytes to rows, and rows to lines that no spreadsheet will run.

The twin for the browser is `tables.js`; both are held to the cases in `tests/cases/letters/`.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import Any

LARGEST_FILE = 20 * 1024 * 1024  # bytes
MOST_ROWS, MOST_COLUMNS = 50_000, 200
DELIMITERS = ";,\t"
SAMPLE, SAMPLE_ROWS = 65_536, 20  # characters and rows by which the delimiter is found
FORMULA = "=+-@\t\r\n"  # what a spreadsheet may run begins with one of these
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # of Excel, LibreOffice and Numbers
# What the bytes 80 to 9f mean on Windows; five of them mean nothing and stay the control characters they are.
WINDOWS = {byte: sign for byte in range(0x80, 0xA0) if (sign := bytes([byte]).decode("cp1252", "ignore"))}
BOM = "\ufeff"
BLANK = " \t\n\r\u00a0"  # at the ends of a cell it says nothing


class Unreadable(ValueError):
    """A file that is no table. `key` names the words under `letters.files`, `values` fill them in."""

    def __init__(self, key: str, **values: Any):
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Table:
    """A header and its rows, each with its number as a spreadsheet shows it. `notes` say how the file was read."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    delimiter: str = ";"
    notes: list[str] = field(default_factory=list)


# Reading --------------------------------------------------------------------------------------------------------------


def read(raw: bytes) -> Table:
    """The table in these bytes.

    Unreadable: too-large, workbook, not-text, empty, quotes, no-rows, many-columns, many-rows.
    """
    text, notes = decode(raw)
    records, delimiter = _records(text)
    filled = [(number, cells) for number, cells in records if any(cell.strip(BLANK) for cell in cells)]
    if not filled:
        raise Unreadable("empty")
    header = _without_end(filled[0][1])
    if len(header) > MOST_COLUMNS:
        raise Unreadable("many-columns", found=len(header), limit=MOST_COLUMNS)
    if len(filled) == 1:
        raise Unreadable("no-rows")
    if len(filled) - 1 > MOST_ROWS:
        raise Unreadable("many-rows", found=len(filled) - 1, limit=MOST_ROWS)
    rows = [(number, _fitted(cells, len(header))) for number, cells in filled[1:]]
    return Table([cell.strip(BLANK) for cell in header], rows, delimiter, notes)


def decode(raw: bytes) -> tuple[str, list[str]]:
    """Bytes as text: UTF-8, UTF-16 with its mark, else Windows-1252, which is said."""
    if len(raw) > LARGEST_FILE:
        raise Unreadable("too-large", found=round(len(raw) / 1024 / 1024), limit=LARGEST_FILE // 1024 // 1024)
    if raw.startswith(WORKBOOKS):
        raise Unreadable("workbook")
    notes = []
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            text = raw[2:].decode("utf-16-le" if raw[0] == 0xFF else "utf-16-be")
        except UnicodeDecodeError:
            raise Unreadable("not-text") from None
    else:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text, notes = raw.decode("latin-1").translate(WINDOWS), ["windows-1252"]
    if "\0" in text:
        raise Unreadable("not-text")
    return text.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n"), notes


def _records(text: str) -> tuple[list[tuple[int, list[str]]], str]:
    """Every record with its number, and the sign between the cells."""
    first, _, rest = text.partition("\n")
    is_named = len(first) == 5 and first[:4].lower() == "sep="  # how Excel is told the sign, in a line it does not show
    text, delimiter = (rest, first[4]) if is_named else (text, find_delimiter(text))
    csv.field_size_limit(LARGEST_FILE)
    found = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            found.append((number, [undefused(cell) for cell in cells]))
    except csv.Error:
        raise Unreadable("quotes", row=len(found) + 1) from None
    return found, delimiter


def find_delimiter(text: str) -> str:
    """The sign that cuts most of the first rows into as many cells as the header; of equals the one that cuts more."""
    counts = [dict.fromkeys(DELIMITERS, 0)]
    is_quoted = False
    for sign in text.lstrip("\n")[:SAMPLE]:
        if sign == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif sign == "\n":
            if len(counts) == SAMPLE_ROWS:
                break
            counts.append(dict.fromkeys(DELIMITERS, 0))
        elif sign in DELIMITERS:
            counts[-1][sign] += 1

    def weight(sign: str) -> tuple[int, int]:
        cuts = counts[0][sign]
        return (sum(row[sign] == cuts for row in counts), cuts) if cuts else (0, 0)

    return max(DELIMITERS, key=weight)  # the first of equals


def _without_end(cells: list[str]) -> list[str]:
    """A header without the empty cells that a spreadsheet leaves at its end."""
    last = max(i for i, cell in enumerate(cells) if cell.strip(BLANK))
    return cells[: last + 1]


def _fitted(cells: list[str], width: int) -> list[str]:
    """A row without empty cells beyond the header."""
    return cells[:width] if len(cells) > width and not any(cell.strip(BLANK) for cell in cells[width:]) else cells


def undefused(cell: str) -> str:
    """A cell of a file that `line` wrote, as it was before."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in FORMULA else cell


# Writing --------------------------------------------------------------------------------------------------------------


def line(cells: list[str]) -> str:
    """One row to write: quoted, apart by semicolons, ended by CRLF.

    What a spreadsheet would run as a formula begins with an apostrophe.

    >>> line(["=1+1", 'a "b"'])
    '"\\'=1+1";"a ""b\"""\\r\\n'
    """
    quoted = (f'"{_defused(cell)}"' for cell in (cell.replace('"', '""') for cell in cells))
    return ";".join(quoted) + "\r\n"


def _defused(cell: str) -> str:
    return "'" + cell if cell and cell[0] in FORMULA else cell


def unique(titles: list[str], taken: tuple[str, ...]) -> list[str]:
    """Column titles of which no two are alike, and none is one of those taken."""
    found: list[str] = []
    for title in titles:
        name, count = title, 1
        while name in found or name in taken:
            count += 1
            name = f"{title} {count}"
        found.append(name)
    return found

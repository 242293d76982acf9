"""Find texts and read them: the only module that knows the law of the paths.

    playbooks/<shelf>/<thing>.<language>.md    a text of a shelf
    docs/<page>.<language>.md                  a page of the site
    docs/index.public.<language>.md            the home page of the public edition
    docs/developers/<page>.md                  English, internal

Reading never runs anything and never raises for what stands in a file: it returns a text and its faults.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .faults import Faulty, fault
from .languages import text_languages

LARGEST_FILE = 256 * 1024  # bytes
LONGEST_LINE = 2_000  # characters; Python-Markdown is quadratic on `[`
MOST_LINES = 5_000  # both Markdown parsers spend more on lines than on characters
DEEPEST_YAML = 12  # levels; libyaml is quadratic in depth
MOST_YAML_EVENTS = 4_000

SHELVES = "playbooks"
DOCS = "docs"
DEVELOPERS = "developers"
DEVELOPERS_LANGUAGE = "en"

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
LONGEST_SLUG = 60  # characters of one that is made of a title
TEXT_PATH = re.compile(rf"{SHELVES}/({SLUG})/({SLUG})\.([a-z]{{2}})\.md")
PAGE_PATH = re.compile(rf"{DOCS}/({SLUG})(\.public)?\.([a-z]{{2}})\.md")
DEVELOPERS_PATH = re.compile(rf"{DOCS}/{DEVELOPERS}/({SLUG})\.md")

# Invisible or direction-changing: they make a text read differently from what it is. U+E000-F8FF are ours.
HIDDEN = re.compile(
    "(?<=\\w)[\ufe00-\ufe0f]"  # behind a letter; behind a heart they make it red
    "|[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff"
    "\U0001d173-\U0001d17a"
    "\ud800-\udfff\ufeff\uffa0\ufff9-\uffff\U000e0000-\U0010ffff]"
)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")


@dataclass(frozen=True)
class Front:
    """Front matter or a data file: plain values (every scalar a string or None) and where each stands."""

    value: dict[str, Any] = field(default_factory=dict)
    marks: dict[tuple, tuple[int, int]] = field(default_factory=dict)

    def at(self, loc: tuple) -> tuple[int, int]:
        """Line and column of the value at `loc`, else of the nearest thing around it."""
        for length in range(len(loc), -1, -1):
            if loc[:length] in self.marks:
                return self.marks[loc[:length]]
        return (1, 1)

    def strings(self) -> Iterator[tuple[tuple, str]]:
        """Every text in it, with its place."""
        stack: list[tuple[tuple, Any]] = [((), self.value)]
        while stack:
            loc, value = stack.pop()
            if isinstance(value, str):
                yield loc, value
            elif value is not None:
                inner = value.items() if isinstance(value, dict) else enumerate(value)
                stack += [((*loc, key), one) for key, one in inner]

    def key_at(self, loc: tuple) -> tuple[int, int]:
        """Line and column of the key at `loc`."""
        return self.marks.get((*loc, None), self.at(loc))


@dataclass(frozen=True)
class Text:
    """One file in one language, read but not yet checked against its shelf."""

    path: str
    shelf: str
    thing: str
    language: str
    front: Front
    body: str
    first_line: int  # the file's line on which the body begins, from 1
    head: str = ""  # the front matter as it was typed, remarks and all

    @property
    def id(self) -> str:
        """`<shelf>/<thing>`, the same in every language."""
        return f"{self.shelf}/{self.thing}"


def place(path: str) -> tuple[str, str, str] | None:
    """Shelf, thing and language of a path by the law of the paths; None when it names no text."""
    if match := TEXT_PATH.fullmatch(path):
        found = (match[1], match[2], match[3])
    elif match := PAGE_PATH.fullmatch(path):
        found = (DOCS, match[1] + (match[2] or ""), match[3])
    elif match := DEVELOPERS_PATH.fullmatch(path):
        return (DEVELOPERS, match[1], DEVELOPERS_LANGUAGE)
    else:
        return None
    return found if found[2] in text_languages() else None


def address(shelf: str, thing: str, language: str) -> str:
    """Where a text stands on the site, relative to its root.

    >>> address("situations", "late-delivery", "da")
    'da/situations/late-delivery/'
    """
    if shelf == DEVELOPERS:
        return f"{DEVELOPERS}/{thing}/" if thing != "index" else f"{DEVELOPERS}/"
    page = thing.removesuffix(".public")
    if shelf == DOCS:
        return f"{language}/" if page == "index" else f"{language}/{page}/"
    return f"{language}/{shelf}/{page}/"


def walk(root: Path) -> Iterator[str]:
    """Every file under `playbooks/` and `docs/`, as a path from `root`, in order; symlinks are not followed."""

    def below(folder: str) -> Iterator[str]:
        for entry in sorted(os.scandir(root / folder), key=lambda e: e.name):
            if entry.name.startswith("."):
                continue
            path = f"{folder}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from below(path)
            else:
                yield path

    for top in (SHELVES, DOCS):
        if (root / top).is_symlink():
            yield top
        elif (root / top).is_dir():
            yield from below(top)


def read_file(root: Path, path: str) -> str:
    """The characters of a file: LF line ends, no BOM. Faulty when it may not be read as a text at all."""
    return checked_characters(path, decoded(path, read_bytes(root, path)))


def read_bytes(root: Path, path: str, limit: int = LARGEST_FILE) -> bytes:
    """What stands in a file. Faulty when it is no plain file or holds more bytes than `limit`."""
    file = root / path
    if not os.path.lexists(file):
        raise Faulty(fault(path, (0, 0), "file-missing"))
    if file.is_symlink() or not file.is_file():
        raise Faulty(fault(path, (0, 0), "symlink"))
    size = file.stat().st_size
    if size > limit:
        raise Faulty(fault(path, (0, 0), "too-large", found=size, limit=limit))
    return file.read_bytes()


def write_new(root: Path, path: str, source: str) -> None:
    """Write a file that is not there yet, its folders too. FileExistsError when something stands there."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "x", encoding="utf-8", newline="\n") as file:
        file.write(source)


def decoded(path: str, raw: bytes) -> str:
    """The characters in the bytes of a file. Faulty where they are none."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = _line_ends(error.object[: error.start].decode("utf-8"))  # `object`: the bytes without the BOM
        found = f"0x{error.object[error.start]:02x}"
        raise Faulty(fault(path, finder(before)(len(before)), "not-utf8", found=found)) from None


def checked_characters(path: str, text: str) -> str:
    """LF line ends, and nothing a reader cannot see. Faulty where there is, or where a line or the text is too long."""
    text = _line_ends(text)
    if found := CONTROL.search(text) or HIDDEN.search(text):
        key = "control-character" if CONTROL.match(found[0]) else "hidden-character"
        raise Faulty(fault(path, finder(text)(found.start()), key, found=f"U+{ord(found[0]):04X}"))
    for number, line in enumerate(text.split("\n"), 1):
        if number > MOST_LINES:
            raise Faulty(fault(path, (number, 1), "many-lines", limit=MOST_LINES))
        if len(line) > LONGEST_LINE:
            raise Faulty(fault(path, (number, LONGEST_LINE + 1), "long-line", found=len(line), limit=LONGEST_LINE))
    return text


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def finder(text: str, first_line: int = 1) -> Callable[[int], tuple[int, int]]:
    """A function from an offset in `text` to line and column, both from 1.

    >>> finder("ab\\ncd")(4)
    (2, 2)
    """
    starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(offset: int) -> tuple[int, int]:
        line = bisect_right(starts, offset) - 1
        return first_line + line, offset - starts[line] + 1

    return place


def read(root: Path, path: str) -> Text:
    """Read one text. Faulty when the file, its front matter or its path is not what the law says."""
    where = _placed(path)
    return _understand(path, where, read_file(root, path))


def parse(path: str, source: str) -> Text:
    """A text from its characters, as if it stood at `path`. Faulty as `read`."""
    where = _placed(path)
    return _understand(path, where, checked_characters(path, source))


def _placed(path: str) -> tuple[str, str, str]:
    if (where := place(path)) is None:
        raise Faulty(fault(path, (0, 0), "bad-path", known=(), found=path))
    return where


def _understand(path: str, where: tuple[str, str, str], text: str) -> Text:
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise Faulty(fault(path, (1, 1), "no-front-matter", found=lines[0]))
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        raise Faulty(fault(path, (1, 1), "open-front-matter"))
    head = "\n".join(lines[1:end]) + "\n"
    front = read_yaml(path, head, first_line=2)
    return Text(path, *where, front, "\n".join(lines[end + 1 :]), end + 2, head)


def read_data(root: Path, path: str) -> Front:
    """Read a data file such as `company.yml`. Faulty as for a text."""
    return read_yaml(path, read_file(root, path), first_line=1)


def read_yaml(path: str, source: str, first_line: int, most_events: int = MOST_YAML_EVENTS) -> Front:
    """YAML in which everything means what it looks like: each scalar is its own characters, `~` and nothing are None.

    So `no` is "no", `012` is "012", `1:30` is "1:30"; the shelf's fields say what is a number or a date.
    Anchors, aliases, tags, duplicate keys and anything but a mapping at the top are refused.
    """
    top = _Builder(path, first_line, most_events)
    try:
        for event in yaml.parse(source, Loader=yaml.CSafeLoader):
            top.take(event)
    except yaml.reader.ReaderError as error:
        at = finder(source, first_line)(min(getattr(error, "position", 0) or 0, len(source)))
        raise Faulty(fault(path, at, "yaml", found=error.reason)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        raise Faulty(fault(path, at, "yaml", found=error.problem)) from None
    return Front(top.root if top.root is not None else {}, top.marks)


class _Builder:
    """Makes values and their positions from YAML events, without recursion and within limits."""

    def __init__(self, path: str, first_line: int, most: int):
        self.path, self.first_line, self.most = path, first_line, most
        self.root: dict[str, Any] | None = None
        self.marks: dict[tuple, tuple[int, int]] = {(): (first_line, 1)}
        self.stack: list[tuple[Any, tuple]] = []  # the containers we are in, each with its own loc
        self.key: str | None = None  # in a mapping: the key that waits for its value
        self.count = 0

    def take(self, event: yaml.Event) -> None:
        self.count += 1
        if self.count > self.most:
            self.refuse(event, "yaml-too-much", limit=self.most)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.refuse(event, "yaml-anchor", found=event.anchor)
        if getattr(event, "tag", None):
            self.refuse(event, "yaml-tag", found=event.tag)
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self.open(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.stack.pop()
        elif isinstance(event, yaml.ScalarEvent):
            self.scalar(event)
        elif isinstance(event, yaml.DocumentStartEvent) and (self.root is not None or event.explicit):
            self.refuse(event, "yaml-documents")

    def at(self, event: yaml.Event) -> tuple[int, int]:
        return event.start_mark.line + self.first_line, event.start_mark.column + 1

    def refuse(self, event: yaml.Event, key: str, **values: Any) -> None:
        raise Faulty(fault(self.path, self.at(event), key, **values))

    def open(self, event: yaml.Event) -> None:
        container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        if not self.stack:
            if not isinstance(container, dict) or self.root is not None:
                self.refuse(event, "yaml-not-mapping")
            self.root = container
            self.stack.append((container, ()))
            return
        if len(self.stack) >= DEEPEST_YAML:
            self.refuse(event, "yaml-too-deep", limit=DEEPEST_YAML)
        self.stack.append((container, self.put(container, event)))

    def scalar(self, event: yaml.ScalarEvent) -> None:
        if found := CONTROL.search(event.value) or HIDDEN.search(event.value):  # from an escape such as "\\u200b"
            key = "control-character" if CONTROL.match(found[0]) else "hidden-character"
            self.refuse(event, key, found=f"U+{ord(found[0]):04X}")
        if not self.stack:
            if event.value == "":
                return
            self.refuse(event, "yaml-not-mapping")
        plain = event.implicit[0]
        value = None if plain and event.value in ("", "~", "null") else event.value
        container, loc = self.stack[-1]
        if isinstance(container, dict) and self.key is None:
            if value is None:
                self.refuse(event, "yaml-empty-key")
            if value in container:
                self.refuse(event, "yaml-duplicate", found=value)
            self.key = value
            self.marks[(*loc, value, None)] = self.at(event)
        else:
            self.put(value, event)

    def put(self, value: Any, event: yaml.Event) -> tuple:
        container, loc = self.stack[-1]
        if isinstance(container, dict):
            if self.key is None:
                self.refuse(event, "yaml-empty-key")
            here = (*loc, self.key)
            container[self.key] = value
            self.key = None
        else:
            here = (*loc, len(container))
            container.append(value)
        self.marks[here] = self.at(event)
        return here

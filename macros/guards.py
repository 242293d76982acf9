"""What two Markdown parsers could read differently, and what would take them too long.

comrak judges a playbook, Python-Markdown renders it. Where the two might disagree, one of them could see HTML, an
attribute list, a link or a block that the other takes for code or words. Such places are refused, never repaired, and
by the characters of the source alone, so that it does not matter what either parser makes of the lines around.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import comrak

from .faults import Fault, fault

DEEPEST_MARKDOWN = 20  # levels; Python-Markdown and our own rendering recurse
MOST_MARKS = 500  # links, calls or headings in one text: some rules look at each pair
MOST_STRAY_BRACKETS = 40  # Python-Markdown looks from each of them to the end of its paragraph
LONGEST_PARAGRAPH = 20_000  # characters

HTML = re.compile(r"<[A-Za-z/!?]")
LEADING = r"^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*"  # what may stand before a block: quotes and list items
HEADING_MARK = re.compile(rf"({LEADING})#{{1,6}}(?:\s|$)")
# Python-Markdown needs no space after the marks.
PYTHON_HEADING_MARK = re.compile(rf"({LEADING})#")
TASK = re.compile(rf"{LEADING}\[[ xX]\](?=\s)")
# One space at most before a title, and no character that ends, escapes or encodes anything in either parser.
LINK = re.compile(r"""\]\((?:[^\s()<>\\"'`*\[\]{}|^&\x00-\x1f\ue000-\uf8ff]|&(?!#|\w+;))*(?: "[^"\\<>`\[\]\n]*")?\)""")
PATTERNS = (
    ("tab", re.compile("\t")),
    ("raw-html", HTML),
    ("link-definition", re.compile(r"\]:")),
)


def headings_stand_alone(
    path: str, tree: Any, text: str, first_line: int, shifts: dict[int, int], dialect: str
) -> Iterator[Fault]:
    """A heading in a list, quote, block or code is in no section: what follows it would count as another's.

    `shifts` says which lines stood in a `!!!` block.
    """
    lines = text.split("\n")
    alone = set()
    for node in tree.children:
        start = node.sourcepos.start.line
        if isinstance(node.node_value, comrak.Heading) and start not in shifts:
            alone |= set(range(start, node.sourcepos.end.line + 1))
    nested = {}
    for node in walk(tree.children):
        start = node.sourcepos.start
        if isinstance(node.node_value, comrak.Heading) and start.line not in alone:
            nested[start.line] = start.column
    mark = PYTHON_HEADING_MARK if dialect == "playbook" else HEADING_MARK
    for number, line in enumerate(lines, 1):
        if number not in alone and number not in nested and (found := mark.match(line)):
            nested[number] = found.end(1) + 1
    for number, column in sorted(nested.items()):
        at = (first_line + number - 1, column + shifts.get(number, 0))
        yield fault(path, at, "heading-nested", found=lines[number - 1].strip())


def reads_one_way(path: str, text: str, first_line: int, tree: Any) -> Iterator[Fault]:
    """Everything in a playbook (macro calls blanked out) that the two parsers could take for different things."""
    stray = paragraph = 0
    for number, line in enumerate(text.split("\n"), 1):
        at = first_line + number - 1
        for key, pattern in PATTERNS:
            if found := pattern.search(line):
                yield fault(path, (at, found.start() + 1), key, found=line[found.start() :].strip())
        bare = line[: attributes_start(line)] if PYTHON_HEADING_MARK.match(line) else line
        if found := re.search("[{}]", bare):
            yield fault(path, (at, found.start() + 1), "braces", found=line[found.start() :].strip())
        paragraph = paragraph + len(line) if line.strip() else 0
        if paragraph > LONGEST_PARAGRAPH:
            yield fault(path, (at, 1), "long-paragraph", limit=LONGEST_PARAGRAPH)
            paragraph = 0
        stray += line.count("[") - line.count("](") - bool(TASK.match(line))
        if stray > MOST_STRAY_BRACKETS:
            yield fault(path, (at, line.find("[") + 1), "stray-brackets", limit=MOST_STRAY_BRACKETS)
            stray = -len(text)  # said once
    yield from _links_are_plain(path, text, first_line, tree)


def _links_are_plain(path: str, text: str, first_line: int, tree: Any) -> Iterator[Fault]:
    """Each `](` begins the address of a link that comrak sees, and the address needs no interpretation."""
    nodes = [node for node in walk(tree.children) if isinstance(node.node_value, (comrak.Link, comrak.Image))]
    seen = Counter(node.sourcepos.end.line for node in nodes)
    all_seen = text.count("](") == len(nodes)
    for number, line in enumerate(text.split("\n"), 1):
        starts = [match.start() for match in re.finditer(r"\]\(", line)]
        unclear = [start for start in starts if not LINK.match(line, start)]
        if not all_seen and len(starts) != seen[number]:
            unclear = unclear or starts[-1:]
        if unclear:
            found = line[max(line.rfind("[", 0, unclear[0]), 0) :]
            yield fault(path, (first_line + number - 1, unclear[0] + 1), "link-unclear", found=found)


def attributes_start(line: str) -> int | None:
    """Where `{#id .class}` at the end of a heading begins, if it is there."""
    start = line.rfind("{")
    return start if start > 0 and re.fullmatch(r"\{(?:[#.][\w-]+ *)+\} *", line[start:]) else None


def walk(nodes: tuple | list) -> Iterator[Any]:
    """All nodes below, in order, without recursion."""
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def depth_fault(path: str, tree: Any, first_line: int) -> Fault | None:
    """A fault where a document is nested too deeply to be handled by anything that recurses."""
    level = list(tree.children)
    for _ in range(DEEPEST_MARKDOWN):
        level = [child for node in level for child in node.children]
    if not level:
        return None
    start = level[0].sourcepos.start
    return fault(path, (first_line + start.line - 1, start.column), "too-deep", limit=DEEPEST_MARKDOWN)

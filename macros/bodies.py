"""What stands in a body: sections, links, macro calls; and what may not stand there.

Markdown is parsed by comrak (CommonMark + tables + task lists) into a tree with positions; Jinja by Jinja's own
parser, never run. Positions are lines of the file and columns in characters, both from 1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import comrak
import jinja2

from .faults import Fault, fault

CLASSES = frozenset({"step"})  # classes an author may give a heading
BLOCKS = frozenset({"say", "avoid", "stop", "note"})  # `!!! say`
SCHEMES = frozenset({"http", "https", "mailto", "tel"})

EXTENSIONS = comrak.ExtensionOptions(table=True, tasklist=True, strikethrough=True)
PARSING = comrak.ParseOptions(sourcepos_chars=True)

COMMENT = re.compile(r"<!--.*?-->", re.S)
INTERNAL = re.compile(r"<!--[ \t]*(/?)internal[ \t]*-->")
ALMOST_INTERNAL = re.compile(r"<!--\s*/?\s*intern", re.I)
ADMONITION = re.compile(r'^( *)!!! +([A-Za-z-]+)(?: +"[^"\n]*")? *$')
ALMOST_ADMONITION = re.compile(r"^ *(!!!|\?\?\?)")
ATTRIBUTES = re.compile(r" *\{((?:[#.][\w-]+ *)+)\} *$")
FIELD = re.compile(r"\{([a-z][a-z0-9_]*)\}")
DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:", re.M)
SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*):")
CALL_START, CALL_REST = "\ue000", "\ue001"  # stand for a macro call while Markdown is parsed


@dataclass(frozen=True)
class Call:
    """A macro call with literal arguments: `{{ name("text", key=1) }}`."""

    name: str
    args: tuple
    kwargs: tuple[tuple[str, Any], ...]
    line: int
    column: int
    source: str

    @property
    def named(self) -> dict[str, Any]:
        return dict(self.kwargs)


@dataclass(frozen=True)
class Link:
    """A link or picture: the address as written and where it stands."""

    url: str
    line: int
    column: int
    picture: bool = False

    @property
    def is_outside(self) -> bool:
        return bool(SCHEME.match(self.url))

    @property
    def target(self) -> tuple[str, str]:
        """Path and anchor."""
        path, _, anchor = self.url.partition("#")
        return path, anchor


@dataclass(frozen=True)
class Section:
    """A level-2 part of a body (`top`: what stands before the first), or within it a level-3 part."""

    id: str
    title: str
    classes: tuple[str, ...]
    line: int
    nodes: tuple[Any, ...] = field(repr=False, default=())
    parts: tuple[Section, ...] = ()

    def part(self, id: str) -> Section | None:
        return next((part for part in self.parts if part.id == id), None)


@dataclass(eq=False)
class Body:
    """A parsed body. `faults` is everything that may not stand in it."""

    source: str
    sections: list[Section]
    calls: list[Call]
    links: list[Link]
    faults: list[Fault]

    @cached_property
    def by_id(self) -> dict[str, Section]:
        return {section.id: section for section in self.sections}

    def anchors(self) -> set[str]:
        """Every id a link can lead to."""
        ids = {section.id for section in self.sections if section.id != "top"}
        for section in self.sections:
            ids |= {f"{section.id}-{part.id}" for part in section.parts if part.id}
        return ids

    def words(self, section: Section) -> str:
        """What a section says, without markup; links and macro calls are kept as written."""
        calls = iter(call for call in self.calls)
        skipped = sum(plain_text(s.nodes).count(CALL_START) for s in self.sections[: self.sections.index(section)])
        for _ in range(skipped):
            next(calls, None)
        text = plain_text(section.nodes, links=True)
        return re.sub(f"{CALL_START}{CALL_REST}*", lambda _: _call_words(next(calls, None)), text)


def _call_words(call: Call | None) -> str:
    return call.source if call else ""


def fingerprint(words: str) -> str:
    """Eight hex characters that change when the words do: NFC, white space folded, SHA-256."""
    folded = " ".join(unicodedata.normalize("NFC", words).split())
    return sha256(folded.encode()).hexdigest()[:8]


def plain_text(nodes: tuple, links: bool = False) -> str:
    """The text of a list of Markdown nodes, blocks apart by a space; with `links`, link targets too."""
    said: list[str] = []
    for node in _walk(nodes):
        value = node.node_value
        if isinstance(value, comrak.Text):
            said.append(value.value)
        elif isinstance(value, (comrak.Code, comrak.CodeBlock)):
            said.append(value.value.literal)
        elif links and isinstance(value, (comrak.Link, comrak.Image)):
            said.append(f" ({value.value.url}) ")
        elif not isinstance(value, (comrak.Emph, comrak.Strong, comrak.Link, comrak.Image)):
            said.append(" ")
    return "".join(said)


def _walk(nodes: tuple | list) -> Iterator[Any]:
    """All nodes below, in order, without recursion."""
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


# Comments ------------------------------------------------------------------------------------------------------------


def cut(path: str, body: str, first_line: int, keep_internal: bool) -> tuple[str, list[Fault]]:
    """Take comments out, and with `keep_internal` false the blocks between internal marks; lines keep their numbers.

    An unbalanced or misspelt mark is a fault, and then everything after it is cut: what fails, fails closed.
    """
    faults = []
    marks = list(INTERNAL.finditer(body))
    spans, opened = [], None
    for mark in marks:
        closes = bool(mark[1])
        if closes == (opened is None):
            faults.append(fault(path, _at(body, mark.start(), first_line), "internal-unbalanced", found=mark[0]))
            opened = opened or mark
            break
        if closes:
            spans.append((opened.end(), mark.start()))
            opened = None
        else:
            opened = mark
    if opened is not None:
        if not faults:
            faults.append(fault(path, _at(body, opened.start(), first_line), "internal-unbalanced", found=opened[0]))
        spans.append((opened.end(), len(body)))
    for almost in ALMOST_INTERNAL.finditer(body):
        if not INTERNAL.match(body, almost.start()):
            line = body[almost.start() :].split("\n", 1)[0]
            faults.append(fault(path, _at(body, almost.start(), first_line), "internal-misspelt", found=line))
    if not keep_internal:
        for start, end in reversed(spans):
            body = body[:start] + "\n" * body.count("\n", start, end) + body[end:]
    body = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), body)
    if (open_comment := body.find("<!--")) >= 0:
        faults.append(fault(path, _at(body, open_comment, first_line), "open-comment"))
        body = body[:open_comment]
    return body, faults


def _at(body: str, offset: int, first_line: int) -> tuple[int, int]:
    return first_line + body.count("\n", 0, offset), offset - (body.rfind("\n", 0, offset) + 1) + 1


# Jinja ---------------------------------------------------------------------------------------------------------------


def environment() -> jinja2.Environment:
    """Jinja's grammar as texts use it: `{#` begins a heading's id, so comments get marks that no text can hold."""
    return jinja2.Environment(comment_start_string="\x02#", comment_end_string="#\x03", keep_trailing_newline=True)


_JINJA = environment()


def read_calls(path: str, body: str, first_line: int) -> tuple[list[Call], str, list[Fault]]:
    """The macro calls of a playbook, the body with each call blanked out, and a fault for any other Jinja.

    Only `{{ name("text", key="text" | number | true) }}` on one line passes: nothing is ever evaluated.
    """
    if "{{" not in body and "{%" not in body:
        return [], body, []
    faults: list[Fault] = []
    calls: list[Call] = []
    spans: list[tuple[int, int]] = []
    offset, start = 0, None
    try:
        for _, kind, value in _JINJA.lex(body):
            if kind == "variable_begin":
                start = offset
            elif kind == "variable_end" and start is not None:
                spans.append((start, offset + len(value)))
                start = None
            elif kind in ("block_begin", "raw_begin"):
                faults.append(fault(path, _at(body, offset, first_line), "jinja-block", found=_line(body, offset)))
                return [], body, faults
            offset += len(value)
    except (jinja2.TemplateSyntaxError, RecursionError) as error:
        at = (first_line + (getattr(error, "lineno", 1) or 1) - 1, 1)
        return [], body, [fault(path, at, "jinja-syntax", found=getattr(error, "message", "") or "too deep")]
    for begin, end in spans:
        source = body[begin:end]
        at = _at(body, begin, first_line)
        try:
            call = _only_call(source, at)
        except jinja2.TemplateSyntaxError as error:
            faults.append(fault(path, at, "jinja-syntax", found=error.message))
            continue
        except (RecursionError, ValueError, MemoryError):
            call = None
        if call is None or "\n" in source:
            faults.append(fault(path, at, "jinja-not-a-call", found=source))
        else:
            calls.append(call)
    blanked, last = [], 0
    for begin, end in spans:
        filler = CALL_START + "".join("\n" if char == "\n" else CALL_REST for char in body[begin + 1 : end])
        blanked += [body[last:begin], filler]
        last = end
    return calls, "".join([*blanked, body[last:]]), faults


def _only_call(source: str, at: tuple[int, int]) -> Call | None:
    tree = _JINJA.parse(source)
    if len(tree.body) != 1 or not isinstance(tree.body[0], jinja2.nodes.Output) or len(tree.body[0].nodes) != 1:
        return None
    node = tree.body[0].nodes[0]
    if not isinstance(node, jinja2.nodes.Call) or not isinstance(node.node, jinja2.nodes.Name):
        return None
    if node.dyn_args or node.dyn_kwargs:
        return None
    if not all(_is_literal(arg) for arg in node.args) or not all(_is_literal(kw.value) for kw in node.kwargs):
        return None
    names = [kw.key for kw in node.kwargs]
    if len(set(names)) != len(names):
        return None
    args = tuple(arg.value for arg in node.args)
    return Call(node.node.name, args, tuple((kw.key, kw.value.value) for kw in node.kwargs), *at, source)


def _is_literal(node: jinja2.nodes.Node) -> bool:
    return isinstance(node, jinja2.nodes.Const) and isinstance(node.value, (str, int, float, bool))


def _line(body: str, offset: int) -> str:
    return body[offset : body.find("\n", offset) if "\n" in body[offset:] else len(body)]


# Markdown ------------------------------------------------------------------------------------------------------------


def parse(path: str, body: str, first_line: int, dialect: str) -> Body:
    """Parse a body from which comments are already cut.

    `dialect`: "playbook" (macro calls, `!!!` blocks, heading ids), "apology" (heading ids and classes, fields),
    "record" (plain CommonMark), "developers" (plain CommonMark, code may hold anything).
    """
    calls: list[Call] = []
    faults: list[Fault] = []
    text = body
    if dialect == "playbook":
        calls, text, faults = read_calls(path, body, first_line)
    elif dialect in ("record", "apology"):
        for mark in re.finditer(r"\{\{|\{%|\{#(?![\w-]+[ .}])", body):
            faults.append(
                fault(path, _at(body, mark.start(), first_line), "jinja-here", found=_line(body, mark.start()))
            )
    shifts: dict[int, int] = {}
    if dialect == "playbook":
        text, shifts, found = _open_blocks(path, text, first_line)
        faults += found
    for definition in DEFINITION.finditer(text):
        if "[ ]" not in definition[0] and "[x]" not in definition[0]:
            faults.append(fault(path, _at(text, definition.start(), first_line), "link-definition"))
    tree = comrak.parse_document(text, EXTENSIONS, PARSING)

    def at(node: Any) -> tuple[int, int]:
        start = node.sourcepos.start
        return first_line + start.line - 1, start.column + shifts.get(start.line, 0)

    sections, found = _sections(path, tree, text, first_line, dialect)
    faults += found
    links = []
    for node in _walk(tree.children):
        value = node.node_value
        if isinstance(value, (comrak.Link, comrak.Image)):
            links.append(Link(value.value.url, *at(node), isinstance(value, comrak.Image)))
        elif isinstance(value, (comrak.HtmlBlock, comrak.HtmlInline)):
            literal = value.value.literal if isinstance(value, comrak.HtmlBlock) else value.value
            faults.append(fault(path, at(node), "raw-html", found=literal.strip().split("\n")[0]))
        elif isinstance(value, comrak.CodeBlock) and not value.value.fenced and "<" in value.value.literal:
            faults.append(fault(path, at(node), "raw-html", found=value.value.literal.strip().split("\n")[0]))
        elif dialect == "playbook" and isinstance(value, comrak.Text) and re.search("[{}]", value.value):
            faults.append(fault(path, at(node), "braces", found=value.value, known=()))
    for link in links:
        scheme = SCHEME.match(link.url)
        if scheme and scheme[1].lower() not in SCHEMES:
            faults.append(fault(path, (link.line, link.column), "link-scheme", found=link.url))
        elif link.url.startswith(("/", "\\")) or "\\" in link.url:
            faults.append(fault(path, (link.line, link.column), "link-absolute", found=link.url))
    return Body(body, sections, calls, links, faults)


def _open_blocks(path: str, text: str, first_line: int) -> tuple[str, dict[int, int], list[Fault]]:
    """Make `!!!` blocks plain CommonMark with the same lines: the mark goes, its content moves left by four.

    Returns the text, how many columns each line moved, and faults for marks that are not quite right.
    """
    lines, shifts, faults = text.split("\n"), {}, []
    inside: list[int] = []  # indents of the blocks we are in
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip(" "))
        if line.strip():
            while inside and indent < inside[-1] + 4:
                inside.pop()
        moved = 4 * len(inside)
        if mark := ADMONITION.match(line):
            if mark[2] not in BLOCKS:
                at = (first_line + number, indent + 5)
                faults.append(fault(path, at, "unknown-block", found=mark[2], known=sorted(BLOCKS)))
            inside.append(indent)
            lines[number] = ""
        elif ALMOST_ADMONITION.match(line):
            at = (first_line + number, indent + 1)
            faults.append(fault(path, at, "unknown-block", found=line.strip(), known=sorted(BLOCKS)))
        elif moved and line.strip():
            lines[number] = line[moved:]
            shifts[number + 1] = moved
    return "\n".join(lines), shifts, faults


def _sections(path: str, tree: Any, text: str, first_line: int, dialect: str) -> tuple[list[Section], list[Fault]]:
    """Split a document at its level-2 headings, each of them at its level-3 headings."""
    lines = text.split("\n")
    faults: list[Fault] = []
    groups: list[tuple[Any, list[Any]]] = [(None, [])]
    for node in tree.children:
        value = node.node_value
        if isinstance(value, comrak.Heading) and value.value.level <= 2:
            if value.value.level == 1 and dialect != "developers":
                faults.append(fault(path, (first_line + node.sourcepos.start.line - 1, 1), "heading-1"))
            groups.append((node, []))
        else:
            groups[-1][1].append(node)
    sections, seen = [], {}
    for heading, nodes in groups:
        if heading is None:
            sections.append(Section("top", "", (), first_line, tuple(nodes)))
            continue
        section = _heading(path, heading, lines, first_line, dialect, faults)
        parts, seen_parts = [], set()
        for node in nodes:
            if isinstance(node.node_value, comrak.Heading) and node.node_value.value.level == 3:
                part = _heading(path, node, lines, first_line, dialect, faults)
                if part.id and part.id in seen_parts:
                    faults.append(fault(path, (part.line, 1), "duplicate-id", found=part.id))
                seen_parts.add(part.id)
                parts.append([part, []])
            elif parts:
                parts[-1][1].append(node)
        made = tuple(Section(p.id, p.title, p.classes, p.line, tuple(n)) for p, n in parts)
        if section.id in seen:
            faults.append(fault(path, (section.line, 1), "duplicate-id", found=section.id))
        seen[section.id] = section
        sections.append(Section(section.id, section.title, section.classes, section.line, (heading, *nodes), made))
    return sections, faults


def _heading(path: str, node: Any, lines: list[str], first_line: int, dialect: str, faults: list[Fault]) -> Section:
    """Read a heading and take its attribute list off the tree."""
    line = node.sourcepos.start.line
    at = (first_line + line - 1, 1)
    title = " ".join(plain_text(tuple(node.children)).split())
    if dialect in ("record", "developers"):
        return Section(slug(title), title, (), at[0])
    found = ATTRIBUTES.search(lines[line - 1])
    words = found[1].split() if found else []
    if found:
        words = re.findall(r"[#.][\w-]+", found[1])
        _strip_attributes(node)
        title = ATTRIBUTES.sub("", title)
    ids = [word[1:] for word in words if word[0] == "#"]
    classes = tuple(word[1:] for word in words if word[0] == ".")
    if len(ids) != 1 or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", ids[0]):
        faults.append(fault(path, at, "heading-id", found=lines[line - 1].strip()))
        return Section(slug(title), title, classes, at[0])
    if dialect == "playbook":
        for name in classes:
            if name not in CLASSES:
                column = lines[line - 1].rfind("." + name) + 1
                faults.append(fault(path, (at[0], column), "unknown-class", found=name, known=sorted(CLASSES)))
    return Section(ids[0], title, classes, at[0])


def _strip_attributes(heading: Any) -> None:
    last = heading.children[-1] if heading.children else None
    if last is not None and isinstance(last.node_value, comrak.Text):
        last.node_value = comrak.Text(ATTRIBUTES.sub("", last.node_value.value))


def slug(title: str) -> str:
    """An ASCII id for a heading that has none of its own."""
    plain = title.lower().translate(str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "a", "ö": "o", "é": "e"}))
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or "section"

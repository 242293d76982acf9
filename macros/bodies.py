"""What stands in a body: sections, links, macro calls; and what may not stand there.

Markdown is parsed by comrak (CommonMark + tables + task lists) into a tree with positions; Jinja by Jinja's own
parser, never run. Positions are lines of the file and columns in characters, both from 1.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import comrak
import jinja2

from .faults import Fault, fault
from .guards import (
    HTML,
    LEADING,
    MOST_MARKS,
    attributes_start,
    depth_fault,
    headings_stand_alone,
    reads_one_way,
    walk,
)
from .languages import IN_IDS
from .texts import Front, finder

CLASSES = frozenset({"step"})  # classes an author may give a heading
BLOCKS = frozenset({"say", "avoid", "stop", "note"})  # `!!! say`
SCHEMES = frozenset({"http", "https", "mailto", "tel"})

EXTENSIONS = comrak.ExtensionOptions(table=True, tasklist=True, strikethrough=True)
PARSING = comrak.ParseOptions(sourcepos_chars=True)
_NOTHING = comrak.parse_document("", EXTENSIONS, PARSING)

INTERNAL = re.compile(r"<!--[ \t]*(/?)internal[ \t]*-->")
ALMOST_INTERNAL = re.compile(r"intern|^<!--\s*/", re.I)  # in a comment: also an end mark in letters that look alike
WAITING = re.compile(r"<!--\s*translate:\s*(.*?)\s*-->", re.S)  # the original's words, where a translation's will stand
EMPTY_HEADING = re.compile(r"^#{1,6} *(?:\{[#.][^{}\n]*\})? *$", re.M)
LIKE_MARK = re.compile(r"<!--|<[^\w\n]{0,8}intern\w*[^\w\n]{0,8}>", re.I)  # outside comments
ADMONITION = re.compile(r'^( *)!!! +([A-Za-z-]+)(?: +"[^"\n]*")? *$')
ALMOST_ADMONITION = re.compile(rf"{LEADING}(!!!|\?\?\?)")
CALL = re.compile(r"\{\{[^{}\n]*\}\}")
NO_CALL = re.compile(r"\{[{%][^\n]*")
JINJA = re.compile(r"\{[{%#][^\n]*")
JINJA_BUT_IDS = re.compile(r"\{[{%][^\n]*|\{#(?![\w-]+[ .}])[^\n]*")
FIELD = re.compile(r"\{([a-z][a-z0-9_]*)\}")
DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:", re.M)
SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*):")
DEEPEST_BLOCKS = 3  # `!!!` in `!!!`
MOST_FAULTS = 200  # of one body; whoever mends these finds the others next time
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
    nodes: tuple[Any, ...] = field(repr=False, compare=False, default=())
    parts: tuple[Section, ...] = ()


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

    @cached_property
    def height(self) -> int:
        """How many lines it has."""
        return self.source.count("\n") + 1

    def anchors(self) -> set[str]:
        """Every id a link can lead to."""
        ids = {section.id for section in self.sections if section.id != "top"}
        for section in self.sections:
            ids |= {f"{section.id}-{part.id}" for part in section.parts if part.id}
        return ids

    def words(self, section: Section) -> str:
        """What a section says, without markup; links and macro calls are kept as written."""
        calls = iter(call for call in self.calls)
        before = self.sections[: self.sections.index(section)] if self.calls else ()
        skipped = sum(plain_text(one.nodes).count(CALL_START) for one in before)
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


PLAIN = (comrak.Paragraph, comrak.List, comrak.Item, comrak.Text, comrak.SoftBreak, comrak.LineBreak)


def plain_only(path: str, part: Section, first_line: int) -> Iterator[Fault]:
    """Words that are sent as plain text hold paragraphs and lists: marks, links and tables would be lost."""
    for node in walk(part.nodes):
        if not isinstance(node.node_value, PLAIN):
            at = (first_line + node.sourcepos.start.line - 1, node.sourcepos.start.column)
            yield fault(path, at, "part-markup", found=type(node.node_value).__name__)
            return


def nothing_on_top(path: str, body: Body, first_line: int, key: str) -> Iterator[Fault]:
    """Nothing stands before the first heading."""
    if nodes := body.sections[0].nodes:
        yield fault(path, (first_line + nodes[0].sourcepos.start.line - 1, 1), key)


def plain_text(nodes: tuple, links: bool = False) -> str:
    """The text of a list of Markdown nodes, blocks apart by a space; with `links`, link targets too."""
    said: list[str] = []
    for node in walk(nodes):
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


# Comments ------------------------------------------------------------------------------------------------------------


def cut(path: str, body: str, first_line: int, keep_internal: bool) -> tuple[str, list[Fault]]:
    """Take comments out, and with `keep_internal` false the blocks between internal marks; lines keep their numbers.

    A mark that is unbalanced, misspelt or not alone on its line is a fault, and then nothing is left of a body whose
    internal blocks should go: what fails, fails closed.
    """
    place = finder(body, first_line)
    faults: list[Fault] = []
    kept: list[str] = []
    opened: int | None = None  # where the block begins that we are in
    last = 0
    for start, end in comments(body):
        comment, between = body[start:end], body[last:start]
        kept += [between if keep_internal or opened is None else _blank(between), _blank(comment)]
        last = end
        if mark := INTERNAL.fullmatch(comment):
            if _line(body, start).strip() != comment:
                faults.append(fault(path, place(start), "internal-place", found=comment))
            if bool(mark[1]) == (opened is None):
                faults.append(fault(path, place(start), "internal-unbalanced", found=comment))
            opened = None if mark[1] else start
        elif WAITING.fullmatch(comment):
            continue
        elif ALMOST_INTERNAL.search(comment):
            faults.append(fault(path, place(start), "internal-misspelt", found=comment))
        elif not comment.endswith("-->"):
            faults.append(fault(path, place(start), "open-comment"))
    if opened is not None:
        faults.append(fault(path, place(opened), "internal-unbalanced", found="<!-- internal -->"))
    kept.append(body[last:] if keep_internal or opened is None else _blank(body[last:]))
    text = "".join(kept)
    place = finder(text, first_line)
    for rest in LIKE_MARK.finditer(text):
        key = "open-comment" if rest[0] == "<!--" else "internal-misspelt"
        faults.append(fault(path, place(rest.start()), key, found=_line(text, rest.start()).strip()))
    faults += unwritten(path, body, first_line)
    if faults and not keep_internal:
        text = _blank(text)
    return text, faults[:MOST_FAULTS]


def unwritten(path: str, body: str, first_line: int) -> Iterator[Fault]:
    """What `tillit translate` left to be written, one fault a section; and headings whose words are gone."""
    place = finder(body, first_line)
    found = [(start, said[1]) for start, end in comments(body) if (said := WAITING.fullmatch(body, start, end))]
    sections = [0, *(match.start() for match in re.finditer("^## ", body, re.M)), len(body)] if found else []
    for begin, end in zip(sections, sections[1:], strict=False):
        if own := [one for one in found if begin <= one[0] < end]:
            yield fault(path, place(own[0][0]), "untranslated", found=own[0][1], count=len(own))
    for empty in EMPTY_HEADING.finditer(body):
        yield fault(path, place(empty.start()), "heading-empty")


def comments(body: str) -> Iterator[tuple[int, int]]:
    """Where each comment begins and ends; one that never ends goes on to the end of the text."""
    end = 0
    while (start := body.find("<!--", end)) >= 0:
        close = body.find("-->", start + 4)
        end = close + 3 if close >= 0 else len(body)
        yield start, end


def _blank(text: str) -> str:
    return "\n" * text.count("\n")


def _line(text: str, offset: int) -> str:
    end = text.find("\n", offset)
    return text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else len(text)]


# Jinja ---------------------------------------------------------------------------------------------------------------


def environment() -> jinja2.Environment:
    """Jinja's grammar as texts use it: `{#` begins a heading's id, so comments get marks that no text can hold."""
    return jinja2.Environment(comment_start_string="\x02#", comment_end_string="#\x03", keep_trailing_newline=True)


_JINJA = environment()


def read_calls(path: str, body: str, first_line: int) -> tuple[list[Call], str, list[Fault]]:
    """The macro calls of a playbook, the body with each call blanked out, and a fault for any other Jinja.

    Only `{{ name("text", key="text" | number | true) }}` passes, on one line and without braces inside: so Jinja's
    lexer can find no other begin or end than we do. Nothing is ever evaluated.
    """
    faults: list[Fault] = []
    calls: list[Call] = []
    place = finder(body, first_line)

    def blank(match: re.Match) -> str:
        at = place(match.start())
        if len(calls) >= MOST_MARKS:
            faults.append(fault(path, at, "too-many", limit=MOST_MARKS))
        elif call := _read_call(path, match[0], at, faults):
            calls.append(call)
            return CALL_START + CALL_REST * (len(match[0]) - 1)
        return " " * len(match[0])

    def refuse(match: re.Match) -> str:
        key = "jinja-block" if match[0].startswith("{%") else "jinja-not-a-call"
        faults.append(fault(path, place(match.start()), key, found=match[0]))
        return " " * len(match[0])

    blanked = NO_CALL.sub(refuse, CALL.sub(blank, body))
    return calls, blanked, faults


def _read_call(path: str, source: str, at: tuple[int, int], faults: list[Fault]) -> Call | None:
    call = None
    # A sign would eat white space, an escape could make half a character.
    if source[2] not in "-+" and source[-3] not in "-+" and "\\" not in source:
        try:
            call = _only_call(source, at)
        except jinja2.TemplateSyntaxError as error:
            faults.append(fault(path, at, "jinja-syntax", found=error.message))
            return None
        except (RecursionError, ValueError, MemoryError):
            pass
    if call is None:
        faults.append(fault(path, at, "jinja-not-a-call", found=source))
    return call


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


def front_faults(path: str, front: Front) -> Iterator[Fault]:
    """Words in front matter and data files are plain: no template code and no HTML in any value."""
    for loc, value in front.strings():
        name = ".".join(str(part) for part in loc)
        for key, pattern in (("jinja-here", JINJA), ("raw-html", HTML)):
            if found := pattern.search(value):
                yield fault(path, front.at(loc), key, field=name, found=value[found.start() :])


# Markdown ------------------------------------------------------------------------------------------------------------


def parse(path: str, body: str, first_line: int, dialect: str) -> Body:
    """Parse a body from which comments are already cut.

    `dialect`: "playbook" (macro calls, `!!!` blocks, heading ids), "apology" (heading ids and classes, fields),
    "record" (plain CommonMark without template code), "developers" (plain CommonMark; code may hold anything).
    """
    calls: list[Call] = []
    faults: list[Fault] = []
    text, shifts = body, {}
    if dialect == "playbook":
        calls, blanked, faults = read_calls(path, body, first_line)
        text, shifts, found = _open_blocks(path, blanked, first_line)
        faults += found
    else:
        faults += _in_lines(path, body, first_line, "link-definition", DEFINITION)
    if dialect in ("record", "apology"):
        faults += _in_lines(path, body, first_line, "jinja-here", JINJA_BUT_IDS)
    tree, found = _tree(path, text, first_line)
    faults += found

    def at(node: Any) -> tuple[int, int]:
        start = node.sourcepos.start
        return first_line + start.line - 1, start.column + shifts.get(start.line, 0)

    sections, found = _sections(path, tree, text, first_line, dialect)
    faults += found
    links = []
    for node in walk(tree.children):
        value = node.node_value
        if isinstance(value, (comrak.Link, comrak.Image)):
            link = Link(value.value.url, *at(node), isinstance(value, comrak.Image))
            if key := _unsafe(link):
                faults.append(fault(path, at(node), key, found=link.url))
            else:
                links.append(link)
        elif isinstance(value, comrak.CodeBlock) and value.value.fenced and not value.value.closed:
            faults.append(fault(path, at(node), "open-fence"))
        elif dialect != "playbook" and (html := _html(value)):  # in a playbook its characters are refused
            faults.append(fault(path, at(node), "raw-html", found=html.strip().split("\n")[0]))
    if dialect != "developers":
        faults += headings_stand_alone(path, tree, text, first_line, shifts, dialect)
    if dialect == "playbook":
        faults += reads_one_way(path, blanked, first_line, tree)
        faults += _calls_in_text(path, tree, calls, first_line)
    for many in (links, sections):
        if len(many) > MOST_MARKS:
            faults.append(fault(path, (many[MOST_MARKS].line, 1), "too-many", limit=MOST_MARKS))
            del many[MOST_MARKS:]
    return Body(body, sections, calls, links, sorted(set(faults))[:MOST_FAULTS])


def _unsafe(link: Link) -> str | None:
    """What is wrong with an address, as the key of a fault. A page asks no other host for its pictures."""
    scheme = SCHEME.match(link.url)
    if link.picture and (scheme or link.url.startswith("//")):
        return "picture-outside"
    if scheme and scheme[1].lower() not in SCHEMES:
        return "link-scheme"
    return "link-absolute" if link.url.startswith("/") or "\\" in link.url else None


def _html(value: Any) -> str:
    """HTML in a node; indented code with a `<` counts, for elsewhere it might be none."""
    if isinstance(value, comrak.HtmlBlock):
        return value.value.literal
    if isinstance(value, comrak.HtmlInline):
        return value.value
    if isinstance(value, comrak.CodeBlock) and not value.value.fenced and "<" in value.value.literal:
        return value.value.literal
    return ""


def _in_lines(path: str, text: str, first_line: int, key: str, pattern: re.Pattern) -> Iterator[Fault]:
    """A fault for the first match of a pattern in each line."""
    for number, line in enumerate(text.split("\n"), first_line):
        if found := pattern.search(line):
            yield fault(path, (number, found.start() + 1), key, found=line[found.start() :])


def _tree(path: str, text: str, first_line: int) -> tuple[Any, list[Fault]]:
    """The Markdown tree; an empty one and a fault when it is nested too deeply or the parser gives up."""
    try:
        tree = comrak.parse_document(text, EXTENSIONS, PARSING)
        found = depth_fault(path, tree, first_line)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in Rust is no Exception
        found = fault(path, (first_line, 1), "markdown", found=f"{type(error).__name__}: {error}")
    if found:
        return _NOTHING, [found]
    for node in walk(tree.children):
        node.parent = None  # or the tree is never freed: comrak's nodes take no part in garbage collection
    return tree, []


def _calls_in_text(path: str, tree: Any, calls: list[Call], first_line: int) -> Iterator[Fault]:
    """A macro call stands in running text: what it makes would break a heading, a link or code from inside."""
    good: Counter = Counter()
    stack = list(tree.children)
    while stack:
        node = stack.pop()
        if isinstance(node.node_value, comrak.Text):
            good[node.sourcepos.start.line + first_line - 1] += node.node_value.value.count(CALL_START)
        elif not isinstance(node.node_value, (comrak.Heading, comrak.Link, comrak.Image)):
            stack += node.children
    if good.total() != len(calls):
        there = Counter(call.line for call in calls)
        for call in calls:
            if good[call.line] != there[call.line]:
                yield fault(path, (call.line, call.column), "call-place", found=call.source)


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
            if len(inside) > DEEPEST_BLOCKS:
                faults.append(fault(path, (first_line + number, indent + 1), "too-deep", limit=DEEPEST_BLOCKS))
                inside.clear()
            lines[number] = ""
        elif almost := ALMOST_ADMONITION.match(line):
            at = (first_line + number, almost.start(1) + 1)
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
    words: list[str] = []
    if (start := attributes_start(lines[line - 1])) is not None:
        words = re.findall(r"[#.][\w-]+", lines[line - 1][start:])
        _strip_attributes(node)
        title = title[: title.rfind("{")].rstrip()
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
        text = last.node_value.value
        last.node_value = comrak.Text(text[: text.rfind("{")].rstrip())


def slug(title: str) -> str:
    """An ASCII id for a heading that has none of its own."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower().translate(IN_IDS))) or "section"

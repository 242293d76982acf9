"""Apologies: their parts in order, their fields, what each part carries, and its words as plain text and as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import comrak

from . import bodies
from .bodies import FIELD, Body, Section
from .company import ApologyField
from .guards import attributes_start
from .languages import Language
from .shelves import COMPONENTS

BRACES = re.compile(r"\{([^{}\n]*)\}|[{}]")


@dataclass(frozen=True)
class Part:
    """One part of an apology in one channel, with the components it carries."""

    id: str
    title: str
    section: Section
    components: tuple[str, ...]


def parts(channel: Section) -> list[Part]:
    """The parts of a channel in the template's order; a chat's messages name their components as classes."""
    found = []
    for part in channel.parts:
        carried = part.classes if channel.id == "chat" else (part.id,)
        found.append(Part(part.id, part.title, part, tuple(name for name in carried if name in COMPONENTS)))
    return found


def fields_in(body: Body | Section) -> list[str]:
    """The names of the fields that occur, each once, in order of appearance."""
    sections = body.sections if isinstance(body, Body) else [body]
    texts = (bodies.plain_text(section.nodes) for section in sections)
    return list(dict.fromkeys(match[1] for text in texts for match in FIELD.finditer(text)))


def help_for(declared: ApologyField, said: Language, customer: str) -> str:
    """What to write in a field, for a colleague who reads `said` and a text in the language of the `customer`.

    The words must fit a sentence of that language, which has its own rule: Swedish goes on small after a colon.
    """
    form = said.table("forms")[declared.form].get(customer, "") if declared.form else ""
    return " ".join(filter(None, (form, declared.help.get(said.id, ""))))


def field_positions(body: Body, first_line: int) -> Iterator[tuple[str, int, int]]:
    """Every field with the line and column it stands on.

    Whatever else is in braces, or a brace alone, counts as one: `{Amount}` would be copied as it stands.
    """
    for number, line in enumerate(body.source.split("\n")):
        if line.startswith("#"):
            line = line[: attributes_start(line)]
        for match in BRACES.finditer(line):
            yield match[1] or match[0], first_line + number, match.start() + 1


# Words as they are sent -----------------------------------------------------------------------------------------------


def text_of(part: Section) -> str:
    """The words of a part as plain text: what is filled in, checked and sent.

    Paragraphs are apart by an empty line, a line break written as one (a backslash) stays, each item of a list is a
    line `- …`, and fields stand as `{name}`.
    """
    return "\n\n".join(filter(None, (_block(node) for node in part.nodes)))


def _block(node: Any) -> str:
    if isinstance(node.node_value, comrak.List):
        return "\n".join(f"- {_inline(item)}" for item in node.children)
    return _inline(node)


def _inline(node: Any) -> str:
    """What a block says; blocks within it, as in an item of a list, are joined by a space."""
    value = node.node_value
    if isinstance(value, comrak.Text):
        return value.value
    if isinstance(value, (comrak.Code, comrak.CodeBlock)):
        return value.value.literal
    if isinstance(value, comrak.SoftBreak):
        return " "
    if isinstance(value, comrak.LineBreak):
        return "\n"
    within = isinstance(value, comrak.Item)
    return (" " if within else "").join(_inline(child) for child in node.children).strip()


def html_of(text: str) -> str:
    """Plain text as HTML with nothing but `p`, `br`, `ul` and `li`; everything in it is escaped.

    >>> html_of("Hej Kim\\n\\n- én <b>")
    '<p>Hej Kim</p><ul><li>én &lt;b&gt;</li></ul>'
    """
    return "".join(_html_block(block) for block in re.split(r"\n{2,}", text.strip("\n")) if block)


def _html_block(block: str) -> str:
    lines = block.split("\n")
    if all(line.startswith("- ") for line in lines):
        return "<ul>" + "".join(f"<li>{escape(line[2:], quote=False)}</li>" for line in lines) + "</ul>"
    return "<p>" + "<br>".join(escape(line, quote=False) for line in lines) + "</p>"

"""Apologies: their parts in order, their fields, and what each part carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import bodies
from .bodies import FIELD, Body, Section
from .guards import attributes_start
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


def field_positions(body: Body, first_line: int) -> Iterator[tuple[str, int, int]]:
    """Every field with the line and column it stands on.

    Whatever else is in braces, or a brace alone, counts as one: `{Amount}` would be copied as it stands.
    """
    for number, line in enumerate(body.source.split("\n")):
        if line.startswith("#"):
            line = line[: attributes_start(line)]
        for match in BRACES.finditer(line):
            yield match[1] or match[0], first_line + number, match.start() + 1

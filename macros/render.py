"""Write-ups and apologies as HTML: CommonMark by comrak, cleaned by nh3, links resolved by the caller.

Knows nothing of files or of the site builder: a body and a way to resolve links go in, HTML and its headings come out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

import comrak
import nh3

from .bodies import EXTENSIONS, FIELD, PARSING, SCHEMES, Section, plain_text

Resolve = Callable[[str], tuple[str, str] | None]  # a link as written → (address, language of what it leads to)

RENDERING = comrak.RenderOptions(unsafe_=True)  # only our own HTML nodes are left when this renders
TAGS = {
    *("p", "h2", "h3", "h4", "h5", "ul", "ol", "li", "em", "strong", "a", "code", "pre", "blockquote", "br", "hr"),
    *("table", "thead", "tbody", "tr", "th", "td", "img", "span", "del", "input"),
}
ATTRIBUTES = {
    "a": {"href", "title", "hreflang"},
    "img": {"src", "alt", "title"},
    "span": {"class", "data-field"},
    "th": {"align"},
    "td": {"align"},
    "ol": {"start"},
    "input": {"type", "checked", "disabled"},
    **{f"h{level}": {"id"} for level in range(2, 6)},
}


@dataclass(frozen=True)
class Heading:
    """A heading of what was rendered, for a table of contents."""

    level: int
    id: str
    title: str


@dataclass(frozen=True)
class Rendered:
    html: str
    toc: tuple[Heading, ...] = ()


def render(
    sections: Iterable[Section],
    resolve: Resolve,
    *,
    shift: int = 0,
    prefix: str = "",
    fields: dict[str, str] | None = None,
) -> Rendered:
    """Render sections: headings `shift` levels lower with ids prefixed, `{name}` as a field when `fields` labels it."""
    blocks: list[str] = []
    toc: list[Heading] = []
    for section in sections:
        parts = {part.line: part for part in section.parts}
        ids = iter([section, *parts.values()] if section.id != "top" else parts.values())
        for node in section.nodes:
            if isinstance(node.node_value, comrak.Heading):
                level = min(node.node_value.value.level + shift, 6)
                if node.node_value.value.level > 3:
                    title = " ".join(plain_text(tuple(node.children)).split())
                    blocks.append(f"<h{level}>{escape(title)}</h{level}>")
                    continue
                owner = next(ids, section)
                id = prefix + (owner.id if owner is section else f"{section.id}-{owner.id}")
                toc.append(Heading(level, id, owner.title))
                blocks.append(f'<h{level} id="{escape(id)}">{escape(owner.title)}</h{level}>')
            else:
                blocks.append(block(node, resolve, fields=fields))
    return Rendered("\n".join(blocks), tuple(toc))


def block(node: Any, resolve: Resolve, fields: dict[str, str] | None = None) -> str:
    """One Markdown block as clean HTML."""
    html = comrak.format_html(_prepared(node, resolve, fields), EXTENSIONS, PARSING, RENDERING)
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=set(SCHEMES), link_rel=None).strip()


def _prepared(node: Any, resolve: Resolve, fields: dict[str, str] | None) -> Any:
    """A copy of the tree with links resolved, fields marked and raw HTML gone."""
    value = node.node_value
    if isinstance(value, (comrak.HtmlBlock, comrak.HtmlInline)):
        return _node(comrak.Text(""), node, [])
    if fields is not None and isinstance(value, comrak.Text) and FIELD.search(value.value):
        return _node(comrak.HtmlInline(_mark_fields(value.value, fields)), node, [])
    if fields is not None and isinstance(value, (comrak.Code, comrak.CodeBlock)):
        # Unmarked, a field in code could be copied without being filled in.
        marked = _node(comrak.HtmlInline(f"<code>{_mark_fields(value.value.literal, fields)}</code>"), node, [])
        return marked if isinstance(value, comrak.Code) else _node(comrak.Paragraph(), node, [marked])
    children = [_prepared(child, resolve, fields) for child in node.children]
    if isinstance(value, (comrak.Link, comrak.Image)):
        found = resolve(value.value.url)
        if found is None:
            return _node(comrak.Emph(), node, children)
        kind, holder = type(value), type(value.value)
        return _node(kind(holder(found[0], value.value.title)), node, children)
    return _node(value, node, children)


def _node(value: Any, old: Any, children: list) -> Any:
    return comrak.AstNode(value, old.sourcepos, None, children)


def _mark_fields(text: str, fields: dict[str, str]) -> str:
    said, last = [], 0
    for match in FIELD.finditer(text):
        label = fields.get(match[1], match[1].replace("_", " "))
        said += [
            escape(text[last : match.start()]),
            f'<span class="field" data-field="{match[1]}">{escape(label)}</span>',
        ]
        last = match.end()
    return "".join([*said, escape(text[last:])])


def plain(html: str) -> str:
    """The words of rendered HTML."""
    return re.sub(r"\s+", " ", nh3.clean(html, tags=set())).strip()

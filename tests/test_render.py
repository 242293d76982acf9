"""Write-ups and apologies as HTML: what a person wrote, and nothing that a browser would run."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import MINI, ROOT, SEED, size
from test_bodies import FRAGMENTS, unsafe

from macros import bodies, render, shelves, texts

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "render" / "blocks.yml").read_text(encoding="utf-8"))


def resolve(url: str) -> tuple[str, str] | None:
    if url.startswith("https:"):
        return url, ""
    return ("../known/", "da") if url == "known.md" else None


@pytest.mark.parametrize("name", CASES)
def test_markdown_becomes_clean_html(name: str):
    """Each case is rendered to just the HTML it names."""
    case: dict[str, Any] = {"dialect": "record", "shift": 0, "prefix": "", "fields": None, **CASES[name]}
    body = bodies.parse("x", case["body"], 1, case["dialect"])
    made = render.render(body.sections, resolve, shift=case["shift"], prefix=case["prefix"], fields=case["fields"])
    assert made.html.strip() == case["html"]


def test_the_headings_are_told_in_order():
    """The table of contents has each heading with an id, at the level and with the id it has in the HTML."""
    body = bodies.parse("x", "## A\n\n### B\n\n## C\n\n### B\n", 1, "record")
    made = render.render(body.sections, resolve, shift=1, prefix="x-")
    assert [(one.level, one.id, one.title) for one in made.toc] == [
        (3, "x-a", "A"),
        (4, "x-a-b", "B"),
        (3, "x-c", "C"),
        (4, "x-c-b", "B"),
    ]
    assert all(f'<h{one.level} id="{one.id}">' in made.html for one in made.toc)


@pytest.mark.parametrize("dialect", ["record", "apology"])
def test_nothing_unsafe_is_rendered_faults_or_not(dialect: str):
    """Random mixes of nasty pieces, refused ones too: no tag, attribute or address outside an allow-list."""
    chance = random.Random(SEED)
    fields = {"amount": "<b>Beløb</b>"} if dialect == "apology" else None
    rendered = 0
    for _ in range(size(3_000, 100_000)):
        text = "".join(chance.choice([*FRAGMENTS, "{amount}"]) for _ in range(chance.randint(1, 7)))
        body = bodies.parse("x", text, 1, dialect)
        # a resolver that lets every address through: what is left is the renderer's own doing
        html = render.render(body.sections, lambda url: (url, ""), fields=fields).html
        html = html.replace(' data-field="amount"', "")
        assert unsafe(html) == [], (text, html)
        rendered += len(html) > 0
    assert rendered > size(2_000, 60_000)


def test_all_words_of_our_write_ups_and_apologies_are_rendered():
    """Nothing of a real text is lost on the way: the words of its HTML are those of its Markdown."""
    seen = 0
    for root in (MINI, ROOT):
        for path in texts.walk(root):
            if texts.place(path) and path.startswith(("playbooks/incidents/", "playbooks/apologies/")):
                body = shelves.check(texts.read(root, path)).body
                html = render.render(body.sections, resolve).html
                said = bodies.plain_text(tuple(node for section in body.sections for node in section.nodes))
                assert words(render.plain(html)) == words(said), path
                seen += 1
    assert seen > 10


def words(text: str) -> list[str]:
    for mark, sign in (("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&nbsp;", "\xa0")):
        text = text.replace(mark, sign)
    return "".join(text.split())

"""What may stand in a body; and whatever may, means the same to the parser that judges and to the one that renders."""

from __future__ import annotations

import gc
import random
import re
import time
from pathlib import Path
from typing import Any

import markdown
import pytest
import yaml
from conftest import ROOT, SEED, Project, size
from mkdocs.config import load_config
from selectolax.lexbor import LexborHTMLParser

from macros import bodies, guards, shelves, texts
from macros.faults import Fault, Faulty

CASES = Path(__file__).parent / "cases" / "bodies"
SLOWEST = 2.0  # seconds of the processor for one file


def cases(name: str) -> dict[str, Any]:
    return yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))


def places(faults: list[Fault]) -> list[list]:
    return sorted([one.key, one.line, one.column] for one in faults)


@pytest.mark.parametrize("name", cases("cut"))
def test_comments_and_internal_blocks_are_cut(name: str):
    """Lines keep their numbers; outside nothing internal is left, and with a fault nothing at all."""
    case = cases("cut")[name]
    body, expected = case["body"], sorted(case.get("faults", []))
    inside, found = bodies.cut("x", body, 1, keep_internal=True)
    assert (inside, places(found)) == (case["inside"], expected)
    public, found = bodies.cut("x", body, 1, keep_internal=False)
    left = "\n" * body.count("\n") if expected else case.get("public", case["inside"])
    assert (public, places(found)) == (left, expected)
    assert "SECRET" not in public


@pytest.mark.parametrize("name", cases("judged"))
def test_a_body_is_judged_with_places(name: str):
    """Each case has just its faults; a near miss has none."""
    case = cases("judged")[name]
    found = bodies.parse("x", case["body"], 1, case.get("dialect", "playbook")).faults
    about_ids = {"heading-id"} if "heading-nested" in str(case) else set()
    assert places([one for one in found if one.key not in about_ids]) == sorted(case.get("faults", []))


def test_a_text_is_judged_as_outsiders_see_it_too(project: Project):
    """What an internal block hid from Markdown is judged without the block: a fence opened inside is open outside."""
    path = "playbooks/process/apologise.da.md"
    project.change(path, "Kun for os.\n<!-- /internal -->", "```\n<!-- /internal -->\nTil alle.\n```")
    text = texts.read(project.root, path)
    assert bodies.parse(path, bodies.cut(path, text.body, 1, keep_internal=True)[0], 1, "playbook").faults == []
    # Line 18 ended the fence; outside it begins one, which swallows the next heading.
    found = sorted((one.line, one.key) for one in shelves.check(text).faults)
    assert found == [(18, "open-fence"), (20, "heading-nested")]


def test_calls_links_and_sections_have_their_places():
    """Lines and columns are those of the file, in blocks and behind wide letters too."""
    body = bodies.parse(
        "x",
        "Før [a](b.md) og 🙂 [c](d.md).\n\n## Ét {#one .step}\n\n!!! say\n    Ring {{ company('name') }} [e](f.md).\n",
        10,
        "playbook",
    )
    assert body.faults == []
    assert [(link.url, link.line, link.column) for link in body.links] == [
        ("b.md", 10, 5),
        ("d.md", 10, 20),
        ("f.md", 15, 32),
    ]
    assert [(call.name, call.args, call.line, call.column) for call in body.calls] == [("company", ("name",), 15, 10)]
    assert [(one.id, one.title, one.classes, one.line) for one in body.sections] == [
        ("top", "", (), 10),
        ("one", "Ét", ("step",), 12),
    ]


def test_words_of_a_section_hold_links_and_calls_but_no_markup():
    """What is compared between languages: words, addresses and calls as written, without stars and hashes."""
    body = bodies.parse(
        "x", "{{ company('name') }}\n\n## A {#a}\n\n**B** [c](d) {{ company('about') }}\n", 1, "playbook"
    )
    top, section = body.sections
    assert body.words(top).split() == ["{{", "company('name')", "}}"]
    assert body.words(section).split() == ["A", "B", "(d)", "c", "{{", "company('about')", "}}"]


@pytest.mark.parametrize("unit", ['{{ company("name") }}\n\n', "[a](b)\n\n", "## A {{#a{number}}}\n\n"])
def test_a_text_has_not_endlessly_many_parts(unit: str):
    """Five hundred calls, links or sections pass; the next is a fault, and no more than these are handed on."""
    pile = [unit.replace("{{#a{number}}}", f"{{#a{number}}}") for number in range(guards.MOST_MARKS + 1)]
    enough = pile[: guards.MOST_MARKS - 1] if unit.startswith("#") else pile[: guards.MOST_MARKS]  # `top` is a section
    assert bodies.parse("x", "".join(enough), 1, "playbook").faults == []
    body = bodies.parse("x", "".join(pile), 1, "playbook")
    assert [one.key for one in body.faults] == ["too-many"]
    assert max(len(body.calls), len(body.links), len(body.sections)) == guards.MOST_MARKS


def test_a_body_is_freed_when_nobody_needs_it():
    """`mkdocs serve` reads all texts again and again: no tree of an earlier reading stays in memory."""

    def nodes() -> int:
        gc.collect()
        return sum(type(thing).__name__ == "AstNode" for thing in gc.get_objects())

    before = nodes()
    body = bodies.parse("x", "## A {#a}\n\n- b\n- c **d** [e](f)\n", 1, "playbook")
    assert nodes() > before + 5
    del body
    assert nodes() == before


class PanicException(BaseException):
    """As pyo3 raises it when Rust panics: no Exception."""


@pytest.mark.parametrize("error", [PanicException("at 'index'"), RecursionError("too deep"), MemoryError()])
def test_a_parser_that_gives_up_is_a_fault(monkeypatch: pytest.MonkeyPatch, error: BaseException):
    """Whatever the Markdown parser throws, the text has a fault and the others are read on."""

    def gives_up(*args: Any) -> Any:
        raise error

    monkeypatch.setattr(bodies.comrak, "parse_document", gives_up)
    body = bodies.parse("x", "a\n", 7, "record")
    assert places(body.faults) == [["markdown", 7, 1]]
    assert type(error).__name__ in body.faults[0].message("en")


def test_a_stop_from_outside_stops_the_parser(monkeypatch: pytest.MonkeyPatch):
    """Ctrl+C while Markdown is parsed is no fault of the text."""

    def interrupted(*args: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(bodies.comrak, "parse_document", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bodies.parse("x", "a\n", 1, "record")


# Two parsers ----------------------------------------------------------------------------------------------------------

FRAGMENTS = [
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<b",
        "<",
        "</",
        "<a",
        "<!--",
        "-->",
        "&lt;",
        "&#60;",
    ),
    *("&#x3c;script>", "&quot;", "&colon;", "&Tab;", "&NewLine;", "<!-- internal -->", "<!-- /internal -->"),
    *("{: onclick=alert(1) }", "{onclick=alert(1)}", "{", "}", "{ .a }", "{#id}", "{.step}", "\n## H {#h}\n", "### "),
    *('{{ company("name") }}', '{{ company("a}}b") }}', "{{", "}}", "{%", "{#", "{{- ", " -}}"),
    *(
        "javascript:alert(1)",
        "[x](javascript:alert(1))",
        "[x](JaVa&Tab;script:alert(1))",
        "[x](data&colon;text/html,1)",
    ),
    *("[x]: javascript:alert(1)", "[x]", "[x][y]", "[x][]", "](", "[", "]", "(", ")", "![", "[a](b)", '[a](b "c")'),
    *("[a]( b )", "[a](<b c>)", "![i](p.png)", "<https://x.example>", "<javascript:alert(1)>", "<a@b.example>"),
    *("\\[", "\\]", "\\`", "\\", "`", "``", "```", "~~~", "\n```\n", "\n~~~\n", "```python {onclick=1}\n"),
    *(
        '``` js hl_lines="1" title="<b>"\n',
        "\n",
        "\n\n",
        "\n    ",
        "\n  ",
        "    ",
        "\t",
        "- ",
        "1. ",
        "> ",
        "# ",
        "- [ ] ",
    ),
    *(
        "- [x] ",
        "|",
        "|-|-|",
        "\n|a|b|\n|-|-|\n",
        "*",
        "**",
        "_",
        "***",
        "~~",
        "\n===\n",
        "\n---\n",
        "=",
        ":",
        "!!! say\n",
    ),
    *("\n!!! say\n    ", "!!! x onclick=1\n", '\n!!! note "a"\n    ', "\n!!!", "??? a\n", "[TOC]", "[^1]", "*[a]: b"),
    *(
        "http://x.example",
        "mailto:a",
        'title="x"',
        "--8<-- ",
        "'",
        '"',
        "a",
        "b c",
        " ",
        "ø",
        "🙂",
        "a",
        "b",
        " ",
        "\n",
    ),
]
CODE_FRAGMENTS = [
    *(
        "`<b onclick=x>`",
        "`{onclick=1}`",
        "`[a](javascript:b)`",
        "`",
        "``",
        "\n```\n<script>\n```\n",
        "\n~~~\n<b {a}\n~~~\n",
    ),
    *(
        "\n    <b>\n",
        "`a\nb`",
        "\\`<b>`",
        "`<b\\`>`",
        "``<b>`<i>``",
        "\n- ```\n  <b>\n  ```\n",
        "\n```\n<b>\n    ```\n```\n",
    ),
]
HARMLESS = {
    **{f"h{level}": {"id", "class"} for level in range(1, 7)},
    **dict.fromkeys(("p", "div", "span", "ul", "code", "strong", "em", "li", "label"), {"id", "class"}),
    **dict.fromkeys(("td", "th"), {"id", "class", "align"}),
    **dict.fromkeys(("pre", "blockquote", "table", "thead", "tbody", "tr", "br", "hr", "del"), set()),
    "ol": {"id", "class", "start"},
    "a": {"href", "title", "id", "class"},
    "img": {"src", "alt", "title", "id", "class"},
    "input": {"type", "checked", "disabled"},
}
ADDRESS = re.compile(r"(?:https?:|mailto:|tel:|(?![\w+.-]*:)(?!//))[^\s\x00-\x20]*", re.I)
VALUES = {
    **{"href": ADDRESS, "src": ADDRESS, "id": re.compile(r"[\w-]+"), "class": re.compile(r"[\w -]+")},
    **{"align": re.compile("left|right|center"), "type": re.compile("checkbox")},
}


def unsafe(html: str) -> list[str]:
    """Every tag, attribute and address of a page that an author could not have asked for in Markdown."""
    found = []
    for node in LexborHTMLParser(f"<body>{html}</body>").body.traverse(include_text=False):
        if node.tag == "body":
            continue
        if node.tag not in HARMLESS:
            found.append(f"<{node.tag}>")
        for name, value in node.attributes.items():
            if name not in HARMLESS.get(node.tag, ()):
                found.append(f"<{node.tag} {name}={value!r}>")
            elif name in VALUES and not VALUES[name].fullmatch(value or ""):
                found.append(f"{name}={value!r}")
    return found


@pytest.fixture(scope="module")
def as_built() -> markdown.Markdown:
    """Python-Markdown with the extensions of mkdocs.yml, as MkDocs makes it."""
    config = load_config(str(ROOT / "mkdocs.yml"))
    return markdown.Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)


def test_the_judge_of_pages_sees_what_is_unsafe():
    """The test of the test: each of these would be found in a page."""
    bad = ["<script>", "<p onclick=a>", "<a href='JavaScript:a'>", "<a href='java\tscript:a'>", "<p class='\"a'>"]
    bad += [
        "<a href='//evil.example'>",
        "<img src='data:a'>",
        "<table><td style='color: red'>",
        "<svg>",
        "<base href=a>",
    ]
    assert [html for html in bad if not unsafe(html)] == []
    assert unsafe("<p><a href='https://a.example'>a</a> <a href='../b.md#c'>b</a></p>") == []


def test_what_the_reader_passes_is_harmless_when_rendered(as_built: markdown.Markdown):
    """Random mixes of nasty pieces: what has no fault becomes no tag, attribute or address outside an allow-list."""
    chance = random.Random(SEED)
    passed = 0
    for _ in range(size(4_000, 200_000)):
        text = "".join(chance.choice(FRAGMENTS + CODE_FRAGMENTS) for _ in range(chance.randint(1, 7)))
        for keep in (True, False):
            source, found = bodies.cut("x", text, 1, keep)
            if found or bodies.parse("x", source, 1, "playbook").faults:
                continue
            passed += 1
            calls = len(bodies.CALL.findall(source))
            html = as_built.reset().convert(bodies.CALL.sub("\ue0100\ue011", source))
            assert unsafe(html) == [], (text, html)
            assert html.count("\ue0100\ue011") == calls, (text, html)
            assert "{{" not in html and "{%" not in html, (text, html)
    assert passed > size(800, 40_000)


# What outsiders may not see -------------------------------------------------------------------------------------------

NEARLY_MARKS = [
    *(
        "<!-- INTERNAL -->",
        "<!-- /Internal -->",
        "<!-- intern",
        "internal -->",
        "<!--internal",
        "<!-",
        "<!",
        "--",
        "->",
        ">",
    ),
    *(
        "<!-->",
        "<!--->",
        "--!>",
        "<!-- x -->",
        "<!--\n",
        "\n-->\n",
        "/",
        "internal",
        "\n```\n",
        "\n~~~\n",
        "    ",
        "> ",
        "- ",
    ),
]


def junk(chance: random.Random) -> str:
    count = chance.choice((0, 0, 1, 2, 3))
    return "".join(chance.choice([*FRAGMENTS[17:], *NEARLY_MARKS * 3]) for _ in range(count))


def test_nothing_between_internal_marks_survives():
    """Whatever stands around and between, in code, lists or comments: what is between two marks is cut."""
    chance = random.Random(SEED)
    cut_well = 0
    for _ in range(size(5_000, 500_000)):
        before, within, more, after = (junk(chance) for _ in range(4))
        text = f"{before}\n<!-- internal -->\n{within}SECRET{more}\n<!-- /internal -->\n{after}"
        public, found = bodies.cut("x", text, 1, keep_internal=False)
        assert "SECRET" not in public, text
        assert public.count("\n") == text.count("\n")
        cut_well += not found
    assert cut_well > size(250, 25_000)


def test_no_internal_section_of_a_write_up_survives():
    """Whatever stands in the sections of a write-up: if it has no fault, what only staff may read is not in public."""
    chance = random.Random(SEED)
    headings = [
        "Hvad skete der",
        "Kundens fortælling",
        "Medarbejderens fortælling",
        "Årsagen",
        "Det lovede vi",
        "Forløbet",
    ]
    path = SHELVES["record"]
    passed = 0
    for _ in range(size(1_500, 200_000)):
        where = chance.sample(headings, 2)
        body = ""
        for name in headings:
            words = "Alle." if name in PUBLIC_HEADINGS else "SECRET."
            body += f"## {name}\n\n" + (f"{junk(chance)}{words}{junk(chance)}" if name in where else words) + "\n\n"
        if "<!--" in body:  # a comment may take a heading away, for every reader
            continue
        text = texts.Text(path, *texts.place(path), texts.Front(), body, 1)
        if not shelves.check(text).body.faults:
            passed += 1
            assert "SECRET" not in shelves.public_body(text).source, body
    assert passed > size(50, 8_000)


PUBLIC_HEADINGS = {"Hvad skete der", "Årsagen", "Forløbet"}

# Time -----------------------------------------------------------------------------------------------------------------

UNITS = cases("slow")
FRONT = "---\nborn: da\nowner: editor\nreviewed: 2026-10-01\ntitle: a\nsummary: b\n---\n"
SHELVES = {
    "playbook": "playbooks/process/x.da.md",
    "record": "playbooks/incidents/2026-01-01-x.da.md",
    "apology": "playbooks/apologies/late-delivery.da.md",
}


def pile(unit: str, most: int) -> str:
    """A unit so often that the file is as large as a file may be, in the longest lines and the most lines allowed."""
    line = unit if "\n" in unit else unit * (texts.LONGEST_LINE // len(unit) - 1) + "\n"
    lines = min(most // len(line.encode()), (texts.MOST_LINES - 50) // line.count("\n"))
    return line * lines


@pytest.mark.parametrize("dialect", SHELVES)
@pytest.mark.parametrize("unit", UNITS["body"])
def test_no_body_takes_long(tmp_path: Path, as_built: markdown.Markdown, dialect: str, unit: str):
    """As much of anything as a file can hold is read, judged and (if it passes) rendered soon."""
    path = tmp_path / SHELVES[dialect]
    path.parent.mkdir(parents=True)
    path.write_text(FRONT + pile(unit, size(20, 255) * 1024), encoding="utf-8")
    began = time.process_time()
    one = shelves.check(texts.read(tmp_path, SHELVES[dialect]))
    for section in one.body.sections:
        one.body.words(section)
    assert time.process_time() - began < SLOWEST
    if dialect == "playbook" and not one.body.faults:
        began = time.process_time()
        as_built.reset().convert(one.body.source)
        assert time.process_time() - began < SLOWEST


@pytest.mark.parametrize("start", UNITS["front-starts"])
@pytest.mark.parametrize("unit", UNITS["front"])
def test_no_front_matter_takes_long(tmp_path: Path, start: str, unit: str):
    """As much of anything as front matter can hold is read or refused soon."""
    path = tmp_path / SHELVES["playbook"]
    path.parent.mkdir(parents=True)
    path.write_text("---\n" + start + pile(unit, size(40, 255) * 1024) + "\n---\n", encoding="utf-8")
    began = time.process_time()
    try:
        found = shelves.check(texts.read(tmp_path, SHELVES["playbook"])).faults
    except Faulty as error:
        found = error.faults
    assert time.process_time() - began < SLOWEST
    assert found

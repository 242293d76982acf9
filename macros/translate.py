"""The skeleton of a translation: all that is the same in every language, and a comment for each line that is not.

What is to be written stands as `<!-- translate: … -->` in the place of the words, in the front matter behind `#`.
`tillit check` names each of them until it is replaced, so that nothing half translated is ever built.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from . import bodies, texts, translations
from .languages import language
from .library import Library, Thing
from .shelves import SHELVES, Checked
from .sidebyside import translation_path, word_fields, work_address  # noqa: F401 - the commands name it too
from .texts import DEVELOPERS, SLUG, place

HEADING = re.compile(r"(#{1,6} +)(.*?)( *\{[#.][^{}]*\})? *")
ITEM = re.compile(r"((?:[\s>]*(?:[-*+]|\d+[.)])\s+)?(?:\[[ xX]\]\s+)?[\s>]*)(.*)")
COMMITMENT = re.compile(rf"({SLUG}: )(.*)")
TITLED = re.compile(r'( *!!! +[\w-]+) +("[^"\n]*") *')
OWN_LANGUAGE = re.compile(r"(\]\([^()\s#]*)\.([a-z]{2})\.md(?=[#)\s])")
MARKS = ("<!-- internal -->", "<!-- /internal -->")


class NotMade(Exception):
    """No skeleton can be made; `key` names the words under `cli.translate`."""

    def __init__(self, key: str, **values: object):
        super().__init__(key)
        self.key, self.values = key, values


def find(library: Library, given: str) -> str:
    """The id of a text as typed: whole, without a shelf where only one has it, or a file's path. NotMade if none."""
    id = given.removesuffix("/")
    if where := place(given.removeprefix("./")):
        id = f"{where[0]}/{where[1]}"
    translatable = [one for one in library.ids if not one.startswith(f"{DEVELOPERS}/")]
    if id in translatable:
        return id
    same = [one for one in translatable if one.partition("/")[2] == id.rpartition("/")[2]]
    if len(same) == 1 and "/" not in id:
        return same[0]
    if len(same) > 1:
        raise NotMade("which", found=given, known=", ".join(same))
    raise NotMade("unknown", found=given, known=same or translatable)


def chosen(library: Library, id: str, name: str, source: str | None) -> tuple[Thing, Checked]:
    """The text, and the version of it that is translated from. NotMade where there is none to make."""
    thing = library.things.get(id)
    if thing is None:
        raise NotMade("unreadable", id=id)
    if thing.born == name:
        raise NotMade("born", id=id, language=name)
    if source == name:
        raise NotMade("from-itself", language=name)
    one = thing.versions.get(source or thing.born)
    if one is None:
        raise NotMade("no-version", id=id, language=source, known=", ".join(thing.versions))
    return thing, one


def skeleton(library: Library, thing: Thing, name: str, source: Checked) -> str:
    """The whole file, as it begins."""
    front = [f"translates: {thing.born}", *_front(source)]
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(_body(library, thing, name, source)))
    return "\n".join(["---", *front, "---", body]).rstrip("\n") + "\n"


def places(skeleton: str) -> int:
    """How many places of a skeleton wait for words."""
    return skeleton.count("<!-- translate: ") + len(re.findall(r"(?m)^\w+: #", skeleton))


def write(root: Path, path: str, text: str) -> None:
    """Write a new file. NotMade when something stands there."""
    try:
        texts.write_new(root, path, text)
    except FileExistsError:
        raise NotMade("exists", path=path) from None


# Front matter ---------------------------------------------------------------------------------------------------------


def _front(source: Checked) -> Iterator[str]:
    """Each field for words, empty, the other language's words behind it; what is no personal data is none here too."""
    names = word_fields(source)
    for name in [*names, *({"search_terms"} - {*names})]:
        value = source.text.front.value.get(name)
        words = ", ".join(value) if isinstance(value, list) else value
        yield f"{name}: # {' '.join((words or '').split())}".rstrip()
    if known := source.text.front.value.get("not_personal"):
        yield "not_personal:"
        for one in known:
            inner = ", ".join(f"{key}: {json.dumps(said, ensure_ascii=False)}" for key, said in one.items())
            yield f"  - {{{inner}}}"


# Body -----------------------------------------------------------------------------------------------------------------


def _body(library: Library, thing: Thing, name: str, source: Checked) -> list[str]:
    """The lines below the front matter, one for each line there."""
    lines = _without_remarks(source.text.body).split("\n")
    headings = _fixed_headings(source, name)
    fenced, made = False, []
    for line in lines:
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
            made.append(line)
        elif line.strip() and not fenced:
            made.append(headings.get(line.strip()) or _line(_turned(library, thing, name, line), source))
        else:
            made.append(line)
    return made


def _without_remarks(body: str) -> str:
    """The body without the comments of whoever wrote it, as many lines as before; internal marks stay."""
    kept, last = [], 0
    for start, end in bodies.comments(body):
        if not bodies.INTERNAL.fullmatch(body[start:end]):
            kept += [body[last:start], "\n" * body[start:end].count("\n")]
            last = end
    return "".join([*kept, body[last:]])


def _fixed_headings(source: Checked, name: str) -> dict[str, str]:
    """The headings of a write-up: each language has its own words for them."""
    if SHELVES[source.text.shelf].dialect != "record":
        return {}
    said = language(name).table("sections")
    known = [section for section in source.body.sections if section.id in said]
    return {f"## {section.title}": f"## {said[section.id]}" for section in known}


def _turned(library: Library, thing: Thing, name: str, line: str) -> str:
    """A line whose links lead to the language it will be in, where the text they lead to has it."""
    folder = posixpath.dirname(thing.original.text.path)
    known = {*library.texts, translation_path(thing, name)}

    def turn(match: re.Match) -> str:
        written = f"{match[1].removeprefix('](')}.{name}.md"
        there = posixpath.normpath(posixpath.join(folder, written))
        return f"{match[1]}.{name}.md" if there in known else match[0]

    return OWN_LANGUAGE.sub(turn, line)


def _line(line: str, source: Checked) -> str:
    """One line of the original as the skeleton has it: marks and calls as they are, words in a comment."""
    if line.strip() in MARKS or bodies.INTERNAL.fullmatch(line.strip()):
        return line
    if titled := TITLED.fullmatch(line):
        return f"{titled[1]} {_waiting(titled[2])}"
    if bodies.ADMONITION.match(line):
        return line
    if line.startswith("#") and (heading := HEADING.fullmatch(line)):
        return f"{heading[1]}{_waiting(heading[2])}{heading[3] or ''}"
    if line.lstrip().startswith("|"):
        return "|".join(_cell(cell) for cell in line.split("|"))
    mark, words = ITEM.fullmatch(line).groups()
    if SHELVES[source.text.shelf].dialect == "record" and mark.strip() and (item := COMMITMENT.fullmatch(words)):
        mark, words = mark + item[1], item[2]
    return mark + _waiting(words)


def _cell(cell: str) -> str:
    return f" {_waiting(cell.strip())} " if cell.strip() else cell


def _waiting(words: str) -> str:
    """Words in a comment; what holds none beside macro calls, fields and marks stays as it is."""
    bare = bodies.FIELD.sub("", bodies.CALL.sub("", words))
    if not any(char.isalpha() for char in bare):
        return words
    return f"<!-- translate: {words.replace('-->', '->')} -->"


# Adding what is missing -----------------------------------------------------------------------------------------------


def add_missing(library: Library, thing: Thing, name: str, source: Checked) -> list[str]:
    """Put into a translation the sections that it lacks, each after the one it follows there; return their ids.

    Every other byte stays as it is. NotMade when the translation cannot be read.
    """
    one = thing.versions.get(name)
    if one is None:
        raise NotMade("unreadable-file", path=translation_path(thing, name))
    lacking = [section.id for section in thing.original.body.sections if section.id not in one.body.by_id]
    lacking = [id for id in lacking if id in source.body.by_id]
    if not lacking:
        return []
    path = library.root / one.text.path
    text = path.read_bytes().decode("utf-8")
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)
    newline = re.sub(r"[^\r\n]", "", lines[0])
    if not lines[-1].endswith(("\r", "\n")):
        lines[-1] += newline
    made = _body(library, thing, name, source)
    chunks: dict[int, list[str]] = {}
    for id in lacking:
        at = _place(one, lines, thing.original, id)
        own = _chunk(made, source, id, is_inside=_is_inside(lines[one.text.first_line - 1 : at]))
        chunks.setdefault(at, []).extend(f"{line}{newline}" for line in [*own, ""])
    written = []
    for number, line in enumerate([*lines, ""]):
        if number in chunks:
            if number == len(lines) and lines[-1].strip():
                written.append(newline)
                chunks[number].pop()
            written += chunks[number]
        written.append(line)
    translations.put_in_place(path, "".join(written).encode())
    return lacking


def _place(one: Checked, lines: list[str], original: Checked, id: str) -> int:
    """The line, from 0, before which a section goes: where the next of the original's sections that is here begins."""
    order = [section.id for section in original.body.sections]
    following = next((other for other in order[order.index(id) + 1 :] if other in one.body.by_id), None)
    at = one.body.by_id[following].line - 1 if following else len(lines)
    while following and at > one.text.first_line - 1 and lines[at - 1].strip() in ("", MARKS[0]):
        at -= 1
        if lines[at].strip() == MARKS[0]:
            break
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _is_inside(lines: list[str]) -> bool:
    """Whether what follows these lines stands in an internal block."""
    marks = [line.strip() for line in lines if line.strip() in MARKS]
    return bool(marks) and marks[-1] == MARKS[0]


def _chunk(made: list[str], source: Checked, id: str, is_inside: bool) -> list[str]:
    """A section of the skeleton, by itself: between internal marks of its own when it stood between such."""
    lines = translations.lines_of(source, source.body.by_id[id])
    first, last = (number - source.text.first_line for number in (lines.start, lines.stop))
    was_inside = _is_inside(made[:first])
    own = made[first:last]
    while own and own[-1].strip() in ("", MARKS[0]):
        own.pop()
    opened = was_inside
    for line in own:
        opened = {MARKS[0]: True, MARKS[1]: False}.get(line.strip(), opened)
    if was_inside:
        own = [MARKS[0], "", *own]
    if opened:
        own += ["", MARKS[1]]
    return [line for line in own if line not in MARKS] if is_inside else own

"""A write-up that is not in the repository yet: answers become a file, and a file from the form becomes a branch.

The push is what publishes: nothing is put on a branch here while it holds personal data.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from . import bodies, checks, forms, record, texts
from .faults import Fault, Faulty, shorten
from .languages import language, text_languages
from .library import Library, Thing
from .library import judge as judge_text
from .texts import LONGEST_SLUG

INCIDENTS = "playbooks/incidents"
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]*(?: \d\d:\d\d)?")  # what YAML reads as it stands
NOT_PLAIN = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})  # to other readers of YAML
UNREADABLE = frozenset({"yaml", "no-front-matter", "open-front-matter"})
RECEIVED = re.compile(rf"(\d{{4}}-\d\d-\d\d-{texts.SLUG})\.([a-z]{{2}})\b.*\.md", re.I)  # as browsers rename it, too


class NotMade(Exception):
    """A draft that could not be put where it was asked for. `key` names the words under `cli`."""

    def __init__(self, key: str, **values: str):
        super().__init__(key)
        self.key, self.values = key, values


# Composing ------------------------------------------------------------------------------------------------------------


def name(title: str, filed: date) -> str:
    """The id of a write-up filed on a day: the day and the title as a slug, never longer than a path allows.

    >>> name("Stolen, der knak", date(2026, 3, 14))
    '2026-03-14-stolen-der-knak'
    """
    slug = bodies.slug(title)
    if len(slug) > LONGEST_SLUG:
        slug = slug[:LONGEST_SLUG].rpartition("-")[0] or slug[:LONGEST_SLUG]
    return f"{filed.isoformat()}-{slug}"


def compose(born: str, values: dict[str, Any], told: dict[str, str]) -> str:
    """The file of a write-up: facts and words in the order people are asked for them, and the sections that are told.

    `values` holds what the front matter says by field, `told` the words of each section by its neutral name.
    """
    order = [*forms.names(), *values]
    said = [f"born: {born}"]
    for field in dict.fromkeys(order):
        if field in values and values[field] is not None:
            said += _field(field, values[field])
    headings = language(born).table("sections")
    body = [f"## {headings[id]}\n\n{told[id].strip()}\n" for id in record.SECTIONS if told.get(id, "").strip()]
    return "---\n" + "\n".join(said) + "\n---\n\n" + "\n".join(body)


def _field(field: str, value: Any) -> Iterator[str]:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield f"{field}:"
        yield from (f"  - {_flow(item)}" for item in value)
    else:
        yield f"{field}: {_flow(value)}"


def _flow(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items() if one is not None) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    words = str(value)
    return words if PLAIN.fullmatch(words) and words.lower() not in NOT_PLAIN else json.dumps(words, ensure_ascii=False)


def answers(given: Iterable[str], listed: Container[str] = ()) -> dict[str, Any]:
    """What `field=value` options say: words as they stand; a list or group as in front matter, from its bracket on.

    The fields in `listed` hold several values, which may also be written with commas between. Faulty where a list or
    group cannot be read.
    """
    found: dict[str, Any] = {}
    for one in given:
        field, _, value = one.partition("=")
        is_yaml = value.lstrip()[:1] in ("[", "{")
        if is_yaml:
            found[field] = texts.read_yaml("--set", f"value: {value}\n", first_line=1).value["value"]
        else:
            found[field] = [part.strip() for part in value.split(",")] if field in listed else value
    return found


def judge(library: Library, path: str, source: str) -> tuple[list[Fault], dict[str, list[str]]]:
    """The faults of a draft as if it stood in the repository, and what later stages will ask of it (`record.to_do`)."""
    try:
        checked = judge_text(texts.parse(path, source), library.ground)
    except Faulty as error:
        return error.faults, {}
    if checked.front is None:
        return checked.faults, {}
    thing = Thing(checked.text.id, checked, {checked.text.language: checked})
    together = replace(
        library,
        things={**library.things, thing.id: thing},
        checked={**library.checked, path: checked},
        faults=checked.faults,
    )
    return [one for one in checks.all_faults(together) if one.path == path], record.to_do(checked)


def stops(one: Fault) -> bool:
    """Whether a fault keeps a draft from any branch: it cannot be read, or it names somebody."""
    return one.severity == "error" and (one.line == 0 or one.key in UNREADABLE or one.key == "personal-data")


def thing_of(path: str) -> str:
    """The id of a write-up by its path, without shelf and language."""
    return path.rpartition("/")[2].split(".")[0]


# Putting it where it belongs ------------------------------------------------------------------------------------------


def write(root: Path, path: str, source: str) -> None:
    """Write a draft into the work tree. NotMade when something stands there already."""
    try:
        texts.write_new(root, path, source)
    except FileExistsError:
        raise NotMade("draft-exists", path=path) from None


def receive(file: Path) -> tuple[str, str]:
    """The path in the repository and the text of a file that the form made.

    Faulty when it may not be read as a text, NotMade when its name says neither day nor language.
    """
    source = texts.read_file(file.parent, file.name)
    match = RECEIVED.fullmatch(file.name)
    if not match or match[2].lower() not in text_languages():
        raise NotMade("draft-name", path=shorten(file.name))
    path = f"{INCIDENTS}/{match[1].lower()}.{match[2].lower()}.md"
    texts.parse(path, source)  # where it cannot be read, nobody looks for personal data in it
    return path, source


def branch(root: Path, path: str, source: str, message: str) -> str:
    """Put a draft on a branch of its own, on top of the current commit; the work tree and its index stay untouched.

    Returns the branch's name. NotMade when there is no Git repository, no commit, or the branch is there already.
    """
    wanted = f"write-up/{thing_of(path)}"
    head = _git(root, "rev-parse", "--verify", "HEAD")
    if _has(root, f"refs/heads/{wanted}"):
        raise NotMade("branch-exists", branch=wanted)
    if _has(root, f"HEAD:{_below_top(root)}{path}"):
        raise NotMade("draft-exists", path=path)
    blob = _git(root, "hash-object", "-w", "--stdin", said=source)
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        _git(root, "read-tree", "HEAD", **index)
        _git(root, "update-index", "--add", "--cacheinfo", f"100644,{blob},{_below_top(root)}{path}", **index)
        tree = _git(root, "write-tree", **index)
    commit = _git(root, "commit-tree", tree, "-p", head, "-m", message)
    _git(root, "update-ref", f"refs/heads/{wanted}", commit, "")
    return wanted


GIT = ("git", "-c", "core.quotePath=false")


def _below_top(root: Path) -> str:
    """Where the project lies in its repository: empty, or a folder with a slash."""
    return _git(root, "rev-parse", "--show-prefix")


def _has(root: Path, named: str) -> bool:
    """Whether Git knows an object by this name."""
    asked = subprocess.run([*GIT, "rev-parse", "--verify", "-q", named], cwd=root, capture_output=True)
    return asked.returncode == 0


def _git(root: Path, *command: str, said: str | None = None, **env: str) -> str:
    try:
        run = subprocess.run(
            [*GIT, *command],
            cwd=root,
            input=said and said.encode(),  # as bytes: the locale may have another encoding, and other line ends
            env={**os.environ, **env},
            capture_output=True,
        )
    except FileNotFoundError:
        raise NotMade("no-git") from None
    told, complained = (os.fsdecode(one).rstrip("\n") for one in (run.stdout, run.stderr))
    if run.returncode:
        raise NotMade("git-failed", said=complained.splitlines()[-1] if complained.strip() else command[0])
    return told


# Asking ---------------------------------------------------------------------------------------------------------------


def wanted(
    library: Library, born: str, words: str, stage: str
) -> tuple[list[forms.Question], list[forms.SectionQuestion]]:
    """The questions and sections that a stage asks for, in the contributor's language; headings in the text's own."""
    needed = {*record.NEEDED[stage], "title", "summary", "stage"}
    asked = [one for one in forms.questions(library, language(words)) if one.name in needed]
    return asked, [one for one in forms.sections(language(born)) if f"#{one.id}" in needed]

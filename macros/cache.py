"""What checking a write-up found, kept from run to run: for the texts that there are thousands of.

Of an apology, what the checker said of its words is kept; the rest is found anew, for it takes no time.

A write-up is known by the SHA-256 of its bytes. What is kept of it is what the rules between texts ask for, without its
Markdown tree; whoever asks for more gets it, by reading the text again. Nothing is kept longer than our code, the
libraries it rests on, `company.yml` and the phrases stay as they are, nor of a text that is gone.

The file lies in the project, where a branch of somebody else's could bring one along that says of its texts what it
likes. So it is sealed with a key of this machine's user, and one without the seal counts as none.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, lru_cache
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

from . import checks, library, shelves, texts, translations, wording
from .bodies import Body, Link, Section
from .company import COMPANY
from .faults import Fault, Faulty
from .library import Ground, Library
from .record import PUBLIC_SECTIONS
from .shelves import Checked, Incident, IncidentTranslation
from .texts import Front, Text

KEPT = ".cache/check/write-ups"
WRITE_UPS, APOLOGIES = "incidents", "apologies"
LIBRARIES = ("comrak-ext", "pydantic", "pydantic_core", "PyYAML")  # what they make of a text is what is kept
FEW = 50  # files: that many are read sooner than what is kept of all
CODE = (".py", ".yml", ".txt")
LEFT_BEHIND = 3600  # seconds; a file half written by a run that was killed is older


def load(root: Path, asked: Iterable[str] = (), watch: Callable[[list[str]], Iterable[str]] = iter) -> Library:
    """What `library.load` gives, sooner: each write-up that is as it was is taken from the cache.

    `TILLIT_CACHE` names another folder for it, so that a copy of the project can use the project's own.
    """
    memory = _Memory(root, place(root, Path(KEPT).name))

    def watched(paths: list[str]) -> Iterable[str]:
        memory.is_asked = len(paths) > FEW
        return watch(paths)

    found = library.load(root, judge_file=memory.judge_file, asked=tuple(asked), watch=watched)
    if found.asked is None:
        memory.keep()
    return found


class _Memory:
    """What is kept of each text: by path, the SHA-256 of its bytes and, as JSON, what was found."""

    def __init__(self, root: Path, file: Path):
        self.root, self.file = root, file
        self.now: dict[str, tuple[bytes, bytes]] = {}
        self.is_asked = False

    @cached_property
    def before(self) -> dict[str, tuple[bytes, bytes]]:
        """What the last run kept; nothing where that is not to be trusted any more."""
        try:
            first, *lines = sealed(self.file) or [b""]
            if first != self.state:
                return {}
            return {path.decode(): (mark, found) for path, mark, found in (line.split(b" ", 2) for line in lines)}
        except ValueError:
            return {}

    @cached_property
    def state(self) -> bytes:
        """Changes when anything does that the finding rests on besides the text."""
        return state_of(self.root, (COMPANY, *library.PHRASES)).encode()

    def judge_file(self, root: Path, path: str, ground: Ground) -> Checked:
        """As `library.judge_file`, and the same every time: also what is found now is taken as it is kept."""
        where = texts.place(path)
        if where is None or where[0] not in (WRITE_UPS, APOLOGIES):
            return library.judge_file(root, path, ground)
        raw = texts.read_bytes(root, path)
        if where[0] == WRITE_UPS:
            return _recalled(path, raw, self._kept(path, raw, lambda: _found(path, raw, ground)))
        one = library.judge_unadvised(root, path, ground)
        told = self._kept(path, raw, lambda: _plain_faults(list(wording.faults(one, ground.phrases))))
        one.faults += _faults(path, told)
        return one

    def _kept(self, path: str, raw: bytes, find: Callable[[], Any]) -> Any:
        """What was found of these bytes the last time, else what is found now."""
        mark = sha256(raw).hexdigest().encode()
        known = self.before.get(path) if self.is_asked else None
        if known is None or known[0] != mark:
            known = (mark, json.dumps(find(), separators=(",", ":")).encode())
        self.now[path] = known
        return json.loads(known[1])

    def keep(self) -> None:
        """Write what this run used, and nothing else. Two runs at once write two files, and the later one stays."""
        if self.now != self.before:
            keep(self.file, [self.state, *(b" ".join((path.encode(), *known)) for path, known in self.now.items())])


def state_of(root: Path, paths: Iterable[str]) -> str:
    """Changes when our code or words do, what these rest on, or one of these files of the project."""
    from importlib.metadata import version  # takes longer to load than one file to check

    here = Path(__file__).parent
    said = sha256(repr((sys.version, *map(version, LIBRARIES))).encode())
    for path in sorted(path for path in here.rglob("*") if path.suffix in CODE):
        said.update(f"{path.relative_to(here)}\n".encode() + sha256(path.read_bytes()).digest())
    for path in paths:
        with suppress(OSError):
            said.update(f"{path}\n".encode() + sha256((root / path).read_bytes()).digest())
    return said.hexdigest()


def place(root: Path, name: str) -> Path:
    """Where what is kept under a name lies."""
    elsewhere = os.environ.get("TILLIT_CACHE")
    return Path(elsewhere) / name if elsewhere else root / Path(KEPT).parent / name


def sealed(file: Path) -> list[bytes] | None:
    """The lines that this user kept in a file on this machine; None where that is not to be trusted."""
    try:
        *lines, seal = _read(file).split(b"\n")
        return lines if secrets.compare_digest(seal, _seal(lines)) else None
    except (OSError, ValueError, TypeError):  # a seal in letters that no seal has
        return None


def keep(file: Path, lines: list[bytes]) -> None:
    """Write lines, none with a line end in it, for `sealed` to find."""
    if file.parent.resolve() != file.parent.absolute():
        return  # a link on the way leads to a folder that is not for us to write to
    with suppress(OSError):  # a folder nobody may write to is no reason to fail
        _write(file, b"\n".join([*lines, _seal(lines)]))


def _seal(lines: list[bytes]) -> bytes:
    seal = blake2b(key=_key())
    for line in lines:
        seal.update(line + b"\n")
    return seal.hexdigest().encode()


def _key() -> bytes:
    """This user's key on this machine; made when it is missing. OSError where none can be kept."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tillit"
    with suppress(OSError):
        key = _read(folder / "key")
        if len(key) == 32:
            return key
    _write(folder / "key", secrets.token_bytes(32))
    return _read(folder / "key")


def _read(file: Path) -> bytes:
    """What stands in a plain file. OSError for a link, a pipe or a device, which might never end."""
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(handle, "rb") as opened:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(file)
        return opened.read()


def _write(file: Path, what: bytes) -> None:
    """Put a file in its place whole, readable by its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for left in file.parent.glob(f"{file.name}.part-*"):
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - LEFT_BEHIND:
                left.unlink()
    handle, part = tempfile.mkstemp(prefix=f"{file.name}.part-", dir=file.parent)
    try:
        with open(handle, "wb") as out:
            out.write(what)
        os.replace(part, file)
    finally:
        with suppress(OSError):
            os.unlink(part)


# What is kept of a text -----------------------------------------------------------------------------------------------


def _found(path: str, raw: bytes, ground: Ground) -> dict[str, Any]:
    """Everything that the rules between texts ask of a write-up, as plain data."""
    try:
        text = texts.parse(path, texts.decoded(path, raw))
    except Faulty as error:
        return {"unreadable": _plain_faults(error.faults)}
    one = library.judge(text, ground)
    found = {
        "front": text.front.value,
        "first_line": text.first_line,
        "faults": _plain_faults(one.faults),
        "body": _plain_body(one.body),
        "understood": one.front is not None,
    }
    if one.front is not None:
        found["memo"] = {"commitments": checks.commitment_words(one), "numbers": translations.numbers(one)}
        if isinstance(one.front, Incident):
            found["memo"]["fingerprints"] = translations.fingerprints(one)
        if isinstance(one.front, IncidentTranslation) or one.front.audience == "public":
            found["public"] = _public(one)
    return found


def _public(one: Checked) -> dict[str, Any]:
    """What outsiders may see of a body, found without parsing it again where no part can change how another is read."""
    if one.body.faults or "<!--" in one.text.body:
        return _plain_body(one.public)
    top, *others = one.body.sections
    ends = [*(section.line for section in others[1:]), one.text.first_line + one.body.height]
    shown = [(section, end) for section, end in zip(others, ends, strict=False) if section.id in PUBLIC_SECTIONS]
    links = [link for section, end in shown for link in one.body.links if section.line <= link.line < end]
    return _plain_body(replace(one.body, sections=[top, *(section for section, _ in shown)], links=links))


def _plain_faults(faults: list[Fault]) -> list[list]:
    return [[one.line, one.column, one.field, one.key, one.values, one.severity] for one in faults]


def _plain_body(body: Body) -> dict[str, Any]:
    return {
        "height": body.height,
        "sections": [[*_plain_section(one), [_plain_section(part) for part in one.parts]] for one in body.sections],
        "links": [[link.url, link.line, link.column, link.picture] for link in body.links],
    }


def _plain_section(one: Section) -> list:
    return [one.id, one.title, one.line]


# And how it comes back ------------------------------------------------------------------------------------------------


def _recalled(path: str, raw: bytes, found: dict[str, Any]) -> Checked:
    """The write-up that was kept. Faulty when it could not be read."""
    if "unreadable" in found:
        raise Faulty(*_faults(path, found["unreadable"]))
    return _Recalled(path, raw, found)


def _faults(path: str, plain: list[list]) -> list[Fault]:
    return [
        Fault(path, line, column, field, key, tuple(map(tuple, values)), severity)
        for line, column, field, key, values, severity in plain
    ]


@lru_cache(maxsize=64)
def _text(path: str, raw: bytes) -> Text:
    return texts.parse(path, texts.decoded(path, raw))


@lru_cache(maxsize=16)  # few, for trees are large
def _whole(path: str, raw: bytes) -> Checked:
    return shelves.check(_text(path, raw))


class _Recalled(Checked):
    """A write-up from the cache: what is not kept is read again by whoever asks for it."""

    def __init__(self, path: str, raw: bytes, found: dict[str, Any]):
        text = _RecalledText(path, raw, found)
        front = shelves.validate(path, text.front, shelves.model_of(text))[0] if found["understood"] else None
        body = _RecalledBody(path, raw, found["body"], lambda one: one.body)
        super().__init__(text, front, body, _faults(path, found["faults"]), found.get("memo", {}))
        if "public" in found:
            self.public = _RecalledBody(path, raw, found["public"], lambda one: one.public)


class _RecalledText(Text):
    def __init__(self, path: str, raw: bytes, found: dict[str, Any]):
        front = _RecalledFront(path, raw, found["front"])
        names = ("path", "shelf", "thing", "language", "front", "first_line", "raw")
        values = (path, *texts.place(path), front, found["first_line"], raw)
        for name, value in zip(names, values, strict=True):
            object.__setattr__(self, name, value)  # a text is frozen

    @property
    def head(self) -> str:
        return _text(self.path, self.raw).head

    @property
    def body(self) -> str:
        return _text(self.path, self.raw).body


class _RecalledFront(Front):
    def __init__(self, path: str, raw: bytes, value: dict[str, Any]):
        for name, one in (("path", path), ("raw", raw), ("value", value)):
            object.__setattr__(self, name, one)

    @property
    def marks(self) -> dict[tuple, tuple[int, int]]:
        return _text(self.path, self.raw).front.marks


class _RecalledBody(Body):
    def __init__(self, path: str, raw: bytes, found: dict[str, Any], of: Callable[[Checked], Body]):
        self.path, self.raw, self.of = path, raw, of
        self.height, self.calls, self.faults = found["height"], [], []
        self.links = [Link(*link) for link in found["links"]]
        self.sections = [_RecalledSection(self, (i,), *section) for i, section in enumerate(found["sections"])]

    @property
    def whole(self) -> Body:
        return self.of(_whole(self.path, self.raw))

    @property
    def source(self) -> str:
        return self.whole.source


class _RecalledSection(Section):
    def __init__(self, body: _RecalledBody, at: tuple, id: str, title: str, line: int, parts: Iterable[list] = ()):
        made = tuple(_RecalledSection(body, (*at, i), *part) for i, part in enumerate(parts))
        values = {"body": body, "at": at, "id": id, "title": title, "line": line, "classes": (), "parts": made}
        for name, value in values.items():
            object.__setattr__(self, name, value)  # a section is frozen

    @property
    def nodes(self) -> tuple:
        section = self.body.whole.sections[self.at[0]]
        for i in self.at[1:]:
            section = section.parts[i]
        return section.nodes

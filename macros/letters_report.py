"""`tillit letters`: a table in, a file of messages out, and one of the rows left out, each with its reason."""

from __future__ import annotations

import difflib
import json
import os
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from . import advice, checks, composer, letters, many, runs, tables, texts
from .apology_report import HALF
from .faults import Faulty, shorten
from .languages import language
from .letters import ROW_COLUMNS, Batch, Choice, Letter, Problem, fold
from .library import DATA_FILES, Library
from .tables import BOM, Table, Unreadable

LETTERS, LEFT_OUT = "letters.csv", "left-out.csv"
NO_COLUMN = "no-column"  # the key of a problem that is the table's, not the row's
MOST_TOLD = 20  # rows left out that are named in the terminal; the file names all


class Refused(Exception):
    """Nothing was made. `key` names the words under `letters.command`, `values` fill them in."""

    def __init__(self, key: str, hint: str = "", **values: Any):
        super().__init__(key)
        self.key, self.hint, self.values = key, hint, values


STOPS = (Refused, Unreadable, Faulty)


@dataclass(frozen=True)
class Run:
    """What came of one table."""

    library: Library
    table: Table
    batch: Batch
    seed: int
    paths: tuple[Path, Path] | None


def why(error: Exception, words: str) -> Iterator[str]:
    """Why nothing was made: for each of `STOPS`, in this language."""
    said = language(words)
    if isinstance(error, Faulty):
        yield from (one.say(words) for one in error.faults)
        yield said.say("letters.command.faulty")
    elif isinstance(error, Refused):
        told = said.say(f"letters.command.{error.key}").format(**error.values)
        yield f"{told} {said.say('faults.did-you-mean', hint=error.hint)}" if error.hint else told
    else:
        yield said.say(f"letters.files.{error.key}").format(**error.values)


# Making ---------------------------------------------------------------------------------------------------------------


def paths_of(root: Path, situation: str) -> list[str]:
    """The files that hold a situation's apology in each language. Refused when there is none."""
    known = {path: where for path in texts.walk(root) if (where := texts.place(path)) and where[0] == "apologies"}
    found = [path for path, where in known.items() if where[1] == situation]
    if not found:
        near = difflib.get_close_matches(situation, {where[1] for where in known.values()}, n=1)
        raise Refused("no-situation", near[0] if near else "", found=shorten(situation))
    return found


def choice(library: Library, situation: str, name: str, country: str, channel: str, given: Sequence[str]) -> Choice:
    """What options say of all rows. Refused when one of them means nothing."""
    found = {}
    for one in given:
        field, sign, value = one.partition("=")
        is_text = not HALF.search(value)  # bytes of the command line that are no text come as these
        if not sign or not field.strip() or not is_text:
            raise Refused("bad-set", found=shorten(one))
        found[field.strip()] = value
    channels = dict(many.channels())
    wanted = channels.get(fold(channel))
    if wanted is None:
        raise Refused("no-such-channel", found=shorten(channel), known=", ".join(dict.fromkeys(channels.values())))
    return Choice(situation, name, country, wanted, found)


def run(
    library: Library, raw: bytes, choice: Choice, mapped: Sequence[str], out: Path | None, force: bool, words: str
) -> Run:
    """Make the letters of a table and, with a folder `out`, write both files.

    `mapped` are `Column=field`. Unreadable when the bytes are no table; Faulty when the texts have faults; Refused when
    an option means nothing, or a file is there already.
    """
    ground = [*paths_of(library.root, choice.situation), *DATA_FILES]
    if faults := [one for one in checks.all_faults(library) if one.severity == "error" and one.path in ground]:
        raise Faulty(*faults)
    edition = library.edition("internal")
    data = {name: composer.data(edition, name) for name in edition.languages}
    known = many.known(edition, composer.homes(edition), data)
    _check(known, choice)
    paths = _paths(out, force) if out else None
    table = tables.read(raw)
    batch = Batch(table.header, _meanings(table.header, known, choice.situation, mapped), known, choice)
    if paths:
        _write(paths, table, batch, force, words)
    else:
        for number, cells in table.rows:
            batch.add(number, cells)
    return Run(library, table, batch, zlib.adler32(raw), paths)


def _check(known: dict[str, Any], choice: Choice) -> None:
    """Whether the values for all rows are those of fields, and the language and country are ours."""
    fields = letters.fields_of(known, choice.situation)
    for given in choice.values:
        name, _, only = given.partition(".")
        if name not in fields or (only and only not in known["texts"]):
            raise Refused("no-such-field", found=shorten(given))
    for chosen, ours in ((choice.language, known["texts"]), (choice.country, known["phones"])):
        if chosen and chosen not in ours:
            raise Refused("not-ours", found=chosen, known=", ".join(ours))


def _meanings(header: list[str], known: dict[str, Any], situation: str, mapped: Sequence[str]) -> list[str]:
    """What each column is, where `Column=field` goes before the column's own title; `Column=` carries it over."""
    titles = {fold(title): i for i, title in reversed(list(enumerate(header)))}
    asked: dict[int, str] = {}
    for one in mapped:
        title, sign, name = one.rpartition("=")
        if not sign or not title:
            raise Refused("bad-map", found=shorten(one))
        if fold(title) not in titles:
            raise Refused("no-such-column", found=shorten(title))
        asked[titles[fold(title)]] = _field(name, known, situation) if name else ""
    given = [name for name in asked.values() if name]
    if twice := next((name for name in given if given.count(name) > 1), None):
        raise Refused("mapped-twice", found=twice)
    try:
        found = letters.targets(header, known, situation)
    except Unreadable:
        if not asked:
            raise
        found = [""] * len(header)
    return [asked.get(i, "" if name in given else name) for i, name in enumerate(found)]


def _field(name: str, known: dict[str, Any], situation: str) -> str:
    """The field or column of a row that somebody means."""
    useful = (*ROW_COLUMNS, *letters.fields_of(known, situation))
    found = name if name in useful else known["names"]["columns"].get(fold(name))
    if found not in useful:
        raise Refused("no-such-field", found=shorten(name))
    return found


# Writing --------------------------------------------------------------------------------------------------------------


def _paths(out: Path, force: bool) -> tuple[Path, Path]:
    paths = out / LETTERS, out / LEFT_OUT
    for path in paths:
        if os.path.lexists(path) and not force:
            raise Refused("exists", path=path)
    return paths


def _write(paths: tuple[Path, Path], table: Table, batch: Batch, force: bool, words: str) -> None:
    """Both files, each whole or not at all; one that would hold nothing is not written.

    Whatever stops it, nothing half done stays: it would hold customers' messages. Refused when, without `force`, a file
    has come to stand in one of the places meanwhile, as of another run.
    """
    try:
        paths[0].parent.mkdir(parents=True, exist_ok=True)
        with runs.stopped_in_order(), ExitStack() as stack:
            good, bad = (stack.enter_context(_Beside(path)) for path in paths)
            good.file.write(tables.line(batch.titles()))
            for number, cells in table.rows:
                if letter := batch.add(number, cells):
                    good.file.write(tables.line(letter.cells))
            for line in left_out_lines(batch, words):
                bad.file.write(line)
            for one in (good, bad):
                one.file.close()  # a disk that is full says so here, before either is in its place
            for one in () if force else (good, bad):
                one.claim()
            good.keep(bool(batch.made))
            bad.keep(bool(batch.left_out))
    except OSError as error:
        raise Refused("unwritable", path=error.filename or paths[0].parent, why=error.strerror) from None


class _Beside:
    """A file that is written beside its place and takes it when it is whole."""

    def __init__(self, path: Path):
        self.path, self.is_claimed = path, False

    def __enter__(self) -> _Beside:
        number, self.name = tempfile.mkstemp(dir=self.path.parent, prefix=".tillit-")
        self.file: TextIO = os.fdopen(number, "w", encoding="utf-8", newline="")
        self.file.write(BOM)
        return self

    def claim(self) -> None:
        """Let the place be this run's alone, by an empty file. Refused when something stands there."""
        try:
            self.path.touch(exist_ok=False)
        except FileExistsError:
            raise Refused("exists", path=self.path) from None
        self.is_claimed = True

    def keep(self, is_wanted: bool) -> None:
        """Put it in its place; one that is not wanted leaves none there."""
        if is_wanted:
            os.replace(self.name, self.path)
        else:
            self.path.unlink(missing_ok=True)
        self.is_claimed = False

    def __exit__(self, *error: object) -> None:
        try:
            with suppress(OSError):  # what a full disk did not take is not wanted any more
                self.file.close()
        finally:
            Path(self.name).unlink(missing_ok=True)
            if self.is_claimed:
                self.path.unlink(missing_ok=True)


def left_out_lines(batch: Batch, words: str) -> Iterator[str]:
    """The rows left out as lines of CSV: number and reasons, then the row as it came, to be mended and read again."""
    titles = language(words).table("letters.titles")
    own = (titles["row"], titles["reason"])
    yield tables.line([*own, *tables.unique(batch.header, own)])
    for number, cells, found in batch.left_out:
        yield tables.line([str(number), " ".join(_why(one, batch, words) for one in found), *cells])


# Telling --------------------------------------------------------------------------------------------------------------


def say(one: Problem, batch: Batch, words: str) -> str:
    """A problem with its row and column, in this language."""
    said, column = language(words), column_of(one, batch, words)
    problem = message(one, batch, words)
    return said.say("letters.row-column" if column else "letters.row", row=one.row, column=column, problem=problem)


def _why(one: Problem, batch: Batch, words: str) -> str:
    column = column_of(one, batch, words)
    return f"{column}: {message(one, batch, words)}" if column else message(one, batch, words)


def column_of(one: Problem, batch: Batch, words: str) -> str:
    """The title of the column, else what the missing one would be called; empty where it is the row."""
    if one.column >= 0:
        return letters.shown(batch.header[one.column])
    return _called(one.field, batch, words) if one.field else ""


def _called(name: str, batch: Batch, words: str) -> str:
    """What a field or a column of ours is called in a language; its own name where that language calls it nothing."""
    data = batch.known["texts"].get(words, {"fields": {}})
    called = language(words).table("letters.columns").get(name) or [name]
    return data["fields"].get(name, {}).get("label") or called[0]


def message(one: Problem, batch: Batch, words: str) -> str:
    """What was found and how to mend it, in this language."""
    said = language(words)
    values = {"found": one.found, **one.values}
    if one.key == "no-text":
        values["language"] = said.words.get("languages", {}).get(values["language"], language(values["language"]).name)
        values["channel"] = said.words.get("channels", {}).get(values["channel"], values["channel"])
    if one.key.startswith("unknown-"):
        values["known"] = ", ".join(_known(one.field, batch, words))
    return said.say(f"letters.problems.{one.key}").format(**values)


def _known(what: str, batch: Batch, words: str) -> Iterator[str]:
    """The ids that a cell may name, with what they are called."""
    said = language(words)
    for id in dict.fromkeys(batch.known["names"][letters.NAMED[what]].values()):
        called = language(id).name if what == "language" else said.words.get(letters.NAMED[what], {}).get(id)
        yield f"{id} ({called})" if called else id


def notes(table: Table, batch: Batch, words: str) -> Iterator[str]:
    """How the table was read."""
    said = language(words)
    for key in table.notes:
        yield said.say(f"letters.notes.{key}")
    if unknown := [shorten(title) for title, name in zip(batch.header, batch.meanings, strict=True) if not name]:
        yield said.say("letters.notes.carried").format(columns=", ".join(unknown))
    if batch.key >= 0:
        yield said.say("letters.notes.key", column=shorten(batch.header[batch.key]))
    else:
        yield said.say("letters.notes.no-key")


def judged(done: Run) -> Iterator[tuple[letters.Used, list[str], tuple[advice.Flaw, ...]]]:
    """Each template used, with what is missing and what spoils it in the first message made of it."""
    for used in done.batch.used.values():
        phrases = done.library.ground.phrases(used.language)
        if phrases is None:
            continue
        found = advice.advise(used.first.text, phrases)
        texts = done.batch.known["texts"][used.language]["apologies"][done.batch.choice.situation]
        left = texts["leaves"].get(used.channel, ())
        yield used, [one for one, said in found.components.items() if not said and one not in left], found.flaws


def lines(done: Run, words: str, asked: Sequence[int] = ()) -> Iterator[str]:
    """The report, line by line; `asked` are rows whose messages are shown too."""
    said, batch = language(words), done.batch
    for title, name in zip(batch.header, batch.meanings, strict=True):
        if name:
            yield said.say("letters.command.column", column=shorten(title), field=name)
    yield from notes(done.table, batch, words)
    yield from _same_words(batch, words)
    yield from _problems(batch, words)
    for used, missing, flaws in judged(done):
        channel = said.words.get("channels", {}).get(used.channel, used.channel)
        name = language(used.language).name
        yield said.say("letters.command.template", language=name, channel=channel, count=used.letters)
        if missing:
            components = ", ".join(said.table("components")[one] for one in missing)
            yield "  " + said.say("letters.command.missing", components=components)
        for flaw in flaws:
            told = said.say("faults.wording", found=flaw.text, advice=flaw.message(words), better=flaw.better)
            yield f"  {flaw.code}: {told}"
    yield from _previews(done, words, asked)


def _problems(batch: Batch, words: str) -> Iterator[str]:
    """A column that is lacking is told once, with how many rows wait for it; then what is wrong row by row."""
    said = language(words)
    lacking = Counter(one.field for one in batch.problems if one.key == NO_COLUMN)
    for name, count in lacking.items():
        yield said.say("letters.command.lacking", field=name, label=_called(name, batch, words), count=count)
    others = [one for one in batch.problems if one.key != NO_COLUMN]
    for one in others[:MOST_TOLD]:
        yield say(one, batch, words)
    if (more := len(others) - MOST_TOLD) > 0:
        yield said.say("letters.command.more", count=more)


def _same_words(batch: Batch, words: str) -> Iterator[str]:
    """Words given for all rows although these are in several languages: in most of them they are wrong."""
    used = list(dict.fromkeys(name for name, _ in batch.used))
    for field in batch.choice.values:
        fields = [one for name in used if (one := batch.known["texts"][name]["fields"].get(field))]
        if fields and fields[0]["type"] == "text" and len({one["example"] for one in fields}) > 1:
            yield language(words).say("letters.command.same-words", field=field, language=used[-1])


def _previews(done: Run, words: str, asked: Sequence[int]) -> Iterator[str]:
    """Some messages in full: those asked for, and where nothing is written those worth a look."""
    said, rows = language(words), dict(done.table.rows)
    chosen = [("asked", row) for row in asked] or ([] if done.paths else done.batch.picks(done.seed))
    for why, row in chosen:
        letter, problems = done.batch.compose(row, rows[row]) if row in rows else (None, [])
        if letter is None:
            yield said.say("letters.command.not-made", row=row)
            yield from (say(one, done.batch, words) for one in problems)
        else:
            yield said.say("letters.command.preview", row=row, why=said.say(f"letters.picks.{why}"))
            yield from _shown(letter)


def _shown(letter: Letter) -> Iterator[str]:
    if letter.subject:
        yield letter.subject
        yield ""
    yield from letter.text.split("\n")
    yield ""


def sums(done: Run, words: str) -> Iterator[str]:
    """How many messages were made, how many rows were left out, and where they are."""
    said, made, left = language(words), len(done.batch.made), len(done.batch.left_out)
    good, bad = done.paths or (None, None)
    if not made:
        yield said.say("letters.command.none-made")
    else:
        yield said.say(f"letters.command.{'made' if good else 'ready'}").format(count=made, path=good)
    if left:
        yield said.say(f"letters.command.{'left-out' if bad else 'left'}").format(count=left, path=bad)


def write_data(done: Run, path: str, force: bool, words: str) -> None:
    """Write the report as JSON; to standard output where the path is `-`."""
    if path == "-":
        print(data(done, words))
        return
    try:
        with open(path, "w" if force else "x", encoding="utf-8") as file:
            file.write(data(done, words) + "\n")
    except FileExistsError:
        raise Refused("exists", path=path) from None
    except OSError as error:
        raise Refused("unwritable", path=path, why=error.strerror) from None


def data(done: Run, words: str) -> str:
    """The report as JSON."""
    batch = done.batch
    made = {
        "made": len(batch.made),
        "left_out": len(batch.left_out),
        "files": [str(path) for path in done.paths or () if path.exists()],
        "columns": dict(zip(batch.header, batch.meanings, strict=True)),
        "notes": list(notes(done.table, batch, words)),
        "templates": [
            {
                "language": used.language,
                "channel": used.channel,
                "letters": used.letters,
                "missing": missing,
                "flaws": [{"code": one.code, "text": one.text, "message": one.message(words)} for one in flaws],
            }
            for used, missing, flaws in judged(done)
        ],
        "previews": [{"row": row, "why": why} for why, row in batch.picks(done.seed)],
        "problems": [
            {
                "row": one.row,
                "column": column_of(one, batch, words),
                "key": one.key,
                "found": one.found,
                "message": message(one, batch, words),
            }
            for one in batch.problems
        ],
    }
    return json.dumps(made, ensure_ascii=False, indent=2)

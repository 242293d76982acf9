"""`tillit`: check texts, keep translations in step, build an edition."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, NoReturn

import click

from . import cache, checks, drafts, forms, github, library, record, review, runs, templates, texts, translations
from .bench import measure
from .faults import Fault, Faulty, fault, shorten
from .interview import Interview
from .languages import FALLBACK, country_ids, language, message_language, text_languages
from .library import EDITIONS, Library
from .progress import watched
from .texts import place

ROOT = Path(__file__).resolve().parent.parent


class Say:
    """The words of the language that messages are wanted in."""

    def __init__(self, words: str):
        self.words = words

    def __call__(self, key: str, **values: object) -> str:
        return language(self.words).say(f"cli.{key}", **values)


class Given(click.File):
    """A file, or standard input where there is one."""

    def convert(self, value, param, context):
        try:
            return super().convert(value, param, context)
        except RuntimeError:  # `-` with standard input closed
            self.fail("standard input is closed", param, context)


def _name_of(file: BinaryIO) -> str:
    """What messages call a file; what is piped in need not have a name, and is called `-`."""
    name = getattr(file, "name", "<stdin>")
    return "-" if name == "<stdin>" else name


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--messages",
    type=click.Choice([FALLBACK, *text_languages(), "no"]),
    help="Language of messages. Default: TILLIT_MESSAGES, then the locale.",
)
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), default=ROOT, hidden=True)
@click.pass_context
def main(context: click.Context, messages: str | None, root: Path) -> None:
    """Tillit: a playbook for putting our own mistakes right.

    \b
    Begin with:
      tillit check                         every fault in every text, and how to mend it
      tillit translations                  what is missing or behind
      tillit translate ID --language nb    a translation begun, all but the words
      tillit review                        what is due to be read again
      tillit build public                  the edition for outside readers
    """
    context.obj = {"say": Say(message_language(messages)), "root": root.resolve()}


def _load(context: click.Context) -> Library:
    """All texts, sooner than the site reads them: what a command writes or shows is the same."""
    return _read(context, ())


def _read(context: click.Context, asked: Sequence[str]) -> Library:
    words = context.obj["say"]("reading")
    return cache.load(context.obj["root"], asked, lambda paths: watched(paths, words))


def _path(context: click.Context, given: str) -> str:
    """A path as typed, from where the user stands or from the project's root, as the library names it."""
    root, say = context.obj["root"], context.obj["say"]
    if not given:  # an unset variable of a script, say, and not the whole project
        raise click.ClickException(say("empty-path"))
    for base in (Path.cwd(), root):
        full = Path(os.path.normpath(base / given))
        for one in _behind_links(full) if os.path.lexists(full) else ():
            if one.is_relative_to(root):
                return one.relative_to(root).as_posix()
    raise click.ClickException(say("no-such-path", path=shorten(given, 4096)))


def _behind_links(full: Path) -> Iterator[Path]:
    """A path as it stands, then with the links on its way followed; a link in a text's own place stays one."""
    yield full
    yield full.resolve() if full.is_dir() else full.parent.resolve() / full.name


@main.command()
@click.argument("paths", nargs=-1, metavar="[PATH]…")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github"]),
    default="text",
    show_default=True,
    help="github: as commands that mark the lines of a pull request.",
)
@click.pass_context
def check(context: click.Context, paths: tuple[str, ...], form: str) -> None:
    """Print every fault of every text, or only of these files and folders.

    \b
    Each line says where, what was found, what was expected and how to mend it:
      playbooks/situations/late-delivery.da.md:4:11: reviewed: …
    Exits with 1 when there are errors. Notes alone do not fail.
    Spelling and terms are among them, where hunspell is installed; a build never fails by those.
    Of a write-up that is named, it also says what its next stage will ask for.
    """
    from . import proofreading

    say: Say = context.obj["say"]
    wanted = [_path(context, path) for path in paths]
    every = list(texts.walk(context.obj["root"]))
    for path, given in zip(wanted, paths, strict=True):
        if not any(checks.is_at(one, path) for one in every):
            raise click.ClickException(say("no-such-path", path=shorten(given, 4096)))
    found = _read(context, wanted)
    proofs = proofreading.proofread(found)
    faults = sorted({*checks.all_faults(found), *proofs.faults()})
    checked = list(found.checked)
    if wanted:
        faults = checks.of_paths(faults, wanted)
        checked = [path for path in checked if any(checks.is_at(path, one) for one in wanted)]
    for one in faults:
        click.echo(github.annotation(one, say.words) if form == "github" else one.say(say.words))
    for path in dict.fromkeys(wanted):
        if one := found.by_path(path):
            for line in _later(say, path, record.to_do(one)):
                click.echo(github.notice(path, line) if form == "github" else line)
    if proofs.without:
        click.echo(say("words.no-dictionary", languages=", ".join(proofs.without)), err=True)
    errors = [one for one in faults if one.severity == "error"]
    if errors:
        click.echo(say("faults", count=len(errors), files=len({one.path for one in errors})), err=True)
        sys.exit(1)
    if faults:
        click.echo(say("warnings", count=len(faults)), err=True)
    if not wanted and (line := proofreading.lix_line(proofs, say.words)):
        click.echo(line, err=True)
    click.echo(say("all-well", texts=len(checked)), err=True)


@main.command()
@click.argument("paths", nargs=-1, metavar="[FILE]…")
@click.pass_context
def words(context: click.Context, paths: tuple[str, ...]) -> None:
    """Print of every text, or of these files and folders: its words, its LIX, words nobody knows, words to replace.

    \b
    LIX is words a sentence and long words in per cent: below 40 is easy, above 50 is for lawyers.
      playbooks/situations/late-delivery.da.md: 412 words, LIX 29
    A word that is right but in no dictionary is put into playbooks/spelling/<language>.yml under its reason.
    A word with a better one stands in playbooks/glossary.yml under avoid or beware.
    """
    from . import proofreading

    say: Say = context.obj["say"]
    wanted = [_path(context, path) for path in paths]
    proofs = proofreading.proofread(_read(context, wanted))
    for path in proofs.found:
        if not wanted or any(checks.is_at(path, one) for one in wanted):
            click.echo(proofreading.text_line(proofs, path, say.words))
    if proofs.without:
        click.echo(say("words.no-dictionary", languages=", ".join(proofs.without)), err=True)
    if not wanted and (line := proofreading.lix_line(proofs, say.words)):
        click.echo(line, err=True)


@main.group(name="translations", invoke_without_command=True)
@click.option("--language", "only", type=click.Choice(text_languages()), help="Only translations into this language.")
@click.pass_context
def translations_group(context: click.Context, only: str | None) -> None:
    """List translations that are missing, behind their original, or never compared with it.

    \b
    To begin or go on with one:
      tillit translate situations/late-delivery --language nb
    After you have brought one up to date, or seen that nothing needs changing:
      tillit translations accept playbooks/situations/late-delivery.nb.md
    """
    if context.invoked_subcommand:
        return
    say: Say = context.obj["say"]
    states = language(say.words).table("cli.state")
    named: dict[str, int] = {}
    for thing, name, state in translations.report(_load(context)):
        if only in (None, name):
            seen = thing.versions[name].front.seen if state.behind else None
            behind = f" ({', '.join(state.behind)}; {seen.on})" if seen else ""
            click.echo(f"{thing.id}\t{name}\t{states[state.kind]}{behind}")
            named[name] = named.get(name, 0) + 1
    if named:
        pages = ", ".join("/" + texts.address(texts.DOCS, "translations", name) for name in named)
        click.echo(say("translate.pages", pages=pages), err=True)
    else:
        click.echo(say("nothing-behind"), err=True)


@translations_group.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The date to write; default: today.")
@click.pass_context
def accept(context: click.Context, paths: tuple[str, ...], today: datetime | None) -> None:
    """Write into translations that they were compared with their originals as these are now.

    PATH is a translation, or a folder of which all translations are accepted.
    """
    say: Say = context.obj["say"]
    found = _load(context)
    day = today.date() if today else date.today()
    chosen, broken = [], set()  # all paths are understood before the first file is written
    for given in paths:
        path = _path(context, given)
        below = [at for at in (*found.checked, *found.unreadable) if checks.is_at(at, path)]
        if not below:
            raise click.ClickException(say("no-such-text", found=given))
        for at in dict.fromkeys(below):
            one = found.by_path(at)
            thing = found.things.get(one.text.id) if one else None
            if thing is None or one not in thing.versions.values():
                broken.add(place(at)[:2] if place(at) else at)
            elif one is not thing.original:
                chosen.append((thing, one))
            elif at == path:
                raise click.ClickException(say("accept-original", path=path))
    faults = [f for f in checks.all_faults(found) if broken & {f.path, (place(f.path) or ())[:2]}] if broken else []
    for thing, one in chosen:
        try:
            done = translations.accept(found.root, thing, one.text.language, day)
        except Faulty as refused:
            faults += refused.faults
            continue
        key = "accepted" if done else "accepted-already"
        click.echo(say(key, path=one.text.path, original=thing.original.text.path))
    accepted = {one.text.path for _, one in chosen}
    if accepted:  # what counts as compared must agree: said now, not at the next check
        faults += [f for f in checks.all_faults(_load(context)) if f.path in accepted and f not in faults]
    faults = [one for one in faults if one.severity == "error"]
    for one in faults:
        click.echo(one.say(say.words))
    if faults:
        click.echo(say("faults", count=len(faults), files=len({one.path for one in faults})), err=True)
        sys.exit(1)


@main.command()
@click.argument("id")
@click.option(
    "--language", "name", type=click.Choice(text_languages()), required=True, help="The language to write in."
)
@click.option(
    "--from", "source", type=click.Choice(text_languages()), help="Translate from this; default: the original."
)
@click.option(
    "--to", type=click.Path(dir_okay=False, allow_dash=True), metavar="FILE|-", help="Write here; - prints it."
)
@click.option("--add-missing", "add", is_flag=True, help="Add to a translation the sections that it lacks.")
@click.option("--look", is_flag=True, help="Show the translation beside its original; write nothing.")
@click.pass_context
def translate(
    context: click.Context, id: str, name: str, source: str | None, to: str | None, add: bool, look: bool
) -> None:
    """Begin a translation: a file that holds everything but the words. ID is a text, such as situations/late-delivery.

    \b
      tillit translate situations/late-delivery --language nb            writes the file
      tillit translate situations/late-delivery --language nb --to -     only prints it
      tillit translate docs/learning --language sv --from nb             the Norwegian words to translate from
      tillit translate process/apologise --language sv --add-missing     what the original has got since
      tillit translate process/apologise --language sv --look            side by side, with the words that changed
    Each line to translate stands as <!-- translate: … --> where its translation goes; headings, ids, blocks, links
    and macro calls are there already. It never writes over a file. tillit check names what is left to do.
    """
    from . import translate as skeletons

    say: Say = context.obj["say"]
    if sum((to is not None, add, look)) > 1:
        raise click.UsageError(say("translate.one-of"))
    found = _load(context)
    try:
        thing, one = skeletons.chosen(found, skeletons.find(found, id), name, source)
        path = skeletons.translation_path(thing, name)
        if look:
            _look(found, thing, name, source, say)
        elif add:
            if not (found.root / path).exists():
                raise skeletons.NotMade("not-there", path=path)
            added = skeletons.add_missing(found, thing, name, one)
            key = "added" if added else "nothing-missing"
            click.echo(say(f"translate.{key}", path=path, sections=", ".join(added)))
        else:
            made = skeletons.skeleton(found, thing, name, one)
            if to == "-":
                click.echo(made, nl=False)
                return
            skeletons.write(Path.cwd() if to else found.root, to or path, made)
            click.echo(say("translate.written", path=to or path, count=skeletons.places(made)))
    except skeletons.NotMade as error:
        raise click.ClickException(_unknown(say, error, "translate")) from None
    if not look:
        click.echo(say("translate.next", path=path), err=True)
    click.echo(say("translate.page", address=skeletons.work_address(thing.id, name)), err=True)


def _look(found: Library, thing: library.Thing, name: str, source: str | None, say: Say) -> None:
    """A translation beside its original, in the terminal."""
    from . import history, look, sidebyside  # what they need takes time to load that the other commands need not spend

    for line in look.lines(sidebyside.work(found, thing, name, history.History(found.root), source), say.words):
        click.echo(line)


def _unknown(say: Say, error: Exception, group: str) -> str:
    """Why a command could not do what it was asked to; of an id that names nothing, which are alike."""
    if error.key == "unknown":
        return fault("", (0, 0), "unknown-text", **error.values).message(say.words)
    return say(f"{group}.{error.key}", **error.values)


@main.group(name="review", invoke_without_command=True)
@click.option("--owner", metavar="ROLE", help="Only texts of this role, such as customer-service-manager.")
@click.option("--language", "only", type=click.Choice(text_languages()), help="Only texts written in this language.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(0, 3650), help="How far to look ahead.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day to count from; default: today.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_context
def review_group(
    context: click.Context, owner: str | None, only: str | None, days: int, today: datetime | None, as_json: bool
) -> None:
    """List the texts that are overdue or soon due to be read again: law first, then by date.

    \b
    Each line: the day it is due, how many days are left, whose it is, the text.
    When you have read one and nothing has to change:
      tillit review done situations/late-delivery
    """
    if context.invoked_subcommand:
        return
    say: Say = context.obj["say"]
    found, day = _load(context), today.date() if today else date.today()
    roles = found.company.roles if found.company else {}
    if owner is not None and owner not in roles:
        raise click.ClickException(fault("", (0, 0), "unknown-role", found=owner, known=roles).message(say.words))
    listed = [
        one for one in review.due(found, day, days) if owner in (None, one.owner) and only in (None, one.thing.born)
    ]
    if as_json:
        click.echo(json.dumps([one.data(day) for one in listed], ensure_ascii=False, indent=2))
        return
    for one in listed:
        click.echo(f"{one.day}\t{(one.day - day).days:>4}\t{one.owner}\t{one.thing.id}")
    overdue = sum(one.day < day for one in listed)
    key = "overdue" if listed else "none"
    click.echo(say(f"review.{key}", overdue=overdue, soon=len(listed) - overdue, days=days), err=True)


@review_group.command(name="done")
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day they were read; default: today.")
@click.pass_context
def review_done(context: click.Context, ids: tuple[str, ...], today: datetime | None) -> None:
    """Write into originals that they were read and need no change: one or many, by id.

    Only the date behind reviewed: changes. A day that has not come yet is refused.
    """
    say: Say = context.obj["say"]
    day = today.date() if today else date.today()
    if day > date.today():
        raise click.ClickException(say("review.future", found=day))
    found, refused = _load(context), []
    try:
        chosen = list(review.told(found, ids))  # all are understood before the first file is written
    except review.NotDone as error:
        raise click.ClickException(_unknown(say, error, "review")) from None
    for thing in dict.fromkeys(chosen):
        path, due = thing.original.text.path, review.months_later(day, thing.facts.review_months)
        try:
            before = review.done(found, thing, day)
        except review.NotDone as error:
            refused.append(_unknown(say, error, "review"))
            continue
        key = "done" if before else "already"
        click.echo(say(f"review.{key}", path=path, date=day, before=before, due=due))
    if refused:
        raise click.ClickException("\n".join(refused))


@main.command()
@click.argument("edition", type=click.Choice(EDITIONS))
@click.option("--to", type=click.Path(path_type=Path), help="Folder to build into; default: site/<edition>.")
@click.pass_context
def build(context: click.Context, edition: str, to: Path | None) -> None:
    """Build an edition into site/<edition>.

    It is built beside and swapped in when it is whole: a build that fails leaves the last site as it was.
    """
    say: Say = context.obj["say"]
    root: Path = context.obj["root"]
    target = (to or root / "site" / edition).absolute()
    found = library.load(root)
    mine, others = checks.edition_faults(found.edition(edition))
    notes = [one for one in others if one.severity == "warning"]
    others = [one for one in others if one.severity == "error"]
    for key, some in (("others", others), ("warnings", notes)):
        if some:
            click.echo(say(key, count=len(some)), err=True)
        for one in some:
            click.echo("  " + one.say(say.words), err=True)
    for one in mine:
        click.echo(one.say(say.words))
    if mine:
        click.echo(say("faults", count=len(mine), files=len({one.path for one in mine})), err=True)
        raise click.ClickException(say("build-failed", path=target))
    started = time.monotonic()
    try:
        pages = runs.build(root, edition, target, lambda line: click.echo(line, err=True))
    except runs.Refused as error:
        raise click.ClickException(say(error.key, path=target)) from None
    seconds = f"{time.monotonic() - started:.1f}"
    click.echo(say("built", edition=edition, path=_short(target), pages=pages, seconds=seconds))


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


@main.command()
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="Where it is served.")
@click.pass_context
def cms(context: click.Context, port: int) -> None:
    """Write about an incident in the browser, at /admin/ on this machine (needs Node).

    What you save becomes a branch cms/…; the branch you are on and the files here stay as they are.
    """
    from . import cms_local  # servers take time to load that the other commands need not spend

    root: Path = context.obj["root"]
    said = language(context.obj["say"].words)
    try:
        commit = cms_local.prepare(root)
        with cms_local.serving(_load(context), port) as server:
            address = f"http://127.0.0.1:{port}/admin/"
            click.echo(said.say("cms.run.started", address=address, commit=commit))
            server.serve_forever()
    except cms_local.Refused as error:
        raise click.ClickException(said.say(f"cms.run.{error.key}", **error.values)) from None
    except KeyboardInterrupt:
        pass


@main.command()
@click.argument("file", type=Given("rb"), metavar="FILE|-")
@click.option("--language", "name", type=click.Choice(text_languages()), help="Default: the one in the file's name.")
@click.option("--json", "form", flag_value="json", help="One JSON array.")
@click.option("--jsonl", "form", flag_value="jsonl", help="One JSON object a line.")
@click.pass_context
def privacy(context: click.Context, file: BinaryIO, name: str | None, form: str | None) -> None:
    """Print what looks like personal data in a file, or in what is piped in (-).

    Exits with 1 when something is certain, with 2 when the file cannot be read as text.
    """
    from . import privacy_report  # what it needs takes time to load that the other commands need not spend

    say: Say = context.obj["say"]
    path = _name_of(file)
    try:
        found = privacy_report.read(context.obj["root"], path, file.read(texts.LARGEST_FILE + 1), name)
    except Faulty as error:
        click.echo(error.faults[0].say(say.words), err=True)
        sys.exit(2)
    for line in privacy_report.lines(path, found, form, say.words):
        click.echo(line)
    if any(one.hit.level == "error" for one in found):
        sys.exit(1)


@main.command()
@click.argument("file", type=Given("rb"), metavar="FILE|-")
@click.option("--language", "name", type=click.Choice(text_languages()), required=True, help="The message's language.")
@click.option("--json", "form", flag_value="json", help="One JSON object.")
@click.option(
    "--jsonl", "form", flag_value="jsonl", help="A line a message, in and out: a JSON string, or one as `text`."
)
@click.option("--strict", is_flag=True, help="Exit with 1 when something is missing or spoils it.")
@click.pass_context
def apology(context: click.Context, file: BinaryIO, name: str, form: str | None, strict: bool) -> None:
    """Say what an apology holds and what spoils it: FILE, or what is piped in (-).

    \b
    It looks for five components (value restored, responsibility, explanation,
    solution, regret) and for phrases that make an apology worse, and offers better ones.
    It advises; a message can hold all five and still not be meant.
    FILE is one message in plain text, or with --jsonl many, each on a line as JSON.
    Exits with 2 when the file cannot be read as text, or a line of many is no message.
    """
    from . import advice, apology_report

    say: Say = context.obj["say"]
    path = _name_of(file)
    try:
        phrases = advice.rules(context.obj["root"], name)
        raw = file.read(apology_report.LARGEST_BATCH + 1)
        found = apology_report.read(path, raw, phrases, batch=form == "jsonl")
    except Faulty as error:
        for one in error.faults:
            click.echo(one.say(say.words), err=True)
        sys.exit(2)
    for line in apology_report.lines(path, found, form, say.words):
        click.echo(line)
    if strict and not all(one.is_clean for one in found):
        sys.exit(1)


@main.command()
@click.argument("situation")
@click.argument("file", type=Given("rb"), metavar="FILE|-")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write into; else a look only.")
@click.option("--channel", default="email", show_default=True, help="Of rows that name none.")
@click.option("--language", "name", type=click.Choice(text_languages()), help="Of rows that name none.")
@click.option("--country", type=click.Choice(country_ids()), help="Of rows that name none; default: the language's.")
@click.option("--map", "mapped", multiple=True, metavar="COLUMN=FIELD", help="What a column is; no FIELD: carried.")
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="The same for all; FIELD.sv: in Swedish.")
@click.option("--row", "rows", multiple=True, type=int, metavar="NUMBER", help="Show the message of this row.")
@click.option("--json", "report", type=click.Path(allow_dash=True), metavar="FILE|-", help="Write the report as JSON.")
@click.option("--partly", is_flag=True, help="Exit with 0 also when rows were left out.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.pass_context
def letters(
    context: click.Context,
    situation: str,
    file: BinaryIO,
    out: Path | None,
    channel: str,
    name: str | None,
    country: str | None,
    mapped: tuple[str, ...],
    given: tuple[str, ...],
    rows: tuple[int, ...],
    report: str | None,
    partly: bool,
    force: bool,
) -> None:
    """Make one apology for each row of a CSV FILE, or of what is piped in (-).

    \b
    Columns are found by the names or labels of fields, in any language. These say it for a row:
    language, country, channel, currency. Other columns come along as they are.
      tillit letters late-delivery customers.csv --language sv --set sender_name=Sam --out letters
    Writes letters.csv and, when rows were left out, left-out.csv with the reasons.
    Exits with 1 when rows were left out, with 2 when nothing could be made of the file.
    """
    from . import letters_report, tables  # what they need takes time to load that the other commands need not spend

    say: Say = context.obj["say"]
    try:
        found = _read(context, letters_report.paths_of(context.obj["root"], situation))
        choice = letters_report.choice(found, situation, name or "", country or "", channel, given)
        done = letters_report.run(found, file.read(tables.LARGEST_FILE + 1), choice, mapped, out, force, say.words)
        told = list(letters_report.lines(done, say.words, rows))
        if report:
            letters_report.write_data(done, report, force, say.words)
    except letters_report.STOPS as error:
        for line in letters_report.why(error, say.words):
            click.echo(line, err=True)
        sys.exit(2)
    for line in told:
        click.echo(line, err=report == "-")
    for line in letters_report.sums(done, say.words):
        click.echo(line, err=True)
    if not done.batch.made or (done.batch.left_out and not partly):
        sys.exit(1)


@main.command()
@click.option(
    "--runs", "times", default=5, show_default=True, type=click.IntRange(1, 100), help="How often each is run."
)
@click.pass_context
def bench(context: click.Context, times: int) -> None:
    """Measure checking and building, each as a whole process: median and extremes in seconds, memory in MB.

    Of the checker of apologies and of a key in the composer: milliseconds, as the name of the line says.

    Machines are noisy: compare figures of one run with each other, not with those of another day.
    """
    click.echo(f"{'':<18}{'median s':>10}{'least':>8}{'most':>8}{'MB':>8}   ({times} runs)")
    try:
        for one in measure(context.obj["root"], times):
            least, most = min(one.seconds), max(one.seconds)
            click.echo(f"{one.name:<18}{one.median:>10.2f}{least:>8.2f}{most:>8.2f}{one.megabytes:>8.0f}")
    except RuntimeError as error:
        raise click.ClickException(str(error)) from None


@main.group()
def new() -> None:
    """Begin a new text: a write-up of something that went wrong."""


@new.command()
@click.option("--language", "born", type=click.Choice(text_languages()), help="The language you write in.")
@click.option("--set", "fields", multiple=True, metavar="FIELD=VALUE", help="Answer a question here instead of below.")
@click.option("--section", "parts", multiple=True, metavar="ID=TEXT", help="What a section says: what-happened=…")
@click.option("--from", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The form's file.")
@click.option("--date", "filed", type=click.DateTime(["%Y-%m-%d"]), help="The day it is filed; default: today.")
@click.pass_context
def incident(
    context: click.Context,
    born: str | None,
    fields: tuple[str, ...],
    parts: tuple[str, ...],
    file: Path | None,
    filed: datetime | None,
) -> None:
    """Write down something that went wrong: asks what the stage needs, one question after the other.

    \b
    Without questions, all by options:
      tillit new incident --language da --set stage=notice --set title="Forkerte datoer" …
    From the file that a colleague made with the form: it becomes a branch of its own, your files stay as they are.
      tillit new incident --from 2026-11-21-forkerte-datoer.da.md
    """
    say: Say = context.obj["say"]
    try:
        if file is not None:
            _receive(context, file)
        else:
            _begin(context, born, fields, parts, filed.date() if filed else date.today())
    except drafts.NotMade as error:
        raise click.ClickException(say(f"new.{error.key}", **error.values)) from None


def _receive(context: click.Context, file: Path) -> None:
    """A file of the form becomes a branch, unless it cannot be read or names somebody."""
    say: Say = context.obj["say"]
    try:
        path, source = drafts.receive(file)
    except Faulty as error:
        _refuse(say, error.faults)
    faults, later = drafts.judge(_load(context), path, source)
    stopping = [one for one in faults if drafts.stops(one)]
    if stopping:
        _refuse(say, stopping)
    made = drafts.branch(context.obj["root"], path, source, say("new.commit", thing=drafts.thing_of(path)))
    _tell(say, path, faults, later)
    key = "new.branched-half" if any(one.severity == "error" for one in faults) else "new.branched"
    click.echo(say(key, branch=made, path=path))


def _tell(say: Say, path: str, faults: list[Fault], later: dict[str, list[str]]) -> None:
    """What is wrong with a write-up, and what later stages will ask of it."""
    for one in faults:
        click.echo(one.say(say.words))
    for line in _later(say, path, later):
        click.echo(line)


def _later(say: Say, path: str, later: dict[str, list[str]]) -> Iterator[str]:
    """What the next stage asks for; those after it have time."""
    said = language(say.words)
    for stage, lacks in list(later.items())[:1]:
        what = "; ".join(record.call(lacks, said))
        yield f"{path}: " + say("to-do", when=said.say(f"record.when.{stage}"), what=what)


def _refuse(say: Say, faults: list) -> NoReturn:
    for one in faults:
        click.echo(one.say(say.words))
    raise click.ClickException(say("new.refused"))


def _begin(context: click.Context, born: str | None, fields: tuple, parts: tuple, filed: date) -> None:
    say: Say = context.obj["say"]
    found = _load(context)
    born = born or (say.words if say.words in text_languages() else None)
    if born is None:
        raise click.UsageError(say("new.which-language", languages=", ".join(text_languages())))
    values = {"owner": found.company.write_ups.owner} if found.company else {}
    listed = {one.name for one in forms.questions(found, language(born)) if one.kind in ("choices", "lines")}
    try:
        values |= drafts.answers(fields, listed)
    except Faulty as error:
        raise click.UsageError(error.faults[0].message(say.words)) from None
    asked = Interview(found, born, say.words, f"{drafts.INCIDENTS}/{filed}-new.{born}.md", values)
    asked.told |= _sections(say, parts)
    is_asked = sys.stdin.isatty()
    try:
        if is_asked:
            asked.ask()
            while asked.ask_again(filed):
                pass
    except click.Abort:  # what was answered until then is not lost
        asked.take_back(filed)
        if "title" not in asked.values:
            raise
    path, source = asked.draft(filed)
    faults, later = drafts.judge(found, path, source)
    errors = [one for one in faults if one.severity == "error"]
    if any(map(drafts.stops, errors)) or (errors and not is_asked):
        _refuse(say, faults)
    drafts.write(context.obj["root"], path, source)
    _tell(say, path, faults, later)
    key = "new.written-half" if errors else "new.written"
    click.echo(say(key, path=path, branch=f"write-up/{drafts.thing_of(path)}"))


def _sections(say: Say, parts: tuple[str, ...]) -> dict[str, str]:
    """What `id=text` options say of sections."""
    told = dict(part.partition("=")[::2] for part in parts)
    if unknown := next((id for id in told if id not in record.SECTIONS), None):
        raise click.UsageError(say("new.no-such-section", found=unknown, known=", ".join(record.SECTIONS)))
    return told


@main.command()
@click.pass_context
def schema(context: click.Context) -> None:
    """Write the schema for editors and the templates to copy, made from the definition of a write-up.

    Run it after a change of fields, roles or situations; a test says when it was forgotten.
    """
    for path, content in templates.files(_load(context)).items():
        target = context.obj["root"] / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8", newline="\n")
        click.echo(path)


def run() -> None:
    """The command as it is started; a disk that is full, or a file that cannot be written, is one line.

    A terminal or file that is not in UTF-8 gets a question mark for each character it cannot hold.
    """
    for stream in filter(None, (sys.stdout, sys.stderr)):  # one that is closed is none
        stream.reconfigure(errors="replace")
    try:
        main(prog_name="tillit")
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left in the buffer has nowhere to go
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"tillit: {where}{error.strerror}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    run()

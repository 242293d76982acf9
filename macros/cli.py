"""`tillit`: check texts, keep translations in step, build an edition."""

from __future__ import annotations

import os
import sys
import time
from datetime import date, datetime
from pathlib import Path

import click

from . import checks, library, runs, texts, translations
from .bench import measure
from .faults import Faulty
from .languages import FALLBACK, language, message_language, text_languages
from .library import EDITIONS, Library
from .texts import place

ROOT = Path(__file__).resolve().parent.parent


class Say:
    """The words of the language that messages are wanted in."""

    def __init__(self, words: str):
        self.words = words

    def __call__(self, key: str, **values: object) -> str:
        return language(self.words).say(f"cli.{key}", **values)


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
      tillit build public                  the edition for outside readers
    """
    context.obj = {"say": Say(message_language(messages)), "root": root.resolve()}


def _load(context: click.Context) -> Library:
    return library.load(context.obj["root"])


def _path(context: click.Context, given: str) -> str:
    """A path as typed, from where the user stands or from the project's root, as the library names it."""
    root: Path = context.obj["root"]
    for base in (Path.cwd(), root):
        full = Path(os.path.normpath(base / given))
        if os.path.lexists(full) and full.is_relative_to(root):
            return full.relative_to(root).as_posix()
    raise click.ClickException(context.obj["say"]("no-such-path", path=given))


@main.command()
@click.argument("paths", nargs=-1, metavar="[PATH]…")
@click.pass_context
def check(context: click.Context, paths: tuple[str, ...]) -> None:
    """Print every fault of every text, or only of these files and folders.

    \b
    Each line says where, what was found, what was expected and how to mend it:
      playbooks/situations/late-delivery.da.md:4:11: reviewed: …
    Exits with 1 when there are errors. Notes alone do not fail.
    """
    say: Say = context.obj["say"]
    wanted = [_path(context, path) for path in paths]
    every = list(texts.walk(context.obj["root"]))
    for path, given in zip(wanted, paths, strict=True):
        if not any(checks.is_at(one, path) for one in every):
            raise click.ClickException(say("no-such-path", path=given))
    found = _load(context)
    faults = checks.all_faults(found)
    checked = list(found.checked)
    if wanted:
        faults = checks.of_paths(faults, wanted)
        checked = [path for path in checked if any(checks.is_at(path, one) for one in wanted)]
    for one in faults:
        click.echo(one.say(say.words))
    errors = [one for one in faults if one.severity == "error"]
    if errors:
        click.echo(say("faults", count=len(errors), files=len({one.path for one in errors})), err=True)
        sys.exit(1)
    if faults:
        click.echo(say("warnings", count=len(faults)), err=True)
    click.echo(say("all-well", texts=len(checked)), err=True)


@main.group(name="translations", invoke_without_command=True)
@click.option("--language", "only", type=click.Choice(text_languages()), help="Only translations into this language.")
@click.pass_context
def translations_group(context: click.Context, only: str | None) -> None:
    """List translations that are missing, behind their original, or never compared with it.

    \b
    After you have brought one up to date, or seen that nothing needs changing:
      tillit translations accept playbooks/situations/late-delivery.nb.md
    """
    if context.invoked_subcommand:
        return
    say: Say = context.obj["say"]
    states = language(say.words).table("cli.state")
    lines = 0
    for thing, name, state in translations.report(_load(context)):
        if only in (None, name):
            seen = thing.versions[name].front.seen if state.behind else None
            behind = f" ({', '.join(state.behind)}; {seen.on})" if seen else ""
            click.echo(f"{thing.id}\t{name}\t{states[state.kind]}{behind}")
            lines += 1
    if not lines:
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
    for fault in faults:
        click.echo(fault.say(say.words))
    if faults:
        click.echo(say("faults", count=len(faults), files=len({one.path for one in faults})), err=True)
        sys.exit(1)


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
@click.option(
    "--runs", "times", default=5, show_default=True, type=click.IntRange(1, 100), help="How often each is run."
)
@click.pass_context
def bench(context: click.Context, times: int) -> None:
    """Measure checking and building, each as a whole process: median and extremes in seconds, memory in MB.

    Machines are noisy: compare figures of one run with each other, not with those of another day.
    """
    click.echo(f"{'':<18}{'median s':>10}{'least':>8}{'most':>8}{'MB':>8}   ({times} runs)")
    try:
        for one in measure(context.obj["root"], times):
            least, most = min(one.seconds), max(one.seconds)
            click.echo(f"{one.name:<18}{one.median:>10.2f}{least:>8.2f}{most:>8.2f}{one.megabytes:>8.0f}")
    except RuntimeError as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main(prog_name="tillit")

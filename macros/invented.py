"""Write-ups by the thousand, invented: to measure what many of them cost.

The facts are those of the small project's closed write-ups, moved in time. The words are sentences of the write-ups
that are here, shuffled: so each text reads like one of ours and says nothing.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from . import shelves, texts, translations
from .languages import language, text_languages
from .record import COMMITMENTS, SECTIONS

SMALL_PROJECT = "tests/mini_site"
SHELF = "playbooks/incidents"
CLOSED = SECTIONS[:8]  # the sections of a closed record
SENTENCES = 44  # a text of about 4.5 KB, its front matter counted
FEWEST_SENTENCES = 20  # of a language, for its texts to differ
LINK = "[{title}](../situations/late-delivery.{language}.md#offer)."


@dataclass(frozen=True)
class Frame:
    """The facts of a write-up as lines, and the ids that its sections must put words to."""

    facts: str
    ids: dict[str, list[str]]


def project(root: Path, folder: Path, count: int, seed: int = 1) -> int:
    """Put the small project of `root` and `count` write-ups more into `folder`; the number of files they make.

    A third is public; a third is translated into every other language, and counts as compared.
    """
    shutil.copytree(root / SMALL_PROJECT, folder, dirs_exist_ok=True)
    dice = random.Random(seed)
    said = dict(_sentences(root))
    frames = list(_frames(folder))
    files = 0
    for number in range(count):
        born, *others = dice.sample(sorted(said), len(said))
        frame = dice.choice(frames)
        thing = f"{date(2010, 1, 1) + timedelta(number)}-invented-{number}"
        audience = "public" if number % 3 == 0 else "internal"
        facts = _moved(frame.facts, dice.randrange(4_000))
        front = f"born: {born}\naudience: {audience}\n{facts}\n"
        _write(folder, thing, born, front, _words(dice, said[born], born, frame))
        files += 1
        if number % 3 == 1:
            original = shelves.check(texts.read(folder, f"{SHELF}/{thing}.{born}.md"))
            marks = "\n".join(f"    {id}: {mark}" for id, mark in translations.fingerprints(original).items())
            for other in others:
                front = f"translates: {born}\nseen:\n  on: 2026-11-01\n  sections:\n{marks}\n"
                _write(folder, thing, other, front, _words(dice, said[other], other, frame))
                files += 1
    return files


def _write(folder: Path, thing: str, name: str, front: str, words: str) -> None:
    (folder / SHELF / f"{thing}.{name}.md").write_text(f"---\n{front}{words}", encoding="utf-8")


def _sentences(root: Path) -> Iterator[tuple[str, list[str]]]:
    """Each language with the sentences of its write-ups: without numbers, which would have to agree in translations."""
    for name in text_languages():
        lines = [
            line
            for path in sorted((root / SHELF).glob(f"*.{name}.md"))
            for line in path.read_text(encoding="utf-8").split("\n---\n", 1)[-1].split("\n")
            if re.fullmatch(r"\w[^\d\[\]<>{}`*_|\\]{20,200}[.!?»”]", line)
        ]
        if len(lines) >= FEWEST_SENTENCES:
            yield name, lines


def _frames(folder: Path) -> Iterator[Frame]:
    for path in sorted((folder / SHELF).glob("*.md")):
        one = shelves.check(texts.read(folder, path.relative_to(folder).as_posix()))
        if isinstance(one.front, shelves.Incident) and one.front.stage == "closed":
            _, front, _ = path.read_text(encoding="utf-8").split("---\n", 2)
            kept = re.sub(r"^(born|audience|title|summary|search_terms): .*\n", "", front, flags=re.M)
            ids = {section: [item.id for item in getattr(one.front, group)] for section, group in COMMITMENTS.items()}
            yield Frame(kept.strip(), ids)


def _moved(facts: str, days: int) -> str:
    """The facts with every date later by so many days."""
    return re.sub(
        r"\d{4}-\d\d-\d\d", lambda match: str(date.fromisoformat(match[0]) + timedelta(days)), facts, flags=re.A
    )


def _words(dice: random.Random, sentences: list[str], name: str, frame: Frame) -> str:
    """Title, summary and body in one language."""
    chosen = iter(dice.choices(sentences, k=SENTENCES + 3))
    title, summary = next(chosen)[:100], next(chosen)
    lines = [f"title: {_quoted(title)}", f"summary: {_quoted(summary)}", "---"]
    headings = language(name).table("sections")
    for section in CLOSED:
        lines += ["", f"## {headings[section]}", ""]
        ids = frame.ids.get(section, [])
        lines += [f"- {id}: {next(chosen)}" for id in ids]
        lines += [next(chosen) for _ in range(SENTENCES // len(CLOSED) - len(ids))]
        if section == "what-happened":
            lines.append(LINK.format(title=next(chosen).rstrip(".!?»”"), language=name))
    return "\n".join(lines) + "\n"


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"

"""Asking for a write-up at the terminal: one question after the other, each answer checked before the next."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import click

from . import drafts, forms, privacy, record, texts
from .faults import Fault, Faulty, fault
from .forms import Question, SectionQuestion
from .languages import language
from .library import Library
from .shelves import Incident, validate

SKIP = "-"  # leaves out what may be left out


class Interview:
    """The questions of one write-up; `values` and `told` are what was answered, beginning with what was given."""

    def __init__(self, library: Library, born: str, words: str, path: str, given: dict[str, Any]):
        self.library, self.born, self.words, self.path = library, born, words, path
        self.say = lambda key, **values: language(words).say(f"cli.new.{key}", **values)
        self.values: dict[str, Any] = dict(given)
        self.told: dict[str, str] = {}
        self._fields = {one.name: one for one in forms.questions(library, language(words))}
        self._sections = {f"#{one.id}": one for one in forms.sections(language(born))}

    def ask(self) -> None:
        """Ask the stage, then everything it needs that was not given."""
        if "stage" not in self.values:
            asked, _ = drafts.wanted(self.library, self.born, self.words, record.STAGES[0])
            self._field(next(one for one in asked if one.name == "stage"))
        asked, sections = drafts.wanted(self.library, self.born, self.words, self.values["stage"])
        for one in asked:
            if one.name not in self.values:
                self._field(one)
        for section in sections:
            if section.id not in self.told:
                self._section(section)

    def draft(self, filed: date) -> tuple[str, str]:
        """The path and the text of what was answered."""
        path = f"{drafts.INCIDENTS}/{drafts.name(str(self.values.get('title', '')), filed)}.{self.born}.md"
        return path, drafts.compose(self.born, self.values, self.told)

    def ask_again(self, filed: date) -> bool:
        """Ask for every answer again that only the whole draft is refused for; whether there was one."""
        refused = self.take_back(filed)
        for name, one in refused.items():
            click.secho(f"\n{one.message(self.words)}", fg="yellow")
            if name in self._fields:
                self._field(self._fields[name])
            else:
                self._section(self._sections[name])
        return bool(refused)

    def take_back(self, filed: date) -> dict[str, Fault]:
        """Forget every answer, a field or `#section`, that the draft is refused for; each with its first fault."""
        path, source = self.draft(filed)
        faults, _ = drafts.judge(self.library, path, source)
        refused: dict[str, Fault] = {}
        for one in filter(drafts.stops, faults):
            name = self._answered(source, one)
            if name in self._fields or name in self._sections:
                refused.setdefault(name, one)
        for name in refused:
            self._forget(name)
        return refused

    def _answered(self, source: str, one: Fault) -> str:
        """The field or `#section` that a fault of the draft stands in; its file's name is made of the title."""
        if not one.line:
            return "title"
        above = source.split("\n")[one.line - 1 :: -1]
        headings = {f"## {heading}": id for id, heading in language(self.born).table("sections").items()}
        if section := next((headings[line] for line in above if line in headings), None):
            facts = record.COMMITMENTS.get(section)
            return facts if self.values.get(facts) else f"#{section}"
        return next((match[1] for line in above if (match := re.match("([a-z_]+):", line))), "")

    def _forget(self, name: str) -> None:
        self.values.pop(name, None)
        for section in record.SECTIONS:
            if name in (f"#{section}", record.COMMITMENTS.get(section)):
                self.told.pop(section, None)

    def _field(self, one: Question) -> None:
        click.secho(f"\n{one.label}", bold=True, nl=False)
        click.echo(f"  {one.help}")
        may_skip = one.name in record.MAY_LACK
        if one.kind == "group":
            self.values[one.name] = self._group(one.inner) if not may_skip or self._wants() else None
        elif one.kind == "list":
            self.values[one.name] = self._list(one)
        else:
            self.values[one.name] = self._answer(one, may_skip)

    def _answer(self, one: Question, may_skip: bool, above: str = "") -> Any:
        self._show_options(one)
        while True:
            said = click.prompt(self.say("skip", mark=SKIP) if may_skip else "", default="", show_default=False).strip()
            if said == SKIP and may_skip:
                return None
            value = self._chosen(one, said)
            fault = self._fault(one, value, above)
            if fault is None:
                return value
            click.secho(f"  {fault}", fg="yellow")

    def _show_options(self, one: Question) -> None:
        for number, (value, words) in enumerate(one.options, 1):
            click.echo(f"  {number:>2}  {words}" + (f" ({value})" if value != words else ""))
        if one.kind in ("choices", "lines"):
            click.echo(f"  {self.say('several')}")

    def _chosen(self, one: Question, said: str) -> Any:
        """What was typed as a value: a choice by its number, its name or its words, several with commas between."""
        if one.kind in ("choices", "lines"):
            return [self._one(one, part.strip()) for part in said.split(",") if part.strip()]
        return self._one(one, said)

    def _one(self, one: Question, said: str) -> str:
        if one.options and said.isdecimal() and 1 <= int(said) <= len(one.options):
            return one.options[int(said) - 1][0]
        named = {words.casefold(): value for value, words in one.options}
        return named.get(said.casefold(), said)

    def _fault(self, one: Question, value: Any, above: str) -> str | None:
        """What is wrong with an answer, in words; None when nothing is."""
        if value in ("", []):
            return self.say("needed")
        values = [value] if isinstance(value, str) else value
        if one.options and (unknown := next((part for part in values if part not in dict(one.options)), None)):
            return self.say("not-listed", found=unknown)
        if somebody := self._names_somebody(" ".join(values), is_id=one.name == "id"):
            return somebody
        if above:  # a part of a group: checked when the group is whole
            return None
        source = drafts.compose(self.born, {one.name: value}, {})
        try:
            text = texts.parse(self.path, source)
        except Faulty as error:
            return error.faults[0].message(self.words)
        _, found = validate(self.path, text.front, Incident)
        mine = [fault for fault in found if fault.field.split(".")[0] == one.name]
        return mine[0].message(self.words) if mine else None

    def _names_somebody(self, said: str, is_id: bool = False) -> str | None:
        """What is said of personal data in an answer; None when there is none that is certain."""
        company = self.library.company
        search = privacy.find_in_id if is_id else privacy.find
        for hit in search(said, language=self.born, allowed=company.own_contacts if company else ()):
            if hit.level == "error":
                return fault(self.path, (0, 0), "personal-data", found=hit.value, kind=hit.kind).message(self.words)
        return None

    def _group(self, inner: tuple[Question, ...]) -> dict[str, Any]:
        said = {}
        for one in inner:
            click.echo(f"  {one.label}: {one.help}")
            said[one.name] = self._answer(one, not one.required, above="group")
        return {name: value for name, value in said.items() if value is not None}

    def _list(self, one: Question) -> list[dict[str, Any]]:
        found = []
        while self._wants(again=bool(found)):
            item = self._group(one.inner)
            found.append(item)
            section = next(id for id, facts in record.COMMITMENTS.items() if facts == one.name)
            self.told[section] = self.told.get(section, "") + self._words(item["id"])
        return found

    def _words(self, id: str) -> str:
        """The line of a section that puts words to an item."""
        while True:
            words = click.prompt(f"  {self.say('words', id=id)}", default="", show_default=False)
            line = f"- {id}: {words}\n"
            somebody = self._names_somebody(line)
            if somebody is None:
                return line
            click.secho(f"  {somebody}", fg="yellow")

    def _wants(self, again: bool = False) -> bool:
        return click.confirm(self.say("another" if again else "any"), default=False)

    def _section(self, section: SectionQuestion) -> None:
        account = record.ACCOUNTS.get(section.id)
        if account and self.values.get(account):
            return
        click.secho(f"\n{section.heading}", bold=True, nl=False)
        click.echo(f"  {section.placeholder}  {self.say('empty-line')}")
        lines: list[str] = []
        while line := click.prompt(">", prompt_suffix=" ", default="", show_default=False):
            told = "\n".join([*lines, line])  # the lines above may say what a number is
            if somebody := self._names_somebody(told):
                click.secho(f"  {somebody}", fg="yellow")
            else:
                lines.append(line)
        self.told[section.id] = "\n".join(lines)

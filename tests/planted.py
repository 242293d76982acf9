"""Faults planted in the small project, as data: what is changed, and every fault that must then be found.

    a promise without words:                        # the case's name
      accepted: before                              # or after: then all translations count as compared
      changes:
        playbooks/process/apologise.da.md:
          "words that stand there": "other words"   # all of them are replaced
        docs/new.da.md: "a whole new file"
        docs/old.da.md: null                        # taken away
      faults: ["playbooks/process/apologise.da.md:4:1 field-missing"]
      says: "the English message of the first fault"

`faults` are all there are, notes too (`note path:line:column key`). Cases in one file stand by themselves.
"""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from conftest import MINI, ROOT, Project

from macros import cli, library, spelling, translations
from macros.faults import Fault, Faulty

CASES = ROOT / "tests" / "cases"
COMPARED_ON = date(2026, 11, 1)
MESSAGES = ("en", "da", "sv", "nb")


class Texts(Project):
    """The small project's texts alone: enough to check, not to build."""

    def __init__(self, root: Path):
        self.root = root
        shutil.copytree(MINI, root)

    def apply(self, changes: dict[str, Any]) -> None:
        for path, change in changes.items():
            if change is None:
                self.path(path).unlink()
            elif isinstance(change, str):
                self.write(path, change)
            else:
                for old, new in change.items():
                    self.change(path, old, new)

    def accept_all(self) -> None:
        """Let every translation count as compared with its original as it is now."""
        found = library.load(self.root)
        for thing in found.things.values():
            for name in thing.versions:
                translations.accept(self.root, thing, name, COMPARED_ON)


def tillit(project: Texts, *args: str) -> Result:
    """Run the command on the project, in this process; nothing but its own exit ends it."""
    done = CliRunner().invoke(cli.main, ["--root", str(project.root), *args])
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    return done


def all_files(project: Texts) -> dict[Path, bytes]:
    """Every file of the project with its bytes, but for what is kept from run to run."""
    files = (path for path in project.root.rglob("*") if path.is_file() and ".cache" not in path.parts)
    return {path: path.read_bytes() for path in files}


@functools.cache
def cases(folder: str) -> dict[str, dict[str, Any]]:
    """Every case of a folder by `<file>: <name>`."""
    found = {}
    for path in sorted((CASES / folder).glob("*.yml")):
        for name, case in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            found[f"{path.stem}: {name}"] = case
    return found


def parametrised(*folders: str) -> Any:
    """Run a test once for each case of the folders."""
    found = [pytest.param(case, id=name) for folder in folders for name, case in cases(folder).items()]
    return pytest.mark.parametrize("case", found)


def planted(case: dict[str, Any], folder: Path) -> tuple[Texts, list[Fault]]:
    """The small project with a case's change in it, and all its faults."""
    project = Texts(folder / "texts")
    if case.get("accepted") == "before":
        project.accept_all()
    project.apply(case["changes"])
    if case.get("accepted") == "after":
        try:
            project.accept_all()
        except Faulty as refused:
            return project, refused.faults
    return project, project.faults()


def short(one: Fault) -> str:
    """A fault as cases write it."""
    where = one.path + (f":{one.line}:{one.column}" if one.line else "")
    return ("note " if one.severity == "warning" else "") + f"{where} {one.key}"


def check_case(case: dict[str, Any], folder: Path) -> None:
    """Exactly the faults a case names are found, each at its place and with words in every language."""
    _, found = planted(case, folder)
    assert sorted(map(short, found)) == sorted(case["faults"]), "\n".join(one.say() for one in found)
    for one in found:
        for words in MESSAGES:
            assert one.say(words).startswith(one.path)  # and has all that its words ask for
    if "says" in case:
        assert found[0].message() == case["says"]


def expected_keys() -> Iterator[str]:
    """Every word of every value in the case files: among them the keys of the faults that some case produces."""
    waiting = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in CASES.rglob("*.yml")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            yield from value.split()


@functools.cache
def remembering() -> Callable[[dict[str, list[str]], str], dict[str, str]]:
    """Asks hunspell as `spelling` does, but about no word twice: many cases hold the same small project."""
    ask, heard, asked = spelling._ask, {}, set()

    def answer(words: dict[str, list[str]], mode: str) -> dict[str, str]:
        new = {name: [word for word in some if (mode, name, word) not in asked] for name, some in words.items()}
        for name, said in ask({name: some for name, some in new.items() if some}, mode).items():
            asked.update((mode, name, word) for word in new[name])
            heard[mode, name] = f"{heard.get((mode, name), '')}\n{said}"
        return {name: heard[mode, name] for name in words if (mode, name) in heard}

    return answer

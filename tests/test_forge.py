"""What stands between a contributor and `main`: the templates, what CI runs, and the hook before a commit."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from conftest import MINI, ROOT

from macros import cli
from macros.languages import language, text_languages

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PIPELINE = ROOT / ".gitlab-ci.yml"
FORM = ROOT / ".github" / "ISSUE_TEMPLATE" / "write-up.yml"
CHANGE = ROOT / ".github" / "pull_request_template.md"
OWNERS = ROOT / ".github" / "CODEOWNERS.example"
MANUAL = ROOT / "docs" / "developers" / "forges.md"
HOOK = ".githooks/pre-commit"


def read(path: Path) -> Any:
    """A YAML file in which every scalar is its characters: `on` stays a word."""
    return yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)


def questions() -> list[dict[str, Any]]:
    return [item for item in read(FORM)["body"] if item["type"] != "markdown"]


# Templates ------------------------------------------------------------------------------------------------------------


def test_a_change_is_asked_the_same_on_every_host() -> None:
    """GitLab reads a copy, for it follows no links."""
    assert (ROOT / ".gitlab/merge_request_templates/Default.md").read_bytes() == CHANGE.read_bytes()


def test_an_issue_asks_the_same_on_every_host() -> None:
    """The form's questions are the headings of GitLab's template, in order, and its help stands under them."""
    template = (ROOT / ".gitlab/issue_templates/write-up.md").read_text(encoding="utf-8")
    asked = [item["attributes"] for item in questions()]
    assert re.findall(r"^### (.+)$", template, re.M) == [one["label"] for one in asked]
    for one in asked:
        assert one.get("description", "").strip() in template
    warning = next(item["attributes"]["value"] for item in read(FORM)["body"] if item["type"] == "markdown")
    for line in warning.replace("**", "").splitlines():
        assert line in template


def test_an_issue_names_the_sections_as_a_write_up_does() -> None:
    """So whoever makes the file from it copies an answer under the heading of the same name."""
    tables = [language(name).table("sections") for name in text_languages()]
    labels = {item["id"]: item["attributes"]["label"].split(" · ") for item in questions()}
    sections = labels.keys() & tables[0].keys()
    assert {"what-happened", "customers-account", "staff-account"} <= sections
    for id in sections:
        assert sorted(labels[id]) == sorted(table[id] for table in tables)


def test_a_blank_issue_can_still_be_made() -> None:
    """Developers and translators report in one what is wrong with code and texts."""
    assert read(FORM.with_name("config.yml"))["blank_issues_enabled"] == "true"


def named(text: str) -> set[str]:
    """The files and folders of ours that a text names as code."""
    return {one for one in re.findall(r"`([\w.-]+(?:/[\w.-]+)*/?)`", text) if "/" in one or one.endswith(".md")}


@pytest.mark.parametrize("path", [CHANGE, FORM, OWNERS], ids=lambda path: path.name)
def test_a_template_names_files_that_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for one in named(text):
        assert (ROOT / one).exists(), one
    if path == OWNERS:
        for pattern in re.findall(r"^/(\S+)", text, re.M):
            assert list(ROOT.glob(pattern)), pattern


def test_the_manual_names_files_that_are_there() -> None:
    """But for those that an adopter makes: other hosts' folders, and code owners."""
    theirs = re.compile(r"(/CODEOWNERS|^CODEOWNERS.*|^\.(azuredevops|gitea|forgejo|git)/.*)$")
    ours = {one for one in named(MANUAL.read_text(encoding="utf-8")) if not theirs.search(one)}
    assert HOOK in ours
    for one in ours:
        assert (ROOT / one).exists(), one


# What CI runs ---------------------------------------------------------------------------------------------------------


def commands(path: Path) -> list[str]:
    """The commands of ours that a text tells its reader to run: as code in a line, or in a block."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.+?)^```", text, re.M | re.S)
    said = re.findall(r"`([^`\n]+)`", text) + "".join(blocks).splitlines()
    return [one for one in said if one.startswith(("./tillit ", "make "))]


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


def ran(path: Path) -> list[str]:
    """What a pipeline runs, line by line, as whoever may install programs would type it."""
    if path == PIPELINE:
        return read(path)["check"]["script"]
    lines = [line for step in steps(path) for line in step.get("run", "").splitlines()]
    return [line.removeprefix("sudo ") for line in lines]


def refuse_unknown(command: str) -> None:
    """Fail when the command line, or the Makefile, knows no such command or option."""
    program, *words = shlex.split(command)
    if program == "make":
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
        assert set(words) <= targets, command
        return
    known: click.Command = cli.main
    while isinstance(known, click.Group) and words and words[0] in known.commands:
        known = known.commands[words.pop(0)]
    assert known is not cli.main, command
    options = {option for one in known.params for option in one.opts}
    assert {word for word in words if word.startswith("-")} <= options, command


@pytest.mark.parametrize("path", [*WORKFLOWS, PIPELINE], ids=lambda path: path.name)
def test_a_pipeline_runs_commands_that_exist(path: Path) -> None:
    for command in ran(path):
        if command.startswith(("./tillit", "make ")):
            refuse_unknown(command)
        else:
            assert os.access(ROOT / command, os.X_OK), command


@pytest.mark.parametrize("path", [CHANGE, MANUAL], ids=lambda path: path.name)
def test_people_are_told_commands_that_exist(path: Path) -> None:
    assert commands(path)
    for command in commands(path):
        refuse_unknown(command)


def test_every_host_runs_the_same() -> None:
    """And so does whoever follows the manual; GitHub alone gets the faults at their lines."""
    script = ran(PIPELINE)
    assert [one.replace(" --format github", "") for one in ran(WORKFLOWS[0])] == script
    assert "\n".join(["```sh", *script, "```"]) in MANUAL.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [*WORKFLOWS, PIPELINE], ids=lambda path: path.name)
def test_what_the_tests_need_is_installed_before_the_texts_are_checked(path: Path) -> None:
    """Else spelling would not be looked at; and .venv before it, which must not be made by root."""
    *before, check = ran(path)[:3]
    assert before == ["make install", "make system"]
    assert check.startswith("./tillit check")


def test_a_runner_that_is_not_root_asks_for_that_where_programs_are_installed_and_nowhere_else() -> None:
    asked = [line for step in steps(WORKFLOWS[0]) for line in step.get("run", "").splitlines() if "sudo" in line]
    assert asked == ["sudo make system"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_given_nothing_worth_taking(path: Path) -> None:
    """It runs code from the change: a token that reads, for a limited time, and no secret."""
    text, workflow = path.read_text(encoding="utf-8"), read(path)
    assert workflow["permissions"] == {}
    assert "secrets" not in text
    assert "pull_request_target" not in str(workflow["on"])
    for job in workflow["jobs"].values():
        assert job["permissions"] in ({}, {"contents": "read"})
        assert int(job["timeout-minutes"]) <= 60
    for step in steps(path):
        assert "${{" not in step.get("run", "")
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_an_action_is_pinned_by_commit_and_says_its_version(path: Path) -> None:
    used = re.findall(r"uses: *(.+)", path.read_text(encoding="utf-8"))
    assert used
    for one in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[0-9]+(\.[0-9]+)*", one), one


def test_zizmor_finds_nothing_in_the_workflows() -> None:
    """Its strictest eye, offline."""
    zizmor = shutil.which("zizmor", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert zizmor, "zizmor is not installed: ./tillit --set-up"
    done = subprocess.run(
        [zizmor, "--offline", "--no-progress", "--color=never", "--persona=auditor", ROOT / ".github"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No findings" in done.stdout, done.stdout


# The hook -------------------------------------------------------------------------------------------------------------

TEXT = "playbooks/situations/late-delivery.nb.md"
GOOD, BAD = "reviewed: 2026-10-01", "reviewed: soon"
FOUND = f"{TEXT}:5:11: reviewed: soon is not a date."


class Repository:
    """A repository of the mini site with the hook turned on, in a folder with a space in its name."""

    def __init__(self, root: Path, scratch: Path):
        self.root, self.scratch, self.log = root, scratch, scratch.with_name("asked")
        scratch.mkdir(exist_ok=True)
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        who = {
            f"GIT_{role}_{what}": f"{role}@x.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        config = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true"}
        self.env = {**kept, **who, **config, "TMPDIR": str(scratch), "TILLIT_MESSAGES": "en", "PYTHONPATH": str(ROOT)}

    def make(self, below: str = ".") -> None:
        """Begin it; the project may lie below the repository's top folder, so many folders up."""
        shutil.copytree(MINI, self.root)
        for name in (HOOK, "Makefile"):
            (self.root / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)
        # The launcher would set up a .venv of this folder's own: ours stands in for it, and notes what it is asked
        launcher = self.root / "tillit"
        launcher.write_text(
            f'#!/bin/sh\necho "$*${{GIT_INDEX_FILE+, led back to the index}}" >>{shlex.quote(str(self.log))}\n'
            f'exec {shlex.quote(sys.executable)} -P -m macros.cli "$@"\n'
        )
        launcher.chmod(0o755)
        self.git("init", "-q", "-b", "main", below)
        subprocess.run(["make", "-s", "hooks"], cwd=self.root, env=self.env, check=True, capture_output=True)

    def at(self, root: Path) -> Repository:
        """The same, seen from another of its work trees."""
        return Repository(root, self.scratch)

    def git(self, *words: str, fails: bool = False) -> str:
        done = subprocess.run(["git", *words], cwd=self.root, env=self.env, capture_output=True, text=True, timeout=120)
        said = done.stdout + done.stderr
        assert bool(done.returncode) == fails, said
        return said

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        (self.root / path).write_text(text.replace(old, new), encoding="utf-8")

    def asked(self) -> list[str]:
        """What the command line was asked, and forget it."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [re.sub(r"^--root .+?/texts/(the playbook/)? ", "", line) for line in lines]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "our repository", tmp_path / "scratch")
    made.make()
    made.git("add", ".")
    made.git("commit", "-q", "--no-verify", "-m", "begin")
    return made


def test_the_hook_refuses_a_text_with_an_error_and_says_where(repository: Repository) -> None:
    """Mended and staged again it is let through; nothing is left behind either way."""
    repository.change(TEXT, GOOD, BAD)
    repository.git("add", ".")
    said = repository.git("commit", "-m", "bad", fails=True)
    assert FOUND in said
    assert "pre-commit: not committed." in said
    assert repository.asked() == [f"check -- {TEXT}"]
    repository.change(TEXT, BAD, "reviewed: 2026-10-02")
    repository.git("commit", "-a", "-m", "mended")
    assert list(repository.scratch.iterdir()) == []


def test_the_hook_checks_what_is_staged_not_what_lies_beside_it(repository: Repository) -> None:
    """A file staged in part counts as far as it is staged."""
    repository.change(TEXT, GOOD, "reviewed: 2026-10-02")
    repository.git("add", ".")
    repository.change(TEXT, "reviewed: 2026-10-02", BAD)
    repository.git("commit", "-m", "the work tree is ahead, and broken")
    repository.git("add", ".")
    repository.change(TEXT, BAD, GOOD)
    assert FOUND in repository.git("commit", "-m", "the work tree is ahead, and whole", fails=True)


def test_the_hook_does_not_hold_up_a_commit_without_texts(repository: Repository) -> None:
    """What is changed and not staged is none of its business, nor is what is no text."""
    repository.change(TEXT, GOOD, BAD)
    (repository.root / "playbooks" / ".notes").write_text("milk")
    (repository.root / "note.txt").write_text("milk")
    repository.git("add", "note.txt", "playbooks/.notes")
    repository.git("commit", "-m", "no text")
    repository.git("commit", "--allow-empty", "-m", "nothing at all")
    assert repository.asked() == []


def test_the_hook_says_nothing_of_faults_in_other_texts(repository: Repository) -> None:
    """Someone else's fault, already committed, is theirs to mend."""
    repository.change(TEXT, GOOD, BAD)
    repository.git("commit", "-a", "--no-verify", "-m", "past it")
    repository.change("docs/index.da.md", "title: ", "title: Ny ")
    repository.git("commit", "-a", "-m", "another text")
    assert repository.asked() == ["check -- docs/index.da.md"]


@pytest.mark.parametrize("name", ["a note.nb.md", "$(touch ran).nb.md", "å 'ä' \"ø\"\n.nb.md"])
def test_the_hook_takes_any_file_name(repository: Repository, name: str) -> None:
    (repository.root / "docs" / name).write_text("no front matter\n")
    repository.git("add", ".")
    said = repository.git("commit", "-m", "odd", fails=True)
    assert "pre-commit: not committed." in said
    assert name.splitlines()[0] in said
    assert not list(repository.root.rglob("ran"))


@pytest.mark.parametrize(
    "words",
    [["rm", "-q", "playbooks/process/apologise.da.md"], ["mv", "playbooks/process/apologise.da.md", "docs/b.da.md"]],
    ids=["taken away", "moved"],
)
def test_the_hook_finds_what_a_text_leaves_broken_when_it_goes(repository: Repository, words: list[str]) -> None:
    """The faults stand in texts that are not part of the commit, so all are checked."""
    repository.git(*words)
    said = repository.git("commit", "-m", "gone", fails=True)
    assert "playbooks/process/apologise.sv.md:" in said
    assert repository.asked() == ["check"]


def test_the_hook_finds_what_data_leaves_broken(repository: Repository) -> None:
    """A role that is no longer there is missed by the texts that name it."""
    company = (repository.root / "playbooks/company.yml").read_text(encoding="utf-8")
    role = re.search(r"^owner: (\S+)$", (repository.root / "docs/index.da.md").read_text(encoding="utf-8"), re.M)[1]
    repository.change("playbooks/company.yml", f"  {role}: ", "  somebody-else: ")
    assert company.count(f"  {role}: ") == 1
    assert "docs/index.da.md:" in repository.git("commit", "-a", "-m", "data", fails=True)


def test_the_hook_checks_the_commit_that_ends_a_merge(repository: Repository) -> None:
    """Whatever came in from the other side is staged too, and the merge stays a merge."""
    repository.git("switch", "-q", "-c", "side")
    repository.change(TEXT, GOOD, "reviewed: 2026-10-02")
    repository.change("docs/index.da.md", "title: ", "title: Ny ")
    repository.git("commit", "-q", "-a", "-m", "side")
    repository.git("switch", "-q", "main")
    repository.change(TEXT, GOOD, "reviewed: 2026-10-03")
    repository.git("commit", "-q", "-a", "-m", "main")
    repository.git("merge", "side", fails=True)
    whole = (MINI / TEXT).read_text(encoding="utf-8")
    repository.asked()
    (repository.root / TEXT).write_text(whole.replace(GOOD, BAD), encoding="utf-8")
    assert FOUND in repository.git("commit", "-a", "-m", "merge", fails=True)
    assert repository.asked() == [f"check -- docs/index.da.md {TEXT}"]
    (repository.root / TEXT).write_text(whole, encoding="utf-8")
    repository.git("commit", "-a", "-m", "merge")
    assert len(repository.git("log", "-1", "--format=%P").split()) == 2


def test_the_hook_works_in_another_work_tree(repository: Repository) -> None:
    """There it checks what is staged there; what is staged in the first stays as it was."""
    repository.change(TEXT, GOOD, BAD)
    repository.git("add", ".")
    repository.git("worktree", "add", "-q", "-b", "side", "../other tree")
    other = repository.at(repository.root.with_name("other tree"))
    other.change("docs/index.da.md", "title: ", "title: Ny ")
    other.git("commit", "-a", "-m", "good here")
    other.change(TEXT, GOOD, BAD)
    assert FOUND in other.git("commit", TEXT, "-m", "bad here", fails=True)
    assert repository.git("diff", "--cached", "--name-only") == f"{TEXT}\n"


def test_the_hook_works_for_a_project_below_the_top_of_its_repository(tmp_path: Path) -> None:
    """What a company keeps beside it is none of its business; another work tree is checked as the first."""
    made = Repository(tmp_path / "our repository" / "the playbook", tmp_path / "scratch")
    made.make("..")
    made.git("add", ".")
    made.git("commit", "-q", "--no-verify", "-m", "begin")
    beside = made.root.parent / "playbooks"
    beside.mkdir()
    (beside / "note.da.md").write_text("no front matter\n")
    made.git("add", "..")
    made.git("commit", "-m", "beside")
    assert made.asked() == []
    made.git("worktree", "add", "-q", "-b", "side", "../../other tree")
    for one in (made, made.at(tmp_path / "other tree" / "the playbook")):
        one.change(TEXT, GOOD, BAD)
        assert FOUND in one.git("commit", "-a", "-m", "bad", fails=True)
        assert one.asked() == [f"check -- {TEXT}"]
        one.git("rm", "-qf", TEXT)
        assert "pre-commit: not committed." in one.git("commit", "-m", "gone", fails=True)
        assert one.asked() == ["check"]
        one.git("reset", "-q", "--hard")
        one.change(TEXT, GOOD, "reviewed: 2026-10-02")
        one.git("commit", "-a", "-m", "good")
        assert one.asked() == [f"check -- {TEXT}"]
    assert list(made.scratch.iterdir()) == []


def test_the_hook_checks_the_very_first_commit(tmp_path: Path) -> None:
    """There is no commit to compare with: every text is new."""
    made = Repository(tmp_path / "new", tmp_path / "scratch")
    made.make()
    made.change(TEXT, GOOD, BAD)
    made.git("add", ".")
    assert FOUND in made.git("commit", "-m", "begin", fails=True)
    made.change(TEXT, BAD, GOOD)
    made.git("add", ".")
    made.git("commit", "-m", "begin")

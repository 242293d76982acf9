"""`company.yml`: what it may say, and what of it outsiders get."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from canaries import Canaries, annotation, fields, is_public
from conftest import MINI, Project
from pydantic import BaseModel

from macros.company import COMPANY, Colours, Company, public_view

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "editions" / "company.yml").read_text(encoding="utf-8"))


@pytest.fixture
def texts(tmp_path: Path) -> Project:
    """The mini site's texts alone: enough to check, and quick to copy."""
    project = Project.__new__(Project)
    project.root = shutil.copytree(MINI, tmp_path / "project")
    project.write("docs/assets/site/logo.svg", "<svg/>")
    return project


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_company_file_is_checked_field_by_field(texts: Project, case: dict) -> None:
    """Each slip has its fault at its line and column; each near miss has none."""
    for old, new in case["change"].items():
        texts.change(COMPANY, old, new)
    found = [one for one in texts.faults() if one.path == COMPANY]
    said = [f"{one.line}:{one.column} {one.field} {one.key}" for one in found]
    assert said == case["faults"], "\n".join(one.say() for one in found)
    for part in case.get("message", []):
        assert part in found[0].say()


@pytest.mark.parametrize("change", [case["change"] for case in CASES if case["faults"]], ids=str)
def test_a_fault_in_the_company_fails_every_edition(texts: Project, change: dict) -> None:
    """Every page rests on company.yml, so no edition is built around a fault in it."""
    from macros import checks

    for old, new in change.items():
        texts.change(COMPANY, old, new)
    found = texts.library()
    for edition in ("internal", "public"):
        mine, _ = checks.edition_faults(found.edition(edition))
        assert COMPANY in {one.path for one in mine}


def test_the_public_view_holds_public_fields_only(texts: Project) -> None:
    """Every field of every model within the company is there exactly when it is marked public."""
    found = texts.library()
    compare(found.company, found.edition("public").company, "company")
    assert found.edition("internal").company["mandates"], "inside, everything is there"


def compare(model: BaseModel, view: dict, where: str) -> None:
    for name, field in fields(type(model)):
        assert (name in view) == is_public(field), f"{where}.{name}"
        value = getattr(model, name)
        if name in view and isinstance(value, BaseModel):
            compare(value, view[name], f"{where}.{name}")
        elif name in view and isinstance(value, dict):
            for key, inner in value.items():
                if isinstance(inner, BaseModel):
                    compare(inner, view[name][key], f"{where}.{name}.{key}")


def test_the_public_view_is_plain_data(texts: Project) -> None:
    """No model with its other fields comes along: only dicts, lists and plain values."""
    stack = [public_view(texts.library().company)]
    while stack:
        one = stack.pop()
        assert isinstance(one, (dict, list, str, bool, type(None))), type(one)
        stack += one.values() if isinstance(one, dict) else one if isinstance(one, list) else []


def test_a_field_that_says_nothing_is_internal() -> None:
    """A field added without a mark does not reach the public view."""

    class More(Colours):
        secret: str = "x"

    assert public_view(More(primary="#000000", accent="#000000")) == {"primary": "#000000", "accent": "#000000"}


def test_what_is_internal_is_known() -> None:
    """Repository, inside address, escalation, roles, kinds, mandates, targets, sectors and hidden texts stay inside."""
    internal = {name for name, field in fields(Company) if not is_public(field)}
    assert internal == {"repository", "sectors", "hide", "roles", "kinds", "mandates", "response_targets", "write_ups"}
    assert Canaries().sample(annotation(Company.model_fields["mandates"]), "mandates")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("gitlab", "https://git.example/t/-/edit/main/playbooks/a.da.md"),
        ("github", "https://git.example/t/edit/main/playbooks/a.da.md"),
        ("gitea", "https://git.example/t/_edit/main/playbooks/a.da.md"),
        ("forgejo", "https://git.example/t/_edit/main/playbooks/a.da.md"),
        ("azure", "https://git.example/t?path=/playbooks/a.da.md&version=GBmain"),
        ("none", ""),
    ],
)
def test_an_edit_link_has_the_form_of_its_host(texts: Project, host: str, address: str) -> None:
    """Each Git host has an address of its own for editing a file; without one there is no link."""
    texts.change(
        COMPANY,
        'host: gitea, url: "https://git.lillebutik.example/tillit"',
        f'host: {host}, url: "https://git.example/t/"',
    )
    assert texts.library().company.repository.edit_url("playbooks/a.da.md") == address

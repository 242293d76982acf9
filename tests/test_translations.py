"""Missing, behind, current; whether facts in the words agree; and what accepting writes."""

from __future__ import annotations

import random
import stat
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.dates import format_date
from babel.numbers import format_decimal
from conftest import SEED, Project, size
from planted import CASES, COMPARED_ON, Texts, check_case, parametrised

from macros import bodies, translations
from macros.faults import Faulty
from macros.languages import language, text_languages

PLAYBOOK = "playbooks/situations/late-delivery"  # born in nb, translated into da and sv
NUMBERS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (CASES / "numbers").glob("*.yml")}


@pytest.fixture
def project(tmp_path: Path) -> Texts:
    return Texts(tmp_path / "texts")


def state(project: Texts, id: str = "situations/late-delivery", name: str = "da") -> translations.State:
    return translations.state(project.library().things[id], name)


def accept(project: Texts, name: str = "da", day: date = date(2026, 11, 1)) -> bool:
    return translations.accept(project.root, project.library().things["situations/late-delivery"], name, day)


# Parity ---------------------------------------------------------------------------------------------------------------


@parametrised("translations")
def test_a_compared_translation_says_the_same_facts(case: dict[str, Any], tmp_path: Path) -> None:
    """Differing links, calls, numbers and sections are found where a translation counts as compared, and only there."""
    check_case(case, tmp_path)


@pytest.mark.parametrize(
    ("name", "written", "meant"),
    [pytest.param(name, *row, id=f"{name}: {row[0]}") for name, rows in sorted(NUMBERS.items()) for row in rows],
)
def test_a_number_means_the_same_however_its_language_writes_it(name: str, written: str, meant: list[str]) -> None:
    """Dates, times and numbers are read in the form of their language."""
    assert sorted(translations.values(written, name)) == sorted(meant)


def test_dates_and_numbers_written_by_each_languages_own_rules_mean_the_same() -> None:
    """What CLDR writes in Danish, Swedish and Norwegian is read as one value in all three."""
    chance = random.Random(SEED)
    for _ in range(size(300, 20_000)):
        day = date(chance.randint(1900, 2099), chance.randint(1, 12), chance.randint(1, 28))
        number = chance.choice([chance.randint(0, 10**9), chance.randint(0, 10**6) / 100])
        form = chance.choice(["long", "medium"])
        meant = set()
        for name in text_languages():
            locale = language(name).words["locale"]
            written = f"{format_date(day, form, locale=locale)}: {format_decimal(number, locale=locale)}."
            meant.add(tuple(translations.values(written, name)))
        assert len(meant) == 1, meant
        assert meant.pop()[0] == day.isoformat()


# States ---------------------------------------------------------------------------------------------------------------


def test_a_translation_is_missing_then_uncompared_then_current(project: Texts) -> None:
    """A text without the file is missing; with it, nobody has compared it until somebody accepts it."""
    assert state(project, "situations/lost-parcel", "sv") == translations.State("missing")
    assert state(project) == translations.State("uncompared")
    assert accept(project)
    assert state(project) == translations.State("current")
    assert state(project, name="nb") == translations.State("current")  # the original


@pytest.mark.parametrize(
    ("old", "new", "behind"),
    [
        ("La kunden snakke ferdig", "La kunden puste ut", ("listen",)),
        ("title: Når leveringen", "title: Hvis leveringen", ("top",)),
        ("summary: Lytt først", "summary: Lytt alltid først", ("top",)),
        ("## Lytt først {#listen", "Les alt.\n\n## Lytt først {#listen", ("top",)),
        ("## Lytt først", "## Lytt alltid", ("listen",)),
        ("!!! avoid", "!!! say", ("listen",)),
        ("!!! avoid", '!!! avoid "Heller ikke"', ("listen",)),
        ("apologise.nb.md#five-parts", "apologise.nb.md#last", ("listen",)),
        ("limit=3", "limit=4", ("offer",)),
        ("{#checklist}", "{#check}", ("check", "checklist")),
        ("## Sjekkliste", "## Nytt {#new}\n\nMer.\n\n## Sjekkliste", ("new",)),
        ("## Sjekkliste {#checklist}\n\n- [ ] Kunden har snakket ferdig.\n", "", ("checklist",)),
    ],
)
def test_a_translation_is_behind_in_the_sections_that_changed(
    project: Texts, old: str, new: str, behind: tuple[str, ...]
) -> None:
    """Words, titles, blocks, links and macro calls of the original count; the sections they stand in are named."""
    accept(project)
    project.change(f"{PLAYBOOK}.nb.md", old, new)
    assert state(project) == translations.State("behind", behind)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("La kunden snakke ferdig kl. 09.30.\nLes", "La   kunden snakke\nferdig kl. 09.30. Les"),
        ("Fortell meg alt.", "Fortell **meg** *alt*."),
        ("Fortell meg alt.", "Fortell meg\u00a0alt."),
        ("{#listen .step}", "{#listen}"),
        ("reviewed: 2026-10-01", "reviewed: 2026-11-01"),
        ("Fortell meg alt.", "Fortell meg alt. <!-- sant -->"),
        ("- [ ] Kunden", "* [x] Kunden"),
    ],
)
def test_markup_white_space_and_facts_leave_a_translation_current(project: Texts, old: str, new: str) -> None:
    """What is not words asks for no new comparison."""
    accept(project)
    project.change(f"{PLAYBOOK}.nb.md", old, new)
    assert state(project) == translations.State("current")


def test_letters_in_one_or_two_code_points_are_the_same_words(project: Texts) -> None:
    """Fingerprints are taken after NFC: a file saved on another system is not behind."""
    accept(project)
    path = f"{PLAYBOOK}.nb.md"
    words = project.read(path)
    apart = unicodedata.normalize("NFD", words)
    assert apart != words
    project.write(path, apart)
    assert state(project) == translations.State("current")


def test_sections_that_changed_places_are_behind(project: Texts) -> None:
    """The order that was compared is remembered too."""
    accept(project)
    path = f"{PLAYBOOK}.nb.md"
    head, listen, offer, checklist = project.read(path).split("\n## ")
    project.write(path, "\n## ".join([head, offer, listen, checklist]))
    assert state(project) == translations.State("behind", ("offer", "listen"))


def test_the_report_names_what_is_not_current_in_built_languages_only(project: Texts) -> None:
    """Missing, uncompared and behind are listed; current ones and languages that are not built are not."""
    project.change("playbooks/company.yml", "languages: [da, sv, nb]", "languages: [da, sv]")
    accept(project)
    accept(project, "sv")
    project.change(f"{PLAYBOOK}.nb.md", "Fortell meg alt.", "Fortell alt.")
    found = {(thing.id, name): state for thing, name, state in translations.report(project.library())}
    assert {name for _, name in found} == {"da", "sv"}
    assert found["situations/late-delivery", "da"] == translations.State("behind", ("listen",))
    assert found["situations/lost-parcel", "sv"].kind == "missing"
    assert found["process/apologise", "sv"].kind == "uncompared"
    assert ("process/apologise", "da") not in found


def let_originals_run_ahead(project: Project) -> None:
    """Channels, sections and calls of originals change; their translations stay as they are."""
    apology = "playbooks/apologies/late-delivery.da.md"
    project.change(apology, "channels: [phone, sms]", "channels: [phone, social]")
    project.change(apology, "leaves: {sms: [explanation]}", "leaves: {social: [explanation]}")
    project.change(apology, "## SMS {#sms}", "## Svar {#social}")
    project.change(f"{PLAYBOOK}.nb.md", "{#offer .step}", "{#promise .step}")
    project.change(f"{PLAYBOOK}.nb.md", "limit=3", "limit=5")
    project.change("playbooks/incidents/2026-02-12-late-sofas.sv.md", "#offer", "#promise")


def test_no_edition_fails_by_translations_that_are_behind(project: Texts) -> None:
    """An original may gain, lose and move whatever it likes: other languages get notes."""
    project.accept_all()
    let_originals_run_ahead(project)
    found = project.faults()
    assert {one.key for one in found} == {"channel-missing", "channel-undeclared", "anchor-missing"}
    assert {one.severity for one in found} == {"warning"}


def test_a_site_is_built_though_translations_are_behind(tmp_path: Path) -> None:
    """The real build of both editions goes through, and the page says that it is behind: which parts, only inside."""
    project = Project(tmp_path / "project")
    thing = project.library().things["situations/late-delivery"]
    translations.accept(project.root, thing, "sv", COMPARED_ON)
    let_originals_run_ahead(project)
    page = "sv/situations/late-delivery/index.html"
    said = language("sv")
    inside = (project.build("internal") / page).read_text(encoding="utf-8")
    outside = (project.build("public") / page).read_text(encoding="utf-8")
    which = said.say("interface.behind", sections="Lyssna först").split(":")[0]
    assert which in inside and which not in outside
    assert said.say("interface.behind-outside") in outside


# Accepting ------------------------------------------------------------------------------------------------------------


def without_seen(text: str) -> str:
    """What stands in a file beside the entry that accepting writes."""
    lines = text.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("seen:"))
    end = start + 1
    while lines[end].startswith(" "):
        end += 1
    return "".join(lines[:start] + lines[end:])


def test_accepting_writes_the_day_and_every_fingerprint(project: Texts) -> None:
    """`seen` says when, and what each section of the original was."""
    accept(project)
    thing = project.library().things["situations/late-delivery"]
    seen = thing.versions["da"].front.seen
    assert seen.on == date(2026, 11, 1)
    assert seen.sections == translations.fingerprints(thing.original)
    assert list(seen.sections) == ["top", "listen", "offer", "checklist"]


def test_accepting_writes_nothing_else(project: Texts) -> None:
    """All but `seen` stays as it was, in every file; nothing is left lying about."""
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    accept(project)
    after = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    assert after.keys() == before.keys()
    assert [path.name for path in after if after[path] != before[path]] == ["late-delivery.da.md"]
    assert without_seen(project.read(f"{PLAYBOOK}.da.md")) == before[project.path(f"{PLAYBOOK}.da.md")].decode()


def test_accepting_leaves_who_may_read_the_file(project: Texts) -> None:
    """The rights of the file are kept, though it is written anew."""
    path = project.path(f"{PLAYBOOK}.da.md")
    path.chmod(0o640)
    accept(project)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_accepting_twice_writes_once(project: Texts) -> None:
    """A second time, on another day, changes no byte."""
    assert accept(project)
    once = project.read(f"{PLAYBOOK}.da.md")
    assert not accept(project, day=date(2026, 12, 24))
    assert project.read(f"{PLAYBOOK}.da.md") == once


def test_an_original_is_never_written(project: Texts) -> None:
    """Nothing can be accepted of the text that all others are compared with."""
    before = project.read(f"{PLAYBOOK}.nb.md")
    assert not accept(project, "nb")
    assert project.read(f"{PLAYBOOK}.nb.md") == before


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_accepting_keeps_line_ends_and_the_mark_of_utf8(project: Texts, newline: str, bom: str) -> None:
    """A file from another system comes back as that system wrote it."""
    path = f"{PLAYBOOK}.da.md"
    before = (bom + project.read(path).replace("\n", newline)).encode()
    project.write(path, before)
    accept(project)
    after = project.path(path).read_bytes()
    assert after.startswith(before[: before.index(b"---", 10)])
    assert after.endswith(before[before.index(b"---", 10) :])
    added = after[before.index(b"---", 10) : -len(before[before.index(b"---", 10) :])].decode()
    assert added.startswith(f"seen:{newline}  on: 2026-11-01{newline}")
    assert added.count("\n") == (0 if newline == "\r" else 7)
    assert state(project).is_current


def test_accepting_keeps_lines_that_end_otherwise_than_the_rest(project: Texts) -> None:
    """A file with mixed line ends is not tidied."""
    path = f"{PLAYBOOK}.da.md"
    before = project.read(path).replace("Fortæl mig det hele.\n", "Fortæl mig det hele.\r\n").encode()
    project.write(path, before)
    accept(project)
    assert b"hele.\r\n" in project.path(path).read_bytes()
    assert project.path(path).read_bytes().count(b"\r\n") == 1


REST = "title: T\nsummary: S\n"
SEEN_BEFORE = {
    "first": "seen: {on: 2026-01-01, sections: {top: 00000000}}\ntranslates: nb\n" + REST,
    "in the middle, as a block": (
        "translates: nb\nseen:\n  on: 2026-01-01\n  sections:\n    top: 00000000\n" + REST  # as we write it
    ),
    "over several lines in braces": (
        "translates: nb\nseen: {\n  on: 2026-01-01,\n  sections: {\n    top: 00000000\n  }\n}\n" + REST
    ),
    "half a block": (
        "translates: nb\nseen:\n  on: 2026-01-01\n  sections: {top: 00000000,\n    listen: 00000000}\n" + REST
    ),
    "last": "translates: nb\n" + REST + "seen:\n  on: 2026-01-01\n  sections:\n    top: 00000000\n",
    "in quotes": 'translates: nb\n"seen":\n    on: "2026-01-01"\n    sections: {"top": "00000000"}\n' + REST,
    "empty": "translates: nb\nseen:\n" + REST,
    "indented with all the rest": (
        "  translates: nb\n  seen:\n    on: 2026-01-01\n    sections: {top: 00000000}\n  title: T\n  summary: S\n"
    ),
    "not yet, all indented": "  translates: nb\n  title: T\n  summary: S\n",
    "not yet, after a long summary": "translates: nb\ntitle: T\nsummary: >\n  S er\n\n  lang\n",
}


@pytest.mark.parametrize("front", SEEN_BEFORE.values(), ids=SEEN_BEFORE)
def test_accepting_replaces_seen_wherever_and_however_it_stands(project: Texts, front: str) -> None:
    """One entry is left, in its place, and every comment around it."""
    path = f"{PLAYBOOK}.da.md"
    body = project.read(path).split("---\n", 2)[2]
    # Comments directly above and below the entry, and at both ends
    indent = " " * (len(front) - len(front.lstrip(" ")))
    lines = front.splitlines()
    entry = next((number for number, line in enumerate(lines) if "seen" in line), len(lines))
    lines.insert(entry, f"{indent}# above")
    following = [number for number, line in enumerate(lines) if number > entry + 1 and line.strip().startswith("title")]
    lines.insert(following[0] if following else len(lines), f"{indent}# below")
    source = "\n".join([f"{indent}# first", *lines, f"{indent}# last"])
    project.write(path, f"---\n{source}\n---\n{body}")
    old = project.library().checked[path]
    assert old.faults == []
    assert accept(project)
    new = project.library().checked[path]
    assert new.faults == []
    assert state(project).is_current
    text = project.read(path)
    assert text.count("seen") == 1
    assert "00000000" not in text
    for comment in ("# first", "# above", "# below", "# last"):
        assert f"{indent}{comment}\n" in text
    assert (new.front.title, new.front.summary) == (old.front.title, old.front.summary)
    assert text.endswith(f"---\n{body}")


def test_front_matter_in_braces_is_refused_and_left_as_it_is(project: Texts) -> None:
    """What cannot be written is said, with the file; nothing is half written."""
    path = f"{PLAYBOOK}.da.md"
    project.write(path, "---\n{translates: nb, title: T, summary: S}\n---\n")
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    with pytest.raises(Faulty) as refused:
        accept(project)
    assert [one.say() for one in refused.value.faults][0].startswith(f"{path}:2:1: seen cannot be written")
    assert {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()} == before


def test_a_fingerprint_keeps_links_and_calls_and_folds_the_rest() -> None:
    """Eight hexadecimal characters; white space does not change them, words do."""
    assert bodies.fingerprint("to  ord\n") == bodies.fingerprint("to ord")
    assert bodies.fingerprint("to ord") != bodies.fingerprint("to Ord")
    assert len(bodies.fingerprint("")) == 8


def test_our_languages_and_the_number_cases_are_the_same() -> None:
    """A language that is added brings its own numbers."""
    assert set(NUMBERS) == set(text_languages())

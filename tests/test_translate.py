"""`tillit translate`: a translation begun, finished step by step, and shown beside its original."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import Result
from planted import COMPARED_ON, Texts, all_files, check_case, parametrised, tillit

from macros import bodies, checks, shelves, sidebyside, texts, translate, translations
from macros.languages import text_languages
from macros.library import Library, Thing

PLAYBOOK = "playbooks/situations/late-delivery"  # born in nb
LOST = "playbooks/situations/lost-parcel"  # in Danish only
WAITING = re.compile(r"<!-- translate: (.*?) -->")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Texts:
    made = Texts(tmp_path / "texts")
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("TILLIT_MESSAGES", "en")
    return made


def translated(skeleton: str) -> str:
    """A skeleton as somebody fills it in who translates each word by itself."""
    _, front, body = skeleton.split("---\n", 2)
    front = re.sub(r"(?m)^search_terms: #.*$", "search_terms: [ord]", front)
    front = re.sub(r"(?m)^(\w+): # ?(.*)$", lambda m: f'{m[1]}: "{m[2]}"', front)
    return "---\n".join(["", front, WAITING.sub(lambda m: m[1], body)])


@parametrised("translations")
def test_what_is_left_to_write_is_named(case: dict, tmp_path: Path) -> None:
    """Each section with lines to translate, and each heading without words."""
    check_case(case, tmp_path)


# The skeleton of every text we have -----------------------------------------------------------------------------------


def skeletons(found: Library) -> list[tuple[Thing, str, str]]:
    return [
        (thing, name, translate.skeleton(found, thing, name, thing.original))
        for thing in found.things.values()
        for name in text_languages()
        if thing.shelf != texts.DEVELOPERS and thing.born != name
    ]


def test_a_skeleton_lacks_nothing_but_words(ours: Library) -> None:
    """`tillit check` finds empty fields and lines to translate in it, and not one slip besides."""
    for thing, name, skeleton in skeletons(ours):
        one = shelves.check(texts.parse(sidebyside.translation_path(thing, name), skeleton))
        assert {fault.key for fault in one.faults} <= {"empty-needed", "empty", "untranslated"}, thing.id
        fields = {fault.field for fault in one.faults} - {""}
        assert fields == {*sidebyside.word_fields(thing.original), "search_terms"}, thing.id
        assert all(fault.line for fault in one.faults)


def test_what_is_the_same_in_every_language_stands_there_already(ours: Library) -> None:
    """Sections with ids and classes, parts, blocks, macro calls and internal marks are the original's."""
    for thing, name, skeleton in skeletons(ours):
        one = shelves.check(texts.parse(sidebyside.translation_path(thing, name), skeleton))
        here, there = one.body, thing.original.body
        assert [(s.id, s.classes) for s in here.sections] == [(s.id, s.classes) for s in there.sections], thing.id
        assert [[p.id for p in s.parts] for s in here.sections] == [[p.id for p in s.parts] for s in there.sections]
        alone = re.findall(r"(?m)^ *\{\{.*\}\} *$", thing.original.text.body)
        assert re.findall(r"(?m)^ *\{\{.*\}\} *$", one.text.body) == alone, thing.id
        for mark in (bodies.INTERNAL, re.compile(r"(?m)^ *!!! +\w+"), re.compile(r"(?m)^\s*- \[ \] ")):
            assert len(mark.findall(one.text.body)) == len(mark.findall(thing.original.text.body)), thing.id


def test_a_skeleton_that_is_filled_in_is_a_translation(ours: Library) -> None:
    """Each comment replaced by its words: the text is sound, and agrees with its original in every fact."""
    for thing, name, skeleton in skeletons(ours):
        one = shelves.check(texts.parse(sidebyside.translation_path(thing, name), translated(skeleton)))
        assert one.faults == [], thing.id
        for section in one.body.sections:
            twin = thing.original.body.by_id[section.id]
            found = translations.differences(ours, one, section, thing.original, twin)
            assert {fault.key for fault in found} <= {"parity-numbers"}, thing.id  # its digits are still the other's


# One text -------------------------------------------------------------------------------------------------------------


def test_the_file_stands_where_it_belongs_and_says_what_is_next(project: Texts) -> None:
    """One command writes it beside its siblings; check names what is left, accept comes last."""
    done = tillit(project, "translate", "situations/lost-parcel", "--language", "sv")
    assert (done.exit_code, done.stdout) == (0, f"{LOST}.sv.md is written. Places to translate: 5.\n")
    assert f"./tillit translations accept {LOST}.sv.md" in done.stderr
    assert "/sv/translations/situations/lost-parcel/" in done.stderr
    assert project.read(f"{LOST}.sv.md") == (
        "---\ntranslates: da\ntitle: # Når pakken er væk\nsummary: # Find pakken.\nsearch_terms: #\n---\n\n"
        "## <!-- translate: Led --> {#search .step}\n\n<!-- translate: Led, og ring igen. -->\n"
    )
    check = tillit(project, "check", f"{LOST}.sv.md").stdout
    assert [line.split(": ")[0].rpartition(".md:")[2] for line in check.splitlines()] == ["3:7", "4:9", "5:14", "8:4"]
    swedish = {"Når pakken er væk": "När paketet är borta", "Find pakken": "Hitta paketet", "Led, og": "Leta och"}
    made = translated(project.read(f"{LOST}.sv.md"))
    for here, there in (swedish | {"ring igen": "ring igen", "Led": "Leta"}).items():
        made = made.replace(here, there)
    project.write(f"{LOST}.sv.md", made)
    assert tillit(project, "translations", "accept", f"{LOST}.sv.md").exit_code == 0
    assert tillit(project, "check").exit_code == 0


def test_it_is_never_written_over(project: Texts) -> None:
    """A file that is there stays, byte for byte; so does one that was named by hand."""
    before = all_files(project)
    done = tillit(project, "translate", "situations/late-delivery", "--language", "da")
    assert done.exit_code == 1 and f"{PLAYBOOK}.da.md is there already; nothing was written." in done.stderr
    done = tillit(project, "translate", "situations/lost-parcel", "--language", "sv", "--to", "docs/index.sv.md")
    assert done.exit_code == 1 and "docs/index.sv.md is there already" in done.stderr
    assert all_files(project) == before


def test_a_dash_prints_it_and_writes_nothing(project: Texts) -> None:
    """Whoever wants to look first, or pipe it on, gets the file and nothing else."""
    before = all_files(project)
    done = tillit(project, "translate", "situations/late-delivery", "--language", "da", "--to", "-")
    assert done.exit_code == 0 and done.stdout.startswith("---\ntranslates: nb\n") and done.stderr == ""
    assert all_files(project) == before


def test_words_can_come_from_another_translation(project: Texts) -> None:
    """With --from the comments hold that language's words; whose translation it is stays the original's matter."""
    project.path(f"{PLAYBOOK}.sv.md").unlink()
    made = tillit(project, "translate", "situations/late-delivery", "--language", "sv", "--from", "da", "--to", "-")
    assert "translates: nb\ntitle: # Når leveringen er forsinket\n" in made.stdout
    assert "<!-- translate: Lad kunden tale ud kl. 9.30. -->" in made.stdout


def test_links_lead_to_the_language_it_will_be_in(project: Texts) -> None:
    """Where the other text has that language; else the link stays as it is, so that it leads somewhere."""
    made = tillit(project, "translate", "situations/late-delivery", "--language", "sv", "--to", "-").stdout
    assert "(../process/apologise.sv.md#five-parts)" in made
    project.path("playbooks/process/apologise.sv.md").unlink()
    made = tillit(project, "translate", "situations/late-delivery", "--language", "sv", "--to", "-").stdout
    assert "(../process/apologise.nb.md#five-parts)" in made


def test_a_write_up_gets_the_headings_of_its_language_and_keeps_the_ids_of_its_promises(project: Texts) -> None:
    """What is fixed in each language is not to be translated; what counts as a fact's words keeps the fact's id."""
    made = tillit(project, "translate", "2026-02-12-late-sofas", "--language", "nb", "--to", "-").stdout
    assert "## Hva skjedde\n" in made and "## Kundens fortelling\n" in made
    assert re.search(r"(?m)^- new-date: <!-- translate: ", made)


def test_remarks_of_the_author_are_left_out_and_internal_marks_stay(project: Texts) -> None:
    """A comment is for whoever wrote it; a mark decides who may read."""
    project.change(f"{LOST}.da.md", "Led, og", "<!-- spørg\nlageret -->\n<!-- internal -->\nLed,<!-- x --> og")
    project.change(f"{LOST}.da.md", "ring igen.", "ring igen.\n<!-- /internal -->")
    made = tillit(project, "translate", "situations/lost-parcel", "--language", "nb", "--to", "-").stdout
    assert "lageret" not in made and "Led, og ring igen." in made
    assert made.count("<!-- internal -->") == made.count("<!-- /internal -->") == 1


def test_what_is_no_personal_data_in_the_original_is_none_in_the_skeleton(project: Texts) -> None:
    """The comments hold the original's words, so its exceptions come along."""
    project.change(f"{LOST}.da.md", "title:", 'not_personal: [{found: "12345678", why: "Et varenummer"}]\ntitle:')
    project.change(f"{LOST}.da.md", "Led, og ring igen.", "Led efter vare 12345678, og ring igen.")
    assert project.faults() == []
    tillit(project, "translate", "situations/lost-parcel", "--language", "nb")
    keys = {fault.key for fault in project.faults()}
    assert keys == {"empty", "empty-needed", "untranslated"}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["situations/late-delivry", "--language", "da"], "Did you mean situations/late-delivery?"),
        (
            ["late-delivery", "--language", "da"],
            "apologies/late-delivery, situations/late-delivery. Write",
        ),
        (["lost-parcel", "--language", "da"], "situations/lost-parcel was written in this language (da)."),
        (["situations/lost-parcel", "--language", "nb", "--from", "nb"], "name the same language: nb."),
        (["situations/lost-parcel", "--language", "nb", "--from", "sv"], "It is there in: da."),
        (["situations/lost-parcel", "--language", "nb", "--add-missing"], "lost-parcel.nb.md is not there yet."),
        (["situations/lost-parcel", "--language", "nb", "--look", "--to", "-"], "choose one of them"),
        (["developers/index", "--language", "nb"], "there is no text developers/index."),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(project: Texts, args: list[str], said: str) -> None:
    """An unknown id, the wrong language, options that exclude each other."""
    before = all_files(project)
    done = tillit(project, "translate", *args)
    assert done.exit_code != 0 and said in done.stderr
    assert all_files(project) == before


def test_a_text_can_be_named_by_its_id_its_thing_or_a_file(project: Texts) -> None:
    """What one has at hand will do, where it means one text."""
    for given in ("situations/lost-parcel", "lost-parcel", f"{LOST}.da.md", f"./{LOST}.da.md"):
        assert tillit(project, "translate", given, "--language", "nb", "--to", "-").exit_code == 0


# Adding what is missing -----------------------------------------------------------------------------------------------


def add(project: Texts, name: str = "da") -> Result:
    return tillit(project, "translate", "situations/late-delivery", "--language", name, "--add-missing")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_only_the_sections_that_are_missing_are_added(project: Texts, newline: str) -> None:
    """Each stands where the original has it; every other byte of the file stays."""
    project.accept_all()
    project.change(f"{PLAYBOOK}.nb.md", "## Gi en", "## Nytt {#first .step}\n\nMer.\n\n## Gi en")
    project.write(f"{PLAYBOOK}.nb.md", project.read(f"{PLAYBOOK}.nb.md") + "\n## Sist {#last}\n\n- [ ] Slutt.\n")
    project.write(f"{PLAYBOOK}.da.md", project.read(f"{PLAYBOOK}.da.md").replace("\n", newline))
    before = project.path(f"{PLAYBOOK}.da.md").read_bytes().decode()
    done = add(project)
    assert done.stdout == f"{PLAYBOOK}.da.md: added first, last\n"
    after = project.path(f"{PLAYBOOK}.da.md").read_bytes().decode()
    first = "## <!-- translate: Nytt --> {#first .step}\n\n<!-- translate: Mer. -->\n\n".replace("\n", newline)
    last = "\n## <!-- translate: Sist --> {#last}\n\n- [ ] <!-- translate: Slutt. -->\n".replace("\n", newline)
    assert after == before.replace("## Giv en", f"{first}## Giv en") + last
    assert {fault.key for fault in project.faults()} == {"untranslated"}


def test_nothing_is_added_where_nothing_is_missing(project: Texts) -> None:
    """A translation with every section is left alone, also when it is behind."""
    before = all_files(project)
    assert add(project).stdout == f"{PLAYBOOK}.da.md lacks no section.\n"
    assert all_files(project) == before


@pytest.mark.parametrize("opened_before", [True, False], ids=["mark above the heading", "block goes on"])
def test_an_internal_section_is_added_as_an_internal_one(project: Texts, opened_before: bool) -> None:
    """What only colleagues may read in the original is not shown outside by its translation."""
    new = "## Stopp {#stop}\n\nHemmelig 4711.\n\n"
    if opened_before:
        original = f"<!-- internal -->\n\n{new}<!-- /internal -->\n\n## Gi en"
    else:
        original = f"<!-- internal -->\n\n## Annet {{#other}}\n\nBare oss.\n\n{new}<!-- /internal -->\n\n## Gi en"
    project.change(f"{PLAYBOOK}.nb.md", "## Gi en", original)
    add(project)
    path = f"{PLAYBOOK}.da.md"
    project.write(path, translated(project.read(path)))
    one = project.library().by_path(path)
    assert one.faults == []
    assert "Hemmelig" in one.body.source and "Hemmelig" not in one.public.source
    assert [section.id for section in one.body.sections] == [
        section.id for section in project.library().by_path(f"{PLAYBOOK}.nb.md").body.sections
    ]


def test_a_public_section_next_to_an_internal_one_stays_public(project: Texts) -> None:
    """The mark that opens the next block is not taken along."""
    for path, heading in ((f"{PLAYBOOK}.nb.md", "## Sjekkliste"), (f"{PLAYBOOK}.da.md", "## Tjekliste")):
        project.change(path, heading, f"<!-- internal -->\n\n{heading}")
        project.write(path, project.read(path) + "\n<!-- /internal -->\n")
    project.change(
        f"{PLAYBOOK}.nb.md", "<!-- internal -->\n\n## Sj", "## For alle {#all}\n\nHei.\n\n<!-- internal -->\n\n## Sj"
    )
    add(project)
    project.write(f"{PLAYBOOK}.da.md", translated(project.read(f"{PLAYBOOK}.da.md")))
    one = project.library().by_path(f"{PLAYBOOK}.da.md")
    assert one.faults == []
    assert "Hei." in one.public.source and "talt ud" not in one.public.source


def test_a_translation_whose_front_matter_is_broken_is_not_touched(project: Texts) -> None:
    """First the file must be readable."""
    project.change(f"{PLAYBOOK}.da.md", "title:", "titel:")
    before = all_files(project)
    done = add(project)
    assert done.exit_code == 1 and "Mend them first" in done.stderr
    assert all_files(project) == before


def test_an_edition_is_never_built_with_a_half_translated_text(project: Texts) -> None:
    """Whoever commits a skeleton is told, also for the edition outside."""
    tillit(project, "translate", "situations/lost-parcel", "--language", "sv")
    project.write(f"{LOST}.sv.md", project.read(f"{LOST}.sv.md").replace("title: #", "title:").replace("y: #", "y:"))
    found = project.library()
    assert "untranslated" in {fault.key for fault in checks.edition_faults(found.edition("internal"))[0]}


# Looking --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("100", r"(?m)^    Fortell meg alt\. +\|     Fortæl mig det hele\.$"),
        ("60", r"(?m)^    Fortell meg alt\.\n  \| !!! say\n  \|     Fortæl mig det hele\.$"),
    ],
)
def test_a_look_shows_both_sides_and_writes_nothing(
    project: Texts, columns: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section by section with its state; in a narrow terminal the translation stands below."""
    monkeypatch.setenv("COLUMNS", columns)
    project.accept_all()
    before = all_files(project)
    done = tillit(project, "translate", "situations/late-delivery", "--language", "da", "--look")
    assert "== listen: current" in done.stdout
    assert re.search(expected, done.stdout)
    assert all_files(project) == before
    assert COMPARED_ON.isoformat() in project.read(f"{PLAYBOOK}.da.md")

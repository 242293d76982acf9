"""A translation beside its original: the words that changed, asked of Git; and the pages that show it, inside only."""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, SEED, Built, size
from planted import Texts
from selectolax.lexbor import LexborHTMLParser, LexborNode

from macros import history, library, look, sidebyside, translations, workpages
from macros.embeds import MACROS
from macros.history import History
from macros.languages import language, text_languages
from macros.sidebyside import GONE, NEW, Part, Work

PLAYBOOK = "playbooks/situations/late-delivery"  # born in nb
GIT = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]


@pytest.fixture
def project(tmp_path: Path) -> Texts:
    """The small project, every translation compared."""
    made = Texts(tmp_path / "texts")
    made.accept_all()
    return made


def git(folder: Path, *args: str) -> None:
    subprocess.run([*GIT, *args], cwd=folder, check=True, capture_output=True)


def committed(project: Texts, message: str = "A change") -> Texts:
    if not project.path(".git").is_dir():
        git(project.root, "init", "-q")
    git(project.root, "add", "-A")
    git(project.root, "commit", "-q", "-m", message, "--date", "2026-11-03T12:00:00")
    return project


def work(project: Texts, name: str = "da", id: str = "situations/late-delivery", source: str | None = None) -> Work:
    found = project.library()
    return sidebyside.work(found, found.things[id], name, History(project.root), source)


def part(project: Texts, id: str, name: str = "da") -> Part:
    return next(one for one in work(project, name).parts if one.id == id)


def changed(part: Part) -> list[tuple[str, str]]:
    return [piece for row in part.rows for piece in row.source if piece[0] in (NEW, GONE)]


def words(node: LexborNode) -> str:
    return re.sub(r"\s+", " ", node.text()).strip()


# Words that changed ---------------------------------------------------------------------------------------------------


def as_marked(old: str, new: str) -> str:
    made, at = "", 0
    for one in sidebyside.changes(old, new):
        made += new[at : one.start] + (f"[-{one.gone}-]" if one.gone else "")
        made += f"{{+{new[one.start : one.end]}+}}" if one.end > one.start else ""
        at = one.end
    return made + new[at:]


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("Lyt først.", "Lyt altid først.", "Lyt {+altid+} først."),
        ("Lyt altid først.", "Lyt først.", "Lyt[- altid-] først."),
        ("Altid lyt.", "Lyt.", "[-Altid lyt-]{+Lyt+}."),
        ("Sig det kl. 9.30.", "Sig det kl. 10.30.", "Sig det kl. [-9.30-]{+10.30+}."),
        ("a\nb c", "a b\nc", "a b\nc"),
        ("", "Nyt.", "{+Nyt.+}"),
        ("Gammelt.", "", "[-Gammelt. -]"),
        ("et, to, tre", "en, tu, tre", "[-et, to-]{+en, tu+}, tre"),
    ],
)
def test_changes_are_told_word_by_word(old: str, new: str, marked: str) -> None:
    """Numbers and times are words; line breaks are no change; crumbs between two changes belong to them."""
    assert as_marked(old, new) == marked


def test_what_is_shown_as_the_same_and_new_is_the_text_of_today() -> None:
    """Whatever changed, no sign of the original is lost or doubled on the way to the page."""
    chance = random.Random(SEED)
    for _ in range(size(2_000, 100_000)):
        old, new = ("".join(chance.choices("ab, \n", k=chance.randint(0, 25))) for _ in range(2))
        now = [sidebyside.Block("words", piece) for piece in new.split("\n\n")]
        pieces = sidebyside.diffed(now, [sidebyside.Block("words", old)])
        said = ["".join(text for kind, text in own if kind != GONE) for own in pieces]
        assert said == [one.words for one in now], (old, new)


# What Git remembers ---------------------------------------------------------------------------------------------------


def test_the_words_that_changed_since_it_was_compared_are_marked(project: Texts) -> None:
    """The original is held against the version that was compared, not against the last commit."""
    committed(project)
    project.change(f"{PLAYBOOK}.nb.md", "Fortell meg alt.", "Fortell meg det.")
    committed(project)
    project.change(f"{PLAYBOOK}.nb.md", "Fortell meg det.", "Fortell meg det hele.")
    found = part(project, "listen")
    assert (found.state, found.why) == ("behind", "changed")
    assert changed(found) == [(GONE, "alt"), (NEW, "det hele")]
    assert changed(part(project, "offer")) == []


def test_a_new_title_is_a_change_of_the_top(project: Texts) -> None:
    """What stands in front matter is compared too; words for the search are not."""
    committed(project)
    project.change(f"{PLAYBOOK}.nb.md", "title: Når leveringen", "search_terms: [sen]\ntitle: Hvis leveringen")
    found = part(project, "top")
    assert changed(found) == [(GONE, "Når"), (NEW, "Hvis")]
    assert {row.field for row in found.rows} >= {"title", "summary", "search_terms"}


def test_sections_that_came_went_and_moved_say_so(project: Texts) -> None:
    """Each is behind for a reason that a translator can act on."""
    committed(project)
    path = f"{PLAYBOOK}.nb.md"
    head, listen, offer, checklist = project.read(path).split("\n## ")
    project.write(path, "\n## ".join([head, offer, listen, "Nytt {#new}\n\nMer.\n"]))
    states = {one.id: (one.state, one.why) for one in work(project).parts}
    assert states == {
        "top": ("current", ""),
        "offer": ("behind", "moved"),
        "listen": ("behind", "moved"),
        "new": ("missing", ""),
        "checklist": ("extra", "taken-away"),
    }
    gone = part(project, "checklist").rows[0]
    assert gone.source[0][0] == GONE and "Kunden har snakket ferdig." in gone.source[0][1]
    assert "Kunden har talt ud." in gone.target


def test_a_version_on_a_branch_that_was_merged_is_found(project: Texts) -> None:
    """Compared there, and changed again before it came to the main line."""
    committed(project)
    git(project.root, "checkout", "-q", "-b", "side")
    project.change(f"{PLAYBOOK}.nb.md", "Fortell meg alt.", "Fortell meg lenge.")
    project.accept_all()
    committed(project)
    project.change(f"{PLAYBOOK}.nb.md", "Fortell meg lenge.", "Fortell meg alt.")
    committed(project)
    git(project.root, "checkout", "-q", "-")
    git(project.root, "merge", "-q", "--no-ff", "side")
    assert changed(part(project, "listen")) == [(GONE, "lenge"), (NEW, "alt")]


@pytest.mark.parametrize("how", ["no repository", "never committed", "shallow clone", "no git", "broken"])
def test_without_the_older_words_everything_else_is_shown(
    project: Texts, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No Git, no commit, a clone of one commit: the section is behind, and its older words are not at hand."""
    if how != "no repository":
        committed(project)
    if how == "never committed":
        project.change(f"{PLAYBOOK}.nb.md", "Fortell meg alt.", "Fortell meg lenge.")
        project.accept_all()
    project.change(f"{PLAYBOOK}.nb.md", "Fortell meg", "Si meg")
    if how == "shallow clone":
        committed(project)
        git(tmp_path, "clone", "-q", "--depth", "1", project.root.as_uri(), "shallow")
        project.root = tmp_path / "shallow"
    if how == "no git":
        monkeypatch.setenv("PATH", "")
    if how == "broken":
        project.write(".git/HEAD", "nonsense")
    found = part(project, "listen")
    assert (found.state, found.why) == ("behind", "lost")
    assert changed(found) == [] and "Si meg" in found.rows[2].source[0][1] and found.rows[0].target
    assert "older words are not at hand" in "\n".join(look.lines(work(project), "en", width=200))


def test_a_version_that_cannot_be_read_today_is_passed_over(project: Texts) -> None:
    """What was broken once, or is no text, does not stand in the way of what was compared."""
    committed(project)
    good = project.read(f"{PLAYBOOK}.nb.md")
    for broken in (b"no front matter", b"\xff\xfe", b""):
        project.write(f"{PLAYBOOK}.nb.md", broken)
        committed(project)
    project.write(f"{PLAYBOOK}.nb.md", good.replace("Fortell meg alt.", "Fortell alt."))
    assert changed(part(project, "listen")) == [(GONE, " meg")]


def test_git_is_asked_once_for_many_texts(project: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    """One log for all texts of a build, then the versions of each: so a build with many behind stays quick."""
    committed(project)
    asked = []
    real = history._git
    monkeypatch.setattr(history, "_git", lambda root, *args, **more: asked.append(args[0]) or real(root, *args, **more))
    for path in (f"{PLAYBOOK}.nb.md", "playbooks/process/apologise.da.md"):
        project.change(path, "title: ", "title: Nå ")
    assert len(workpages.Works(project.library().edition("internal")).pages) > 3
    assert asked == ["log", "cat-file", "cat-file"]


# Side by side ---------------------------------------------------------------------------------------------------------


def test_blocks_of_a_kind_stand_beside_each_other(project: Texts) -> None:
    """A block that one side lacks leaves its place empty, and what follows is still in step."""
    project.change(f"{PLAYBOOK}.da.md", "!!! say\n    Fortæl mig det hele.\n\n", "")
    rows = part(project, "listen").rows
    pairs = [("".join(text for _, text in row.source), row.target) for row in rows]
    assert [(a.split()[0] if a else "", b.split()[0] if b else "") for a, b in pairs] == [
        ("##", "##"),
        ("La", "Lad"),
        ("!!!", ""),
        ("!!!", "!!!"),
    ]
    assert pairs[3][0].endswith("Det var ikke vår feil.") and pairs[3][1].endswith("Det var ikke vores fejl.")


def test_what_would_be_refused_is_told_before_it_is_accepted(project: Texts) -> None:
    """A number that differs stands at its section, whether the section counts as compared or not."""
    project.change(f"{PLAYBOOK}.nb.md", "250 kr", "300 kr")
    assert [one.key for one in part(project, "offer").differs] == ["parity-numbers"]
    assert part(project, "listen").differs == ()


def test_every_text_can_be_laid_beside_its_original(ours: library.Library) -> None:
    """All of ours, in every language, also those that are current or missing; no line is lost."""
    asked = History(ROOT)
    for thing in ours.things.values():
        for name in (name for name in text_languages() if thing.shelf != "developers" and name != thing.born):
            made = sidebyside.work(ours, thing, name, asked)
            said = "\n".join(
                "".join(text for kind, text in row.source if kind != GONE) for p in made.parts for row in p.rows
            )
            lines = {line.strip() for line in thing.original.text.body.split("\n")}
            assert lines <= {line.strip() for line in said.split("\n")} | {""}, thing.id


GLOSSARY = """concepts:
  complaint:
    en: complaint
    da: {term: klage, also: [klagen]}
    sv: {term: klagomål}
    nb: {term: klage}
  kiosk: {en: kiosk, sv: {term: kiosk}, nb: {term: kiosk}}
false_friends:
  calm:
    da: {word: rolig, means: uden uro}
    sv: {word: rolig, means: som man skrattar åt}
    nb: {word: rolig, means: uten uro}
"""


def test_words_of_the_glossary_stand_at_the_section_that_has_them(project: Texts) -> None:
    """What a term is called over there; what a word that looks alike means there."""
    project.write("playbooks/glossary.yml", GLOSSARY)
    project.change(f"{PLAYBOOK}.nb.md", "Fortell meg alt.", "Vær rolig, jeg noterer klagen på en kiosk.")
    found = part(project, "listen", "sv").terms
    assert [(one.word, one.better, one.is_false_friend) for one in found] == [
        ("rolig", "rolig (som man skrattar åt)", True),
        ("klage", "klagomål", False),
    ]
    assert part(project, "offer", "sv").terms == ()
    shown_terms = [words(item) for item in shown(project, "sv").css("#section-listen ~ .work__terms li")]
    assert shown_terms == ["Falsk vän rolig ≠ rolig (som man skrattar åt)", "klage → klagomål"]


# The pages ------------------------------------------------------------------------------------------------------------


def shown(project: Texts, name: str = "da", id: str = "situations/late-delivery") -> LexborNode:
    works = workpages.Works(project.library().edition("internal"))
    page = next(page for page in works.pages if (page.work.id, page.language) == (id, name))
    return LexborHTMLParser(f"<main>{workpages.show(page).html}</main>").css_first("main")


def test_a_work_page_shows_both_sides_the_change_and_the_commands(project: Texts) -> None:
    """Each section with its state; what is current is folded; each side says its language."""
    committed(project)
    project.change(f"{PLAYBOOK}.nb.md", "Det var ikke vår feil.", "Det var ikke oss.")
    page = shown(project)
    said = language("da")
    section = page.css_first("#section-listen").parent
    assert words(section.css_first(".work__state")) == said.say("work.state.behind")
    assert said.say("work.why.changed", date="")[:-2] in words(section.css_first(".work__how"))
    assert [words(one) for one in section.css("del")] == ["vår feil"] and [
        words(one) for one in section.css("ins")
    ] == ["oss"]
    cells = section.css("tbody tr")[0].css("td")
    assert [cell.attributes["lang"] for cell in cells] == ["nb", "da"]
    assert page.css_first("#section-offer").parent.css("details table") != []
    commands = [words(code) for code in page.css(".work__steps code")]
    assert commands == [f"./tillit check {PLAYBOOK}.da.md", f"./tillit translations accept {PLAYBOOK}.da.md"]
    edit = [link.attributes["href"] for link in page.css(".work__links a")]
    assert f"https://git.lillebutik.example/tillit/_edit/main/{PLAYBOOK}.da.md" in edit


def test_what_an_author_writes_is_only_words_on_a_work_page(project: Texts) -> None:
    """Markdown stands as it is written, and nothing in it is HTML or code to the page."""
    project.change(f"{PLAYBOOK}.nb.md", "Fortell meg alt.", '5 < 6 & **x** "alt"')
    project.change(f"{PLAYBOOK}.da.md", "Fortæl mig det hele.", "*5* < 6 & det hele")
    page = shown(project)
    assert '5 < 6 & **x** "alt"' in page.text() and "*5* < 6 & det hele" in page.text()


def test_a_missing_translation_says_how_to_begin(project: Texts) -> None:
    """The original alone, and the command that makes the file."""
    page = shown(project, "sv", "situations/lost-parcel")
    assert words(page.css_first(".work__steps code")) == "./tillit translate situations/lost-parcel --language sv"
    assert [words(state) for state in page.css(".work__how .work__state")] == ["Saknas", "Saknas"]


def test_only_what_waits_has_a_page(project: Texts) -> None:
    """Missing, behind and never compared; a hidden text and what is current have none."""
    waiting = workpages.Works(project.library().edition("internal")).waiting
    assert ("situations/late-delivery", "da") not in waiting and ("situations/lost-parcel", "sv") in waiting
    project.change(f"{PLAYBOOK}.nb.md", "Fortell meg alt.", "Fortell alt.")
    project.change("playbooks/company.yml", "sample: true", "sample: true\nhide: [situations/lost-parcel]")
    waiting = workpages.Works(project.library().edition("internal")).waiting
    assert ("situations/late-delivery", "da") in waiting and ("situations/lost-parcel", "sv") not in waiting


def test_of_write_ups_without_a_translation_only_the_newest_have_a_page(ours: library.Library) -> None:
    """No write-up has to be translated: thousands of them make no thousands of pages. What is behind has one always."""
    waiting = workpages.Works(ours.edition("internal")).waiting
    for name in text_languages():
        missing = [id for (id, lang), (thing, state) in waiting.items() if lang == name and thing.shelf == "incidents"]
        every = [
            thing.id
            for thing, lang, state in translations.report(ours)
            if lang == name and thing.shelf == "incidents" and state.kind == "missing"
        ]
        assert missing == sorted(every, reverse=True)[: workpages.MOST_WRITE_UPS]


@pytest.mark.parametrize("name", text_languages())
def test_the_overview_counts_every_text_and_leads_to_what_waits(
    internal: Built, ours: library.Library, name: str
) -> None:
    """By shelf and in all; each line leads to its work page."""
    page = internal.page(f"{name}/translations/")
    expected = sum(thing.born != name and thing.shelf != "developers" for thing in ours.things.values())
    assert sum(int(cell.text()) for cell in page.css(".work__counts tfoot td")) == expected
    links = {link.attributes["href"].removesuffix("/") for link in page.css(".work__list a")}
    waiting = workpages.Works(ours.edition("internal")).waiting
    assert links == {id for id, lang in waiting if lang == name}
    assert {sidebyside.work_address(id, name) for id in links} <= {*internal.addresses()}


def test_the_overview_begins_with_what_has_waited_longest(project: Texts) -> None:
    """By the day it was compared, of what is behind."""
    for thing in project.library().things.values():
        if thing.id in ("apologies/late-delivery", "process/apologise"):  # born in Danish
            project.change(thing.original.text.path, "title: ", "title: Nu ")
    project.change("playbooks/process/apologise.nb.md", "on: 2026-11-01", "on: 2026-10-31")
    page = project.library().edition("internal").home("nb")
    days = [node.text() for node in LexborHTMLParser(workpages.overview(page)).css("section:first-of-type .work__day")]
    assert len(days) > 1 and days[0] == language("nb").say("work.compared", date="31. oktober 2026")


@pytest.mark.parametrize("name", text_languages())
def test_the_report_and_the_page_are_for_colleagues_only(
    internal: Built, public: Built, ours: library.Library, name: str
) -> None:
    """Outside there is neither a page nor a word of what waits; inside they are in no search and no sitemap."""
    inside = [address for address in internal.addresses() if address.startswith(f"{name}/translations/")]
    assert len(inside) > 1
    assert not [address for address in public.addresses() if "translations" in address]
    assert MACROS["translation_work"].inside
    edition = ours.edition("public")
    assert workpages.Works(edition).pages == []
    with pytest.raises(PermissionError):
        workpages.overview(edition.home(name))
    index = json.loads((internal.root / name / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert not [entry for entry in index["docs"] if entry["location"].startswith("translations")]
    sitemap = (internal.root / "sitemap.xml").read_text(encoding="utf-8")
    assert f"/{name}/translations/" in sitemap and not re.search(rf"/{name}/translations/\w", sitemap)


def test_a_work_page_stands_in_the_language_it_is_written_in(internal: Built) -> None:
    """Its switcher leads to the same work in the other languages, or to what waits there."""
    for name in text_languages():
        for address in internal.addresses():
            if not re.match(rf"{name}/translations/\w", address):
                continue
            page = internal.page(address)
            assert page.css_first("html").attributes["lang"] == name
            for link in page.css(".md-select__link"):
                target = link.attributes["href"]
                assert "translations" in target or link.attributes["hreflang"] == name, (address, target)
            assert page.css_first("a.md-content__button").attributes["href"].endswith(f".{name}.md")

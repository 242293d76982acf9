"""What each group of readers gets, and what it never gets."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import material
import pytest
import yaml
from canaries import OPEN, STRAY, Canaries, fields, is_public, plant
from conftest import MINI, ROOT, Built, Project, ours
from selectolax.lexbor import LexborHTMLParser

from macros import library, record
from macros.languages import language
from macros.shelves import SHELVES


class Planted:
    """A project with canaries in everything that is not public, and the editions built from it."""

    def __init__(self, folder: Path, turn: int = 0):
        self.project = Project(folder)
        self.canaries: Canaries = plant(self.project, turn)
        self.built: dict[str, Path] = {}

    def site(self, edition: str) -> Path:
        if edition not in self.built:
            self.built[edition] = self.project.build(edition)
        return self.built[edition]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return Planted(tmp_path_factory.mktemp("planted"))


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Nothing internal gets out -------------------------------------------------------------------------------------------


def test_no_byte_of_the_public_site_holds_anything_internal(planted: Planted) -> None:
    """No field, section, block, comment, name, asset or company value that is not public is in any file or name."""
    assert planted.canaries.found(planted.site("public")) == {}


def test_canaries_stand_in_every_field_that_is_not_marked_public(planted: Planted) -> None:
    """What the test above looks for was made from the models: each internal field that can hold words is there."""
    where = "\n".join(planted.canaries.planted.values())
    small = {"born", "audience", "reviewed", "review_months", "formerly"}
    small |= {"severity", "channel", "found_by", "legal_checked", "legal_found", "own_proposal", "in_kind", "currency"}
    small |= {"apology", *record.ACCOUNTS.values()}  # one canary for all; and the accounts are told
    for shelf, rules in SHELVES.items():
        internal = {name for name, field in fields(rules.model) if not is_public(field)} - small
        searched = set() if shelf == "incidents" else {"search_terms"}
        for name in internal - searched:
            assert f"public {shelf}: {name}" in where, f"{shelf}: {name} has no canary"
    assert "name of an internal apology" in where
    assert "company.address.internal" in where
    assert "company.contact.escalation" in where


def test_no_model_opens_what_is_ours() -> None:
    """Who is responsible, who may decide, what was promised, what it cost and what the law says stay internal facts."""
    ours = {"owner", "mandate", "review_months", "audience", "apology", "channel", "found_by", "severity", "case"}
    ours |= {"legal_checked", "legal_found", "cost", "value", "loss_money", "staff_role", "confirmed_on"}
    ours |= {*record.ACCOUNTS.values(), "retain_until", "not_personal"}
    for rules in SHELVES.values():
        shown = {name for name, field in fields(rules.model) if is_public(field)}
        assert not shown & (ours | {"promises", "prevention", "consent"}), rules.name


def test_the_public_site_holds_what_is_public(planted: Planted) -> None:
    """Every shelf's public text is there in its languages, old addresses lead on, everyday words are searched."""
    site = planted.site("public")
    for shelf in SHELVES:
        thing = f"2026-04-04-{OPEN}" if shelf == "incidents" else OPEN
        for name in ("da", "sv"):
            address = site / name / ("" if shelf == "docs" else shelf) / thing / "index.html"
            assert OPEN in address.read_text(encoding="utf-8"), f"{address} is not there"
    redirects = [path for path in site.rglob("index.html") if 'http-equiv="refresh"' in path.read_text()]
    assert len(redirects) == 2 * len(SHELVES)
    index = json.loads((site / "sv" / "search" / "search_index.json").read_text(encoding="utf-8"))
    terms = planted.project.library().by_path(f"playbooks/process/{OPEN}.sv.md").front.search_terms
    assert any(terms[0] in entry.get("everyday", "") for entry in index["docs"])


def test_the_public_site_stays_the_same_when_internal_things_change(
    planted: Planted, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Other internal words, names, numbers and choices, down to yes and no: not one public byte differs."""
    other = Planted(tmp_path_factory.mktemp("other"), turn=1)
    assert other.canaries.planted.keys().isdisjoint(planted.canaries.planted.keys())
    one, two = tree(planted.site("public")), tree(other.site("public"))
    assert sorted(one) == sorted(two)
    assert [path for path in one if one[path] != two[path]] == []


LEAKS = [
    ("macros/library.py", "return thing.is_public and thing.id", "return thing.id"),
    ("macros/library.py", "return self.checked.public", "return self.checked.body"),
    (
        "macros/library.py",
        "us.public_view(company) if self.is_public else company.model_dump()",
        "company.model_dump()",
    ),
    ("macros/library.py", "shelves.visible(self.thing.facts, self.edition.is_public)", "vars(self.thing.facts)"),
    (
        "macros/library.py",
        "        if not self.is_public:\n            return list",
        "        if True:\n            return list",
    ),
    ("macros/library.py", "hidden = self.edition.is_public and", "hidden = False and"),
    ("macros/site.py", "if self.edition.is_public or company is None:", "if company is None:"),
]


def test_the_scan_finds_leaks_where_the_guards_are_off(planted: Planted, tmp_path: Path) -> None:
    """With every guard of the view off, the same scan finds canaries of every kind: it is not blind."""
    leaky = tmp_path / "leaky"
    shutil.copytree(planted.project.root, leaky, ignore=shutil.ignore_patterns("site"))
    project = Project.__new__(Project)
    project.root = leaky
    for path, guard, nothing in LEAKS:
        project.change(path, guard, nothing)
    found = "\n".join(planted.canaries.found(project.build("public")).values())
    for kind in (
        *(f"name of an internal text of {shelf}" for shelf in SHELVES if shelf != "apologies"),
        *(f"public {shelf}.da: block" for shelf in SHELVES if shelf != "incidents"),
        *(f"internal {shelf}.sv: body" for shelf in SHELVES if shelf != "incidents"),
        *("public incidents.da: section customers-account", "public incidents.da: section promises"),
        *("public incidents: promises.due", "public situations: internal section", "company.repository.url"),
        *("company.roles", "company.mandates", "docs/developers", "docs/assets/tools/{}.js", "a picture nobody shows"),
        *("a picture that only an internal block shows", "public incidents: search_terms"),
    ):
        assert kind in found, f"{kind}: its canary got out and was not found"


@pytest.mark.parametrize("guard", range(2), ids=["unheld", "uncut"])
def test_one_guard_off_is_stopped_or_found(planted: Planted, tmp_path: Path, guard: int) -> None:
    """An edition that holds internal texts, or does not cut them, fails by its own rules or is caught by the scan."""
    leaky = tmp_path / "leaky"
    shutil.copytree(planted.project.root, leaky, ignore=shutil.ignore_patterns("site"))
    project = Project.__new__(Project)
    project.root = leaky
    project.change(*LEAKS[guard])
    done = project.tillit("build", "public")
    assert done.returncode == 1 or planted.canaries.found(leaky / "site" / "public")


def test_the_inside_edition_holds_what_is_internal_but_no_stray_file(planted: Planted) -> None:
    """Inside, texts, blocks, tools and pictures are there; backups, notes and programs beside them are not."""
    site = planted.site("internal")
    # A work page shows a translator the file as it is written, comments too.
    found = "\n".join(planted.canaries.found(site, but="translations").values())
    for kind in ("internal process.da: body", "public process.da: block", "docs/assets/tools/{}.js", "company.roles"):
        assert kind in found
    assert not [name for name in STRAY if f": {name} →" in found]
    assert "comment" not in found
    assert {path.name for path in site.rglob("*")}.isdisjoint({"Thumbs.db", "README.md", "company.yml"})


@pytest.mark.parametrize("named", ["", "edition: Internal", "edition:", "edition: [internal]"])
def test_an_edition_named_wrongly_or_not_at_all_is_the_public_one(planted: Planted, named: str) -> None:
    """A configuration that does not say exactly `internal` builds the public site, byte for byte."""
    project = planted.project
    config = project.read("mkdocs.yml").replace("extra:\n  edition: internal", f"extra:\n  other: 1\n  {named}")
    assert "edition: internal" not in config
    project.write("mkdocs.odd.yml", config)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", "mkdocs.odd.yml", "-d", folder]
        done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        assert tree(Path(folder)) == tree(planted.site("public"))


@pytest.mark.parametrize("name", ["", "Internal", "internal ", "intern", None, 1])
def test_only_the_exact_name_opens_the_inside_view(name: object) -> None:
    """`Library.edition` of anything but `internal` is the public view."""
    assert library.load(MINI).edition(name).is_public


# The real texts ------------------------------------------------------------------------------------------------------


def test_a_public_write_up_shows_its_public_sections_only(internal: Built, public: Built) -> None:
    """Outside, the accounts and promises are not there, and no fact that is for us only; inside, all of it is."""
    address = "{}/incidents/2026-02-12-late-sofas/"
    for name in ours().company.languages:
        headings = language(name).table("sections")
        hidden = {headings[id] for id in ("customers-account", "staff-account", "promises")}
        written = {headings[id] for id in record.SECTIONS[:8]}
        inside, outside = (
            {node.text(strip=True) for node in site.page(address.format(name)).css("h2, h3, .md-nav__link")}
            for site in (internal, public)
        )
        assert hidden <= inside
        assert not hidden & outside
        assert written - hidden <= outside


def test_no_page_says_what_made_it(editions: dict[str, Built]) -> None:
    """No generator meta tag, in any page of either edition."""
    for site in editions.values():
        for path in site.files():
            if path.suffix == ".html":
                assert not LexborHTMLParser(path.read_text(encoding="utf-8")).css('meta[name="generator"]'), path


def test_no_byte_holds_a_path_of_this_machine(editions: dict[str, Built]) -> None:
    """Neither where the project stands nor where Python or the output does."""
    places = {str(ROOT), sys.prefix, tempfile.gettempdir() + "/", str(Path.home()) + "/"} - {"/"}
    for site in editions.values():
        for path in site.files():
            content = path.read_bytes()
            assert not [place for place in (*places, str(site.root)) if place.encode() in content], path


def test_the_public_site_never_names_our_git_host_or_inside_address(public: Built) -> None:
    """No edit link, no repository, no internal address in any file."""
    us = ours().company
    for path in public.files():
        content = path.read_bytes()
        for inside in (us.repository.url, us.address.internal, "playbooks/", "mkdocs"):
            if path.suffix in (".html", ".json", ".xml"):
                assert inside.encode() not in content, f"{path}: {inside}"


# Two languages -------------------------------------------------------------------------------------------------------

NB_TEXT = "---\n{born}\ntitle: {x}\nsummary: {x}.\n---\n\n## Del {{#part}}\n\n{x}.\n"


@pytest.fixture(scope="module")
def two_languages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """The mini site of a company that has no Norwegian, with links to Norwegian texts."""
    project = Project(tmp_path_factory.mktemp("two"))
    project.change("playbooks/company.yml", "languages: [da, sv, nb]", "languages: [da, sv]")
    born = "born: nb\naudience: public\nowner: editor\nreviewed: 2026-10-01"
    more = "\n## Mer {#more}\n\nMer.\n"  # a section that the Swedish text lacks
    project.write("playbooks/process/with-swedish.nb.md", NB_TEXT.format(born=born, x="Norsk") + more)
    project.write("playbooks/process/with-swedish.sv.md", NB_TEXT.format(born="translates: nb", x="Svenska"))
    project.write("playbooks/process/only-norwegian.nb.md", NB_TEXT.format(born=born, x="Norsk"))
    path = "playbooks/situations/late-delivery.da.md"
    links = "Læs [nabo](../process/with-swedish.nb.md#part) og [ingen](../process/only-norwegian.nb.md#part)."
    links += "\n[Mere](../process/with-swedish.nb.md#more), [vores](../process/apologise.da.md#ours)."
    project.change(path, "Sig 250 kr.", f"{links}\nSig 250 kr.")
    project.change("playbooks/process/apologise.da.md", "Kun for os.", "## Vores {#ours}\n\nVores.")
    project.change(
        "playbooks/process/apologise.da.md",
        "Sig tak.",
        "Sig tak, [se her](#ours).\n[Inde](../../docs/index.da.md), [ude](../../docs/index.public.da.md).",
    )
    project.change(path, '{{ apology("late-delivery", channel="phone") }}\n\n', "")  # let the facts show it
    return {name: Built(project.build(name)) for name in library.EDITIONS}


def test_a_language_left_out_leaves_no_trace(two_languages: dict[str, Built]) -> None:
    """No page, link, switcher entry, sitemap or index entry and no `lang` of the language."""
    for site in two_languages.values():
        assert sorted(path.name for path in site.root.iterdir() if (path / "search").is_dir()) == ["da", "sv"]
        for path in site.files():
            assert "/nb/" not in f"/{path.relative_to(site.root)}"
            if path.suffix in (".html", ".json", ".xml"):
                said = path.read_text(encoding="utf-8")
                assert not re.search(r'/nb/|"nb/|\blang="nb|hreflang="nb|\.nb\.md', said), path
                assert language("nb").name not in said, path


def words_of(value: object) -> set[str]:
    """Every word of three letters or more in a value of any depth."""
    if isinstance(value, dict):
        return set().union(*(words_of(inner) for inner in value.values()))
    return set(re.findall(r"[^\W\d_]{3,}", str(value).lower()))


def interface(name: str) -> set[str]:
    """Every word that our word file or the theme's says in a language on a page."""
    ours = {key: value for key, value in language(name).words.items() if key not in ("faults", "cli")}
    theme = Path(material.__file__).parent / "templates" / "partials" / "languages" / f"{name}.html"
    return words_of(ours) | words_of(re.findall(r'": "([^"]*)"', theme.read_text(encoding="utf-8")))


def test_a_language_left_out_lends_no_interface_word(two_languages: dict[str, Built]) -> None:
    """No word that stands only in the Norwegian word file, or only in the theme's, is on any page."""
    texts = words_of([path.read_text(encoding="utf-8") for path in MINI.rglob("*.[ds][av].md")])
    texts |= words_of((MINI / "playbooks" / "company.yml").read_text(encoding="utf-8"))
    only = interface("nb") - interface("da") - interface("sv") - texts - interface("en")
    assert {"søk", "neste"} < only
    for site in two_languages.values():
        for address in site.addresses():
            page = site.page(address)
            marks = [" ".join(filter(None, node.attributes.values())) for node in page.css("*")]
            assert words_of([page.body.text(separator=" "), *marks]) & only == set(), address


@pytest.mark.parametrize("name", ["da", "sv"])
def test_a_text_born_in_a_language_left_out_keeps_its_facts(two_languages: dict[str, Built], name: str) -> None:
    """Mandate, apology and next of the Norwegian original stand on the Danish and Swedish pages."""
    page = two_languages["internal"].page(f"{name}/situations/late-delivery/")
    assert page.css_first(".rest--mandate td")
    assert page.css_first('.apology[data-apology="late-delivery"]').attributes["lang"] == name
    assert "process/apologise/" in page.css_first(".rest--next a").attributes["href"]
    outside = two_languages["public"].page(f"{name}/situations/late-delivery/")
    assert not outside.css_first(".rest--mandate")
    assert outside.css_first(".apology") and outside.css_first(".rest--next a")


def test_a_link_to_a_language_left_out_leads_to_the_neighbour(two_languages: dict[str, Built]) -> None:
    """To the Swedish text where there is one; where there is none, the words stay and the link goes."""
    for site in two_languages.values():
        part = site.page("da/situations/late-delivery/").css_first("article, .page").html
        assert re.search(r'<a [^>]*href="../../../sv/process/with-swedish/#part"[^>]*>nabo</a>', part)
        assert "ingen" in part and "only-norwegian" not in part


def test_a_link_to_a_section_that_is_not_there_leads_to_the_page(two_languages: dict[str, Built]) -> None:
    """Where the neighbour lacks the section, or outsiders do not get it, neither build nor link breaks."""
    for name, site in two_languages.items():
        page = site.page("da/situations/late-delivery/")
        links = {node.text(): node.attributes["href"] for node in page.css("section a")}
        assert links["Mere"] == "../../../sv/process/with-swedish/"
        assert links["vores"] == "../../process/apologise/" + ("#ours" if name == "internal" else "")
        here = site.page("da/process/apologise/").css_first("article, .page")
        assert "Sig tak, se her." in here.text()
        assert bool(here.css_first('a[href="#ours"]')) == (name == "internal")


def test_a_link_to_a_home_page_leads_to_that_of_the_edition(two_languages: dict[str, Built]) -> None:
    """Whichever of the two home pages a text names, its readers come to their own."""
    for site in two_languages.values():
        links = {node.text(): node.attributes["href"] for node in site.page("da/process/apologise/").css("section a")}
        assert links["Inde"] == links["ude"] == "../../"


# Hidden texts --------------------------------------------------------------------------------------------------------

HIDDEN = ("process/apologise", "apologies/late-delivery", "incidents/2026-02-12-late-sofas")


@pytest.fixture(scope="module")
def hiding(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """The mini site of a company that does not want three of our texts, though others link to and embed them."""
    project = Project(tmp_path_factory.mktemp("hiding"))
    company = project.read("playbooks/company.yml")
    project.write("playbooks/company.yml", company + yaml.safe_dump({"hide": list(HIDDEN)}))
    text = "playbooks/situations/late-delivery.da.md"
    project.change(
        text, "Sig 250 kr.", '- *Se [**undskyld**](../process/apologise.da.md "Sig det") her.*\n\nSig 250 kr.'
    )
    chair = "playbooks/incidents/2026-02-20-broken-chair.da.md"
    project.change(chair, "Stolen knak.", "Stolen [knak](../process/apologise.da.md#last).")
    return {name: Built(project.build(name)) for name in library.EDITIONS}


def test_a_hidden_text_is_in_neither_edition(hiding: dict[str, Built]) -> None:
    """No page, no link, no entry in an index or sitemap; the strict build has no broken link."""
    for site in hiding.values():
        for path in site.files():
            if "translations" in path.parts:  # a translator reads the file as it is written, links and all
                continue
            if path.suffix in (".html", ".json", ".xml"):
                said = path.read_text(encoding="utf-8")
                assert not [id for id in HIDDEN if f"{id}/" in said or f"{id}." in said], path


def test_the_words_of_a_link_to_a_hidden_text_stay(hiding: dict[str, Built]) -> None:
    """A sentence that linked to it reads as before, its markup kept."""
    for site in hiding.values():
        part = site.page("da/situations/late-delivery/").css_first("article, .page")
        assert "Læs sådan siger vi undskyld." in part.text()
        assert "<em>Se <strong>undskyld</strong> her.</em>" in html.unescape(part.html)
        assert not part.css_first(".apology, .rest--next, .rest--apology")
    chair = hiding["internal"].page("da/incidents/2026-02-20-broken-chair/").css_first("article, .page")
    assert "Stolen knak." in chair.text() and not chair.css_first('a[href*="apologise"]')


# Assets --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def texts(tmp_path: Path) -> Project:
    """The mini site's texts alone."""
    project = Project.__new__(Project)
    project.root = shutil.copytree(MINI, tmp_path / "project")
    return project


def test_a_picture_is_shipped_outside_only_where_a_public_text_shows_it(texts: Project) -> None:
    """Inside every picture is there; outside those that a public page's public part shows."""
    picture = "playbooks/process/{}.png"
    for name in ("shown", "inside", "unused", "linked"):
        texts.write(picture.format(name), b"\x89PNG")
    texts.change(
        "playbooks/process/apologise.da.md",
        "Kun for os.",
        "![inde](inside.png)",
    )
    texts.change("playbooks/process/apologise.da.md", "Sig tak.", "![ude](shown.png) og [stor](linked.png)")
    texts.change("playbooks/situations/lost-parcel.da.md", "Led, og", "![led](../process/unused.png) Led, og")
    found = texts.library()
    assert [one for one in texts.faults() if one.severity == "error"] == []
    pictures = {path for path in found.edition("public").assets if path.startswith("playbooks/")}
    assert pictures == {picture.format("shown"), picture.format("linked")}
    assert {picture.format(name) for name in ("shown", "inside", "unused", "linked")} <= set(
        found.edition("internal").assets
    )


@pytest.mark.parametrize(
    "folder", ["playbooks/process", "docs", "docs/assets", "docs/assets/site", "docs/assets/tools"]
)
@pytest.mark.parametrize(
    "name", ["a.svg", "a.bak", "a.txt", "a.docx", "a.py", "a.html", "a.md~", "a.png.exe", "Thumbs.db"]
)
def test_a_file_of_another_kind_is_reported_and_never_shipped(texts: Project, folder: str, name: str) -> None:
    """An SVG only among the site's own files; notes, backups, programs and pages nowhere."""
    path = f"{folder}/{name}"
    texts.write(path, "x")
    found = texts.library()
    own_drawing = name == "a.svg" and folder in ("docs/assets/site", "docs/assets/tools")
    for edition in library.EDITIONS:
        shipped = path in found.edition(edition).assets
        assert shipped == (own_drawing and not (edition == "public" and folder.endswith("tools")))
    reported = [one.key for one in texts.faults() if one.path == path]
    assert reported == ([] if own_drawing else ["stray-file"])


def test_a_pipe_or_link_in_the_place_of_a_picture_is_refused(texts: Project) -> None:
    """Only plain files are read or shipped: a build never waits for a pipe, nor follows a link out of the texts."""
    os.mkfifo(texts.path("docs/pipe.png"))
    texts.path("docs/link.png").symlink_to("/etc/hostname")
    assert [one.path for one in texts.faults() if one.key == "symlink"] == ["docs/link.png", "docs/pipe.png"]
    assert not {"docs/pipe.png", "docs/link.png"} & set(texts.library().assets)

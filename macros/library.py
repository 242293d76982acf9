"""All texts together: by id, by language, and as each edition shows them.

An edition is a view taken here, before the site builder sees a file: whatever is not in it cannot be shown, linked or
found by anything that comes later. Nothing else reads `playbooks/` or `docs/`.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from . import advice, anonymity, bodies, evidence, glossary, record, shelves, spelling, texts, wording
from . import company as us
from .bodies import Body, Call
from .faults import Fault, Faulty, fault
from .glossary import GLOSSARY, Glossary
from .languages import language, text_languages
from .phrases import Phrases
from .shelves import Checked, DeveloperPage, Original, Translation
from .texts import DOCS, Front, Text, place

EDITIONS = ("internal", "public")
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif")  # beside texts; an SVG can hold a script
OWN_KINDS = (*PICTURES, ".css", ".js", ".svg", ".ico", ".woff2")  # of the site's own assets: no notes, no backups
SITE_ASSETS, TOOL_ASSETS = "docs/assets/site/", "docs/assets/tools/"
SEARCH_WORDS = "playbooks/synonyms."
WORDS = r"(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*"  # of a link, as Markdown
DATA_FILES = (us.COMPANY, us.SITUATIONS, us.FIELDS)
PHRASES = {path: name for name in text_languages() for path in advice.paths_of(name)}
KNOWN_DATA = frozenset((*DATA_FILES, evidence.RECALL, *PHRASES, GLOSSARY, *spelling.paths()))


@dataclass(eq=False)
class Thing:
    """One thing in all its languages, such as `situations/late-delivery`."""

    id: str
    original: Checked
    versions: dict[str, Checked]

    @property
    def shelf(self) -> str:
        return self.original.text.shelf

    @property
    def name(self) -> str:
        return self.original.text.thing

    @property
    def facts(self) -> Any:
        return self.original.front

    @property
    def born(self) -> str:
        return self.original.text.language

    @property
    def is_public(self) -> bool:
        return getattr(self.facts, "audience", "internal") == "public"


@dataclass(eq=False)
class Library:
    """Every text under `root`, checked one by one; `faults` is what that found.

    When `asked` names files, the library holds what their faults depend on, and other texts only by name.
    """

    root: Path
    things: dict[str, Thing]
    ground: Ground
    situations: dict[str, us.Situation]
    fields: dict[str, us.ApologyField]
    recall: dict[str, evidence.Headline]  # the headline of a recall notice, by language
    assets: list[str]
    faults: list[Fault]
    unreadable: list[str]  # texts whose front matter cannot be understood: every edition fails by them
    checked: dict[str, Checked] = field(default_factory=dict)
    fronts: dict[str, Front] = field(default_factory=dict)  # of the data files
    texts: list[str] = field(default_factory=list)  # the path of every text, read or not
    asked: frozenset[str] | None = None

    @property
    def company(self) -> us.Company | None:
        """Who we are; None where `company.yml` cannot be read."""
        return self.ground.company

    @cached_property
    def glossary(self) -> Glossary:
        """What our words mean in each language; read when somebody asks."""
        return glossary.load(self.root)

    def by_path(self, path: str) -> Checked | None:
        return self.checked.get(path)

    @cached_property
    def ids(self) -> list[str]:
        """The id of every text, read or not: for a reader who looks for the right one."""
        places = filter(None, map(place, self.texts))
        return list(dict.fromkeys(f"{shelf}/{thing}" for shelf, thing, _ in places))

    def is_asked(self, path: str) -> bool:
        """Whether somebody wants to know the faults of a file."""
        return self.asked is None or path in self.asked

    def things_asked(self) -> list[Thing]:
        """The things whose faults somebody wants to know."""
        every = self.things.values()
        return [one for one in every if any(self.is_asked(version.text.path) for version in one.versions.values())]

    def edition(self, name: str) -> Edition:
        """The view of `internal` or `public`; any other name gets the one that shows least."""
        return Edition(self, name if name in EDITIONS else "public")


@dataclass(frozen=True)
class Ground:
    """What a text is judged by besides our code: who we are, and what spoils an apology in each language."""

    company: us.Company | None = None
    root: Path | None = None

    def phrases(self, name: str) -> Phrases | None:
        """The rules of a language; read when they are asked for, since that takes a while."""
        return advice.load(self.root, name)[0] if self.root and name in PHRASES.values() else None


def judge(text: Text, ground: Ground) -> Checked:
    """Check one text by itself.

    What this finds rests on the text, on our code and on the ground alone: so it can be kept (`cache.py`).
    """
    one = shelves.check(text)
    one.faults += anonymity.faults(one, ground.company)
    one.faults += wording.faults(one, ground.phrases)
    return one


def judge_file(root: Path, path: str, ground: Ground) -> Checked:
    """Read one text and check it by itself. Faulty when it cannot be read."""
    return judge(texts.read(root, path), ground)


def judge_unadvised(root: Path, path: str, ground: Ground) -> Checked:
    """As `judge_file`, without the advice on words: that is a note, takes longest, and no page shows it."""
    return judge_file(root, path, replace(ground, root=None))


def load(
    root: Path,
    judge_file: Callable[[Path, str, Ground], Checked] = judge_file,
    asked: Collection[str] = (),
    watch: Callable[[list[str]], Iterable[str]] = iter,
) -> Library:
    """Read everything under `root`; never raises for what stands in a file.

    With `asked`, paths of files, only what their faults depend on is read, wherever that can be told from them.
    `watch` hands on the paths that are about to be read: a place for a progress bar.
    """
    faults: list[Fault] = []
    data, fronts = {}, {}
    for path, model in zip(DATA_FILES, (us.Company, us.Situations, us.Fields), strict=False):
        data[path], fronts[path] = _read_data(root, path, model, faults)
    paths = list(texts.walk(root))
    recall = _read_data(root, evidence.RECALL, evidence.Recall, faults)[0] if evidence.RECALL in paths else None
    ground = Ground(data[us.COMPANY], root)
    reading = _Reading(root, lambda path: judge_file(root, path, ground))
    needed = _needed(reading, paths, frozenset(asked)) if asked else None
    if needed is None:
        faults += _phrase_faults(root, paths)
    for path in watch(paths if needed is None else needed):
        reading.take(path)
    checked = {path: one for path in paths if (one := reading.checked.get(path))}
    assets = reading.assets
    faults += reading.faults
    things = _group(checked, faults)
    _check_logo(data[us.COMPANY], fronts[us.COMPANY], assets, faults)
    situations, fields = data[us.SITUATIONS], data[us.FIELDS]
    return Library(
        root=root,
        things=things,
        ground=ground,
        situations=situations.entries if situations else {},
        fields=fields.entries if fields else {},
        recall=recall.entries if recall else {},
        assets=assets,
        faults=faults,
        unreadable=reading.unreadable,
        checked=checked,
        fronts=fronts,
        texts=[path for path in paths if _is_text(path)],
        asked=None if needed is None else frozenset(asked),
    )


class _Reading:
    """What reading one file after another brings together."""

    def __init__(self, root: Path, judge: Callable[[str], Checked]):
        self.root, self.judge = root, judge
        self.faults: list[Fault] = []
        self.checked: dict[str, Checked] = {}
        self.unreadable: list[str] = []
        self.assets: list[str] = []
        self.taken: set[str] = set()

    def take(self, path: str) -> None:
        """Read a file, unless it has been."""
        if path in self.taken:
            return
        self.taken.add(path)
        if not _is_plain_file(f"{self.root}/{path}"):
            self.faults.append(fault(path, (0, 0), "symlink"))
        elif _is_text(path):
            self.take_text(path)
        elif _is_asset(path):
            self.assets.append(path)
        elif path not in KNOWN_DATA and not path.startswith(SEARCH_WORDS) and not path.endswith("/README.md"):
            self.faults.append(fault(path, (0, 0), "stray-file", severity="warning"))

    def take_text(self, path: str) -> None:
        try:
            one = self.judge(path)
        except Faulty as error:
            self.faults += error.faults
            self.unreadable.append(path)
            return
        self.faults += one.faults
        self.checked[path] = one
        if one.front is None:
            self.unreadable.append(path)


def _needed(reading: _Reading, paths: list[str], asked: frozenset[str]) -> list[str] | None:
    """The files that the faults of the asked ones depend on, in the order of `paths`; None where those may be all.

    They are the asked texts in all their languages, and the texts that these link to, embed or name in their facts.
    Former names are compared with every address there is, and the data files with every text.
    """
    if asked & KNOWN_DATA or not asked <= set(paths):
        return None
    own = {_thing(path) for path in asked}
    for path in paths:
        if _is_text(path) and _thing(path) in own:
            reading.take(path)
    if any("formerly" in one.text.front.value for one in reading.checked.values()):
        return None
    named = own.union(*(_named(one) for one in reading.checked.values()))
    for shelf, thing in [one for one in named if one[0] == DOCS]:  # a page and its public namesake share an address
        named |= {(shelf, thing.removesuffix(".public")), (shelf, thing.removesuffix(".public") + ".public")}
    return [path for path in paths if not _is_text(path) or _thing(path) in named]


def _thing(path: str) -> tuple[str, ...]:
    """What a file is one language of; of one outside the law of the paths, the file itself."""
    return (place(path) or (path,))[:2]


def _named(one: Checked) -> set[tuple[str, ...]]:
    """The things a text links to, embeds, or may mean by a word of its front matter."""
    folder = posixpath.dirname(one.text.path)
    paths = (posixpath.normpath(posixpath.join(folder, link.target[0])) for link in one.body.links if link.target[0])
    ids = {id for call in one.body.calls if (id := embedded_id(call))}
    for _, word in one.text.front.strings():
        ids |= {word, f"apologies/{word}", f"incidents/{word}"}  # where the shelf is given, the thing alone is written
    return {*map(_thing, paths), *(tuple(id.split("/", 1)) for id in ids)}


def _is_plain_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:  # it was there a moment ago
        return False


def _is_text(path: str) -> bool:
    return path.endswith(".md") and not path.endswith("/README.md")


def _is_asset(path: str) -> bool:
    return path.lower().endswith(OWN_KINDS if path.startswith((SITE_ASSETS, TOOL_ASSETS)) else PICTURES)


def _check_logo(company: us.Company | None, front: Front, assets: list[str], faults: list[Fault]) -> None:
    """The logo is a picture that both editions hold."""
    if company is None or company.logo is None:
        return
    known = [path for path in assets if not path.startswith(TOOL_ASSETS)]
    if company.logo not in known:
        at = front.at(("logo",))
        faults.append(fault(us.COMPANY, at, "link-broken", field="logo", found=company.logo, known=known))


def _read_data(root: Path, path: str, model: type, faults: list[Fault]) -> tuple[Any, Front]:
    if not (root / path).is_file():
        faults.append(fault(path, (0, 0), "file-missing"))
        return None, Front()
    try:
        front = texts.read_data(root, path)
    except Faulty as error:
        faults.extend(error.faults)
        return None, Front()
    faults.extend(bodies.front_faults(path, front))
    if model is not us.Company:  # a table by id: the ids are the file's own keys
        front = Front({"entries": front.value}, {("entries", *loc): at for loc, at in front.marks.items()})
    value, found = shelves.validate(path, front, model)
    faults.extend(found)
    return value, front


def _phrase_faults(root: Path, paths: list[str]) -> Iterator[Fault]:
    """What is wrong with the rules of each language."""
    for name in text_languages():
        if any(path in paths and _is_plain_file(f"{root}/{path}") for path in advice.paths_of(name)):
            yield from advice.load(root, name)[1]


def _group(checked: dict[str, Checked], faults: list[Fault]) -> dict[str, Thing]:
    """Put the languages of each thing together; a thing needs exactly one original, which says who may read it."""
    siblings: dict[str, list[Checked]] = {}
    for one in checked.values():
        if one.front is not None:
            siblings.setdefault(one.text.id, []).append(one)
    things = {}
    for id, versions in siblings.items():
        originals = [one for one in versions if isinstance(one.front, (Original, DeveloperPage))]
        for extra in originals[1:]:
            at = extra.text.front.key_at(("born",))
            faults.append(fault(extra.text.path, at, "two-originals", field="born", found=originals[0].text.path))
        if not originals:
            for one in versions:
                at = one.text.front.key_at(("translates",))
                faults.append(fault(one.text.path, at, "no-original", field="translates", found=id))
            continue
        original = originals[0]
        for one in versions:
            if isinstance(one.front, Translation) and one.front.translates != original.text.language:
                at = one.text.front.at(("translates",))
                born = original.text.language
                faults.append(fault(one.text.path, at, "translates-other", field="translates", found=born))
        things[id] = Thing(id, original, {one.text.language: one for one in versions if one not in originals[1:]})
    return things


# Editions -------------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Page:
    """A text in one language as one edition shows it."""

    edition: Edition
    thing: Thing
    language: str
    checked: Checked

    @property
    def id(self) -> str:
        return self.thing.id

    @property
    def shelf(self) -> str:
        return self.thing.shelf

    @property
    def path(self) -> str:
        return self.checked.text.path

    @property
    def title(self) -> str:
        return self.checked.front.title

    @property
    def summary(self) -> str:
        return self.checked.front.summary

    @property
    def search_terms(self) -> tuple[str, ...]:
        """Everyday words for the search; of a write-up, inside only."""
        hidden = self.edition.is_public and self.shelf == "incidents"
        return () if hidden else getattr(self.checked.front, "search_terms", ())

    @property
    def is_home(self) -> bool:
        return self.shelf == DOCS and self.thing.name.removesuffix(".public") == "index"

    @property
    def is_original(self) -> bool:
        return self.checked is self.thing.original

    @cached_property
    def address(self) -> str:
        """Where it stands on the site, relative to the root."""
        return texts.address(self.shelf, self.thing.name, self.language)

    @property
    def day(self) -> date:
        """When what a write-up tells of happened; while nobody knows, the day it was filed."""
        return self.thing.facts.happened or record.filed(self.thing.name)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The facts this edition may know of."""
        return shelves.visible(self.thing.facts, self.edition.is_public)

    @cached_property
    def held(self) -> Body:
        """What the edition may show of the text."""
        if self.edition.is_public:
            return self.checked.public
        return self.checked.body

    @cached_property
    def body(self) -> Body:
        """The text as it is shown: links and embeds of what the company has left out are gone, a link's words stay."""
        lost = {link.url for link in self.held.links if not link.is_outside and self._is_left_out(link.url)}
        calls = [call for call in self.held.calls if not self.edition.leaves_out(embedded_id(call))]
        if not lost and len(calls) == len(self.held.calls):
            return self.held
        source = self.held.source
        for url in lost:
            source = re.sub(rf'(?<!!)\[({WORDS})\]\(<?{re.escape(url)}>?(?: +"[^"\n]*")?\)', r"\1", source)
        links = [link for link in self.held.links if link.url not in lost]
        return Body(source, self.held.sections, calls, links, self.held.faults)

    def _is_left_out(self, url: str) -> bool:
        path, _, anchor = url.partition("#")
        if not path:  # a section that is not for these readers
            return anchor not in self.held.anchors() and anchor in self.checked.body.anchors()
        one = self.edition.library.by_path(self.path_of(path))
        return one is not None and not self.edition.is_home(one.text.id) and self.edition.leaves_out(one.text.id)

    def path_of(self, url_path: str) -> str:
        """The file that a link's path, as written here, names."""
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), url_path))

    def link(self, other: Page | str, anchor: str = "") -> str:
        """The address of another page (or an address from the root) as written on this one."""
        target = other.address if isinstance(other, Page) else other
        return relative(self.address, target) + (f"#{anchor}" if anchor else "")

    def nearest(self, id: str) -> Page | None:
        """The text `id` in this page's language, else in its nearest neighbour."""
        return self.edition.nearest(id, self.language)

    @property
    def formerly(self) -> list[str]:
        """Addresses that should still lead here."""
        return [texts.address(*old.split("/", 1), self.language) for old in getattr(self.thing.facts, "formerly", ())]


def embedded_id(call: Call) -> str | None:
    """The id of the text that a macro call shows."""
    shelf = {"apology": "apologies/", "incident": "incidents/", "playbook": ""}.get(call.name)
    if shelf is None or not call.args or not isinstance(call.args[0], str):
        return None
    return shelf + call.args[0]


def in_order(page: Page) -> tuple[int, str, str]:
    """Where a page stands among those of its shelf."""
    return getattr(page.thing.facts, "place", 0), page.title.casefold(), page.id


def relative(here: str, there: str) -> str:
    """From one folder address to another, both relative to the root.

    >>> relative("da/situations/late-delivery/", "da/process/apologise/")
    '../../process/apologise/'
    """
    path = posixpath.relpath("/" + there, "/" + here)
    return path + ("/" if there.endswith("/") or not there else "")


@dataclass(eq=False)
class Edition:
    """What one group of readers gets; made by `Library.edition`."""

    library: Library
    name: str

    @property
    def is_public(self) -> bool:
        return self.name != "internal"

    @cached_property
    def company(self) -> dict[str, Any]:
        """Who we are, as plain data; the public edition holds public fields only."""
        company = self.library.company
        if company is None:
            return {}
        return us.public_view(company) if self.is_public else company.model_dump()

    @property
    def glossary(self) -> Glossary:
        """What our words mean: every reader may see all of it."""
        return self.library.glossary

    @cached_property
    def languages(self) -> list[str]:
        """The languages this company's site is built in, in the company's order; all, while nobody can say which."""
        company = self.library.company
        return list(company.languages if company else text_languages())

    @cached_property
    def pages(self) -> dict[tuple[str, str], Page]:
        """Every page of the edition by id and language, in the order of the files."""
        hidden = set(self.library.company.hide) if self.library.company else set()
        found = {}
        for thing in self.library.things.values():
            if thing.id in hidden or not self._holds(thing):
                continue
            for name in [*self.languages, texts.DEVELOPERS_LANGUAGE]:
                if one := thing.versions.get(name):
                    found[thing.id, name] = Page(self, thing, name, one)
        return found

    def _holds(self, thing: Thing) -> bool:
        if self.is_public:
            return thing.is_public and thing.id != f"{DOCS}/index"
        return thing.id != f"{DOCS}/index.public"

    def leaves_out(self, id: str | None) -> bool:
        """Whether a text that these readers may see is not shown: hidden, or in no language that is built."""
        thing = self.library.things.get(id)
        return thing is not None and self._holds(thing) and not any((id, name) in self.pages for name in thing.versions)

    def is_home(self, id: str) -> bool:
        """Whether the id is the home page's, of whichever edition: each has one of its own."""
        return id in (f"{DOCS}/index", f"{DOCS}/index.public")

    def page(self, id: str, language: str) -> Page | None:
        return self.pages.get((id, language))

    def nearest(self, id: str, wanted: str) -> Page | None:
        """The text in the wanted language, else in the neighbour that is built, else in any."""
        order = [wanted, *language(wanted).neighbours, *self.languages]
        return next((page for name in order if (page := self.page(id, name))), None)

    def home(self, language: str) -> Page | None:
        return self.page(f"{DOCS}/index.public" if self.is_public else f"{DOCS}/index", language)

    def shelf(self, shelf: str, language: str) -> list[Page]:
        """One page a thing: in this language, or the nearest there is; by place, where the shelf has one, and title."""
        ids = dict.fromkeys(id for id, _ in self.pages if id.startswith(f"{shelf}/"))
        found = [page for id in ids if (page := self.nearest(id, language))]
        return sorted(found, key=in_order)

    def incidents(self, language: str, situation: str | None = None, limit: int | None = None) -> list[Page]:
        """Write-ups the edition holds, newest first."""
        found = [
            page
            for page in self.shelf("incidents", language)
            if situation is None or page.thing.facts.situation == situation
        ]
        found.sort(key=lambda page: (str(page.day), page.id), reverse=True)
        return found[:limit]

    def resolve(self, page: Page, url: str) -> tuple[Page | str | None, str]:
        """What a link in a page's text leads to: a page, an asset's path or None; and the anchor."""
        path, _, anchor = url.partition("#")
        if not path:
            return page, anchor
        target = page.path_of(path)
        if target in self.library.assets:
            return target, anchor
        one = self.library.by_path(target)
        if one is None:
            return None, anchor
        id = one.text.id
        found = self.home(page.language) if self.is_home(id) else self.page(id, one.text.language)
        found = found or self.nearest(id, page.language)
        # A translation may lack the section, and outside it may be cut: then the link leads to the page.
        return found, anchor if found and anchor in found.held.anchors() else ""

    @cached_property
    def assets(self) -> list[str]:
        """Files beside the texts. Outside: the site's own, and what a page of the edition shows."""
        if not self.is_public:
            return list(self.library.assets)
        shown = {self.resolve(page, link.url)[0] for page in self.pages.values() for link in page.body.links}
        shown.add(self.company.get("logo"))
        return [
            path
            for path in self.library.assets
            if path.startswith(SITE_ASSETS) or (path in shown and not path.startswith(TOOL_ASSETS))
        ]

    def paths(self) -> set[str]:
        """The files whose faults are this edition's: its texts, and what everything rests on.

        What they embed is among them: a text that an edition does not hold cannot be embedded in it.
        """
        found = {*DATA_FILES, *self.library.unreadable}
        for page in self.pages.values():
            found |= {page.path, page.thing.original.text.path}
        return found

"""The MkDocs side: what a build shows, page by page. Only this file and `hooks.py` know MkDocs.

One build makes every language. Files are given to MkDocs anew, each named by its path in the repository and each with
its own address; language, navigation and switcher are set page by page. What an edition does not hold never becomes
a file, so nothing that comes later can show it.
"""

from __future__ import annotations

import json
import logging
import posixpath
import re
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page as MkPage
from mkdocs.structure.toc import AnchorLink, TableOfContents

from . import Embeds, bodies, cards, checks, cms, composer, library, render, search, theme, workpages
from .embeds import MACROS
from .languages import language, message_language
from .library import Edition, Page
from .sandbox import Sandbox
from .shelves import SHELVES
from .texts import DEVELOPERS, DEVELOPERS_LANGUAGE, DOCS, address, place
from .workpages import WorkPage

log = logging.getLogger("mkdocs.tillit")

POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self' mailto:"
THEME_SCRIPT = "assets/javascripts/theme.js"
COMPANY_STYLE = "assets/site/css/company.css"
NAVIGATION = ("process", "situations", "apologies", "rights", "cases")  # shelves whose texts are in the navigation
TASK = re.compile(r'(<label class="task-list-control">.*?)</label>(.*?)</li>', re.S)
STOP = '<div class="admonition stop">'
DIV = re.compile(r"<div\b[^>]*>|</div>")
HEADING = re.compile(r'<h2([^>]*)\bid="([^"]+)"([^>]*)>')


class Site:
    """One build: the edition, and what each MkDocs event does with it."""

    def __init__(self, config: MkDocsConfig, serving: bool):
        self.root = Path(config.config_file_path).parent
        self.serving = serving
        self.config = config
        self.library = library.load(self.root, library.judge_unadvised)
        # No edition named means the one that shows least.
        self.edition: Edition = self.library.edition(config.extra.get("edition", "public"))
        self.works = workpages.Works(self.edition)
        self.faults: dict[str, list] = {}
        self.macro_errors: list[str] = []
        self.failed: set[str] = set()  # the pages that hold one
        self.current: File | None = None  # the page whose macros run
        self.navigations: dict[str, Navigation] = {}
        self._report()
        self._name(config)

    # Before anything is built ------------------------------------------------------------------------------------

    def _report(self) -> None:
        """All faults of the edition stop a build; while serving they stand in the terminal and on their pages."""
        mine, others = checks.edition_faults(self.edition)
        words = message_language()
        for one in others:
            log.info(one.say(words))
        if not self.edition.is_public and self.library.company and cms.is_without_decap(self.library):
            log.info(language(words).say("cms.run.not-built"))
        for one in mine:
            log.error(one.say(words))
            self.faults.setdefault(one.path, []).append(one)
        if mine and (not self.serving or self.library.company is None):
            files = len({one.path for one in mine})
            raise Abort(language(words).say("cli.faults", count=len(mine), files=files))

    def _name(self, config: MkDocsConfig) -> None:
        """Take name and address from the company; while serving, the address stays the local one."""
        us = self.edition.company
        config.site_name = escape(us["name"] if self.edition.is_public else f"Tillit · {us['name']}")
        if not self.serving:
            config.site_url = us["address"][self.edition.name]
        config.extra["generator"] = False
        if logo := us.get("logo"):
            config.theme["logo"] = logo.removeprefix("docs/")
        config.theme["favicon"] = "assets/site/favicon.svg"

    # Files and navigation -----------------------------------------------------------------------------------------

    def files(self, given: Files) -> Files:
        """The edition's pages and assets in place of whatever stands in `docs/`; the theme's own files stay."""
        docs = Path(self.config.docs_dir)
        kept = Files([file for file in given if file.src_dir is None or Path(file.src_dir) != docs])
        for page in self.edition.pages.values():
            kept.append(self._page_file(page))
            for old in page.formerly:
                kept.append(self._generated(f"{old}index.html", _redirect(library.relative(old, page.address), page)))
        for work in self.works.pages:
            kept.append(self._work_file(work))
        for path in self.edition.assets:
            kept.append(self._file(path, path.removeprefix(f"{DOCS}/")))
        kept.append(self._generated(THEME_SCRIPT, theme.script()))
        kept.append(self._generated(COMPANY_STYLE, theme.colours(self.edition.company["colours"])))
        for path, script in composer.scripts(self.edition):
            kept.append(self._generated(path, script))
        if not self.edition.is_public:
            kept.append(self._generated(cms.PAGE, cms.page(self.library)))
            for destination, path in cms.parts(self.library).items():
                kept.append(self._file(path, destination))
        if self.serving:
            for path in filter(place, self.library.unreadable):
                kept.append(self._unreadable_page(path))
        self.config.nav = self._navigation()
        return kept

    def _work_file(self, page: WorkPage) -> File:
        """A page that no text makes: a translation beside its original."""
        file = File.generated(self.config, f"{page.address}work.md", content="", inclusion=InclusionLevel.NOT_IN_NAV)
        file.dest_uri = f"{page.address}index.html"
        file.tillit = page
        return file

    def _unreadable_page(self, path: str) -> File:
        """Where a text would stand that cannot be read at all: its faults, while serving."""
        told = fault_list(self.faults[path], message_language())
        html = f'<!doctype html>\n<meta charset="utf-8">\n<title>{escape(path)}</title>\n{told}\n'
        return self._generated(f"{address(*place(path))}index.html", html)

    def _file(self, path: str, destination: str) -> File:
        return File(path, str(self.root), self.config.site_dir, True, dest_uri=destination)

    def _generated(self, destination: str, content: str) -> File:
        return File.generated(self.config, destination, content=content, inclusion=InclusionLevel.INCLUDED)

    def _page_file(self, page: Page) -> File:
        file = self._file(page.path, f"{page.address}index.html")
        file.tillit = page
        file.embeds = Embeds(page)
        if page.is_home or (page.shelf == DOCS and page.thing.name in SHELVES):
            file.name = "index"  # the page a navigation section opens with
        file.inclusion = InclusionLevel.NOT_IN_NAV if page.shelf == "incidents" else InclusionLevel.INCLUDED
        return file

    def _navigation(self) -> list[dict[str, Any]]:
        return [{name: self._language_navigation(name)} for name in [*self.edition.languages, DEVELOPERS_LANGUAGE]]

    def _language_navigation(self, name: str) -> list[Any]:
        """Home, then each shelf under its own page, then the site's other pages: only what this language has."""
        pages = {id: page for (id, lang), page in self.edition.pages.items() if lang == name}
        if name == DEVELOPERS_LANGUAGE:
            return [page.path for page in sorted(pages.values(), key=lambda page: page.path)]
        home = self.edition.home(name)
        entries: list[Any] = [home.path] if home else []
        used = {home.id} if home else set()
        for shelf in [*NAVIGATION, "incidents"]:
            front = pages.get(f"{DOCS}/{shelf}")
            texts = [page for page in pages.values() if page.shelf == shelf and shelf in NAVIGATION]
            texts.sort(key=library.in_order)
            used |= {f"{DOCS}/{shelf}"}
            if texts:
                title = front.title if front else language(name).table("shelves")[shelf]
                entries.append({title: [page.path for page in ([front] if front else []) + texts]})
            elif front:
                entries.append(front.path)
        entries += [page.path for page in pages.values() if page.shelf == DOCS and page.id not in used]
        return entries

    def navigation(self, nav: Navigation) -> Navigation:
        """Cut the one navigation into one a language, each with its own home and its own next and previous."""
        self.navigations = {}
        for part in [item for item in nav.items if isinstance(item, Section)]:
            pages = [page for page in nav.pages if _language(page.file) == part.title]
            for child in part.children:
                child.parent = None
            for before, after in zip([None, *pages], [*pages, None], strict=False):
                if before:
                    before.next_page = after
                if after:
                    after.previous_page = before
            own = Navigation(part.children, pages)
            own.homepage = next((page for page in pages if page.file.tillit.is_home), None)
            self.navigations[part.title] = own
        return nav

    # One page -----------------------------------------------------------------------------------------------------

    def markdown(self, mk: MkPage) -> str:
        """The Markdown of a page as its edition holds it; write-ups and apologies are not for Markdown or macros."""
        page: Page | None = getattr(mk.file, "tillit", None)
        if page is None:
            return ""
        self.current = mk.file
        mk.title = escape(page.title)  # Material prints titles as they are
        mk.meta = {"description": escape(page.summary, quote=True)}
        mk.edit_url = self.edit_url(page)
        if isinstance(page, WorkPage) or page.id == workpages.OVERVIEW:
            mk.meta["search"] = {"exclude": True}  # whoever has a customer on the line is not looking for these
        if isinstance(page, WorkPage) or page.path in self.faults or _is_rendered(page):
            return ""
        return self._point_links(page, name_blocks(page.body.source, page.language))

    def _point_links(self, page: Page, source: str) -> str:
        """Lead links to a language that is not built to the neighbour that is."""
        for link in page.body.links:
            if link.is_outside:
                continue
            target, anchor = self.edition.resolve(page, link.url)
            if isinstance(target, Page) and link.target[0]:
                there = posixpath.relpath(target.path, posixpath.dirname(page.path))
                new = there + (f"#{anchor}" if anchor else "")
                source = re.sub(rf"\]\({re.escape(link.url)}(?=[ )])", lambda _, new=new: f"]({new}", source)
        return source

    def content(self, html: str, mk: MkPage) -> str:
        """The page's HTML with what its macros made put in, its parts wrapped, and what its facts add."""
        page: Page | WorkPage = mk.file.tillit
        if page.path in self.faults and not isinstance(page, WorkPage):
            return fault_list(self.faults[page.path], message_language())
        try:
            return self._content(html, mk, page)
        except Exception as error:  # what the template shows by itself fails like a macro, told with its page
            return self._failed(page, f"{page.path}: {type(error).__name__}: {error}")

    def _content(self, html: str, mk: MkPage, page: Page | WorkPage) -> str:
        if isinstance(page, WorkPage):
            made = workpages.show(page)
            mk.present_anchor_ids = {heading.id for heading in made.toc}
            mk.toc = TableOfContents([_toc_item(heading) for heading in made.toc])
            return made.html
        if page.shelf == DEVELOPERS:
            made = render.render(page.body.sections, cards.resolver(page, page))
        elif page.shelf == "apologies":
            made = cards.apology_page(page)
        elif page.shelf == "incidents":
            made = cards.incident_page(page)
        else:
            # The words of a task stand beside its label: in it, they name the box for a screen reader.
            html = under_stops(TASK.sub(r"\1\2</label></li>", html), cards.escalation(page))
            made = render.Rendered(wrap_parts(mk.file.embeds.put_back(html)))
        extra = cards.rest(page) if page.shelf not in (DOCS, DEVELOPERS) else render.Rendered("")
        if _is_rendered(page):
            mk.present_anchor_ids = page.body.anchors() | {heading.id for heading in made.toc}
        mk.toc = TableOfContents([*mk.toc, *(_toc_item(heading) for heading in (*made.toc, *extra.toc))])
        return "\n".join(filter(None, (cards.notices(page) if page.shelf != DEVELOPERS else "", made.html, extra.html)))

    def edit_url(self, page: Page) -> str | None:
        """Where the file is edited on the Git host; never in the public edition."""
        company = self.library.company
        if self.edition.is_public or company is None:
            return None
        return company.repository.edit_url(page.path) or None

    def context(self, context: dict[str, Any], config: MkDocsConfig, page: Page | None) -> None:
        """Language, navigation, switcher and theme words of one page (or of a page that is in no language)."""
        name = page.language if page else self.edition.languages[0]
        said = language(self._words_of(page))
        context["nav"] = self.navigations.get(name) if page else Navigation([], [])
        config.theme["language"] = name
        config.theme["palette"] = theme.palette(said)
        config.extra["alternate"] = self.switcher(page) if page and page.shelf != DEVELOPERS else []
        home = self.edition.home(name) or self.edition.home(self.edition.languages[0])
        config.extra["homepage"] = home.address if home and page else "."
        us = self.edition.company
        developers = self.edition.page(f"{DEVELOPERS}/index", DEVELOPERS_LANGUAGE)
        count = sum(map(len, self.faults.values()))
        context["tillit"] = {
            "page": page,
            "say": said.table("interface"),
            "policy": "" if self.serving else POLICY,
            "edition": self.edition,
            "sample": said.say("interface.sample", name=us["name"]) if us["sample"] else "",
            "homes": [self._home(name) for name in self.edition.languages],
            "feedback": f"mailto:{us['feedback']['email']}",
            "developers": developers.address if developers and page else "",
            "faults": said.say("interface.faults-here", count=count) if count else "",
        }

    def _words_of(self, page: Page | None) -> str:
        """The language of the interface around a page; a page in no language of ours gets the company's first."""
        return page.language if page and page.shelf != DEVELOPERS else self.edition.languages[0]

    def _home(self, name: str) -> dict[str, Any]:
        home = self.edition.home(name)
        return {
            "lang": name,
            "name": language(name).name,
            "link": home.address,
            "page": home,
            "say": language(name).table("interface"),
        }

    def switcher(self, page: Page | WorkPage) -> list[dict[str, Any]]:
        """The languages, each leading to this page, or to the home of a language that has no such page."""
        found = []
        for name in self.edition.languages:
            said = language(page.language)
            there = self._in(page, name)
            note = "" if there else said.say("interface.not-translated", language=cards.language_name(name, said))
            link = there or self.edition.home(name).address
            found.append({"lang": name, "name": language(name).name, "link": link, "note": note})
        return found

    def _in(self, page: Page | WorkPage, name: str) -> str | None:
        """The address of a page in another language; of a translator's work, else of what waits there."""
        if isinstance(page, WorkPage):
            return self.works.sibling(page, name)
        other = self.edition.page(page.id, name)
        return other.address if other else None

    def finish(self, output: str, page: Page | None) -> str:
        """What Material writes into every page and we do not want there."""
        # Material's script asks for <href>/sitemap.xml behind each of these; the sitemap carries the languages instead.
        output = re.sub(r'<link rel="alternate"[^>]*hreflang=[^>]*>\s*', "", output)
        output = re.sub(r'<meta name="generator"[^>]*>\s*', "", output)
        # Material's skip link leads to the first section, past the title and any notice above it.
        output = re.sub(r'<a href="[^"]*" class="md-skip">', '<a href="#page" class="md-skip">', output)
        # Material's search is a dialog without a name.
        named = language(self._words_of(page)).say("interface.search")
        search = 'data-md-component="search" role="dialog"'
        output = output.replace(search, f'{search} aria-label="{named}"')
        if page and page.shelf != DEVELOPERS:  # the search of a language looks below that language
            base = library.relative(page.address, f"{page.language}/").rstrip("/")
            output = re.sub(r'("base": )"[^"]*"', lambda match: match[1] + json.dumps(base), output, count=1)
            # Material's worker behind ours, which says what a reader means
            output = re.sub(r'("search": "[^"]*/workers/)([^"/]+")', r"\1asked.js#\2", output, count=1)
            way_on = self._way_on(page)  # where nothing is found; Material's own elements stand first and last
            output = re.sub(r'(?<=result__list" role="presentation"></ol>)\s*</div>', rf"\g<0>{way_on}", output)
        return output

    def _way_on(self, page: Page | WorkPage) -> str:
        """What the search offers when it finds nothing: all situations and, inside, the composer."""
        said = language(page.language)
        links = []
        for id in (f"{DOCS}/situations", composer.PAGE):
            if there := self.edition.page(id, page.language):
                label = there.title if id == composer.PAGE else said.say("interface.all-situations")
                links.append(f'<a href="{library.relative(page.address, there.address)}">{escape(label)}</a>')
        return f'<p class="search-on">{" ".join(links)}</p>' if links else ""

    # After the pages ----------------------------------------------------------------------------------------------

    def say_restart(self, changed: list[str]) -> None:
        """Name the files whose change shows only after a restart."""
        for path in changed:
            log.warning(language(message_language()).say("cli.restart", found=path))

    def stop_on_macro_errors(self) -> None:
        """A macro that failed fails the build, every failure named; while serving the page itself tells of it."""
        for message in self.macro_errors:
            log.error(message)
        if self.macro_errors and not self.serving:
            raise Abort(
                language(message_language()).say("cli.faults", count=len(self.macro_errors), files=len(self.failed))
            )

    def split_search(self) -> None:
        """One search index a language in place of Material's one for all."""
        whole = Path(self.config.site_dir, "search", "search_index.json")
        if not whole.is_file():
            return
        index = json.loads(whole.read_text(encoding="utf-8"))
        pages = {page.address: page for page in self.edition.pages.values()}
        for name in self.edition.languages:
            target = Path(self.config.site_dir, name, "search", "search_index.json")
            target.parent.mkdir(parents=True, exist_ok=True)
            own = search.of_language(index, name, pages)
            target.write_text(json.dumps(own, ensure_ascii=False), encoding="utf-8")
        whole.unlink()
        whole.parent.rmdir()

    # Macros -------------------------------------------------------------------------------------------------------

    def guard_macros(self, plugin: Any) -> None:
        """Give mkdocs-macros a sandbox that holds the macros and nothing else: the second guard behind the reader."""
        macros = {name: plugin.macros[name] for name in MACROS}
        plugin._env = Sandbox(macros, self.macro_failed)  # it has no other way in: pinned, and tested by the attacks

    def macro_failed(self, error: Exception, line: int) -> str:
        """Keep a macro's error for the end of the build; what stands in the page in its place is a notice."""
        page: Page = self.current.tillit
        where = f"{page.path}:{page.checked.text.first_line + line - 1}"
        return self.current.embeds.keep(self._failed(page, f"{where}: {type(error).__name__}: {error}"))

    def _failed(self, page: Page, message: str) -> str:
        self.macro_errors.append(message)
        self.failed.add(page.path)
        words = language(self._words_of(page)).say("interface.error-here", message=message)
        return f'<p class="notice notice--error">{escape(words)}</p>'


# Pieces ---------------------------------------------------------------------------------------------------------------


def _language(file: File) -> str | None:
    page = getattr(file, "tillit", None)
    return page.language if page else None


def _is_rendered(page: Page) -> bool:
    """Whether a page goes through `render.py` and so past Jinja and Python-Markdown."""
    return page.shelf == DEVELOPERS or SHELVES[page.shelf].dialect in ("apology", "record")


def _toc_item(heading: render.Heading) -> AnchorLink:
    return AnchorLink(escape(heading.title), heading.id, heading.level)


def name_blocks(source: str, name: str) -> str:
    """`!!! say` gets its title in the language of the page; a title of its own stays."""
    words = language(name).words.get("blocks", {})

    def titled(match: re.Match) -> str:
        return f'{match[0].rstrip()} "{words[match[2]]}"' if match[2] in words and '"' not in match[0] else match[0]

    return "\n".join(bodies.ADMONITION.sub(titled, line) for line in source.split("\n"))


def under_stops(html: str, words: str) -> str:
    """Each box that says stop with `words` as its last; another box may stand in it."""
    is_stop: list[bool] = []  # of each div we are in

    def close(match: re.Match) -> str:
        if match[0] != "</div>":
            is_stop.append(match[0] == STOP)
            return match[0]
        return f"{words}\n{match[0]}" if is_stop.pop() and words else match[0]

    return DIV.sub(close, html)


def wrap_parts(html: str) -> str:
    """Each level-2 part in a section of its own; a step's class moves from the heading to the section."""
    starts = [match.start() for match in HEADING.finditer(html)]
    if not starts:
        return html
    pieces = [html[: starts[0]]]
    for start, end in zip(starts, [*starts[1:], len(html)], strict=False):
        part = html[start:end]
        is_step = "step" in re.findall(r'class="([^"]*)"', HEADING.match(part)[0])
        heading = HEADING.sub(lambda match: f'<h2 id="{match[2]}">', part, count=1)
        pieces.append(f'<section class="part-of-page{" step" if is_step else ""}">\n{heading.rstrip()}\n</section>\n')
    return "".join(pieces)


def fault_list(faults: list, words: str) -> str:
    """A page's faults in place of the page, while serving."""
    lines = "".join(
        f"<li><code>{one.line}:{one.column}</code> {escape(f'{one.field}: ' if one.field else '')}"
        f"{escape(one.message(words))}</li>"
        for one in faults
    )
    return f'<div class="notice notice--error"><p><code>{escape(faults[0].path)}</code></p><ul>{lines}</ul></div>'


def _redirect(there: str, page: Page) -> str:
    title, to = escape(page.title), escape(there)
    return (
        f'<!doctype html>\n<html lang="{page.language}">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta http-equiv="refresh" content="0; url={to}">\n<meta name="robots" content="noindex">\n'
        f'<a href="{to}">{title}</a>\n</html>\n'
    )

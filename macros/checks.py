"""The rules that hold between texts: one short check a rule, all faults of all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from . import apology, embeds, shelves, translations
from .company import COMPANY, FIELDS
from .faults import Fault, fault
from .library import Edition, Library, Page
from .shelves import Apology, Checked, Incident, Situation


def all_faults(library: Library) -> list[Fault]:
    """Every fault of every text, sorted by place."""
    found = list(library.faults)
    for rule in RULES:
        found += rule(library)
    for name in ("internal", "public"):
        for rule in EDITION_RULES:
            found += rule(library.edition(name))
    return sorted(set(found))


def edition_faults(edition: Edition, every: list[Fault] | None = None) -> tuple[list[Fault], list[Fault]]:
    """The faults an edition fails by, and the others: those in texts it neither contains nor embeds, and warnings."""
    library = edition.library
    if every is None:
        every = all_faults(library)
    its_own = edition.paths()
    mine = [f for f in every if f.severity == "error" and (f.path in its_own or _unreadable(library, f.path))]
    return mine, [f for f in every if f not in mine]


def _unreadable(library: Library, path: str) -> bool:
    return path in library.unreadable or (path not in library.checked and not path.endswith((".png", ".jpg")))


def _front_at(one: Checked, *loc) -> tuple[int, int]:
    return one.text.front.at(loc)


# Rules over the library -----------------------------------------------------------------------------------------------


def known_roles(library: Library) -> Iterator[Fault]:
    """Owners, mandates and commitments name roles of the company."""
    if library.company is None:
        return
    roles = library.company.roles
    for thing in library.things.values():
        one, facts = thing.original, thing.facts
        named = [(("owner",), getattr(facts, "owner", None))]
        named += [(("mandate", i), role) for i, role in enumerate(getattr(facts, "mandate", ()))]
        for group in ("promises", "prevention"):
            named += [((group, i, "owner"), item.owner) for i, item in enumerate(getattr(facts, group, ()))]
        for loc, role in named:
            if role is not None and role not in roles:
                yield fault(
                    one.text.path, _front_at(one, *loc), "unknown-role", field=_name(loc), found=role, known=roles
                )
    front = library.fronts[COMPANY]
    for i, mandate in enumerate(library.company.mandates):
        for key, value, known in (
            ("role", mandate.role, roles),
            ("kind", mandate.kind, library.company.kinds),
        ):
            if value not in known:
                at = front.at(("mandates", i, key))
                yield fault(COMPANY, at, "not-one-of", field=f"mandates.{i}.{key}", found=value, known=known)


def _name(loc: tuple) -> str:
    return ".".join(str(part) for part in loc)


def known_situations(library: Library) -> Iterator[Fault]:
    """Situation ids come from the closed list."""
    if not library.situations:
        return
    for thing in library.things.values():
        one = thing.original
        if isinstance(thing.facts, Situation) and thing.name not in library.situations:
            yield fault(one.text.path, (0, 0), "unknown-situation", found=thing.name, known=library.situations)
        if isinstance(thing.facts, (Apology, Incident)) and thing.facts.situation not in library.situations:
            found, at = thing.facts.situation, _front_at(one, "situation")
            known = library.situations
            yield fault(one.text.path, at, "unknown-situation", field="situation", found=found, known=known)


def known_texts(library: Library) -> Iterator[Fault]:
    """`next`, `apologies` and `apology` name texts that are there."""
    for thing in library.things.values():
        one, facts = thing.original, thing.facts
        named = [(("next", i), id) for i, id in enumerate(getattr(facts, "next", ()))]
        named += [(("apologies", i), f"apologies/{name}") for i, name in enumerate(getattr(facts, "apologies", ()))]
        if getattr(facts, "apology", None):
            named.append((("apology",), f"apologies/{facts.apology}"))
        for loc, id in named:
            if id not in library.things:
                known = list(library.things)
                yield fault(
                    one.text.path, _front_at(one, *loc), "unknown-text", field=_name(loc), found=id, known=known
                )


def hidden_texts(library: Library) -> Iterator[Fault]:
    """`hide` names standard texts that are there."""
    for i, id in enumerate(library.company.hide if library.company else ()):
        if id not in library.things:
            at = library.fronts[COMPANY].at(("hide", i))
            yield fault(COMPANY, at, "unknown-text", field=f"hide.{i}", found=id, known=list(library.things))


def calls_mean_something(library: Library) -> Iterator[Fault]:
    """Every macro call names a macro, a text and arguments that are there."""
    for one in library.checked.values():
        for call in one.body.calls:
            yield from embeds.check(one.text.path, call, library)


def links_lead_somewhere(library: Library) -> Iterator[Fault]:
    """Every link inside the site leads to a text or picture that is there, and to an anchor in it."""
    inside = library.edition("internal")
    for one in library.checked.values():
        thing = library.things.get(one.text.id)
        if thing is None:
            continue
        page = Page(inside, thing, one.text.language, one)
        for link in one.body.links:
            if not link.is_outside:
                yield from _follow(library, page, link)


def _follow(library: Library, page: Page, link) -> Iterator[Fault]:
    import posixpath

    at, url = (link.line, link.column), link.url
    path, anchor = link.target
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path)) if path else page.path
    if target in library.assets:
        return
    one = library.by_path(target)
    if one is None:
        known = [_from(page.path, other) for other in (*library.checked, *library.assets)]
        yield fault(page.path, at, "link-broken", found=url, known=known)
        return
    sibling = library.things.get(one.text.id)
    if one.text.language != page.language and sibling and page.language in sibling.versions:
        better = _from(page.path, sibling.versions[page.language].text.path)
        yield fault(page.path, at, "link-other-language", found=url, better=better)
    if anchor and anchor not in one.body.anchors():
        original = sibling.original if sibling else one
        severity = "warning" if anchor in original.body.anchors() else "error"
        known = sorted(one.body.anchors())
        yield fault(page.path, at, "anchor-missing", found=anchor, known=known, severity=severity)


def _from(here: str, there: str) -> str:
    import posixpath

    return posixpath.relpath(there, posixpath.dirname(here))


def apologies_are_whole(library: Library) -> Iterator[Fault]:
    """Each channel is there, carries the five components but those it leaves, and uses declared fields only."""
    for thing in library.things.values():
        facts = thing.facts
        if not isinstance(facts, Apology):
            continue
        for one in thing.versions.values():
            path, there = one.text.path, one.body.by_id
            for channel in facts.channels:
                if channel not in there:
                    yield fault(path, (one.text.first_line, 1), "channel-missing", found=channel)
                    continue
                lacking = set(shelves.COMPONENTS) - shelves.components(there[channel])
                lacking -= set(facts.leaves.get(channel, ()))
                for name in sorted(lacking):
                    yield fault(path, (there[channel].line, 1), "component-missing", found=name, channel=channel)
                left = set(facts.leaves.get(channel, ())) & shelves.components(there[channel])
                for name in sorted(left):
                    yield fault(path, (there[channel].line, 1), "component-left", found=name, channel=channel)
            for section in one.body.sections:
                if section.id in shelves.get_args(shelves.Channel) and section.id not in facts.channels:
                    at = (section.line, 1)
                    yield fault(path, at, "channel-undeclared", found=section.id, known=facts.channels)
            for name, line, column in apology.field_positions(one.body, one.text.first_line):
                if name not in library.fields:
                    yield fault(
                        path, (line, column), "unknown-field-name", found=name, known=library.fields, file=FIELDS
                    )


def write_ups_keep_their_words(library: Library) -> Iterator[Fault]:
    """Every promise and prevention of the facts has its words in each language, and no words are without a fact."""
    for thing in library.things.values():
        facts = thing.facts
        if not isinstance(facts, Incident):
            continue
        for group, section in (("promises", "promises"), ("prevention", "what-we-changed")):
            ids = [item.id for item in getattr(facts, group)]
            for one in thing.versions.values():
                said = shelves.commitment_words(one.text, one.body, section)
                for id in ids:
                    if id not in said:
                        heading = one.body.by_id.get(section)
                        at = (heading.line if heading else one.text.first_line, 1)
                        yield fault(one.text.path, at, "words-missing", field=group, found=id)
                for id, line in said.items():
                    if id not in ids and len(id.split("-")) > 1:
                        yield fault(one.text.path, (line, 1), "words-without-fact", field=group, found=id, known=ids)


RULES = (
    known_roles,
    known_situations,
    known_texts,
    hidden_texts,
    calls_mean_something,
    links_lead_somewhere,
    apologies_are_whole,
    write_ups_keep_their_words,
    translations.faults,
)


# Rules over an edition ------------------------------------------------------------------------------------------------


def one_text_an_address(edition: Edition) -> Iterator[Fault]:
    """Two texts never share an address, former addresses included."""
    taken: dict[str, Page] = {page.address: page for page in edition.pages.values()}
    seen: dict[str, Page] = {}
    for page in edition.pages.values():
        if page.address in seen:
            yield fault(page.path, (0, 0), "address-taken", found=page.address, other=seen[page.address].path)
        seen[page.address] = page
        for old in page.formerly:
            if old in taken:
                at = page.thing.original.text.front.at(("formerly",))
                path = page.thing.original.text.path
                yield fault(path, at, "address-taken", field="formerly", found=old, other=taken[old].path)


def public_names_no_internal(edition: Edition) -> Iterator[Fault]:
    """What is written in the body of a public text neither links to nor embeds an internal one."""
    if not edition.is_public:
        return
    library = edition.library
    for page in edition.pages.values():
        for link in page.body.links:
            if link.is_outside:
                continue
            at = (link.line, link.column)
            target, _ = edition.resolve(page, link.url)
            path = link.target[0]
            if (
                target is None
                and path
                and _exists(library, page, path)
                or isinstance(target, str)
                and target.startswith("docs/assets/tools/")
            ):
                yield fault(page.path, at, "public-names-internal", found=link.url)
        for call in page.body.calls:
            id = embeds.target(call)
            if (
                id
                and id in library.things
                and not edition.page(id, library.things[id].born)
                and not edition.nearest(id, page.language)
            ):
                yield fault(page.path, (call.line, call.column), "public-names-internal", found=call.args[0])


def _exists(library: Library, page: Page, path: str) -> bool:
    import posixpath

    return library.by_path(posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path))) is not None


def every_language_has_a_home(edition: Edition) -> Iterator[Fault]:
    """Each language of the company has its home page."""
    if edition.library.company is None:
        return
    for i, name in enumerate(edition.languages):
        if edition.home(name) is None:
            suffix = ".public" if edition.is_public else ""
            at = edition.library.fronts[COMPANY].at(("languages", i))
            yield fault(COMPANY, at, "home-missing", field="languages", found=f"docs/index{suffix}.{name}.md")


EDITION_RULES = (one_text_an_address, public_names_no_internal, every_language_has_a_home)


def of_paths(faults: list[Fault], root: Path, paths: list[str]) -> list[Fault]:
    """Only the faults of these files and folders (relative to `root`)."""
    wanted = tuple(paths)
    return [f for f in faults if any(f.path == path or f.path.startswith(path.rstrip("/") + "/") for path in wanted)]

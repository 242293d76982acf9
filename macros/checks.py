"""The rules that hold between texts: one short check a rule, all faults of all of them at once."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, get_args

from . import apology, embeds, record, shelves, translations
from .bodies import Link, Section
from .company import COMPANY, FIELDS, SITUATIONS
from .faults import Fault, fault
from .glossary import GLOSSARY
from .library import EDITIONS, PICTURES, TOOL_ASSETS, Edition, Library, Page, Thing, embedded_id
from .shelves import Apology, Channel, Checked, Incident, Situation
from .texts import DOCS, place


def all_faults(library: Library) -> list[Fault]:
    """Every fault of every text that is asked for, sorted by place."""
    found = list(library.faults)
    for rule in RULES:
        found += rule(library)
    for edition in map(library.edition, EDITIONS):
        for rule in EDITION_RULES:
            found += rule(edition)
    return sorted(one for one in set(found) if library.is_asked(one.path) and not _follows(library, one))


def _follows(library: Library, one: Fault) -> bool:
    """Whether a fault only says again that another file cannot be read, such as the original of a translation."""
    if one.key != "no-original":
        return False
    thing = place(one.path)[:2]
    return any(path != one.path and (place(path) or ())[:2] == thing for path in library.unreadable)


def edition_faults(edition: Edition) -> tuple[list[Fault], list[Fault]]:
    """The faults an edition fails by, and the others: those in texts it neither contains nor embeds, and warnings."""
    library = edition.library
    every = all_faults(library)
    its_own = edition.paths()
    mine = [f for f in every if f.severity == "error" and (f.path in its_own or _of_every_edition(library, f))]
    its_faults = set(mine)
    return mine, [f for f in every if f not in its_faults]


def _of_every_edition(library: Library, one: Fault) -> bool:
    """Whether nobody can know which edition a fault's file belongs to: it is unreadable, or says no audience."""
    if one.path in library.unreadable or one.key in ("no-original", "two-originals"):
        return True
    return one.path not in library.checked and not one.path.lower().endswith(PICTURES)


def _front_at(one: Checked, *loc) -> tuple[int, int]:
    return one.text.front.at(loc)


def _weight(thing: Thing, one: Checked, section: str) -> str:
    """How a rule between a text and its facts weighs: a note where a translation is behind or was never compared.

    Else whoever changes an original would break the build by texts in languages that they do not read.
    """
    return "error" if translations.is_compared(thing, one, section) else "warning"


# Rules over the library -----------------------------------------------------------------------------------------------


def known_roles(library: Library) -> Iterator[Fault]:
    """Owners, mandates and commitments name roles of the company."""
    if library.company is None:
        return
    roles = library.company.roles
    for thing in library.things_asked():
        one, facts = thing.original, thing.facts
        named = [(("owner",), getattr(facts, "owner", None))]
        named += [(("mandate", i), role) for i, role in enumerate(getattr(facts, "mandate", ()))]
        named += _roles_in_a_record(facts)
        for loc, role in named:
            if role is not None and role not in roles:
                yield fault(
                    one.text.path, _front_at(one, *loc), "unknown-role", field=_name(loc), found=role, known=roles
                )
    front = library.fronts[COMPANY]
    if (owner := library.company.write_ups.owner) not in roles:
        at = front.at(("write_ups", "owner"))
        yield fault(COMPANY, at, "unknown-role", field="write_ups.owner", found=owner, known=roles)
    for i, mandate in enumerate(library.company.mandates):
        for key, value, known in (
            ("role", mandate.role, roles),
            ("kind", mandate.kind, library.company.kinds),
        ):
            if value not in known:
                at = front.at(("mandates", i, key))
                yield fault(COMPANY, at, "not-one-of", field=f"mandates.{i}.{key}", found=value, known=known)


def _roles_in_a_record(facts: Any) -> Iterator[tuple[tuple, str | None]]:
    for group in ("promises", "prevention"):
        for i, item in enumerate(record.commitments(facts, group)):
            yield (group, i, "owner"), item.owner
    yield ("staff_role",), getattr(facts, "staff_role", None)
    if consent := getattr(facts, "consent", None):
        yield ("consent", "by_role"), consent.by_role


def _name(loc: tuple) -> str:
    return ".".join(str(part) for part in loc)


def known_situations(library: Library) -> Iterator[Fault]:
    """Situation ids come from the closed list."""
    if embeds.is_broken(library, SITUATIONS):
        return
    for thing in library.things_asked():
        one = thing.original
        if isinstance(thing.facts, Situation) and thing.name not in library.situations:
            yield fault(one.text.path, (0, 0), "unknown-situation", found=thing.name, known=library.situations)
        named = getattr(thing.facts, "situation", None)  # a first notice may not know it yet
        if isinstance(thing.facts, (Apology, Incident)) and named not in (None, *library.situations):
            found, at = thing.facts.situation, _front_at(one, "situation")
            known = library.situations
            yield fault(one.text.path, at, "unknown-situation", field="situation", found=found, known=known)


def known_texts(library: Library) -> Iterator[Fault]:
    """`next`, `apologies`, `apology`, `learnt_from` and `changed` name texts that are there."""
    for thing in library.things_asked():
        one, facts = thing.original, thing.facts
        named = [(("next", i), id) for i, id in enumerate(getattr(facts, "next", ()))]
        named += [(("apologies", i), f"apologies/{name}") for i, name in enumerate(getattr(facts, "apologies", ()))]
        named += [(("learnt_from", i), f"incidents/{name}") for i, name in enumerate(getattr(facts, "learnt_from", ()))]
        named += [(("changed", i), id) for i, id in enumerate(getattr(facts, "changed", None) or ())]
        if getattr(facts, "apology", None) not in (None, record.OWN_WORDS):
            named.append((("apology",), f"apologies/{facts.apology}"))
        for loc, id in named:
            if id not in embeds.written(library):
                # Where the shelf is given, the thing alone is written.
                shelf = {"next": "", "changed": "", "learnt_from": "incidents/"}.get(loc[0], "apologies/")
                known = [other.removeprefix(shelf) for other in library.ids if other.startswith(shelf)]
                known += [record.OWN_WORDS] if loc == ("apology",) else []
                found, at = id.removeprefix(shelf), _front_at(one, *loc)
                yield fault(one.text.path, at, "unknown-text", field=_name(loc), found=found, known=known)


def situations_say_why(library: Library) -> Iterator[Fault]:
    """A situation that needs no apology says why; what its apologies must hold are parts and channels there are."""
    for id, situation in library.situations.items():
        if situation.apology == "not-needed" and situation.why is None:
            at = library.fronts[SITUATIONS].at(("entries", id, "apology"))
            yield fault(SITUATIONS, at, "field-missing", field=f"{id}.why")
        for part, channels in situation.holds.items():
            front, loc = library.fronts[SITUATIONS], ("entries", id, "holds", part)
            if part not in shelves.PARTS:
                at, known = front.key_at(loc), shelves.PARTS
                yield fault(SITUATIONS, at, "not-one-of", field=f"{id}.holds", found=part, known=known)
            for i, channel in enumerate(channels):
                if channel not in get_args(Channel):
                    at, known = front.at((*loc, i)), get_args(Channel)
                    yield fault(SITUATIONS, at, "not-one-of", field=f"{id}.holds.{part}", found=channel, known=known)


def hidden_texts(library: Library) -> Iterator[Fault]:
    """`hide` names standard texts that are there."""
    for i, id in enumerate(library.company.hide if library.company and library.is_asked(COMPANY) else ()):
        if id not in embeds.written(library):
            at = library.fronts[COMPANY].at(("hide", i))
            yield fault(COMPANY, at, "unknown-text", field=f"hide.{i}", found=id, known=library.ids)


def calls_mean_something(library: Library) -> Iterator[Fault]:
    """Every macro call names a macro, a text and arguments that are there, and what makes a block stands alone."""
    for one in library.checked.values():
        if not one.body.calls or not library.is_asked(one.text.path):
            continue
        lines = one.body.source.split("\n")
        for call in one.body.calls:
            yield from embeds.check(one.text.path, call, library)
            embed = embeds.MACROS.get(call.name)
            if embed and not embed.inline and lines[call.line - one.text.first_line].strip() != call.source:
                yield fault(one.text.path, (call.line, call.column), "call-alone", found=call.source)


def links_lead_somewhere(library: Library) -> Iterator[Fault]:
    """Every link inside the site leads to a text or picture that is there, and to an anchor in it."""
    inside = library.edition("internal")
    for one in library.checked.values():
        thing = library.things.get(one.text.id)
        if thing is None or not library.is_asked(one.text.path):
            continue
        page = Page(inside, thing, one.text.language, one)
        for link in one.body.links:
            if not link.is_outside:
                yield from _follow(library, page, link)


def _target(page: Page, link: Link) -> str:
    """The file a link inside the site leads to, as a path from the root."""
    path, _ = link.target
    return page.path_of(path) if path else page.path


def _follow(library: Library, page: Page, link: Link) -> Iterator[Fault]:
    at, url = (link.line, link.column), link.url
    anchor = link.target[1]
    target = _target(page, link)
    if target in library.assets or target in library.unreadable:
        return
    one = library.by_path(target)
    if one is None:
        known = _seen_from(posixpath.dirname(page.path), (*library.texts, *library.assets))
        yield fault(page.path, at, "link-broken", found=url, known=known)
        return
    sibling = library.things.get(one.text.id)
    if one.text.language != page.language and sibling and page.language in sibling.versions:
        better = _from(page.path, sibling.versions[page.language].text.path) + (f"#{anchor}" if anchor else "")
        yield fault(page.path, at, "link-other-language", found=url, better=better)
    if anchor and anchor not in one.body.anchors():
        original = sibling.original if sibling else one
        severity = "warning" if anchor in original.body.anchors() else "error"
        known = sorted(one.body.anchors())
        yield fault(page.path, at, "anchor-missing", found=anchor, known=known, severity=severity)


def _from(here: str, there: str) -> str:
    return posixpath.relpath(there, posixpath.dirname(here))


@lru_cache(maxsize=16)
def _seen_from(folder: str, paths: tuple[str, ...]) -> list[str]:
    """The paths as links in a file of this folder would write them."""
    return [posixpath.relpath(path, folder) for path in paths]


def apologies_are_whole(library: Library) -> Iterator[Fault]:
    """Each channel is there, carries its components in their order, and uses declared fields only."""
    for thing in library.things_asked():
        facts = thing.facts
        if not isinstance(facts, Apology):
            continue
        for one in thing.versions.values():
            path, there = one.text.path, one.body.by_id
            for channel in facts.channels:
                weight = _weight(thing, one, channel)
                if channel in there:
                    yield from _channel_is_whole(path, facts, there[channel], weight)
                    yield from _holds_what_the_law_asks(library, path, facts, there[channel], weight)
                else:
                    at = (one.text.first_line, 1)
                    yield fault(path, at, "channel-missing", found=channel, severity=weight)
            for section in one.body.sections:
                if section.id in get_args(Channel) and section.id not in facts.channels:
                    at, weight, known = (section.line, 1), _weight(thing, one, section.id), facts.channels
                    yield fault(path, at, "channel-undeclared", found=section.id, known=known, severity=weight)
            # Always an error: a field that nobody can fill in would be copied as it stands.
            for name, line, column in apology.field_positions(one.body, one.text.first_line):
                if name not in library.fields and not embeds.is_broken(library, FIELDS):
                    at, known = (line, column), library.fields
                    yield fault(path, at, "unknown-field-name", found=name, known=known, file=FIELDS)


def _channel_is_whole(path: str, facts: Apology, channel: Section, weight: str) -> Iterator[Fault]:
    at, carried = (channel.line, 1), shelves.components(channel)
    left = facts.leaves.get(channel.id, ())
    for name in sorted(set(shelves.COMPONENTS) - set(carried) - set(left)):
        yield fault(path, at, "component-missing", found=name, channel=channel.id, severity=weight)
    for name in sorted(set(left) & set(carried)):
        yield fault(path, at, "component-left", found=name, channel=channel.id, severity=weight)
    order = ("responsibility", "restore-value")
    first, then = order if facts.order == "responsibility-first" else order[::-1]
    if first in carried and then in carried and carried[then] < carried[first]:
        at = (channel.parts[carried[then]].line, 1)
        values = {"found": then, "first": first, "order": facts.order}
        yield fault(path, at, "apology-order", field=channel.id, severity=weight, **values)


def _holds_what_the_law_asks(
    library: Library, path: str, facts: Apology, channel: Section, weight: str
) -> Iterator[Fault]:
    """The parts that `situations.yml` asks for are there, and a warning is never said second."""
    at, there = (channel.line, 1), [part.id for part in channel.parts]
    situation = library.situations.get(facts.situation)
    for part, channels in situation.holds.items() if situation else ():
        if part in shelves.PARTS and channel.id in channels and part not in there:
            yield fault(path, at, "part-missing", found=part, channel=channel.id, severity=weight)
    if shelves.WARNING in there[1:]:
        late = channel.parts[there.index(shelves.WARNING)]
        yield fault(path, (late.line, 1), "warning-late", found=shelves.WARNING, severity=weight)


def commitment_words(one: Checked) -> dict[str, list]:
    """The ids a write-up puts words to, each with its place, by section."""
    return one.once(
        "commitments",
        lambda: {section: record.commitment_words(one.text, one.body, section) for section in record.COMMITMENTS},
    )


def write_ups_keep_their_words(library: Library) -> Iterator[Fault]:
    """Every promise and prevention of the facts has its words in each language, and no words are without a fact."""
    for thing in library.things_asked():
        facts = thing.facts
        if not isinstance(facts, Incident):
            continue
        for section, group in record.COMMITMENTS.items():
            ids = [item.id for item in record.commitments(facts, group)]
            for one in thing.versions.values():
                path, weight = one.text.path, _weight(thing, one, section)
                said = commitment_words(one)[section]
                heading = one.body.by_id.get(section)
                if heading is None and any(part.id not in record.SECTIONS for part in one.body.sections[1:]):
                    continue  # a heading is misspelt, and that is said where it stands
                at = (heading.line if heading else one.text.first_line, 1)
                for id in ids:
                    if id not in dict(said):
                        yield fault(path, at, "words-missing", field=group, found=id, severity=weight)
                for id, at in said:
                    if id not in ids:
                        yield fault(path, at, "words-without-fact", field=group, found=id, known=ids, severity=weight)


def glossary_is_sound(library: Library) -> Iterator[Fault]:
    """What is wrong with the glossary."""
    if library.is_asked(GLOSSARY):
        yield from library.glossary.faults


RULES = (
    known_roles,
    known_situations,
    known_texts,
    situations_say_why,
    hidden_texts,
    calls_mean_something,
    links_lead_somewhere,
    apologies_are_whole,
    write_ups_keep_their_words,
    glossary_is_sound,
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
    for page in edition.pages.values():
        for i, old in enumerate(page.formerly):
            if old in taken:
                at = page.thing.original.text.front.at(("formerly", i))
                path = page.thing.original.text.path
                yield fault(path, at, "address-taken", field=f"formerly.{i}", found=old, other=taken[old].path)
            else:
                taken[old] = page


def public_names_no_internal(edition: Edition) -> Iterator[Fault]:
    """What is written in the body of a public text neither links to nor embeds an internal one."""
    if not edition.is_public:
        return
    library = edition.library
    for page in edition.pages.values():
        if not library.is_asked(page.path):
            continue
        for link in page.body.links:
            if link.is_outside:
                continue
            target, _ = edition.resolve(page, link.url)
            there = library.by_path(_target(page, link))
            is_internal = target is None and there is not None and there.text.id in library.things
            if is_internal or isinstance(target, str) and target.startswith(TOOL_ASSETS):
                yield fault(page.path, (link.line, link.column), "public-names-internal", found=link.url)
        for call in page.body.calls:
            embed, id = embeds.MACROS.get(call.name), embedded_id(call)
            if embed and embed.inside:
                yield fault(page.path, (call.line, call.column), "public-names-internal", found=call.source)
            if id in library.things and not edition.nearest(id, page.language):
                yield fault(page.path, (call.line, call.column), "public-names-internal", found=call.args[0])


def _without_original(library: Library) -> set[str]:
    return embeds.written(library) - set(library.things)


def every_language_has_a_home(edition: Edition) -> Iterator[Fault]:
    """Each language of the company has its home page."""
    if edition.library.company is None:
        return
    for i, name in enumerate(edition.languages):
        home = "index.public" if edition.is_public else "index"
        if edition.home(name) is None and f"{DOCS}/{home}" not in _without_original(edition.library):
            at = edition.library.fronts[COMPANY].at(("languages", i))
            yield fault(COMPANY, at, "home-missing", field="languages", found=f"{DOCS}/{home}.{name}.md")


EDITION_RULES = (one_text_an_address, public_names_no_internal, every_language_has_a_home)


def of_paths(faults: list[Fault], paths: list[str]) -> list[Fault]:
    """Only the faults of these files and folders (relative to the root)."""
    return [f for f in faults if any(is_at(f.path, path) for path in paths)]


def is_at(path: str, wanted: str) -> bool:
    """Whether a path is this file or lies in this folder; `.` is everything."""
    return wanted in (".", path) or path.startswith(wanted.rstrip("/") + "/")

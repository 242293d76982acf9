"""What an author may write between `{{` and `}}`, and whether a call means something.

The functions themselves are in `cards.py`; this table is what the reader knows of them before anything runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from .apology import fields_in
from .bodies import Call
from .company import SITUATIONS
from .faults import Fault, fault
from .languages import country_ids
from .library import Library, embedded_id
from .record import STAGES
from .shelves import SHELVES, Apology, Translation
from .texts import place


@dataclass(frozen=True)
class Embed:
    """A macro: what its first argument names, and the type of each named one."""

    first: str | None  # "apologies", "incidents", "text", "shelf", "company", a table of the text's own facts, or None
    options: dict[str, type] = field(default_factory=dict)
    fields: bool = False  # takes the template's own fields as named arguments
    inline: bool = False  # stands in a sentence; any other stands on a line of its own
    inside: bool = False  # for colleagues only


MACROS = {
    "apology": Embed("apologies", {"channel": str}, fields=True),
    "incident": Embed("incidents"),
    "incidents": Embed(None, {"situation": str, "limit": int, "stage": str}),
    "happening_now": Embed(None),
    "playbook": Embed("text"),
    "shelf": Embed("shelf"),
    "company": Embed("company", {"country": str}, inline=True),
    "source": Embed("sources", inline=True),
    "figure": Embed("figures", inline=True),
    "grades": Embed(None),
    "recall_headline": Embed(None),
    "report_form": Embed(None, inside=True),
    "composer": Embed(None, inside=True),
    "many_tool": Embed(None, inline=True, inside=True),
    "learning": Embed(None),
    "glossary": Embed(None),
    "record_fields": Embed(None, inside=True),
    "review_list": Embed(None, inside=True),
    "translation_work": Embed(None, inside=True),
    "new_write_up": Embed(None, inline=True, inside=True),
}
OWN_TABLES = ("sources", "figures")  # what a text's own facts hold by id
COMPANY_PATHS = ("name", "about", "contact.phone", "contact.email", "contact.hours", "feedback.email")


_written: WeakKeyDictionary[Library, set[str]] = WeakKeyDictionary()


def written(library: Library) -> set[str]:
    """The ids of all texts, also of one that cannot be read: what is wrong with that is said there, once."""
    if library not in _written:
        unread = (place(path) for path in library.unreadable)
        _written[library] = {*library.things, *(f"{shelf}/{thing}" for shelf, thing, _ in filter(None, unread))}
    return _written[library]


def is_broken(library: Library, path: str) -> bool:
    """Whether a list that texts are checked against cannot be read: then that is the fault, not every text."""
    return any(one.path == path for one in library.faults)


def check(path: str, call: Call, library: Library) -> Iterator[Fault]:
    """Everything about a call that can be known without running it."""
    at = (call.line, call.column)
    embed = MACROS.get(call.name)
    if embed is None:
        yield fault(path, at, "unknown-macro", found=call.name, known=sorted(MACROS))
        return
    wanted = 1 if embed.first else 0
    if len(call.args) != wanted or (wanted and not isinstance(call.args[0], str)):
        yield fault(path, at, "macro-arguments", name=call.name, found=call.source, expected=wanted)
        return
    allowed = dict(embed.options)
    if embed.fields:
        allowed |= dict.fromkeys(_fields_of(library, call.args[0]), object)
    for name, value in call.kwargs:
        kind = allowed.get(name)
        if kind is None:
            yield fault(path, at, "unknown-argument", name=call.name, found=name, known=sorted(allowed))
        elif kind in (str, int) and (not isinstance(value, kind) or isinstance(value, bool)):
            yield fault(path, at, "argument-type", name=name, found=value, expected=kind.__name__)
    yield from _check_first(path, at, embed, call, library)
    yield from _check_options(path, at, call, library)
    yield from _check_channel(path, at, call, library)


def _check_first(path: str, at: tuple[int, int], embed: Embed, call: Call, library: Library) -> Iterator[Fault]:
    if id := embedded_id(call):
        if id not in written(library):
            known = [known.removeprefix(f"{embed.first}/") for known in library.ids if _may_name(embed, known)]
            yield fault(path, at, "unknown-text", found=call.args[0], known=known)
    elif embed.first == "shelf" and call.args[0] not in SHELVES:
        yield fault(path, at, "not-one-of", found=call.args[0], known=sorted(SHELVES))
    elif embed.first in OWN_TABLES:
        own = _own_table(path, embed.first, library)
        if own is not None and call.args[0] not in own:
            yield fault(path, at, "not-one-of", found=call.args[0], known=sorted(own))
    elif embed.first == "company" and call.args[0] not in COMPANY_PATHS:
        yield fault(path, at, "not-one-of", found=call.args[0], known=COMPANY_PATHS)


def _own_table(path: str, name: str, library: Library) -> Any:
    """A table of a text's facts, empty on a shelf that has none; None where the facts cannot be read."""
    one = library.by_path(path)
    thing = library.things.get(one.text.id) if one else None
    return getattr(thing.facts, name, {}) if thing and thing.facts else None


def _may_name(embed: Embed, id: str) -> bool:
    return embed.first == "text" or id.startswith(f"{embed.first}/")


def _check_options(path: str, at: tuple[int, int], call: Call, library: Library) -> Iterator[Fault]:
    named: dict[str, Any] = call.named
    if "situation" in named and named["situation"] not in library.situations and not is_broken(library, SITUATIONS):
        yield fault(path, at, "unknown-situation", found=named["situation"], known=list(library.situations))
    if "country" in named and named["country"] not in country_ids():
        yield fault(path, at, "not-country", field="country", found=named["country"], known=country_ids())
    if "stage" in named and named["stage"] not in STAGES:
        yield fault(path, at, "not-one-of", field="stage", found=named["stage"], known=STAGES)
    if "limit" in named and isinstance(named["limit"], int) and not 1 <= named["limit"] <= 100:
        yield fault(path, at, "out-of-range", field="limit", found=named["limit"], limit="1-100")


def _check_channel(path: str, at: tuple[int, int], call: Call, library: Library) -> Iterator[Fault]:
    thing = library.things.get(f"apologies/{call.args[0]}") if call.name == "apology" and call.args else None
    if thing is None or not isinstance(thing.facts, Apology):
        return
    one, channel = library.by_path(path), call.named.get("channel", "email")
    allowed = set(thing.facts.channels)
    if one and isinstance(one.front, Translation) and (version := thing.versions.get(one.text.language)):
        allowed |= set(version.body.by_id)  # page and apology may both be behind: together they still work
    if channel not in allowed:
        yield fault(path, at, "unknown-channel", found=channel, known=thing.facts.channels)


def _fields_of(library: Library, name: Any) -> set[str]:
    thing = library.things.get(f"apologies/{name}")
    return set() if thing is None else {field for one in thing.versions.values() for field in fields_in(one.body)}

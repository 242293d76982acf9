"""No text names anybody: what `privacy.py` finds in a text and in its file's name, as faults with their places.

What looks like personal data and is none is named in the front matter, with a reason (`not_personal`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from . import bodies, privacy, record
from .company import Company
from .faults import Fault, fault
from .shelves import Checked
from .texts import finder

# Words, ids of what is there already, small numbers, dates and times: most of front matter, and they name nobody.
PLAIN = re.compile(r"[a-z-]+|[0-9]{1,6}|[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2})?")
MARKS = re.compile(r"[&\\`<*_~]")  # without one of these a reader sees what stands in the file
NAMING = ("cases", "rights")  # shelves that name who they quote
KEYS = {"error": "personal-data", "warning": "personal-data-maybe"}


def faults(one: Checked, company: Company | None) -> Iterator[Fault]:
    """Every piece of personal data in a text: its file's name, front matter, body, internal blocks and remarks."""
    text = one.text
    silenced = {item.found for item in getattr(one.front, "not_personal", ())}
    if seen_sections := getattr(getattr(one.front, "seen", None), "sections", None):
        silenced |= set(seen_sections.values())  # fingerprints: now and then one is all digits
    allowed = (*(company.own_contacts if company else ()), *silenced)
    names = text.shelf not in NAMING

    def find(said: str, is_id: bool = False) -> list[privacy.Hit]:
        search = privacy.find_in_id if is_id else privacy.find
        return search(said, language=text.language, allowed=allowed, names=names)

    name = text.thing[len("2026-03-14-") :] if record.filed(text.thing) else text.thing
    for hit in find(name, is_id=True):
        yield _told(text.path, (0, 0), "", hit, "personal-in-name")
    seen = set()
    for loc, said in text.front.strings():
        is_id = loc[-1] == "id"  # of a promise or a step: somebody made it of words
        is_searched = loc[0] != "not_personal" and (is_id or not PLAIN.fullmatch(said))
        for hit in find(said, is_id) if is_searched else ():
            seen.add(hit.value)
            yield _told(text.path, text.front.at(loc), ".".join(map(str, loc)), hit)
    place = finder(text.head, 2)
    for hit in find(text.head) if "#" in text.head else ():
        if hit.value not in seen:  # in a remark
            yield _told(text.path, place(hit.start), "", hit)
    whole = f"{text.head}{text.body}"
    for line, said in _shown(one):
        for hit in find(said):
            if hit.level == "error" and hit.value not in whole:
                yield _told(text.path, (line, 1), "", hit)
    place = finder(text.body, text.first_line)
    close = privacy.reidentifying(text.body, language=text.language) if names else []
    for hit in [*find(text.body), *close]:
        if hit.value not in silenced:
            yield _told(text.path, place(hit.start), "", hit)


def _shown(one: Checked) -> Iterator[tuple[int, str]]:
    """What a reader sees and a search of the file would miss: words without their marks, addresses without `%40`."""
    if MARKS.search(one.text.body):
        for section in one.body.sections:
            yield section.line, bodies.plain_text(section.nodes)
    for link in one.body.links:
        if "%" in link.url:
            yield link.line, unquote(link.url)


def _told(path: str, at: tuple[int, int], field: str, hit: privacy.Hit, key: str = "") -> Fault:
    key = key or KEYS.get(hit.level, "reidentify")
    severity = "error" if hit.level == "error" else "warning"
    return fault(path, at, key, field=field, severity=severity, found=hit.value, kind=hit.kind)

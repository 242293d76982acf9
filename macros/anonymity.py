"""No text names anybody: what `privacy.py` finds in a text, as faults with their places.

What looks like personal data and is none is named in the front matter, with a reason (`not_personal`).
"""

from __future__ import annotations

from collections.abc import Iterator

from . import privacy
from .company import Company
from .faults import Fault, fault
from .shelves import Checked
from .texts import finder

NAMING = ("cases", "rights")  # shelves that name who they quote
KEYS = {"error": "personal-data", "warning": "personal-data-maybe"}


def faults(one: Checked, company: Company | None) -> Iterator[Fault]:
    """Every piece of personal data in a text, in its front matter and its body, internal blocks too."""
    text = one.text
    silenced = [item.found for item in getattr(one.front, "not_personal", ())]
    allowed = (*(company.own_contacts if company else ()), *silenced)
    names = text.shelf not in NAMING
    for loc, said in text.front.strings():
        if loc[0] != "not_personal":
            for hit in privacy.find(said, language=text.language, allowed=allowed, names=names):
                yield _told(text.path, text.front.at(loc), ".".join(map(str, loc)), hit)
    place = finder(text.body, text.first_line)
    found = privacy.find(text.body, language=text.language, allowed=allowed, names=names)
    if names:
        found += privacy.reidentifying(text.body, language=text.language)
    for hit in found:
        if hit.value not in silenced:
            yield _told(text.path, place(hit.start), "", hit)


def _told(path: str, at: tuple[int, int], field: str, hit: privacy.Hit) -> Fault:
    key = KEYS.get(hit.level, "reidentify")
    severity = "error" if hit.level == "error" else "warning"
    return fault(path, at, key, field=field, severity=severity, found=hit.value, kind=hit.kind)

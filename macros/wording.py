"""What the checker of apologies says of our own texts, as notes with their places.

An apology is looked at channel by channel, as one message each. A write-up is no apology: it must name what failed, a
supplier or a system too, so of it only what would also spoil a plain account is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import advice
from .advice import Flaw
from .faults import Fault, fault
from .phrases import Phrases
from .shelves import Apology, ApologyTranslation, Checked, Incident, IncidentTranslation
from .texts import finder

# Sections in which we tell what we did; the accounts are other people's words.
TOLD = ("what-happened", "cause", "what-we-did", "what-we-changed", "updates", "what-to-say-now")
IN_WRITE_UPS = (
    *("conditional", "passive", "blame-customer", "minimise", "rule"),
    *("self-praise", "legalise", "overpromise", "jokey"),
)


def faults(one: Checked, rules: Callable[[str], Phrases | None]) -> Iterator[Fault]:
    """A note for each flaw in the words of an apology or a write-up, by the rules of its language."""
    if one.front is None:
        return
    apologies = isinstance(one.front, (Apology, ApologyTranslation))
    if not apologies and not isinstance(one.front, (Incident, IncidentTranslation)):
        return
    if (phrases := rules(one.text.language)) is None:
        return
    place = finder(one.text.body, one.text.first_line)
    for start, words in _messages(one):
        if not apologies and not words.strip():
            continue
        for flaw in advice.advise(words, phrases, by_ear=apologies).flaws:
            if apologies or flaw.code in IN_WRITE_UPS:
                yield _told(one.text.path, place(start + flaw.start), flaw)


def _messages(one: Checked) -> Iterator[tuple[int, str]]:
    """Each channel or section as it stands in the file, its headings blank, with the place where it begins."""
    lines = one.text.body.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    sections = one.body.sections[1:]
    ends = [*(section.line for section in sections[1:]), one.text.first_line + len(lines)]
    for section, end in zip(sections, ends, strict=False):
        if isinstance(one.front, (Apology, ApologyTranslation)) or section.id in TOLD:
            first, last = section.line - one.text.first_line, end - one.text.first_line
            shown = [" " * len(line) if line.startswith("#") else line for line in lines[first:last]]
            yield starts[first], "\n".join(shown)


def _told(path: str, at: tuple[int, int], flaw: Flaw) -> Fault:
    name = f"finer.{flaw.finer}" if flaw.finer else f"flaws.{flaw.code}"
    return fault(
        path,
        at,
        "wording",
        field=flaw.code,
        severity="warning",
        found=" ".join(flaw.text.split()),
        advice=name,
        better=flaw.better,
    )

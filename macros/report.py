"""/report/: the form by which somebody without Git writes a write-up down, and hands over one file.

The page is made of the questions in `forms.py`; each field carries what it may hold, and `report.js` reads it there.
The rules that hold between fields stand in `record.py`: what is data there goes into the page as it is, what is code
has its twin in `report.js`, and both are held to the cases in `tests/cases/record/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any
from urllib.parse import quote

import jinja2

from . import forms, fragments, record, templates, wording
from .forms import Question, SectionQuestion
from .languages import SHARED, Language, language, value_words
from .library import Library, Page
from .phrases import Phrases
from .texts import LARGEST_FILE, LONGEST_LINE, LONGEST_SLUG, MOST_LINES
from .values import FAULT_OF_PATTERN, LARGEST_NUMBER, Term

# Where each section is written: the group, and the field it stands before (or, with none, at the group's end).
PLACES = {
    "what-happened": ("words", "search_terms"),
    "updates": ("notice", ""),
    "what-to-say-now": ("notice", ""),
    "timeline": ("times", ""),
    "cause": ("cause", "responsibility"),
    "what-we-did": ("remedy", "own_proposal"),
    "promises": ("promises", "prevention"),
    "what-we-changed": ("promises", "changed"),
    "customers-account": ("accounts", "no_customers_account"),
    "staff-account": ("accounts", "staff_role"),
}
AT_THE_TOP = "stage"  # asked before all else: it decides what is open
BESIDE = {  # what may stand in place of a field or section, or add to it, is open where that is
    **{name: f"#{section}" for section, name in record.ACCOUNTS.items()},
    **{"loss_hours": "loss_money", "loss_other": "loss_money", "legal_found": "legal_checked"},
}
NONE_IS_AN_ANSWER = ("promises", "prevention", "changed")
FAULTS = (  # what the form can find, in the words that `tillit check` uses
    *(
        "field-missing",
        "stage-needs",
        "section-missing",
        "too-long",
        "out-of-range",
        "long-line",
        "many-lines",
        "too-large",
    ),
    *("not-date", "not-moment", "no-such-day", "not-number", "not-id", "not-case", "jinja-here", "raw-html", "before"),
    *("more-reported", "none-and-some", "found-unchecked", "triggers-unchecked", "account-told"),
    *("public-without-consent", "consent-needs", "consent-account", "consent-few"),
    *("words-missing", "words-without-fact", "duplicate-id"),
)


@dataclass(frozen=True)
class Group:
    """Questions and sections under one heading, in the order in which they are asked."""

    title: str
    asked: tuple[Question | SectionQuestion, ...]


def report_form(page: Page) -> str:
    """The form, in the language of the page; whoever fills it in writes in that language. Inside only.

    >>> {{ report_form() }}

    PermissionError in the public edition: who takes over a write-up is nobody's business outside.
    """
    if page.edition.is_public:
        raise PermissionError("report_form")
    library, said = page.edition.library, language(page.language)
    owner = library.company.write_ups
    questions = forms.questions(library, said)
    roles = next(dict(one.options) for one in questions if one.name == "owner")
    role = roles.get(owner.owner, owner.owner)
    return (
        _template()
        .render(
            said=said,
            say=said.table("report"),
            groups=list(groups(questions, said)),
            stage=next(one for one in questions if one.name == AT_THE_TOP),
            may_be_none=NONE_IS_AN_ANSWER,
            fault_of=FAULT_OF_PATTERN,
            longest_term=_longest_term(),
            last_day=date.max.isoformat(),  # without it a browser takes years of six digits
            owner={"role": role, "email": owner.email},
            mail=_mail(questions, said, owner.email),
            template=templates.template(library, said),
            css=[page.link(f"assets/tools/css/{name}.css") for name in ("tool", "report")],
            scripts=[page.link(f"assets/tools/js/{name}.js") for name in ("privacy", "report", "phrases", "wording")],
            data=_json(data(library, said, role)),
            wording=_json(wording_data(library, said)),
        )
        .strip()
    )


def _json(data: dict[str, Any]) -> str:
    """Data as it may stand in a page's script element."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")


@cache
def _template() -> jinja2.Template:
    environment = fragments.environment()
    environment.tests["section"] = lambda asked: isinstance(asked, SectionQuestion)
    return environment.get_template("report.html")


# What is asked, and where ---------------------------------------------------------------------------------------------


def groups(questions: list[Question], said: Language) -> Iterator[Group]:
    """Every question but the stage, group by group, each section among the questions it belongs to."""
    titles = said.table("record.groups") | {forms.WORDS_GROUP: said.say("report.begin")}
    sections = {section.id: section for section in forms.sections(said)}
    for name, asked in groupby(questions, lambda one: one.group):
        found: list[Question | SectionQuestion] = []
        for question in asked:
            found += _sections_at(sections, name, question.name)
            found += [question] if question.name != AT_THE_TOP else []
        found += _sections_at(sections, name, "")
        yield Group(titles[name], tuple(found))
    if sections:  # one that nobody has given a place
        yield Group(said.say("report.more"), tuple(sections.values()))


def _sections_at(sections: dict[str, SectionQuestion], group: str, before: str) -> list[SectionQuestion]:
    return [sections.pop(id) for id in list(sections) if PLACES.get(id) == (group, before)]


def _longest_term() -> int:
    return next(limit.max_length for limit in Term.__metadata__ if getattr(limit, "max_length", None))


def _label(name: str, questions: list[Question], said: Language) -> str:
    """What a field, or a `#section`, is called in the form."""
    if name.startswith("#"):
        return said.table("sections")[name[1:]]
    return next(one.label for one in questions if one.name == name)


# What the script is told ----------------------------------------------------------------------------------------------


def data(library: Library, said: Language, role: str) -> dict[str, Any]:
    """What `report.js` needs to know: words, rules that are data, headings, our own contacts, who takes over."""
    return {
        "language": said.id,
        "languages": said.table("languages"),
        "words": said.table("report.script"),
        "kinds": said.words.get("privacy", {}).get("kinds", {}),
        "faults": {name: said.table("faults")[name] for name in FAULTS},
        "owner": {"role": role, "email": library.company.write_ups.email},
        "ours": sorted(library.company.own_contacts),
        "sections": [{"id": one.id, "heading": one.heading, "stage": one.stage} for one in forms.sections(said)],
        "stages": {stage: value_words("stage", stage, said) for stage in record.STAGES},
        "shared": SHARED,
        "values": said.table("record.values"),
        "rules": {
            "stages": record.STAGES,
            "needed": record.NEEDED,
            "chains": record.CHAINS,
            "triggers": record.TRIGGERS,
            "fewest": record.FEWEST_WITHOUT_CONSENT,
            "accounts": record.ACCOUNTS,
            "commitments": record.COMMITMENTS,
            "beside": BESIDE,
            "noneIsAnAnswer": NONE_IS_AN_ANSWER,
            "largest": LARGEST_NUMBER,
            "longestLine": LONGEST_LINE,
            "mostLines": MOST_LINES,
            "longestSlug": LONGEST_SLUG,
            "largestFile": LARGEST_FILE,
        },
    }


def wording_data(library: Library, said: Language) -> dict[str, Any]:
    """What `wording.js` needs: the rules of the language, and what of them is said of a write-up."""
    phrases = library.ground.phrases(said.id) or Phrases()
    return {
        "rules": phrases.data() | {"tone": ""},  # a write-up is no message: the rules alone are asked
        "codes": wording.IN_WRITE_UPS,
        "sections": wording.TOLD,
        "words": said.table("advice"),
        "form": said.say("faults.wording"),
        "label": said.say("report.wording"),
    }


def _mail(questions: list[Question], said: Language, address: str) -> str:
    """A mail that asks the seven questions, for whoever has no script to fill in the form."""
    asked = [_label(name, questions, said) for name in ("title", "summary", *record.NOTICE)]
    subject, body = said.say("report.script.mail-subject", title=""), "\r\n\r\n".join(f"{label}: " for label in asked)
    return f"mailto:{address}?subject={quote(subject.strip(' :'))}&body={quote(body)}"

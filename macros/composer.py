"""/apology/: from what went wrong, a channel and a customer to a message that is whole and can be sent. Inside only.

The page holds the words of its language and the situations; the apologies come in one script a language, with all that
is needed to fill them in and check them, so that the page works when the network is gone. What a colleague types stays
in the tab: `composer.js` and its siblings write it nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import jinja2

from . import formats, fragments, many
from .apology import help_for, parts, text_of
from .company import ApologyField
from .languages import Language, language
from .library import Edition, Page
from .phrases import Phrases
from .texts import DOCS

PAGE = f"{DOCS}/apology"
SCRIPTS = "assets/tools/apologies/{language}.js"
SCRIPT = """// Made from playbooks/: the apologies of one language, and all it takes to fill them in and check them.
(globalThis.Tillit ??= {{}}).apologies ??= {{}};
Tillit.apologies["{language}"] = {data};
"""
LETTER = "letter"  # a channel of the composer alone: the e-mail's parts on paper
STYLES = ("tool", "composer", "many")
READERS = ("phrases", "formats", "tables", "letters")  # what the texts need, and then what needs the texts
TOOLS = ("combobox", "fields", "message", "advice", "handover", "composer", "many")


def composer(page: Page) -> str:
    """The composer, in the language of the page; the customer's language and country are chosen there. Inside only.

    >>> {{ composer() }}

    PermissionError in the public edition: it holds what only colleagues may send.
    """
    if page.edition.is_public:
        raise PermissionError("composer")
    edition, said = page.edition, language(page.language)
    shelf = edition.page(f"{DOCS}/apologies", page.language)
    readers, tools = ([f"assets/tools/js/{name}.js" for name in names] for names in (READERS, TOOLS))
    return (
        _template()
        .render(
            said=said,
            say=said.table("composer"),
            languages=[(name, language(name).name) for name in edition.languages],
            countries=[(country, said.table("countries")[country]) for country in edition.company["countries"]],
            components=said.table("components"),
            apologies=page.link(shelf) if shelf else "",
            css=[page.link(f"assets/tools/css/{name}.css") for name in STYLES],
            scripts=[page.link(path) for path in [*readers, *script_paths(edition), *tools]],
            data=_json(page_data(page)),
            many=many.context(page, homes(edition)),
        )
        .strip()
    )


@cache
def _template() -> jinja2.Template:
    return fragments.environment().get_template("composer.html")


def _json(value: Any) -> str:
    """Data as it may stand in a script element, whatever the words in it."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def link_to(page: Page, situation: str, channel: str) -> str:
    """Where the composer opens with an apology in one channel, as written on `page`; empty where there is none."""
    there = page.edition.page(PAGE, page.language)
    return page.link(there, f"{situation}/{channel}/{page.language}") if there else ""


def link_to_many(page: Page) -> str:
    """Where the tool that writes to many stands, as written on `page`; empty where there is none."""
    there = page.edition.page(PAGE, page.language)
    return page.link(there, "many-tool") if there else ""


# What the page knows --------------------------------------------------------------------------------------------------


def page_data(page: Page) -> dict[str, Any]:
    """What `composer.js` needs in the page's language: situations, who we are in each country, its own words."""
    edition, said = page.edition, language(page.language)
    us = edition.company
    return {
        "language": said.id,
        "languages": {name: said.table("languages").get(name, language(name).name) for name in edition.languages},
        "neighbours": {name: language(name).neighbours for name in edition.languages},
        "homes": homes(edition),
        "company": us["name"],
        "contacts": {country: _sender(us["contact"][country]) for country in us["countries"]},
        "situations": list(situations(page)),
        "channels": said.table("channels") | {LETTER: said.say("composer.letter-channel")},
        "components": said.table("components"),
        "advice": said.table("advice"),
        "words": said.table("composer.script"),
    }


def homes(edition: Edition) -> dict[str, str]:
    """The country that a customer who reads a language is taken to live in, until somebody says otherwise."""
    return {name: home_of(language(name), edition.company["countries"]) for name in edition.languages}


def home_of(said: Language, countries: tuple[str, ...]) -> str:
    """The country whose language this is, where we sell there; else the first we sell in.

    >>> home_of(language("sv"), ("dk", "se", "no"))
    'se'
    """
    country = said.words["locale"].rpartition("_")[2].lower()
    return country if country in countries else countries[0]


def _sender(contact: dict[str, Any]) -> dict[str, Any]:
    return {name: contact[name] or "" for name in ("phone", "email", "address", "org_number")}


def situations(page: Page) -> Iterator[dict[str, Any]]:
    """What can be apologised for, with every word by which a colleague may look for it, in any language of the site."""
    for other in page.edition.shelf("apologies", page.language):
        situation = other.facts["situation"]
        known = page.edition.library.situations.get(situation)
        own = other if other.language == page.language else None
        terms = _terms(page.edition, own, page.language, situation)
        abroad = [name for name in page.edition.languages if name != page.language]
        versions = [(page.edition.page(other.id, name), name) for name in abroad]
        yield {
            "id": other.thing.name,
            "title": (known and known.title.get(page.language)) or other.title,
            "terms": terms,
            "abroad": [term for version, name in versions for term in _terms(page.edition, version, name, situation)],
        }


def _terms(edition: Edition, apology: Page | None, name: str, situation: str) -> list[str]:
    """Titles and search terms in one language, of an apology and of the playbook for its situation."""
    sources = filter(None, (apology, edition.page(f"situations/{situation}", name)))
    return [term for one in sources for term in (one.title, *one.search_terms)]


# The apologies of a language ------------------------------------------------------------------------------------------


def script_paths(edition: Edition) -> list[str]:
    """Where the scripts with the apologies stand, one a language that is built."""
    return [SCRIPTS.format(language=name) for name in edition.languages]


def scripts(edition: Edition) -> Iterator[tuple[str, str]]:
    """Each script with the path where it stands; nothing outside, and nothing where there is no composer."""
    if edition.is_public or not any(edition.page(PAGE, name) for name in edition.languages):
        return
    for name, path in zip(edition.languages, script_paths(edition), strict=True):
        yield path, SCRIPT.format(language=name, data=_json(data(edition, name)))


def data(edition: Edition, name: str) -> dict[str, Any]:
    """Everything about messages to customers who read this language."""
    said = language(name)
    pages = [page for (_, lang), page in edition.pages.items() if page.shelf == "apologies" and lang == name]
    return {
        "name": said.name,
        "locale": said.words["locale"],
        "apologies": {page.thing.name: _apology(page) for page in pages},
        "fields": {id: _field(one, said, edition.languages) for id, one in edition.library.fields.items()},
        "in-language": said.say("composer.in-language"),
        "channels": said.table("channels"),
        "components": said.table("components"),
        "letter": said.table("composer.letter"),
        "formats": formats.data(said),
        "rules": (edition.library.ground.phrases(name) or Phrases()).data(),
    }


def _apology(page: Page) -> dict[str, Any]:
    facts = page.facts
    return {
        "title": page.title,
        "subject": page.checked.front.subject,
        "order": facts["order"],
        "channels": {
            section.id: [
                {"id": part.id, "title": part.title, "components": part.components, "text": text_of(part.section)}
                for part in parts(section)
            ]
            for section in page.body.sections
            if section.id != "top"
        },
        "leaves": facts["leaves"],
    }


def _field(one: ApologyField, said: Language, customers: Iterable[str]) -> dict[str, Any]:
    """A field in one language; its help by the language of the customer."""
    words = {key: getattr(one, key).get(said.id, "") for key in ("label", "example")}
    return {"type": one.type, "help": {name: help_for(one, said, name) for name in customers}, **words}

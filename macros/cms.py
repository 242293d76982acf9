"""/admin/: a form for write-ups in the browser (Decap CMS), told by the model what a write-up is made of.

Decap comes from npm, into `node_modules/`; the site builds without it, and the page then says how to get it. What is
saved there becomes a branch named `cms/…` and nothing else: a person merges it.
"""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import forms, fragments, record
from .company import Company, Repository
from .forms import Question
from .languages import Language, language, value_words
from .library import Library
from .shelves import Incident, NotPersonal
from .texts import SHELVES as PLAYBOOKS

PAGE = "admin/index.html"
SHELF = "incidents"
WRITE_UPS = f"{PLAYBOOKS}/{SHELF}"
BUNDLE = Path("node_modules/decap-cms/dist")  # below the project's root
PARTS = ("decap-cms.js", "decap-cms.js.LICENSE.txt")
NO_MEDIA = "none"  # a media library the page registers
NONE = "none:"  # before the name of a list: a box to tick, which the page turns into an empty list

# What `repository.sign_in` must hold, by host; a host that is not here cannot be reached from a page.
NEEDED = {
    **dict.fromkeys(("gitlab", "gitea", "forgejo"), ("client_id",)),
    "azure": ("client_id", "tenant"),
    "github": ("service",),
}

# Decap compiles its checks of a configuration into functions, and makes its style sheets as it goes.
POLICY = "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
DECAP = "; script-src 'self' 'unsafe-eval'; style-src-elem 'self' 'unsafe-inline'; connect-src 'self'"


# The page -------------------------------------------------------------------------------------------------------------


def page(library: Library, local: dict[str, Any] | None = None) -> str:
    """The page: Decap with its configuration, or, in each language, what is missing for it.

    `local` is the backend of a Decap that runs on this machine, in place of the company's Git host.
    """
    company = library.company
    told = local or backend(company.repository)
    missing = "without-host" if told is None else "" if _has_decap(library) else "without-decap"
    languages = [language(name) for name in company.languages]
    data = {
        "config": None if missing else config(library, told),
        "languages": [_interface(one) for one in languages],
        "contacts": _contacts(company),
    }
    return (
        fragments.environment()
        .get_template("cms.html")
        .render(
            policy=POLICY if missing else " ".join([POLICY + DECAP, *hosts(told)]),
            data=json.dumps(data, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c"),
            languages=languages,
            missing=missing,
        )
    )


def parts(library: Library) -> dict[str, str]:
    """Decap's own files, by their address: where each lies below the root. None are needed by a page without Decap."""
    if not _has_decap(library) or backend(library.company.repository) is None:
        return {}
    return {f"admin/{name}": (BUNDLE / name).as_posix() for name in PARTS}


def is_without_decap(library: Library) -> bool:
    """Whether the company asks for a page that npm has not brought yet."""
    return backend(library.company.repository) is not None and not _has_decap(library)


def _has_decap(library: Library) -> bool:
    return (library.root / BUNDLE / PARTS[0]).is_file()


def _contacts(company: Company) -> list[str]:
    """Our own addresses and numbers, which are nobody's personal data."""
    shown = [value for contact in company.contact.values() for value in (contact.email, contact.phone)]
    return sorted({*shown, company.feedback.email, company.write_ups.email})


def _interface(said: Language) -> dict[str, Any]:
    """What the page's own script says in a language, and how Decap and browsers call it."""
    ours = {name: said.table("cms")[name] for name in ("codes", "title", "phrases", "locale")}
    kinds = said.words.get("privacy", {}).get("kinds", {})
    return {"id": said.id, "name": said.name, "kinds": kinds, **ours, **said.table("cms.page")}


# Where it is saved ----------------------------------------------------------------------------------------------------


def backend(repository: Repository) -> dict[str, Any] | None:
    """How Decap reaches the company's Git host; None where `repository` does not say all that this host needs.

    Decap's own `gitea` has no editorial workflow (decap-cms-backend-gitea 3.5.3 refuses it); its `forgejo` has, and
    speaks the interface that Forgejo took over from Gitea.
    """
    sign_in = repository.sign_in
    needed = NEEDED.get(repository.host)
    if needed is None or any(getattr(sign_in, name, None) is None for name in needed):
        return None
    url = urlsplit(repository.url)
    site, path = f"{url.scheme}://{url.netloc}", url.path.strip("/").removesuffix(".git")
    common = {"repo": path, "branch": repository.branch}
    match repository.host:
        case "gitlab":
            how = {"name": "gitlab", "auth_type": "pkce", "base_url": site, "api_root": f"{site}/api/v4"}
            return common | how | {"app_id": sign_in.client_id}
        case "gitea" | "forgejo":
            return common | {"name": "forgejo", "api_root": f"{site}/api/v1", "app_id": sign_in.client_id}
        case "azure":
            how = {"name": "azure", "repo": path.replace("/_git/", "/"), "api_root": site}
            return common | how | {"app_id": sign_in.client_id, "tenant_id": sign_in.tenant}
        case "github":
            api = "https://api.github.com" if url.netloc == "github.com" else f"{site}/api/v3"
            return common | {"name": "github", "api_root": api, "base_url": sign_in.service.rstrip("/")}


def hosts(told: dict[str, Any] | None) -> list[str]:
    """The hosts the page asks besides its own."""
    asked = [urlsplit((told or {}).get(name, "")) for name in ("api_root", "base_url")]
    return sorted({f"{url.scheme}://{url.netloc}" for url in asked if url.netloc})


# What is asked --------------------------------------------------------------------------------------------------------


def config(library: Library, told: dict[str, Any]) -> dict[str, Any]:
    """Decap's configuration: where to save, and one collection of originals a language."""
    return {
        "backend": told,
        "load_config_file": False,
        "publish_mode": "editorial_workflow",
        "media_library": {"name": NO_MEDIA},  # write-ups hold no pictures
        "slug": {"encoding": "ascii", "clean_accents": True},
        "editor": {"preview": False},
        "show_preview_links": False,
        "collections": [collection(library, name) for name in library.company.languages],
    }


def collection(library: Library, name: str) -> dict[str, Any]:
    """The write-ups born in one language. Decap's name of a file is the date filed and the title, in ASCII."""
    said = language(name)
    return {
        "name": f"{SHELF}-{name}",
        "label": said.say("cms.collection", language=said.table("languages")[name]),
        "label_singular": said.say("shelf-one.incidents"),
        "description": said.say("cms.description"),
        "folder": WRITE_UPS,
        "extension": f"{name}.md",
        "format": "yaml-frontmatter",
        "filter": {"field": "born", "value": name},
        "slug": "{{year}}-{{month}}-{{day}}-{{slug}}",
        "identifier_field": "title",
        "create": True,
        "delete": False,
        "view_filters": [
            {"label": value_words("stage", stage, said), "field": "stage", "pattern": stage} for stage in record.STAGES
        ],
        "publish": False,  # what is saved is a branch; merging it is the Git host's
        "fields": fields(library, said),
    }


def fields(library: Library, said: Language) -> list[dict[str, Any]]:
    """The form: every question under the heading of its group, and the text where the first notice is done.

    A field is required here when the model cannot do without it; what a stage asks for besides stands in its hint. So
    half a write-up can be saved, and `tillit check` lists the rest.
    """
    made = [{"name": "born", "label": "born", "widget": "hidden", "default": said.id}]
    groups = said.table("record.groups")
    for group, asked in groupby(forms.questions(library, said), lambda one: one.group):
        if group in groups:
            made.append({"name": f"group:{group}", "label": groups[group], "widget": "group", "required": False})
        made += [field for question in asked for field in _fields_of(question, said)]
        if group == "notice":
            made.append(_body(said))
    return [*made, _not_personal(said)]


def _fields_of(question: Question, said: Language) -> list[dict[str, Any]]:
    """A question's field, and after a list of which "none" is an answer, a box to tick for that."""
    made = _field(question)
    if question.stage:
        stage = value_words("stage", question.stage, said)
        made["hint"] += " " + said.say("cms.asked-from", stage=stage)
    default = Incident.model_fields[question.name].default
    if isinstance(default, str):
        made["default"] = default
    if question.kind in ("list", "lines", "choices") and default is None:
        label = said.say("cms.none", field=question.label)
        none = {"name": f"{NONE}{question.name}", "label": label, "widget": "boolean", "required": False}
        return [made, none]
    return [made]


def _field(question: Question, inside: bool = False) -> dict[str, Any]:
    """One field. Decap asks for what is required in an object nobody has opened; so in an object nothing is."""
    common = {"name": question.name, "label": question.label, "hint": question.help}
    return common | {"required": question.required and not inside} | _widget(question)


def _widget(question: Question) -> dict[str, Any]:
    """Decap's widget for a kind of question, with what it may hold."""
    options = [{"value": value, "label": label} for value, label in question.options]
    bounds = {"min": question.least, "max": question.most}
    bounds = {name: value for name, value in bounds.items() if value is not None}
    match question.kind:
        case "choice":
            return {"widget": "select", "options": options}
        case "choices":
            return {"widget": "select", "multiple": True, "options": options, **bounds}
        case "group":
            inner = [_field(one, inside=True) for one in question.inner]
            return {"widget": "object", "collapsed": True, "fields": inner}
        case "list":
            return {"widget": "list", "allow_reorder": False, "fields": [_field(one) for one in question.inner]}
        case "lines":
            item = {"name": "item", "label": question.label, "widget": "string"}
            return {"widget": "list", "allow_reorder": False, "collapsed": False, "field": item}
        case "moment":
            return {"widget": "moment"}
        case "date":
            return {"widget": "datetime", "date_format": "YYYY-MM-DD", "time_format": False}
        case "number":
            return {"widget": "number", "value_type": "int", "step": 1, **bounds}
        case "paragraph":
            return {"widget": "text"}
        case "line":
            return {"widget": "string"} | ({"pattern": [question.pattern, question.help]} if question.pattern else {})
    raise ValueError(question.kind)


def _body(said: Language) -> dict[str, Any]:
    """The box for the text, filled with the headings that a write-up has."""
    return {
        "name": "body",
        "label": said.say("cms.body"),
        "hint": said.say("cms.body-hint"),
        "widget": "text",  # Decap's Markdown editor would write the whole text anew in a style of its own
        "required": False,
        "default": "\n\n\n".join(f"## {section.heading}" for section in forms.sections(said)) + "\n",
    }


def _not_personal(said: Language) -> dict[str, Any]:
    """The way out for somebody whose order number looks like a citizen's."""

    def words(name: str) -> dict[str, str]:
        return {
            "name": name,
            "label": said.say(f"record.fields.{name}.label"),
            "hint": said.say(f"record.fields.{name}.help"),
        }

    inner = [words(name) | {"widget": "string"} for name in NotPersonal.model_fields]
    return words("not_personal") | {"widget": "list", "required": False, "allow_reorder": False, "fields": inner}

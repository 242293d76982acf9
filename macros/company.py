"""Who "we" are: `playbooks/company.yml`, and the two lists beside it that every text is checked against.

Each field says whether outsiders may see it; one that does not say so is internal.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from . import privacy
from .languages import text_languages
from .values import CountryId, Currency, LanguageId, Number, Sentence, Strict, TextId, Thing, is_public, public

COMPANY, SITUATIONS, FIELDS = "playbooks/company.yml", "playbooks/situations.yml", "playbooks/apologies/fields.yml"


def _check_words(value: dict[str, str]) -> dict[str, str]:
    if set(value) - set(text_languages()):
        raise ValueError("language-map")
    return value


def _check_address(value: str) -> str:
    if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d+)?/([A-Za-z0-9._~-]+/)*", value):
        raise ValueError("address")
    return value


def _check_colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("colour")
    return value


def _check_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s\"'<>]+", value):
        raise ValueError("url")
    return value


def _check_email(value: str) -> str:
    if not re.fullmatch(r"[^\s\"'<>@?&]+@[^\s\"'<>@?&]+", value):
        raise ValueError("email")
    return value


def _check_plain(value: str) -> str:
    # The theme prints the name as it stands, in every page's head.
    if found := re.search(r"[<>]", value):
        raise ValueError(f"raw-html:{value[found.start() :]}")
    return value


def _check_flag(value: Any) -> Any:
    if value not in ("true", "false", True, False):
        raise ValueError("flag")
    return value


def _check_once(value: tuple[str, ...]) -> tuple[str, ...]:
    for item in value:
        if value.count(item) > 1:
            raise ValueError(f"yaml-duplicate:{item}")
    return value


ByLanguage = Annotated[dict[str, Sentence], AfterValidator(_check_words), Field(min_length=1)]
Address = Annotated[str, AfterValidator(_check_address)]
Colour = Annotated[str, AfterValidator(_check_colour)]
Url = Annotated[str, AfterValidator(_check_url)]
Flag = Annotated[bool, BeforeValidator(_check_flag)]
Email = Annotated[str, AfterValidator(_check_email)]
Name = Annotated[Sentence, AfterValidator(_check_plain)]


class Colours(Strict):
    primary: public(Colour)
    accent: public(Colour)


class Addresses(Strict):
    internal: Address
    public: public(Address)


class SignIn(Strict):
    """How /admin/ lets people sign in at the Git host; what is needed differs by host."""

    client_id: Sentence | None = None  # of the application registered there; no secret (GitLab, Gitea, Forgejo, Azure)
    tenant: Sentence | None = None  # the directory it is registered in (Azure)
    service: Url | None = None  # a sign-in service of your own, since GitHub lets no page sign in without a secret


class Repository(Strict):
    host: Literal["gitlab", "github", "gitea", "forgejo", "azure", "none"] = "none"
    url: Url
    branch: Sentence = "main"
    sign_in: SignIn | None = None

    def edit_url(self, path: str) -> str:
        """Where a file is edited on the Git host; empty when there is none."""
        forms = {
            "gitlab": "{url}/-/edit/{branch}/{path}",
            "github": "{url}/edit/{branch}/{path}",
            "gitea": "{url}/_edit/{branch}/{path}",
            "forgejo": "{url}/_edit/{branch}/{path}",
            "azure": "{url}?path=/{path}&version=GB{branch}",
            "none": "",
        }
        return forms[self.host].format(url=self.url.rstrip("/"), branch=self.branch, path=path)

    def new_url(self, folder: str, name: str, content: str) -> str:
        """Where a new file is begun on the Git host, with its name and first words where the host takes them along.

        Empty where the host has no such page. Too many words are refused by hosts (414), so `content` is kept short.
        """
        forms = {
            "gitlab": "{url}/-/new/{branch}/{folder}?file_name={name}",
            "github": "{url}/new/{branch}/{folder}?filename={name}&value={content}",
            "gitea": "{url}/_new/{branch}/{folder}?filename={name}&value={content}",
            "forgejo": "{url}/_new/{branch}/{folder}?filename={name}&value={content}",
        }
        said = {"name": quote(name, safe=""), "content": quote(content, safe="")}
        url = self.url.rstrip("/")
        return forms.get(self.host, "").format(url=url, branch=self.branch, folder=folder, **said)


class Feedback(Strict):
    email: public(Email)


class Contact(Strict):
    phone: public(Sentence)
    email: public(Email)
    hours: public(ByLanguage)
    address: public(tuple[Sentence, ...]) = ()  # line by line, as a letter shows who sends it; the last names the town
    org_number: public(Sentence | None) = None  # with what it is called there
    escalation: Sentence | None = None


class Mandate(Strict):
    role: Thing
    kind: Thing
    limit: dict[Currency, Annotated[Number, Field(ge=0)]]


class WriteUps(Strict):
    """Who takes a write-up on from where its contributor leaves it."""

    owner: Thing
    email: Email


class Target(Strict):
    channel: Thing
    first_answer: Number  # minutes


class Company(Strict):
    """Who we are. Words are per language; fields marked public are all that the public edition knows of."""

    name: public(Name)
    sample: public(Flag) = False
    about: public(ByLanguage)
    logo: public(Sentence | None) = None
    colours: public(Colours)
    address: public(Addresses)
    repository: Repository
    languages: public(Annotated[tuple[LanguageId, ...], Field(min_length=1), AfterValidator(_check_once)])
    countries: public(Annotated[tuple[CountryId, ...], Field(min_length=1), AfterValidator(_check_once)])
    sectors: tuple[Thing, ...] = ()
    hide: tuple[TextId, ...] = ()
    feedback: public(Feedback)
    contact: public(dict[CountryId, Contact])
    roles: dict[Thing, ByLanguage]
    kinds: dict[Thing, ByLanguage] = {}
    mandates: tuple[Mandate, ...] = ()
    response_targets: tuple[Target, ...] = ()
    write_ups: WriteUps

    @field_validator("contact")
    @classmethod
    def _every_country_can_be_reached(cls, value: dict[str, Contact], known: ValidationInfo) -> dict[str, Contact]:
        if missing := [country for country in known.data.get("countries", ()) if country not in value]:
            raise ValueError("contact-missing:" + ", ".join(missing))
        return value

    @cached_property
    def own_contacts(self) -> frozenset[str]:
        """Our own telephone numbers and e-mail addresses: no personal data."""
        return privacy.own_contacts(self.model_dump())


def public_view(company: Company) -> dict[str, Any]:
    """Only what is marked public, as plain data; whatever a later field is, it stays in until it says otherwise."""
    return _public(company)


def _public(value: Any) -> Any:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {name: _public(getattr(value, name)) for name in fields if is_public(fields[name])}
    if isinstance(value, dict):
        return {key: _public(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list)):
        return [_public(inner) for inner in value]
    return value


Group = Literal["people", "promise", "delivery", "goods", "money", "service", "many"]
GROUPS = get_args(Group)  # in the order in which they are shown


class Situation(Strict):
    """An entry of `situations.yml`."""

    title: ByLanguage
    group: Group | None = None
    apology: Literal["needed", "not-needed"] = "needed"
    why: ByLanguage | None = None
    holds: dict[str, tuple[str, ...]] = {}  # parts that the law asks for → the channels whose words must have them


class ApologyField(Strict):
    """An entry of `fields.yml`: what a `{name}` in an apology is filled with."""

    type: Literal["text", "name", "date", "moment", "money", "number", "phone", "email"] = "text"
    form: Literal["after-colon", "noun", "infinitive", "that"] | None = None  # what its words must fit, by language
    label: ByLanguage
    help: ByLanguage
    example: ByLanguage


class Situations(BaseModel):
    entries: dict[Thing, Situation]


class Fields(BaseModel):
    entries: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")], ApologyField]

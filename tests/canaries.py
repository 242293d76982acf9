"""A project in which everything that is not public carries a word, date or number found nowhere else.

What is planted is generated from the models: a field that comes later and is not marked public gets a canary too.
"""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from macros import record
from macros.company import ApologyField, Company, Situation
from macros.languages import language, text_languages
from macros.shelves import COMPONENTS, SHELVES
from macros.values import is_public

AFTER_CANARIES = date(2043, 1, 1)  # a fact outsiders see, which must lie between two they do not
CANARY, OPEN = "zqx", "pubqx"  # begin every hidden word, and every word that outsiders do get
PICTURE = b"\x89PNG\r\n\x1a\n"


class Canaries:
    """Makes values that stand nowhere else, and finds them again. `turn` 1 makes other values of the same kinds."""

    def __init__(self, turn: int = 0):
        self.turn = turn
        self.count = 0
        self.planted: dict[str, str] = {}  # what to look for → where it was planted

    def word(self, where: str, stem: str = CANARY) -> str:
        """A small word that is also an id and a slug."""
        self.count += 1
        if stem != CANARY:
            return f"{stem}{self.count:03d}"
        word = f"{stem}{self.turn}{self.count:03d}"
        self.planted[word] = where
        return word

    def sample(self, kind: Any, where: str, stem: str = CANARY) -> Any:
        """A value of any annotation in our models, as it is written in a file."""
        base = get_args(kind)[0] if get_origin(kind) is Annotated else kind
        if get_origin(base) in (Union, UnionType):
            return self.sample(get_args(base)[0], where, stem)
        if isinstance(base, type) and issubclass(base, BaseModel):
            return {name: self.sample(annotation(field), f"{where}.{name}", stem) for name, field in fields(base)}
        if get_origin(base) is Literal:
            return get_args(base)[-1 if self.turn and stem == CANARY else 0]
        if get_origin(base) is tuple:
            return [self.sample(get_args(base)[0], where, stem)]
        if get_origin(base) is dict:
            inner = get_args(base)[1]
            for keys in (text_languages(), [self.word(f"{where}, key", stem)], ["nok"], COMPONENTS):
                value = {key: self.sample(inner, f"{where}.{key}", stem) for key in keys}
                if _fits(kind, value):
                    return value
            raise AssertionError(f"no sample for {where}: {kind}")
        for forms in self._scalars(stem):
            if _fits(kind, forms[0]):
                if stem == CANARY and len(forms[0]) > 5:
                    self.planted |= dict.fromkeys(map(_plain, forms), where)
                return forms[0]
        raise AssertionError(f"no sample for {where}: {kind}")

    def _scalars(self, stem: str) -> Iterator[list[str]]:
        """One of each kind of value, with every form it could be shown in. Too small to be told: from `true` on."""
        self.count += 1
        turn = self.turn if stem == CANARY else 0  # what outsiders see is the same each time
        number = self.count * 2 + turn
        word = f"{stem}{self.turn if stem == CANARY else ''}{self.count:03d}"
        yield from ([form, word] for form in (word, f"process/{word}", f"https://{word}.example/", f"{word}@x.example"))
        yield _day(date(2033, 1, 1) + timedelta(days=number))
        yield [str(7_310_000 + number), *(language(name).number(7_310_000 + number) for name in text_languages())]
        yield [f"{0xBADC0000 + number:08x}"]
        yield from (
            [small] for small in (("true", "35", "1", "2031", "sek"), ("false", "36", "2", "2032", "nok"))[turn]
        )

    def late_day(self, where: str) -> str:
        """A day that comes after every other canary."""
        self.count += 1
        forms = _day(AFTER_CANARIES + timedelta(days=self.count * 2 + self.turn))
        self.planted |= dict.fromkeys(map(_plain, forms), where)
        return forms[0]

    def found(self, folder: Path, but: str = "") -> dict[str, str]:
        """The canaries in a built site, in any byte of any file or name: each with where it was planted and found.

        `but` is a folder name: what lies below one is not looked at.
        """
        found = {}
        pattern = re.compile("|".join(map(re.escape, sorted(self.planted, key=len, reverse=True))))
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and but not in path.parts):
            raw = file.read_bytes()
            raw = gzip.decompress(raw) if file.suffix == ".gz" else raw
            text = _plain(raw.decode("utf-8", "replace"))
            for match in pattern.finditer(f"{file.relative_to(folder)}\n{text}\n{html.unescape(text)}"):
                found[match[0]] = f"{self.planted[match[0]]} → {file.relative_to(folder)}"
        return found


def _day(day: date) -> list[str]:
    return [day.isoformat(), *(language(name).date(day) for name in text_languages())]


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").lower()


def fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    return iter(model.model_fields.items())


def annotation(field: Any) -> Any:
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _fits(kind: Any, value: Any) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


# Planting -------------------------------------------------------------------------------------------------------------

# What the rules between fields and texts want; the rest of each front matter is made from its model.
FITTING = {
    "apologies": {
        **{"situation": "late-delivery", "channels": ["phone"], "leaves": {}, "order": "responsibility-first"},
        "learnt_from": [],
    },
    "situations": {"apologies": ["late-delivery"]},
    "incidents": {
        **{"situation": "late-delivery", "stage": "closed", "severity": "2", "countries": ["dk"], "changed": []},
        **{"happened": "2026-02-03", "detected": "2026-02-05 09:30", "first_answer": "2026-02-05 11:10"},
        **{"delivered": AFTER_CANARIES.isoformat(), "next_update": "2026-03-01", "contact": ["phone"], "cause": "slip"},
        **{"responsibility": "yes"},
        **{"remedies": ["refund"], "affected": "7999999", "confirmed_by_customer": "partly"},
        "legal_checked": list(record.TRIGGERS),
    },
    "rights": {"country": "dk"},
}
LEFT_EMPTY = {Situation: ("holds",)}  # its keys and values are the names of parts and channels
ALWAYS = {"born": "da", "reviewed": "2026-10-01", "next": []}
# Not marked public, but shown: an old address is kept alive, everyday words are searched for.
SHOWN = {"search_terms"}


def plant(project: Any, turn: int = 0) -> Canaries:
    """Plant a canary in everything of the project that is not public; the project stays free of faults."""
    made = Planter(project, Canaries(turn))
    for shelf in SHELVES:
        made.public_text(shelf)
        made.internal_text(shelf)
    made.data_files()
    made.loose_files()
    return made.canaries


class Planter:
    def __init__(self, project: Any, canaries: Canaries):
        self.project, self.canaries = project, canaries
        self.roles: set[str] = set()
        self.names: dict[str, str] = {}
        self.apology = self.word("name of an internal apology")
        self.situations: list[str] = []

    def word(self, where: str) -> str:
        return self.canaries.word(where)

    def write(self, shelf: str, thing: str, lang: str, front: dict[str, Any], body: str) -> None:
        path = f"docs/{thing}.{lang}.md" if shelf == "docs" else f"playbooks/{shelf}/{thing}.{lang}.md"
        remark = self.word(f"{path}: comment in front matter")
        said = yaml.safe_dump(front, allow_unicode=True, sort_keys=False)
        self.project.write(path, f"---\n{said}# {remark}\n---\n\n{body}")
        for name, value in front.items():
            self.roles |= {value} if name == "owner" else set(value) if name == "mandate" else set()
            if name in ("promises", "prevention"):
                self.roles |= {item["owner"] for item in value}
            if name in ("staff_role", "consent"):
                self.roles |= {value["by_role"] if name == "consent" else value}

    def front(self, shelf: str, audience: str, where: str) -> dict[str, Any]:
        """Facts and words of an original: made from its model, then made to fit."""
        front = {**ALWAYS, **FITTING.get(shelf, {}), "audience": audience}
        names = dict(fields(SHELVES[shelf].model))
        front = {name: value for name, value in front.items() if name in names}
        for name, field in names.items():
            if name in front:
                continue
            shown = audience == "public" and (is_public(field) or (name in SHOWN and (shelf, name) != HIDDEN_TERMS))
            front[name] = self.canaries.sample(annotation(field), f"{where}: {name}", OPEN if shown else CANARY)
        if shelf == "incidents":
            front["apology"] = self.apology
            front["followed_up"] = self.canaries.late_day(f"{where}: followed_up")
            front["consent"]["kind"] = "given"
        for figure in front["figures"].values() if shelf == "rights" else ():
            figure["source"] = next(iter(front["sources"]))
        for name in record.ACCOUNTS.values() if audience == "public" else ():
            front.pop(name, None)  # the accounts are told
        if audience == "public" and shelf == "situations":
            front["next"] = ["process/" + self.internal_name("process")]
            front["apologies"] = [self.apology]
            self.mandated = front["mandate"][0]
        return front

    def shared(self, where: str) -> str:
        """A canary that is the same each time it is asked for, such as an id that every language has."""
        if where not in self.names:
            self.names[where] = self.word(where)
        return self.names[where]

    def internal_name(self, shelf: str) -> str:
        """The name of the internal text of a shelf."""
        if shelf == "apologies":
            return self.apology
        word = self.shared(f"name of an internal text of {shelf}")
        return f"2026-05-05-{word}" if shelf == "incidents" else word

    def translation(self, shelf: str, front: dict[str, Any], stem: str) -> dict[str, Any]:
        words, where = {"translates": front["born"]}, f"translation of {front['audience']} {shelf}"
        for name, field in fields(SHELVES[shelf].translation):
            if name in words:
                continue
            is_shown = is_public(field) or (name in SHOWN and (shelf, name) != HIDDEN_TERMS)
            words[name] = self.canaries.sample(annotation(field), f"{where}: {name}", stem if is_shown else CANARY)
        return words

    def public_text(self, shelf: str) -> None:
        thing = f"2026-04-04-{OPEN}" if shelf == "incidents" else OPEN
        if shelf == "situations":
            self.situations.append(thing)
        front = self.front(shelf, "public", f"public {shelf}")
        self.write(shelf, thing, "da", front, self.body(shelf, "da", front, OPEN))
        words = self.translation(shelf, front, OPEN)
        self.write(shelf, thing, "sv", words, self.body(shelf, "sv", front, OPEN))

    def internal_text(self, shelf: str) -> None:
        thing = self.internal_name(shelf)
        if shelf == "situations":
            self.situations.append(thing)
        front = self.front(shelf, "internal", f"internal {shelf}")
        self.write(shelf, thing, "da", front, self.body(shelf, "da", front, CANARY))
        words = self.translation(shelf, front, CANARY)
        self.write(shelf, thing, "sv", words, self.body(shelf, "sv", front, CANARY))

    def body(self, shelf: str, lang: str, front: dict[str, Any], stem: str) -> str:
        where = f"{'public' if stem == OPEN else 'internal'} {shelf}.{lang}"
        hidden = {
            kind: self.word(f"{where}: {kind}") for kind in ("block", "comment", "inline comment", "inner comment")
        }
        words = OPEN if stem == OPEN else self.word(f"{where}: body")
        inner = (
            f"<!-- {hidden['comment']} -->\n\n<!-- internal -->\n{hidden['block']} [{hidden['block']}]"
            f"(https://{hidden['block']}.example/#{hidden['block']}) <!-- {hidden['inner comment']} -->\n"
            "{link}<!-- /internal -->\n\n"
            f"{words}<!-- {hidden['inline comment']} -->.\n"
        )
        up = "../playbooks" if shelf == "docs" else ".."
        section = self.shared(f"{where.rpartition('.')[0]}: internal section")
        link = f"[{section}]({up}/process/{self.internal_name('process')}.{lang}.md)\n"
        if shelf == "incidents":
            return self.record(lang, front, inner.format(link=link), where, stem)
        if shelf == "apologies":
            parts = ("responsibility", "explanation", "restore-value", "solution", "regret")
            said = "".join(f"### {words} {{#{part}}}\n\n{words}.\n\n" for part in parts)
            plain = re.sub(r" \[[^]]*\]\([^)]*\)", "", inner.format(link=""))  # an apology is sent as plain text
            return f"## {words} {{#phone}}\n\n{said}{plain}"
        picture = f"![{section}]({up}/situations/{CANARY}{self.canaries.turn}-only-inside.png)\n"
        call = f'\n{{{{ playbook("process/{self.internal_name("process")}") }}}}\n\n'
        staff = f"\n## {section} {{#{section}}}\n\n{section}.\n"
        inside = link + picture + call + staff
        first = self.shared(f"internal {shelf}: id of a section") if stem == CANARY else "part"
        return f"## {words} {{#{first}}}\n\n{inner.format(link=inside)}"

    def record(self, lang: str, front: dict[str, Any], inner: str, where: str, stem: str) -> str:
        """A write-up: the canaries of an outsider's view are the sections nobody outside reads."""
        said = []
        for id, heading in language(lang).table("sections").items():
            if record.ACCOUNTS.get(id) in front:
                continue
            words = OPEN if stem == OPEN and id in record.PUBLIC_SECTIONS else self.word(f"{where}: section {id}")
            group = {"promises": "promises", "what-we-changed": "prevention"}.get(id)
            items = "".join(f"- {item['id']}: {words}.\n" for item in front[group]) if group else ""
            said.append(f"## {heading}\n\n{words}.\n\n{items}\n{inner if id == 'cause' else ''}")
        return "\n".join(said)

    def data_files(self) -> None:
        """company.yml, situations.yml and fields.yml: internal fields, and entries that no public text uses."""
        us = yaml.load(self.project.read("playbooks/company.yml"), yaml.BaseLoader)
        kept = {"roles": us["roles"], "kinds": us["kinds"]}
        self._plant_fields(Company, us, "company")
        us["hide"] = []
        self.roles.add(us["write_ups"]["owner"])
        for mandate in us["mandates"]:
            mandate["role"] = self.mandated  # so that the public situation would show it
            us["kinds"][mandate["kind"]] = self._by_language("company.kinds")
        for role in sorted(self.roles):
            us["roles"][role] = self._by_language("company.roles")
        us["roles"] |= kept["roles"]
        us["kinds"] |= kept["kinds"]
        self._hide(us)
        self.project.write("playbooks/company.yml", yaml.safe_dump(us, allow_unicode=True))
        for path, model, names in (
            ("playbooks/situations.yml", Situation, self.situations),
            ("playbooks/apologies/fields.yml", ApologyField, [self.word("name of an apology field").replace("-", "_")]),
        ):
            entries = yaml.load(self.project.read(path), yaml.BaseLoader)
            for name in names:
                empty = {left: {} for left in LEFT_EMPTY.get(model, ())}
                entries[name] = self.canaries.sample(model, f"{path}: {name}") | empty
            self.project.write(path, yaml.safe_dump(entries, allow_unicode=True, sort_keys=False))

    def _by_language(self, where: str) -> dict[str, str]:
        return {name: self.word(f"{where}.{name}") for name in text_languages()}

    def _plant_fields(self, model: type[BaseModel], data: dict[str, Any], where: str) -> None:
        for name, field in fields(model):
            inner = _models(field.annotation)
            if not is_public(field):
                data[name] = self.canaries.sample(annotation(field), f"{where}.{name}")
            elif inner and name in data:
                group = data[name].values() if get_origin(field.annotation) is dict else [data[name]]
                for one in group:
                    self._plant_fields(inner[0], one, f"{where}.{name}")

    def _hide(self, us: dict[str, Any]) -> None:
        """A public text that the company does not want: nothing of it is shown either."""
        word = self.word("hidden text")
        front = self.front("process", "public", "hidden text") | {"title": word, "summary": word, "formerly": []}
        front["search_terms"] = [word]
        us["roles"][front["owner"]] = self._by_language("company.roles")
        self.write("process", word, "da", front, f"## {word} {{#{word}}}\n\n{word}.\n")
        us["hide"] = [f"process/{word}"]

    def loose_files(self) -> None:
        """Files beside the texts that no public text references, and files that are no part of any site."""
        inside = f"{CANARY}{self.canaries.turn}-only-inside"
        self.canaries.planted[inside] = "a picture that only an internal block shows"
        self.project.write(f"playbooks/situations/{inside}.png", PICTURE + inside.encode())
        for folder in ("playbooks/process", "docs/assets/tools", "docs"):
            word = self.word(f"{folder}: a picture nobody shows")
            self.project.write(f"{folder}/{word}.png", PICTURE + word.encode())
        for path in ("docs/assets/tools/{}.js", "docs/assets/tools/{}.css", "playbooks/incidents/README.md"):
            word = self.word(path)
            self.project.write(path.format(word), word)
        for name in STRAY:
            for folder in ("docs", "docs/assets/site", "docs/assets/tools", "playbooks/incidents"):
                word = self.word(f"{folder}: {name}")
                self.project.write(f"{folder}/{name.format(word)}", f"<p>{word}</p>")
        word = self.word("docs/developers")
        self.project.write(
            f"docs/developers/{word}.md", f"---\ntitle: {word}\nsummary: {word}\n---\n\n## {word}\n\n{word}\n"
        )


HIDDEN_TERMS = ("incidents", "search_terms")
STRAY = ("{}.da.md.bak", "{}.txt", "{}.docx", "{}.py", "{}.html", "{}.json", "Thumbs.db", ".{}.css")


def _models(kind: Any) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [found for arg in get_args(kind) for found in _models(arg)]

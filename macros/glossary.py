"""The glossary: one concept, what each language calls it, and the words that look alike and mean something else.

`playbooks/glossary.yml` is read once, when somebody asks. All of it is public.

    concepts:
      complaint:                                # an English id
        en: complaint
        da: {term: klage, article: en, also: [klagen, kundeklage], avoid: [brokkeri*]}
        sv: {term: klagomål, article: ett}
        nb: {term: klage, article: en}
        note: {sv: ...}                         # where a language has something to say
    false_friends:
      calm:
        da: {word: rolig, means: uden uro}
        sv: {word: rolig, means: som man skrattar åt}
        nb: {word: rolig, means: uten uro}
        beware:                                 # where it is nearly always wrong
          sv: {match: ["håll* dig rolig"], instead: lugn}

`avoid`, `match` and `unless` are patterns in the language of `phrases.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, create_model

from . import phrases, texts
from .company import ByLanguage
from .faults import Fault, Faulty, fault
from .languages import language, text_languages
from .phrases import Phrases, Rule, compile_pattern
from .shelves import validate
from .texts import Front
from .values import LanguageId, Sentence, Strict, Term, Thing

GLOSSARY = "playbooks/glossary.yml"
MOST_EVENTS = 40_000  # of YAML: about a thousand concepts
FEWEST_FOR_ENDINGS = 4  # letters: a shorter word is itself only, or `sag` would be found in `sagde`


class Name(Strict):
    """What a language calls a concept: the word we use, its other forms and everyday words, and words we do not use."""

    term: Term
    article: Term | None = None
    also: tuple[Term, ...] = ()
    avoid: tuple[Term, ...] = ()


class Alike(Strict):
    """A word that looks like its neighbours', and what it means, said in its own language."""

    word: Term
    means: Sentence


class Beware(Strict):
    """Where a false friend is nearly always wrong: patterns that find it there, and the word that was meant."""

    match: Annotated[tuple[Term, ...], Field(min_length=1)]
    unless: tuple[Term, ...] = ()
    instead: Term


_each = text_languages()
Concept = create_model(
    "Concept", __base__=Strict, en=(Term, ...), note=(ByLanguage, {}), **dict.fromkeys(_each, (Name | None, None))
)
FalseFriend = create_model(
    "FalseFriend", __base__=Strict, beware=(dict[LanguageId, Beware], {}), **dict.fromkeys(_each, (Alike | None, None))
)


class GlossaryFile(Strict):
    """`playbooks/glossary.yml`."""

    concepts: dict[Thing, Concept]
    false_friends: dict[Thing, FalseFriend] = {}


@dataclass(frozen=True)
class Glossary:
    """Concepts and false friends by id, and what is wrong with the file."""

    concepts: dict[str, Any] = field(default_factory=dict)
    false_friends: dict[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    @cached_property
    def _rules(self) -> dict[str, Phrases]:
        return {}

    def in_order(self, name: str) -> list[tuple[str, Any]]:
        """The concepts a language has a word for, by id, as its dictionaries sort them."""
        there = [(id, one) for id, one in self.concepts.items() if getattr(one, name)]
        return sorted(there, key=lambda pair: language(name).sort_key(getattr(pair[1], name).term))

    def terms_in(self, text: str, name: str) -> list[tuple[str, Any]]:
        """The concepts and false friends whose word in a language occurs in a text, by id, each once, in its order."""
        if name not in self._rules:
            self._rules[name] = Phrases(tuple(self._occurrences(name)))
        ids = dict.fromkeys(hit.rule.name for hit in self._rules[name].find(phrases.read(text)))
        return [(id, self.concepts.get(id) or self.false_friends[id]) for id in ids]

    def _occurrences(self, name: str) -> Iterator[Rule]:
        for id, one in self.concepts.items():
            if said := getattr(one, name):
                yield Rule(id, tuple(filter(None, map(_with_endings, (said.term, *said.also)))))
        for id, one in self.false_friends.items():
            if (said := getattr(one, name)) and id not in self.concepts:
                yield Rule(id, tuple(filter(None, [_with_endings(said.word)])))


def _with_endings(term: str) -> phrases.Pattern | None:
    """A pattern that finds a term with its endings too."""
    words = [token.raw for token in phrases.read(term).tokens]
    source = " ".join(word + ("*" if len(word) >= FEWEST_FOR_ENDINGS else "") for word in words)
    try:
        return compile_pattern(source, {})
    except ValueError:
        return None


# Reading it -----------------------------------------------------------------------------------------------------------


def load(root: Path) -> Glossary:
    """The glossary under a root; an empty one where there is none, and with its faults where it cannot be used."""
    if not (root / GLOSSARY).is_file():
        return Glossary()
    try:
        return _load(texts.read_file(root, GLOSSARY))
    except Faulty as error:
        return Glossary(faults=tuple(error.faults))


@lru_cache(maxsize=2)
def _load(source: str) -> Glossary:
    front = texts.read_yaml(GLOSSARY, source, first_line=1, most_events=MOST_EVENTS)
    file, faults = validate(GLOSSARY, front, GlossaryFile)
    if file is None:
        return Glossary(faults=tuple(faults))
    faults = [*_pattern_faults(front, file), *_article_faults(front, file), *_both_faults(front, file)]
    return Glossary(file.concepts, file.false_friends, tuple(faults))


def _names(file: GlossaryFile) -> Iterator[tuple[tuple, str, Name]]:
    """Every language's name of every concept, with its place and its language."""
    for id, concept in file.concepts.items():
        for name in _each:
            if said := getattr(concept, name):
                yield ("concepts", id, name), name, said


def _pattern_faults(front: Front, file: GlossaryFile) -> Iterator[Fault]:
    """Each pattern means something."""
    written = [((*loc, "avoid", i), source) for loc, _, said in _names(file) for i, source in enumerate(said.avoid)]
    for id, friend in file.false_friends.items():
        for name, beware in friend.beware.items():
            for group in ("match", "unless"):
                loc = ("false_friends", id, "beware", name, group)
                written += [((*loc, i), source) for i, source in enumerate(getattr(beware, group))]
    for loc, source in written:
        try:
            compile_pattern(source, {})
        except ValueError as error:
            found = str(error).partition(":")[2]
            yield fault(GLOSSARY, front.at(loc), "not-pattern", field=".".join(map(str, loc[:-1])), found=found)


def _article_faults(front: Front, file: GlossaryFile) -> Iterator[Fault]:
    """An article is one of the language's."""
    for loc, name, said in _names(file):
        known = language(name).words["articles"]
        if said.article and said.article not in known:
            at = front.at((*loc, "article"))
            yield fault(GLOSSARY, at, "not-one-of", field=".".join((*loc, "article")), found=said.article, known=known)


def _both_faults(front: Front, file: GlossaryFile) -> Iterator[Fault]:
    """No word is to be used for one concept and avoided for another: nobody could write a text that passes."""
    used: dict[str, dict[str, str]] = {}  # language → word → id
    for (_, id, _), name, said in _names(file):
        for word in (said.term, *said.also):
            used.setdefault(name, {}).setdefault(word.lower(), id)
    for loc, name, said in _names(file):
        for i, source in enumerate(said.avoid):
            if (other := used.get(name, {}).get(source.lower())) is not None:
                at, path = front.at((*loc, "avoid", i)), ".".join((*loc, "avoid"))
                yield fault(GLOSSARY, at, "term-both", field=path, found=source, concept=other)


def rules(glossary: Glossary, name: str) -> Phrases:
    """What a text in a language should not say: `Rule.name` is the entry's id, `better` the word to use."""
    made = []
    for id, concept in glossary.concepts.items():
        if (said := getattr(concept, name)) and said.avoid:
            made.append(Rule(id, _compiled(said.avoid), better=said.term))
    for id, friend in glossary.false_friends.items():
        if beware := friend.beware.get(name):
            made.append(Rule(id, _compiled(beware.match), _compiled(beware.unless), better=beware.instead))
    return Phrases(tuple(rule for rule in made if rule.match))


def _compiled(sources: tuple[str, ...]) -> tuple[phrases.Pattern, ...]:
    """The patterns that mean something; of the others the file's faults tell."""
    made = []
    for source in sources:
        try:
            made.append(compile_pattern(source, {}))
        except ValueError:
            continue
    return tuple(made)

"""Phrases that help or spoil an apology: rules as data, and a thin matcher that finds them in a text.

`playbooks/phrases/<language>.yml` holds the rules of a language. A rule is a pattern of words over one sentence:

    beklag* ..3 hvis du|I føl*|oplev*

    word        this word, in any case           a|b       one of these
    stem*       a word that begins so            *ende     a word that ends so
    <sorry>     one of a named set (`words:`)    word?     may be left out
    ..3         up to three words between        ...       any number of words between
    #           a number, or a field             {}        a field to fill in
    %  ☺        the sign; any smiley             =I        this word in exactly this case
    ^  $        the sentence begins, ends here

Commas, quotation marks and dashes are no words and do not count. Patterns are not regular expressions: `\\b`, `\\w` and
the case of letters differ between Python and JavaScript on æ, ø and å. They are compiled here, once, to plain data;
`phrases.js` matches the same data in the browser, and both are held to the cases in `tests/cases/apology/`.
Text is taken in NFC, and every place is counted in code points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from typing import Any

from .tone import Tone

LETTERS = "A-Za-zÀ-ÖØ-öø-ÿŁłŒœŠšŸŽžŐőŰű"
NUMBER, FIELD, SMILEY = "#", "{}", "☺"  # what a pattern calls these tokens
# One token: a field, a number, a word, a smiley, a sign. The same source in both languages: only plain classes.
TOKEN = (
    r"(\{[a-z][a-z0-9_]*\})"
    r"|([0-9]+(?:[.,:/\u2013-][0-9]+)*)"
    rf"|([{LETTERS}]+(?:['\u2019-][{LETTERS}]+)*)"
    r"|([\u2600-\u27bf\u{1f300}-\u{1faff}]|[:;]-?[()DP])"
    r"|([%])"
)
_TOKEN = re.compile(re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), TOKEN))
ENDS = ".!?\u2026"  # may end a sentence
CLOSING, OPENING = "\"'\u2019)»”“", "\"'\u2018(»«”“„"
ANY_GAP = 40  # words that `...` reaches over: no apology has longer sentences, and a pasted book must not freeze us
LONGEST_PATTERN = 24  # elements
LONGEST_SENTENCE = 200  # words; whatever goes on beyond is none
LARGEST = 100_000  # characters of a text; beyond them nobody reads
MOST_MARKS = 30  # on one letter: the limit of UAX #15
NOT_LATIN = re.compile(f"[\u0300-\U0010ffff]{{{MOST_MARKS + 1},}}")  # where so many may be


# Patterns -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Element:
    """One place of a pattern: which words may stand there, or, with `gap`, how many of any."""

    words: frozenset[str] = frozenset()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    optional: bool = False
    gap: int = 0


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern; `first` and `last` say that it holds only where the sentence begins or ends."""

    elements: tuple[Element, ...]
    first: bool = False
    last: bool = False

    @cached_property
    def anchor(self) -> Element:
        """The place whose words are the rarest, which long words are: without one of them nothing need be tried."""
        needed = [one for one in self.elements if not (one.gap or one.optional)]
        return max(needed, key=lambda one: min(map(len, (*one.words, *one.starts, *one.ends))))


def compile_pattern(source: str, sets: dict[str, tuple[str, ...]]) -> Pattern:
    """A pattern from its source. ValueError `pattern:<what is wrong>` when it means nothing."""
    parts = source.split()
    first, last = parts[:1] == ["^"], parts[-1:] == ["$"]
    parts = parts[first : len(parts) - last]
    elements = tuple(_element(part, sets) for part in parts)
    if not elements or len(elements) > LONGEST_PATTERN:
        raise ValueError(f"pattern:{source}")
    for end in (elements[0], elements[-1]):
        if end.gap or end.optional:  # it would not say where the match begins or ends
            raise ValueError(f"pattern:{source}")
    return Pattern(elements, first, last)


def _element(part: str, sets: dict[str, tuple[str, ...]]) -> Element:
    if part == "...":
        return Element(gap=ANY_GAP)
    if gap := re.fullmatch(r"\.\.([1-9][0-9]?)", part):
        return Element(gap=int(gap[1]))
    optional = len(part) > 1 and part.endswith("?")
    words, starts, ends = set(), [], []
    for word in _words(part.removesuffix("?") if optional else part, sets):
        if len(word) > 1 and word.startswith("*") and word.endswith("*"):
            raise ValueError(f"pattern:{word}")  # it would match a word with a star in it: none
        if word.startswith("*") and len(word) > 1:
            ends.append(word[1:].lower())
        elif word.endswith("*") and len(word) > 1:
            starts.append(word[:-1].lower())
        elif word in (NUMBER, FIELD, SMILEY, "%"):
            words |= {word, FIELD} if word == NUMBER else {word}  # an amount or a day not filled in yet
        elif re.fullmatch(rf"=?[{LETTERS}]+(?:['\u2019-][{LETTERS}]+)*", word):
            words.add(word if word.startswith("=") else word.lower())
        else:
            raise ValueError(f"pattern:{part}")
    return Element(frozenset(words), tuple(sorted(starts)), tuple(sorted(ends)), optional)


def _words(part: str, sets: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for word in part.split("|"):
        if named := re.fullmatch(r"<([a-z-]+)>", word):
            if named[1] not in sets:
                raise ValueError(f"pattern:{word}")
            yield from sets[named[1]]
        else:
            yield word


# Text -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, field or sign: how patterns know it, how it is written, and where it stands."""

    key: str
    raw: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence: its tokens `first` to `last` (exclusive), and where its text begins and ends."""

    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True)
class Read:
    """A text as the matcher sees it."""

    text: str
    tokens: list[Token]
    sentences: list[Span]

    def sentence_at(self, token: int) -> Span:
        """The sentence that holds a token."""
        return next(one for one in self.sentences if one.first <= token < one.last)


def normal(text: str) -> str:
    """A text in NFC, up to the first letter with more marks than any script has use for.

    To bring a hundred thousand marks in order takes minutes, and nobody reads them.
    """
    for run in NOT_LATIN.finditer(text):
        marks = 0
        for i in range(*run.span()):
            marks = marks + 1 if unicodedata.category(text[i])[0] == "M" else 0
            if marks > MOST_MARKS:
                return unicodedata.normalize("NFC", text[: i - MOST_MARKS])
    return unicodedata.normalize("NFC", text)


def read(text: str, abbreviations: frozenset[str] = frozenset()) -> Read:
    """Split a text into tokens and sentences; the text is made NFC first, and places are places in that.

    Beyond `LARGEST` characters, and behind what `normal` leaves out, nothing is looked at.
    """
    text = normal(text)[:LARGEST]
    tokens = []
    for match in _TOKEN.finditer(text):
        raw = match[0]
        if match[3]:
            key = raw.lower().replace("\u2019", "'")
        else:
            key = FIELD if match[1] else NUMBER if match[2] else SMILEY if match[4] else raw
        tokens.append(Token(key, raw, match.start(), match.end()))
    sentences, first = [], 0
    for i, token in enumerate(tokens):
        is_long = i + 1 - first == LONGEST_SENTENCE
        if i + 1 == len(tokens) or is_long or _ends(text, token, tokens[i + 1], abbreviations):
            sentences.append(_span(text, tokens, first, i + 1))
            first = i + 1
    return Read(text, tokens, sentences)


def _span(text: str, tokens: list[Token], first: int, last: int) -> Span:
    start, end = tokens[first].start, tokens[last - 1].end
    while start and text[start - 1] in OPENING:
        start -= 1
    while end < len(text) and text[end] in ENDS + CLOSING:
        end += 1
    return Span(first, last, start, end)


def _ends(text: str, token: Token, after: Token, abbreviations: frozenset[str]) -> bool:
    """Whether a sentence ends between two tokens that follow each other."""
    between = text[token.end : after.start]
    if between in (" ", ", ", ""):
        return False
    capital = after.raw[0] != after.raw[0].lower()
    lines = between.count("\n")
    if lines:  # an empty line always; a new line when what follows begins anew
        return lines > 1 or capital or after.key in (NUMBER, FIELD) or any(c in between for c in ENDS + "-*•")
    marks = between.rstrip(OPENING).rstrip(" \t\u00a0")
    if marks == between.rstrip(OPENING) or not any(c in marks for c in ENDS):  # nothing to end it, or no room after
        return False
    if "!" in marks or "?" in marks:
        return True
    if "\u2026" in marks or ".." in marks or token.key == NUMBER or token.key in abbreviations:
        return capital
    return True


# Rules ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """What is found (`name`: a component or the code of a flaw), by which patterns, and when it does not count."""

    name: str
    match: tuple[Pattern, ...]
    unless: tuple[Pattern, ...] = ()  # anywhere in the sentence
    not_before: tuple[Pattern, ...] = ()  # right before the match
    not_after: tuple[Pattern, ...] = ()  # right after it
    without: str = ""  # counts only in a message that lacks this component
    finer: str = ""  # a closer name for what is wrong
    better: str = ""  # words to put in its place


@dataclass(frozen=True)
class Hit:
    """A rule that was found: its tokens `first` to `last` (exclusive), and where they stand in the text."""

    rule: Rule
    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True)
class Phrases:
    """The rules of one language, compiled."""

    rules: tuple[Rule, ...] = ()
    abbreviations: frozenset[str] = frozenset()
    better: dict[str, str] = field(default_factory=dict)  # code → words, where a rule has none of its own
    tone: Tone | None = None  # the ear beside the rules; without it each rule counts

    @cached_property
    def _index(self) -> tuple[dict[str, list], dict[str, list], list]:
        """Patterns by the word that gives them away: by the whole word, by its first letters, and all others."""
        exact: dict[str, list] = {}
        starting: dict[str, list] = {}
        others = []
        for number, rule in enumerate(self.rules):
            for order, pattern in enumerate(rule.match):
                one, anchor = ((number, order), rule, pattern), pattern.anchor
                for word in anchor.words:
                    exact.setdefault(word, []).append(one)
                for letters in anchor.starts:
                    starting.setdefault(letters, []).append(one)
                if anchor.ends:
                    others.append(one)
        return exact, starting, others

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(letters) for letters in self._index[1]}))

    def find(self, text: Read) -> list[Hit]:
        """Every hit of every rule, in the order of the text and then of the rules.

        Of the patterns of a rule that begin at one word, the one that is written first counts.
        """
        found = []
        for span in text.sentences:
            found += self._hits(Sentence(text.tokens[span.first : span.last]), span.first)
        return found

    def _possible(self, sentence: Sentence) -> list:
        """The patterns whose telling word is there, in the order in which they are written."""
        exact, starting, others = self._index
        found = {one[0]: one for one in others}
        for key in sentence.places:
            for one in exact.get(key, ()):
                found[one[0]] = one
            for length in self._lengths:
                if length > len(key):
                    break
                for one in starting.get(key[:length], ()):
                    found[one[0]] = one
        return [found[place] for place in sorted(found)]

    def _hits(self, sentence: Sentence, offset: int) -> list[Hit]:
        seen: dict[tuple[int, int], Hit] = {}  # word and rule → the hit
        off: dict[int, bool] = {}  # rule → whether something in this sentence says that it does not count
        for (number, _), rule, pattern in self._possible(sentence):
            if not sentence.ends(pattern):
                continue
            for i in sentence.starts(pattern):
                ends = sentence.ends(pattern, 1 << i)
                if (i, number) in seen or not ends:
                    continue
                end = _lowest(ends)
                if _is_off_here(rule, sentence, i, end):
                    continue
                if number not in off:
                    off[number] = any(map(sentence.ends, rule.unless))
                if not off[number]:
                    first, last = sentence.tokens[i], sentence.tokens[end - 1]
                    seen[i, number] = Hit(rule, offset + i, offset + end, first.start, last.end)
        return [seen[place] for place in sorted(seen)]

    def data(self) -> dict[str, Any]:
        """The compiled rules as plain data: what `phrases.js` matches with."""
        return {
            "token": TOKEN,
            "rules": [_plain(rule) for rule in self.rules],
            "abbreviations": sorted(self.abbreviations),
            "better": self.better,
            "tone": self.tone.source if self.tone else "",
        }


def _plain(value: Any) -> Any:
    """A rule as JSON knows it: what is empty is left out."""
    if is_dataclass(value):
        pairs = ((one.name, getattr(value, one.name)) for one in fields(value))
        return {name: _plain(inner) for name, inner in pairs if inner}
    if isinstance(value, (tuple, frozenset)):
        return [_plain(inner) for inner in (sorted(value) if isinstance(value, frozenset) else value)]
    return value


class Sentence:
    """The words of a sentence and, for each, the places where it stands: bit `i` of a number is word `i`.

    A pattern is followed at all places at once, with a few operations on such numbers, whatever it holds.
    """

    def __init__(self, tokens: list[Token]):
        self.tokens = tokens
        self.all = (1 << len(tokens)) - 1
        self.places: dict[str, int] = {}
        for i, token in enumerate(tokens):
            for key in (token.key, f"={token.raw}"):
                self.places[key] = self.places.get(key, 0) | 1 << i
        self._fitting: dict[int, int] = {}

    def fitting(self, element: Element) -> int:
        """The places where the words of an element stand."""
        if (known := self._fitting.get(id(element))) is not None:
            return known
        found = 0
        for key in element.words & self.places.keys():
            found |= self.places[key]
        if element.starts or element.ends:
            for key, places in self.places.items():
                if key.startswith(element.starts) or key.endswith(element.ends):
                    found |= places
        self._fitting[id(element)] = found
        return found

    def ends(self, pattern: Pattern, starts: int | None = None) -> int:
        """Every place right behind a match that begins at one of `starts`; with none given, anywhere."""
        places = self.all if starts is None else starts
        if pattern.first:
            places &= 1
        for element in pattern.elements:
            if element.gap:
                places = _spread(places, element.gap) & (self.all << 1 | 1)
            else:
                behind = (places & self.fitting(element)) << 1
                places = behind | places if element.optional else behind
            if not places:
                return 0
        return places & self.all + 1 if pattern.last else places

    def starts(self, pattern: Pattern) -> Iterator[int]:
        """Every place where the first word of a pattern stands."""
        places = self.fitting(pattern.elements[0])
        while places:
            i = _lowest(places)
            yield i
            places &= places - 1


def _lowest(places: int) -> int:
    return (places & -places).bit_length() - 1


def _spread(places: int, gap: int) -> int:
    """Each place and as many behind it as a gap may pass over."""
    width = 1
    while gap:
        step = min(width, gap)
        places |= places << step
        width, gap = width + step, gap - step
    return places


def _is_off_here(rule: Rule, sentence: Sentence, first: int, last: int) -> bool:
    """Whether what stands right before or behind a match says that it does not count."""
    if any(sentence.ends(one, 1 << last) for one in rule.not_after):
        return True
    before = (1 << first) - 1
    return any(sentence.ends(one, before) & 1 << first for one in rule.not_before)

"""Personal data found in text: numbers that prove themselves, and words that only suggest it.

A number alone is not evidence: one 10-digit number in thirty has a date in front. So a candidate is found by its form,
verified by its checksum where it has one, and judged by the nearest word beside it (`CUES`): a number after `ordre` is
an order, whatever it looks like. A hit is an "error" when it can hardly be anything else, a "warning" when a person
should look; a "note" says that facts which are harmless one by one may point at one person together.

`docs/assets/tools/js/privacy.js` finds the certain kinds in a browser; both are held to the cases in
`tests/cases/privacy/`. The lists of names, towns and public bodies stand in `macros/names/`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

NAMES = Path(__file__).parent / "names"


@dataclass(frozen=True)
class Hit:
    """One finding. `start` and `end` are code points in the text; `level` is "error", "warning" or "note"."""

    kind: str
    value: str
    start: int
    end: int
    level: str


def find(text: str, *, language: str = "", allowed: Collection[str] = (), names: bool = True) -> list[Hit]:
    """All personal data in a text, in the order it stands.

    `language` is the language of the text: it decides what a number without a country code may be.
    `allowed` are our own contacts, and whatever else was judged not to be personal: e-mail addresses, `@host` for all
    of a host, telephone numbers, names, in any spelling. `names=False` leaves out names in running text.
    """
    typed, text = text, text.translate(_ALIKE)
    found = [
        *_emails(text),
        *_written_emails(text),
        *_numbers(text, language),
        *_lettered(text),
        *_long_ip(text),
        *_addresses(text),
        *_birth_dates(text),
        *(_names(text) if names else ()),
    ]
    if not found:
        return []
    known = {_plain(value) for value in allowed}
    kept = _without_overlap(one for one in found if not _is_allowed(one.value, known))
    return [replace(one, value=typed[one.start : one.end]) for one in kept]


def find_in_id(id: str, *, language: str = "", allowed: Collection[str] = (), names: bool = True) -> list[Hit]:
    """All personal data in an id or in a file's name, where a hyphen stands for whatever parted words and numbers.

    >>> [one.value for one in find_in_id("ring-20-30-40-50-straks")]
    ['20-30-40-50']
    """
    found = []
    for reading, places in _readings(id):
        for hit in find(reading, language=language, allowed=allowed, names=names):
            start, end = places[hit.start], places[hit.end - 1] + 1
            found.append(replace(hit, value=id[start:end], start=start, end=end))
    return _without_overlap(found)


_IN_ID = re.compile(  # a date, which is no number to join, a word, a hyphen
    r"(?:(?:19|20)[0-9]{2}-(?:0?[1-9]|1[0-2])-(?:[12][0-9]|3[01]|0?[1-9])"
    r"|(?:[12][0-9]|3[01]|0?[1-9])-(?:0?[1-9]|1[0-2])-(?:19|20)[0-9]{2})(?![^-])"
    r"|[^-]+|-"
)


def _readings(id: str) -> Iterator[tuple[str, list[int]]]:
    """An id as people may have said it: digits with their hyphens, with blanks, and joined; names as names.

    With each the places in the id that its characters come from.
    """
    for sign in ("-", " ", ""):
        reading, places = "", []
        for one in _IN_ID.finditer(id):
            is_joint = one[0] == "-" and re.fullmatch("[0-9]-[0-9]", id[max(0, one.start() - 1) : one.end() + 1])
            part = sign if is_joint else " " if one[0] == "-" else _names_by_id().get(one[0], one[0])
            reading += part
            places += [*range(one.start(), one.start() + len(part) - 1), one.end() - 1][: len(part)]
        yield reading, places


@cache
def _names_by_id() -> dict[str, str]:
    """First names and surnames by what an id makes of them: `soeren` is Søren."""
    from .languages import IN_IDS

    people = _people()
    return {name.lower().translate(IN_IDS): name for name in sorted(people.first | people.last)}


# Typesetters' spaces and hyphens, and signs of other widths, each for the one character that it stands for
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
        **dict.fromkeys("\u2010\u2011\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\uff20\ufe6b", "@"),
        "\uff0e": ".",
        "\uff0b": "+",
    }
)


def own_contacts(company: Mapping[str, Any]) -> frozenset[str]:
    """The telephone numbers and e-mail addresses of `company.yml` (plain data), for `allowed`."""
    found = {_get(company, "feedback", "email")}
    for country in _get(company, "contact") or {}:
        phone, email, escalation = (_get(company, "contact", country, key) for key in ("phone", "email", "escalation"))
        inside = _INSIDE.findall(escalation) if isinstance(escalation, str) else []
        found |= {phone, email, *inside}
    return frozenset(one for one in found if isinstance(one, str))


_INSIDE = re.compile(r"\+?\d[\d ()-]{6,}\d|[^\s<>()]+@[^\s<>()]+\w")  # a number or an address among words


def _get(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _plain(value: str) -> str:
    """A value as it is compared: an e-mail address in small letters, all else without separators and country code."""
    if "@" in value:
        return value.strip().casefold()
    kept = re.sub(r"[\W_]", "", value).casefold()
    return re.sub(r"^(?:00)?4[567](?=\d{8})|^0(?=\d{7})", "", kept)


def _is_allowed(value: str, known: set[str]) -> bool:
    plain = _plain(value)
    return plain in known or ("@" in plain and "@" + plain.rpartition("@")[2] in known)


_RANK = {name: place for place, name in enumerate(("error", "warning", "note"))}


def _without_overlap(found: Iterable[Hit]) -> list[Hit]:
    """Where two kinds claim the same characters, the one that is surer, then the longer."""
    kept: list[Hit] = []
    for one in sorted(found, key=lambda hit: (hit.start, _RANK[hit.level], -hit.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif _RANK[one.level] < _RANK[kept[-1].level]:
            kept[-1] = one
    return kept


@cache
def _lists(name: str) -> dict[str, tuple[str, ...]]:
    """The lists of words of `macros/names/<name>.txt`, by their headings; `_` stands for a space."""
    lists: dict[str, list[str]] = {}
    for line in (NAMES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            lists[line.strip("[]")] = words = []
        elif line and not line.startswith("#"):
            words += [word.replace("_", " ") for word in line.split()]
    return {heading: tuple(dict.fromkeys(words)) for heading, words in lists.items()}


@cache
def _set(name: str, heading: str) -> frozenset[str]:
    return frozenset(_lists(name)[heading])


def _words(heading: str) -> tuple[str, ...]:
    return _lists("words")[heading]


# The words around a number --------------------------------------------------------------------------------------------

# What a number may be, by the words beside it; parts of words, in which ~ is the edge of one
CUES = {kind: _words(kind) for kind in ("order", "id", "phone", "account", "card", "plate")}
_EDGE = "[a-z0-9æøåäöéü]"
_BESIDE, _AFTER = 60, 25  # how far a cue is looked for, in characters
_LONG = 2_000  # no line that introduces others is longer


def _one_of(words: Iterable[str]) -> str:
    """A pattern for any of these parts of words."""
    forms = []
    for word in words:
        before, after = (f"(?<!{_EDGE})" if word[0] == "~" else ""), (f"(?!{_EDGE})" if word[-1] == "~" else "")
        forms.append(before + re.escape(word.strip("~")) + after)
    return "|".join(forms)


_CUE = re.compile("|".join(f"(?P<{kind}>{_one_of(words)})" for kind, words in CUES.items()))
_SERVICE = re.compile(_one_of(_words("service")))
_PUBLIC = re.compile(_one_of(_words("public")))
_CARRIES_ON = re.compile(r"[\s,;/&()]*(?:og|och|samt|eller|and)?[\s,;/&()]*")
_ROW = re.compile(r"[\s>]*(?:[-*|+]|\d+[.)])\s")


def _line(text: str, start: int, end: int) -> tuple[int, int]:
    """The line a number stands in, at most `_BESIDE` characters either side."""
    first = text.rfind("\n", max(0, start - _BESIDE), start) + 1 or max(0, start - _BESIDE)
    last = text.find("\n", end, end + _BESIDE)
    return first, last if last >= 0 else min(len(text), end + _BESIDE)


def _last_cue(words: str) -> str:
    found = ""
    for one in _CUE.finditer(words.lower()):
        found = one.lastgroup or ""
    return found


def _cue(text: str, start: int, end: int, before: tuple[int, str]) -> str:
    """What the words beside a number say it is; `before` is the end and the cue of the number in front of it."""
    first, last = _line(text, start, end)
    if first < before[0] <= start:
        if _CARRIES_ON.fullmatch(text, before[0], start):
            return before[1]
        first = before[0]
    found = _last_cue(text[first:start])
    if not found:
        after = re.match(r"[^\d\n.!?]*", text[end : min(last, end + _AFTER)]).group()
        found = next((one.lastgroup or "" for one in _CUE.finditer(after.lower())), "")
    return found or _cue_above(text, first, start)


def _cue_above(text: str, first: int, start: int) -> str:
    """The cue of the line that introduces a list or a table the number stands in."""
    line = text.rfind("\n", 0, first) + 1 if first else 0
    if not _ROW.match(text, line, start + 1):
        return ""
    for _ in range(12):
        if line == 0:
            break
        above = text.rfind("\n", max(0, line - _LONG), line - 1) + 1
        if not above and line > _LONG:
            break
        words = text[above : line - 1]
        is_head = words.lstrip().startswith("|") and not re.search(r"\d", words)
        if re.search(r"[^\W\d_]", words) and (is_head or not _ROW.match(words)):
            return _last_cue(words)
        line = above
    return ""


# Numbers --------------------------------------------------------------------------------------------------------------

_RUN = re.compile(r"(?<!\w)(?:\+ ?|00)?\(?\d(?:[ \u00a0.()/+–-]{0,3}\d){6,30}")
_ID10 = re.compile(r"(?<!\d)(?<!\d[.-])(\d\d)([.]?)(\d\d)\2(\d\d)( ?[-–+] ?|[ \u00a0]?)(\d{4})(?!\d)(?![-.]\d)")
_ID12 = re.compile(r"(?<!\d)(?<!\d[.-])((?:18|19|20)\d\d)(-?)(\d\d)\2(\d\d)( ?[-+] ?| ?)(\d{4})(?!\d)(?![-.]\d)")
_ID11 = re.compile(r"(?<!\d)(?<!\d[.-])(\d{6})([- \u00a0]?)(\d{3})[ \u00a0]?(\d\d)(?!\d)(?![-.]\d)")
_CARD = re.compile(r"(?<!\d)(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{4}([ -]?)\d{6}\2\d{5})(?!\d)(?![-.]\d)")
_ACCOUNT_NO = re.compile(r"(?<!\d)(?<!\d[.-])(\d{4})([. ]?)(\d\d)\2(\d{5})(?!\d)(?![-.]\d)")
_ACCOUNT = re.compile(
    r"(?<!\d)(?<!\d[.-])\d{4}(?:-\d)?[ ,-]{1,2}\d{2,4}[ -]?\d{3}[ -]?\d{1,4}(?!\d)|(?<!\d)\d{7,15}(?!\d)"
)
_IP4 = re.compile(r"(?<![\d.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\.?\d)")
_ABROAD = re.compile(r"(?:\+ ?|(?<!\d)(?<![A-Z]{2}\d\d )00)[1-9]\d{0,2}(?:[ .()\u00a0-]{0,2}\d){6,12}(?!\d)")
_AT_HOME = re.compile(
    r"(?<!\d)(?<!\d[.-])(?:"
    r"(?P<shaped>[2-9]\d([ .\u00a0-])\d\d\2\d\d\2\d\d|[49]\d\d \d\d \d{3}|"
    r"0\d{1,3}[-/ –]{1,3}\d{2,3} ?\d{2,3}(?: ?\d{2,3})?|\(0\d{1,3}\) ?\d{2,3} ?\d{2,3}(?: ?\d{2})?|07[02369]\d{7})"
    r"|[2-9]\d{3} ?\d{4})(?!\d)(?![-.]\d)"
)
_AMOUNT_AFTER = re.compile(r"\s?(?:kr|dkk|sek|nok|eur|€|%|stk|kg|km|meter|:-|,-|,\d)", re.I)
_AMOUNT_BEFORE = re.compile(r"(?:kr\.?|dkk|sek|nok|eur|€|§|\bnr\. ?l)\s?$", re.I)


def _numbers(text: str, language: str) -> Iterator[Hit]:
    """Everything that is made of digits."""
    before = (0, "")
    for run in _RUN.finditer(text):
        start, end = run.span()
        if start > 1 and text[start - 1] in "-/=#%&_" and text[start - 2].isalnum() or _in_address(text, start):
            continue  # part of a longer id, or of a web address
        cue = _cue(text, start, end, before)
        before = (end, cue)
        country = _country(language)
        yield from _ids(text, start, end, cue, country)
        yield from _cards(text, start, end, cue)
        yield from _accounts(text, start, end, cue)
        yield from _phones(text, start, end, cue, country)
        yield from _short_ip(text, start, end, cue)


def _in_address(text: str, start: int) -> bool:
    word = text[max(0, start - 200) : start]
    return "://" in word[max(word.rfind(" "), word.rfind("\n"), word.rfind("(")) + 1 :]


def _country(language: str) -> str:
    """The country whose numbers a text of this language has without saying so."""
    if not language:
        return ""
    from .languages import language as words

    return words(language).words["locale"][-2:]


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _is_short_date(year: int, month: int, day: int) -> bool:
    return _is_date(1900 + year, month, day) or _is_date(2000 + year, month, day)


def _ids(text: str, start: int, end: int, cue: str, country: str) -> Iterator[Hit]:
    """National identity numbers. With an order's or a case's word beside it, a number must have its checksum."""
    for one in _ID11.finditer(text, start, end):
        if level := _fodselsnummer(one.group(1) + one.group(3) + one.group(4), cue):
            yield Hit("fodselsnummer", one.group(), *one.span(), level)
    for one in _ID12.finditer(text, start, end):
        year, _, month, day, sign, last = one.groups()
        if level := _personnummer(int(year), year[2:] + month + day + last, cue, sign):
            yield Hit("personnummer", one.group(), *one.span(), level)
    for one in _ID10.finditer(text, start, end):
        digits = re.sub(r"\D", "", one.group())
        swedish = "" if one.group(2) else _personnummer(0, digits, cue, one.group(5))
        danish = _cpr(digits, cue, country, bool(one.group(5).strip()))
        # Where both may be: the one of the text's country, else the one whose checksum is right
        is_surer = country != "SE" and (swedish != "error" or _mod11(digits))
        if danish and (not swedish or country == "DK" or is_surer):
            yield Hit("cpr", one.group(), *one.span(), danish)
        elif swedish:
            yield Hit("personnummer", one.group(), *one.span(), swedish)


# Loaded when the first number asks for them: a text without numbers need not wait


def _mod11(digits: str) -> bool:
    from stdnum.dk import cpr

    return cpr.checksum(digits) == 0


def _luhn(digits: str) -> bool:
    from stdnum import luhn

    return luhn.is_valid(digits)


def _is_account(digits: str) -> bool:
    from stdnum.no import kontonr

    return kontonr.is_valid(digits)


def _cpr(digits: str, cue: str, country: str, parted: bool) -> str:
    """A Danish number: day, month, year. Since 2007 it need not have a checksum, so the date must do."""
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if not _is_short_date(year, month, day):
        return ""
    if cue == "id":
        return "error"
    if cue == "order":
        return "warning" if _mod11(digits) else ""
    if cue in ("phone", "account", "card") and not parted:
        return ""
    if not parted and re.match("07[02369]", digits) and (country == "SE" or not _mod11(digits)):
        return ""  # a Swedish mobile number
    return "error" if country in ("", "DK") or _mod11(digits) else "warning"


def _personnummer(century: int, digits: str, cue: str, sign: str) -> str:
    """A Swedish number: year, month, day (day + 60: coordination number), Luhn's digit. `century` may be 0."""
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    day -= 60 if day > 60 else 0
    if not (_is_date(century, month, day) if century else _is_short_date(year, month, day)):
        return ""
    if not _luhn(digits):
        return "warning" if cue == "id" else ""
    if cue in ("phone", "account", "card") and not sign:
        return ""
    return "warning" if cue == "order" or sign and not sign.strip() and cue != "id" else "error"


def _fodselsnummer(digits: str, cue: str) -> str:
    """A Norwegian number (D- and H-numbers too) with its two check digits; numbers made for tests have no date."""
    from stdnum.exceptions import ValidationError
    from stdnum.no import fodselsnummer

    try:
        fodselsnummer.get_birth_date(digits)
    except ValidationError:
        return ""
    if digits[9:] == fodselsnummer.calc_check_digit1(digits) + fodselsnummer.calc_check_digit2(digits):
        return "error"
    return "warning" if cue == "id" else ""


# First digits of Visa, Mastercard, American Express, Dankort, Maestro, Diners
_ISSUER = re.compile(r"4|5[1-5]|2[2-7]|3[47]|5019|50|5[678]|6[0-9]|3[068]")


def _cards(text: str, start: int, end: int, cue: str) -> Iterator[Hit]:
    for one in _CARD.finditer(text, start, end):
        digits = re.sub(r"\D", "", one.group())
        if _ISSUER.match(digits) and _luhn(digits) and len(set(digits)) > 2:
            grouped = len(digits) < len(one.group())
            if cue != "order" or grouped:
                yield Hit("card", one.group(), *one.span(), "warning" if cue == "order" else "error")


def _accounts(text: str, start: int, end: int, cue: str) -> Iterator[Hit]:
    """Bank accounts: the Norwegian form proves itself, the others need the word."""
    if cue == "order":
        return
    for one in _ACCOUNT_NO.finditer(text, start, end):
        if _is_account(re.sub(r"\D", "", one.group())) and (cue == "account" or one.group(2)):
            sure = cue == "account" or one.group(2) == "."
            yield Hit("account", one.group(), *one.span(), "error" if sure else "warning")
    if cue == "account":
        for one in _ACCOUNT.finditer(text, start, end):
            if not _AMOUNT_AFTER.match(text, one.end()) and not _ACCOUNT_NO.fullmatch(one.group()):
                yield Hit("account", one.group(), *one.span(), "warning")


# Numbers the Swedish authority PTS keeps free for books and films
_FICTION = re.compile(
    r"\+46(?:31390060[0-4]\d|4062804[0-4]\d\d?|8465004\d\d|980319[2]\d\d|701740(?:60[5-9]|6[1-9]\d))$"
)
_MANY = re.compile(r"\+45(?:70|80|90)|\+47(?:8|0)")  # numbers many people answer, which phonenumbers does not know of
_PERSON = re.compile(rf"(?<![^\W_])(?:{'|'.join(_words('person'))})(?![^\W_])", re.I)


def _phones(text: str, start: int, end: int, cue: str, country: str) -> Iterator[Hit]:
    """Telephone numbers of people: with a country code, with a word that says so, or at least in a telling form."""
    around = text[slice(*_line(text, start, end))]
    sure = "warning" if _SERVICE.search(around.lower()) else "error"
    if cue in ("id", "card", "account") or _PUBLIC.search(around.lower()) and not _PERSON.search(around):
        return
    for one in _ABROAD.finditer(text, start, end):
        if _is_a_persons("+" + re.sub(r"\D|^00", "", one.group().lstrip("+")).removeprefix("00"), None):
            yield Hit("phone", one.group(), *one.span(), "warning" if cue == "order" else sure)
    if text[start] == "+" or text.startswith("00", start):
        return
    countries = sorted(_countries(), key=lambda name: name != country)
    for one in _AT_HOME.finditer(text, start, end):
        if cue == "order" or _AMOUNT_AFTER.match(text, one.end()) or _AMOUNT_BEFORE.search(text[start - 8 : start]):
            continue
        if cue != "phone" and not one.group("shaped") and not _PERSON.search(around):
            continue
        if any(_is_a_persons(one.group(), name) for name in countries):
            yield Hit("phone", one.group(), *one.span(), sure if cue == "phone" else "warning")


@cache
def _countries() -> tuple[str, ...]:
    from .languages import text_languages

    return tuple(_country(name) for name in text_languages())


def _is_a_persons(number: str, country: str | None) -> bool:
    """Whether a number can be that of one person: it exists, and is neither a service nor kept for fiction."""
    import phonenumbers
    from phonenumbers import PhoneNumberType as Type

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return False
    whole = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_valid_number(parsed) or _FICTION.match(whole) or _MANY.match(whole):
        return False
    return phonenumbers.number_type(parsed) in (Type.FIXED_LINE, Type.MOBILE, Type.FIXED_LINE_OR_MOBILE, Type.VOIP)


def _short_ip(text: str, start: int, end: int, cue: str) -> Iterator[Hit]:
    if cue != "order":
        for one in _IP4.finditer(text, start, end):
            if _is_public_ip(one.group()):
                yield Hit("ip", one.group(), *one.span(), "warning")


def _long_ip(text: str) -> Iterator[Hit]:
    """IPv6, where two colons stand near each other at all."""
    end = 0
    for near in re.finditer(r":[0-9a-fA-F]{0,4}:", text):
        if near.start() < end:
            continue
        for one in re.finditer(
            r"(?<![\w:.])[0-9a-fA-F:]{3,39}(?![\w:])", text[max(0, near.start() - 5) : near.end() + 40]
        ):
            start = max(0, near.start() - 5) + one.start()
            end = start + len(one.group())
            if one.group().count(":") > 2 and _is_public_ip(one.group()):
                yield Hit("ip", one.group(), start, end, "warning")
            break


def _is_public_ip(value: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(value).is_global
    except ValueError:
        return False


# Numbers with letters -------------------------------------------------------------------------------------------------

_LETTERED = re.compile(r"(?<![\w-])[A-ZÅÄÖÆØ]{2,3}[ \u00a0]?\d[\dA-Z]")
_PLATE = re.compile(
    r"(?P<shaped>[A-Z]{2} \d\d \d{3})(?!\w)|[A-Z]{2} ?\d{5}(?!\w)|[A-HJ-PR-UW-Z]{3} ?\d\d[0-9A-HJ-NPR-UW-Z](?!\w)"
)


def _lettered(text: str) -> Iterator[Hit]:
    """IBANs, which prove themselves, and licence plates, which need a word about a car or a telling form."""
    for place in _LETTERED.finditer(text):
        start = place.start()
        if iban := _iban_at(text, start):
            yield Hit("iban", iban, start, start + len(iban), "error")
        elif plate := _PLATE.match(text, start):
            cue = _cue(text, start, plate.end(), (0, ""))
            about_a_car = cue == "plate" or cue == "account" and "reg" in text[max(0, start - 20) : start].lower()
            if about_a_car or plate.group("shaped") and not cue:
                yield Hit("plate", plate.group(), *plate.span(), "warning")


_AS_DIGITS = str.maketrans({chr(ord("A") + i): str(10 + i) for i in range(26)})  # ISO 7064, mod 97-10


def _iban_at(text: str, start: int) -> str:
    from stdnum import iban

    form = _iban_form(text[start : start + 2])
    found = form and form.match(text, start)
    if not found:
        return ""
    plain = found.group().replace(" ", "").replace("\u00a0", "")
    is_summed = int((plain[4:] + plain[:4]).translate(_AS_DIGITS)) % 97 == 1  # quick, so it comes first
    return found.group() if is_summed and iban.is_valid(plain) else ""


@cache
def _iban_form(country: str) -> re.Pattern[str] | None:
    """An IBAN of this country, in groups of four or in one piece; each country has one length (ISO 13616)."""
    from stdnum import numdb

    parts = numdb.get("iban").info(country)[0][1].get("bban", "")
    length = sum(int(number) for number in re.findall(r"(\d+)!", parts))
    if not length:
        return None
    groups, rest = divmod(length, 4)
    last = rf"[ \u00a0]?[A-Z0-9]{{{rest}}}" if rest else ""
    return re.compile(rf"[A-Z]{{2}}[0-9]{{2}}(?:[ \u00a0]?[A-Z0-9]{{4}}){{{groups}}}{last}(?!\w)")


# E-mail ---------------------------------------------------------------------------------------------------------------

_HOST = re.compile(r"(?:[^\W_][\w-]{0,62}\.){1,6}[^\W\d_]{2,24}")
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzæøåäöéüABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅÄÖÉÜ0123456789._%+-'")
_RESERVED = re.compile(r"(?:^|\.)(?:example\.(?:com|org|net)|example|test|invalid|localhost|local)$")
# What stands before the @ of a mailbox that is nobody's own
_NOBODY = frozenset(_words("nobody"))


def _emails(text: str) -> Iterator[Hit]:
    at = text.find("@")
    while at >= 0:
        start = at
        while start > max(0, at - 64) and text[start - 1] in _LOCAL:
            start -= 1
        while start < at and text[start] in ".-'%":
            start += 1
        host = _HOST.match(text, at + 1)
        if host and start < at and _is_personal(text[start:at], host.group()):
            yield Hit("email", text[start : host.end()], start, host.end(), "error")
        at = text.find("@", at + 1)


def _is_personal(local: str, host: str) -> bool:
    host = host.lower()
    if _RESERVED.search(host) or local.lower().split("+")[0] in _NOBODY:
        return False
    public = _set("public", "hosts")
    return not any(host == one or host.endswith("." + one) for one in public)


_AT = re.compile(r"[(\[{<] ?(?:at|a|snabel-?a|alfakrøll|krøllalfa|@) ?[)\]}>] ?", re.I)
_AT_IN_WORDS = re.compile(
    r"(?<= )(?:snabel-?a|alfakrøll|krøllalfa|at(?= [\w-]{2,40} (?:dot|punktum|punkt|prik) )) ", re.I
)
_DOT = r"(?: ?[(\[{<] ?(?:dot|punktum|punkt|prikk?|\.) ?[)\]}>] ?| (?:dot|punktum|punkt|prikk?) |\.)"
_WRITTEN_HOST = re.compile(
    rf"[^\W_][\w-]{{0,62}}(?:{_DOT}[^\W_][\w-]{{0,62}}){{0,4}}?{_DOT}[^\W\d_]{{2,24}}(?!\w)", re.I
)


def _written_emails(text: str) -> Iterator[Hit]:
    """Addresses as people write them to hide them: `navn (at) firma punktum dk`."""
    in_words = any(word in text for word in ("snabel", "krøll", " dot ", " punktum ", " punkt ", " prik "))
    for sign in (*_AT.finditer(text), *(_AT_IN_WORDS.finditer(text) if in_words else ())):
        host = _WRITTEN_HOST.match(text, sign.end())
        local = sign.start() - (text[sign.start() - 1 : sign.start()] == " ")
        start = local
        while start > max(0, local - 64) and text[start - 1] in _LOCAL:
            start -= 1
        if host and start < local:
            plain = re.sub(_DOT, ".", host.group(), flags=re.I)
            if _is_personal(text[start:local], plain):
                yield Hit("email", text[start : host.end()], start, host.end(), "error")


# Addresses and birth dates --------------------------------------------------------------------------------------------

_HOUSE = re.compile(r" (\d{1,3})(?:(?: ?[A-Z]|[a-z])(?![\w.]))?(?![\w%]|[.,:]\d| ?(?:[./–-] ?\d))")
_UNIT = re.compile(
    r"[ \u00a0](?:km|m|meter|kr|kroner|kronor|timer|timmar|minut|dage|dager|dagar|stk|st|år|kunder|kasser|pct|procent|"
    r"prosent|gange|ganger|gånger|personer|pakker|paket|biler|bilar|varer|varor|ud af|av|af|dkk|sek|nok)(?!\w)",
    re.I,
)
_STREETS = re.compile(
    r"(?P<stem>.*?)(?:gaden?|vej(?:en)?|all[eé]n?|stræde|vænget?|plads(?:en)?|boulevard(?:en)?|torv(?:et)?|gat(?:an|a)|"
    r"väg(?:en)?|gränd(?:en)?|torg(?:et)?|stig(?:en)?|gaten?|vei(?:en)?|veg(?:en)?|plass(?:en)?|stien|esplanaden|"
    r"(?P<weak>toften|bakken|parken|haven|engen|lunden|marken|krogen|skrænten|højen|kollen|åsen|haugen|jordet|tunet|"
    r"kroken|ringen|svingen|backen|liden|brinken|hagen|terrassen?|kajen?|kaien|bryggen?|gården))",
    re.I,
)
_ROADS = re.compile(r"(?:motorvej|motorväg|motorvei|riksv|europav|länsv|fylkesv|hovedvej|omvej|genvej|landevej)", re.I)
_LIVES = frozenset(_words("lives"))
_OURS = re.compile(_one_of(_words("service") + _words("public") + _words("ours")))


def _addresses(text: str) -> Iterator[Hit]:
    """A street with a house number."""
    for house in _HOUSE.finditer(text):
        if not text[house.start() - 1 : house.start()].isalpha() or _UNIT.match(text, house.end()):
            continue
        first, last = _line(text, house.start(), house.end())
        words = text[first : house.start()].split(" ")
        lives = not _LIVES.isdisjoint(word.strip(",.:;(").lower() for word in words[-5:])
        name = _street(words, lives)
        if name and (lives or not _OURS.search(text[first:last].lower())):
            start = house.start() - len(name)
            yield Hit("address", text[start : house.end()], start, house.end(), "warning")


def _street(words: list[str], lives: bool) -> str:
    """The street's name at the end of these words, or nothing."""
    last = words[-1].lstrip("(»”«\"'*_")
    if not last[:1].isupper() and (len(words) < 2 or not words[-2][:1].isupper()):
        return ""
    found = _STREETS.fullmatch(last)
    if _ROADS.match(last) or not last:
        return ""
    named = [last]
    for word in reversed(words[-4:-1]):
        if not re.match(r"[A-ZÆØÅÄÖÉ]|(?:af|av|de|den|til|på)$", word) or word[-1:] in ",;:!?":
            break
        if word.endswith(".") and len(word) > 5:
            break
        named.insert(0, word)
    while named and not named[0][:1].isupper():
        named.pop(0)
    if found and len(found["stem"]) >= (3 if found["weak"] else 2) and last[0].isupper():
        return " ".join(_own(named))
    if found and not found["weak"] and not found["stem"] and len(named) > 1:
        return " ".join(named)
    return " ".join(_own(named)) if lives and named and last[0].isupper() else ""


def _own(named: list[str]) -> list[str]:
    """Without words that begin a sentence rather than a street's name: only short forms and adjectives belong to it."""
    kept = [named[-1]]
    for word in reversed(named[:-1]):
        if not re.match(
            r"(?:gl|gamle|gamla|ny|nye|nya|lille|lilla|store|stora|nørre|nørre|norra|nordre|søndre|sønder|"
            r"södra|øvre|övre|nedre|vestre|vester|västra|østre|øster|östra|st|sankt|sct|kong|kung)\.?$",
            word,
            re.I,
        ):
            break
        kept.insert(0, word)
    return kept


_MONTH = r"(?:jan|feb|mar|apr|ma[jiy]|jun|jul|aug|sep|o[kc]t|nov|de[cs])[a-zæøåäö]{0,6}\.?"
_DAY = (
    rf"(?:\d{{1,2}}[./-] ?\d{{1,2}}[./-] ?(?:\d{{4}}|\d\d)(?!\d)|\d{{4}}-\d\d-\d\d(?!\d)|\d{{1,2}}/\d{{1,2}}(?!\d)"
    rf"|\d{{1,2}}\.? {_MONTH}(?:,? (?:19|20)\d\d| -?\d\d(?!\d))?|\d{{6}}(?!\d))"
)
_BORN = re.compile(
    rf"(?<!\w)(?:født|född|fødd|f(?:ø|ö)dsels?(?:dato(?:en)?|datum(?:et)?)|födelsedat(?:a|um|umet)|fødedato|"
    rf"(?:fødselsdag(?:en)?|bursdag(?:en)?|födelsedag(?:en)?)(?=[^\n]{{0,24}}(?:19|20)\d\d)|f\.)"
    rf"[ :,=(]{{0,3}}(?:(?:er|är|var|den|d\.|på|i)[ :]){{0,3}}(?P<day>{_DAY})",
    re.I,
)
_THEN_BORN = re.compile(rf"(?<![\w.-])(?P<day>{_DAY}) ?[(,]? ?(?:født|född|fødd|fødselsdato|födelsedatum)(?!\w)", re.I)


def _birth_dates(text: str) -> Iterator[Hit]:
    for word in re.finditer(r"[Ff](?:[øö]d|\.)|[Bb]ursdag", text):
        if one := _BORN.match(text, word.start()):
            yield Hit("birthdate", one.group("day"), *one.span("day"), "warning")
        back = max(0, word.start() - 40)
        for one in _THEN_BORN.finditer(text, back, min(len(text), word.end() + 12)):
            yield Hit("birthdate", one.group("day"), *one.span("day"), "warning")


# Names ----------------------------------------------------------------------------------------------------------------

_CAPITAL = "A-ZÆØÅÄÖÉÜÁÓÍŠŽŁÐ"
_WORD = rf"[{_CAPITAL}][^\W\d_]+(?:[-’'][{_CAPITAL}]?[^\W\d_]+)*"
_NAMED = re.compile(
    rf"(?<![\w@/.-]){_WORD}(?:[ \u00a0](?:[{_CAPITAL}]\. ?|(?:af|av|von|van|de|der|el|al|bin) )*{_WORD}){{0,4}}"
)
_SURNAME = re.compile(r"(?:[^\W\d_]{2,}(?:ss?en|sson|ström|strøm|gren|qvist|quist|gaard))s?$")
_TITLES = frozenset(_words("titles"))
_GREETS = frozenset(_words("greets"))
_SAYS = frozenset(_words("says"))
_CALLED = frozenset(_words("called"))
_CUSTOMERS = frozenset(_words("customers") + _words("whole"))
_COLLEAGUES = frozenset(_words("colleagues"))
_CALLS = frozenset(_words("calls"))
_CONTEXT = _TITLES | _GREETS | _SAYS | _CALLED | _CUSTOMERS | _COLLEAGUES | _CALLS


@dataclass(frozen=True)
class _People:
    """First names and surnames; `ordinary` are those that are words as well."""

    first: frozenset[str]
    last: frozenset[str]
    ordinary: frozenset[str]


@cache
def _people() -> _People:
    lists = [_lists(path.stem) for path in sorted(NAMES.glob("??.txt"))]  # a file a country
    first, last = ({word for one in lists for word in one[kind]} for kind in ("first", "last"))
    ordinary = frozenset(word[1:] for word in first | last if word[0] == "~")
    return _People(*(frozenset(word.lstrip("~") for word in some) for some in (first, last)), ordinary)


def _names(text: str) -> Iterator[Hit]:
    """People by name: a first name with a surname, or less where the words around say that it is a person."""
    people = _people()
    for run in _NAMED.finditer(text):
        before = _context(text, run.start())
        if not before and len(run.group()) < 16 and run.group() not in people.first:  # quick, for nearly all are so
            word = run.group()
            if " " not in word and "-" not in word and "’" not in word and word[:-1] not in people.first:
                continue
        words = [(one.group(), run.start() + one.start()) for one in re.finditer(r"\S+", run.group())]
        while words and words[0][0].lower() in _CONTEXT:
            before = words.pop(0)[0].lower()
        street = _STREETS.fullmatch(words[-1][0]) if words else None
        if words and not (street and not street["weak"]):
            after = re.match(r" ?([^\W\d_]*)", text[run.end() : run.end() + 16]).group(1).lower()
            is_called = before in _CALLED and _is_called(_near(text, words[0][1]))
            span = _person(words, "" if before in _CALLED and not is_called else before, after, people)
            if span := span or _first_name(text, words, people):
                yield Hit("name", text[slice(*span)], *span, "warning")


def _context(text: str, start: int) -> str:
    """The word in front, in small letters, if it says that a person comes; the end of a sentence parts them."""
    near = text[max(0, start - 24) : start].rstrip(" \u00a0\n*_–-").rpartition(" ")[2].rpartition("\n")[2]
    word = near.rstrip(".,:;").lower()
    if word not in _CONTEXT or near[-1] == ";" or near[-1] == "." and word not in _TITLES | _GREETS:
        return ""
    return word


def _person(words: list[tuple[str, int]], before: str, after: str, people: _People) -> tuple[int, int] | None:
    """Where in these capitalised words a person's name stands."""

    def span(first: int, last: int) -> tuple[int, int]:
        return words[first][1], words[last][1] + len(words[last][0])

    for place, (word, _) in enumerate(words):
        if not _in(word, people.first):
            continue
        last = next((at for at in range(len(words) - 1, place, -1) if _is_surname(words[at][0], people)), None)
        if last is not None and not (
            _in(word, people.ordinary) and _in(words[last][0], people.ordinary) and not before
        ):
            return span(place, last)
        if place and not before:
            continue
        if before in _GREETS | _TITLES | _COLLEAGUES | _SAYS:
            return span(place, len(words) - 1)
        if after in _SAYS and not _in(word, people.ordinary):
            return span(place, len(words) - 1)
        if before in _CUSTOMERS | _CALLED and len(words) > place + 1:
            return span(place, len(words) - 1)
    if before in _TITLES and words[0][0] not in people.ordinary:
        return span(0, len(words) - 1)
    if before in _CONTEXT and len(words) > 1 and _is_surname(words[-1][0], people):
        return span(0, len(words) - 1)
    return None


# A first name alone -------------------------------------------------------------------------------------------------

_BESIDE_NAME = 64  # how far the words in front of a first name are read, in characters


def _any(words: Iterable[str]) -> str:
    return rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})"


_ALSO = "også|också|bare|bara|faktisk|faktiskt|blev|ble|blir|bliver"
_ONE = "en|ett|den|denne|denna|vores|vår|min|deres|din"  # stands before somebody
_SOMEBODY = _any((*_words("pronouns"), *_CUSTOMERS, *_COLLEAGUES))
_PRONOUN = _any(_words("pronouns"))
_NAME_IS = _any(_words("called"))
_IS_CALLED = re.compile(
    rf"(?P<who>{_SOMEBODY})(?: (?:i|på|fra|från|hos) [^\W\d_]+)?(?P<who_is>,? (?:der|som))?,?(?: (?:{_ALSO}))? "
    rf"(?:{_NAME_IS}(?: (?:{_ALSO}))?|(?:ved|vid|med) na[vm]n(?:et)?) $|"
    rf"{_NAME_IS} {_PRONOUN} $|(?<!\w)(?:mit|mitt|hans|hendes|hennes|kundens) na[vm]n (?:er|är|var) $"
)
_OF_SOMEBODY = re.compile(rf"(?<!\w)(?:til|till|fra|från|hos|av|af|for|för|med|på)(?: (?:{_ONE}))? $")
_CUSTOMER = re.compile(
    rf"{_any(_words('customers'))}(?P<mark>[,:]?) \(?$|(?<!\w)(?:en|vores|vår|denne|min) kunde(?P<mark2>,?) \(?$|"
    rf"(?:^|[.!?|] )kunde(?P<mark3>:) $"
)
_GIVES = re.compile(
    rf"{_any(_words('gives'))}"
    rf"(?: (?:vi|jeg|jag|hun|hon|han|de|man|ikke|inte|også|också|så|da|då|derfor|därför|{_ONE}))* $"
)
_MONEY = re.compile(r" (?:\d[\d .]* ?kr|pengene|pengarna|besked|beskjed)")
_CALL = re.compile(
    rf"(?<!en )(?<!et )(?<!ett )(?<!den ){_any(_words('calls'))} $|"
    rf"{_any(_words('speaks'))}(?: [^\W\d_]{{1,9}})? (?:til|till|med) $|"
    rf"{_any(_words('greets'))} (?:fra|från) $"
)
_NAME_WORDS = ("navn", "navnet", "namn", "namnet", "er", "är", "var")
_CUSTOMER_ENDS = frozenset(("kunde", *_words("customers")))  # the word beside the name says which may fit
_CALLED_ENDS = _CALLED | {*_words("pronouns"), *_ALSO.split("|"), *_NAME_WORDS}
_CALL_ENDS = _CALLS | {"til", "till", "med", "fra", "från"}
_CALLED_BEHIND = re.compile(rf" {_NAME_IS} (?:{_PRONOUN}|kunden)(?!\w)")
_INVENTED = re.compile(r" (?:er|är|var) (?:en |et |ett )?(?:opdigt|oppdikt|påhitt|fiktiv|fingera)")
_PART = re.compile(r" (?:&|[AIK]/S)|[.@/]\w")  # of a company's name or an address


def _near(text: str, start: int) -> str:
    """The words in front of a name, in small letters and on one line; those of its own paragraph."""
    paragraph = re.split(r"\n\s*\n", text[max(0, start - _BESIDE_NAME) : start])[-1]
    return re.sub(r"\s+", " ", paragraph.replace("*", "").replace("_", "")).lower()


def _is_called(near: str) -> bool:
    """Whether these words end with somebody, not something, who is called what comes: `hun hedder`, not `stolen`."""
    one = _IS_CALLED.search(near) if near.rpartition(" ")[0].rpartition(" ")[2] in _CALLED_ENDS else None
    if not one:
        return False
    whose = one["who"] and not one["who_is"] and _OF_SOMEBODY.search(near[: one.start("who")])  # the chair of somebody
    return not whose


def _first_name(text: str, words: list[tuple[str, int]], people: _People) -> tuple[int, int] | None:
    """Where a first name stands alone beside words that only go with a person."""
    if not all(_is_first(word, people) for word, _ in words):
        return None
    start, end = words[0][1], words[-1][1] + len(words[-1][0])
    near, rest = _near(text, start), text[end : end + 30].replace("*", "").replace("_", "")
    if _INVENTED.match(rest) or _PART.match(rest):
        return None
    if any(_in(word, people.ordinary) for word, _ in words):
        is_somebody = _is_called(near)  # nothing else would stand there
    else:
        is_somebody = _CALLED_BEHIND.match(rest) or _is_beside_a_cue(near, rest)
    return (start, end) if is_somebody else None


def _is_beside_a_cue(near: str, rest: str) -> bool:
    """Whether somebody is called this, a customer comes in front, or it is somebody to call or write to."""
    last = near.rstrip(" ,:(").rpartition(" ")[2]
    if last in _CUSTOMER_ENDS:
        return _is_customer(near, rest)
    return bool(_CALL.search(near)) if last in _CALL_ENDS else _is_called(near)


def _is_customer(near: str, rest: str) -> bool:
    """Whether a customer comes in front, and not one who is given something of this name."""
    one = _CUSTOMER.search(near)
    if not one or _GIVES.search(near[: one.start()]) and not _MONEY.match(rest):
        return False
    mark = one["mark"] or one["mark2"] or one["mark3"]
    return not mark or rest[:1] in ("", "\n", ",")  # »kunden, Mette, skrev«, »Kunde: Mette«


def _is_first(word: str, people: _People) -> bool:
    """A first name to the letter, a double one or one with the s of the genitive; no town, no `Emma-stolen`."""
    plain = word if word in people.first else re.sub(r"[’']?s$", "", word)
    is_known = plain in people.first or all(part in people.first for part in plain.split("-"))
    return is_known and plain not in _set("towns", "towns")


def _in(word: str, known: frozenset[str]) -> bool:
    """Whether a word, perhaps with the s of the genitive, perhaps one half of a double name, is known."""
    return word in known or word.endswith("s") and word.rstrip("’'s") in known or word.split("-")[0] in known


def _is_surname(word: str, people: _People) -> bool:
    return _in(word, people.last) or bool(_SURNAME.match(word))


# Facts that point at one person together ------------------------------------------------------------------------------

_FEW = re.compile(
    r"(?<!\w)(?:(?:den|det|vores|vår|vårt|våre|som|de) (?:eneste|enda)\b(?: \w+)?|eneste \w+|enda \w+|"
    r"(?:en|ett|én|et|ene|éin) "
    r"(?:af|av) (?:de |dem )?(?:to|tre|två|fire|fyra|2|3|4)\b|(?:[2-5]|to|tre|fire|fem|två|fyra|begge|båda|kun én|"
    r"bare én|bara en) "
    r"(?:berørte |drabbade |ramte )?(?:kunder|familier|familjer|husstande|hushåll|husstander|personer|beboere|boende|"
    r"ansatte|anställda|medarbejdere|medarbetare|medarbeidere|kolleger|kollegor|kollegaer|elever|lærlinge)\b|"
    r"\d{1,3}-åri(?:g|ge|ng|ngen|ga)\b)",
    re.I,
)
_ROLE = re.compile(
    r"(?:chef|sjef|leder|ledare|mester|mästare|direktør|direktör|lærling|lärling|elev|vikar|praktikant)(?:en|n|e|t)?(?!\w)"
)
_WHEN = re.compile(rf"\d{{4}}-\d\d-\d\d|\d{{1,2}}\.? {_MONTH}|(?<!\w)\d{{1,2}}[./]\d{{1,2}}(?!\w)", re.I)
_WHERE = re.compile(
    rf"(?<!\w)(?:i|på|fra|från|ved|vid|til|till|omkring|nær|nära|utanför|uden for|utenfor) "
    rf"(?P<town>{_WORD}(?: (?:i )?{_WORD})?)"
)


def reidentifying(text: str, *, language: str = "") -> list[Hit]:
    """One note for each paragraph by which somebody may be known without a name.

    A small number ("den eneste", "en av två", "3 kunder") with a town and a date; a role with a town and a date; the
    only one of a role in a town. `language` is that of the text and makes no difference today.
    """
    towns = _set("towns", "towns")
    found = []
    end = -1  # of the paragraph that was judged last
    for where in _WHERE.finditer(text):
        town = where["town"]
        is_town = not towns.isdisjoint((town, town.split()[0], town.split("-")[0]))
        if is_town and where.start() >= end:
            start, end = _paragraph(text, where.start())
            found += _pointing_at_one(text, start, end)
    return found


def _paragraph(text: str, at: int) -> tuple[int, int]:
    start, end = text.rfind("\n\n", 0, at), text.find("\n\n", at)
    return start + 2 if start >= 0 else 0, end if end >= 0 else len(text)


def _pointing_at_one(text: str, start: int, end: int) -> list[Hit]:
    """What in a paragraph that names a town points at one person."""
    few, role = (pattern.search(text, start, end) for pattern in (_FEW, _ROLE))
    one = few or role
    is_only = few and role and re.search("eneste|enda", few.group(), re.I)
    if not one or not (is_only or _WHEN.search(text, start, end)):
        return []
    first = one.start()
    while first > start and text[first - 1].isalpha():  # the whole word: butikschef
        first -= 1
    return [Hit("reidentify", text[first : one.end()], first, one.end(), "note")]

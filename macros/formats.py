"""Amounts, dates and times as a customer reads them: in the customer's language, with the country's money.

`write` takes what somebody typed or what stands in a spreadsheet. `data` is what `formats.js` needs to do the same in
the browser: it never asks the browser's own tables, which differ from one to the next. Both are held to the cases in
`tests/cases/formats/`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Any

from .languages import Language, country_ids, language

LONGEST = 2000  # characters of one value
LARGEST_AMOUNT = 999_999_999
COUNTED = {"money": "not-amount", "number": "not-number"}  # kinds of field, and what is said of a value that is none
# Signs nobody sees: they turn the direction of reading, join or part letters, or end a line elsewhere. Marks piled on
# one letter are among them beyond the thirty that any script has use for (UAX #15).
MARKS = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f]"
)
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
    f"|(?<={MARKS}{{30}}){MARKS}"
)
SPACE = "[ \t\n\r\u00a0\u2007\u2009\u202f]"
SPACES = re.compile(f"{SPACE}+")
APART = re.compile(f"[0-9](?:[\t\n\r]|{SPACE}{{2,}})[0-9]")  # two cells, no thousands
BESIDE = r"([Kk][Rr]\.?|[A-Za-z]{3})"  # crowns or a currency's code
MONEY = re.compile(rf"(?:{BESIDE} ?)?([0-9][0-9 .,-]*?)(?: ?{BESIDE})?")
CROWNS = "KR"
# Thousands are groups of three, and what parts them does not part the decimals, in whose place a dash may stand.
SPACED = re.compile(r"([0-9]+|[1-9][0-9]{0,2}(?: [0-9]{3})+)(?:[.,](?:([0-9]{1,2})|-))?")
POINTED = re.compile(r"([1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,(?:([0-9]{1,2})|-))?")
DOUBTFUL = re.compile(r"[0-9]+\.[0-9]{3}")  # thousands or, where a program wrote it, decimals
ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
NUMBERS = re.compile(r"([0-9]{1,2})(?:\. ?|/|-)([0-9]{1,2})(?:\. ?|/|-| )([0-9]{4})")
WORDS = re.compile(r"(?:den )?([0-9]{1,2})\.? ([^ 0-9.]+) ([0-9]{4})")
CLOCK = re.compile(r"(.+?)(?:T| kl\.? ?| )([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2})?")
EMAIL = re.compile(r"[^ @]+@[^ @]+\.[^ @]+")


def write(kind: str, raw: str, said: Language, country: str) -> str:
    """A value as it stands in a message to a customer who reads this language and lives in this country.

    `kind` is the type of the field. ValueError says by its key what is wrong: empty, too-long, hidden-character,
    not-amount, wrong-currency, not-number, not-date, not-moment, no-such-day, not-email, not-phone.
    """
    if HIDDEN.search(raw):
        raise ValueError("hidden-character")
    value = SPACES.sub(" ", raw).strip(" ")
    if not value:
        raise ValueError("empty")
    if len(value) > LONGEST:
        raise ValueError("too-long")
    known = data(said)
    if kind in COUNTED and APART.search(raw):
        raise ValueError(COUNTED[kind])
    if kind == "money":
        return _money(value, known, country)
    if kind == "number":
        return _grouped(_amount(value, "not-number", known, country)[0], known)
    if kind == "date":
        return _date(_day(value, known, "not-date"), known["date"], known)
    if kind == "moment":
        return _moment(value, known)
    if kind == "email" and not EMAIL.fullmatch(value):
        raise ValueError("not-email")
    if kind == "phone" and not re.search("[0-9]", value):
        raise ValueError("not-phone")
    return value


def data(said: Language) -> dict[str, Any]:
    """How a language writes numbers, money and days; `countries` are the currencies.

    `points` are the countries where a point parts thousands.
    """
    return _data(said.id)


@cache
def _data(name: str) -> dict[str, Any]:
    from babel import Locale
    from babel.dates import get_day_names, get_month_names
    from babel.numbers import get_decimal_symbol, get_group_symbol, get_territory_currencies

    def is_pointed(country: str) -> bool:
        return get_group_symbol(Locale.parse(f"und_{country.upper()}")) == "."

    said = language(name)
    locale = said.words["locale"]
    days, months = get_day_names("wide", locale=locale), get_month_names("wide", locale=locale)
    pattern = Locale.parse(locale).date_formats["long"]  # "%(d)s. %(MMMM)s %(y)s"
    money = said.table("currencies")
    return {
        "weekdays": [days[i] for i in range(7)],  # Monday first
        "months": [months[i] for i in range(1, 13)],
        "date": pattern.format % {"d": "{day}", "MMMM": "{month}", "y": "{year}"},
        "moment": said.say("moment"),
        "clock": re.sub(r":02", "", said.words["clock"]),
        "two_digits": "{hour:02}" in said.words["clock"],  # 09.00 or 9.00
        "group": get_group_symbol(locale),
        "decimal": get_decimal_symbol(locale),
        "money": {code.upper(): form for code, form in money.items()},
        "countries": {country: get_territory_currencies(country.upper())[0] for country in country_ids()},
        "points": [country for country in country_ids() if is_pointed(country)],
    }


# Numbers --------------------------------------------------------------------------------------------------------------


def _money(value: str, known: dict[str, Any], country: str) -> str:
    """The money stands in front or behind, once: between digits it would part two amounts."""
    wanted = known["countries"][country]
    found = MONEY.fullmatch(value)
    if found is None or (found[1] and found[3]):
        raise ValueError("not-amount")
    if (found[1] or found[3] or wanted).upper().rstrip(".") not in (CROWNS, wanted):
        raise ValueError("wrong-currency")
    whole, part = _amount(found[2], "not-amount", known, country)
    if not int(whole) and not int(part or 0):
        raise ValueError("not-amount")
    amount = _grouped(whole, known)
    if part and int(part):
        amount += known["decimal"] + part.ljust(2, "0")
    return known["money"].get(wanted, "{amount}\u00a0" + wanted).replace("{amount}", amount)


def _amount(value: str, wrong: str, known: dict[str, Any], country: str) -> tuple[str, str]:
    """The digits before and after the decimal sign; ValueError with `wrong` for what could be another number.

    `1.250` is a thousand only where points part thousands; `1.250,50` and `1.250.000` leave no doubt anywhere.
    """
    found = SPACED.fullmatch(value) or POINTED.fullmatch(value)
    if found is None or (DOUBTFUL.fullmatch(value) and country not in known["points"]):
        raise ValueError(wrong)
    whole = re.sub("[ .]", "", found[1]).lstrip("0") or "0"
    if int(whole) > LARGEST_AMOUNT or (found[2] and wrong == "not-number"):
        raise ValueError(wrong)
    return whole, found[2] or ""


def _grouped(whole: str, known: dict[str, Any]) -> str:
    head = len(whole) % 3
    parts = [whole[:head]] if head else []
    return known["group"].join([*parts, *(whole[i : i + 3] for i in range(head, len(whole), 3))])


# Days -----------------------------------------------------------------------------------------------------------------


def _day(value: str, known: dict[str, Any], wrong: str) -> date:
    if iso := ISO.fullmatch(value):
        year, month, day = map(int, iso.groups())
    elif numbers := NUMBERS.fullmatch(value):
        day, month, year = map(int, numbers.groups())
    elif (words := WORDS.fullmatch(value)) and words[2].lower() in known["months"]:
        day, month, year = int(words[1]), known["months"].index(words[2].lower()) + 1, int(words[3])
    else:
        raise ValueError(wrong)
    if not 1900 <= year < 2100:
        raise ValueError(wrong)
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("no-such-day") from None


def _date(day: date, form: str, known: dict[str, Any]) -> str:
    values = {"day": day.day, "month": known["months"][day.month - 1], "year": day.year}
    values["weekday"] = known["weekdays"][day.weekday()]
    for name, value in values.items():
        form = form.replace("{" + name + "}", str(value))
    return form


def _moment(value: str, known: dict[str, Any]) -> str:
    if value.split(" ")[0].lower().removesuffix("en") in known["weekdays"] and re.search("[0-9]", value):
        return value  # written out already
    found = CLOCK.fullmatch(value)
    if not found or int(found[2]) > 23 or int(found[3]) > 59:
        raise ValueError("not-moment")
    day = _day(found[1], known, "not-moment")
    at = datetime(day.year, day.month, day.day, int(found[2]), int(found[3]))
    hour = f"{at.hour:02}" if known["two_digits"] else str(at.hour)
    clock = known["clock"].replace("{hour}", hour).replace("{minute}", f"{at.minute:02}")
    return _date(day, known["moment"], known).replace("{clock}", clock)

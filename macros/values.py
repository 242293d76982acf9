"""Kinds of value that fields hold: dates, numbers, ids, sentences; and who may see a field.

A fault of a kind is a `ValueError` whose message is its key: `ValueError("date")` is told as `not-date`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.fields import FieldInfo

from .languages import country_ids, text_languages
from .texts import SLUG

DAY = r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}"  # another century is a slip of the keys


def _check_date(value: Any) -> Any:
    # Without this, pydantic reads "20260314" as seconds since 1970.
    if not isinstance(value, str):
        return value
    if not re.fullmatch(DAY, value):
        raise ValueError("date")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"no-such-day:{value}") from None


def _check_moment(value: Any) -> Any:
    # A date alone stays a date: read as midnight it would stand before everything else of that day.
    if not isinstance(value, str):
        return value
    form = re.fullmatch(rf"{DAY}([ T][0-9]{{2}}:[0-9]{{2}})?", value)
    if not form:
        raise ValueError("moment")
    try:
        return datetime.fromisoformat(value) if form[1] else date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"no-such-day:{value}") from None


def _check_language(value: str) -> str:
    if value not in text_languages():
        raise ValueError("language")
    return value


def _check_country(value: str) -> str:
    if value not in country_ids():
        raise ValueError("country")
    return value


def _check_number(value: Any) -> Any:
    # "1_000", " 5" and "5.0" are numbers to pydantic; to a reader they are slips.
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]+", value):
        raise ValueError("number")
    return value


LARGEST_NUMBER = 999_999_999_999
TEXT_ID = rf"^{SLUG}/{SLUG}$"
CURRENCY = r"^[a-z]{3}$"
CASE_NUMBER = r"^[A-Za-z]{0,8}[-/]?[0-9][0-9A-Za-z/.-]{1,30}$"  # it has a digit in it: never a name
WEB = r"^https?://[^\s<>\"']+$"
Date = Annotated[date, BeforeValidator(_check_date)]
Moment = Annotated[datetime | date, BeforeValidator(_check_moment)]
Number = Annotated[int, BeforeValidator(_check_number), Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
LanguageId = Annotated[str, AfterValidator(_check_language)]
CountryId = Annotated[str, AfterValidator(_check_country)]
Thing = Annotated[str, StringConstraints(pattern=rf"^{SLUG}$", max_length=80)]
TextId = Annotated[str, StringConstraints(pattern=TEXT_ID, max_length=120)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]

Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Currency = Annotated[str, StringConstraints(pattern=CURRENCY)]
WebAddress = Annotated[str, StringConstraints(pattern=WEB, max_length=500)]
CaseNumber = Annotated[str, StringConstraints(pattern=CASE_NUMBER)]

# What a value that does not look as it should is told; any other is no id.
FAULT_OF_PATTERN = {TEXT_ID: "not-text-id", CURRENCY: "not-currency", CASE_NUMBER: "not-case", WEB: "not-url"}

PUBLIC = {"edition": "public"}  # marks a field an outside reader may see; a field without it is internal


def public(annotation: Any, **limits: Any) -> Any:
    """A field that outsiders may see."""
    return Annotated[annotation, Field(json_schema_extra=PUBLIC, **limits)]


def is_public(field: FieldInfo) -> bool:
    """Whether outsiders may see a field of a model."""
    return (field.json_schema_extra or {}).get("edition") == "public"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

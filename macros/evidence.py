"""What a text rests on: the sources of rights and cases, the figures of a law, and how the parts of an apology did.

    {{ source("kobeloven") }}         where a sentence ends: the number of its source in the list at the end of the page
    {{ figure("withdrawal") }}        in a sentence: an amount or a time limit, from the front matter, never from prose
    {{ grades() }}                    a table: which parts of an apology each case had
    {{ recall_headline() }}           the official headline of a recall in each language, or that none is settled

Figures change, so they are data with a source and a date; a law is printed only with where it was read.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, model_validator

from .languages import Language
from .values import Date, LanguageId, Number, Sentence, Strict, Term, Thing, WebAddress, public

RECALL = "playbooks/rights/recall.yml"
UNITS = ("dkk", "sek", "nok", "eur", "percent", "hours", "days", "working-days", "weeks", "months", "years")


class Source(Strict):
    """Where something was read: its own title in its own language, its address, and the day it was read."""

    title: public(Sentence)
    url: public(WebAddress)
    seen: public(Date)


Sources = Annotated[dict[Thing, Source], Field(min_length=1)]


class Figure(Strict):
    """A fee, a limit or a time that the law sets: a value, or from `value` to `to`, in one unit."""

    value: public(Annotated[Number, Field(ge=0)])
    to: public(Annotated[Number, Field(ge=0)] | None) = None
    unit: public(Literal[UNITS])
    source: public(Thing)

    def words(self, said: Language) -> str:
        """The figure as a sentence of that language writes it.

        >>> Figure(value=14, unit="days", source="law").words(language("da"))
        '14 dage'
        """
        number = said.number(self.value) + (f"–{said.number(self.to)}" if self.to is not None else "")
        forms = said.table("units")[self.unit]
        if isinstance(forms, str):
            return forms.format(n=number)
        return forms["one" if self.value == 1 and self.to is None else "other"].format(n=number)


Grade = Literal["yes", "partly", "no", "not-asked"]  # how far an apology had a part; `not-asked` where none was owed


class Headline(Strict):
    """The headline the law gives a recall notice in one language; without `words` it is not settled."""

    words: public(Term | None) = None
    status: public(Literal["settled", "unsettled"])
    source: public(Source)

    @model_validator(mode="after")
    def _settled_has_words(self) -> Headline:
        if (self.status == "settled") != (self.words is not None):
            raise ValueError(f"recall-status:{self.status}")
        return self


class Recall(BaseModel):
    """`rights/recall.yml`: a headline for each language."""

    entries: dict[LanguageId, Headline]


def host(url: str) -> str:
    """Whose page it is, as a reader knows it: `www.arn.se` is `arn.se`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def line(source: Source, said: Language) -> tuple[str, str, str, str, str]:
    """A source as a list shows it: title, address, host, the day it was read, and that day in words."""
    read = said.say("interface.read-on", date=said.date(source.seen))
    return source.title, source.url, host(source.url), source.seen.isoformat(), read

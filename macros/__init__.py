"""The macros an author may write in a playbook, and how their HTML gets into the page.

    {{ apology("late-delivery", channel="phone") }}

`embeds.MACROS` names them all, with what each takes. Each is a plain function in `cards.py`, from the page it stands on
to HTML. The page comes from the edition being built, so a macro cannot show what the edition does not hold.
"""

from __future__ import annotations

import re
from html import escape
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .library import Page

MARK = re.compile("\ue010(\\d+)\ue011")  # stands in Markdown for what a macro made; no text can hold these characters
ALONE = re.compile(f"<p>\\s*({MARK.pattern})\\s*</p>")


class Embeds:
    """What the macros of one page have made. Markdown sees only marks; the HTML is put back when it is done."""

    def __init__(self, page: Page):
        self.page = page
        self.made: list[str] = []

    def call(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Run one macro on this page and keep what it made."""
        from . import cards

        return self.keep(getattr(cards, name)(self.page, *args, **kwargs))

    def keep(self, html: str) -> str:
        """Keep HTML for later; the mark that stands for it is returned."""
        self.made.append(html)
        return f"\ue010{len(self.made) - 1}\ue011"

    def put_back(self, html: str) -> str:
        """Rendered Markdown with every mark replaced; one that is a whole paragraph takes the paragraph's place."""
        html = ALONE.sub(lambda match: self._made(match[2], match[0]), html)
        return MARK.sub(lambda match: self._made(match[1], match[0]), html)

    def _made(self, number: str, mark: str) -> str:
        return self.made[int(number)] if int(number) < len(self.made) else escape(mark)


def define_env(env: Any) -> None:
    """mkdocs-macros asks for the macros here; the site sets `env.page.file.embeds` before a page is rendered."""

    from .embeds import MACROS

    def bound(name: str) -> Any:
        return lambda *args, **kwargs: env.page.file.embeds.call(name, *args, **kwargs)

    for name in MACROS:
        env.macro(bound(name), name)


def on_pre_page_macros(env: Any) -> None:
    """No template sees anything but macros: no configuration, files, navigation, environment or front matter."""
    for name in list(env.variables):
        env.variables.pop(name)
    env.variables["page"] = SimpleNamespace(meta={})

"""Our own HTML templates, beside the code: everything put into them is escaped, and no hole stays unfilled."""

from __future__ import annotations

from pathlib import Path

import jinja2


def environment() -> jinja2.Environment:
    """Where `cards.html` and its siblings are found. A value that a template asks for and does not get is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

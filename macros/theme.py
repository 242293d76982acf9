"""What our pages need of the theme: its scripts without inline code, the company's colours, light and dark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import material

from .languages import Language


def palette(said: Language) -> list[dict[str, Any]]:
    """Light and dark, following the reader's system until the reader chooses."""
    light, dark = said.say("interface.light"), said.say("interface.dark")
    common = {"primary": "custom", "accent": "custom"}
    return [
        {
            "media": "(prefers-color-scheme: light)",
            "scheme": "default",
            "toggle": {"icon": "material/weather-night", "name": dark},
            **common,
        },
        {
            "media": "(prefers-color-scheme: dark)",
            "scheme": "slate",
            "toggle": {"icon": "material/weather-sunny", "name": light},
            **common,
        },
    ]


def colours(chosen: dict[str, str]) -> str:
    """The company's colours as a stylesheet: the policy allows no style in a page."""
    return f":root {{ --tillit-primary: {chosen['primary']}; --tillit-accent: {chosen['accent']}; }}\n"


def script() -> str:
    """Material's inline scripts as one file: each place names its part, so that `script-src 'self'` can hold.

    The scripts are read from the theme as installed, so an upgrade brings its own. RuntimeError when one is not as
    expected: then `theme/partials/javascripts/` must follow.
    """
    folder = Path(material.__file__).parent / "templates" / "partials" / "javascripts"
    parts = []
    for name in ("base", "palette", "content"):
        source = (folder / f"{name}.html").read_text(encoding="utf-8")
        script = re.findall(r"<script>(.*?)</script>", source, re.S)[-1]
        script = script.replace('"{{ config.extra.scope | d(base_url) }}"', "document.currentScript.dataset.base")
        if "{{" in script or "{%" in script:
            raise RuntimeError(f"Material's {name}.html has changed: adapt theme/partials/javascripts/{name}.html")
        parts.append(f"{name}() {{ {script} }}")
    return "({\n" + ",\n".join(parts) + "\n})[document.currentScript.dataset.part]();\n"

"""Faults as GitHub marks them in a pull request: each a workflow command.

A runner obeys commands wherever they stand in what is printed, and texts are written by anybody. So a line is one
command of ours from its first character to its last, and what a text brings along stands in it escaped.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from .faults import Fault


def annotation(one: Fault, words: str) -> str:
    """A fault as an error or a warning. Its message names the place too, for of each kind only ten are marked."""
    return _command(one.severity, one.say(words), file=one.path, line=one.line, col=one.column, title=one.key)


def notice(path: str, said: str) -> str:
    """What is good to know of a file and no fault."""
    return _command("notice", said, file=path)


def _command(name: str, message: str, **properties: str | int) -> str:
    """A workflow command; a property that is 0 or empty is left out.

    >>> _command("error", "50% off", file="a,b.md", line=2, col=0)
    '::error file=a%2Cb.md,line=2::50%25 off'
    """
    known = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value)
    return f"::{name} {known}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")

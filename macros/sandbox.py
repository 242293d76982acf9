"""The second guard: should code in a text ever pass the reader, Jinja still finds nothing here to reach for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from . import bodies


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with the macros and nothing else: no loader, filters, tests or other objects.

    An error is not thrown through whoever renders: `failed(error, line)` says what stands in its place.
    """

    def __init__(self, macros: dict[str, Callable], failed: Callable[[Exception, int], str]):
        marks = bodies.environment()
        super().__init__(
            undefined=StrictUndefined,
            comment_start_string=marks.comment_start_string,
            comment_end_string=marks.comment_end_string,
        )
        self.failed = failed
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()
        self.globals.update(macros)

    def from_string(self, source: str, *args: Any, **kwargs: Any) -> _Guarded:
        return _Guarded(self, lambda: super(Sandbox, self).from_string(source, *args, **kwargs))


class _Guarded:
    """A template whose errors, in reading or in rendering, are told instead of raised."""

    def __init__(self, sandbox: Sandbox, made: Callable[[], Template]):
        self.sandbox, self.made = sandbox, made

    def render(self, *args: Any, **kwargs: Any) -> str:
        try:
            return self.made().render(*args, **kwargs)
        except Exception as error:
            return self.sandbox.failed(error, _line(error))


def _line(error: Exception) -> int:
    """The line of the template where an error arose."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line

"""Addresses are built by code that werkzeug writes and compiles for each route; here only for routes that are built.

Most tests make a sandbox of the provider, with seventy routes, and ask for hardly any address: compiling two builders a
route took four fifths of the time of making one, and half of that of making an application.
"""

from collections.abc import Callable
from types import MethodType
from typing import Any

from werkzeug.routing import Rule

_compile_now = Rule._compile_builder  # no public way; werkzeug compiles when a route is added


def _compile_late(self: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    built: MethodType | None = None

    def build(_rule: Rule, *arguments: Any, **named: Any) -> Any:
        nonlocal built
        if built is None:
            built = MethodType(_compile_now(self, append_unknown), self)
        return built(*arguments, **named)

    return build


Rule._compile_builder = _compile_late  # type: ignore[method-assign]

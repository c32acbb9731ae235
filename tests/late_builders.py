"""Addresses are built by code that werkzeug writes and compiles for each route; here only for routes that are built.

What a route's pattern means is read once a process: each application would read the same patterns again.

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


_read: dict[tuple[object, ...], Rule] = {}
_compile_anew = Rule.compile


def _compile_once(self: Rule) -> None:
    """Take what the pattern means from the first route that had it, with the same converters."""
    assert self.map is not None
    key = (
        self.rule,
        self.subdomain,
        self.host,
        self.merge_slashes,
        self.map.host_matching,
        *self.map.converters.items(),
    )
    first = _read.get(key)
    if first is None:
        _compile_anew(self)
        _read[key] = self
        return
    self._parts, self._trace, self._converters = first._parts, first._trace, first._converters
    self.arguments |= first._converters.keys()
    self._build = MethodType(self._compile_builder(False), self)
    self._build_unknown = MethodType(self._compile_builder(True), self)


Rule.compile = _compile_once  # type: ignore[method-assign]

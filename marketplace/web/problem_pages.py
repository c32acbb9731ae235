"""The page that every `type` of a refusal leads to."""

from collections.abc import Iterator
from functools import cache

from flask import render_template

from marketplace.errors import MarketplaceError
from marketplace.web.access import public
from marketplace.web.errors import STATUS_OF_KIND
from marketplace.web.pages import blueprint
from marketplace.web.problems import KINDS, PAGE
from matching.errors import MatchingError
from payments.errors import PaymentError

__all__ = ["blueprint"]
BASES: tuple[type[Exception], ...] = (MarketplaceError, MatchingError, PaymentError)


@blueprint.get(PAGE)
@public
def problems() -> str:
    """Tell what each kind of refusal means, what to do, and which codes there are."""
    return render_template("public/problems.html", kinds=KINDS, codes=_codes())


@cache
def _codes() -> dict[int, list[str]]:
    """Return status -> the codes of the refusals that answer with it."""
    found: dict[int, set[str]] = {kind.status: set() for kind in KINDS}
    for base in BASES:
        for kind, code in _refusals(base):
            found[STATUS_OF_KIND[kind]].add(code)
    return {status: sorted(codes) for status, codes in found.items()}


def _refusals(base: type[Exception]) -> Iterator[tuple[str, str]]:
    for child in base.__subclasses__():
        yield child.kind, child.code  # type: ignore[attr-defined]  # of the three bases
        yield from _refusals(child)

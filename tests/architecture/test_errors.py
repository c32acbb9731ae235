"""Every refusal has a code of its own and a kind that the edge knows how to answer."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from marketplace.errors import KINDS, MarketplaceError
from matching.errors import MatchingError
from payments.errors import PaymentError

BASES = (MarketplaceError, MatchingError, PaymentError)


def import_everything(package: str) -> int:
    """Import every module of a package, so that all its classes exist; returns how many there are."""
    names = [found.name for found in pkgutil.walk_packages([package], f"{package}.")]
    for name in names:
        importlib.import_module(name)
    return len(names)


def descendants(base: Any) -> Iterator[Any]:
    for child in base.__subclasses__():
        yield child
        yield from descendants(child)


@pytest.fixture(scope="module", autouse=True)
def _all_modules_imported():
    for package in ("marketplace", "matching", "payments"):
        assert import_everything(package)


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
class TestErrors:
    def test_are_there(self, base):
        assert list(descendants(base))

    def test_have_a_code_of_their_own(self, base):
        counts = Counter(child.code for child in descendants(base))
        assert [code for code, n in counts.items() if n > 1] == []
        assert base.code not in counts

    def test_have_a_kind_that_the_edge_answers(self, base):
        assert {child.__name__: child.kind for child in descendants(base) if child.kind not in KINDS} == {}

"""One vocabulary of states: every state a record can be in has its word and its look."""

import re
from enum import Enum
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path

import pytest

PARTS = Path(__file__).parents[3] / "marketplace" / "templates" / "parts"
FEATURES = ("bookings", "brands", "briefs", "deals", "influencers", "listings", "moderation", "quotes")
MODULES = [*(f"marketplace.{name}.domain" for name in FEATURES), "payments.escrow", "payments.statuses"]


def words() -> set[str]:
    """The states parts/states.html has a word for."""
    tests = re.findall(
        r"\{%- (?:el)?if state (?:==|in) (.*?) %\}", (PARTS / "states.html").read_text("utf-8")
    )
    return {name for test in tests for name in re.findall(r'"([a-z_]+)"', test)}


def looks() -> set[str]:
    """The states parts/status.html has a tone and an icon for."""
    return set(re.findall(r'"([a-z_]+)": \("', (PARTS / "status.html").read_text("utf-8")))


class TestVocabulary:
    def test_gives_every_word_a_look_and_every_look_a_word(self):
        assert words() == looks()

    @pytest.mark.parametrize("module", MODULES)
    def test_knows_every_state_of(self, module):
        kinds = [
            kind
            for name, kind in getmembers(import_module(module), isclass)
            if issubclass(kind, Enum) and name.endswith(("Status", "State"))
        ]
        assert kinds, f"{module} has no states any more"
        assert {str(state.value) for kind in kinds for state in kind} - words() == set()

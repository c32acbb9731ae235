"""The quick faults of the suite, on both databases, and the list itself; `make faults` runs all of them and their mutants."""

import pytest

from tests.databases import DIALECTS
from tests.faults.registry import FAULT_COUNT, load_all
from tests.faults.running import provider_process, run_fault

FAULTS = load_all()
FAST = [number for number, each in FAULTS.items() if each.is_fast]


@pytest.fixture(scope="module")
def provider():
    with provider_process() as process:
        yield process


class TestList:
    def test_has_every_fault_with_a_mutant(self):
        assert list(FAULTS) == [f"F{number:02d}" for number in range(1, FAULT_COUNT + 1)]
        assert [number for number, each in FAULTS.items() if each.mutant is None] == []


@pytest.mark.slow
@pytest.mark.xdist_group("faults")
class TestFault:
    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize("number", FAST)
    def test_leaves_nothing_double_lost_or_unexplained(self, number, dialect, provider, tmp_path):
        outcome = run_fault(FAULTS[number], dialect, tmp_path, provider)
        assert outcome.verdict == "ok", outcome.reason

    def test_is_noticed_when_its_defence_is_out(self, provider, tmp_path):
        outcome = run_fault(FAULTS["F04"], "sqlite", tmp_path, provider, is_mutated=True)
        assert outcome.verdict == "caught"

from dataclasses import replace

import pytest

from matching.adapters.memory import MemoryIndex
from matching.criteria import FollowerGate, SearchCriteria
from matching.eligibility import REASONS, find_refusal
from matching.loosening import FEW, LOOSER, Loosening
from tests.builders.matching.documents import NOW, build_influencer, build_offer
from tests.builders.matching.engines import build_service

BRIEF = SearchCriteria(
    text="skincare serum",
    countries=("SA",),
    currency="SAR",
    budget_minor=1_000,
    followers=FollowerGate(is_open=True),
)


def run(documents, criteria=BRIEF):
    return build_service(documents, index=MemoryIndex(), now=NOW).rank(criteria, run_id="r", now=NOW)


def build_costly(name, **changes):
    return build_influencer(name, country="SA", offers=(build_offer(price_minor=9_000),), **changes)


class TestFindLoosenings:
    def test_counts_whom_each_filter_alone_would_bring(self):
        documents = [
            build_costly("a"),
            build_costly("b"),
            replace(build_costly("c"), country="EG", offers=(build_offer(price_minor=500),)),
        ]
        assert run(documents).loosenings == (Loosening("too_expensive", 2), Loosening("country", 1))

    def test_counts_only_those_who_come_besides_the_ones_who_pass(self):
        passing = build_influencer("a", country="SA", offers=(build_offer(price_minor=500),))
        assert run([passing, build_costly("b")]).loosenings == (Loosening("too_expensive", 1),)

    def test_leaves_out_what_brings_nobody(self):
        both = replace(build_costly("a"), country="EG")
        assert run([both]).loosenings == ()

    def test_says_nothing_while_enough_pass(self):
        cheap = [
            build_influencer(f"i{n}", country="SA", offers=(build_offer(price_minor=500),))
            for n in range(FEW)
        ]
        assert run([*cheap, build_costly("z")]).loosenings == ()

    def test_never_loosens_the_gate_or_proof(self):
        assert not {"followers_above", "followers_below", "channel_unproven", "refused_category"} & set(
            LOOSER
        )
        assert set(LOOSER) <= set(REASONS)

    @pytest.mark.parametrize("code", sorted(LOOSER))
    def test_never_refuses_somebody_who_passed(self, code):
        passing = build_influencer("a", country="SA", offers=(build_offer(price_minor=500),))
        assert find_refusal(passing, BRIEF) is None
        assert find_refusal(passing, LOOSER[code](BRIEF)) is None

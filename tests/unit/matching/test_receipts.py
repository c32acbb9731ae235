import json
from dataclasses import replace

import pytest

from matching.eligibility import FilterOutcome
from matching.formulas import load_formula
from matching.receipts import Adjustment, Reason, Receipt, rank_key, replay
from matching.scoring import Signal, shown_score, weigh
from tests.builders.matching.documents import NOW

FORMULA = load_formula()


def build_receipt(influencer_id="inf-1", *, relevance=0.5, raw=3.0, **changes):
    parts = weigh([Signal("relevance", relevance, evidence={"cosine": 0.4, "words": ["a"]})], FORMULA)
    receipt = Receipt(
        influencer_id=influencer_id,
        run_id="run-1",
        rank=1,
        score=shown_score(parts),
        relevance_raw=raw,
        parts=parts,
        adjustments=(),
        filters=(FilterOutcome("platform", is_passed=True, is_checked=False),),
        reasons=(Reason("near_topics", {"topics": ["skincare"]}),),
        document_version=3,
        formula_version="v1",
        generation="g1",
        topics_version="1",
        encoder="words",
        computed_at=NOW,
    )
    return replace(receipt, **changes)


class TestReceipt:
    def test_survives_storage_as_json(self):
        receipt = build_receipt(adjustments=(Adjustment("capacity", -2.5),))
        assert Receipt.from_dict(json.loads(json.dumps(receipt.to_dict()))) == receipt

    def test_parts_add_up_to_the_score(self):
        receipt = build_receipt(relevance=0.123)
        assert 100 - sum(part.points for part in receipt.parts) == pytest.approx(receipt.score, abs=1e-6)

    def test_refuses_a_stored_row_with_a_missing_field(self):
        stored = build_receipt().to_dict()
        del stored["score"]
        with pytest.raises(KeyError):
            Receipt.from_dict(stored)

    def test_reads_damaged_lists_as_empty(self):
        stored = build_receipt().to_dict()
        stored["filters"] = "none"
        stored["reasons"] = [{"key": "x", "params": None}, "noise"]
        receipt = Receipt.from_dict(stored)
        assert receipt.filters == ()
        assert receipt.reasons == (Reason("x", {}),)


class TestReplay:
    def test_gives_the_same_order_and_scores_whatever_the_stored_order(self):
        receipts = [build_receipt(f"inf-{n}", relevance=0.1 * n) for n in (3, 1, 9, 5)]
        results = replay(receipts, FORMULA)
        assert [result.influencer_id for result in results] == ["inf-9", "inf-5", "inf-3", "inf-1"]
        assert all(result.score == pytest.approx(result.stored_score, abs=1e-6) for result in results)

    def test_breaks_ties_by_raw_relevance_then_id(self):
        receipts = [build_receipt("b"), build_receipt("a"), build_receipt("c", raw=4.0)]
        assert [result.influencer_id for result in replay(receipts, FORMULA)] == ["c", "a", "b"]

    def test_counts_adjustments(self):
        receipts = [
            build_receipt("a", adjustments=(Adjustment("capacity", -50.0),)),
            build_receipt("b", relevance=0.4),
        ]
        assert [result.influencer_id for result in replay(receipts, FORMULA)] == ["b", "a"]

    def test_shows_what_another_formula_would_say(self):
        flat = replace(FORMULA, weights=dict.fromkeys(FORMULA.weights, 1.0))
        (result,) = replay([build_receipt(relevance=0.2)], flat)
        assert result.score != pytest.approx(result.stored_score, abs=1e-3)


class TestRankKey:
    def test_ignores_noise_beyond_nine_digits(self):
        assert rank_key(50.0 + 1e-12, 1.0, "b") > rank_key(50.0, 1.0, "a")

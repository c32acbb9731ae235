"""What speaks for us is handed in once and in time; a partial loss says that the rest goes on."""

from datetime import timedelta

import pytest

from payments import chargeback_evidence
from payments.chargeback_evidence import ChargebackNotFound, EvidenceNotPossible
from payments.operation_repair import OperationNotHalted, resume_operation
from payments.statuses import OperationState

FIELDS = {"product_description": "A reel", "uncategorized_text": "It was approved."}


@pytest.fixture
def disputed(desk):
    desk.begin("onboard", "fund")
    desk.dispute_id = desk.sandbox.open_dispute(desk.charge_of("b1"))["id"]
    desk.hear()
    return desk


def view(desk):
    return desk.write(chargeback_evidence.get_chargeback, chargeback_ref=desk.dispute_id)


def plan(desk):
    return desk.write(
        chargeback_evidence.plan_evidence, chargeback_ref=desk.dispute_id, fields=FIELDS, now=desk.clock()
    )


class TestPlanEvidence:
    def test_hands_it_in_once(self, disputed):
        assert view(disputed).evidence_due_at == disputed.clock() + timedelta(days=7)
        operation_id = plan(disputed)
        assert plan(disputed) == operation_id
        assert disputed.run(operation_id).state is OperationState.CONFIRMED
        assert view(disputed).evidence_sent_at == disputed.clock()
        (dispute,) = disputed.disputes()
        assert dispute["status"] == "under_review"
        assert dispute["evidence"]["uncategorized_text"] == "It was approved."
        with pytest.raises(EvidenceNotPossible):
            plan(disputed)

    def test_is_refused_too_late_and_for_none(self, disputed):
        disputed.clock.advance(days=8)
        with pytest.raises(EvidenceNotPossible):
            plan(disputed)
        disputed.dispute_id = "none"
        with pytest.raises(ChargebackNotFound):
            plan(disputed)


class TestClosed:
    @pytest.mark.parametrize(("amount_minor", "is_partial"), [(None, False), (10_000, True)])
    def test_says_whether_the_rest_goes_on(self, desk, amount_minor, is_partial):
        desk.begin("onboard", "fund")
        dispute = desk.sandbox.open_dispute(desk.charge_of("b1"), amount_minor=amount_minor)
        desk.hear()
        desk.sandbox.close_dispute(dispute["id"], is_won=False)
        desk.hear()
        (closed,) = [each for each in desk.sink.events if type(each).__name__ == "ChargebackClosed"]
        assert (closed.is_won, closed.is_partial) == (False, is_partial)


class TestResumeOperation:
    def test_is_for_halted_calls_alone(self, disputed):
        operation_id = plan(disputed)
        with pytest.raises(OperationNotHalted):
            disputed.write(resume_operation, operation_id=operation_id, now=disputed.clock())

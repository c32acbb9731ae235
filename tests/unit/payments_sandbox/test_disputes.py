import pytest
import stripe

from payments.sandbox.errors import RequestRefused


class TestOpenDispute:
    def test_debits_amount_and_fee_at_once(self, world):
        intent = world.paid()
        before = sum(world.balance())
        dispute = world.control.open_dispute(intent.latest_charge.id)
        assert sum(world.balance()) == before - 12_340 - 5_500
        assert (dispute["status"], dispute["payment_intent"]) == ("needs_response", intent.id)
        assert world.platform.types[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
        assert world.v1.charges.retrieve(intent.latest_charge.id).disputed

    def test_may_be_for_a_part_or_for_more(self, world):
        for amount in (1_000, 13_000):
            intent = world.paid(booking=f"bk_{amount}")
            assert (
                world.control.open_dispute(intent.latest_charge.id, amount_minor=amount)["amount"] == amount
            )

    def test_is_one_at_a_time(self, world):
        charge = world.paid().latest_charge.id
        first = world.control.open_dispute(charge)
        with pytest.raises(RequestRefused):
            world.control.open_dispute(charge)
        world.control.close_dispute(first["id"], is_won=True)
        assert world.control.open_dispute(charge)["id"] != first["id"]

    def test_comes_by_itself_with_the_disputed_card(self, world):
        intent = world.paid(card="disputed")
        found = world.v1.disputes.list({"payment_intent": intent.id}).data
        assert [dispute.charge for dispute in found] == [intent.latest_charge.id]

    def test_as_an_inquiry_takes_no_money(self, world):
        intent = world.paid()
        before = sum(world.balance())
        dispute = world.control.open_dispute(intent.latest_charge.id, is_inquiry=True)
        assert (dispute["status"], dispute["balance_transactions"]) == ("warning_needs_response", [])
        assert world.control.close_dispute(dispute["id"], is_won=True)["status"] == "warning_closed"
        assert sum(world.balance()) == before


class TestCloseDispute:
    def test_won_brings_the_amount_back_without_the_fee(self, world):
        charge = world.paid().latest_charge.id
        before = sum(world.balance())
        dispute = world.control.close_dispute(world.control.open_dispute(charge)["id"], is_won=True)
        assert (dispute["status"], sum(world.balance())) == ("won", before - 5_500)
        assert [txn["net"] for txn in dispute["balance_transactions"]] == [-17_840, 12_340]
        assert world.platform.types[-2:] == ["charge.dispute.funds_reinstated", "charge.dispute.closed"]

    def test_lost_leaves_it_gone(self, world):
        charge = world.paid().latest_charge.id
        before = sum(world.balance())
        dispute = world.control.close_dispute(world.control.open_dispute(charge)["id"], is_won=False)
        assert (dispute["status"], sum(world.balance())) == ("lost", before - 17_840)
        with pytest.raises(RequestRefused):
            world.control.close_dispute(dispute["id"], is_won=True)


class TestEvidence:
    def test_is_kept_and_submitted(self, world):
        dispute = world.control.open_dispute(world.paid().latest_charge.id)
        evidence = {"evidence": {"uncategorized_text": "Delivered."}}
        kept = world.v1.disputes.update(dispute["id"], {**evidence, "submit": False})
        assert (kept.status, kept.evidence_details.has_evidence) == ("needs_response", True)
        sent = world.v1.disputes.update(dispute["id"], evidence)
        assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)

    def test_is_refused_after_the_decision(self, world):
        dispute = world.control.open_dispute(world.paid().latest_charge.id)
        assert world.v1.disputes.close(dispute["id"]).status == "lost"
        with pytest.raises(stripe.InvalidRequestError):
            world.v1.disputes.update(dispute["id"], {"evidence": {"uncategorized_text": "x"}})

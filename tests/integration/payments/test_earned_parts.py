"""Work that was approved and is still to be published is earned: a lost chargeback takes nothing of its held money."""

import pytest

from payments import operations
from payments.escrow import EscrowStatus, PartStatus
from payments.verification import verify_ledger


def lose(desk, **terms):
    opened = desk.sandbox.open_dispute(desk.charge_of("b1"), **terms)
    desk.hear()
    desk.sandbox.close_dispute(opened["id"], is_won=False)
    desk.hear()


def statuses(desk):
    return [part.status for part in desk.escrow().parts]


class TestLostChargeback:
    @pytest.mark.parametrize(("amount", "loss"), [(None, 111_500), (60_000, 4_250), (55_750, 0)])
    def test_takes_nothing_of_approved_work_that_is_still_to_be_published(self, desk, amount, loss):
        desk.begin("onboard", "fund")
        desk.write(operations.note_earned, booking_ref="b1", part_ref="d1", is_earned=True)
        lose(desk, amount_minor=amount)
        assert desk.balance("exp:chargeback_loss") == loss
        desk.run_due()
        is_reached = loss > 0  # the payer has some of its price back: it ends as if they had cancelled it
        assert statuses(desk) == [
            PartStatus.RELEASED if is_reached else PartStatus.HELD,
            PartStatus.CHARGED_BACK,
        ]
        assert desk.balance("custody:balance:inf1") == (100_000 if is_reached else 0)
        (told,) = [each for each in desk.sink.events if type(each).__name__ == "ChargebackClosed"]
        assert told.is_partial is not is_reached
        assert desk.write(verify_ledger).is_sound

    def test_owes_approved_work_whole_while_it_cannot_be_sent(self, desk):
        desk.begin("fund")
        desk.write(operations.note_earned, booking_ref="b1", part_ref="d1", is_earned=True)
        lose(desk)
        assert statuses(desk) == [PartStatus.OWED, PartStatus.CHARGED_BACK]
        desk.onboard()
        desk.poll()
        assert statuses(desk) == [PartStatus.RELEASED, PartStatus.CHARGED_BACK]
        assert desk.escrow().status is EscrowStatus.SETTLED
        assert desk.write(verify_ledger).is_sound

    def test_takes_work_that_is_disputed_again_before_it_was_decided(self, desk):
        desk.begin("onboard", "fund")
        for is_earned in (True, False):
            named = {"booking_ref": "b1", "part_ref": "d1"}
            desk.write(operations.note_earned, **named, is_earned=is_earned)
        lose(desk)
        assert statuses(desk) == [PartStatus.CHARGED_BACK, PartStatus.CHARGED_BACK]
        assert desk.balance("exp:chargeback_loss") == 0

    def test_ends_the_last_approved_work_first_and_leaves_what_it_did_not_reach(self, desk):
        desk.begin("onboard", "fund")
        for part_ref in ("d1", "d2"):
            desk.write(operations.note_earned, booking_ref="b1", part_ref=part_ref, is_earned=True)
        lose(desk, amount_minor=10_000)
        desk.run_due()
        assert statuses(desk) == [PartStatus.HELD, PartStatus.RELEASED]
        assert desk.balance("exp:chargeback_loss") == 10_000
        desk.run(desk.release("d1").release_operation_id)
        assert desk.escrow().status is EscrowStatus.SETTLED
        assert desk.write(verify_ledger).is_sound

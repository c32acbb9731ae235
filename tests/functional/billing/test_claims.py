"""Claims against influencers: recovered again by one operator, given up or paid another way by two."""

from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.bookings.models import BookingEvent
from marketplace.outbox.models import OutboxRow
from payments import operations as payments
from payments.claw_backs import claim_back, list_claw_backs
from payments.events import ClawBackPaidOtherwise
from payments.models import MoneyOperation
from payments.ports import Answer
from payments.settlement import confirm_operation, refuse_operation
from payments.statuses import Beneficiary
from payments.verification import verify_ledger
from tests.builders.bookings import Stage
from tests.builders.people import build_operator
from tests.functional.billing.two_operators import approve, build


def owe_the_brand(desk, *, is_recovered=True):
    """A claim of which one half was refused: the refund or, not recovered, the reversal; returns its number."""
    build(desk, Stage.COMPLETED)
    part = {"booking_ref": desk.deal.booked.id, "part_ref": desk.work_id}
    now = desk.clock()
    with desk.rows() as session:
        sent = payments.release_part(session, **part, share_bps=10_000, now=now).release_operation_id
        answer = Answer(gateway_id="tr_1", status="succeeded")
        confirm_operation(session, operation_id=sent, answer=answer, now=now)
        begun = claim_back(session, **part, amount_minor=10_000, beneficiary=Beneficiary.PAYER, now=now)
        for operation_id in begun:
            is_reversal = session.get_one(MoneyOperation, operation_id).kind == "reversal"
            if is_reversal == is_recovered:
                answer = Answer(gateway_id="made_1", status="succeeded")
                confirm_operation(session, operation_id=operation_id, answer=answer, now=now)
            else:
                refuse_operation(
                    session, operation_id=operation_id, code="charge_disputed", message="", now=now
                )
        return list_claw_backs(session)[0].claw_back_id


class TestClaim:
    def test_of_which_the_provider_refunds_nothing_is_paid_another_way_by_two(self, desk):
        claim_id = owe_the_brand(desk)
        page = desk.first.get("/operate/claims").text
        assert "It was paid to the brand another way" in page
        assert "Noura Example" in page
        assert "Write it off" not in page
        path = f"/operate/claims/{claim_id}/paid-otherwise"
        assert desk.first.post(path, {"reason": ""}).status_code == 422
        assert approve(desk, desk.first.post(path, {"reason": "Transfer 9"})).status_code == 303
        with desk.rows() as session:
            (claim,) = list_claw_backs(session)
            assert (claim.closed_at is not None, claim.due_to_payer_minor) == (True, 0)
            assert verify_ledger(session).explained_bps == 10_000
            assert session.scalars(
                select(AuditEntry).where(AuditEntry.action == "claim.paid_otherwise")
            ).one()
            told = session.scalars(
                select(OutboxRow).where(OutboxRow.kind == ClawBackPaidOtherwise.name)
            ).one()
            assert told.payload["net_minor"] == 10_000
        assert desk.first.post(path, {"reason": "Transfer 9"}).status_code == 404
        desk.work()
        with desk.rows() as session:
            assert session.scalars(select(BookingEvent).where(BookingEvent.kind == "money.returned")).one()

    def test_is_recovered_again_by_one_and_given_up_by_two(self, desk):
        claim_id = owe_the_brand(desk, is_recovered=False)
        page = desk.first.get("/operate/claims").text
        path = f"/operate/claims/{claim_id}"
        assert f'action="{path}/recover"' in page
        assert f'action="{path}/paid-otherwise"' not in page
        assert desk.first.post(f"{path}/recover").location == "/operate/claims"
        with desk.rows() as session:
            again = session.scalars(
                select(MoneyOperation).where(
                    MoneyOperation.kind == "reversal", MoneyOperation.state == "planned"
                )
            ).one()
            handed = select(OutboxRow).where(OutboxRow.key == f"payment_operation.run:{again.id}")
            assert session.scalars(handed).one().done_at is None
            noted = select(AuditEntry).where(AuditEntry.action == "claim.recovered_again")
            assert session.scalars(noted).one().after == {"operations": [again.id]}
        assert desk.first.post(f"{path}/write-off", {"reason": " "}).status_code == 422
        asked = desk.first.post(f"{path}/write-off", {"reason": "They left the country."})
        refused = approve(desk, asked)
        assert (refused.status_code, "a recovery is on its way" in refused.text) == (409, True)
        with desk.rows() as session:
            session.get_one(MoneyOperation, again.id).state = "sent"
            refuse_operation(
                session, operation_id=again.id, code="balance_insufficient", message="", now=desk.clock()
            )
        assert approve(desk, asked).status_code == 303
        with desk.rows() as session:
            (claim,) = list_claw_backs(session)
            assert (claim.written_off_minor, claim.recovered_minor) == (10_000, 0)
            assert claim.closed_at == desk.clock()
            assert verify_ledger(session).explained_bps == 10_000
            noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "claim.written_off")).one()
            assert (noted.after["amount_minor"], noted.reason) == (10_000, "They left the country.")
        assert desk.first.post(f"{path}/write-off", {"reason": "Again"}).status_code == 404

    def test_is_recovered_by_nobody_who_may_not_move_money(self, desk):
        claim_id = owe_the_brand(desk, is_recovered=False)
        with desk.rows() as session:
            reader = build_operator(session, role="moderator").user
        visitor = desk.visit_as(reader)
        visitor.get("/operate/queue")
        assert visitor.post(f"/operate/claims/{claim_id}/recover").status_code == 403

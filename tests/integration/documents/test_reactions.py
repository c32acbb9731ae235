"""A document that corrects another waits for it; what the payer got back is noted when they have it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.documents.reactions import DUE, REACTIONS, NotIssuedYet
from marketplace.outbox.models import OutboxRow
from marketplace.outbox.operations import put
from payments import events
from tests.builders.bookings import build_booking, deliverables_of
from tests.clock import START

ISSUE = REACTIONS[DUE].inside


def facts_of(session, deal, **more):
    work = deliverables_of(session, deal.booked)[0]
    return {"booking_id": deal.booked.id, "occurred_at": START.isoformat(), **more}, work.id


def due_rows(session) -> list[OutboxRow]:
    return list(session.scalars(select(OutboxRow).where(OutboxRow.kind == DUE).order_by(OutboxRow.id)))


class TestIssue:
    def test_of_a_correction_waits_while_its_invoice_is_due(self, session, services):
        deal = build_booking(session)
        facts, work_id = facts_of(session, deal)
        key = f"{DUE}:invoice:{deal.booked.id}:{START.isoformat()}"
        put(session, DUE, {"kind": "invoice", "facts": facts}, now=START, key=key)
        note = {"kind": "credit_note", "facts": {**facts, "deliverable_id": work_id, "amount_minor": 100}}
        with pytest.raises(NotIssuedYet):
            ISSUE(session, services, note)
        [row] = due_rows(session)
        ISSUE(session, services, row.payload)
        row.done_at = START + timedelta(seconds=1)
        session.flush()
        ISSUE(session, services, note)  # issued now

    @pytest.mark.parametrize(
        ("kind", "fact", "about"),
        [("credit_note", "EscrowFunded", "booking_ref"), ("correction", "ReleaseConfirmed", "part_ref")],
    )
    def test_of_a_correction_waits_for_a_fact_that_is_not_handled_yet(
        self, session, services, kind, fact, about
    ):
        """A worker died with the fact, and its lease still runs: what follows from it comes first."""
        deal = build_booking(session)
        facts, work_id = facts_of(session, deal)
        told = {"booking_ref": deal.booked.id, "part_ref": work_id}
        for other in (True, False):
            payload = told | ({about: "of another"} if other else {})
            put(session, getattr(events, fact).name, payload, now=START)
        note = {"kind": kind, "facts": {**facts, "deliverable_id": work_id, "amount_minor": 100}}
        with pytest.raises(NotIssuedYet):
            ISSUE(session, services, note)
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        rows[-1].done_at = START
        session.flush()
        ISSUE(session, services, note)  # nobody will ask for what it corrects

    def test_of_a_correction_ends_where_no_invoice_will_ever_come(self, session, services):
        facts, work_id = facts_of(session, deal=build_booking(session))
        note = {"kind": "credit_note", "facts": {**facts, "deliverable_id": work_id, "amount_minor": 100}}
        ISSUE(session, services, note)


class TestRefundAndChargeback:
    def test_are_noted_line_by_line_as_they_were_booked(self, session, services):
        deal = build_booking(session)
        _facts, work_id = facts_of(session, deal)
        payload = {"booking_ref": deal.booked.id, "part_ref": work_id, "at": START.isoformat()}
        payload |= {"amount_minor": 116, "net_minor": 100, "fee_minor": 15, "tax_minor": 1}
        REACTIONS[events.RefundConfirmed.name].inside(session, services, payload)
        later = {**payload, "chargeback_ref": "dp_1", "at": (START + timedelta(hours=1)).isoformat()}
        REACTIONS[events.PartChargedBack.name].inside(session, services, later)
        first, second = (row.payload["facts"] for row in due_rows(session))
        assert first["back"] == second["back"] == {"net_minor": 100, "fee_minor": 15, "tax_minor": 1}
        assert second["cause"] == "chargeback:dp_1"

    def test_of_before_the_lines_were_told_have_one(self, session, services):
        deal = build_booking(session)
        _facts, work_id = facts_of(session, deal)
        payload = {"booking_ref": deal.booked.id, "part_ref": work_id, "at": START.isoformat()}
        REACTIONS[events.RefundConfirmed.name].inside(session, services, {**payload, "amount_minor": 116})
        assert due_rows(session)[0].payload["facts"]["back"] is None


class TestClawBack:
    def test_is_corrected_for_the_influencer_at_once_and_noted_for_the_brand_when_it_is_there(
        self, session, services
    ):
        deal = build_booking(session)
        _facts, work_id = facts_of(session, deal)
        payload = {"booking_ref": deal.booked.id, "part_ref": work_id, "amount_minor": 100}
        payload |= {"at": START.isoformat(), "operation_id": "op1"}
        REACTIONS[events.ClawBackRecovered.name].inside(session, services, payload)
        assert [row.payload["kind"] for row in due_rows(session)] == ["correction"]
        REACTIONS[events.ClawBackReturned.name].inside(session, services, payload)
        assert [row.payload["kind"] for row in due_rows(session)] == ["correction", "credit_note"]
        assert due_rows(session)[1].payload["facts"]["cause"] == "op1"

    def test_is_corrected_for_each_reversal_of_one_moment(self, session, services):
        deal = build_booking(session)
        _facts, work_id = facts_of(session, deal)
        payload = {"booking_ref": deal.booked.id, "part_ref": work_id, "at": START.isoformat()}
        recovered = REACTIONS[events.ClawBackRecovered.name].inside
        for number in range(2):
            recovered(session, services, payload | {"amount_minor": 100, "reversal_id": f"op{number}"})
        assert [row.payload["facts"]["cause"] for row in due_rows(session)] == ["op0", "op1"]
        recovered(session, services, payload | {"amount_minor": 100})  # of before it was told
        assert "cause" not in due_rows(session)[2].payload["facts"]

    def test_has_a_note_for_each_refund_of_one_moment_line_by_line(self, session, services):
        deal = build_booking(session)
        _facts, work_id = facts_of(session, deal)
        payload = {"booking_ref": deal.booked.id, "part_ref": work_id, "at": START.isoformat()}
        fee = {"net_minor": 0, "fee_minor": 15, "tax_minor": 1}
        net = {"net_minor": 100, "fee_minor": 0, "tax_minor": 0}
        for number, back in enumerate((fee, net)):
            told = payload | back | {"operation_id": f"op{number}", "amount_minor": sum(back.values())}
            REACTIONS[events.ClawBackReturned.name].inside(session, services, told)
        assert [row.payload["facts"]["back"] for row in due_rows(session)] == [fee, net]

    def test_has_no_second_note_for_what_the_bank_sent_back(self, session, services):
        deal = build_booking(session)
        _facts, work_id = facts_of(session, deal)
        payload = {"booking_ref": deal.booked.id, "part_ref": work_id, "at": START.isoformat()}
        payload |= {"net_minor": 0, "fee_minor": 0, "tax_minor": 0, "amount_minor": 100}
        returned = REACTIONS[events.ClawBackReturned.name].inside
        returned(session, services, payload | {"operation_id": "op1"})
        assert due_rows(session) == []
        returned(session, services, payload | {"operation_id": "op2", "net_minor": 15})
        assert [row.payload["facts"]["amount_minor"] for row in due_rows(session)] == [15]

    def test_is_noted_where_it_makes_up_for_a_chargeback(self, session, services):
        deal = build_booking(session)
        _facts, work_id = facts_of(session, deal)
        payload = {"booking_ref": deal.booked.id, "part_ref": work_id, "at": START.isoformat()}
        payload |= {"net_minor": 84, "fee_minor": 15, "tax_minor": 1, "amount_minor": 100, "entry_key": "k"}
        REACTIONS[events.ClawBackMadeUp.name].inside(session, services, payload)
        assert [row.payload["facts"]["cause"] for row in due_rows(session)] == ["k"]

"""Claims against influencers: recovered again by an operator's order, given up or paid to the brand another way by two."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import ApprovedAct, request_act
from marketplace.audit.operations import record
from marketplace.billing.sink import OutboxSink
from marketplace.bookings.money import hand_over
from marketplace.errors import Forbidden, NotFound
from marketplace.policies import Actor, Permission, may
from marketplace.web.language import lazy_gettext as _
from payments.chart import BANK, claw_back, group_of
from payments.claims_otherwise import ClaimNotDue, due_to_payers, pay_claim_otherwise
from payments.claw_backs import ClawBackView, list_claw_backs, recover, write_off

CLAIM = "claim"
"""The subject of acts on a claim."""


def recover_again(session: Session, *, actor: Actor, claw_back_id: str, now: datetime) -> None:
    """Try once more to recover what an influencer owes, and to pass on what came back.

    Raises:
        Forbidden: the role does not allow it. ClawBackNotFound: see its class.

    """
    if not may(actor, Permission.MONEY_ACT):
        raise Forbidden(_("Your role does not allow this."))
    operation_ids = recover(session, claw_back_id=claw_back_id, now=now)
    hand_over(session, operation_ids, now=now)
    record(
        session,
        actor=actor,
        action="claim.recovered_again",
        subject_type="claim",
        subject_id=claw_back_id,
        after={"operations": list(operation_ids)},
        now=now,
    )


def get_claim(session: Session, *, claw_back_id: str) -> ClawBackView:
    """Return an open claim. Raises NotFound."""
    claims = list_claw_backs(session, is_open=True, claw_back_id=claw_back_id)
    if not claims:
        raise NotFound(_("There is no such claim."))
    return claims[0]


def request_write_off(
    session: Session, *, actor: Actor, claw_back_id: str, reason: str, now: datetime
) -> ApprovalRequest:
    """Ask a second person to give up what is outstanding of a claim.

    Raises:
        NotFound: no open claim has this id.
        Forbidden, Invalid, RequestRepeated: what `request_act` refuses.

    """
    claim = get_claim(session, claw_back_id=claw_back_id)
    payload = {
        "booking_id": claim.booking_ref,
        "currency": claim.currency,
        "amount_minor": claim.outstanding_minor,
    }
    act = Act(ActKind.WRITE_OFF, CLAIM, claw_back_id, payload)
    return request_act(session, actor=actor, act=act, reason=reason, now=now)


def carry_out_write_off(session: Session, approved: ApprovedAct) -> None:
    """Give up what two persons agreed to give up. Raises ClawBackNotPossible."""
    amount_minor = write_off(session, claw_back_id=approved.act.subject_id, now=approved.now)
    record(
        session,
        actor=approved.approver,
        action="claim.written_off",
        subject_type="claim",
        subject_id=approved.act.subject_id,
        after={"amount_minor": amount_minor, "approval": approved.request_id},
        reason=approved.reason,
        now=approved.now,
    )


def request_claim_paid(
    session: Session, *, actor: Actor, claw_back_id: str, reason: str, now: datetime
) -> ApprovalRequest:
    """Ask a second person to book that what a claim owes the brand, and the provider does not refund, was paid from the bank.

    Raises:
        NotFound: no open claim has this id.
        ClaimNotDue: nothing of it waits.
        Forbidden, Invalid, RequestRepeated: what `request_act` refuses.

    """
    claim = get_claim(session, claw_back_id=claw_back_id)
    due_minor = due_to_payers(session, [claw_back_id]).get(claw_back_id)
    if due_minor is None:
        raise ClaimNotDue("Nothing of this claim waits to go to the payer.")
    payload = {
        "booking_id": claim.booking_ref,
        "debit": group_of(claw_back(claw_back_id)),
        "credit": BANK,
        "currency": claim.currency,
        "refund_minor": due_minor,
        "memo": reason,
    }
    act = Act(ActKind.BOOK_ENTRY, CLAIM, claw_back_id, payload)
    return request_act(session, actor=actor, act=act, reason=reason, now=now)


def carry_out_claim_paid(session: Session, approved: ApprovedAct) -> None:
    """Book it, and tell it as any return is told. Raises what `pay_claim_otherwise` raises."""
    payload = approved.act.payload
    told = pay_claim_otherwise(
        session,
        claw_back_id=approved.act.subject_id,
        amount_minor=payload["refund_minor"],
        memo=payload["memo"],
        now=approved.now,
    )
    record(
        session,
        actor=approved.approver,
        action="claim.paid_otherwise",
        subject_type=CLAIM,
        subject_id=approved.act.subject_id,
        after={"amount_minor": payload["refund_minor"], "approval": approved.request_id},
        reason=approved.reason,
        now=approved.now,
    )
    for event in told:
        OutboxSink().emit(session, event)

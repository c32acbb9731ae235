"""Two operators hold an influencer's payouts, or end the hold; shares still arrive in the account meanwhile."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import ApprovedAct, request_act
from marketplace.audit.operations import record
from marketplace.errors import Conflict, NotFound
from marketplace.influencers.models import Influencer
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _
from payments.payout_operations import free_payouts, hold_payouts
from payments.queries import find_payout_account


class HoldAlreadySo(Conflict):
    """The payouts are held already, or are not."""

    code = "hold_already_so"


def request_hold(
    session: Session, *, actor: Actor, influencer_id: str, is_held: bool, reason: str, now: datetime
) -> ApprovalRequest:
    """Ask a second person to hold an influencer's payouts (`is_held`) or to end the hold.

    Raises:
        NotFound: no such influencer, or no payout account.
        HoldAlreadySo: it is so already.
        Forbidden, Invalid, RequestRepeated: what `request_act` refuses.

    """
    influencer = session.get(Influencer, influencer_id)
    account = find_payout_account(session, payee_ref=influencer_id)
    if influencer is None or account is None:
        raise NotFound(_("There is no payout account to hold."))
    if (account.hold_reason is not None) == is_held:
        raise HoldAlreadySo(_("This is so already."))
    kind = ActKind.HOLD_PAYOUTS if is_held else ActKind.FREE_PAYOUTS
    payload = {
        "influencer": influencer.name,
        "influencer_ar": influencer.name_ar,
        "handle": influencer.handle,
    }
    act = Act(kind, "influencer", influencer_id, payload)
    return request_act(session, actor=actor, act=act, reason=reason, now=now)


def carry_out_hold(session: Session, approved: ApprovedAct) -> None:
    """Hold the payouts that two persons agreed to hold."""
    hold_payouts(session, payee_ref=approved.act.subject_id, reason=approved.reason)
    _note(session, approved, "payouts.held")


def carry_out_release(session: Session, approved: ApprovedAct) -> None:
    """End the hold that two persons agreed to end."""
    free_payouts(session, payee_ref=approved.act.subject_id)
    _note(session, approved, "payouts.freed")


def _note(session: Session, approved: ApprovedAct, action: str) -> None:
    record(
        session,
        actor=approved.approver,
        action=action,
        subject_type="influencer",
        subject_id=approved.act.subject_id,
        after={"approval": approved.request_id, "requested_by": approved.requested_by},
        reason=approved.reason,
        now=approved.now,
    )

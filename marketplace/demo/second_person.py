"""Acts on money that need two operators: two that were carried out, two that wait for the second."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import approve_act
from marketplace.approved_acts import CARRIERS
from marketplace.billing.payout_holds import request_hold
from marketplace.bookings import operations as bookings
from marketplace.bookings.domain import DeliverableStatus
from marketplace.bookings.models import Booking, Deliverable
from marketplace.demo.people import operator_email
from marketplace.demo.stage import Stage
from marketplace.policies import Actor

Ask = Callable[[Session, Actor], ApprovalRequest]
TAKEN_DOWN = (
    "The post was taken down long before the agreed six months.",
    "حُذف المنشور قبل الأشهر الستة المتفق عليها بوقت طويل.",
)
UNDECIDED = (
    "The brand does not answer any more; what was handed in is half of what was agreed.",
    "لم تعد العلامة تجيب، وما سُلِّم نصف المتفق عليه.",
)
HALF_BPS = 5_000


def play_second_person(stage: Stage) -> None:
    """Claim one share back and hold one influencer's payouts; leave a claim and a division waiting."""
    with stage.scene() as session:
        arrived = _deliverables(session, DeliverableStatus.RELEASED)
        submitted = _deliverables(session, DeliverableStatus.SUBMITTED)
    for row, _influencer_id in arrived[-1:]:  # paid out long ago: the account does not hold it any more
        approve(stage, _ask(stage, _claim(stage, row)))
    for _row, influencer_id in arrived[:1]:
        approve(stage, _ask(stage, _hold(stage, influencer_id)))
    for row, _influencer_id in arrived[1:2]:
        _ask(stage, _claim(stage, row))
    for row, _influencer_id in submitted[:1]:
        _ask(stage, _division(stage, row))


def _deliverables(session: Session, status: DeliverableStatus) -> Sequence[tuple[Deliverable, str]]:
    """Return the newest piece of work in a state of each influencer, with that influencer's id, newest first."""
    rows = session.execute(
        select(Deliverable, Booking.influencer_id)
        .join(Booking, Booking.id == Deliverable.booking_id)
        .where(Deliverable.status == status)
        .order_by(Booking.created_at.desc(), Deliverable.id)
    )
    newest: dict[str, Deliverable] = {}
    for row, influencer_id in rows:
        newest.setdefault(influencer_id, row)
    session.expunge_all()
    return [(row, influencer_id) for influencer_id, row in newest.items()]


def _claim(stage: Stage, row: Deliverable) -> Ask:
    reason_en, reason_ar = TAKEN_DOWN
    return lambda session, actor: bookings.request_claw_back(
        session,
        actor=actor,
        deliverable_id=row.id,
        amount_minor=row.release_minor,
        is_for_brand=True,
        reason_en=reason_en,
        reason_ar=reason_ar,
        now=stage.clock(),
    )


def _division(stage: Stage, row: Deliverable) -> Ask:
    reason_en, reason_ar = UNDECIDED
    return lambda session, actor: bookings.request_decision(
        session,
        actor=actor,
        deliverable_id=row.id,
        share_bps=HALF_BPS,
        reason_en=reason_en,
        reason_ar=reason_ar,
        now=stage.clock(),
    )


def _hold(stage: Stage, influencer_id: str) -> Ask:
    return lambda session, actor: request_hold(
        session,
        actor=actor,
        influencer_id=influencer_id,
        is_held=True,
        reason="The name of the bank account is not the name of the profile; we asked for a paper.",
        now=stage.clock(),
    )


def _ask(stage: Stage, ask: Ask) -> str:
    with stage.scene() as session:
        return ask(session, stage.actor(session, operator_email())).id


def approve(stage: Stage, request_id: str) -> None:
    """Let the second operator agree to what the first one asked for."""
    with stage.scene() as session:
        approve_act(
            session,
            actor=stage.actor(session, operator_email("operator2")),
            request_id=request_id,
            seen_hash=session.get_one(ApprovalRequest, request_id).payload_hash,
            carriers=CARRIERS,
            now=stage.clock(),
        )
    stage.settle()

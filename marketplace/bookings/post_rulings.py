"""What the end of a contest about a post does: with the post, with the strike, and with the money.

The money of such a post was decided when the post was confirmed. What of it is still owed is divided anew; what
arrived is taken back as any share is (T24); what is moving just now is waited for.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings import money
from marketplace.bookings.contest_stages import is_arrived, money_of_share
from marketplace.bookings.domain import ContestEnd, ContestKind, DeliverableStatus, PublicationStatus
from marketplace.bookings.locks import Case
from marketplace.bookings.models import Contest, Deliverable, Publication
from marketplace.bookings.publication import start_live_checks
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import MoneyOnItsWay
from marketplace.bookings.settlement import (
    POST_TAKEN_DOWN,
    WHOLE_BPS,
    count_if_something_stays,
    divide_anew,
    end_hold,
    hold,
)
from marketplace.bookings.strikes import withdraw_strike
from payments.planning import HELD

TAKEN_DOWN = "taken_down"


def carry_out(
    session: Session, case: Case, deliverable: Deliverable, contest: Contest, *, now: datetime
) -> None:
    """Let a ruling that stands take effect. The influencer loses nothing where everything was met.

    Raises:
        MoneyOnItsWay: the share is moving just now.

    """
    share_bps = contest.share_bps if contest.share_bps is not None else WHOLE_BPS
    if share_bps == WHOLE_BPS:
        reasons = {"reason_en": contest.reason_en, "reason_ar": contest.reason_ar}
        change = Change("publication.restored", params=reasons, reason=contest.reason_en)
        end_hold(session, case, deliverable, now=now)
        restore(session, case, deliverable, change, now=now)
    elif is_arrived(deliverable):
        _take_back(session, case, deliverable, contest, share_bps=share_bps, now=now)
    elif is_moving(session, case, deliverable):
        raise MoneyOnItsWay
    else:
        deliverable.closed_reason = POST_TAKEN_DOWN
        divide_anew(session, case, deliverable, share_bps=share_bps, now=now)


def is_moving(session: Session, case: Case, deliverable: Deliverable) -> bool:
    """Tell whether the share is on its way to the influencer, so that it can be neither divided nor taken back now."""
    is_waiting = deliverable.status == DeliverableStatus.APPROVED
    is_owed = is_waiting and money.is_owed(session, case.booking, deliverable)
    return not is_arrived(deliverable) and not is_owed


def refuse_while_moving(
    session: Session, case: Case, deliverable: Deliverable, contest: Contest, *, share_bps: int
) -> None:
    """Refuse to take from a share that is moving: what would move is not known. Raises MoneyOnItsWay."""
    if contest.kind != ContestKind.TAKEN_DOWN or share_bps == WHOLE_BPS:
        return
    if is_moving(session, case, deliverable):
        raise MoneyOnItsWay


def hold_until_final(session: Session, case: Case, deliverable: Deliverable, contest: Contest) -> None:
    """Hold an owed share of which a ruling takes something, so that what was ruled is what moves once it stands."""
    if contest.kind != ContestKind.TAKEN_DOWN or contest.share_bps == WHOLE_BPS:
        return
    if not is_arrived(deliverable):
        hold(session, case, deliverable)


def moved_by(
    session: Session, case: Case, deliverable: Deliverable, contest: Contest, *, share_bps: int
) -> tuple[int, int]:
    """Return what a ruling leaves the influencer and gives back to the brand, in minor units, if it stood now.

    What two operators had claimed of an arrived share before, and the fee on it, can be taken only once.
    """
    kept, back = money_of_share(deliverable, share_bps=share_bps, currency=case.booking.currency)
    if contest.kind != ContestKind.TAKEN_DOWN or not is_arrived(deliverable):
        return kept, back
    left = money.claimable_minor(session, case.booking, deliverable)
    claimed = max(min(deliverable.release_minor - kept, left), 0)
    for_brand = claimed - _for_platform_minor(session, case, claimed)
    back = money.claimed_with_fee_minor(
        session, case.booking, deliverable, amount_minor=for_brand, left_bps=share_bps
    )
    return left - claimed, back


def restore(session: Session, case: Case, deliverable: Deliverable, change: Change, *, now: datetime) -> None:
    """Let a post that was reported count as confirmed again: its strike goes, the looks at it go on."""
    publication = _count_as_confirmed(session, deliverable, now=now)
    if publication is None:
        return
    params = {"publication_id": publication.id, **(change.params or {})}
    told = Change(change.event, params=params, reason=change.reason)
    record_change(session, case.booking, told, actor=case.actor, now=now, deliverable=deliverable)
    start_live_checks(session, case, deliverable, publication, now=now)


def end_by_chargeback(
    session: Session, case: Case, *, now: datetime, deliverable: Deliverable | None = None
) -> None:
    """Close what is open between the sides of a booking, or about one work, whose payer has everything back.

    Its clocks were closed. A share that is owed nobody contests any more, and it is sent.

    A strike stays only for what was ruled and not appealed.
    """
    query = select(Contest).where(Contest.booking_id == case.booking.id, Contest.closed_at.is_(None))
    if deliverable is not None:
        query = query.where(Contest.deliverable_id == deliverable.id)
    for contest in session.scalars(query).all():
        work = session.get_one(Deliverable, contest.deliverable_id)
        contest.closed_at, contest.closed_how, contest.look_until = now, ContestEnd.CHARGEBACK, None
        if work.parked_reason == HELD:
            work.parked_reason = None  # nothing is left that could be held
        if contest.kind == ContestKind.TAKEN_DOWN and not _was_found_down(contest):
            _count_as_confirmed(session, work, now=now)
        change = Change("contest.closed_by_chargeback", params={"contest_id": contest.id})
        record_change(session, case.booking, change, actor=case.actor, now=now, deliverable=work)


def newest_publication(
    session: Session, deliverable: Deliverable, status: PublicationStatus
) -> Publication | None:
    """Return the newest post in this state."""
    return session.scalars(
        select(Publication)
        .where(Publication.deliverable_id == deliverable.id, Publication.status == status)
        .order_by(Publication.number.desc())
        .limit(1)
    ).first()


def _count_as_confirmed(session: Session, deliverable: Deliverable, *, now: datetime) -> Publication | None:
    publication = newest_publication(session, deliverable, PublicationStatus.TAKEN_DOWN)
    if publication is not None:
        publication.status, publication.decided_at = PublicationStatus.CONFIRMED, now
        withdraw_strike(session, deliverable, reason=TAKEN_DOWN, now=now)
    return publication


def _was_found_down(contest: Contest) -> bool:
    return contest.share_bps is not None and contest.share_bps < WHOLE_BPS and contest.appealed_at is None


def _take_back(
    session: Session,
    case: Case,
    deliverable: Deliverable,
    contest: Contest,
    *,
    share_bps: int,
    now: datetime,
) -> None:
    """Claim back what the ruling takes of an arrived share, as far as nothing of it was claimed before."""
    booking = case.booking
    kept, back_minor = moved_by(session, case, deliverable, contest, share_bps=share_bps)
    amount_minor = money.claimable_minor(session, booking, deliverable) - kept
    if amount_minor <= 0:
        change = Change("money.claimed_before", params={"contest_id": contest.id})
        record_change(session, booking, change, actor=case.actor, now=now, deliverable=deliverable)
        return
    for_platform = _for_platform_minor(session, case, amount_minor)
    shares = ((for_platform, for_platform, False), (amount_minor - for_platform, back_minor, True))
    for claimed_minor, given_minor, is_for_brand in shares:
        if claimed_minor:
            money.claim_back(
                session,
                booking,
                deliverable,
                amount_minor=claimed_minor,
                is_for_brand=is_for_brand,
                left_bps=share_bps,
                now=now,
            )
            change = _claimed(contest, claimed_minor, given_minor, is_for_brand=is_for_brand)
            record_change(session, booking, change, actor=case.actor, now=now, deliverable=deliverable)
    count_if_something_stays(session, booking)


def _claimed(contest: Contest, claimed_minor: int, given_minor: int, *, is_for_brand: bool) -> Change:
    params = {
        "contest_id": contest.id,
        "amount_minor": claimed_minor,
        "back_minor": given_minor,
        "is_for_brand": is_for_brand,
        "reason_en": contest.reason_en,
        "reason_ar": contest.reason_ar,
    }
    return Change("money.claimed_back", params=params, reason=contest.reason_en)


def _for_platform_minor(session: Session, case: Case, claimed_minor: int) -> int:
    """Return what of a claim makes up for a chargeback that the platform bore: the brand has that much already."""
    return min(claimed_minor, money.claimable_loss_minor(session, case.booking))

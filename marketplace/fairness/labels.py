"""Labels from what became of shown places, kept from the first day by the records of deals and bookings themselves.

3 completed, 2 accepted, 1 shortlisted, 0 seen, -1 refused by the brand. A place that nobody looked at has no label.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings.domain import BookingStatus
from marketplace.bookings.models import Booking
from marketplace.deals.domain import ApplicationStatus, InvitationStatus
from marketplace.deals.models import Application, Invitation
from marketplace.exposure.models import Impression
from marketplace.matches.models import MatchResult
from matching.training import LabelledPlace

COMPLETED, ACCEPTED, SHORTLISTED, SEEN, REFUSED = 3, 2, 1, 0, -1
PLACES_MOST = 200_000

OF_APPLICATION = {
    ApplicationStatus.SHORTLISTED: SHORTLISTED,
    ApplicationStatus.QUOTED: ACCEPTED,
    ApplicationStatus.BOOKED: ACCEPTED,
    ApplicationStatus.ENDED: ACCEPTED,
    ApplicationStatus.REFUSED: REFUSED,
}
OF_INVITATION = {
    InvitationStatus.SENT: SHORTLISTED,
    InvitationStatus.ACCEPTED: ACCEPTED,
    InvitationStatus.QUOTED: ACCEPTED,
    InvitationStatus.BOOKED: ACCEPTED,
    InvitationStatus.ENDED: ACCEPTED,
    InvitationStatus.DECLINED: SHORTLISTED,
    InvitationStatus.LAPSED: SHORTLISTED,
}


def labelled_places(session: Session) -> Iterator[LabelledPlace]:
    """Yield every place a brand looked at with the best that became of it, from the newest list of each brief and influencer.

    Four statements; of more than 200,000 places the newest lists' count.
    """
    labels = _outcomes(session)
    seen = (
        select(
            Impression.brief_id,
            Impression.run_id,
            Impression.influencer_id,
            func.min(Impression.position).label("position"),
            func.max(Impression.propensity).label("propensity"),
            func.max(Impression.shown_at).label("shown_at"),
        )
        .group_by(Impression.brief_id, Impression.run_id, Impression.influencer_id)
        .subquery()
    )
    is_place = (seen.c.run_id == MatchResult.run_id) & (seen.c.influencer_id == MatchResult.influencer_id)
    rows = session.execute(
        select(seen.c.brief_id, MatchResult, seen.c.position, seen.c.propensity)
        .join(seen, is_place)
        .order_by(seen.c.shown_at.desc(), MatchResult.run_id, MatchResult.rank)
        .limit(PLACES_MOST)
    )
    done: set[tuple[str, str]] = set()
    for brief_id, result, position, propensity in rows:
        pair = (brief_id, result.influencer_id)
        if pair in done:
            continue
        done.add(pair)
        yield LabelledPlace(
            brief_id=brief_id,
            influencer_id=result.influencer_id,
            values={str(part["name"]): float(part["value"]) for part in result.receipt["parts"]},
            label=labels.get(pair, SEEN),
            position=position,
            propensity=propensity,
        )


def _outcomes(session: Session) -> dict[tuple[str, str], int]:
    """Return the best label of every brief and influencer; a refusal stands only where nothing better does."""
    found: dict[tuple[str, str], int] = {}
    for model, meaning in ((Application, OF_APPLICATION), (Invitation, OF_INVITATION)):
        columns: Any = (model.brief_id, model.influencer_id, model.status)
        for brief_id, influencer_id, status in session.execute(select(*columns)):
            label = meaning.get(status)
            if label is not None:
                found[brief_id, influencer_id] = max(found.get((brief_id, influencer_id), REFUSED), label)
    for brief_id, influencer_id in session.execute(
        select(Booking.brief_id, Booking.influencer_id).where(
            Booking.status == BookingStatus.COMPLETED, Booking.brief_id.is_not(None)
        )
    ):
        found[str(brief_id), influencer_id] = COMPLETED
    return found

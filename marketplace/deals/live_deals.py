"""Who of a brief has a live application, invitation or booking, and whose turn it is: for lists that offer to invite."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Row, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from marketplace.deals.domain import ApplicationStatus, InvitationStatus
from marketplace.deals.models import LIVE_APPLICATION, LIVE_INVITATION, Application, Invitation
from marketplace.quotes.domain import DealPath


class DealTurn(StrEnum):
    """Where a live deal stands, seen from the brand."""

    APPLIED = "applied"  # the brand answers
    INVITED = "invited"  # the influencer answers
    TO_BOOK = "to_book"  # both agree; the brand takes the quote and pays
    BOOKED = "booked"


_TURNS: Mapping[str, DealTurn] = {
    ApplicationStatus.SUBMITTED: DealTurn.APPLIED,
    ApplicationStatus.SHORTLISTED: DealTurn.APPLIED,
    InvitationStatus.SENT: DealTurn.INVITED,
    InvitationStatus.ACCEPTED: DealTurn.TO_BOOK,
    InvitationStatus.QUOTED: DealTurn.TO_BOOK,
    InvitationStatus.BOOKED: DealTurn.BOOKED,
}

_PATHS = (
    select(
        literal(path.value).label("path"), table.id, table.influencer_id, table.quote_id, table.status
    ).where(table.brief_id == bindparam("brief_id"), is_live)
    for path, table, is_live in (
        (DealPath.APPLICATION, Application, LIVE_APPLICATION),
        (DealPath.INVITATION, Invitation, LIVE_INVITATION),
    )
)
_APPLICATIONS, _INVITATIONS = _PATHS
_LIVE = union_all(_APPLICATIONS, _INVITATIONS)
_LIVE_OF = union_all(
    _APPLICATIONS.where(Application.influencer_id == bindparam("influencer_id")),
    _INVITATIONS.where(Invitation.influencer_id == bindparam("influencer_id")),
)


@dataclass(frozen=True, slots=True)
class LiveDeal:
    """One live way to a deal; `id` is the application's or the invitation's, by `path`."""

    influencer_id: str
    path: str
    id: str
    quote_id: str | None
    turn: DealTurn


def live_deals(session: Session, *, brief_id: str) -> dict[str, LiveDeal]:
    """Return the live deals of a brief by influencer, in one statement."""
    rows = session.execute(_LIVE, {"brief_id": brief_id})
    return {row.influencer_id: _live_deal(row) for row in rows}


def find_live_deal(session: Session, *, brief_id: str, influencer_id: str) -> LiveDeal | None:
    """Return the live deal of a brief with one influencer: there is at most one, whichever way it began."""
    row = session.execute(_LIVE_OF, {"brief_id": brief_id, "influencer_id": influencer_id}).first()
    return None if row is None else _live_deal(row)


def _live_deal(row: Row[str, str, str, str | None, str]) -> LiveDeal:
    return LiveDeal(row.influencer_id, row.path, row.id, row.quote_id, _TURNS[row.status])

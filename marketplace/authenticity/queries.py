"""Reading the signs: an influencer's own, for documents of the index, and the operators' list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.authenticity.domain import ContestStatus
from marketplace.authenticity.models import AuthenticityCheck, AuthenticityContest, AuthenticityPeers
from marketplace.authenticity.operations import read_sign
from marketplace.db import find_row
from marketplace.influencers.models import Influencer
from matching.authenticity import Sign
from matching.documents import AuthenticityDocument

_CONTESTS = (
    select(AuthenticityContest)
    .where(AuthenticityContest.influencer_id == bindparam("influencer_id"))
    .order_by(AuthenticityContest.created_at.desc(), AuthenticityContest.id)
    .limit(20)
)
_OPEN_CONTESTS = select(func.count()).where(AuthenticityContest.status == ContestStatus.OPEN)
_UNUSUAL = (
    select(
        AuthenticityCheck.influencer_id,
        AuthenticityCheck.value,
        AuthenticityCheck.signs,
        AuthenticityCheck.band,
        AuthenticityCheck.platform,
        Influencer.handle,
    )
    .join(Influencer, Influencer.id == AuthenticityCheck.influencer_id)
    .where(AuthenticityCheck.value.is_not(None), AuthenticityCheck.value > bindparam("after"))
    .order_by(AuthenticityCheck.value, AuthenticityCheck.influencer_id)
    .limit(bindparam("most", type_=Integer))
)
_GROUPS = (
    select(AuthenticityPeers)
    .where(AuthenticityPeers.platform == "")
    .order_by(AuthenticityPeers.band, AuthenticityPeers.sign)
)


@dataclass(frozen=True, slots=True)
class AuthenticityView:
    """One influencer's signs with the group they are compared in, and what they contested, newest first."""

    signs: tuple[Sign, ...]
    value: float | None
    platform: str | None
    band: int | None
    measured_at: datetime
    contests: tuple[AuthenticityContest, ...]

    def open_contest(self, sign: str) -> AuthenticityContest | None:
        """Return the contest of a sign that waits for a decision."""
        return next((c for c in self.contests if c.sign == sign and c.status == ContestStatus.OPEN), None)


def authenticity_of(session: Session, *, influencer_id: str) -> AuthenticityView | None:
    """Return the signs of an influencer, or None before they were measured. Two statements."""
    check = find_row(session, AuthenticityCheck, influencer_id)
    if check is None:
        return None
    contests = session.scalars(_CONTESTS, {"influencer_id": influencer_id})
    return AuthenticityView(
        signs=tuple(read_sign(sign) for sign in check.signs),
        value=check.value,
        platform=check.platform,
        band=check.band,
        measured_at=check.measured_at,
        contests=tuple(contests),
    )


def authenticity_documents(
    session: Session, influencer_ids: Sequence[str]
) -> dict[str, AuthenticityDocument]:
    """Return what the index stores of the signs, by influencer; those who were never judged are left out."""
    rows = session.scalars(
        select(AuthenticityCheck).where(AuthenticityCheck.influencer_id.in_(influencer_ids))
    )
    return {
        row.influencer_id: AuthenticityDocument(
            value=row.value, signs=tuple(read_sign(sign) for sign in row.signs), as_of=row.measured_at.date()
        )
        for row in rows
        if row.judged_at is not None
    }


@dataclass(frozen=True, slots=True)
class UnusualLine:
    """One influencer with unusual signs, for operators."""

    influencer_id: str
    handle: str
    value: float
    signs: tuple[Sign, ...]
    band: int | None
    platform: str | None


def list_unusual(session: Session, *, limit: int = 50, after: float = -1.0) -> list[UnusualLine]:
    """Return who has the lowest values above `after`, lowest first."""
    rows = session.execute(_UNUSUAL, {"after": after, "most": limit})
    lines = [
        UnusualLine(
            row.influencer_id,
            row.handle,
            float(row.value),
            tuple(read_sign(sign) for sign in row.signs if sign["weight"] > 0),
            row.band,
            row.platform,
        )
        for row in rows
    ]
    return [line for line in lines if line.signs]


def peer_groups(session: Session) -> list[AuthenticityPeers]:
    """Return the described groups over all platforms, by band and sign."""
    return list(session.scalars(_GROUPS))


def count_open_contests(session: Session) -> int:
    """Return how many contests wait."""
    return session.scalar(_OPEN_CONTESTS) or 0

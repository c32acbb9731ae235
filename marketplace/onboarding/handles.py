"""Who holds a handle at sign-up: whoever confirmed their address, and for two days whoever has not yet.

A sign-up with an address that has an account makes no profile, but holds its handle as long as one with a new
address would. Else a second sign-up with the same handle would tell which of the two it was.
"""

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.domain import TokenPurpose
from marketplace.accounts.links import LIFE
from marketplace.accounts.models import AccountToken, User
from marketplace.accounts.operations import issue_token
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.influencers.operations import is_handle_free, normal_handle, release_handle

HELD_UNCONFIRMED = LIFE[TokenPurpose.VERIFY_EMAIL]
"""As long as the link works that confirms the address: 48 hours from the sign-up."""


def claim_handle(session: Session, *, handle: str, now: datetime) -> bool:
    """Return whether a sign-up may have this handle; one whose sign-up was never confirmed in time is freed for it."""
    held = select(AccountToken.id).where(
        AccountToken.user_id.is_(None),
        AccountToken.purpose == TokenPurpose.VERIFY_EMAIL,
        AccountToken.expires_at > now,
        AccountToken.payload["handle"].as_string() == normal_handle(handle),
    )
    if session.scalar(held.limit(1)) is not None:
        return False
    lapsed = session.scalar(_lapsed(handle, now=now))
    if lapsed is not None:
        release_handle(session, lapsed, now=now)
    return is_handle_free(session, handle=handle)


def hold_handle(session: Session, *, handle: str, now: datetime) -> None:
    """Hold a handle for nobody, by a link that is sent to nobody."""
    issue_token(
        session,
        purpose=TokenPurpose.VERIFY_EMAIL,
        user_id=None,
        payload={"handle": normal_handle(handle)},
        now=now,
    )


def _lapsed(handle: str, *, now: datetime) -> Select[Influencer]:
    return (
        select(Influencer)
        .outerjoin(User, User.id == Influencer.user_id)
        .where(
            Influencer.handle == normal_handle(handle),
            Influencer.status == InfluencerStatus.DRAFT,
            Influencer.created_at <= now - HELD_UNCONFIRMED,
            Influencer.external_ref.is_(None),  # imported profiles have no user, and wait for theirs
            or_(Influencer.user_id.is_(None), User.email_verified_at.is_(None)),
        )
    )

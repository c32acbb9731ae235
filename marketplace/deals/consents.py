"""What applications and invitations have in common: whose they are, and the quote that goes with them."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief
from marketplace.deals.models import Application, Invitation
from marketplace.errors import NotFound
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.quotes.domain import QuoteStatus
from marketplace.quotes.models import Quote
from marketplace.quotes.operations import withdraw_quote

Consent = TypeVar("Consent", Application, Invitation)


def lock_for_influencer(
    session: Session, table: type[Consent], row_id: str, *, actor: Actor, permission: Permission
) -> Consent:
    """Return the locked row, for the influencer whose it is.

    Raises:
        NotFound, Forbidden: see `require`.

    """
    row = _lock(session, table, row_id)
    require(actor, permission, Subject(influencer_id=row.influencer_id))
    return row


def lock_for_brand(
    session: Session, table: type[Consent], row_id: str, *, actor: Actor, permission: Permission
) -> Consent:
    """Return the locked row, for the brand whose brief it is about.

    Raises:
        NotFound, Forbidden: see `require`.

    """
    row = _lock(session, table, row_id)
    brief = session.get_one(Brief, row.brief_id)
    require(actor, permission, Subject(brand_id=brief.brand_id))
    return row


def close_quote(session: Session, row: Application | Invitation, *, actor: Actor, now: datetime) -> None:
    """Withdraw the quote that was made last, if it is open still."""
    if row.quote_id is not None:
        quote = session.get_one(Quote, row.quote_id, with_for_update=True)
        withdraw_quote(session, actor=actor, quote=quote, status=QuoteStatus.WITHDRAWN, now=now)


def _lock(session: Session, table: type[Consent], row_id: str) -> Consent:
    row = session.get(table, row_id, with_for_update=True)
    if row is None:
        raise NotFound
    return row

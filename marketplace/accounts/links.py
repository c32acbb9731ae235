"""Links that are sent by mail and work once: made, found again, used up."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.domain import TokenPurpose
from marketplace.accounts.models import AccountToken
from marketplace.accounts.sessions import token_hash
from marketplace.errors import Invalid
from marketplace.ids import new_token
from marketplace.web.language import lazy_gettext as _

LIFE = {
    TokenPurpose.VERIFY_EMAIL: timedelta(hours=48),
    TokenPurpose.RESET_PASSWORD: timedelta(hours=1),
    TokenPurpose.JOIN_BRAND: timedelta(days=14),
}
NOT_USABLE = _("This link was used already or is too old. Ask for a new one.")


class LinkUnusable(Invalid):
    """The link was used, is too old, or was never ours."""

    code = "link_unusable"

    def __init__(self, message: object = NOT_USABLE, *, fields: dict[str, object] | None = None) -> None:
        super().__init__(message, fields=fields)


def issue_token(
    session: Session,
    *,
    purpose: TokenPurpose,
    user_id: str | None,
    now: datetime,
    payload: Mapping[str, Any] | None = None,
) -> str:
    """Make a single-use link secret; older ones of the same purpose and user stop working."""
    if user_id is not None:
        session.execute(
            update(AccountToken)
            .where(
                AccountToken.user_id == user_id,
                AccountToken.purpose == purpose,
                AccountToken.used_at.is_(None),
            )
            .values(used_at=now)
        )
    token = new_token()
    session.add(
        AccountToken(
            user_id=user_id,
            purpose=purpose,
            token_hash=token_hash(token),
            payload=dict(payload or {}),
            created_at=now,
            expires_at=now + LIFE[purpose],
        )
    )
    session.flush()
    return token


def find_token(session: Session, *, purpose: TokenPurpose, token: str, now: datetime) -> AccountToken | None:
    """Return a token that may still be used, or None."""
    row = session.scalar(
        select(AccountToken).where(
            AccountToken.token_hash == token_hash(token), AccountToken.purpose == purpose
        )
    )
    return row if row is not None and row.used_at is None and row.expires_at > now else None


def use_token(session: Session, *, purpose: TokenPurpose, token: str, now: datetime) -> AccountToken:
    """Use a link up. Raises LinkUnusable."""
    row = find_token(session, purpose=purpose, token=token, now=now)
    if row is None:
        raise LinkUnusable
    taken = session.execute(
        update(AccountToken)
        .where(AccountToken.id == row.id, AccountToken.used_at.is_(None))
        .values(used_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # CursorResult of an UPDATE; another was faster
        raise LinkUnusable
    return row

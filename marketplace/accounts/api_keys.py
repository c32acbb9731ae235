"""Keys of the API: made by a person for their own rights, shown once, ended at any time."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.domain import ApiScope
from marketplace.accounts.models import ApiKey, User
from marketplace.accounts.sessions import token_hash
from marketplace.audit.operations import record
from marketplace.errors import Invalid, NotFound
from marketplace.ids import new_token
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _


def add_api_key(
    session: Session, *, user: User, name: str, scopes: Sequence[str], now: datetime
) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, which is shown this once.

    Raises:
        Invalid: for an unknown scope.
    """
    if not scopes or not set(scopes) <= set(ApiScope):
        text = _("Choose at least one of the offered scopes.")
        raise Invalid(text, fields={"scopes": text})
    prefix = "ath_" + secrets.token_hex(4)
    secret = f"{prefix}_{new_token()}"
    key = ApiKey(
        user_id=user.id,
        name=name,
        prefix=prefix,
        key_hash=token_hash(secret),
        scopes=list(scopes),
        created_at=now,
    )
    session.add(key)
    session.flush()
    _record(session, user, key, "api_key.created", now=now)
    return key, secret


def revoke_api_key(session: Session, *, user: User, key_id: str, now: datetime) -> None:
    """End one's own key; repeating it changes nothing. Raises NotFound."""
    key = session.get(ApiKey, key_id)
    if key is None or key.user_id != user.id:
        raise NotFound
    if key.revoked_at is None:
        key.revoked_at = now
        _record(session, user, key, "api_key.revoked", now=now)


def _record(session: Session, user: User, key: ApiKey, action: str, *, now: datetime) -> None:
    record(
        session,
        actor=Actor(kind=user.kind, user_id=user.id),
        action=action,
        subject_type="api_key",
        subject_id=key.id,
        after={"prefix": key.prefix, "scopes": list(key.scopes)},
        now=now,
    )

"""Telling very many users one thing, a portion a transaction: nobody waits for the write lock while thousands are told."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.notifications.operations import notify
from marketplace.outbox.operations import put
from marketplace.services import Services

AT_ONCE = 200


def tell_portion(
    session: Session,
    services: Services,
    users: Select[User],
    *,
    event: str,
    payload: Mapping[str, Any],
    params: Mapping[str, Any],
    path: str,
    key: str,
    details: Callable[[], Sequence[str]] | None = None,
) -> None:
    """Tell the next portion of `users` an event, and leave the rest to an outbox row of its own.

    `payload` is the event's; `after` in it names the last one told. `key` is that of the whole: everybody is told once.
    """
    after = str(payload.get("after", ""))
    portion = session.scalars(users.where(User.id > after).order_by(User.id).limit(AT_ONCE)).all()
    now = services.clock()
    for user in portion:
        notify(
            session,
            services,
            user=user,
            kind=event,
            params=params,
            path=path,
            key=key,
            now=now,
            details=details,
        )
    if len(portion) == AT_ONCE:
        last = portion[-1].id
        put(session, event, {**payload, "after": last}, now=now, key=f"{key}:after:{last}")

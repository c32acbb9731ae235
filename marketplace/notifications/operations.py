"""Telling users: a notice inside the product and a mail, written in the transaction of what happened."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from textwrap import shorten
from typing import Any, Protocol, cast

from flask import g
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from marketplace.db import UtcDateTime, transaction
from marketplace.ids import new_id
from marketplace.notifications.models import MailMessage, Notice
from marketplace.notifications.rendering import mail_body, sentence
from marketplace.notifications.switching import is_mail_off, stop_address
from marketplace.outbox.operations import LEASE, put
from marketplace.services import Services
from marketplace.web.language import force_locale

SUBJECT_LENGTH_MAX = 140
#: after so long no further mail of a portion is begun: when the lease ends, somebody else takes what is left
PORTION_MOST = LEASE / 2

# Built once and written without the mapper: several people are told of each step of a deal, and none of these rows is
# used again where it was written.
_NOTICES, _MAILS = (cast("Table", model.__table__) for model in (Notice, MailMessage))
_NOTICE_OF_KEY = select(_NOTICES.c.id).where(_NOTICES.c.key == bindparam("wanted"))
_MAIL_OF_MESSAGE = select(_MAILS.c.id).where(_MAILS.c.message_id == bindparam("wanted"))
_MAILS_OF_IDS = select(MailMessage).where(MailMessage.id.in_(bindparam("ids", expanding=True)))
_ADD_NOTICE, _ADD_MAIL = insert(_NOTICES), insert(_MAILS)
_ACCEPT = (
    update(_MAILS)
    .where(_MAILS.c.id == bindparam("mail"), _MAILS.c.accepted_at.is_(None))
    .values(accepted_at=bindparam("at", type_=UtcDateTime))
    .returning(_MAILS.c.then)
)


class PortionTooSlow(Exception):
    """The mail server takes too long for a whole portion within one lease."""


class Reader(Protocol):
    """Who is told: what notifications need to know of a user."""

    @property
    def id(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def digits(self) -> str: ...
    @property
    def time_zone(self) -> str: ...


def notify(
    session: Session,
    services: Services,
    *,
    user: Reader,
    kind: str,
    params: Mapping[str, Any],
    path: str,
    key: str,
    now: datetime,
    then: Mapping[str, Any] | None = None,
    details: Callable[[], Sequence[str]] | None = None,
) -> None:
    """Write notice and mail once per `key` and user; the notice alone where the person switched such mail off.

    `then` ({"kind", "payload"}) goes to the outbox once mail was accepted; `details` gives further lines of the mail, in the
    reader's language.
    """
    own_key = f"{key}:{user.id}"
    if session.scalar(_NOTICE_OF_KEY, {"wanted": own_key}) is not None:
        return
    notice = {"user_id": user.id, "kind": kind, "params": dict(params), "path": path, "key": own_key}
    session.execute(_ADD_NOTICE, {**notice, "created_at": now})
    if is_mail_off(session, user_id=user.id, kind=kind):
        return
    send_mail(
        session,
        services,
        user=user,
        kind=kind,
        params=params,
        path=path,
        key=own_key,
        now=now,
        then=then,
        details=details,
    )


def send_mail(
    session: Session,
    services: Services,
    *,
    user: Reader,
    kind: str,
    params: Mapping[str, Any],
    path: str,
    key: str,
    now: datetime,
    then: Mapping[str, Any] | None = None,
    details: Callable[[], Sequence[str]] | None = None,
) -> None:
    """Write a mail only (links with secrets never become notices). Needs an application context for the language."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    message_id = f"<{digest}@athar>"
    if session.scalar(_MAIL_OF_MESSAGE, {"wanted": message_id}) is not None:
        return
    before, g.reader = g.get("reader"), user
    try:
        with force_locale(user.language):
            told = sentence(kind, params)
            subject = shorten(told, SUBJECT_LENGTH_MAX, placeholder=" …")
            body = mail_body(
                kind,
                told,
                name=user.display_name,
                address=services.settings.base_url + path,
                details=details() if details is not None else (),
                stop_address=_stop_address(services, user.id, kind),
            )
    finally:
        g.reader = before
    mail = {
        "id": new_id(),
        "user_id": user.id,
        "recipient": user.email,
        "kind": kind,
        "language": user.language,
        "subject": subject,
        "body": body,
        "message_id": message_id,
        "created_at": now,
        "then": dict(then or {}),
    }
    session.execute(_ADD_MAIL, mail)
    put(session, "mail.deliver", {"mail_id": mail["id"]}, now=now, key=f"mail:{mail['id']}")


def _stop_address(services: Services, user_id: str | None, kind: str) -> str | None:
    settings = services.settings
    return stop_address(settings.base_url, settings.secret_key, user_id=user_id, kind=kind)


def hand_over(services: Services, payload: Mapping[str, Any]) -> None:
    """Give one mail to the mailer, outside any transaction; repeating it repeats the same Message-ID."""
    [mail] = _read_mails(services, [payload["mail_id"]])
    _send(services, mail)


def hand_over_many(services: Services, payloads: Sequence[Mapping[str, Any]]) -> None:
    """Give several mails to the mailer; each is noted as soon as it was accepted, so that a crash repeats one at most.

    Raises:
        PortionTooSlow: half the lease is over; those before are noted, the others not tried.
        Exception: what the mailer raised for the first that failed; those before it are noted, those after it not tried.
    """
    latest = services.clock() + PORTION_MOST
    for mail in _read_mails(services, [payload["mail_id"] for payload in payloads]):
        if services.clock() > latest:
            msg = f"the mail server took more than {PORTION_MOST.total_seconds():.0f} s"
            raise PortionTooSlow(msg)
        _send(services, mail)
        with transaction(services.sessions) as session:
            note_accepted(session, services, {"mail_id": mail.id})


def _read_mails(services: Services, mail_ids: Sequence[str]) -> Sequence[MailMessage]:
    with services.sessions() as session:
        mails = {mail.id: mail for mail in session.scalars(_MAILS_OF_IDS, {"ids": list(mail_ids)})}
        session.expunge_all()
        session.rollback()
    return [mails[mail_id] for mail_id in mail_ids]


def _send(services: Services, mail: MailMessage) -> None:
    if mail.accepted_at is None:
        services.mailer.send(
            recipient=mail.recipient,
            subject=mail.subject,
            body=mail.body,
            message_id=mail.message_id,
            language=mail.language,
            stop_address=_stop_address(services, mail.user_id, mail.kind),
        )


def note_accepted(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """After the mailer accepted: stamp the row and set off what waited for it."""
    mail_id, now = payload["mail_id"], services.clock()
    then = session.scalar(_ACCEPT, {"mail": mail_id, "at": now})
    if then:
        put(session, then["kind"], then["payload"], now=now, key=f"then:{mail_id}")


def mark_read(session: Session, *, user_id: str, now: datetime) -> None:
    """Mark all of a user's notices as read."""
    session.execute(
        update(Notice).where(Notice.user_id == user_id, Notice.read_at.is_(None)).values(read_at=now)
    )

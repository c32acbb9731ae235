"""Idempotency-Key: the answer to an unsafe call is kept in the transaction of its effect and given again for 24 hours.

The row is written before the call runs, so that of two calls at once the second waits in the database for the first.
What was refused is not kept: nothing was changed, and the same key may be used again.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar

from flask import Response, jsonify, request
from flask_login import current_user
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import RememberedAnswer
from marketplace.db import db
from marketplace.errors import Conflict, Invalid
from marketplace.ids import new_id
from marketplace.web.context import now
from marketplace.web.language import lazy_gettext as _

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT = timedelta(hours=24)
KEY = re.compile(r"[\x21-\x7e]{1,255}")
UNFINISHED = 0


class IdempotencyKeyMissing(Invalid):
    """A call that moves money was sent without a key."""

    code: ClassVar[str] = "idempotency_key_missing"


class IdempotencyKeyInvalid(Invalid):
    """The key is not 1 to 255 visible ASCII characters."""

    code: ClassVar[str] = "idempotency_key_invalid"


class IdempotencyKeyReused(Conflict):
    """The key was used for another call."""

    code: ClassVar[str] = "idempotency_key_reused"


def remembered(*, is_required: bool) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Decorate a view that answers with a JSON response, so that a repeated key gets the first answer again."""

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def answer(*args: Any, **kwargs: Any) -> Response:
            key = read_key(is_required=is_required)
            if key is None:
                return view(*args, **kwargs)
            user_id, fingerprint = current_user.user.id, _fingerprint()
            stored = claim_key(db.session, user_id=user_id, key=key, fingerprint=fingerprint, now=now())
            if stored is not None:
                return _replay(stored)
            response = view(*args, **kwargs)
            _keep(db.session, response, user_id=user_id, key=key, fingerprint=fingerprint)
            return response

        return answer

    return decorate


def read_key(*, is_required: bool) -> str | None:
    """Return the key of this request.

    Raises:
        IdempotencyKeyMissing, IdempotencyKeyInvalid: see their classes.

    """
    key = request.headers.get(HEADER)
    if key is None:
        if is_required:
            text = _(
                "Send an Idempotency-Key: a text of your choice that is new for every payment or release."
            )
            raise IdempotencyKeyMissing(text, fields={HEADER: text})
        return None
    if not KEY.fullmatch(key):
        text = _("Send 1 to 255 visible ASCII characters as Idempotency-Key.")
        raise IdempotencyKeyInvalid(text, fields={HEADER: text})
    return key


def claim_key(
    session: Session, *, user_id: str, key: str, fingerprint: str, now: datetime
) -> RememberedAnswer | None:
    """Take the key for this call and return None, or return the answer that it got before.

    Raises:
        IdempotencyKeyReused: the key belongs to another call.

    """
    own = (RememberedAnswer.user_id == user_id, RememberedAnswer.idempotency_key == key)
    session.execute(delete(RememberedAnswer).where(*own, RememberedAnswer.created_at <= now - KEPT))
    found = session.scalar(select(RememberedAnswer).where(*own))
    if found is None:
        try:
            with session.begin_nested():
                session.add(_row(user_id, key, fingerprint, now=now))
                session.flush()
        except IntegrityError:  # another call with this key was faster and has committed
            found = session.scalars(select(RememberedAnswer).where(*own)).one()
        else:
            return None
    if found.fingerprint != fingerprint:
        raise IdempotencyKeyReused(
            _("This Idempotency-Key was used for another call. Send a new key with a new call.")
        )
    return found


def forget_old_answers(session: Session, *, now: datetime) -> None:
    """Delete what nobody may ask for any more."""
    session.execute(delete(RememberedAnswer).where(RememberedAnswer.created_at <= now - KEPT))


def _row(user_id: str, key: str, fingerprint: str, *, now: datetime) -> RememberedAnswer:
    return RememberedAnswer(
        id=new_id(),
        user_id=user_id,
        idempotency_key=key,
        fingerprint=fingerprint,
        status=UNFINISHED,
        body={},
        created_at=now,
    )


def _keep(session: Session, response: Response, *, user_id: str, key: str, fingerprint: str) -> None:
    values: dict[str, Any] = {"status": response.status_code, "body": response.get_json() or {}}
    own = (RememberedAnswer.user_id == user_id, RememberedAnswer.idempotency_key == key)
    kept = session.execute(update(RememberedAnswer).where(*own).values(**values))
    if kept.rowcount == 0:  # type: ignore[attr-defined]  # CursorResult of an UPDATE
        # the view ended the first transaction (a provider is never called inside one): begin the row anew
        row = _row(user_id, key, fingerprint, now=now())
        row.status, row.body = values["status"], values["body"]
        session.add(row)
        session.flush()


def without_content() -> Response:
    """Return the answer that says that it is done, and no more."""
    response = Response(status=HTTPStatus.NO_CONTENT)
    del response.headers["Content-Type"]
    return response


def _replay(stored: RememberedAnswer) -> Response:
    is_empty = stored.status == HTTPStatus.NO_CONTENT
    response = without_content() if is_empty else jsonify(stored.body)
    response.status_code = stored.status
    response.headers[REPLAYED] = "true"
    return response


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for part in (request.method.encode(), request.full_path.encode(), request.get_data(cache=True)):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()

"""One request is one transaction, committed at the edge; conflicts are tried again, a bounded number of times."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from flask import Flask, Response, request, session
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.exc import StaleDataError

from marketplace.db import PAUSED, READ_METHODS, db
from marketplace.outbox.operations import NUDGES
from marketplace.web.context import services
from marketplace.web.shown_again import FIRST_REFUSED_STATUS, is_shown_again, undone

TRIES = 3
RETRYABLE = ("40001", "40P01", "55P03")
WRITTEN = "has_written"
log = structlog.get_logger("web.transactions")


class TransactionalFlask(Flask):
    """Runs each view inside one transaction: committed when it answers below 400, rolled back otherwise.

    A form that is only shown again (`shown_again`) is always rolled back.
    """

    def dispatch_request(self) -> Any:
        if not is_shown_again():
            return self._answer()
        session_before = dict(session)
        _note_writes(db.session)
        answer = self._answer()
        return undone(answer, is_written=WRITTEN in db.session.info, session_before=session_before)

    def _answer(self) -> Response:
        for attempt in range(1, TRIES + 1):
            try:
                answer = self.make_response(super().dispatch_request())
                _finish(answer)
            except (OperationalError, StaleDataError) as error:
                db.session.rollback()
                if attempt == TRIES or not is_conflict(error):
                    raise
                log.info("transaction_retried", attempt=attempt)
            except BaseException:
                db.session.rollback()
                raise
            else:
                return answer
        raise AssertionError


@contextmanager
def outside_transaction() -> Iterator[None]:
    """Do long work in the middle of a request while nobody waits for its lock.

    The view reads first and ends here what it read in; after the block the session begins anew, so whatever must
    still hold is checked again before the write. A statement inside the block raises RuntimeError, and so does a
    view that changed rows before it.
    """
    session = db.session
    if session.new or session.dirty or session.deleted:
        msg = "rows were changed before the transaction was let go"
        raise RuntimeError(msg)
    session.rollback()
    session.info[PAUSED] = True
    try:
        yield
    finally:
        del session.info[PAUSED]


def _note_writes(session: Session) -> None:
    """Have the session remember whether anything was written in it."""

    def note(*_about: object) -> None:
        session.info[WRITTEN] = True

    def note_statement(state: ORMExecuteState) -> None:
        if state.is_insert or state.is_update or state.is_delete:
            note()

    event.listen(session, "after_flush", note)
    event.listen(session, "do_orm_execute", note_statement)


def is_conflict(error: Exception) -> bool:
    """Return whether another transaction was in the way, so that trying again may succeed."""
    if isinstance(error, StaleDataError):
        return True
    original = getattr(error, "orig", None)
    return getattr(original, "sqlstate", None) in RETRYABLE or "database is locked" in str(original)


def _finish(answer: Response) -> None:
    session = db.session
    if request.method in READ_METHODS:
        session.close()  # rolls back too, and does not mark every row that was read as out of date
        return
    if answer.status_code >= FIRST_REFUSED_STATUS or is_shown_again():
        session.rollback()
        return
    session.commit()
    nudges = session.info.pop(NUDGES, [])
    if nudges:
        services().nudge(nudges)

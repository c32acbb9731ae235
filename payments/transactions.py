"""One short transaction with bounded retries, for the runners that own their transactions."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

TRIES = 5
SERIALISATION_STATES = {"40001", "40P01", "55P03"}

Result = TypeVar("Result")


def in_transaction(make_session: sessionmaker[Session], work: Callable[[Session], Result]) -> Result:
    """Run `work` in a transaction of its own and commit; a lost race (lock, deadlock, unique key) starts it anew.

    Raises:
        DBAPIError: it failed five times, or for another reason.

    """
    for tries_left in range(TRIES - 1, -1, -1):
        session = make_session(expire_on_commit=False)  # nothing is read after it
        try:
            result = work(session)
            session.commit()
        except DBAPIError as error:
            session.rollback()
            if tries_left == 0 or not _is_lost_race(error):
                raise
        except BaseException:
            session.rollback()
            raise
        else:
            return result
        finally:
            session.close()
    raise AssertionError("the loop returns or raises")


def _is_lost_race(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, IntegrityError | OperationalError) or state in SERIALISATION_STATES

"""What child processes of a race over the whole site do: one intention of a person or a clock, each in its own transaction."""

from contextlib import ExitStack
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from marketplace.bookings import operations as bookings
from marketplace.bookings.rulings import RulingInput
from marketplace.db import prepare_engine, transaction
from marketplace.policies import Actor
from marketplace.web.request_log import configure_logging
from tests.faults.children import PRESSES
from tests.faults.registry import FAULTS, load_all

Sessions = sessionmaker[Session]


def run(spec: dict[str, Any], barrier: Barrier, pipe: Connection) -> None:
    """Do one action at the same moment as the others and answer the name of the error it ended with, "" for none."""
    configure_logging("critical", is_json=False)
    with ExitStack() as stack:
        if spec["mutant"]:
            load_all()
            mutant = FAULTS[spec["mutant"]].mutant
            assert mutant is not None
            stack.enter_context(mutant.switched_off())
        engine = prepare_engine(create_engine(spec["url"]))
        stack.callback(engine.dispose)
        with engine.connect():
            barrier.wait(timeout=120)
        pipe.send(_press(sessionmaker(engine), spec["action"], spec["arguments"]))


def _press(sessions: Sessions, action: str, arguments: dict[str, Any]) -> str:
    """Do it, again when others held the database for too long, as people press again after a 409."""
    for _ in range(PRESSES):
        try:
            ACTIONS[action](sessions, **arguments)
        except OperationalError:
            continue
        except Exception as error:  # noqa: BLE001 - how it ended is the answer
            return type(error).__name__
        return ""
    return OperationalError.__name__


def contest(sessions: Sessions, *, actor: Actor, deliverable_id: str, now: datetime) -> None:
    with transaction(sessions) as session:
        bookings.open_contest(
            session,
            actor=actor,
            deliverable_id=deliverable_id,
            criteria=["brew"],
            statement="It is wrong.",
            now=now,
        )


def keep_silent(sessions: Sessions, *, now: datetime) -> None:
    bookings.run_due_timers(sessions, now=now)


def rule(sessions: Sessions, *, actor: Actor, contest_id: str, given: RulingInput, now: datetime) -> None:
    with transaction(sessions) as session:
        bookings.rule_contest(session, actor=actor, contest_id=contest_id, given=given, now=now)


ACTIONS = {action.__name__: action for action in (contest, keep_silent, rule)}

"""A worker in a process of its own whose handler stops after its effect, so that a test can kill it right there."""

import sys
import time
from pathlib import Path

from sqlalchemy import create_engine

from marketplace.app import create_app
from marketplace.clock import system_clock
from marketplace.db import prepare_engine
from marketplace.mail import open_mailer
from marketplace.notifications.operations import hand_over, note_accepted
from marketplace.outbox.handling import Handler
from marketplace.worker import Worker
from tests.application import recording_services, test_settings
from tests.builders.people import build_user

PAUSE_SECONDS = 60
SAID = "worker-said.txt"


def main(database_url: str, home: Path, mark: Path) -> None:
    """Sweep once; the first handler that had its effect writes the file `mark` and waits to be killed."""
    sys.stderr = (home / SAID).open("w", buffering=1)

    def effect_and_wait(session, services, payload) -> None:
        user = build_user(session, now=services.clock())
        user.display_name = f"effect {payload['number']}"
        session.flush()
        mark.touch()
        time.sleep(PAUSE_SECONDS)

    def note_and_wait(session, services, payload) -> None:
        note_accepted(session, services, payload)
        session.flush()
        mark.touch()
        time.sleep(PAUSE_SECONDS)

    engine = prepare_engine(create_engine(database_url))
    services = recording_services(test_settings(database_url, home), engine, system_clock)
    object.__setattr__(services, "mailer", open_mailer("file:", home=home, sender="a@localhost"))
    app = create_app(services)
    handlers: dict[str, tuple[Handler, ...]] = {
        "test.kind": (Handler(inside=effect_and_wait),),
        "mail.deliver": (Handler(outside=hand_over, inside=note_and_wait),),
    }
    Worker(services, handlers=handlers, context=app.app_context).sweep()

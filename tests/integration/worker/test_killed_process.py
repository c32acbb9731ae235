"""A real worker process, killed between its effect and its commit: nothing is lost, nothing doubled."""

import signal
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.db import transaction
from marketplace.notifications.models import MailMessage
from marketplace.notifications.operations import hand_over, note_accepted, send_mail
from marketplace.outbox.handling import Handler
from marketplace.outbox.models import OutboxRow
from marketplace.outbox.operations import LEASE, put
from marketplace.worker import Worker
from tests.builders.people import build_user
from tests.clock import FrozenClock
from tests.forks import FORKS
from tests.integration.worker import worker_process

pytestmark = pytest.mark.slow

START_SECONDS = 60


@pytest.fixture
def clock() -> FrozenClock:
    """The time of the real process, which reads the real clock."""
    return FrozenClock(datetime.now(UTC))  # the other process reads the system's clock


def kill_after_the_effect(database_url: str, folder: Path) -> None:
    mark = folder / "effect-done"
    process = FORKS.Process(target=worker_process.main, args=(database_url, folder, mark))
    process.start()
    deadline = time.monotonic() + START_SECONDS
    while not mark.exists():
        assert process.is_alive(), (folder / worker_process.SAID).read_text()[-2_000:]
        assert time.monotonic() < deadline, "the worker did not come to its effect"
        time.sleep(0.02)
    process.kill()
    process.join(START_SECONDS)
    assert process.exitcode == -signal.SIGKILL


class TestWorkerProcess:
    def test_that_is_killed_loses_and_doubles_nothing(self, app, services, clock, database_url, tmp_path):
        def add_effect(session, services, payload):
            build_user(session, now=services.clock()).display_name = f"effect {payload['number']}"

        with app.app_context(), transaction(services.sessions) as session:
            put(session, "test.kind", {"number": 1}, now=clock())
        kill_after_the_effect(database_url, tmp_path)
        clock.advance(LEASE + timedelta(minutes=2))
        Worker(services, handlers={"test.kind": (Handler(inside=add_effect),)}).settle()
        with transaction(services.sessions) as session:
            assert session.scalars(select(User.display_name)).all() == ["effect 1"]
            row = session.scalars(select(OutboxRow)).one()
            assert row.done_at == clock()
            assert row.attempts == 2

    def test_that_is_killed_sends_its_mail_again_under_the_same_id(
        self, app, services, clock, database_url, tmp_path
    ):
        with app.app_context(), transaction(services.sessions) as session:
            user = build_user(session, now=clock())
            send_mail(
                session,
                services,
                user=user,
                kind="account.reset",
                params={"life": {"seconds": 3_600}},
                path="/reset/x",
                key="k",
                now=clock(),
            )
        kill_after_the_effect(database_url, tmp_path)
        sent = list((tmp_path / "mail").iterdir())
        assert len(sent) == 1, "the mail had gone when the process ended"
        clock.advance(LEASE + timedelta(minutes=2))
        Worker(
            services, handlers={"mail.deliver": (Handler(outside=hand_over, inside=note_accepted),)}
        ).settle()
        first = message_from_bytes(sent[0].read_bytes())["Message-ID"]
        assert [mail.message_id for mail in services.mailer.sent] == [first]
        with transaction(services.sessions) as session:
            assert session.scalars(select(MailMessage.accepted_at)).all() == [clock()]

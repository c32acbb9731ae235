"""Mail on its way out of the outbox: in portions, at least once, under one Message-ID."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.db import transaction
from marketplace.notifications.models import MailMessage
from marketplace.notifications.operations import hand_over, note_accepted, send_mail
from marketplace.outbox.handling import Handler
from marketplace.outbox.operations import LEASE
from marketplace.worker import Worker
from tests.application import RecordingMailer
from tests.builders.people import build_user
from tests.integration.worker.test_worker import Crash


def write_mails(app, services, count: int) -> list[str]:
    """Write so many mails to people of their own; returns the addresses."""
    with app.app_context(), transaction(services.sessions) as session:
        users = [build_user(session, now=services.clock()) for _ in range(count)]
        for number, user in enumerate(users):
            send_mail(
                session,
                services,
                user=user,
                kind="account.reset",
                params={"life": {"seconds": 3_600}},
                path="/reset/x",
                key=f"k{number}",
                now=services.clock(),
            )
        return [user.email for user in users]


class TestMail:
    def test_goes_in_portions_and_one_that_is_refused_stops_no_other(self, app, services, clock, monkeypatch):
        addresses = write_mails(app, services, 5)
        mailer: RecordingMailer = services.mailer
        take = mailer.send

        def refuse_third(*, recipient: str, **mail: str) -> None:
            if recipient == addresses[2]:
                msg = "no such mailbox"
                raise OSError(msg)
            take(recipient=recipient, **mail)

        monkeypatch.setattr(mailer, "send", refuse_third)
        worker = Worker(services)
        worker.sweep()
        assert [mail.recipient for mail in mailer.sent] == [*addresses[:2], *addresses[3:]]
        monkeypatch.undo()
        clock.advance(seconds=6)
        worker.settle()
        assert [mail.recipient for mail in mailer.sent] == [*addresses[:2], *addresses[3:], addresses[2]]

    def test_goes_once_though_a_portion_takes_longer_than_its_lease(self, app, services, clock, monkeypatch):
        addresses = write_mails(app, services, 20)
        mailer: RecordingMailer = services.mailer
        take, other, nested = mailer.send, Worker(services), []

        def take_four_seconds(**mail: str) -> None:
            take(**mail)
            clock.advance(seconds=4)
            if not nested:  # meanwhile another worker looks for what nobody holds any more
                nested.append(True)
                other.sweep()
                nested.clear()

        monkeypatch.setattr(mailer, "send", take_four_seconds)
        Worker(services).settle()
        assert Counter(mail.recipient for mail in mailer.sent) == Counter(addresses)

    def test_is_noted_before_the_next_one_of_its_portion_goes(self, app, services, monkeypatch):
        write_mails(app, services, 4)
        mailer: RecordingMailer = services.mailer
        take, noted = mailer.send, []

        def count_noted(**mail: str) -> None:
            with services.sessions() as session:
                noted.append(session.scalar(select(func.count(MailMessage.accepted_at))))
            take(**mail)

        monkeypatch.setattr(mailer, "send", count_noted)
        Worker(services).sweep()
        assert noted == [0, 1, 2, 3], "killed here, a worker repeats one mail at most"

    def test_goes_again_under_the_same_id_when_the_end_came_before_the_commit(self, app, services, clock):
        write_mails(app, services, 1)
        mailer: RecordingMailer = services.mailer

        def crash(*_arguments):
            raise Crash

        dying = Worker(services, handlers={"mail.deliver": (Handler(outside=hand_over, inside=crash),)})
        with pytest.raises(Crash):
            dying.sweep()
        clock.advance(LEASE + timedelta(seconds=1))
        living = Worker(
            services, handlers={"mail.deliver": (Handler(outside=hand_over, inside=note_accepted),)}
        )
        living.settle()
        assert len(mailer.sent) == 2
        assert len({mail.message_id for mail in mailer.sent}) == 1
        clock.advance(days=1)
        living.settle()
        assert len(mailer.sent) == 2

    def test_waits_while_the_server_is_down(self, app, services, clock):
        write_mails(app, services, 1)
        worker = Worker(
            services, handlers={"mail.deliver": (Handler(outside=hand_over, inside=note_accepted),)}
        )
        services.mailer.is_down = True
        worker.sweep()
        services.mailer.is_down = False
        clock.advance(seconds=6)
        worker.sweep()
        assert len(services.mailer.sent) == 1

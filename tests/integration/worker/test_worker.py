"""The outbox and its worker: once in the database whatever happens, tried again when it failed, parked when hopeless."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.db import transaction
from marketplace.handlers import HANDLERS
from marketplace.matches.indexing import AT_ONCE
from marketplace.outbox.handling import Handler, Together
from marketplace.outbox.models import OutboxRow
from marketplace.outbox.operations import (
    ATTEMPTS_MAX,
    LEASE,
    WORKER_ENDED,
    claim,
    due_rows,
    finish,
    put,
    put_latest,
    retry_parked,
)
from marketplace.outbox.queries import list_parked, outbox_state
from marketplace.worker import Chore, Worker
from tests.builders.people import build_user


class Crash(BaseException):
    """The end of a process, as far as a handler can play it: nothing after it runs."""


@pytest.fixture
def effects(services) -> Callable[[], list[str]]:
    """What handlers did to the database."""

    def read() -> list[str]:
        with transaction(services.sessions) as session:
            names = session.scalars(select(User.display_name).order_by(User.created_at))
            return [name for name in names if name.startswith("effect")]

    return read


def add_effect(session, services, payload) -> None:
    user = build_user(session, now=services.clock())
    user.display_name = f"effect {payload['number']}"


def ask(services, number: int = 1, **options) -> int:
    with transaction(services.sessions) as session:
        put(session, "test.kind", {"number": number}, now=services.clock(), **options)
        return session.scalars(select(OutboxRow.id).order_by(OutboxRow.id.desc()).limit(1)).one()


def row_of(services, row_id: int) -> OutboxRow:
    with transaction(services.sessions) as session:
        row = session.get_one(OutboxRow, row_id)
        session.expunge(row)
        return row


def worker_with(services, **handler) -> Worker:
    return Worker(services, handlers={"test.kind": (Handler(**handler),)})


class TestPut:
    def test_keeps_one_row_for_a_key_however_long(self, services):
        assert len({ask(services, key="k" * 300) for _try in range(2)}) == 1

    def test_is_undone_with_its_transaction(self, services):
        with services.sessions() as session:
            put(session, "test.kind", {}, now=services.clock())
            session.rollback()
        assert Worker(services).sweep() == 0


def ask_latest(session, services, version: int) -> None:
    put_latest(
        session,
        "test.kind",
        {"number": version},
        now=services.clock(),
        subject="one",
        key=f"test:one:{version}",
    )


class TestPutLatest:
    def test_keeps_the_last_of_a_transaction(self, services):
        with transaction(services.sessions) as session:
            for version in (1, 2, 3):
                ask_latest(session, services, version)
        with transaction(services.sessions) as session:
            [row] = session.scalars(select(OutboxRow).where(OutboxRow.kind == "test.kind"))
            assert (row.payload, row.key) == ({"number": 3}, "test:one:3")

    def test_leaves_alone_what_an_earlier_transaction_put(self, services):
        with services.sessions() as session:
            for version in (1, 2):
                ask_latest(session, services, version)
                session.commit()
            rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
            assert [row.payload["number"] for row in rows] == [1, 2]

    def test_survives_a_part_that_is_undone(self, services):
        with transaction(services.sessions) as session:
            with session.begin_nested() as part:
                ask_latest(session, services, 1)
                part.rollback()
            ask_latest(session, services, 2)
            with session.begin_nested() as part:
                ask_latest(session, services, 3)
                part.rollback()
        with transaction(services.sessions) as session:
            [row] = session.scalars(select(OutboxRow))
            assert row.payload == {"number": 2}


class TestTogether:
    def test_are_handled_in_one_portion_the_others_row_by_row(self, services):
        portions: list[list[int]] = []
        handler = Handler(
            outside=lambda _services, payload: portions.append([payload["number"]]),
            together=Together(
                lambda _services, payloads: portions.append([each["number"] for each in payloads]), portion=3
            ),
        )
        ids = [ask(services, number) for number in (1, 2, 3)]
        worker = Worker(services, handlers={"test.kind": (handler,)})
        assert worker.sweep() == 3
        assert portions == [[1, 2, 3]]
        assert all(row_of(services, row_id).done_at for row_id in ids)
        assert worker.sweep() == 0

    def test_are_as_many_influencers_as_the_index_takes_up_in_one_commit(self, services):
        portions: list[int] = []
        (real,) = HANDLERS["influencer.changed"]
        counting = replace(real.together, run=lambda _services, payloads: portions.append(len(payloads)))
        with transaction(services.sessions) as session:
            for number in range(AT_ONCE + 1):
                put(session, "influencer.changed", {"id": str(number), "version": 1}, now=services.clock())
        worker = Worker(services, handlers={"influencer.changed": (replace(real, together=counting),)})
        worker.sweep()
        assert portions == [AT_ONCE]

    def test_are_left_to_whoever_took_them_while_the_portion_ran(self, services, clock):
        row_ids = [ask(services, number) for number in (1, 2)]
        handled: list[int] = []

        def late(_services, _payloads) -> None:
            clock.advance(LEASE + timedelta(seconds=1))
            other = Worker(
                services,
                handlers={"test.kind": (Handler(outside=lambda _s, each: handled.append(each["number"])),)},
            )
            assert other.look_at(row_ids[0])
            raise OSError

        handler = Handler(outside=lambda _s, each: handled.append(each["number"]), together=Together(late))
        Worker(services, handlers={"test.kind": (handler,)}).sweep()
        assert sorted(handled) == [1, 2]

    def test_are_handled_one_by_one_when_one_of_them_is_bad(self, services):
        def one(_services, payload):
            if payload["number"] == 2:
                raise ValueError

        def many(services, payloads):
            for payload in payloads:
                one(services, payload)

        ids = [ask(services, number) for number in (1, 2, 3)]
        Worker(services, handlers={"test.kind": (Handler(outside=one, together=Together(many)),)}).sweep()
        rows = [row_of(services, row_id) for row_id in ids]
        assert [row.done_at is not None for row in rows] == [True, False, True]
        assert rows[1].last_error.startswith("ValueError")


class TestLookAt:
    def test_does_the_work_and_marks_it_in_one_transaction(self, services, effects):
        row_id = ask(services)
        assert worker_with(services, inside=add_effect).look_at(row_id)
        assert effects() == ["effect 1"]
        assert row_of(services, row_id).done_at == services.clock()

    def test_does_nothing_twice(self, services, effects):
        row_id, worker = ask(services), worker_with(services, inside=add_effect)
        assert [worker.look_at(row_id) for _try in range(2)] == [True, False]
        assert effects() == ["effect 1"]

    def test_leaves_alone_what_is_not_due(self, services):
        row_id = ask(services, run_after=services.clock() + timedelta(seconds=1))
        assert not Worker(services).look_at(row_id)

    def test_takes_a_fact_nobody_reacts_to_as_done(self, services):
        row_id = ask(services)
        Worker(services, handlers={}).look_at(row_id)
        assert row_of(services, row_id).done_at is not None

    def test_undoes_what_a_failing_handler_did_and_tries_again_later(self, services, clock, effects):
        def fail(session, services, payload):
            add_effect(session, services, payload)
            msg = "the network is away"
            raise RuntimeError(msg)

        row_id, worker = ask(services), worker_with(services, inside=fail)
        worker.look_at(row_id)
        row = row_of(services, row_id)
        assert effects() == []
        assert (row.attempts, row.lease_owner) == (1, None)
        assert row.last_error == "RuntimeError: the network is away"
        assert row.run_after == clock() + timedelta(seconds=5)
        clock.advance(seconds=5)
        worker.look_at(row_id)
        assert row_of(services, row_id).run_after == clock() + timedelta(seconds=10)

    def test_parks_what_never_works_and_tries_it_again_when_told(self, services, clock, effects):
        def fail(*_arguments):
            raise OSError

        row_id = ask(services)
        for _attempt in range(ATTEMPTS_MAX + 2):
            worker_with(services, outside=fail).look_at(row_id)
            clock.advance(hours=1)
        assert row_of(services, row_id).attempts == ATTEMPTS_MAX
        with transaction(services.sessions) as session:
            assert [row.id for row in list_parked(session)] == [row_id]
            assert outbox_state(session).parked == 1
            assert retry_parked(session, row_id=row_id, now=clock())
            assert not retry_parked(session, row_id=row_id, now=clock()), "it is not parked any more"
        worker_with(services, inside=add_effect).look_at(row_id)
        assert effects() == ["effect 1"]

    @pytest.mark.parametrize("where", ["outside", "inside", "after the effect"])
    def test_loses_and_doubles_nothing_when_it_ends_in_the_middle(self, services, clock, effects, where):
        def crash(*_arguments):
            raise Crash

        def effect_then_crash(session, services, payload):
            add_effect(session, services, payload)
            session.flush()
            raise Crash

        handler = {
            "outside": {"outside": crash},
            "inside": {"inside": crash},
            "after the effect": {"inside": effect_then_crash},
        }[where]
        row_id = ask(services)
        with pytest.raises(Crash):
            worker_with(services, **handler).look_at(row_id)
        alive = worker_with(services, inside=add_effect)
        assert not alive.look_at(row_id), "the lease of the dead is still running"
        clock.advance(LEASE + timedelta(seconds=1))
        assert alive.sweep() == 1
        assert effects() == ["effect 1"]

    def test_tries_mail_for_days(self, services, clock):
        def fail(*_arguments):
            raise OSError

        with transaction(services.sessions) as session:
            put(session, "mail.deliver", {"number": 1}, now=clock())
        worker = Worker(services, handlers={"mail.deliver": (Handler(outside=fail),)})
        for _attempt in range(ATTEMPTS_MAX + 3):
            worker.sweep()
            clock.advance(hours=1)
        with transaction(services.sessions) as session:
            [row] = session.scalars(select(OutboxRow))
            assert (row.attempts, row.parked_at) == (ATTEMPTS_MAX + 3, None)

    def test_parks_a_row_that_ends_every_worker(self, services, clock):
        def crash(*_arguments):
            raise Crash

        row_id = ask(services)
        for _attempt in range(ATTEMPTS_MAX):
            with pytest.raises(Crash):
                worker_with(services, outside=crash).look_at(row_id)
            clock.advance(LEASE + timedelta(seconds=1))
        assert not worker_with(services, outside=crash).look_at(row_id)
        row = row_of(services, row_id)
        assert row.parked_at == clock()
        assert row.last_error == WORKER_ENDED

    def test_gives_up_what_it_did_when_its_lease_was_lost_meanwhile(self, services, clock, effects):
        def dawdle(session, services, payload):
            add_effect(session, services, payload)

        row_id = ask(services)

        def lose_the_lease(*_arguments):
            clock.advance(LEASE + timedelta(seconds=1))
            worker_with(services, inside=add_effect).look_at(row_id)

        worker_with(services, outside=lose_the_lease, inside=dawdle).look_at(row_id)
        assert effects() == ["effect 1"]

    def test_gives_one_row_to_one_of_several_workers(self, services, effects):
        ids = [ask(services, number) for number in range(6)]
        barrier = threading.Barrier(4)

        def run() -> None:
            worker = worker_with(services, inside=add_effect)
            barrier.wait()
            for row_id in ids:
                worker.look_at(row_id)

        threads = [threading.Thread(target=run) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(effects()) == [f"effect {number}" for number in range(6)]


class TestClaim:
    def test_is_finished_by_its_owner_only(self, services):
        row_id = ask(services)
        with transaction(services.sessions) as session:
            assert claim(session, row_id=row_id, owner="a", now=services.clock()) is not None
            assert claim(session, row_id=row_id, owner="b", now=services.clock()) is None
            assert not finish(session, row_id=row_id, owner="b", now=services.clock())
            assert finish(session, row_id=row_id, owner="a", now=services.clock())
            assert due_rows(session, now=services.clock() + timedelta(days=1)) == []


class TestChores:
    def test_come_when_due_and_one_bad_one_stops_no_other(self, services, clock):
        ran: list[str] = []

        def bad(*_arguments):
            raise RuntimeError

        chores = [
            Chore("bad", timedelta(minutes=1), bad),
            Chore("good", timedelta(minutes=1), lambda *_arguments: ran.append("good")),
        ]
        worker = Worker(services, chores=chores)
        worker.run_chores()
        worker.run_chores()
        assert ran == ["good"]
        clock.advance(minutes=1)
        worker.run_chores()
        assert ran == ["good", "good"]

"""F69 to F74: clocks that jump, timers that were asleep, locks, restored copies, rows edited by hand, keys of the other mode."""

import shutil
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from marketplace import settings_payments
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import BookingEvent
from marketplace.settings import BadSettings, Settings, read_settings
from payments import adoption, attempts, transactions
from payments.adoption import adopt_effects
from payments.escrow import PartStatus
from payments.statements import get_operation
from payments.statuses import OperationState
from payments.verification import verify_ledger
from tests import postgres
from tests.builders.bookings import Stage
from tests.clock import START
from tests.faults.people import HOUR, at_stage, remind, statuses
from tests.faults.registry import fault, put_out, without
from tests.faults.site import SiteWorld, open_site
from tests.faults.unguarding import UNGUARDED, unguard
from tests.faults.world import World


@fault(
    "F69",
    "the clock jumps a day ahead, then back an hour and a day",
    "nobody waits for a lease from the future; one effect; no silence counts early, and none twice",
    mutant=without(
        "a lease from the future counts",
        attempts,
        "_is_lease_free",
        lambda operation, now, _policy: operation.lease_until is None or operation.lease_until <= now,
    ),
)
def clock_jumps(world: World) -> None:
    world.desk.onboard_once()
    world.desk.fund()
    world.desk.is_deaf = True
    operation_id = world.desk.release().release_operation_id
    world.desk.clock.advance(days=1)
    world.kill_during("run_one", "after_effect", operation_id=operation_id)
    for back in (timedelta(days=-1), timedelta(hours=-1)):
        world.desk.clock.advance(back)
        world.desk.run(operation_id)
        world.inject()
    assert world.desk.write(get_operation, operation_id=operation_id).state is OperationState.CONFIRMED
    world.desk.clock.advance(days=2)
    world.converge()
    with open_site(world.dialect, world.folder / "site", mutant=world.mutant) as site:
        jump_through_a_review(site)
        world.inject(site.injected)
        assert site.check().is_sound


def jump_through_a_review(site: SiteWorld) -> None:
    """A review of 72 hours: the clock runs ahead before anybody was reminded, goes back, and passes its end twice."""
    _, ids = at_stage(site, Stage.SUBMITTED)
    remind(site, 24, 1, 60)
    told = []
    for hours in (71, 70, 71.9, 73, 71, 74):
        bookings.run_due_timers(site.services.sessions, now=START + hours * HOUR)
        site.inject()
        told.append(statuses(site, ids)[1])
    site.clock.set(START + 74 * HOUR)
    assert told[:3] == ["submitted"] * 3, told
    assert "submitted" not in told[3:], told
    with site.rows() as session:
        kinds = session.scalars(select(BookingEvent.kind).where(BookingEvent.deliverable_id == ids[1])).all()
    assert sum("approved" in str(kind) for kind in kinds) == 1


@fault(
    "F71",
    "the database is locked, a deadlock, a serialisation failure",
    "the whole transaction is tried again, no partial posting",
    mutant=without("a lost race is not tried again", transactions, "_is_lost_race", lambda _error: False),
)
def locked(world: World) -> None:
    world.desk.onboard_once()
    world.desk.fund()
    operation_id = world.desk.release().release_operation_id
    released = threading.Event()

    def hold() -> None:
        with world.desk.engine.connect() as connection, connection.begin():
            if world.dialect == "postgresql":
                connection.execute(text("SELECT id FROM pay_escrow FOR UPDATE"))
                connection.execute(text("SELECT id FROM pay_operation FOR UPDATE"))
            released.wait(6.5 if world.dialect == "sqlite" else 1.5)

    if world.dialect == "postgresql":  # waiting shall end as an error, which is then tried again
        with world.desk.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(
                text(f"ALTER DATABASE \"{world.desk.engine.url.database}\" SET lock_timeout = '500ms'")
            )
        world.desk.engine.dispose()
    thread = threading.Thread(target=hold)
    thread.start()
    time.sleep(0.3)
    world.inject()
    outcome = world.desk.run(operation_id)
    released.set()
    thread.join()
    assert outcome.state is OperationState.CONFIRMED
    if world.dialect == "postgresql":
        for number, (state, setting) in enumerate(CONFLICTS.items()):
            conflict_while_settling(world, f"c{number}", state, setting)
    world.converge()


CONFLICTS = {
    "40P01": "SET lock_timeout = 0",  # a deadlock: two want what the other has, and wait
    "40001": "SET default_transaction_isolation = 'repeatable read'",  # a row changed since it was read
}
"""What PostgreSQL calls it, and the setting of the database under which it happens."""


def conflict_while_settling(world: World, ref: str, state: str, setting: str) -> None:
    """Let another session get in the way of the settling transaction, so that the database ends that one with `state`."""
    world.desk.fund(ref)
    operation_id = world.desk.release(booking_ref=ref).release_operation_id
    with world.desk.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'ALTER DATABASE "{world.desk.engine.url.database}" {setting}'))
    world.desk.engine.dispose()
    has_row = threading.Event()

    def get_in_the_way() -> None:
        with suppress(DBAPIError), world.desk.engine.connect() as connection, connection.begin():
            connection.execute(
                text("UPDATE pay_operation SET calls = calls WHERE id = :id"), {"id": operation_id}
            )
            has_row.set()
            time.sleep(0.5)
            if state == "40P01":
                connection.execute(text("SELECT id FROM pay_escrow FOR UPDATE"))

    thread = threading.Thread(target=get_in_the_way)
    send, asked, seen = world.desk.gateway.send, transactions._is_lost_race, list[str]()

    def send_and_meet(command: Any, *, key: str) -> Any:
        answer = send(command, key=key)
        thread.start()
        has_row.wait(10)
        return answer

    def note(error: DBAPIError) -> bool:
        seen.append(str(getattr(error.orig, "sqlstate", None)))
        return asked(error)

    with put_out(transactions, "_is_lost_race", note)():
        world.desk.gateway.send = send_and_meet  # type: ignore[method-assign]
        outcome = world.desk.run(operation_id)
        world.desk.gateway.send = send  # type: ignore[method-assign]
    thread.join()
    world.inject()
    assert seen == [state], seen
    assert outcome.state is OperationState.CONFIRMED


def copy_away(world: World) -> Any:
    """Keep a copy of the database as it is now."""
    if world.dialect == "sqlite":
        kept = Path(world.folder) / "backup.sqlite3"
        with world.desk.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql(f"VACUUM INTO '{kept}'")
            connection.exec_driver_sql("BEGIN")
        return kept
    world.desk.engine.dispose()
    name = f"{world.desk.engine.url.database}b"[-60:]
    postgres.run_sql(
        postgres.server_url(), f'CREATE DATABASE "{name}" TEMPLATE "{world.desk.engine.url.database}"'
    )
    return name


def put_back(world: World, kept: Any) -> None:
    """Restore the copy in place of the database; the provider has gone on meanwhile."""
    database = world.desk.engine.url.database
    world.desk.close()
    if world.dialect == "sqlite":
        for ending in ("", "-wal", "-shm"):
            Path(f"{database}{ending}").unlink(missing_ok=True)
        shutil.copyfile(kept, str(database))
    else:
        server = postgres.server_url()
        postgres.run_sql(
            server,
            f'DROP DATABASE "{database}" WITH (FORCE)',
            f'CREATE DATABASE "{database}" TEMPLATE "{kept}"',
            f'DROP DATABASE "{kept}"',
        )
    world.desk = world.open_desk()


def adopt(world: World) -> Any:
    return adopt_effects(
        world.desk.make_session,
        gateway=world.desk.gateway,
        sink=world.desk.sink,
        clock=world.desk.clock,
        since=START - timedelta(days=1),
    )


@fault(
    "F72",
    "the database is restored from a copy of an hour ago",
    "effects are taken up again before anything is sent; none twice, none lost",
    mutant=without("effects of the provider are not taken up", adoption, "_adopt", lambda *_: []),
)
def restored(world: World) -> None:
    desk = world.desk
    desk.onboard_once()
    desk.fund("paid")
    desk.run(desk.release("d1", booking_ref="paid").release_operation_id)
    desk.clock.advance(days=4)
    for ref in ("planned", "split", "later", "unpaid"):
        if ref == "unpaid":
            desk.open(ref)
            page = desk.checkout(ref)
        else:
            desk.fund(ref)
    operation_id = desk.release(booking_ref="planned").release_operation_id
    kept = copy_away(world)
    desk.clock.advance(hours=1)
    desk.run(operation_id)  # planned in the copy, done since
    desk.run(desk.plan("payout", ""))
    desk.release("d1", booking_ref="split", share_bps=5_000)  # decided since: the copy knows nothing of it
    desk.release("d1", booking_ref="later")
    desk.run_due()
    desk.release("d2", booking_ref="later", share_bps=0)
    desk.run_due()
    desk.sandbox.pay_checkout(page)
    desk.hear()
    put_back(world, kept)
    world.inject()
    desk = world.desk
    desk.clock.advance(hours=30)  # the keys are forgotten
    desk.policy = replace(desk.policy, is_restored=True)
    report = adopt(world)
    assert len(desk.objects("transfer")) == 4
    assert desk.balance("custody:bank:inf1") == sum(each["amount"] for each in desk.objects("payout"))
    assert report.unclear == (), report
    world.converge()
    desk.release("d1", booking_ref="later")  # the brand approves once more what the copy has forgotten
    world.converge()
    desk.ask()  # the message of the payment went to the database that is gone
    assert desk.escrow("planned").parts[0].status is PartStatus.RELEASED
    assert desk.escrow("split").parts[0].status is PartStatus.SPLIT
    assert desk.escrow("later").parts[1].status is PartStatus.REFUNDED
    assert desk.escrow("unpaid").held_minor == 167_250
    assert (len(desk.objects("transfer")), len(desk.objects("refund"))) == (4, 2)
    assert adopt(world).adopted == ()


@fault(
    "F73",
    "a leg is edited by hand in SQL",
    "the trigger refuses; where it was dropped, the chain shows it",
    mutant=UNGUARDED,
    is_fast=True,
)
def edited_by_hand(world: World) -> None:
    world.desk.fund()
    unguard(world)
    for statement in (
        "UPDATE journal_leg SET amount_minor = amount_minor * 2 WHERE entry_id = 1",
        "DELETE FROM journal_leg WHERE entry_id = 1",
        "UPDATE journal_entry SET kind = 'x' WHERE id = 1",
    ):
        world.inject()
        try:
            with world.desk.engine.begin() as connection:
                connection.execute(text(statement))
        except DBAPIError:
            continue
        codes = {problem.code for problem in world.desk.write(verify_ledger).problems}
        assert "hash_differs" in codes, codes
        raise AssertionError(f"the database took {statement}")


def accepts_any_key(_settings: Settings) -> list[str]:
    return []


@fault(
    "F74",
    "a live key in a test deployment, a test key in production",
    "it does not start",
    mutant=without("any key will do", settings_payments, "_mode_problems", accepts_any_key),
)
def other_mode(world: World) -> None:
    common = {
        "ATHAR_HOME": str(world.folder),
        "ATHAR_PAYMENTS": "stripe",
        "ATHAR_STRIPE_WEBHOOK_SECRETS": "whsec_x",
        "ATHAR_STRIPE_COUNTRY": "AE",
    }
    production = {
        "ATHAR_SECRET_KEY": "x" * 40,
        "ATHAR_BASE_URL": "https://a.test",
        "ATHAR_DATABASE_URL": "postgresql+psycopg://x/y",
        "ATHAR_RATE_LIMIT_URL": "redis://x",
        "ATHAR_COMPANY_NAME": "x",
        "ATHAR_COMPANY_ADDRESS": "x",
        "ATHAR_COMPANY_COUNTRY": "AE",
    }
    for mode, key, more in (
        ("test", "sk_live_abc", {}),
        ("demo", "rk_live_abc", {}),
        ("production", "sk_test_abc", production),
    ):
        world.inject()
        with pytest.raises(BadSettings, match="ATHAR_STRIPE_API_KEY"):
            read_settings({**common, "ATHAR_MODE": mode, "ATHAR_STRIPE_API_KEY": key, **more})
    assert read_settings(
        {**common, "ATHAR_MODE": "production", "ATHAR_STRIPE_API_KEY": "sk_live_abc", **production}
    )

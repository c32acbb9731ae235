"""Statements past SQLAlchemy's layers: the transaction, the types and the errors of a session, and mapped objects that show the row."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, create_engine, event, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import sessionmaker

from marketplace.db import prepare_engine
from payments import operations, store
from payments.escrow import EscrowPart, EscrowStatus
from payments.models import Escrow, PayoutAccount
from payments.prepared import PreparedStatement
from payments.statuses import AccountStatus

ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ACCOUNT = {"payee": "someone", "country": "SA", "status": AccountStatus.ACTIVE, "needs": ["iban"], "at": NOW}
PUT_ACCOUNT = PreparedStatement(
    insert(PayoutAccount)
    .inline()
    .values(
        payee_ref=bindparam("payee"),
        country=bindparam("country"),
        status=bindparam("status_0", type_=PayoutAccount.status.type),
        requirements=bindparam("needs", type_=PayoutAccount.requirements.type),
        created_at=bindparam("at", type_=PayoutAccount.created_at.type),
        is_payout_enabled=False,
    )
)
FIND_ACCOUNT = PreparedStatement(
    select(PayoutAccount.status, PayoutAccount.requirements, PayoutAccount.created_at).where(
        PayoutAccount.payee_ref == bindparam("payee")
    )
)


def _put(session, **values):
    given = {**ACCOUNT, **values}
    return PUT_ACCOUNT.send(session, {**given, "status_0": given["status"]})


@pytest.fixture
def held(sessions):
    with sessions.begin() as session:
        operations.open_escrow(
            session,
            booking_ref="b1",
            payer_ref="brand",
            payee_ref="someone",
            currency="SAR",
            parts=[EscrowPart("d1", 1_000, 0, 0), EscrowPart("d2", 2_000, 0, 0)],
            now=NOW,
        )
    return sessions


class TestPreparedStatement:
    def test_takes_and_gives_values_as_the_columns_have_them(self, sessions):
        with sessions.begin() as session:
            written = _put(session)
        with sessions() as session:
            assert FIND_ACCOUNT.send(session, {"payee": "someone"}) == [(AccountStatus.ACTIVE, ["iban"], NOW)]
            assert FIND_ACCOUNT.send(session, {"payee": "nobody"}) == []
        assert written == []

    def test_belongs_to_the_sessions_transaction_and_savepoint(self, sessions):
        with sessions() as session:
            _put(session, payee="first")
            with session.begin_nested() as savepoint:
                _put(session, payee="second")
                savepoint.rollback()
            inside = [bool(FIND_ACCOUNT.send(session, {"payee": name})) for name in ("first", "second")]
            session.rollback()
        with sessions() as session:
            assert FIND_ACCOUNT.send(session, {"payee": "first"}) == []
        assert inside == [True, False]

    def test_is_told_to_who_listens_to_the_engine(self, sessions, engine):
        told: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *given: told.append(given[2]))
        with sessions() as session:
            FIND_ACCOUNT.send(session, {"payee": "someone"})
        assert sum("pay_payout_account" in each for each in told) == 1

    def test_refusals_are_the_sessions(self, sessions):
        with sessions() as session:
            _put(session)
            with pytest.raises(IntegrityError) as refused:
                _put(session)
        assert refused.value.statement is not None
        assert "INSERT INTO pay_payout_account" in refused.value.statement
        assert not refused.value.connection_invalidated

    def test_hides_values_where_the_engine_does(self, database_url, sessions):
        hiding = prepare_engine(create_engine(database_url, hide_parameters=True))
        with sessionmaker(hiding)() as session:
            _put(session, payee="secret-payee")
            with pytest.raises(IntegrityError) as refused:
                _put(session, payee="secret-payee")
        hiding.dispose()
        assert refused.value.hide_parameters
        assert "SQL parameters hidden" in str(refused.value)

    @ON_POSTGRESQL
    def test_a_new_try_gets_another_connection_when_one_is_gone(self, sessions):
        with sessions() as session:
            session.connection().connection.driver_connection.close()
            with pytest.raises(OperationalError) as cut:
                FIND_ACCOUNT.send(session, {"payee": "someone"})
            session.rollback()
            assert FIND_ACCOUNT.send(session, {"payee": "someone"}) == []
        assert cut.value.connection_invalidated


class TestLockedRows:
    def test_have_their_parts_in_order(self, held):
        with held() as session:
            escrow = store.lock_escrow(session, booking_ref="b1")
            assert (escrow.status, escrow.created_at) == (EscrowStatus.AWAITING_PAYMENT, NOW)
            assert [part.part_ref for part in escrow.parts] == ["d1", "d2"]

    def test_are_the_sessions_own_objects_read_afresh(self, held):
        with held() as session:
            known = session.scalars(select(Escrow)).one()
            session.execute(
                update(Escrow).values(freeze_reason="x").execution_options(synchronize_session=False)
            )
            assert known.freeze_reason is None
            assert store.lock_escrow(session, booking_ref="b1") is known
            assert known.freeze_reason == "x"

    def test_keep_what_was_changed_before(self, held):
        with held.begin() as session:
            session.scalars(select(Escrow)).one().freeze_reason = "before"
            assert store.lock_escrow(session, booking_ref="b1").freeze_reason == "before"
        with held() as session:
            assert session.scalars(select(Escrow.freeze_reason)).one() == "before"

    def test_are_written_when_they_are_changed(self, held):
        with held.begin() as session:
            escrow = store.lock_escrow(session, booking_ref="b1")
            escrow.pay_before, escrow.parts[1].is_earned = NOW + timedelta(days=1), True
        with held() as session:
            escrow = store.lock_escrow(session, booking_ref="b1")
            assert escrow.pay_before == NOW + timedelta(days=1)
            assert [part.is_earned for part in escrow.parts] == [False, True]

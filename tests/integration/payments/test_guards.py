"""Attacks on the journal that the database itself refuses, on SQLite and on PostgreSQL."""

# ruff: noqa: S608 - the attacks are SQL texts on purpose

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from payments import guards
from payments.store import seal_root
from payments.verification import verify_ledger

HASH = "a" * 64
GENESIS = "0" * 64
COLUMNS = "(id, key, kind, stream, stream_sequence, previous_hash, entry_hash, memo, occurred_at)"


def copy_entry(values):
    """SQL that inserts a second entry made of the first one's values."""
    rest = f"'{GENESIS}', '{HASH}', memo, occurred_at FROM journal_entry WHERE id = 1"
    return f"INSERT INTO journal_entry {COLUMNS} SELECT {values}, {rest}"


def insert_entry(entry_id, *, key="k1", stream="s1", sequence=1, previous=GENESIS):
    return (
        f"INSERT INTO journal_entry {COLUMNS}"
        f" VALUES ({entry_id}, '{key}', 'x', '{stream}', {sequence}, '{previous}', '{HASH}', '{{}}', '2026-03-01 09:00:00')"
    )


def insert_leg(leg_id, *, entry_id, position, account="asset:psp", currency="SAR", amount=100):
    return (
        "INSERT INTO journal_leg (id, entry_id, position, account, currency, amount_minor)"
        f" VALUES ({leg_id}, {entry_id}, {position}, '{account}', '{currency}', {amount})"
    )


def insert_seal(entry_id, legs=2):
    return f"INSERT INTO journal_seal (entry_id, leg_count) VALUES ({entry_id}, {legs})"


def entry_of(*legs, seal=None):
    """SQL of entry 900 with these legs and a seal that counts them (or another one)."""
    seal_sql = insert_seal(900, len(legs)) if seal is None else seal
    return [
        insert_entry(900),
        *(insert_leg(9000 + at, entry_id=900, position=at, **leg) for at, leg in enumerate(legs)),
        *seal_sql.splitlines(),
    ]


ATTACKS = {
    "entry changed": ["UPDATE journal_entry SET kind = 'y'"],
    "entry deleted": ["DELETE FROM journal_entry"],
    "leg changed": ["UPDATE journal_leg SET amount_minor = amount_minor + 1"],
    "leg moved to another account": ["UPDATE journal_leg SET account = 'asset:bank'"],
    "leg deleted": ["DELETE FROM journal_leg"],
    "seal changed": ["UPDATE journal_seal SET leg_count = 9"],
    "seal deleted": ["DELETE FROM journal_seal"],
    "root changed": ["UPDATE pay_journal_root SET root_hash = previous_root"],
    "root deleted": ["DELETE FROM pay_journal_root"],
    "leg added to a sealed entry": [insert_leg(9000, entry_id=1, position=90)],
    "leg of no entry": [insert_leg(9000, entry_id=900, position=0)],
    "entry without a seal": [insert_entry(900)],
    "entry without legs": entry_of(),
    "entry with one leg": entry_of({"amount": 100}),
    "entry out of balance": entry_of({"amount": 100}, {"amount": -99, "account": "asset:bank"}),
    "balance across currencies": entry_of({"amount": 100}, {"amount": -100, "currency": "USD"}),
    "leg of nothing": entry_of({"amount": 0}, {"amount": 0}),
    "seal that counts too few": entry_of(
        {"amount": 100}, {"amount": -100, "account": "asset:bank"}, seal=insert_seal(900, 1)
    ),
    "second seal": [insert_seal(1)],
    "seal of no entry": [insert_seal(901)],
    "entry id used again": [insert_entry(1, key="other"), insert_seal(1)],
    "natural key used again": [copy_entry("900, key, 'x', 's1', 1")],
    "fork of a stream": [copy_entry("900, 'k900', 'x', stream, 1")],
    "stream that begins in the middle": [insert_entry(900, sequence=2, previous=HASH)],
    "stream that begins with another hash": [insert_entry(900, previous=HASH)],
    "entry that follows another hash": [insert_entry(900, stream="booking:b1", sequence=3, previous=HASH)],
    "amount of a part changed": ["UPDATE pay_part SET net_minor = net_minor + 1, fee_minor = fee_minor - 1"],
    "total of a booking changed": ["UPDATE pay_escrow SET total_minor = total_minor + 1"],
    "booking of a held payment changed": ["UPDATE pay_escrow SET booking_ref = 'b9'"],
    "held payment deleted": ["DELETE FROM pay_escrow"],
    "part deleted": ["DELETE FROM pay_part"],
    "more taken than is held": entry_of(
        {"amount": 99_999_999, "account": "liab:held:b1"}, {"amount": -99_999_999}
    ),
    "held of a stranger taken": entry_of({"amount": 1, "account": "liab:held:b9"}, {"amount": -1}),
    "payout of money that is not there": entry_of(
        {"amount": -1, "account": "custody:balance:inf1"}, {"amount": 1, "account": "custody:bank:inf1"}
    ),
    "fils that no card can pay": entry_of(
        {"amount": 15, "currency": "KWD"}, {"amount": -15, "currency": "KWD", "account": "liab:held:b9"}
    ),
}
SQLITE_ATTACKS = {
    "entry replaced": [insert_entry(1, key="payment:x:fund").replace("INSERT", "INSERT OR REPLACE", 1)],
    "leg replaced": [insert_leg(1, entry_id=1, position=0).replace("INSERT", "INSERT OR REPLACE", 1)],
    "seal replaced": [insert_seal(1, 3).replace("INSERT", "INSERT OR REPLACE", 1)],
}
POSTGRESQL_ATTACKS = {
    "journal truncated": ["TRUNCATE journal_leg CASCADE"],
    "seals truncated": ["TRUNCATE journal_seal CASCADE"],
    "entry upserted": [
        insert_entry(1, key="k") + " ON CONFLICT (id) DO UPDATE SET kind = 'y'",
    ],
}


@pytest.fixture
def funded(desk):
    desk.begin("fund")
    desk.write(seal_root, now=desk.clock())
    return desk


def is_refused(desk, statements):
    session = desk.make_session()
    try:
        for statement in statements:
            session.execute(text(statement))
        session.commit()
    except IntegrityError:
        session.rollback()
        return True
    finally:
        session.close()
    return False


def dialect_of(desk):
    return desk.make_session.kw["bind"].dialect.name


class TestGuards:
    @pytest.mark.parametrize("name", ATTACKS)
    def test_refuse(self, funded, name):
        assert is_refused(funded, ATTACKS[name])
        assert funded.write(verify_ledger).is_sound

    def test_refuse_what_only_this_database_offers(self, funded):
        attacks = SQLITE_ATTACKS if dialect_of(funded) == "sqlite" else POSTGRESQL_ATTACKS
        assert [name for name, statements in attacks.items() if not is_refused(funded, statements)] == []
        assert funded.write(verify_ledger).is_sound

    def test_refuse_to_hold_what_the_parts_do_not_sum_to(self, desk):
        desk.open("b1")
        legs = ({"amount": 100}, {"amount": -100, "account": "liab:held:b1"})
        funded_entry = [
            each.replace("'x', 's1', 1,", "'funded', 's1', 1,").replace("(id, key", "(booking_ref, id, key")
            for each in entry_of(*legs)
        ]
        funded_entry[0] = funded_entry[0].replace("VALUES (900", "VALUES ('b1', 900")
        assert is_refused(desk, funded_entry)
        assert not is_refused(desk, [each.replace("100)", "167250)") for each in funded_entry])

    def test_refuse_money_within_reach_while_the_payment_is_disputed(self, desk):
        desk.begin("fund")
        desk.sandbox.open_dispute(desk.charge_of("b1"))
        desk.hear()
        legs = ({"amount": 100}, {"amount": -100, "account": "liab:held:b1"})
        assert is_refused(desk, entry_of(*legs))
        assert not is_refused(desk, entry_of(legs[0], {"amount": -100, "account": "liab:held_disputed:b1"}))

    def test_let_a_correct_entry_through(self, funded):
        legs = ({"amount": 100}, {"amount": -100, "account": "asset:bank"})
        assert not is_refused(funded, entry_of(*legs))

    def test_stand_on_every_table_of_the_journal(self, funded):
        tables = {table for table, _ in guards.trigger_names(dialect_of(funded))}
        journal = {"journal_entry", "journal_leg", "journal_seal", "pay_journal_root"}
        assert tables == journal | {"pay_escrow", "pay_part"}

    def test_can_be_taken_off_and_put_back_for_a_migration(self, funded):
        with funded.make_session() as session, session.begin():
            guards.remove(session.connection())
            guards.install(session.connection())
        assert is_refused(funded, ATTACKS["leg changed"])

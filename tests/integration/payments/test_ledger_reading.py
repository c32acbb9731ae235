"""The books read back: balances now and on past days, statements, exports; by streaming, and without writing."""

import csv
import io
import json
from collections import Counter
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.db import snapshot
from payments import chain_crew, chart, claw_backs, guards, journal_walk
from payments.account_statements import Party, stream_statement
from payments.balances import list_totals, stream_balances
from payments.chain import SpanWalk
from payments.errors import InvalidReference
from payments.journal_walk import JournalWalk
from payments.ledger_export import COLUMNS, export_journal, guard_cell
from payments.statuses import Beneficiary
from payments.verification import seal_ledger, verify_ledger

TOTAL = 167_250


@pytest.fixture
def moved(desk):
    """Paid on the first day, one part released on the second, the other refunded on the third."""
    desk.begin("onboard", "fund")
    desk.first_day = desk.clock()
    desk.clock.advance(days=1)
    desk.run(desk.release("d1").release_operation_id)
    desk.clock.advance(days=1)
    desk.release("d2", share_bps=0)
    desk.run_due()
    desk.write(seal_ledger, now=desk.clock())
    return desk


def totals(desk, **span):
    return {each.group: each.amount_minor for each in desk.write(list_totals, **span)}


class TestJournalWalk:
    def test_accepts_every_entry_without_reading_it_twice(self, moved, monkeypatch):
        again = []
        monkeypatch.setattr(SpanWalk, "_look_again", lambda _walk, entry_id: again.append(entry_id) or ())
        with moved.make_session() as session:
            walk = JournalWalk(session)
            with walk:
                assert list(walk.problems()) == []
        assert again == []
        assert (walk.entry_count, walk.stream_count, walk.root_count) == (6, 1, 1)


class TestStream:
    def test_never_reads_a_cursor_to_its_end_at_once(self, moved, monkeypatch):
        monkeypatch.setattr(psycopg.ServerCursor, "fetchall", None)
        with snapshot(moved.make_session) as session:
            assert verify_ledger(session).is_sound


class TestSeveralProcesses:
    @pytest.fixture(autouse=True)
    def _for_few_entries(self, monkeypatch):
        monkeypatch.setattr(journal_walk, "WORTH_PROCESSES", 1)
        monkeypatch.setattr(chain_crew, "SPAN_ENTRIES", 3)

    def test_find_what_one_finds(self, moved):
        for ref in ("b2", "b10", "B3", "b-1"):
            moved.fund(ref)
        moved.write(seal_ledger, now=moved.clock())
        one, several = self.verify(moved, 1), self.verify(moved, 2)
        assert one == several
        assert (several.entry_count, several.stream_count, several.is_sound) == (14, 5, True)
        with moved.make_session() as session, session.begin():
            guards.remove(session.connection())
            session.execute(
                text("UPDATE journal_leg SET amount_minor = amount_minor * 2 WHERE entry_id IN (1, 9)")
            )
            session.execute(text("DELETE FROM journal_leg WHERE entry_id = 11"))
            session.execute(text("UPDATE pay_journal_root SET root_hash = '" + "0" * 64 + "' WHERE id = 2"))
            guards.install(session.connection())
        one, several = self.verify(moved, 1), self.verify(moved, 2)
        assert one == several
        assert {"hash_differs", "seal_differs", "root_differs"} <= {each.code for each in several.problems}

    def test_that_end_too_soon_are_said_so(self, moved, monkeypatch):
        monkeypatch.setattr(chain_crew.sys, "executable", "/bin/false")
        with pytest.raises(chain_crew.CrewFailed, match="not verified") as failed:
            self.verify(moved, 2)
        assert failed.value.kind == "unavailable"

    def test_that_end_within_an_answer_are_said_so(self, moved, monkeypatch, tmp_path):
        half = tmp_path / "half"
        half.write_text("#!/bin/sh\nread begin; read task; printf '{\"entries\": 1'\n")
        half.chmod(0o700)
        monkeypatch.setattr(chain_crew.sys, "executable", str(half))
        with pytest.raises(chain_crew.CrewFailed):
            self.verify(moved, 2)

    def verify(self, desk, processes):
        with snapshot(desk.make_session) as session:
            return verify_ledger(session, processes=processes)


class TestStreamBalances:
    def test_leaves_out_what_is_empty(self, moved):
        with moved.make_session() as session:
            found = {each.account: each.amount_minor for each in stream_balances(session)}
        assert found["custody:balance:inf1"] == 100_000
        assert "liab:held:b1" not in found

    def test_finds_one_account_or_all_below_a_prefix(self, moved):
        moved.fund("b10")
        with moved.make_session() as session:
            one = [each.account for each in stream_balances(session, below="liab:held:b10")]
            all_below = [each.account for each in stream_balances(session, below="liab:held:")]
        assert one == all_below == ["liab:held:b10"]

    def test_are_those_of_a_past_day(self, moved):
        first, second = moved.first_day + timedelta(hours=1), moved.first_day + timedelta(days=1, hours=1)
        assert totals(moved, until=first)["liab:held"] == -TOTAL
        assert totals(moved, until=second)["liab:held"] == -55_750
        assert "liab:held" not in totals(moved)
        assert totals(moved, until=moved.first_day - timedelta(days=1)) == {}


class TestStreamStatement:
    def read(self, desk, party, ref, **span):
        with desk.make_session() as session:
            lines = list(stream_statement(session, party=party, ref=ref, **span))
        return [(line.kind, line.amount_minor, line.balance_minor) for line in lines]

    def test_of_a_booking_ends_with_what_is_held(self, moved):
        assert self.read(moved, Party.BOOKING, "b1") == [
            ("funded", 111_500, 111_500),
            ("funded", 55_750, TOTAL),
            ("release_planned", -111_500, 55_750),
            ("refund_planned", -55_750, 0),
        ]

    def test_of_a_payer_counts_what_came_back_by_claims_banks_and_card_networks(self, moved):
        claim = {"booking_ref": "b1", "part_ref": "d1", "amount_minor": 40_000}
        payer, now = Beneficiary.PAYER, moved.clock()
        moved.write(claw_backs.claim_back, **claim, beneficiary=payer, now=now)
        for _ in range(3):
            moved.run_due()
        back = sum(each["amount"] for each in moved.refunds())
        moved.fund("b2")
        moved.sandbox.open_dispute(moved.charge_of("b2"), amount_minor=30_000)
        moved.hear()
        assert self.read(moved, Party.PAYER, "brand1")[-1][2] == 2 * TOTAL - back - 30_000
        moved.sandbox.close_dispute(moved.disputes()[0]["id"], is_won=True)
        moved.hear()
        lines = self.read(moved, Party.PAYER, "brand1")
        assert lines[-2:] == [
            ("chargeback_opened", -30_000, 2 * TOTAL - back - 30_000),
            ("chargeback_won", 30_000, 2 * TOTAL - back),
        ]
        moved.clock.advance(days=1)
        since = self.read(moved, Party.PAYER, "brand1", since=moved.clock())
        assert since == [("opening", 0, 2 * TOTAL - back)]

    def test_of_a_payee_and_of_a_payer_show_what_reached_them(self, moved):
        assert self.read(moved, Party.PAYEE, "inf1") == [("release_confirmed", 100_000, 100_000)]
        assert self.read(moved, Party.PAYER, "brand1") == [
            ("funded", TOTAL, TOTAL),
            ("refund_confirmed", -55_750, 111_500),
        ]

    def test_opens_with_the_balance_of_the_day_before(self, moved):
        since = moved.first_day + timedelta(hours=1)
        until = since + timedelta(days=1)
        assert self.read(moved, Party.BOOKING, "b1", since=since, until=until) == [
            ("opening", 0, TOTAL),
            ("release_planned", -111_500, 55_750),
        ]

    def test_needs_a_reference(self, moved):
        with pytest.raises(InvalidReference):
            self.read(moved, Party.BOOKING, "b1' OR 1=1")


class TestExportJournal:
    def write(self, desk, *, as_csv, **span):
        target = io.StringIO()
        with desk.make_session() as session:
            count = export_journal(session, target, as_csv=as_csv, **span)
        return count, target.getvalue()

    def test_writes_a_row_for_every_leg(self, moved):
        count, written = self.write(moved, as_csv=True)
        rows = list(csv.DictReader(io.StringIO(written)))
        assert tuple(rows[0]) == COLUMNS
        assert len(rows) == count == 19
        assert sum(int(row["amount_minor"]) for row in rows) == 0
        assert rows[0]["amount"] == "1672.50"

    def test_writes_json_lines_of_some_days(self, moved):
        count, written = self.write(moved, as_csv=False, since=moved.first_day + timedelta(hours=1))
        rows = [json.loads(line) for line in written.splitlines()]
        assert len(rows) == count
        assert rows[0]["kind"] == "release_planned"
        assert self.write(moved, as_csv=False, until=moved.first_day)[0] == 0

    @pytest.mark.parametrize(
        ("value", "cell"),
        [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("\tx", "'\tx"),
            ("\uff1d1+1", "'\uff1d1+1"),
            ("-12.50", "-12.50"),
            ("booking:b1", "booking:b1"),
            (-5, -5),
            (None, ""),
        ],
    )
    def test_lets_no_spreadsheet_run_a_cell(self, value, cell):
        assert guard_cell(value) == cell


class TestListTotals:
    def test_sums_the_accounts_of_a_kind_as_they_are_streamed(self, moved):
        moved.fund("b2")
        moved.fund("b3")
        with moved.make_session() as session:
            sums: Counter[tuple[str, str]] = Counter()
            for each in stream_balances(session):
                sums[chart.group_of(each.account), each.currency] += each.amount_minor
            found = [((each.group, each.currency), each.amount_minor) for each in list_totals(session)]
        assert found == sorted(sums.items())
        assert dict(found)["liab:held", "SAR"] < 0


class TestSnapshot:
    def test_sees_one_moment_and_cannot_write(self, moved):
        with snapshot(moved.make_session) as session:
            before = list_totals(session)
            moved.fund("b2")
            assert list_totals(session) == before
            with pytest.raises(DBAPIError):
                session.execute(text("UPDATE pay_payout_account SET country = 'AE'"))
        assert moved.write(list_totals) != before

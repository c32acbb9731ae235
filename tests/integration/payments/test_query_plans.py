"""No step of a booking's money reads a whole table: what grows with every booking would slow every further one down."""

from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.orm import sessionmaker

from marketplace.db import prepare_engine
from payments.models import PaymentsBase
from tests.builders.payments.desk import Desk
from tests.clock import FrozenClock


class TestLife:
    def test_reads_no_table_of_money_from_end_to_end(self, tmp_path):
        engine = prepare_engine(create_engine(f"sqlite:///{tmp_path / 'athar.sqlite3'}"))
        PaymentsBase.metadata.create_all(engine)
        desk = Desk(sessionmaker(engine), tmp_path, FrozenClock())
        desk.onboard()
        sent: dict[str, Any] = {}

        def note(_connection, _cursor, statement, values, _context, is_many):
            if statement.startswith(("SELECT", "UPDATE")):
                sent[statement] = values[0] if is_many else values

        event.listen(engine, "before_cursor_execute", note)
        desk.fund()
        desk.run(desk.release().release_operation_id)
        desk.run(desk.release("d2", share_bps=0).refund_operation_id)
        event.remove(engine, "before_cursor_execute", note)
        scanned = {}
        raw = engine.raw_connection()
        cursor = raw.cursor()
        for statement, values in sent.items():
            plan = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            found = [row[3] for row in plan if row[3].startswith("SCAN") and row[3] != "SCAN CONSTANT ROW"]
            if found:
                scanned[statement[:120]] = found
        raw.close()
        desk.sandbox.close()
        engine.dispose()
        assert scanned == {}

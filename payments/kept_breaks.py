"""What the comparison with the provider could not explain, kept until it can: a break does not pass by growing old."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from payments import row_writing
from payments.models import ReconciliationBreak
from payments.reconciliation import Break, ReconciliationReport

USUAL = timedelta(days=8)
"""How far back a comparison looks where nothing older is open."""


def first_day(session: Session, *, now: datetime) -> datetime:
    """Return from when on to compare: some days back, and further where a break is older and still open."""
    oldest = session.scalar(select(func.min(ReconciliationBreak.since)))
    return min(now - USUAL, oldest) if oldest is not None else now - USUAL


def keep_breaks(session: Session, report: ReconciliationReport) -> list[Break]:
    """Keep what is open now, forget what is explained; returns what is new."""
    found = {(each.code, each.gateway_id): each for each in report.breaks}
    rows = session.execute(select(ReconciliationBreak.code, ReconciliationBreak.gateway_id))
    known = {(code, gateway_id) for code, gateway_id in rows}
    for code, gateway_id in known - found.keys():
        session.execute(
            delete(ReconciliationBreak).where(
                ReconciliationBreak.code == code, ReconciliationBreak.gateway_id == gateway_id
            )
        )
    new = [each for key, each in found.items() if key not in known]
    for each in new:
        values = {"code": each.code, "gateway_id": each.gateway_id, "since": each.since}
        row_writing.insert_once(session, ReconciliationBreak, values)
    return new

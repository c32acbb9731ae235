"""The next number of a series, inside the transaction that issues the document: a rollback gives it back.

A restored database has forgotten the numbers given since its copy was made. They are never given again: from the restore on
every kind counts in a new series until the year ends, named by the moment, so that also a second restore meets none of them.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from marketplace.audit.operations import record
from marketplace.documents.domain import SERIES, DocumentKind, marked_series
from marketplace.documents.models import DocumentCounter
from marketplace.policies import SYSTEM
from marketplace.quotes.policy_records import policy_at


def series_in_use(session: Session, *, kind: DocumentKind, year: int) -> str:
    """Return the series that a kind counts in this year: the one that the last restore of the year began, or the plain one."""
    plain = SERIES[kind]
    counted = select(func.max(DocumentCounter.series)).where(
        DocumentCounter.year == year, DocumentCounter.series.startswith(plain)
    )
    return session.scalar(counted) or plain


def begin_series(session: Session, *, now: datetime) -> tuple[str, ...]:
    """Begin a series for every kind of document, in the year of the calendar in force, and say so in the audit trail.

    Returns their names. Those of the same minute are begun once.
    """
    moment = now.astimezone(ZoneInfo(policy_at(now).calendar.zone))
    begun = tuple(marked_series(kind, moment) for kind in DocumentKind)
    for series in begun:
        _open_counter(session, series=series, year=moment.year)
    record(
        session,
        actor=SYSTEM,
        action="document.series_begun",
        subject_type="document",
        subject_id=str(moment.year),
        after={"series": list(begun)},
        now=now,
    )
    return begun


def next_sequence(session: Session, *, series: str, year: int) -> int:
    """Return the next number. Whoever comes second waits for the first one's commit or rollback at the counter's row."""
    _open_counter(session, series=series, year=year)
    statement = (
        update(DocumentCounter)
        .where(DocumentCounter.series == series, DocumentCounter.year == year)
        .values(last=DocumentCounter.last + 1)
        .returning(DocumentCounter.last)
    )
    return int(session.execute(statement, execution_options={"synchronize_session": False}).scalar_one())


def _open_counter(session: Session, *, series: str, year: int) -> None:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = insert_sqlite if is_sqlite else insert_postgresql
    session.execute(insert(DocumentCounter).values(series=series, year=year, last=0).on_conflict_do_nothing())

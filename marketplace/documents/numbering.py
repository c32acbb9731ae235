"""The next number of a series, inside the transaction that issues the document: a rollback gives it back."""

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from marketplace.documents.models import DocumentCounter


def next_sequence(session: Session, *, series: str, year: int) -> int:
    """Return the next number. Whoever comes second waits for the first one's commit or rollback at the counter's row."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = insert_sqlite if is_sqlite else insert_postgresql
    session.execute(insert(DocumentCounter).values(series=series, year=year, last=0).on_conflict_do_nothing())
    statement = (
        update(DocumentCounter)
        .where(DocumentCounter.series == series, DocumentCounter.year == year)
        .values(last=DocumentCounter.last + 1)
        .returning(DocumentCounter.last)
    )
    return int(session.execute(statement, execution_options={"synchronize_session": False}).scalar_one())

"""Sort streams and accounts of the journal by their bytes on PostgreSQL, as every check reads them, so that an index serves it."""

import sqlalchemy as sa
from alembic import op

from payments import guards

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

COLUMNS = (("journal_entry", "stream"), ("journal_leg", "account"))


def upgrade() -> None:
    _collate("C")


def downgrade() -> None:
    _collate("default")


def _collate(collation: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    guards.remove(op.get_bind())
    for table, column in COLUMNS:
        op.alter_column(table, column, existing_type=sa.String(140), type_=sa.String(140, collation=collation), existing_nullable=False)
    guards.install(op.get_bind())

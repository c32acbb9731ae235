"""Let the key of a document hold every cause: a note of a claim names the entry of its claim, which eighty characters cut off.

PostgreSQL refused such a note each time; its row was parked, and is tried again.
"""

import sqlalchemy as sa
from alembic import op

from marketplace.documents import guards

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    guards.remove(op.get_bind())
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.alter_column('key', existing_type=sa.String(length=80), type_=sa.String(length=200), existing_nullable=False)
    guards.install(op.get_bind())
    op.execute("UPDATE outbox SET parked_at = NULL, attempts = 0 WHERE kind = 'document.due' AND parked_at IS NOT NULL")


def downgrade() -> None:
    pass  # what is issued keeps its key: a shorter column would refuse it

"""Let series and numbers of documents name the restore that began them, so that no number is given twice."""

import sqlalchemy as sa
from alembic import op

from marketplace.documents import guards

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    guards.remove(op.get_bind())
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.alter_column('series', existing_type=sa.String(length=4), type_=sa.String(length=16), existing_nullable=False)
        batch_op.alter_column('number', existing_type=sa.String(length=20), type_=sa.String(length=32), existing_nullable=False)
    with op.batch_alter_table('document_counter', schema=None) as batch_op:
        batch_op.alter_column('series', existing_type=sa.String(length=4), type_=sa.String(length=16), existing_nullable=False)
    guards.install(op.get_bind())


def downgrade() -> None:
    pass  # what is issued keeps its number: a shorter column would refuse it

"""Count the pool of a list."""

import sqlalchemy as sa
from alembic import op


revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('match_run') as batch_op:
        batch_op.add_column(sa.Column('pool_counts', sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('match_run') as batch_op:
        batch_op.drop_column('pool_counts')

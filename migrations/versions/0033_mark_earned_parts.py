"""Mark the parts whose work was approved and is still to be published: a lost chargeback takes nothing of them."""

import sqlalchemy as sa
from alembic import op


revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # no batch: the guards of the journal read this table
    op.add_column('pay_part', sa.Column('is_earned', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE pay_part SET is_earned = true WHERE share_bps IS NULL AND part_ref IN"
        " (SELECT id FROM deliverable WHERE status IN ('awaiting_publication', 'published'))"
    )


def downgrade() -> None:
    op.drop_column('pay_part', 'is_earned')

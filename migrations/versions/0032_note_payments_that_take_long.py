"""Note since when a payment goes on whose page is complete."""

import sqlalchemy as sa
from alembic import op


revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('pay_checkout_session', sa.Column('pending_since', sa.DateTime(timezone=True), nullable=True))
    op.add_column('booking', sa.Column('payment_pending_since', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('booking', 'payment_pending_since')
    op.drop_column('pay_checkout_session', 'pending_since')

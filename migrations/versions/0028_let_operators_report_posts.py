"""Let an operator report a post with reasons in both languages; end the freezes of bookings that a chargeback closed."""

import sqlalchemy as sa
from alembic import op


revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

NOT_DISPUTED = (
    "NOT EXISTS (SELECT 1 FROM pay_escrow e JOIN pay_chargeback c ON c.escrow_id = e.id"
    " WHERE e.booking_ref = booking.id AND c.status = 'open')"
)


def upgrade() -> None:
    # no batch: a copied table would lose the condition of its partial index
    op.add_column('contest', sa.Column('statement_ar', sa.Text(), nullable=True))
    op.execute(
        "UPDATE pay_escrow SET is_frozen = false, freeze_reason = NULL WHERE freeze_reason = 'chargeback'"
        " AND booking_ref IN (SELECT booking.id FROM booking WHERE booking.status = 'closed_by_chargeback'"
        f" AND booking.frozen_reason = 'chargeback' AND {NOT_DISPUTED})"
    )
    op.execute(
        "UPDATE booking SET frozen_at = NULL, frozen_reason = NULL WHERE booking.status = 'closed_by_chargeback'"
        f" AND booking.frozen_reason = 'chargeback' AND {NOT_DISPUTED}"
    )


def downgrade() -> None:
    op.drop_column('contest', 'statement_ar')

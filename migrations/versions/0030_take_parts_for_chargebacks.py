"""Keep how much of a part a lost chargeback took."""

import sqlalchemy as sa
from alembic import op


revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # no batch: the guards of the journal read this table
    op.add_column('pay_part', sa.Column('charged_back_minor', sa.BigInteger(), nullable=False, server_default='0'))
    op.execute(
        "UPDATE pay_part SET charged_back_minor = net_minor + fee_minor + tax_minor"
        " - CASE WHEN release_status = 'done' THEN release_net_minor + release_fee_minor + release_tax_minor ELSE 0 END"
        " WHERE is_charged_back"
    )


def downgrade() -> None:
    op.drop_column('pay_part', 'charged_back_minor')

"""Keep which payees' accounts hold another amount at the provider than our book says."""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'pay_account_difference',
        sa.Column('payee_ref', sa.String(length=100), nullable=False),
        sa.Column('currency', sa.String(length=3), nullable=False),
        sa.Column('provider_minor', sa.BigInteger(), nullable=False),
        sa.Column('booked_minor', sa.BigInteger(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['payee_ref'], ['pay_payout_account.payee_ref'], name=op.f('fk_pay_account_difference_payee_ref_pay_payout_account')),
        sa.PrimaryKeyConstraint('payee_ref', 'currency', name=op.f('pk_pay_account_difference')),
    )


def downgrade() -> None:
    op.drop_table('pay_account_difference')

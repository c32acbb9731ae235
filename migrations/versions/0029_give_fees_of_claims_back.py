"""Keep what of fee and tax goes back to the payer with a share that is taken back."""

import sqlalchemy as sa
from alembic import op


revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

BEFORE = (
    'recovered_minor >= 0 AND written_off_minor >= 0 AND recovered_minor + written_off_minor <= amount_minor'
    ' AND refunded_minor <= recovered_minor'
)
AFTER = (
    'recovered_minor >= 0 AND written_off_minor >= 0 AND fee_minor >= 0 AND tax_minor >= 0'
    ' AND recovered_minor + written_off_minor <= amount_minor'
    ' AND refunded_minor <= recovered_minor + fee_minor + tax_minor'
)


def upgrade() -> None:
    with op.batch_alter_table('pay_claw_back', schema=None) as batch_op:
        for name in ('fee_minor', 'tax_minor'):
            batch_op.add_column(sa.Column(name, sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.drop_constraint(batch_op.f('ck_pay_claw_back_within_amount'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_pay_claw_back_within_amount'), AFTER)


def downgrade() -> None:
    """What was refunded of fee and tax has no place there; the journal keeps it."""
    op.execute('UPDATE pay_claw_back SET refunded_minor = recovered_minor WHERE refunded_minor > recovered_minor')
    with op.batch_alter_table('pay_claw_back', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_pay_claw_back_within_amount'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_pay_claw_back_within_amount'), BEFORE)
        for name in ('fee_minor', 'tax_minor'):
            batch_op.drop_column(name)

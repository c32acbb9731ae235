"""Let shares be claimed back, payouts be held, evidence of chargebacks be handed in."""

import sqlalchemy as sa
from alembic import op

from payments import guards as payment_guards


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

KINDS_BEFORE = (
    "'checkout', 'release', 'refund', 'return', 'reversal', 'account', 'onboarding_link', 'payout'"
)
KINDS = (
    "'checkout', 'release', 'refund', 'return', 'reversal', 'claw_back_refund', 'account', 'onboarding_link',"
    " 'payout', 'evidence'"
)


def kinds(words: str) -> None:
    """Replace the check on the kinds of operations."""
    with op.batch_alter_table('pay_operation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('kind'), type_='check')
        batch_op.create_check_constraint(batch_op.f('kind'), f"kind IN ({words})")


def upgrade() -> None:
    bind = op.get_bind()
    payment_guards.remove(bind)
    op.create_table('pay_claw_back',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('escrow_id', sa.String(length=36), nullable=False),
    sa.Column('part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payee_ref', sa.String(length=100), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('recovered_minor', sa.BigInteger(), nullable=False),
    sa.Column('refunded_minor', sa.BigInteger(), nullable=False),
    sa.Column('written_off_minor', sa.BigInteger(), nullable=False),
    sa.Column('beneficiary', sa.Enum('payer', 'platform', name='beneficiary', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_pay_claw_back_amount_positive')),
    sa.CheckConstraint('recovered_minor >= 0 AND written_off_minor >= 0 AND recovered_minor + written_off_minor <= amount_minor AND refunded_minor <= recovered_minor', name=op.f('ck_pay_claw_back_within_amount')),
    sa.ForeignKeyConstraint(['escrow_id'], ['pay_escrow.id'], name=op.f('fk_pay_claw_back_escrow_id')),
    sa.ForeignKeyConstraint(['part_id'], ['pay_part.id'], name=op.f('fk_pay_claw_back_part_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pay_claw_back'))
    )
    with op.batch_alter_table('pay_claw_back', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pay_claw_back_escrow_id'), ['escrow_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pay_claw_back_payee_ref'), ['payee_ref'], unique=False)
    with op.batch_alter_table('pay_payout_account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hold_reason', sa.String(length=500), nullable=True))
    with op.batch_alter_table('pay_chargeback', schema=None) as batch_op:
        batch_op.add_column(sa.Column('evidence_due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('evidence_sent_at', sa.DateTime(timezone=True), nullable=True))
    kinds(KINDS)
    payment_guards.install(bind)


def downgrade() -> None:
    bind = op.get_bind()
    payment_guards.remove(bind)
    kinds(KINDS_BEFORE)
    with op.batch_alter_table('pay_chargeback', schema=None) as batch_op:
        batch_op.drop_column('evidence_sent_at')
        batch_op.drop_column('evidence_due_at')
    with op.batch_alter_table('pay_payout_account', schema=None) as batch_op:
        batch_op.drop_column('hold_reason')
    op.drop_table('pay_claw_back')
    payment_guards.install(bind)

"""make the books of payments."""

import sqlalchemy as sa
from alembic import op

from payments import guards as payment_guards


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_journal_seal()
    _make_pay_escrow()
    _make_pay_inbox_event()
    _make_pay_journal_root()
    _make_pay_payout_account()
    _make_journal_entry()
    _make_pay_chargeback()
    _make_pay_part()
    _make_pay_received_payment()
    _make_journal_leg()
    _make_pay_operation()
    _make_pay_checkout_session()


def _make_journal_seal() -> None:
    op.create_table('journal_seal',
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('leg_count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_journal_seal'))
    )


def _make_pay_escrow() -> None:
    op.create_table('pay_escrow',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('booking_ref', sa.String(length=100), nullable=False),
    sa.Column('payer_ref', sa.String(length=100), nullable=False),
    sa.Column('payee_ref', sa.String(length=100), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('awaiting_payment', 'funded', 'settled', 'cancelled', 'expired', name='status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('is_frozen', sa.Boolean(), nullable=False),
    sa.Column('freeze_reason', sa.Text(), nullable=True),
    sa.Column('pay_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('gateway_payment_id', sa.String(length=255), nullable=True),
    sa.Column('gateway_charge_id', sa.String(length=255), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('funded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('total_minor > 0', name=op.f('ck_pay_escrow_total_positive')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pay_escrow')),
    sa.UniqueConstraint('booking_ref', name=op.f('uq_pay_escrow_booking_ref'))
    )
    with op.batch_alter_table('pay_escrow', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pay_escrow_payee_ref'), ['payee_ref'], unique=False)
        batch_op.create_index(batch_op.f('ix_pay_escrow_payer_ref'), ['payer_ref'], unique=False)
        batch_op.create_index(batch_op.f('ix_pay_escrow_status'), ['status'], unique=False)


def _make_pay_inbox_event() -> None:
    op.create_table('pay_inbox_event',
    sa.Column('event_id', sa.String(length=255), nullable=False),
    sa.Column('endpoint', sa.String(length=16), nullable=False),
    sa.Column('event_type', sa.String(length=100), nullable=False),
    sa.Column('gateway_account_id', sa.String(length=255), nullable=True),
    sa.Column('object_id', sa.String(length=255), nullable=False),
    sa.Column('is_live', sa.Boolean(), nullable=False),
    sa.Column('body_hash', sa.String(length=64), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'handled', 'ignored', 'parked', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('run_after', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_pay_inbox_event'))
    )
    with op.batch_alter_table('pay_inbox_event', schema=None) as batch_op:
        batch_op.create_index('ix_pay_inbox_event_due', ['state', 'run_after'], unique=False)


def _make_pay_journal_root() -> None:
    op.create_table('pay_journal_root',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('last_entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stream_count', sa.Integer(), nullable=False),
    sa.Column('previous_root', sa.String(length=64), nullable=False),
    sa.Column('root_hash', sa.String(length=64), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(root_hash) = 64', name=op.f('ck_pay_journal_root_hash_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pay_journal_root')),
    sa.UniqueConstraint('last_entry_id', name=op.f('uq_pay_journal_root_last_entry_id'))
    )


def _make_pay_payout_account() -> None:
    op.create_table('pay_payout_account',
    sa.Column('payee_ref', sa.String(length=100), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('status', sa.Enum('new', 'pending', 'active', 'restricted', 'deauthorised', name='status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('gateway_account_id', sa.String(length=255), nullable=True),
    sa.Column('is_payout_enabled', sa.Boolean(), nullable=False),
    sa.Column('requirements', sa.JSON(), nullable=False),
    sa.Column('external_account_digest', sa.String(length=64), nullable=True),
    sa.Column('payouts_held_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('onboarding_url', sa.Text(), nullable=True),
    sa.Column('onboarding_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('payee_ref', name=op.f('pk_pay_payout_account')),
    sa.UniqueConstraint('gateway_account_id', name=op.f('uq_pay_payout_account_gateway_account_id'))
    )


def _make_journal_entry() -> None:
    op.create_table('journal_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('stream', sa.String(length=140), nullable=False),
    sa.Column('stream_sequence', sa.Integer(), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('entry_hash', sa.String(length=64), nullable=False),
    sa.Column('booking_ref', sa.String(length=100), nullable=True),
    sa.Column('operation_id', sa.String(length=36), nullable=True),
    sa.Column('memo', sa.JSON(), nullable=False),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(entry_hash) = 64 AND length(previous_hash) = 64', name=op.f('ck_journal_entry_hash_length')),
    sa.CheckConstraint('stream_sequence >= 1', name=op.f('ck_journal_entry_stream_sequence_from_one')),
    sa.ForeignKeyConstraint(['id'], ['journal_seal.entry_id'], name=op.f('fk_journal_entry_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_entry')),
    sa.UniqueConstraint('key', name=op.f('uq_journal_entry_key')),
    sa.UniqueConstraint('stream', 'stream_sequence', name=op.f('uq_journal_entry_stream_stream_sequence'))
    )
    with op.batch_alter_table('journal_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_journal_entry_booking_ref'), ['booking_ref'], unique=False)


def _make_pay_chargeback() -> None:
    op.create_table('pay_chargeback',
    sa.Column('gateway_dispute_id', sa.String(length=255), nullable=False),
    sa.Column('escrow_id', sa.String(length=36), nullable=True),
    sa.Column('status', sa.Enum('open', 'won', 'lost', name='status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('fee_minor', sa.BigInteger(), nullable=False),
    sa.Column('is_withdrawn', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=64), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['escrow_id'], ['pay_escrow.id'], name=op.f('fk_pay_chargeback_escrow_id')),
    sa.PrimaryKeyConstraint('gateway_dispute_id', name=op.f('pk_pay_chargeback'))
    )
    with op.batch_alter_table('pay_chargeback', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pay_chargeback_escrow_id'), ['escrow_id'], unique=False)


def _make_pay_part() -> None:
    op.create_table('pay_part',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('escrow_id', sa.String(length=36), nullable=False),
    sa.Column('part_ref', sa.String(length=100), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('net_minor', sa.BigInteger(), nullable=False),
    sa.Column('fee_minor', sa.BigInteger(), nullable=False),
    sa.Column('tax_minor', sa.BigInteger(), nullable=False),
    sa.Column('share_bps', sa.Integer(), nullable=True),
    sa.Column('release_net_minor', sa.BigInteger(), nullable=False),
    sa.Column('release_fee_minor', sa.BigInteger(), nullable=False),
    sa.Column('release_tax_minor', sa.BigInteger(), nullable=False),
    sa.Column('refund_minor', sa.BigInteger(), nullable=False),
    sa.Column('release_status', sa.Enum('none', 'due', 'in_transit', 'done', name='release_status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('refund_status', sa.Enum('none', 'due', 'in_transit', 'done', name='refund_status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('parked_reason', sa.String(length=64), nullable=True),
    sa.Column('is_charged_back', sa.Boolean(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('net_minor > 0 AND fee_minor >= 0 AND tax_minor >= 0', name=op.f('ck_pay_part_amounts')),
    sa.CheckConstraint('release_net_minor + release_fee_minor + release_tax_minor + refund_minor IN (0, net_minor + fee_minor + tax_minor)', name=op.f('ck_pay_part_division_whole')),
    sa.ForeignKeyConstraint(['escrow_id'], ['pay_escrow.id'], name=op.f('fk_pay_part_escrow_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pay_part')),
    sa.UniqueConstraint('escrow_id', 'part_ref', name=op.f('uq_pay_part_escrow_id_part_ref'))
    )


def _make_pay_received_payment() -> None:
    op.create_table('pay_received_payment',
    sa.Column('gateway_payment_id', sa.String(length=255), nullable=False),
    sa.Column('gateway_charge_id', sa.String(length=255), nullable=True),
    sa.Column('escrow_id', sa.String(length=36), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('disposition', sa.Enum('funded', 'suspense', name='disposition', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.String(length=64), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['escrow_id'], ['pay_escrow.id'], name=op.f('fk_pay_received_payment_escrow_id')),
    sa.PrimaryKeyConstraint('gateway_payment_id', name=op.f('pk_pay_received_payment'))
    )
    with op.batch_alter_table('pay_received_payment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pay_received_payment_escrow_id'), ['escrow_id'], unique=False)


def _make_journal_leg() -> None:
    op.create_table('journal_leg',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=140), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('part_ref', sa.String(length=100), nullable=True),
    sa.CheckConstraint("currency <> 'KWD' OR substr(account, 1, 5) <> 'liab:' OR amount_minor % 10 = 0", name=op.f('ck_journal_leg_kwd_step')),
    sa.CheckConstraint('amount_minor <> 0', name=op.f('ck_journal_leg_amount_not_zero')),
    sa.CheckConstraint('length(currency) = 3', name=op.f('ck_journal_leg_currency_length')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_journal_leg_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_leg')),
    sa.UniqueConstraint('entry_id', 'position', name=op.f('uq_journal_leg_entry_id_position'))
    )
    with op.batch_alter_table('journal_leg', schema=None) as batch_op:
        batch_op.create_index('ix_journal_leg_balance', ['account', 'currency', 'amount_minor'], unique=False)


def _make_pay_operation() -> None:
    op.create_table('pay_operation',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.Enum('checkout', 'release', 'refund', 'return', 'reversal', 'account', 'onboarding_link', 'payout', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('direction', sa.Enum('fund', 'release', 'refund', 'claw_back', 'set_up', 'pay_out', name='direction', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('state', sa.Enum('planned', 'sent', 'unknown', 'confirmed', 'refused', 'halted', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('escrow_id', sa.String(length=36), nullable=True),
    sa.Column('part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('payee_ref', sa.String(length=100), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('amount_minor', sa.BigInteger(), nullable=True),
    sa.Column('request', sa.JSON(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('stored_failures', sa.Integer(), nullable=False),
    sa.Column('run_after', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_token', sa.String(length=64), nullable=True),
    sa.Column('first_sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('gateway_id', sa.String(length=255), nullable=True),
    sa.Column('gateway_status', sa.String(length=32), nullable=True),
    sa.Column('gateway_request_id', sa.String(length=255), nullable=True),
    sa.Column('is_replayed', sa.Boolean(), nullable=False),
    sa.Column('failure_code', sa.String(length=100), nullable=True),
    sa.Column('failure_message', sa.Text(), nullable=True),
    sa.CheckConstraint('amount_minor IS NULL OR amount_minor > 0', name=op.f('ck_pay_operation_amount_positive')),
    sa.CheckConstraint('attempt >= 1', name=op.f('ck_pay_operation_attempt_from_one')),
    sa.ForeignKeyConstraint(['escrow_id'], ['pay_escrow.id'], name=op.f('fk_pay_operation_escrow_id')),
    sa.ForeignKeyConstraint(['part_id'], ['pay_part.id'], name=op.f('fk_pay_operation_part_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pay_operation'))
    )
    with op.batch_alter_table('pay_operation', schema=None) as batch_op:
        batch_op.create_index('ix_pay_operation_due', ['state', 'run_after'], unique=False)
        batch_op.create_index(batch_op.f('ix_pay_operation_escrow_id'), ['escrow_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pay_operation_payee_ref'), ['payee_ref'], unique=False)
        batch_op.create_index('uq_pay_operation_gateway', ['kind', 'gateway_id'], unique=True, sqlite_where=sa.text('gateway_id IS NOT NULL'), postgresql_where=sa.text('gateway_id IS NOT NULL'))
        batch_op.create_index('uq_pay_operation_open', ['subject', 'direction'], unique=True, sqlite_where=sa.text("state IN ('planned', 'sent', 'unknown', 'halted')"), postgresql_where=sa.text("state IN ('planned', 'sent', 'unknown', 'halted')"))


def _make_pay_checkout_session() -> None:
    op.create_table('pay_checkout_session',
    sa.Column('operation_id', sa.String(length=36), nullable=False),
    sa.Column('escrow_id', sa.String(length=36), nullable=False),
    sa.Column('gateway_session_id', sa.String(length=255), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('status', sa.Enum('open', 'complete', 'expired', name='status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['escrow_id'], ['pay_escrow.id'], name=op.f('fk_pay_checkout_session_escrow_id')),
    sa.ForeignKeyConstraint(['operation_id'], ['pay_operation.id'], name=op.f('fk_pay_checkout_session_operation_id')),
    sa.PrimaryKeyConstraint('operation_id', name=op.f('pk_pay_checkout_session')),
    sa.UniqueConstraint('gateway_session_id', name=op.f('uq_pay_checkout_session_gateway_session_id'))
    )
    with op.batch_alter_table('pay_checkout_session', schema=None) as batch_op:
        batch_op.create_index('uq_pay_checkout_session_open', ['escrow_id'], unique=True, sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))

    payment_guards.install(op.get_bind())


def downgrade() -> None:
    payment_guards.remove(op.get_bind())
    with op.batch_alter_table('pay_checkout_session', schema=None) as batch_op:
        batch_op.drop_index('uq_pay_checkout_session_open', sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))

    op.drop_table('pay_checkout_session')
    with op.batch_alter_table('pay_operation', schema=None) as batch_op:
        batch_op.drop_index('uq_pay_operation_open', sqlite_where=sa.text("state IN ('planned', 'sent', 'unknown', 'halted')"), postgresql_where=sa.text("state IN ('planned', 'sent', 'unknown', 'halted')"))
        batch_op.drop_index('uq_pay_operation_gateway', sqlite_where=sa.text('gateway_id IS NOT NULL'), postgresql_where=sa.text('gateway_id IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_pay_operation_payee_ref'))
        batch_op.drop_index(batch_op.f('ix_pay_operation_escrow_id'))
        batch_op.drop_index('ix_pay_operation_due')

    op.drop_table('pay_operation')
    with op.batch_alter_table('journal_leg', schema=None) as batch_op:
        batch_op.drop_index('ix_journal_leg_balance')

    op.drop_table('journal_leg')
    with op.batch_alter_table('pay_received_payment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pay_received_payment_escrow_id'))

    op.drop_table('pay_received_payment')
    op.drop_table('pay_part')
    with op.batch_alter_table('pay_chargeback', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pay_chargeback_escrow_id'))

    op.drop_table('pay_chargeback')
    with op.batch_alter_table('journal_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_journal_entry_booking_ref'))

    op.drop_table('journal_entry')
    op.drop_table('pay_payout_account')
    op.drop_table('pay_journal_root')
    with op.batch_alter_table('pay_inbox_event', schema=None) as batch_op:
        batch_op.drop_index('ix_pay_inbox_event_due')

    op.drop_table('pay_inbox_event')
    with op.batch_alter_table('pay_escrow', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pay_escrow_status'))
        batch_op.drop_index(batch_op.f('ix_pay_escrow_payer_ref'))
        batch_op.drop_index(batch_op.f('ix_pay_escrow_payee_ref'))

    op.drop_table('pay_escrow')
    op.drop_table('journal_seal')

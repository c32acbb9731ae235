"""make bookings."""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_booking()
    _make_deliverable()
    _make_message()
    _make_strike()
    _make_booking_event()
    _make_contest()
    _make_submission()
    _make_timer()
    _make_change_request()
    _make_contest_evidence()
    _make_reminder()
    _make_submission_file()
    _make_publication()


def _make_booking() -> None:
    op.create_table('booking',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('quote_id', sa.String(length=20), nullable=False),
    sa.Column('terms_id', sa.String(length=20), nullable=False),
    sa.Column('path', sa.String(length=20), nullable=False),
    sa.Column('brief_id', sa.String(length=20), nullable=True),
    sa.Column('listing_id', sa.String(length=20), nullable=True),
    sa.Column('brand_id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('status', sa.String(length=24), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('net_minor', sa.Integer(), nullable=False),
    sa.Column('total_minor', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('pay_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('payment_started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('funded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accept_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('activated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_reason', sa.String(length=40), nullable=True),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('frozen_reason', sa.String(length=500), nullable=True),
    sa.Column('cancelled_by', sa.String(length=20), nullable=True),
    sa.CheckConstraint("path IN ('application', 'invitation', 'order')", name=op.f('ck_booking_path_known')),
    sa.CheckConstraint("status IN ('awaiting_payment', 'funded', 'active', 'completed', 'expired', 'declined', 'cancelled', 'closed_by_chargeback')", name=op.f('ck_booking_status_known')),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_booking_brand_id')),
    sa.ForeignKeyConstraint(['brief_id'], ['brief.id'], name=op.f('fk_booking_brief_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_booking_influencer_id')),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_booking_listing_id')),
    sa.ForeignKeyConstraint(['quote_id'], ['quote.id'], name=op.f('fk_booking_quote_id')),
    sa.ForeignKeyConstraint(['terms_id'], ['terms_snapshot.id'], name=op.f('fk_booking_terms_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking')),
    sa.UniqueConstraint('quote_id', name=op.f('uq_booking_quote_id'))
    )
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_booking_brand_id'), ['brand_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_booking_brief_id'), ['brief_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_booking_influencer_id'), ['influencer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_booking_status'), ['status'], unique=False)


def _make_deliverable() -> None:
    op.create_table('deliverable',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('booking_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('platform', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('is_published', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(length=24), nullable=False),
    sa.Column('net_minor', sa.Integer(), nullable=False),
    sa.Column('fee_minor', sa.Integer(), nullable=False),
    sa.Column('tax_minor', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('overdue_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('posting_from', sa.Date(), nullable=True),
    sa.Column('posting_until', sa.Date(), nullable=True),
    sa.Column('posting_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('review_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('contest_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('rounds_used', sa.Integer(), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_how', sa.String(length=20), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refunded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('share_bps', sa.Integer(), nullable=True),
    sa.Column('release_minor', sa.Integer(), nullable=False),
    sa.Column('refund_minor', sa.Integer(), nullable=False),
    sa.Column('parked_reason', sa.String(length=64), nullable=True),
    sa.Column('closed_reason', sa.String(length=40), nullable=True),
    sa.CheckConstraint("status IN ('pending', 'in_progress', 'submitted', 'changes_requested', 'awaiting_publication', 'published', 'approved', 'releasing', 'released', 'contested', 'refunding', 'refunded', 'cancelled')", name=op.f('ck_deliverable_status_known')),
    sa.CheckConstraint('rounds_used >= 0', name=op.f('ck_deliverable_rounds_counted')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_deliverable_booking_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliverable')),
    sa.UniqueConstraint('booking_id', 'number', name=op.f('uq_deliverable_booking_id_number'))
    )
    with op.batch_alter_table('deliverable', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deliverable_booking_id'), ['booking_id'], unique=False)


def _make_message() -> None:
    op.create_table('message',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('booking_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.String(length=20), nullable=False),
    sa.Column('author_side', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_message_author_id')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_message_booking_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix_message_room', ['booking_id', 'at'], unique=False)


def _make_strike() -> None:
    op.create_table('strike',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('booking_id', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_strike_booking_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_strike_influencer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_strike')),
    sa.UniqueConstraint('key', name=op.f('uq_strike_key'))
    )
    with op.batch_alter_table('strike', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_strike_influencer_id'), ['influencer_id'], unique=False)


def _make_booking_event() -> None:
    op.create_table('booking_event',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('booking_id', sa.String(length=20), nullable=False),
    sa.Column('deliverable_id', sa.String(length=20), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('actor_kind', sa.String(length=20), nullable=False),
    sa.Column('actor_id', sa.String(length=40), nullable=True),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('params', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_booking_event_booking_id')),
    sa.ForeignKeyConstraint(['deliverable_id'], ['deliverable.id'], name=op.f('fk_booking_event_deliverable_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking_event'))
    )
    with op.batch_alter_table('booking_event', schema=None) as batch_op:
        batch_op.create_index('ix_booking_event_room', ['booking_id', 'at'], unique=False)


def _make_contest() -> None:
    op.create_table('contest',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('deliverable_id', sa.String(length=20), nullable=False),
    sa.Column('booking_id', sa.String(length=20), nullable=False),
    sa.Column('opened_by', sa.String(length=20), nullable=False),
    sa.Column('opened_side', sa.String(length=20), nullable=False),
    sa.Column('previous_status', sa.String(length=24), nullable=False),
    sa.Column('criteria', sa.JSON(), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('evidence_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rule_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ruled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ruled_by', sa.String(length=20), nullable=True),
    sa.Column('share_bps', sa.Integer(), nullable=True),
    sa.Column('reason_en', sa.Text(), nullable=False),
    sa.Column('reason_ar', sa.Text(), nullable=False),
    sa.CheckConstraint('share_bps >= 0 AND share_bps <= 10000', name=op.f('ck_contest_share_bounded')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_contest_booking_id')),
    sa.ForeignKeyConstraint(['deliverable_id'], ['deliverable.id'], name=op.f('fk_contest_deliverable_id')),
    sa.ForeignKeyConstraint(['opened_by'], ['user_account.id'], name=op.f('fk_contest_opened_by')),
    sa.ForeignKeyConstraint(['ruled_by'], ['user_account.id'], name=op.f('fk_contest_ruled_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest')),
    sa.UniqueConstraint('deliverable_id', name=op.f('uq_contest_deliverable_id'))
    )
    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contest_booking_id'), ['booking_id'], unique=False)


def _make_submission() -> None:
    op.create_table('submission',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('deliverable_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('links', sa.JSON(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('waiting', 'changes_requested', 'approved', 'replaced')", name=op.f('ck_submission_status_known')),
    sa.ForeignKeyConstraint(['deliverable_id'], ['deliverable.id'], name=op.f('fk_submission_deliverable_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission')),
    sa.UniqueConstraint('deliverable_id', 'number', name=op.f('uq_submission_deliverable_id_number'))
    )
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_submission_deliverable_id'), ['deliverable_id'], unique=False)


def _make_timer() -> None:
    op.create_table('timer',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('booking_id', sa.String(length=20), nullable=False),
    sa.Column('deliverable_id', sa.String(length=20), nullable=True),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=20), nullable=True),
    sa.CheckConstraint("kind IN ('pay', 'accept_order', 'due', 'overdue', 'review', 'review_reminder_1', 'review_reminder_2', 'resubmit', 'posting_window', 'confirm_publication', 'live_check', 'contest_window', 'evidence', 'ruling', 'hold_alarm', 'hold_cap')", name=op.f('ck_timer_kind_known')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_timer_booking_id')),
    sa.ForeignKeyConstraint(['deliverable_id'], ['deliverable.id'], name=op.f('fk_timer_deliverable_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timer')),
    sa.UniqueConstraint('key', name=op.f('uq_timer_key'))
    )
    with op.batch_alter_table('timer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_timer_booking_id'), ['booking_id'], unique=False)
        batch_op.create_index('ix_timer_due', ['closed_at', 'due_at'], unique=False)


def _make_change_request() -> None:
    op.create_table('change_request',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('submission_id', sa.String(length=20), nullable=False),
    sa.Column('criterion_id', sa.String(length=40), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_by', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_change_request_created_by')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_change_request_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change_request')),
    sa.UniqueConstraint('submission_id', name=op.f('uq_change_request_submission_id'))
    )


def _make_contest_evidence() -> None:
    op.create_table('contest_evidence',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('contest_id', sa.String(length=20), nullable=False),
    sa.Column('author_id', sa.String(length=20), nullable=False),
    sa.Column('author_side', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('links', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_contest_evidence_author_id')),
    sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_contest_evidence_contest_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest_evidence'))
    )
    with op.batch_alter_table('contest_evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contest_evidence_contest_id'), ['contest_id'], unique=False)


def _make_reminder() -> None:
    op.create_table('reminder',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('deliverable_id', sa.String(length=20), nullable=False),
    sa.Column('submission_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['deliverable_id'], ['deliverable.id'], name=op.f('fk_reminder_deliverable_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_reminder_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint('key', name=op.f('uq_reminder_key'))
    )
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reminder_deliverable_id'), ['deliverable_id'], unique=False)


def _make_submission_file() -> None:
    op.create_table('submission_file',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('submission_id', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('storage_key', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_submission_file_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission_file')),
    sa.UniqueConstraint('submission_id', 'storage_key', name=op.f('uq_submission_file_submission_id_storage_key'))
    )
    with op.batch_alter_table('submission_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_submission_file_submission_id'), ['submission_id'], unique=False)


def _make_publication() -> None:
    op.create_table('publication',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('deliverable_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('disclosure', sa.String(length=200), nullable=False),
    sa.Column('posted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proof_file_id', sa.String(length=20), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('refusal_note', sa.String(length=500), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('waiting', 'confirmed', 'refused', 'taken_down')", name=op.f('ck_publication_status_known')),
    sa.ForeignKeyConstraint(['deliverable_id'], ['deliverable.id'], name=op.f('fk_publication_deliverable_id')),
    sa.ForeignKeyConstraint(['proof_file_id'], ['submission_file.id'], name=op.f('fk_publication_proof_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication')),
    sa.UniqueConstraint('deliverable_id', 'number', name=op.f('uq_publication_deliverable_id_number'))
    )
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publication_deliverable_id'), ['deliverable_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_publication_deliverable_id'))

    op.drop_table('publication')
    with op.batch_alter_table('submission_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_submission_file_submission_id'))

    op.drop_table('submission_file')
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminder_deliverable_id'))

    op.drop_table('reminder')
    with op.batch_alter_table('contest_evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contest_evidence_contest_id'))

    op.drop_table('contest_evidence')
    op.drop_table('change_request')
    with op.batch_alter_table('timer', schema=None) as batch_op:
        batch_op.drop_index('ix_timer_due')
        batch_op.drop_index(batch_op.f('ix_timer_booking_id'))

    op.drop_table('timer')
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_submission_deliverable_id'))

    op.drop_table('submission')
    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contest_booking_id'))

    op.drop_table('contest')
    with op.batch_alter_table('booking_event', schema=None) as batch_op:
        batch_op.drop_index('ix_booking_event_room')

    op.drop_table('booking_event')
    with op.batch_alter_table('strike', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_strike_influencer_id'))

    op.drop_table('strike')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_room')

    op.drop_table('message')
    with op.batch_alter_table('deliverable', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deliverable_booking_id'))

    op.drop_table('deliverable')
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_booking_status'))
        batch_op.drop_index(batch_op.f('ix_booking_influencer_id'))
        batch_op.drop_index(batch_op.f('ix_booking_brief_id'))
        batch_op.drop_index(batch_op.f('ix_booking_brand_id'))

    op.drop_table('booking')

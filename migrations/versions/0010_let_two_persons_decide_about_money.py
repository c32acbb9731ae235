"""Let two persons decide about money, disputes be ruled by criteria and appealed, and reports be undone.

Contests that were ruled before could not be appealed: they count as closed when they were ruled.
"""

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

DELIVERABLE_STATUSES = (
    "'pending', 'in_progress', 'submitted', 'changes_requested', 'awaiting_publication', 'published', 'approved',"
    " 'releasing', 'released', 'contested', {new}'refunding', 'refunded', 'cancelled'"
)
TIMER_KINDS = (
    "'pay', 'accept_order', 'due', 'overdue', 'review', 'review_reminder_1', 'review_reminder_2', 'resubmit',"
    " 'posting_window', 'confirm_publication', 'live_check', 'contest_window', 'evidence', 'ruling', {new}'hold_alarm',"
    " 'hold_cap'"
)
SUBJECT_TYPES = "'listing', 'brief', 'brand', 'channel', 'deliverable'{new}"


def known(table: str, column: str, words: str) -> None:
    """Replace the check that a column holds one of these words."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_{table}_{column}_known"), type_="check")
        batch_op.create_check_constraint(batch_op.f(f"ck_{table}_{column}_known"), f"{column} IN ({words})")


def upgrade() -> None:
    _make_approval_request()
    _make_contest_appeal()
    _make_contest_ruling()
    _make_contest_evidence_file()


def _make_approval_request() -> None:
    op.create_table('approval_request',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('subject_type', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('payload_hash', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('requested_by', sa.String(length=20), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('second_person', sa.String(length=20), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('resume_operation', 'decide_deliverable', 'rule_contest', 'claw_back', 'write_off', 'book_entry', 'hold_payouts', 'free_payouts')", name=op.f('ck_approval_request_kind_known')),
    sa.CheckConstraint("status IN ('waiting', 'approved', 'refused', 'withdrawn', 'expired')", name=op.f('ck_approval_request_status_known')),
    sa.CheckConstraint("status NOT IN ('approved', 'refused') OR second_person IS NOT NULL", name=op.f('ck_approval_request_second_person_named')),
    sa.CheckConstraint('second_person IS NULL OR second_person <> requested_by', name=op.f('ck_approval_request_two_persons')),
    sa.ForeignKeyConstraint(['requested_by'], ['user_account.id'], name=op.f('fk_approval_request_requested_by')),
    sa.ForeignKeyConstraint(['second_person'], ['user_account.id'], name=op.f('fk_approval_request_second_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_request'))
    )
    with op.batch_alter_table('approval_request', schema=None) as batch_op:
        batch_op.create_index('ix_approval_request_list', ['status', 'requested_at'], unique=False)
        batch_op.create_index('uq_approval_request_waiting', ['kind', 'subject_id'], unique=True, sqlite_where=sa.text("status = 'waiting'"), postgresql_where=sa.text("status = 'waiting'"))


def _make_contest_appeal() -> None:
    op.create_table('contest_appeal',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('contest_id', sa.String(length=20), nullable=False),
    sa.Column('author_id', sa.String(length=20), nullable=False),
    sa.Column('author_side', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_contest_appeal_author_id')),
    sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_contest_appeal_contest_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest_appeal')),
    sa.UniqueConstraint('contest_id', name=op.f('uq_contest_appeal_contest_id'))
    )


def _make_contest_ruling() -> None:
    op.create_table('contest_ruling',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('contest_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('verdicts', sa.JSON(), nullable=False),
    sa.Column('share_bps', sa.Integer(), nullable=False),
    sa.Column('reason_en', sa.Text(), nullable=False),
    sa.Column('reason_ar', sa.Text(), nullable=False),
    sa.Column('ruled_by', sa.String(length=20), nullable=False),
    sa.Column('approved_by', sa.String(length=20), nullable=True),
    sa.Column('ruled_before_by', sa.String(length=20), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('approved_by IS NULL OR approved_by <> ruled_by', name=op.f('ck_contest_ruling_two_persons')),
    sa.CheckConstraint('number = 1 OR ruled_before_by IS NOT NULL', name=op.f('ck_contest_ruling_appeal_names_the_first')),
    sa.CheckConstraint('number IN (1, 2)', name=op.f('ck_contest_ruling_one_appeal')),
    sa.CheckConstraint('ruled_before_by IS NULL OR ruled_before_by <> ruled_by', name=op.f('ck_contest_ruling_another_operator')),
    sa.CheckConstraint('share_bps >= 0 AND share_bps <= 10000', name=op.f('ck_contest_ruling_share_bounded')),
    sa.ForeignKeyConstraint(['approved_by'], ['user_account.id'], name=op.f('fk_contest_ruling_approved_by')),
    sa.ForeignKeyConstraint(['contest_id'], ['contest.id'], name=op.f('fk_contest_ruling_contest_id')),
    sa.ForeignKeyConstraint(['ruled_before_by'], ['user_account.id'], name=op.f('fk_contest_ruling_ruled_before_by')),
    sa.ForeignKeyConstraint(['ruled_by'], ['user_account.id'], name=op.f('fk_contest_ruling_ruled_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest_ruling')),
    sa.UniqueConstraint('contest_id', 'number', name=op.f('uq_contest_ruling_contest_id_number'))
    )
    with op.batch_alter_table('contest_ruling', schema=None) as batch_op:
        batch_op.create_index('ix_contest_ruling_at', ['at'], unique=False)


def _make_contest_evidence_file() -> None:
    op.create_table('contest_evidence_file',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('evidence_id', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('storage_key', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['evidence_id'], ['contest_evidence.id'], name=op.f('fk_contest_evidence_file_evidence_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest_evidence_file')),
    sa.UniqueConstraint('evidence_id', 'storage_key', name=op.f('uq_contest_evidence_file_evidence_id_storage_key'))
    )
    with op.batch_alter_table('contest_evidence_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contest_evidence_file_evidence_id'), ['evidence_id'], unique=False)

    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=12), nullable=False, server_default='work'))
        batch_op.add_column(sa.Column('previous_share_bps', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('criterion_kinds', sa.String(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('appeal_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('brand_accepted_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('influencer_accepted_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_contest_deliverable_id'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_contest_deliverable_id_kind'), ['deliverable_id', 'kind'])
        batch_op.create_check_constraint(batch_op.f('ck_contest_kind_known'), "kind IN ('work', 'taken_down')")
    op.execute("UPDATE contest SET closed_at = ruled_at WHERE ruled_at IS NOT NULL")
    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=sa.String(length=12), existing_nullable=False, server_default=None)
        batch_op.alter_column('criterion_kinds', existing_type=sa.String(length=120), existing_nullable=False, server_default=None)

    with op.batch_alter_table('deliverable', schema=None) as batch_op:
        batch_op.add_column(sa.Column('appeal_until', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('moderation_case', schema=None) as batch_op:
        batch_op.alter_column('subject_id',
               existing_type=sa.VARCHAR(length=20),
               type_=sa.String(length=64),
               existing_nullable=False)

    with op.batch_alter_table('strike', schema=None) as batch_op:
        batch_op.add_column(sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))

    known('deliverable', 'status', DELIVERABLE_STATUSES.format(new="'ruled', 'appealed', "))
    known('timer', 'kind', TIMER_KINDS.format(new="'escalation', 'appeal_window', 'appeal_ruling', "))
    known('moderation_case', 'subject_type', SUBJECT_TYPES.format(new=", 'payment'"))



def downgrade() -> None:
    known('moderation_case', 'subject_type', SUBJECT_TYPES.format(new=""))
    known('timer', 'kind', TIMER_KINDS.format(new=""))
    known('deliverable', 'status', DELIVERABLE_STATUSES.format(new=""))
    with op.batch_alter_table('strike', schema=None) as batch_op:
        batch_op.drop_column('withdrawn_at')

    with op.batch_alter_table('moderation_case', schema=None) as batch_op:
        batch_op.alter_column('subject_id',
               existing_type=sa.String(length=64),
               type_=sa.VARCHAR(length=20),
               existing_nullable=False)

    with op.batch_alter_table('deliverable', schema=None) as batch_op:
        batch_op.drop_column('appeal_until')

    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_contest_kind_known'), type_='check')
        batch_op.drop_constraint(batch_op.f('uq_contest_deliverable_id_kind'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_contest_deliverable_id'), ['deliverable_id'])
        batch_op.drop_column('closed_at')
        batch_op.drop_column('influencer_accepted_at')
        batch_op.drop_column('brand_accepted_at')
        batch_op.drop_column('appeal_until')
        batch_op.drop_column('criterion_kinds')
        batch_op.drop_column('previous_share_bps')
        batch_op.drop_column('kind')

    with op.batch_alter_table('contest_evidence_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contest_evidence_file_evidence_id'))

    op.drop_table('contest_evidence_file')
    with op.batch_alter_table('contest_ruling', schema=None) as batch_op:
        batch_op.drop_index('ix_contest_ruling_at')

    op.drop_table('contest_ruling')
    op.drop_table('contest_appeal')
    with op.batch_alter_table('approval_request', schema=None) as batch_op:
        batch_op.drop_index('uq_approval_request_waiting', sqlite_where=sa.text("status = 'waiting'"), postgresql_where=sa.text("status = 'waiting'"))
        batch_op.drop_index('ix_approval_request_list')

    op.drop_table('approval_request')

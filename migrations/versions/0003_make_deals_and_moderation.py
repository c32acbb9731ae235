"""make deals and moderation."""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_moderation_case()
    _make_decision()
    _make_appeal()
    _make_terms_snapshot()
    _make_quote()
    _make_application()
    _make_invitation()
    _make_listing_order()


def _make_moderation_case() -> None:
    op.create_table('moderation_case',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('subject_type', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.String(length=20), nullable=False),
    sa.Column('version_ref', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('snapshot', sa.JSON(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_by', sa.String(length=20), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('open', 'decided', 'superseded')", name=op.f('ck_moderation_case_status_known')),
    sa.CheckConstraint("subject_type IN ('listing', 'brief', 'brand', 'channel', 'deliverable')", name=op.f('ck_moderation_case_subject_type_known')),
    sa.ForeignKeyConstraint(['claimed_by'], ['user_account.id'], name=op.f('fk_moderation_case_claimed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moderation_case')),
    sa.UniqueConstraint('subject_type', 'subject_id', 'version_ref', name=op.f('uq_moderation_case_subject_type_subject_id_version_ref'))
    )
    with op.batch_alter_table('moderation_case', schema=None) as batch_op:
        batch_op.create_index('ix_moderation_case_queue', ['status', 'opened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_moderation_case_subject_id'), ['subject_id'], unique=False)


def _make_decision() -> None:
    op.create_table('decision',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('case_id', sa.String(length=20), nullable=False),
    sa.Column('operator_id', sa.String(length=20), nullable=False),
    sa.Column('action', sa.String(length=20), nullable=False),
    sa.Column('policy_code', sa.String(length=40), nullable=False),
    sa.Column('reason_en', sa.Text(), nullable=False),
    sa.Column('reason_ar', sa.Text(), nullable=False),
    sa.Column('field_notes', sa.JSON(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("action IN ('approve', 'request_changes', 'reject', 'hide', 'split')", name=op.f('ck_decision_action_known')),
    sa.ForeignKeyConstraint(['case_id'], ['moderation_case.id'], name=op.f('fk_decision_case_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['user_account.id'], name=op.f('fk_decision_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('case_id', name=op.f('uq_decision_case_id'))
    )


def _make_appeal() -> None:
    op.create_table('appeal',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('decision_id', sa.String(length=20), nullable=False),
    sa.Column('author_id', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(length=20), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer_en', sa.Text(), nullable=False),
    sa.Column('answer_ar', sa.Text(), nullable=False),
    sa.CheckConstraint("status IN ('open', 'upheld', 'overturned')", name=op.f('ck_appeal_status_known')),
    sa.ForeignKeyConstraint(['author_id'], ['user_account.id'], name=op.f('fk_appeal_author_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['user_account.id'], name=op.f('fk_appeal_decided_by')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_appeal_decision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal')),
    sa.UniqueConstraint('decision_id', name=op.f('uq_appeal_decision_id'))
    )


def _make_terms_snapshot() -> None:
    op.create_table('terms_snapshot',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('path', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('brand_id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('brief_version_id', sa.String(length=20), nullable=True),
    sa.Column('listing_version_id', sa.String(length=20), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('base_minor', sa.Integer(), nullable=False),
    sa.Column('rights_minor', sa.Integer(), nullable=False),
    sa.Column('exclusivity_minor', sa.Integer(), nullable=False),
    sa.Column('rush_minor', sa.Integer(), nullable=False),
    sa.Column('net_minor', sa.Integer(), nullable=False),
    sa.Column('deliverables', sa.JSON(), nullable=False),
    sa.Column('criteria', sa.JSON(), nullable=False),
    sa.Column('rights', sa.JSON(), nullable=False),
    sa.Column('exclusivity', sa.JSON(), nullable=False),
    sa.Column('requires_disclosure', sa.Boolean(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('turnaround_days', sa.Integer(), nullable=False),
    sa.Column('posting_from', sa.Date(), nullable=True),
    sa.Column('posting_until', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("path IN ('application', 'invitation', 'order')", name=op.f('ck_terms_snapshot_path_known')),
    sa.CheckConstraint('net_minor > 0', name=op.f('ck_terms_snapshot_net_positive')),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_terms_snapshot_brand_id')),
    sa.ForeignKeyConstraint(['brief_version_id'], ['brief_version.id'], name=op.f('fk_terms_snapshot_brief_version_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_terms_snapshot_influencer_id')),
    sa.ForeignKeyConstraint(['listing_version_id'], ['listing_version.id'], name=op.f('fk_terms_snapshot_listing_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terms_snapshot'))
    )
    with op.batch_alter_table('terms_snapshot', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_terms_snapshot_influencer_id'), ['influencer_id'], unique=False)


def _make_quote() -> None:
    op.create_table('quote',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('path', sa.String(length=20), nullable=False),
    sa.Column('terms_id', sa.String(length=20), nullable=False),
    sa.Column('brand_id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('base_minor', sa.Integer(), nullable=False),
    sa.Column('rights_minor', sa.Integer(), nullable=False),
    sa.Column('exclusivity_minor', sa.Integer(), nullable=False),
    sa.Column('rush_minor', sa.Integer(), nullable=False),
    sa.Column('net_minor', sa.Integer(), nullable=False),
    sa.Column('fee_minor', sa.Integer(), nullable=False),
    sa.Column('tax_minor', sa.Integer(), nullable=False),
    sa.Column('total_minor', sa.Integer(), nullable=False),
    sa.Column('parts', sa.JSON(), nullable=False),
    sa.Column('cancellation', sa.JSON(), nullable=False),
    sa.Column('policy', sa.JSON(), nullable=False),
    sa.Column('policy_version', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_by', sa.String(length=20), nullable=True),
    sa.Column('fulfilled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("path IN ('application', 'invitation', 'order')", name=op.f('ck_quote_path_known')),
    sa.CheckConstraint("status IN ('open', 'accepted', 'expired', 'withdrawn')", name=op.f('ck_quote_status_known')),
    sa.CheckConstraint('total_minor = net_minor + fee_minor + tax_minor', name=op.f('ck_quote_sums')),
    sa.ForeignKeyConstraint(['accepted_by'], ['user_account.id'], name=op.f('fk_quote_accepted_by')),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_quote_brand_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_quote_influencer_id')),
    sa.ForeignKeyConstraint(['terms_id'], ['terms_snapshot.id'], name=op.f('fk_quote_terms_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quote'))
    )
    with op.batch_alter_table('quote', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quote_brand_id'), ['brand_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_quote_influencer_id'), ['influencer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_quote_terms_id'), ['terms_id'], unique=False)


def _make_application() -> None:
    op.create_table('application',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('brief_id', sa.String(length=20), nullable=False),
    sa.Column('brief_version_id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('listing_version_id', sa.String(length=20), nullable=True),
    sa.Column('terms_id', sa.String(length=20), nullable=False),
    sa.Column('quote_id', sa.String(length=20), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('pitch', sa.Text(), nullable=False),
    sa.Column('refusal_code', sa.String(length=30), nullable=True),
    sa.Column('refusal_note', sa.String(length=500), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('submitted', 'shortlisted', 'quoted', 'booked', 'ended', 'refused', 'withdrawn', 'lapsed')", name=op.f('ck_application_status_known')),
    sa.ForeignKeyConstraint(['brief_id'], ['brief.id'], name=op.f('fk_application_brief_id')),
    sa.ForeignKeyConstraint(['brief_version_id'], ['brief_version.id'], name=op.f('fk_application_brief_version_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_application_influencer_id')),
    sa.ForeignKeyConstraint(['listing_version_id'], ['listing_version.id'], name=op.f('fk_application_listing_version_id')),
    sa.ForeignKeyConstraint(['quote_id'], ['quote.id'], name=op.f('fk_application_quote_id')),
    sa.ForeignKeyConstraint(['terms_id'], ['terms_snapshot.id'], name=op.f('fk_application_terms_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application'))
    )
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_brief_id'), ['brief_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_influencer_id'), ['influencer_id'], unique=False)
        batch_op.create_index('uq_application_live', ['brief_id', 'influencer_id'], unique=True, sqlite_where=sa.text("status IN ('submitted', 'shortlisted', 'quoted', 'booked')"), postgresql_where=sa.text("status IN ('submitted', 'shortlisted', 'quoted', 'booked')"))


def _make_invitation() -> None:
    op.create_table('invitation',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('brief_id', sa.String(length=20), nullable=False),
    sa.Column('brief_version_id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('listing_version_id', sa.String(length=20), nullable=True),
    sa.Column('terms_id', sa.String(length=20), nullable=True),
    sa.Column('quote_id', sa.String(length=20), nullable=True),
    sa.Column('match_run_id', sa.String(length=20), nullable=True),
    sa.Column('invited_by', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('refusal_code', sa.String(length=30), nullable=True),
    sa.Column('refusal_note', sa.String(length=500), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('sent', 'accepted', 'quoted', 'booked', 'ended', 'declined', 'withdrawn', 'lapsed')", name=op.f('ck_invitation_status_known')),
    sa.ForeignKeyConstraint(['brief_id'], ['brief.id'], name=op.f('fk_invitation_brief_id')),
    sa.ForeignKeyConstraint(['brief_version_id'], ['brief_version.id'], name=op.f('fk_invitation_brief_version_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_invitation_influencer_id')),
    sa.ForeignKeyConstraint(['invited_by'], ['user_account.id'], name=op.f('fk_invitation_invited_by')),
    sa.ForeignKeyConstraint(['listing_version_id'], ['listing_version.id'], name=op.f('fk_invitation_listing_version_id')),
    sa.ForeignKeyConstraint(['match_run_id'], ['match_run.id'], name=op.f('fk_invitation_match_run_id')),
    sa.ForeignKeyConstraint(['quote_id'], ['quote.id'], name=op.f('fk_invitation_quote_id')),
    sa.ForeignKeyConstraint(['terms_id'], ['terms_snapshot.id'], name=op.f('fk_invitation_terms_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_brief_id'), ['brief_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitation_influencer_id'), ['influencer_id'], unique=False)
        batch_op.create_index('uq_invitation_live', ['brief_id', 'influencer_id'], unique=True, sqlite_where=sa.text("status IN ('sent', 'accepted', 'quoted', 'booked')"), postgresql_where=sa.text("status IN ('sent', 'accepted', 'quoted', 'booked')"))


def _make_listing_order() -> None:
    op.create_table('listing_order',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('listing_id', sa.String(length=20), nullable=False),
    sa.Column('listing_version_id', sa.String(length=20), nullable=False),
    sa.Column('brand_id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('ordered_by', sa.String(length=20), nullable=False),
    sa.Column('terms_id', sa.String(length=20), nullable=False),
    sa.Column('quote_id', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('choices', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('quoted', 'booked', 'ended', 'withdrawn', 'lapsed')", name=op.f('ck_listing_order_status_known')),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_listing_order_brand_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_listing_order_influencer_id')),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_listing_order_listing_id')),
    sa.ForeignKeyConstraint(['listing_version_id'], ['listing_version.id'], name=op.f('fk_listing_order_listing_version_id')),
    sa.ForeignKeyConstraint(['ordered_by'], ['user_account.id'], name=op.f('fk_listing_order_ordered_by')),
    sa.ForeignKeyConstraint(['quote_id'], ['quote.id'], name=op.f('fk_listing_order_quote_id')),
    sa.ForeignKeyConstraint(['terms_id'], ['terms_snapshot.id'], name=op.f('fk_listing_order_terms_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_order'))
    )
    with op.batch_alter_table('listing_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_listing_order_brand_id'), ['brand_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_listing_order_influencer_id'), ['influencer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_listing_order_listing_id'), ['listing_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('listing_order', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_listing_order_listing_id'))
        batch_op.drop_index(batch_op.f('ix_listing_order_influencer_id'))
        batch_op.drop_index(batch_op.f('ix_listing_order_brand_id'))

    op.drop_table('listing_order')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index('uq_invitation_live', sqlite_where=sa.text("status IN ('sent', 'accepted', 'quoted', 'booked')"), postgresql_where=sa.text("status IN ('sent', 'accepted', 'quoted', 'booked')"))
        batch_op.drop_index(batch_op.f('ix_invitation_influencer_id'))
        batch_op.drop_index(batch_op.f('ix_invitation_brief_id'))

    op.drop_table('invitation')
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.drop_index('uq_application_live', sqlite_where=sa.text("status IN ('submitted', 'shortlisted', 'quoted', 'booked')"), postgresql_where=sa.text("status IN ('submitted', 'shortlisted', 'quoted', 'booked')"))
        batch_op.drop_index(batch_op.f('ix_application_influencer_id'))
        batch_op.drop_index(batch_op.f('ix_application_brief_id'))

    op.drop_table('application')
    with op.batch_alter_table('quote', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quote_terms_id'))
        batch_op.drop_index(batch_op.f('ix_quote_influencer_id'))
        batch_op.drop_index(batch_op.f('ix_quote_brand_id'))

    op.drop_table('quote')
    with op.batch_alter_table('terms_snapshot', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_terms_snapshot_influencer_id'))

    op.drop_table('terms_snapshot')
    op.drop_table('appeal')
    op.drop_table('decision')
    with op.batch_alter_table('moderation_case', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_moderation_case_subject_id'))
        batch_op.drop_index('ix_moderation_case_queue')

    op.drop_table('moderation_case')

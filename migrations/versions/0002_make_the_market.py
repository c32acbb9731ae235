"""make the market."""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_brand()
    _make_brief()
    _make_influencer()
    _make_membership()
    _make_brief_version()
    _make_busy_period()
    _make_channel()
    _make_listing()
    _make_audience_split()
    _make_listing_version()
    _make_match_run()
    _make_metric()
    _make_post()
    _make_match_result()


def _make_brand() -> None:
    op.create_table('brand',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_ar', sa.String(length=120), nullable=False),
    sa.Column('website', sa.String(length=300), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('city', sa.String(length=80), nullable=False),
    sa.Column('category', sa.String(length=40), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('pending', 'approved', 'changes_requested', 'rejected', 'suspended')", name=op.f('ck_brand_status_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brand'))
    )


def _make_brief() -> None:
    op.create_table('brief',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('brand_id', sa.String(length=20), nullable=False),
    sa.Column('created_by', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('draft', sa.JSON(), nullable=False),
    sa.Column('draft_saved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('newest_version_id', sa.String(length=20), nullable=True),
    sa.Column('live_version_id', sa.String(length=20), nullable=True),
    sa.Column('is_hidden', sa.Boolean(), nullable=False),
    sa.Column('field_notes', sa.JSON(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('close_reason', sa.String(length=20), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('draft', 'submitted', 'changes_requested', 'rejected', 'open', 'paused', 'full', 'closed', 'withdrawn')", name=op.f('ck_brief_status_known')),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_brief_brand_id')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_brief_created_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brief'))
    )
    with op.batch_alter_table('brief', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_brief_brand_id'), ['brand_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_brief_status'), ['status'], unique=False)


def _make_influencer() -> None:
    op.create_table('influencer',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('user_id', sa.String(length=20), nullable=True),
    sa.Column('handle', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_ar', sa.String(length=120), nullable=False),
    sa.Column('bio', sa.Text(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('city', sa.String(length=80), nullable=False),
    sa.Column('claimed_topics', sa.JSON(), nullable=False),
    sa.Column('refused_categories', sa.JSON(), nullable=False),
    sa.Column('open_slots', sa.Integer(), nullable=False),
    sa.Column('taken_slots', sa.Integer(), nullable=False),
    sa.Column('consented_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('external_ref', sa.String(length=120), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('draft', 'listed', 'paused', 'suspended')", name=op.f('ck_influencer_status_known')),
    sa.CheckConstraint('open_slots >= 0', name=op.f('ck_influencer_slots_counted')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_influencer_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_influencer')),
    sa.UniqueConstraint('external_ref', name=op.f('uq_influencer_external_ref')),
    sa.UniqueConstraint('handle', name=op.f('uq_influencer_handle')),
    sa.UniqueConstraint('user_id', name=op.f('uq_influencer_user_id'))
    )


def _make_membership() -> None:
    op.create_table('membership',
    sa.Column('user_id', sa.String(length=20), nullable=False),
    sa.Column('brand_id', sa.String(length=20), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('owner', 'approver', 'buyer')", name=op.f('ck_membership_role_known')),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_membership_brand_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_membership_user_id')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_membership'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_membership_brand_id'), ['brand_id'], unique=False)


def _make_brief_version() -> None:
    op.create_table('brief_version',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('brief_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('goal', sa.String(length=40), nullable=False),
    sa.Column('product', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('category', sa.String(length=40), nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('platforms', sa.JSON(), nullable=False),
    sa.Column('deliverables', sa.JSON(), nullable=False),
    sa.Column('audience', sa.JSON(), nullable=False),
    sa.Column('creator_countries', sa.JSON(), nullable=False),
    sa.Column('followers_min', sa.Integer(), nullable=False),
    sa.Column('followers_max', sa.Integer(), nullable=False),
    sa.Column('followers_reason', sa.String(length=300), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('budget_minor', sa.Integer(), nullable=False),
    sa.Column('pricing', sa.String(length=10), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('rights', sa.JSON(), nullable=False),
    sa.Column('exclusivity_category', sa.String(length=40), nullable=False),
    sa.Column('exclusivity_days', sa.Integer(), nullable=False),
    sa.Column('is_rush', sa.Boolean(), nullable=False),
    sa.Column('requires_disclosure', sa.Boolean(), nullable=False),
    sa.Column('refused_categories', sa.JSON(), nullable=False),
    sa.Column('criteria', sa.JSON(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("pricing IN ('fixed', 'listing')", name=op.f('ck_brief_version_pricing_known')),
    sa.CheckConstraint('budget_minor > 0', name=op.f('ck_brief_version_budget_positive')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_brief_version_dates_ordered')),
    sa.CheckConstraint('seats >= 1', name=op.f('ck_brief_version_seats_positive')),
    sa.ForeignKeyConstraint(['brief_id'], ['brief.id'], name=op.f('fk_brief_version_brief_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brief_version')),
    sa.UniqueConstraint('brief_id', 'number', name=op.f('uq_brief_version_brief_id_number'))
    )
    with op.batch_alter_table('brief_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_brief_version_brief_id'), ['brief_id'], unique=False)


def _make_busy_period() -> None:
    op.create_table('busy_period',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_busy_period_ordered')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_busy_period_influencer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_busy_period'))
    )
    with op.batch_alter_table('busy_period', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_busy_period_influencer_id'), ['influencer_id'], unique=False)


def _make_channel() -> None:
    op.create_table('channel',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('platform', sa.String(length=20), nullable=False),
    sa.Column('handle', sa.String(length=100), nullable=False),
    sa.Column('url', sa.String(length=300), nullable=False),
    sa.Column('proof_code', sa.String(length=20), nullable=False),
    sa.Column('proof_requested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proven_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proven_by', sa.String(length=20), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("platform IN ('instagram', 'tiktok', 'youtube', 'snapchat', 'x', 'podcast', 'blog')", name=op.f('ck_channel_platform_known')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_channel_influencer_id')),
    sa.ForeignKeyConstraint(['proven_by'], ['user_account.id'], name=op.f('fk_channel_proven_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channel')),
    sa.UniqueConstraint('influencer_id', 'platform', 'handle', name=op.f('uq_channel_influencer_id_platform_handle'))
    )
    with op.batch_alter_table('channel', schema=None) as batch_op:
        batch_op.create_index('ix_channel_account', ['platform', 'handle'], unique=False)
        batch_op.create_index(batch_op.f('ix_channel_influencer_id'), ['influencer_id'], unique=False)
        batch_op.create_index('uq_channel_proven', ['platform', 'handle'], unique=True, sqlite_where=sa.text('proven_at IS NOT NULL'), postgresql_where=sa.text('proven_at IS NOT NULL'))


def _make_listing() -> None:
    op.create_table('listing',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('newest_version_id', sa.String(length=20), nullable=True),
    sa.Column('live_version_id', sa.String(length=20), nullable=True),
    sa.Column('is_hidden', sa.Boolean(), nullable=False),
    sa.Column('field_notes', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('draft', 'submitted', 'approved', 'changes_requested', 'rejected', 'paused')", name=op.f('ck_listing_status_known')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_listing_influencer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing'))
    )
    with op.batch_alter_table('listing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_listing_influencer_id'), ['influencer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_listing_live_version_id'), ['live_version_id'], unique=False)


def _make_audience_split() -> None:
    op.create_table('audience_split',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('channel_id', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=20), nullable=False),
    sa.Column('share', sa.Double(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.CheckConstraint("kind IN ('country', 'language', 'age', 'gender')", name=op.f('ck_audience_split_kind_known')),
    sa.CheckConstraint("source IN ('api', 'reviewed', 'self_declared')", name=op.f('ck_audience_split_source_known')),
    sa.CheckConstraint('share >= 0 AND share <= 1', name=op.f('ck_audience_split_share_bounded')),
    sa.ForeignKeyConstraint(['channel_id'], ['channel.id'], name=op.f('fk_audience_split_channel_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_audience_split_influencer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audience_split')),
    sa.UniqueConstraint('channel_id', 'kind', 'key', 'as_of', name=op.f('uq_audience_split_channel_id_kind_key_as_of'))
    )
    with op.batch_alter_table('audience_split', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audience_split_influencer_id'), ['influencer_id'], unique=False)


def _make_listing_version() -> None:
    op.create_table('listing_version',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('listing_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('platform', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('deliverables', sa.JSON(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('base_minor', sa.Integer(), nullable=False),
    sa.Column('amplification_month_minor', sa.Integer(), nullable=True),
    sa.Column('exclusivity_day_minor', sa.Integer(), nullable=True),
    sa.Column('rush_minor', sa.Integer(), nullable=True),
    sa.Column('rush_days', sa.Integer(), nullable=True),
    sa.Column('turnaround_days', sa.Integer(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("platform IN ('instagram', 'tiktok', 'youtube', 'snapchat', 'x', 'podcast', 'blog')", name=op.f('ck_listing_version_platform_known')),
    sa.CheckConstraint('base_minor > 0', name=op.f('ck_listing_version_base_positive')),
    sa.ForeignKeyConstraint(['listing_id'], ['listing.id'], name=op.f('fk_listing_version_listing_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_version')),
    sa.UniqueConstraint('listing_id', 'number', name=op.f('uq_listing_version_listing_id_number'))
    )
    with op.batch_alter_table('listing_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_listing_version_listing_id'), ['listing_id'], unique=False)


def _make_match_run() -> None:
    op.create_table('match_run',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('brief_id', sa.String(length=20), nullable=False),
    sa.Column('brief_version_id', sa.String(length=20), nullable=True),
    sa.Column('created_by', sa.String(length=20), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('criteria_hash', sa.String(length=64), nullable=False),
    sa.Column('criteria', sa.JSON(), nullable=False),
    sa.Column('understood', sa.JSON(), nullable=False),
    sa.Column('refusals', sa.JSON(), nullable=False),
    sa.Column('pool_size', sa.Integer(), nullable=False),
    sa.Column('generation', sa.String(length=60), nullable=False),
    sa.Column('formula_version', sa.String(length=20), nullable=False),
    sa.Column('formula', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['brief_id'], ['brief.id'], name=op.f('fk_match_run_brief_id')),
    sa.ForeignKeyConstraint(['brief_version_id'], ['brief_version.id'], name=op.f('fk_match_run_brief_version_id')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_match_run_created_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_run'))
    )
    with op.batch_alter_table('match_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_match_run_brief_id'), ['brief_id'], unique=False)


def _make_metric() -> None:
    op.create_table('metric',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('channel_id', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('sample_size', sa.Integer(), nullable=True),
    sa.CheckConstraint("source IN ('api', 'reviewed', 'self_declared')", name=op.f('ck_metric_source_known')),
    sa.ForeignKeyConstraint(['channel_id'], ['channel.id'], name=op.f('fk_metric_channel_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_metric_influencer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_metric')),
    sa.UniqueConstraint('channel_id', 'name', 'as_of', 'source', name=op.f('uq_metric_channel_id_name_as_of_source'))
    )
    with op.batch_alter_table('metric', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_metric_influencer_id'), ['influencer_id'], unique=False)
        batch_op.create_index('ix_metric_latest', ['channel_id', 'name', 'as_of'], unique=False)


def _make_post() -> None:
    op.create_table('post',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('channel_id', sa.String(length=20), nullable=False),
    sa.Column('url', sa.String(length=300), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('hashtags', sa.JSON(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('views', sa.Integer(), nullable=True),
    sa.Column('likes', sa.Integer(), nullable=True),
    sa.Column('comments', sa.Integer(), nullable=True),
    sa.Column('shares', sa.Integer(), nullable=True),
    sa.Column('saves', sa.Integer(), nullable=True),
    sa.Column('is_sponsored', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['channel_id'], ['channel.id'], name=op.f('fk_post_channel_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_post_influencer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post')),
    sa.UniqueConstraint('channel_id', 'url', name=op.f('uq_post_channel_id_url'))
    )
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.create_index('ix_post_recent', ['influencer_id', 'published_at'], unique=False)


def _make_match_result() -> None:
    op.create_table('match_result',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('run_id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('score', sa.Double(), nullable=False),
    sa.Column('receipt', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['match_run.id'], name=op.f('fk_match_result_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_result')),
    sa.UniqueConstraint('run_id', 'influencer_id', name=op.f('uq_match_result_run_id_influencer_id')),
    sa.UniqueConstraint('run_id', 'rank', name=op.f('uq_match_result_run_id_rank'))
    )
    with op.batch_alter_table('match_result', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_match_result_influencer_id'), ['influencer_id'], unique=False)



def downgrade() -> None:
    # A table takes its indexes with it.
    for table in (
        'match_result',
        'post',
        'metric',
        'match_run',
        'listing_version',
        'audience_split',
        'listing',
        'channel',
        'busy_period',
        'brief_version',
        'membership',
        'influencer',
        'brief',
        'brand',
    ):
        op.drop_table(table)

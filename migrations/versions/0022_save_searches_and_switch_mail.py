"""Save searches, keep whom they found and who hears of it, and let mail of news be switched off."""

import sqlalchemy as sa
from alembic import op


revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

IS_KEPT = sa.text('deleted_at IS NULL')


def upgrade() -> None:
    _mail_switch()
    _saved_search()
    _search_alert()
    _search_find()
    with op.batch_alter_table('match_run') as batch_op:
        batch_op.add_column(sa.Column('purpose', sa.String(length=10), server_default='brief', nullable=False))
        batch_op.create_check_constraint(op.f('ck_match_run_purpose_known'), "purpose IN ('brief', 'search')")


def _mail_switch() -> None:
    op.create_table('mail_switch',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('user_id', sa.String(length=20), nullable=False),
    sa.Column('topic', sa.String(length=20), nullable=False),
    sa.Column('off_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("topic IN ('fits', 'searches')", name=op.f('ck_mail_switch_topic_known')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_mail_switch_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_switch')),
    sa.UniqueConstraint('user_id', 'topic', name=op.f('uq_mail_switch_user_id_topic'))
    )


def _saved_search() -> None:
    op.create_table('saved_search',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('brand_id', sa.String(length=20), nullable=False),
    sa.Column('brief_id', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('corrections', sa.JSON(), nullable=False),
    sa.Column('facets', sa.JSON(), nullable=False),
    sa.Column('created_by', sa.String(length=20), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ran_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retry_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pool_size', sa.Integer(), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.String(length=20), nullable=True),
    sa.CheckConstraint('places >= 0', name=op.f('ck_saved_search_places_counted')),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_saved_search_brand_id')),
    sa.ForeignKeyConstraint(['brief_id'], ['brief.id'], name=op.f('fk_saved_search_brief_id')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_saved_search_created_by')),
    sa.ForeignKeyConstraint(['run_id'], ['match_run.id'], name=op.f('fk_saved_search_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_search'))
    )
    op.create_index('ix_saved_search_brand_id', 'saved_search', ['brand_id', 'created_at'], unique=False)
    op.create_index('ix_saved_search_brief_id', 'saved_search', ['brief_id'], unique=False)
    op.create_index('ix_saved_search_ran_at', 'saved_search', ['ran_at'], unique=False)
    op.create_index('uq_saved_search_name', 'saved_search', ['brand_id', 'name'], unique=True, sqlite_where=IS_KEPT, postgresql_where=IS_KEPT)


def _search_alert() -> None:
    op.create_table('search_alert',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('search_id', sa.String(length=20), nullable=False),
    sa.Column('user_id', sa.String(length=20), nullable=False),
    sa.Column('pace', sa.String(length=10), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("pace IN ('daily', 'weekly')", name=op.f('ck_search_alert_pace_known')),
    sa.ForeignKeyConstraint(['search_id'], ['saved_search.id'], name=op.f('fk_search_alert_search_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_search_alert_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_alert')),
    sa.UniqueConstraint('search_id', 'user_id', name=op.f('uq_search_alert_search_id_user_id'))
    )
    op.create_index(op.f('ix_search_alert_user_id'), 'search_alert', ['user_id'], unique=False)


def _search_find() -> None:
    op.create_table('search_find',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('search_id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_search_find_influencer_id')),
    sa.ForeignKeyConstraint(['search_id'], ['saved_search.id'], name=op.f('fk_search_find_search_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_find')),
    sa.UniqueConstraint('search_id', 'influencer_id', name=op.f('uq_search_find_search_id_influencer_id'))
    )
    op.create_index(op.f('ix_search_find_influencer_id'), 'search_find', ['influencer_id'], unique=False)


def downgrade() -> None:
    for table in ('search_find', 'search_alert', 'saved_search', 'mail_switch'):
        op.drop_table(table)
    _delete_lists_of_searches()
    with op.batch_alter_table('match_run') as batch_op:
        batch_op.drop_constraint(op.f('ck_match_run_purpose_known'), type_='check')
        batch_op.drop_column('purpose')


def _delete_lists_of_searches() -> None:
    """Without a purpose they would be taken for the newest lists of their briefs."""
    runs = "SELECT id FROM match_run WHERE purpose = 'search'"
    op.execute(f'UPDATE invitation SET match_run_id = NULL WHERE match_run_id IN ({runs})')
    op.execute(f'DELETE FROM match_result WHERE run_id IN ({runs})')
    op.execute("DELETE FROM match_run WHERE purpose = 'search'")

"""Forecast, measure, expose."""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_forecast_calibration()
    _make_impression()
    _make_shadow_price()
    _make_campaign_figures()
    _make_booking_forecast()
    _make_post_result()


def _make_forecast_calibration() -> None:
    op.create_table('forecast_calibration',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('model', sa.String(length=20), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tiers', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forecast_calibration')),
    sa.UniqueConstraint('number', name=op.f('uq_forecast_calibration_number'))
    )
    with op.batch_alter_table('forecast_calibration', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_forecast_calibration_made_at'), ['made_at'], unique=False)


def _make_impression() -> None:
    op.create_table('impression',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('run_id', sa.String(length=20), nullable=False),
    sa.Column('brief_id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('propensity', sa.Double(), nullable=False),
    sa.Column('shown_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_impression'))
    )
    with op.batch_alter_table('impression', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_impression_brief_id'), ['brief_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_impression_run_id'), ['run_id'], unique=False)
        batch_op.create_index('ix_impression_shown', ['shown_at', 'influencer_id'], unique=False)


def _make_shadow_price() -> None:
    op.create_table('shadow_price',
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('points', sa.Double(), nullable=False),
    sa.Column('expected_demand', sa.Double(), nullable=False),
    sa.Column('slots', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('influencer_id', name=op.f('pk_shadow_price'))
    )


def _make_campaign_figures() -> None:
    op.create_table('campaign_figures',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('brief_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('conversions', sa.Integer(), nullable=True),
    sa.Column('sales_minor', sa.Integer(), nullable=True),
    sa.Column('margin_bps', sa.Integer(), nullable=True),
    sa.Column('entered_by', sa.String(length=20), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('margin_bps >= 0 AND margin_bps <= 10000', name=op.f('ck_campaign_figures_margin_bounded')),
    sa.ForeignKeyConstraint(['brief_id'], ['brief.id'], name=op.f('fk_campaign_figures_brief_id')),
    sa.ForeignKeyConstraint(['entered_by'], ['user_account.id'], name=op.f('fk_campaign_figures_entered_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_figures')),
    sa.UniqueConstraint('brief_id', 'number', name=op.f('uq_campaign_figures_brief_id_number'))
    )


def _make_booking_forecast() -> None:
    op.create_table('booking_forecast',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('booking_id', sa.String(length=20), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('model', sa.String(length=20), nullable=False),
    sa.Column('forecast', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_booking_forecast_booking_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking_forecast')),
    sa.UniqueConstraint('booking_id', name=op.f('uq_booking_forecast_booking_id'))
    )


def _make_post_result() -> None:
    op.create_table('post_result',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('booking_id', sa.String(length=20), nullable=False),
    sa.Column('deliverable_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('impressions', sa.Integer(), nullable=True),
    sa.Column('reach', sa.Integer(), nullable=True),
    sa.Column('views', sa.Integer(), nullable=True),
    sa.Column('likes', sa.Integer(), nullable=True),
    sa.Column('comments', sa.Integer(), nullable=True),
    sa.Column('shares', sa.Integer(), nullable=True),
    sa.Column('saves', sa.Integer(), nullable=True),
    sa.Column('clicks', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('handed_in_by', sa.String(length=20), nullable=False),
    sa.Column('handed_in_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("source IN ('api', 'reviewed', 'self_declared')", name=op.f('ck_post_result_source_known')),
    sa.CheckConstraint('views >= 0', name=op.f('ck_post_result_views_counted')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_post_result_booking_id')),
    sa.ForeignKeyConstraint(['deliverable_id'], ['deliverable.id'], name=op.f('fk_post_result_deliverable_id')),
    sa.ForeignKeyConstraint(['handed_in_by'], ['user_account.id'], name=op.f('fk_post_result_handed_in_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_result')),
    sa.UniqueConstraint('deliverable_id', 'number', name=op.f('uq_post_result_deliverable_id_number'))
    )
    with op.batch_alter_table('post_result', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_post_result_booking_id'), ['booking_id'], unique=False)

    with op.batch_alter_table('match_result', schema=None) as batch_op:
        batch_op.add_column(sa.Column('forecast', sa.JSON(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('match_result', schema=None) as batch_op:
        batch_op.drop_column('forecast')

    with op.batch_alter_table('post_result', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_post_result_booking_id'))

    op.drop_table('post_result')
    op.drop_table('booking_forecast')
    op.drop_table('campaign_figures')
    op.drop_table('shadow_price')
    with op.batch_alter_table('impression', schema=None) as batch_op:
        batch_op.drop_index('ix_impression_shown')
        batch_op.drop_index(batch_op.f('ix_impression_run_id'))
        batch_op.drop_index(batch_op.f('ix_impression_brief_id'))

    op.drop_table('impression')
    with op.batch_alter_table('forecast_calibration', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forecast_calibration_made_at'))

    op.drop_table('forecast_calibration')

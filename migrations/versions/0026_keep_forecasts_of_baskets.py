"""Keep what was forecast of a basket when people were invited out of it."""

import sqlalchemy as sa
from alembic import op


revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('basket_forecast',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('basket_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('model', sa.String(length=20), nullable=False),
    sa.Column('assumptions', sa.String(length=40), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('members', sa.JSON(), nullable=False),
    sa.Column('bands', sa.JSON(), nullable=False),
    sa.Column('draws', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['basket_id'], ['basket.id'], name=op.f('fk_basket_forecast_basket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_basket_forecast')),
    sa.UniqueConstraint('basket_id', 'number', name=op.f('uq_basket_forecast_basket_id_number'))
    )


def downgrade() -> None:
    op.drop_table('basket_forecast')

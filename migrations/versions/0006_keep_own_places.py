"""Keep own places."""

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('own_place',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('brief_id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('brief_version_id', sa.String(length=20), nullable=False),
    sa.Column('influencer_version', sa.Integer(), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('pool_size', sa.Integer(), nullable=False),
    sa.Column('refusal', sa.String(length=40), nullable=True),
    sa.Column('receipt', sa.JSON(), nullable=True),
    sa.Column('formula_version', sa.String(length=20), nullable=False),
    sa.CheckConstraint('rank > 0', name=op.f('ck_own_place_rank_positive')),
    sa.CheckConstraint('rank IS NULL OR refusal IS NULL', name=op.f('ck_own_place_placed_or_refused')),
    sa.ForeignKeyConstraint(['brief_id'], ['brief.id'], name=op.f('fk_own_place_brief_id')),
    sa.ForeignKeyConstraint(['brief_version_id'], ['brief_version.id'], name=op.f('fk_own_place_brief_version_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_own_place_influencer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_place')),
    sa.UniqueConstraint('brief_id', 'influencer_id', name=op.f('uq_own_place_brief_id_influencer_id'))
    )
    with op.batch_alter_table('own_place', schema=None) as batch_op:
        batch_op.create_index('ix_own_place_computed_at', ['computed_at'], unique=False)
        batch_op.create_index('ix_own_place_influencer_id', ['influencer_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('own_place', schema=None) as batch_op:
        batch_op.drop_index('ix_own_place_influencer_id')
        batch_op.drop_index('ix_own_place_computed_at')

    op.drop_table('own_place')

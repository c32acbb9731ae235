"""Keep what brands say to what was read in their briefs."""

import sqlalchemy as sa
from alembic import op


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('brief_reading_answer',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('brief_id', sa.String(length=20), nullable=False),
    sa.Column('item', sa.String(length=30), nullable=False),
    sa.Column('answer', sa.String(length=10), nullable=False),
    sa.Column('read', sa.JSON(), nullable=False),
    sa.Column('kept', sa.JSON(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("answer IN ('used', 'refused', 'changed')", name=op.f('ck_brief_reading_answer_answer_known')),
    sa.ForeignKeyConstraint(['brief_id'], ['brief.id'], name=op.f('fk_brief_reading_answer_brief_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brief_reading_answer')),
    sa.UniqueConstraint('brief_id', 'item', name=op.f('uq_brief_reading_answer_brief_id_item'))
    )
    with op.batch_alter_table('brief_reading_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_brief_reading_answer_brief_id'), ['brief_id'], unique=False)


def downgrade() -> None:
    op.drop_table('brief_reading_answer')

"""Keep what posts prove."""

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table('endorsement',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('endorser_id', sa.String(length=20), nullable=False),
    sa.Column('endorsed_id', sa.String(length=20), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('post_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['endorsed_id'], ['influencer.id'], name=op.f('fk_endorsement_endorsed_id')),
    sa.ForeignKeyConstraint(['endorser_id'], ['influencer.id'], name=op.f('fk_endorsement_endorser_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_endorsement')),
    sa.UniqueConstraint('endorser_id', 'endorsed_id', 'topic', name=op.f('uq_endorsement_endorser_id_endorsed_id_topic'))
    )
    with op.batch_alter_table('endorsement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_endorsement_endorsed_id'), ['endorsed_id'], unique=False)

    op.create_table('specialist_profile',
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('platform', sa.String(length=20), nullable=True),
    sa.Column('band', sa.Integer(), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('followers', sa.Double(), nullable=True),
    sa.Column('posts', sa.Integer(), nullable=False),
    sa.Column('effective_topics', sa.Double(), nullable=False),
    sa.Column('is_celebrity', sa.Boolean(), nullable=False),
    sa.Column('formula_version', sa.String(length=20), nullable=False),
    sa.Column('document_version', sa.Integer(), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_specialist_profile_influencer_id')),
    sa.PrimaryKeyConstraint('influencer_id', name=op.f('pk_specialist_profile'))
    )
    op.create_table('specialist_topic',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('decile', sa.Integer(), nullable=True),
    sa.Column('peers', sa.Integer(), nullable=True),
    sa.Column('shared', sa.JSON(), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_specialist_topic_influencer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_specialist_topic')),
    sa.UniqueConstraint('influencer_id', 'topic', name=op.f('uq_specialist_topic_influencer_id_topic'))
    )
    with op.batch_alter_table('specialist_topic', schema=None) as batch_op:
        batch_op.create_index('ix_specialist_topic_place', ['topic', 'placed_at'], unique=False)




def downgrade() -> None:

    with op.batch_alter_table('specialist_topic', schema=None) as batch_op:
        batch_op.drop_index('ix_specialist_topic_place')

    op.drop_table('specialist_topic')
    op.drop_table('specialist_profile')
    with op.batch_alter_table('endorsement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_endorsement_endorsed_id'))

    op.drop_table('endorsement')


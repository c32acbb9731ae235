"""Keep baskets."""

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('basket',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('brief_id', sa.String(length=20), nullable=False),
    sa.Column('match_run_id', sa.String(length=20), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('pool', sa.JSON(), nullable=False),
    sa.Column('wishes', sa.JSON(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('proof_state', sa.String(length=20), nullable=False),
    sa.Column('proof', sa.JSON(), nullable=False),
    sa.Column('chosen_by', sa.String(length=20), nullable=True),
    sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("proof_state IN ('waiting', 'proven', 'failed')", name=op.f('ck_basket_proof_state_known')),
    sa.CheckConstraint('revision >= 1', name=op.f('ck_basket_revision_counted')),
    sa.ForeignKeyConstraint(['brief_id'], ['brief.id'], name=op.f('fk_basket_brief_id')),
    sa.ForeignKeyConstraint(['chosen_by'], ['user_account.id'], name=op.f('fk_basket_chosen_by')),
    sa.ForeignKeyConstraint(['match_run_id'], ['match_run.id'], name=op.f('fk_basket_match_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_basket')),
    sa.UniqueConstraint('brief_id', name=op.f('uq_basket_brief_id'))
    )
    op.create_table('basket_showcase',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_basket_showcase'))
    )
    with op.batch_alter_table('basket_showcase', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_basket_showcase_computed_at'), ['computed_at'], unique=False)
    op.create_table('basket_invitation',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('basket_id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('invitation_id', sa.String(length=20), nullable=True),
    sa.Column('refusal_codes', sa.JSON(), nullable=False),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("outcome IN ('sent', 'refused')", name=op.f('ck_basket_invitation_outcome_known')),
    sa.ForeignKeyConstraint(['basket_id'], ['basket.id'], name=op.f('fk_basket_invitation_basket_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_basket_invitation_influencer_id')),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_basket_invitation_invitation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_basket_invitation')),
    sa.UniqueConstraint('basket_id', 'influencer_id', name=op.f('uq_basket_invitation_basket_id_influencer_id'))
    )
    with op.batch_alter_table('basket_invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_basket_invitation_influencer_id'), ['influencer_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('basket_invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_basket_invitation_influencer_id'))

    op.drop_table('basket_invitation')
    with op.batch_alter_table('basket_showcase', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_basket_showcase_computed_at'))
    op.drop_table('basket_showcase')
    op.drop_table('basket')

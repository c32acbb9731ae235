"""Keep what brands correct in what was understood, and by what lists can be narrowed."""

import sqlalchemy as sa
from alembic import op


revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

ITEMS = ("topics", "platforms", "deliverables", "countries", "cities", "languages", "followers", "budget", "dates", "excluded")


def upgrade() -> None:
    listed = ", ".join(f"'{item}'" for item in ITEMS)
    op.create_table('match_correction',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('brief_id', sa.String(length=20), nullable=False),
    sa.Column('brief_version_id', sa.String(length=20), nullable=False),
    sa.Column('item', sa.String(length=20), nullable=False),
    sa.Column('own', sa.JSON(), nullable=False),
    sa.Column('read', sa.JSON(), nullable=False),
    sa.Column('corrected', sa.JSON(), nullable=True),
    sa.Column('corrected_by', sa.String(length=20), nullable=True),
    sa.Column('corrected_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint(f"item IN ({listed})", name=op.f('ck_match_correction_item_known')),
    sa.ForeignKeyConstraint(['brief_id'], ['brief.id'], name=op.f('fk_match_correction_brief_id')),
    sa.ForeignKeyConstraint(['brief_version_id'], ['brief_version.id'], name=op.f('fk_match_correction_brief_version_id')),
    sa.ForeignKeyConstraint(['corrected_by'], ['user_account.id'], name=op.f('fk_match_correction_corrected_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_correction'))
    )
    op.create_index('ix_match_correction_brief_id', 'match_correction', ['brief_id'], unique=False)
    op.add_column('match_result', sa.Column('facets', sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('match_result') as batch_op:
        batch_op.drop_column('facets')
    op.drop_table('match_correction')

"""Add topics of a site, keep trainings."""

import sqlalchemy as sa
from alembic import op


revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_added_topic()
    _make_topic_build()
    _make_formula_training()


def downgrade() -> None:
    with op.batch_alter_table('formula_training', schema=None) as batch_op:
        batch_op.drop_index('ix_formula_training_created_at')

    op.drop_table('formula_training')
    op.drop_table('topic_build')
    op.drop_table('added_topic')


def _make_added_topic() -> None:
    op.create_table('added_topic',
    sa.Column('id', sa.String(length=60), nullable=False),
    sa.Column('parent', sa.String(length=60), nullable=True),
    sa.Column('label_en', sa.String(length=40), nullable=False),
    sa.Column('label_ar', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=160), nullable=False),
    sa.Column('name_ar', sa.String(length=160), nullable=False),
    sa.Column('words_en', sa.String(length=300), nullable=False),
    sa.Column('words_ar', sa.String(length=300), nullable=False),
    sa.Column('nearest', sa.String(length=60), nullable=False),
    sa.Column('nearest_cosine', sa.Double(), nullable=False),
    sa.Column('added_change', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=20), nullable=True),
    sa.Column('retired_change', sa.Integer(), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_by', sa.String(length=20), nullable=True),
    sa.Column('retired_reason', sa.String(length=500), nullable=True),
    sa.CheckConstraint('(retired_at IS NULL) = (retired_change IS NULL) AND (retired_at IS NULL) = (retired_reason IS NULL)', name=op.f('ck_added_topic_retired_whole')),
    sa.CheckConstraint('nearest_cosine BETWEEN -1.01 AND 1.01', name=op.f('ck_added_topic_cosine')),
    sa.ForeignKeyConstraint(['added_by'], ['user_account.id'], name=op.f('fk_added_topic_added_by')),
    sa.ForeignKeyConstraint(['retired_by'], ['user_account.id'], name=op.f('fk_added_topic_retired_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_added_topic')),
    sa.UniqueConstraint('added_change', name=op.f('uq_added_topic_added_change')),
    sa.UniqueConstraint('retired_change', name=op.f('uq_added_topic_retired_change'))
    )


def _make_topic_build() -> None:
    op.create_table('topic_build',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('change', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by', sa.String(length=20), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('whole', sa.Integer(), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failure', sa.String(length=20), nullable=True),
    sa.Column('failure_detail', sa.Text(), nullable=False),
    sa.CheckConstraint("failure IN ('unavailable', 'other')", name=op.f('ck_topic_build_failure_known')),
    sa.CheckConstraint("status IN ('waiting', 'building', 'done', 'failed')", name=op.f('ck_topic_build_status_known')),
    sa.CheckConstraint('done <= whole', name=op.f('ck_topic_build_progress')),
    sa.ForeignKeyConstraint(['asked_by'], ['user_account.id'], name=op.f('fk_topic_build_asked_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_build')),
    sa.UniqueConstraint('number', name=op.f('uq_topic_build_number'))
    )


def _make_formula_training() -> None:
    op.create_table('formula_training',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('against', sa.String(length=20), nullable=False),
    sa.Column('briefs', sa.Integer(), nullable=False),
    sa.Column('judged', sa.Integer(), nullable=False),
    sa.Column('ndcg_now', sa.Double(), nullable=False),
    sa.Column('ndcg_fitted', sa.Double(), nullable=False),
    sa.Column('p', sa.Double(), nullable=False),
    sa.Column('fitted', sa.JSON(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(outcome = 'better') = (version IS NOT NULL)", name=op.f('ck_formula_training_promoted')),
    sa.CheckConstraint("outcome IN ('too_few_briefs', 'not_better', 'better')", name=op.f('ck_formula_training_outcome_known')),
    sa.ForeignKeyConstraint(['version'], ['scoring_formula.version'], name=op.f('fk_formula_training_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_formula_training'))
    )
    with op.batch_alter_table('formula_training', schema=None) as batch_op:
        batch_op.create_index('ix_formula_training_created_at', ['created_at'], unique=False)

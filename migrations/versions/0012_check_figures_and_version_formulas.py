"""Check figures and version formulas."""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

KNOWN = "ck_moderation_case_subject_type_known"
BEFORE = ("listing", "brief", "brand", "channel", "deliverable", "payment")


def _let_cases_be_about(subject_types: tuple[str, ...]) -> None:
    """Replace the check of what a case may be about."""
    listed = ", ".join(f"'{subject_type}'" for subject_type in subject_types)
    with op.batch_alter_table("moderation_case") as batch_op:
        batch_op.drop_constraint(op.f(KNOWN), type_="check")
        batch_op.create_check_constraint(op.f(KNOWN), f"subject_type IN ({listed})")


def upgrade() -> None:
    _prepare()
    _make_authenticity_peers()
    _make_scoring_formula()
    _make_authenticity_check()
    _make_authenticity_contest()
    _make_formula_trial()
    _make_comment_sample()


def _prepare() -> None:
    _let_cases_be_about((*BEFORE, "authenticity"))


def _make_authenticity_peers() -> None:
    op.create_table('authenticity_peers',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('platform', sa.String(length=20), nullable=False),
    sa.Column('band', sa.Integer(), nullable=False),
    sa.Column('sign', sa.String(length=20), nullable=False),
    sa.Column('quantiles', sa.JSON(), nullable=False),
    sa.Column('peers', sa.Integer(), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authenticity_peers')),
    sa.UniqueConstraint('platform', 'band', 'sign', name=op.f('uq_authenticity_peers_platform_band_sign'))
    )


def _make_scoring_formula() -> None:
    op.create_table('scoring_formula',
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('record', sa.JSON(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('note_en', sa.Text(), nullable=False),
    sa.Column('note_ar', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=20), nullable=True),
    sa.Column('in_force_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('shadow', 'in_force', 'retired')", name=op.f('ck_scoring_formula_status_known')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_scoring_formula_created_by')),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_scoring_formula'))
    )
    with op.batch_alter_table('scoring_formula', schema=None) as batch_op:
        batch_op.create_index('uq_scoring_formula_in_force', ['status'], unique=True, sqlite_where=sa.text("status = 'in_force'"), postgresql_where=sa.text("status = 'in_force'"))


def _make_authenticity_check() -> None:
    op.create_table('authenticity_check',
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('platform', sa.String(length=20), nullable=True),
    sa.Column('band', sa.Integer(), nullable=True),
    sa.Column('measured', sa.JSON(), nullable=False),
    sa.Column('signs', sa.JSON(), nullable=False),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('document_version', sa.Integer(), nullable=False),
    sa.Column('measured_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('judged_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_authenticity_check_influencer_id')),
    sa.PrimaryKeyConstraint('influencer_id', name=op.f('pk_authenticity_check'))
    )


def _make_authenticity_contest() -> None:
    op.create_table('authenticity_contest',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('influencer_id', sa.String(length=20), nullable=False),
    sa.Column('sign', sa.String(length=20), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('evidence_url', sa.String(length=300), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('contested', sa.JSON(), nullable=False),
    sa.Column('value_before', sa.Double(), nullable=True),
    sa.Column('value_after', sa.Double(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('open', 'accepted', 'refused')", name=op.f('ck_authenticity_contest_status_known')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_authenticity_contest_influencer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authenticity_contest'))
    )
    with op.batch_alter_table('authenticity_contest', schema=None) as batch_op:
        batch_op.create_index('ix_authenticity_contest_of', ['influencer_id', 'created_at'], unique=False)


def _make_formula_trial() -> None:
    op.create_table('formula_trial',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('against', sa.String(length=20), nullable=False),
    sa.Column('briefs', sa.Integer(), nullable=False),
    sa.Column('summary', sa.JSON(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('quality', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['against'], ['scoring_formula.version'], name=op.f('fk_formula_trial_against')),
    sa.ForeignKeyConstraint(['version'], ['scoring_formula.version'], name=op.f('fk_formula_trial_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_formula_trial'))
    )
    with op.batch_alter_table('formula_trial', schema=None) as batch_op:
        batch_op.create_index('ix_formula_trial_newest', ['version', 'created_at'], unique=False)


def _make_comment_sample() -> None:
    op.create_table('comment_sample',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('post_id', sa.String(length=20), nullable=False),
    sa.Column('account', sa.String(length=100), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.CheckConstraint('minutes >= 0', name=op.f('ck_comment_sample_after_post')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_comment_sample_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment_sample')),
    sa.UniqueConstraint('post_id', 'account', name=op.f('uq_comment_sample_post_id_account'))
    )
    with op.batch_alter_table('comment_sample', schema=None) as batch_op:
        batch_op.create_index('ix_comment_sample_account', ['account'], unique=False)
        batch_op.create_index(batch_op.f('ix_comment_sample_post_id'), ['post_id'], unique=False)



def downgrade() -> None:
    op.execute("DELETE FROM moderation_case WHERE subject_type = 'authenticity'")
    _let_cases_be_about(BEFORE)
    with op.batch_alter_table('comment_sample', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_comment_sample_post_id'))
        batch_op.drop_index('ix_comment_sample_account')

    op.drop_table('comment_sample')
    with op.batch_alter_table('formula_trial', schema=None) as batch_op:
        batch_op.drop_index('ix_formula_trial_newest')

    op.drop_table('formula_trial')
    with op.batch_alter_table('authenticity_contest', schema=None) as batch_op:
        batch_op.drop_index('ix_authenticity_contest_of')

    op.drop_table('authenticity_contest')
    op.drop_table('authenticity_check')
    with op.batch_alter_table('scoring_formula', schema=None) as batch_op:
        batch_op.drop_index('uq_scoring_formula_in_force', sqlite_where=sa.text("status = 'in_force'"), postgresql_where=sa.text("status = 'in_force'"))

    op.drop_table('scoring_formula')
    op.drop_table('authenticity_peers')

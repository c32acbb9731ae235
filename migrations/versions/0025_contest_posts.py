"""Let a report that a post was taken down open a contest of its own, one at a time, and keep when a contest was appealed."""

import sqlalchemy as sa
from alembic import op


revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

ONE_AT_A_TIME = sa.text("kind = 'work' OR closed_at IS NULL")
TIMES = ('shown_at', 'look_until', 'appealed_at')


def upgrade() -> None:
    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.add_column(sa.Column('added_criteria', sa.JSON(), nullable=False, server_default='[]'))
        for name in TIMES:
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f('uq_contest_deliverable_id_kind'), type_='unique')
    with op.batch_alter_table('contest', schema=None) as batch_op:
        batch_op.alter_column('added_criteria', existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    op.execute(
        "UPDATE contest SET appealed_at = (SELECT at FROM contest_appeal WHERE contest_appeal.contest_id = contest.id)"
    )
    op.create_index('ix_contest_deliverable', 'contest', ['deliverable_id', 'opened_at'], unique=False)
    op.create_index(
        'uq_contest_one_at_a_time', 'contest', ['deliverable_id', 'kind'], unique=True,
        sqlite_where=ONE_AT_A_TIME, postgresql_where=ONE_AT_A_TIME,
    )


def downgrade() -> None:
    op.drop_index('uq_contest_one_at_a_time', table_name='contest')
    op.drop_index('ix_contest_deliverable', table_name='contest')
    _delete_contests_of_posts()
    with op.batch_alter_table('contest', schema=None) as batch_op:
        for name in ('added_criteria', *TIMES):
            batch_op.drop_column(name)
        batch_op.create_unique_constraint(batch_op.f('uq_contest_deliverable_id_kind'), ['deliverable_id', 'kind'])


def _delete_contests_of_posts() -> None:
    """There was none before, and there may be more than one for a deliverable; the room's lines and the audit trail stay.

    Their clocks go with them; what waits for an operator becomes the alarm about the post that it was before.
    """
    op.execute(
        "DELETE FROM timer WHERE EXISTS (SELECT 1 FROM contest WHERE contest.kind = 'taken_down'"
        " AND contest.deliverable_id = timer.deliverable_id AND timer.key LIKE '%:' || contest.id)"
    )
    op.execute(
        "UPDATE moderation_case SET version_ref = 'taken_down:' || version_ref WHERE subject_type = 'deliverable'"
        " AND version_ref IN (SELECT id FROM contest WHERE kind = 'taken_down' UNION SELECT contest_appeal.id"
        " FROM contest_appeal JOIN contest ON contest.id = contest_appeal.contest_id WHERE contest.kind = 'taken_down')"
    )
    contests = "SELECT id FROM contest WHERE kind = 'taken_down'"
    evidence = f'SELECT id FROM contest_evidence WHERE contest_id IN ({contests})'
    op.execute(f'DELETE FROM contest_evidence_file WHERE evidence_id IN ({evidence})')
    for table in ('contest_evidence', 'contest_appeal', 'contest_ruling'):
        op.execute(f'DELETE FROM {table} WHERE contest_id IN ({contests})')
    op.execute("DELETE FROM contest WHERE kind = 'taken_down'")

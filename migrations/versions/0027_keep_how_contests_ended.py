"""Keep what ended a contest, and which report of a post it is."""

import sqlalchemy as sa
from alembic import op


revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # no batch: a copied table would lose the condition of its partial index
    op.add_column('contest', sa.Column('closed_how', sa.String(length=12), nullable=True))
    op.add_column('contest', sa.Column('number', sa.Integer(), nullable=False, server_default='1'))
    _name_the_ends()
    op.execute(
        "UPDATE contest SET number = (SELECT count(*) FROM contest AS earlier"
        " WHERE earlier.deliverable_id = contest.deliverable_id AND earlier.kind = contest.kind"
        " AND (earlier.opened_at < contest.opened_at OR earlier.id = contest.id))"
        " WHERE kind = 'taken_down'"
    )


def downgrade() -> None:
    op.drop_column('contest', 'number')
    op.drop_column('contest', 'closed_how')


def _name_the_ends() -> None:
    """A report that was taken back before is not named: who did it stands in the room's lines only."""
    op.execute(
        "UPDATE contest SET closed_how = 'chargeback' WHERE closed_at IS NOT NULL AND kind = 'taken_down'"
        " AND ruled_at IS NULL"
        " AND EXISTS (SELECT 1 FROM booking WHERE booking.id = contest.booking_id AND booking.status = 'closed_by_chargeback')"
        " AND EXISTS (SELECT 1 FROM publication WHERE publication.deliverable_id = contest.deliverable_id"
        " AND publication.status = 'taken_down')"
    )
    op.execute("UPDATE contest SET closed_how = 'ruling' WHERE closed_at IS NOT NULL AND ruled_at IS NOT NULL")
    op.execute(
        "UPDATE contest SET closed_how = 'decision' WHERE closed_at IS NOT NULL AND ruled_at IS NULL AND kind = 'work'"
    )

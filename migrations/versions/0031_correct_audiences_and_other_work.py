"""Let brands correct the audience that is asked for, and ask for other work beside that of the brief."""

from alembic import op


revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

BEFORE = ("topics", "platforms", "deliverables", "countries", "cities", "languages", "followers", "budget", "dates", "excluded")
ADDED = ("other_work", "audience", "audience_share")


def upgrade() -> None:
    _allow((*BEFORE, *ADDED))


def downgrade() -> None:
    listed = ", ".join(f"'{item}'" for item in ADDED)
    op.execute(f"DELETE FROM match_correction WHERE item IN ({listed})")
    _allow(BEFORE)


def _allow(items: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{item}'" for item in items)
    with op.batch_alter_table('match_correction') as batch_op:
        batch_op.drop_constraint(op.f('ck_match_correction_item_known'), type_='check')
        batch_op.create_check_constraint(op.f('ck_match_correction_item_known'), f"item IN ({listed})")

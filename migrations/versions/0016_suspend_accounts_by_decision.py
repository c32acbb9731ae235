"""Suspend accounts by decision."""

from alembic import op


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

SUBJECTS = ("listing", "brief", "brand", "channel", "deliverable", "payment", "authenticity")
ACTIONS = ("approve", "request_changes", "reject", "hide", "split")


def _know(table: str, column: str, words: tuple[str, ...]) -> None:
    """Replace the check of the words a column may hold."""
    name, listed = f"ck_{table}_{column}_known", ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(op.f(name), type_="check")
        batch_op.create_check_constraint(op.f(name), f"{column} IN ({listed})")


def upgrade() -> None:
    _know("moderation_case", "subject_type", (*SUBJECTS, "account"))
    _know("decision", "action", (*ACTIONS, "suspend", "restore"))


def downgrade() -> None:
    about_accounts = "SELECT id FROM moderation_case WHERE subject_type = 'account'"
    decisions = f"SELECT id FROM decision WHERE case_id IN ({about_accounts})"
    op.execute(f"DELETE FROM appeal WHERE decision_id IN ({decisions})")
    op.execute(f"DELETE FROM decision WHERE case_id IN ({about_accounts})")
    op.execute("DELETE FROM moderation_case WHERE subject_type = 'account'")
    _know("decision", "action", ACTIONS)
    _know("moderation_case", "subject_type", SUBJECTS)

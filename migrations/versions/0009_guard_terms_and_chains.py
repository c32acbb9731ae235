"""guard the terms of held payments and the links of the journal's chains."""

from alembic import op

from payments import guards as payment_guards


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    payment_guards.install(op.get_bind())


def downgrade() -> None:
    """The guards stay: what stood before has no need of fewer."""

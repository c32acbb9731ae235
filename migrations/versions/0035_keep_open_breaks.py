"""Keep what the comparison with the provider could not explain, until it can."""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'pay_break',
        sa.Column('code', sa.String(length=32), nullable=False),
        sa.Column('gateway_id', sa.String(length=255), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('code', 'gateway_id', name=op.f('pk_pay_break')),
    )
    op.create_index(op.f('ix_pay_break_since'), 'pay_break', ['since'])


def downgrade() -> None:
    op.drop_table('pay_break')

"""Find the operations of a part, of a subject and of a payee without reading all of them."""

from alembic import op


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_pay_operation_subject', 'pay_operation', ['subject', 'direction'], unique=False)
    op.create_index('ix_pay_operation_part', 'pay_operation', ['part_id'], unique=False)
    op.create_index('ix_pay_operation_payee', 'pay_operation', ['payee_ref', 'kind'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_pay_operation_payee', table_name='pay_operation')
    op.drop_index('ix_pay_operation_part', table_name='pay_operation')
    op.drop_index('ix_pay_operation_subject', table_name='pay_operation')

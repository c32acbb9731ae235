"""Keep fees as dated records of the site, and the tax status of both sides.

The first fee policy is what the package said until now: amounts do not change.
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

from marketplace.fees import guards as fee_guards


revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

KINDS = (
    "resume_operation", "decide_deliverable", "rule_contest", "claw_back", "write_off", "book_entry", "hold_payouts",
    "free_payouts",
)
LEAST = {"SAR": 200, "AED": 200, "USD": 50, "EUR": 50, "JPY": 100, "KWD": 200}
FIRST = {
    "version": "2025-01",
    "valid_from": "2025-01-01",
    "tiers": [
        {"completed_from": 0, "bps": 1000},
        {"completed_from": 3, "bps": 800},
        {"completed_from": 6, "bps": 600},
    ],
    "bounds": {
        currency: {"minimum_minor": least, "maximum_minor": None, "processing_fixed_minor": 0}
        for currency, least in LEAST.items()
    },
    "processing_cost_borne_by": "platform",
    "processing_bps": 0,
}


def _know_kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("approval_request") as batch_op:
        batch_op.drop_constraint(op.f("ck_approval_request_kind_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_approval_request_kind_known"), f"kind IN ({listed})")


def upgrade() -> None:
    fee_policy = op.create_table('fee_policy',
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('record', sa.JSON(), nullable=False),
    sa.Column('note_en', sa.Text(), nullable=False),
    sa.Column('note_ar', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposed_by', sa.String(length=20), nullable=True),
    sa.Column('approved_by', sa.String(length=20), nullable=True),
    sa.CheckConstraint('proposed_by IS NULL OR (approved_by IS NOT NULL AND approved_by <> proposed_by)', name=op.f('ck_fee_policy_two_persons')),
    sa.ForeignKeyConstraint(['approved_by'], ['user_account.id'], name=op.f('fk_fee_policy_approved_by')),
    sa.ForeignKeyConstraint(['proposed_by'], ['user_account.id'], name=op.f('fk_fee_policy_proposed_by')),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_fee_policy')),
    sa.UniqueConstraint('valid_from', name=op.f('uq_fee_policy_valid_from'))
    )
    op.create_table('tax_profile',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('side', sa.String(length=12), nullable=False),
    sa.Column('subject_id', sa.String(length=20), nullable=False),
    sa.Column('legal_name', sa.String(length=160), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by', sa.String(length=20), nullable=True),
    sa.CheckConstraint("side IN ('brand', 'influencer')", name=op.f('ck_tax_profile_side_known')),
    sa.ForeignKeyConstraint(['updated_by'], ['user_account.id'], name=op.f('fk_tax_profile_updated_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tax_profile')),
    sa.UniqueConstraint('side', 'subject_id', name=op.f('uq_tax_profile_side_subject_id'))
    )
    op.bulk_insert(
        fee_policy,
        [
            {
                "version": FIRST["version"],
                "valid_from": date(2025, 1, 1),
                "record": FIRST,
                "note_en": "The fees the site began with.",
                "note_ar": "الرسوم التي بدأت بها المنصة.",
                "created_at": datetime(2025, 1, 1, tzinfo=UTC),
            }
        ],
    )
    fee_guards.install(op.get_bind())
    _know_kinds((*KINDS, "change_fees"))


def downgrade() -> None:
    op.execute("DELETE FROM approval_request WHERE kind = 'change_fees'")
    _know_kinds(KINDS)
    fee_guards.remove(op.get_bind())
    op.drop_table('tax_profile')
    op.drop_table('fee_policy')

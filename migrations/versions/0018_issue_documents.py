"""Issue documents about money: numbers without a gap, rows that never change."""

import sqlalchemy as sa
from alembic import op

from marketplace.documents import guards as document_guards


revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('document_counter',
    sa.Column('series', sa.String(length=4), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('series', 'year', name=op.f('pk_document_counter'))
    )
    op.create_table('document',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('series', sa.String(length=4), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('booking_id', sa.String(length=20), nullable=False),
    sa.Column('brand_id', sa.String(length=20), nullable=True),
    sa.Column('influencer_id', sa.String(length=20), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('total_minor', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('invoice', 'credit_note', 'statement', 'correction')", name=op.f('ck_document_kind_known')),
    sa.CheckConstraint('sequence >= 1', name=op.f('ck_document_sequence_counted')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_document_booking_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brand.id'], name=op.f('fk_document_brand_id')),
    sa.ForeignKeyConstraint(['influencer_id'], ['influencer.id'], name=op.f('fk_document_influencer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('key', name=op.f('uq_document_key')),
    sa.UniqueConstraint('number', name=op.f('uq_document_number')),
    sa.UniqueConstraint('series', 'year', 'sequence', name=op.f('uq_document_series_year_sequence'))
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_booking_id'), ['booking_id'], unique=False)
        batch_op.create_index('ix_document_brand', ['brand_id', 'issued_at'], unique=False)
        batch_op.create_index('ix_document_influencer', ['influencer_id', 'issued_at'], unique=False)
    document_guards.install(op.get_bind())


def downgrade() -> None:
    document_guards.remove(op.get_bind())
    op.drop_table('document')
    op.drop_table('document_counter')

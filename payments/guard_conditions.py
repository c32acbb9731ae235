"""What the database refuses to let into the journal: SQL conditions on a new row, each with the message it is refused with.

The conditions are written once and are the same on SQLite and on PostgreSQL.
"""

from payments.chart import NEVER_CREDIT_PREFIXES, NEVER_DEBIT_PREFIXES
from payments.ledger import GENESIS_HASH

Problems = tuple[tuple[str, str], ...]

HELD = "liab:held:"


def _side_condition(account: str, total: str) -> str:
    """Return SQL that is true when an account stands on a side it may not stand on."""

    def is_one_of(prefixes: tuple[str, ...]) -> str:
        return " OR ".join(f"substr({account}, 1, {len(prefix)}) = '{prefix}'" for prefix in prefixes)

    return (
        f"(({is_one_of(NEVER_DEBIT_PREFIXES)}) AND {total} > 0)"
        f" OR (({is_one_of(NEVER_CREDIT_PREFIXES)}) AND {total} < 0)"
    )


_OWN_LEGS = "SELECT 1 FROM journal_leg l WHERE l.entry_id = NEW.entry_id"
_LEG_TOTAL = (
    "(SELECT SUM(t.amount_minor) FROM journal_leg t WHERE t.account = l.account AND t.currency = l.currency)"
)
_IS_HELD = f"substr(l.account, 1, {len(HELD)}) = '{HELD}'"
_HELD_SUM = f"(SELECT -SUM(l.amount_minor) FROM journal_leg l WHERE l.entry_id = NEW.entry_id AND {_IS_HELD})"  # noqa: S608 - our constants
_PARTS_SUM = "(SELECT SUM(p.net_minor + p.fee_minor + p.tax_minor) FROM pay_part p WHERE p.escrow_id = x.id)"

_FOLLOWED = (
    "SELECT 1 FROM journal_entry e WHERE e.stream = NEW.stream"
    " AND e.stream_sequence = NEW.stream_sequence - 1 AND e.entry_hash = NEW.previous_hash"
)
_FUNDED_BOOKING = (
    "SELECT 1 FROM journal_entry e JOIN pay_escrow x ON x.booking_ref = e.booking_ref"
    " WHERE e.id = NEW.entry_id AND e.kind = 'funded'"
)
_OPEN_CHARGEBACK = (
    "SELECT 1 FROM pay_escrow x JOIN pay_chargeback c ON c.escrow_id = x.id"  # noqa: S608 - our constants
    f" WHERE x.booking_ref = substr(l.account, {len(HELD) + 1}) AND c.status = 'open'"
)

ENTRY_PROBLEMS: Problems = (
    (
        f"NEW.stream_sequence = 1 AND NEW.previous_hash <> '{GENESIS_HASH}'",
        "the first entry of a stream follows nothing",
    ),
    (
        f"NEW.stream_sequence > 1 AND NOT EXISTS ({_FOLLOWED})",
        "the entry does not follow the newest one of its stream",
    ),
)
LEG_PROBLEMS: Problems = (
    (
        "NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.id = NEW.entry_id)",
        "the entry of this leg does not exist",
    ),
    (
        "EXISTS (SELECT 1 FROM journal_seal s WHERE s.entry_id = NEW.entry_id)",
        "the entry of this leg is sealed",
    ),
)
SEAL_PROBLEMS: Problems = (
    (
        "NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.id = NEW.entry_id)",
        "the sealed entry does not exist",
    ),
    (
        "(SELECT COUNT(*) FROM journal_leg l WHERE l.entry_id = NEW.entry_id) <> NEW.leg_count OR NEW.leg_count < 2",
        "the seal counts other legs than the entry has",
    ),
    (
        f"EXISTS ({_OWN_LEGS} GROUP BY l.currency HAVING SUM(l.amount_minor) <> 0)",
        "the entry does not sum to zero",
    ),
    (
        f"EXISTS ({_OWN_LEGS} AND ({_side_condition('l.account', _LEG_TOTAL)}))",
        "the entry takes more from an account than it holds",
    ),
    (
        f"EXISTS ({_FUNDED_BOOKING} AND ({_PARTS_SUM} <> x.total_minor OR {_HELD_SUM} <> x.total_minor))",
        "what is held is not what the parts of the booking sum to",
    ),
    (
        f"EXISTS ({_OWN_LEGS} AND {_IS_HELD} AND {_LEG_TOTAL} <> 0 AND EXISTS ({_OPEN_CHARGEBACK}))",
        "nothing is held within reach while the card network disputes the payment",
    ),
)

"""Entries that two persons book by hand, between accounts that stand for no booking's money and no operation's."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import chart, store
from payments.errors import PaymentError
from payments.ledger import JournalEntry, legs_of
from payments.ledger_models import JournalEntryRow, JournalLegRow

BY_HAND = re.compile(
    r"asset:(psp|bank)|rev:platform_fee|exp:(psp_fee|dispute_fee|chargeback_loss|fx)|liab:tax"
)
"""What is held, in transit, in suspense or in custody follows its own records and is never booked by hand."""


LINE_KEY = "hand:line:"
BATCH = 500


class AccountNotByHand(PaymentError):
    code = "account_not_by_hand"


class LineExplained(PaymentError):
    """An entry by hand names this line of the provider already: a wrong one is corrected by one that names none."""

    code = "line_explained"
    kind = "conflict"


def check_by_hand(*, debit: str, credit: str, line_ref: str | None = None) -> None:
    """Refuse accounts that are not booked by hand; what a line of the provider moved is booked on our balance there.

    Raises:
        AccountNotByHand: one of them, both are the same, or neither is our balance where a line is named.

    """
    for account in (debit, credit):
        if BY_HAND.fullmatch(account) is None or not chart.is_address(account):
            raise AccountNotByHand("This account is not booked by hand.", account=account[:120])
    if debit == credit:
        raise AccountNotByHand("An entry needs two accounts.", account=debit)
    if line_ref and chart.PSP not in {debit, credit}:
        raise AccountNotByHand("A line of the provider moved our balance there.", account=credit)


def is_line_explained(session: Session, line_ref: str) -> bool:
    """Tell whether an entry by hand names a line of the provider."""
    query = select(JournalEntryRow.id).where(JournalEntryRow.key == f"{LINE_KEY}{line_ref}")
    return session.scalar(query) is not None


def explained_by_hand(session: Session, line_refs: Sequence[str]) -> dict[str, int]:
    """Return by line of the provider what entries by hand that name it moved on our balance there, in minor units."""
    moved: dict[str, int] = {}
    for start in range(0, len(line_refs), BATCH):
        keys = [f"{LINE_KEY}{each}" for each in line_refs[start : start + BATCH]]
        rows = session.execute(
            select(JournalEntryRow.key, JournalLegRow.amount_minor)
            .join(JournalLegRow, JournalLegRow.entry_id == JournalEntryRow.id)
            .where(JournalEntryRow.key.in_(keys), JournalLegRow.account == chart.PSP)
        )
        moved |= {key.removeprefix(LINE_KEY): int(amount) for key, amount in rows}
    return moved


def book_by_hand(
    session: Session,
    *,
    key: str,
    debit: str,
    credit: str,
    currency: str,
    amount_minor: int,
    memo: str,
    now: datetime,
    line_ref: str | None = None,
) -> None:
    """Book +amount on `debit` and -amount on `credit`, once for each key.

    `line_ref` is the line of the provider's balance that it explains: the comparison knows that one then.

    Raises:
        AccountNotByHand: an account that follows its own records.
        LineExplained: another entry names the same line.
        LegNotValid: an amount that is not above zero or not in whole steps.

    """
    check_by_hand(debit=debit, credit=credit, line_ref=line_ref)
    if line_ref and is_line_explained(session, line_ref):
        raise LineExplained("Another entry explains this line already.", line_ref=line_ref)
    store.append(
        session,
        JournalEntry(
            key=f"{LINE_KEY}{line_ref}" if line_ref else f"hand:{key}",
            kind="booked_by_hand",
            stream="hand",
            occurred_at=now,
            legs=legs_of((debit, amount_minor), (credit, -amount_minor), currency=currency),
            memo={"memo": memo[:500]},
        ),
    )

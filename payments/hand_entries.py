"""Entries that two persons book by hand, between accounts that stand for no booking's money and no operation's."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from payments import chart, store
from payments.errors import PaymentError
from payments.ledger import JournalEntry, legs_of

BY_HAND = re.compile(
    r"asset:(psp|bank)|rev:platform_fee|exp:(psp_fee|dispute_fee|chargeback_loss|fx)|liab:tax"
)
"""What is held, in transit, in suspense or in custody follows its own records and is never booked by hand."""


class AccountNotByHand(PaymentError):
    code = "account_not_by_hand"


def check_by_hand(*, debit: str, credit: str) -> None:
    """Refuse accounts that are not booked by hand.

    Raises:
        AccountNotByHand: one of them, or both are the same.

    """
    for account in (debit, credit):
        if BY_HAND.fullmatch(account) is None or not chart.is_address(account):
            raise AccountNotByHand("This account is not booked by hand.", account=account[:120])
    if debit == credit:
        raise AccountNotByHand("An entry needs two accounts.", account=debit)


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
) -> None:
    """Book +amount on `debit` and -amount on `credit`, once for each key.

    Raises:
        AccountNotByHand: an account that follows its own records.
        LegNotValid: an amount that is not above zero or not in whole steps.

    """
    check_by_hand(debit=debit, credit=credit)
    store.append(
        session,
        JournalEntry(
            key=f"hand:{key}",
            kind="booked_by_hand",
            stream="hand",
            occurred_at=now,
            legs=legs_of((debit, amount_minor), (credit, -amount_minor), currency=currency),
            memo={"memo": memo[:500]},
        ),
    )

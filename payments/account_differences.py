"""What a payee's account holds at the provider beside our book of it: where it holds less, that much is not paid out.

An account may even owe the provider: it was charged a cost, or somebody took a transfer back in the dashboard. The
platform answers for that, so operators see it and nothing is paid out against it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from payments import chart, store
from payments.ledger_models import JournalLegRow
from payments.models import AccountDifference, MoneyOperation, PayoutAccount
from payments.payable import outside_minor
from payments.statuses import OPEN_STATES, OperationKind

_MOVING = (OperationKind.RELEASE, OperationKind.REVERSAL, OperationKind.PAYOUT)


@dataclass(frozen=True, slots=True)
class Difference:
    """A payee's account that holds another amount at the provider than in our book, in minor units; since when."""

    payee_ref: str
    currency: str
    provider_minor: int
    booked_minor: int
    since: datetime


def booked_in(session: Session, *, gateway_account_id: str) -> Mapping[str, int] | None:
    """Return by currency what our book says an account holds, {} where nothing ever arrived.

    None while something is on its way into it or out of it, or when it is no payee's account any more.
    """
    payee_ref = _payee_of(session, gateway_account_id)
    if payee_ref is None or _is_moving(session, payee_ref):
        return None
    sums = session.execute(
        select(JournalLegRow.currency, func.sum(JournalLegRow.amount_minor))
        .where(JournalLegRow.account == chart.custody_balance(payee_ref))
        .group_by(JournalLegRow.currency)
    )
    return {
        currency: int(amount)
        - outside_minor(
            session, payee_ref=payee_ref, currency=currency, gateway_account_id=gateway_account_id
        )
        for currency, amount in sums
    }


def note_balance(
    session: Session,
    *,
    gateway_account_id: str,
    provider: Mapping[str, int],
    booked_before: Mapping[str, int],
    now: datetime,
) -> list[Difference]:
    """Keep where the balance just read differs from our book; returns what differs that did not before.

    Nothing is kept when our book moved since `booked_before`: what was read may be of before or after.
    """
    payee_ref = _payee_of(session, gateway_account_id)
    if payee_ref is None:
        return []
    store.lock_account(session, payee_ref)
    if booked_in(session, gateway_account_id=gateway_account_id) != booked_before:
        return []
    known = {
        row.currency: row
        for row in session.scalars(select(AccountDifference).where(AccountDifference.payee_ref == payee_ref))
    }
    new = []
    for currency in sorted(provider.keys() | booked_before.keys() | known.keys()):
        theirs, ours = provider.get(currency, 0), booked_before.get(currency, 0)
        row = known.get(currency)
        if theirs == ours:
            if row is not None:
                session.delete(row)
        elif row is not None:
            row.provider_minor, row.booked_minor = theirs, ours
        else:
            session.add(
                AccountDifference(
                    payee_ref=payee_ref,
                    currency=currency,
                    provider_minor=theirs,
                    booked_minor=ours,
                    since=now,
                )
            )
            new.append(Difference(payee_ref, currency, theirs, ours, now))
    session.flush()
    return new


def list_differences(session: Session, *, limit: int) -> Sequence[Difference]:
    """Return the accounts whose balance differs from our book, the oldest difference first."""
    query = select(AccountDifference).order_by(AccountDifference.since, AccountDifference.payee_ref)
    return [
        Difference(row.payee_ref, row.currency, row.provider_minor, row.booked_minor, row.since)
        for row in session.scalars(query.limit(limit))
    ]


def _payee_of(session: Session, gateway_account_id: str) -> str | None:
    query = select(PayoutAccount.payee_ref).where(PayoutAccount.gateway_account_id == gateway_account_id)
    return session.scalar(query)


def _is_moving(session: Session, payee_ref: str) -> bool:
    query = select(MoneyOperation.id).where(
        MoneyOperation.payee_ref == payee_ref,
        MoneyOperation.kind.in_(_MOVING),
        MoneyOperation.state.in_(OPEN_STATES),
    )
    return session.scalar(query.limit(1)) is not None

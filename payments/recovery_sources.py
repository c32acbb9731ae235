"""From which transfer a claim is recovered: its own while its account holds something, else a newer one of the payee.

A debt is the payee's, wherever their money lies: of a share in an account that they replaced or that cannot pay, a later
transfer into the account they have now is reversed in its stead, never beyond its amount.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import chart, store
from payments.models import ClawBack, MoneyOperation, PayoutAccount
from payments.payable import outside_minor
from payments.statuses import OPEN_STATES, OperationKind, OperationState

NEWEST = 50
"""So many later transfers are looked at; they hold more than a claim as a rule."""

_RELEASES = select(
    MoneyOperation.gateway_id,
    MoneyOperation.request["gateway_account_id"].as_string(),
    MoneyOperation.amount_minor,
).where(MoneyOperation.kind == OperationKind.RELEASE, MoneyOperation.state == OperationState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Source:
    """So many minor units can be taken back by reversing this transfer."""

    gateway_transfer_id: str
    amount_minor: int


def find_source(session: Session, row: ClawBack, *, wanted_minor: int) -> Source | None:
    """Return what to reverse for a claim now, None where no account holds anything; the caller holds the account's lock."""
    balance = store.balance(session, chart.custody_balance(row.payee_ref), currency=row.currency)
    if balance <= 0 or wanted_minor <= 0:
        return None
    taken, refused = _reversals(session, row)
    held: dict[str, int] = {}
    fallback = None
    for transfer, account, amount in _transfers(session, row):
        if account not in held:
            outside = outside_minor(
                session, payee_ref=row.payee_ref, currency=row.currency, gateway_account_id=account
            )
            held[account] = balance - outside
        possible = min(wanted_minor, amount - taken[transfer], held[account])
        if possible <= 0:
            continue
        if transfer not in refused:
            return Source(transfer, possible)
        fallback = fallback or Source(transfer, possible)
    return fallback


def _transfers(session: Session, row: ClawBack) -> Iterator[tuple[str, str, int]]:
    """Yield the claimed share's own transfer, then the newest into the account that the payee has now."""
    own = session.execute(_RELEASES.where(MoneyOperation.part_id == row.part_id)).one_or_none()
    if own is None:
        return
    yield own[0] or "", own[1] or "", own[2] or 0
    account = session.get(PayoutAccount, row.payee_ref)
    if account is None or account.gateway_account_id is None:
        return
    others = _RELEASES.where(
        MoneyOperation.payee_ref == row.payee_ref,
        MoneyOperation.currency == row.currency,
        MoneyOperation.part_id != row.part_id,
        MoneyOperation.request["gateway_account_id"].as_string() == account.gateway_account_id,
    ).order_by(MoneyOperation.settled_at.desc(), MoneyOperation.id)
    for transfer, account_id, amount in session.execute(others.limit(NEWEST)).all():
        yield transfer or "", account_id or "", amount or 0


def _reversals(session: Session, row: ClawBack) -> tuple[dict[str, int], set[str]]:
    """Return what was taken back of each transfer of the payee, and which of them the provider refused to reverse for it."""
    taken: dict[str, int] = defaultdict(int)
    refused: set[str] = set()
    found = session.execute(
        select(
            MoneyOperation.request["gateway_transfer_id"].as_string(),
            MoneyOperation.state,
            MoneyOperation.subject,
            MoneyOperation.amount_minor,
        )
        .where(
            MoneyOperation.payee_ref == row.payee_ref,
            MoneyOperation.kind == OperationKind.REVERSAL,
            MoneyOperation.state.in_((*OPEN_STATES, OperationState.CONFIRMED, OperationState.REFUSED)),
        )
        .order_by(MoneyOperation.created_at)
    )
    for transfer, state, subject, amount in found:
        if state is not OperationState.REFUSED:
            taken[transfer] += amount or 0
            refused.discard(transfer)
        elif subject == f"claw_back:{row.id}":
            refused.add(transfer)
    return taken, refused

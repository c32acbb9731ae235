"""After a restore: payouts to payees' banks that the older copy of the database has forgotten.

What left a payee's account is gone from it: a copy that does not know would show and pay out the same money again.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import chart, events, store, webhooks
from payments.account_changes import NotKnownYet
from payments.adoption_report import FREEZE_REASON, AdoptionReport
from payments.errors import PaymentError
from payments.models import MoneyOperation, PayoutAccount
from payments.payout_operations import hold_payouts, reserve_payout
from payments.planning import find_open_operation
from payments.ports import EffectState, GatewayRefused
from payments.runtime import Runtime
from payments.statuses import Direction

Events = list[events.PaymentEvent]


def adopt_payouts(runtime: Runtime, *, since: datetime) -> AdoptionReport:
    """Take up the payouts of every account since then, the oldest first; an account with an unclear one is put on hold.

    Raises:
        GatewayBusy, GatewayOutcomeUnknown, GatewayMisconfigured: an account could not be read; run it again.

    """
    known, adopted, unclear = 0, [], []
    for payee_ref, account_id in runtime.transact(_list_accounts):
        try:
            found = list(runtime.gateway.list_payouts(account_id, since=since))
        except GatewayRefused:  # it shows us nothing any more, and nothing is paid out of it
            continue
        for effect in reversed(found):
            if runtime.transact(lambda session, effect=effect: _is_known(session, effect)):  # type: ignore[misc]  # as in reconciliation
                known += 1
                continue
            try:
                runtime.settle(
                    lambda session, now, payee=payee_ref, effect=effect: _adopt(session, payee, effect, now)  # type: ignore[misc]
                )
            except PaymentError:
                runtime.transact(
                    lambda session, payee=payee_ref: hold_payouts(  # type: ignore[misc]
                        session, payee_ref=payee, reason=FREEZE_REASON
                    )
                )
                unclear.append(effect.gateway_id)
            else:
                adopted.append(effect.gateway_id)
    return AdoptionReport(known, tuple(adopted), tuple(unclear))


def _list_accounts(session: Session) -> list[tuple[str, str]]:
    query = select(PayoutAccount.payee_ref, PayoutAccount.gateway_account_id).order_by(
        PayoutAccount.payee_ref
    )
    return [(payee_ref, account_id) for payee_ref, account_id in session.execute(query) if account_id]


def _is_known(session: Session, effect: EffectState) -> bool:
    query = select(MoneyOperation.id).where(MoneyOperation.gateway_id == effect.gateway_id).limit(1)
    return session.scalar(query) is not None


def _adopt(session: Session, payee_ref: str, effect: EffectState, now: datetime) -> Events:
    """Plan the payout again when it is forgotten, then book it. Raises PaymentError."""
    account = store.lock_account(session, payee_ref)
    if account is not None and session.get(MoneyOperation, effect.operation_id or "") is None:
        subject = f"payout:{payee_ref}:{effect.currency}"
        running = find_open_operation(session, subject=subject, direction=Direction.PAY_OUT)
        balance = store.balance(session, chart.custody_balance(payee_ref), currency=effect.currency)
        if running is not None or balance < effect.amount_minor:
            raise NotKnownYet("The books have no room for this payout.", gateway_id=effect.gateway_id)
        reserve_payout(session, account, currency=effect.currency, amount_minor=effect.amount_minor, now=now)
        session.flush()
    return webhooks.settle_effect(session, effect=effect, now=now)

"""What an application asks of payees' accounts: make one, send the payee to complete it, pay it out."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from payments import chart, journal_custody, store
from payments.errors import PaymentError, PayoutAccountMissing
from payments.escrow import SideStatus
from payments.models import Escrow, EscrowPartRow, PayoutAccount
from payments.money import get_currency
from payments.payable import payable_minor
from payments.planning import (
    WAITING_REASONS,
    OperationDraft,
    find_open_operation,
    plan_operation,
    start_release,
)
from payments.ports import Command, MakeAccount, MakeOnboardingLink, MakePayout
from payments.statuses import AccountStatus, Direction, OperationKind

_COUNTRY = re.compile(r"[A-Za-z]{2}")


class PayoutOnHold(PaymentError):
    code = "payout_on_hold"
    kind = "conflict"


class PayoutAccountNotReady(PaymentError):
    code = "payout_account_not_ready"
    kind = "conflict"


class CountryNotReadable(PaymentError):
    code = "country_not_readable"


class NothingToPayOut(PaymentError):
    code = "nothing_to_pay_out"
    kind = "conflict"


def plan_payout_account(
    session: Session, *, payee_ref: str, country: str, email: str, display_name: str, now: datetime
) -> str | None:
    """Plan a connected account for a payee; returns its operation id, or None when the payee has one already.

    Raises:
        InvalidReference: the payee's reference cannot stand in a ledger address.
        CountryNotReadable: the country is not two letters.

    """
    if not _COUNTRY.fullmatch(country):
        raise CountryNotReadable("Name the country by its two letters, for example SA.", country=country[:10])
    account = store.lock_account(session, chart.check_ref(payee_ref))
    if (
        account is not None
        and account.gateway_account_id
        and account.status is not AccountStatus.DEAUTHORISED
    ):
        return None
    subject = f"account:{payee_ref}"
    running = find_open_operation(session, subject=subject, direction=Direction.SET_UP)
    if running is not None:
        return running.id
    if account is None:
        account = PayoutAccount(payee_ref=payee_ref, created_at=now, is_payout_enabled=False, requirements=[])
        session.add(account)
    account.country, account.status, account.gateway_account_id = country.upper(), AccountStatus.NEW, None

    def command(operation_id: str) -> Command:
        return MakeAccount(
            operation_id=operation_id,
            payee_ref=payee_ref,
            country=country.upper(),
            email=email,
            display_name=display_name,
        )

    draft = OperationDraft(
        kind=OperationKind.ACCOUNT,
        direction=Direction.SET_UP,
        subject=subject,
        build_command=command,
        payee_ref=payee_ref,
    )
    return plan_operation(session, draft, now=now)


def plan_onboarding_link(
    session: Session, *, payee_ref: str, return_url: str, refresh_url: str, now: datetime
) -> str:
    """Plan a single-use address at the provider where the payee completes the account; returns the operation id.

    Raises:
        PayoutAccountMissing: the account is not made yet (run its operation first).

    """
    account = store.lock_account(session, payee_ref)
    if account is None or account.gateway_account_id is None:
        raise PayoutAccountMissing("The payout account is still being made; try again in a moment.")
    subject = f"link:{payee_ref}"
    running = find_open_operation(session, subject=subject, direction=Direction.SET_UP)
    if running is not None:
        return running.id
    gateway_account_id = account.gateway_account_id

    def command(operation_id: str) -> Command:
        return MakeOnboardingLink(
            operation_id=operation_id,
            gateway_account_id=gateway_account_id,
            return_url=return_url,
            refresh_url=refresh_url,
        )

    account.onboarding_url = account.onboarding_expires_at = None
    draft = OperationDraft(
        kind=OperationKind.ONBOARDING_LINK,
        direction=Direction.SET_UP,
        subject=subject,
        build_command=command,
        payee_ref=payee_ref,
    )
    return plan_operation(session, draft, now=now)


def plan_payout(
    session: Session, *, payee_ref: str, currency: str, now: datetime, amount_minor: int | None = None
) -> str:
    """Plan the payout of a payee's balance in one currency (all of it unless told) to their bank; returns the id.

    What lies in an account that they replaced, and what they owe back, stays.

    While one is on its way, the same id comes back.

    Raises:
        PayoutAccountMissing, PayoutAccountNotReady: it cannot be paid out yet.
        PayoutOnHold: the bank account was changed lately.
        NothingToPayOut: the balance does not cover it.

    """
    get_currency(currency)
    account = store.lock_account(session, payee_ref)
    obstacle = find_payout_obstacle(account, now=now)
    if account is None or obstacle is not None:
        raise obstacle or PayoutAccountMissing
    subject = f"payout:{payee_ref}:{currency}"
    running = find_open_operation(session, subject=subject, direction=Direction.PAY_OUT)
    if running is not None:
        return running.id
    available = payable_minor(session, payee_ref=payee_ref, currency=currency)
    amount = available if amount_minor is None else amount_minor
    if not 0 < amount <= available:
        raise NothingToPayOut("The balance does not cover this payout.", available_minor=available)
    return reserve_payout(session, account, currency=currency, amount_minor=amount, now=now)


def reserve_payout(
    session: Session, account: PayoutAccount, *, currency: str, amount_minor: int, now: datetime
) -> str:
    """Plan a payout of a locked account and reserve its money; returns the id. The caller has looked whether it may leave."""
    operation_id = _insert_payout(session, account, currency=currency, amount_minor=amount_minor, now=now)
    payout = journal_custody.PayoutMovement(operation_id, account.payee_ref, currency, amount_minor, now)
    store.append(session, journal_custody.payout_planned(payout))
    return operation_id


def find_payout_obstacle(
    account: PayoutAccount | None, *, now: datetime, gateway_account_id: str | None = None
) -> PaymentError | None:
    """Return why nothing may leave a payee's account for their bank now; None when it may.

    `gateway_account_id` names the account a payout was planned from: the payee may have another one by now.
    """
    if account is None or account.gateway_account_id is None:
        return PayoutAccountMissing("The payee has no payout account yet.")
    if not account.is_payout_enabled:
        return PayoutAccountNotReady(
            "The provider does not pay this account out yet.", missing=account.requirements
        )
    if gateway_account_id is not None and gateway_account_id != account.gateway_account_id:
        return PayoutAccountNotReady("The payee has another payout account by now.")
    if account.hold_reason is not None:
        return PayoutOnHold("Operators hold the payouts of this account.")
    if account.payouts_held_until is not None and now < account.payouts_held_until:
        return PayoutOnHold("The bank account was changed; payouts wait.", until=account.payouts_held_until)
    return None


def hold_payouts(session: Session, *, payee_ref: str, reason: str) -> None:
    """Start no payout to this payee's bank until the hold is ended; shares still arrive in the account.

    Raises:
        PayoutAccountMissing: the payee has no account.

    """
    account = store.lock_account(session, payee_ref)
    if account is None:
        raise PayoutAccountMissing("The payee has no payout account yet.")
    account.hold_reason = reason[:500] or "held"
    session.flush()


def free_payouts(session: Session, *, payee_ref: str) -> None:
    """End the operators' hold. Raises PayoutAccountMissing."""
    account = store.lock_account(session, payee_ref)
    if account is None:
        raise PayoutAccountMissing("The payee has no payout account yet.")
    account.hold_reason = None
    session.flush()


def release_owed(
    session: Session, *, payee_ref: str, now: datetime, reasons: Sequence[str] | None = WAITING_REASONS
) -> tuple[str, ...]:
    """Start the releases that were owed to a payee; returns their operation ids.

    `reasons=None` also retries those the provider refused (after the account changed, or by an operator's order).
    """
    query = (
        select(Escrow.booking_ref)
        .join(EscrowPartRow, EscrowPartRow.escrow_id == Escrow.id)
        .where(Escrow.payee_ref == payee_ref, EscrowPartRow.release_status == SideStatus.DUE)
        .distinct()
        .order_by(Escrow.booking_ref)
    )
    if reasons is not None:
        query = query.where(EscrowPartRow.parked_reason.in_(reasons))
    started: list[str] = []
    for booking_ref in session.scalars(query).all():
        escrow = store.lock_escrow(session, booking_ref=booking_ref)
        for part in escrow.parts:
            is_due = part.release_status is SideStatus.DUE and not part.is_charged_back
            if is_due and (reasons is None or part.parked_reason in reasons):
                operation_id = start_release(session, escrow, part, now=now)
                started += [operation_id] if operation_id is not None else []
    session.flush()
    return tuple(started)


def _insert_payout(
    session: Session, account: PayoutAccount, *, currency: str, amount_minor: int, now: datetime
) -> str:
    def command(operation_id: str) -> Command:
        return MakePayout(
            operation_id=operation_id,
            gateway_account_id=account.gateway_account_id or "",
            currency=currency,
            amount_minor=amount_minor,
        )

    draft = OperationDraft(
        kind=OperationKind.PAYOUT,
        direction=Direction.PAY_OUT,
        subject=f"payout:{account.payee_ref}:{currency}",
        build_command=command,
        payee_ref=account.payee_ref,
        currency=currency,
        amount_minor=amount_minor,
    )
    return plan_operation(session, draft, now=now)

"""The way of an influencer to their payout account: the account is made, then a link to the provider's own page."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.billing.processing import run_now
from marketplace.clock import Clock
from marketplace.db import transaction
from marketplace.services import Services
from payments.errors import PaymentError
from payments.payout_operations import plan_onboarding_link, plan_payout_account
from payments.queries import find_payout_account
from payments.statuses import AccountStatus

CONNECTED = (AccountStatus.PENDING, AccountStatus.ACTIVE, AccountStatus.RESTRICTED)


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is to be paid, as the provider asks for them."""

    payee_ref: str
    country: str
    email: str
    display_name: str


def plan_account(session: Session, payee: Payee, *, clock: Clock) -> str | None:
    """Plan the account in the caller's transaction; None when it is there already."""
    return plan_payout_account(
        session,
        payee_ref=payee.payee_ref,
        country=payee.country,
        email=payee.email,
        display_name=payee.display_name,
        now=clock(),
    )


def make_account(services: Services, payee: Payee) -> bool:
    """Make the account where there is none, in transactions of its own; tell whether it is there now."""
    with transaction(services.sessions) as session:
        operation_id = plan_account(session, payee, clock=services.clock)
    if operation_id is not None:
        run_now(services, operation_id)
    with transaction(services.sessions) as session:
        account = find_payout_account(session, payee_ref=payee.payee_ref)
    return account is not None and account.status in CONNECTED


def open_onboarding(services: Services, payee: Payee, *, return_url: str, refresh_url: str) -> str | None:
    """Make what is missing, each step in transactions of its own, and return the provider's address.

    None: it takes longer than somebody waits, or the provider refused; the account's page says which.
    """
    make_account(services, payee)
    try:
        with transaction(services.sessions) as session:
            link_id = plan_onboarding_link(
                session,
                payee_ref=payee.payee_ref,
                return_url=return_url,
                refresh_url=refresh_url,
                now=services.clock(),
            )
    except PaymentError:
        return None
    run_now(services, link_id)
    with transaction(services.sessions) as session:
        account = find_payout_account(session, payee_ref=payee.payee_ref)
    return account.onboarding_url if account is not None else None

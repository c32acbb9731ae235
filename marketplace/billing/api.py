"""Payments over the API: the way to the hosted pages, and where the money is."""

from typing import Any

from flask import url_for
from flask_login import current_user

from marketplace.billing import api_cases, api_ledger
from marketplace.billing.api_blueprint import blueprint
from marketplace.billing.inline_run import run_inline
from marketplace.billing.money_view import list_booking_money
from marketplace.billing.onboarding import Payee, make_account
from marketplace.billing.payments_view import PaymentView, get_payment
from marketplace.billing.schemas import (
    BookingMoneyPageSchema,
    HeldPaymentSchema,
    PaymentSchema,
    PayoutAccountSchema,
)
from marketplace.bookings import operations
from marketplace.bookings.queries import get_booking
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.cursors import TimePageQuery
from marketplace.web.language import gettext as _
from marketplace.web.schema import plain
from marketplace.web.served_countries import is_country_served
from marketplace.web.strict_input import InputInvalid
from payments.queries import EscrowView, find_payout_account, get_escrow
from payments.statements import list_payee_money, list_payouts, list_timeline

__all__ = ["api_cases", "api_ledger", "blueprint"]  # all modules add their calls to the one blueprint

PREPARING, ACCEPTED = "preparing", 202


def _address(endpoint: str, **values: Any) -> str:
    return services().settings.base_url.rstrip("/") + url_for(endpoint, **values)


def _payment(booking_id: str) -> PaymentView:
    return get_payment(db.session, actor=current_actor(), booking_id=booking_id)


def _payment_body(payment: PaymentView) -> dict[str, Any]:
    checkout = payment.checkout
    status = "none" if checkout is None else checkout.status
    is_open = payment.is_awaited and checkout is not None and checkout.status == "open"
    return {
        "booking_id": payment.booking_id,
        "status": status if payment.is_awaited or status == "complete" else "not_due",
        "checkout_url": checkout.url if checkout is not None and is_open else None,
        "expires_at": checkout.expires_at if checkout is not None and is_open else None,
        "payable_until": payment.payable_until,
        "total": {"amount_minor": payment.card.total_minor, "currency": payment.card.currency},
    }


@blueprint.read("/bookings/<id:booking_id>/payment", answer=PaymentSchema)
@requires(Permission.BOOKING_PAY)
def show_payment(booking_id: str) -> dict[str, Any]:
    """Show how far the payment page of a booking is.

    A page that was asked for and not made yet is made now, if the provider answers in time.
    """
    payment = _payment(booking_id)
    if payment.checkout is not None and payment.checkout.status == PREPARING:
        run_inline(payment.checkout.operation_id)
        payment = _payment(booking_id)
    return _payment_body(payment)


@blueprint.write(
    "/bookings/<id:booking_id>/payment",
    answer=PaymentSchema,
    is_money=True,
    also={ACCEPTED: "The payment page is being made: ask again with GET."},
)
@requires(Permission.BOOKING_PAY)
def start_payment(booking_id: str) -> dict[str, Any] | tuple[dict[str, Any], int]:
    """Ask for the hosted payment page of a booking.

    Answers 200 with `checkout_url`, or 202 with the status `preparing`; ask with GET until the address is there.
    Repeating this while the page is open gives the same page.
    """
    operations.start_payment(
        db.session,
        actor=current_actor(),
        booking_id=booking_id,
        success_url=_address("billing.payment_return", booking_id=booking_id),
        cancel_url=_address("billing.payment_cancelled", booking_id=booking_id),
        now=now(),
    )
    body = _payment_body(_payment(booking_id))
    return (body, ACCEPTED) if body["status"] == PREPARING else body


@blueprint.read("/bookings/<id:booking_id>/money", answer=HeldPaymentSchema)
@requires(Permission.BOOKING_VIEW)
def show_booking_money(booking_id: str) -> dict[str, Any]:
    """Show a booking's held payment and everything that was booked for it, oldest first."""
    get_booking(db.session, actor=current_actor(), booking_id=booking_id)
    return _held(get_escrow(db.session, booking_ref=booking_id))


def _held(escrow: EscrowView) -> dict[str, Any]:
    lines = list_timeline(db.session, booking_ref=escrow.booking_ref)
    timeline = [
        plain(line)
        | {
            "deliverable_id": line.part_ref,
            "amount": {"amount_minor": line.amount_minor, "currency": line.currency},
        }
        for line in lines
    ]
    parts = [plain(part, escrow.currency) | {"deliverable_id": part.part_ref} for part in escrow.parts]
    return {**plain(escrow), "booking_id": escrow.booking_ref, "parts": parts, "timeline": timeline}


@blueprint.read("/money", answer=BookingMoneyPageSchema, query=TimePageQuery)
@requires(Permission.MONEY_VIEW)
def list_money(query: dict[str, Any]) -> dict[str, Any]:
    """List your paid bookings, newest payment first, with what is held, paid out and paid back."""
    actor = current_actor()
    if actor.brand_id is None and actor.influencer_id is None and actor.kind != "operator":
        raise NotFound
    page = list_booking_money(db.session, brand_id=actor.brand_id, influencer_id=actor.influencer_id, **query)
    return {"items": plain(page.rows), "next_cursor": page.next_cursor}


def _influencer() -> Influencer:
    influencer_id = current_actor().influencer_id
    if influencer_id is None:
        raise NotFound
    return db.session.get_one(Influencer, influencer_id)


def _account_body(payee_ref: str, url: str | None = None) -> dict[str, Any]:
    account = find_payout_account(db.session, payee_ref=payee_ref)
    shown: dict[str, Any] = {
        "status": "none",
        "country": None,
        "is_payout_enabled": False,
        "requirements": [],
    }
    if account is not None:
        shown = plain(account)
    money = plain(list_payee_money(db.session, payee_ref=payee_ref))
    payouts = [
        plain(payout)
        | {
            "id": payout.operation_id,
            "amount": {"amount_minor": payout.amount_minor, "currency": payout.currency},
        }
        for payout in list_payouts(db.session, payee_ref=payee_ref)
    ]
    return {**shown, "onboarding_url": url, "money": money, "payouts": payouts}


@blueprint.read("/payout-account", answer=PayoutAccountSchema)
@requires(Permission.PAYOUT_ACCOUNT)
def show_payout_account() -> dict[str, Any]:
    """Show your payout account and your money in every currency."""
    return _account_body(_influencer().id)


@blueprint.write(
    "/payout-account/onboarding",
    answer=PayoutAccountSchema,
    is_money=True,
    also={ACCEPTED: "The account is being made: ask again in a moment, with a new Idempotency-Key."},
)
@requires(Permission.PAYOUT_ACCOUNT)
def start_onboarding() -> dict[str, Any] | tuple[dict[str, Any], int]:
    """Make your payout account, if there is none.

    Answers 200 with `onboarding_url`, or 202 without. The address is a page of this site: whoever opens it signs in,
    types the password again and is led on to the provider. No key alone can change where money goes.
    """
    influencer = _influencer()
    if not influencer.country:
        text = _("Say in your profile which country you live in; the bank account must be there.")
        raise InputInvalid(text, fields={"country": text})
    if not is_country_served(influencer.country):
        text = _("Your country is not served yet: the payment provider of this site pays nobody there.")
        raise InputInvalid(text, fields={"country": text})
    payee = Payee(influencer.id, influencer.country, current_user.user.email, influencer.name)
    db.session.rollback()  # the steps have transactions of their own, and a provider is called between them
    is_made = make_account(services(), payee)
    body = _account_body(payee.payee_ref, _address("billing.onboarding_go") if is_made else None)
    return body if is_made else (body, ACCEPTED)

"""Paying a booking: what is paid and what happens then, the way to the hosted page, and the way back."""

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.billing.inline_run import in_reading_language, lead_on, own_address, run_inline
from marketplace.billing.pages_blueprint import blueprint
from marketplace.billing.payments_view import PaymentView, get_payment
from marketplace.bookings import operations
from marketplace.db import db
from marketplace.policies import Permission, may
from marketplace.quotes.card_words import cancellation_rows, shown_card
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.language import gettext as _


def _payment(booking_id: str) -> PaymentView:
    return get_payment(db.session, actor=current_actor(), booking_id=booking_id)


def _address(endpoint: str, booking_id: str) -> str:
    return services().settings.base_url.rstrip("/") + url_for(endpoint, booking_id=booking_id)


@blueprint.get("/bookings/<booking_id>/pay")
@requires(Permission.BOOKING_VIEW)
def pay(booking_id: str) -> str | Response:
    """Show the whole price again and what happens with the money."""
    payment = _payment(booking_id)
    if not payment.is_awaited:
        return redirect(url_for("bookings.booking", booking_id=booking_id), 303)
    if payment.is_pending:
        return redirect(url_for("billing.payment_return", booking_id=booking_id), 303)
    return render_template(
        "billing/pay.html",
        payment=payment,
        shown=shown_card(payment.card),
        cancellation=cancellation_rows(payment.card),
        is_late=now() > payment.payable_until,
        may_pay=may(current_actor(), Permission.BOOKING_PAY),
        is_order=payment.path == "order",
    )


@blueprint.post("/bookings/<booking_id>/pay")
@requires(Permission.BOOKING_PAY)
def start_payment(booking_id: str) -> Response:
    """Plan the hosted page; it is made by the page this leads to, after the plan is committed."""
    operations.start_payment(
        db.session,
        actor=current_actor(),
        booking_id=booking_id,
        success_url=_address("billing.payment_return", booking_id),
        cancel_url=_address("billing.payment_cancelled", booking_id),
        now=now(),
    )
    return redirect(url_for("billing.pay_go", booking_id=booking_id), 303)


@blueprint.get("/bookings/<booking_id>/pay/go")
@requires(Permission.BOOKING_PAY)
def pay_go(booking_id: str) -> Response:
    """Make the hosted page if it is not made yet and lead there; wait where it takes longer."""
    payment = _payment(booking_id)
    if payment.checkout is not None and payment.checkout.status == "preparing":
        run_inline(payment.checkout.operation_id)
        payment = _payment(booking_id)
    checkout = payment.checkout
    if not payment.is_awaited:
        return lead_on(url_for("bookings.booking", booking_id=booking_id))
    if checkout is not None and checkout.status == "open" and checkout.url:
        return lead_on(in_reading_language(own_address(checkout.url)))
    if checkout is None or checkout.status in {"refused", "expired"}:
        if checkout is not None and checkout.status == "refused":
            flash(
                _(
                    "The payment provider could not make a payment page. Nothing was charged. Try again; if it "
                    "happens again, write to us."
                ),
                "error",
            )
        return lead_on(url_for("billing.pay", booking_id=booking_id))
    if checkout.status == "complete":
        return lead_on(url_for("billing.payment_return", booking_id=booking_id))
    return _waiting(
        "billing/waiting.html",
        title=_("Making your payment page"),
        text=_("This takes a moment. You are led on by yourself; nothing is charged yet."),
        poll_url=url_for("billing.pay_go", booking_id=booking_id),
        back=url_for("billing.pay", booking_id=booking_id),
    )


@blueprint.get("/bookings/<booking_id>/pay/return")
@requires(Permission.BOOKING_VIEW)
def payment_return(booking_id: str) -> Response:
    """Wait after the hosted page until our own books have the payment; only they count."""
    payment = _payment(booking_id)
    room = url_for("bookings.booking", booking_id=booking_id)
    if not payment.is_awaited:
        if not payment.is_over:
            flash(_("Your payment arrived and is held until you approve the work."), "success")
        return lead_on(room)
    text = (
        _(
            "Your bank has not confirmed the payment yet, which can take days. Do not pay again. You can close this "
            "page: the booking goes on by itself, and you get a notice."
        )
        if payment.is_pending
        else _(
            "The payment provider tells us as soon as your payment has arrived, usually within seconds. You can "
            "close this page: the booking goes on by itself, and you get a notice."
        )
    )
    return _waiting(
        "billing/waiting.html",
        title=_("Waiting for the confirmation of your payment"),
        text=text,
        poll_url=url_for("billing.payment_return", booking_id=booking_id),
        back=room,
    )


@blueprint.get("/bookings/<booking_id>/pay/cancelled")
@requires(Permission.BOOKING_VIEW)
def payment_cancelled(booking_id: str) -> str | Response:
    """Say that nothing was charged and offer the way back to the payment page."""
    payment = _payment(booking_id)
    if not payment.is_awaited:
        return redirect(url_for("bookings.booking", booking_id=booking_id), 303)
    if payment.is_pending:
        return redirect(url_for("billing.payment_return", booking_id=booking_id), 303)
    return render_template("billing/payment_cancelled.html", payment=payment)


def _waiting(template: str, **values: str) -> Response:
    answer: Response = make_response(render_template(template, **values))
    return answer

"""Payments that go on after their page is complete, as bank debits do: the money, or its refusal, comes days later."""

from payments.sandbox.cards import Card
from payments.sandbox.errors import RequestRefused
from payments.sandbox.payment_intents import create_intent, pay_intent
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork


def start_slow_payment(unit: UnitOfWork, session: Body) -> Body:
    """Complete an open session whose payment is processing.

    Raises:
        RequestRefused: the session is not open.
    """
    if session["status"] != "open":
        raise RequestRefused(
            f"This checkout session is {session['status']}.", code="checkout_session_not_open"
        )
    intent = create_intent(
        unit,
        amount_minor=session["amount_total"],
        currency=session["currency"],
        options=session["_payment_intent_data"],
    )
    intent["status"] = "processing"
    unit.store.save(intent)
    session |= {"status": "complete", "payment_intent": intent["id"], "url": None}
    unit.store.save(session)
    unit.emit("payment_intent.processing", intent)
    unit.emit("checkout.session.completed", session)
    return session


def end_slow_payment(unit: UnitOfWork, session: Body, *, is_paid: bool) -> None:
    """Let a payment that is processing succeed or fail."""
    intent = unit.store.get("payment_intent", session["payment_intent"], account=unit.account)
    pay_intent(unit, intent, Card.OK if is_paid else Card.DECLINED)
    if is_paid:
        session["payment_status"] = "paid"
        unit.store.save(session)
    unit.emit(f"checkout.session.async_payment_{'succeeded' if is_paid else 'failed'}", session)

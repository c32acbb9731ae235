"""Charges: what a paid payment intent leaves behind, with its fee and the day its money becomes available.

As at Stripe, an intent that is captured `automatic_async` (the default) names its balance transaction some seconds later.
"""

from payments.sandbox.api_request import ApiRequest, Route, list_answer
from payments.sandbox.balances import Movement, record_movement, settlement_time
from payments.sandbox.cards import CARDS, Card, CardRule
from payments.sandbox.currencies import processing_fee, rule_for
from payments.sandbox.shapes import CARD_DETAILS, CHARGE, new_object
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork

ASYNC_SECONDS = 5


def create_charge(unit: UnitOfWork, intent: Body, card: Card) -> Body:
    """Charge the card for the intent's amount; a declining card leaves a failed charge without money."""
    is_declined = CARDS[card].decline_code is not None
    charge = _charge_body(unit, intent, card)
    if not is_declined:
        txn = record_movement(
            unit,
            Movement(
                type="charge",
                amount_minor=charge["amount"],
                currency=charge["currency"],
                source=charge["id"],
                reporting_category="charge",
                fee_minor=processing_fee(
                    charge["amount"], rule_for(charge["currency"]), rate_bps=unit.settings.fee_bps
                ),
                available_on=settlement_time(unit),
                description=intent["description"],
            ),
        )
        charge["_line"] = txn["id"]
        if intent["capture_method"] == "automatic_async":
            unit.store.set_timer(unit.now + ASYNC_SECONDS, "name_line", charge["id"])
        else:
            charge["balance_transaction"] = txn["id"]
    unit.store.add(charge, account=unit.account)
    unit.emit("charge.failed" if is_declined else "charge.succeeded", charge)
    return charge


def line_of(charge: Body) -> str | None:
    """Return the id of a charge's balance transaction, also of one that names it later; None for a declined one."""
    line: str | None = charge["balance_transaction"] or charge.get("_line")
    return line


def name_line(unit: UnitOfWork, charge: Body) -> None:
    """Let a charge that was captured asynchronously name its balance transaction."""
    charge["balance_transaction"] = charge["_line"]
    unit.store.save(charge)
    unit.emit("charge.updated", charge)


def _charge_body(unit: UnitOfWork, intent: Body, card: Card) -> Body:
    rule = CARDS[card]
    return new_object(
        CHARGE,
        id=unit.new_id("ch"),
        amount=intent["amount"],
        created=unit.now,
        currency=intent["currency"],
        description=intent["description"],
        metadata=dict(intent["metadata"]),
        payment_intent=intent["id"],
        payment_method=rule.payment_method,
        payment_method_details={"card": {**CARD_DETAILS, "last4": rule.last4}, "type": "card"},
        transfer_group=intent["transfer_group"],
        _card=card.value,
        **_outcome(rule, intent["amount"]),
    )


def _outcome(rule: CardRule, amount_minor: int) -> Body:
    is_paid = rule.decline_code is None
    return {
        "amount_captured": amount_minor if is_paid else 0,
        "captured": is_paid,
        "failure_code": None if is_paid else "card_declined",
        "failure_message": None if is_paid else "Your card was declined.",
        "outcome": {
            "network_status": "approved_by_network" if is_paid else "declined_by_network",
            "reason": rule.decline_code,
            "risk_level": "normal",
            "seller_message": "Payment complete." if is_paid else "The bank declined the payment.",
            "type": "authorized" if is_paid else "issuer_declined",
        },
        "paid": is_paid,
        "status": "succeeded" if is_paid else "failed",
    }


def receive_transfer(unit: UnitOfWork, transfer: Body, *, available_on: int) -> Body:
    """Store the payment that a transfer makes on the connected account for which `unit` acts."""
    payment = new_object(
        CHARGE,
        id=transfer["destination_payment"],
        amount=transfer["amount"],
        created=unit.now,
        currency=transfer["currency"],
        payment_method=None,
        payment_method_details=None,
        source_transfer=transfer["id"],
        _card=Card.OK.value,
        **_outcome(CARDS[Card.OK], transfer["amount"]),
    )
    txn = record_movement(
        unit,
        Movement(
            type="payment",
            amount_minor=transfer["amount"],
            currency=transfer["currency"],
            source=payment["id"],
            reporting_category="charge",
            available_on=available_on,
        ),
    )
    payment["balance_transaction"] = txn["id"]
    unit.store.add(payment, account=unit.account)
    return payment


def _retrieve_charge(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return unit.store.get("charge", request.path["id"], account=unit.account)


def _list_charges(unit: UnitOfWork, request: ApiRequest) -> Body:
    return list_answer(unit, request, "charge", filters=("payment_intent", "transfer_group"))


ROUTES = (
    Route("GET", "/v1/charges", _list_charges),
    Route("GET", "/v1/charges/<id>", _retrieve_charge),
)

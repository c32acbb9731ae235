"""Payment intents: created by a checkout session or directly, confirmed with a play card, cancelled while unpaid."""

from payments.sandbox.api_request import ApiRequest, Route, list_answer
from payments.sandbox.cards import BY_PAYMENT_METHOD, CARDS, Card
from payments.sandbox.charges import create_charge
from payments.sandbox.currencies import check_charge_amount, rule_for
from payments.sandbox.disputes import open_dispute
from payments.sandbox.errors import ParameterInvalid, RequestRefused
from payments.sandbox.params import merge_metadata
from payments.sandbox.shapes import PAYMENT_INTENT, new_object
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork, visible

_UNPAID = ("requires_payment_method", "requires_confirmation", "requires_action")


def create_intent(unit: UnitOfWork, *, amount_minor: int, currency: str, options: Body | None = None) -> Body:
    """Store a new unpaid payment intent; `options` may bring description, metadata, transfer_group, capture_method."""
    given = options or {}
    intent_id = unit.new_id("pi")
    intent = new_object(
        PAYMENT_INTENT,
        id=intent_id,
        amount=amount_minor,
        client_secret=f"{intent_id}_secret_{unit.settings.new_token(12)}",
        created=unit.now,
        currency=currency,
        description=given.get("description"),
        metadata=given.get("metadata") or {},
        transfer_group=given.get("transfer_group"),
        capture_method=given.get("capture_method") or PAYMENT_INTENT["capture_method"],
    )
    unit.store.add(intent, account=unit.account)
    unit.emit("payment_intent.created", intent)
    return intent


def pay_intent(unit: UnitOfWork, intent: Body, card: Card) -> bool:
    """Charge the intent with a card, change the intent in place and tell whether it was paid."""
    charge = create_charge(unit, intent, card)
    intent["latest_charge"] = charge["id"]
    decline_code = CARDS[card].decline_code
    if decline_code is None:
        intent |= {
            "status": "succeeded",
            "amount_received": intent["amount"],
            "last_payment_error": None,
            "payment_method": CARDS[card].payment_method,
        }
    else:
        intent |= {
            "status": "requires_payment_method",
            "last_payment_error": _card_error(charge, decline_code),
        }
    unit.store.save(intent)
    unit.emit("payment_intent.payment_failed" if decline_code else "payment_intent.succeeded", intent)
    if card is Card.DISPUTED:
        open_dispute(unit, charge)
    return decline_code is None


def cancel_intent(unit: UnitOfWork, intent: Body, *, reason: str | None) -> Body:
    """Cancel an unpaid intent for good.

    Raises:
        RequestRefused: it is paid or cancelled already.
    """
    _refuse_unless_unpaid(intent, "cancel")
    intent |= {"status": "canceled", "canceled_at": unit.now, "cancellation_reason": reason}
    unit.store.save(intent)
    unit.emit("payment_intent.canceled", intent)
    return intent


def _card_error(charge: Body, decline_code: str) -> Body:
    return {
        "charge": charge["id"],
        "code": "card_declined",
        "decline_code": decline_code,
        "doc_url": "",
        "message": "Your card was declined.",
        "type": "card_error",
    }


def _refuse_unless_unpaid(intent: Body, verb: str) -> None:
    if intent["status"] not in _UNPAID:
        raise RequestRefused(
            f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
            details={"payment_intent": visible(intent)},
        )


def _confirm(unit: UnitOfWork, intent: Body, payment_method: str | None) -> Body:
    """Confirm with a named test payment method; a decline is an answer with status 402 that stays recorded."""
    _refuse_unless_unpaid(intent, "confirm")
    card = BY_PAYMENT_METHOD.get(payment_method or "")
    if card is None:
        known = ", ".join(BY_PAYMENT_METHOD)
        raise ParameterInvalid(
            f"No such PaymentMethod: '{payment_method}'. This sandbox knows {known}.",
            param="payment_method",
            code="resource_missing",
        )
    if pay_intent(unit, intent, card):
        return intent
    error = {**intent["last_payment_error"], "payment_intent": visible(intent)}
    return {"_status": 402, "error": error}


def _create(unit: UnitOfWork, request: ApiRequest) -> Body:
    params = request.params
    rule = rule_for(params.required_text("currency"))
    amount_minor = params.required_integer("amount")
    payment_method, is_confirmed = params.text("payment_method"), params.boolean("confirm")
    params.accept("payment_method_types", "automatic_payment_methods", "receipt_email")
    options = {
        "description": params.text("description"),
        "metadata": merge_metadata({}, params.metadata()),
        "transfer_group": params.text("transfer_group"),
        "capture_method": params.text("capture_method"),
    }
    request.close()
    check_charge_amount(amount_minor, rule, param="amount")
    intent = create_intent(unit, amount_minor=amount_minor, currency=rule.code, options=options)
    return _confirm(unit, intent, payment_method) if is_confirmed else intent


def _find(unit: UnitOfWork, request: ApiRequest) -> Body:
    return unit.store.get("payment_intent", request.path["id"], account=unit.account, param="intent")


def _retrieve(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.params.accept("client_secret")
    request.close()
    return _find(unit, request)


def _update(unit: UnitOfWork, request: ApiRequest) -> Body:
    intent = _find(unit, request)
    metadata, description = request.params.metadata(), request.params.text("description")
    request.close()
    intent["metadata"] = merge_metadata(intent["metadata"], metadata)
    intent["description"] = description or intent["description"]
    unit.store.save(intent)
    return intent


def _confirm_call(unit: UnitOfWork, request: ApiRequest) -> Body:
    payment_method = request.params.text("payment_method")
    request.params.accept("return_url")
    request.close()
    return _confirm(unit, _find(unit, request), payment_method)


def _cancel_call(unit: UnitOfWork, request: ApiRequest) -> Body:
    reason = request.params.choice(
        "cancellation_reason", ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
    )
    request.close()
    return cancel_intent(unit, _find(unit, request), reason=reason)


def _list(unit: UnitOfWork, request: ApiRequest) -> Body:
    return list_answer(unit, request, "payment_intent")


ROUTES = (
    Route("GET", "/v1/payment_intents", _list),
    Route("POST", "/v1/payment_intents", _create),
    Route("GET", "/v1/payment_intents/<id>", _retrieve),
    Route("POST", "/v1/payment_intents/<id>", _update),
    Route("POST", "/v1/payment_intents/<id>/confirm", _confirm_call),
    Route("POST", "/v1/payment_intents/<id>/cancel", _cancel_call),
)

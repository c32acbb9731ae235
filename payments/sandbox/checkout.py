"""Checkout sessions: the hosted page's state from opening to payment, expiry or cancellation."""

from payments.sandbox.api_request import ApiRequest, Route, as_list, list_answer
from payments.sandbox.cards import Card
from payments.sandbox.currencies import check_charge_amount, check_step, rule_for
from payments.sandbox.errors import ParameterInvalid, RequestRefused
from payments.sandbox.params import Params, merge_metadata
from payments.sandbox.payment_intents import cancel_intent, create_intent, pay_intent
from payments.sandbox.shapes import CHECKOUT_SESSION, new_object
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork

LIFE_SECONDS_MIN = 30 * 60
LIFE_SECONDS_MAX = 24 * 3_600
_IGNORED = (
    "allowed_payment_method_types",
    "billing_address_collection",
    "submit_type",
    "adaptive_pricing",
    "ui_mode",
)


def pay_session(unit: UnitOfWork, session: Body, card: Card, *, amount_minor: int | None = None) -> bool:
    """Pay an open session with a card and tell whether that succeeded; a decline leaves it open.

    `amount_minor` overrides the price, to play a provider that charged another amount.

    Raises:
        RequestRefused: the session is not open.
    """
    if session["status"] != "open":
        raise RequestRefused(
            f"This checkout session is {session['status']}.", code="checkout_session_not_open"
        )
    return settle_session(unit, session, card, amount_minor=amount_minor)


def settle_session(unit: UnitOfWork, session: Body, card: Card, *, amount_minor: int | None = None) -> bool:
    """As `pay_session` but also for a session that has expired, to play money that comes too late."""
    amount = session["amount_total"] if amount_minor is None else amount_minor
    intent = unit.store.find(session["payment_intent"] or "")
    if intent is None or intent["status"] == "canceled":
        intent = create_intent(
            unit, amount_minor=amount, currency=session["currency"], options=session["_payment_intent_data"]
        )
        session["payment_intent"] = intent["id"]
    is_paid = pay_intent(unit, intent, card)
    if is_paid:
        session |= {"status": "complete", "payment_status": "paid", "url": None}
    unit.store.save(session)
    if is_paid:
        unit.emit("checkout.session.completed", session)
    return is_paid


def expire_session(unit: UnitOfWork, session: Body) -> Body:
    """Close an open session for good; its unpaid intent is cancelled with it.

    Raises:
        RequestRefused: the session is not open.
    """
    if session["status"] != "open":
        raise RequestRefused(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
        )
    session |= {"status": "expired", "url": None}
    unit.store.save(session)
    intent = unit.store.find(session["payment_intent"] or "")
    if intent is not None:
        cancel_intent(unit, intent, reason="abandoned")
    unit.emit("checkout.session.expired", session)
    return session


def expire_if_open(unit: UnitOfWork, session_id: str) -> None:
    """Expire a session whose time has come unless it was paid before."""
    session = unit.store.find(session_id)
    if session is not None and session["status"] == "open":
        expire_session(unit.acting_for(unit.store.owner_of(session_id)), session)


def _read_items(unit: UnitOfWork, params: Params) -> list[Body]:
    levels = params.levels("line_items")
    if not levels:
        raise ParameterInvalid(
            "Missing required param: line_items.", param="line_items", code="parameter_missing"
        )
    items = [_read_item(unit, level) for level in levels]
    if len({item["currency"] for item in items}) > 1:
        raise ParameterInvalid("All line items must have the same currency.", param="line_items")
    return items


def _read_item(unit: UnitOfWork, level: Params) -> Body:
    quantity = level.integer("quantity") or 1
    price = level.mapping("price_data")
    rule = rule_for(price.required_text("currency"), param=price.path_of("currency"))
    unit_amount = price.required_integer("unit_amount")
    product = price.mapping("product_data")
    name = product.required_text("name")
    product.accept("description", "images", "metadata")
    check_step(unit_amount, rule, param=price.path_of("unit_amount"))
    check_step(quantity, rule_for("usd"), param=level.path_of("quantity"))
    total = unit_amount * quantity
    return {
        "id": unit.new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": rule.code,
        "description": name,
        "metadata": {},
        "price": None,
        "quantity": quantity,
    }


def _read_intent_data(params: Params) -> Body:
    level = params.mapping("payment_intent_data")
    level.accept("receipt_email", "statement_descriptor")
    return {
        "description": level.text("description"),
        "metadata": merge_metadata({}, level.metadata()),
        "transfer_group": level.text("transfer_group"),
        "capture_method": level.text("capture_method"),
    }


def _read_expiry(unit: UnitOfWork, params: Params) -> int:
    expires_at = params.integer("expires_at")
    if expires_at is None:
        return unit.now + LIFE_SECONDS_MAX
    if not unit.now + LIFE_SECONDS_MIN <= expires_at <= unit.now + LIFE_SECONDS_MAX:
        raise ParameterInvalid(
            "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return expires_at


def _read_url(params: Params, name: str, *, is_required: bool) -> str | None:
    url = params.required_text(name) if is_required else params.text(name)
    if url is not None and not url.startswith(("https://", "http://")):
        raise ParameterInvalid("Not a valid URL", param=name, code="url_invalid")
    return url


def _create(unit: UnitOfWork, request: ApiRequest) -> Body:
    params = request.params
    if params.choice("mode", ("payment", "setup", "subscription")) != "payment":
        raise ParameterInvalid("This sandbox serves `mode=payment` only.", param="mode")
    items = _read_items(unit, params)
    fields: Body = {
        "success_url": _read_url(params, "success_url", is_required=True),
        "cancel_url": _read_url(params, "cancel_url", is_required=False),
        "client_reference_id": params.text("client_reference_id", length_max=200),
        "customer_email": params.text("customer_email", length_max=800),
        "locale": params.choice("locale", ("auto", "ar", "en", "en-GB")),
        "expires_at": _read_expiry(unit, params),
        "metadata": merge_metadata({}, params.metadata()),
        "_payment_intent_data": _read_intent_data(params),
        "_line_items": items,
    }
    params.accept(*_IGNORED)
    request.close()
    currency, total = items[0]["currency"], sum(item["amount_total"] for item in items)
    check_charge_amount(total, rule_for(currency), param="line_items")
    return _store_session(unit, fields, currency=currency, amount_total=total)


def _store_session(unit: UnitOfWork, fields: Body, *, currency: str, amount_total: int) -> Body:
    session_id = f"cs_test_{unit.settings.new_token(28)}"
    session = new_object(
        CHECKOUT_SESSION,
        id=session_id,
        amount_subtotal=amount_total,
        amount_total=amount_total,
        created=unit.now,
        currency=currency,
        url=f"{unit.settings.public_url}/checkout/{session_id}",
        **fields,
    )
    unit.store.add(session, account=unit.account)
    unit.store.set_timer(session["expires_at"], "expire_session", session_id)
    return session


def _find(unit: UnitOfWork, request: ApiRequest) -> Body:
    return unit.store.get("checkout.session", request.path["id"], account=unit.account, param="session")


def _retrieve(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return _find(unit, request)


def _expire(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return expire_session(unit, _find(unit, request))


def _list_items(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.params.accept("limit", "starting_after")
    request.close()
    return as_list(_find(unit, request)["_line_items"], request.url_path)


def _list(unit: UnitOfWork, request: ApiRequest) -> Body:
    return list_answer(unit, request, "checkout.session", filters=("payment_intent", "status"))


ROUTES = (
    Route("GET", "/v1/checkout/sessions", _list),
    Route("POST", "/v1/checkout/sessions", _create),
    Route("GET", "/v1/checkout/sessions/<id>", _retrieve),
    Route("POST", "/v1/checkout/sessions/<id>/expire", _expire),
    Route("GET", "/v1/checkout/sessions/<id>/line_items", _list_items),
)

"""Refunds of charges: never more than was paid, pending or failing where the card says so."""

from payments.sandbox.api_request import ApiRequest, Route, list_answer
from payments.sandbox.balances import DAY, Movement, available_minor, pending_minor, record_movement
from payments.sandbox.cards import Card
from payments.sandbox.charges import line_of
from payments.sandbox.currencies import check_step, rule_for
from payments.sandbox.errors import ParameterInvalid, RequestRefused
from payments.sandbox.params import merge_metadata
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork

_OPEN_DISPUTES = ("needs_response", "under_review")
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create_refund(
    unit: UnitOfWork, charge: Body, *, amount_minor: int | None, reason: str | None, metadata: dict[str, str]
) -> Body:
    """Refund a charge, all that is left of it when no amount is named.

    Raises:
        RequestRefused: nothing is left, the amount is more than that, or the charge is disputed.
    """
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = left if amount_minor is None else amount_minor
    _check_refundable(unit, charge, amount, left)
    refund = _refund_body(unit, charge, amount, reason, metadata)
    is_short = (
        not unit.settings.is_refund_overdraft_allowed and _funds_minor(unit, charge["currency"]) < amount
    )
    if is_short or charge["_card"] == Card.REFUND_PENDING:
        refund |= {"status": "pending", "pending_reason": "insufficient_funds" if is_short else "processing"}
        unit.store.set_timer(unit.now + DAY, "settle_refund", refund["id"])
    else:
        _debit(unit, charge, refund)
        if charge["_card"] == Card.REFUND_FAILS:
            unit.store.set_timer(unit.now + DAY, "fail_refund", refund["id"])
    unit.store.add(refund, account=unit.account)
    _add_refunded(unit, charge, amount)
    unit.emit("refund.created", refund)
    unit.emit("charge.refunded", charge)
    return refund


def settle_refund(unit: UnitOfWork, refund: Body) -> Body:
    """Let a pending refund succeed; while the balance is short it waits another day. Others stay as they are."""
    if refund["status"] != "pending":
        return refund
    is_short = _funds_minor(unit, refund["currency"]) < refund["amount"]
    if is_short and not unit.settings.is_refund_overdraft_allowed:
        unit.store.set_timer(unit.now + DAY, "settle_refund", refund["id"])
        return refund
    charge = unit.store.get("charge", refund["charge"], account=unit.account)
    _debit(unit, charge, refund)
    unit.store.save(refund)
    unit.emit("refund.updated", refund)
    return refund


def fail_refund(unit: UnitOfWork, refund: Body, *, reason: str = "expired_or_canceled_card") -> Body:
    """Let a refund fail; money that had left comes back to the platform's balance.

    Raises:
        RequestRefused: it has failed already.
    """
    if refund["status"] not in {"pending", "succeeded"}:
        raise RequestRefused(f"This refund is {refund['status']}.")
    if refund["status"] == "succeeded":
        txn = record_movement(
            unit,
            Movement(
                type="refund_failure",
                amount_minor=refund["amount"],
                currency=refund["currency"],
                source=refund["id"],
                reporting_category="refund_failure",
            ),
        )
        refund["failure_balance_transaction"] = txn["id"]
    refund.pop("pending_reason", None)
    refund |= {"status": "failed", "failure_reason": reason}
    unit.store.save(refund)
    charge = unit.store.get("charge", refund["charge"], account=unit.account)
    _add_refunded(unit, charge, -refund["amount"])
    unit.emit("refund.updated", refund)
    unit.emit("refund.failed", refund)
    return refund


def fail_pending_refunds(unit: UnitOfWork, charge_id: str) -> None:
    """Let a charge's pending refunds fail, as they do when a dispute opens."""
    for refund in unit.store.select("refund", charge=charge_id):
        if refund["status"] == "pending":
            fail_refund(unit, refund, reason="charge_for_pending_refund_disputed")


def _check_refundable(unit: UnitOfWork, charge: Body, amount: int, left: int) -> None:
    if charge["status"] != "succeeded":
        raise RequestRefused("This charge did not succeed and cannot be refunded.", param="charge")
    disputes = unit.store.select("dispute", charge=charge["id"])
    if any(dispute["status"] in {*_OPEN_DISPUTES, "lost"} for dispute in disputes):
        raise RequestRefused(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if left == 0:
        raise RequestRefused(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if amount > left:
        raise RequestRefused(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
        )


def _funds_minor(unit: UnitOfWork, currency: str) -> int:
    return available_minor(unit, currency) + pending_minor(unit, currency)


def _debit(unit: UnitOfWork, charge: Body, refund: Body) -> None:
    """Take the money from the available balance, else from what the charge will bring."""
    settled = unit.store.get("balance_transaction", line_of(charge) or "", account=unit.account)
    is_available = available_minor(unit, refund["currency"]) >= refund["amount"]
    txn = record_movement(
        unit,
        Movement(
            type="refund",
            amount_minor=-refund["amount"],
            currency=refund["currency"],
            source=refund["id"],
            reporting_category="refund",
            available_on=unit.now if is_available else settled["available_on"],
        ),
    )
    refund.pop("pending_reason", None)
    refund |= {"status": "succeeded", "balance_transaction": txn["id"]}


def _add_refunded(unit: UnitOfWork, charge: Body, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    unit.store.save(charge)


def _refund_body(
    unit: UnitOfWork, charge: Body, amount: int, reason: str | None, metadata: dict[str, str]
) -> Body:
    # As with Stripe, failure_reason, failure_balance_transaction and pending_reason are there only when they apply.
    return {
        "id": unit.new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": unit.now,
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def _charge_of(unit: UnitOfWork, intent_id: str | None, charge_id: str | None) -> Body:
    if intent_id is None and charge_id is None:
        raise ParameterInvalid(
            "One of the following params should be provided: `payment_intent` or `charge`."
        )
    if charge_id is None and intent_id is not None:
        intent = unit.store.get("payment_intent", intent_id, account=unit.account, param="payment_intent")
        charge_id = intent["latest_charge"]
        if charge_id is None or intent["status"] != "succeeded":
            raise RequestRefused(
                f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
                param="payment_intent",
            )
    return unit.store.get("charge", str(charge_id), account=unit.account, param="charge")


def _create(unit: UnitOfWork, request: ApiRequest) -> Body:
    params = request.params
    intent_id, charge_id = params.text("payment_intent"), params.text("charge")
    amount, reason = params.integer("amount"), params.choice("reason", _REASONS)
    metadata = merge_metadata({}, params.metadata())
    if params.boolean("reverse_transfer") or params.boolean("refund_application_fee"):
        raise ParameterInvalid("These charges are separate from transfers: reverse the transfer itself.")
    request.close()
    charge = _charge_of(unit, intent_id, charge_id)
    if amount is not None:
        check_step(amount, rule_for(charge["currency"]), param="amount")
    return create_refund(unit, charge, amount_minor=amount, reason=reason, metadata=metadata)


def _find(unit: UnitOfWork, request: ApiRequest) -> Body:
    return unit.store.get("refund", request.path["id"], account=unit.account, param="refund")


def _retrieve(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return _find(unit, request)


def _update(unit: UnitOfWork, request: ApiRequest) -> Body:
    refund, metadata = _find(unit, request), request.params.metadata()
    request.close()
    refund["metadata"] = merge_metadata(refund["metadata"], metadata)
    unit.store.save(refund)
    unit.emit("refund.updated", refund)
    return refund


def _list(unit: UnitOfWork, request: ApiRequest) -> Body:
    return list_answer(unit, request, "refund", filters=("payment_intent", "charge"))


ROUTES = (
    Route("GET", "/v1/refunds", _list),
    Route("POST", "/v1/refunds", _create),
    Route("GET", "/v1/refunds/<id>", _retrieve),
    Route("POST", "/v1/refunds/<id>", _update),
)

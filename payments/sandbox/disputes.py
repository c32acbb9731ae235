"""Disputes as the card network raises them: debited with a fee at once, given back when won."""

from payments.sandbox.api_request import ApiRequest, Route, list_answer
from payments.sandbox.balances import DAY, Movement, record_movement
from payments.sandbox.currencies import rule_for
from payments.sandbox.errors import RequestRefused
from payments.sandbox.params import merge_metadata
from payments.sandbox.refunds import fail_pending_refunds
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork

EVIDENCE_DAYS = 7
_OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
_EVIDENCE = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
]


def open_dispute(
    unit: UnitOfWork,
    charge: Body,
    *,
    amount_minor: int | None = None,
    reason: str = "fraudulent",
    is_inquiry: bool = False,
) -> Body:
    """Let the payer's bank dispute a charge; the platform is debited the amount and a fee at once.

    The amount may exceed the charge, as exchange rates can make it. An inquiry only asks and takes no money.

    Raises:
        RequestRefused: the charge did not succeed or has a dispute that is still open.
    """
    earlier = unit.store.select("dispute", charge=charge["id"])
    if charge["status"] != "succeeded" or any(dispute["status"] in _OPEN for dispute in earlier):
        raise RequestRefused("Only a paid charge without an open dispute can be disputed.", param="charge")
    amount = charge["amount"] if amount_minor is None else amount_minor
    dispute = _dispute_body(unit, charge, amount, reason)
    if is_inquiry:
        dispute |= {"status": "warning_needs_response", "is_charge_refundable": True}
    else:
        dispute["balance_transactions"].append(_withdraw(unit, dispute))
    unit.store.add(dispute, account=unit.account)
    unit.emit("charge.dispute.created", dispute)
    if not is_inquiry:
        charge["disputed"] = True
        unit.store.save(charge)
        fail_pending_refunds(unit, charge["id"])
        unit.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def _withdraw(unit: UnitOfWork, dispute: Body) -> Body:
    return record_movement(
        unit,
        Movement(
            type="adjustment",
            amount_minor=-dispute["amount"],
            currency=dispute["currency"],
            source=dispute["id"],
            reporting_category="dispute",
            fee_minor=rule_for(dispute["currency"]).dispute_fee_minor,
            fee_description="Dispute fee",
            description=f"Chargeback withdrawal for {dispute['charge']}",
        ),
    )


def close_dispute(unit: UnitOfWork, dispute: Body, *, is_won: bool) -> Body:
    """Let the network decide; a win brings the amount back, the fee stays with the network.

    Raises:
        RequestRefused: it is closed already.
    """
    if dispute["status"] not in _OPEN:
        raise RequestRefused(f"This dispute is already closed as {dispute['status']}.", code="dispute_closed")
    is_inquiry = dispute["status"].startswith("warning")
    dispute["status"] = "warning_closed" if is_inquiry else "won" if is_won else "lost"
    dispute["is_charge_refundable"] = False
    if is_won and not is_inquiry:
        txn = record_movement(
            unit,
            Movement(
                type="adjustment",
                amount_minor=dispute["amount"],
                currency=dispute["currency"],
                source=dispute["id"],
                reporting_category="dispute_reversal",
                description=f"Chargeback reversal for {dispute['charge']}",
            ),
        )
        dispute["balance_transactions"].append(txn)
    unit.store.save(dispute)
    if is_won and not is_inquiry:
        unit.emit("charge.dispute.funds_reinstated", dispute)
    unit.emit("charge.dispute.closed", dispute)
    return dispute


def _dispute_body(unit: UnitOfWork, charge: Body, amount_minor: int, reason: str) -> Body:
    return {
        "id": unit.new_id("du"),
        "object": "dispute",
        "amount": amount_minor,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": unit.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": unit.now + EVIDENCE_DAYS * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }


def _find(unit: UnitOfWork, request: ApiRequest) -> Body:
    return unit.store.get("dispute", request.path["id"], account=unit.account, param="dispute")


def _retrieve(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return _find(unit, request)


def _update(unit: UnitOfWork, request: ApiRequest) -> Body:
    dispute = _find(unit, request)
    level = request.params.mapping("evidence")
    evidence = {name: level.text(name, length_max=150_000) for name in _EVIDENCE if level.has(name)}
    is_submitted, metadata = request.params.boolean("submit", default=True), request.params.metadata()
    request.close()
    if evidence and dispute["status"] not in _OPEN:
        raise RequestRefused(
            "This dispute is closed; evidence can no longer be given.", code="dispute_closed"
        )
    dispute["evidence"] |= evidence
    dispute["metadata"] = merge_metadata(dispute["metadata"], metadata)
    dispute["evidence_details"]["has_evidence"] = any(dispute["evidence"][name] for name in _EVIDENCE)
    if evidence and is_submitted:
        is_inquiry = dispute["status"].startswith("warning")
        dispute["status"] = "warning_under_review" if is_inquiry else "under_review"
        dispute["evidence_details"]["submission_count"] += 1
    unit.store.save(dispute)
    unit.emit("charge.dispute.updated", dispute)
    return dispute


def _close(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return close_dispute(unit, _find(unit, request), is_won=False)


def _list(unit: UnitOfWork, request: ApiRequest) -> Body:
    return list_answer(unit, request, "dispute", filters=("charge", "payment_intent"))


ROUTES = (
    Route("GET", "/v1/disputes", _list),
    Route("GET", "/v1/disputes/<id>", _retrieve),
    Route("POST", "/v1/disputes/<id>", _update),
    Route("POST", "/v1/disputes/<id>/close", _close),
)

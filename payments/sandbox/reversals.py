"""Reversals of transfers: money comes back from a connected account while it has enough."""

from payments.sandbox.api_request import ApiRequest, Route, list_answer
from payments.sandbox.balances import Movement, available_minor, pending_minor, record_movement
from payments.sandbox.currencies import check_step, rule_for
from payments.sandbox.errors import ParameterInvalid, RequestRefused
from payments.sandbox.params import merge_metadata
from payments.sandbox.store import Body
from payments.sandbox.transfers import find_transfer
from payments.sandbox.unit import UnitOfWork


def reverse_transfer(
    unit: UnitOfWork, transfer: Body, *, amount_minor: int | None, metadata: dict[str, str]
) -> Body:
    """Take money of a transfer back, all that is left of it when no amount is named.

    Raises:
        RequestRefused: more than is left of the transfer, or more than the connected account has.
    """
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = left if amount_minor is None else amount_minor
    if amount > left or left == 0:
        raise RequestRefused(
            f"Transfer reversal amount ({amount}) is greater than unreversed amount on transfer ({left}).",
            param="amount",
        )
    receiver = unit.acting_for(transfer["destination"])
    currency = transfer["currency"]
    if available_minor(receiver, currency) + pending_minor(receiver, currency) < amount:
        raise RequestRefused(
            "The connected account does not have enough balance to reverse this transfer.",
            code="balance_insufficient",
        )
    return _reverse(unit, receiver, transfer, amount, metadata)


def _reverse(
    unit: UnitOfWork, receiver: UnitOfWork, transfer: Body, amount: int, metadata: dict[str, str]
) -> Body:
    settled = unit.store.get("balance_transaction", transfer["balance_transaction"], account=unit.account)
    reversal: Body = {
        "id": unit.new_id("trr"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": unit.now,
        "currency": transfer["currency"],
        "destination_payment_refund": unit.new_id("pyr"),
        "metadata": metadata,
        "source_refund": None,
        "transfer": transfer["id"],
    }
    for acting, sign, kind, category in (
        (unit, 1, "transfer_refund", "transfer_reversal"),
        (receiver, -1, "payment_refund", "refund"),
    ):
        txn = record_movement(
            acting,
            Movement(
                type=kind,
                amount_minor=sign * amount,
                currency=transfer["currency"],
                source=reversal["id"] if acting is unit else reversal["destination_payment_refund"],
                reporting_category=category,
                available_on=settled["available_on"],
            ),
        )
        reversal["balance_transaction"] = reversal["balance_transaction"] or txn["id"]
    unit.store.add(reversal, account=unit.account)
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    unit.store.save(transfer)
    unit.emit("transfer.reversed", {**transfer, "reversals": reversals_of(unit, transfer["id"])})
    return reversal


def _reverse_call(unit: UnitOfWork, request: ApiRequest) -> Body:
    params = request.params
    amount, metadata = params.integer("amount"), merge_metadata({}, params.metadata())
    params.accept("description", "refund_application_fee")
    request.close()
    transfer = find_transfer(unit, request)
    if amount is not None:
        check_step(amount, rule_for(transfer["currency"]), param="amount")
    return reverse_transfer(unit, transfer, amount_minor=amount, metadata=metadata)


def _list_reversals(unit: UnitOfWork, request: ApiRequest) -> Body:
    find_transfer(unit, request)
    return list_answer(unit, request, "transfer_reversal", extra={"transfer": request.path["id"]})


def reversals_of(unit: UnitOfWork, transfer_id: str) -> Body:
    """Return a transfer's reversals as a list object, newest first."""
    found: list[Body] = unit.store.select("transfer_reversal", transfer=transfer_id)[::-1]
    return {
        "object": "list",
        "data": found,
        "has_more": False,
        "total_count": len(found),
        "url": f"/v1/transfers/{transfer_id}/reversals",
    }


def _retrieve_reversal(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    reversal = unit.store.get("transfer_reversal", request.path["reversal"], account=unit.account)
    if reversal["transfer"] != request.path["id"]:
        raise ParameterInvalid(
            "This reversal belongs to another transfer.", param="id", code="resource_missing"
        )
    return reversal


ROUTES = (
    Route("GET", "/v1/transfers/<id>/reversals", _list_reversals),
    Route("POST", "/v1/transfers/<id>/reversals", _reverse_call),
    Route("GET", "/v1/transfers/<id>/reversals/<reversal>", _retrieve_reversal),
)

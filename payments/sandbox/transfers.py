"""Transfers from the platform to connected accounts, with Stripe's rules on money and currency."""

from payments.sandbox.accounts import find_account
from payments.sandbox.api_request import ApiRequest, Route, as_list, list_answer
from payments.sandbox.balances import Movement, available_minor, record_movement
from payments.sandbox.charges import line_of, receive_transfer
from payments.sandbox.currencies import check_step, rule_for
from payments.sandbox.errors import AccountForbidden, RequestRefused
from payments.sandbox.params import merge_metadata
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork


def create_transfer(unit: UnitOfWork, fields: Body) -> Body:
    """Move money to a connected account, at once or when the source charge settles.

    Raises:
        RequestRefused: the account cannot receive, the currency is not the charge's, or the money is not there.
    """
    _check_destination(unit, fields["destination"])
    available_on = unit.now
    if fields["source_transaction"] is not None:
        available_on = _check_source(unit, fields)
    elif available_minor(unit, fields["currency"]) < fields["amount"]:
        raise RequestRefused(
            "You have insufficient available funds in your Stripe account.", code="balance_insufficient"
        )
    transfer = _transfer_body(unit, fields)
    txn = record_movement(
        unit,
        Movement(
            type="transfer",
            amount_minor=-transfer["amount"],
            currency=transfer["currency"],
            source=transfer["id"],
            reporting_category="transfer",
            available_on=available_on,
            description=transfer["description"],
        ),
    )
    transfer["balance_transaction"] = txn["id"]
    receive_transfer(unit.acting_for(transfer["destination"]), transfer, available_on=available_on)
    unit.store.add(transfer, account=unit.account)
    none_yet = as_list([], f"/v1/transfers/{transfer['id']}/reversals")
    unit.emit("transfer.created", {**transfer, "reversals": none_yet})
    return transfer


def _check_destination(unit: UnitOfWork, destination: str) -> None:
    try:
        account = find_account(unit, destination, param="destination")
    except AccountForbidden:
        raise RequestRefused(
            f"No such destination: '{destination}'", code="resource_missing", param="destination"
        ) from None
    if account["capabilities"]["transfers"] != "active":
        raise RequestRefused(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers,"
            " crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
            param="destination",
        )


def _check_source(unit: UnitOfWork, fields: Body) -> int:
    """Return when the source charge's money becomes available, after its rules have been checked."""
    charge = unit.store.get(
        "charge", fields["source_transaction"], account=unit.account, param="source_transaction"
    )
    line = line_of(charge)
    if line is None:
        raise RequestRefused("The source_transaction did not succeed.", param="source_transaction")
    txn = unit.store.get("balance_transaction", line, account=unit.account)
    if txn["currency"] != fields["currency"]:
        raise RequestRefused(
            f"The currency of source_transaction's balance transaction ({txn['currency']}) must be the same as the"
            f" transfer currency ({fields['currency']})",
            param="currency",
        )
    group = charge["transfer_group"]
    if group is not None and fields["transfer_group"] not in {None, group}:
        raise RequestRefused(
            "The transfer_group differs from that of the source_transaction.", param="transfer_group"
        )
    fields["transfer_group"] = fields["transfer_group"] or group or f"group_{charge['id']}"
    earlier = unit.store.select("transfer", source_transaction=charge["id"])
    sent = sum(transfer["amount"] - transfer["amount_reversed"] for transfer in earlier)
    if sent + fields["amount"] > charge["amount"]:
        raise RequestRefused(
            f"Transfers using this transaction as a source must not exceed the source amount of {charge['amount']}."
            f" There are already {sent} in transfers using this source.",
            param="amount",
        )
    return int(txn["available_on"])


def _transfer_body(unit: UnitOfWork, fields: Body) -> Body:
    return {
        "id": unit.new_id("tr"),
        "object": "transfer",
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": unit.now,
        "destination_payment": unit.new_id("py"),
        "livemode": False,
        "reversed": False,
        "source_type": "card",
        **fields,
    }


def _create(unit: UnitOfWork, request: ApiRequest) -> Body:
    params = request.params
    rule = rule_for(params.required_text("currency"))
    amount = params.required_integer("amount")
    fields: Body = {
        "amount": amount,
        "currency": rule.code,
        "description": params.text("description"),
        "destination": params.required_text("destination"),
        "metadata": merge_metadata({}, params.metadata()),
        "source_transaction": params.text("source_transaction"),
        "transfer_group": params.text("transfer_group"),
    }
    params.accept("source_type")
    request.close()
    check_step(amount, rule, param="amount")
    return create_transfer(unit, fields)


def find_transfer(unit: UnitOfWork, request: ApiRequest) -> Body:
    """Return the transfer named in the path."""
    return unit.store.get("transfer", request.path["id"], account=unit.account, param="transfer")


def _retrieve(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return find_transfer(unit, request)


def _list(unit: UnitOfWork, request: ApiRequest) -> Body:
    return list_answer(unit, request, "transfer", filters=("transfer_group", "destination"))


ROUTES = (
    Route("GET", "/v1/transfers", _list),
    Route("POST", "/v1/transfers", _create),
    Route("GET", "/v1/transfers/<id>", _retrieve),
)

"""Payouts from an account's balance to its bank, which arrive after a delay or are refused by the bank."""

from payments.sandbox.accounts import find_account, require_due, save_account
from payments.sandbox.api_request import ApiRequest, Route, list_answer
from payments.sandbox.balances import Movement, available_minor, record_movement
from payments.sandbox.currencies import check_step, rule_for
from payments.sandbox.errors import RequestRefused
from payments.sandbox.onboarding import Bank
from payments.sandbox.params import merge_metadata
from payments.sandbox.shapes import PAYOUT, new_object
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork


def create_payout(unit: UnitOfWork, *, amount_minor: int, currency: str, options: Body) -> Body:
    """Send available money of the acting account to its bank.

    Raises:
        RequestRefused: no bank account that takes payouts, or not enough available money.
    """
    bank = _bank_of(unit)
    if available_minor(unit, currency) < amount_minor:
        raise RequestRefused(
            "You have insufficient funds in your Stripe account for this payout.", code="balance_insufficient"
        )
    payout = _payout_body(unit, amount_minor, currency, bank, options)
    _move(unit, payout, sign=-1, kind="payout")
    unit.store.add(payout, account=unit.account)
    unit.store.set_timer(payout["arrival_date"], "arrive_payout", payout["id"])
    unit.emit("payout.created", payout)
    return payout


def arrive_payout(unit: UnitOfWork, payout: Body) -> Body:
    """Let the bank take the payout, or refuse it where the play bank does that."""
    if payout["status"] != "pending":
        return payout
    if payout["_bank"] == Bank.REFUSES:
        return fail_payout(unit, payout)
    payout["status"] = "paid"
    unit.store.save(payout)
    unit.emit("payout.paid", payout)
    return payout


def fail_payout(unit: UnitOfWork, payout: Body, *, code: str = "account_closed") -> Body:
    """Return the money to the balance and ask the account for another bank account.

    Raises:
        RequestRefused: the payout was cancelled or has failed already.
    """
    if payout["status"] not in {"pending", "paid"}:
        raise RequestRefused(f"This payout is {payout['status']}.")
    payout |= {
        "status": "failed",
        "failure_code": code,
        "failure_message": "The bank account has been closed.",
    }
    payout["failure_balance_transaction"] = _move(unit, payout, sign=1, kind="payout_failure")["id"]
    unit.store.save(payout)
    unit.emit("payout.failed", payout)
    if not unit.is_platform:
        _ask_for_bank(unit)
    return payout


def _ask_for_bank(unit: UnitOfWork) -> None:
    account = find_account(unit, unit.account)
    previous = {"payouts_enabled": account["payouts_enabled"]}
    account["payouts_enabled"] = False
    for bank in account["external_accounts"]["data"]:
        bank["status"] = "errored"
    require_due(account, ["external_account"])
    save_account(unit, account, previous=previous)


def _bank_of(unit: UnitOfWork) -> Body:
    if unit.is_platform:
        return {"id": "ba_platform", "_bank": Bank.ACCEPTS.value}
    account = find_account(unit, unit.account)
    banks: list[Body] = account["external_accounts"]["data"]
    if not account["payouts_enabled"] or not banks:
        raise RequestRefused(
            "Cannot create payouts: this account has no bank account that takes them.",
            code="payouts_not_allowed",
        )
    return banks[0]


def _move(unit: UnitOfWork, payout: Body, *, sign: int, kind: str) -> Body:
    txn = record_movement(
        unit,
        Movement(
            type=kind,
            amount_minor=sign * payout["amount"],
            currency=payout["currency"],
            source=payout["id"],
            reporting_category="payout" if sign < 0 else "payout_reversal",
        ),
    )
    payout["balance_transaction"] = payout["balance_transaction"] or txn["id"]
    return txn


def _payout_body(unit: UnitOfWork, amount_minor: int, currency: str, bank: Body, options: Body) -> Body:
    return new_object(
        PAYOUT,
        id=unit.new_id("po"),
        amount=amount_minor,
        arrival_date=unit.now + int(unit.settings.payout_delay.total_seconds()),
        created=unit.now,
        currency=currency,
        destination=bank["id"],
        _bank=bank["_bank"],
        **options,
    )


def _create(unit: UnitOfWork, request: ApiRequest) -> Body:
    params = request.params
    rule = rule_for(params.required_text("currency"))
    amount = params.required_integer("amount")
    options: Body = {
        "description": params.text("description"),
        "metadata": merge_metadata({}, params.metadata()),
        "statement_descriptor": params.text("statement_descriptor"),
    }
    params.accept("method", "source_type", "destination")
    request.close()
    check_step(amount, rule, param="amount")
    return create_payout(unit, amount_minor=amount, currency=rule.code, options=options)


def _find(unit: UnitOfWork, request: ApiRequest) -> Body:
    return unit.store.get("payout", request.path["id"], account=unit.account, param="payout")


def _retrieve(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return _find(unit, request)


def _cancel(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    payout = _find(unit, request)
    if payout["status"] != "pending":
        raise RequestRefused(f"Only a pending payout can be canceled. This one is {payout['status']}.")
    payout["status"] = "canceled"
    _move(unit, payout, sign=1, kind="payout_cancel")
    unit.store.save(payout)
    unit.emit("payout.canceled", payout)
    return payout


def _list(unit: UnitOfWork, request: ApiRequest) -> Body:
    return list_answer(unit, request, "payout", filters=("status", "destination"))


ROUTES = (
    Route("GET", "/v1/payouts", _list),
    Route("POST", "/v1/payouts", _create),
    Route("GET", "/v1/payouts/<id>", _retrieve),
    Route("POST", "/v1/payouts/<id>/cancel", _cancel),
)

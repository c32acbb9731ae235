"""Balance transactions, the only way money moves in the sandbox, and the balance that they add up to."""

from dataclasses import dataclass

from payments.sandbox.api_request import ApiRequest, Route, list_answer
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork

DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement of an account's balance: `amount_minor` is signed, `fee_minor` is taken from it."""

    type: str
    amount_minor: int
    currency: str
    source: str | None
    reporting_category: str
    fee_minor: int = 0
    fee_description: str = "Sandbox processing fee"
    available_on: int | None = None
    description: str | None = None


def record_movement(unit: UnitOfWork, movement: Movement) -> Body:
    """Store a balance transaction of the acting account and let it count; available now unless it says otherwise."""
    fees = []
    if movement.fee_minor:
        fees.append(
            {
                "amount": movement.fee_minor,
                "application": None,
                "currency": movement.currency,
                "description": movement.fee_description,
                "type": "stripe_fee",
            }
        )
    available_on = unit.now if movement.available_on is None else max(movement.available_on, unit.now)
    txn: Body = {
        "id": unit.new_id("txn"),
        "object": "balance_transaction",
        "amount": movement.amount_minor,
        "available_on": available_on,
        "balance_type": "payments",
        "created": unit.now,
        "currency": movement.currency,
        "description": movement.description,
        "exchange_rate": None,
        "fee": movement.fee_minor,
        "fee_details": fees,
        "net": movement.amount_minor - movement.fee_minor,
        "reporting_category": movement.reporting_category,
        "source": movement.source,
        "status": "available" if available_on <= unit.now else "pending",
        "type": movement.type,
    }
    unit.store.add(txn, account=unit.account)
    unit.store.move(txn, account=unit.account)
    if available_on > unit.now:
        unit.store.set_timer(available_on, "balance_available", unit.account)
    return txn


def settlement_time(unit: UnitOfWork) -> int:
    """Return when a payment taken now becomes available: after the delay, at the start of a UTC day."""
    delay = int(unit.settings.settlement_delay.total_seconds())
    return unit.now if delay == 0 else -(-(unit.now + delay) // DAY) * DAY


def available_minor(unit: UnitOfWork, currency: str) -> int:
    """Return what the acting account can use now."""
    return unit.store.balances(unit.account, now=unit.now).get(currency, (0, 0))[0]


def pending_minor(unit: UnitOfWork, currency: str) -> int:
    """Return what the acting account has still to wait for."""
    return unit.store.balances(unit.account, now=unit.now).get(currency, (0, 0))[1]


def balance_body(unit: UnitOfWork) -> Body:
    """Return the acting account's balance as Stripe shows it."""
    totals = unit.store.balances(unit.account, now=unit.now) or {"aed": (0, 0)}

    def rows(place: int) -> list[Body]:
        return [
            {"amount": pair[place], "currency": code, "source_types": {"card": pair[place]}}
            for code, pair in totals.items()
        ]

    return {"object": "balance", "available": rows(0), "livemode": False, "pending": rows(1)}


def announce_available(unit: UnitOfWork, account: str) -> None:
    """Tell that pending money of an account has become available."""
    acting = unit.acting_for(account)
    acting.emit("balance.available", balance_body(acting))


def _retrieve_balance(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return balance_body(unit)


def _retrieve_transaction(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return unit.store.get("balance_transaction", request.path["id"], account=unit.account)


def _list_transactions(unit: UnitOfWork, request: ApiRequest) -> Body:
    """Answer the list under its name of today, also when it is asked for by the old one."""
    found = list_answer(unit, request, "balance_transaction", filters=("type", "source", "currency"))
    return {**found, "url": "/v1/balance_transactions"}


ROUTES = (
    Route("GET", "/v1/balance", _retrieve_balance),
    Route("GET", "/v1/balance_transactions", _list_transactions),
    Route("GET", "/v1/balance_transactions/<id>", _retrieve_transaction),
    Route("GET", "/v1/balance/history", _list_transactions),
    Route("GET", "/v1/balance/history/<id>", _retrieve_transaction),
)

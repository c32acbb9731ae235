"""The controls over HTTP, for tests against a sandbox in a process of its own; real Stripe has no such addresses."""

from payments.sandbox.accounts import find_account, set_capability
from payments.sandbox.api_request import ApiRequest, Route
from payments.sandbox.cards import Card
from payments.sandbox.checkout import pay_session, settle_session
from payments.sandbox.disputes import close_dispute, open_dispute
from payments.sandbox.faults import Fault, FaultKind
from payments.sandbox.onboarding import Bank, complete_onboarding
from payments.sandbox.payouts import fail_payout
from payments.sandbox.refunds import fail_refund, settle_refund
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork

PREFIX = "/v1/test_helpers/sandbox"


def _pay(unit: UnitOfWork, request: ApiRequest) -> Body:
    card = Card(request.params.choice("card", [item.value for item in Card]) or Card.OK)
    amount, is_late = request.params.integer("amount"), request.params.boolean("late")
    request.close()
    session = unit.store.get("checkout.session", request.path["id"], account=unit.account)
    settle = settle_session if is_late else pay_session
    settle(unit, session, card, amount_minor=amount)
    return session


def _onboard(unit: UnitOfWork, request: ApiRequest) -> Body:
    name = request.params.text("legal_name") or "Sandbox Person"
    bank = Bank(request.params.choice("bank", [item.value for item in Bank]) or Bank.ACCEPTS)
    request.close()
    return complete_onboarding(unit, find_account(unit, request.path["id"]), legal_name=name, bank=bank)


def _set_transfers(unit: UnitOfWork, request: ApiRequest) -> Body:
    is_active = request.params.boolean("active")
    request.close()
    status = "active" if is_active else "inactive"
    return set_capability(unit, find_account(unit, request.path["id"]), status, reason="platform_paused")


def _dispute(unit: UnitOfWork, request: ApiRequest) -> Body:
    charge_id, amount = request.params.required_text("charge"), request.params.integer("amount")
    reason, is_inquiry = request.params.text("reason") or "fraudulent", request.params.boolean("inquiry")
    request.close()
    charge = unit.store.get("charge", charge_id, account=unit.account, param="charge")
    return open_dispute(unit, charge, amount_minor=amount, reason=reason, is_inquiry=is_inquiry)


def _close_dispute(unit: UnitOfWork, request: ApiRequest) -> Body:
    is_won = request.params.boolean("won")
    request.close()
    dispute = unit.store.get("dispute", request.path["id"], account=unit.account)
    return close_dispute(unit, dispute, is_won=is_won)


def _settle_refund(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return settle_refund(unit, unit.store.get("refund", request.path["id"], account=unit.account))


def _fail_refund(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return fail_refund(unit, unit.store.get("refund", request.path["id"], account=unit.account))


def _fail_payout(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return fail_payout(unit, unit.store.get("payout", request.path["id"], account=unit.account))


def _script_fault(unit: UnitOfWork, request: ApiRequest) -> Body:
    params = request.params
    kind = FaultKind(params.choice("kind", [item.value for item in FaultKind]) or FaultKind.LOSE_REPLY)
    fault = Fault(
        kind=kind,
        path=params.text("path") or "*",
        method=params.text("method") or "POST",
        nth=params.integer("nth") or 1,
        times=params.integer("times") or 1,
        seconds=params.integer("seconds") or 0,
        account_id=params.text("account"),
    )
    request.close()
    unit.settings.faults.add(fault)
    return {"object": "sandbox.fault", "kind": kind.value}


def _clear_faults(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    fired = [{"kind": fault.kind.value, "path": path} for fault, path in unit.settings.faults.fired()]
    unit.settings.faults.clear()
    return {"object": "sandbox.faults", "fired": fired}


def _advance(unit: UnitOfWork, request: ApiRequest) -> Body:
    """Answer the time; what fell due was done before the call was answered, as before every call."""
    request.close()
    return {"object": "sandbox.clock", "now": unit.now}


ROUTES = (
    Route("POST", f"{PREFIX}/checkout_sessions/<id>/pay", _pay),
    Route("POST", f"{PREFIX}/accounts/<id>/onboard", _onboard),
    Route("POST", f"{PREFIX}/accounts/<id>/transfers", _set_transfers),
    Route("POST", f"{PREFIX}/disputes", _dispute),
    Route("POST", f"{PREFIX}/disputes/<id>/close", _close_dispute),
    Route("POST", f"{PREFIX}/refunds/<id>/settle", _settle_refund),
    Route("POST", f"{PREFIX}/refunds/<id>/fail", _fail_refund),
    Route("POST", f"{PREFIX}/payouts/<id>/fail", _fail_payout),
    Route("POST", f"{PREFIX}/faults", _script_fault),
    Route("DELETE", f"{PREFIX}/faults", _clear_faults),
    Route("POST", f"{PREFIX}/advance", _advance),
)

"""Connected accounts in the v1 shape: controller, capabilities, requirements, bank accounts, manual payouts."""

from payments.sandbox.api_request import ApiRequest, Route, as_list, list_answer
from payments.sandbox.errors import AccountForbidden, ParameterInvalid
from payments.sandbox.params import Params, merge_metadata
from payments.sandbox.shapes import ACCOUNT, new_object
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork

CURRENCY_OF_COUNTRY = {
    "AE": "aed",
    "SA": "sar",
    "KW": "kwd",
    "US": "usd",
    "JP": "jpy",
    "DE": "eur",
    "FR": "eur",
}
_DUE = ("external_account", "individual.first_name", "individual.last_name", "tos_acceptance.date")
_IGNORED = ("type", "business_type", "tos_acceptance", "individual", "company", "default_currency")


def create_account(unit: UnitOfWork, fields: Body) -> Body:
    """Store a connected account that still has to be onboarded.

    Raises:
        ParameterInvalid: the country is none or one that this platform may not serve.
    """
    country = fields["country"]
    if len(country) != 2 or not country.isalpha() or country in unit.settings.blocked_countries:
        raise ParameterInvalid(
            f"{country} is not currently supported by this platform.",
            param="country",
            code="country_unsupported",
        )
    account = _account_body(unit, fields)
    unit.store.add(account, account=unit.settings.platform_account_id)
    return account


def find_account(unit: UnitOfWork, account_id: str, *, param: str = "account") -> Body:
    """Return a connected account.

    Raises:
        AccountForbidden: it does not exist, was deleted, or has withdrawn its consent.
    """
    account = unit.store.find(account_id)
    if account is None or account["object"] != "account" or account["_is_gone"]:
        raise AccountForbidden(
            f"The provided key does not have access to account '{account_id}' (or that account does not exist)."
            " Application access may have been revoked.",
            code="account_invalid",
            param=param,
        )
    return account


def save_account(unit: UnitOfWork, account: Body, *, previous: Body) -> None:
    """Store a changed account and tell its Connect endpoints."""
    unit.store.save(account)
    unit.acting_for(account["id"]).emit("account.updated", account, previous=previous)


def set_capability(unit: UnitOfWork, account: Body, status: str, *, reason: str | None = None) -> Body:
    """Switch `transfers` to active or inactive, with account.updated and capability.updated."""
    previous = {"capabilities": dict(account["capabilities"]), "payouts_enabled": account["payouts_enabled"]}
    account["capabilities"]["transfers"] = status
    account["payouts_enabled"] = status == "active" and bool(account["external_accounts"]["data"])
    account["requirements"]["disabled_reason"] = (
        None if status == "active" else (reason or "requirements.past_due")
    )
    save_account(unit, account, previous=previous)
    unit.acting_for(account["id"]).emit("capability.updated", capability_body(account))
    unit.emit_thin("v2.core.account[configuration.recipient].capability_status_updated", account["id"])
    return account


def capability_body(account: Body) -> Body:
    """Return the capability object of an account's transfers."""
    return {
        "id": "transfers",
        "object": "capability",
        "account": account["id"],
        "requested": True,
        "requested_at": account["created"],
        "requirements": account["requirements"],
        "status": account["capabilities"]["transfers"],
    }


def require_due(account: Body, due: list[str]) -> None:
    """Change in place what an account still has to hand in."""
    account["requirements"] |= {
        "currently_due": due,
        "eventually_due": list(due),
        "disabled_reason": "requirements.past_due" if due else None,
    }


def _account_body(unit: UnitOfWork, fields: Body) -> Body:
    controller = fields["controller"]
    account = new_object(
        ACCOUNT,
        id=unit.new_id("acct"),
        controller=controller,
        country=fields["country"],
        created=unit.now,
        default_currency=CURRENCY_OF_COUNTRY.get(fields["country"], "usd"),
        email=fields["email"],
        metadata=fields["metadata"],
        type=controller["stripe_dashboard"]["type"],
        _is_gone=False,
        _legal_name=None,
    )
    require_due(account, list(_DUE))
    account["settings"]["dashboard"]["display_name"] = fields["display_name"]
    account["settings"]["payouts"]["schedule"]["interval"] = fields["payout_interval"]
    account["external_accounts"]["url"] = f"/v1/accounts/{account['id']}/external_accounts"
    return account


def _read_controller(params: Params) -> Body:
    level = params.mapping("controller")
    fees = level.mapping("fees").choice("payer", ("account", "application")) or "application"
    losses = level.mapping("losses").choice("payments", ("application", "stripe")) or "application"
    collection = level.choice("requirement_collection", ("application", "stripe")) or "stripe"
    dashboard = level.mapping("stripe_dashboard").choice("type", ("express", "full", "none")) or "express"
    if losses == "stripe":
        raise ParameterInvalid(
            "The platform answers for losses here: set controller[losses][payments] to application.",
            param="controller[losses][payments]",
        )
    return {
        "fees": {"payer": fees},
        "is_controller": True,
        "losses": {"payments": losses},
        "requirement_collection": collection,
        "stripe_dashboard": {"type": dashboard},
        "type": "application",
    }


def _read_capabilities(params: Params) -> None:
    level = params.mapping("capabilities")
    level.mapping("transfers").boolean("requested")
    level.mapping("card_payments").boolean("requested")


def _read_interval(params: Params) -> str | None:
    schedule = params.mapping("settings").mapping("payouts").mapping("schedule")
    return schedule.choice("interval", ("manual", "daily", "weekly", "monthly"))


def _create(unit: UnitOfWork, request: ApiRequest) -> Body:
    params = request.params
    profile = params.mapping("business_profile")
    fields: Body = {
        "country": (params.text("country") or unit.settings.platform_country).upper(),
        "email": params.text("email", length_max=800),
        "controller": _read_controller(params),
        "payout_interval": _read_interval(params) or "daily",
        "metadata": merge_metadata({}, params.metadata()),
        "display_name": profile.text("name"),
    }
    profile.accept("url", "product_description", "mcc")
    _read_capabilities(params)
    params.accept(*_IGNORED)
    request.close()
    return create_account(unit, fields)


def _update(unit: UnitOfWork, request: ApiRequest) -> Body:
    account, params = find_account(unit, request.path["id"]), request.params
    interval, email = _read_interval(params), params.text("email", length_max=800)
    metadata = params.metadata()
    _read_capabilities(params)
    params.accept("business_profile")
    request.close()
    previous: Body = {"email": account["email"], "metadata": account["metadata"]}
    account["email"] = email or account["email"]
    account["metadata"] = merge_metadata(account["metadata"], metadata)
    schedule = account["settings"]["payouts"]["schedule"]
    schedule["interval"] = interval or schedule["interval"]
    save_account(unit, account, previous=previous)
    return account


def _retrieve(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    return find_account(unit, request.path["id"])


def _delete(unit: UnitOfWork, request: ApiRequest) -> Body:
    account = find_account(unit, request.path["id"])
    request.close()
    account["_is_gone"] = True
    unit.store.save(account)
    return {"id": account["id"], "object": "account", "deleted": True}


def _list(unit: UnitOfWork, request: ApiRequest) -> Body:
    return list_answer(unit, request, "account")


def _list_capabilities(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    account = find_account(unit, request.path["id"])
    return as_list([capability_body(account)], request.url_path)


def _list_banks(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.params.accept("object", "limit")
    request.close()
    account = find_account(unit, request.path["id"])
    return as_list(account["external_accounts"]["data"], request.url_path)


ROUTES = (
    Route("GET", "/v1/accounts", _list),
    Route("POST", "/v1/accounts", _create),
    Route("GET", "/v1/accounts/<id>", _retrieve),
    Route("POST", "/v1/accounts/<id>", _update),
    Route("DELETE", "/v1/accounts/<id>", _delete),
    Route("GET", "/v1/accounts/<id>/capabilities", _list_capabilities),
    Route("GET", "/v1/accounts/<id>/external_accounts", _list_banks),
)

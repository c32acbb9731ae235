"""The same connected accounts in the shape of the v2 API: JSON in, times in words, parts only when they are included."""

from payments.sandbox.accounts import create_account, find_account
from payments.sandbox.api_request import ApiRequest, Route
from payments.sandbox.errors import ParameterInvalid
from payments.sandbox.onboarding import create_link
from payments.sandbox.params import Params, merge_metadata
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork, moment_v2

_PARTS = (
    "configuration.customer",
    "configuration.merchant",
    "configuration.recipient",
    "defaults",
    "future_requirements",
    "identity",
    "requirements",
)
#: what the first API calls a requirement -> what the second does
_NAMES = {
    "external_account": "configuration.recipient.default_outbound_destination",
    "individual.first_name": "identity.individual.given_name",
    "individual.last_name": "identity.individual.surname",
    "tos_acceptance.date": "identity.attestations.terms_of_service.account",
}
_UNASKED = ("configuration", "defaults", "future_requirements", "identity", "requirements")


def account_v2(account: Body, include: list[str]) -> Body:
    """Return an account as v2 shows it; a part that was not asked for is None."""
    parts: Body = {
        "configuration": {"recipient": _recipient(account)} if "configuration.recipient" in include else None,
        "defaults": _defaults(account),
        "identity": {"country": account["country"].lower(), "entity_type": account["business_type"]},
        "requirements": _requirements(account),
        "future_requirements": {"entries": []},
    }
    return {
        "id": account["id"],
        "object": "v2.core.account",
        "applied_configurations": ["recipient"],
        "closed": False,
        "contact_email": account["email"],
        "created": moment_v2(account["created"]),
        "dashboard": account["controller"]["stripe_dashboard"]["type"],
        "display_name": account["settings"]["dashboard"]["display_name"],
        "livemode": False,
        "metadata": account["metadata"],
        **dict.fromkeys(_UNASKED),
        **{name: part for name, part in parts.items() if name in include or name == "configuration"},
    }


def _recipient(account: Body) -> Body:
    transfers = _capability(account, is_active=account["capabilities"]["transfers"] == "active")
    payouts = _capability(account, is_active=account["payouts_enabled"])
    balance = {"payouts": payouts, "stripe_transfers": transfers}
    return {"applied": True, "capabilities": {"stripe_balance": balance}}


def _capability(account: Body, *, is_active: bool) -> Body:
    is_paused = account["requirements"]["disabled_reason"] == "platform_paused"
    reason = {"code": "requirements_past_due", "resolution": "provide_info"}
    paused = {"code": "restricted_other", "resolution": "contact_stripe"}
    status = "active" if is_active else "restricted"
    return {"status": status, "status_details": [] if is_active else [paused if is_paused else reason]}


def _defaults(account: Body) -> Body:
    controller = account["controller"]
    return {
        "currency": account["default_currency"],
        "locales": [],
        "responsibilities": {
            "fees_collector": controller["fees"]["payer"],
            "losses_collector": controller["losses"]["payments"],
            "requirements_collector": controller["requirement_collection"],
        },
    }


def _requirements(account: Body) -> Body:
    impact = {"capability": "stripe_balance.stripe_transfers", "configuration": "recipient"}
    deadline = {"status": "past_due"}
    entries: list[Body] = [
        {
            "awaiting_action_from": "user",
            "description": _NAMES.get(name, name),
            "errors": [],
            "impact": {"restricts_capabilities": [{**impact, "deadline": deadline}]},
            "minimum_deadline": deadline,
            "requested_reasons": [{"code": "routine_onboarding"}],
        }
        for name in account["requirements"]["currently_due"]
    ]
    return {"entries": entries, **({"summary": {"minimum_deadline": deadline}} if entries else {})}


def _read_include(params: Params) -> list[str]:
    include = params.texts("include")
    unknown = [name for name in include if name not in _PARTS]
    if unknown:
        raise ParameterInvalid(f"Invalid include: {unknown[0]}", param="include")
    return include


def _read_controller(params: Params) -> Body:
    level = params.mapping("defaults")
    level.accept("currency", "locales", "profile")
    collectors = level.mapping("responsibilities")
    fees = collectors.choice("fees_collector", ("application", "stripe")) or "application"
    if collectors.choice("losses_collector", ("application", "stripe")) == "stripe":
        raise ParameterInvalid("The platform answers for losses here.", param="defaults")
    dashboard = params.choice("dashboard", ("express", "full", "none")) or "express"
    return {
        "fees": {"payer": "application" if fees == "application" else "account"},
        "is_controller": True,
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": dashboard},
        "type": "application",
    }


def _read_configuration(params: Params) -> None:
    capabilities = params.mapping("configuration").mapping("recipient").mapping("capabilities")
    transfers = capabilities.mapping("stripe_balance").mapping("stripe_transfers")
    if not transfers.boolean("requested"):
        raise ParameterInvalid(
            "Recipients need configuration.recipient.capabilities.stripe_balance.stripe_transfers.requested.",
            param="configuration",
        )


def _create(unit: UnitOfWork, request: ApiRequest) -> Body:
    params = request.params
    identity = params.mapping("identity")
    identity.accept("entity_type", "individual", "business_details", "attestations")
    fields: Body = {
        "country": (identity.text("country") or unit.settings.platform_country).upper(),
        "email": params.text("contact_email"),
        "controller": _read_controller(params),
        "payout_interval": "manual",
        "metadata": merge_metadata({}, params.metadata()),
        "display_name": params.text("display_name"),
    }
    _read_configuration(params)
    include = _read_include(params)
    request.close()
    return account_v2(create_account(unit, fields), include)


def _retrieve(unit: UnitOfWork, request: ApiRequest) -> Body:
    include = _read_include(request.params)
    request.close()
    return account_v2(find_account(unit, request.path["id"]), include)


def _create_link(unit: UnitOfWork, request: ApiRequest) -> Body:
    params = request.params
    account_id, use_case = params.required_text("account"), params.mapping("use_case")
    kind = use_case.choice("type", ("account_onboarding", "account_update")) or "account_onboarding"
    level = use_case.mapping(kind)
    configurations = level.texts("configurations")
    urls = {name: level.required_text(name) for name in ("refresh_url", "return_url")}
    level.accept("collection_options")
    request.close()
    link = create_link(unit, find_account(unit, account_id), **urls)
    return {
        "object": "v2.core.account_link",
        "account": account_id,
        "created": moment_v2(link["created"]),
        "expires_at": moment_v2(link["expires_at"]),
        "livemode": False,
        "url": link["url"],
        "use_case": {"type": kind, kind: {"configurations": configurations, **urls}},
    }


ROUTES = (
    Route("POST", "/v2/core/accounts", _create),
    Route("GET", "/v2/core/accounts/<id>", _retrieve),
    Route("POST", "/v2/core/account_links", _create_link),
)

"""The platform's own account: what it is, where its messages go, which countries it may pay, as Stripe shows them."""

from payments.sandbox.accounts import CURRENCY_OF_COUNTRY
from payments.sandbox.accounts_v2 import account_v2
from payments.sandbox.api_request import ApiRequest, Route, as_list
from payments.sandbox.errors import ResourceMissing
from payments.sandbox.settings import API_VERSION, THIN_EVENTS, WebhookEndpoint
from payments.sandbox.shapes import ACCOUNT, new_object
from payments.sandbox.store import Body, PageRequest
from payments.sandbox.unit import UnitOfWork, moment_v2

LIMIT_MAX = 20


def _show_account(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.close()
    settings = unit.settings
    account = new_object(
        ACCOUNT,
        id=settings.platform_account_id,
        capabilities={"card_payments": "active", "transfers": "active"},
        charges_enabled=True,
        country=settings.platform_country,
        created=unit.now,
        default_currency=CURRENCY_OF_COUNTRY.get(settings.platform_country, "usd"),
        details_submitted=True,
        email=None,
        metadata={},
        payouts_enabled=True,
        type="standard",
    )
    account["settings"]["payouts"]["schedule"] = {"delay_days": 2, "interval": "manual"}
    account["external_accounts"]["url"] = f"/v1/accounts/{account['id']}/external_accounts"
    return account


def _list_endpoints(unit: UnitOfWork, request: ApiRequest) -> Body:
    request.params.integer("limit")
    request.close()
    endpoints = [each for each in unit.settings.endpoints if not each.is_thin]
    return as_list([_endpoint(each) for each in endpoints], request.url_path)


def _endpoint(endpoint: WebhookEndpoint) -> Body:
    return {
        "id": f"we_{endpoint.name}",
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "application": None,
        "created": 0,
        "description": None,
        "enabled_events": sorted(endpoint.enabled_events),
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": endpoint.url or f"sandbox:{endpoint.name}",
    }


def _list_destinations(unit: UnitOfWork, request: ApiRequest) -> Body:
    has_url = "webhook_endpoint.url" in request.params.texts("include")
    request.params.integer("limit")
    request.close()
    thin = [each for each in unit.settings.endpoints if each.is_thin]
    return _page([_destination(unit, each, has_url=has_url) for each in thin])


def _destination(unit: UnitOfWork, endpoint: WebhookEndpoint, *, has_url: bool) -> Body:
    moment = moment_v2(unit.now)
    return {
        "id": f"ed_{endpoint.name}",
        "object": "v2.core.event_destination",
        "created": moment,
        "description": "",
        "enabled_events": sorted(THIN_EVENTS),
        "event_payload": "thin",
        "livemode": False,
        "name": endpoint.name,
        "status": "enabled",
        "type": "webhook_endpoint",
        "updated": moment,
        "webhook_endpoint": {"url": endpoint.url or f"sandbox:{endpoint.name}"} if has_url else {},
    }


def _list_accounts(unit: UnitOfWork, request: ApiRequest) -> Body:
    limit = request.params.integer("limit") or LIMIT_MAX
    request.close()
    wanted = PageRequest(limit=min(limit, LIMIT_MAX))
    bodies, _has_more = unit.store.page("account", account=unit.account, fields={}, wanted=wanted)
    return _page([account_v2(body, []) for body in bodies])


def _page(bodies: list[Body]) -> Body:
    """Return a list as the second API does; the sandbox has one page."""
    return {"data": bodies, "next_page_url": None, "previous_page_url": None}


def _show_country(unit: UnitOfWork, request: ApiRequest) -> Body:
    country = request.path["id"]
    request.close()
    served = sorted(set(CURRENCY_OF_COUNTRY) - unit.settings.blocked_countries)
    if country not in CURRENCY_OF_COUNTRY:
        raise ResourceMissing("country_spec", country)
    currency = CURRENCY_OF_COUNTRY[country]
    fields = {"minimum": ["external_account"], "additional": []}
    return {
        "id": country,
        "object": "country_spec",
        "default_currency": currency,
        "supported_bank_account_currencies": {currency: [country]},
        "supported_payment_currencies": sorted(set(CURRENCY_OF_COUNTRY.values())),
        "supported_payment_methods": ["card", "stripe"],
        "supported_transfer_countries": served,
        "verification_fields": {"company": fields, "individual": fields},
    }


ROUTES = (
    Route("GET", "/v1/account", _show_account),
    Route("GET", "/v1/webhook_endpoints", _list_endpoints),
    Route("GET", "/v1/country_specs/<id>", _show_country),
    Route("GET", "/v2/core/accounts", _list_accounts),
    Route("GET", "/v2/core/event_destinations", _list_destinations),
)

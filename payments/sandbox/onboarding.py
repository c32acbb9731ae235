"""Onboarding of connected accounts: single-use links to the hosted page, and what handing the form in changes."""

from enum import StrEnum

from payments.sandbox.accounts import find_account, require_due, set_capability
from payments.sandbox.api_request import ApiRequest, Route
from payments.sandbox.errors import ParameterInvalid
from payments.sandbox.store import Body
from payments.sandbox.unit import UnitOfWork

LINK_SECONDS = 30 * 60
VISIT_SECONDS = 3_600


class Bank(StrEnum):
    """The play banks: one takes every payout, one refuses it on arrival."""

    ACCEPTS = "accepts"
    REFUSES = "refuses"


_LAST4 = {Bank.ACCEPTS: "6789", Bank.REFUSES: "1116"}


def create_link(unit: UnitOfWork, account: Body, *, refresh_url: str, return_url: str) -> Body:
    """Store a link to the hosted onboarding page that works once and for half an hour."""
    link_id = f"link_{unit.settings.new_token(28)}"
    link: Body = {
        "id": link_id,
        "object": "account_link",
        "created": unit.now,
        "expires_at": unit.now + LINK_SECONDS,
        "url": f"{unit.settings.public_url}/onboarding/{link_id}",
        "account": account["id"],
        "refresh_url": refresh_url,
        "return_url": return_url,
        "visit": None,
    }
    unit.store.add(link, account=unit.account)
    return link


def start_visit(unit: UnitOfWork, link: Body) -> str | None:
    """Use a link up and return the id of the visit it opens, or None when it is used or too old."""
    if link["visit"] is not None or link["expires_at"] <= unit.now:
        return None
    visit: Body = {
        "id": f"visit_{unit.settings.new_token(28)}",
        "object": "onboarding_visit",
        "created": unit.now,
        "link": link["id"],
        "account": link["account"],
        "expires_at": unit.now + VISIT_SECONDS,
    }
    link["visit"] = visit["id"]
    unit.store.save(link)
    unit.store.add(visit, account=unit.settings.platform_account_id)
    return str(visit["id"])


def complete_onboarding(unit: UnitOfWork, account: Body, *, legal_name: str, bank: Bank) -> Body:
    """Hand in everything that is required: the bank account is kept and `transfers` becomes active."""
    has_changed_bank = bool(account["external_accounts"]["data"])
    external = _bank_body(unit, account, legal_name, bank)
    account["external_accounts"]["data"] = [external]
    account["details_submitted"] = True
    account["_legal_name"] = legal_name
    account["tos_acceptance"]["date"] = unit.now
    display = account["settings"]["dashboard"]
    display["display_name"] = display["display_name"] or legal_name
    require_due(account, [])
    unit.emit_thin("v2.core.account[requirements].updated", account["id"])
    set_capability(unit, account, "active")
    if has_changed_bank:
        unit.acting_for(account["id"]).emit("account.external_account.updated", external)
    return account


def _bank_body(unit: UnitOfWork, account: Body, legal_name: str, bank: Bank) -> Body:
    return {
        "id": unit.new_id("ba"),
        "object": "bank_account",
        "account": account["id"],
        "account_holder_name": legal_name,
        "account_holder_type": "individual",
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "SANDBOX BANK",
        "country": account["country"],
        "currency": account["default_currency"],
        "default_for_currency": True,
        "fingerprint": f"play{_LAST4[bank]}",
        "last4": _LAST4[bank],
        "metadata": {},
        "routing_number": None,
        "status": "new",
        "_bank": bank.value,
    }


def _create_link(unit: UnitOfWork, request: ApiRequest) -> Body:
    params = request.params
    account_id = params.required_text("account")
    if params.choice("type", ("account_onboarding", "account_update")) is None:
        raise ParameterInvalid("Missing required param: type.", param="type", code="parameter_missing")
    urls = {name: params.required_text(name) for name in ("refresh_url", "return_url")}
    params.accept("collect", "collection_options")
    request.close()
    for name, url in urls.items():
        if not url.startswith(("https://", "http://")):
            raise ParameterInvalid("Not a valid URL", param=name, code="url_invalid")
    link = create_link(unit, find_account(unit, account_id), **urls)
    return {name: link[name] for name in ("object", "created", "expires_at", "url")}


ROUTES = (Route("POST", "/v1/account_links", _create_link),)

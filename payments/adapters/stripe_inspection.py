"""Reads a platform account at Stripe for the doctor: each question on its own, so that one refusal hides no other."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import stripe

from payments.adapters.stripe_accounts import NO_V2, PAGE
from payments.adapters.stripe_errors import code_of, translate
from payments.errors import PaymentError
from payments.inspection import EndpointFacts, ProviderFacts

NEEDED_CAPABILITIES = ("card_payments", "transfers")
NOT_FOUND = 404


class StripeInspector:
    """`ProviderInspector` on the official client."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._client = client

    def inspect(self) -> ProviderFacts:
        unread: dict[str, str] = {}
        known: dict[str, Any] = {}
        questions: Mapping[str, Callable[[], Mapping[str, Any]]] = {
            "account": self._read_account,
            "balance": self._read_balance,
            "endpoints": self._read_endpoints,
            "event destinations": self._read_destinations,
            "Accounts v2": self._read_accounts_v2,
        }
        for name, ask in questions.items():
            _ask(name, ask, known, unread)
        country = known.get("country")
        if country is not None:
            _ask("countries", lambda: self._read_countries(country), known, unread)
        known["endpoints"] = (*known.get("endpoints", ()), *known.pop("destinations", ()))
        return ProviderFacts(**known, unread=unread)

    def _read_account(self) -> Mapping[str, Any]:
        account = self._client.v1.accounts.retrieve_current()
        body = account.to_dict()
        response = account.last_response
        capabilities = body.get("capabilities") or {}
        schedule = ((body.get("settings") or {}).get("payouts") or {}).get("schedule") or {}
        return {
            "account_id": body["id"],
            "country": body.get("country"),
            "default_currency": (body.get("default_currency") or "").upper() or None,
            "can_charge": body.get("charges_enabled"),
            "can_pay_out": body.get("payouts_enabled"),
            "capabilities": {name: capabilities.get(name, "missing") for name in NEEDED_CAPABILITIES},
            "payout_interval": schedule.get("interval"),
            "server_time": _server_time(response.headers if response is not None else {}),
        }

    def _read_balance(self) -> Mapping[str, Any]:
        body = self._client.v1.balance.retrieve().to_dict()
        totals: dict[str, int] = {}
        for row in (*body["available"], *body["pending"]):
            currency = row["currency"].upper()
            totals[currency] = totals.get(currency, 0) + row["amount"]
        return {"balance_minor": totals, "is_live": body["livemode"]}

    def _read_endpoints(self) -> Mapping[str, Any]:
        found = self._client.v1.webhook_endpoints.list({"limit": PAGE})
        return {"endpoints": tuple(_endpoint(each.to_dict()) for each in found.auto_paging_iter())}

    def _read_destinations(self) -> Mapping[str, Any]:
        """Read the destinations of the second API, which alone send thin events; no access means that there are none."""
        try:
            found = self._client.v2.core.event_destinations.list({"include": ["webhook_endpoint.url"]})
            return {"destinations": tuple(_destination(each.to_dict()) for each in found.auto_paging_iter())}
        except stripe.StripeError as error:
            if not _is_closed(error):
                raise
            return {}

    def _read_accounts_v2(self) -> Mapping[str, Any]:
        try:
            self._client.v2.core.accounts.list({"limit": 1})
        except stripe.StripeError as error:
            if not _is_closed(error):
                raise
            return {"has_accounts_v2": False}
        return {"has_accounts_v2": True}

    def _read_countries(self, country: str) -> Mapping[str, Any]:
        spec = self._client.v1.country_specs.retrieve(country).to_dict()
        return {"transfer_countries": frozenset(spec["supported_transfer_countries"])}


def _ask(
    name: str, ask: Callable[[], Mapping[str, Any]], known: dict[str, Any], unread: dict[str, str]
) -> None:
    try:
        known.update(ask())
    except stripe.StripeError as error:
        refusal: PaymentError = translate(error)
        unread[name] = f"{refusal.code} ({refusal.details.get('code')})"
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        unread[name] = f"the answer cannot be read ({type(error).__name__})"


def _is_closed(error: stripe.StripeError) -> bool:
    return code_of(error) in NO_V2 or error.http_status == NOT_FOUND


def _endpoint(body: Mapping[str, Any]) -> EndpointFacts:
    return EndpointFacts(
        url=body["url"],
        events=frozenset(body["enabled_events"]),
        is_enabled=body["status"] == "enabled",
        is_thin=False,
    )


def _destination(body: Mapping[str, Any]) -> EndpointFacts:
    return EndpointFacts(
        url=(body.get("webhook_endpoint") or {}).get("url") or "",
        events=frozenset(body["enabled_events"]),
        is_enabled=body["status"] == "enabled",
        is_thin=body["event_payload"] == "thin",
    )


def _server_time(headers: Mapping[str, str]) -> datetime | None:
    told = headers.get("Date")
    at = parsedate_to_datetime(told) if told else None
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at

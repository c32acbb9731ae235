"""Delivery of stored events: signed as Stripe signs them, tried again with back-off for three days."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from payments.sandbox.database import Database
from payments.sandbox.settings import SandboxSettings, WebhookEndpoint
from payments.sandbox.unit import UnitOfWork, canonical_json, moment_v2, open_unit

log = structlog.get_logger("sandbox")

TRIED_SECONDS = 3 * 86_400
LEASE_SECONDS = 60
_BATCH = 5
_FIRST_WAIT_SECONDS = 60
_LONGEST_WAIT_SECONDS = 8 * 3_600
_TIMEOUT_SECONDS = 10


def sign(payload: bytes, secret: str, *, timestamp: int) -> str:
    """Return the `Stripe-Signature` header: HMAC-SHA256 over timestamp, a dot and the body."""
    signed = str(timestamp).encode() + b"." + payload
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


@dataclass(frozen=True, slots=True)
class _Parcel:
    event_id: str
    endpoint: WebhookEndpoint
    attempts: int
    created: int
    payload: bytes


class WebhookSender:
    """Sends what is due to the endpoints of one sandbox."""

    def __init__(self, settings: SandboxSettings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._endpoints = {endpoint.name: endpoint for endpoint in settings.endpoints}
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def deliver_due(self, *, limit: int = 100) -> int:
        """Try up to `limit` deliveries that are due now and return how many were accepted.

        Nothing is held while a receiver works; a delivery that another thread has taken is left to it.
        """
        accepted = 0
        while limit > 0 and (parcels := self._take(min(limit, _BATCH))):
            statuses = [self._send(parcel) for parcel in parcels]
            accepted += self._settle(parcels, statuses)
            limit -= len(parcels)
        return accepted

    def _take(self, limit: int) -> list[_Parcel]:
        with open_unit(self._database, self._settings, is_read_only=True) as unit:
            if not self._due(unit, 1):
                return []
        with open_unit(self._database, self._settings) as unit:
            due = self._due(unit, limit)
            unit.store.connection.executemany(
                "UPDATE delivery SET due_at = ?, attempts = attempts + 1 WHERE event_id = ? AND endpoint = ?",
                [(unit.now + LEASE_SECONDS, event_id, name) for event_id, name, _ in due],
            )
            return [self._parcel(unit, *row) for row in due]

    def _parcel(self, unit: UnitOfWork, event_id: str, name: str, attempts: int) -> _Parcel:
        event = unit.store.find(event_id) or {}
        created = int(event["created"])
        if event["object"] == "v2.core.event":
            event["created"] = moment_v2(created)
        return _Parcel(event_id, self._endpoints[name], attempts + 1, created, canonical_json(event))

    def _due(self, unit: UnitOfWork, limit: int) -> list[tuple[str, str, int]]:
        names = json.dumps(list(self._endpoints))
        rows = unit.store.connection.execute(
            "SELECT event_id, endpoint, attempts FROM delivery WHERE state = 'waiting' AND due_at <= ?"
            " AND endpoint IN (SELECT value FROM json_each(?)) ORDER BY due_at, seq LIMIT ?",
            (unit.now, names, limit),
        )
        return [(str(row[0]), str(row[1]), int(row[2])) for row in rows]

    def _send(self, parcel: _Parcel) -> int:
        now = int(self._settings.clock().timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(parcel.payload, parcel.endpoint.secret, timestamp=now),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            if parcel.endpoint.deliver is not None:
                return parcel.endpoint.deliver(parcel.payload, headers)
            return self._post(parcel.endpoint.url or "", parcel.payload, headers)
        except Exception as error:
            log.warning(
                "webhook_not_delivered",
                event_id=parcel.event_id,
                endpoint=parcel.endpoint.name,
                exc_info=error,
            )
            return 0

    def _post(self, url: str, payload: bytes, headers: Mapping[str, str]) -> int:
        if not url.startswith(("http://", "https://")):
            return 0
        request = urllib.request.Request(url, data=payload, headers=dict(headers), method="POST")  # noqa: S310 - scheme checked
        try:
            with self._opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def _settle(self, parcels: list[_Parcel], statuses: list[int]) -> int:
        """Write down what became of a batch and return how many were accepted."""
        with open_unit(self._database, self._settings) as unit:
            return sum(_settle_one(unit, *pair) for pair in zip(parcels, statuses, strict=True))


def _settle_one(unit: UnitOfWork, parcel: _Parcel, status: int) -> bool:
    is_accepted = 200 <= status < 300
    wait = min(_FIRST_WAIT_SECONDS * 2 ** (parcel.attempts - 1), _LONGEST_WAIT_SECONDS)
    is_over = unit.now + wait > parcel.created + TRIED_SECONDS
    state = "done" if is_accepted else "failed" if is_over else "waiting"
    unit.store.connection.execute(
        "UPDATE delivery SET state = ?, due_at = ?, last_status = ? WHERE event_id = ? AND endpoint = ?",
        (state, unit.now + wait, status, parcel.event_id, parcel.endpoint.name),
    )
    return is_accepted

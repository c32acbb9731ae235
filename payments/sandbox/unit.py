"""One unit of work: a transaction with its clock, ids and the events it will have caused."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from payments.sandbox.database import Database
from payments.sandbox.settings import API_VERSION, SandboxSettings, WebhookEndpoint
from payments.sandbox.store import Body, Store


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """What an operation works with: `now` in Unix seconds, the acting `account`, the tables, the settings."""

    settings: SandboxSettings
    store: Store
    now: int
    account: str
    request_id: str | None = None
    idempotency_key: str | None = None

    @property
    def is_platform(self) -> bool:
        """Tell whether the platform itself acts, not a connected account."""
        return self.account == self.settings.platform_account_id

    def acting_for(self, account: str) -> "UnitOfWork":
        """Return the same unit acting for another account."""
        return replace(self, account=account)

    def at(self, now: int) -> "UnitOfWork":
        """Return the same unit at another moment, for work that fell due in the past."""
        return replace(self, now=now)

    def new_id(self, prefix: str) -> str:
        """Return a fresh id such as `tr_1Nk...`."""
        return f"{prefix}_{self.settings.new_token(12)[:24]}"

    def emit(self, kind: str, body: Body, *, previous: Body | None = None) -> None:
        """Store an event with a snapshot of its object and queue it for the endpoints that want it."""
        data: Body = {"object": visible(body)}
        if previous is not None:
            data["previous_attributes"] = previous
        wanting = [
            endpoint
            for endpoint in self.settings.endpoints
            if not endpoint.is_thin
            and endpoint.is_connect != self.is_platform
            and endpoint.enabled_events & {kind, "*"}
        ]
        event: Body = {
            "id": self.new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now,
            "data": data,
            "livemode": False,
            "pending_webhooks": len(wanting),
            "request": {"id": self.request_id, "idempotency_key": self.idempotency_key},
            "type": kind,
        }
        if not self.is_platform:
            event["account"] = self.account
        self._queue(event, wanting)

    def emit_thin(self, kind: str, account_id: str) -> None:
        """Store an event of the second API, which names an account and says nothing about it."""
        wanting = [endpoint for endpoint in self.settings.endpoints if endpoint.is_thin]
        if not wanting:
            return
        event: Body = {
            "id": self.new_id("evt"),
            "object": "v2.core.event",
            "created": self.now,
            "livemode": False,
            "related_object": {
                "id": account_id,
                "type": "v2.core.account",
                "url": f"/v2/core/accounts/{account_id}",
            },
            "type": kind,
        }
        self._queue(event, wanting)

    def _queue(self, event: Body, wanting: list[WebhookEndpoint]) -> None:
        self.store.add(event, account=self.account)
        for endpoint in wanting:
            self.store.connection.execute(
                "INSERT INTO delivery (event_id, endpoint, seq, attempts, due_at, state)"
                " SELECT id, ?, seq, 0, ?, 'waiting' FROM object WHERE id = ?",
                (endpoint.name, self.now, event["id"]),
            )


def visible(body: Body) -> Body:
    """Return a deep copy without the sandbox's own keys."""
    return {key: _visible(value) for key, value in body.items() if not key.startswith("_")}


def _visible(value: object) -> object:
    if isinstance(value, dict):
        return visible(value)
    if isinstance(value, list):
        return [_visible(item) for item in value]
    return value


def moment_v2(epoch: int) -> str:
    """Return a time as the second API writes it."""
    return f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def canonical_json(body: Body) -> bytes:
    """Return the bytes that are sent and signed."""
    return json.dumps(body, indent=2, ensure_ascii=False).encode()


@contextmanager
def open_unit(
    database: Database, settings: SandboxSettings, *, is_read_only: bool = False, account: str | None = None
) -> Iterator[UnitOfWork]:
    """Begin a transaction at the clock's present second."""
    now = int(settings.clock().timestamp())
    with database.transaction(is_read_only=is_read_only) as connection:
        yield UnitOfWork(settings, Store(connection), now, account or settings.platform_account_id)

"""What an examination asks of the outside: what the provider knows of our own platform account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """An address that the provider sends messages to; `events` may hold `*`."""

    url: str
    events: frozenset[str]
    is_enabled: bool
    is_thin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """What a platform account is at the provider; None and `unread` for what could not be read, with the reason."""

    account_id: str | None = None
    is_live: bool | None = None
    country: str | None = None
    default_currency: str | None = None
    can_charge: bool | None = None
    can_pay_out: bool | None = None
    capabilities: Mapping[str, str] = field(default_factory=dict)
    payout_interval: str | None = None
    endpoints: tuple[EndpointFacts, ...] = ()
    transfer_countries: frozenset[str] | None = None
    has_accounts_v2: bool | None = None
    balance_minor: Mapping[str, int] = field(default_factory=dict)
    server_time: datetime | None = None
    unread: Mapping[str, str] = field(default_factory=dict)


class ProviderInspector(Protocol):
    """Reads what the provider knows of our own platform account; moves nothing."""

    def inspect(self) -> ProviderFacts:
        """Read everything; what cannot be read is named in `unread`, nothing is raised for it."""
        ...

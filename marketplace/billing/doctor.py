"""`athar payments doctor`: what this site needs of its platform account, beside what the provider says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from marketplace.billing.webhook_secrets import ENDPOINTS, secrets_of
from marketplace.db import snapshot
from marketplace.services import Services
from marketplace.settings import Settings
from marketplace.settlement import coverage_of, platform_country, settled_currencies
from payments import chart
from payments.balances import list_totals
from payments.examination import Expected, Finding, Level, NeededEndpoint, examine
from payments.inbox import THIN
from payments.inspection import ProviderInspector
from payments.money import CURRENCIES
from payments.webhooks import events_of

#: what others may ask for today; what a card network has withdrawn already is not among it
OWED = ("liab:held", "liab:release_in_transit", "liab:refund_in_transit", "suspense")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found, when, and for which provider and mode."""

    provider: str
    mode: str
    at: datetime
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing stops money."""
        return not self.count(Level.PROBLEM)

    def count(self, level: Level) -> int:
        """Return how many findings are of a level."""
        return sum(finding.level is level for finding in self.findings)


def diagnose(services: Services, inspector: ProviderInspector) -> Diagnosis:
    """Read the provider and our books, and compare; nothing is changed anywhere."""
    settings, now = services.settings, services.clock()
    facts = inspector.inspect()
    booked, owed = _books(services)
    expected = Expected(
        is_live=settings.is_production,
        country=platform_country(settings),
        endpoints=tuple(_needed(settings, endpoint, now) for endpoint in ENDPOINTS),
        currencies=tuple(CURRENCIES),
        priced=settled_currencies(settings, now),
        coverage=coverage_of(settings, now),
        prefers_accounts_v2=settings.stripe_accounts == "v2",
        booked_minor=booked,
        owed_minor=owed,
        is_reachable=settings.payments == "sandbox" or _is_public(settings.base_url),
        now=now,
    )
    mode = "live" if settings.is_production else "test"
    return Diagnosis(settings.payments, mode, now, tuple(examine(facts, expected)))


def _needed(settings: Settings, endpoint: str, now: datetime) -> NeededEndpoint:
    secrets = secrets_of(settings, endpoint)
    valid = sum(secret.is_valid(now) for secret in secrets)
    return NeededEndpoint(
        name=endpoint,
        url=f"{settings.base_url.rstrip('/')}/webhooks/stripe/{endpoint}",
        events=events_of(endpoint),
        is_thin=endpoint == THIN,
        is_optional=endpoint == THIN,  # the poller and the snapshot events tell the same
        secrets_valid=valid,
        secrets_ended=len(secrets) - valid,
    )


def _books(services: Services) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Return by currency what our books say lies at the provider, and what we hold there for others."""
    booked: dict[str, int] = {}
    owed: dict[str, int] = {}
    with snapshot(services.sessions) as session:
        for total in list_totals(session):
            if total.group == chart.PSP:
                booked[total.currency] = total.amount_minor
            elif total.group in OWED:
                owed[total.currency] = owed.get(total.currency, 0) - total.amount_minor
    return booked, owed


def _is_public(base_url: str) -> bool:
    return (urlsplit(base_url).hostname or "") not in LOCAL_HOSTS

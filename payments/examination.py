"""What must hold between a site and its platform account at the provider, as rules over facts that were read before.

Nothing here asks anybody: an inspector reads the facts (`payments.ports.ProviderInspector`), a site says what it expects.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from payments.coverage import Coverage
from payments.inspection import EndpointFacts, ProviderFacts

#: the signature of a message is refused 300 s off; past half of that it will be soon
SKEW_WARNING, SKEW_MAX = timedelta(seconds=30), timedelta(seconds=240)
ALL_EVENTS = "*"


class Level(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `code` is stable for programs, `details` fill the sentence."""

    code: str
    level: Level
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NeededEndpoint:
    """An address that the provider must send these events to, and how many secrets we hold for it now."""

    name: str
    url: str
    events: frozenset[str]
    is_thin: bool
    is_optional: bool
    secrets_valid: int
    secrets_ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a site expects: amounts in minor units, `owed_minor` what must be there for others, by currency.

    `currencies` are all that the site knows, `priced` those in which it makes prices.
    """

    is_live: bool
    country: str
    endpoints: tuple[NeededEndpoint, ...]
    currencies: tuple[str, ...]
    priced: tuple[str, ...]
    coverage: Coverage
    prefers_accounts_v2: bool
    booked_minor: Mapping[str, int]
    owed_minor: Mapping[str, int]
    is_reachable: bool
    now: datetime


def examine(facts: ProviderFacts, expected: Expected) -> list[Finding]:
    """Return every finding, in the order in which a person would mend them."""
    return [
        *_unread(facts),
        *_account(facts, expected),
        *_clock(facts, expected),
        *_endpoints(facts, expected),
        *_accounts_api(facts, expected),
        *_countries(facts, expected),
        *_currencies(facts, expected),
        *_balance(facts, expected),
    ]


def is_sound(findings: list[Finding]) -> bool:
    """Tell whether nothing stops the site from moving money."""
    return all(finding.level is not Level.PROBLEM for finding in findings)


def _unread(facts: ProviderFacts) -> Iterator[Finding]:
    for what, reason in facts.unread.items():
        yield Finding("not_read", Level.PROBLEM, {"what": what, "reason": reason})
    if "account" not in facts.unread:
        yield Finding("key_works", Level.GOOD, {"account": facts.account_id or ""})


def _account(facts: ProviderFacts, expected: Expected) -> Iterator[Finding]:
    if facts.is_live is not None:
        code = "mode_fits" if facts.is_live == expected.is_live else "mode_differs"
        level = Level.GOOD if facts.is_live == expected.is_live else Level.PROBLEM
        yield Finding(code, level, {"mode": "live" if facts.is_live else "test"})
    if facts.country is not None:
        level = Level.GOOD if facts.country == expected.country else Level.PROBLEM
        code = "country_fits" if level is Level.GOOD else "country_differs"
        yield Finding(code, level, {"country": facts.country, "expected": expected.country})
    if facts.can_charge is not None:
        yield _switch("charges", is_on=facts.can_charge)
    if facts.can_pay_out is not None:
        yield _switch("payouts", is_on=facts.can_pay_out)
    for name, status in sorted(facts.capabilities.items()):
        if status != "active":
            yield Finding("capability_missing", Level.PROBLEM, {"capability": name, "status": status})
    if facts.payout_interval is not None:
        is_manual = facts.payout_interval == "manual"
        code, level = (
            ("own_payouts_manual", Level.GOOD) if is_manual else ("own_payouts_automatic", Level.WARNING)
        )
        yield Finding(code, level, {"interval": facts.payout_interval})


def _switch(name: str, *, is_on: bool) -> Finding:
    return Finding(f"{name}_enabled" if is_on else f"{name}_disabled", Level.GOOD if is_on else Level.PROBLEM)


def _clock(facts: ProviderFacts, expected: Expected) -> Iterator[Finding]:
    if facts.server_time is None:
        return
    skew = expected.now - facts.server_time
    size = abs(skew)
    level = Level.PROBLEM if size > SKEW_MAX else Level.WARNING if size > SKEW_WARNING else Level.GOOD
    code = "clock_fits" if level is Level.GOOD else "clock_differs"
    yield Finding(code, level, {"seconds": round(skew.total_seconds())})


def _endpoints(facts: ProviderFacts, expected: Expected) -> Iterator[Finding]:
    for needed in expected.endpoints:
        yield from _secrets(needed)
        if "endpoints" in facts.unread:
            continue
        found = [
            each for each in facts.endpoints if each.url == needed.url and each.is_thin == needed.is_thin
        ]
        yield from _endpoint(needed, found)
    if not expected.is_reachable:
        yield Finding("address_not_public", Level.WARNING)


def _secrets(needed: NeededEndpoint) -> Iterator[Finding]:
    about = {"endpoint": needed.name}
    if not needed.secrets_valid:
        level = Level.WARNING if needed.is_optional else Level.PROBLEM
        yield Finding("secret_missing", level, about)
    if needed.secrets_valid > 1:
        yield Finding("secret_rolling", Level.WARNING, about)
    if needed.secrets_ended:
        yield Finding("secret_ended", Level.WARNING, about)


def _endpoint(needed: NeededEndpoint, found: list[EndpointFacts]) -> Iterator[Finding]:
    about: dict[str, object] = {"endpoint": needed.name, "url": needed.url}
    enabled = [each for each in found if each.is_enabled]
    heard = frozenset[str]().union(*(each.events for each in enabled))
    missing = frozenset() if ALL_EVENTS in heard else needed.events - heard
    worst = Level.WARNING if needed.is_optional else Level.PROBLEM
    if not found:
        yield Finding("endpoint_missing", worst, about)
    elif not enabled:
        yield Finding("endpoint_disabled", worst, about)
    elif missing:
        yield Finding("events_missing", worst, {**about, "events": ", ".join(sorted(missing))})
    else:
        yield Finding("endpoint_fits", Level.GOOD, about)
    if len(enabled) > 1:
        yield Finding("endpoint_twice", Level.WARNING, about)


def _accounts_api(facts: ProviderFacts, expected: Expected) -> Iterator[Finding]:
    if facts.has_accounts_v2 is None or not expected.prefers_accounts_v2:
        return
    level = Level.GOOD if facts.has_accounts_v2 else Level.WARNING
    yield Finding("accounts_v2" if facts.has_accounts_v2 else "accounts_v1_only", level)


def _countries(facts: ProviderFacts, expected: Expected) -> Iterator[Finding]:
    told, coverage = facts.transfer_countries, expected.coverage
    promised = coverage.paid_countries(platform_country=expected.country)
    about = {"version": coverage.version, "read_on": coverage.read_on.isoformat()}
    if promised is not None and not promised:
        yield Finding("nobody_can_be_paid", Level.PROBLEM, {**about, "country": expected.country})
    elif promised is not None and told is not None and promised - told:
        countries = ", ".join(sorted(promised - told))
        yield Finding("countries_differ", Level.WARNING, {**about, "countries": countries})
    elif promised is not None:
        yield Finding("countries_known", Level.GOOD, {**about, "countries": ", ".join(sorted(promised))})
    else:
        countries = ", ".join(sorted(coverage.not_served))
        yield Finding("countries_all", Level.GOOD, {**about, "countries": countries})


def _currencies(facts: ProviderFacts, expected: Expected) -> Iterator[Finding]:
    kept = {*expected.coverage.settlement_currencies(platform_country=expected.country), *facts.balance_minor}
    if facts.default_currency is not None:
        kept.add(facts.default_currency)
    about = {"default": facts.default_currency or "?"}
    refused = [currency for currency in expected.currencies if currency not in expected.priced]
    doubtful = ", ".join(currency for currency in expected.priced if currency not in kept)
    unused = ", ".join(currency for currency in refused if currency in kept)
    converted = ", ".join(currency for currency in refused if currency not in kept)
    settled = ", ".join(currency for currency in expected.priced if currency in kept)
    if not expected.priced:
        yield Finding("nothing_can_be_priced", Level.PROBLEM, {"country": expected.country})
    if doubtful:
        yield Finding("currencies_doubtful", Level.WARNING, {**about, "currencies": doubtful})
    if unused:
        yield Finding("currencies_unused", Level.WARNING, {"currencies": unused})
    if converted:
        yield Finding("currencies_converted", Level.GOOD, {**about, "currencies": converted})
    if settled:
        yield Finding("currencies_settle", Level.GOOD, {"currencies": settled})


def _balance(facts: ProviderFacts, expected: Expected) -> Iterator[Finding]:
    if "balance" in facts.unread:
        return
    for currency in sorted({*expected.booked_minor, *expected.owed_minor}):
        there = facts.balance_minor.get(currency, 0)
        booked, owed = expected.booked_minor.get(currency, 0), expected.owed_minor.get(currency, 0)
        about = {"currency": currency, "there_minor": there, "booked_minor": booked, "owed_minor": owed}
        if there < owed:
            yield Finding("balance_short", Level.PROBLEM, about)
        elif there != booked:
            yield Finding("balance_differs", Level.WARNING, about)
        else:
            yield Finding("balance_fits", Level.GOOD, about)

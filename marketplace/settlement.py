"""What the site's payment provider keeps as it is: whom it pays, and in which currencies a price may be made.

A payment in a currency that the platform's balance converts could not be handed on (a transfer leaves in the currency in
which its charge settled), so no price is made in one. Which these are is a dated record (`payments/data/coverage.json`) and
what the owner of the platform's account switched on beside it. Sessions carry the answer of their site in `info`, so that
whatever makes a price asks the same.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from marketplace.errors import Invalid
from marketplace.settings import Settings
from marketplace.settings_payments import further_currencies
from marketplace.web.language import lazy_gettext as _
from payments.coverage import Coverage, coverage_at
from payments.money import CURRENCIES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: the country of the sandbox's platform account
PLAY_COUNTRY = "AE"
SESSION_KEY = "settled_currencies"


class CurrencyNotServed(Invalid):
    """No price can be made in this currency: the provider would convert it, or the site names no fee for it."""

    code: ClassVar[str] = "currency_not_served"


def platform_country(settings: Settings) -> str:
    """Return the country of the platform's account at the provider."""
    return settings.stripe_country if settings.payments == "stripe" else PLAY_COUNTRY


def coverage_of(settings: Settings, at: datetime) -> Coverage:
    """Return what is known about the site's provider."""
    return coverage_at(settings.payments, at)


def settled_currencies(settings: Settings, at: datetime) -> tuple[str, ...]:
    """Return the currencies that stay what they are on the platform's balance, in the order of `CURRENCIES`."""
    kept = {
        *coverage_of(settings, at).settlement_currencies(platform_country=platform_country(settings)),
        *further_currencies(settings),
    }
    return tuple(currency for currency in CURRENCIES if currency in kept)


def session_info(settings: Settings) -> Mapping[str, Callable[[datetime], tuple[str, ...]]]:
    """Return what every session of a site carries in `info`."""
    return {SESSION_KEY: partial(settled_currencies, settings)}


def currencies_at(session: "Session", now: datetime) -> tuple[str, ...]:
    """Return the currencies that settle on the session's site; all of ours for a session of no site."""
    asked = session.info.get(SESSION_KEY)
    settled: tuple[str, ...] = tuple(CURRENCIES) if asked is None else asked(now)
    return settled


def currency_problem(currency: str, settled: Collection[str]) -> object | None:
    """Return why no price can be made in a currency and what to choose, None when one can."""
    if currency in settled:
        return None
    nothing: object = _(
        "No price can be made here yet: the payment provider keeps none of the currencies of this site."
    )
    other: object = _(
        "No price can be made in %(currency)s here: the payment provider would convert it. Choose %(others)s.",
        currency=currency,
        others=", ".join(settled),
    )
    return other if settled else nothing


def refuse_currency(currency: str, settled: Collection[str]) -> None:
    """Refuse a currency that does not settle.

    Raises:
        CurrencyNotServed: the field `currency` says which are served.

    """
    problem = currency_problem(currency, settled)
    if problem is not None:
        raise CurrencyNotServed(problem, fields={"currency": problem})

"""What the settings of payments must be, so that play money and real money are never taken for one another."""

import re
from typing import TYPE_CHECKING

from payments.money import CURRENCIES

if TYPE_CHECKING:
    from marketplace.settings import Settings

LIVE_KEYS = ("sk_live_", "rk_live_")
COUNTRY = re.compile(r"[A-Z]{2}")
#: a secret, and for one that is being replaced the day on whose start it ends
SECRET = re.compile(r"[^@,\s]+(@\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?")
SECRETS_MAX = 2


def payment_problems(settings: "Settings") -> list[str]:
    """Return one line for each thing to mend."""
    problems = []
    if settings.payments not in {"sandbox", "stripe"}:
        problems.append(f"ATHAR_PAYMENTS: must be sandbox or stripe, got {settings.payments!r}")
    if settings.stripe_accounts not in {"v2", "v1"}:
        problems.append(f"ATHAR_STRIPE_ACCOUNTS: must be v2 or v1, got {settings.stripe_accounts!r}")
    unknown = further_currencies(settings) - frozenset(CURRENCIES)
    if unknown:
        problems.append(
            f"ATHAR_STRIPE_CURRENCIES: {', '.join(sorted(unknown))}: prices are made in {', '.join(CURRENCIES)} only"
        )
    if settings.payments == "stripe":
        problems += [*_missing(settings), *_mode_problems(settings), *_secret_problems(settings)]
    return problems


def further_currencies(settings: "Settings") -> frozenset[str]:
    """Return the currencies whose settlement the owner of the platform's account switched on."""
    return frozenset(part.strip().upper() for part in settings.stripe_currencies.split(",") if part.strip())


def _missing(settings: "Settings") -> list[str]:
    problems = []
    if not (settings.stripe_api_key and settings.stripe_webhook_secrets):
        problems.append(
            "ATHAR_STRIPE_API_KEY and ATHAR_STRIPE_WEBHOOK_SECRETS: needed with ATHAR_PAYMENTS=stripe"
        )
    if not COUNTRY.fullmatch(settings.stripe_country):
        problems.append(
            "ATHAR_STRIPE_COUNTRY: name the country of the platform's account by its two letters, for example AE"
        )
    return problems


def _mode_problems(settings: "Settings") -> list[str]:
    """Refuse real money outside production, and play money inside it."""
    is_live = settings.stripe_api_key.startswith(LIVE_KEYS)
    if is_live and not settings.is_production:
        return ["ATHAR_STRIPE_API_KEY: a live key moves real money; use a test key outside production"]
    if settings.stripe_api_key and not is_live and settings.is_production:
        return ["ATHAR_STRIPE_API_KEY: a test key moves no money; production needs a live key"]
    return []


def _secret_problems(settings: "Settings") -> list[str]:
    problems = []
    for name in ("webhook_secrets", "connect_webhook_secrets", "thin_webhook_secrets"):
        parts = [part.strip() for part in getattr(settings, f"stripe_{name}").split(",") if part.strip()]
        if len(parts) > SECRETS_MAX or not all(SECRET.fullmatch(part) for part in parts):
            problems.append(
                f"ATHAR_STRIPE_{name.upper()}: one signing secret, or two with a comma between while one is replaced;"
                " the old one may name the day it ends, as in new,old@2026-12-01"
            )
    return problems

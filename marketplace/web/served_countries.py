"""Whether a person in a country can be paid on this site: its provider, its own country, and the records about both."""

from datetime import datetime

from marketplace.settings import Settings
from marketplace.web.context import now, services
from payments.coverage import Coverage, coverage_at

#: the country of the sandbox's platform account
PLAY_COUNTRY = "AE"


def platform_country(settings: Settings) -> str:
    """Return the country of the platform's account at the provider."""
    return settings.stripe_country if settings.payments == "stripe" else PLAY_COUNTRY


def coverage_of(settings: Settings, at: datetime) -> Coverage:
    """Return what is known about the site's provider."""
    return coverage_at(settings.payments, at)


def is_country_served(code: str | None) -> bool:
    """Tell whether somebody in this country can be paid; a country that is not said yet counts as served."""
    settings = services().settings
    return not code or coverage_of(settings, now()).pays(code, platform_country=platform_country(settings))

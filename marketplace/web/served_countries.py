"""Whether a person in a country can be paid on this site: its provider, its own country, and the records about both."""

from marketplace.settlement import coverage_of, platform_country
from marketplace.web.context import now, services


def is_country_served(code: str | None) -> bool:
    """Tell whether somebody in this country can be paid; a country that is not said yet counts as served."""
    settings = services().settings
    return not code or coverage_of(settings, now()).pays(code, platform_country=platform_country(settings))

"""Names of countries, languages and time zones in the reader's language, from Babel, and of cities, from the package's data."""

from functools import cache

from babel import Locale, dates

from marketplace.web.language import current_language
from matching.reading import places

#: offered first, since the market is the Gulf's
FIRST = ("SA", "AE", "KW", "QA", "BH", "OM")


def country_name(code: str) -> str:
    """Return the name of an ISO 3166 country in the reader's language, or the code."""
    return str(Locale(current_language()).territories.get(code, code))


def language_name(code: str) -> str:
    """Return the name of an ISO 639 language in the reader's language, or the code."""
    return str(Locale(current_language()).languages.get(code, code))


def city_name(name: str) -> str:
    """Return the name of a city in the reader's language; one that is not known stays as written."""
    return places.city_name(name, language=current_language())


def time_zone_name(zone: str) -> str:
    """Return what a time zone of the IANA database is called after in the reader's language: its city, or its own name."""
    locale = Locale(current_language())
    own = locale.time_zones.get("Etc/UTC" if zone == "UTC" else zone, {}).get("long", {}).get("standard")
    return str(own or dates.get_timezone_location(zone, locale=locale, return_city=True))


@cache
def country_codes() -> frozenset[str]:
    """Return the ISO 3166 alpha-2 codes that the language data knows."""
    return frozenset(filter(_is_country, map(str, Locale("en").territories)))


def country_choices() -> list[tuple[str, str]]:
    """Return (code, name) of all countries, those of the Gulf first, the others by name."""
    names = {
        code: str(name) for code, name in Locale(current_language()).territories.items() if _is_country(code)
    }
    rest = sorted((pair for pair in names.items() if pair[0] not in FIRST), key=lambda pair: pair[1])
    return [(code, names[code]) for code in FIRST] + rest


def language_choices() -> list[tuple[str, str]]:
    """Return (code, name) of all languages with two letters, by name."""
    codes = (str(code) for code in Locale("en").languages if len(str(code)) == 2)
    return sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1])


def _is_country(code: str) -> bool:
    return (
        len(code) == 2 and code.isalpha() and code not in {"EU", "UN", "EZ", "QO", "XA", "XB", "ZZ"}
    )  # alpha-2, without groupings

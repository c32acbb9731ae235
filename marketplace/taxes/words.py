"""Taxes in words."""

from datetime import date
from typing import Any

from marketplace.fees.words import share_text
from marketplace.taxes.tables import tax_table
from marketplace.web.countries import country_name
from marketplace.web.formats import date_text


def rates_shown(day: date) -> list[dict[str, Any]]:
    """Return the rates in force on a day: country, share, since when and where it was read."""
    return [
        {
            "country": country_name(rate.country),
            "share": share_text(rate.bps),
            "since": date_text(rate.as_of),
            "source": rate.source,
        }
        for rate in tax_table().rates
        if rate.holds_on(day)
    ]

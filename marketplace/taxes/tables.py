"""The table of taxes as package data."""

import json
from functools import cache
from importlib import resources

from marketplace.taxes.domain import NumberForm, TaxRate, TaxTable


@cache
def tax_table() -> TaxTable:
    """Read the table."""
    plain = json.loads(
        resources.files("marketplace.taxes").joinpath("data/rates.json").read_text(encoding="utf-8")
    )
    forms = [NumberForm(**row) for row in plain["number_forms"]]
    return TaxTable(
        rates=tuple(TaxRate.from_plain(row) for row in plain["rates"]),
        elsewhere=TaxRate.from_plain(plain["elsewhere"]),
        forms={form.country: form for form in forms},
        form_elsewhere=NumberForm(**plain["number_elsewhere"]),
    )

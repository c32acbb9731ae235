"""The numbers a site begins with, for rules that are tested without a database."""

from datetime import date

from marketplace.fees.domain import FeeBounds, FeePolicy, FeeTier
from marketplace.quotes.charges import Charges
from marketplace.quotes.policy_records import load_records
from payments.money import CURRENCIES

LEAST = {"SAR": 200, "AED": 200, "USD": 50, "EUR": 50, "JPY": 100, "KWD": 200}
FIRST_FEES = FeePolicy(
    version="2025-01",
    valid_from=date(2025, 1, 1),
    tiers=(FeeTier(0, 1_000), FeeTier(3, 800), FeeTier(6, 600)),
    bounds={currency: FeeBounds(least) for currency, least in LEAST.items()},
)
FIRST_CHARGES = Charges(load_records()[0], FIRST_FEES, date(2026, 3, 1), settled=tuple(CURRENCIES))

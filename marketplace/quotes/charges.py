"""What is charged on top at a moment: the site's fees, the taxes of that day, and the clocks and shares of the deal."""

from dataclasses import dataclass
from datetime import date

from marketplace.fees.domain import FeePolicy
from marketplace.quotes.policy_records import PolicyRecord
from marketplace.taxes.domain import TaxRate
from marketplace.taxes.tables import tax_table


@dataclass(frozen=True, slots=True)
class Charges:
    """The numbers a price is made with.

    `day` is the day whose taxes hold, `seller_country` where the influencer is registered for tax (None: nowhere, or nobody
    in particular), `settled` the currencies that the payment provider does not convert.
    """

    policy: PolicyRecord
    fees: FeePolicy
    day: date
    settled: tuple[str, ...]
    seller_country: str | None = None

    @property
    def currencies(self) -> tuple[str, ...]:
        """Return what a price can be made in: the site names a fee for it, and it stays what it is at the provider."""
        return tuple(currency for currency in self.settled if currency in self.fees.bounds)

    def tax_on_fee(self, country: str) -> TaxRate:
        """Return the rate on the fee for a brand of the country."""
        return tax_table().rate_on(country, self.day)

    def tax_on_supply(self) -> TaxRate | None:
        """Return the rate that the influencer owes on their price, None for one who is not registered."""
        return tax_table().rate_on(self.seller_country, self.day) if self.seller_country else None

"""The pages of billing on one blueprint: paying, money, the books, the payout account, what the provider tells."""

from marketplace.billing import (
    pages_acts,
    pages_chargebacks,
    pages_ledger,
    pages_money,
    pages_operations,
    pages_pay,
    pages_payout,
    pages_waiting,
    webhook_pages,
)
from marketplace.billing.pages_blueprint import blueprint

__all__ = [
    "blueprint",
    "pages_acts",
    "pages_chargebacks",
    "pages_ledger",
    "pages_money",
    "pages_operations",
    "pages_pay",
    "pages_payout",
    "pages_waiting",
    "webhook_pages",
]

"""The pages of billing on one blueprint: paying, the payout account, what the provider tells."""

from marketplace.billing import pages_pay, pages_payout, webhook_pages
from marketplace.billing.pages_blueprint import blueprint

__all__ = ["blueprint", "pages_pay", "pages_payout", "webhook_pages"]

"""The pages of deals on one blueprint; applications, answers, invitations and orders have a module each."""

from marketplace.deals import pages_answers, pages_apply, pages_invitations, pages_orders
from marketplace.deals.pages_blueprint import blueprint

__all__ = ["blueprint", "pages_answers", "pages_apply", "pages_invitations", "pages_orders"]

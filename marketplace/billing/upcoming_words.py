"""What money waits for, in words."""

from collections.abc import Mapping

from marketplace.billing.upcoming import Waiting
from marketplace.web.language import lazy_gettext as _

WORDS: Mapping[Waiting, object] = {
    Waiting.PAYMENT: _("your payment"),
    Waiting.CONFIRMATION: _("the confirmation of your bank; do not pay again"),
    Waiting.WORK: _("the work to be handed in"),
    Waiting.REVIEW: _("the brand’s look; silence counts for you"),
    Waiting.PUBLICATION: _("the post to be published"),
    Waiting.PAYOUT_ACCOUNT: _("your payout account"),
    Waiting.PROVIDER: _("the payment provider, which refused the transfer; operators see it"),
    Waiting.CANCELLATION: _("the end of your time to contest the cancellation"),
    Waiting.TRANSFER: _("the transfer, which is on its way"),
    Waiting.RULING: _("the decision about the dispute"),
    Waiting.FROZEN: _("an operator who froze the booking"),
}


def waiting_text(waiting: Waiting) -> object:
    """Return what an amount waits for."""
    return WORDS[waiting]

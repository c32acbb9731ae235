"""What was booked for a booking, in words both sides read."""

from collections.abc import Mapping

from marketplace.web.language import lazy_gettext as _

BOOKED: Mapping[str, object] = {
    "funded": _("Paid and held"),
    "release_planned": _("Set aside for the influencer"),
    "release_confirmed": _("Arrived in the payout account"),
    "release_refused": _("Could not be sent; held again"),
    "refund_planned": _("Set aside for the brand"),
    "refund_confirmed": _("Paid back to the brand"),
    "refund_paid_otherwise": _("Paid back to the brand another way"),
    "refund_refused": _("Could not be paid back; held again"),
    "refund_failed_later": _("The bank sent it back; held again"),
    "chargeback_opened": _("Disputed by the card network"),
    "chargeback_won": _("The dispute was won"),
    "chargeback_lost": _("The dispute was lost"),
}

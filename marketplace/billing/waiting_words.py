"""Why money waits, in words; a code of the provider that we do not know is shown as it is."""

from collections.abc import Mapping

from marketplace.web.language import lazy_gettext as _

REASONS: Mapping[str, object] = {
    "payout_account_missing": _("The influencer has no payout account yet; it starts by itself once there is one."),
    "payout_account_not_active": _("The payout account is not ready yet; it starts by itself once it is."),
    "held_by_ruling": _("A decision about its post does not stand yet; it goes on once it does."),
    "frozen": _("The booking is frozen; it goes on when the booking does."),
    "refund_failed": _("The refund was refused or came back."),
    "charge_disputed": _("The card network disputes or took back the payment, so the provider pays nothing back to the card; pay it another way."),
    "unknown": _("The reason was not told."),
}  # fmt: skip


def reason_sentence(code: str) -> object:
    """Return why money waits."""
    return REASONS.get(code, code)

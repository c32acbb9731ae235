"""Why money waits, in words; a code of the provider that we do not know is shown as it is."""

from collections.abc import Mapping

from marketplace.web.language import lazy_gettext as _
from payments.strays import Stray

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


#: why a payment funds nothing
STRAYS: Mapping[str, object] = {
    "unknown_booking": _("Nobody can say whose it is: no booking has its number. Find its charge in the provider's dashboard."),
    "already_paid": _("The booking had been paid before."),
    "amount_differs": _("Another amount than the booking's came."),
    "settlement_currency_differs": _("The provider converts this currency."),
    "escrow_cancelled": _("The booking had been cancelled before it was paid."),
    "escrow_expired": _("The time to pay was over."),
}  # fmt: skip


def stray_sentence(stray: Stray) -> object:
    """Return why a payment funds nothing."""
    return STRAYS.get(stray.reason, stray.reason)

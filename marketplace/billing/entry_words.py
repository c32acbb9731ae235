"""Entries of the ledger and why money is frozen, in words; the codes stay beside them for whoever checks the books."""

from collections.abc import Mapping

from marketplace.billing.account_groups import group_label
from marketplace.bookings.ledger_words import BOOKED
from marketplace.web.language import gettext
from marketplace.web.language import lazy_gettext as _
from payments.adoption_report import FREEZE_REASON
from payments.chart import group_of

CHARGEBACK = "chargeback:"
#: what both sides read (`BOOKED`), and what only we and the provider move
ENTRIES: Mapping[str, object] = {
    **BOOKED,
    "processing_fee_charged": _("Fee of the payment provider"),
    "payment_unmatched": _("Arrived, and funds nothing"),
    "return_planned": _("Set aside to be returned to the payer"),
    "return_confirmed": _("Returned to the payer"),
    "return_refused": _("Could not be returned; waits"),
    "return_failed_later": _("The bank sent the return back; waits"),
    "return_paid_otherwise": _("Paid back from the bank"),
    "payout_planned": _("On its way to the bank"),
    "payout_confirmed": _("Arrived in the bank"),
    "payout_refused": _("The payout was refused"),
    "payout_failed_later": _("The bank sent the payout back"),
    "claw_back_claimed": _("Owed back by the influencer"),
    "claw_back_turned": _("What was owed to the brand makes up for the lost chargeback"),
    "claw_back_written_off": _("What the influencer owed was written off"),
    "reversal_planned": _("Set aside to be taken back from the influencer"),
    "reversal_confirmed": _("Taken back from the influencer"),
    "reversal_refused": _("Could not be taken back; still owed"),
    "claw_back_refund_planned": _("What was taken back: set aside for the brand"),
    "claw_back_refund_confirmed": _("What was taken back: paid to the brand"),
    "claw_back_refund_refused": _("What was taken back: could not be paid; owed to the brand"),
    "claw_back_refund_failed_later": _("What was taken back: the bank sent it back; owed to the brand"),
    "claw_back_paid_otherwise": _("What was taken back: paid to the brand another way"),
    "booked_by_hand": _("Booked by hand"),
}


def entry_word(kind: str) -> str:
    """Return what was booked in words; the code for one that is not in the table."""
    return str(ENTRIES.get(kind, kind))


def account_label(address: str) -> str:
    """Return the account in words, without its subject."""
    return group_label(group_of(address))


def freeze_words(reason: str | None) -> str | None:
    """Return why money is frozen: our own reasons in words, what an operator wrote as it is."""
    if reason is not None and reason.startswith(CHARGEBACK):
        return gettext("The card network disputes the payment.")
    if reason == FREEZE_REASON:
        return gettext("The provider did something that fits no decision of ours. A person must look.")
    return reason

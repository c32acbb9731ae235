"""What the libraries of money and matching refuse, in the reader's language: they speak in codes and English."""

from collections.abc import Mapping
from typing import Any

from marketplace.errors import MarketplaceError
from marketplace.web.language import current_language
from marketplace.web.language import lazy_gettext as _

#: the refusals that a person can meet; what only a program could ask for is left out
WORDS: Mapping[str, object] = {
    "chargeback_still_open": _("The card network disputes this payment. Wait for its decision."),
    "escrow_frozen": _("This payment is frozen; nothing can move until it is unfrozen."),
    "part_already_decided": _("Another decision about this work came first."),
    "part_not_owed": _("This share does not wait here any more."),
    "claw_back_not_found": _("There is no such claim."),
    "claw_back_not_possible": _(
        "This cannot be done to the claim now: a recovery is on its way, or less is left than was asked for."
    ),
    "claim_not_due": _("Another amount of this claim waits to go to the brand now, or none. Open it again."),
    "refund_not_due": _("Another amount waits to go back now, or none. Open it again."),
    "return_not_due": _("Another amount of this payment waits to go back now, or none. Open it again."),
    "refund_known_already": _("This refund is the effect of another call."),
    "chargeback_not_found": _("There is no such chargeback."),
    "evidence_not_possible": _("Evidence can no longer be handed in for this chargeback."),
    "operation_not_found": _("There is no such call to the payment provider."),
    "operation_not_halted": _("This call is not halted (any more)."),
    "operation_not_waiting": _("There is nothing to ask about this call."),
    "payout_account_missing": _("There is no payout account yet, or it is still being made."),
    "payout_account_not_ready": _(
        "The payout account cannot be paid out to yet. Its page says what is missing."
    ),
    "payout_on_hold": _("Payouts are on hold."),
    "nothing_to_pay_out": _("The balance does not cover this payout."),
    "index_unavailable": _("Search is briefly down. Everything else works; try again in a minute."),
    "index_damaged": _("Search is briefly down. Everything else works; try again in a minute."),
    "nothing_to_search": _("There is nothing to search for yet. Say what you look for."),
}


def refusal_message(error: Any) -> str:
    """Return what is said of a refusal: its own words, those for its code, or none in a language it does not speak."""
    own = str(getattr(error, "message", error))
    if isinstance(error, MarketplaceError):
        return own
    words = WORDS.get(error.code)
    if words is not None:
        return str(words)
    return own if current_language() == "en" else ""

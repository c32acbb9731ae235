"""The play cards a payer may choose from, named by what they do."""

from dataclasses import dataclass
from enum import StrEnum


class Card(StrEnum):
    """What the card does; the values are what `pay_checkout` and the hosted page take."""

    OK = "ok"
    DECLINED = "declined"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    REFUND_PENDING = "refund_pending"
    REFUND_FAILS = "refund_fails"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class CardRule:
    """The last four digits shown, and the decline code where the card is refused."""

    last4: str
    payment_method: str
    decline_code: str | None = None


CARDS = {
    Card.OK: CardRule("4242", "pm_card_visa"),
    Card.DECLINED: CardRule("0002", "pm_card_visa_chargeDeclined", "generic_decline"),
    Card.INSUFFICIENT_FUNDS: CardRule(
        "9995", "pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"
    ),
    Card.REFUND_PENDING: CardRule("7726", "pm_card_pendingRefund"),
    Card.REFUND_FAILS: CardRule("5126", "pm_card_refundFail"),
    Card.DISPUTED: CardRule("0259", "pm_card_createDispute"),
}

BY_PAYMENT_METHOD = {rule.payment_method: card for card, rule in CARDS.items()}

"""The price card as the API says it."""

from typing import Any

from marketplace.quotes.card_lines import card_lines
from marketplace.quotes.cards import PriceCard
from marketplace.web.schema import plain


def card_body(card: PriceCard) -> dict[str, Any]:
    """Return the card as JSON-like values; the prices of rights and exclusivity stand beside their terms."""
    body: dict[str, Any] = plain(card)
    prices = {
        "rights_price": {"amount_minor": card.rights_minor, "currency": card.currency},
        "exclusivity_price": {"amount_minor": card.exclusivity_minor, "currency": card.currency},
    }
    lines = [
        {
            "key": line.key,
            "label": line.label,
            "note": line.note,
            "amount": {"amount_minor": line.amount_minor, "currency": card.currency},
        }
        for line in card_lines(card)
    ]
    return {**body, **prices, "rights": card.rights, "exclusivity": card.exclusivity, "lines": lines}

"""The price card as a sheet of paper: the lines of the card, what is agreed, and the mark of the quote."""

from marketplace.documents.sheets import Block, Fact, Row, Sheet
from marketplace.quotes.card_lines import SUBTOTAL, TOTAL, card_lines
from marketplace.quotes.card_words import agreed_rows
from marketplace.quotes.cards import PriceCard
from marketplace.web.formats import datetime_text, money
from marketplace.web.language import current_language
from marketplace.web.language import gettext as _

STYLES = {SUBTOTAL: "subtotal", TOTAL: "total"}


def sheet_of_card(card: PriceCard, *, brand: str, influencer: str) -> Sheet:
    """Return the paper of a quoted price in the language in force; the same for both sides."""
    facts = [Fact(_("Booking"), card.title)]
    if card.payable_until is not None:
        facts.append(Fact(_("Valid until"), datetime_text(card.payable_until)))
    facts.append(Fact(_("Version of the fees"), card.fee_version))
    facts += [Fact(str(row["label"]), str(row["value"])) for row in agreed_rows(card)]
    return Sheet(
        language=current_language(),
        title=_("Price"),
        number=(card.hash or "")[:12],
        facts=facts,
        blocks=[Block(_("Brand"), (brand,)), Block(_("Influencer"), (influencer,))],
        rows=[
            Row(line.label, money(line.amount_minor, card.currency), line.note, STYLES.get(line.style, ""))
            for line in card_lines(card)
        ],
        remarks=[_("Both sides see this same card before they agree.")],
        foot=[f"{card.quote_id} · sha256 {card.hash}"],
    )

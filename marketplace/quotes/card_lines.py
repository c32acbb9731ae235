"""The lines of a price card, once for all: pages, API, mail and PDF write these and no others."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.categories import category_label
from marketplace.fees.words import fee_note, share_text
from marketplace.quotes.cards import PriceCard
from marketplace.web.countries import country_name
from marketplace.web.formats import date_text, money
from marketplace.web.language import gettext as _
from marketplace.web.language import ngettext

SUBTOTAL, TOTAL = "price-subtotal", "price-total"


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line. `key` is stable, `label` and `note` are in the reader's language, `style` marks sums."""

    key: str
    label: str
    amount_minor: int
    note: str = ""
    style: str = ""


def card_lines(card: PriceCard) -> Sequence[CardLine]:
    """Return the lines in their order: what costs nothing is left out, the tax never is."""
    extras = (
        CardLine("rights", _("Usage rights"), card.rights_minor, amplification_text(card)),
        CardLine("exclusivity", _("Exclusivity"), card.exclusivity_minor, exclusivity_text(card)),
        CardLine("rush", _("Rush"), card.rush_minor),
    )
    return (
        CardLine("base", _("Base price"), card.base_minor),
        *(line for line in extras if line.amount_minor),
        CardLine("net", _("The influencer receives"), card.receives_minor, _receives_note(card), SUBTOTAL),
        CardLine("fee", _("Platform fee"), card.fee_minor, fee_note(card.fee, card.net_minor, card.currency)),
        CardLine("tax", _("Tax on the fee"), card.tax_minor, _tax_note(card)),
        CardLine("total", _("The brand pays"), card.total_minor, "", TOTAL),
    )


def card_texts(card: PriceCard) -> list[str]:
    """Return the lines as plain text for a mail, in the reader's language."""
    return [
        f"{line.label}: {money(line.amount_minor, card.currency)}" + (f" ({line.note})" if line.note else "")
        for line in card_lines(card)
    ]


def amplification_text(card: PriceCard) -> str:
    """Return the months of paid amplification, empty for none."""
    months = int(card.rights.get("amplification_months", 0) or 0)
    if not months:
        return ""
    return ngettext("%(num)d month of paid amplification", "%(num)d months of paid amplification", months)


def exclusivity_text(card: PriceCard) -> str:
    """Return the days of exclusivity and in what, empty for none."""
    days = int(card.exclusivity.get("days", 0) or 0)
    if not days:
        return ""
    text = ngettext("%(num)d day", "%(num)d days", days)
    category = card.exclusivity.get("category")
    return (
        _("%(days)s in %(category)s", days=text, category=category_label(str(category))) if category else text
    )


def _receives_note(card: PriceCard) -> str:
    paid = _("at the latest on %(day)s", day=date_text(card.released_by_on))
    if not card.supply_tax_bps:
        return paid
    tax = _(
        "includes %(amount)s tax (%(share)s in %(country)s) that the influencer owes",
        amount=money(card.supply_tax_minor, card.currency),
        share=share_text(card.supply_tax_bps),
        country=country_name(card.supply_tax_country),
    )
    return _(", ").join((paid, tax))


def _tax_note(card: PriceCard) -> str:
    if card.tax_bps == 0:
        return _("none for this country")
    return _(
        "%(share)s in %(country)s", share=share_text(card.tax_bps), country=country_name(card.tax_country)
    )

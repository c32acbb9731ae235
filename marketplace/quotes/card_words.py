"""A price card in the reader's words, as the macro `price_card` and the lists beside it take it."""

from typing import Any

from marketplace.categories import category_label
from marketplace.influencers.labels import kind_label
from marketplace.quotes.cards import PriceCard
from marketplace.quotes.domain import QuoteStatus
from marketplace.quotes.policy_records import CancellationStage
from marketplace.web.countries import country_name
from marketplace.web.formats import date_text, number, percent
from marketplace.web.language import gettext as _
from marketplace.web.language import lazy_gettext as _lazy
from marketplace.web.language import ngettext

BPS_A_PERCENT = 100
STAGES: dict[str, object] = {
    CancellationStage.BEFORE_ACCEPTANCE: _lazy("Before the influencer has accepted"),
    CancellationStage.ACCEPTED: _lazy("Accepted, nothing handed in"),
    CancellationStage.SUBMITTED: _lazy("Work handed in"),
    CancellationStage.APPROVED: _lazy("Work approved"),
}
REFERENCE_LENGTH = 12


def share_text(bps: int) -> str:
    """Return basis points as a percentage, e.g. 1000 as "10%"."""
    decimals = 0 if bps % BPS_A_PERCENT == 0 else 2
    return percent(bps / 10_000, decimals)


def stage_label(stage: str) -> str:
    """Return how far a deliverable is, in words."""
    return str(STAGES[stage])


def shown_card(card: PriceCard) -> dict[str, Any]:
    """Return the values of the macro `price_card`; both sides get the same."""
    return {
        "currency": card.currency,
        "base_minor": card.base_minor,
        "rights_minor": card.rights_minor,
        "rights_label": _amplification(card),
        "exclusivity_minor": card.exclusivity_minor,
        "exclusivity_label": _exclusivity(card),
        "rush_minor": card.rush_minor,
        "listed_minor": card.net_minor,
        "receives_minor": card.receives_minor,
        "paid_on_text": _("at the latest on %(day)s", day=date_text(card.released_by_on)),
        "fee_minor": card.fee_minor,
        "fee_label": _("%(share)s of the listed price, on top", share=share_text(card.fee_bps)),
        "tax_minor": card.tax_minor,
        "tax_label": _tax(card),
        "total_minor": card.total_minor,
        "expires_at": card.expires_at if card.status == QuoteStatus.OPEN else None,
        "reference": card.hash[:REFERENCE_LENGTH] if card.hash else None,
        "cancellation": [
            {"stage": stage_label(row.stage), "receives_minor": row.influencer_minor}
            for row in card.cancellation
        ],
    }


def cancellation_rows(card: PriceCard) -> list[dict[str, Any]]:
    """Return what each side has at every stage."""
    return [
        {
            "stage": stage_label(row.stage),
            "share": share_text(row.influencer_share_bps),
            "influencer_minor": row.influencer_minor,
            "refund_minor": row.refund_minor,
        }
        for row in card.cancellation
    ]


def agreed_rows(card: PriceCard) -> list[dict[str, Any]]:
    """Return what is agreed beside the price: pieces, days, rights, exclusivity."""
    rows: list[dict[str, Any]] = [
        {"label": _("Work"), "value": _pieces(card)},
        {"label": _("First version due"), "value": date_text(card.due_on)},
    ]
    if card.posting_from is not None and card.posting_until is not None:
        days = _(
            "%(first)s to %(last)s", first=date_text(card.posting_from), last=date_text(card.posting_until)
        )
        rows.append({"label": _("Posting days"), "value": days})
    rows.append({"label": _("Usage rights"), "value": _rights(card)})
    rows.append({"label": _("Exclusivity"), "value": _exclusivity(card) or _("none asked")})
    rows.append({"label": _("Paid at the latest"), "value": date_text(card.released_by_on)})
    if card.processing_cost_borne_by == "platform":
        rows.append({"label": _("Cost of the payment"), "value": _("paid by Athar")})
    return rows


def _pieces(card: PriceCard) -> str:
    counts: dict[str, int] = {}
    for part in card.parts:
        counts[part.kind] = counts.get(part.kind, 0) + 1
    return _(", ").join(
        kind_label(kind) if count == 1 else f"{number(count)} × {kind_label(kind)}"
        for kind, count in counts.items()
    )


def _rights(card: PriceCard) -> str:
    months = int(card.rights.get("organic_months", 0))
    words = [
        ngettext("The brand may repost for %(num)d month", "The brand may repost for %(num)d months", months)
    ]
    territory = card.rights.get("territory")
    if territory:
        words.append(_("in %(country)s", country=country_name(str(territory))))
    paid = _amplification(card)
    if paid:
        words.append(paid)
    words.append(
        _("use for training AI is included")
        if card.rights.get("ai_training")
        else _("no use for training AI")
    )
    return _(", ").join(words)


def _amplification(card: PriceCard) -> str:
    months = int(card.rights.get("amplification_months", 0) or 0)
    if not months:
        return ""
    return ngettext("%(num)d month of paid amplification", "%(num)d months of paid amplification", months)


def _exclusivity(card: PriceCard) -> str:
    days = int(card.exclusivity.get("days", 0) or 0)
    if not days:
        return ""
    text = ngettext("%(num)d day", "%(num)d days", days)
    category = card.exclusivity.get("category")
    return (
        _("%(days)s in %(category)s", days=text, category=category_label(str(category))) if category else text
    )


def _tax(card: PriceCard) -> str:
    if card.tax_bps == 0:
        return _("none for this country")
    return _(
        "%(share)s in %(country)s", share=share_text(card.tax_bps), country=country_name(card.tax_country)
    )

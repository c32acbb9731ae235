"""A price card in the reader's words, as the macro `price_card` and the lists beside it take it."""

from typing import Any

from marketplace.fees.domain import CostBearer
from marketplace.fees.words import share_text
from marketplace.influencers.labels import kind_label
from marketplace.quotes.card_lines import amplification_text, card_lines, exclusivity_text
from marketplace.quotes.cards import PriceCard
from marketplace.quotes.domain import QuoteStatus
from marketplace.quotes.policy_records import CancellationStage, PolicyRecord
from marketplace.quotes.pricing import Choices
from marketplace.web.countries import country_name
from marketplace.web.formats import date_text, months, number
from marketplace.web.language import gettext as _
from marketplace.web.language import lazy_gettext as _lazy
from marketplace.web.language import ngettext

STAGES: dict[str, object] = {
    CancellationStage.BEFORE_ACCEPTANCE: _lazy("Before the influencer has accepted"),
    CancellationStage.ACCEPTED: _lazy("Accepted, nothing handed in"),
    CancellationStage.SUBMITTED: _lazy("Work handed in"),
    CancellationStage.APPROVED: _lazy("Work approved"),
}
REFERENCE_LENGTH = 12


def stage_label(stage: str) -> str:
    """Return how far a deliverable is, in words."""
    return str(STAGES[stage])


def shown_card(card: PriceCard) -> dict[str, Any]:
    """Return the values of the macro `price_card`; both sides get the same."""
    return {
        "currency": card.currency,
        "lines": card_lines(card),
        "receives_minor": card.receives_minor,
        "total_minor": card.total_minor,
        "expires_at": card.payable_until if card.status == QuoteStatus.OPEN else None,
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


def cancellation_shares(policy: PolicyRecord) -> list[dict[str, Any]]:
    """Return the influencer's share of a cancelled deliverable at every stage."""
    return [
        {"stage": stage_label(stage), "share": share_text(policy.cancellation_bps[stage])}
        for stage in CancellationStage
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
    rows.append({"label": _("Exclusivity"), "value": exclusivity_text(card) or _("none asked")})
    rows.append({"label": _("Paid at the latest"), "value": date_text(card.released_by_on)})
    is_ours = card.processing_cost_borne_by == CostBearer.PLATFORM
    bearer = _("paid by Athar") if is_ours else _("paid by the brand, inside the fee")
    rows.append({"label": _("Cost of the payment"), "value": bearer})
    return rows


def included_rights(policy: PolicyRecord) -> str:
    """Return the rights that are in every listed price."""
    included = policy.plain["rights_included"]
    words = [
        _(
            "reposting by the brand for %(time)s in %(countries)s",
            time=months(included["organic_months"]),
            countries=ngettext("%(num)d country", "%(num)d countries", included["territories"]),
        )
    ]
    if not included["ai_training"]:
        words.append(_("never training of AI"))
    return _(", ").join(words)


def extras_text(choices: Choices) -> str:
    """Return the extras that were chosen, each with how much of it."""
    ads, days = choices.amplification_months, choices.exclusivity_days
    words = [
        *(
            [ngettext("%(num)d month of paid amplification", "%(num)d months of paid amplification", ads)]
            if ads
            else []
        ),
        *([ngettext("%(num)d day of exclusivity", "%(num)d days of exclusivity", days)] if days else []),
        *([_("rush")] if choices.is_rush else []),
    ]
    return _(", ").join(words)


def _pieces(card: PriceCard) -> str:
    counts: dict[str, int] = {}
    for part in card.parts:
        counts[part.kind] = counts.get(part.kind, 0) + 1
    return _(", ").join(
        kind_label(kind) if count == 1 else f"{number(count)} × {kind_label(kind)}"
        for kind, count in counts.items()
    )


def _rights(card: PriceCard) -> str:
    organic = int(card.rights.get("organic_months", 0))
    words = [
        ngettext("The brand may repost for %(num)d month", "The brand may repost for %(num)d months", organic)
    ]
    territory = card.rights.get("territory")
    if territory:
        words.append(_("in %(country)s", country=country_name(str(territory))))
    paid = amplification_text(card)
    if paid:
        words.append(paid)
    words.append(
        _("use for training AI is included")
        if card.rights.get("ai_training")
        else _("no use for training AI")
    )
    return _(", ").join(words)

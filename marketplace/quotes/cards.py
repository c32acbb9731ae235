"""The price card: one object that both sides read, on pages, in the API, in mail and in PDF."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marketplace.fees.domain import Fee
from marketplace.quotes.breakdown import CancellationValue, Part, PriceBreakdown
from marketplace.quotes.charges import Charges
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.policy_records import CancellationStage, PolicyRecord, payable_until
from marketplace.quotes.schedule import Schedule, last_day
from marketplace.quotes.sources import Offer


@dataclass(frozen=True, slots=True)
class PriceCard:
    """The whole price in minor units of `currency`. Before a quote exists the last six fields are None.

    The influencer receives `net_minor`, at the latest on `released_by_on`; `supply_tax_minor` of it is tax that they owe
    themselves. `processing_minor` is inside the fee. `payable_until` is the last moment to accept it and to open a payment page, and the one shown.
    """

    title: str
    currency: str
    base_minor: int
    rights_minor: int
    exclusivity_minor: int
    rush_minor: int
    net_minor: int
    fee_bps: int
    fee_minor: int
    processing_minor: int
    tax_bps: int
    tax_country: str
    tax_source: str
    tax_minor: int
    supply_tax_bps: int
    supply_tax_country: str
    supply_tax_minor: int
    total_minor: int
    processing_cost_borne_by: str
    parts: tuple[Part, ...]
    cancellation: tuple[CancellationValue, ...]
    rights: dict[str, Any]
    exclusivity: dict[str, Any]
    due_on: date
    posting_from: date | None
    posting_until: date | None
    released_by_on: date
    policy_version: str
    fee_version: str
    quote_id: str | None = None
    status: str | None = None
    hash: str | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None
    payable_until: datetime | None = None

    @property
    def receives_minor(self) -> int:
        """What reaches the influencer: the listed price, whole."""
        return self.net_minor

    @property
    def fee(self) -> Fee:
        """What the platform takes, with the part of it that is the cost of the payment."""
        return Fee(self.fee_bps, self.fee_minor - self.processing_minor, self.processing_minor)


def preview_card(offer: Offer, breakdown: PriceBreakdown, *, charges: Charges) -> PriceCard:
    """Return the card of something that is not quoted yet."""
    price, schedule, policy = breakdown.price, offer.schedule, charges.policy
    supply = breakdown.supply_tax
    return PriceCard(
        title=offer.title,
        currency=price.currency,
        base_minor=price.base_minor,
        rights_minor=price.rights_minor,
        exclusivity_minor=price.exclusivity_minor,
        rush_minor=price.rush_minor,
        net_minor=price.net_minor,
        fee_bps=breakdown.fee.bps,
        fee_minor=breakdown.fee_minor,
        processing_minor=breakdown.fee.processing_minor,
        tax_bps=breakdown.tax.bps,
        tax_country=breakdown.tax.country,
        tax_source=breakdown.tax.source,
        tax_minor=breakdown.tax_minor,
        supply_tax_bps=supply.bps if supply is not None else 0,
        supply_tax_country=supply.country if supply is not None else "",
        supply_tax_minor=breakdown.supply_tax_minor,
        total_minor=breakdown.total_minor,
        processing_cost_borne_by=str(charges.fees.cost_bearer),
        parts=breakdown.parts,
        cancellation=breakdown.cancellation,
        rights=offer.rights,
        exclusivity=offer.exclusivity,
        due_on=schedule.due_on,
        posting_from=schedule.posting_from,
        posting_until=schedule.posting_until,
        released_by_on=policy.calendar.local_date(last_day(policy, schedule)),
        policy_version=policy.version,
        fee_version=charges.fees.version,
    )


def card_of_quote(quote: Quote, terms: TermsSnapshot) -> PriceCard:
    """Return the card of a stored quote, from what was stored only."""
    policy = PolicyRecord.from_plain(quote.policy["record"])
    schedule = schedule_of(terms)
    tax, supply = quote.policy["tax"], quote.policy.get("supply_tax") or {}
    return PriceCard(
        title=terms.title,
        currency=quote.currency,
        base_minor=quote.base_minor,
        rights_minor=quote.rights_minor,
        exclusivity_minor=quote.exclusivity_minor,
        rush_minor=quote.rush_minor,
        net_minor=quote.net_minor,
        fee_bps=quote.policy["fee_bps"],
        fee_minor=quote.fee_minor,
        processing_minor=quote.policy.get("processing_minor", 0),
        tax_bps=tax["bps"],
        tax_country=tax["country"],
        tax_source=tax["source"],
        tax_minor=quote.tax_minor,
        supply_tax_bps=supply.get("bps", 0),
        supply_tax_country=supply.get("country", ""),
        supply_tax_minor=supply.get("included_minor", 0),
        total_minor=quote.total_minor,
        processing_cost_borne_by=_cost_bearer(quote),
        parts=parts_of(quote),
        cancellation=tuple(_cancellation_value(row) for row in quote.cancellation),
        rights=terms.rights,
        exclusivity=terms.exclusivity,
        due_on=terms.due_on,
        posting_from=terms.posting_from,
        posting_until=terms.posting_until,
        released_by_on=policy.calendar.local_date(last_day(policy, schedule)),
        policy_version=quote.policy_version,
        fee_version=_fee_version(quote),
        quote_id=quote.id,
        status=quote.status,
        hash=quote.hash,
        created_at=quote.created_at,
        expires_at=quote.expires_at,
        payable_until=payable_until(quote.expires_at, policy.plain),
    )


def _cost_bearer(quote: Quote) -> str:
    """Return who bears the payment's cost; quotes made before fees were records of the site have it among the clocks."""
    held: dict[str, Any] = quote.policy.get("fees") or quote.policy["record"]
    return str(held["processing_cost_borne_by"])


def _fee_version(quote: Quote) -> str:
    fees = quote.policy.get("fees")
    return str(fees["version"]) if fees else quote.policy_version


def schedule_of(terms: TermsSnapshot) -> Schedule:
    """Return the schedule that the terms froze."""
    return Schedule(terms.due_on, terms.turnaround_days, terms.posting_from, terms.posting_until)


def parts_of(quote: Quote) -> tuple[Part, ...]:
    """Return the quote's amounts per deliverable."""
    names = ("number", "kind", "title", "net_minor", "fee_minor", "tax_minor")
    return tuple(Part(*(row[name] for name in names)) for row in quote.parts)


def _cancellation_value(row: dict[str, Any]) -> CancellationValue:
    return CancellationValue(
        CancellationStage(row["stage"]),
        row["influencer_share_bps"],
        row["influencer_minor"],
        row["refund_minor"],
    )

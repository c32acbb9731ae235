"""Freezing terms and deriving quotes from them. Callers (deals) have authorised the intention behind each."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.brands.models import Brand
from marketplace.errors import Conflict
from marketplace.outbox import operations as outbox
from marketplace.policies import Actor
from marketplace.quotes.breakdown import PriceBreakdown, break_down, hash_of
from marketplace.quotes.cards import schedule_of
from marketplace.quotes.charges import Charges
from marketplace.quotes.charging import charges_at
from marketplace.quotes.domain import DealPath, QuoteStatus
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.policy_records import PolicyRecord, payable_until, policy_at
from marketplace.quotes.pricing import ListedPrice, Piece
from marketplace.quotes.queries import count_fulfilled
from marketplace.quotes.schedule import check_hold
from marketplace.quotes.sources import Offer
from marketplace.settlement import currencies_at, refuse_currency
from marketplace.taxes.queries import tax_country
from marketplace.taxes.sides import TaxSide
from marketplace.web.language import lazy_gettext as _

ONE_DAY = timedelta(days=1)


class TermsExpired(Conflict):
    """The influencer's consent is older than its validity: they must consent again."""

    code: ClassVar[str] = "terms_expired"


class QuoteNotOpen(Conflict):
    """The quote was accepted, withdrawn or replaced, or its time ran out."""

    code: ClassVar[str] = "quote_not_open"


class QuoteExpired(QuoteNotOpen):
    """The quote's 48 hours are over; a new one can be made while the terms hold."""

    code: ClassVar[str] = "quote_expired"


class QuoteChanged(Conflict):
    """The hash the brand saw is not that of the quote."""

    code: ClassVar[str] = "quote_changed"


def freeze_terms(
    session: Session, offer: Offer, *, path: DealPath, brand_id: str, influencer_id: str, now: datetime
) -> TermsSnapshot:
    """Store what the influencer consents to, valid as long as the policy says.

    Raises:
        CurrencyNotServed: the site's provider would convert the payment.

    """
    price, schedule = offer.price, offer.schedule
    refuse_currency(price.currency, currencies_at(session, now))
    terms = TermsSnapshot(
        path=path,
        title=offer.title,
        brand_id=brand_id,
        influencer_id=influencer_id,
        brief_version_id=offer.brief_version_id,
        listing_version_id=offer.listing_version_id,
        currency=price.currency,
        base_minor=price.base_minor,
        rights_minor=price.rights_minor,
        exclusivity_minor=price.exclusivity_minor,
        rush_minor=price.rush_minor,
        net_minor=price.net_minor,
        deliverables=[piece.as_plain() for piece in price.pieces],
        criteria=list(offer.criteria),
        rights=offer.rights,
        exclusivity=offer.exclusivity,
        requires_disclosure=offer.requires_disclosure,
        due_on=schedule.due_on,
        turnaround_days=schedule.turnaround_days,
        posting_from=schedule.posting_from,
        posting_until=schedule.posting_until,
        created_at=now,
        expires_at=now + policy_at(now).terms_valid,
    )
    session.add(terms)
    session.flush()
    return terms


def quote_terms(session: Session, *, actor: Actor, terms: TermsSnapshot, now: datetime) -> Quote:
    """Derive the brand's quote from frozen terms, unchanged: fee, tax and clocks of the policy in force now.

    Raises:
        TermsExpired: the influencer's consent no longer holds.
        ScheduleOutlivesHold, PriceNotPayable, CurrencyNotServed: nothing that could be paid.

    """
    if now >= terms.expires_at:
        raise TermsExpired(_("The influencer's offer is no longer valid. Ask them again."))
    charges = charges_at(session, now, influencer_id=terms.influencer_id)
    check_hold(charges.policy, schedule_of(terms), now=now)
    brand = session.get_one(Brand, terms.brand_id)
    breakdown = break_down(
        price_of(terms),
        country=tax_country(session, side=TaxSide.BRAND, subject_id=brand.id, otherwise=brand.country),
        completed_count=count_fulfilled(session, brand_id=terms.brand_id, influencer_id=terms.influencer_id),
        charges=charges,
    )
    quote = Quote(**_quote_columns(terms, breakdown, charges=charges, now=now))
    session.add(quote)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="quote.created",
        subject_type="quote",
        subject_id=quote.id,
        now=now,
        after={"hash": quote.hash, "total_minor": quote.total_minor, "currency": quote.currency},
    )
    outbox.put(session, "quote.created", {"quote_id": quote.id}, now=now, key=f"quote.created:{quote.id}")
    return quote


def withdraw_quote(
    session: Session, *, actor: Actor, quote: Quote, status: QuoteStatus, now: datetime
) -> None:
    """Close an open quote as withdrawn or expired; one that is not open stays as it is."""
    if quote.status != QuoteStatus.OPEN:
        return
    quote.status = status
    session.flush()
    audit.record(
        session,
        actor=actor,
        action=f"quote.{status}",
        subject_type="quote",
        subject_id=quote.id,
        now=now,
        before={"status": QuoteStatus.OPEN},
        after={"status": status},
    )


def take_quote(session: Session, *, actor: Actor, quote: Quote, seen_hash: str | None, now: datetime) -> None:
    """Mark a locked quote as accepted by the actor, if it is still what they saw.

    Raises:
        QuoteNotOpen, QuoteExpired, QuoteChanged: see their classes.

    """
    if quote.status != QuoteStatus.OPEN:
        raise QuoteNotOpen(
            _("This quote can no longer be accepted. Reload the page to see what became of it.")
        )
    if now >= quote.expires_at:
        raise QuoteExpired(_("This quote has expired. Ask for a new one; the price may have changed."))
    if now > payable_until(quote.expires_at, quote.policy["record"]):
        raise QuoteExpired(
            _("Too little time is left to pay for this quote. Ask for a new one; the price may have changed.")
        )
    if seen_hash is not None and seen_hash != quote.hash:
        raise QuoteChanged(_("The quote is not the one you saw. Read it again before you accept."))
    quote.status, quote.accepted_at, quote.accepted_by = QuoteStatus.ACCEPTED, now, actor.user_id
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="quote.accepted",
        subject_type="quote",
        subject_id=quote.id,
        now=now,
        before={"status": QuoteStatus.OPEN},
        after={"status": QuoteStatus.ACCEPTED, "hash": quote.hash},
    )


def price_of(terms: TermsSnapshot) -> ListedPrice:
    """Return the listed price that the terms froze."""
    return ListedPrice(
        currency=terms.currency,
        base_minor=terms.base_minor,
        rights_minor=terms.rights_minor,
        exclusivity_minor=terms.exclusivity_minor,
        rush_minor=terms.rush_minor,
        turnaround_days=terms.turnaround_days,
        pieces=tuple(Piece(**row) for row in terms.deliverables),
    )


def _expiry(breakdown: PriceBreakdown, policy: PolicyRecord, *, now: datetime) -> datetime:
    """Return until when a quote holds: its time, and no longer than the rates of tax that it names."""
    rates = (breakdown.tax, breakdown.supply_tax)
    ends = [rate.until for rate in rates if rate is not None and rate.until is not None]
    changes = [policy.calendar.start_of_day(last_day + ONE_DAY) for last_day in ends]
    return min([now + policy.quote_valid, *changes])


def _quote_columns(
    terms: TermsSnapshot, breakdown: PriceBreakdown, *, charges: Charges, now: datetime
) -> dict[str, Any]:
    price, policy, supply = breakdown.price, charges.policy, breakdown.supply_tax
    columns: dict[str, Any] = {
        "path": terms.path,
        "terms_id": terms.id,
        "brand_id": terms.brand_id,
        "influencer_id": terms.influencer_id,
        "currency": price.currency,
        "base_minor": price.base_minor,
        "rights_minor": price.rights_minor,
        "exclusivity_minor": price.exclusivity_minor,
        "rush_minor": price.rush_minor,
        "net_minor": price.net_minor,
        "fee_minor": breakdown.fee_minor,
        "tax_minor": breakdown.tax_minor,
        "total_minor": breakdown.total_minor,
        "parts": [part.as_plain() for part in breakdown.parts],
        "cancellation": [value.as_plain() for value in breakdown.cancellation],
        "policy": {
            "fee_bps": breakdown.fee.bps,
            "processing_minor": breakdown.fee.processing_minor,
            "fees": charges.fees.as_plain(),
            "tax": breakdown.tax.as_plain(),
            "supply_tax": supply.as_plain() | {"included_minor": breakdown.supply_tax_minor}
            if supply is not None
            else None,
            "record": dict(policy.plain),
        },
        "policy_version": policy.version,
    }
    expires_at = _expiry(breakdown, policy, now=now)
    times = {"created_at": now.isoformat(), "expires_at": expires_at.isoformat()}
    seen = {**columns, "terms": terms.as_agreed(), **times}
    return columns | {
        "status": QuoteStatus.OPEN,
        "created_at": now,
        "expires_at": expires_at,
        "hash": hash_of(seen),
    }

"""The plain objects that pages, API and mail read about applications, invitations and orders."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """What a list says about a quote; the whole of it is `quotes.queries.price_card`."""

    id: str
    status: str
    total_minor: int
    expires_at: datetime
    payable_until: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What the influencer agreed to: what they receive, until when that holds, when work is due."""

    terms_id: str
    currency: str
    net_minor: int
    expires_at: datetime
    due_on: date


@dataclass(frozen=True, slots=True)
class Person:
    """An influencer in a list."""

    id: str
    handle: str
    name: str
    name_ar: str
    city: str
    country: str | None


@dataclass(frozen=True, slots=True)
class BriefLine:
    """A brief in a list, with its brand."""

    id: str
    title: str
    status: str
    brand_id: str
    brand_name: str
    brand_name_ar: str


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """`booking_id` is found by the quote: see `bookings.queries.find_booking_of_quote`."""

    id: str
    status: str
    pitch: str
    brief: BriefLine
    influencer: Person
    consent: Consent
    quote: QuoteLine | None
    refusal_code: str | None
    refusal_note: str
    seen_at: datetime | None
    answered_at: datetime | None
    created_at: datetime
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InvitationView:
    """`consent` is None until the influencer accepts."""

    id: str
    status: str
    message: str
    brief: BriefLine
    influencer: Person
    brief_version_id: str
    listing_version_id: str | None
    match_run_id: str | None
    consent: Consent | None
    quote: QuoteLine | None
    refusal_code: str | None
    refusal_note: str
    answered_at: datetime | None
    created_at: datetime
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order before it is booked; afterwards its booking's room tells the story."""

    id: str
    status: str
    message: str
    title: str
    brand_id: str
    influencer: Person
    listing_id: str
    consent: Consent
    quote: QuoteLine
    created_at: datetime
    actions: tuple[str, ...]

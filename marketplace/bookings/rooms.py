"""The plain objects that pages, API and mail read: a booking's room and the lines of lists. No rows leave queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.bookings.next_step import Step
from marketplace.quotes.cards import PriceCard


@dataclass(frozen=True, slots=True)
class PartyView:
    """One side as the other sees it. Brands have no handle."""

    id: str
    name: str
    name_ar: str
    handle: str = ""


@dataclass(frozen=True, slots=True)
class FileView:
    id: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    storage_key: str


@dataclass(frozen=True, slots=True)
class ChangeRequestView:
    criterion_id: str
    note: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """One version, newest last, with what was asked to change in it."""

    id: str
    number: int
    text: str
    links: tuple[str, ...]
    files: tuple[FileView, ...]
    status: str
    created_at: datetime
    decided_at: datetime | None
    change_request: ChangeRequestView | None


@dataclass(frozen=True, slots=True)
class PublicationView:
    id: str
    number: int
    url: str
    disclosure: str
    posted_at: datetime
    proof_file_id: str | None
    status: str
    refusal_note: str
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class EvidenceView:
    author_side: str
    text: str
    links: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ContestView:
    id: str
    kind: str
    opened_side: str
    criteria: tuple[str, ...]
    statement: str
    statement_ar: str
    opened_at: datetime
    evidence_until: datetime
    rule_before: datetime
    shown_at: datetime | None
    look_until: datetime | None
    ruled_at: datetime | None
    share_bps: int | None
    reason_en: str
    reason_ar: str
    appeal_until: datetime | None
    brand_accepted_at: datetime | None
    influencer_accepted_at: datetime | None
    appealed_at: datetime | None
    added_criteria: tuple[dict[str, Any], ...]
    closed_at: datetime | None
    closed_how: str | None
    evidence: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True)
class CancellationToday:
    """What a cancellation by the brand would give each side for one deliverable if it came now."""

    stage: str
    share_bps: int
    influencer_minor: int
    refund_minor: int


@dataclass(frozen=True, slots=True)
class DeliverableView:
    """One deliverable. `actions` holds the codes of DeliverableAction that the reader may use now."""

    id: str
    number: int
    kind: str
    platform: str
    title: str
    is_published: bool
    status: str
    net_minor: int
    fee_minor: int
    tax_minor: int
    total_minor: int
    due_at: datetime | None
    overdue_at: datetime | None
    posting_from: date | None
    posting_until: date | None
    posting_before: datetime | None
    review_until: datetime | None
    contest_until: datetime | None
    appeal_until: datetime | None
    rounds_used: int
    rounds_max: int
    approved_at: datetime | None
    approved_how: str | None
    released_at: datetime | None
    refunded_at: datetime | None
    share_bps: int | None
    release_minor: int
    refund_minor: int
    parked_reason: str | None
    closed_reason: str | None
    step: Step
    actions: tuple[str, ...]
    cancellation: CancellationToday | None
    submissions: tuple[SubmissionView, ...]
    publications: tuple[PublicationView, ...]
    contest: ContestView | None


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the room, newest last: an event (`kind`, `params`) or a message (`kind` is "message", `text`)."""

    at: datetime
    side: str
    actor_id: str | None
    kind: str
    params: dict[str, Any]
    text: str
    deliverable_id: str | None


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock that runs, as both sides see it."""

    kind: str
    due_at: datetime
    deliverable_id: str | None


@dataclass(frozen=True, slots=True)
class BookingRoom:
    """Everything the room shows, the same for both sides but for `side`, `actions` and `deliverables[].actions`.

    `actions` holds codes of BookingAction the reader may use, and "pay" and "message".
    """

    id: str
    title: str
    path: str
    status: str
    side: str
    currency: str
    net_minor: int
    total_minor: int
    revision: int
    brand: PartyView
    influencer: PartyView
    brief_id: str | None
    listing_id: str | None
    order_message: str
    card: PriceCard
    criteria: tuple[dict[str, Any], ...]
    requires_disclosure: bool
    created_at: datetime
    pay_before: datetime
    payable_until: datetime
    payment_started_at: datetime | None
    funded_at: datetime | None
    accept_before: datetime | None
    activated_at: datetime | None
    completed_at: datetime | None
    hold_until: datetime | None
    #: how long the influencer may contest a cancellation, and how long a mark for their own is seen
    contest_time: timedelta
    strike_time: timedelta
    frozen_at: datetime | None
    frozen_reason: str | None
    closed_reason: str | None
    cancelled_by: str | None
    step: Step
    actions: tuple[str, ...]
    deliverables: tuple[DeliverableView, ...]
    clocks: tuple[ClockView, ...]
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class BookingLine:
    """A booking in a list."""

    id: str
    title: str
    path: str
    status: str
    currency: str
    net_minor: int
    total_minor: int
    brand: PartyView
    influencer: PartyView
    created_at: datetime
    is_frozen: bool
    is_disputed: bool
    step: Step


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits for the reader. `path_id` is the id of a booking, quote, invitation or brief by `about`.

    `work`: kind and platform of the piece of work it is about, where the booking has several; the amount is then its.
    """

    about: str
    path_id: str
    title: str
    other: PartyView | None
    step: Step
    currency: str | None = None
    amount_minor: int | None = None
    count: int | None = None
    work: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """What needs the reader, in the order of deadlines, and the bookings that go on."""

    needs: tuple[Need, ...]
    bookings: tuple[BookingLine, ...]

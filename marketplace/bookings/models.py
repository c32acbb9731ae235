"""Bookings: the contract, what is owed, what was handed in, every clock, every event."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.bookings.domain import (
    BookingStatus,
    ContestKind,
    DeliverableStatus,
    PublicationStatus,
    SubmissionStatus,
    TimerKind,
)
from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id
from marketplace.quotes.domain import DealPath


class Booking(Base):
    """One accepted quote and its one payment. `revision` grows with every change (optimistic lock)."""

    __tablename__ = "booking"
    __table_args__ = (one_of("status", BookingStatus), one_of("path", DealPath))

    id: Mapped[str] = id_column(default=new_id)
    quote_id: Mapped[str] = mapped_column(ForeignKey("quote.id"), unique=True)
    terms_id: Mapped[str] = mapped_column(ForeignKey("terms_snapshot.id"))
    path: Mapped[str] = mapped_column(String(20))
    brief_id: Mapped[str | None] = mapped_column(ForeignKey("brief.id"), index=True)
    listing_id: Mapped[str | None] = mapped_column(ForeignKey("listing.id"))
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"), index=True)
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(24), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    net_minor: Mapped[int]
    total_minor: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    pay_before: Mapped[datetime]
    payment_started_at: Mapped[datetime | None]
    #: the brand is done on the payment page, and its bank has not confirmed yet
    payment_pending_since: Mapped[datetime | None]
    funded_at: Mapped[datetime | None]
    accept_before: Mapped[datetime | None]
    activated_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    closed_reason: Mapped[str | None] = mapped_column(String(40))
    frozen_at: Mapped[datetime | None]
    frozen_reason: Mapped[str | None] = mapped_column(String(500))
    cancelled_by: Mapped[str | None] = mapped_column(String(20))


class Deliverable(Base):
    """One piece owed and the part of the held payment that pays for it (amounts fixed by the quote)."""

    __tablename__ = "deliverable"
    __table_args__ = (
        one_of("status", DeliverableStatus),
        UniqueConstraint("booking_id", "number"),
        CheckConstraint("rounds_used >= 0", name="rounds_counted"),
    )

    id: Mapped[str] = id_column(default=new_id)
    booking_id: Mapped[str] = mapped_column(ForeignKey("booking.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    platform: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(160))
    is_published: Mapped[bool]
    status: Mapped[str] = mapped_column(String(24))
    net_minor: Mapped[int]
    fee_minor: Mapped[int]
    tax_minor: Mapped[int]
    due_at: Mapped[datetime | None]
    #: from then on the brand may take the deliverable's money back with one click
    overdue_at: Mapped[datetime | None]
    posting_from: Mapped[date | None]
    posting_until: Mapped[date | None]
    #: when the live post must be handed in at the latest, once the work was approved
    posting_before: Mapped[datetime | None]
    #: when the brand's silence approves the submission or confirms the publication
    review_until: Mapped[datetime | None]
    #: until when the influencer may contest a change request or a cancellation
    contest_until: Mapped[datetime | None]
    #: until when either side may appeal against a ruling; its money waits so long
    appeal_until: Mapped[datetime | None]
    rounds_used: Mapped[int] = mapped_column(default=0)
    approved_at: Mapped[datetime | None]
    approved_how: Mapped[str | None] = mapped_column(String(20))
    released_at: Mapped[datetime | None]
    refunded_at: Mapped[datetime | None]
    #: the influencer's share of the net, in basis points, once it was decided (approval, cancellation, ruling)
    share_bps: Mapped[int | None]
    #: what that decision sends to the influencer and back to the brand
    release_minor: Mapped[int] = mapped_column(default=0)
    refund_minor: Mapped[int] = mapped_column(default=0)
    #: why an owed release waits (payout_account_missing, ...)
    parked_reason: Mapped[str | None] = mapped_column(String(64))
    closed_reason: Mapped[str | None] = mapped_column(String(40))


class Submission(Base):
    """One version handed in; never changed."""

    __tablename__ = "submission"
    __table_args__ = (one_of("status", SubmissionStatus), UniqueConstraint("deliverable_id", "number"))

    id: Mapped[str] = id_column(default=new_id)
    deliverable_id: Mapped[str] = mapped_column(ForeignKey("deliverable.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    links: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class SubmissionFile(Base):
    """A stored file of a submission; images are re-encoded, `sha256` is of what we keep."""

    __tablename__ = "submission_file"
    __table_args__ = (UniqueConstraint("submission_id", "storage_key"),)

    id: Mapped[str] = id_column(default=new_id)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(60))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class ChangeRequest(Base):
    """One round: what must change and which criterion it fails."""

    __tablename__ = "change_request"

    id: Mapped[str] = id_column(default=new_id)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), unique=True)
    criterion_id: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]


class Publication(Base):
    """The live post with its proof of disclosure."""

    __tablename__ = "publication"
    __table_args__ = (one_of("status", PublicationStatus), UniqueConstraint("deliverable_id", "number"))

    id: Mapped[str] = id_column(default=new_id)
    deliverable_id: Mapped[str] = mapped_column(ForeignKey("deliverable.id"), index=True)
    number: Mapped[int]
    url: Mapped[str] = mapped_column(String(500))
    disclosure: Mapped[str] = mapped_column(String(200))
    posted_at: Mapped[datetime]
    proof_file_id: Mapped[str | None] = mapped_column(ForeignKey("submission_file.id"))
    status: Mapped[str] = mapped_column(String(20))
    refusal_note: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class Timer(Base):
    """A deadline. Fired or cancelled once; `key` keeps one live timer per matter."""

    __tablename__ = "timer"
    __table_args__ = (one_of("kind", TimerKind), Index("ix_timer_due", "closed_at", "due_at"))

    id: Mapped[str] = id_column(default=new_id)
    booking_id: Mapped[str] = mapped_column(ForeignKey("booking.id"), index=True)
    deliverable_id: Mapped[str | None] = mapped_column(ForeignKey("deliverable.id"))
    kind: Mapped[str] = mapped_column(String(24))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    due_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))


class Reminder(Base):
    """A reminder before silence counts; `accepted_at` is when the mail and notice adapters took it."""

    __tablename__ = "reminder"

    id: Mapped[str] = id_column(default=new_id)
    deliverable_id: Mapped[str] = mapped_column(ForeignKey("deliverable.id"), index=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]


class BookingEvent(Base):
    """A line in the room of a booking, the same for both sides; the sentence is made from `kind` and `params`."""

    __tablename__ = "booking_event"
    __table_args__ = (Index("ix_booking_event_room", "booking_id", "at"),)

    id: Mapped[str] = id_column(default=new_id)
    booking_id: Mapped[str] = mapped_column(ForeignKey("booking.id"))
    deliverable_id: Mapped[str | None] = mapped_column(ForeignKey("deliverable.id"))
    at: Mapped[datetime]
    #: the booking's revision, which orders what happened at one moment
    number: Mapped[int]
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, Any]]


class Message(Base):
    """A message between the parties of a booking; it decides nothing."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_room", "booking_id", "at"),)

    id: Mapped[str] = id_column(default=new_id)
    booking_id: Mapped[str] = mapped_column(ForeignKey("booking.id"))
    #: counted with the events of the room
    number: Mapped[int]
    author_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    author_side: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Strike(Base):
    """A mark against a side for not performing; it expires."""

    __tablename__ = "strike"

    id: Mapped[str] = id_column(default=new_id)
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("booking.id"))
    reason: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    #: an operator found that it was given wrongly
    withdrawn_at: Mapped[datetime | None]


#: contests of which a deliverable has one: that of its work, and one of its post at a time
_ONE_AT_A_TIME = text("kind = 'work' OR closed_at IS NULL")


class Contest(Base):
    """A disagreement between the parties about one deliverable, from its opening to the ruling that stands.

    `share_bps`, `reason_en` and `reason_ar` are those of the newest ruling; each ruling has a row of its own. That of
    a post leaves the deliverable's status alone: its stage is read from its own times (`contest_stages`).
    """

    __tablename__ = "contest"
    __table_args__ = (
        CheckConstraint("share_bps >= 0 AND share_bps <= 10000", name="share_bounded"),
        one_of("kind", ContestKind),
        Index("ix_contest_deliverable", "deliverable_id", "opened_at"),
        Index(
            "uq_contest_one_at_a_time",
            "deliverable_id",
            "kind",
            unique=True,
            sqlite_where=_ONE_AT_A_TIME,
            postgresql_where=_ONE_AT_A_TIME,
        ),
    )

    id: Mapped[str] = id_column(default=new_id)
    deliverable_id: Mapped[str] = mapped_column(ForeignKey("deliverable.id"))
    booking_id: Mapped[str] = mapped_column(ForeignKey("booking.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12), default=ContestKind.WORK)
    opened_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    opened_side: Mapped[str] = mapped_column(String(20))
    #: the deliverable's status before, and the share a cancellation had decided
    previous_status: Mapped[str] = mapped_column(String(24))
    previous_share_bps: Mapped[int | None]
    #: ids of the criteria that are disputed, and their kinds as ",label,other," for finding similar cases
    criteria: Mapped[list[Any]]
    criterion_kinds: Mapped[str] = mapped_column(String(120), default="")
    #: criteria that the policy of the deal adds to the agreed ones, as {"id", "kind", "text", "text_ar", "weight"}
    added_criteria: Mapped[list[Any]] = mapped_column(default=list)
    statement: Mapped[str] = mapped_column(Text)
    #: of an operator's report: the same in Arabic
    statement_ar: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime]
    evidence_until: Mapped[datetime]
    rule_before: Mapped[datetime]
    #: of a post: when the influencer said that it is up, and when the brand's silence agrees
    shown_at: Mapped[datetime | None]
    look_until: Mapped[datetime | None]
    ruled_at: Mapped[datetime | None]
    ruled_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    share_bps: Mapped[int | None]
    reason_en: Mapped[str] = mapped_column(Text, default="")
    reason_ar: Mapped[str] = mapped_column(Text, default="")
    appeal_until: Mapped[datetime | None]
    #: who said that the ruling is good as it is
    brand_accepted_at: Mapped[datetime | None]
    influencer_accepted_at: Mapped[datetime | None]
    appealed_at: Mapped[datetime | None]
    #: when it was over, and what ended it; unknown of a few that ended before this was kept
    closed_at: Mapped[datetime | None]
    closed_how: Mapped[str | None] = mapped_column(String(12))
    #: of a post: which report of it this is
    number: Mapped[int] = mapped_column(default=1, server_default="1")


class ContestRuling(Base):
    """What an operator decided about a contest: the first ruling, or the one on its appeal by somebody else."""

    __tablename__ = "contest_ruling"
    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        CheckConstraint("number IN (1, 2)", name="one_appeal"),
        CheckConstraint("share_bps >= 0 AND share_bps <= 10000", name="share_bounded"),
        CheckConstraint("ruled_before_by IS NULL OR ruled_before_by <> ruled_by", name="another_operator"),
        CheckConstraint("approved_by IS NULL OR approved_by <> ruled_by", name="two_persons"),
        CheckConstraint("number = 1 OR ruled_before_by IS NOT NULL", name="appeal_names_the_first"),
        Index("ix_contest_ruling_at", "at"),
    )

    id: Mapped[str] = id_column(default=new_id)
    contest_id: Mapped[str] = mapped_column(ForeignKey("contest.id"))
    number: Mapped[int]
    #: criterion id -> {"verdict", "en", "ar"}: what was found, and why in both languages where it was said
    verdicts: Mapped[dict[str, Any]]
    share_bps: Mapped[int]
    reason_en: Mapped[str] = mapped_column(Text)
    reason_ar: Mapped[str] = mapped_column(Text)
    ruled_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    #: the second operator, where so much was at stake that one was needed
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    #: of a ruling on an appeal: who had ruled first
    ruled_before_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]


class ContestAppeal(Base):
    """The one appeal against a ruling."""

    __tablename__ = "contest_appeal"

    id: Mapped[str] = id_column(default=new_id)
    contest_id: Mapped[str] = mapped_column(ForeignKey("contest.id"), unique=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    author_side: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Evidence(Base):
    """What one side adds to a contest while the time for evidence runs."""

    __tablename__ = "contest_evidence"

    id: Mapped[str] = id_column(default=new_id)
    contest_id: Mapped[str] = mapped_column(ForeignKey("contest.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    author_side: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    links: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime]


class EvidenceFile(Base):
    """A stored file of a piece of evidence, kept as those of submissions are."""

    __tablename__ = "contest_evidence_file"
    __table_args__ = (UniqueConstraint("evidence_id", "storage_key"),)

    id: Mapped[str] = id_column(default=new_id)
    evidence_id: Mapped[str] = mapped_column(ForeignKey("contest_evidence.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(60))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]

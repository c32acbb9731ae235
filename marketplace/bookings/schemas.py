"""What a booking's room looks like to programs, and what is handed in over the API."""

from marshmallow import fields

from marketplace.bookings.contests import STATEMENT_MAX
from marketplace.bookings.domain import (
    BookingStatus,
    DeliverableStatus,
    PublicationStatus,
    Side,
    SubmissionStatus,
)
from marketplace.bookings.messages import MESSAGE_MAX
from marketplace.bookings.publication import DISCLOSURE_MAX
from marketplace.bookings.submissions import LINK_MAX, LINKS_MAX, TEXT_MAX
from marketplace.deals.domain import INFLUENCER_REFUSALS
from marketplace.deals.records import NOTE_MAX
from marketplace.influencers.domain import Platform
from marketplace.quotes.domain import DealPath
from marketplace.quotes.schemas import PriceCardSchema
from marketplace.web.cursors import TimePageQuery
from marketplace.web.schema import (
    AnswerSchema,
    day_out,
    moment_out,
    money_out,
    number_out,
    object_out,
    page_of,
    text_out,
    word_out,
    words_out,
)
from marketplace.web.schema_fields import (
    BodySchema,
    Choice,
    ListOf,
    Moment,
    Text,
    WholeNumber,
)
from payments.money import MAX_AMOUNT_MINOR

VERSIONS_MAX = 1_000


class QuoteAcceptSchema(BodySchema):
    """What was read before accepting."""

    seen_hash = Text(
        most=64, least=64, required=True, metadata={"description": "`hash` of the price card you read."}
    )


class OrderDeclineSchema(BodySchema):
    """Why a paid order is declined."""

    code = Choice(INFLUENCER_REFUSALS, required=True)


class CancelSchema(BodySchema):
    """Why a booking is cancelled; both sides read it."""

    reason = Text(most=NOTE_MAX, load_default="")
    seen_refund_minor = WholeNumber(
        least=0,
        most=MAX_AMOUNT_MINOR,
        load_default=None,
        metadata={
            "description": "The sum of `deliverables[].cancellation.refund` as you read it (for an influencer: everything that is not decided). Refused where it is another by now; optional."
        },
    )


class MessageBodySchema(BodySchema):
    """A message to the other side."""

    text = Text(least=1, most=MESSAGE_MAX, required=True)


class SubmissionBodySchema(BodySchema):
    """One version of the work: text, links, or both. Files are handed in on the page of the booking."""

    text = Text(most=TEXT_MAX, load_default="")
    links = ListOf(Text(least=1, most=LINK_MAX), most=LINKS_MAX, load_default=list)


class ApproveSchema(BodySchema):
    """Which version is approved; a newer one is a 409."""

    submission_number = WholeNumber(least=1, most=VERSIONS_MAX, required=True)


class ChangesSchema(BodySchema):
    """Which agreed criterion a version does not meet, and what to change."""

    criterion_id = Text(least=1, most=40, required=True)
    note = Text(least=1, most=2_000, required=True)
    submission_number = WholeNumber(least=1, most=VERSIONS_MAX, required=True)


class PublicationBodySchema(BodySchema):
    """The live post, and how it says that it is an advertisement."""

    url = Text(least=1, most=LINK_MAX, required=True)
    disclosure = Text(least=1, most=DISCLOSURE_MAX, required=True)
    posted_at = Moment(required=True)


class RefusePublicationSchema(BodySchema):
    """What is not as agreed."""

    note = Text(least=1, most=NOTE_MAX, required=True)


class ContestBodySchema(BodySchema):
    """What is disputed and why."""

    criteria = ListOf(Text(least=1, most=40), most=12, load_default=list)
    statement = Text(least=1, most=STATEMENT_MAX, required=True)


class EvidenceBodySchema(BodySchema):
    """What one side adds to a contest."""

    text = Text(least=1, most=STATEMENT_MAX, required=True)
    links = ListOf(Text(least=1, most=LINK_MAX), most=LINKS_MAX, load_default=list)


class ReportBodySchema(BodySchema):
    """What a brand saw of a post that is down before its days are over."""

    statement = Text(least=1, most=STATEMENT_MAX, required=True)
    links = ListOf(Text(least=1, most=LINK_MAX), most=LINKS_MAX, load_default=list)


class BookingQuery(TimePageQuery):
    """Which bookings."""

    status = Choice(BookingStatus)


class StepSchema(AnswerSchema):
    """Who owes what by when."""

    code = text_out()
    owner = text_out(is_optional=True)
    by = moment_out(is_optional=True)
    deliverable_id = text_out(is_optional=True)


class PartySchema(AnswerSchema):
    """One side."""

    id = text_out()
    name = text_out()
    name_ar = text_out()
    handle = text_out(about="Empty for brands.")


class FileSchema(AnswerSchema):
    """A file that was handed in."""

    id = text_out()
    name = text_out()
    media_type = text_out()
    size_bytes = number_out()
    sha256 = text_out()


class ChangeRequestSchema(AnswerSchema):
    """What was to change."""

    criterion_id = text_out()
    note = text_out()
    created_at = moment_out()


class SubmissionSchema(AnswerSchema):
    """One version."""

    id = text_out()
    number = number_out()
    text = text_out()
    links = words_out()
    files = fields.List(fields.Nested(FileSchema))
    status = word_out(SubmissionStatus)
    created_at = moment_out()
    decided_at = moment_out(is_optional=True)
    change_request = fields.Nested(ChangeRequestSchema, allow_none=True)


class PublicationSchema(AnswerSchema):
    """One live post."""

    id = text_out()
    number = number_out()
    url = text_out()
    disclosure = text_out()
    posted_at = moment_out()
    status = word_out(PublicationStatus)
    refusal_note = text_out()
    created_at = moment_out()
    decided_at = moment_out(is_optional=True)


class EvidenceSchema(AnswerSchema):
    """What one side added."""

    author_side = text_out()
    text = text_out()
    links = words_out()
    at = moment_out()


class ContestSchema(AnswerSchema):
    """A disagreement about a deliverable, and the ruling."""

    id = text_out()
    kind = text_out(about="work, or taken_down: about a post that is said to be down.")
    opened_side = text_out()
    criteria = words_out()
    statement = text_out()
    statement_ar = text_out(about="The same in Arabic, where an operator opened it; else empty.")
    opened_at = moment_out()
    evidence_until = moment_out()
    rule_before = moment_out()
    shown_at = moment_out(is_optional=True, about="When the influencer showed the post.")
    look_until = moment_out(is_optional=True, about="When the brand's silence finds the post that was shown.")
    ruled_at = moment_out(is_optional=True)
    share_bps = number_out(is_optional=True)
    reason_en = text_out()
    reason_ar = text_out()
    appeal_until = moment_out(is_optional=True)
    appealed_at = moment_out(is_optional=True)
    closed_at = moment_out(is_optional=True)
    closed_how = text_out(
        is_optional=True,
        about="ruling, decision (two operators divided the money), chargeback, restore (what was decided before one counts again), or how a report of a post was taken back: brand, silence, operator.",
    )
    added_criteria = fields.List(object_out(about="Set by the policy: id, kind, text and weight."))
    evidence = fields.List(fields.Nested(EvidenceSchema))


class CancellationTodaySchema(AnswerSchema):
    """What a cancellation by the brand would give each side now."""

    stage = text_out()
    share_bps = number_out()
    influencer = money_out()
    refund = money_out()


class DeliverableSchema(AnswerSchema):
    """One piece owed, and the part of the held payment that pays for it."""

    id = text_out()
    number = number_out()
    kind = text_out()
    platform = word_out(Platform)
    title = text_out()
    is_published = fields.Boolean(metadata={"description": "Whether it goes live, or is a file only."})
    status = word_out(DeliverableStatus)
    net = money_out()
    fee = money_out()
    tax = money_out()
    total = money_out()
    due_at = moment_out(is_optional=True)
    overdue_at = moment_out(is_optional=True)
    posting_from = day_out(is_optional=True)
    posting_until = day_out(is_optional=True)
    posting_before = moment_out(is_optional=True)
    review_until = moment_out(is_optional=True, about="When the brand's silence approves or confirms.")
    contest_until = moment_out(is_optional=True)
    rounds_used = number_out()
    rounds_max = number_out()
    approved_at = moment_out(is_optional=True)
    approved_how = text_out(is_optional=True)
    released_at = moment_out(is_optional=True)
    refunded_at = moment_out(is_optional=True)
    share_bps = number_out(is_optional=True)
    release = money_out()
    refund = money_out()
    parked_reason = text_out(is_optional=True)
    closed_reason = text_out(is_optional=True)
    step = fields.Nested(StepSchema)
    actions = words_out("What you may do with it now.")
    cancellation = fields.Nested(CancellationTodaySchema, allow_none=True)
    submissions = fields.List(fields.Nested(SubmissionSchema))
    publications = fields.List(fields.Nested(PublicationSchema))
    contest = fields.Nested(ContestSchema, allow_none=True)


class LineSchema(AnswerSchema):
    """One line of the room: an event, or a message (`kind` is "message")."""

    at = moment_out()
    side = text_out()
    kind = text_out()
    params = object_out(is_optional=True)
    text = text_out()
    deliverable_id = text_out(is_optional=True)


class ClockSchema(AnswerSchema):
    """A clock that runs."""

    kind = text_out()
    due_at = moment_out()
    deliverable_id = text_out(is_optional=True)


class BookingSchema(AnswerSchema):
    """Everything about a booking, the same for both sides but for `side` and `actions`."""

    id = text_out()
    title = text_out()
    path = word_out(DealPath, about="application, invitation or order.")
    status = word_out(BookingStatus)
    side = word_out(Side, about="Yours.")
    currency = text_out()
    net = money_out()
    total = money_out()
    revision = number_out()
    brand = fields.Nested(PartySchema)
    influencer = fields.Nested(PartySchema)
    brief_id = text_out(is_optional=True)
    listing_id = text_out(is_optional=True)
    order_message = text_out()
    card = fields.Nested(PriceCardSchema)
    criteria = fields.List(object_out(about="id, kind, text and weight."))
    requires_disclosure = fields.Boolean()
    created_at = moment_out()
    pay_before = moment_out()
    payable_until = moment_out()
    payment_started_at = moment_out(is_optional=True)
    funded_at = moment_out(is_optional=True)
    accept_before = moment_out(is_optional=True)
    activated_at = moment_out(is_optional=True)
    completed_at = moment_out(is_optional=True)
    hold_until = moment_out(is_optional=True)
    frozen_at = moment_out(is_optional=True)
    frozen_reason = text_out(is_optional=True)
    closed_reason = text_out(is_optional=True)
    cancelled_by = text_out(is_optional=True)
    step = fields.Nested(StepSchema)
    actions = words_out("What you may do now.")
    deliverables = fields.List(fields.Nested(DeliverableSchema))
    clocks = fields.List(fields.Nested(ClockSchema))
    lines = fields.List(fields.Nested(LineSchema))


class BookingLineSchema(AnswerSchema):
    """A booking in a list."""

    id = text_out()
    title = text_out()
    path = word_out(DealPath)
    status = word_out(BookingStatus)
    net = money_out()
    total = money_out()
    brand = fields.Nested(PartySchema)
    influencer = fields.Nested(PartySchema)
    created_at = moment_out()
    is_frozen = fields.Boolean()
    step = fields.Nested(StepSchema)


BookingPageSchema = page_of(BookingLineSchema)

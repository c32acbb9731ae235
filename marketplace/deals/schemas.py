"""What applications, invitations and orders look like to programs."""

from marshmallow import fields

from marketplace.briefs.domain import BriefStatus
from marketplace.deals.domain import (
    BRAND_REFUSALS,
    INFLUENCER_REFUSALS,
    ApplicationStatus,
    InvitationStatus,
    OrderStatus,
)
from marketplace.deals.records import NOTE_MAX, TEXT_MAX
from marketplace.ids import LENGTH
from marketplace.quotes.domain import QuoteStatus
from marketplace.quotes.schemas import ChoicesSchema
from marketplace.web.cursors import TimePageQuery
from marketplace.web.schema import (
    AnswerSchema,
    day_out,
    moment_out,
    money_out,
    number_out,
    page_of,
    text_out,
    word_out,
    words_out,
)
from marketplace.web.schema_fields import (
    BodySchema,
    Choice,
    Part,
    Text,
)


def id_in(**options: object) -> Text:
    """Return a field for the id of something."""
    return Text(least=LENGTH, most=LENGTH, **options)


class ApplicationBodySchema(BodySchema):
    """An application. A brief with listed prices needs the listing version that is offered."""

    pitch = Text(most=TEXT_MAX, required=True)
    listing_version_id = id_in(allow_none=True, load_default=None)


class BrandRefusalSchema(BodySchema):
    """Why an applicant is refused."""

    code = Choice(BRAND_REFUSALS, required=True)
    note = Text(most=NOTE_MAX, load_default="")


class InfluencerRefusalSchema(BodySchema):
    """Why an invitation is declined."""

    code = Choice(INFLUENCER_REFUSALS, required=True)
    note = Text(most=NOTE_MAX, load_default="")


class InvitationBodySchema(BodySchema):
    """Whom to invite."""

    influencer_id = id_in(required=True)
    message = Text(most=TEXT_MAX, load_default="")
    match_run_id = id_in(allow_none=True, load_default=None)
    listing_version_id = id_in(allow_none=True, load_default=None)


class InvitationAcceptSchema(BodySchema):
    """With which listing the influencer accepts, where the brief has listed prices."""

    listing_version_id = id_in(allow_none=True, load_default=None)


class OrderBodySchema(BodySchema):
    """What is ordered: a version of a listing, so that nothing changes underneath."""

    listing_version_id = id_in(required=True)
    choices = Part(ChoicesSchema, load_default=dict)
    message = Text(most=TEXT_MAX, load_default="")


class ApplicationQuery(TimePageQuery):
    """Which applications."""

    brief_id = id_in()
    status = Choice(ApplicationStatus)


class InvitationQuery(TimePageQuery):
    """Which invitations."""

    brief_id = id_in()
    status = Choice(InvitationStatus)


class OrderQuery(TimePageQuery):
    """Which orders."""

    status = Choice(OrderStatus)


class PersonSchema(AnswerSchema):
    """An influencer in a list."""

    id = text_out()
    handle = text_out()
    name = text_out()
    name_ar = text_out()
    city = text_out()
    country = text_out(is_optional=True)


class BriefLineSchema(AnswerSchema):
    """A brief in a list, with its brand."""

    id = text_out()
    title = text_out()
    status = word_out(BriefStatus)
    brand_id = text_out()
    brand_name = text_out()
    brand_name_ar = text_out()


class ConsentSchema(AnswerSchema):
    """What the influencer agreed to, and until when it holds."""

    net = money_out(about="What they receive.")
    expires_at = moment_out()
    due_on = day_out()


class QuoteLineSchema(AnswerSchema):
    """The quote of a deal; the whole of it is at /quotes/{id}."""

    id = text_out()
    status = word_out(QuoteStatus)
    total = money_out()
    expires_at = moment_out()
    payable_until = moment_out()
    hash = text_out()


class ApplicantPlaceSchema(AnswerSchema):
    """Where an applicant stands for the brief. Neither rank nor refusal: too many fit closer."""

    rank = number_out(is_optional=True)
    pool_size = number_out(about="How many were placed.")
    score = fields.Float(allow_none=True, metadata={"description": "0 to 100."})
    refusal = text_out(is_optional=True, about="Code of the hard filter that leaves them out.")
    run_id = text_out(is_optional=True, about="The list that holds their receipt, if it has room for them.")
    computed_at = moment_out()
    is_of_older_brief = fields.Boolean(
        metadata={"description": "Whether the brief was published anew since."}
    )


class ApplicationSchema(AnswerSchema):
    """An influencer's application to a brief."""

    id = text_out()
    status = word_out(ApplicationStatus)
    pitch = text_out()
    brief = fields.Nested(BriefLineSchema)
    influencer = fields.Nested(PersonSchema)
    consent = fields.Nested(ConsentSchema)
    quote = fields.Nested(QuoteLineSchema, allow_none=True)
    refusal_code = text_out(is_optional=True)
    refusal_note = text_out()
    seen_at = moment_out(is_optional=True)
    answered_at = moment_out(is_optional=True)
    created_at = moment_out()
    place = fields.Nested(
        ApplicantPlaceSchema,
        allow_none=True,
        metadata={"description": "For the brand and for operators; null where it was never worked out."},
    )
    actions = words_out("What you may do with it now.")


class InvitationSchema(AnswerSchema):
    """A brand's invitation of an influencer, for a brief."""

    id = text_out()
    status = word_out(InvitationStatus)
    message = text_out()
    brief = fields.Nested(BriefLineSchema)
    influencer = fields.Nested(PersonSchema)
    brief_version_id = text_out()
    listing_version_id = text_out(is_optional=True)
    match_run_id = text_out(is_optional=True)
    consent = fields.Nested(ConsentSchema, allow_none=True)
    quote = fields.Nested(QuoteLineSchema, allow_none=True)
    refusal_code = text_out(is_optional=True)
    refusal_note = text_out()
    answered_at = moment_out(is_optional=True)
    created_at = moment_out()
    actions = words_out("What you may do with it now.")


class OrderSchema(AnswerSchema):
    """A brand's order of a listing."""

    id = text_out()
    status = word_out(OrderStatus)
    message = text_out()
    title = text_out()
    brand_id = text_out()
    influencer = fields.Nested(PersonSchema)
    listing_id = text_out()
    consent = fields.Nested(ConsentSchema)
    quote = fields.Nested(QuoteLineSchema)
    created_at = moment_out()
    actions = words_out("What you may do with it now.")


ApplicationPageSchema = page_of(ApplicationSchema)
InvitationPageSchema = page_of(InvitationSchema)
OrderPageSchema = page_of(OrderSchema)

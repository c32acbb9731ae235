"""What briefs look like to programs: the draft that comes in, the versions that go out."""

from marshmallow import fields

from marketplace.briefs.domain import BriefStatus, CloseReason, CriterionKind, Goal, Pricing
from marketplace.categories import CATEGORIES
from marketplace.influencers.deliverables import DeliverableKind
from marketplace.influencers.domain import Platform
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
    Day,
    Flag,
    ListOf,
    OnlyRead,
    Part,
    Text,
    WholeNumber,
    money_in,
)
from payments.money import CURRENCIES

CODES_MAX = 60


class DraftDeliverableSchema(BodySchema):
    """One kind of work and, with fixed prices, what one piece of it earns the influencer; null is not chosen yet."""

    kind = Choice(DeliverableKind, required=True, allow_none=True)
    count = WholeNumber(least=1, most=20, load_default=1, allow_none=True)
    price = money_in(allow_none=True)


class DraftCriterionSchema(BodySchema):
    """What the work is judged by; the weights of a brief that is handed in add up to 100."""

    kind = Choice(CriterionKind, required=True)
    text = Text(most=300, load_default="")
    weight = WholeNumber(least=1, most=100, load_default=None, allow_none=True)


class BriefContent:
    """What a brand writes: the same fields are sent and read. null, or an empty text, is not filled in yet."""

    language = Choice(("ar", "en"), allow_none=True)
    title = Text(most=160)
    goal = Choice(Goal, allow_none=True)
    product = Text(most=200)
    text = Text(most=8_000)
    category = Choice(CATEGORIES, allow_none=True)
    topics = ListOf(Text(most=40), most=CODES_MAX)
    platforms = ListOf(Choice(Platform), most=len(Platform))
    refused_categories = ListOf(Choice(CATEGORIES), most=CODES_MAX)
    countries = ListOf(Text(most=2, least=2), most=CODES_MAX, metadata={"description": "Of the audience."})
    languages = ListOf(Text(most=8, least=2), most=CODES_MAX, metadata={"description": "Of the audience."})
    share = WholeNumber(
        least=1,
        most=100,
        allow_none=True,
        metadata={"description": "Least share of that audience, in percent."},
    )
    creator_countries = ListOf(Text(most=2, least=2), most=CODES_MAX)
    followers_min = WholeNumber(least=0, most=1_000_000_000, allow_none=True)
    followers_max = WholeNumber(least=0, most=1_000_000_000, allow_none=True)
    followers_reason = Text(most=300)
    pricing = Choice(Pricing, allow_none=True)
    currency = Choice(
        sorted(CURRENCIES), allow_none=True, metadata={"description": "Of every amount of the brief."}
    )
    budget = money_in(allow_none=True)
    seats = WholeNumber(least=1, most=200, allow_none=True)
    starts_on = Day(allow_none=True)
    ends_on = Day(allow_none=True)
    organic_months = WholeNumber(least=0, most=24, allow_none=True)
    amplification_months = WholeNumber(least=0, most=24, allow_none=True)
    territory = Text(most=2, least=2, allow_none=True)
    ai_training = Flag()
    exclusivity_category = Choice(CATEGORIES, allow_none=True)
    exclusivity_days = WholeNumber(least=0, most=180, allow_none=True)
    is_rush = Flag()
    requires_disclosure = Flag()
    deliverables = ListOf(Part(DraftDeliverableSchema), most=10)
    criteria = ListOf(Part(DraftCriterionSchema), most=12)


class BriefDraftSchema(BriefContent, BodySchema):
    """A brief to begin: an empty object begins an empty draft. Nothing is required until it is handed in.

    What is left out begins with the usual values (currency, follower gate, rights, the brand's country and category).
    Handing in checks the whole; title, goal, product, text, category, topics, platforms, budget, dates, deliverables and
    criteria must be there then.
    """

    id = OnlyRead()
    status = OnlyRead()
    revision = OnlyRead()
    as_typed = OnlyRead()
    draft_saved_at = OnlyRead()
    field_notes = OnlyRead()
    is_hidden = OnlyRead()
    published_at = OnlyRead()
    closed_at = OnlyRead()
    close_reason = OnlyRead()
    created_at = OnlyRead()
    updated_at = OnlyRead()
    newest = OnlyRead()
    live = OnlyRead()


class BriefPatchSchema(BriefDraftSchema):
    """Changes of a draft: what is left out stays as it is."""

    revision = WholeNumber(  # type: ignore[assignment]  # marshmallow's way: the nearer declaration counts
        least=1,
        most=1_000_000_000,
        metadata={"description": "What you last read; another one saved since is a 409."},
    )


class BriefSubmitSchema(BodySchema):
    """Which draft is handed in."""

    revision = WholeNumber(least=1, most=1_000_000_000)


class BriefCloseSchema(BodySchema):
    """Why a brief ends; those who applied are told."""

    reason = Choice(CloseReason, required=True)


class BriefQuery(TimePageQuery):
    """Which of the brand's briefs."""

    status = Choice(BriefStatus, load_default="")


class BriefVersionSchema(AnswerSchema):
    """What was handed in; never changed."""

    id = text_out()
    number = number_out()
    language = text_out()
    title = text_out()
    goal = word_out(Goal)
    product = text_out()
    text = text_out()
    category = text_out()
    topics = words_out()
    platforms = words_out()
    deliverables = fields.List(object_out(about="kind, count and, where it is fixed, price."))
    audience = object_out(about="countries, languages and the least share (0 to 1).")
    creator_countries = words_out()
    followers_min = number_out()
    followers_max = number_out()
    followers_reason = text_out()
    currency = text_out()
    budget = money_out(about="For all influencers together.")
    pricing = word_out(Pricing)
    seats = number_out()
    starts_on = day_out()
    ends_on = day_out()
    rights = object_out()
    exclusivity_category = text_out()
    exclusivity_days = number_out()
    is_rush = fields.Boolean()
    requires_disclosure = fields.Boolean()
    refused_categories = words_out()
    criteria = fields.List(object_out(about="id, kind, text and weight."))
    submitted_at = moment_out()


class BriefSchema(BriefContent, AnswerSchema):
    """A brief as its brand sees it: the draft that can be changed, and what was handed in and published of it."""

    id = text_out()
    status = word_out(BriefStatus)
    revision = number_out(about="Grows with every change of the draft.")
    as_typed = object_out(
        about="What was typed on the page and cannot be read as its field's type; that field is left out."
    )
    draft_saved_at = moment_out(is_optional=True)
    field_notes = object_out(about="What the last change request said, by field and language.")
    is_hidden = fields.Boolean()
    published_at = moment_out(is_optional=True)
    closed_at = moment_out(is_optional=True)
    close_reason = word_out(CloseReason, is_optional=True)
    created_at = moment_out()
    updated_at = moment_out()
    newest = fields.Nested(BriefVersionSchema, allow_none=True)
    live = fields.Nested(BriefVersionSchema, allow_none=True)


BriefPageSchema = page_of(BriefSchema)


class BriefBrandSchema(AnswerSchema):
    """The brand of an open brief."""

    id = text_out()
    name = text_out()
    name_ar = text_out()
    country = text_out()
    category = text_out()


class OpenBriefSchema(AnswerSchema):
    """A published brief as influencers see it."""

    id = text_out()
    status = word_out(BriefStatus)
    published_at = moment_out(is_optional=True)
    brand = fields.Nested(BriefBrandSchema)
    version = fields.Nested(BriefVersionSchema)


OpenBriefPageSchema = page_of(OpenBriefSchema)

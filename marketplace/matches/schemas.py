"""What ranked lists and their receipts look like to programs."""

from marshmallow import fields
from marshmallow.validate import Length, OneOf

from marketplace.forecasts.schemas import ForecastSchema
from marketplace.matches.correction_checks import VALUES_MOST
from marketplace.matches.corrections import CorrectionItem
from marketplace.web.schema import (
    AnswerSchema,
    moment_out,
    money_out,
    number_out,
    object_out,
    page_of,
    text_out,
    words_out,
)
from marketplace.web.schema_fields import BodySchema, QuerySchema


class MatchRunSchema(AnswerSchema):
    """One ranking for one version of a brief; stored, so that it can be explained and replayed."""

    id = text_out()
    brief_id = text_out()
    brief_version_id = text_out(is_optional=True)
    created_at = moment_out()
    understood = object_out(
        about="Topics with weights, and words, that the brief was understood by; `loosenings` (refusal's code, how many more"
        " would pass) while few pass; `other_work`, where the topic has specialists who sell another kind of work: how many, and"
        " `kinds` (kind, specialists, how many more would pass) that the correction `other_work` would ask for."
    )
    criteria = object_out(about="What was asked, with what the brand corrected.")
    refusals = object_out(about="Hard filter -> how many influencers it left out.")
    pool_size = number_out(about="How many influencers were looked at.")
    formula_version = text_out()
    generation = text_out(about="State of the search index.")


class CorrectionsBodySchema(BodySchema):
    """What to search for instead of what was understood."""

    corrections = fields.Dict(
        keys=fields.String(validate=OneOf(list(CorrectionItem))),
        values=fields.List(fields.Raw(), allow_none=True, validate=Length(max=VALUES_MOST)),
        required=True,
        validate=Length(min=1),
        metadata={
            "description": "Item -> values as in `criteria`; null takes a correction back. `other_work` are pieces [kind, count]"
            " that fit as well; `audience` and `languages` are those of the audience, `audience_share` is [percent]."
        },
    )


class FacetOptionSchema(AnswerSchema):
    """One choice, and how many places it would leave beside what the other groups ask."""

    value = text_out()
    label = text_out()
    count = number_out()
    everyone = number_out(
        is_optional=True,
        about="How many of all who passed the brief's filters have it; null where that was not counted, or another group narrows.",
    )
    is_on = fields.Boolean()


class FacetGroupSchema(AnswerSchema):
    """Choices that widen each other; groups narrow each other."""

    name = text_out()
    label = text_out()
    options = fields.List(fields.Nested(FacetOptionSchema))


class FacetsSchema(AnswerSchema):
    """A list narrowed by facets: who is left, in the order of the run, of how many."""

    influencer_ids = words_out(about="Best first.")
    total = number_out()
    everyone = number_out(
        is_optional=True, about="How many passed the brief's filters; null for lists of before."
    )
    groups = fields.List(fields.Nested(FacetGroupSchema))


class FacetsQuery(QuerySchema):
    """Codes that are chosen, as often as needed."""

    platform = fields.List(fields.String(), load_default=list)
    country = fields.List(fields.String(), load_default=list)
    city = fields.List(fields.String(), load_default=list)
    language = fields.List(fields.String(), load_default=list)
    topic = fields.List(fields.String(), load_default=list)
    band = fields.List(fields.String(), load_default=list)
    price = fields.List(fields.String(), load_default=list)
    newcomer = fields.List(fields.String(), load_default=list)


class PartSchema(AnswerSchema):
    """One weighed part of a score."""

    name = text_out()
    label = text_out(about="In the reader's language.")
    value = fields.Float()
    weight = fields.Float()
    points = fields.Float(metadata={"description": "What the part takes from 100."})
    state = text_out(about="known, missing or not_asked.")
    note = text_out(about="On what it rests.")
    evidence = object_out(about="The numbers and ids behind the value.")


class AdjustmentSchema(AnswerSchema):
    """A line of its own beside the parts: a newcomer's seeded chance, a full calendar."""

    name = text_out()
    points = fields.Float()
    evidence = object_out(
        about="Of a chance: its seed, the drawn value, how often it reaches the first page."
    )


class FilterSchema(AnswerSchema):
    """One hard filter on one influencer."""

    code = text_out()
    label = text_out()
    is_passed = fields.Boolean()
    is_checked = fields.Boolean()


class ReceiptSchema(AnswerSchema):
    """Why somebody stands where they stand: 100 less the points of the parts, plus the adjustments."""

    run_id = text_out()
    influencer_id = text_out()
    rank = number_out()
    score = fields.Float()
    parts = fields.List(fields.Nested(PartSchema))
    adjustments = fields.List(fields.Nested(AdjustmentSchema))
    filters = fields.List(fields.Nested(FilterSchema))
    reasons = fields.List(fields.String())
    is_distant = fields.Boolean(
        metadata={"description": "Only distantly related to the brief: reached for want of closer ones."}
    )
    formula_version = text_out()
    generation = text_out()
    encoder = text_out()
    computed_at = moment_out()
    forecast = fields.Nested(
        ForecastSchema, allow_none=True, metadata={"description": "What was forecast for the package."}
    )


class SoldWorkSchema(AnswerSchema):
    """How many of one kind of work."""

    kind = text_out()
    count = number_out()


class MatchSchema(AnswerSchema):
    """One place in a list; name and price are today's, the place is that of the run."""

    influencer_id = text_out()
    handle = text_out()
    name = text_out()
    name_ar = text_out()
    country = text_out(is_optional=True)
    city = text_out()
    rank = number_out()
    score = fields.Float()
    listing_id = text_out(is_optional=True)
    price = money_out(is_optional=True)
    work = fields.List(fields.Nested(SoldWorkSchema), metadata={"description": "What the listing holds."})
    receipt = fields.Nested(ReceiptSchema)
    forecast = fields.Nested(ForecastSchema, allow_none=True)


MatchPageSchema = page_of(MatchSchema)

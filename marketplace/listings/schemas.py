"""What listings look like to programs."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from marketplace.influencers.domain import Platform
from marketplace.listings.domain import DeliverableKind, ListingStatus
from marketplace.listings.terms import DAYS_MAX, DESCRIPTION_MAX, TITLE_MAX, ListingTerms
from marketplace.web.countries import country_codes
from marketplace.web.cursors import PlacePageQuery, TimePageQuery
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
)
from marketplace.web.schema_fields import (
    BodySchema,
    Choice,
    ListOf,
    OnlyRead,
    Part,
    PresentChoice,
    QueryNumber,
    Text,
    WholeNumber,
    money_in,
)
from marketplace.web.topic_names import topic_ids
from payments.money import CURRENCIES, MAX_AMOUNT_MINOR

#: field of the terms -> field of the API
AMOUNTS: Mapping[str, str] = {
    "base_minor": "base",
    "amplification_month_minor": "amplification_month",
    "exclusivity_day_minor": "exclusivity_day",
    "rush_minor": "rush",
}


class PieceSchema(BodySchema):
    """How many of one kind of work."""

    kind = Choice(DeliverableKind, required=True)
    count = WholeNumber(least=1, most=20, load_default=1)


class ListingContent:
    """A priced package: the same fields are sent and read. What is listed is what the influencer receives; an extra without a price is not sold."""

    platform = Choice(Platform, required=True)
    title = Text(most=TITLE_MAX, required=True)
    description = Text(most=DESCRIPTION_MAX, required=True)
    deliverables = ListOf(Part(PieceSchema), least=1, most=10, required=True)
    base = money_in(required=True)
    amplification_month = money_in(allow_none=True, load_default=None)
    exclusivity_day = money_in(allow_none=True, load_default=None)
    rush = money_in(allow_none=True, load_default=None)
    rush_days = WholeNumber(least=1, most=DAYS_MAX, allow_none=True, load_default=None)
    turnaround_days = WholeNumber(least=1, most=DAYS_MAX, required=True)


class ListingDraftSchema(ListingContent, BodySchema):
    """A priced package to save. What is listed is what the influencer receives; an extra without a price is not sold."""

    id = OnlyRead()
    status = OnlyRead()
    is_hidden = OnlyRead()
    field_notes = OnlyRead()
    created_at = OnlyRead()
    updated_at = OnlyRead()
    newest = OnlyRead()
    live = OnlyRead()


class ListingVersionSchema(AnswerSchema):
    """What is or was priced."""

    id = text_out(about="Order or apply with this id.")
    number = number_out()
    platform = word_out(Platform)
    title = text_out()
    description = text_out()
    deliverables = fields.List(object_out(about="kind and count."))
    currency = text_out()
    base = money_out()
    amplification_month = money_out(is_optional=True)
    exclusivity_day = money_out(is_optional=True)
    rush = money_out(is_optional=True)
    rush_days = number_out(is_optional=True)
    turnaround_days = number_out()
    submitted_at = moment_out(is_optional=True)
    created_at = moment_out()


class ListingSchema(ListingContent, AnswerSchema):
    """A listing as its influencer sees it: the newest version, which can be changed, and what is sold."""

    id = text_out()
    status = word_out(ListingStatus, about="Of the newest version.")
    is_hidden = fields.Boolean()
    field_notes = object_out(about="What the last change request said, by field and language.")
    created_at = moment_out()
    updated_at = moment_out()
    newest = fields.Nested(ListingVersionSchema)
    live = fields.Nested(
        ListingVersionSchema, allow_none=True, metadata={"description": "What is sold; null when nothing is."}
    )


ListingPageSchema = page_of(ListingSchema)


class OwnListingQuery(PlacePageQuery):
    """Which of one's own listings."""


class FigureSchema(AnswerSchema):
    """One figure with what a reader needs to trust it."""

    name = text_out()
    value = fields.Float(allow_none=True)
    source = text_out()
    as_of = day_out(is_optional=True)
    sample_size = number_out(is_optional=True)


class SellerSchema(AnswerSchema):
    """Whose listing it is."""

    id = text_out()
    handle = text_out()
    name = text_out()
    name_ar = text_out()
    city = text_out()
    country = text_out(is_optional=True)


class MarketListingSchema(AnswerSchema):
    """A listing on sale."""

    id = text_out()
    influencer = fields.Nested(SellerSchema)
    followers = fields.Nested(FigureSchema, allow_none=True)
    version = fields.Nested(ListingVersionSchema)


MarketPageSchema = page_of(MarketListingSchema)


class MarketQuery(TimePageQuery):
    """What a brand looks for."""

    text = Text(most=100, load_default="")
    platform = Choice(Platform)
    country = Choice(sorted(country_codes()))
    topic = PresentChoice(topic_ids, metadata={"description": "The id of a topic in use."})
    size = Choice(["micro", "every"], load_default="micro")
    currency = Choice(sorted(CURRENCIES))
    price_max_minor = QueryNumber(
        least=1, most=MAX_AMOUNT_MINOR, metadata={"description": "In minor units of `currency`."}
    )


def terms_of_body(body: Mapping[str, Any]) -> ListingTerms:
    """Return the terms that a loaded draft describes."""
    amounts: dict[str, Any] = {
        name: body[field]["amount_minor"] if body[field] else None for name, field in AMOUNTS.items()
    }
    return ListingTerms(
        platform=body["platform"],
        title=body["title"],
        description=body["description"],
        deliverables=tuple((row["kind"], row["count"]) for row in body["deliverables"]),
        currency=body["base"]["currency"],
        turnaround_days=body["turnaround_days"],
        rush_days=body["rush_days"],
        **amounts,
    )


def other_currencies(body: Mapping[str, Any]) -> list[str]:
    """Return the paths of amounts that are not in the currency of the base price."""
    wanted = body["base"]["currency"]
    return [
        f"{field}.currency" for field in AMOUNTS.values() if body[field] and body[field]["currency"] != wanted
    ]

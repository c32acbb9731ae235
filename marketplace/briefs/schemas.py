"""What briefs look like to programs: the draft that comes in, the versions that go out."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from marketplace.briefs.domain import BriefStatus, CloseReason, CriterionKind, Goal, Pricing
from marketplace.categories import CATEGORIES
from marketplace.influencers.deliverables import DeliverableKind
from marketplace.influencers.domain import Platform
from marketplace.web.amounts import amount_as_typed
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
    words_out,
)
from marketplace.web.schema_fields import (
    BodySchema,
    Choice,
    Day,
    Flag,
    ListOf,
    Part,
    Text,
    WholeNumber,
    money_in,
)

CODES_MAX = 60


class DraftDeliverableSchema(BodySchema):
    """One kind of work and, with fixed prices, what one piece of it earns the influencer."""

    kind = Choice(DeliverableKind, required=True)
    count = WholeNumber(least=1, most=20, load_default=1)
    price = money_in(allow_none=True)


class DraftCriterionSchema(BodySchema):
    """What the work is judged by; the weights of a brief add up to 100."""

    kind = Choice(CriterionKind, required=True)
    text = Text(most=300, required=True)
    weight = WholeNumber(least=1, most=100, required=True)


class BriefDraftSchema(BodySchema):
    """Fields of a draft; those left out stay as they are. A draft may be incomplete until it is submitted."""

    language = Choice(("ar", "en"))
    title = Text(most=160)
    goal = Choice(Goal)
    product = Text(most=200)
    text = Text(most=8_000)
    category = Choice(CATEGORIES)
    topics = ListOf(Text(most=40), most=CODES_MAX)
    platforms = ListOf(Choice(Platform), most=len(Platform))
    refused_categories = ListOf(Choice(CATEGORIES), most=CODES_MAX)
    countries = ListOf(Text(most=2, least=2), most=CODES_MAX, metadata={"description": "Of the audience."})
    languages = ListOf(Text(most=8, least=2), most=CODES_MAX, metadata={"description": "Of the audience."})
    share = WholeNumber(
        least=1, most=100, metadata={"description": "Least share of that audience, in percent."}
    )
    creator_countries = ListOf(Text(most=2, least=2), most=CODES_MAX)
    followers_min = WholeNumber(least=0, most=1_000_000_000)
    followers_max = WholeNumber(least=0, most=1_000_000_000)
    followers_reason = Text(most=300)
    pricing = Choice(Pricing)
    budget = money_in()
    seats = WholeNumber(least=1, most=200)
    starts_on = Day()
    ends_on = Day()
    organic_months = WholeNumber(least=0, most=24)
    amplification_months = WholeNumber(least=0, most=24)
    territory = Text(most=2, least=2)
    ai_training = Flag()
    exclusivity_category = Choice(CATEGORIES)
    exclusivity_days = WholeNumber(least=0, most=180)
    is_rush = Flag()
    requires_disclosure = Flag()
    deliverables = ListOf(Part(DraftDeliverableSchema), most=10)
    criteria = ListOf(Part(DraftCriterionSchema), most=12)


class BriefPatchSchema(BriefDraftSchema):
    """Changes of a draft."""

    revision = WholeNumber(
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
    goal = text_out()
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
    pricing = text_out()
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


class BriefSchema(AnswerSchema):
    """A brief as its brand sees it."""

    id = text_out()
    status = text_out()
    title = text_out()
    revision = number_out(about="Grows with every change of the draft.")
    draft = object_out(
        about="What the editor holds, as typed; amounts are decimal text in the draft's currency."
    )
    draft_saved_at = moment_out(is_optional=True)
    field_notes = object_out(about="What the last change request said, by field and language.")
    is_hidden = fields.Boolean()
    published_at = moment_out(is_optional=True)
    closed_at = moment_out(is_optional=True)
    close_reason = text_out(is_optional=True)
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
    status = text_out()
    published_at = moment_out(is_optional=True)
    brand = fields.Nested(BriefBrandSchema)
    version = fields.Nested(BriefVersionSchema)


OpenBriefPageSchema = page_of(OpenBriefSchema)


def draft_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a loaded draft as the editor keeps it: amounts become the text that would be typed."""
    draft = {name: value for name, value in body.items() if name not in {"revision", "budget"}}
    for name in ("starts_on", "ends_on"):
        if name in draft:
            draft[name] = draft[name].isoformat()
    if "budget" in body:
        draft["budget"], draft["currency"] = _typed(body["budget"]), body["budget"]["currency"]
    if "deliverables" in body:
        draft["deliverables"] = [
            {"kind": row["kind"], "count": row["count"], "price": _typed(row.get("price"))}
            for row in body["deliverables"]
        ]
    return draft


def currencies_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the currency of every amount in a loaded draft by its dotted path."""
    found = {
        f"deliverables.{place}.price.currency": row["price"]["currency"]
        for place, row in enumerate(body.get("deliverables", ()))
        if row.get("price")
    }
    if "budget" in body:
        found = {"budget.currency": body["budget"]["currency"]} | found
    return found


def _typed(money: Mapping[str, Any] | None) -> str:
    return amount_as_typed(money["amount_minor"], money["currency"]) if money else ""

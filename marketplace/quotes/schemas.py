"""What a price looks like to programs: the same card for both sides, before and after it is quoted."""

from marshmallow import fields

from marketplace.categories import CATEGORIES
from marketplace.web.schema import (
    AnswerSchema,
    day_out,
    moment_out,
    money_out,
    number_out,
    object_out,
    text_out,
)
from marketplace.web.schema_fields import (
    BodySchema,
    Choice,
    Flag,
    WholeNumber,
)


class ChoicesSchema(BodySchema):
    """What a brand adds to a listing."""

    is_rush = Flag(load_default=False)
    amplification_months = WholeNumber(least=0, most=24, load_default=0)
    exclusivity_days = WholeNumber(least=0, most=180, load_default=0)
    exclusivity_category = Choice(CATEGORIES, load_default="")


class PricePartSchema(AnswerSchema):
    """One deliverable's money."""

    number = number_out()
    kind = text_out()
    title = text_out()
    net = money_out(about="What the influencer receives for it.")
    fee = money_out()
    tax = money_out(about="On the fee.")


class CancellationValueSchema(AnswerSchema):
    """What each side has if everything were cancelled at this stage."""

    stage = text_out()
    influencer_share_bps = number_out()
    influencer = money_out()
    refund = money_out()


class CardLineSchema(AnswerSchema):
    """One line as pages, mail and PDF write it, in the language asked for."""

    key = text_out()
    label = text_out()
    note = text_out()
    amount = money_out()


class PriceCardSchema(AnswerSchema):
    """The whole price: base, rights, exclusivity and rush make the net; fee and its tax come on top."""

    title = text_out()
    currency = text_out()
    lines = fields.List(fields.Nested(CardLineSchema))
    base = money_out()
    rights_price = money_out()
    exclusivity_price = money_out()
    rush = money_out()
    net = money_out(about="What the influencer receives, whole.")
    fee_bps = number_out()
    fee = money_out()
    processing = money_out(about="Cost of the payment, inside the fee; 0 where the platform bears it.")
    tax_bps = number_out()
    tax_country = text_out()
    tax_source = text_out()
    tax = money_out(about="On the fee.")
    supply_tax_bps = number_out()
    supply_tax_country = text_out()
    supply_tax = money_out(about="What the influencer, if registered, owes of the net; inside it.")
    total = money_out(about="What the brand pays.")
    processing_cost_borne_by = text_out()
    parts = fields.List(fields.Nested(PricePartSchema))
    cancellation = fields.List(fields.Nested(CancellationValueSchema))
    rights = object_out()
    exclusivity = object_out()
    due_on = day_out()
    posting_from = day_out(is_optional=True)
    posting_until = day_out(is_optional=True)
    released_by_on = day_out()
    policy_version = text_out()
    fee_version = text_out()
    quote_id = text_out(is_optional=True)
    status = text_out(is_optional=True)
    hash = text_out(is_optional=True, about="Send it back as `seen_hash` to accept exactly this.")
    created_at = moment_out(is_optional=True)
    expires_at = moment_out(is_optional=True)
    payable_until = moment_out(is_optional=True)

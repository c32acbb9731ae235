"""What fees look like to operators' programs."""

from marshmallow import fields

from marketplace.fees.domain import CostBearer
from marketplace.web.schema import (
    AnswerSchema,
    day_out,
    moment_out,
    money_out,
    number_out,
    page_of,
    text_out,
    word_out,
)


class FeeTierSchema(AnswerSchema):
    """The share of the listed price from so many completed bookings of the pair on."""

    completed_from = number_out()
    bps = number_out(about="Ten-thousandths.")


class FeeBoundsSchema(AnswerSchema):
    """The least and the most the share comes to, and the fixed part of the cost of the payment."""

    currency = text_out()
    minimum = money_out()
    maximum = money_out(is_optional=True)
    processing_fixed = money_out()


class FeePolicySchema(AnswerSchema):
    """One edition of the fees; quotes keep those they were made with."""

    version = text_out()
    valid_from = day_out()
    last_day = day_out(is_optional=True)
    is_in_force = fields.Boolean()
    is_coming = fields.Boolean()
    tiers = fields.List(fields.Nested(FeeTierSchema))
    bounds = fields.List(fields.Nested(FeeBoundsSchema))
    cost_bearer = word_out(CostBearer, about="Who pays what the payment provider takes.")
    processing_bps = number_out()
    note_en = text_out()
    note_ar = text_out()
    proposed_by = text_out(is_optional=True, about="Name; null for the fees a site begins with.")
    approved_by = text_out(is_optional=True)
    created_at = moment_out()
    page_url = text_out(about="Where a change is proposed after the password was typed.")


FeePolicyPageSchema = page_of(FeePolicySchema)

"""What open disputes look like to operators' programs."""

from marshmallow import fields

from marketplace.bookings.contest_deadlines import NextDeadline
from marketplace.bookings.schemas import PartySchema
from marketplace.web.cursors import TimePageQuery
from marketplace.web.schema import AnswerSchema, moment_out, money_out, page_of, text_out, word_out


class OpenDisputesQuery(TimePageQuery):
    """Which page, the nearest deadline first."""


class OpenDisputeSchema(AnswerSchema):
    """A dispute that is not over, with what it waits for next. All of it stands in its booking."""

    contest_id = text_out()
    booking_id = text_out()
    deliverable_id = text_out()
    title = text_out()
    status = text_out(about="Its stage.")
    brand = fields.Nested(PartySchema)
    influencer = fields.Nested(PartySchema)
    at_stake = money_out()
    opened_at = moment_out()
    waits_for = word_out(NextDeadline, about="What comes next.")
    deadline_at = moment_out()


OpenDisputePageSchema = page_of(OpenDisputeSchema)

"""What operators hand in about a booking over the API."""

from marketplace.bookings.contests import STATEMENT_MAX
from marketplace.deals.records import NOTE_MAX
from marketplace.web.schema_fields import BodySchema, Text


class FreezeBodySchema(BodySchema):
    """Why a booking is stopped; both sides read it."""

    reason = Text(least=1, most=NOTE_MAX, required=True)


class PostFindingBodySchema(BodySchema):
    """What an operator who looked at a post found, in both languages."""

    reason_en = Text(least=1, most=STATEMENT_MAX, required=True)
    reason_ar = Text(least=1, most=STATEMENT_MAX, required=True)

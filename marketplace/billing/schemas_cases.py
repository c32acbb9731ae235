"""What waits for an operator about money, as programs read it."""

from marshmallow import fields

from marketplace.billing.schemas_ledger import CallSchema
from marketplace.web.schema import (
    AnswerSchema,
    moment_out,
    money_out,
    object_out,
    page_of,
    text_out,
    word_out,
)
from marketplace.web.schema_fields import Choice, QueryFlag, QuerySchema
from payments.statuses import Beneficiary, ChargebackStatus, Direction

PAGE_ADVICE = "Where acts that ask for the password are begun."


class CallsQuery(QuerySchema):
    """Which calls."""

    view = Choice(
        ("troubled", "moving", "refused", "all"),
        load_default="troubled",
        metadata={"description": "troubled: halted, or of unknown outcome."},
    )


class OpenQuery(QuerySchema):
    """Open or closed ones."""

    is_open = QueryFlag(load_default=True)


CallPageSchema = page_of(CallSchema)


class WaitingShareSchema(AnswerSchema):
    """A decided share that does not move by itself."""

    booking_id = text_out()
    deliverable_id = text_out()
    influencer_id = text_out()
    direction = word_out(Direction)
    amount = money_out()
    reason = text_out(about="A code.")
    reason_text = text_out(about="The same in your language.")
    since = moment_out(is_optional=True)
    is_retryable = fields.Boolean(metadata={"description": "Whether sending it again may help now."})
    page_url = text_out(about=PAGE_ADVICE)


WaitingSharePageSchema = page_of(WaitingShareSchema)


class ClaimSchema(AnswerSchema):
    """What an influencer owes back of a share that had arrived."""

    id = text_out()
    booking_id = text_out()
    deliverable_id = text_out()
    influencer_id = text_out()
    beneficiary = word_out(Beneficiary, about="Who gets it.")
    amount = money_out()
    recovered = money_out()
    refunded = money_out()
    written_off = money_out()
    fee = money_out(about="Goes back to the brand beside it, with `tax`.")
    tax = money_out()
    opened_at = moment_out()
    closed_at = moment_out(is_optional=True)
    page_url = text_out(about=PAGE_ADVICE)


ClaimPageSchema = page_of(ClaimSchema)


class ChargebackLineSchema(AnswerSchema):
    """A payment that a card network disputes."""

    id = text_out()
    booking_id = text_out(is_optional=True)
    status = word_out(ChargebackStatus)
    amount = money_out()
    fee = money_out()
    reason = text_out(is_optional=True)
    reason_text = text_out(about="The same in your language.")
    opened_at = moment_out()
    closed_at = moment_out(is_optional=True)
    evidence_due_at = moment_out(is_optional=True)
    evidence_sent_at = moment_out(is_optional=True)


ChargebackLinePageSchema = page_of(ChargebackLineSchema)


class ChargebackSchema(ChargebackLineSchema):
    """A chargeback with the evidence that would be handed in."""

    evidence = object_out(
        about="From the booking's record, by the provider's names of the fields; empty without a booking."
    )

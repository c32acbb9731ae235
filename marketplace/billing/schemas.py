"""What payments look like to programs."""

from marshmallow import fields

from marketplace.web.schema import (
    AnswerSchema,
    moment_out,
    money_out,
    page_of,
    text_out,
    words_out,
)


class PaymentSchema(AnswerSchema):
    """The hosted payment page of a booking."""

    booking_id = text_out()
    status = text_out(
        about="none, preparing, open, complete, expired or refused; not_due once the booking waits for no payment."
    )
    checkout_url = text_out(
        is_optional=True, about="Lead the payer there; null until the page is made (ask again in a moment)."
    )
    expires_at = moment_out(is_optional=True)
    payable_until = moment_out()
    total = money_out()


class HeldPartSchema(AnswerSchema):
    """One deliverable's part of a held payment."""

    deliverable_id = text_out()
    status = text_out()
    net = money_out()
    fee = money_out()
    tax = money_out()
    released_net = money_out()
    refund = money_out()
    parked_reason = text_out(is_optional=True)
    decided_at = moment_out(is_optional=True)


class TimelineLineSchema(AnswerSchema):
    """One booked fact."""

    at = moment_out()
    kind = text_out()
    deliverable_id = text_out(is_optional=True)
    amount = money_out()
    entry_hash = text_out(about="Of the ledger entry.")


class HeldPaymentSchema(AnswerSchema):
    """A booking's held payment: where every unit of it is, from the ledger."""

    booking_id = text_out()
    status = text_out()
    is_frozen = fields.Boolean()
    freeze_reason = text_out(is_optional=True)
    total = money_out()
    held = money_out()
    funded_at = moment_out(is_optional=True)
    closed_at = moment_out(is_optional=True)
    parts = fields.List(fields.Nested(HeldPartSchema))
    timeline = fields.List(fields.Nested(TimelineLineSchema))


class BookingMoneySchema(AnswerSchema):
    """One paid booking and what became of its money."""

    booking_id = text_out()
    title = text_out()
    status = text_out()
    net = money_out()
    total = money_out()
    held = money_out()
    released = money_out()
    refunded = money_out()
    funded_at = moment_out()
    other_name = text_out()
    other_name_ar = text_out()


BookingMoneyPageSchema = page_of(BookingMoneySchema)


class PayeeMoneySchema(AnswerSchema):
    """An influencer's money in one currency."""

    held = money_out()
    on_its_way = money_out()
    available = money_out()
    paid_out = money_out()
    left_behind = money_out(about="Of what is available: in an account that you replaced.")
    lacking = money_out(about="Of what is available: not in the account, by what the payment provider shows.")


class PayoutSchema(AnswerSchema):
    """One payout to the influencer's bank."""

    id = text_out()
    state = text_out()
    gateway_status = text_out(is_optional=True, about="In the provider's words.")
    amount = money_out()
    created_at = moment_out()
    settled_at = moment_out(is_optional=True)
    failure_code = text_out(is_optional=True)


class PayoutAccountSchema(AnswerSchema):
    """Where an influencer is paid out."""

    status = text_out(about="none before the first step; then as the provider says.")
    country = text_out(is_optional=True)
    is_payout_enabled = fields.Boolean()
    requirements = words_out("What the provider still asks for, in its own names.")
    payouts_held_until = moment_out(is_optional=True)
    onboarding_url = text_out(
        is_optional=True,
        about="Only in the answer to a POST: the page of this site that asks for the password and leads on to the provider.",
    )
    money = fields.List(fields.Nested(PayeeMoneySchema))
    payouts = fields.List(fields.Nested(PayoutSchema), metadata={"description": "The newest twenty."})

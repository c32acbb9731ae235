"""What the books look like to operators' programs."""

import base64
import binascii
from typing import Any

from marshmallow import fields

from marketplace.ids import ALPHABET, LENGTH
from marketplace.web.cursors import BAD_CURSOR, PAGE, PAGE_MAX, PlacePageQuery
from marketplace.web.language import lazy_gettext as _
from marketplace.web.schema import (
    AnswerSchema,
    moment_out,
    money_out,
    number_out,
    page_of,
    text_out,
    word_out,
)
from marketplace.web.schema_fields import MESSAGES, Choice, Day, QueryNumber, QuerySchema, Text
from payments import chart
from payments.account_statements import Party
from payments.money import CURRENCIES
from payments.statuses import OperationKind, OperationState

ACCOUNT_MAX = 140


class AccountName(Text):
    """An account of the ledger, or the beginning of several that ends in a colon."""

    default_error_messages = {  # noqa: RUF012  # marshmallow's own way
        "no_account": _(
            "There is no such account. Name one as the ledger does, or the beginning of several up to a colon."
        )
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(most=ACCOUNT_MAX, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if text and not chart.is_beginning(text) and not chart.is_address(text):
            raise self.make_error("no_account")
        return text


class Reference(Text):
    """The id of a booking, an influencer or a brand."""

    default_error_messages = {"no_id": _("Send the id of a booking, an influencer or a brand.")}  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        super().__init__(most=LENGTH, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if len(text) != LENGTH or not set(text) <= set(ALPHABET):
            raise self.make_error("no_id")
        return text


def account_cursor(account: str, currency: str) -> str:
    """Return the cursor of an account in a currency."""
    return base64.urlsafe_b64encode(f"{currency} {account}".encode()).decode().rstrip("=")


class AccountCursor(fields.String):
    """A cursor of a list of accounts; loads as account and currency."""

    default_error_messages = MESSAGES | {"invalid": BAD_CURSOR, "bad": BAD_CURSOR}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        try:
            plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        except (ValueError, binascii.Error):
            raise self.make_error("bad") from None
        currency, _space, account = plain.partition(" ")
        if currency not in CURRENCIES or not chart.is_address(account):
            raise self.make_error("bad")
        return account, currency


class BalancesQuery(QuerySchema):
    """Which accounts, as they stood when."""

    account = AccountName(
        load_default="",
        metadata={"description": "One account, or all whose names begin so (`liab:held:`); empty: all."},
    )
    until = Day(load_default=None, metadata={"description": "As they stood at the end of that day, in UTC."})
    cursor = AccountCursor(load_default=None, metadata={"description": "`next_cursor` of the page before."})
    limit = QueryNumber(
        least=1, most=PAGE_MAX, load_default=PAGE, metadata={"description": "Items of a page, at most 100."}
    )


class StatementQuery(PlacePageQuery):
    """Whose statement, of which days."""

    party = Choice(
        Party,
        required=True,
        metadata={
            "description": "booking: what is held; payee: what is in their account; payer: what they paid and did not get back."
        },
    )
    ref = Reference(required=True, metadata={"description": "Id of booking, influencer or brand."})
    since = Day(
        load_default=None, metadata={"description": "First day, in UTC; an opening balance stands before it."}
    )
    until = Day(load_default=None, metadata={"description": "Last day, in UTC."})


class TotalSchema(AnswerSchema):
    """All accounts of a kind in one currency; debit is positive, so what is held for others is negative."""

    group = text_out()
    title = text_out(about="The kind in your language.")
    balance = money_out()


class LedgerSchema(AnswerSchema):
    """The books as a whole. Whether all of it is explained is asked at /ledger/verification, which reads every entry."""

    totals = fields.List(fields.Nested(TotalSchema))
    held = fields.List(money_out(), metadata={"description": "Held for bookings, by currency."})
    entry_count = number_out()
    stream_count = number_out()


class LedgerProblemSchema(AnswerSchema):
    """What does not fit."""

    code = text_out()
    subject = text_out()
    detail = text_out(about="English.")


class LedgerVerificationSchema(AnswerSchema):
    """What reading every entry found."""

    is_sound = fields.Boolean()
    explained_bps = number_out(about="Of what we hold for others, in ten-thousandths; 10000 is all.")
    entry_count = number_out()
    stream_count = number_out()
    root_count = number_out()
    problems = fields.List(fields.Nested(LedgerProblemSchema))


class AccountBalanceSchema(AnswerSchema):
    """What stands on one account; debit is positive."""

    account = text_out()
    title = text_out(about="Its kind in your language.")
    balance = money_out()


AccountBalancePageSchema = page_of(AccountBalanceSchema)


class StatementLineSchema(AnswerSchema):
    """One movement; what the party has more of is positive."""

    at = moment_out(is_optional=True, about="Null for the opening balance.")
    kind = text_out(about="opening, or what was booked.")
    title = text_out(about="The same in your language.")
    booking_id = text_out(is_optional=True)
    deliverable_id = text_out(is_optional=True)
    amount = money_out()
    balance = money_out(about="After this line.")


StatementLinePageSchema = page_of(StatementLineSchema)


class LegSchema(AnswerSchema):
    """One side of an entry; debit is positive, and the legs of a currency add up to nothing."""

    account = text_out()
    title = text_out()
    amount = money_out()


class EntrySchema(AnswerSchema):
    """One entry of the journal; it is never changed."""

    id = number_out()
    at = moment_out()
    kind = text_out()
    title = text_out(about="What was booked, in your language.")
    call_id = text_out(is_optional=True, about="Of the call to the provider behind it.")
    hash = text_out()
    legs = fields.List(fields.Nested(LegSchema))


class CallSchema(AnswerSchema):
    """A call to the payment provider and how far it got."""

    id = text_out()
    kind = word_out(OperationKind)
    title = text_out()
    state = word_out(OperationState)
    booking_id = text_out(is_optional=True)
    influencer_id = text_out(is_optional=True)
    amount = money_out(is_optional=True)
    attempt = number_out()
    calls = number_out()
    created_at = moment_out()
    run_after = moment_out()
    settled_at = moment_out(is_optional=True)
    provider_id = text_out(is_optional=True)
    failure_code = text_out(is_optional=True)
    failure_message = text_out(is_optional=True, about="In the provider's words.")


class BookingLedgerSchema(AnswerSchema):
    """Everything that was booked for one booking, and the calls behind it."""

    booking_id = text_out()
    title = text_out()
    status = text_out(is_optional=True, about="Of its held payment; null before one was asked for.")
    frozen_because = text_out(is_optional=True)
    entries = fields.List(fields.Nested(EntrySchema))
    calls = fields.List(fields.Nested(CallSchema))

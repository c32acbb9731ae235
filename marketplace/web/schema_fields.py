"""Strict fields and schemas for what comes in over the API: an unknown field is an error, no type becomes another."""

# ruff: noqa: ARG002  # the signatures are marshmallow's

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from marshmallow import RAISE, Schema, fields, post_load, validate

from marketplace.web.forms import clean_text
from marketplace.web.language import gettext
from marketplace.web.language import lazy_gettext as _
from payments.money import CURRENCIES, MAX_AMOUNT_MINOR

SURROGATE = "Cs"
MAIL_ADDRESS_MAX = 254
RFC3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
YEARS = range(2000, 2200)


MESSAGES: dict[str, Any] = {
    "required": _("Fill this in."),
    "null": _("This may not be null."),
    "validator_failed": _("This value cannot be used."),
}


class OnlyRead(fields.Raw):
    """A field of what is read that may stand in what is sent back, so that nobody has to take it out; see `only_read`."""

    def __init__(self) -> None:
        super().__init__(
            allow_none=True,
            metadata={
                "description": "Only read. A call that creates ignores it; a call that changes refuses another value than the present one."
            },
        )


class BodySchema(Schema):
    """What comes in; an unknown field is an error, and one that is only read is left out."""

    error_messages = {  # noqa: RUF012  # marshmallow's own way
        "unknown": _("There is no such field. Leave it out."),
        "type": _("Send a JSON object."),
    }

    class Meta:
        unknown = RAISE

    @post_load
    def without_only_read(self, body: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {name: value for name, value in body.items() if name not in only_read(self)}


def only_read(schema: Schema) -> frozenset[str]:
    """Return the names of the fields that are only read."""
    return frozenset(name for name, field in schema.fields.items() if isinstance(field, OnlyRead))


class QuerySchema(BodySchema):
    """What may stand behind the question mark."""


class Characters(validate.Length):
    """Bounds of a text, said in the reader's language."""

    def _format_error(self, value: Any, message: str) -> str:
        return gettext("Use %(least)s to %(most)s characters.", least=self.min or 0, most=self.max)


class Entries(validate.Length):
    """Bounds of a list, said in the reader's language."""

    def _format_error(self, value: Any, message: str) -> str:
        return gettext("Send %(least)s to %(most)s entries.", least=self.min or 0, most=self.max)


class Between(validate.Range):
    """Bounds of a number, said in the reader's language."""

    def _format_error(self, value: Any, message: str) -> str:
        return gettext("Choose between %(least)s and %(most)s.", least=self.min, most=self.max)


class OneOf(validate.OneOf):
    """Listed words, said in the reader's language."""

    def _format_error(self, value: Any) -> str:
        return gettext("Choose one of: %(words)s.", words=self.choices_text)


class Text(fields.String):
    """Text without control characters, of at most `most` characters after trimming."""

    default_error_messages = MESSAGES | {
        "invalid": _("Send text."),
        "unreadable": _("This text holds characters that cannot be shown. Remove them."),
    }

    def __init__(self, *, most: int, least: int = 0, **options: Any) -> None:
        super().__init__(validate=Characters(min=least or None, max=most), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if any(unicodedata.category(sign) == SURROGATE for sign in text):
            raise self.make_error("unreadable")
        return str(clean_text(text))


class MailAddress(Text):
    """An address that can receive mail; no server is asked."""

    default_error_messages = {"no_address": _("Type a mail address, such as name@example.com.")}  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        super().__init__(most=MAIL_ADDRESS_MAX, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        try:
            validate_email(text, check_deliverability=False)
        except EmailNotValidError as error:
            raise self.make_error("no_address") from error
        return text


class Choice(fields.String):
    """One of listed words."""

    default_error_messages = MESSAGES | {"invalid": _("Choose from the list.")}

    def __init__(self, words: Any, **options: Any) -> None:
        listed = [str(word) for word in words]
        super().__init__(validate=OneOf(listed), **options)


class PresentChoice(fields.String):
    """One of the words that `words` returns when the value is read."""

    default_error_messages = MESSAGES | {"invalid": _("Choose from the list.")}

    def __init__(self, words: Callable[[], Iterable[str]], **options: Any) -> None:
        def check(value: str) -> str:
            return str(OneOf(sorted(words()))(value))

        super().__init__(validate=check, **options)


class WholeNumber(fields.Integer):
    """A whole number within bounds; 5.0 is one, as JSON Schema says, 5.7, "5" and true are none."""

    default_error_messages = MESSAGES | {
        "invalid": _("Send a whole number."),
        "too_large": _("This number is too large."),
    }

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        super().__init__(strict=True, validate=Between(min=least, max=most), **options)

    def _validated(self, value: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class QueryNumber(fields.Integer):
    """A whole number in an address, where everything is text."""

    default_error_messages = MESSAGES | {"invalid": _("Send a whole number.")}

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        super().__init__(validate=Between(min=least, max=most), **options)

    def _validated(self, value: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,12}", value):
            raise self.make_error("invalid", input=value)
        return int(value)


class Fraction(fields.Float):
    """A number from 0 to 1; no text and no truth value is one."""

    default_error_messages = MESSAGES | {"invalid": _("Send a number from 0 to 1.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=Between(min=0, max=1), metadata={"description": "0 to 1."}, **options)

    def _validated(self, value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return float(super()._validated(value))


class Flag(fields.Boolean):
    """true or false, nothing that looks like it."""

    default_error_messages = MESSAGES | {"invalid": _("Send true or false.")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class QueryFlag(fields.Boolean):
    """true or false in an address, where everything is text."""

    default_error_messages = MESSAGES | {"invalid": _("Send true or false.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(truthy={"true"}, falsy={"false"}, **options)


class Day(fields.Date):
    """A day as YYYY-MM-DD, in and out."""

    default_error_messages = MESSAGES | {
        "invalid": _("Give the day as year, month and day, for example 2027-03-31.")
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> date:
        if not isinstance(value, str) or not DAY.fullmatch(value) or int(value[:4]) not in YEARS:
            raise self.make_error("invalid", input=value)
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("invalid", input=value) from error


class Moment(fields.DateTime):
    """A time as RFC 3339: any offset in, UTC out."""

    default_error_messages = MESSAGES | {
        "invalid": _("Give the time with its offset, for example 2027-03-31T09:00:00Z.")
    }

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        if not isinstance(value, str) or not RFC3339.fullmatch(value) or int(value[:4]) not in YEARS:
            raise self.make_error("invalid", input=value)
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except ValueError as error:
            raise self.make_error("invalid", input=value) from error


class ListOf(fields.List[Any]):
    """A list of at most `most` entries."""

    default_error_messages = MESSAGES | {"invalid": _("Send a list.")}

    def __init__(self, inner: Any, *, most: int, least: int = 0, **options: Any) -> None:
        super().__init__(inner, validate=Entries(min=least or None, max=most), **options)


class Part(fields.Nested):
    """An object inside another."""

    default_error_messages = MESSAGES | {"type": _("Send a JSON object.")}


class MoneySchema(BodySchema):
    """An amount of money: whole minor units beside an ISO 4217 currency."""

    amount_minor = WholeNumber(
        least=0, most=MAX_AMOUNT_MINOR, required=True, metadata={"description": "In minor units."}
    )
    currency = Choice(sorted(CURRENCIES), required=True)


def money_in(**options: Any) -> Part:
    """Return a field for an amount that is sent."""
    return Part(MoneySchema, **options)

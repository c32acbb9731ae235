"""What every schema of the API is made of: strict fields for what comes in, and one way from views to JSON values.

Coming in, an unknown field is an error and nothing is converted from another type. Going out, every `x_minor` becomes
`x: {amount_minor, currency}`, so that no amount travels without its currency.
"""

# ruff: noqa: ARG002  # the signatures are marshmallow's

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_dump, validate

from marketplace.web.forms import clean_text
from marketplace.web.language import gettext
from marketplace.web.language import lazy_gettext as _
from payments.money import CURRENCIES, MAX_AMOUNT_MINOR

MINOR = "_minor"
SURROGATE = "Cs"
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


def plain(value: Any, currency: str | None = None) -> Any:
    """Return a view, a row or a container as JSON-like values with money objects; `currency` is the enclosing one."""
    if isinstance(value, list | tuple):
        return [plain(each, currency) for each in value]
    parts = _parts(value)
    if parts is None:
        return value
    own = parts.get("currency") or currency
    named = (_entry(name, part, own if isinstance(own, str) else None) for name, part in parts.items())
    return dict(named)


def _parts(value: Any) -> Mapping[str, Any] | None:
    """Return what a view, a row or a mapping holds, by name; None for anything else."""
    if isinstance(value, Mapping):
        return value
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields_of(value)}
    table = getattr(value, "__table__", None)
    return None if table is None else {name: getattr(value, name) for name in table.columns.keys()}  # noqa: SIM118  # not a dict


def _entry(name: str, value: Any, currency: str | None) -> tuple[str, Any]:
    is_amount = name.endswith(MINOR) and name != "amount_minor" and currency is not None
    if not is_amount:
        return name, plain(value, currency)
    amount = None if value is None else {"amount_minor": value, "currency": currency}
    return name.removesuffix(MINOR), amount


class AnswerSchema(Schema):
    """What goes out; dumps views and rows alike."""

    @pre_dump
    def as_plain(self, value: Any, **_options: Any) -> Any:
        return plain(value)


class BodySchema(Schema):
    """What comes in; an unknown field is an error."""

    error_messages = {  # noqa: RUF012  # marshmallow's own way
        "unknown": _("There is no such field. Leave it out."),
        "type": _("Send a JSON object."),
    }

    class Meta:
        unknown = RAISE


class QuerySchema(BodySchema):
    """What may stand behind the question mark."""


def page_of(item: type[AnswerSchema]) -> Any:
    """Return the schema of one page of items."""
    name = item.__name__.removesuffix("Schema") + "PageSchema"
    cursor = fields.String(
        allow_none=True, metadata={"description": "Send it as `cursor` for the next page; null at the end."}
    )
    return AnswerSchema.from_dict(
        {"items": fields.List(fields.Nested(item)), "next_cursor": cursor}, name=name
    )


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


class Choice(fields.String):
    """One of listed words."""

    default_error_messages = MESSAGES | {"invalid": _("Choose from the list.")}

    def __init__(self, words: Any, **options: Any) -> None:
        listed = [str(word) for word in words]
        super().__init__(validate=OneOf(listed), **options)


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


class Flag(fields.Boolean):
    """true or false, nothing that looks like it."""

    default_error_messages = MESSAGES | {"invalid": _("Send true or false.")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


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


class MoneyAnswerSchema(AnswerSchema):
    """An amount of money: whole minor units beside an ISO 4217 currency."""

    amount_minor = fields.Integer(metadata={"description": "In minor units; negative where money goes back."})
    currency = fields.String()


def money_out(*, is_optional: bool = False, about: str = "") -> fields.Nested:
    """Return a field for an amount that is shown."""
    metadata = {"description": about} if about else {}
    return fields.Nested(MoneyAnswerSchema, allow_none=is_optional, metadata=metadata)


def text_out(*, is_optional: bool = False, about: str = "") -> fields.String:
    """Return a field for shown text."""
    return fields.String(allow_none=is_optional, metadata={"description": about} if about else {})


def number_out(*, is_optional: bool = False, about: str = "") -> fields.Integer:
    """Return a field for a shown whole number."""
    return fields.Integer(allow_none=is_optional, metadata={"description": about} if about else {})


def moment_out(*, is_optional: bool = False, about: str = "") -> Moment:
    """Return a field for a shown time."""
    return Moment(allow_none=is_optional, metadata={"description": about} if about else {})


def day_out(*, is_optional: bool = False) -> Day:
    """Return a field for a shown day."""
    return Day(allow_none=is_optional)


def words_out(about: str = "") -> fields.List[Any]:
    """Return a field for a shown list of words."""
    return fields.List(fields.String(), metadata={"description": about} if about else {})


def object_out(*, is_optional: bool = False, about: str = "") -> fields.Dict:
    """Return a field for a shown object whose fields are open."""
    return fields.Dict(keys=fields.String(), allow_none=is_optional, metadata={"description": about})


__all__ = [
    "AnswerSchema",
    "BodySchema",
    "Choice",
    "Day",
    "Flag",
    "ListOf",
    "Moment",
    "MoneySchema",
    "Part",
    "QueryNumber",
    "QuerySchema",
    "Text",
    "ValidationError",
    "WholeNumber",
    "day_out",
    "moment_out",
    "money_in",
    "money_out",
    "number_out",
    "object_out",
    "page_of",
    "plain",
    "text_out",
    "words_out",
]

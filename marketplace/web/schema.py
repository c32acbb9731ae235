"""What goes out over the API: one way from views and rows to JSON values, and fields that describe them.

Every `x_minor` becomes `x: {amount_minor, currency}`, so that no amount travels without its currency.
"""

from collections.abc import Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from typing import Any

from marshmallow import Schema, fields, pre_dump

from marketplace.web.schema_fields import Day, Moment

MINOR = "_minor"


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


def page_of(item: type[AnswerSchema]) -> Any:
    """Return the schema of one page of items."""
    name = item.__name__.removesuffix("Schema") + "PageSchema"
    cursor = fields.String(
        allow_none=True, metadata={"description": "Send it as `cursor` for the next page; null at the end."}
    )
    return AnswerSchema.from_dict(
        {"items": fields.List(fields.Nested(item)), "next_cursor": cursor}, name=name
    )


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


def word_out(words: Any, *, is_optional: bool = False, about: str = "") -> fields.String:
    """Return a field for one of listed words, which the document lists too."""
    listed: list[str | None] = [str(word) for word in words]
    metadata = {"enum": [*listed, None] if is_optional else listed}
    return fields.String(
        allow_none=is_optional, metadata=metadata | ({"description": about} if about else {})
    )


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

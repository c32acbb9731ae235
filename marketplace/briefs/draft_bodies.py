"""A brief's draft between the editor, which keeps what was typed, and programs, which send and read typed values."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import ValidationError

from marketplace.briefs.drafts import FLAGS, LISTS, ROWS, TEXTS
from marketplace.briefs.schemas import BriefContent, BriefDraftSchema
from marketplace.web.amounts import amount_as_typed, read_amount
from marketplace.web.reading import whole_number
from marketplace.web.schema_fields import Part, Text, WholeNumber

DAYS = ("starts_on", "ends_on")
WHOLE_MAX = 10_000_000_000


def draft_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a loaded draft as the editor keeps it: amounts become the text that would be typed."""
    draft = {name: value for name, value in body.items() if name not in {"revision", "budget"}}
    for name in DAYS:
        if draft.get(name) is not None:
            draft[name] = draft[name].isoformat()
    if "budget" in body:
        draft["budget"] = _typed(body["budget"])
    if "deliverables" in body:
        draft["deliverables"] = [{**row, "price": _typed(row.get("price"))} for row in body["deliverables"]]
    currency = next(iter(currencies_of(body).values()), None)
    return draft if currency is None else draft | {"currency": currency}


def changed_fields(body: Mapping[str, Any], draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a loaded body says otherwise than the editor's draft does, so that nothing is typed anew for it."""
    shown = shown_draft(draft)
    return {name: value for name, value in body.items() if name not in shown or value != shown[name]}


def currencies_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Return every currency in a loaded draft by its dotted path, that of the whole brief or its budget first."""
    found = {"currency": body["currency"]} if body.get("currency") else {}
    if body.get("budget"):
        found["budget.currency"] = body["budget"]["currency"]
    for place, row in enumerate(body.get("deliverables", ())):
        if row.get("price"):
            found[f"deliverables.{place}.price.currency"] = row["price"]["currency"]
    return found


def shown_draft(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return the editor's draft as `BriefDraftSchema` loads it, and beside it `as_typed`: what it cannot read."""
    currency = draft.get("currency") or ""
    sent = {name: _value(name, draft.get(name, ""), currency) for name in TEXTS}
    sent |= {name: draft.get(name, []) for name in LISTS} | {name: draft.get(name, False) for name in FLAGS}
    sent |= {name: [_row(name, row, currency) for row in draft.get(name, [])] for name in ROWS}
    try:
        return {**_schema().load(sent), "as_typed": {}}
    except ValidationError as error:
        wrong = error.messages_dict
    read = _schema().load({name: value for name, value in sent.items() if name not in wrong})
    return {**read, "as_typed": {name: draft[name] for name in wrong}}


@cache
def _schema() -> BriefDraftSchema:
    return BriefDraftSchema()


def _value(name: str, typed: Any, currency: str) -> Any:
    """Return what a program would send for a field as typed; what cannot be read stays text, which is refused then."""
    field = getattr(BriefContent, name)
    if isinstance(field, Text) and not field.allow_none:
        return typed
    if not typed:
        return None
    if isinstance(field, WholeNumber):
        return _whole(typed)
    return _amount(typed, currency) if isinstance(field, Part) else typed


def _row(name: str, row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    numbers: dict[str, Any] = {
        each: _whole(row.get(each, "")) for each in ("count", "weight") if each in ROWS[name]
    }
    if name == "criteria":
        return {**row, **numbers}
    return {
        **row,
        **numbers,
        "kind": row.get("kind") or None,
        "price": _amount(row.get("price", ""), currency),
    }


def _whole(typed: str) -> int | str | None:
    number = whole_number(typed)
    return number if number is not None and 0 <= number < WHOLE_MAX else (typed or None)


def _amount(typed: str, currency: str) -> dict[str, Any] | str | None:
    if not typed:
        return None
    amount_minor, _problem = read_amount(typed, currency=currency)
    return typed if amount_minor is None else {"amount_minor": amount_minor, "currency": currency}


def _typed(money: Mapping[str, Any] | None) -> str:
    return amount_as_typed(money["amount_minor"], money["currency"]) if money else ""

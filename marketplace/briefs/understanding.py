"""What rules read in a brief's text, as fields of the draft: filled at the start, shown as chips, corrected by the brand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from matching.reading.brief import BriefReading, read_brief
from payments.money import CURRENCIES

TEXTS_READ = ("title", "product", "text")
UNCLEAR = "unclear_places"


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One thing that was read. `fields` are what it means for the draft; empty for what only ranks or informs.

    `is_kept` tells that the draft says the same.
    """

    name: str
    fields: Mapping[str, Any]
    values: tuple[Any, ...]
    is_kept: bool = False


def read_draft(draft: Mapping[str, Any], *, today: date, home: str | None = None) -> tuple[ReadItem, ...]:
    """Return what the draft's own words say, each with whether its fields say so too. `home` is the brand's country."""
    text = "\n".join(str(draft.get(name, "")) for name in TEXTS_READ).strip()
    items = _items(read_brief(text, today=today, home=home)) if text else ()
    return tuple(
        ReadItem(item.name, item.fields, item.values, is_kept=_says(draft, item.fields)) for item in items
    )


def _says(draft: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    return bool(fields) and all(_is_same(draft.get(name), value) for name, value in fields.items())


def _is_same(kept: object, read: object) -> bool:
    """Compare as the editor keeps things: lists as sets that hold at least what was read, rows without their prices."""
    if isinstance(read, list) and isinstance(kept, list):
        if read and isinstance(read[0], dict):
            pieces = {(row.get("kind"), str(row.get("count"))) for row in kept}
            return all((row["kind"], row["count"]) in pieces for row in read)
        return set(read) <= set(kept)
    return str(kept or "").replace(",", "") == str(read)


def _items(read: BriefReading) -> tuple[ReadItem, ...]:
    found = [
        _budget(read),
        _item("people", {} if read.people is None else {"seats": str(read.people)}, (read.people,)),
        _item("dates", _dates(read), (read.starts_on, read.ends_on, read.occasion)),
        _item("deliverables", _deliverables(read), read.deliverables),
        _item("platforms", {"platforms": list(read.platforms)}, read.platforms),
        _item("places", {"creator_countries": list(read.countries)}, read.countries),
        _item("cities", {}, read.cities),
        _item(UNCLEAR, {}, read.unclear_places),
        _item("audience_countries", {"countries": list(read.audience_countries)}, read.audience_countries),
        _item("audience_languages", {"languages": list(read.languages)}, read.languages),
        _item("followers", _followers(read), (read.followers_min, read.followers_max)),
        _item("exclusions", {}, read.exclusions),
        _item("written_in", {}, (read.language, read.dialect) if read.dialect else ()),
    ]
    return tuple(item for item in found if item is not None)


def _item(name: str, fields: Mapping[str, Any], values: tuple[Any, ...]) -> ReadItem | None:
    return ReadItem(name, fields, values) if any(value is not None for value in values) else None


def _budget(read: BriefReading) -> ReadItem | None:
    """Return the budget; an amount for each influencer is none for all: it is shown, not filled in.

    Nor is one in a currency that is not served, or that the text does not tell. Only where the text names neither a
    currency nor a country does the draft's own currency stand. An amount paid every week, nobody says how long, is shown, too.
    """
    money = read.money
    if money is None:
        return None
    fields = {"budget": _plain(money.amount)}
    if money.currency in CURRENCIES:
        fields["currency"] = money.currency
    elif money.currency is not None or money.unit is not None or read.countries or read.audience_countries:
        fields = {}
    is_whole = not money.is_each and not money.is_repeated
    return ReadItem("price_each" if money.is_each else "budget", fields if is_whole else {}, (money,))


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _dates(read: BriefReading) -> dict[str, Any]:
    if read.starts_on is None or read.ends_on is None:
        return {}
    return {"starts_on": read.starts_on.isoformat(), "ends_on": read.ends_on.isoformat()}


def _deliverables(read: BriefReading) -> dict[str, Any]:
    rows = [{"kind": kind, "count": str(count), "price": ""} for kind, count in read.deliverables]
    return {"deliverables": rows} if rows else {}


def _followers(read: BriefReading) -> dict[str, Any]:
    asked = {"followers_min": read.followers_min, "followers_max": read.followers_max}
    return {name: str(value) for name, value in asked.items() if value is not None}


def start_fields(sentence: str, *, today: date, home: str | None = None) -> dict[str, Any]:
    """Return what a first sentence of a brand of `home` fills in of a new draft: every field that was read."""
    fields: dict[str, Any] = {"title": sentence}
    for item in read_draft({"title": sentence}, today=today, home=home):
        fields |= item.fields
    return _wanted_there(fields.get("countries") or fields.get("creator_countries", [])) | fields


def _wanted_there(countries: Sequence[str]) -> dict[str, Any]:
    """Return whom to reach and where rights hold, by the countries that were read; nothing read leaves the brand's own."""
    audience = {"countries": list(countries)} if countries else {}
    return audience | ({"territory": countries[0]} if len(countries) == 1 else {})

"""From the market's form to what is asked of the database, and the facets and chips that tell what was asked."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from marketplace.influencers.labels import PLATFORMS, platform_label
from marketplace.listings.forms import MarketForm
from marketplace.listings.queries import MarketFilter
from marketplace.web import address_values
from marketplace.web.amounts import read_amount
from marketplace.web.countries import country_codes, country_name
from marketplace.web.formats import money
from marketplace.web.language import gettext as _
from marketplace.web.topic_names import topic_choices, topic_ids, topic_name
from payments.money import CURRENCIES

TEXT_MAX = 100
FIELDS = ("q", "platform", "country", "topic", "currency", "price_max", "size")
EVERY_SIZE = "every"


def read_filter(
    form: MarketForm, *, micro: tuple[int, int], on_sale_in: Sequence[str]
) -> tuple[MarketFilter, object | None]:
    """Return what is asked, and what is wrong with the price if it cannot be read.

    Values that nobody offers ask for nothing: they go out of the form, and the page says so.

    Only accounts within the gate `micro` are shown until every size is asked for. `on_sale_in` are the countries that are
    told where one is asked for that does not exist.
    """
    form.topic.choices = [("", _("Every topic")), *topic_choices()]
    address_values.only(*FIELDS, "after")
    form.platform.data = address_values.each_of("platform", PLATFORMS)
    form.country.data = address_values.each_of("country", country_codes(), told=on_sale_in)
    form.topic.data = topic = address_values.one_of("topic", sorted(topic_ids()))
    form.currency.data = currency = address_values.one_of("currency", CURRENCIES)
    price_max_minor, problem = None, None
    if form.price_max.data:
        price_max_minor, problem = read_amount(form.price_max.data, currency=currency)
    wanted = MarketFilter(
        text=address_values.text_of("q", TEXT_MAX),
        platforms=tuple(form.platform.data),
        countries=tuple(form.country.data),
        topics=(topic,) if topic else (),
        currency=currency if price_max_minor is not None else "",
        price_max_minor=price_max_minor,
        followers=followers_asked(form, micro=micro),
    )
    return wanted, problem


def followers_asked(form: MarketForm, *, micro: tuple[int, int]) -> tuple[int, int] | None:
    """Return the sizes that are shown; None for every size."""
    form.size.data = address_values.one_of("size", [EVERY_SIZE])
    return None if form.size.data == EVERY_SIZE else micro


def facet_groups(
    form: MarketForm, platforms: Mapping[str, int], countries: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Return the groups of checkboxes with how much there is of each, most first."""
    return [
        _group("platform", _("Platform"), platforms, platform_label, form.platform.data or []),
        _group("country", _("Country"), countries, country_name, form.country.data or []),
    ]


def _group(name: str, label: str, counts: Mapping[str, int], word: Any, chosen: list[str]) -> dict[str, Any]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    options = [
        {"value": code, "label": word(code), "count": count, "is_on": code in chosen}
        for code, count in ordered
    ]
    return {"name": name, "label": label, "options": options}


def chips_of(form: MarketForm) -> list[dict[str, Any]]:
    """Return what is asked as chips, each with the address without it."""
    chips = []
    if form.q.data:
        chips.append(_chip(_("Words"), form.q.data, "q", form.q.data))
    chips += [
        _chip(_("Platform"), platform_label(code), "platform", code) for code in form.platform.data or []
    ]
    chips += [_chip(_("Country"), country_name(code), "country", code) for code in form.country.data or []]
    if form.topic.data:
        chips.append(_chip(_("Topic"), topic_name(form.topic.data), "topic", form.topic.data))
    if form.size.data == EVERY_SIZE:
        chips.append(_chip(_("Followers"), _("every size"), "size", EVERY_SIZE))
    if form.price_max.data:
        minor, _problem = read_amount(form.price_max.data, currency=form.currency.data or "")
        value = form.price_max.data if minor is None else money(minor, form.currency.data)
        chips.append(_chip(_("At most"), value, "price_max", form.price_max.data))
    return chips


def _chip(label: str, value: str, name: str, code: str) -> dict[str, Any]:
    left = [pair for pair in asked_pairs() if pair != (name, code)]
    return {"label": label, "value": value, "remove_url": market_url(left)}


def asked_pairs() -> list[tuple[str, str]]:
    """Return the fields of the filter in the address, as often as they stand there."""
    return [(name, value) for name in FIELDS for value in request.args.getlist(name) if value]


def market_url(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the market's address with these fields."""
    query = urlencode(list(pairs))
    return url_for("listings.market") + (f"?{query}" if query else "")

"""Facets in words: groups of choices with their counts, and what is chosen as chips that can be taken away."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from marketplace.influencers.labels import platform_label
from marketplace.matches.facets import GROUPS, YES, PriceStep, read_step
from marketplace.matches.narrowing import NarrowedList
from marketplace.matches.pool_counts import SEARCHED, PoolCounts
from marketplace.specialists.words import band_label
from marketplace.web.countries import city_name, country_name, language_name
from marketplace.web.formats import money
from marketplace.web.language import gettext
from marketplace.web.language import lazy_gettext as _
from marketplace.web.topic_names import topic_name

LABELS: Mapping[str, object] = {
    "platform": _("Platform"),
    "country": _("Country"),
    "city": _("City"),
    "language": _("Language"),
    "topic": _("Topic"),
    "band": _("Followers"),
    "price": _("Price when the list was made"),
    "newcomer": _("Bookings here"),
}
SHOWN_MOST = 12


def facet_groups(
    found: NarrowedList, chosen: Mapping[str, Sequence[str]], pool: PoolCounts | None
) -> list[dict[str, Any]]:
    """Return the groups that divide the list, most frequent first; what is chosen is always there.

    `everyone` counts who has a choice of all that fit the brief; None where nobody counted, or where another group narrows
    the list, for they are not narrowed by it.
    """
    groups = []
    for group in GROUPS:
        whole = None if any(chosen[other] for other in GROUPS if other != group) else pool
        counts = found.counts[group]
        beyond = set(whole.codes[group]) if whole is not None and group in SEARCHED else set()
        codes = _in_order(group, found, set(counts) | set(chosen[group]) | beyond, whole)
        kept = [code for place, code in enumerate(codes) if place < SHOWN_MOST or code in chosen[group]]
        options = [
            {
                "value": code,
                "label": code_label(group, code, found.steps),
                "count": counts[code],
                "everyone": None if whole is None else whole.count(group, code, found.steps),
                "is_on": code in chosen[group],
            }
            for code in kept
        ]
        if len(options) > 1 or chosen[group]:
            groups.append({"name": group, "label": str(LABELS[group]), "options": options})
    return groups


def _in_order(group: str, found: NarrowedList, codes: set[str], whole: PoolCounts | None) -> list[str]:
    if group == "band":
        return sorted(codes, key=lambda code: (len(code), code))
    if group == "price":
        known = [step.code for step in found.steps]
        return [*(code for code in known if code in codes), *sorted(codes - set(known))]
    everyone = {} if whole is None else whole.codes.get(group, {})
    return sorted(codes, key=lambda code: (-found.counts[group][code], -everyone.get(code, 0), code))


def chosen_chips(
    chosen: Mapping[str, Sequence[str]], steps: Sequence[PriceStep], *, address: str
) -> list[dict[str, Any]]:
    """Return what is chosen, each with the address of the list without it."""
    pairs = [(group, code) for group in GROUPS for code in chosen[group]]
    return [
        {
            "label": str(LABELS[group]),
            "value": code_label(group, code, steps),
            "remove_url": with_pairs(address, [pair for pair in pairs if pair != (group, code)]),
        }
        for group, code in pairs
    ]


def with_pairs(address: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return an address with these fields."""
    return f"{address}?{urlencode(pairs)}" if pairs else address


def code_label(group: str, code: str, steps: Sequence[PriceStep]) -> str:
    """Return a choice in the reader's language; one that is not known stays as written."""
    if group == "price":
        step = next((step for step in steps if step.code == code), None) or read_step(code)
        return code if step is None else _price(step)
    return _WORDS[group](code)


def _price(step: PriceStep) -> str:
    if step.most_minor is None:
        return gettext("above %(least)s", least=money(step.above_minor, step.currency))
    if step.above_minor == 0:
        return gettext("up to %(most)s", most=money(step.most_minor, step.currency))
    return gettext(
        "%(least)s to %(most)s",
        least=money(step.above_minor, step.currency),
        most=money(step.most_minor, step.currency),
    )


def _band(code: str) -> str:
    return band_label(int(code)) if code.isdecimal() else code


_WORDS: Mapping[str, Callable[[str], str]] = {
    "platform": platform_label,
    "country": country_name,
    "city": city_name,
    "language": language_name,
    "topic": topic_name,
    "band": _band,
    "newcomer": lambda code: gettext("fewer than three") if code == YES else gettext("three and more"),
}

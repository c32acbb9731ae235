"""What may stand in a correction: each item's values, judged without a database."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import BriefVersion
from marketplace.briefs.validation import PIECES_MAX, TOPICS_MAX
from marketplace.briefs.work_platforms import platforms_of_work
from marketplace.influencers.deliverables import DeliverableKind
from marketplace.influencers.labels import PLATFORMS
from marketplace.influencers.profile import language_codes
from marketplace.matches.corrections import CorrectionItem
from marketplace.web.countries import country_codes
from marketplace.web.language import lazy_gettext, lazy_list, lazy_ngettext
from marketplace.web.topic_names import topic_ids
from matching.criteria import MICRO_FOLLOWERS_MAX, MICRO_FOLLOWERS_MIN
from matching.reading.places import city_key, find_city
from payments.money import MAX_AMOUNT_MINOR

VALUES_MOST = 200
_WORK = frozenset({CorrectionItem.DELIVERABLES, CorrectionItem.OTHER_WORK})
_: Callable[..., object] = lazy_gettext
#: (wanted values, the brief's own) -> what is wrong, or None; TypeError and ValueError: not values of this kind at all
Check = Callable[[list[Any], list[Any]], object | None]


def is_correctable(item: str, *, pricing: str) -> bool:
    """Return whether an item may be corrected; the work of a brief with its own price is not."""
    return item in _CHECKS and not (item in _WORK and pricing == Pricing.FIXED)


def value_problem(item: str, wanted: list[Any], own: list[Any]) -> object | None:
    """Return what is wrong with the values of a correctable item, or None; `own` are those of the brief."""
    if len(wanted) > VALUES_MOST:
        return _("Too many values.")
    try:
        return _CHECKS[item](wanted, own)
    except (TypeError, ValueError):
        return _("Choose from what is offered.")


def _among(known: Callable[[], object], *, least: int = 0, most: int = VALUES_MOST) -> Check:
    def check(wanted: list[Any], _own: list[Any]) -> object | None:
        choices: Any = known()
        if len(wanted) < least:
            return _("One topic at least stays: add another one first, or name what replaces it.")
        if len(wanted) > most:
            told: object = lazy_ngettext(
                "At most %(num)d topic: take one away first.",
                "At most %(num)d topics: take one away first.",
                most,
            )
            return told
        return None if all(value in choices for value in wanted) else _("Choose from what is offered.")

    return check


def _check_cities(wanted: list[Any], _own: list[Any]) -> object | None:
    is_known = all(isinstance(name, str) and city_key(name) == name and find_city(name) for name in wanted)
    return None if is_known else _("Choose from what is offered.")


def _check_followers(wanted: list[Any], own: list[Any]) -> object | None:
    """Keep the gate: a list is never wider than micro, but where the brief itself says why."""
    least, most = _whole(wanted)
    if least > most:
        return _("The lower end must not be above the upper end.")
    if least < min(MICRO_FOLLOWERS_MIN, own[0]) or most > max(MICRO_FOLLOWERS_MAX, own[1]):
        return _(
            "The range cannot be wider than the brief's; say in the brief why larger accounts are sought."
        )
    return None


def _whole(wanted: list[Any]) -> list[int]:
    if not all(type(value) is int for value in wanted):
        raise TypeError
    return wanted


def _check_budget(wanted: list[Any], _own: list[Any]) -> object | None:
    is_amount = len(wanted) <= 1 and all(0 < value <= MAX_AMOUNT_MINOR for value in _whole(wanted))
    return None if is_amount else _("Type an amount.")


def _check_dates(wanted: list[Any], _own: list[Any]) -> object | None:
    if not wanted:
        return None
    first, last = (date.fromisoformat(day) for day in wanted)
    return None if first <= last else _("The last day must not lie before the first.")


def _check_deliverables(wanted: list[Any], _own: list[Any]) -> object | None:
    kinds = set(DeliverableKind)
    is_known = all(kind in kinds and 1 <= _whole([count])[0] <= PIECES_MAX for kind, count in wanted)
    return None if is_known else _("Choose from what is offered.")


def _check_share(wanted: list[Any], _own: list[Any]) -> object | None:
    is_share = len(wanted) == 1 and 1 <= _whole(wanted)[0] <= 100
    return None if is_share else _("Type a share from 1 to 100.")


def _check_excluded(wanted: list[Any], _own: list[Any]) -> object | None:
    return None if all(isinstance(each, str) for each in wanted) else _("Choose from what is offered.")


_CHECKS: Mapping[str, Check] = {
    CorrectionItem.TOPICS: _among(topic_ids, least=1, most=TOPICS_MAX),
    CorrectionItem.PLATFORMS: _among(lambda: PLATFORMS),
    CorrectionItem.DELIVERABLES: _check_deliverables,
    CorrectionItem.OTHER_WORK: _check_deliverables,
    CorrectionItem.COUNTRIES: _among(country_codes),
    CorrectionItem.CITIES: _check_cities,
    CorrectionItem.AUDIENCE: _among(country_codes),
    CorrectionItem.LANGUAGES: _among(language_codes),
    CorrectionItem.AUDIENCE_SHARE: _check_share,
    CorrectionItem.FOLLOWERS: _check_followers,
    CorrectionItem.BUDGET: _check_budget,
    CorrectionItem.DATES: _check_dates,
    CorrectionItem.EXCLUDED: _check_excluded,
}


def lacking_work(version: BriefVersion, asked: list[Any], own: list[Any]) -> dict[str, object]:
    """Refuse platforms on which a brief with its own price cannot be done, and any platform where only some have its work."""
    able = platforms_of_work(version)
    fresh = set(asked) - set(own)
    if not able or (fresh <= set(able) if asked else len(able) == len(PLATFORMS)):
        return {}
    text = _(
        "One influencer does all of this brief's work on one platform. Choose from: %(platforms)s.",
        platforms=lazy_list([PLATFORMS[name] for name in able]),
    )
    return {CorrectionItem.PLATFORMS: text}

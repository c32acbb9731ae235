"""What was understood of a brief, in words: one chip a value, with what takes it away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.briefs.models import BriefVersion
from marketplace.briefs.reading_words import LABELS as READ_LABELS
from marketplace.briefs.reading_words import value_of
from marketplace.briefs.understanding import read_draft
from marketplace.influencers.labels import kind_label, platform_label
from marketplace.matches.corrections import Correction, CorrectionItem, values_of
from marketplace.web.countries import city_name, country_name, language_name
from marketplace.web.formats import date_text, money, number, percent
from marketplace.web.language import gettext
from marketplace.web.language import lazy_gettext as _
from marketplace.web.topic_names import topic_name
from matching.criteria import SearchCriteria
from matching.reading.places import city_key

LABELS: Mapping[str, object] = {
    CorrectionItem.TOPICS: _("Topic"),
    CorrectionItem.PLATFORMS: _("Platform"),
    CorrectionItem.DELIVERABLES: _("Work"),
    CorrectionItem.OTHER_WORK: _("Or this work"),
    CorrectionItem.COUNTRIES: _("Country"),
    CorrectionItem.CITIES: _("City"),
    CorrectionItem.AUDIENCE: _("Audience in"),
    CorrectionItem.LANGUAGES: _("Audience speaks"),
    CorrectionItem.AUDIENCE_SHARE: _("Of their audience"),
    CorrectionItem.FOLLOWERS: _("Followers"),
    CorrectionItem.BUDGET: _("At most for one"),
    CorrectionItem.DATES: _("Posting"),
    CorrectionItem.EXCLUDED: _("Left out"),
}
CLEAR_ALONE = frozenset(
    {
        CorrectionItem.TOPICS,
        CorrectionItem.PLATFORMS,
        CorrectionItem.DELIVERABLES,
        CorrectionItem.COUNTRIES,
        CorrectionItem.CITIES,
        CorrectionItem.DATES,
    }
)
"""What needs no name in a line that has little room."""
OWN_UNTIL_CORRECTED = frozenset({CorrectionItem.FOLLOWERS, CorrectionItem.AUDIENCE_SHARE})
"""What is always asked: it goes back to what the brief says, and not away."""
ONLY_READ = ("exclusions", "written_in")
"""What is read in the text and said, but filters nobody."""


@dataclass(frozen=True, slots=True)
class UnderstoodChip:
    """`code` names the item and the value for the button that takes it away; None for what only informs."""

    label: str
    value: str
    code: str | None
    is_corrected: bool = False
    can_take_over: bool = False


def understood_values(criteria: SearchCriteria, topics: list[str]) -> dict[str, list[Any]]:
    """Return what was searched for, item by item; topics are those chosen or read, three at most of the latter.

    A share of the audience is asked only where the audience is.
    """
    values = values_of(criteria) | {CorrectionItem.TOPICS: topics}
    if not (criteria.audience.countries or criteria.audience.languages):
        del values[CorrectionItem.AUDIENCE_SHARE]
    return values


def chips_of(
    values: Mapping[str, list[Any]],
    corrections: Mapping[str, Correction],
    *,
    currency: str,
    names: Mapping[str, str],
) -> list[UnderstoodChip]:
    """Return the chips of the items in `values`, in a fixed order; `names` are those of influencers who are left out."""
    chips = []
    for item, label in LABELS.items():
        for code, word in _words(item, values.get(item), currency=currency, names=names):
            is_corrected = item in corrections
            is_own = item in OWN_UNTIL_CORRECTED and not is_corrected
            chips.append(UnderstoodChip(str(label), word, None if is_own else f"{item}:{code}", is_corrected))
    return chips


def in_one_line(chips: Sequence[UnderstoodChip]) -> list[str]:
    """Return the chips for the closed fold: every item once, by its name where the values alone do not tell it.

    Items with the same values, such as a country asked of influencer and audience, share them.
    """
    values: dict[str, tuple[str, ...]] = {}
    for chip in chips:
        values[chip.label] = (*values.get(chip.label, ()), chip.value)
    labels: dict[tuple[str, ...], list[str]] = {}
    for label, words in values.items():
        labels.setdefault(words, []).append(label)
    clear = {str(LABELS[item]) for item in CLEAR_ALONE}
    comma = gettext(", ")
    return [
        comma.join(words)
        if len(named) == 1 and named[0] in clear
        else gettext("%(label)s: %(value)s", label=comma.join(named), value=comma.join(words))
        for words, named in labels.items()
    ]


def _words(
    item: str, values: list[Any] | None, *, currency: str, names: Mapping[str, str]
) -> list[tuple[str, str]]:
    if values is None:
        return []
    if item == CorrectionItem.FOLLOWERS:
        return [("", gettext("%(first)s to %(last)s", first=number(values[0]), last=number(values[1])))]
    if item == CorrectionItem.DATES:
        days = [date_text(date.fromisoformat(day)) for day in values if day]
        return [("", gettext("%(first)s to %(last)s", first=days[0], last=days[-1]))] if days else []
    if item == CorrectionItem.AUDIENCE_SHARE:
        return [("", gettext("at least %(share)s", share=percent(int(values[0]) / 100)))]
    if item == CorrectionItem.BUDGET:
        return [("", money(int(values[0]), currency))] if values else []
    if item in {CorrectionItem.DELIVERABLES, CorrectionItem.OTHER_WORK}:
        return [(str(kind), f"{number(int(count))} × {kind_label(kind)}") for kind, count in values]
    if item == CorrectionItem.EXCLUDED:
        return [(one, names.get(one) or gettext("somebody who left")) for one in values]
    return [(str(value), _WORDS[item](str(value))) for value in values]


_WORDS: Mapping[str, Callable[[str], str]] = {
    CorrectionItem.TOPICS: topic_name,
    CorrectionItem.PLATFORMS: platform_label,
    CorrectionItem.COUNTRIES: country_name,
    CorrectionItem.CITIES: city_name,
    CorrectionItem.AUDIENCE: country_name,
    CorrectionItem.LANGUAGES: language_name,
}


def chips_of_text(
    version: BriefVersion, values: Mapping[str, list[Any]], *, today: date
) -> list[UnderstoodChip]:
    """Return what the text says beside the fields: cities that may be taken over, and what filters nobody."""
    draft = {"title": version.title, "product": version.product, "text": version.text}
    chips = []
    for item in read_draft(draft, today=today):
        if item.name in ONLY_READ:
            chips.append(UnderstoodChip(str(READ_LABELS[item.name]), value_of(item), None))
        elif item.name == "cities":
            chips += [
                UnderstoodChip(
                    str(LABELS[CorrectionItem.CITIES]),
                    city_name(name),
                    f"{CorrectionItem.CITIES}:{city_key(name)}",
                    can_take_over=True,
                )
                for name in map(str, item.values)
                if city_key(name) not in values[CorrectionItem.CITIES]
            ]
    return chips

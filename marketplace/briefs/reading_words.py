"""What was read in a brief, in words: labels and values of the chips."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marketplace.briefs.domain import ReadingAnswer
from marketplace.briefs.understanding import UNCLEAR, ReadItem
from marketplace.influencers.labels import kind_label, platform_label
from marketplace.web.countries import city_name, country_name, language_name
from marketplace.web.formats import date_text, money, number
from marketplace.web.language import gettext
from marketplace.web.language import lazy_gettext as _
from matching.folding import fold
from matching.reading.places import find_city, shared_names
from payments.money import CURRENCIES

LABELS: Mapping[str, object] = {
    "budget": _("Budget"),
    "price_each": _("For each"),
    "people": _("How many influencers"),
    "dates": _("Posting"),
    "deliverables": _("Work"),
    "platforms": _("Platform"),
    "places": _("Country"),
    "cities": _("City"),
    UNCLEAR: _("Which place?"),
    "audience_countries": _("Audience in"),
    "audience_languages": _("Audience speaks"),
    "followers": _("Followers"),
    "exclusions": _("Without"),
    "written_in": _("Written in"),
}
DIALECTS: Mapping[str, object] = {
    "saudi": _("Saudi Arabic"),
    "gulf": _("Gulf Arabic"),
    "egyptian": _("Egyptian Arabic"),
    "levantine": _("Levantine Arabic"),
    "maghrebi": _("Maghrebi Arabic"),
}
OCCASIONS: Mapping[str, object] = {
    "ramadan": _("Ramadan"),
    "eid_al_fitr": _("Eid al-Fitr"),
    "eid_al_adha": _("Eid al-Adha"),
    "saudi_national_day": _("Saudi National Day"),
    "saudi_founding_day": _("Saudi Founding Day"),
    "uae_national_day": _("UAE National Day"),
    "kuwait_national_day": _("Kuwait National Day"),
    "qatar_national_day": _("Qatar National Day"),
    "bahrain_national_day": _("Bahrain National Day"),
    "oman_national_day": _("Oman National Day"),
    "white_friday": _("White Friday"),
    "mothers_day": _("Mother's Day"),
}
_BESIDE: Mapping[str, object] = {
    "before": _("before %(occasion)s"),
    "after": _("after %(occasion)s"),
}


def label_of(item: ReadItem) -> str:
    """Return what kind of thing was read."""
    return str(LABELS[item.name])


def value_of(item: ReadItem) -> str:
    """Return what was read, in the reader's language and digits."""
    return _VALUES[item.name](item.values)


def _joined(words: Sequence[str]) -> str:
    return gettext(", ").join(words)


def _money(values: Sequence[Any]) -> str:
    """Return the sum as the site writes it; as the brand wrote it where the currency is not served or told, or it is paid again."""
    read = values[0]
    if read.currency not in CURRENCIES or read.is_repeated:
        return str(read.quote)
    return money(int(read.amount.scaleb(CURRENCIES[read.currency].exponent)), read.currency)


def _city_there(name: str) -> str:
    """Return a city with its country: written in Arabic, Amman and Oman differ by a mark."""
    city = find_city(name)
    return city_name(name) if city is None else _joined([city_name(name), country_name(city.country)])


def _choices(item: ReadItem) -> list[dict[str, str]]:
    """Return the two places of every name that may mean either, each with what its button sends."""
    if item.name != UNCLEAR:
        return []
    named = [(str(word), shared_names()[fold(str(word))]) for word in item.values]
    return [
        {"value": f"{UNCLEAR}:{kind}:{word}", "word": word, "place": place}
        for word, name in named
        for kind, place in (("country", country_name(name.country)), ("city", _city_there(name.city)))
    ]


def _range(low: str | None, high: str | None) -> str:
    if low is None:
        return gettext("at most %(most)s", most=high)
    if high is None:
        return gettext("at least %(least)s", least=low)
    return gettext("%(first)s to %(last)s", first=low, last=high)


def _days(values: Sequence[Any]) -> str:
    """Return the days, with the occasion that they were read from and whether the moon may move it."""
    first, last, occasion = values
    days = date_text(first) if first == last else _range(date_text(first), date_text(last))
    if occasion is None:
        return days
    names = _joined([str(OCCASIONS[name]) for name in occasion.names])
    if occasion.beside:
        names = str(_BESIDE[occasion.beside]) % {"occasion": names}
    if occasion.is_lunar:
        return gettext("%(days)s (%(occasion)s; the moon may move it by a day)", days=days, occasion=names)
    return gettext("%(days)s (%(occasion)s)", days=days, occasion=names)


_VALUES: Mapping[str, Callable[[Sequence[Any]], str]] = {
    "budget": _money,
    "price_each": _money,
    "people": lambda values: number(values[0]),
    "dates": _days,
    "deliverables": lambda values: _joined(
        [f"{number(count)} × {kind_label(kind)}" for kind, count in values]
    ),
    "platforms": lambda values: _joined([platform_label(code) for code in values]),
    "places": lambda values: _joined([country_name(code) for code in values]),
    "cities": lambda values: _joined([city_name(name) for name in values]),
    UNCLEAR: lambda values: _joined(list(map(str, values))),
    "audience_countries": lambda values: _joined([country_name(code) for code in values]),
    "audience_languages": lambda values: _joined([language_name(code) for code in values]),
    "followers": lambda values: _range(*(None if value is None else number(value) for value in values)),
    "exclusions": lambda values: _joined(list(values)),
    "written_in": lambda values: str(DIALECTS[values[1]]),
}


def chips_of(items: Sequence[ReadItem], answers: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the chips of an editor: what was refused is left out, what can be taken over offers it."""
    return [
        {
            "name": item.name,
            "label": label_of(item),
            "value": value_of(item),
            "is_kept": item.is_kept,
            "can_use": bool(item.fields) and not item.is_kept,
            "choices": _choices(item),
        }
        for item in items
        if answers.get(item.name) != ReadingAnswer.REFUSED
    ]

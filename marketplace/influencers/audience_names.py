"""Who an audience may consist of: the names that a reader chooses from, and the code behind what somebody typed."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from babel import Locale

from marketplace.influencers.domain import SplitKind
from marketplace.influencers.figures import AGE_BANDS
from marketplace.influencers.labels import GENDERS
from marketplace.influencers.profile import language_codes
from marketplace.web.countries import country_choices, country_codes, language_choices
from marketplace.web.language import LANGUAGES
from matching.folding import fold
from matching.reading.languages import language_spellings
from matching.reading.places import country_spellings

#: kinds whose few parts stand on the form, each with its share; the others are named by whoever fills it in
FIXED = (SplitKind.AGE, SplitKind.GENDER)


def offered_names(kind: str) -> list[tuple[str, str]]:
    """Return (code, name) of everything an audience may be split into, in the reader's language."""
    if kind == SplitKind.COUNTRY:
        return country_choices()
    if kind == SplitKind.LANGUAGE:
        return language_choices()
    if kind == SplitKind.GENDER:
        return [(code, str(label)) for code, label in GENDERS.items()]
    return [(band, band) for band in AGE_BANDS] if kind == SplitKind.AGE else []


def name_of(kind: str, code: str) -> str:
    """Return the name of one part of an audience in the reader's language; the code where it has none."""
    return dict(offered_names(kind)).get(code, code)


def code_of(kind: str, typed: str) -> str | None:
    """Return the code of what somebody typed: a name in either language, as it is often said, or the code itself."""
    return _codes(kind).get(_plain(typed))


@cache
def _codes(kind: str) -> dict[str, str]:
    named = dict(_names(kind))
    return named | {_plain(code): code for code in named.values()}


def _names(kind: str) -> Iterator[tuple[str, str]]:
    """Return (folded name, code), what is said less often first: a later name wins."""
    if kind == SplitKind.COUNTRY:
        yield from _folded(country_spellings())
        yield from _of_locales("territories", country_codes())
    elif kind == SplitKind.LANGUAGE:
        yield from _folded(language_spellings())
        yield from _of_locales("languages", language_codes())
    else:
        yield from ((_plain(code), code) for code in (*AGE_BANDS, *GENDERS))


def _folded(spellings: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    yield from ((_plain(name), code) for code, names in spellings.items() for name in names)


def _of_locales(table: str, codes: frozenset[str]) -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        names = getattr(Locale(language), table)
        yield from ((_plain(str(names[code])), code) for code in sorted(codes) if code in names)


def _plain(name: str) -> str:
    """Return a name without what differs between hands: letters that look the same, points, dashes, the article."""
    words = fold(name).replace("–", "-").replace(".", "").split()
    return " ".join(word.removeprefix("ال") if len(word) > len("ال") + 1 else word for word in words)

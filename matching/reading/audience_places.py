"""Places where the audience lives, told from those where influencers live: "followers in the Gulf", "جمهورهم سعودي", "UAE audience".

A number of followers says how large an account is, so the place after it is the influencer's: "5k followers in Riyadh". Where
they are "from" it is theirs again.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from matching.folding import is_arabic
from matching.reading.deliverables import find_kinds
from matching.reading.numerals import Numeral, find_numerals
from matching.reading.people import makers_named
from matching.reading.words import Hit, Phrases, Words
from matching.vocabularies import read_data

_BREAK = re.compile(r"[.,;:!?،؛؟\n()]")
_LIST = re.compile(r"\s*[,،]\s*")
_LABEL = re.compile(r"\s*[:(]\s*")
_NOUNS, _VERBS = "nouns", "verbs"
_FIRST_REACH, _NEXT_REACH, _COUNT_REACH = 7, 3, 3
_PERCENT = "%"


@cache
def _data() -> Mapping[str, Any]:
    return read_data("reading/audience.json")


@cache
def _openers() -> Phrases:
    return Phrases({name: _data()[name] for name in (_NOUNS, _VERBS)})


@cache
def _phrases(name: str) -> Phrases:
    return Phrases({name: _data()[name]})


@cache
def _adjectives() -> Phrases:
    return Phrases(read_data("reading/money.json")["nationalities"])  # type: ignore[arg-type]


def find_audience_places(words: Words, places: Sequence[Hit]) -> list[Hit]:
    """Return those of the places where the audience is to live, and what calls it by a nationality ("Kuwaiti followers")."""
    taken = {at for hit in places for at in range(hit.first, hit.last + 1)}
    adjectives = [hit for hit in _adjectives().find(words) if hit.first not in taken]
    by_first = {hit.first: hit for hit in (*adjectives, *places)}
    by_last = {hit.last: hit for hit in (*adjectives, *places)}
    stops = _stops(words)
    found: dict[int, Hit] = {}
    for opener in _openers().find(words):
        for hit in _after(words, opener, by_first, stops, adjectives):
            found[hit.first] = hit
        if opener.value == _NOUNS:
            found |= {hit.first: hit for hit in _before(words, opener, by_last)}
    return [found[at] for at in sorted(found)]


def _after(
    words: Words, opener: Hit, by_first: Mapping[int, Hit], stops: frozenset[int], adjectives: Iterable[Hit]
) -> Iterator[Hit]:
    """Yield the places behind a word of the audience: near, with no sign, number, work or maker between, then as a list goes on."""
    at, gap, reach = opener.last + 1, 0, _FIRST_REACH
    if _is_count(words, opener) and not (at < len(words.words) and _phrases("origins").at(words, at)):
        return
    are_links = True
    while at < len(words.words) and gap <= reach:
        hit = by_first.get(at)
        sign = words.between(at - 1, at)
        is_label = at == opener.last + 1 and _LABEL.fullmatch(sign)
        is_listed = hit is not None and reach == _NEXT_REACH and not gap and _LIST.fullmatch(sign)
        if (_BREAK.search(sign) and not is_label and not is_listed) or at in stops:
            return
        if hit is None or (hit in adjectives and not are_links):
            link = _phrases("links").at(words, at)
            are_links = are_links and link is not None
            at, gap = (at + 1 if link is None else link.last + 1), gap + 1
        else:
            yield hit
            at, gap, reach, are_links = hit.last + 1, 0, _NEXT_REACH, True


def _before(words: Words, opener: Hit, by_last: Mapping[int, Hit]) -> Iterator[Hit]:
    """Yield the places right before a word of the audience, as English puts them: "Gulf-based followers", "Saudi, Kuwaiti fans"."""
    at = opener.first - 1
    while at >= 0 and not is_arabic(words.words[opener.first].folded):
        sign = words.between(at, at + 1)
        if _BREAK.search(sign) and (at + 1 == opener.first or not _LIST.fullmatch(sign)):
            return
        hit = by_last.get(at)
        if hit is not None:
            if hit.first and _phrases("prepositions").at(words, hit.first - 1):
                return
            yield hit
            at = hit.first - 1
        elif _phrases("between").at(words, at):
            at -= 1
        else:
            return


def _is_count(words: Words, opener: Hit) -> bool:
    """Tell whether followers are counted: "10k-50k followers", "متابعين فوق ٥ آلاف"."""
    return any(
        not _is_share(words, number)
        and (
            0 < opener.first - number.last <= _COUNT_REACH
            and not _BREAK.search(words.between(number.last, opener.first))
        )
        for number in find_numerals(words)
    )


def _stops(words: Words) -> frozenset[int]:
    """Return the words where what is said of the audience ends."""
    hits: list[Hit | Numeral] = [*makers_named(words), *find_kinds(words), *_phrases("ends").find(words)]
    hits += [number for number in find_numerals(words) if not _is_share(words, number)]
    return frozenset(hit.first for hit in hits)


def _is_share(words: Words, number: Numeral) -> bool:
    return number.last + 1 < len(words.words) and words.words[number.last + 1].folded == _PERCENT

"""What a brief does not want: quoted for people, and left out of what is searched.

"No gaming" refuses wherever it begins a clause. After a noun, "skincare without perfume" refuses perfume; "recipes without sugar"
describes recipes, so its words stay in the search.
How something is said ("no hype") excludes nobody, but is nothing to look for either.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from matching.folding import fold
from matching.reading.refusal_reach import (
    ENDS,
    clause_end,
    end_of_phrase,
    list_end,
    listed,
    one_of,
    phrases_of,
    thing_end,
)
from matching.reading.words import Words, split

_LONGEST = 120
_LOOSE_ENDS = re.compile(r"^[\s,،;؛:.]+|[,،;؛:]\s*(?=[,،;؛:.!?؟]|$)|(?<=[.!?؟])\s*[,،;؛:.]")
"""Commas and stops that a refusal leaves behind, of which the encoder would make something."""
_ANEW = re.compile(r"\s+(?:ولا|nor)\s+")
"""Refuses once more: each thing is quoted by itself."""
_NEGATES_VERBS, _VERBS_BEGIN = "لا", "ينت"
_HEAD = 1
"""What describes stands at the head of what is refused, or one word later ("added sugar")."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Where a refusal stands in a text, from its opening word to its end, and what it refuses."""

    start: int
    end: int
    what: str
    is_searched: bool


@cache
def _pattern() -> re.Pattern[str]:
    opening = rf"(?:^|[{ENDS}])\s*(?:[-•*–]\s+)?(?:(?:{one_of('lead_ins')})\s+)*"
    at_start = rf"{opening}(?P<joined_start>و?)(?P<at_start>{one_of('refusing', 'describing', 'opening')})"
    anywhere = rf"(?<!\w)(?P<joined>(?:and\s+|و)?)(?P<anywhere>{one_of('refusing', 'describing')})"
    what = rf"(?P<what>[^{ENDS}]{{2,{_LONGEST}}}?)"
    return re.compile(rf"(?:{at_start}|{anywhere})\s+{what}{end_of_phrase()}", re.IGNORECASE)


@cache
def _free_of() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?P<what>{one_of('free_of')})(?:[-\u2010\u2011]|\s+)free(?!\w)")


@cache
def _joint() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{one_of('joints')})\s+|\s*[,،]\s*(?:(?:or|nor|and|أو)\s+)?", re.IGNORECASE)


def find_exclusions(words: Words, refused_places: Iterable[str]) -> tuple[str, ...]:
    """Return quotes of what is not wanted, `refused_places` among them."""
    quotes = [each for refusal in _refusals(words.text) for each in _ANEW.split(refusal.what)]
    found = [kept for quote in quotes if (kept := _kept(quote))]
    found += [place for place in refused_places if not any(place in quote for quote in found)]
    return tuple(dict.fromkeys(found))


def without_refusals(text: str) -> str:
    """Return a text without what it refuses: a search for "no gaming" would find those who play."""
    kept, at = [], 0
    for refusal in _refusals(text):
        if not refusal.is_searched:
            kept.append(text[at : refusal.start])
            at = refusal.end
    return _LOOSE_ENDS.sub("", " ".join((*kept, text[at:]))).strip() if kept else text


def _refusals(text: str) -> Iterator[_Refusal]:
    even = _even(text)
    at = 0
    for refusal in sorted((*_opened(text, even), *_compounds(text, even)), key=lambda found: found.start):
        if refusal.start >= at:
            yield refusal
            at = refusal.end


def _opened(text: str, even: str) -> Iterator[_Refusal]:
    """Yield what words such as "no" and "without" refuse."""
    for found in _pattern().finditer(even):
        name = "at_start" if found["at_start"] else "anywhere"
        start, end = found.span("what")
        if not _is_idle(found[name], text[start:end].strip()):
            is_attached = name == "anywhere" and _is_describing(found[name])
            end = thing_end(even, start, end) if is_attached else clause_end(even, start, end)
            if end == found.end("what") and _kept(text[start:end]):
                end = list_end(even, end)
            what = text[start:end].strip()
            joined = found.start("joined_start" if name == "at_start" else "joined")
            yield _Refusal(joined, end, what, is_attached and _describes(what))


def _compounds(text: str, even: str) -> Iterator[_Refusal]:
    """Yield what "-free" refuses; "sugar-free" names a subject and is none."""
    for found in _free_of().finditer(even):
        start, end = found.span("what")
        yield _Refusal(found.start(), found.end(), text[start:end], is_searched=False)


def _describes(what: str) -> bool:
    """Tell whether doing without it is a subject: recipes without sugar, training without machines."""
    return any(hit.first <= _HEAD for hit in phrases_of("descriptive").find(split(what)))


def _is_idle(opener: str, what: str) -> bool:
    """Tell whether nothing is refused: "no more than", "no. 1", and لا before a verb ("does not exceed")."""
    quoted = split(what)
    if not quoted.words or phrases_of("idle").at(quoted, 0) is not None:
        return True
    first = quoted.words[0].folded
    return first[0].isdigit() or (opener == _NEGATES_VERBS and first[0] in _VERBS_BEGIN)


@cache
def _is_describing(opener: str) -> bool:
    return " ".join(opener.lower().split()) in {fold(phrase) for phrase in listed("describing")}


def _even(text: str) -> str:
    """Fold letter by letter, so that places in the text stay what they are."""
    return "".join(folded if len(folded := fold(letter)) == 1 else letter for letter in text)


def _kept(quote: str) -> str:
    """Return a quote without its parts that speak of tone; empty where nothing is left."""
    parts = _joint().split(quote)
    kept = [part for part in parts if not phrases_of("tone").find(split(part))]
    return quote if len(kept) == len(parts) else ", ".join(kept)

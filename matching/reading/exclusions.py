"""What a brief does not want: quoted for people, and left out of what is searched.

"No gaming" refuses wherever it begins a clause; "recipes without sugar" describes recipes, so its words stay in the search.
How something is said ("no hype") excludes nobody, but is nothing to look for either.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from matching.folding import fold
from matching.reading.words import Phrases, Words, split
from matching.vocabularies import read_data

_ENDS = ",.;:!?،؛؟\n()"
_LONGEST = 120
_LOOSE_ENDS = re.compile(r"^[\s,،;؛:.]+|[,،;؛:]\s*(?=[,،;؛:.!?؟]|$)|(?<=[.!?؟])\s*[,،;؛:.]")
"""Commas and stops that a refusal leaves behind, of which the encoder would make something."""
_NEGATES_VERBS, _VERBS_BEGIN = "لا", "ينت"


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Where a refusal stands in a text, from its opening word to its end, and what it refuses."""

    start: int
    end: int
    what: str
    is_searched: bool


@cache
def _listed(name: str) -> tuple[str, ...]:
    entries = read_data("reading/exclusions.json")[name]
    return tuple(map(str, entries)) if isinstance(entries, list) else ()


def _one_of(*names: str) -> str:
    phrases = {fold(phrase) for name in names for phrase in _listed(name)}
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in ordered)


@cache
def _pattern() -> re.Pattern[str]:
    opening = rf"(?:^|[{_ENDS}])\s*(?:[-•*–]\s+)?(?:(?:{_one_of('lead_ins')})\s+)*"
    at_start = rf"{opening}(?P<joined_start>و?)(?P<at_start>{_one_of('refusing', 'describing', 'opening')})"
    anywhere = rf"(?<!\w)(?P<joined>و?)(?P<anywhere>{_one_of('refusing', 'describing')})"
    end = rf"(?=\s*(?:$|[{_ENDS}])|\s+(?:{_one_of('turns')})(?!\w))"
    return re.compile(
        rf"(?:{at_start}|{anywhere})\s+(?P<what>[^{_ENDS}]{{2,{_LONGEST}}}?){end}", re.IGNORECASE
    )


@cache
def _joint() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{_one_of('joints')})\s+", re.IGNORECASE)


@cache
def _phrases(name: str) -> Phrases:
    return Phrases({name: _listed(name)})


def find_exclusions(words: Words, refused_places: Iterable[str]) -> tuple[str, ...]:
    """Return quotes of what is not wanted, `refused_places` among them."""
    found = [kept for refusal in _refusals(words.text) if (kept := _kept(refusal.what))]
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


def _refusals(text: str) -> Iterable[_Refusal]:
    for found in _pattern().finditer(_even(text)):
        what = text[found.start("what") : found.end("what")].strip()
        name = "at_start" if found["at_start"] else "anywhere"
        if not _is_idle(found[name], what):
            is_searched = name == "anywhere" and _is_describing(found[name])
            start = found.start("joined_start" if name == "at_start" else "joined")
            yield _Refusal(start, found.end("what"), what, is_searched)


def _is_idle(opener: str, what: str) -> bool:
    """Tell whether nothing is refused: "no more than", "no. 1", and لا before a verb ("does not exceed")."""
    quoted = split(what)
    if not quoted.words or _phrases("idle").at(quoted, 0) is not None:
        return True
    first = quoted.words[0].folded
    return first[0].isdigit() or (opener == _NEGATES_VERBS and first[0] in _VERBS_BEGIN)


@cache
def _is_describing(opener: str) -> bool:
    return " ".join(opener.lower().split()) in {fold(phrase) for phrase in _listed("describing")}


def _even(text: str) -> str:
    """Fold letter by letter, so that places in the text stay what they are."""
    return "".join(folded if len(folded := fold(letter)) == 1 else letter for letter in text)


def _kept(quote: str) -> str:
    """Return a quote without its parts that speak of tone; empty where nothing is left."""
    parts = _joint().split(quote)
    kept = [part for part in parts if not _phrases("tone").find(split(part))]
    return quote if len(kept) == len(parts) else ", ".join(kept)

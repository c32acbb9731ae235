"""How far a refusal reaches: over the commas of a list, and after a noun no farther than the thing itself.

"No gaming, crypto or politics" refuses all three, "no gaming, we want skincare" gaming alone: a list goes on as far as an "or"
closes it, or as what follows is refused often. "Skincare without perfume for dry skin" refuses perfume, not dry skin.
"""

import re
from functools import cache
from itertools import pairwise

from matching.folding import fold
from matching.reading.deliverables import find_kinds, find_platforms_named
from matching.reading.numerals import find_numerals
from matching.reading.people import begins_with_people
from matching.reading.places import city_phrases, country_phrases
from matching.reading.words import Phrases, Words, split
from matching.vocabularies import read_data

ENDS = ",.;:!?،؛؟\n()"
_COMMAS = ",،"
_LONGEST_PIECE, _MOST_WORDS = 60, 5
_AND, _FOR_THE = "و", "لل"
_SHORTEST_JOINED = 3
_LONG = 6
_GOES_ON = frozenset({"and", "so", "because", "عشان", "علشان", "لان"})


def listed(name: str) -> tuple[str, ...]:
    """Return a list of the data file."""
    entries = read_data("reading/exclusions.json")[name]
    return tuple(map(str, entries)) if isinstance(entries, list) else ()


@cache
def one_of(*names: str) -> str:
    """Return a pattern of the folded phrases of these lists, the longest first."""
    phrases = {fold(phrase) for name in names for phrase in listed(name)}
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in ordered)


@cache
def phrases_of(name: str) -> Phrases:
    """Return the phrases of a list."""
    return Phrases({name: listed(name)})


@cache
def end_of_phrase() -> str:
    """Return a pattern that stands before whatever ends a refusal."""
    anew = rf"(?:and\s+|و)(?:{one_of('refusing', 'describing')})"
    return rf"(?=\s*(?:$|[{ENDS}])|\s+(?:{one_of('turns')}|{anew})(?!\w))"


@cache
def _piece() -> re.Pattern[str]:
    wanted = rf"(?!\s+(?:{one_of('wanted_after')})(?!\w))"  # "makeup only" is asked for
    piece = rf"(?P<piece>[^{ENDS}]{{2,{_LONGEST_PIECE}}}?)"
    return re.compile(rf"\s*[{_COMMAS}]\s*{piece}{end_of_phrase()}{wanted}")


@cache
def _closing() -> re.Pattern[str]:
    return re.compile(rf"(?:^|\s)(?:{one_of('closing')})\s")


def list_end(even: str, end: int) -> int:
    """Return where a list of refused things ends that may go on at the comma at `end`; `even` is folded letter by letter."""
    reached = at = end
    while (found := _piece().match(even, at)) is not None:
        piece_end = thing_end(even, *found.span("piece"))
        piece = even[found.start("piece") : piece_end]
        if not _may_be_refused(split(piece)):
            break
        if _closing().search(piece):
            return piece_end
        reached = piece_end if reached == at and _is_often_refused(piece) else reached
        if piece_end < found.end("piece"):
            break
        at = piece_end
    return reached


def thing_end(even: str, start: int, end: int) -> int:
    """Return where the thing ends that is refused after a noun: before "for", "in", "who", and before another noun with "and"."""
    words = list(re.finditer(r"\S+", even[start:end]))
    for place, found in enumerate(words[1:], start=1):
        word = found.group()
        later = len(words) - place - 1
        is_joint = word in {"and", _AND}
        is_joined = word.startswith(_AND) and len(word) > _SHORTEST_JOINED and not is_joint
        is_next = word in _stops() or (word.startswith(_FOR_THE) and len(word) > _SHORTEST_JOINED)
        if is_next or (is_joint and later > 1) or (is_joined and later > 0):
            return start + words[place - 1].end()
    return end


def clause_end(even: str, start: int, end: int) -> int:
    """Return where a refusal ends that no sign ends: before other work ("not stories reels only"), and before "and" where it is long."""
    words = split(even[start:end])
    facts = {hit.first: hit for hit in (*find_kinds(words), *find_platforms_named(words))}
    if 0 in facts and facts[0].last + 1 in facts:
        follows = words.words[facts[0].last + 1]
        return end if follows.folded.startswith(_AND) else start + words.words[facts[0].last].end
    if len(words.words) > _LONG:
        for before, word in pairwise(words.words):
            if word.folded in _GOES_ON or (
                word.folded.startswith(_AND) and len(word.folded) > _SHORTEST_JOINED
            ):
                return start + before.end
    return end


@cache
def _stops() -> frozenset[str]:
    return frozenset(map(fold, listed("stops")))


def _may_be_refused(words: Words) -> bool:
    """Tell whether these may go on with a list: few words, no fact of the work, and none that begins something else."""
    if not 0 < len(words.words) <= _MOST_WORDS or words.words[0].folded in _stops():
        return False
    if words.words[-1].folded in map(fold, listed("wanted_after")):
        return False
    begins_anew = any(
        phrases_of(name).at(words, 0) is not None
        for name in ("refusing", "describing", "opening", "lead_ins", "turns")
    )
    is_fact = (
        find_numerals(words)
        or find_kinds(words)
        or find_platforms_named(words)
        or country_phrases().find(words)
        or city_phrases().find(words)
    )
    return not begins_anew and not is_fact and not begins_with_people(words)


def _is_often_refused(piece: str) -> bool:
    parts = re.split(r"\s+and\s+|^and\s+|\s+و(?=\S)", piece)
    return all(phrases_of("often_refused").at(split(part), 0) is not None for part in parts if part)

"""Pieces of work and platforms that a brief names: "3 reels and two stories on Instagram", "ريلزين وستوري", "فيديوين تيك توك"."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from matching.reading.frequency import Piece, is_repeated, repeated
from matching.reading.numerals import find_numerals
from matching.reading.words import Hit, Phrases, Words
from matching.vocabularies import read_data

MOST_OF_A_KIND = 50
_MOST_AFTER = 20
_BETWEEN = 2
_NONE = "none"
_BREAK = re.compile(r"[.,;:!?،؛؟\n%$€£()+&/]")
_ONES = frozenset({"واحد", "واحده"})
_TIMES = frozenset({"x", "عدد", "العدد"})
_JOINTS = frozenset({"and", "or", "plus", "او"})
_EACH = frozenset({"each", "apiece", "per", "لكل"})
_HYPHENS = frozenset({"-", "–"})
_AND = "و"
_WHERE = frozenset({"on", "in", "via", "في", "علي", "عبر"})


@cache
def _data() -> Mapping[str, Any]:
    return read_data("reading/deliverables.json")


@cache
def _phrases(name: str) -> Phrases:
    entries = _data()[name]
    return Phrases({name: entries} if isinstance(entries, list) else entries)


@cache
def _duals() -> Phrases:
    by_kind: dict[str, list[str]] = {}
    for phrase, kind in _data()["duals"].items():
        by_kind.setdefault(kind, []).append(phrase)
    return Phrases(by_kind)


@cache
def _counted(part: str) -> Phrases:
    """Return the words that are work only where they are counted; `part` is "words" or "duals"."""
    return Phrases({name: row[part] for name, row in _data()["counted"].items()})


def find_kinds(words: Words) -> list[Hit]:
    """Return where kinds of work are named, in the order of the text."""
    return [hit for hit in _kinds().find(words) if hit.value != _NONE]


@cache
def _kinds() -> Phrases:
    return Phrases(_data()["kinds"] | {_NONE: _data()["no_kinds"]})


def find_deliverables(words: Words) -> tuple[tuple[str, int], ...]:
    """Return (kind, count) of each named kind in the order of the text; a kind without a number counts once."""
    pieces = [Piece(hit.first, hit.last, hit.value, _count_of(words, hit) or 1) for hit in find_kinds(words)]
    taken = {at for hit in find_kinds(words) for at in range(hit.first, hit.last + 1)}
    pieces += [Piece(hit.first, hit.last, hit.value, 2) for hit in _duals().find(words)]
    pieces += [
        Piece(hit.first, hit.last, kind, count)
        for hit, kind, count in (*_counted_words(words), *_counted_platforms(words))
        if hit.first not in taken
    ]
    found: dict[str, int] = {}
    for piece in repeated(words, pieces):
        if 1 <= piece.count <= MOST_OF_A_KIND:
            found[piece.kind] = max(found.get(piece.kind, 0), piece.count)
    return tuple(found.items())


def find_platforms(words: Words) -> tuple[str, ...]:
    """Return the platforms a text names, by themselves or by who is on them ("youtubers"), in its order."""
    named = [*find_platforms_named(words), *_phrases("platform_people").find(words)]
    return tuple(dict.fromkeys(hit.value for hit in sorted(named, key=lambda hit: hit.first)))


@cache
def _platforms() -> Phrases:
    return Phrases(_data()["platforms"] | {_NONE: _data()[_NONE]})


def find_platforms_named(words: Words) -> list[Hit]:
    """Return where platforms are named, in the order of the text."""
    return [hit for hit in _platforms().find(words) if hit.value != _NONE]


def _count_of(words: Words, hit: Hit) -> int:
    """Return the number that counts the work named there: before it with at most two words between, or after it ("reels x 3")."""
    return _number_before(words, hit) or _number_after(words, hit)


def _number_before(words: Words, hit: Hit) -> int:
    lengths = _lengths(words)
    before = [each for each in find_numerals(words) if each.last < hit.first and each.first not in lengths]
    if not before or words.words[hit.first].folded.startswith(_AND):
        return 0
    number = before[-1]
    between = [at for at in range(number.last + 1, hit.first) if at not in lengths]
    is_broken = (
        len(between) > _BETWEEN
        or _BREAK.search(words.between(number.last, hit.first))
        or any(_phrases("breaks").at(words, at) is not None for at in between)
        or any(_phrases("people").at(words, at) is not None for at in between)
        or any(other.first in between for other in (*find_kinds(words), *_duals().find(words)))
    )
    return 0 if is_broken or number.value != int(number.value) else int(number.value)


def _lengths(words: Words) -> frozenset[int]:
    """Return the places of the words that say how long something is: "two 60-second videos" are two."""
    found: set[int] = set()
    for each in find_numerals(words):
        at = each.last + 1
        if at < len(words.words) and words.words[at].folded in _HYPHENS:
            at += 1
        if at < len(words.words) and _phrases("units").at(words, at) is not None:
            found |= set(range(each.first, at + 1))
    return frozenset(found)


def _number_after(words: Words, hit: Hit) -> int:
    at = hit.last + 1
    if at < len(words.words) and words.words[at].folded in _TIMES:
        at += 1
    number = next((each for each in find_numerals(words) if each.first == at), None)
    if number is None or not 1 <= number.value <= _MOST_AFTER:
        return 0
    is_adjective = words.words[at].folded in _ONES  # "فيديو واحد", which nothing else can take
    return int(number.value) if is_adjective or _ends(words, number.last) else 0


def _ends(words: Words, at: int) -> bool:
    """Tell whether nothing follows a word that would go with it: the end, a sign, or "and"."""
    if at + 1 == len(words.words):
        return True
    following = words.words[at + 1].folded
    return (
        bool(_BREAK.search(words.between(at, at + 1)))
        or following in _JOINTS | _EACH
        or following.startswith(_AND)
    )


def _counted_words(words: Words) -> list[tuple[Hit, str, int]]:
    """Return words such as "videos" that are counted, with the kind they are on the nearest platform."""
    found = [(hit, 2) for hit in _counted("duals").find(words)]
    lengths, kinds = _lengths(words), {hit.last for hit in find_kinds(words)}
    for hit in _counted("words").find(words):
        before = next((at for at in range(hit.first - 1, -1, -1) if at not in lengths), None)
        is_asked = before is not None and (
            _phrases("asking").at(words, before) is not None
            or (words.words[hit.first].folded.startswith(_AND) and before in kinds)
        )
        is_wanted = is_asked or is_repeated(words, hit.first, hit.last)
        found.append((hit, _count_of(words, hit) or int(is_wanted)))
    platforms = find_platforms_named(words)
    return [(hit, _kind_there(hit, platforms), count) for hit, count in found if count]


def _kind_there(hit: Hit, platforms: list[Hit]) -> str:
    row = _data()["counted"][hit.value]
    nearest = min(platforms, key=lambda each: abs(each.first - hit.last), default=None)
    return str(row["usual"] if nearest is None else row["of"].get(nearest.value, row["usual"]))


def _counted_platforms(words: Words) -> list[tuple[Hit, str, int]]:
    """Return the names of platforms that stand for work: "3 سناب", "one TikTok and a reel"."""
    kinds: Mapping[str, str] = _data()["counted_platforms"]
    counts = {numeral.last: int(numeral.value) for numeral in find_numerals(words)}
    found = []
    for hit in find_platforms_named(words):
        is_repeating = not _is_where(words, hit) and is_repeated(words, hit.first, hit.last)
        is_counted = _ends(words, hit.last) or is_repeating
        count = (counts.get(hit.first - 1, 0) if is_counted else 0) or _number_after(words, hit)
        count = count or int(is_repeating)
        if hit.value in kinds and count:
            found.append((hit, kinds[hit.value], count))
    return found


def _is_where(words: Words, hit: Hit) -> bool:
    """Tell whether a platform is where something happens, not the work itself: "on snap", بالسناب."""
    before = words.words[hit.first - 1].folded if hit.first else ""
    return before in _WHERE or words.words[hit.first].folded.startswith("ب")

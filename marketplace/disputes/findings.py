"""What a machine can say about a disputed criterion before anybody decides: length, label, tag, link, live days, language.

Pure. A finding binds nobody; it says what was looked at. A criterion whose sentence names nothing that can be
counted or found is left to people.
"""

import json
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

_NUMBER = re.compile(r"\d+")
_TAG = re.compile(r"[#@][\w.]*\w")
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s\"'<>،,;]*)?)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:['’ـ][^\W\d_]+)*|\d+")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_LATIN = re.compile(r"[A-Za-z]")
_TO_LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
_COMPARED: Mapping[str, Callable[[int, int], bool]] = {
    "at_most": operator.le,
    "at_least": operator.ge,
    "below": operator.lt,
    "above": operator.gt,
}
#: from this share of its letters on a text is in a language
OWN_LETTERS_LEAST = 0.5


class Outcome(StrEnum):
    """What was found; `unclear` leaves it to people."""

    MET = "met"
    NOT_MET = "not_met"
    UNCLEAR = "unclear"


class Found(StrEnum):
    """What a finding says; `disputes.finding_words` has its sentences."""

    COUNTED = "counted"
    LABEL_SEEN = "label_seen"
    LABEL_LATE = "label_late"
    LABEL_MISSING = "label_missing"
    ALL_SEEN = "all_seen"
    SOME_MISSING = "some_missing"
    LIVED = "lived"
    STILL_LIVE = "still_live"
    LANGUAGE_SHARE = "language_share"
    NOTHING_TO_LOOK_AT = "nothing_to_look_at"
    NOT_TESTABLE = "not_testable"


@dataclass(frozen=True, slots=True)
class Material:
    """What is looked at: the newest version's text and links, and the newest live post. Times in UTC."""

    text: str
    links: tuple[str, ...] = ()
    disclosure: str = ""
    url: str = ""
    posted_at: datetime | None = None
    #: when the post was reported as taken down; None while it is up
    down_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one criterion, with the figures its sentence names."""

    criterion_id: str
    outcome: Outcome
    found: Found
    params: Mapping[str, Any] = field(default_factory=dict)


Judged = tuple[Outcome, Found, Mapping[str, Any]]
_UNTESTABLE: Judged = (Outcome.UNCLEAR, Found.NOT_TESTABLE, {})
_EMPTY: Judged = (Outcome.UNCLEAR, Found.NOTHING_TO_LOOK_AT, {})


def judge(criterion: Mapping[str, Any], material: Material, *, now: datetime) -> Finding:
    """Test one criterion (`id`, `kind`, `text`) against the material."""
    tester = _TESTERS.get(str(criterion.get("kind")))
    sentence = _plain(f"{criterion.get('text', '')} {criterion.get('text_ar', '')}")
    outcome, found, params = tester(sentence, material, now) if tester is not None else _UNTESTABLE
    return Finding(str(criterion["id"]), outcome, found, params)


@cache
def _words() -> Mapping[str, Any]:
    text = resources.files("marketplace.disputes").joinpath("data/words.json").read_text(encoding="utf-8")
    words: Mapping[str, Any] = json.loads(text)
    return words


def _length(sentence: str, material: Material, _now: datetime) -> Judged:
    unit = next((name for name, words in _words()["units"].items() if _has_any(sentence, words)), None)
    limits, bounds = _numbers(sentence), _bounds(sentence)
    if unit is None or len(limits) != 1 or len(bounds) != 1:
        return _UNTESTABLE
    if not material.text:
        return _EMPTY
    count = len(_WORD.findall(material.text)) if unit == "words" else len(material.text)
    return (
        _outcome(_COMPARED[bounds.pop()](count, limits[0])),
        Found.COUNTED,
        {"count": count, "limit": limits[0], "unit": unit},
    )


def _label(sentence: str, material: Material, _now: datetime) -> Judged:
    texts = [text for text in (material.disclosure, material.text) if text]
    if not texts:
        return _EMPTY
    word = next((found for text in texts if (found := _disclosure_in(text))), None)
    if word is None:
        return Outcome.NOT_MET, Found.LABEL_MISSING, {}
    is_first_asked = _has_any(sentence, _words()["first_line"])
    if not is_first_asked or not material.text:
        return Outcome.MET, Found.LABEL_SEEN, {"word": word}
    first = next((line for line in material.text.splitlines() if line.strip()), "")
    seen = _disclosure_in(first)
    if seen is not None:
        return Outcome.MET, Found.LABEL_SEEN, {"word": seen}
    return Outcome.NOT_MET, Found.LABEL_LATE, {"word": word}


def _tag(sentence: str, material: Material, _now: datetime) -> Judged:
    wanted = list(dict.fromkeys(_TAG.findall(sentence)))
    return _all_in(wanted, _plain(material.text), has_material=bool(material.text))


def _link(sentence: str, material: Material, _now: datetime) -> Judged:
    wanted = list(dict.fromkeys(each.rstrip("/.") for each in _ADDRESS.findall(sentence)))
    looked_at = _plain(" ".join((material.text, *material.links, material.url)))
    return _all_in(wanted, looked_at, has_material=bool(looked_at.strip()))


def _live_days(sentence: str, material: Material, now: datetime) -> Judged:
    days = _numbers(sentence)
    if len(days) != 1 or not _has_any(sentence, _words()["days"]):
        return _UNTESTABLE
    if material.posted_at is None:
        return _EMPTY
    until = material.down_at or now
    lived = max((until - material.posted_at).days, 0)
    params = {"lived": lived, "days": days[0]}
    if until - material.posted_at >= timedelta(days=days[0]):
        return Outcome.MET, Found.LIVED, params
    if material.down_at is None:
        return Outcome.UNCLEAR, Found.STILL_LIVE, params
    return Outcome.NOT_MET, Found.LIVED, params


def _language(sentence: str, material: Material, _now: datetime) -> Judged:
    is_arabic, is_english = (_has_any(sentence, _words()[name]) for name in ("arabic", "english"))
    if is_arabic == is_english:
        return _UNTESTABLE
    arabic, latin = len(_ARABIC.findall(material.text)), len(_LATIN.findall(material.text))
    if not arabic + latin:
        return _EMPTY
    share = (arabic if is_arabic else latin) / (arabic + latin)
    return _outcome(share >= OWN_LETTERS_LEAST), Found.LANGUAGE_SHARE, {"percent": round(share * 100)}


def _all_in(wanted: Sequence[str], looked_at: str, *, has_material: bool) -> Judged:
    if not wanted:
        return _UNTESTABLE
    if not has_material:
        return _EMPTY
    missing = [each for each in wanted if not _stands_in(each, looked_at)]
    if missing:
        return Outcome.NOT_MET, Found.SOME_MISSING, {"names": missing}
    return Outcome.MET, Found.ALL_SEEN, {"names": list(wanted)}


def _stands_in(name: str, looked_at: str) -> bool:
    """Tell whether a tag or an address stands there whole: #ad is not found in #adventure, nor shop.test in myshop.test."""
    of_names = r"\w" if name[0] in "#@" else r"\w-"  # a hyphen ends a tag, and goes on in an address
    return re.search(rf"(?<![{of_names}]){re.escape(name)}(?![{of_names}]|\.\w)", looked_at) is not None


def _disclosure_in(text: str) -> str | None:
    plain = _plain(text)
    if plain.strip(" .:!|-") in _words()["whole_line"]:
        return plain.strip()
    return next(
        (
            word
            for word in _words()["disclosure"]
            if re.search(rf"(?<![\w#]){re.escape(word)}" + (r"(?!\w)" if word[-1].isalnum() else ""), plain)
        ),
        None,
    )


def _bounds(sentence: str) -> set[str]:
    """Return the bounds it names. The longer words come first, and are not read twice: "no more than" is no "more than"."""
    named = [(word, bound) for bound in _COMPARED for word in _words()[bound]]
    found = set()
    for word, bound in sorted(named, key=lambda each: -len(each[0])):
        sentence, count = re.subn(rf"(?<!\w){re.escape(word)}(?!\w)", " ", sentence)
        if count:
            found.add(bound)
    return found


def _numbers(sentence: str) -> list[int]:
    """Return the numbers it names, each once: a criterion in two languages names the same one twice."""
    return list(dict.fromkeys(int(each) for each in _NUMBER.findall(sentence)))


def _has_any(sentence: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", sentence) for word in words)


def _plain(text: str) -> str:
    return text.casefold().translate(_TO_LATIN_DIGITS)


def _outcome(is_met: bool) -> Outcome:  # noqa: FBT001  # the one answer of a test
    return Outcome.MET if is_met else Outcome.NOT_MET


_TESTERS: Mapping[str, Callable[[str, Material, datetime], Judged]] = {
    "length": _length,
    "label": _label,
    "tag": _tag,
    "link": _link,
    "live_days": _live_days,
    "language": _language,
}

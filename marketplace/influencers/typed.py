"""Reads what influencers type into figures, posts and splits; all problems of a form come back at once."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from marketplace.influencers.figures import COUNT_MAX, HASHTAGS_MAX, FigureInvalid, PostValues
from marketplace.web.language import lazy_gettext as _
from marketplace.web.reading import DraftReader, latin_digits

COUNTS = ("views", "likes", "comments", "shares", "saves")
LINES_MAX = 40


def read_figure(typed: Mapping[str, Any]) -> tuple[str, int, date, int | None]:
    """Return (name, value, day, sample size). Raises FigureInvalid."""
    reader = DraftReader(typed)
    value = reader.count("value", least=0, most=COUNT_MAX)
    as_of = reader.day("as_of")
    sample_size = reader.optional_count("sample_size", least=1, most=COUNT_MAX)
    _refuse(reader)
    return str(typed.get("name") or ""), value, as_of or date.min, sample_size


def read_post(typed: Mapping[str, Any]) -> PostValues:
    """Return a post; hashtags are read from its text. Raises FigureInvalid."""
    reader = DraftReader(typed)
    published_on = reader.day("published_on")
    text = reader.text("text", most=5_000)
    counts: dict[str, Any] = {name: reader.optional_count(name, least=0, most=COUNT_MAX) for name in COUNTS}
    url = reader.text("url", least=1, most=300)
    _refuse(reader)
    return PostValues(
        url=url,
        published_at=datetime.combine(published_on or date.min, time(), UTC),
        text=text,
        hashtags=hashtags_of(text),
        is_sponsored=reader.flag("is_sponsored"),
        **counts,
    )


def hashtags_of(text: str) -> tuple[str, ...]:
    """Return the hashtags of a post's text without their mark, each once."""
    found = dict.fromkeys(word.lstrip("#") for word in text.split() if word.startswith("#") and len(word) > 1)
    return tuple(found)[:HASHTAGS_MAX]


def read_shares(typed: Mapping[str, Any]) -> tuple[str, dict[str, float], date]:
    """Return (kind, shares from 0 to 1, day) from lines such as `SA 62`. Raises FigureInvalid."""
    reader = DraftReader(typed)
    kind, as_of = str(typed.get("kind") or ""), reader.day("as_of")
    shares: dict[str, float] = {}
    lines = [line for line in str(typed.get("shares") or "").splitlines() if line.strip()]
    for line in lines[:LINES_MAX]:
        key, _colon, share = line.replace(":", " ").strip().rpartition(" ")
        number = latin_digits(share.strip().rstrip("%٪"))
        if not key.strip() or not number.isdecimal() or len(number) > 3:
            reader.refuse(
                "shares", _("Write one line for each: a code and a whole number, for example SA 62.")
            )
            continue
        shares[normal_key(kind, key.strip())] = int(number) / 100
    if not lines:
        reader.refuse("shares", _("Fill this in."))
    _refuse(reader)
    return kind, shares, as_of or date.min


def read_days(typed: Mapping[str, Any]) -> tuple[date, date]:
    """Return (first day, last day). Raises FigureInvalid."""
    reader = DraftReader(typed)
    first, last = reader.day("starts_on"), reader.day("ends_on")
    _refuse(reader)
    return first or date.min, last or date.min


def normal_key(kind: str, key: str) -> str:
    """Return the code of a part of an audience as it is stored."""
    return key.upper() if kind == "country" else key.lower()


def _refuse(reader: DraftReader) -> None:
    if reader.problems:
        raise FigureInvalid(_("Some fields need another look."), fields=reader.problems)

"""Reads what influencers type into figures, posts and splits; all problems of a form come back at once."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from marketplace.influencers.audience_names import FIXED, code_of
from marketplace.influencers.domain import SplitKind
from marketplace.influencers.figures import COUNT_MAX, HASHTAGS_MAX, FigureInvalid, PostValues
from marketplace.web.language import lazy_gettext as _
from marketplace.web.reading import DraftReader

COUNTS = ("views", "likes", "comments", "shares", "saves")
WHOLE = 100


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


def read_shares(kind: str, typed: Mapping[str, Any]) -> tuple[dict[str, float], date]:
    """Return (shares from 0 to 1 by code, day) from rows of somebody by name or code and a share in percent.

    Raises:
        FigureInvalid: what is wrong in which field of which row.

    """
    reader = DraftReader(typed)
    as_of = reader.day("as_of")
    shares: dict[str, float] = {}
    rows = reader.rows("shares", tells=("share",) if kind in FIXED else ("who", "share"))
    for place, row in rows:
        line = DraftReader(
            {**row, "share": str(row.get("share") or "").strip().strip("%٪")},
            reader.problems,
            prefix=f"shares-{place}-",
        )
        code = _code(kind, line)
        percent = line.count("share", least=0, most=WHOLE)
        if code in shares:
            line.refuse("who", _("This stands in another line already."))
        elif code is not None:
            shares[code] = percent / WHOLE
    if not rows:
        reader.refuse("shares", _("Fill in at least one line."))
    _refuse(reader)
    return shares, as_of or date.min


def _code(kind: str, line: DraftReader) -> str | None:
    """Return the code of who a row is about; None, with what is wrong, where nobody knows."""
    who = str(line.draft.get("who") or "").strip()
    code = code_of(kind, who) if who else None
    if not who:
        line.refuse("who", _("Fill this in."))
    elif code is None and kind == SplitKind.COUNTRY:
        line.refuse(
            "who",
            _("No such country is known. Choose one that is offered, or type its two letters, such as SA."),
        )
    elif code is None:
        line.refuse(
            "who",
            _("No such language is known. Choose one that is offered, or type its two letters, such as ar."),
        )
    return code


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

"""The days in which a brief wants its posts: "1 to 15 December", "from 2026-12-01 to 2026-12-15", "next week", "خلال ديسمبر"."""

import re
from calendar import monthrange
from datetime import date, timedelta

from matching.folding import fold

_MONTHS = {
    fold(name): number
    for number, names in enumerate(
        (
            "january jan يناير كانون_الثاني", "february feb فبراير شباط", "march mar مارس آذار", "april apr أبريل نيسان",
            "may مايو أيار", "june jun يونيو حزيران", "july jul يوليو تموز", "august aug أغسطس آب",
            "september sep sept سبتمبر أيلول", "october oct أكتوبر تشرين_الأول", "november nov نوفمبر تشرين_الثاني",
            "december dec ديسمبر كانون_الأول",
        ),
        start=1,
    )
    for name in names.replace("_", " ").split(" ")
    if name not in {"كانون", "تشرين", "الثاني", "الأول"}
}  # fmt: skip
_MONTH = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_RANGE = re.compile(
    rf"\b(\d{{1,2}})(?:\s*(?:-|–|to|until|الي|حتي|و)\s*)(\d{{1,2}})\s*(?:of\s+|من\s+)?({_MONTH})\b(?:\s+(\d{{4}}))?"
)
_IN_MONTH = re.compile(rf"\b(?:in|during|this|خلال|في|شهر|بشهر)\s+(?:شهر\s+)?({_MONTH})\b(?:\s+(\d{{4}}))?")
_NEXT_WEEK = re.compile(r"\bnext week\b|الاسبوع (?:القادم|الجاي|المقبل)")
_NEXT_MONTH = re.compile(r"\bnext month\b|الشهر (?:القادم|الجاي|المقبل)")
_SUNDAY = 6


def find_dates(text: str, today: date) -> tuple[date | None, date | None]:
    """Return the first and last day a text names, in the future of `today`; (None, None) where it names none."""
    folded = fold(text)
    for read in (_read_iso, _read_range, _read_month, _read_relative):
        found = read(folded, today)
        if found is not None and found[0] <= found[1]:
            return found
    return None, None


def _read_iso(text: str, _today: date) -> tuple[date, date] | None:
    days = [day for m in _ISO.finditer(text) if (day := _day(int(m[1]), int(m[2]), int(m[3]))) is not None]
    return (days[0], days[1]) if len(days) > 1 else None


def _read_range(text: str, today: date) -> tuple[date, date] | None:
    match = _RANGE.search(text)
    if match is None:
        return None
    month = _MONTHS[match[3]]
    year = int(match[4]) if match[4] else today.year
    first, last = _day(year, month, int(match[1])), _day(year, month, int(match[2]))
    if first is None or last is None:
        return None
    if last < today and not match[4]:
        first, last = _day(year + 1, month, int(match[1])), _day(year + 1, month, int(match[2]))
    return None if first is None or last is None else (first, last)


def _read_month(text: str, today: date) -> tuple[date, date] | None:
    match = _IN_MONTH.search(text)
    if match is None:
        return None
    month = _MONTHS[match[1]]
    year = int(match[2]) if match[2] else today.year + (month < today.month)
    first = date(year, month, 1)
    return max(first, today), date(year, month, monthrange(year, month)[1])


def _read_relative(text: str, today: date) -> tuple[date, date] | None:
    if _NEXT_WEEK.search(text):
        sunday = today + timedelta(days=(_SUNDAY - today.weekday() - 1) % 7 + 1)
        return sunday, sunday + timedelta(days=6)
    if _NEXT_MONTH.search(text):
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return first, date(first.year, first.month, monthrange(first.year, first.month)[1])
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

"""The days in which a brief wants its posts: "1 to 15 December", "from 2026-12-01 to 2026-12-15", "next week", "خلال ديسمبر"."""

import re
from calendar import monthrange
from datetime import date, timedelta

from matching.folding import fold, is_arabic

_MONTHS = {
    fold(name.replace("_", " ")): number
    for number, names in enumerate(
        (
            "january jan يناير كانون_الثاني جانفي", "february feb فبراير شباط فيفري", "march mar مارس آذار",
            "april apr أبريل نيسان إبريل أفريل", "may مايو أيار ماي", "june jun يونيو حزيران جوان",
            "july jul يوليو تموز جويلية", "august aug أغسطس آب أوت", "september sep sept سبتمبر أيلول",
            "october oct أكتوبر تشرين_الأول", "november nov نوفمبر تشرين_الثاني", "december dec ديسمبر كانون_الأول",
        ),
        start=1,
    )
    for name in names.split(" ")
}  # fmt: skip
MONTH_NAMES = tuple(_MONTHS)
_MONTH = (
    r"(?:" + "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)) + r"|شهر\s+(?:1[0-2]|0?[1-9]))"
)
_DAY = r"(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?"
_TO = r"\s*و?(?:-|–|to|till|until|through|thru|and|الي|لغايه|لحد|لين|حتي|و)\s*(?:يوم\s+)?"
_OF = r"\s*(?:of\s+|من\s+)?"
_YEAR = r"(?:,?\s+(\d{4})\b)?"
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_SHORT = re.compile(
    rf"(?<![\d/.])(\d{{1,2}})[/.](\d{{1,2}})(?:[/.](\d{{4}}))?{_TO}(\d{{1,2}})[/.](\d{{1,2}})(?:[/.](\d{{4}}))?(?![\d/])"
)
_RANGE = re.compile(rf"\b{_DAY}{_TO}{_DAY}{_OF}\b({_MONTH})\b{_YEAR}")
_LONG = re.compile(rf"\b{_DAY}{_OF}\b({_MONTH})\b{_YEAR}{_TO}{_DAY}{_OF}\b({_MONTH})\b{_YEAR}")
_MONTH_FIRST = re.compile(
    rf"\b({_MONTH})\s+{_DAY}\b{_TO}(?:({_MONTH})\s+)?{_DAY}\b(?!\s*[,.]?\s*(?:k|000|{_MONTH})\b){_YEAR}"
)
_IN_MONTH = re.compile(
    rf"\b(?:in|during|this|throughout|over|across|خلال|في|شهر|بشهر|طوال|طول)\s+(?:شهر\s+)?(?:month\s+of\s+)?({_MONTH})\b(?:\s+(\d{{4}}))?"
)
_ONE_DAY = re.compile(
    r"\b(?:(?P<on>on|يوم|بيوم|بتاريخ|تاريخ)|(?P<by>by|before|until|till|no later than|قبل|حتي|لين|لغايه))\s+(?:\w+,?\s+)?"
    rf"(?:(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_OF}\b(?P<month>{_MONTH})\b|(?P<month_first>{_MONTH})\s+(?P<day_last>\d{{1,2}})(?:st|nd|rd|th)?\b)"
    r"(?:,?\s+(?P<year>\d{4})\b)?"
)
_SHORT_DAY = re.compile(
    r"\b(?:on|launch|launching|launches|opening|يوم|بيوم|بتاريخ|تاريخ|(?P<by>by|before|until|till|قبل|حتي|لين|لغايه))\s+(?:يوم\s+)?"
    r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))?(?![\d/])"
)
_SINCE = re.compile(
    r"\b(?:starting|beginning|from|as of|ابتداء من|بدءا من|اعتبارا من|يبدا|تبدا|نبدا|من)\s+(?:on\s+|from\s+|يوم\s+|في\s+|من\s+)?"
    rf"(?:(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_OF}\b(?P<month>{_MONTH})\b|(?P<month_first>{_MONTH})\s+(?P<day_last>\d{{1,2}})(?:st|nd|rd|th)?\b)"
    r"(?:,?\s+(?P<year>\d{4})\b)?"
)
_WEEK_OF = re.compile(
    rf"\b(?:(?P<first>first week of|الاسبوع الاول (?:من|في)\s*(?:شهر )?|اول اسبوع (?:من|في|ب)\s*(?:شهر )?)|(?P<last>last week of|الاسبوع الاخير (?:من|في)\s*(?:شهر )?|اخر اسبوع (?:من|في|ب)\s*(?:شهر )?))\s*({_MONTH})\b(?:\s+(\d{{4}}))?"
)
_NEXT_WEEK = re.compile(
    r"\bnext week\b|(?<!نهايه )(?<!عطله )(?<!اخر )(?<!ويكند )الاسبوع (?:القادم|الجاي|المقبل)\b"
)
_NEXT_MONTH = re.compile(r"\bnext month\b|الشهر (?:القادم|الجاي|المقبل)")
_SUNDAY, MONTHS = 6, 12


def find_dates(text: str, today: date) -> tuple[date | None, date | None]:
    """Return the first and last day a text names, in the future of `today`; (None, None) where it names none."""
    folded = fold(text)
    for read in (_read_iso, _read_ends, _read_week, _read_one, _read_month):
        found = read(folded, today)
        if found is not None and found[0] <= found[1]:
            return found
    return None, None


def _read_iso(text: str, _today: date) -> tuple[date, date] | None:
    days = [day for m in _ISO.finditer(text) if (day := _day(int(m[1]), int(m[2]), int(m[3]))) is not None]
    return (days[0], days[1]) if len(days) > 1 else None


def _read_ends(text: str, today: date) -> tuple[date, date] | None:
    """Read a first and a last day, each with its month or both with one, before or after it."""
    if (m := _LONG.search(text)) is not None:
        return _between((m[1], m[2], m[3] or m[6]), (m[4], m[5], m[6]), today)
    if (m := _RANGE.search(text)) is not None:
        return _between((m[1], m[3], m[4]), (m[2], m[3], m[4]), today)
    if (m := _MONTH_FIRST.search(text)) is not None:
        return _between((m[2], m[1], m[5]), (m[4], m[3] or m[1], m[5]), today)
    if (m := _SHORT.search(text)) is not None and (
        int(m[1]) > MONTHS or int(m[4]) > MONTHS or is_arabic(text)
    ):
        return _between((m[1], m[2], m[3] or m[6]), (m[4], m[5], m[6]), today)
    return None


def _between(
    first: tuple[str, str, str | None], last: tuple[str, str, str | None], today: date
) -> tuple[date, date] | None:
    """Return both days (day, month, year as written); those without a year are the next ones, the last after the first."""
    month, last_month = _month(first[1]), _month(last[1])
    year = int(first[2]) if first[2] else today.year
    last_year = int(last[2]) if last[2] else year + (last_month < month)
    if first[2] and last[2] == first[2] and last_month < month:
        year -= 1
    start, end = _day(year, month, int(first[0])), _day(last_year, last_month, int(last[0]))
    if start is not None and end is not None and end < today and not (first[2] or last[2]):
        start, end = _day(year + 1, month, int(first[0])), _day(last_year + 1, last_month, int(last[0]))
    return None if start is None or end is None or start > end else (start, end)


def _month(name: str) -> int:
    known = _MONTHS.get(name)
    return int(name.rsplit(maxsplit=1)[-1]) if known is None else known


def _read_week(text: str, today: date) -> tuple[date, date] | None:
    match = _WEEK_OF.search(text)
    if match is None:
        return None
    month = _month(match[3])
    year = int(match[4]) if match[4] else today.year + (month < today.month)
    days = monthrange(year, month)[1]
    first = 1 if match["first"] else days - 6
    return date(year, month, first), date(year, month, first + 6)


def find_first_day(text: str, today: date) -> date | None:
    """Return the day from which on something begins ("starting 1 June"), the next one from `today` where no year is named."""
    match = _SINCE.search(fold(text))
    return None if match is None else _named_day(match, today)


def _read_one(text: str, today: date) -> tuple[date, date] | None:
    """Read a day by itself: "on 15 December"; "by 15 December" means from today on."""
    match = _ONE_DAY.search(text)
    day = None if match is None else _named_day(match, today)
    if day is None:
        match = _SHORT_DAY.search(text)
        day = None if match is None else _day_in_figures(match, today, is_day_first=is_arabic(text))
    if match is None or day is None:
        return None
    return (today if match["by"] else day), day


def _named_day(match: re.Match[str], today: date) -> date | None:
    month, number = _month(match["month"] or match["month_first"]), int(match["day"] or match["day_last"])
    return _next(match["year"], month, number, today)


def _day_in_figures(match: re.Match[str], today: date, *, is_day_first: bool) -> date | None:
    """Return the day of "15/12"; what may be a day of either month ("1/2") only where the text is one that puts days first."""
    number, month = int(match["day"]), int(match["month"])
    if not is_day_first and number <= MONTHS and number != month:
        return None
    return _next(match["year"], month, number, today)


def _next(year: str | None, month: int, number: int, today: date) -> date | None:
    """Return a day of the year as written, else the next one from `today`."""
    day = _day(int(year or today.year), month, number)
    if day is not None and day < today and not year:
        day = _day(today.year + 1, month, number)
    return day


def _read_month(text: str, today: date) -> tuple[date, date] | None:
    match = _IN_MONTH.search(text)
    if match is None:
        return None
    month = _month(match[1])
    year = int(match[2]) if match[2] else today.year + (month < today.month)
    first = date(year, month, 1)
    return max(first, today), date(year, month, monthrange(year, month)[1])


def find_next(text: str, today: date) -> tuple[date, date] | None:
    """Return the days of "next week" (Sunday to Saturday) or "next month"."""
    text = fold(text)
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

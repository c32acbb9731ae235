"""How numbers, money and times are written for the reader: their language, their digits, their time zone."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TypeVar

from babel import Locale, dates, numbers
from flask import Flask
from flask_babel import get_timezone
from flask_babel.speaklater import LazyString

from marketplace.web.context import now
from marketplace.web.language import current_language, digits, gettext, ngettext, with_digits
from payments.money import CURRENCIES

NOON = time(12)
THOUSAND, HUNDRED = 1_000, 100
RIGHT_TO_LEFT_MARK, LEFT_TO_RIGHT_MARK = "\u200f", "\u200e"
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
MINUS = "\u2212"  # as wide as a plus; a hyphen is easily lost before a figure
SECONDS_A_MINUTE, SECONDS_AN_HOUR, SECONDS_A_DAY = 60, 3_600, 86_400
HOURS_A_DAY, DAYS_TOLD, MINUTES_TOLD = 24, 5, 90

#: parsed once; a name would be parsed again for every figure
Told = TypeVar("Told")
LOCALES = {language: Locale.parse(language) for language in ("en", "ar")}
_number_pattern = cache(numbers.parse_pattern)


def _locale() -> Locale:
    return LOCALES[current_language()]


def money(amount_minor: int, currency: str, *, is_exact: bool = False, is_signed: bool = False) -> str:
    """Format integer minor units, e.g. 190000 SAR -> "SAR 1,900" and less than nothing as "SAR −1,900".

    `is_exact` writes idle decimals, too, and `is_signed` the plus before what is more than nothing.
    """
    exponent = _exponent(currency)
    amount = Decimal(amount_minor).scaleb(-exponent)
    figure = "#,##0" + (
        "." + "0" * exponent if exponent and (is_exact or amount_minor % 10**exponent) else ""
    )
    positive = ("+" if is_signed and amount_minor > 0 else "") + figure
    # The sign stands at its figure, not before the code of the currency.
    pattern = f"¤¤ {positive};¤¤ -{figure}" if current_language() == "en" else f"{positive} ¤;-{figure} ¤"
    text = numbers.format_currency(
        amount,
        currency,
        format=_number_pattern(pattern),
        locale=_locale(),
        numbering_system=digits(),
        currency_digits=False,
    )
    # Among Arabic words a sign would move behind its number: the marks keep it in front, the sum in its place.
    is_turned = (amount < 0 or (is_signed and amount > 0)) and current_language() == "ar"
    return _figures(RIGHT_TO_LEFT_MARK + LEFT_TO_RIGHT_MARK + text if is_turned else text)


def _exponent(currency: str) -> int:
    """Return a currency's decimals; one that is not served here may still be what somebody paid in by mistake."""
    served = CURRENCIES.get(currency)
    return served.exponent if served is not None else numbers.get_currency_precision(currency)


def currency_name(code: str) -> str:
    """Return what a currency is called in the reader's language, e.g. "Jordanian Dinar"."""
    return str(numbers.get_currency_name(code, locale=_locale()))


def currency_sign(code: str) -> str:
    """Return how prices name a currency in the reader's language, e.g. "SAR" in English, "ر.س." in Arabic."""
    if not code or current_language() == "en":
        return code
    return str(numbers.get_currency_symbol(code, locale=_locale()))


def currency_choice(code: str) -> str:
    """Return a currency by its name and as prices name it, e.g. "Saudi Riyal (SAR)"."""
    return f"{currency_name(code)} ({currency_sign(code)})"


def number(value: float | Decimal, decimals: int | None = None) -> str:
    """Format with grouping; `decimals` fixes the places."""
    pattern = (
        None if decimals is None else _number_pattern("#,##0" + ("." + "0" * decimals if decimals else ""))
    )
    return _figures(
        numbers.format_decimal(value, format=pattern, locale=_locale(), numbering_system=digits())
    )


def compact(value: float) -> str:
    """Format briefly, e.g. 18,240 -> 18.2K."""
    if abs(value) < THOUSAND:
        return number(round(value))
    # the plural goes by the figure that is read: 6 thousand, not 5.96
    scale = THOUSAND ** int(math.log(abs(value), THOUSAND))
    shown = round(value / scale, 1) * scale
    text = numbers.format_compact_decimal(
        shown, locale=_locale(), fraction_digits=1, numbering_system=digits()
    )
    is_one = current_language() == "ar" and shown in {THOUSAND, THOUSAND**2}
    return text.split()[-1] if is_one else _figures(text)


def percent(share: float, decimals: int = 0) -> str:
    """Format a share (0 to 1) as a percentage."""
    pattern = _number_pattern("#,##0" + ("." + "0" * decimals if decimals else "") + "%")
    return _figures(
        numbers.format_percent(share, format=pattern, locale=_locale(), numbering_system=digits())
    )


def signed_percent(share: float | Fraction) -> str:
    """Format a difference (0.08 is eight in a hundred more) as a percentage with its sign in front, also in Arabic."""
    sign = "+" if share > 0 else MINUS if share < 0 else ""
    return f"{LEFT_TO_RIGHT_MARK}{sign}{percent(abs(float(share)))}{LEFT_TO_RIGHT_MARK}"


def signed_number(value: float, decimals: int) -> str:
    """Format a difference with its sign in front, also in Arabic, and `decimals` places; nothing has no sign."""
    shown = round(value, decimals)
    sign = "+" if shown > 0 else MINUS if shown < 0 else ""
    mark = LEFT_TO_RIGHT_MARK if sign and current_language() == "ar" else ""
    return f"{mark}{sign}{number(abs(shown), decimals)}"


def isolated(text: object) -> str:
    """Return somebody's words for a sentence in the reader's language, whose order they must not turn around."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def date_text(value: date | datetime) -> str:
    """Format a day, in the reader's zone when it is a moment."""
    if isinstance(value, datetime):
        value = value.astimezone(get_timezone()).date()
    return with_digits(dates.format_date(value, "EEE d MMM y", locale=_locale()))


def month_text(value: date) -> str:
    """Format the month a day is in, e.g. "November 2026"."""
    return with_digits(dates.format_date(value, "MMMM y", locale=_locale()))


def datetime_text(value: datetime) -> str:
    """Format a moment in the reader's zone."""
    locale = _locale()
    pattern = "EEE d MMM y، HH:mm" if locale.language == "ar" else "EEE d MMM y, HH:mm"
    return with_digits(dates.format_datetime(value, pattern, tzinfo=get_timezone(), locale=locale))


def _figures(text: str) -> str:
    """Write the minus as one; among Arabic words a mark keeps it in front of its figure."""
    mark = LEFT_TO_RIGHT_MARK if text.startswith("-") and current_language() == "ar" else ""
    return with_digits(mark + text.replace("-", MINUS))


def relative(value: date | datetime, reference: datetime | None = None) -> str:
    """Format the distance, e.g. "in 70 hours" or "2 days ago"; a day counts from its noon.

    Time that is left until a moment is told to the nearest minute, hour or day, as app.js goes on telling it: of 48 hours
    just given, "in 47 hours" would take one away. So would "in 2 days" of 72 hours: up to four days it is told in hours.
    """
    is_moment = isinstance(value, datetime)
    if not isinstance(value, datetime):
        value = datetime.combine(value, NOON, tzinfo=UTC)
    seconds = int((value - (reference or now())).total_seconds())
    size = abs(seconds)
    if size < SECONDS_A_MINUTE:
        return str(gettext("now"))
    unit = with_digits(_left(size) if is_moment and seconds > 0 else _passed(size))
    return str(gettext("in %(time)s", time=unit) if seconds > 0 else gettext("%(time)s ago", time=unit))


def _left(seconds: int) -> str:
    """Return what is left of a time limit: minutes up to an hour and a half, hours up to four days, days beyond."""
    minutes = _nearest(seconds, SECONDS_A_MINUTE)
    if minutes < MINUTES_TOLD:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    hours = _nearest(seconds, SECONDS_AN_HOUR)
    if hours < (DAYS_TOLD - 1) * HOURS_A_DAY:
        return ngettext("%(num)d hour", "%(num)d hours", hours)
    days = _nearest(seconds, SECONDS_A_DAY)
    return ngettext("%(num)d day", "%(num)d days", days)


def _nearest(seconds: int, unit: int) -> int:
    return (seconds + unit // 2) // unit


def _passed(seconds: int) -> str:
    """Return a distance in whole minutes, hours up to two days, or days."""
    if seconds < SECONDS_AN_HOUR:
        count = seconds // SECONDS_A_MINUTE
        return ngettext("%(num)d minute", "%(num)d minutes", count)
    if seconds < 2 * SECONDS_A_DAY:
        count = seconds // SECONDS_AN_HOUR
        return ngettext("%(num)d hour", "%(num)d hours", count)
    count = seconds // SECONDS_A_DAY
    return ngettext("%(num)d day", "%(num)d days", count)


def span(value: timedelta) -> str:
    """Format how long something takes or holds: minutes, hours up to four days, days beyond, e.g. "48 hours" or "14 days"."""
    if value < timedelta(hours=1):
        return with_digits(
            ngettext("%(num)d minute", "%(num)d minutes", int(value.total_seconds()) // SECONDS_A_MINUTE)
        )
    hours = int(value.total_seconds()) // SECONDS_AN_HOUR
    days, rest = divmod(hours, HOURS_A_DAY)
    if rest == 0 and days >= DAYS_TOLD:
        return with_digits(ngettext("%(num)d day", "%(num)d days", days))
    return with_digits(ngettext("%(num)d hour", "%(num)d hours", hours))


def days(count: int) -> str:
    """Format a count of days, e.g. "1 day" or "60 days"."""
    return ngettext("%(num)d day", "%(num)d days", count)


def months(count: int) -> str:
    """Format a count of months, e.g. "1 month" or "6 months"."""
    return ngettext("%(num)d month", "%(num)d months", count)


def lazily(tell: Callable[[Told], str], value: Told) -> LazyString:
    """Return what `tell` says of a value, for sentences that are written before anybody reads them."""
    return LazyString(lambda: tell(value))


def times(count: int) -> str:
    """Format how often something may happen, e.g. "2 times"."""
    return with_digits(ngettext("%(num)d time", "%(num)d times", count))


def deadline(value: datetime) -> str:
    """Format absolute and relative, e.g. "Thu 26 Nov 2026, 14:00 (in 3 days)"."""
    return str(gettext("%(date)s (%(relative)s)", date=datetime_text(value), relative=relative(value)))


def install_formats(app: Flask) -> None:
    """Register the filters the templates use."""
    app.jinja_env.filters.update(
        money=money,
        currency_sign=currency_sign,
        number=number,
        compact=compact,
        percent=percent,
        month=month_text,
        signed_percent=signed_percent,
        signed_number=signed_number,
        date=date_text,
        datetime=datetime_text,
        relative=relative,
        deadline=deadline,
        span=span,
        days=days,
        months=months,
        times=times,
    )

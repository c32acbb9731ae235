"""Days told from today: weekends, days of the week, lengths."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.reading.brief import read_brief

SATURDAY, WEDNESDAY, FRIDAY = date(2026, 11, 28), date(2026, 11, 25), date(2026, 11, 27)
WEEKENDS = {"SA": (4, 5), "KW": (4, 5), "EG": (4, 5), "AE": (5, 6), "LB": (5, 6)}
NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NAMES_AR = ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"]


def days_of(text, today, home="SA"):
    read = read_brief(text, today=today, home=home)
    return (read.starts_on, read.ends_on)


class TestWeekends:
    @given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.sampled_from(sorted(WEEKENDS)))
    def test_are_the_countrys_own_and_follow_each_other(self, today, home):
        begins, ends = WEEKENDS[home]
        this, following = days_of("this weekend", today, home), days_of("next weekend", today, home)
        coming = days_of("الويكند الجاي", today, home)
        assert this[0] >= today
        assert this[1] - today < timedelta(days=7)
        assert this[1].weekday() == ends
        assert (following[0].weekday(), following[1].weekday()) == (begins, ends)
        assert following[1] - this[1] == timedelta(days=7)
        assert coming[0] > today
        assert coming[1] in (this[1], following[1])

    @pytest.mark.parametrize(
        ("text", "home", "first", "last"),
        [
            ("نهاية الأسبوع الجاي", "SA", date(2026, 12, 4), date(2026, 12, 5)),
            ("نهاية الأسبوع القادمة", "SA", date(2026, 11, 27), date(2026, 11, 28)),
            ("ريلز هالويكند", "AE", date(2026, 11, 28), date(2026, 11, 29)),
            ("in Dubai next weekend", "SA", date(2026, 12, 5), date(2026, 12, 6)),
            ("in Dubai and Riyadh next weekend", "SA", date(2026, 12, 4), date(2026, 12, 5)),
        ],
    )
    def test_lie_where_influencers_live_else_at_home(self, text, home, first, last):
        assert days_of(text, WEDNESDAY, home) == (first, last)

    @pytest.mark.parametrize(
        "text", ["weekend trips for families", "every weekend", "رحلات نهاية الأسبوع", "weekends only"]
    )
    def test_that_are_a_subject_or_a_habit_name_no_days(self, text):
        assert days_of(text, WEDNESDAY) == (None, None)


class TestDaysOfTheWeek:
    @given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(0, 6))
    def test_are_the_next_ones(self, today, weekday):
        for text in (f"on {NAMES[weekday]}", f"يوم {NAMES_AR[weekday]}"):
            first, last = days_of(text, today)
            assert first == last
            assert first.weekday() == weekday
            assert timedelta() <= first - today < timedelta(days=7)
        coming, _ = days_of(f"{NAMES_AR[weekday]} الجاي", today)
        assert coming.weekday() == weekday
        assert timedelta() < coming - today <= timedelta(days=7)

    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("stories on Friday and Saturday", date(2026, 12, 4), date(2026, 12, 5)),
            ("الجمعة والسبت الجاي", date(2026, 12, 4), date(2026, 12, 5)),
            ("Thursday to Saturday next week", date(2026, 12, 3), date(2026, 12, 5)),
            ("by Thursday", SATURDAY, date(2026, 12, 3)),
            ("يوم الجمعة البيضاء", date(2027, 11, 26), date(2027, 11, 26)),
            ("every Friday", None, None),
            ("Friday lunch", None, None),
            ("khamis mushait", None, None),
            ("reels on sun care", None, None),
        ],
    )
    def test_are_read_where_the_text_says_that_one_is_meant(self, text, first, last):
        assert days_of(text, SATURDAY) == (first, last)


class TestLengths:
    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("next week", date(2026, 11, 29), date(2026, 12, 5)),
            ("الشهر القادم", date(2026, 12, 1), date(2026, 12, 31)),
            ("within two weeks", SATURDAY, date(2026, 12, 11)),
            ("خلال عشرة أيام", SATURDAY, date(2026, 12, 7)),
            ("weekly story for two months starting 1st of January", date(2027, 1, 1), date(2027, 2, 28)),
            ("من ١٥ ديسمبر لمدة أسبوع", date(2026, 12, 15), date(2026, 12, 21)),
            ("from Jan 31 for a month", date(2027, 1, 31), date(2027, 2, 28)),
            ("starting 1 January", None, None),
            ("reels for two weeks", None, None),
            ("launch 12/12", date(2026, 12, 12), date(2026, 12, 12)),
            ("by 15/12", SATURDAY, date(2026, 12, 15)),
            ("on 1/2", None, None),
            ("يوم ١/٢", date(2027, 2, 1), date(2027, 2, 1)),
        ],
    )
    def test_begin_today_or_on_the_day_that_is_named(self, text, first, last):
        assert days_of(text, SATURDAY) == (first, last)

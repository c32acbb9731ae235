"""Occasions are days: those of the year that is written, else the next ones from the day that is passed in."""

from datetime import date

import pytest

from matching.reading.brief import read_brief
from matching.reading.occasions import find_occasion, occasion_names
from matching.reading.words import split

TODAY = date(2026, 11, 28)
RAMADAN = (date(2027, 2, 8), date(2027, 3, 8))


def days_of(text, today=TODAY, **where):
    found = find_occasion(split(text), today, **where)
    return None if found is None else (found.starts_on, found.ends_on)


class TestNames:
    @pytest.mark.parametrize(
        ("text", "name", "first", "last"),
        [
            ("posts in Ramadan", "ramadan", *RAMADAN),
            ("محتوى شهر رمضان", "ramadan", *RAMADAN),
            ("برمضان", "ramadan", *RAMADAN),
            ("Eid al-Fitr", "eid_al_fitr", date(2027, 3, 9), date(2027, 3, 11)),
            ("عيد الأضحى", "eid_al_adha", date(2027, 5, 16), date(2027, 5, 19)),
            ("Saudi National Day", "saudi_national_day", date(2027, 9, 23), date(2027, 9, 23)),
            ("اليوم الوطني السعودي", "saudi_national_day", date(2027, 9, 23), date(2027, 9, 23)),
            ("عيد الاتحاد", "uae_national_day", date(2026, 12, 2), date(2026, 12, 3)),
            ("العيد الوطني الإماراتي", "uae_national_day", date(2026, 12, 2), date(2026, 12, 3)),
            ("White Friday deals", "white_friday", date(2027, 11, 26), date(2027, 11, 26)),
            ("الجمعة البيضاء", "white_friday", date(2027, 11, 26), date(2027, 11, 26)),
            ("عيد الأم", "mothers_day", date(2027, 3, 21), date(2027, 3, 21)),
        ],
    )
    def test_stand_for_the_next_days(self, text, name, first, last):
        found = find_occasion(split(text), TODAY)
        assert found is not None
        assert (found.names, found.starts_on, found.ends_on) == ((name,), first, last)

    @pytest.mark.parametrize(
        "text",
        ["عيد ميلاد سعيد", "not in Ramadan", "ما عدا رمضان", "National Day", "Ramadan 1999", "coffee", ""],
    )
    def test_stand_for_none_where_none_is_meant_or_known(self, text):
        assert days_of(text) is None

    def test_of_national_days_follow_the_country_of_the_text_then_of_the_brand(self):
        assert days_of("اليوم الوطني", countries=("SA",)) == (date(2027, 9, 23), date(2027, 9, 23))
        assert days_of("National Day", countries=("KW",), home="SA") == (date(2027, 2, 25), date(2027, 2, 26))
        assert days_of("National Day", home="AE") == (date(2026, 12, 2), date(2026, 12, 3))
        assert days_of("National Day", countries=("SA", "AE")) is None

    def test_are_lunar_only_where_the_moon_tells_them(self):
        found = [find_occasion(split(text), TODAY) for text in ("Ramadan", "White Friday")]
        assert [one.is_lunar for one in found if one] == [True, False]


class TestYears:
    @pytest.mark.parametrize(
        ("text", "today", "first"),
        [
            ("Ramadan 2028", TODAY, date(2028, 1, 28)),
            ("رمضان ١٤٤٩", TODAY, date(2028, 1, 28)),
            ("رمضان عام ١٤٤٩", TODAY, date(2028, 1, 28)),
            ("Ramadan", date(2027, 2, 20), date(2027, 2, 20)),
            ("Ramadan", date(2027, 3, 9), date(2028, 1, 28)),
            ("Ramadan", date(2030, 3, 1), date(2030, 12, 26)),
            ("العيد", TODAY, date(2027, 3, 9)),
            ("العيد", date(2027, 3, 20), date(2027, 5, 16)),
            ("White Friday", date(2026, 11, 27), date(2026, 11, 27)),
            ("White Friday", date(2035, 1, 1), date(2035, 11, 23)),
        ],
    )
    def test_come_from_the_text_or_the_clock(self, text, today, first):
        assert days_of(text, today)[0] == first

    def test_end_with_the_table(self):
        assert days_of("Ramadan", date(2036, 1, 1)) is None


class TestPlaceInTime:
    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("before Ramadan", (2027, 1, 25), (2027, 2, 7)),
            ("قبل رمضان", (2027, 1, 25), (2027, 2, 7)),
            ("بعد العيد", (2027, 3, 12), (2027, 3, 25)),
            ("Coffee for Ramadan. Posts before Ramadan.", (2027, 1, 25), (2027, 2, 7)),
            ("قهوة لرمضان، والنشر قبل رمضان", (2027, 1, 25), (2027, 2, 7)),
            ("Recipes in Ramadan, invitations after Ramadan", *((2027, 2, 8), (2027, 3, 8))),
            ("the last ten days of Ramadan", (2027, 2, 27), (2027, 3, 8)),
            ("العشر الأواخر من رمضان", (2027, 2, 27), (2027, 3, 8)),
            ("first week of Ramadan", (2027, 2, 8), (2027, 2, 14)),
            ("Qatar National Day week", (2026, 12, 13), (2026, 12, 19)),
            ("Ramadan and Eid", (2027, 2, 8), (2027, 3, 11)),
            ("رمضان والعيد", (2027, 2, 8), (2027, 3, 11)),
        ],
    )
    def test_is_read_with_it(self, text, first, last):
        assert days_of(text) == (date(*first), date(*last))

    def test_is_kept_so_that_the_chip_can_say_it(self):
        found = [find_occasion(split(text), TODAY) for text in ("before Ramadan", "بعد العيد", "in Ramadan")]
        assert [one.beside for one in found if one] == ["before", "after", ""]


class TestInABrief:
    def test_days_that_are_written_win(self):
        read = read_brief("Ramadan recipes, 1 to 15 December", today=TODAY)
        assert (read.starts_on, read.occasion) == (date(2026, 12, 1), None)

    def test_is_kept_with_the_days_that_it_gave(self):
        read = read_brief("وصفات رمضان", today=TODAY)
        assert (read.starts_on, read.ends_on) == RAMADAN
        assert read.occasion is not None
        assert read.occasion.names == ("ramadan",)

    def test_all_names_are_known(self):
        assert {"ramadan", "eid_al_fitr", "eid_al_adha", "white_friday"} < set(occasion_names())

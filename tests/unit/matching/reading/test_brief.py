from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.reading.brief import read_brief
from matching.reading.dates import find_dates
from matching.reading.deliverables import find_deliverables, find_platforms
from matching.reading.followers import find_follower_range
from matching.reading.languages import find_languages, read_dialect, read_language
from matching.reading.mentions import read_places
from matching.reading.money import find_money
from matching.reading.numerals import find_numerals
from matching.reading.places import cities, city_name, find_city
from matching.reading.words import split

TODAY = date(2026, 11, 26)


class TestFindNumerals:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("5000", 5000),
            ("5,000", 5000),
            ("5.000", 5000),
            ("1,250.50", Decimal("1250.5")),
            ("٥٬٠٠٠", 5000),
            ("۵۰۰۰", 5000),
            ("5k", 5000),
            ("2.5k", 2500),
            ("five thousand", 5000),
            ("twenty five thousand", 25000),
            ("two thousand five hundred", 2500),
            ("خمسة آلاف", 5000),
            ("ألف", 1000),
            ("ألفين", 2000),
            ("ثلاثة آلاف و500", 3500),
            ("خمسة وعشرين ألف", 25000),
            ("مئة ألف", 100000),
            ("١٠ آلاف", 10000),
            ("خمسين ألف", 50000),
        ],
    )
    def test_reads_how_people_write_them(self, text, value):
        assert [numeral.value for numeral in find_numerals(split(text))] == [value]

    @pytest.mark.parametrize("text", ["", "a serum", "an app", "coffee and cake", "واحة"])
    def test_reads_none_where_none_is(self, text):
        assert find_numerals(split(text)) == []

    def test_keeps_two_numbers_apart(self):
        assert [numeral.value for numeral in find_numerals(split("5k and 50k"))] == [5000, 50000]

    @given(st.integers(0, 99_999_999))
    def test_reads_every_whole_number_grouped_or_not(self, number):
        for text in (
            str(number),
            f"{number:,}",
            str(number).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        ):
            assert [numeral.value for numeral in find_numerals(split(text))] == [number]


class TestFindMoney:
    @pytest.mark.parametrize(
        ("text", "amount", "currency"),
        [
            ("Budget 5k SAR", 5000, "SAR"),
            ("we pay $300 each", 300, "USD"),
            ("ميزانيتنا خمسة آلاف ريال", 5000, "SAR"),
            ("٥٠٠٠ ر.س", 5000, "SAR"),
            ("بميزانية 2,500 درهم", 2500, "AED"),
            ("250 KD", 250, "KWD"),
            ("SAR 12,000 for everyone", 12000, "SAR"),
            ("عشرة آلاف ريال سعودي", 10000, "SAR"),
            ("€450", 450, "EUR"),
        ],
    )
    def test_reads_amount_and_currency(self, text, amount, currency):
        (money,) = find_money(split(text))
        assert (money.amount, money.currency) == (amount, currency)

    def test_tells_what_is_for_each(self):
        assert find_money(split("400 SAR per influencer"))[0].is_each
        assert not find_money(split("400 SAR"))[0].is_each

    def test_puts_the_budget_before_other_amounts(self):
        text = "A serum that sells for 90 SAR in many shops of the country, our total budget is 8k SAR"
        assert find_money(split(text))[0].amount == 8000

    def test_guesses_no_currency(self):
        assert find_money(split("5000 followers and 20 posts")) == []


class TestFindDeliverables:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("3 reels and two stories", {"reel": 3, "story_set": 2}),
            ("ريلزين وثلاث ستوريات", {"reel": 2, "story_set": 3}),
            ("one YouTube video", {"long_video": 1}),
            ("فيديو تيك توك ومنشور", {"short_video": 1, "feed_post": 1}),
            ("a blog post", {"blog_article": 1}),
            ("coffee people in Riyadh", {}),
        ],
    )
    def test_reads_kinds_and_counts(self, text, expected):
        assert dict(find_deliverables(split(text))) == expected

    def test_reads_platforms(self):
        assert find_platforms(split("على انستقرام والتيك توك")) == ("instagram", "tiktok")
        assert find_platforms(split("on Snapchat or YouTube")) == ("snapchat", "youtube")


class TestFindPlaces:
    @pytest.mark.parametrize(
        ("text", "countries", "found"),
        [
            ("coffee people in Riyadh", ("SA",), ("Riyadh",)),
            ("مؤثرات بالرياض وجدة", ("SA",), ("Riyadh", "Jeddah")),
            ("in the UAE and Kuwait", ("AE", "KW"), ()),
            ("للسوق في أبو ظبي", ("AE",), ("Abu Dhabi",)),
            ("creators across the GCC", ("SA", "AE", "KW", "QA", "BH", "OM"), ()),
            ("skincare lovers", (), ()),
        ],
    )
    def test_reads_countries_and_cities(self, text, countries, found):
        read = read_places(split(text))
        assert (read.countries, read.cities) == (countries, found)

    def test_names_a_city_in_the_readers_language(self):
        assert city_name("jidda", language="ar") == "جدة"
        assert city_name("الرياض", language="en") == "Riyadh"
        assert city_name("Somewhere", language="ar") == "Somewhere"

    def test_every_city_is_found_by_all_its_names(self):
        for city in cities():
            assert all(find_city(name) == city for name in (city.name_en, city.name_ar, *city.also))


class TestFindFollowerRange:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("between 5k and 50k followers", (5000, 50000)),
            ("5-50k followers", (5000, 50000)),
            ("أقل من ٥٠ ألف متابع", (None, 50000)),
            ("at least 10,000 followers", (10000, None)),
            ("من 10 آلاف إلى 80 ألف متابع", (10000, 80000)),
            ("budget 5k SAR", (None, None)),
        ],
    )
    def test_reads_least_and_most(self, text, expected):
        assert find_follower_range(split(text)) == expected


class TestFindDates:
    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("1 to 15 December", date(2026, 12, 1), date(2026, 12, 15)),
            ("from 2026-12-01 to 2026-12-20", date(2026, 12, 1), date(2026, 12, 20)),
            ("١ - ١٠ ديسمبر", date(2026, 12, 1), date(2026, 12, 10)),
            ("in January", date(2027, 1, 1), date(2027, 1, 31)),
            ("خلال ديسمبر", date(2026, 12, 1), date(2026, 12, 31)),
            ("next week", date(2026, 11, 29), date(2026, 12, 5)),
            ("الشهر القادم", date(2026, 12, 1), date(2026, 12, 31)),
            ("5-9 March", date(2027, 3, 5), date(2027, 3, 9)),
        ],
    )
    def test_reads_first_and_last_day(self, text, first, last):
        assert find_dates(text, TODAY) == (first, last)

    @pytest.mark.parametrize("text", ["", "31 to 35 December", "may help", "15 to 1 December", "3 reels"])
    def test_reads_none_where_none_is(self, text):
        assert find_dates(text, TODAY) == (None, None)


class TestLanguages:
    @pytest.mark.parametrize(
        ("text", "language", "dialect"),
        [
            ("نبغى بنت تسوي ميكب", "ar", "saudi"),
            ("عايزين حد يراجع موبايلات", "ar", "egyptian"),
            ("بدنا حدا يحكي عن الطبخ", "ar", "levantine"),
            ("شلون نسوي قهوة وايد زينة", "ar", "gulf"),
            ("نريد طهاة ينشرون الوصفات", "ar", None),
            ("wasafat tabkh sahla", "ar", None),
            ("آموزش برنامه‌نویسی از ما", "fa", None),
            ("cooks who publish recipes", "en", None),
        ],
    )
    def test_reads_language_and_dialect(self, text, language, dialect):
        assert read_language(text) == language
        assert read_dialect(split(text)) == dialect

    def test_reads_the_languages_asked_for(self):
        assert find_languages(split("for an Arabic speaking audience, some English")) == ("ar", "en")


class TestReadBrief:
    def test_reads_a_whole_sentence(self):
        text = (
            "Six coffee people in Riyadh with 5k to 40k followers show our set in 2 reels on Instagram, "
            "1 to 15 December, budget 9,000 SAR, no energy drinks"
        )
        read = read_brief(text, today=TODAY)
        assert read.money is not None
        assert (read.money.amount, read.money.currency) == (9000, "SAR")
        assert (read.cities, read.countries, read.platforms) == (("Riyadh",), ("SA",), ("instagram",))
        assert (read.followers_min, read.followers_max) == (5000, 40000)
        assert (read.deliverables, read.starts_on) == ((("reel", 2),), date(2026, 12, 1))
        assert read.exclusions == ("energy drinks",)

    def test_reads_a_whole_arabic_sentence(self):
        text = "نبغى ثلاث بنات بجدة يسوون ريلزين على انستقرام خلال ديسمبر بميزانية خمسة آلاف ريال بدون عطور"
        read = read_brief(text, today=TODAY)
        assert read.money is not None
        assert (read.money.amount, read.money.currency) == (5000, "SAR")
        assert (read.cities, read.platforms, read.dialect) == (("Jeddah",), ("instagram",), "saudi")
        assert (read.deliverables, read.exclusions) == ((("reel", 2),), ("عطور",))

    @given(st.text(max_size=200))
    def test_reads_anything_without_falling_over(self, text):
        read = read_brief(text, today=TODAY)
        assert read.starts_on is None or (read.ends_on is not None and read.starts_on <= read.ends_on)
        assert all(count >= 1 for _, count in read.deliverables)

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
            ("بخمسة آلاف", 5000),
            ("لعشرة آلاف", 10000),
            ("الخمسة آلاف", 5000),
            ("وبعشرين ألف", 20000),
            ("خمسة عشر ألف", 15000),
            ("أحد عشر ألفًا", 11000),
            ("اثني عشر ألفا", 12000),
            ("خمسمئة وخمسة وعشرين", 525),
            ("ستة آلاف وميتين وخمسين", 6250),
            ("ألفي", 2000),
            ("مئتي ألف", 200000),
            ("ميت ألف", 100000),
            ("بتلاتين ألف", 30000),
            ("مليون ومئتي ألف", 1200000),
            ("one hundred fifty thousand", 150000),
            ("three hundred and forty-five", 345),
            ("twenty-five hundred", 2500),
            ("two-thousand five-hundred", 2500),
            ("two and a half thousand", 2500),
        ],
    )
    def test_reads_how_people_write_them(self, text, value):
        assert [numeral.value for numeral in find_numerals(split(text))] == [value]

    @pytest.mark.parametrize(
        "text", ["", "a serum", "an app", "coffee and cake", "واحة", "لست", "أحد", "بستان", "half"]
    )
    def test_reads_none_where_none_is(self, text):
        assert find_numerals(split(text)) == []

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("5k and 50k", [5000, 50000]),
            ("3-5k", [3, 5000]),
            ("من خمسة لعشرة آلاف", [5, 10000]),
            ("five or six", [5, 6]),
            ("خمسة آلاف 5000", [5000, 5000]),
            ("two thousand 3000", [2000, 3000]),
        ],
    )
    def test_keeps_two_numbers_apart(self, text, values):
        assert [numeral.value for numeral in find_numerals(split(text))] == values

    @given(st.integers(0, 99_999_999))
    def test_reads_every_whole_number_grouped_or_not(self, number):
        for text in (
            str(number),
            f"{number:,}",
            str(number).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        ):
            assert [numeral.value for numeral in find_numerals(split(text))] == [number]

    @given(st.integers(1, 999_999), st.sampled_from(["", "ب", "ل", "و"]))
    def test_reads_every_number_in_words(self, number, clitic):
        for text in (in_english(number), clitic + in_arabic(number)):
            assert [numeral.value for numeral in find_numerals(split(text))] == [number], text


ONES_EN = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS_EN = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ONES_AR = ["صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"]
TEENS_AR = ["أحد", "اثنا", *ONES_AR[3:10]]
TENS_AR = ["عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]
HUNDREDS_AR = ["مئة", "مئتان", "ثلاثمئة", "أربعمئة", "خمسمئة", "ستمئة", "سبعمئة", "ثمانمئة", "تسعمئة"]


def in_english(number):
    if number >= 1_000:
        rest = number % 1_000
        return f"{in_english(number // 1_000)} thousand" + (f" {in_english(rest)}" if rest else "")
    if number >= 100:
        rest = number % 100
        return f"{ONES_EN[number // 100]} hundred" + (f" and {in_english(rest)}" if rest else "")
    if number < 20:
        return ONES_EN[number]
    return TENS_EN[number // 10 - 2] + (f"-{ONES_EN[number % 10]}" if number % 10 else "")


def in_arabic(number):
    thousands, rest = divmod(number, 1_000)
    parts = [_thousands(thousands)] if thousands else []
    if rest >= 100:
        parts.append(HUNDREDS_AR[rest // 100 - 1])
    rest %= 100
    if 10 < rest < 20:
        parts.append(f"{TEENS_AR[rest - 11]} عشر")
    else:
        parts += [ONES_AR[rest]] if 0 < rest <= 10 else []
        parts += [ONES_AR[rest % 10]] if rest >= 20 and rest % 10 else []
        parts += [TENS_AR[rest // 10 - 2]] if rest >= 20 else []
    return " و".join(parts)


def _thousands(count):
    if count < 3:
        return ("ألف", "ألفان")[count - 1]
    return f"{in_arabic(count)} {'آلاف' if count <= 10 else 'ألف'}"


class TestFindMoney:
    @pytest.mark.parametrize(
        ("text", "amount", "currency"),
        [
            ("Budget 5k SAR", 5000, "SAR"),
            ("we pay $300 each", 300, "USD"),
            ("ميزانيتنا خمسة آلاف ريال", 5000, "SAR"),
            ("مكياج في الرياض بخمسة آلاف ريال", 5000, "SAR"),
            ("بخمسة عشر ألف ريال", 15000, "SAR"),
            ("٥٠٠٠ ر.س", 5000, "SAR"),
            ("بميزانية 2,500 درهم", 2500, "AED"),
            ("250 KD", 250, "KWD"),
            ("SAR 12,000 for everyone", 12000, "SAR"),
            ("عشرة آلاف ريال سعودي", 10000, "SAR"),
            ("€450", 450, "EUR"),
            ("3 creators 500 each", 500, None),
            ("٥٠٠ لكل واحد", 500, None),
            ("my budjet is 9000 aed", 9000, "AED"),
        ],
    )
    def test_reads_amount_and_currency(self, text, amount, currency):
        (money,) = find_money(split(text))
        assert (money.amount, money.currency) == (amount, currency)

    @pytest.mark.parametrize(
        "text", ["400 SAR per influencer", "1500 riyals per mom", "200 OMR pp", "٣٠٠ ريال لكل أم"]
    )
    def test_tells_what_is_for_each(self, text):
        assert find_money(split(text))[0].is_each

    def test_takes_an_amount_alone_for_all(self):
        assert not find_money(split("400 SAR"))[0].is_each

    @pytest.mark.parametrize("text", ["3 reels each", "10k followers each", "at least 5000 views each"])
    def test_takes_no_count_for_a_sum(self, text):
        assert not find_money(split(text))

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
            ("شباب كويتيين", ("KW",), ()),
            ("Emirati mums", ("AE",), ()),
            ("Egyptian cotton", (), ()),
            ("حد من بوظبي", ("AE",), ("Abu Dhabi",)),
            ("طباخات من الشرقية", ("SA",), ()),
            ("أهل الشرقية", ("SA",), ()),
            ("الرياض والشرقية", ("SA",), ("Riyadh",)),
            ("حلويات شرقية وغربية", (), ()),
            ("الحلويات الشرقية", (), ()),
            ("عطور شرقية", (), ()),
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
            ("20k followers at least, skincare", (20000, None)),
            ("20k followers or more", (20000, None)),
            ("50k followers max", (None, 50000)),
            ("٢٠ ألف متابع على الأقل", (20000, None)),
            ("متابعين ٢٠ ألف وفوق", (20000, None)),
            ("٥٠ ألف متابع كحد أقصى", (None, 50000)),
            ("20k followers, at least 3 reels", (None, None)),
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
        assert find_languages(split("محتوى بالعربي والإنجليزي")) == ("ar", "en")

    @pytest.mark.parametrize("text", ["القهوة العربية", "Arabic coffee", "الأكلات الهندية", "French press"])
    def test_reads_none_in_things_called_after_one(self, text):
        assert find_languages(split(text)) == ()


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

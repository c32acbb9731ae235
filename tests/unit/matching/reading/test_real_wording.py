"""Lines as brands write them: what is read, and what must not be."""

from datetime import date
from decimal import Decimal

import pytest

from matching.reading.brief import read_brief
from matching.reading.mentions import read_places, spell_clearly
from matching.reading.words import split

TODAY = date(2026, 11, 27)


def _money(text: str, home: str | None = None) -> tuple[int, str | None] | None:
    money = read_brief(text, today=TODAY, home=home).money
    return None if money is None else (int(money.amount), money.currency)


class TestMoney:
    @pytest.mark.parametrize(
        ("text", "amount", "currency"),
        [
            ("بدنا حدا يحكي عن القهوة بعمّان، الميزانية ٣٠٠ دينار", 300, "JOD"),
            ("٥٠٠ ألف دينار لمؤثرين في بغداد", 500_000, "IQD"),
            ("مؤثرين في الجزائر، الميزانية ٥٠٠٠٠ دينار", 50_000, "DZD"),
            ("creators in Amman, budget 300 dinars", 300, "JOD"),
            ("٢٠٠ ريال عماني", 200, "OMR"),
            ("٣٠٠٠ ريال قطري", 3000, "QAR"),
            ("٥٠٠٠٠ ريال يمني", 50_000, "YER"),
            ("٢٠٠٠ درهم مغربي", 2000, "MAD"),
            ("مؤثرات في الدار البيضاء بميزانية ٥٠٠٠ درهم", 5000, "MAD"),
            ("مؤثرين بالقاهرة، ١٥ ألف جنيه", 15_000, "EGP"),
            ("bloggers in Beirut, 500 pounds", 500, "LBP"),
            ("foodies in Istanbul, 20,000 lira", 20_000, "TRY"),
            ("مطاعم في الدوحة، ٤ آلاف ريال", 4000, "QAR"),
            ("coffee in Manama for 150 dinars", 150, "BHD"),
            ("ناس تحب القهوة بالكويت، ٣٠٠ دينار", 300, "KWD"),
            ("skincare in Riyadh, 300 dinars", 300, None),
            ("5,000 pounds for three videos", 5000, None),
            ("5,000 riyals for three videos", 5000, "SAR"),
            ("ميزانيتي ٥ آلاف", 5000, None),
            ("my budget is 5k, in Kuwait", 5000, "KWD"),
            ("Budget: 3000-5000 SAR", 5000, "SAR"),
            ("SAR 3,000 to 5,000 for bakers", 5000, "SAR"),
            ("٣٠ ريال سعر المنتج، والميزانية ٤٠٠٠", 4000, "SAR"),
            ("ميزانية الحملة ٢٠ الف", 20_000, None),
            ("خمستعشر ألف ريال", 15_000, "SAR"),
            ("٦٠٠ ر.ع في مسقط وصلالة", 600, "OMR"),
            ("For Bahrain National Day, 16 December, 100 BD each", 100, "BHD"),
            ("بغينا مؤثرين فالدار البيضاء، الميزانية ديالنا ٣٠٠٠ درهم", 3000, "MAD"),
            ("نستهدف الخليج، الميزانية ٣٠ ألف ريال سعودي", 30_000, "SAR"),
            ("our budget is 8000. The serum sells for 90 SAR", 8000, "SAR"),
            ("Jan 10-25, KD 200 each", 200, "KWD"),
            ("الميزانية من ٢٠ لـ ٣٠ ألف ريال", 30_000, "SAR"),
            ("mizaniya 15 alf geneh, fel qahera", 15_000, "EGP"),
        ],
    )
    def test_names_the_currency_that_is_meant(self, text, amount, currency):
        assert _money(text) == (amount, currency)

    @pytest.mark.parametrize(
        "text",
        [
            "-500 SAR budget",
            "budget -500 SAR",
            "-$300 each",
            "budget 2026",
            "our budget: 3 reels",
            "سالب ٥٠٠ ريال",
        ],
    )
    def test_reads_no_budget_where_none_is(self, text):
        assert _money(text) is None

    def test_asks_the_brands_country_where_the_text_names_none(self):
        assert _money("٣٠٠ دينار", home="JO") == (300, "JOD")
        assert _money("٣٠٠ دينار", home="KW") == (300, "KWD")
        assert _money("٣٠٠ دينار لمؤثرين في عمّان", home="KW") == (300, "JOD")

    def test_quotes_what_was_written(self):
        money = read_brief("٣٠٠ دينار في الرياض", today=TODAY).money
        assert money is not None
        assert (money.quote, money.unit, money.amount) == ("٣٠٠ دينار", "dinar", Decimal(300))


class TestForEach:
    @pytest.mark.parametrize(
        ("text", "is_each"),
        [
            ("3 stories each, AED 8,000 total", False),
            ("300 ريال للواحد", True),
            ("ريلز لكل وحدة، الميزانية ٦,٥٠٠ ريال", False),
            ("reels for each influencer, budget 5k SAR", False),
            ("500 ريال، لكل مؤثرة", True),
            ("500 aed a post", True),
            ("we pay 500 each", True),
            ("60 KWD each", True),
        ],
    )
    def test_is_told_from_the_whole(self, text, is_each):
        money = read_brief(text, today=TODAY).money
        assert money is not None
        assert money.is_each == is_each


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "amount", "is_repeated"),
        [
            ("BHD 80 per week, x 4 weeks", 320, False),
            ("٢٠٠ ريال بالشهر لمدة ٣ شهور", 600, False),
            ("80 BHD a week", 80, True),
            ("١٠ آلاف للكل", 10_000, False),
            ("we pay 1,500", 1500, False),
            ("بندفع ٥ آلاف", 5000, False),
        ],
    )
    def test_are_told_with_what_they_are_for(self, text, amount, is_repeated):
        money = read_brief(text, today=TODAY).money
        assert money is not None
        assert (int(money.amount), money.is_repeated) == (amount, is_repeated)

    @pytest.mark.parametrize("text", ["10k in total followers", "we pay in 30 days", "٣ للكل"])
    def test_are_none_where_something_else_is_counted(self, text):
        assert read_brief(text, today=TODAY).money is None


class TestSizes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("من ٥ك الى ٥٠ك متابع", (5_000, 50_000)),
            ("ما يقل عن ٢٠ ألف متابع وما يزيد عن ٨٠ الف", (20_000, 80_000)),
        ],
    )
    def test_are_read_with_both_ends(self, text, expected):
        read = read_brief(text, today=TODAY)
        assert (read.followers_min, read.followers_max) == expected


class TestOmanAndAmman:
    @pytest.mark.parametrize(
        ("text", "countries", "cities", "unclear"),
        [
            ("ناس في سلطنة عمان", ("OM",), (), ()),
            ("ناس في عُمان", ("OM",), (), ()),
            ("ناس بعمّان", ("JO",), ("Amman",), ()),
            ("ناس في عَمان", ("JO",), ("Amman",), ()),
            ("ناس في عمان الأردن", ("JO",), ("Amman",), ()),
            ("نبي ناس في مسقط وعمان", ("OM",), ("Muscat",), ()),
            ("ناس في عمان بميزانية ٢٠٠ ريال عماني", ("OM",), (), ()),
            ("ناس في عمان بميزانية ٣٠٠ دينار", ("JO",), ("Amman",), ()),
            ("ناس في عمان", (), (), ("عمان",)),
            ("ناس في عمان بميزانية ٣٠٠ ريال سعودي", (), (), ("عمان",)),
            ("ناس في عمان والأردن", ("JO",), (), ("عمان",)),
            ("creators in Oman and Amman", ("OM", "JO"), ("Amman",), ()),
        ],
    )
    def test_are_told_apart_or_asked_about(self, text, countries, cities, unclear):
        read = read_places(split(text))
        assert (read.countries, read.cities, read.unclear) == (countries, cities, unclear)

    @pytest.mark.parametrize(
        ("is_city", "countries", "cities"), [(True, ("JO",), ("Amman",)), (False, ("OM",), ())]
    )
    def test_are_told_apart_once_the_name_is_spelt_clearly(self, is_city, countries, cities):
        text = "ناس بعمان وعُمان، لا عمانيات ولا عمّان"
        clear = spell_clearly(text, "عمان", is_city=is_city)
        assert clear == text.replace("بعمان", "بعمّان" if is_city else "بعُمان")
        read = read_places(split(spell_clearly("ناس في عمان ونعمان", "عمان", is_city=is_city)))
        assert (read.countries, read.cities, read.unclear) == (countries, cities, ())

    def test_leave_a_text_alone_whose_word_no_two_places_share(self):
        assert spell_clearly("ناس في جدة", "جدة", is_city=True) == "ناس في جدة"

    def test_are_decided_by_the_brands_country_where_nothing_else_does(self):
        assert read_places(split("ناس في عمان"), home="OM").countries == ("OM",)
        assert read_places(split("ناس في عمان"), home="JO").cities == ("Amman",)


class TestRefusedPlaces:
    @pytest.mark.parametrize(
        ("text", "countries", "cities", "refused"),
        [
            ("not influencers in Jeddah", (), (), ("Jeddah",)),
            ("Coffee people in Riyadh, not influencers in Jeddah", ("SA",), ("Riyadh",), ("Jeddah",)),
            ("مؤثرين من السعودية ما عدا جدة", ("SA",), (), ("جدة",)),
            ("the GCC except Kuwait", ("SA", "AE", "QA", "BH", "OM"), (), ("Kuwait",)),
            ("ما نبغى بنات من دبي أو الشارقة", (), (), ("دبي", "الشارقة")),
            ("not only in Jeddah", ("SA",), ("Jeddah",), ()),
            ("we do not ship outside Riyadh", ("SA",), ("Riyadh",), ()),
            ("not famous people, in Jeddah", ("SA",), ("Jeddah",), ()),
            ("مؤثرين غير معروفين في جدة", ("SA",), ("Jeddah",), ()),
            ("no energy drinks in Riyadh", ("SA",), ("Riyadh",), ()),
            ("كونسيلر تحت العين", (), (), ()),
            ("مؤثرات في العين", ("AE",), ("Al Ain",), ()),
            ("انشروا الخبر", (), (), ()),
        ],
    )
    def test_are_not_added(self, text, countries, cities, refused):
        read = read_places(split(text))
        assert (read.countries, read.cities, read.refused) == (countries, cities, refused)


class TestExclusions:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("بدون مبالغة ولا كلام تسويق", ()),
            ("بدون كحول ولا مبالغة", ("كحول",)),
            ("من غير موسيقى ومن غير مبالغة", ("موسيقى",)),
            ("no hype, no alcohol", ("alcohol",)),
            ("no scripts or sales talk", ()),
            ("no more than 3 posts", ()),
            ("without alcohol or tobacco", ("alcohol or tobacco",)),
            ("people in Riyadh, not influencers in Jeddah", ("influencers in Jeddah",)),
        ],
    )
    def test_hold_no_words_of_tone(self, text, expected):
        assert read_brief(text, today=TODAY).exclusions == expected


class TestDates:
    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("from 1 December to 20 December", (2026, 12, 1), (2026, 12, 20)),
            ("من ١٠ ديسمبر إلى ٢٠ ديسمبر", (2026, 12, 10), (2026, 12, 20)),
            ("من ١ إلى ٢٠ كانون الأول", (2026, 12, 1), (2026, 12, 20)),
            ("from the 1st until the 20th of December", (2026, 12, 1), (2026, 12, 20)),
            ("December 1 to December 20", (2026, 12, 1), (2026, 12, 20)),
            ("Dec 5 - 12, 2026", (2026, 12, 5), (2026, 12, 12)),
            ("5 December to 5 January", (2026, 12, 5), (2027, 1, 5)),
            ("من ٢٠ يناير حتى ١٠ فبراير ٢٠٢٧", (2027, 1, 20), (2027, 2, 10)),
            ("من ١ إلى ١٥ شهر ١٢", (2026, 12, 1), (2026, 12, 15)),
            ("1/12 to 20/12", (2026, 12, 1), (2026, 12, 20)),
            ("أول أسبوع من ديسمبر", (2026, 12, 1), (2026, 12, 7)),
            ("في الأسبوع الأول من يناير", (2027, 1, 1), (2027, 1, 7)),
            ("ابتداءً من ١ ديسمبر ولغاية ١٥ ديسمبر", (2026, 12, 1), (2026, 12, 15)),
            ("from December 28th to January 3rd", (2026, 12, 28), (2027, 1, 3)),
            ("طوال شهر كانون الثاني", (2027, 1, 1), (2027, 1, 31)),
            ("افتتاح محلنا يوم ١٥ ديسمبر", (2026, 12, 15), (2026, 12, 15)),
            ("on Friday, December 18th", (2026, 12, 18), (2026, 12, 18)),
            ("by 20 December", (2026, 11, 27), (2026, 12, 20)),
            ("قبل ٥ يناير", (2026, 11, 27), (2027, 1, 5)),
            ("3-4 reels over December", (2026, 12, 1), (2026, 12, 31)),
        ],
    )
    def test_are_read_however_they_are_written(self, text, first, last):
        read = read_brief(text, today=TODAY)
        assert (read.starts_on, read.ends_on) == (date(*first), date(*last))


class TestFollowers:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("متابعين من ٥٠ ألف إلى ١٠٠ ألف", (50_000, 100_000)),
            ("متابعينهم فوق نص مليون", (500_000, None)),
            ("ما نبغى مشاهير فوق نص مليون", (None, 500_000)),
            ("no accounts over 100k", (None, 100_000)),
            ("no more than 50k followers", (None, 50_000)),
            ("followers between 5,000 and 20,000", (5_000, 20_000)),
            ("half a million followers at most, up to half a million followers", (None, 500_000)),
            ("أكثر من مليون ونص متابع", (1_500_000, None)),
            ("متابعينهم من ٢٠ ألف لين ٨٠ ألف", (20_000, 80_000)),
            ("الميزانية ٥٠٠ دينار، متابعينهم من ٢٠ ألف لين ٨٠ ألف", (20_000, 80_000)),
            ("5k to 50k followers, 2 reels", (5_000, 50_000)),
            ("10K+ followers", (10_000, None)),
            ("min 5k max 40k followers", (5_000, 40_000)),
            ("متابعينهم تحت ١٠٠ ألف وفوق ١٠ آلاف", (10_000, 100_000)),
            ("متابعين أكثر من ١٠ آلاف وأقل من ٥٠ ألف", (10_000, 50_000)),
            ("from 3 accounts", (None, None)),
            ("3 to 5 accounts", (None, None)),
            ("nano influencers", (1_000, 10_000)),
            ("مؤثرات نانو", (1_000, 10_000)),
            ("micro-influencers for skincare", (1_000, 100_000)),
            ("nano and micro creators", (1_000, 100_000)),
            ("نانو سيراميك للسيارات", (None, None)),
            ("micro influencers with 5k-50k", (5_000, 50_000)),
            ("skincare creators under 100k", (None, 100_000)),
            ("skincare people in Riyadh, under 100k", (None, 100_000)),
            ("أقل من ٥٠ ألف متابع", (None, 50_000)),
            ("مؤثرين أقل من ٥٠ ألف", (None, 50_000)),
            ("مش أكتر من ٨٠ ألف متابع", (None, 80_000)),
            ("ما ابي وحده متابعينها فوق المية الف", (None, 100_000)),
            ("family vloggers, 20k–80k, 10k dirhams", (20_000, 80_000)),
            ("5k-50k bloggers", (5_000, 50_000)),
            ("we spend up to 9k on creators", (None, None)),
            ("max 5k per creator", (None, None)),
            ("creators, budget under 20k", (None, None)),
            ("مؤثرين، بسعر أقل من ٢٠ ألف", (None, None)),
            ("bloggers from 2024 to 2026", (None, None)),
        ],
    )
    def test_keep_both_ends(self, text, expected):
        read = read_brief(text, today=TODAY)
        assert (read.followers_min, read.followers_max) == expected


class TestArabizi:
    @pytest.mark.parametrize(
        "text",
        ["3ayzin nas makeup fel qahera", "mutabi3een mn el kuwait", "nas 7elwa", "kol esboo3 7aga gdeeda"],
    )
    def test_has_digits_that_count_nothing(self, text):
        read = read_brief(text, today=TODAY)
        assert (read.people, read.deliverables, read.money) == (None, (), None)

    def test_names_countries_and_what_is_not_wanted(self):
        text = "3ayzen bloggers makeup, followers mn masr w el saudia, bdoon mashaheer"
        read = read_brief(text, today=TODAY)
        assert (read.countries, read.audience_countries) == ((), ("EG", "SA"))
        assert read.exclusions == ("mashaheer",)

    @pytest.mark.parametrize("text", ["3reels", "5k", "AED5k", "2nd", "x3", "5days"])
    def test_leaves_numbers_before_other_letters_alone(self, text):
        assert any(word.folded.isdecimal() for word in split(text).words)

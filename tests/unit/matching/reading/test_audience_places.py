"""Where the audience lives, told from where influencers live."""

import pytest

from matching.reading.mentions import read_places
from matching.reading.places import country_spellings
from matching.reading.words import split

GULF = ("SA", "AE", "KW", "QA", "BH", "OM")
SPELT = [(code, name) for code, names in country_spellings().items() for name in names]
OF_AUDIENCE = (
    "skincare, followers in {}",
    "creators whose followers are mostly in {}",
    "we want to reach women in {}",
    "audience: {}",
    "reels, {} audience",
    "مؤثرات متابعينهم من {}",
    "ريلز، جمهور من {}",
    "نستهدف {}",
    "60% of followers in {}",
    "abi nas mutabi3een mn {}",
)
OF_INFLUENCERS = (
    "creators in {}",
    "bloggers with 5k-50k followers in {}",
    "a large audience, creators in {}",
    "we target creators in {}",
    "مؤثرات من {}",
    "متابعين فوق ٥ آلاف، من {}",
    "جمهور كبير، نبي ناس من {}",
)


class TestEveryCountry:
    @pytest.mark.parametrize(("code", "name"), SPELT)
    def test_is_the_audiences_where_the_text_says_who_follows(self, code, name):
        for pattern in OF_AUDIENCE:
            read = read_places(split(pattern.format(name)))
            assert (read.countries, read.audience) == ((), (code,)), pattern

    @pytest.mark.parametrize(("code", "name"), SPELT)
    def test_is_the_influencers_where_it_says_who_makes(self, code, name):
        for pattern in OF_INFLUENCERS:
            read = read_places(split(pattern.format(name)))
            assert (read.countries, read.audience) == ((code,), ()), pattern

    @pytest.mark.parametrize(("code", "name"), SPELT)
    def test_is_both_where_it_stands_for_both(self, code, name):
        for pattern in ("creators in {0}, followers in {0}", "ناس من {0}، جمهورهم من {0}"):
            read = read_places(split(pattern.format(name)))
            assert (read.countries, read.audience) == ((code,), (code,)), pattern


class TestBothSides:
    @pytest.mark.parametrize(
        ("text", "countries", "audience"),
        [
            ("followers in the Gulf", (), GULF),
            ("جمهور من الخليج", (), GULF),
            ("متابعين في السعودية والكويت", (), ("SA", "KW")),
            ("followers living in Saudi, Kuwait, Qatar. 10 creators", (), ("SA", "KW", "QA")),
            ("Saudi and Kuwaiti followers", (), ("SA", "KW")),
            ("a Gulf-based audience", (), GULF),
            ("جمهورهم سعودي وكويتي", (), ("SA", "KW")),
            ("audience must be Omani or Emirati", (), ("OM", "AE")),
            ("audience سعودي 100%", (), ("SA",)),
            ("followers in Riyadh", (), ("SA",)),
            ("people in Dubai, audience from India and Pakistan", ("AE",), ("IN", "PK")),
            ("campers in KSA or Oman; reach people in the GCC", ("SA", "OM"), GULF),
            ("محل في جدة، متابعات من الكويت", ("SA",), ("KW",)),
            ("بنات من الكويت متابعينهم سعوديين", ("KW",), ("SA",)),
            ("abaya shop, we ship all over the GCC", (), GULF),
            ("20k followers from Kuwait", (), ("KW",)),
            ("عندهم ٢٠ ألف متابع من الخليج", (), GULF),
            ("متابعين فوق ٥ آلاف في الرياض", ("SA",), ()),
            ("followers love our Emirati food", (), ()),
            ("جمهور كويتي بميزانية ٣٠٠ ريال سعودي", (), ("KW",)),
            ("no followers in Egypt", (), ()),
            ("fans of Kuwaiti food", (), ()),
            ("buyers of Omani frankincense", (), ()),
            ("people following trends in Riyadh", ("SA",), ()),
            ("a following of 20k in Dubai", ("AE",), ()),
        ],
    )
    def test_are_told_apart(self, text, countries, audience):
        read = read_places(split(text))
        assert (read.countries, read.audience) == (countries, audience)

    def test_leave_a_city_of_the_audience_out_of_where_influencers_are(self):
        assert read_places(split("creators in Jeddah, followers in Riyadh")).cities == ("Jeddah",)

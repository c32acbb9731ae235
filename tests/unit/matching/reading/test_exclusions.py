"""What a brief refuses is quoted and left out of the search; what only describes something stays in it."""

import pytest

from matching.reading.exclusions import find_exclusions, without_refusals
from matching.reading.words import split


class TestWithoutRefusals:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("Cooks with quick dinners. No gaming, please.", "Cooks with quick dinners. please."),
            ("We want travel vloggers, but not food bloggers", "We want travel vloggers, but"),
            ("No gaming and no politics please, we want cooks", "please, we want cooks"),
            ("We need people who cook. Not gamers.", "We need people who cook."),
            ("we don't want gaming; skincare", "we ; skincare"),
            ("Home cooks (no restaurants) in Cairo", "Home cooks ( ) in Cairo"),
            ("cooks\n- no gambling", "cooks -"),
            ("نبي أحد يطبخ وصفات سريعة، مو ألعاب", "نبي أحد يطبخ وصفات سريعة"),
            ("ما أبغى سياسة، أبغى وصفات", "أبغى وصفات"),
            ("مش عايزين ألعاب عايزين وصفات", "عايزين وصفات"),
            ("ناس تطبخ مب ناس تلعب", "ناس تطبخ"),
            ("وصفات سهلة ولا نريد ألعابا ولا سياسة، للعائلات", "وصفات سهلة ، للعائلات"),
            ("no gaming, please", "please"),
            ("مو ألعاب", ""),
        ],
    )
    def test_leaves_out_what_is_refused(self, text, wanted):
        assert " ".join(without_refusals(text).split()) == wanted

    @pytest.mark.parametrize(
        "text",
        [
            "recipes without sugar for families",
            "Home workouts with no equipment",
            "No bake desserts",
            "no-code tools",
            "No. 1 in skincare",
            "Not only cooks but bakers too",
            "no more than 3 reels, no matter where",
            "وصفات بدون سكر",
            "عناية بالشعر بدون كبريتات",
            "لا يقل المتابعون عن خمسة آلاف",
            "مو شرط يكون مشهور",
            "مش لازم خبرة",
        ],
    )
    def test_keeps_what_describes_or_refuses_nothing(self, text):
        assert without_refusals(text) == text


class TestQuotes:
    @pytest.mark.parametrize(
        ("text", "quotes"),
        [
            ("We don't want gaming channels", ("gaming channels",)),
            ("No politics please", ("politics",)),
            ("Not interested in crypto.", ("crypto",)),
            ("بلاش سياسة", ("سياسة",)),
            ("ما بدنا ألعاب", ("ألعاب",)),
            ("بعيدًا عن السياسة", ("السياسة",)),
            ("recipes without sugar", ("sugar",)),
            ("no hype", ()),
            ("we have no budget for travel", ()),
        ],
    )
    def test_are_the_words_of_the_brief(self, text, quotes):
        assert find_exclusions(split(text), ()) == quotes

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
            ("We want cooks, no gaming, crypto or politics", "We want cooks"),
            ("Cooks. No gaming, crypto, politics.", "Cooks."),
            ("No gaming, no crypto, or politics please. We want cooks", "please. We want cooks"),
            ("نبي وصفات، بدون ألعاب، عملات رقمية أو سياسة", "نبي وصفات"),
            ("no gaming, we want skincare", "we want skincare"),
            ("no gaming, skincare lovers in Riyadh", "skincare lovers in Riyadh"),
            ("no hype, honest or funny reviews", "honest or funny reviews"),
            ("no gaming, girls or mothers in Jeddah", "girls or mothers in Jeddah"),
            ("no gaming, skincare or makeup only", "skincare or makeup only"),
            ("skincare without perfume for dry skin in Riyadh", "skincare for dry skin in Riyadh"),
            ("skincare without perfume, alcohol or dye for dry skin", "skincare for dry skin"),
            ("fragrance-free skincare", "skincare"),
            ("عناية بالبشرة بدون عطور للبشرة الحساسة", "عناية بالبشرة للبشرة الحساسة"),
            ("عناية بالبشرة خالية من العطور", "عناية بالبشرة"),
            ("عناية بدون عطور ومكياج خفيف", "عناية ومكياج خفيف"),
            ("بلوجرز من القاهرة من غير عطور ومن غير فلاتر", "بلوجرز من القاهرة"),
            ("يصورون ريلز مو ستوري ريلز وبس", "يصورون ريلز ريلز وبس"),
            ("ما نبي بنات متابعينهم فوق مية ألف ريال والميزانية عشرة آلاف", "والميزانية عشرة آلاف"),
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
            "sugar-free recipes",
            "recipes without sugar, gluten or dairy for families",
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
            ("no gaming, crypto or politics", ("gaming, crypto or politics",)),
            ("بدون ألعاب، عملات رقمية أو سياسة", ("ألعاب، عملات رقمية أو سياسة",)),
            ("fragrance-free skincare", ("fragrance",)),
            ("من غير عطور ومن غير فلاتر", ("عطور", "فلاتر")),
            ("بلا مكياج ولا عطور", ("مكياج", "عطور")),
            ("صور بلا مكياج ولا عطور", ("مكياج", "عطور")),
            ("بلا شك نريد قهوة", ()),
            ("no makeup nor perfume", ("makeup", "perfume")),
            ("مش أكتر من ٨٠ ألف متابع", ()),
            ("no hype", ()),
            ("we have no budget for travel", ()),
        ],
    )
    def test_are_the_words_of_the_brief(self, text, quotes):
        assert find_exclusions(split(text), ()) == quotes

"""What a machine finds about a criterion, in both languages, and what it leaves to people."""

from datetime import timedelta

import pytest

from marketplace.disputes.findings import Found, Material, Outcome, judge
from tests.clock import START

DAY = timedelta(days=1)


def find(kind, text, material, *, now=START, **more):
    finding = judge({"id": "c1", "kind": kind, "text": text, **more}, material, now=now)
    assert finding.criterion_id == "c1"
    return finding


class TestLength:
    @pytest.mark.parametrize(
        ("text", "words", "outcome"),
        [
            ("At most 5 words", 5, Outcome.MET),
            ("At most 5 words", 6, Outcome.NOT_MET),
            ("At least 5 words", 5, Outcome.MET),
            ("at least 5 words", 4, Outcome.NOT_MET),
            ("لا يزيد على ٥ كلمات", 6, Outcome.NOT_MET),
            ("لا يقل عن 5 كلمات", 6, Outcome.MET),
            ("No more than 5 words", 5, Outcome.MET),
            ("No more than 5 words", 6, Outcome.NOT_MET),
            ("not less than 5 words", 4, Outcome.NOT_MET),
            ("No fewer than 5 words", 5, Outcome.MET),
            ("Less than 5 words", 5, Outcome.NOT_MET),
            ("fewer than 5 words", 4, Outcome.MET),
            ("More than 5 words", 5, Outcome.NOT_MET),
            ("أكثر من 5 كلمات", 6, Outcome.MET),
            ("أقل من ٥ كلمات", 5, Outcome.NOT_MET),
            ("ليس أكثر من ٥ كلمات", 5, Outcome.MET),
            ("About 5 words", 5, Outcome.UNCLEAR),
            ("At most 30 seconds", 5, Outcome.UNCLEAR),
            ("At least 5 and at most 9 words", 5, Outcome.UNCLEAR),
        ],
    )
    def test_counts_words(self, text, words, outcome):
        finding = find("length", text, Material(" ".join(["كلمة"] * words)))
        assert finding.outcome is outcome
        if outcome is not Outcome.UNCLEAR:
            assert finding.params == {"count": words, "limit": 5, "unit": "words"}

    def test_counts_characters(self):
        assert find("length", "At most 10 characters", Material("0123456789")).outcome is Outcome.MET
        assert find("length", "At most 10 characters", Material("0123456789a")).outcome is Outcome.NOT_MET

    def test_needs_something_to_count(self):
        assert find("length", "At most 10 words", Material("")).found is Found.NOTHING_TO_LOOK_AT


class TestLabel:
    @pytest.mark.parametrize("word", ["#ad", "Advertisement", "إعلان", "Sponsored", "#إعلان", "شراكة مدفوعة"])
    def test_sees_words_of_both_languages(self, word):
        finding = find("label", "Says that it is an advertisement", Material(f"Look at this. {word} here"))
        assert (finding.outcome, finding.found) == (Outcome.MET, Found.LABEL_SEEN)

    @pytest.mark.parametrize("text", ["#adventure time", "An adult coffee", "Broadcast", "إعلاميون"])
    def test_is_not_fooled_by_parts_of_words(self, text):
        assert find("label", "Says so", Material(text)).found is Found.LABEL_MISSING

    def test_wants_the_first_line_where_it_was_agreed(self):
        asked = "Named as advertising in the first line"
        assert find("label", asked, Material("#ad\nCoffee")).outcome is Outcome.MET
        assert find("label", asked, Material("Coffee\n#ad")).found is Found.LABEL_LATE
        assert find("label", "الإفصاح في أول السطر", Material("قهوة\nإعلان")).outcome is Outcome.NOT_MET

    def test_takes_the_words_of_the_post(self):
        asked = "Named as advertising in the first line"
        assert find("label", asked, Material("", disclosure="#ad")).outcome is Outcome.MET
        assert find("label", "Says so", Material("", disclosure="Ad")).outcome is Outcome.MET
        assert find("label", "Says so", Material("")).outcome is Outcome.UNCLEAR


class TestTag:
    def test_finds_every_tag_whole(self):
        asked = "Carries #ColdBrew and @qahwa.house"
        assert find("tag", asked, Material("Yes #coldbrew by @Qahwa.House!")).outcome is Outcome.MET
        finding = find("tag", asked, Material("#coldbrewing by @qahwa.house"))
        assert (finding.outcome, finding.params) == (Outcome.NOT_MET, {"names": ["#coldbrew"]})

    @pytest.mark.parametrize(
        ("text", "outcome"),
        [
            ("Iced-#coldbrew-time with @qahwa.house.", Outcome.MET),
            ("iced#coldbrew with @qahwa.house", Outcome.NOT_MET),
            ("#coldbrew with @qahwa.house.sa", Outcome.NOT_MET),
        ],
    )
    def test_knows_where_a_tag_begins_and_ends(self, text, outcome):
        assert find("tag", "Carries #ColdBrew and @qahwa.house", Material(text)).outcome is outcome

    def test_leaves_a_sentence_without_one_to_people(self):
        assert find("tag", "Names the account", Material("x")).found is Found.NOT_TESTABLE


class TestLink:
    def test_looks_at_text_and_links(self):
        asked = "Links to https://shop.example.test/brew"
        assert (
            find("link", asked, Material("", links=("https://shop.example.test/brew",))).outcome
            is Outcome.MET
        )
        assert find("link", asked, Material("See shop.example.test/brew now")).outcome is Outcome.MET
        assert find("link", asked, Material("See shop.example.test")).outcome is Outcome.NOT_MET

    @pytest.mark.parametrize(
        ("text", "outcome"),
        [
            ("See https://www.shop.test/brew.", Outcome.MET),
            ("See shop.test/brew?code=1", Outcome.MET),
            ("See shop.test/brewing", Outcome.NOT_MET),
            ("See shop.test/brew-kit", Outcome.NOT_MET),
            ("See myshop.test/brew", Outcome.NOT_MET),
            ("See my-shop.test/brew", Outcome.NOT_MET),
        ],
    )
    def test_is_not_fooled_by_parts_of_addresses(self, text, outcome):
        assert find("link", "Links to shop.test/brew", Material(text)).outcome is outcome

    def test_is_not_fooled_by_a_longer_name_of_a_site(self):
        asked = "Links to shop.test"
        assert find("link", asked, Material("At shop.test.evil.test")).outcome is Outcome.NOT_MET
        assert find("link", asked, Material("At shop.test. Go!")).outcome is Outcome.MET


class TestLiveDays:
    def test_counts_from_the_post_to_the_report(self):
        asked = "Stays up for 30 days"
        up = Material("x", posted_at=START)
        assert find("live_days", asked, up, now=START + 30 * DAY).outcome is Outcome.MET
        waiting = find("live_days", asked, up, now=START + 3 * DAY)
        assert (waiting.outcome, waiting.params) == (Outcome.UNCLEAR, {"lived": 3, "days": 30})
        down = Material("x", posted_at=START, down_at=START + 4 * DAY)
        assert find("live_days", asked, down, now=START + 40 * DAY).outcome is Outcome.NOT_MET
        assert find("live_days", "يبقى ٣٠ يومًا", down, now=START + 40 * DAY).outcome is Outcome.NOT_MET
        both = f"{asked} عدد أيام بقاء المنشور: ٣٠"  # one number, said in two languages
        assert find("live_days", both, down, now=START + 40 * DAY).outcome is Outcome.NOT_MET
        assert find("live_days", asked, Material("x")).found is Found.NOTHING_TO_LOOK_AT

    def test_counts_whole_days_from_none(self):
        hour = Material("x", posted_at=START, down_at=START + DAY / 24)
        finding = find("live_days", "Stays up for 30 days", hour, now=START + DAY)
        assert (finding.outcome, finding.params) == (Outcome.NOT_MET, {"lived": 0, "days": 30})
        for vague in ("Stays up for 30 or 60 days", "Stays up for 30 hours"):
            assert find("live_days", vague, hour, now=START + DAY).found is Found.NOT_TESTABLE


class TestLanguage:
    def test_weighs_letters(self):
        assert find("language", "Is in Arabic", Material("قهوة باردة cold")).outcome is Outcome.MET
        assert find("language", "In English", Material("قهوة باردة cold")).outcome is Outcome.NOT_MET
        assert find("language", "In two languages", Material("x")).outcome is Outcome.UNCLEAR
        half = find("language", "In English", Material("ab قه"))
        assert (half.outcome, half.params) == (Outcome.MET, {"percent": 50})

    @pytest.mark.parametrize(
        ("asked", "outcome"),
        [("التعليق بالعربية", Outcome.MET), ("يتحدث عربي", Outcome.MET), ("بالإنجليزية", Outcome.NOT_MET)],
    )
    def test_knows_its_names_with_what_arabic_writes_to_them(self, asked, outcome):
        assert find("language", asked, Material("قهوة باردة")).outcome is outcome

    def test_needs_letters(self):
        assert find("language", "In English", Material("123")).found is Found.NOTHING_TO_LOOK_AT


class TestOther:
    def test_is_for_people(self):
        assert find("other", "The product is shown in real use", Material("x")).found is Found.NOT_TESTABLE

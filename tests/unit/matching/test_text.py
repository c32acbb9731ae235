import pytest

from matching.folding import fold, is_arabic, without_marks
from matching.hashtags import open_hashtags, split_hashtag
from matching.stemming_arabic import stem_arabic
from matching.stemming_english import stem_english
from matching.text import (
    LONGEST_TOKEN,
    split_words,
    standardise,
    stem_word,
    stemmed_words,
    strip_boilerplate,
    tokenise,
)
from matching.vocabularies import vocabulary


class TestFold:
    @pytest.mark.parametrize(
        ("written", "folded"),
        [
            ("مُدَوَّنَة", "مدونه"),
            ("جمـــال", "جمال"),
            ("أحمد إلى آخر ٱلله", "احمد الي اخر الله"),
            ("مؤثر وقارئ", "موثر وقاري"),
            ("هدى", "هدي"),
            ("٢٠٢٦ و ۱۹", "2026 و 19"),
            ("کیک", "كيك"),
            ("\uff33\uff2b\uff29\uff2e", "skin"),
            ("ﻻ", "لا"),
            ("می\u200cخواهم", "مي خواهم"),
        ],
    )
    def test_makes_spellings_one(self, written, folded):
        assert fold(written) == folded

    def test_is_stable(self):
        once = fold("والمَطاعِم السُّعوديّة ٣ Cafés")
        assert fold(once) == once

    def test_knows_arabic_words(self):
        assert is_arabic("قهوة")
        assert is_arabic("5قهوة")
        assert not is_arabic("coffee")

    def test_drops_marks_and_keeps_letters(self):
        assert without_marks("مدوّنة") == "مدونة"


class TestStemArabic:
    @pytest.mark.parametrize(
        "words",
        [
            ("قهوه", "القهوه", "بالقهوه", "والقهوه"),
            ("مدونه", "مدونات", "المدونات", "مدونين", "للمدونين"),
            ("رياضي", "رياضيه", "رياضيين", "الرياضه", "رياضيات"),
            ("مطاعم", "المطاعم", "والمطاعم", "كالمطاعم", "فالمطاعم"),
        ],
    )
    def test_brings_forms_together(self, words):
        assert len({stem_arabic(word) for word in words}) == 1

    @pytest.mark.parametrize("word", ["الم", "يد", "ال", "هي", "ورد", "ولد", "العاب", "الوان"])
    def test_leaves_short_and_root_words_whole(self, word):
        assert stem_arabic(word) == word

    def test_strips_a_conjunction_only_from_longer_words(self):
        assert stem_arabic("وسفر") == "سفر"
        assert stem_arabic("وقت") == "وقت"


class TestStemEnglish:
    def test_brings_forms_together(self):
        assert stem_english("running") == stem_english("runs") == "run"
        assert stem_english("recipes") == stem_english("recipe")


class TestHashtags:
    @pytest.mark.parametrize(
        ("tag", "words"),
        [
            ("#SkinCareRoutine", "Skin Care Routine"),
            ("#عناية_بالبشرة", "عناية بالبشرة"),
            ("#USATravel2026", "USA Travel 2026"),
            ("#skincare", "skincare"),
            ("__x__y", "x y"),
            ("#", ""),
        ],
    )
    def test_are_split(self, tag, words):
        assert split_hashtag(tag) == words

    def test_are_opened_within_text(self):
        assert open_hashtags("love #CatLife and @home_chef!") == "love Cat Life and home chef!"

    def test_leave_addresses_of_mail_readable(self):
        assert "example" in open_hashtags("me@example")


class TestSplitWords:
    def test_keeps_emoji_as_words(self):
        assert split_words("قهوة☕😍and") == ["قهوة", "☕", "😍", "and"]

    def test_drops_addresses_of_pages(self):
        assert split_words("see https://x.test/a?b=1 www.x.test now") == ["see", "now"]

    def test_keeps_names_of_languages_and_contractions(self):
        assert split_words("C++ C# don't rock'n") == ["C++", "C#", "don't", "rock'n"]

    def test_does_not_break_at_vowel_marks(self):
        assert split_words("مُدَوِّنة") == ["مدونة"]


class TestStandardise:
    @pytest.mark.parametrize(
        ("written", "standard"),
        [
            ("ميك اب", "مكياج"),
            ("ميكب", "مكياج"),
            ("والميكب", "مكياج"),
            ("كوتش جيم", "مدرب نادي رياضي"),
            ("قيمز", "ألعاب فيديو"),
            ("بالقيمز!", "ألعاب فيديو"),
            ("شاليهات", "منتجعات"),
            ("بدي طبيخ", "أريد طبخ"),
            ("براندات عالمية", "علامات تجارية عالمية"),
        ],
    )
    def test_puts_standard_words_for_loan_and_dialect_words(self, written, standard):
        assert standardise(written) == standard

    def test_leaves_standard_arabic_as_written(self):
        text = "نبحث عن مدونة تكتب عن القهوة، والسفر."
        assert standardise(text) == text

    def test_leaves_english_but_opens_hashtags(self):
        assert standardise("Great  #SkinCare day https://x.test") == "Great Skin Care day"

    def test_explains_arab_words_in_english(self):
        assert standardise("New Abaya, for Eid!") == "New abaya modest dress for Eid holiday"

    def test_reads_plurals_of_loan_words(self):
        assert standardise("روجات") == standardise("روج") == "أحمر شفاه"

    def test_has_no_entry_that_changes_nothing(self):
        same = [key for key, value in vocabulary().loanwords.items() if fold(value) == key]
        assert same == []

    def test_has_at_least_three_hundred_entries(self):
        assert len(vocabulary().loanwords) >= 300


class TestTokenise:
    def test_is_one_chain_for_spellings_of_one_word(self):
        assert tokenise("القَهْوة") == tokenise("قهوه") == tokenise("والقهوة")

    def test_drops_stop_words_of_both_languages(self):
        assert tokenise("the best of في the world") == ("best", "world")

    def test_meets_loan_words_and_standard_words(self):
        assert tokenise("ميكب") == tokenise("مكياج")

    def test_drops_overlong_words(self):
        assert tokenise("x" * (LONGEST_TOKEN + 1)) == ()
        assert tokenise("x" * LONGEST_TOKEN) == ("x" * LONGEST_TOKEN,)

    def test_of_nothing_is_nothing(self):
        assert tokenise("  ،. !") == ()

    def test_keeps_the_readable_word_beside_the_stem(self):
        assert stemmed_words("Running") == [("running", "run")]

    def test_stems_by_script(self):
        assert stem_word("المطاعم") == "مطاعم"
        assert stem_word("cakes") == "cake"


class TestStripBoilerplate:
    def test_leaves_the_subject_of_an_english_brief(self):
        assert strip_boilerplate("We want creators who talk about coffee roasting") == "coffee roasting"

    def test_leaves_the_subject_of_an_arabic_brief(self):
        assert strip_boilerplate("نبحث عن صناع محتوى يتحدثون عن القهوة المختصة") == "القهوة المختصة"

    def test_sees_boilerplate_behind_a_prefix(self):
        assert strip_boilerplate("والمؤثرين بالقهوة") == "بالقهوة"

    def test_keeps_a_brief_of_boilerplate_only(self):
        assert strip_boilerplate("We need creators") == "We need creators"


def test_arab_things_are_no_cars():
    assert standardise("خيول عربية") == "خيول عربية"
    assert standardise("عربيات") == "سيارات"

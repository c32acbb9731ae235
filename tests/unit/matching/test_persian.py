import pytest

from matching.folding import is_arabic
from matching.persian import arabicise, is_persian, persian_words
from matching.text import standardise, tokenise


class TestPersianWords:
    def test_map_to_arabic_or_are_dropped(self):
        assert len(persian_words()) >= 300
        assert all(is_arabic(standard) or not standard for standard in persian_words().values())


class TestIsPersian:
    @pytest.mark.parametrize(
        "text", ["آموزش برنامه‌نویسی به زبان فارسی", "من عکاس هستم", "بررسی بازی های جدید از ما"]
    )
    def test_knows_persian(self, text):
        assert is_persian(text)

    @pytest.mark.parametrize(
        "text",
        ["", "Persian recipes", "وصفات طبخ من المطبخ العربي", "عكس الصورة في البيت", "هالقهوة چنها شاي"],
    )
    def test_leaves_arabic_and_english_alone(self, text):
        assert not is_persian(text)


class TestArabicise:
    def test_reads_a_word_with_a_half_space_like_two_words(self):
        assert arabicise("برنامه‌نویسی") == arabicise("برنامه نویسی") == "برمجة"

    def test_takes_the_longest_known_run_of_words(self):
        assert arabicise("بازی های رومیزی") == "ألعاب الطاولة"

    def test_finds_a_word_in_the_plural(self):
        assert arabicise("عکاسها") == arabicise("عکاس") == "مصور"

    def test_drops_small_words_and_keeps_unknown_ones(self):
        assert arabicise("آموزش عکاسی و آشپزی با شبنم Canon") == "تعليم تصوير فوتوغرافي و طبخ شبنم Canon"


class TestStandardise:
    def test_is_what_index_and_encoder_read(self):
        text = "آموزش آشپزی و شیرینی با مهناز از تهران"
        assert standardise(text).startswith("تعليم طبخ و حلويات")
        assert {"تعليم", "طبخ", "مهناز"} <= set(tokenise(text))

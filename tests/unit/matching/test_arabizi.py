import pytest

from matching.arabizi import arabizi_words, fold_arabizi, is_arabizi, transliterate
from matching.folding import is_arabic
from matching.text import standardise, tokenise


class TestFoldArabizi:
    @pytest.mark.parametrize(
        "spellings",
        [("koora", "kora", "KORA"), ("safar", "saafar"), ("jameel", "jamil"), ("mo'allem", "moalem")],
    )
    def test_makes_spellings_one(self, spellings):
        folded = {fold_arabizi(word).replace("u", "o") for word in spellings}
        assert len(folded) == 1

    def test_leaves_every_key_of_the_list_as_it_is(self):
        assert [word for word in arabizi_words() if fold_arabizi(word) != word] == []

    def test_list_maps_to_arabic_or_drops_the_article(self):
        assert all(is_arabic(standard) or not standard for standard in arabizi_words().values())


class TestIsArabizi:
    @pytest.mark.parametrize(
        "text",
        [
            "wasafat tabkh",
            "3ayzin 7ad bya3mel makyaj",
            "abi wa7ed yjarreb sayarat",
            "2ahwe",
            "nabi nas 3an elsayarat, 20 alf",
        ],
    )
    def test_knows_arabic_in_latin_letters(self, text):
        assert is_arabizi(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "coffee recipes",
            "mobile games 3d",
            "Best coach in town, 2nd season",
            "el rey del al sol",
            "I love tabkh so much",
            "safar travels",
        ],
    )
    def test_leaves_other_languages_alone(self, text):
        assert not is_arabizi(text)


class TestTransliterate:
    def test_knows_words_behind_an_article_that_is_written_to_them(self):
        assert transliterate("nabi 7ad 3an elsayarat") == transliterate("nabi 7ad 3an sayarat")
        assert transliterate("elbow 3an safar") == "elbow عن سفر"

    def test_keeps_unknown_words_and_drops_the_article(self):
        assert transliterate("ba7eb el Safar w pubg") == "أحب سفر و pubg"


class TestStandardise:
    def test_reads_arabizi_like_arabic(self):
        assert standardise("Wasafat tabkh") == "وصفات طبخ"
        assert tokenise("wasafat tabkh") == tokenise("وصفات طبخ")

    def test_leaves_arabic_text_with_latin_words_alone(self):
        assert standardise("وصفات tabkh wasafat") == "وصفات tabkh wasafat"

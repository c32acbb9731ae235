from hypothesis import given
from hypothesis import strategies as st

from matching.folding import fold
from matching.text import standardise, strip_boilerplate, tokenise

ARABIC = st.text(alphabet="ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي ًٌٍَُِّْـ", max_size=60)
ANYTHING = st.text(max_size=80)


class TestTextChain:
    @given(ANYTHING)
    def test_takes_any_text(self, text):
        assert all(tokenise(text))
        assert isinstance(strip_boilerplate(text), str)

    @given(ARABIC)
    def test_folds_to_what_folds_to_itself(self, text):
        assert fold(fold(text)) == fold(text)

    @given(st.lists(st.sampled_from(["قهوة", "سفر", "مطاعم", "كتب", "رياضة"]), min_size=1, max_size=5))
    def test_gives_words_with_the_article_and_without_one_token(self, words):
        assert tokenise(" ".join(f"ال{word}" for word in words)) == tokenise(" ".join(words))

    @given(ANYTHING)
    def test_standardises_english_to_itself_but_for_spaces(self, text):
        words = " ".join(word for word in text.split() if word.isascii() and word.isalpha())
        assert standardise(words) == words

import pytest

from matching.folding import fold
from matching.spelling_arabic import spell


class TestSpell:
    @pytest.mark.parametrize(
        ("typed", "spelt"),
        [
            ("العنايه بالبشره", "العناية بالبشرة"),
            ("وازياء محتشمه", "وأزياء محتشمة"),
            ("اطباق عربيه، وحلويات", "أطباق عربية، وحلويات"),
            ("علي وفاطمه", "علي وفاطمه"),
            ("skincare العنايه", "skincare العناية"),
        ],
    )
    def test_puts_back_what_haste_left_out(self, typed, spelt):
        assert spell(typed) == spelt

    @pytest.mark.parametrize("text", ["العناية بالبشرة وتطوير التطبيقات", "", "Skincare", "نبحث عن وصفات"])
    def test_leaves_careful_texts_alone(self, text):
        assert spell(text) == text

    def test_changes_no_folded_letter(self):
        typed = "نبي بنات يتكلمون عن العنايه بالشعر والاظافر والازياء الرجاليه"
        assert fold(spell(typed)) == fold(typed)

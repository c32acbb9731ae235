"""Clauses that say how much, when and where are left out of what is searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.fact_clauses import without_fact_clauses
from matching.text import standardise

FACTS = [
    "Budget: 5,000 SAR in total,",
    "2 reels and 3 stories each on Instagram,",
    "from 1 to 15 December,",
    "4 creators in Riyadh with 10k-50k followers,",
    "followers mostly in the UAE,",
    "Please send your prices asap, thanks!",
    "الميزانية ٥٠٠٠ ريال للكل،",
    "ريلين و٣ ستوري لكل واحد،",
    "من ١ الى ١٥ ديسمبر،",
    "جمهورهم من الخليج،",
    "متابعينهم من ١٠ لـ ٦٠ ألف،",
    "السلام عليكم،",
    "female, arabic speaking,",
    "during Ramadan,",
    "في رمضان،",
]
SUBJECTS = [
    "skincare for dry skin.",
    "Android apps in Kotlin.",
    "قهوة مختصة.",
    "عبايات وأزياء محتشمة.",
    "travel to Istanbul.",
]


class TestFactClauses:
    @given(st.sampled_from(SUBJECTS), st.lists(st.sampled_from(FACTS), max_size=4), st.integers(0, 4))
    def test_change_nothing_of_what_is_searched(self, subject, facts, place):
        at = min(place, len(facts))
        assert without_fact_clauses(" ".join([*facts[:at], subject, *facts[at:]])) == subject

    @pytest.mark.parametrize("text", [*FACTS, "Hi! Budget 5k SAR.", "", "مرحبا، ٥٠٠ ريال"])
    def test_are_kept_where_nothing_else_is_left(self, text):
        assert without_fact_clauses(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            "Hiking, Oman.",
            "Recipes, budget cooking.",
            "Personal finance, taxes and savings.",
            "Weekend trips, camping.",
            "Ramadan recipes, Arabic calligraphy.",
        ],
    )
    def test_are_told_from_subjects(self, text):
        assert without_fact_clauses(text) == text


class TestRunsOfFacts:
    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("We want gamers 5k-80k followers for mobile games", "We want gamers mobile games"),
            ("skincare in Riyadh budget 5000 SAR", "skincare in Riyadh"),
            ("ابغى مراجعة جوال جديد من ٥٠ الف الى ٢٠٠ الف مشترك ميزانيه ٤٠ الف", "ابغى مراجعة جوال جديد"),
        ],
    )
    def test_are_left_out_inside_a_clause(self, text, left):
        assert without_fact_clauses(text) == left

    @pytest.mark.parametrize(
        "text",
        ["iPhone 17 reviews", "top 10 games", "5 minute recipes", "budget 5000 SAR", "3 videos for families"],
    )
    def test_are_told_from_subjects_with_numbers(self, text):
        assert without_fact_clauses(text) == text


class TestStandardWords:
    def test_have_no_vowel_marks_and_no_tatweel(self):
        assert standardise("عِنَايَة بِالبَشَـــرة") == standardise("عناية بالبشرة")

    def test_are_in_small_letters_where_all_of_a_text_is_in_capitals(self):
        assert standardise("SKINCARE FOR DRY AND SENSITIVE SKIN") == "skincare for dry and sensitive skin"
        assert standardise("SEO and UX") == "SEO and UX"

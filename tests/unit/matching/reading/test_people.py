"""How many people a brief wants, in both languages, and numbers beside people that count something else."""

import pytest

from matching.reading.people import find_people_wanted
from matching.reading.words import split


class TestFindPeopleWanted:
    @pytest.mark.parametrize(
        ("text", "people"),
        [
            ("six coffee people in Riyadh show how they make cold brew with our set", 6),
            ("Three cooking women with Saudi recipes", 3),
            ("We look for 5 micro-influencers on TikTok", 5),
            ("500 AED for 4 creators", 4),
            ("two gaming content creators", 2),
            ("3 reels from two bloggers", 2),
            ("نبغى خمس بنات يصورون القهوة", 5),
            ("٦ مؤثرين في الرياض", 6),
            ("نبحث عن ثلاثة من صناع المحتوى", 3),
            ("عشرة صناع محتوى عن الطبخ", 10),
            ("مطلوب بنتين من جدة", 2),
            ("أحد عشر مؤثراً", 11),
            ("نبي ٤ فودبلوقرز، الدعوة عشاء لشخصين", 4),
        ],
    )
    def test_reads_the_number_before_the_people(self, text, people):
        assert find_people_wanted(split(text)) == people

    @pytest.mark.parametrize(
        "text",
        [
            "dinner for six people",
            "women aged 25",
            "a box that serves 8 people",
            "عشاء لستة أشخاص",
            "30 day challenge women",
            "at least 5,000 followers, women only",
            "3 reels. People who cook",
            "influencers with 10k followers",
            "a sale of 40% for women",
            "2.5 creators",
            "٣ ريلز من مؤثرين في جدة",
            "3 reels by creators",
            "coffee people in Riyadh",
        ],
    )
    def test_reads_none_where_a_number_counts_something_else(self, text):
        assert find_people_wanted(split(text)) is None

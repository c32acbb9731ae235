"""What a first sentence fills in of a new draft."""

from datetime import date

from marketplace.briefs.reading_words import OCCASIONS
from marketplace.briefs.understanding import start_fields
from matching.reading.occasions import occasion_names

TODAY = date(2026, 11, 27)


class TestPlace:
    def test_is_where_the_audience_and_the_rights_are(self):
        fields = start_fields("نبي ناس تحب الركض بدبي، الميزانية ١٠ الاف درهم", today=TODAY)
        assert fields["creator_countries"] == fields["countries"] == ["AE"]
        assert (fields["territory"], fields["currency"]) == ("AE", "AED")

    def test_of_several_countries_leaves_the_one_of_the_rights_to_the_brand(self):
        fields = start_fields("runners in Dubai and in Kuwait", today=TODAY)
        assert set(fields["countries"]) == {"AE", "KW"}
        assert "territory" not in fields

    def test_that_nobody_named_fills_in_nothing(self):
        fields = start_fields("runners", today=TODAY)
        assert not {"countries", "territory"} & set(fields)


class TestBudget:
    def test_in_a_currency_that_is_not_served_fills_in_nothing(self):
        fields = start_fields("بدنا حدا يحكي عن القهوة بعمّان، الميزانية ٣٠٠ دينار", today=TODAY)
        assert not {"budget", "currency"} & set(fields)
        assert (fields["countries"], fields["territory"]) == (["JO"], "JO")

    def test_without_a_currency_keeps_the_drafts_own(self):
        fields = start_fields("ميزانيتي ٥ آلاف", today=TODAY)
        assert fields["budget"] == "5000"
        assert "currency" not in fields

    def test_in_a_currency_that_no_read_country_has_fills_in_nothing(self):
        assert "budget" not in start_fields("skincare in Riyadh, 300 dinars", today=TODAY)

    def test_of_a_place_that_is_not_wanted_asks_for_nobody_there(self):
        assert "creator_countries" not in start_fields("not influencers in Jeddah", today=TODAY)


class TestOccasions:
    def test_have_a_name_each(self):
        assert set(OCCASIONS) == set(occasion_names())

"""What a first sentence fills in of a new draft."""

from datetime import date

from marketplace.briefs.understanding import start_fields

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

"""The editor fills in what it read in the text, and says what it could not take over."""

from tests.functional.briefs.test_editor import buyer, revision_of, stored, visitor

__all__ = ["buyer", "visitor"]


class TestReading:
    def test_names_a_currency_that_is_not_served_and_leaves_the_budget_empty(self, market, visitor):
        visitor.get("/briefs/new")
        asked = {"title": "Coffee people in Amman or in عمان, budget 300 dinars", "language": "en"}
        brief_id = visitor.post("/briefs/new", asked).location.removesuffix("/edit").rsplit("/", 1)[-1]
        assert "budget" not in stored(market, brief_id).draft
        page = visitor.get(f"/briefs/{brief_id}/edit")
        assert "300 dinars" in page.text
        assert "Budgets cannot be in Jordanian Dinar here." in page.text
        typed = {"revision": revision_of(page), "title": asked["title"], "refuse": "budget"}
        visitor.post(f"/briefs/{brief_id}/edit", typed)
        assert "Jordanian Dinar" not in visitor.get(f"/briefs/{brief_id}/edit").text

    def test_fills_in_how_many_people_are_wanted(self, market, visitor):
        visitor.get("/briefs/new")
        edit = visitor.post(
            "/briefs/new", {"title": "Six coffee people in Riyadh", "language": "en"}
        ).location
        brief_id = edit.removesuffix("/edit").rsplit("/", 1)[-1]
        assert stored(market, brief_id).draft["seats"] == "6"

    def test_names_the_occasion_that_days_were_read_from_and_that_the_moon_may_move_them(
        self, market, visitor
    ):
        visitor.get("/briefs/new")
        edit = visitor.post("/briefs/new", {"title": "Ramadan recipes", "language": "en"}).location
        brief_id = edit.removesuffix("/edit").rsplit("/", 1)[-1]
        kept = stored(market, brief_id).draft
        assert (kept["starts_on"], kept["ends_on"]) == ("2026-03-01", "2026-03-19")
        page = visitor.get(f"/briefs/{brief_id}/edit").text
        assert "(Ramadan; the moon may move it by a day)" in page

    def test_says_that_the_days_lie_before_an_occasion(self, market, visitor):
        visitor.get("/briefs/new")
        edit = visitor.post(
            "/briefs/new", {"title": "Cold brew before Eid al-Adha", "language": "en"}
        ).location
        brief_id = edit.removesuffix("/edit").rsplit("/", 1)[-1]
        page = visitor.get(f"/briefs/{brief_id}/edit").text
        assert "(before Eid al-Adha; the moon may move it by a day)" in page

    def test_reads_where_followers_live_as_the_audience(self, market, visitor):
        visitor.get("/briefs/new")
        asked = {"title": "Coffee people, followers in Kuwait and Qatar", "language": "en"}
        edit = visitor.post("/briefs/new", asked).location
        brief_id = edit.removesuffix("/edit").rsplit("/", 1)[-1]
        kept = stored(market, brief_id).draft
        assert kept["countries"] == ["KW", "QA"]
        assert not kept.get("creator_countries")
        page = visitor.get(f"/briefs/{brief_id}/edit").text
        assert "Audience in" in page
        assert "Kuwait, Qatar" in page

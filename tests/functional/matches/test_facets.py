"""A list narrowed by facets: counts of what each choice would leave, the order and the places of the run."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import event, select

from marketplace.db import db
from marketplace.matches.models import MatchRun
from tests.functional.matches.matching_site import places, rank_in_cities


@pytest.fixture
def listed(site):
    return rank_in_cities(site, ("Riyadh", "الرياض", "Jeddah"))


def counted(page, group):
    """Codes of a group -> how many of the list and of all who fit, where both are said."""
    option = rf'name="{group}" value="([\w-]+)"[^>]*><label(?:(?!</label>).)*?figures">([\d,]+)<(?:(?!</label>).)*?facet-everyone(?:(?!</label>).)*?([\d,]+)</span></label>'
    return {code: (count, everyone) for code, count, everyone in re.findall(option, page)}


class TestFacets:
    def test_count_and_keep_the_order_and_places_of_the_run(self, site, listed):
        address = f"/briefs/{site.brief.id}/matches"
        page = listed.get(address).text
        assert places(page) == ["1", "2", "3"]
        counts = dict(re.findall(r'name="city" value="(\w+)".*?figures">(\d+)<', page))
        assert counts == {"Riyadh": "2", "Jeddah": "1"}
        narrowed = listed.get(f"{address}?city=Riyadh").text
        assert len(places(narrowed)) == 2
        assert places(narrowed) == sorted(places(narrowed))
        assert "2 of the 3 places" in narrowed
        assert dict(re.findall(r'name="city" value="(\w+)".*?figures">(\d+)<', narrowed)) == counts

    def test_ask_for_nothing_unknown_and_lose_nobody(self, site, listed):
        page = listed.get(f"/briefs/{site.brief.id}/matches?city=Atlantis").text
        assert "Nobody in this list has all of that" in page
        assert "Atlantis" in page

    def test_are_no_places_that_training_learns_from(self, site, listed):
        noted = []
        site.app.extensions["athar"] = replace(
            site.services, impressions=SimpleNamespace(add=lambda places, now: noted.extend(places))
        )
        listed.get(f"/briefs/{site.brief.id}/matches?city=Riyadh")
        assert noted == []
        listed.get(f"/briefs/{site.brief.id}/matches")
        assert len(noted) == 3

    def test_keep_a_price_that_an_older_list_named(self, site, listed):
        page = listed.get(f"/briefs/{site.brief.id}/matches?price=SAR-100-200").text
        assert "SAR" in page

    def test_announce_to_who_listens(self, site, listed):
        page = listed.get(f"/briefs/{site.brief.id}/matches?city=Jeddah", headers={"HX-Request": "true"}).text
        assert re.search(r"data-announce>1 of 3 shown", page)

    def test_cost_at_most_twelve_statements(self, site, listed):
        seen: list[str] = []
        with site.app.app_context():
            engine = db.engine
        count = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", count)
        listed.get(f"/briefs/{site.brief.id}/matches?city=Riyadh&platform=instagram")
        event.remove(engine, "before_cursor_execute", count)
        assert len([one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))]) <= 12

    def test_count_beside_the_list_everybody_who_fits(self, site, listed):
        address = f"/briefs/{site.brief.id}/matches"
        assert "facet-everyone" not in listed.get(address).text, "all who fit are in the list"
        with site.rows() as session:
            run = session.scalars(select(MatchRun)).one()
            run.pool_size, run.pool_counts = 60, run.pool_counts | {"size": 60}
            run.pool_counts["codes"]["city"] |= {"Riyadh": 40, "Taif": 7}
        page = listed.get(address).text
        assert counted(page, "city") == {"Riyadh": ("2", "40"), "Jeddah": ("1", "1"), "Taif": ("0", "7")}
        assert counted(page, "topic") == {}
        assert "of all 60 who fit the brief" in page
        narrowed = listed.get(f"{address}?city=Taif").text
        assert "7 of all 60 who fit the brief have this" in narrowed
        assert counted(narrowed, "city")["Riyadh"] == ("2", "40")
        assert counted(narrowed, "platform") == {}, "these are not narrowed by the city"

    def test_become_what_everybody_is_ranked_by(self, site, listed):
        address = f"/briefs/{site.brief.id}/matches"
        assert "Rank everybody by this choice" not in listed.get(f"{address}?city=Jeddah").text
        with site.rows() as session:
            session.scalars(select(MatchRun)).one().pool_size = 60
        assert "Rank everybody by this choice" in listed.get(f"{address}?city=Jeddah").text
        assert "Rank everybody by this choice" not in listed.get(f"{address}?topic=baking").text
        data = {"city": "Jeddah", "newcomer": "yes", "everyone": "1"}
        site.clock.advance(seconds=1)  # of two lists of one moment neither is the newer one
        answer = listed.post(f"{address}/understood", data)
        assert "newcomer=yes" in answer.location
        assert "city=" not in answer.location
        page = listed.get(address).text
        assert places(page) == ["1"]
        assert re.search(r"City</span> <bdi[^>]*>Jeddah", page)

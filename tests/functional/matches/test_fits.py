"""Who newly fits an open brief is told to both sides, once and quietly."""

from datetime import timedelta

from sqlalchemy import select

from marketplace.influencers.models import Influencer
from marketplace.notifications.models import Notice
from marketplace.outbox.operations import put
from marketplace.searches.operations import save_search
from marketplace.searches.refreshing import refresh_searches
from tests.builders.market import build_brief
from tests.functional.matches.matching_site import BRIEF


def change(site, baker, *, bio=None):
    with site.rows() as session:
        row = session.get_one(Influencer, baker.influencer.id)
        row.bio, row.version = bio or row.bio, row.version + 1
        payload = {"id": row.id, "version": row.version}
        put(session, "influencer.changed", payload, now=site.clock())
    site.worker.settle()


def notices(site, kind):
    with site.rows() as session:
        return [row.user_id for row in session.scalars(select(Notice).where(Notice.kind == kind))]


class TestFits:
    def test_are_told_to_both_sides_once(self, site):
        baker = site.bakers[0]
        for _each in range(2):
            change(site, baker)
        assert notices(site, "match.fits") == [baker.user.id]
        assert notices(site, "match.found") == [site.brand.user.id]

    def test_are_no_news_when_they_stand_in_the_list_or_do_not_fit(self, site):
        change(site, site.bakers[1], bio="cars engine driving console games")
        visitor = site.visit_as(site.brand.user)
        visitor.get(f"/briefs/{site.brief.id}/matches")
        visitor.post(f"/briefs/{site.brief.id}/matches")
        change(site, site.bakers[0])
        assert notices(site, "match.found") == []

    def test_are_news_though_a_saved_search_ranked_them(self, site):
        with site.rows() as session:
            wanted = {"actor": site.brand.actor, "brief_id": site.brief.id, "name": "Bakers", "facets": {}}
            save_search(session, **wanted, now=site.clock())
        assert refresh_searches(site.services, site.clock()) == 1
        change(site, site.bakers[0])
        assert notices(site, "match.found") == [site.brand.user.id]

    def test_come_three_a_day_at_most_and_the_rest_tomorrow(self, site):
        with site.rows() as session:
            for _each in range(4):
                build_brief(session, site.brand, **BRIEF)
        change(site, site.bakers[0])
        assert len(notices(site, "match.fits")) == 3
        site.clock.advance(timedelta(days=1, seconds=1))
        site.worker.settle()
        assert len(notices(site, "match.fits")) == 5

"""Who newly fits an open brief is told to both sides, once and quietly."""

from datetime import timedelta

from sqlalchemy import select

from marketplace.brands.domain import BrandStatus
from marketplace.brands.models import Brand
from marketplace.brands.operations import decide_brand
from marketplace.deals import operations as deals
from marketplace.influencers.models import Influencer
from marketplace.notifications.models import Notice
from marketplace.outbox.operations import put
from marketplace.searches.operations import save_search
from marketplace.searches.refreshing import refresh_searches
from tests.builders.market import build_brief
from tests.builders.people import build_operator
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


def decide(site, status):
    with site.rows() as session:
        operator = build_operator(session).actor
        decide_brand(session, actor=operator, brand_id=site.brand.brand.id, status=status, now=site.clock())
    site.worker.settle()


def open_again(site):
    with site.rows() as session:
        opened = {"brief_id": site.brief.id}
        put(session, "brief.opened", opened, now=site.clock(), key=f"opened:{site.clock().isoformat()}")
    site.worker.settle()


class TestFitsOfBrief:
    def test_are_told_to_influencers_when_it_opens_and_the_brand_has_its_list(self, site):
        open_again(site)
        assert sorted(notices(site, "match.fits")) == sorted(baker.user.id for baker in site.bakers)
        assert notices(site, "match.found") == []

    def test_are_told_when_the_brand_is_approved_after_the_brief_and_not_before(self, site):
        with site.rows() as session:
            session.get_one(Brand, site.brand.brand.id).status = BrandStatus.PENDING
        open_again(site)
        change(site, site.bakers[0])
        assert notices(site, "match.fits") == []
        decide(site, BrandStatus.APPROVED)
        assert sorted(notices(site, "match.fits")) == sorted(baker.user.id for baker in site.bakers)

    def test_are_told_once_though_the_brand_is_looked_at_again(self, site):
        for status in (BrandStatus.APPROVED, BrandStatus.PENDING, BrandStatus.APPROVED):
            site.clock.advance(timedelta(minutes=1))
            decide(site, status)
        assert len(notices(site, "match.fits")) == 3

    def test_are_told_once_to_the_brand_where_its_list_lacks_them(self, site):
        decide(site, BrandStatus.APPROVED)
        assert len(notices(site, "match.found")) == 3

    def test_are_no_news_to_who_applied_or_cannot(self, site):
        applied, full, free = site.bakers
        with site.rows() as session:
            consent = {"brief_id": site.brief.id, "pitch": ""}
            deals.submit_application(session, actor=applied.actor, **consent, now=site.clock())
            row = session.get_one(Influencer, full.influencer.id)
            row.taken_slots = row.open_slots
        open_again(site)
        assert notices(site, "match.fits") == [free.user.id]

    def test_wait_for_who_cannot_answer_today(self, site):
        with site.rows() as session:
            row = session.get_one(Influencer, site.bakers[0].influencer.id)
            slots, row.taken_slots = row.taken_slots, row.open_slots
        open_again(site)
        assert len(notices(site, "match.fits")) == 2
        with site.rows() as session:
            session.get_one(Influencer, site.bakers[0].influencer.id).taken_slots = slots
        site.clock.advance(timedelta(days=1, seconds=1))
        site.worker.settle()
        assert len(notices(site, "match.fits")) == 3


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

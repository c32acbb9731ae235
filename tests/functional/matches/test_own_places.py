"""An influencer's own place: worked out by a POST, kept, shown with its age, said to be stale, and kept fresh."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from sqlalchemy import select

from marketplace.brands.domain import BrandStatus
from marketplace.brands.models import Brand
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import BriefVersion
from marketplace.influencers.models import Influencer
from marketplace.matches.correcting import correct_search
from marketplace.matches.domain import FRESH_FOR
from marketplace.matches.indexing import index_all
from marketplace.matches.models import OwnPlace
from marketplace.matches.refreshing import refresh_own_places
from marketplace.topics.models import TopicBuild
from matching.errors import IndexUnavailable, NothingToSearch
from matching.topics import read_topics


class Failing:
    """An engine that always fails the same way; its topics are the packaged ones."""

    topics = SimpleNamespace(topics=read_topics().topics, former=())

    def __init__(self, error):
        self._error = error

    def __getattr__(self, name):
        def fail(*_arguments, **_options):
            raise self._error

        return fail


def address(site) -> str:
    return f"/open-briefs/{site.brief.id}/my-rank"


def places(site) -> list[OwnPlace]:
    with site.rows() as session:
        return list(session.scalars(select(OwnPlace)))


def worked_out(site, baker=0):
    """A visitor who has had their place worked out."""
    visitor = site.visit_as(site.bakers[baker].user)
    visitor.get("/briefs/open")
    answer = visitor.post(address(site))
    assert (answer.status_code, answer.location) == (303, address(site))
    return visitor


class TestWorkOut:
    def test_keeps_the_place_with_its_receipt(self, site):
        worked_out(site)
        (kept,) = places(site)
        assert kept.influencer_id == site.bakers[0].influencer.id
        assert kept.brief_version_id == site.brief.live_version_id
        assert kept.rank in {1, 2, 3}
        assert kept.pool_size == 3
        assert kept.receipt["rank"] == kept.rank

    def test_keeps_one_row_however_often(self, site):
        worked_out(site)
        site.clock.advance(timedelta(hours=2))
        worked_out(site)
        (kept,) = places(site)
        assert kept.computed_at == site.clock()

    def test_says_what_keeps_the_influencer_out(self, site):
        with site.rows() as session:
            baker = session.get_one(Influencer, site.bakers[0].influencer.id)
            version = session.get_one(BriefVersion, site.brief.live_version_id)
            version.category = "food"
            baker.refused_categories, baker.version = ["food"], baker.version + 1
        index_all(site.services, progress=lambda *_counts: None)
        page = worked_out(site).get(address(site)).text
        assert "You are not shown for this brief: you do not advertise this category." in page
        (kept,) = places(site)
        assert (kept.rank, kept.refusal, kept.pool_size) == (None, "refused_category", 2)

    def test_ranks_with_no_transaction_open(self, site):
        """While the engine works somebody else takes the write lock, at once."""
        engine = site.services.search

        class Writing:
            def __getattr__(self, name):
                return getattr(engine, name)

            def with_formula(self, _formula):
                return self

            def rank_of(self, *arguments, **options):
                with site.rows() as session:
                    session.get_one(Influencer, site.bakers[1].influencer.id).city = "Jeddah"
                return engine.rank_of(*arguments, **options)

        site.app.extensions["athar"] = replace(site.services, search=Writing())
        worked_out(site)
        with site.rows() as session:
            assert session.get_one(Influencer, site.bakers[1].influencer.id).city == "Jeddah"
        assert len(places(site)) == 1

    def test_says_so_when_the_search_is_down(self, site):
        for search in (None, Failing(IndexUnavailable())):
            site.app.extensions["athar"] = replace(site.services, search=search)
            visitor = site.visit_as(site.bakers[0].user)
            visitor.get("/briefs/open")
            answer = visitor.post(address(site), follow_redirects=True)
            assert answer.status_code == 200
            assert "search is not available" in answer.text
        assert places(site) == []

    def test_says_so_when_the_brief_says_nothing(self, site):
        site.app.extensions["athar"] = replace(site.services, search=Failing(NothingToSearch()))
        visitor = site.visit_as(site.bakers[0].user)
        visitor.get("/briefs/open")
        assert "clearly enough" in visitor.post(address(site), follow_redirects=True).text

    def test_is_for_briefs_that_can_be_answered_only(self, site):
        visitor = worked_out(site)
        for change in (
            {"is_hidden": True},
            {"is_hidden": False, "status": BriefStatus.PAUSED},
        ):
            with site.rows() as session:
                for name, value in change.items():
                    setattr(session.merge(site.brief), name, value)
            assert visitor.get(address(site)).status_code == 404
            assert visitor.post(address(site)).status_code == 404
        with site.rows() as session:
            session.merge(site.brief).status = BriefStatus.OPEN
            session.get_one(Brand, site.brand.brand.id).status = BrandStatus.SUSPENDED
        assert visitor.get(address(site)).status_code == 404


class TestPage:
    def test_asks_no_engine(self, site):
        visitor = worked_out(site)
        site.app.extensions["athar"] = replace(site.services, search=Failing(AssertionError()))
        page = visitor.get(address(site))
        assert page.status_code == 200
        assert "Place " in page.text
        assert "What costs you most" in page.text

    def test_offers_to_work_it_out(self, site):
        page = site.visit_as(site.bakers[0].user).get(address(site)).text
        assert "Not worked out yet" in page
        assert (
            "Work out my place"
            in site.visit_as(site.bakers[0].user).get(f"/briefs/open/{site.brief.id}").text
        )

    def test_says_that_the_profile_has_changed_since(self, site):
        visitor = worked_out(site)
        with site.rows() as session:
            session.get_one(Influencer, site.bakers[0].influencer.id).version += 1
        assert "Your profile has changed since" in visitor.get(address(site)).text

    def test_says_that_it_is_old(self, site):
        visitor = worked_out(site)
        assert "more than a day old" not in visitor.get(address(site)).text
        site.clock.advance(FRESH_FOR)
        assert "more than a day old" in visitor.get(address(site)).text

    def test_shows_the_place_in_the_list_of_open_briefs(self, site):
        visitor = worked_out(site)
        (kept,) = places(site)
        assert f"Place {kept.rank} of 3" in visitor.get("/briefs/open").text
        assert "Place " not in site.visit_as(site.bakers[1].user).get("/briefs/open").text


class TestRefresh:
    def test_works_out_what_is_stale_and_nothing_else(self, site):
        worked_out(site, 0)
        worked_out(site, 1)
        assert refresh_own_places(site.services, site.clock()) == 0
        with site.rows() as session:
            session.get_one(Influencer, site.bakers[0].influencer.id).version += 1
        site.clock.advance(timedelta(minutes=5))
        assert refresh_own_places(site.services, site.clock()) == 1
        fresh = {row.influencer_id: row for row in places(site)}
        assert fresh[site.bakers[0].influencer.id].computed_at == site.clock()
        assert fresh[site.bakers[1].influencer.id].computed_at < site.clock()
        assert refresh_own_places(site.services, site.clock()) == 0

    def test_leaves_briefs_alone_that_take_nobody(self, site):
        worked_out(site)
        with site.rows() as session:
            session.merge(site.brief).status = BriefStatus.CLOSED
        site.clock.advance(FRESH_FOR)
        assert refresh_own_places(site.services, site.clock()) == 0

    def test_waits_while_the_index_is_away(self, site):
        worked_out(site)
        site.clock.advance(FRESH_FOR)
        for search in (None, Failing(IndexUnavailable()), Failing(NothingToSearch())):
            refresh_own_places(replace(site.services, search=search), site.clock())
            (kept,) = places(site)
            assert kept.computed_at < site.clock()


class TestOtherTopics:
    def test_make_a_place_stale_and_it_is_refreshed(self, site):
        visitor = worked_out(site)
        site.clock.advance(timedelta(minutes=1))
        with site.rows() as session:
            session.add(
                TopicBuild(number=1, status="done", asked_at=site.clock(), finished_at=site.clock(), change=1)
            )
        assert "are read by other topics since" in visitor.get(address(site)).text
        site.clock.advance(timedelta(minutes=1))
        assert refresh_own_places(site.services, site.clock()) == 1
        assert "are read by other topics since" not in visitor.get(address(site)).text
        assert refresh_own_places(site.services, site.clock()) == 0

    def test_that_are_not_in_use_yet_leave_it(self, site):
        visitor = worked_out(site)
        site.clock.advance(timedelta(minutes=1))
        with site.rows() as session:
            session.add(
                TopicBuild(number=1, status="failed", asked_at=site.clock(), finished_at=site.clock())
            )
        assert "are read by other topics since" not in visitor.get(address(site)).text


class TestCorrectedSearch:
    def correct(self, site, **values):
        with site.rows() as session:
            correct_search(
                session, actor=site.brand.actor, brief_id=site.brief.id, values=values, now=site.clock()
            )

    def test_places_in_the_list_that_the_brand_sees(self, site):
        self.correct(site, followers=[90_000, 100_000])
        page = worked_out(site).get(address(site)).text
        (kept,) = places(site)
        assert (kept.rank, kept.refusal) == (None, "followers_below")
        assert "you have fewer followers than are asked for" in page
        assert "The brand changed what it searches for" in page

    def test_is_stale_when_it_was_corrected_meanwhile(self, site):
        engine, correct = site.services.search, self.correct

        class Interrupted:
            def __getattr__(self, name):
                return getattr(engine, name)

            def with_formula(self, _formula):
                return self

            def rank_of(self, *arguments, **options):
                site.clock.advance(timedelta(seconds=1))
                correct(site, excluded=[site.bakers[1].influencer.id])
                site.clock.advance(timedelta(seconds=1))
                return engine.rank_of(*arguments, **options)

        site.app.extensions["athar"] = replace(site.services, search=Interrupted())
        assert "The brief has changed since" in worked_out(site).get(address(site)).text

    def test_is_stale_and_refreshed_after_a_correction(self, site):
        visitor = worked_out(site)
        site.clock.advance(timedelta(minutes=1))
        self.correct(site, excluded=[site.bakers[0].influencer.id])
        assert "The brief has changed since" in visitor.get(address(site)).text
        refresh_own_places(site.services, site.clock())
        assert places(site)[0].refusal == "excluded"
        assert "you can apply all the same" in visitor.get(address(site)).text
        assert "The brief has changed since" not in visitor.get(address(site)).text

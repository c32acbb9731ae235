"""What a brand corrects on its list: the correction wins, is kept, and ranking follows; the brief stays."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import BriefVersion
from marketplace.influencers.models import Influencer
from marketplace.matches.correcting import asked_criteria, correct_search, corrections_of
from marketplace.matches.criteria import criteria_of
from marketplace.matches.forecasting import package_of
from marketplace.matches.indexing import index_all
from marketplace.matches.models import MatchCorrection, MatchResult, MatchRun
from marketplace.matches.operations import BriefChanged, question_of, rank, store_run
from tests.functional.matches.test_matches import use_engine


def newest(site):
    with site.rows() as session:
        return session.scalars(
            select(MatchRun).order_by(MatchRun.created_at.desc(), MatchRun.id.desc())
        ).first()


@pytest.fixture
def visitor(site):
    found = site.visit_as(site.brand.user)
    found.get(f"/briefs/{site.brief.id}/matches")
    found.post(f"/briefs/{site.brief.id}/matches")
    return found


def correct(site, visitor, **fields):
    site.clock.advance(seconds=1)
    return visitor.post(f"/briefs/{site.brief.id}/matches/understood", data=fields)


class TestCorrect:
    def test_starts_from_one_line_that_opens_into_the_chips(self, site, visitor):
        page = visitor.get(f"/briefs/{site.brief.id}/matches").text
        line = page.split('class="fold-line small">')[1].split("</summary>")[0]
        assert "Baking</bdi>" in line
        assert page.index("</summary>") < page.index('class="chips"') < page.index('class="results matches"')

    def test_adds_a_topic_and_keeps_what_was_shown(self, site, visitor):
        assert correct(site, visitor, topic="skincare").status_code == 303
        run = newest(site)
        assert [topic for topic, _weight in run.understood["topics"]] == ["baking", "skincare"]
        with site.rows() as session:
            row = session.scalars(select(MatchCorrection)).one()
            assert (row.own, row.read, row.corrected) == (["baking"], ["baking"], ["baking", "skincare"])
            assert session.get_one(BriefVersion, site.brief.live_version_id).topics == ["baking"]

    def test_replaces_a_topic(self, site, visitor):
        correct(site, visitor, topic="skincare", replaced_topic="baking")
        assert [topic for topic, _weight in newest(site).understood["topics"]] == ["skincare"]

    def test_keeps_the_last_topic_and_says_why(self, site, visitor):
        before = newest(site).id
        page = correct(site, visitor, remove="topics:baking")
        assert "One topic at least stays" in visitor.get(page.location).text
        assert newest(site).id == before

    def test_filters_by_a_city_however_a_profile_spells_it(self, site, visitor):
        with site.rows() as session:
            for baker, city in zip(site.bakers, ("الرياض", "riyadh", "جده"), strict=True):
                session.get_one(Influencer, baker.influencer.id).city = city
                session.get_one(Influencer, baker.influencer.id).version += 1
        index_all(site.services, progress=lambda *_counts: None)
        correct(site, visitor, city="Riyadh")
        run = newest(site)
        assert run.pool_size == 2
        assert run.refusals == {"city": 1}
        page = visitor.get(f"/briefs/{site.brief.id}/matches").text
        assert "corrected by you" in page
        correct(site, visitor, remove="cities:Riyadh")
        assert newest(site).pool_size == 3

    def test_leaves_somebody_out_and_takes_everything_back(self, site, visitor):
        left = site.bakers[0].influencer.id
        correct(site, visitor, leave=left)
        with site.rows() as session:
            results = select(MatchResult.influencer_id).where(MatchResult.run_id == newest(site).id)
            assert left not in session.scalars(results).all()
        correct(site, visitor, back="1")
        assert newest(site).pool_size == 3

    def test_counts_no_more_when_the_brief_itself_says_something_else(self, site, visitor):
        correct(site, visitor, topic="skincare")
        with site.rows() as session:
            version = session.get_one(BriefVersion, site.brief.live_version_id)
            assert asked_criteria(session, version).topics == ("baking", "skincare")
            version.topics = ["cars"]
            assert asked_criteria(session, version).topics == ("cars",)

    def test_keeps_what_was_kept_while_the_search_was_down(self, site, visitor):
        services = site.app.extensions["athar"]
        site.app.extensions["athar"] = replace(site.services, search=None)
        correct(site, visitor, topic="skincare")
        site.app.extensions["athar"] = services
        correct(site, visitor, topic="cars")
        assert newest(site).criteria["topics"] == ["baking", "skincare", "cars"]

    def test_refuses_a_list_that_was_asked_before_a_correction(self, site, visitor):
        with site.rows() as session:
            version = session.get_one(BriefVersion, site.brief.live_version_id)
            answer = rank(question_of(session, version), search=site.services.search, now=site.clock())
        correct(site, visitor, topic="skincare")
        with site.rows() as session, pytest.raises(BriefChanged):
            store_run(session, answer, user_id=None)

    def test_loses_none_that_was_made_meanwhile(self, site, visitor):
        first, second = (baker.influencer.id for baker in site.bakers[:2])

        def press_beside():
            with site.rows() as session:
                correct_search(
                    session,
                    actor=site.brand.actor,
                    brief_id=site.brief.id,
                    values={"excluded": [first]},
                    now=site.clock(),
                )

        use_engine(site, before=press_beside)
        assert correct(site, visitor, leave=second).status_code == 409
        with site.rows() as session:
            version = session.get_one(BriefVersion, site.brief.live_version_id)
            assert asked_criteria(session, version).excluded_influencers == (first,)

    def test_takes_back_the_followers_to_the_gate_of_the_brief(self, site, visitor):
        correct(site, visitor, followers_max="20000")
        assert newest(site).criteria["followers"]["maximum"] == 20_000
        correct(site, visitor, remove="followers:")
        assert newest(site).criteria["followers"]["maximum"] == 100_000

    def test_of_a_city_counts_no_more_when_the_text_names_another(self, site, visitor):
        correct(site, visitor, city="Riyadh")
        with site.rows() as session:
            version = session.get_one(BriefVersion, site.brief.live_version_id)
            assert asked_criteria(session, version).cities == ("Riyadh",)
            version.text = "baking cakes in Jeddah"
            assert asked_criteria(session, version).cities == ()
            assert corrections_of(session, version) == {}

    def test_follows_in_the_forecast(self, site):
        with site.rows() as session:
            version = session.get_one(BriefVersion, site.brief.live_version_id)
            assert package_of(version, replace(criteria_of(version), platforms=("tiktok",))).platforms == (
                "tiktok",
            )

    def test_is_kept_while_the_search_is_down(self, site, visitor):
        site.app.extensions["athar"] = replace(site.services, search=None)
        assert "problem=down" in correct(site, visitor, topic="skincare").location
        with site.rows() as session:
            assert len(session.scalars(select(MatchCorrection)).all()) == 1

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"followers_min": "9000", "followers_max": "2000"}, "lower end"),
            ({"starts_on": "2027-03-02", "ends_on": "2027-03-01"}, "last day"),
            ({"starts_on": "2027-03-02"}, "both days"),
            ({"starts_on": "abc", "ends_on": "2027-03-02"}, "First day"),
            ({"followers_max": "9" * 5_000}, "Followers, at most"),
            ({"followers_max": "5000000"}, "wider than the brief"),
            ({"followers_min": "1"}, "wider than the brief"),
        ],
    )
    def test_says_what_is_wrong(self, site, visitor, fields, words):
        before = newest(site).id
        answer = correct(site, visitor, platform="tiktok", **fields)
        assert answer.status_code == 422
        summary = answer.text.split('class="error-summary"')[1].split("</div>")[0]
        assert words in summary
        assert answer.text.count(words) > summary.count(words)  # beside the field, too
        assert newest(site).id == before

    def test_says_all_that_is_wrong_at_once(self, site, visitor):
        page = correct(site, visitor, budget="many", followers_max="5000000", starts_on="2027-03-02").text
        assert all(words in page for words in ("digits", "wider than the brief", "both days"))

    def test_says_it_also_of_a_budget_that_the_form_does_not_ask(self, site, visitor):
        assert "digits" in correct(site, visitor, budget="many").text  # the brief names no currency

    def test_keeps_what_was_typed_where_it_is_refused(self, site, visitor):
        page = correct(site, visitor, followers_min="9000", followers_max="2000", topic="skincare").text
        form = page.split('class="correct" open')[1].split("</form>")[0]
        for kept in ('value="9000"', 'value="2000"', '<option selected value="skincare"'):
            assert kept in form
        assert 'class="results matches"' in page

    def test_is_the_brands_own(self, site, visitor):
        other = site.visit_as(site.other_brand.user)
        other.get("/briefs")
        assert correct(site, other, topic="skincare").status_code == 404


class TestPlatformsOfItsOwnPrice:
    """The brief pays its own price for a reel and a file: only Instagram has reels."""

    def test_without_its_work_are_refused_beside_the_field_with_what_can_be_chosen(self, site, visitor):
        before = newest(site).id
        answer = correct(site, visitor, platform="tiktok")
        assert answer.status_code == 422
        assert (
            answer.text.count("on one platform. Choose from: Instagram.") > 1
        )  # at the head and beside the field
        assert newest(site).id == before

    def test_are_refused_where_a_button_asks_for_them_or_takes_the_last_away(self, site, visitor):
        for pressed in ({"take": "platforms:youtube"}, {"remove": "platforms:instagram"}):
            page = visitor.get(correct(site, visitor, **pressed).location).text
            assert "Choose from: Instagram." in page
        assert newest(site).criteria["platforms"] == ["instagram"]

    def test_may_be_any_where_listings_are_paid(self, site, visitor):
        with site.rows() as session:
            version = session.get_one(BriefVersion, site.brief.live_version_id)
            version.pricing, version.currency, version.budget_minor = Pricing.LISTING, "SAR", 500_000
        correct(site, visitor, platform="tiktok")
        assert newest(site).criteria["platforms"] == ["instagram", "tiktok"]

    def test_of_a_version_of_before_are_left_as_they_were(self, site, visitor):
        with site.rows() as session:
            version = session.get_one(BriefVersion, site.brief.live_version_id)
            version.platforms = ["tiktok"]
        correct(site, visitor, platform="instagram")
        assert newest(site).criteria["platforms"] == ["tiktok", "instagram"]

"""Where the topic has specialists who sell another kind of work, the list says so and lets the brand ask for them."""

import pytest
from sqlalchemy import select

from marketplace.briefs.domain import Pricing
from marketplace.influencers.deliverables import DeliverableKind
from marketplace.listings.models import Listing
from marketplace.matches.correcting import asked_by_brief
from marketplace.matches.indexing import index_all
from marketplace.matches.models import MatchRun
from tests.builders.market import build_brief, build_listing
from tests.builders.people import build_influencer
from tests.builders.posts import build_posts
from tests.functional.matches.matching_site import BRIEF

SHORT = [{"kind": DeliverableKind.SHORT_VIDEO, "count": 1}]


@pytest.fixture
def asking(site, monkeypatch):
    """A brief for a reel and its file; two bakers and a driver sell short videos, one baker story sets too."""
    # the encoder of tests knows few words: somebody who posts of cars is nearer to baking than in a market
    monkeypatch.setattr("marketplace.matches.distance.DISTANT_FROM", 20)
    with site.rows() as session:
        site.brief = build_brief(session, site.brand, pricing=Pricing.LISTING, **BRIEF)
        for bio, works in (
            ("baking cakes bread oven", [SHORT]),
            ("baking cakes bread oven", [SHORT, [{"kind": DeliverableKind.STORY_SET, "count": 2}]]),
            ("cars engine driving", [SHORT]),
        ):
            other = build_influencer(session)
            other.influencer.bio = bio
            other.influencer.claimed_topics = []
            build_posts(session, other, [bio] * 3)
            for work in works:
                build_listing(session, other, deliverables=work)
    index_all(site.services, progress=lambda *_counts: None)
    visitor = site.visit_as(site.brand.user)
    visitor.get(f"/briefs/{site.brief.brief.id}/matches")
    visitor.post(f"/briefs/{site.brief.brief.id}/matches")
    return visitor


def newest(site):
    with site.rows() as session:
        return session.scalars(select(MatchRun).order_by(MatchRun.created_at.desc())).first()


class TestOtherWork:
    def test_is_said_with_how_many_and_counted_truly(self, site, asking):
        run = newest(site)
        assert run.refusals == {"no_such_deliverable": 3}
        assert run.understood["other_work"] == {
            "specialists": 2,
            "kinds": [["short_video", 2, 3], ["story_set", 1, 1]],
        }
        page = asking.get(f"/briefs/{site.brief.brief.id}/matches").text
        assert "2 specialists of this topic sell another kind of work" in page
        assert "Ask also for: Short video" in page
        assert "3 more would pass, 2 of them specialists of the topic" in page

    def test_comes_into_the_list_when_it_is_asked_for(self, site, asking):
        address = f"/briefs/{site.brief.brief.id}/matches"
        before = newest(site).pool_size
        site.clock.advance(seconds=1)
        asking.post(f"{address}/understood", data={"take": "other_work:short_video"})
        assert newest(site).pool_size == before + 3
        page = asking.get(address).text
        assert page.count("for 1 × Short video, which is not what the brief asks for") == 3
        assert page.count("See the listing") == 3
        assert page.count(">Invite<") == before  # whoever could not accept is not invited
        assert 'value="other_work:short_video"' in page
        site.clock.advance(seconds=1)
        asking.post(f"{address}/understood", data={"remove": "other_work:short_video"})
        assert newest(site).pool_size == before

    def test_leaves_out_who_sells_nothing_and_leads_to_no_invitation(self, site, asking):
        address = f"/briefs/{site.brief.brief.id}/matches"
        with site.rows() as session:
            without = build_influencer(session)
            without.influencer.bio = "baking cakes bread oven"
            build_posts(session, without, ["baking cakes bread oven"] * 3)
        index_all(site.services, progress=lambda *_counts: None)
        site.clock.advance(seconds=1)
        asking.post(address)
        page, invite = asking.get(address).text, f"/invite/{without.influencer.id}"
        assert newest(site).refusals == {"no_such_deliverable": 4}
        assert newest(site).understood["other_work"]["specialists"] == 2  # no other kind of work either
        assert without.influencer.handle not in page
        assert invite not in page
        dead_end = asking.get(f"/briefs/{site.brief.brief.id}{invite}").text
        assert "What you can do" in dead_end
        assert f'href="/influencers/{without.influencer.handle}"' in dead_end
        assert dead_end.count("no approved listing fits it") == 1

    def test_leads_to_no_invitation_where_a_listing_was_taken_off_since(self, site, asking):
        address = f"/briefs/{site.brief.brief.id}/matches"
        placed = site.bakers[0].influencer
        with site.rows() as session:
            for listing in session.scalars(select(Listing).where(Listing.influencer_id == placed.id)):
                listing.live_version_id = None
        page = asking.get(address).text
        assert placed.handle in page
        assert f"/invite/{placed.id}" not in page
        assert "no price, and no invitation yet" in page

    def test_is_no_brief_that_fits_those_who_could_not_answer_it(self, site, asking):
        site.clock.advance(seconds=1)
        asking.post(
            f"/briefs/{site.brief.brief.id}/matches/understood", data={"take": "other_work:short_video"}
        )
        with site.rows() as session:
            version = session.merge(site.brief.version)
            asked = asked_by_brief(session, [version])[version.brief_id]
        assert asked.deliverables
        assert asked.other_deliverables == ()


class TestAudience:
    def test_is_corrected_and_taken_away_on_the_list(self, site, asking):
        address = f"/briefs/{site.brief.brief.id}/matches"
        assert 'value="audience:SA"' in asking.get(address).text
        site.clock.advance(seconds=1)
        asking.post(f"{address}/understood", data={"remove": "audience:SA"})
        assert newest(site).criteria["audience"]["countries"] == []
        site.clock.advance(seconds=1)
        asking.post(f"{address}/understood", data={"audience": "KW", "audience_share": "40"})
        audience = newest(site).criteria["audience"]
        assert (audience["countries"], audience["share"]) == (["KW"], 0.4)
        site.clock.advance(seconds=1)
        asking.post(f"{address}/understood", data={"remove": "audience_share:"})
        assert newest(site).criteria["audience"]["share"] == 0.25

    @pytest.mark.parametrize(
        ("share", "said"),
        [
            ("0", "Choose between 1 and 100."),
            ("١٠١", "Choose between 1 and 100."),
            ("many", "Type a whole number."),
            ("²", "Type a whole number."),
        ],
    )
    def test_refuses_a_share_that_is_none_beside_its_field(self, site, asking, share, said):
        answer = asking.post(
            f"/briefs/{site.brief.brief.id}/matches/understood", data={"audience_share": share}
        )
        assert answer.status_code == 422
        assert answer.text.count(said) == 2

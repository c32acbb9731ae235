"""A brief with its own price is done on a platform that has its work, and refuses whoever is only on others."""

import pytest
from sqlalchemy import select

from marketplace.deals import operations as deals
from marketplace.deals.domain import EligibilityCode
from marketplace.deals.eligibility import NotEligible
from marketplace.influencers.domain import Platform
from marketplace.matches.criteria import criteria_of
from marketplace.quotes.models import TermsSnapshot
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_channel, build_influencer
from tests.clock import START


def platform_of(session, influencer, platforms):
    brief = build_brief(session, build_brand(session), platforms=platforms)
    deals.submit_application(
        session, actor=influencer.actor, brief_id=brief.brief.id, pitch="I brew.", now=START
    )
    terms = session.scalars(
        select(TermsSnapshot).where(TermsSnapshot.influencer_id == influencer.influencer.id)
    ).one()
    return {row["platform"] for row in terms.deliverables}


class TestPlatform:
    def test_is_one_that_has_the_work_before_one_that_is_asked_first(self, session):
        influencer = build_influencer(session)
        tiktok = build_channel(session, influencer=influencer.influencer, followers=20_000)
        tiktok.platform = Platform.TIKTOK
        assert platform_of(session, influencer, [Platform.TIKTOK, Platform.INSTAGRAM]) == {"instagram"}

    def test_is_the_first_asked_where_none_has_it(self, session):
        influencer = build_influencer(session)
        influencer.channel.platform = Platform.TIKTOK
        assert platform_of(session, influencer, [Platform.YOUTUBE, Platform.TIKTOK]) == {"tiktok"}

    def test_refuses_whoever_is_only_where_the_work_is_not(self, session):
        influencer = build_influencer(session)
        influencer.channel.platform = Platform.TIKTOK
        with pytest.raises(NotEligible) as refused:
            platform_of(session, influencer, [Platform.INSTAGRAM, Platform.TIKTOK])
        assert list(refused.value.codes) == [EligibilityCode.PLATFORM]

    def test_is_what_the_search_asks_for(self, session):
        brief = build_brief(session, build_brand(session), platforms=[Platform.TIKTOK, Platform.INSTAGRAM])
        assert criteria_of(brief.version).platforms == ("instagram",)
        brief.version.platforms = []
        assert criteria_of(brief.version).platforms == ("instagram",)
        brief.version.deliverables = [{"kind": "content_file", "count": 1, "price_minor": 100}]
        assert criteria_of(brief.version).platforms == ()

"""Corrections of what was understood, on both databases: the newest wins, all stay, taken back means as the brief says."""

from sqlalchemy import select

from marketplace.briefs.models import BriefVersion
from marketplace.db import transaction
from marketplace.matches.correcting import asked_criteria, correct_search, corrections_of
from marketplace.matches.models import MatchCorrection
from tests.builders.market import build_brief
from tests.builders.people import build_brand
from tests.clock import START


class TestCorrectSearch:
    def test_keeps_all_and_lets_the_newest_win(self, services):
        with transaction(services.sessions) as session:
            brand = build_brand(session)
            built = build_brief(session, brand, topics=["baking"])
            for values in (["cars"], ["coffee"], None, ["coffee", "cars"]):
                correct_search(
                    session, actor=brand.actor, brief_id=built.brief.id, values={"topics": values}, now=START
                )
            version_id, brief_id = built.version.id, built.brief.id
            actor = brand.actor
        with transaction(services.sessions) as session:
            version = session.get_one(BriefVersion, version_id)
            assert asked_criteria(session, version).topics == ("coffee", "cars")
            rows = session.scalars(select(MatchCorrection).order_by(MatchCorrection.corrected_at)).all()
            assert [row.corrected for row in rows] == [["cars"], ["coffee"], None, ["coffee", "cars"]]
            correct_search(session, actor=actor, brief_id=brief_id, values={"topics": None}, now=START)
            assert corrections_of(session, version) == {}
            assert asked_criteria(session, version).topics == ("baking",)

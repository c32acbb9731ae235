"""What became of shown places: the best of it, from the newest list, of looked-at places alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.bookings.models import Booking
from marketplace.deals import operations as deals
from marketplace.deals.models import Application, Invitation
from marketplace.exposure.models import Impression
from marketplace.fairness.labels import labelled_places
from marketplace.matches.models import MatchResult, MatchRun
from tests.builders.bookings import Stage, build_booking
from tests.builders.people import build_influencer
from tests.clock import START

DAY = timedelta(days=1)


@pytest.fixture
def deal(session):
    return build_booking(session, stage=Stage.ACTIVE)


def show(session, deal, people, *, at=START, positions=(1,), seen=None, relevance=0.5):
    """A list of these people, looked at (or only those `seen`) once for each of the positions."""
    run = MatchRun(
        brief_id=deal.brief.brief.id, brief_version_id=deal.brief.version.id, created_at=at, criteria_hash="0" * 64,
        criteria={}, understood={}, refusals={}, pool_size=len(people), generation="g1", formula_version="1", formula={},
    )  # fmt: skip
    session.add(run)
    session.flush()
    receipt = {"parts": [{"name": "relevance", "value": relevance}]}
    for rank, person in enumerate(people, 1):
        session.add(MatchResult(run_id=run.id, influencer_id=person, rank=rank, score=1.0, receipt=receipt))
    for person in people if seen is None else seen:
        for number, position in enumerate(positions):
            session.add(
                Impression(
                    run_id=run.id, brief_id=run.brief_id, influencer_id=person, position=position,
                    propensity=0.4 + number / 10, shown_at=at,
                )
            )  # fmt: skip
    session.flush()


def labels(session):
    return {place.influencer_id: place.label for place in labelled_places(session)}


class TestLabelledPlaces:
    def test_tells_the_best_of_each_place_that_was_looked_at(self, session, deal):
        booked, brief_id = deal.influencer.influencer.id, deal.brief.brief.id
        other = build_influencer(session)
        refused = other.influencer.id
        deals.submit_application(session, actor=other.actor, brief_id=brief_id, pitch="I do.", now=START)
        session.scalars(
            select(Application).where(Application.influencer_id == refused)
        ).one().status = "refused"
        show(session, deal, [booked, "shown", refused, "unseen"], seen=[booked, "shown", refused])
        assert labels(session) == {booked: 2, "shown": 0, refused: -1}
        session.get_one(Booking, deal.booked.id).status = "completed"
        session.flush()
        assert labels(session)[booked] == 3

    def test_of_an_invitation_forgets_an_earlier_refusal(self, session, deal):
        session.scalars(select(Application)).one().status = "refused"
        session.add(
            Invitation(
                brief_id=deal.brief.brief.id, brief_version_id=deal.brief.version.id,
                influencer_id=deal.influencer.influencer.id, status="declined", invited_by=deal.brand.user.id,
                created_at=START, updated_at=START,
            )
        )  # fmt: skip
        session.flush()
        show(session, deal, [deal.influencer.influencer.id])
        assert labels(session) == {deal.influencer.influencer.id: 1}

    def test_counts_the_newest_list_once_at_its_first_place(self, session, deal):
        show(session, deal, ["a", "b"], at=START, relevance=0.2)
        show(session, deal, ["a"], at=START + DAY, positions=(7, 3), relevance=0.9)
        places = {place.influencer_id: place for place in labelled_places(session)}
        assert len(list(labelled_places(session))) == 2
        assert (places["a"].values, places["a"].position, places["a"].propensity) == (
            {"relevance": 0.9},
            3,
            0.5,
        )
        assert places["b"].values == {"relevance": 0.2}

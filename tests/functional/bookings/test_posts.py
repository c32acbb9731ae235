"""The live post over its pages: refused with a note, handed in again, refused no third time."""

import pytest

from marketplace.bookings.models import Deliverable
from tests.builders.bookings import Stage, build_booking, deliverables_of


@pytest.fixture
def room(market):
    with market.rows() as session:
        market.deal = build_booking(session, stage=Stage.PUBLISHED)
        market.work_id = deliverables_of(session, market.deal.booked)[0].id
    market.path = f"/bookings/{market.deal.booked.id}/work/{market.work_id}"
    market.brand, market.influencer = (
        market.visit_as(side.user) for side in (market.deal.brand, market.deal.influencer)
    )
    return market


def status(room):
    with room.rows() as session:
        return session.get_one(Deliverable, room.work_id).status


def hand_in_again(room):
    room.influencer.get(f"{room.path}/publish")
    given = {"url": "https://www.instagram.com/reel/y/", "disclosure": "#ad", "posted_at": "2026-03-01T12:00"}
    return room.influencer.post(f"{room.path}/publish", given)


class TestRefusePost:
    def test_tells_the_influencer_why_and_lets_them_hand_it_in_again(self, room):
        room.brand.get(f"{room.path}/post")
        for note in ("", "  ", "x" * 5_000):
            answer = room.brand.post(f"{room.path}/post/refuse", {"note": note})
            assert (answer.status_code, "note-error" in answer.text) == (422, True)
        assert status(room) == "published"
        refused = room.brand.post(f"{room.path}/post/refuse", {"note": "The label is missing."})
        assert (refused.status_code, status(room)) == (303, "awaiting_publication")
        assert "The label is missing." in room.influencer.get(f"{room.path}/publish").text
        assert room.brand.post(f"{room.path}/post/refuse", {"note": "Again."}).status_code == 409
        assert hand_in_again(room).status_code == 303
        assert "instagram.com/reel/y" in room.brand.get(f"{room.path}/post").text

    def test_names_everything_that_is_empty_at_once(self, room):
        room.brand.get(f"{room.path}/post")
        room.brand.post(f"{room.path}/post/refuse", {"note": "The label is missing."})
        room.influencer.get(f"{room.path}/publish")
        answer = room.influencer.post(f"{room.path}/publish", {"url": "", "disclosure": "", "posted_at": ""})
        assert answer.status_code == 422
        for name in ("url", "disclosure", "posted_at"):
            assert f'id="{name}-error"' in answer.text, name

    @pytest.mark.parametrize("disclosure", ["", "#ad" * 100])
    def test_names_what_is_wrong_together_with_what_is_empty(self, room, disclosure):
        """A foreign platform, a day to come and a gap, or words too long, are three reasons in one answer."""
        room.brand.get(f"{room.path}/post")
        room.brand.post(f"{room.path}/post/refuse", {"note": "The label is missing."})
        room.influencer.get(f"{room.path}/publish")
        given = {"url": "https://example.com/1", "disclosure": disclosure, "posted_at": "2026-12-01T12:00"}
        answer = room.influencer.post(f"{room.path}/publish", given)
        assert (answer.status_code, status(room)) == (422, "awaiting_publication")
        for name in ("url", "disclosure", "posted_at"):
            assert answer.text.count(f'id="{name}-error"') == 1, name

    def test_names_everything_that_is_wrong_at_once(self, room):
        room.brand.get(f"{room.path}/post")
        room.brand.post(f"{room.path}/post/refuse", {"note": "The label is missing."})
        room.influencer.get(f"{room.path}/publish")
        given = {"url": "https://example.com/1", "disclosure": "#ad", "posted_at": "2026-12-01T12:00"}
        answer = room.influencer.post(f"{room.path}/publish", given)
        assert answer.status_code == 422
        assert 'id="url-error"' in answer.text
        assert 'id="posted_at-error"' in answer.text
        assert 'id="disclosure-error"' not in answer.text

    def test_is_not_for_who_posted(self, room):
        room.influencer.get(f"/bookings/{room.deal.booked.id}")
        answer = room.influencer.post(f"{room.path}/post/refuse", {"note": "Mine."})
        assert (answer.status_code, status(room)) == (403, "published")

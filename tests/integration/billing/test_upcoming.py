"""What an influencer is still to receive: how much, when at the latest, and what it really waits for."""

from datetime import timedelta

import pytest

from marketplace.billing.upcoming import Waiting, list_incoming
from marketplace.bookings import operations as bookings
from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.clock import START

DAY = timedelta(days=1)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def incoming(session, deal, **options):
    return list_incoming(session, influencer_id=deal.influencer.influencer.id, **options)


class TestListIncoming:
    def test_shows_the_share_that_a_cancellation_leaves_until_the_time_to_contest_is_over(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        bookings.cancel_booking(
            session, actor=deal.brand.actor, booking_id=deal.booked.id, reason="Plans changed.", now=START
        )
        found = incoming(session, deal)
        assert {each.waiting for each in found} == {Waiting.CANCELLATION}
        assert sum(each.amount_minor for each in found) == 100_000  # half of 2,000 SAR
        assert {each.expected_at for each in found} == {START + 7 * DAY}

    def test_says_now_of_what_is_on_its_way(self, session):
        deal = build_booking(session, stage=Stage.RELEASING)
        found = incoming(session, deal)
        assert {(each.waiting, each.expected_at) for each in found} == {(Waiting.TRANSFER, None)}

    @pytest.mark.parametrize(
        ("reason", "waiting"),
        [
            ("payout_account_missing", Waiting.PAYOUT_ACCOUNT),
            ("payout_account_restricted", Waiting.PAYOUT_ACCOUNT),
            ("held_by_ruling", Waiting.RULING),
            ("balance_insufficient", Waiting.PROVIDER),
        ],
    )
    def test_tells_the_account_from_what_the_provider_refused(self, session, reason, waiting):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        work = deliverables_of(session, deal.booked)[1]
        bookings.approve_submission(session, actor=deal.brand.actor, deliverable_id=work.id, now=START)
        work.parked_reason = reason
        session.flush()
        assert waiting in {each.waiting for each in incoming(session, deal)}

    def test_chooses_the_soonest_after_looking_at_all(self, session):
        deal = build_booking(session, stage=Stage.ACTIVE)
        for _ in range(2):
            build_booking(session, stage=Stage.ACTIVE, brand=deal.brand, influencer=deal.influencer)
        sooner = build_booking(
            session, stage=Stage.RELEASING, brand=deal.brand, influencer=deal.influencer, now=START
        )
        first = incoming(session, deal, limit=1)
        assert [each.booking_id for each in first] == [sooner.booked.id]

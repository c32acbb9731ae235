"""What the loyalty taper counts: completed bookings of which the influencer kept something."""

import pytest

from marketplace.accounts.domain import OperatorRole
from marketplace.approvals.operations import approve_act
from marketplace.approved_acts import CARRIERS
from marketplace.bookings import operations as bookings
from marketplace.quotes.queries import count_fulfilled
from tests.builders.bookings import Stage, build_booking, confirm_money, deliverables_of
from tests.builders.people import build_operator
from tests.clock import START


@pytest.fixture
def deal(session):
    deal = build_booking(session, stage=Stage.COMPLETED)
    confirm_money(session, deal.booked)
    return deal


def count(session, deal):
    session.flush()
    brand, influencer = deal.booked.brand_id, deal.booked.influencer_id
    return count_fulfilled(session, brand_id=brand, influencer_id=influencer)


def claim(session, work, *, left, is_for_brand=True):
    """Let two operators claim all but so many minor units of an arrived share back."""
    first, second = (build_operator(session, role=OperatorRole.ADMIN).actor for _each in range(2))
    asked = bookings.request_claw_back(
        session,
        actor=first,
        deliverable_id=work.id,
        amount_minor=work.release_minor - left,
        is_for_brand=is_for_brand,
        reason_en="Agreed.",
        reason_ar="اتفاق.",
        now=START,
    )
    seen = asked.payload_hash
    approve_act(session, actor=second, request_id=asked.id, seen_hash=seen, carriers=CARRIERS, now=START)


class TestTaper:
    def test_counts_no_booking_of_which_everything_was_claimed_back(self, session, deal):
        *others, last = deliverables_of(session, deal.booked)
        for work in others:
            claim(session, work, left=0)
        claim(session, last, left=1)
        assert count(session, deal) == 1
        confirm_money(session, deal.booked)
        claim(session, last, left=last.release_minor - 1)
        assert count(session, deal) == 0

    def test_counts_none_that_the_card_network_took_back(self, session, deal):
        assert count(session, deal) == 1
        bookings.on_chargeback_opened(session, booking_ref=deal.booked.id, now=START)
        assert count(session, deal) == 1
        bookings.on_chargeback_closed(session, booking_ref=deal.booked.id, is_won=False, now=START)
        assert (count(session, deal), deal.booked.status) == (0, "closed_by_chargeback")

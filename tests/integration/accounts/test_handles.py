"""Handles of sign-ups on both databases: held for two days by whoever signed up, free afterwards unless confirmed."""

from datetime import timedelta

from marketplace.db import transaction
from marketplace.influencers.domain import InfluencerStatus
from marketplace.onboarding.handles import HELD_UNCONFIRMED, claim_handle, hold_handle
from tests.builders.people import build_influencer
from tests.clock import START

A_MOMENT = timedelta(seconds=1)


class TestClaimHandle:
    def test_waits_for_one_that_is_held_for_nobody(self, sessions):
        with transaction(sessions) as session:
            hold_handle(session, handle="Coffee.Noura", now=START)
        with transaction(sessions) as session:
            assert not claim_handle(session, handle="coffee.noura", now=START + HELD_UNCONFIRMED - A_MOMENT)
            assert claim_handle(session, handle="another", now=START)
            assert claim_handle(session, handle="coffee.noura", now=START + HELD_UNCONFIRMED)

    def test_takes_one_that_nobody_confirmed_and_no_other(self, sessions):
        with transaction(sessions) as session:
            lapsed, confirmed = (build_influencer(session, now=START) for _ in range(2))
            for side in (lapsed, confirmed):
                side.influencer.status = InfluencerStatus.DRAFT
            lapsed.user.email_verified_at, confirmed.user.email_verified_at = None, START
            handles = lapsed.influencer.handle, confirmed.influencer.handle
        with transaction(sessions) as session:
            free = [claim_handle(session, handle=each, now=START + HELD_UNCONFIRMED) for each in handles]
            kept = session.merge(lapsed.influencer).handle
        assert free == [True, False]
        assert kept.startswith("unconfirmed-")

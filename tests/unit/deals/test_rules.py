"""Transition tables of applications, invitations and orders, eligibility, and a sentence for every code."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from marketplace.deals.domain import (
    ApplicationStatus,
    EligibilityCode,
    InvitationStatus,
    OrderStatus,
    RefusalCode,
)
from marketplace.deals.eligibility import (
    BriefFacts,
    ChannelFacts,
    Demand,
    InfluencerFacts,
    NotEligible,
    check_brief,
    check_influencer,
    follower_gate,
    has_free_slot,
)
from marketplace.deals.permitted import application_actions, invitation_actions, order_actions
from marketplace.deals.sentences import eligibility_sentence, refusal_sentence
from marketplace.deals.transitions import (
    ApplicationAction,
    DealStatusConflict,
    InvitationAction,
    OrderAction,
    next_application_status,
    next_invitation_status,
    next_order_status,
)
from marketplace.policies import Actor, Subject

# action -> the statuses it starts from and where it leads, written from the design
APPLICATION = {
    "shortlist": ("submitted", "shortlisted"),
    "quote": ("submitted shortlisted quoted", "quoted"),
    "book": ("quoted", "booked"),
    "unbook": ("booked", "shortlisted"),
    "end": ("booked", "ended"),
    "refuse": ("submitted shortlisted quoted", "refused"),
    "withdraw": ("submitted shortlisted quoted", "withdrawn"),
    "lapse": ("submitted shortlisted quoted", "lapsed"),
}
INVITATION = {
    "accept": ("sent", "accepted"),
    "quote": ("accepted quoted", "quoted"),
    "book": ("quoted", "booked"),
    "unbook": ("booked", "accepted"),
    "end": ("booked", "ended"),
    "decline": ("sent accepted quoted", "declined"),
    "withdraw": ("sent accepted quoted", "withdrawn"),
    "lapse": ("sent accepted quoted", "lapsed"),
}
ORDER = {
    "book": ("quoted", "booked"),
    "end": ("booked", "ended"),
    "withdraw": ("quoted", "withdrawn"),
    "lapse": ("quoted booked", "lapsed"),
}


class TestTransitions:
    @pytest.mark.parametrize(
        ("table", "statuses", "actions", "follow"),
        [
            (APPLICATION, ApplicationStatus, ApplicationAction, next_application_status),
            (INVITATION, InvitationStatus, InvitationAction, next_invitation_status),
            (ORDER, OrderStatus, OrderAction, next_order_status),
        ],
    )
    def test_are_the_rows_of_the_design_and_no_others(self, table, statuses, actions, follow):
        assert set(table) == set(actions)
        for status, action in product(statuses, actions):
            sources, target = table[action]
            if status in sources.split():
                assert follow(status, action) == target
            else:
                with pytest.raises(DealStatusConflict):
                    follow(status, action)


class TestSentences:
    @pytest.mark.parametrize("code", list(RefusalCode))
    def test_answer_every_refusal(self, code):
        assert str(refusal_sentence(code)).endswith(".")

    @pytest.mark.parametrize("code", list(EligibilityCode))
    def test_answer_every_condition(self, code):
        assert str(eligibility_sentence(code)).endswith(".")
        assert NotEligible([code]).codes == (code,)


DEMAND = Demand(
    category="food",
    platforms=("instagram",),
    followers_min=1_000,
    followers_max=100_000,
    countries=("SA",),
    starts_on=date(2026, 3, 10),
    ends_on=date(2026, 3, 20),
)
PERSON = InfluencerFacts(
    is_listed=True,
    is_suspended=False,
    country="SA",
    refused_categories=frozenset(),
    channels=(ChannelFacts("instagram", True, 5_000),),
    busy=(),
    open_slots=1,
)


class TestCheckBrief:
    @pytest.mark.parametrize(
        ("is_open", "is_full", "today", "codes"),
        [
            (True, False, date(2026, 3, 20), []),
            (False, False, date(2026, 3, 1), ["brief_not_open"]),
            (True, True, date(2026, 3, 1), ["brief_full"]),
            (True, False, date(2026, 3, 21), ["brief_over"]),
        ],
    )
    def test_says_why_nobody_is_taken(self, is_open, is_full, today, codes):
        assert list(check_brief(BriefFacts(is_open, is_full, DEMAND), today=today)) == codes

    def test_names_the_brand_that_is_not_approved_and_not_its_open_brief(self):
        brief = BriefFacts(True, False, DEMAND, is_brand_approved=False)
        assert list(check_brief(brief, today=date(2026, 3, 1))) == ["brand_not_approved"]

    def test_without_dates_is_never_over(self):
        brief = BriefFacts(True, False, replace(DEMAND, ends_on=None))
        assert list(check_brief(brief, today=date(2099, 1, 1))) == []


class TestCheckInfluencer:
    @pytest.mark.parametrize(
        ("changes", "codes"),
        [
            ({}, []),
            ({"country": None}, []),
            ({"is_suspended": True}, ["account_suspended"]),
            ({"is_listed": False}, ["not_listed"]),
            ({"refused_categories": frozenset({"food"})}, ["refused_category"]),
            ({"country": "AE"}, ["country"]),
            ({"open_slots": 0}, ["no_free_slot"]),
            ({"channels": ()}, ["platform"]),
        ],
    )
    def test_names_what_is_not_met(self, changes, codes):
        assert list(check_influencer(replace(PERSON, **changes), DEMAND)) == codes

    def test_asks_for_nothing_a_demand_leaves_open(self):
        open_demand = Demand("", (), 0, 10**9)
        person = replace(PERSON, country="FR", refused_categories=frozenset({"food"}))
        assert list(check_influencer(person, open_demand)) == []


class TestFollowerGate:
    @pytest.mark.parametrize(
        ("channels", "code"),
        [
            ([("instagram", True, 1_000)], None),
            ([("instagram", True, 100_000)], None),
            ([("instagram", True, 999)], "followers_below"),
            ([("instagram", True, 100_001)], "followers_above"),
            ([("instagram", True, 500), ("instagram", True, 5_000)], None),
            ([("instagram", True, 5_000), ("tiktok", False, 900_000)], "followers_above"),
            ([("instagram", True, 5_000), ("tiktok", True, None)], None),
            ([("instagram", False, 5_000)], "channel_unproven"),
            ([("instagram", True, None), ("tiktok", True, 5_000)], "followers_unknown"),
            ([("tiktok", True, 5_000)], "platform"),
        ],
    )
    def test_looks_at_proven_channels_where_asked_and_at_fame_everywhere(self, channels, code):
        assert follower_gate([ChannelFacts(*each) for each in channels], DEMAND) == code


class TestHasFreeSlot:
    @pytest.mark.parametrize(
        ("busy", "is_free"),
        [
            ([("2026-03-01", "2026-03-31")], False),
            ([("2026-03-10", "2026-03-20")], False),
            ([("2026-03-10", "2026-03-19")], True),
            ([("2026-03-11", "2026-03-20")], True),
        ],
    )
    def test_is_refused_by_one_period_over_the_whole_window(self, busy, is_free):
        periods = tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in busy)
        assert has_free_slot(replace(PERSON, busy=periods), DEMAND) is is_free

    def test_needs_no_window(self):
        assert has_free_slot(PERSON, replace(DEMAND, starts_on=None))


def actor(kind, **roles):
    return Actor(kind=kind, user_id="u", is_verified=True, **roles)


OWNER = actor("brand", brand_id="b", brand_role="owner")
BUYER = actor("brand", brand_id="b", brand_role="buyer")
INFLUENCER = actor("influencer", influencer_id="i")
SUBJECT = Subject("b", "i")


class TestPermitted:
    def test_is_what_the_table_and_the_role_allow(self):
        assert application_actions(OWNER, "submitted", SUBJECT) == ("shortlist", "quote", "refuse")
        assert application_actions(BUYER, "submitted", SUBJECT) == ("shortlist",)
        assert application_actions(INFLUENCER, "quoted", SUBJECT) == ("withdraw",)
        assert application_actions(OWNER, "booked", SUBJECT) == ()
        assert invitation_actions(INFLUENCER, "sent", SUBJECT) == ("accept", "decline")
        assert invitation_actions(BUYER, "sent", SUBJECT) == ("withdraw",)
        assert order_actions(OWNER, "quoted", SUBJECT) == ("withdraw",)
        assert order_actions(OWNER, "booked", SUBJECT) == ()

    def test_is_nothing_for_others(self):
        stranger = actor("brand", brand_id="x", brand_role="owner")
        assert application_actions(stranger, "submitted", SUBJECT) == ()

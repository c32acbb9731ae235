"""Who may do what, as one pure table: by role, on own and foreign things, suspended and unproven."""

from dataclasses import replace

import pytest

from marketplace.accounts.domain import BrandRole, OperatorRole, UserKind
from marketplace.policies import (
    NEEDS_VERIFIED_EMAIL,
    STARTS_SOMETHING_NEW,
    SYSTEM,
    VISITOR,
    Actor,
    Permission,
    Subject,
    may,
    permissions_of,
)

OWNER = Actor(UserKind.BRAND, user_id="u1", brand_id="b1", brand_role=BrandRole.OWNER, is_verified=True)
INFLUENCER = Actor(UserKind.INFLUENCER, user_id="u2", influencer_id="i1", is_verified=True)
ADMIN = Actor(UserKind.OPERATOR, user_id="u3", operator_role=OperatorRole.ADMIN, is_verified=True)
#: what moves money, or lets it move, over others' heads
OVER_OTHERS = {
    Permission.MONEY_ACT,
    Permission.ACT_APPROVE,
    Permission.CASE_DECIDE,
    Permission.BOOKING_FREEZE,
}


class TestPermissions:
    def test_of_a_visitor_are_to_look_at_the_market(self):
        assert permissions_of(VISITOR) == {Permission.MARKET_BROWSE}

    def test_of_clocks_and_the_worker_are_all(self):
        assert permissions_of(SYSTEM) == set(Permission)

    def test_of_a_role_that_nobody_knows_are_those_of_an_account(self):
        unknown = replace(ADMIN, operator_role="keyholder")
        assert permissions_of(unknown) == {
            Permission.ACCOUNT_USE,
            Permission.API_KEY_MANAGE,
            Permission.MARKET_BROWSE,
        }

    @pytest.mark.parametrize("actor", [OWNER, INFLUENCER])
    def test_of_a_suspended_account_start_nothing_new_and_go_on_with_what_runs(self, actor):
        left = permissions_of(replace(actor, is_suspended=True))
        assert left == permissions_of(actor) - STARTS_SOMETHING_NEW
        assert {Permission.BOOKING_VIEW, Permission.BOOKING_CONTEST, Permission.APPEAL_FILE} <= left

    @pytest.mark.parametrize("actor", [OWNER, INFLUENCER])
    def test_of_an_unproven_address_bind_no_money_and_draft(self, actor):
        left = permissions_of(replace(actor, is_verified=False))
        assert left == permissions_of(actor) - NEEDS_VERIFIED_EMAIL
        assert left & {Permission.BRIEF_DRAFT, Permission.LISTING_EDIT}

    @pytest.mark.parametrize("actor", [OWNER, INFLUENCER])
    def test_of_the_sides_reach_over_nobody_s_head(self, actor):
        assert permissions_of(actor) & OVER_OTHERS == set()

    def test_of_operators_grow_from_reading_to_deciding_to_money(self):
        reader, moderator, senior, finance = (
            permissions_of(replace(ADMIN, operator_role=role))
            for role in (
                OperatorRole.READER,
                OperatorRole.MODERATOR,
                OperatorRole.SENIOR,
                OperatorRole.FINANCE,
            )
        )
        assert reader & OVER_OTHERS == set()
        assert moderator & OVER_OTHERS == {Permission.CASE_DECIDE, Permission.ACT_APPROVE}
        assert senior & OVER_OTHERS == OVER_OTHERS
        assert finance & OVER_OTHERS == OVER_OTHERS - {Permission.CASE_DECIDE}
        assert (Permission.LEDGER_VIEW in senior, Permission.LEDGER_VIEW in finance) == (False, True)


class TestMay:
    @pytest.mark.parametrize(
        ("actor", "own", "foreign"),
        [
            (OWNER, Subject(brand_id="b1", influencer_id="i9"), Subject(brand_id="b2", influencer_id="i1")),
            (
                INFLUENCER,
                Subject(brand_id="b9", influencer_id="i1"),
                Subject(brand_id="b1", influencer_id="i2"),
            ),
        ],
    )
    def test_sides_act_on_their_own(self, actor, own, foreign):
        assert may(actor, Permission.BOOKING_VIEW, own)
        assert not may(actor, Permission.BOOKING_VIEW, foreign)
        assert not may(actor, Permission.BOOKING_VIEW, Subject())

    def test_operators_and_clocks_act_on_any(self):
        for actor in (ADMIN, SYSTEM):
            assert may(actor, Permission.BOOKING_FREEZE, Subject(brand_id="b1", influencer_id="i1"))

    def test_nobody_does_what_their_role_does_not(self):
        assert not may(INFLUENCER, Permission.BOOKING_PAY, Subject(influencer_id="i1"))
        assert not may(VISITOR, Permission.ACCOUNT_USE)

from datetime import date
from types import MappingProxyType

import pytest

from matching.criteria import AudienceTarget, FollowerGate, SearchCriteria
from matching.eligibility import (
    FILTERS,
    REASONS,
    audience_share,
    cheapest_offer,
    check_filters,
    find_refusal,
    matching_offers,
    relevant_channels,
)
from tests.builders.matching.documents import (
    build_audience,
    build_channel,
    build_influencer,
    build_offer,
)


def ask(**changes):
    return SearchCriteria(text="skincare", **changes)


class TestFindRefusal:
    def test_is_none_when_nothing_is_asked(self):
        assert find_refusal(build_influencer(), ask()) is None

    def test_never_refuses_for_what_is_not_known(self):
        unknown = build_influencer(
            channels=(), country=None, city=None, languages=(), audience=None, offers=()
        )
        everything = ask(
            platforms=("instagram",),
            countries=("SA",),
            cities=("Riyadh",),
            creator_languages=("ar",),
            audience=AudienceTarget(countries=("SA",), languages=("ar",)),
            budget_minor=1,
            currency="SAR",
            category="beauty",
            starts_on=date(2026, 12, 1),
            ends_on=date(2026, 12, 9),
        )
        assert find_refusal(unknown, everything) is None

    @pytest.mark.parametrize(
        ("reason", "document", "asked"),
        [
            ("not_listed", {"is_listed": False}, {}),
            ("excluded", {}, {"excluded_influencers": ("inf-1",)}),
            ("refused_category", {"refused_categories": ("tobacco",)}, {"category": "tobacco"}),
            ("platform", {}, {"platforms": ("tiktok",)}),
            (
                "channel_unproven",
                {"channels": (build_channel(is_proven=False),)},
                {"requires_proven_channel": True},
            ),
            ("channel_unproven", {"channels": ()}, {"requires_proven_channel": True}),
            ("followers_above", {"channels": (build_channel(followers=100_001),)}, {}),
            ("followers_below", {"channels": (build_channel(followers=999),)}, {}),
            ("country", {"country": "EG"}, {"countries": ("SA",)}),
            ("city", {"city": "Cairo"}, {"cities": ("Riyadh",)}),
            ("creator_language", {"languages": ("en",)}, {"creator_languages": ("ar",)}),
            (
                "audience_country",
                {"audience": build_audience(countries={"EG": 1.0})},
                {"audience": AudienceTarget(countries=("SA",))},
            ),
            (
                "audience_language",
                {"audience": build_audience(languages={"en": 1.0})},
                {"audience": AudienceTarget(languages=("ar",))},
            ),
            ("no_such_deliverable", {"offers": (build_offer(),)}, {"deliverables": (("story", 1),)}),
            ("no_such_deliverable", {"offers": ()}, {"deliverables": (("reel", 1),)}),
            ("other_currency", {"offers": (build_offer(currency="USD"),)}, {"currency": "SAR"}),
            ("too_expensive", {"offers": (build_offer(price_minor=101),)}, {"budget_minor": 100}),
            ("no_free_slot", {"open_slots": 0}, {}),
        ],
    )
    def test_names_the_failed_filter(self, reason, document, asked):
        assert find_refusal(build_influencer(**document), ask(**asked)) == reason

    def test_names_the_first_of_several(self):
        document = build_influencer(is_listed=False, country="EG", open_slots=0)
        assert find_refusal(document, ask(countries=("SA",))) == "not_listed"

    def test_has_one_code_a_filter(self):
        assert len(set(REASONS)) == len(FILTERS)


class TestFollowers:
    @pytest.mark.parametrize(
        ("followers", "refusal"),
        [(1_000, None), (100_000, None), (999, "followers_below"), (100_001, "followers_above")],
    )
    def test_are_a_gate_with_both_ends_inside(self, followers, refusal):
        assert (
            find_refusal(build_influencer(channels=(build_channel(followers=followers),)), ask()) == refusal
        )

    def test_keep_a_celebrity_of_another_platform_out(self):
        document = build_influencer(channels=(build_channel(), build_channel("tiktok", followers=2_000_000)))
        assert find_refusal(document, ask(platforms=("instagram",))) == "followers_above"

    def test_count_on_the_asked_platform_for_the_minimum(self):
        document = build_influencer(
            channels=(build_channel(followers=50_000), build_channel("tiktok", followers=10))
        )
        assert find_refusal(document, ask(platforms=("tiktok",))) == "followers_below"
        assert find_refusal(document, ask()) is None

    def test_count_only_on_proven_channels_when_proof_is_asked(self):
        channels = (build_channel(followers=50_000, is_proven=False), build_channel(followers=10))
        assert (
            find_refusal(build_influencer(channels=channels), ask(requires_proven_channel=True))
            == "followers_below"
        )

    def test_do_not_matter_with_the_gate_open(self):
        document = build_influencer(channels=(build_channel(followers=9_000_000),))
        assert find_refusal(document, ask(followers=FollowerGate(is_open=True))) is None


class TestAudience:
    def test_countries_count_together(self):
        document = build_influencer(audience=build_audience(countries={"SA": 0.15, "AE": 0.15}))
        assert find_refusal(document, ask(audience=AudienceTarget(countries=("SA", "AE")))) is None
        assert find_refusal(document, ask(audience=AudienceTarget(countries=("SA",)))) == "audience_country"

    def test_share_is_never_above_one(self):
        assert audience_share({"ar": 0.7, "en": 0.6}, ("ar", "en", "fr")) == 1.0

    def test_without_shares_is_neutral(self):
        document = build_influencer(audience=build_audience(countries={}, languages={}))
        target = AudienceTarget(countries=("SA",), languages=("ar",))
        assert find_refusal(document, ask(audience=target)) is None


class TestOffers:
    def test_must_hold_every_deliverable_often_enough(self):
        offer = build_offer(deliverables=(("reel", 1), ("reel", 1), ("story", 2)))
        document = build_influencer(offers=(offer,))
        assert matching_offers(document, ask(deliverables=(("reel", 2), ("story", 1)))) == (offer,)
        assert matching_offers(document, ask(deliverables=(("reel", 3),))) == ()

    def test_take_a_package_that_holds_one_of_the_others(self):
        reels, stories = build_offer("a"), build_offer("b", deliverables=(("story", 2),))
        document = build_influencer(offers=(reels, stories))
        asked = ask(deliverables=(("reel", 9),), other_deliverables=(("live", 1), ("story", 2)))
        assert matching_offers(document, asked) == (stories,)
        assert matching_offers(document, ask(other_deliverables=(("story", 2),))) == (reels, stories)

    def test_count_on_the_asked_platform_only(self):
        document = build_influencer(offers=(build_offer(platform="tiktok"),))
        assert matching_offers(document, ask(platforms=("instagram",))) == ()

    def test_cheapest_is_in_the_asked_currency(self):
        dollars, dear, cheap = (
            build_offer("a", price_minor=1, currency="USD"),
            build_offer("b", price_minor=900),
            build_offer("c", price_minor=800),
        )
        document = build_influencer(offers=(dollars, dear, cheap))
        assert cheapest_offer(document, ask(currency="SAR")) == cheap
        assert cheapest_offer(document, ask()) == dollars
        assert cheapest_offer(build_influencer(), ask()) is None

    def test_price_may_take_the_whole_budget(self):
        document = build_influencer(offers=(build_offer(price_minor=900),))
        assert find_refusal(document, ask(budget_minor=900)) is None
        assert find_refusal(document, ask(budget_minor=899)) == "too_expensive"

    def test_price_does_not_matter_when_the_brief_fixes_one(self):
        document = build_influencer(offers=(build_offer(price_minor=900),))
        assert find_refusal(document, ask(budget_minor=1, fixed_price_minor=500)) is None


class TestFreeSlot:
    window = MappingProxyType({"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 31)})

    def test_is_missing_when_it_opens_after_the_window(self):
        document = build_influencer(free_from=date(2027, 1, 1))
        assert find_refusal(document, ask(**self.window)) == "no_free_slot"
        assert find_refusal(document, ask()) is None

    def test_is_missing_when_one_busy_period_covers_the_window(self):
        document = build_influencer(busy=((date(2026, 12, 1), date(2026, 12, 31)),))
        assert find_refusal(document, ask(**self.window)) == "no_free_slot"

    def test_is_there_when_a_day_is_left(self):
        document = build_influencer(
            busy=((date(2026, 12, 2), date(2026, 12, 31)),), free_from=date(2026, 12, 31)
        )
        assert find_refusal(document, ask(**self.window)) is None


class TestCheckFilters:
    def test_tells_passed_from_not_checked_and_goes_on_after_a_failure(self):
        document = build_influencer(is_listed=False, country=None)
        outcomes = {o.code: o for o in check_filters(document, ask(countries=("SA",), cities=("Riyadh",)))}
        assert list(outcomes) == list(REASONS)
        assert not outcomes["not_listed"].is_passed
        assert outcomes["country"].is_passed
        assert not outcomes["country"].is_checked
        assert outcomes["city"].is_checked


class TestRelevantChannels:
    def test_are_all_without_an_asked_platform(self):
        document = build_influencer(channels=(build_channel(), build_channel("tiktok")))
        assert len(relevant_channels(document, ask())) == 2
        assert [c.platform for c in relevant_channels(document, ask(platforms=("tiktok",)))] == ["tiktok"]

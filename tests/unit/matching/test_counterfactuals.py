from dataclasses import replace

import pytest

from matching.authenticity import SIGNS, Sign, SignState
from matching.counterfactuals import Change, Move, Standing, feasible_changes, find_moves
from matching.criteria import AudienceTarget, SearchCriteria
from matching.documents import AudienceDocument, AuthenticityDocument, Source
from tests.builders.matching.documents import (
    NOW,
    TODAY,
    build_channel,
    build_influencer,
    build_offer,
    build_posts,
)
from tests.builders.matching.engines import build_service

BRIEF = SearchCriteria(text="skincare serum routine", requires_proven_channel=True)


def build_market(own, *, others=6):
    people = [
        build_influencer(
            f"p{n}",
            bio="skincare serum skin routine",
            posts=build_posts(["skincare serum skin"] * (3 + n) + ["cars"] * (6 - n), prefix=f"p{n}"),
            offers=(build_offer(f"l{n}", price_minor=10_000),),
        )
        for n in range(others)
    ]
    return build_service([*people, own], now=NOW)


def moves_of(own, criteria=BRIEF):
    service = build_market(own)
    return {move.name: move for move in service.moves_of("own", criteria, now=NOW)}, service


def build_own(**changes):
    given = {
        "bio": "skincare serum skin routine",
        "posts": build_posts(["skincare serum skin"] * 2 + ["cars engine"] * 8, prefix="own"),
        "offers": (build_offer("own", price_minor=10_000),),
    }
    return build_influencer("own", **{**given, **changes})


class TestMovesOf:
    def test_posts_on_the_topic_bring_the_places_that_ranking_again_gives(self):
        moves, service = moves_of(build_own())
        move = moves["add_posts"]
        before = service.rank_of("own", BRIEF, run_id="r", now=NOW)
        assert move.places == before.rank - move.rank > 0
        assert move.score > before.result.score

    def test_a_refused_one_is_told_what_would_show_them(self):
        moves, _ = moves_of(build_own(channels=(build_channel(is_proven=False),)))
        assert moves["prove_channel"].places is None
        assert moves["prove_channel"].rank >= 1
        busy, _ = moves_of(build_own(open_slots=0))
        assert busy["free_slot"].places is None

    def test_a_price_above_the_budget_or_the_market_is_lowered(self):
        dear = build_own(offers=(build_offer("own", price_minor=90_000),))
        moves, _ = moves_of(dear, replace(BRIEF, budget_minor=50_000))
        assert moves["price_to_market"].params["price_minor"] <= 50_000
        assert moves["price_to_market"].places is None

    def test_audience_data_help_only_where_they_are_asked_and_missing(self):
        asked = replace(BRIEF, audience=AudienceTarget(countries=("SA",)))
        assert "add_audience" not in moves_of(build_own())[0]
        assert "add_audience" in moves_of(build_own(), asked)[0]

    def test_unusual_figures_can_be_explained(self):
        signs = tuple(Sign(n, SignState.UNUSUAL, 1.0, 0.99, 50, 1.0) for n in SIGNS)
        odd = build_own(authenticity=AuthenticityDocument(0.05, signs, TODAY))
        assert moves_of(odd)[0]["explain_figures"].places >= 0

    def test_is_empty_for_who_is_not_indexed(self):
        assert build_market(build_own()).moves_of("nobody", BRIEF, now=NOW) == ()


class TestFeasibleChanges:
    def changes(self, own, criteria=BRIEF, *, market_minor=None):
        formula = build_market(own).formula
        found = feasible_changes(
            own, criteria, topic_text="skincare", market_minor=market_minor, formula=formula, now=NOW
        )
        return {change.name: change for change in found}

    def test_nobody_with_a_free_slot_is_told_to_free_one(self):
        assert "free_slot" not in self.changes(build_own())
        assert "free_slot" in self.changes(build_own(open_slots=0))

    def test_a_price_means_nothing_where_the_brief_pays_its_own(self):
        own_price = replace(BRIEF, fixed_price_minor=5_000)
        assert "price_to_market" not in self.changes(build_own(), own_price, market_minor=4_000)
        assert "price_to_market" in self.changes(build_own(), market_minor=4_000)

    @pytest.mark.parametrize(("market", "budget", "price"), [(8_000, 6_000, 6_000), (6_000, 8_000, 6_000)])
    def test_the_lower_of_market_and_budget_is_the_price_to_ask(self, market, budget, price):
        changes = self.changes(build_own(), replace(BRIEF, budget_minor=budget), market_minor=market)
        assert changes["price_to_market"].params["price_minor"] == price

    def test_only_the_offer_that_counts_is_repriced(self):
        own = build_own(
            offers=(build_offer("own", price_minor=10_000), build_offer("dear", price_minor=30_000))
        )
        repriced = self.changes(own, market_minor=4_000)["price_to_market"].document
        assert {offer.listing_id: offer.price_minor for offer in repriced.offers} == {
            "own": 4_000,
            "dear": 30_000,
        }

    def test_who_has_shown_an_audience_is_not_asked_to_add_it(self):
        asked = replace(BRIEF, audience=AudienceTarget(countries=("SA",)))
        shown = AudienceDocument({"SA": 0.2}, {}, Source.SELF_DECLARED, TODAY)
        assert "add_audience" in self.changes(build_own(), asked)
        assert "add_audience" not in self.changes(build_own(audience=shown), asked)


class TestFindMoves:
    def stand(self, places):
        return lambda document: places[document.id]

    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            (Standing(5, 60.0, None), Standing(2, 70.0, None), 3),
            (Standing(None, None, "no_free_slot"), Standing(4, 70.0, None), None),
            (Standing(5, 60.0, None), Standing(5, 65.0, None), 0),
        ],
    )
    def test_keeps_what_helps(self, before, after, expected):
        change = Change("x", {}, build_influencer("x"))
        (move,) = find_moves([change], before, self.stand({"x": after}))
        assert move == Move("x", {}, after.rank, after.score, expected)

    @pytest.mark.parametrize("after", [Standing(None, None, "too_expensive"), Standing(6, 50.0, None)])
    def test_leaves_out_what_does_not(self, after):
        change = Change("x", {}, build_influencer("x"))
        assert find_moves([change], Standing(5, 60.0, None), self.stand({"x": after})) == ()

    def test_who_stands_first_is_not_told_what_would_keep_them_there(self):
        change = Change("x", {}, build_influencer("x"))
        after = Standing(1, 80.0, None)
        assert find_moves([change], Standing(1, 70.0, None), self.stand({"x": after})) == ()

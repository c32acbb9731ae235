from dataclasses import replace

import pytest

from matching.authenticity import SIGNS, Sign, SignState
from matching.counterfactuals import Change, Move, Standing, find_moves
from matching.criteria import AudienceTarget, SearchCriteria
from matching.documents import AuthenticityDocument
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

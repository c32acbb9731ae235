from dataclasses import replace

import pytest

from matching import service as service_module
from matching.adapters.memory import MemoryIndex
from matching.criteria import AudienceTarget, SearchCriteria
from matching.errors import IndexUnavailable, NothingToSearch
from matching.formulas import CURRENT, load_formula
from matching.receipts import replay
from tests.builders.matching.documents import (
    NOW,
    build_audience,
    build_channel,
    build_influencer,
    build_offer,
    build_posts,
)
from tests.builders.matching.encoders import WordEncoder
from tests.builders.matching.engines import build_service

SKIN = "skincare serum skin routine"
BRIEF = SearchCriteria(text="We want creators for a skincare serum")
SPECIALIST = build_influencer("specialist", bio="skincare serum", posts=build_posts([SKIN] * 12, prefix="s"))
GENERALIST = build_influencer(
    "generalist",
    bio="skincare serum",
    posts=build_posts([SKIN, "driving cars", "baking cakes", "games"] * 3, prefix="g"),
)
BAKER = build_influencer(
    "baker", bio="baking cakes", posts=build_posts(["baking bread oven"] * 12, prefix="b")
)
EVERYBODY = (SPECIALIST, GENERALIST, BAKER)


def build_filled(*documents, **changes):
    return build_service(documents or EVERYBODY, now=NOW, **changes)


def rank(service, criteria=BRIEF, **changes):
    return service.rank(criteria, run_id="run-1", now=NOW, **changes)


def ids(run):
    return [result.influencer_id for result in run.results]


def part_of(result, name):
    return next(part for part in result.receipt.parts if part.name == name)


class TestScores:
    PARTS = ("relevance", "specialism")

    @pytest.mark.parametrize("points", [0.0, 10.0, 20.0, 35.0, 60.0, 100.0])
    def test_tell_what_receipts_would_without_writing_any(self, monkeypatch, points):
        service = build_filled()
        lost = {
            each.influencer_id: sum(part_of(each, name).points for name in self.PARTS)
            for each in rank(service).results
        }
        monkeypatch.setattr(service_module, "give_receipts", None)
        monkeypatch.setattr(service_module, "find_loosenings", None)
        found = service.scores(BRIEF, now=NOW).ids_within(self.PARTS, points)
        assert set(found) == {who for who, taken in lost.items() if taken <= points}

    def test_looks_at_the_most_relevant_alone(self):
        assert build_filled().scores(BRIEF, now=NOW, limit=1).ids_within(self.PARTS, 100) == ["specialist"]


class TestRank:
    def test_puts_the_specialist_before_the_generalist_before_the_stranger(self):
        assert ids(rank(build_filled())) == ["specialist", "generalist", "baker"]

    def test_does_not_depend_on_the_order_of_indexing(self):
        assert ids(rank(build_filled(*reversed(EVERYBODY)))) == ids(rank(build_filled()))

    def test_gives_the_best_few_with_ranks_from_one(self):
        run = rank(build_filled(), limit=2)
        assert [(r.rank, r.receipt.rank) for r in run.results] == [(1, 1), (2, 2)]
        assert run.pool_size == 3

    def test_counts_refusals_by_reason(self):
        celebrity = build_influencer("celebrity", channels=(build_channel(followers=2_000_000),))
        run = rank(build_filled(*EVERYBODY, celebrity))
        assert run.refusals == {"followers_above": 1}
        assert "celebrity" not in ids(run)

    def test_is_empty_when_nobody_passes(self):
        run = rank(build_filled(), replace(BRIEF, platforms=("snapchat",)))
        assert run.results == ()
        assert run.refusals == {"platform": 3}

    def test_is_empty_on_an_empty_index(self):
        assert rank(build_service()).results == ()

    def test_says_what_it_understood(self):
        run = rank(build_filled())
        assert run.understood.topics[0][0] == "skincare"
        assert (run.run_id, run.formula_version) == ("run-1", CURRENT)

    def test_refuses_an_empty_brief(self):
        with pytest.raises(NothingToSearch):
            rank(build_filled(), SearchCriteria(text=" "))

    def test_refuses_an_index_of_another_encoder(self):
        class OtherModel(MemoryIndex):
            def candidates(self, criteria, views, *, limit):
                pool = super().candidates(criteria, views, limit=limit)
                return replace(pool, vectors=pool.vectors[:, :16])

        with pytest.raises(IndexUnavailable, match="rebuild"):
            rank(build_filled(index=OtherModel()))

    def test_prefers_better_engagement_for_the_tier_all_else_equal(self):
        better = replace(
            SPECIALIST, id="z-better", posts=tuple(replace(p, likes=2_000) for p in SPECIALIST.posts)
        )
        assert ids(rank(build_filled(SPECIALIST, better)))[0] == "z-better"

    def test_prefers_a_fitting_audience_all_else_equal(self):
        asked = replace(BRIEF, audience=AudienceTarget(languages=("ar",)))
        some = replace(SPECIALIST, id="some", audience=build_audience(languages={"ar": 0.3}))
        most = replace(SPECIALIST, id="z-most", audience=build_audience(languages={"ar": 0.9}))
        assert ids(rank(build_filled(some, most), asked)) == ["z-most", "some"]

    def test_compares_prices_with_peers_of_the_size_once_there_are_enough(self):
        peers = [
            replace(SPECIALIST, id=f"p{n}", offers=(build_offer(price_minor=100 * n),)) for n in range(1, 6)
        ]
        run = rank(build_filled(*peers))
        values = {r.influencer_id: part_of(r, "price").value for r in run.results}
        assert values["p1"] == 1.0
        assert values["p5"] == pytest.approx(261 / 500), "their geometric mean is 260.5"
        few = rank(build_filled(*peers[:4]))
        assert {part_of(r, "price").state.value for r in few.results} == {"missing"}

    def test_reads_a_checked_authenticity_from_the_features(self):
        service = build_filled(SPECIALIST)
        service._index.get("specialist").features["authenticity"] = 0.4
        assert part_of(rank(service).results[0], "authenticity").value == 0.4

    def test_survives_features_that_an_older_version_wrote(self):
        service = build_filled(SPECIALIST)
        service._index.get("specialist").features.clear()
        (result,) = rank(service).results
        assert part_of(result, "specialism").state.value == "missing"

    def test_leaves_out_who_left_the_index_meanwhile(self):
        class Leaving(MemoryIndex):
            def get_many(self, influencer_ids, **options):
                return super().get_many([i for i in influencer_ids if i != "specialist"], **options)

        assert ids(rank(build_filled(index=Leaving()))) == ["generalist", "baker"]


class TestReceipts:
    def test_parts_add_up_to_the_shown_score(self):
        for result in rank(build_filled()).results:
            assert 100 - sum(part.points for part in result.receipt.parts) == pytest.approx(
                result.score, abs=1e-6
            )

    def test_replay_gives_the_same_order(self):
        run = rank(build_filled())
        replayed = replay([result.receipt for result in reversed(run.results)], load_formula())
        assert [line.influencer_id for line in replayed] == ids(run)

    def test_name_their_versions(self):
        receipt = rank(build_filled()).results[0].receipt
        assert receipt.topics_version == "t1"
        assert receipt.encoder == "words-64"
        assert receipt.computed_at == NOW
        assert receipt.document_version == 1

    def test_prove_the_share_on_topic_with_posts(self):
        evidence = part_of(rank(build_filled()).results[0], "specialism").evidence
        assert evidence["posts_on_topic"] == 12
        assert evidence["proof"][0] == {
            "id": "s-0",
            "url": "https://example.test/p/s-0",
            "published_at": SPECIALIST.posts[0].published_at.isoformat(),
        }

    def test_name_the_words_that_met(self):
        evidence = part_of(rank(build_filled()).results[0], "relevance").evidence
        assert {"skincare", "serum"} <= set(evidence["words"])

    def test_give_a_reason_for_everybody(self):
        run = rank(build_filled())
        assert all(result.receipt.reasons for result in run.results)
        assert run.results[0].receipt.reasons[0].params == {"share": 1.0, "n": 12, "topic": "skincare"}


class TestRankOf:
    def ask(self, service, influencer_id, criteria=BRIEF):
        return service.rank_of(influencer_id, criteria, run_id="run-1", now=NOW)

    def test_gives_the_own_place_and_what_costs_most(self):
        own = self.ask(build_filled(), "baker")
        assert (own.rank, own.refusal) == (3, None)
        assert own.costliest.name == "specialism"

    def test_says_the_place_by_relevance_beyond_the_scored_ones(self, monkeypatch):
        monkeypatch.setattr("matching.service.SCORED_LEAST", 1)
        own = self.ask(build_filled(), "baker")
        assert own.rank == 3
        assert own.result.influencer_id == "baker"

    def test_says_not_listed_when_the_influencer_left_meanwhile(self):
        class Leaving(MemoryIndex):
            def get_many(self, influencer_ids, **options):
                return super().get_many([i for i in influencer_ids if i != "baker"], **options)

        assert self.ask(build_filled(index=Leaving()), "baker").refusal == "not_listed"

    def test_names_the_refusing_filter(self):
        own = self.ask(build_filled(), "baker", replace(BRIEF, countries=("EG",)))
        assert (own.rank, own.refusal, own.costliest) == (None, "country", None)

    def test_says_not_listed_for_an_unknown_influencer(self):
        assert self.ask(build_filled(), "nobody").refusal == "not_listed"


class TestFits:
    def test_orders_open_briefs_by_fit_and_refusals_last(self):
        briefs = {
            "skin": BRIEF,
            "bread": SearchCriteria(text="baking bread"),
            "abroad": SearchCriteria(text="baking cakes bread oven", countries=("EG",)),
            "empty": SearchCriteria(text=""),
        }
        fits = build_filled().fits("baker", briefs)
        assert [(fit.brief_id, fit.refusal) for fit in fits] == [
            ("bread", None),
            ("skin", None),
            ("abroad", "country"),
        ]
        assert fits[0].relevance > fits[1].relevance
        assert fits[0].topics[0] == "baking"

    def test_is_empty_for_an_unknown_influencer(self):
        assert build_filled().fits("nobody", {"skin": BRIEF}) == ()

    def test_says_that_an_index_of_another_topic_list_must_be_rebuilt(self):
        index = MemoryIndex()
        build_filled(index=index)
        stored = index.get("baker")
        index.upsert([replace(stored, topics=stored.topics[:-1])])
        index.refresh()
        with pytest.raises(IndexUnavailable, match="rebuild"):
            build_service(index=index).fits("baker", {"skin": BRIEF})


class TestSuggestTopics:
    def test_gives_the_nearest_first(self):
        topics = build_service().suggest_topics("baking cakes and a cream for the skin", k=2)
        assert set(topics) == {"baking", "skincare"}

    def test_leaves_out_what_is_much_lighter_than_the_first(self, monkeypatch):
        monkeypatch.setattr(service_module, "SUGGESTED_LEAST", 0.95)
        assert build_service().suggest_topics("baking cakes", k=2) == ("baking",)

    def test_gives_none_for_a_text_without_words(self):
        assert build_service().suggest_topics("...") == ()


class TestIndexDocuments:
    def test_makes_an_edit_findable_at_once(self):
        service = build_filled()
        service.index_documents([replace(BAKER, version=2, bio=SKIN, posts=SPECIALIST.posts)], now=NOW)
        assert ids(rank(service)).index("baker") < 2

    def test_removes(self):
        service = build_filled()
        service.remove(["specialist"])
        assert ids(rank(service)) == ["generalist", "baker"]

    def test_builds_the_lexicon_when_words_outgrow_it_and_keeps_it_otherwise(self):
        encoder, index = WordEncoder(), MemoryIndex()
        service = build_service(EVERYBODY, index=index, encoder=encoder, now=NOW)
        built = index.artifact("lexicon")
        assert built is not None
        many = [replace(BAKER, id=f"b{n}") for n in range(20)]
        service.index_documents(many, now=NOW)
        grown = index.artifact("lexicon")
        assert grown != built
        service.index_documents(many[:1], now=NOW)
        assert index.artifact("lexicon") == grown

    def test_does_not_read_the_lexicon_again_for_every_edit(self):
        class Counting(MemoryIndex):
            read = 0

            def artifact(self, name):
                self.read += name == "lexicon"
                return super().artifact(name)

        index = Counting()
        service = build_service([replace(BAKER, id=f"b{n}") for n in range(20)], index=index, now=NOW)
        rank(service)
        before = index.read
        service.index_documents([replace(BAKER, version=2)], now=NOW)
        rank(service)
        assert index.read == before

    def test_another_process_reads_the_same_lexicon(self):
        index = MemoryIndex()
        first = build_service(EVERYBODY, index=index, now=NOW)
        second = build_service(index=index)
        assert second.understand(BRIEF).expansions == first.understand(BRIEF).expansions != ()

    def test_says_which_version_is_indexed(self):
        service = build_filled(replace(BAKER, version=7))
        assert service.indexed_versions(["baker", "nobody"]) == {"baker": 7}

    def test_offers_its_topics_and_formula(self):
        service = build_service()
        assert service.topics.version == "t1"
        assert service.formula.version == CURRENT

"""What filters said is remembered over commits: the same verdicts as a fresh look, also of rows that came later."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matching.adapters.tantivy import TantivyIndex
from matching.adapters.verdict_memory import VerdictMemory, count_bits, pack_bits, unpack_bits
from matching.criteria import AudienceTarget, SearchCriteria
from matching.documents import AudienceDocument, OfferDocument, Source
from matching.pool_facets import PoolFacets
from tests.integration.matching_engine.market import EVERYBODY, ask, make_item

QUESTIONS = (
    EVERYBODY,
    SearchCriteria(text="", countries=("SA", "EG"), category="loans", platforms=("tiktok",)),
    SearchCriteria(text="", audience=AudienceTarget(countries=("SA",)), excluded_influencers=("i3", "i70")),
    SearchCriteria(text="", deliverables=(("reel", 2),), currency="SAR", budget_minor=3_000),
    SearchCriteria(text="", starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 9), creator_languages=("en",)),
)


def varied(number: int):
    """Somebody who differs from the others in everything that filters read, with rows in every long table."""
    item, rng = make_item(number), np.random.default_rng(number)
    channel = item.document.channels[0]
    platform = ("instagram", "tiktok")[number % 2]
    offer = OfferDocument(f"l{number}", platform, (("reel", 1 + number % 3),), 1_000 * (number % 7), "SAR", 7)
    document = replace(
        item.document,
        channels=(replace(channel, platform=platform),) * (1 + number % 2),
        country=("SA", "EG", "AE", None)[number % 4],
        languages=("ar", "en")[: 1 + number % 2],
        refused_categories=("loans",) * (number % 5 == 0),
        audience=AudienceDocument(
            {"SA": float(rng.random())}, {"ar": 1.0}, Source.REVIEWED, date(2026, 1, 1)
        ),
        offers=(offer, replace(offer, listing_id=f"m{number}", currency="USD"))[: number % 3],
        busy=((date(2026, 2, 1), date(2026, 4, 1)),) * (number % 6 == 1),
    )
    return replace(item, document=document)


def verdicts(index: TantivyIndex) -> list[object]:
    pools = [index.candidates(question, ask(), limit=1_000) for question in QUESTIONS]
    return [(pool.refusals, {one.influencer_id for one in pool.candidates}) for pool in pools]


def divided(index: TantivyIndex) -> list[PoolFacets]:
    return [index.count_facets(question, [1_000, 3_000]) for question in QUESTIONS]


class TestVerdicts:
    def test_are_those_of_a_fresh_look_after_every_commit(self, tmp_path):
        index, first = TantivyIndex.create(tmp_path), 0
        for count in (50, 14, 1, 80, 200):
            index.upsert(varied(number) for number in range(first, first + count))
            index.delete([f"i{first}"])
            index.refresh()
            first += count
            remembered = verdicts(index)
            assert remembered == verdicts(TantivyIndex(tmp_path))
            assert divided(index) == divided(TantivyIndex(tmp_path))
        assert all(refused for refused, _ in remembered[1:])

    def test_of_later_rows_say_nothing_about_an_older_commit(self, tmp_path):
        index = TantivyIndex.create(tmp_path)
        index.upsert(varied(number) for number in range(70))
        index.refresh()
        older = index._current()
        before = [older.search(question, ask(), limit=1_000).refusals for question in QUESTIONS]
        index.upsert(varied(number) for number in range(70, 300))
        index.refresh()
        verdicts(index)
        assert [older.search(question, ask(), limit=1_000).refusals for question in QUESTIONS] == before

    def test_of_one_brief_are_not_those_of_the_next(self, tmp_path):
        index = TantivyIndex.create(tmp_path)
        index.upsert(varied(number) for number in range(70))
        index.refresh()
        for question in QUESTIONS:
            pool = index.candidates(question, ask(), limit=1_000)
            assert index.count_facets(question, []).size == pool.size
            index.upsert([varied(70 + pool.size)])
            index.refresh()
            again = index.count_facets(question, []).size
            assert again == TantivyIndex(tmp_path).count_facets(question, []).size

    def test_are_looked_at_once_and_only_so_many_are_kept(self, tmp_path):
        index, looked = TantivyIndex.create(tmp_path), []
        index.upsert(varied(number) for number in range(10))
        index.refresh()
        memory, table = VerdictMemory(kept=2), index._current()._filters

        def look(own):
            looked.append(len(own.alive))
            return np.zeros(len(own.alive), np.bool_)

        for asked in ("a", "b", "a", "c", "a", "b"):
            memory.bits(asked, table, look)
        assert looked == [10, 10, 10, 10]


class TestBits:
    @pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 1_000])
    def test_stand_for_their_mask(self, count):
        mask = np.random.default_rng(1).random(count) < 0.5
        assert np.array_equal(unpack_bits(pack_bits(mask), count), mask)
        assert count_bits(pack_bits(mask)) == np.count_nonzero(mask)

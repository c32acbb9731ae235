"""An index that is damaged or gone comes back by itself, from the database."""

import json
import zlib
from dataclasses import replace

import pytest

from marketplace.db import transaction
from marketplace.influencers.models import Influencer
from marketplace.matches.indexing import index_influencers, on_person_erased
from marketplace.matches.mending import AGAIN_AFTER, IndexMender
from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_layout import current_generation
from matching.errors import IndexDamaged, IndexUnavailable
from tests.builders.matching.engines import build_following
from tests.builders.people import build_influencer
from tests.clock import START


@pytest.fixture
def market(services, tmp_path):
    """Two influencers in the database and an index that is empty."""
    with transaction(services.sessions) as session:
        people = [build_influencer(session).influencer.id for _ in range(2)]
    root = tmp_path / "index"
    index = TantivyIndex.create(root)
    engine, upkeep = build_following(root)
    return replace(services, search=engine, index_upkeep=upkeep), root, index, people


def look(services, mender, *, now=START):
    mender.look(services, now)
    mender.wait()


class TestAnIndex:
    def test_that_is_whole_is_left_alone(self, market):
        services, _, index, _ = market
        look(services, IndexMender())
        assert index.ids() == {}, "nobody was indexed, and nothing is damaged"

    @pytest.mark.parametrize("harm", ["manifest.json", "CURRENT", "other version"])
    def test_that_is_damaged_is_built_anew_from_the_database(self, market, harm):
        services, root, index, people = market
        if harm == "CURRENT":
            (root / harm).unlink()
        elif harm == "manifest.json":
            (current_generation(root) / harm).write_bytes(b"nonsense")
        else:
            make_older(current_generation(root) / "manifest.json")
        with pytest.raises(IndexDamaged):
            services.search.probe()

        look(services, IndexMender())

        services.search.probe()
        assert set(index.ids()) == set(people)

    def test_whose_bytes_rot_after_it_was_opened_is_found_by_reading_all(self, market):
        services, root, index, people = market
        (current_generation(root) / "manifest.json").write_bytes(b"nonsense")
        mender = IndexMender()
        look(services, mender)
        (current_generation(root) / "record.bytes").write_bytes(b"rotten")

        mender.verify(services, START)
        mender.wait()

        assert index.get(people[0]).document.id == people[0]

    def test_that_cannot_be_built_is_tried_again_later(self, market):
        services, root, _, _ = market
        (root / "CURRENT").unlink()
        mender, broken = IndexMender(), replace(services, sessions=None)
        look(broken, mender)
        look(services, mender)
        with pytest.raises(IndexDamaged):
            services.search.probe()
        look(services, mender, now=START + AGAIN_AFTER)
        services.search.probe()


def make_older(manifest):
    """Say that a version of Athar before this one wrote it."""
    values = json.loads(manifest.read_bytes().partition(b"\n")[2])
    body = json.dumps({**values, "format": 1}).encode()
    manifest.write_bytes(b"%08x\n" % zlib.crc32(body) + body)


class TestAnErasure:
    def test_takes_what_a_profile_no_longer_says_out_of_the_files(self, market):
        services, root, index, people = market
        self.say(services, people[0], "zanzibarine bakery")
        index_influencers(services, people)
        assert self.is_kept(root, "zanzibarine")
        self.say(services, people[0], "bakery")
        on_person_erased(services, {"id": self.user_of(services, people[0])})
        assert self.is_kept(root, "zanzibarine"), "in the row of before, and in the samples"

        mender = IndexMender()
        mender.renew(services, START)
        mender.wait()
        assert not self.is_kept(root, "zanzibarine")
        assert set(index.ids()) == set(people)
        assert not services.search.is_erasure_asked()

    def test_of_somebody_without_a_profile_asks_for_no_copy(self, market):
        services, _, _, people = market
        index_influencers(services, people)
        on_person_erased(services, {"id": people[0][::-1]})
        assert not services.search.is_erasure_asked()

    def test_is_asked_for_when_somebody_is_gone_from_the_database(self, market):
        services, _, _, people = market
        index_influencers(services, people)
        assert not services.search.is_erasure_asked()
        index_influencers(services, [people[0][::-1]])
        assert services.search.is_erasure_asked()

    def test_that_fails_is_tried_again_five_minutes_later(self, market, monkeypatch):
        services, _, _, _ = market
        services.search.ask_erasure()
        calls = []

        def fail():
            calls.append(True)
            raise IndexUnavailable("The disk is full.")

        monkeypatch.setattr(services.index_upkeep, "renew", fail)
        mender = IndexMender()
        for now in (START, START + AGAIN_AFTER / 2, START + AGAIN_AFTER):
            mender.renew(services, now)
            mender.wait()
        assert len(calls) == 2
        assert services.search.is_erasure_asked()

    def say(self, services, influencer_id, bio):
        with transaction(services.sessions) as session:
            row = session.get_one(Influencer, influencer_id)
            row.bio, row.version = bio, row.version + 1

    def user_of(self, services, influencer_id):
        with transaction(services.sessions) as session:
            return session.get_one(Influencer, influencer_id).user_id

    def is_kept(self, root, word):
        return any(word.encode() in path.read_bytes() for path in root.rglob("*") if path.is_file())

"""A stored run asked again: nothing changed, somebody went, somebody came."""

from marketplace.influencers.models import Influencer
from marketplace.matches.indexing import index_all
from marketplace.matches.live_replay import read_run, replay_live
from tests.functional.matches.test_matches import run


def live(site, run_id):
    with site.rows() as session:
        stored = read_run(session, run_id=run_id)
    return replay_live(stored, search=site.services.search, now=site.clock())


class TestReplayLive:
    def test_finds_nothing_where_nothing_changed(self, site):
        found, _results = run(site)
        assert live(site, found.id) == ()

    def test_says_who_went_and_why(self, site):
        found, results = run(site)
        with site.rows() as session:
            row = session.get_one(Influencer, results[0].influencer_id)
            row.refused_categories, row.version = ["food"], row.version + 1
        index_all(site.services, progress=lambda *_counts: None)
        changes = {change.influencer_id: change for change in live(site, found.id)}
        gone = changes[results[0].influencer_id]
        assert (gone.before, gone.after, gone.reason) == (1, None, "filter refused_category")
        (first,) = (change for change in changes.values() if change.after == 1)
        assert first.before in range(2, len(results) + 1)

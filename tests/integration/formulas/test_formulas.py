"""The formula as a record on both databases: stored from the package, tried in shadow, switched, told."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from marketplace.briefs.models import BriefVersion
from marketplace.db import transaction
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.formulas import operations
from marketplace.formulas.models import ScoringFormula
from marketplace.formulas.queries import formula_in_force, list_formulas, newest_trial
from marketplace.matches.indexing import index_all
from marketplace.matches.models import MatchRun
from marketplace.matches.operations import question_of, rank, store_run
from marketplace.matches.trials import try_formula
from marketplace.worker import Worker
from matching.formulas import CURRENT, VERSIONS, load_formula
from tests.builders.market import build_brief, build_listing
from tests.builders.matching.engines import build_service
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.builders.posts import build_posts
from tests.clock import START

NOTES = {"note_en": "Prices count less.", "note_ar": "السعر أقل وزنًا."}


@pytest.fixture
def market(services):
    services.sessions.configure(expire_on_commit=False)
    return replace(services, search=build_service())


@pytest.fixture
def admin(market):
    with transaction(market.sessions) as session:
        operations.store_packaged(session, used=None, now=START)
        return build_operator(session, role="admin").actor


def draft(market, actor, *, weights=None, **notes):
    base = load_formula()
    with transaction(market.sessions) as session:
        return operations.draft_formula(
            session,
            actor=actor,
            weights={**base.weights, **(weights or {"price": 0.1})},
            neutral=base.neutral,
            **{**NOTES, **notes},
            now=START,
        ).version


class TestStorePackaged:
    def test_puts_the_newest_in_force_on_a_new_site_and_repeats_harmlessly(self, market):
        with transaction(market.sessions) as session:
            assert operations.store_packaged(session, used=None, now=START) == list(VERSIONS)
            assert operations.store_packaged(session, used=None, now=START) == []
            assert formula_in_force(session) == load_formula(CURRENT)
            assert {view.version: view.status for view in list_formulas(session)}["v1"] == "retired"

    def test_lets_a_running_site_keep_what_it_ranks_with(self, market):
        with transaction(market.sessions) as session:
            operations.store_packaged(session, used="v1", now=START)
            assert formula_in_force(session).version == "v1"
            assert {view.version: view.status for view in list_formulas(session)}[CURRENT] == "shadow"

    def test_is_the_package_before_anything_was_stored(self, market):
        with market.sessions() as session:
            assert formula_in_force(session).version == CURRENT


class TestDraftFormula:
    def test_stores_a_version_in_shadow_that_changes_nothing(self, market, admin):
        version = draft(market, admin)
        with market.sessions() as session:
            assert version == "s1"
            assert formula_in_force(session).version == CURRENT
            assert session.get(ScoringFormula, version).status == "shadow"
        assert draft(market, admin) == "s2"

    @pytest.mark.parametrize("price", [0.0, 9.0, float("nan")])
    def test_refuses_numbers_out_of_range_at_their_field(self, market, admin, price):
        with pytest.raises(Invalid) as caught:
            draft(market, admin, weights={"price": price})
        assert set(caught.value.fields) == {"weight_price"}

    def test_asks_for_a_change_and_for_notes_in_both_languages(self, market, admin):
        with pytest.raises(Invalid) as caught:
            draft(market, admin, weights={"price": load_formula().weights["price"]})
        assert "weight_relevance" in caught.value.fields
        with pytest.raises(Invalid) as caught:
            draft(market, admin, note_ar=" ")
        assert set(caught.value.fields) == {"note_ar"}

    def test_is_for_administrators(self, market, admin):
        with transaction(market.sessions) as session:
            moderator = build_operator(session, role="moderator").actor
        with pytest.raises(Forbidden):
            draft(market, moderator)


class TestTrialAndSwitch:
    @pytest.fixture
    def ranked(self, market, admin):
        """One brief that was ranked; who posts more has less engagement."""
        with transaction(market.sessions) as session:
            people = [build_influencer(session) for _ in range(7)]
            for number, person in enumerate(people):
                build_posts(
                    session, person, ["baking cakes bread oven"] * (2 + number), likes=3_000 - 400 * number
                )
                build_listing(session, person, base_minor=60_000 + 40_000 * number)
            brief = build_brief(
                session,
                build_brand(session),
                title="Baking",
                text="baking cakes bread oven",
                topics=["baking"],
            )
        index_all(market, progress=lambda *_counts: None)
        with transaction(market.sessions) as session:
            question = question_of(session, brief.version)
        answer = rank(question, search=market.search, now=START)
        with transaction(market.sessions) as session:
            store_run(session, answer, user_id=None)
        return people

    def test_shows_what_would_move_and_changes_nothing(self, market, admin, ranked):
        engagement = {"performance": 5.0, "specialism": 0.01, "relevance": 0.01}
        version = draft(market, admin, weights=engagement)
        try_formula(market, {"version": version})
        with market.sessions() as session:
            trial = newest_trial(session, version=version)
            assert (trial.briefs, trial.against) == (1, CURRENT)
            assert trial.lines[0]["moves"], "engagement decides now"
            assert trial.summary["overlap"]["10"] == 1.0
            assert formula_in_force(session).version == CURRENT

    def test_asks_what_briefs_ask_and_no_saved_search(self, market, admin, ranked):
        version = draft(market, admin)
        with transaction(market.sessions) as session:
            session.execute(update(MatchRun).values(purpose="search"))
        assert try_formula(market, {"version": version})["briefs"] == 0

    def test_is_needed_before_the_switch(self, market, admin, ranked):
        version = draft(market, admin)
        with pytest.raises(operations.TrialMissing), transaction(market.sessions) as session:
            operations.switch_formula(session, actor=admin, version=version, now=START)

    def test_is_run_by_the_worker_and_after_the_switch_everybody_listed_is_told(self, market, admin, ranked):
        version = draft(market, admin)
        worker = Worker(market)
        worker.settle()
        with transaction(market.sessions) as session:
            operations.switch_formula(session, actor=admin, version=version, now=START)
        with market.sessions() as session:
            assert formula_in_force(session).version == version
            statuses = {view.version: view.status for view in list_formulas(session)}
        assert statuses[CURRENT] == "retired"
        with transaction(market.sessions) as session:
            with pytest.raises(Conflict):
                operations.switch_formula(session, actor=admin, version=version, now=START)
            with pytest.raises(NotFound):
                operations.switch_formula(session, actor=admin, version="s99", now=START)

    def test_ranks_the_next_list_with_the_new_one(self, market, admin, ranked):
        version = draft(market, admin)
        try_formula(market, {"version": version})
        with transaction(market.sessions) as session:
            operations.switch_formula(session, actor=admin, version=version, now=START)
            brief_version = session.scalars(select(BriefVersion)).first()
            question = question_of(session, brief_version)
        assert rank(question, search=market.search, now=START).found.formula_version == version

"""What fits of the weights leave behind, on both databases."""

from dataclasses import replace

from marketplace.db import transaction
from marketplace.formulas.models import ScoringFormula
from marketplace.formulas.operations import store_packaged
from marketplace.formulas.queries import formula_in_force
from marketplace.formulas.training import list_trainings, store_training
from marketplace.outbox.models import OutboxRow
from matching.formulas import CURRENT, load_formula
from matching.training import TrainingReport
from tests.clock import START

FORMULA = load_formula()
FITTED = {**FORMULA.weights, "price": 0.5}
BETTER = TrainingReport(600, 180, 0.61, 0.66, 0.001, FITTED, FITTED, "better")


class TestStoreTraining:
    def store(self, services, report):
        with transaction(services.sessions) as session:
            store_packaged(session, used=None, now=START)
            return store_training(session, report=report, formula=FORMULA, now=START).version

    def test_makes_a_better_fit_a_version_in_shadow_that_changes_nothing(self, services):
        version = self.store(services, BETTER)
        with services.sessions() as session:
            row = session.get(ScoringFormula, version)
            assert (row.status, row.record["weights"]) == ("shadow", FITTED)
            assert "0.660" in row.note_en
            assert formula_in_force(session).version == CURRENT
            asked = [row.payload for row in session.query(OutboxRow).filter_by(kind="formula.trial_asked")]
            assert asked == [{"version": version}]

    def test_keeps_a_refused_fit_with_its_figures_and_makes_no_version(self, services):
        refused = replace(BETTER, p=0.2, weights=None, reason="not_better")
        few = TrainingReport(3, 0, 0.0, 0.0, 1.0, {}, None, "too_few_briefs")
        assert [self.store(services, report) for report in (refused, few)] == [None, None]
        with services.sessions() as session:
            kept = {row.outcome: (row.briefs, row.p, row.version) for row in list_trainings(session)}
        assert kept == {"not_better": (600, 0.2, None), "too_few_briefs": (3, 1.0, None)}

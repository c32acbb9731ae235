"""What fits of the weights came to, kept for operators; a surely better one becomes a version in shadow and no more."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.formulas.domain import FormulaStatus, TrainingOutcome
from marketplace.formulas.models import FormulaTraining, ScoringFormula
from marketplace.formulas.operations import ask_trial, next_version
from marketplace.policies import SYSTEM
from matching.scoring import Formula
from matching.training import TrainingReport

SHOWN = 10
NOTE_EN = "Weights fitted to what became of shown places on %(briefs)s briefs (nDCG@10 %(now)s -> %(fitted)s, p = %(p)s)."
NOTE_AR = "أوزان مضبوطة على ما آلت إليه المراتب المعروضة في %(briefs)s موجزًا (nDCG@10 %(now)s ← %(fitted)s، p = %(p)s)."


def store_training(
    session: Session, *, report: TrainingReport, formula: Formula, now: datetime
) -> FormulaTraining:
    """Keep what a fit of `formula` came to; offered weights become a version in shadow, and its trial is asked for.

    What is in force does not change: an administrator looks at the trial and switches, or does not.
    """
    version = None
    if report.weights is not None:
        version = _draft(session, report, formula, now=now)
    row = FormulaTraining(
        against=formula.version,
        briefs=report.briefs,
        judged=report.judged,
        ndcg_now=report.ndcg_now,
        ndcg_fitted=report.ndcg_fitted,
        p=report.p,
        fitted=report.fitted,
        outcome=TrainingOutcome(report.reason),
        version=version,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _draft(session: Session, report: TrainingReport, formula: Formula, *, now: datetime) -> str:
    figures = {
        "briefs": report.briefs,
        "now": f"{report.ndcg_now:.3f}",
        "fitted": f"{report.ndcg_fitted:.3f}",
        "p": f"{report.p:.4f}",
    }
    version = next_version(session)
    record: dict[str, Any] = json.loads(json.dumps(asdict(formula)))
    record |= {"version": version, "date": now.date().isoformat(), "weights": report.weights}
    session.add(
        ScoringFormula(
            version=version,
            record=record,
            status=FormulaStatus.SHADOW,
            note_en=NOTE_EN % figures,
            note_ar=NOTE_AR % figures,
            created_at=now,
        )
    )
    session.flush()
    ask_trial(session, actor=SYSTEM, version=version, now=now)
    return version


def list_trainings(session: Session) -> Sequence[FormulaTraining]:
    """Return the last fits, newest first."""
    return session.scalars(
        select(FormulaTraining)
        .order_by(FormulaTraining.created_at.desc(), FormulaTraining.id.desc())
        .limit(SHOWN)
    ).all()

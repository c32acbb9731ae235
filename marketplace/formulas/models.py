"""Versions of the scoring formula and what came of them in shadow. A version's numbers are never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.formulas.domain import FormulaStatus, TrainingOutcome
from marketplace.ids import new_id

IN_FORCE = text("status = 'in_force'")


class ScoringFormula(Base):
    """One version: the record as matching.scoring.Formula reads it, and what is told about it."""

    __tablename__ = "scoring_formula"
    __table_args__ = (
        one_of("status", FormulaStatus),
        Index(
            "uq_scoring_formula_in_force",
            "status",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
    )

    version: Mapped[str] = mapped_column(String(20), primary_key=True)
    record: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(20))
    #: what changed, told to influencers and shown in the history
    note_en: Mapped[str] = mapped_column(Text)
    note_ar: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    created_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    in_force_from: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class FormulaTrial(Base):
    """A version in shadow beside the one in force, on the last briefs."""

    __tablename__ = "formula_trial"
    __table_args__ = (Index("ix_formula_trial_newest", "version", "created_at"),)

    id: Mapped[str] = id_column(default=new_id)
    version: Mapped[str] = mapped_column(ForeignKey("scoring_formula.version"))
    against: Mapped[str] = mapped_column(ForeignKey("scoring_formula.version"))
    briefs: Mapped[int]
    #: means over briefs: overlap of the first ten and twenty, places moved, rho of score and followers of both
    summary: Mapped[dict[str, Any]]
    #: one a brief: what came, what went, the largest moves
    lines: Mapped[list[Any]]
    #: measures of both on a labelled set, or empty where none was given
    quality: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class FormulaTraining(Base):
    """What one fit of the weights came to, also when nothing was offered."""

    __tablename__ = "formula_training"
    __table_args__ = (
        one_of("outcome", TrainingOutcome),
        CheckConstraint("(outcome = 'better') = (version IS NOT NULL)", name="promoted"),
        Index("ix_formula_training_created_at", "created_at"),
    )

    id: Mapped[str] = id_column(default=new_id)
    #: the formula in force, whose weights were the start and the measure
    against: Mapped[str] = mapped_column(String(20))
    #: briefs with labels, and those of them that were held back to judge by
    briefs: Mapped[int]
    judged: Mapped[int]
    ndcg_now: Mapped[float]
    ndcg_fitted: Mapped[float]
    p: Mapped[float]
    fitted: Mapped[dict[str, Any]]
    outcome: Mapped[str] = mapped_column(String(20))
    #: the version in shadow that came of it
    version: Mapped[str | None] = mapped_column(ForeignKey("scoring_formula.version"))
    created_at: Mapped[datetime]

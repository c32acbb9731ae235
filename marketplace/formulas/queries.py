"""Reading formulas: the one in force, the history, what came of a trial."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.errors import NotFound
from marketplace.formulas.domain import FormulaStatus
from marketplace.formulas.models import FormulaTrial, ScoringFormula
from marketplace.web.language import lazy_gettext as _
from matching.formulas import load_formula
from matching.scoring import Formula


@dataclass(frozen=True, slots=True)
class FormulaView:
    """One version with its numbers and its times."""

    version: str
    status: str
    formula: Formula
    note_en: str
    note_ar: str
    created_at: datetime
    in_force_from: datetime | None
    retired_at: datetime | None


def formula_in_force(session: Session) -> Formula:
    """Return the formula that ranks now: the database's, or the package's newest before one was stored."""
    row = session.scalar(select(ScoringFormula).where(ScoringFormula.status == FormulaStatus.IN_FORCE))
    return load_formula() if row is None else Formula.from_dict(row.record)


def list_formulas(session: Session) -> list[FormulaView]:
    """Return all versions, newest first."""
    rows = session.scalars(
        select(ScoringFormula).order_by(ScoringFormula.created_at.desc(), ScoringFormula.version.desc())
    )
    return [_view(row) for row in rows]


def get_formula(session: Session, *, version: str) -> FormulaView:
    """Return one version. Raises NotFound."""
    row = session.get(ScoringFormula, version)
    if row is None:
        raise NotFound(_("There is no such version of the formula."))
    return _view(row)


def _view(row: ScoringFormula) -> FormulaView:
    return FormulaView(
        row.version,
        row.status,
        Formula.from_dict(row.record),
        row.note_en,
        row.note_ar,
        row.created_at,
        row.in_force_from,
        row.retired_at,
    )


def newest_trial(session: Session, *, version: str) -> FormulaTrial | None:
    """Return the last trial of a version."""
    statement = select(FormulaTrial).where(FormulaTrial.version == version)
    return session.scalar(statement.order_by(FormulaTrial.created_at.desc(), FormulaTrial.id.desc()).limit(1))

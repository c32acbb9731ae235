"""In which order open cases stand: what must be decided within a day, by its deadline; then the oldest; last what nobody may decide yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from marketplace.bookings.models import Contest, ContestAppeal
from marketplace.cursors import Cursor
from marketplace.moderation.models import ModerationCase

Columns = TypeVarTuple("Columns")
SOON = timedelta(days=1)
PRESSING, WAITING, UNHEARD = range(3)


@dataclass(frozen=True, slots=True)
class QueueOrder:
    """The order at a moment. `unheard`: contests in which a side may still answer (`bookings.hearing.list_unheard`)."""

    unheard: Collection[str]
    now: datetime

    @property
    def _group(self) -> ColumnElement[int]:
        return case(
            (ModerationCase.version_ref.in_(self.unheard), UNHEARD),
            (Contest.rule_before <= self.now + SOON, PRESSING),
            else_=WAITING,
        )

    @property
    def _at(self) -> ColumnElement[datetime]:
        return case((self._group == PRESSING, Contest.rule_before), else_=ModerationCase.opened_at)

    @property
    def columns(self) -> tuple[ColumnElement[int], ColumnElement[datetime], ColumnElement[str]]:
        """Return what a statement over cases and their contests is sorted by."""
        return self._group, self._at, ModerationCase.id.expression

    def is_behind(self, session: Session, case_id: str) -> ColumnElement[bool]:
        """Return the condition for cases behind this one as it stands now: all of them where there is no such case."""
        found = session.execute(
            with_contests(select(self._group, self._at)).where(ModerationCase.id == case_id)
        ).first()
        if found is None:
            return true()
        group, at = found
        is_later = Cursor(at, case_id).later(self._at, ModerationCase.id)
        return or_(self._group > group, and_(self._group == group, is_later))


def with_contests(statement: Select[*Columns]) -> Select[*Columns]:
    """Join the contest that a case is about, also by its appeal, to a statement over cases."""
    contest_id = func.coalesce(ContestAppeal.contest_id, ModerationCase.version_ref)
    return statement.outerjoin(ContestAppeal, ContestAppeal.id == ModerationCase.version_ref).outerjoin(
        Contest, Contest.id == contest_id
    )

"""What became of decisions: whether an appeal changed them, when, and who answered it by their role."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.moderation.domain import AppealStatus
from marketplace.moderation.models import Appeal, Decision, ModerationCase

_ANSWERED = (
    select(ModerationCase.id, Appeal.status, Appeal.decided_at, User.operator_role)
    .join(Decision, Decision.case_id == ModerationCase.id)
    .join(Appeal, Appeal.decision_id == Decision.id)
    .join(User, User.id == Appeal.decided_by)
    .where(
        ModerationCase.subject_type == bindparam("subject_type"),
        ModerationCase.subject_id == bindparam("subject_id"),
        Appeal.status != AppealStatus.OPEN,
    )
)


@dataclass(frozen=True, slots=True)
class AppealOutcome:
    """An answered appeal. `role` is the operator's who answered; empty for one who is none any more."""

    status: str
    decided_at: datetime | None
    role: str

    @property
    def is_overturned(self) -> bool:
        return self.status == AppealStatus.OVERTURNED


def answered_appeals(session: Session, *, subject_type: str, subject_id: str) -> dict[str, AppealOutcome]:
    """Return the answered appeals against decisions about a subject, by the id of the decision's case."""
    chosen = {"subject_type": subject_type, "subject_id": subject_id}
    return {
        case_id: AppealOutcome(status, at, role or "")
        for case_id, status, at, role in session.execute(_ANSWERED, chosen)
    }

"""What operators decide in the market of the access matrix: a case, decisions, an appeal."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.moderation.domain import AppealStatus, CaseStatus, DecisionAction, SubjectType
from marketplace.moderation.models import Appeal, Decision, ModerationCase
from tests.builders.people import OperatorSide


def build_case(session: Session, brand_id: str, version_id: str, *, now: datetime) -> ModerationCase:
    """Return an open case about the brand."""
    row = ModerationCase(
        subject_type=SubjectType.BRAND,
        subject_id=brand_id,
        version_ref=f"again-{version_id}",
        status=CaseStatus.OPEN,
        snapshot={"title": "Cold brew", "owner": "Qahwa House", "fields": {}},
        opened_at=now,
    )
    session.add(row)
    session.flush()
    return row


def build_decision(
    session: Session,
    kind: SubjectType,
    subject_id: str,
    version_id: str,
    operator: OperatorSide,
    *,
    now: datetime,
) -> str:
    case = ModerationCase(
        subject_type=kind,
        subject_id=subject_id,
        version_ref=version_id,
        status=CaseStatus.DECIDED,
        snapshot={"title": "Cold brew", "owner": "Qahwa House", "fields": {}},
        opened_at=now,
        closed_at=now,
    )
    session.add(case)
    session.flush()
    decision = Decision(
        case_id=case.id,
        operator_id=operator.user.id,
        action=DecisionAction.REJECT,
        policy_code="truthful",
        reason_en="Not clear.",
        reason_ar="غير واضح.",
        at=now,
    )
    session.add(decision)
    session.flush()
    return decision.id


def build_appeal(session: Session, decision_id: str, author_id: str, *, now: datetime) -> Appeal:
    appeal = Appeal(
        decision_id=decision_id,
        author_id=author_id,
        text="It is clear.",
        status=AppealStatus.OPEN,
        created_at=now,
    )
    session.add(appeal)
    session.flush()
    return appeal

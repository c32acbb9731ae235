"""What operators see: the queue, a case, the overview, appeals; what authors see of decisions about them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, bindparam, func, select, true
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEntry
from marketplace.brands.domain import BrandStatus
from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief
from marketplace.cursors import Cursor
from marketplace.influencers.models import Channel
from marketplace.listings.models import Listing
from marketplace.moderation.domain import FAVOURABLE, AppealStatus, CaseStatus, SubjectType
from marketplace.moderation.models import Appeal, Decision, ModerationCase
from marketplace.moderation.queue_order import QueueOrder, with_contests
from marketplace.moderation.subject_views import Named
from marketplace.policies import Actor

PAGE = 30

_OPEN_BY_SUBJECT = (
    select(ModerationCase.subject_type, func.count(), func.min(ModerationCase.opened_at))
    .where(ModerationCase.status == CaseStatus.OPEN)
    .group_by(ModerationCase.subject_type)
)
_APPEALS_AND_DECISIONS = select(
    select(func.count()).select_from(Appeal).where(Appeal.status == AppealStatus.OPEN).scalar_subquery(),
    select(func.count()).select_from(Decision).where(Decision.at >= bindparam("since")).scalar_subquery(),
)
_QUEUE = with_contests(
    select(ModerationCase, User.display_name)
    .outerjoin(User, User.id == ModerationCase.claimed_by)
    .where(ModerationCase.status == CaseStatus.OPEN)
)
_WAITING_BRAND = (
    select(Brand.status, ModerationCase.id)
    .outerjoin(
        ModerationCase,
        and_(
            ModerationCase.subject_type == SubjectType.BRAND,
            ModerationCase.subject_id == Brand.id,
            ModerationCase.status == CaseStatus.OPEN,
        ),
    )
    .where(Brand.id == bindparam("brand_id"), Brand.status != BrandStatus.APPROVED)
)
_DECISION_OF_CASE = select(Decision).where(Decision.case_id == bindparam("case_id"))
_HISTORY = (
    select(AuditEntry)
    .where(
        AuditEntry.subject_type == bindparam("subject_type"), AuditEntry.subject_id == bindparam("subject_id")
    )
    .order_by(AuditEntry.id.desc())
    .limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One waiting case. `claimed_by` is a colleague's name while their lease lasts."""

    case_id: str
    subject_type: str
    subject_id: str
    version_ref: str
    title: Named
    owner: Named
    opened_at: datetime
    claimed_by: str | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """Waiting cases by subject, the oldest, open appeals, decided in the last day."""

    waiting: dict[str, int]
    oldest_at: datetime | None
    appeals: int
    decided_today: int


@dataclass(frozen=True, slots=True)
class WaitingBrand:
    """A brand nobody has approved; `case_id` is its open case."""

    status: str
    case_id: str | None


def list_queue(
    session: Session,
    *,
    actor: Actor,
    order: QueueOrder,
    subject_type: str | None = None,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> list[QueueLine]:
    """Return open cases in their order, from the one behind `after` on."""
    statement = _QUEUE.order_by(*order.columns).limit(limit)
    if after is not None:
        statement = statement.where(order.is_behind(session, after.id))
    if subject_type:
        statement = statement.where(ModerationCase.subject_type == subject_type)
    lines = []
    for case, name in session.execute(statement):
        is_claimed = case.claimed_until is not None and case.claimed_until > order.now
        lines.append(
            QueueLine(
                case_id=case.id,
                subject_type=case.subject_type,
                subject_id=case.subject_id,
                version_ref=case.version_ref,
                title=_named(case.snapshot, "title"),
                owner=_named(case.snapshot, "owner"),
                opened_at=case.opened_at,
                claimed_by=name if is_claimed else None,
                is_mine=is_claimed and case.claimed_by == actor.user_id,
            )
        )
    return lines


def _named(snapshot: Mapping[str, Any], what: str) -> Named:
    return Named(snapshot.get(what, ""), snapshot.get(f"{what}_ar", ""))


def queue_counts(session: Session, *, since: datetime) -> QueueCounts:
    """Count in two statements; `since` begins "today"."""
    rows = session.execute(_OPEN_BY_SUBJECT).all()
    appeals, decided = session.execute(_APPEALS_AND_DECISIONS, {"since": since}).one()
    return QueueCounts(
        waiting={row[0]: row[1] for row in rows},
        oldest_at=min((row[2] for row in rows), default=None),
        appeals=appeals,
        decided_today=decided,
    )


def find_waiting_brand(session: Session, *, brand_id: str) -> WaitingBrand | None:
    """Return a brand that is not approved, with its open case if there is one; None for an approved brand."""
    row = session.execute(_WAITING_BRAND, {"brand_id": brand_id}).first()
    return None if row is None else WaitingBrand(row[0], row[1])


def list_appeals(session: Session, *, limit: int = PAGE) -> Sequence[tuple[Appeal, Decision, ModerationCase]]:
    """Return open appeals, oldest first, with what they are about."""
    rows = session.execute(
        select(Appeal, Decision, ModerationCase)
        .join(Decision, Decision.id == Appeal.decision_id)
        .join(ModerationCase, ModerationCase.id == Decision.case_id)
        .where(Appeal.status == AppealStatus.OPEN)
        .order_by(Appeal.created_at)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def find_decision(session: Session, *, case_id: str) -> Decision | None:
    """Return the decision of a case, if there is one."""
    return session.scalar(_DECISION_OF_CASE, {"case_id": case_id})


def actor_names(session: Session, entries: Sequence[AuditEntry]) -> dict[str, str]:
    """Return the names of those who acted, by the id of their account; clocks and erased people have none."""
    return user_names(session, {entry.actor_id for entry in entries if entry.actor_id})


def user_names(session: Session, user_ids: Collection[str]) -> dict[str, str]:
    """Return the names of these accounts by id, in one statement; nobody where there is no such account."""
    rows = session.execute(select(User.id, User.display_name).where(User.id.in_(user_ids)))
    return {row[0]: row[1] for row in rows}


def list_history(
    session: Session, *, subject_type: str, subject_id: str, limit: int = PAGE
) -> Sequence[AuditEntry]:
    """Return what happened to a subject, newest first."""
    chosen = {"subject_type": subject_type, "subject_id": subject_id, "most": limit}
    return session.scalars(_HISTORY, chosen).all()


def list_trail(
    session: Session, *, subject_id: str = "", actor_id: str = "", before: int = 0, limit: int = PAGE
) -> Sequence[AuditEntry]:
    """Return the audit trail, newest first, of a subject or an actor where one is named, from below `before` on."""
    statement = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if subject_id:
        statement = statement.where(AuditEntry.subject_id == subject_id)
    if actor_id:
        statement = statement.where(AuditEntry.actor_id == actor_id)
    if before:
        statement = statement.where(AuditEntry.id < before)
    return session.scalars(statement).all()


def list_own_decisions(
    session: Session, *, actor: Actor, decision_id: str | None = None, limit: int = PAGE
) -> list[tuple[Decision, ModerationCase, Appeal | None]]:
    """Return decisions (or one) about an author's own subjects that were not simple approvals, newest first."""
    subjects: Any = select(ModerationCase.id)
    if actor.brand_id is not None:
        own = select(Brief.id).where(Brief.brand_id == actor.brand_id)
        is_own = ModerationCase.subject_id.in_(own) | (ModerationCase.subject_id == actor.brand_id)
    else:
        listings = select(Listing.id).where(Listing.influencer_id == actor.influencer_id)
        channels = select(Channel.id).where(Channel.influencer_id == actor.influencer_id)
        is_own = ModerationCase.subject_id.in_(listings) | ModerationCase.subject_id.in_(channels)
    is_own |= ModerationCase.subject_id == actor.user_id
    is_wanted = Decision.id == decision_id if decision_id is not None else true()
    rows = session.execute(
        select(Decision, ModerationCase, Appeal)
        .join(ModerationCase, ModerationCase.id == Decision.case_id)
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .where(
            ModerationCase.id.in_(subjects.where(is_own)),
            Decision.action.not_in(FAVOURABLE),
            is_wanted,
        )
        .order_by(Decision.at.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


SUBJECT_TYPES = (
    SubjectType.LISTING,
    SubjectType.BRIEF,
    SubjectType.BRAND,
    SubjectType.CHANNEL,
    SubjectType.DELIVERABLE,
    SubjectType.PAYMENT,
    SubjectType.AUTHENTICITY,
)

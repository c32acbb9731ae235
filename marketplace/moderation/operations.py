"""Cases: opened by events, claimed by lease, decided once, appealed once to somebody else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from marketplace.audit.operations import record
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.moderation.domain import FAVOURABLE, AppealStatus, CaseStatus, DecisionAction, SubjectType
from marketplace.moderation.models import Appeal, Decision, ModerationCase
from marketplace.moderation.policies_data import moderation_policies
from marketplace.moderation.subject_views import Ruling, SubjectView
from marketplace.moderation.subjects import ACTIONS, carry_out, is_alarm, reverse, view_subject
from marketplace.outbox.operations import put
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.web.language import lazy_gettext as _

CLAIM = timedelta(minutes=15)
APPEAL_WITHIN = timedelta(days=183)


class ClaimedByOther(Conflict):
    """A colleague works on it; their lease has not run out."""

    code = "claimed_by_other"


class AlreadyDecided(Conflict):
    """Never two decisions on one version."""

    code = "already_decided"


class AppealNotPossible(Conflict):
    """There was one already, or the time for it is over."""

    code = "appeal_not_possible"


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """What an operator fills in. `field_notes` maps a field to {"en", "ar"}."""

    action: str
    policy_code: str
    reason_en: str
    reason_ar: str
    field_notes: Mapping[str, Any] = field(default_factory=dict)


def open_case(
    session: Session, *, subject_type: SubjectType, subject_id: str, version_ref: str, now: datetime
) -> ModerationCase | None:
    """Open the case of one version (once); older open cases are superseded. None when nothing waits any more."""
    known = session.scalar(
        select(ModerationCase).where(
            ModerationCase.subject_type == subject_type,
            ModerationCase.subject_id == subject_id,
            ModerationCase.version_ref == version_ref,
        )
    )
    if known is not None:
        return known
    session.execute(
        update(ModerationCase)
        .where(
            ModerationCase.subject_type == subject_type,
            ModerationCase.subject_id == subject_id,
            ModerationCase.status == CaseStatus.OPEN,
        )
        .values(status=CaseStatus.SUPERSEDED, closed_at=now)
    )
    view = view_subject(session, subject_type=subject_type, subject_id=subject_id, version_ref=version_ref)
    if not view.is_waiting:
        return None  # decided or overtaken before the event was read
    case = ModerationCase(
        subject_type=subject_type,
        subject_id=subject_id,
        version_ref=version_ref,
        status=CaseStatus.OPEN,
        snapshot=json.loads(json.dumps(_seen(view), default=str)),
        opened_at=now,
    )
    session.add(case)
    session.flush()
    return case


def _seen(view: SubjectView) -> dict[str, Any]:
    return {
        "title": view.title,
        "title_ar": view.title_ar,
        "owner": view.owner.name,
        "owner_ar": view.owner.name_ar,
        "fields": view.fields,
    }


def close_case(session: Session, *, subject_type: SubjectType, subject_id: str, now: datetime) -> None:
    """Close a subject's open case that was decided elsewhere (a contest in its booking). Repeating it is harmless."""
    session.execute(
        update(ModerationCase)
        .where(
            ModerationCase.subject_type == subject_type,
            ModerationCase.subject_id == subject_id,
            ModerationCase.status == CaseStatus.OPEN,
        )
        .values(status=CaseStatus.DECIDED, closed_at=now)
    )


def close_alarm(session: Session, *, actor: Actor, case_id: str, now: datetime) -> None:
    """Close the case of an alarm that was looked at; what is to be done is done in the booking's room.

    Raises:
        NotFound, Forbidden, ClaimedByOther, AlreadyDecided, Invalid: the case waits for a decision instead.

    """
    case = claim_case(session, actor=actor, case_id=case_id, now=now)
    if not is_alarm(case.version_ref):
        raise Invalid(_("This case waits for a decision."))
    _close(session, case, revision=case.revision, now=now)
    record(
        session,
        actor=actor,
        action="case.seen",
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        after={"case": case.id, "version": case.version_ref},
        now=now,
    )


def claim_case(session: Session, *, actor: Actor, case_id: str, now: datetime) -> ModerationCase:
    """Take a case, or renew one's own lease; one conditional UPDATE decides races.

    Raises:
        ClaimedByOther, AlreadyDecided, NotFound, Forbidden.
    """
    if not may(actor, Permission.CASE_DECIDE):
        raise Forbidden(_("Your role may read cases, not decide them."))
    result = session.execute(
        update(ModerationCase)
        .where(
            ModerationCase.id == case_id,
            ModerationCase.status == CaseStatus.OPEN,
            or_(
                ModerationCase.claimed_by.is_(None),
                ModerationCase.claimed_by == actor.user_id,
                ModerationCase.claimed_until < now,
            ),
        )
        .values(claimed_by=actor.user_id, claimed_until=now + CLAIM)
    )
    case = get_case(session, case_id=case_id)
    session.refresh(case)
    if result.rowcount != 1:  # type: ignore[attr-defined]  # CursorResult of an UPDATE
        if case.status != CaseStatus.OPEN:
            raise AlreadyDecided(_("This case is decided already."))
        raise ClaimedByOther(
            _("A colleague works on this case. Take another one, or come back when their time is over.")
        )
    return case


def release_case(session: Session, *, actor: Actor, case_id: str) -> None:
    """Put one's own case back; a case that somebody else holds stays theirs. Raises NotFound."""
    case = get_case(session, case_id=case_id)
    session.execute(
        update(ModerationCase)
        .where(ModerationCase.id == case.id, ModerationCase.claimed_by == actor.user_id)
        .values(claimed_by=None, claimed_until=None)
    )


def get_case(session: Session, *, case_id: str) -> ModerationCase:
    """Return a case. Raises NotFound."""
    case = session.get(ModerationCase, case_id)
    if case is None:
        raise NotFound(_("There is no such case."))
    return case


def check_input(subject_type: str, given: DecisionInput) -> None:
    """Refuse a decision without policy, reasons in both languages, or an action that does not fit. Raises Invalid."""
    fields: dict[str, object] = {}
    if given.action not in ACTIONS.get(subject_type, ()):
        fields["action"] = _("Choose one of the offered decisions.")
    if given.policy_code not in moderation_policies():
        fields["policy_code"] = _("Choose the policy the decision rests on.")
    for name, text in (("reason_en", given.reason_en), ("reason_ar", given.reason_ar)):
        if not text.strip():
            fields[name] = _("Write the reason in both languages: each reader gets their own.")
    if fields:
        raise Invalid(_("The decision is not complete."), fields=fields)


def decide_case(
    session: Session, *, actor: Actor, case_id: str, given: DecisionInput, revision: int, now: datetime
) -> Decision:
    """Decide a claimed case and do to its subject what was decided, in one transaction.

    Raises:
        Invalid: the decision is not complete. AlreadyDecided, ClaimedByOther: somebody was faster.
    """
    case = claim_case(session, actor=actor, case_id=case_id, now=now)
    check_input(case.subject_type, given)
    _close(session, case, revision=revision, now=now)
    decision = Decision(
        case_id=case.id,
        operator_id=actor.user_id,
        action=given.action,
        policy_code=given.policy_code,
        reason_en=given.reason_en,
        reason_ar=given.reason_ar,
        field_notes=dict(given.field_notes),
        at=now,
    )
    session.add(decision)
    session.flush()
    carry_out(
        session,
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        version_ref=case.version_ref,
        ruling=Ruling(actor, now, DecisionAction(given.action), given.reason_en, given.field_notes),
    )
    announce_decision(session, actor, case, decision, now)
    return decision


def _close(session: Session, case: ModerationCase, *, revision: int, now: datetime) -> None:
    result = session.execute(
        update(ModerationCase)
        .where(
            ModerationCase.id == case.id,
            ModerationCase.status == CaseStatus.OPEN,
            ModerationCase.revision == revision,
        )
        .values(status=CaseStatus.DECIDED, closed_at=now, revision=revision + 1)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]  # CursorResult of an UPDATE
        raise AlreadyDecided(_("This case is decided already, or changed since you looked. Open it again."))


def announce_decision(
    session: Session, actor: Actor, case: ModerationCase, decision: Decision, now: datetime
) -> None:
    """Write a decision into the trail, and see to it that its author is told."""
    record(
        session,
        actor=actor,
        action=f"case.{decision.action}",
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        after={"case": case.id, "policy": decision.policy_code, "version": case.version_ref},
        reason=decision.reason_en,
        now=now,
    )
    put(session, "case.decided", {"decision_id": decision.id}, now=now, key=f"decision:{decision.id}")


def file_appeal(session: Session, *, actor: Actor, decision_id: str, text: str, now: datetime) -> Appeal:
    """Appeal against a decision about one's own subject, once, within six months.

    Raises:
        NotFound, Forbidden, Invalid, AppealNotPossible.
    """
    decision = session.get(Decision, decision_id)
    if decision is None:
        raise NotFound(_("There is no such decision."))
    case = get_case(session, case_id=decision.case_id)
    view = view_subject(
        session, subject_type=case.subject_type, subject_id=case.subject_id, version_ref=case.version_ref
    )
    if not may(
        actor,
        Permission.APPEAL_FILE,
        Subject(brand_id=view.brand_id, influencer_id=view.influencer_id, user_id=view.user_id),
    ):
        raise NotFound(_("There is no such decision."))
    if not text.strip():
        raise Invalid(
            _("Say why the decision is wrong."), fields={"text": _("Say why the decision is wrong.")}
        )
    known = session.scalar(select(Appeal.id).where(Appeal.decision_id == decision_id))
    if known is not None or decision.action in FAVOURABLE or now > decision.at + APPEAL_WITHIN:
        raise AppealNotPossible(_("One appeal per decision is possible, within six months."))
    appeal = Appeal(
        decision_id=decision_id,
        author_id=actor.user_id,
        text=text.strip(),
        status=AppealStatus.OPEN,
        created_at=now,
    )
    session.add(appeal)
    session.flush()
    record(
        session,
        actor=actor,
        action="appeal.filed",
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        after={"decision": decision_id},
        now=now,
    )
    return appeal


def answer_appeal(
    session: Session,
    *,
    actor: Actor,
    appeal_id: str,
    is_upheld: bool,
    answer_en: str,
    answer_ar: str,
    now: datetime,
) -> Appeal:
    """Answer an appeal; never the operator who made the decision. Overturning undoes the decision.

    Raises:
        Forbidden, NotFound, Invalid, AlreadyDecided.
    """
    appeal = session.get(Appeal, appeal_id, with_for_update=True)
    if appeal is None:
        raise NotFound(_("There is no such appeal."))
    decision = session.get_one(Decision, appeal.decision_id)
    if not may(actor, Permission.APPEAL_DECIDE) or decision.operator_id == actor.user_id:
        raise Forbidden(_("An appeal is decided by somebody else than the decision."))
    if appeal.status != AppealStatus.OPEN:
        raise AlreadyDecided(_("This appeal is answered already."))
    if not answer_en.strip() or not answer_ar.strip():
        raise Invalid(
            _("Write the answer in both languages."),
            fields={"answer_en": _("Write the answer in both languages.")},
        )
    appeal.status = AppealStatus.UPHELD if is_upheld else AppealStatus.OVERTURNED
    appeal.decided_by, appeal.decided_at = actor.user_id, now
    appeal.answer_en, appeal.answer_ar = answer_en.strip(), answer_ar.strip()
    case = get_case(session, case_id=decision.case_id)
    if not is_upheld:
        reverse(
            session,
            subject_type=case.subject_type,
            subject_id=case.subject_id,
            version_ref=case.version_ref,
            was=decision.action,
            ruling=Ruling(
                actor, now, DecisionAction.APPROVE, answer_en.strip(), {}, reason_ar=answer_ar.strip()
            ),
        )
    record(
        session,
        actor=actor,
        action=f"appeal.{appeal.status}",
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        after={"appeal": appeal.id},
        reason=answer_en,
        now=now,
    )
    put(session, "appeal.answered", {"appeal_id": appeal.id}, now=now, key=f"appeal:{appeal.id}")
    return appeal

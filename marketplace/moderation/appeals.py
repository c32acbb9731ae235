"""Appeals against decisions: one each, answered by somebody else, who may undo what was decided."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.operations import record
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.moderation.cases import AlreadyDecided, get_case
from marketplace.moderation.consequences import reverse
from marketplace.moderation.domain import FAVOURABLE, AppealStatus, DecisionAction
from marketplace.moderation.models import Appeal, Decision, ModerationCase
from marketplace.moderation.subject_views import Ruling
from marketplace.moderation.subjects import view_subject
from marketplace.outbox.operations import put
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.web.formats import span
from marketplace.web.language import lazy_gettext as _

APPEAL_WITHIN = timedelta(days=183)


class AppealNotPossible(Conflict):
    """There was one already, or the time for it is over."""

    code = "appeal_not_possible"


def file_appeal(session: Session, *, actor: Actor, decision_id: str, text: str, now: datetime) -> Appeal:
    """Appeal against a decision about one's own subject, once, within `APPEAL_WITHIN`.

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
        raise AppealNotPossible(
            _("One appeal per decision is possible, within %(time)s.", time=span(APPEAL_WITHIN))
        )
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
    appeal, decision = _open_appeal(session, actor, appeal_id)
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
        _overturn(session, case, decision, actor, reasons=(answer_en.strip(), answer_ar.strip()), now=now)
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


def _open_appeal(session: Session, actor: Actor, appeal_id: str) -> tuple[Appeal, Decision]:
    """Lock an appeal that this operator may answer. Raises NotFound, Forbidden, AlreadyDecided."""
    appeal = session.get(Appeal, appeal_id, with_for_update=True)
    if appeal is None:
        raise NotFound(_("There is no such appeal."))
    decision = session.get_one(Decision, appeal.decision_id)
    if not may(actor, Permission.APPEAL_DECIDE) or decision.operator_id == actor.user_id:
        raise Forbidden(_("An appeal is decided by somebody else than the decision."))
    if appeal.status != AppealStatus.OPEN:
        raise AlreadyDecided(_("This appeal is answered already."))
    return appeal, decision


def _overturn(
    session: Session,
    case: ModerationCase,
    decision: Decision,
    actor: Actor,
    *,
    reasons: tuple[str, str],
    now: datetime,
) -> None:
    english, arabic = reasons
    reverse(
        session,
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        version_ref=case.version_ref,
        was=decision.action,
        ruling=Ruling(actor, now, DecisionAction.APPROVE, english, {}, reason_ar=arabic),
    )

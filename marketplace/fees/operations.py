"""A change of fees: one operator proposes it, another approves it, it begins on its day. Quotes keep the fees they were made with."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.approvals.domain import Act, ActKind
from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import ApprovedAct, request_act
from marketplace.audit.operations import record
from marketplace.errors import Conflict, Invalid
from marketplace.fees.domain import FeePolicy, faults
from marketplace.fees.models import FeePolicyRow
from marketplace.fees.queries import fees_on
from marketplace.fees.rules import change_rules
from marketplace.fees.words import fault_sentence
from marketplace.outbox.operations import put
from marketplace.policies import Actor
from marketplace.web.formats import date_text
from marketplace.web.language import lazy_gettext as _

NOTE_MAX = 1_000
SUBJECT = "fees"


class ChangeTooLate(Conflict):
    """The first day has come, or another change begins on it, before a second person approved."""

    code: ClassVar[str] = "fee_change_too_late"


def propose_fees(
    session: Session,
    *,
    actor: Actor,
    policy: FeePolicy,
    note_en: str,
    note_ar: str,
    reason: str,
    now: datetime,
) -> ApprovalRequest:
    """Ask a second person to put these fees in force from `policy.valid_from` on; its version is given here.

    Raises:
        Invalid: what is wrong, by field.
        Forbidden, RequestRepeated: what `request_act` refuses.

    """
    policy = replace(policy, version=_next_version(session))
    fields = _problems(session, policy, note_en=note_en, note_ar=note_ar, now=now)
    if fields:
        raise Invalid(_("Some fields need another look."), fields=fields)
    payload: dict[str, Any] = {
        "policy": policy.as_plain(),
        "before": _fees_until(session, policy).as_plain(),
        "note_en": note_en.strip(),
        "note_ar": note_ar.strip(),
    }
    act = Act(ActKind.CHANGE_FEES, SUBJECT, SUBJECT, payload)
    return request_act(session, actor=actor, act=act, reason=reason, now=now)


def carry_out_change(session: Session, approved: ApprovedAct) -> None:
    """Store the fees that two persons agreed on.

    Raises:
        ChangeTooLate: see its class.

    """
    payload = approved.act.payload
    policy = FeePolicy.from_plain(payload["policy"])
    _refuse_late(session, policy, approved.now)
    session.add(
        FeePolicyRow(
            version=policy.version,
            valid_from=policy.valid_from,
            record=policy.as_plain(),
            note_en=payload["note_en"],
            note_ar=payload["note_ar"],
            created_at=approved.now,
            proposed_by=approved.requested_by,
            approved_by=approved.approver.user_id,
        )
    )
    session.flush()
    record(
        session,
        actor=approved.approver,
        action="fees.changed",
        subject_type="fee_policy",
        subject_id=policy.version,
        before=payload["before"],
        after=payload["policy"],
        reason=approved.reason,
        now=approved.now,
    )
    put(
        session,
        "fees.changed",
        {"version": policy.version},
        now=approved.now,
        key=f"fees.changed:{policy.version}",
    )


def _problems(
    session: Session, policy: FeePolicy, *, note_en: str, note_ar: str, now: datetime
) -> dict[str, object]:
    fields: dict[str, object] = {name: fault_sentence(fault) for name, fault in faults(policy).items()}
    earliest = change_rules().first_day(now)
    if policy.valid_from < earliest:
        fields["valid_from"] = _(
            "Changed fees are told before they hold: choose %(day)s or a later day.", day=date_text(earliest)
        )
    elif _begins_on(session, policy.valid_from):
        fields["valid_from"] = _("Other fees begin on this day already. Choose another one.")
    for name, note in (("note_en", note_en), ("note_ar", note_ar)):
        if not note.strip() or len(note) > NOTE_MAX:
            fields[name] = _("Say in both languages what changes: everybody reads it.")
    if not fields:
        before = _fees_until(session, policy)
        if replace(policy, version=before.version, valid_from=before.valid_from) == before:
            fields["tiers"] = _("Nothing differs from the fees that hold until then.")
    return fields


def _fees_until(session: Session, policy: FeePolicy) -> FeePolicy:
    """Return the fees that hold the day before the proposed ones begin: a change already approved counts."""
    return fees_on(session, policy.valid_from - timedelta(days=1))


def _begins_on(session: Session, day: date) -> bool:
    return session.scalar(select(FeePolicyRow.version).where(FeePolicyRow.valid_from == day)) is not None


def _next_version(session: Session) -> str:
    """Return the site's own next version: f1, f2 ..., apart from the one it began with."""
    own = [each for each in session.scalars(select(FeePolicyRow.version)) if each.startswith("f")]
    return f"f{max((int(each[1:]) for each in own), default=0) + 1}"


def _refuse_late(session: Session, policy: FeePolicy, now: datetime) -> None:
    """Refuse fees that began too soon to be told, or on a day that others took meanwhile. Raises ChangeTooLate."""
    is_taken = _begins_on(session, policy.valid_from) or session.get(FeePolicyRow, policy.version) is not None
    if is_taken or policy.valid_from < change_rules().first_day(now):
        raise ChangeTooLate(
            _(
                "Its first day is too near to be told in time, or another change was approved meanwhile. Propose it anew with a later day."
            )
        )

"""Deciding a case: once, for a policy, with the reason in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.audit.operations import record
from marketplace.errors import Invalid
from marketplace.moderation.cases import claim_case, close_once
from marketplace.moderation.consequences import ACTIONS, carry_out
from marketplace.moderation.domain import FAVOURABLE, DecisionAction
from marketplace.moderation.models import Decision, ModerationCase
from marketplace.moderation.policies_data import NOTHING_AGAINST, moderation_policies
from marketplace.moderation.subject_views import Ruling
from marketplace.outbox.operations import put
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """What an operator fills in. `field_notes` maps a field to {"en", "ar"}.

    `uses_ready_reason`: where no reason is typed, the policy's ready sentences are the reason.
    """

    action: str
    policy_code: str
    reason_en: str
    reason_ar: str
    field_notes: Mapping[str, Any] = field(default_factory=dict)
    uses_ready_reason: bool = False

    @property
    def asks_for_ready_reason(self) -> bool:
        return self.uses_ready_reason and not (self.reason_en.strip() or self.reason_ar.strip())


def complete_input(subject_type: str, given: DecisionInput) -> DecisionInput:
    """Return the decision with its reason in both languages: the typed one, or the policy's where that is asked for.

    Raises:
        Invalid: no policy, a reason that is missing or does not fit, or an action that is not offered.

    """
    fields: dict[str, object] = {}
    if given.action not in ACTIONS.get(subject_type, ()):
        fields["action"] = _("Choose one of the offered decisions.")
    if given.policy_code not in moderation_policies():
        fields["policy_code"] = _("Choose the policy the decision rests on.")
    elif given.policy_code == NOTHING_AGAINST and given.action not in FAVOURABLE:
        fields["policy_code"] = _(
            "This policy says that nothing speaks against it. Choose the one that is not met."
        )
    elif given.asks_for_ready_reason:
        given = _with_ready_reason(given, fields)
    fields |= _missing_reasons(given)
    if fields:
        raise Invalid(_("The decision is not complete."), fields=fields)
    return given


def _with_ready_reason(given: DecisionInput, fields: dict[str, object]) -> DecisionInput:
    """Return the decision with its policy's sentences, or say in `fields` that they do not fit."""
    policy = moderation_policies()[given.policy_code]
    if policy.has_ready_reason(is_favourable=given.action in FAVOURABLE):
        return replace(given, reason_en=policy.reason_en, reason_ar=policy.reason_ar)
    fields["uses_ready_reason"] = _(
        "The ready sentence of this policy says what is not met. Write the reason, or choose another policy."
    )
    return given


def _missing_reasons(given: DecisionInput) -> dict[str, object]:
    if given.asks_for_ready_reason:
        return {}
    reasons = {"reason_en": given.reason_en, "reason_ar": given.reason_ar}
    text = _("Write the reason in both languages: each reader gets their own.")
    return {name: text for name, reason in reasons.items() if not reason.strip()}


def decide_case(
    session: Session, *, actor: Actor, case_id: str, given: DecisionInput, revision: int, now: datetime
) -> Decision:
    """Decide a claimed case and do to its subject what was decided, in one transaction.

    Raises:
        Invalid: the decision is not complete. AlreadyDecided, ClaimedByOther: somebody was faster.
    """
    case = claim_case(session, actor=actor, case_id=case_id, now=now)
    given = complete_input(case.subject_type, given)
    close_once(session, case, revision=revision, now=now)
    return put_into_effect(session, actor, case, given, now=now)


def put_into_effect(
    session: Session, actor: Actor, case: ModerationCase, given: DecisionInput, *, now: datetime
) -> Decision:
    """Write a checked decision down, do to its subject what was decided, and see to it that its author is told."""
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
        ruling=Ruling(
            actor,
            now,
            DecisionAction(given.action),
            given.reason_en,
            given.field_notes,
            reason_ar=given.reason_ar,
        ),
    )
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
    return decision

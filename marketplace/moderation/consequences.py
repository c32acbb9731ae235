"""What a decision does to its subject, and what undoes it; the subject's own transition table has the last word."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from marketplace.brands.domain import BrandStatus
from marketplace.brands.operations import decide_brand, get_brand
from marketplace.briefs import decisions as briefs
from marketplace.errors import Conflict
from marketplace.influencers.channels import mark_channel_proven, refuse_channel_proof
from marketplace.listings import decisions as listings
from marketplace.moderation.account_subjects import decide_account
from marketplace.moderation.contested_signs import decide_contested_sign
from marketplace.moderation.domain import DecisionAction, SubjectType
from marketplace.moderation.subject_views import Ruling
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _


class VersionDecisions(Protocol):
    """The module of a feature whose versions are decided one by one."""

    def approve_version(
        self, session: Session, *, actor: Actor, version_id: str, now: datetime
    ) -> object: ...

    def request_version_changes(
        self,
        session: Session,
        *,
        actor: Actor,
        version_id: str,
        field_notes: Mapping[str, Any] | None = None,
        reason: str = "",
        now: datetime,
    ) -> object: ...

    def reject_version(
        self, session: Session, *, actor: Actor, version_id: str, reason: str = "", now: datetime
    ) -> object: ...


def _decide_version(session: Session, feature: VersionDecisions, version_id: str, ruling: Ruling) -> None:
    actor, now = ruling.actor, ruling.now
    if ruling.action == DecisionAction.APPROVE:
        feature.approve_version(session, actor=actor, version_id=version_id, now=now)
    elif ruling.action == DecisionAction.REQUEST_CHANGES:
        feature.request_version_changes(
            session,
            actor=actor,
            version_id=version_id,
            field_notes=ruling.field_notes,
            reason=ruling.reason,
            now=now,
        )
    else:
        feature.reject_version(session, actor=actor, version_id=version_id, reason=ruling.reason, now=now)


def _decide_listing(session: Session, subject_id: str, version_ref: str, ruling: Ruling) -> None:
    if ruling.action == DecisionAction.HIDE:
        _hide_listing(session, subject_id, ruling, is_hidden=True)
    else:
        _decide_version(session, listings, version_ref, ruling)


def _hide_listing(session: Session, listing_id: str, ruling: Ruling, *, is_hidden: bool) -> None:
    listings.hide_listing(
        session,
        actor=ruling.actor,
        listing_id=listing_id,
        is_hidden=is_hidden,
        reason=ruling.reason,
        now=ruling.now,
    )


def _decide_brief(session: Session, subject_id: str, version_ref: str, ruling: Ruling) -> None:
    if ruling.action == DecisionAction.HIDE:
        _hide_brief(session, subject_id, ruling, is_hidden=True)
    else:
        _decide_version(session, briefs, version_ref, ruling)


def _hide_brief(session: Session, brief_id: str, ruling: Ruling, *, is_hidden: bool) -> None:
    briefs.hide_brief(
        session,
        actor=ruling.actor,
        brief_id=brief_id,
        is_hidden=is_hidden,
        reason=ruling.reason,
        now=ruling.now,
    )


def _decide_brand(session: Session, subject_id: str, version_ref: str, ruling: Ruling) -> None:
    statuses = {
        DecisionAction.APPROVE: BrandStatus.APPROVED,
        DecisionAction.REQUEST_CHANGES: BrandStatus.CHANGES_REQUESTED,
        DecisionAction.REJECT: BrandStatus.REJECTED,
        DecisionAction.HIDE: BrandStatus.SUSPENDED,
    }
    if str(get_brand(session, brand_id=subject_id).version) != version_ref:
        raise Conflict(_("The brand changed since. Open the newer case."))
    decide_brand(
        session, actor=ruling.actor, brand_id=subject_id, status=statuses[ruling.action], now=ruling.now
    )


def _decide_channel(session: Session, subject_id: str, _version_ref: str, ruling: Ruling) -> None:
    if ruling.action == DecisionAction.APPROVE:
        mark_channel_proven(session, actor=ruling.actor, channel_id=subject_id, now=ruling.now)
    else:
        refuse_channel_proof(session, actor=ruling.actor, channel_id=subject_id, now=ruling.now)


_DECIDERS: Mapping[str, Callable[[Session, str, str, Ruling], None]] = {
    SubjectType.LISTING: _decide_listing,
    SubjectType.BRIEF: _decide_brief,
    SubjectType.BRAND: _decide_brand,
    SubjectType.CHANNEL: _decide_channel,
    SubjectType.AUTHENTICITY: decide_contested_sign,
    SubjectType.ACCOUNT: decide_account,
}

OF_WHAT_IS_PUBLISHED = (
    DecisionAction.APPROVE,
    DecisionAction.REQUEST_CHANGES,
    DecisionAction.REJECT,
    DecisionAction.HIDE,
)
ACTIONS: Mapping[str, tuple[DecisionAction, ...]] = {
    SubjectType.LISTING: OF_WHAT_IS_PUBLISHED,
    SubjectType.BRIEF: OF_WHAT_IS_PUBLISHED,
    SubjectType.BRAND: OF_WHAT_IS_PUBLISHED,
    SubjectType.CHANNEL: (DecisionAction.APPROVE, DecisionAction.REJECT),
    SubjectType.DELIVERABLE: (),
    SubjectType.PAYMENT: (),
    SubjectType.AUTHENTICITY: (DecisionAction.APPROVE, DecisionAction.REJECT),
    SubjectType.ACCOUNT: (DecisionAction.SUSPEND, DecisionAction.RESTORE),
}


def reverse(
    session: Session, *, subject_type: str, subject_id: str, version_ref: str, was: str, ruling: Ruling
) -> None:
    """Undo a decision that was overturned: what was refused goes live, what was hidden is shown again."""
    is_refusal = was in {DecisionAction.REJECT, DecisionAction.REQUEST_CHANGES, DecisionAction.SUSPEND}
    if is_refusal or (was == DecisionAction.HIDE and subject_type == SubjectType.BRAND):
        if subject_type == SubjectType.BRAND:  # a brand is one row: the newest version is what goes live
            version_ref = str(get_brand(session, brand_id=subject_id).version)
        _DECIDERS[subject_type](session, subject_id, version_ref, ruling)
    elif was == DecisionAction.HIDE and subject_type == SubjectType.LISTING:
        _hide_listing(session, subject_id, ruling, is_hidden=False)
    elif was == DecisionAction.HIDE and subject_type == SubjectType.BRIEF:
        _hide_brief(session, subject_id, ruling, is_hidden=False)


def carry_out(
    session: Session, *, subject_type: str, subject_id: str, version_ref: str, ruling: Ruling
) -> None:
    """Do to the subject what was decided; the subject's own transition table has the last word."""
    _DECIDERS[subject_type](session, subject_id, version_ref, ruling)

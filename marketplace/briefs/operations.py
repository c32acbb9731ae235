"""Writing briefs: the brand drafts, hands in, pauses, closes; moderation decides on versions; deals fill places."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.briefs.domain import BriefStatus, CloseReason
from marketplace.briefs.drafts import clean_draft, default_draft
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.briefs.reading import answer_place, answer_reading, settle_reading
from marketplace.briefs.records import get_locked, get_own, move
from marketplace.briefs.transitions import BriefAction, next_status
from marketplace.briefs.validation import BriefRules, read_terms
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.meanwhile import differing
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.settlement import currencies_at
from marketplace.web.language import lazy_gettext as _

__all__ = ["answer_place", "answer_reading"]
TITLE_MAX = 160
CURRENCY_OF_COUNTRY = {
    "SA": "SAR",
    "AE": "AED",
    "KW": "KWD",
    "JP": "JPY",
    "DE": "EUR",
    "FR": "EUR",
    "ES": "EUR",
}
CURRENCY_ELSEWHERE = "USD"


class BriefChangedMeanwhile(Conflict):
    """Somebody else saved since this editor was opened; `revision` is what they saved, `names` the fields that differ."""

    code: ClassVar[str] = "brief_changed_meanwhile"

    def __init__(self, revision: int, names: tuple[str, ...] = ()) -> None:
        super().__init__(
            _(
                "This brief was saved meanwhile, in another window or by somebody else. Open it again to see that text; yours is still in this window."
            )
        )
        self.revision, self.names = revision, names


class CloseReasonUnknown(Invalid):
    code: ClassVar[str] = "close_reason_unknown"


def create_brief(
    session: Session,
    *,
    actor: Actor,
    draft: Mapping[str, Any] | None = None,
    language: str = "en",
    now: datetime,
) -> Brief:
    """Begin a brief for the actor's brand; `draft` fills fields of the editor (see `drafts.TEXTS` and the others).

    Raises:
        DraftTooLarge: see its class.
        NotFound, Forbidden: the actor belongs to no brand, or may not draft.

    """
    if actor.brand_id is None:
        raise NotFound
    require(actor, Permission.BRIEF_DRAFT, Subject(brand_id=actor.brand_id))
    brand = session.get_one(Brand, actor.brand_id)
    currency = _first_currency(brand.country, currencies_at(session, now))
    content = default_draft(
        language=language, currency=currency, country=brand.country, category=brand.category
    ) | clean_draft(draft or {})
    brief = Brief(
        brand_id=brand.id,
        created_by=actor.user_id,
        status=BriefStatus.DRAFT,
        draft=content,
        title=_title(content),
        draft_saved_at=now,
        revision=1,
        created_at=now,
        updated_at=now,
    )
    session.add(brief)
    session.flush()
    move(session, brief, status=BriefStatus.DRAFT, event="brief.created", actor=actor, now=now)
    return brief


def _first_currency(country: str, settled: tuple[str, ...]) -> str:
    """Return the currency of the brand's country where a price can be made in it, else the first that can be used."""
    wanted = CURRENCY_OF_COUNTRY.get(country, CURRENCY_ELSEWHERE)
    return wanted if wanted in settled or not settled else settled[0]


def autosave_draft(
    session: Session,
    *,
    actor: Actor,
    brief_id: str,
    draft: Mapping[str, Any],
    revision: int | None = None,
    now: datetime,
) -> Brief:
    """Keep what was typed, valid or not; fields that are absent stay. The brief's `revision` grows with every change.

    Raises:
        BriefChangedMeanwhile: `revision` is not the one that is stored.
        BriefActionRefused: the brief is in review, published or over.
        DraftTooLarge: see its class.
        NotFound, Forbidden: not the actor's.

    """
    brief = get_own(session, actor=actor, brief_id=brief_id, permission=Permission.BRIEF_DRAFT)
    next_status(brief.status, BriefAction.SAVE)
    content = brief.draft | clean_draft(draft)
    if revision is not None and revision != brief.revision:
        if content == brief.draft:
            return brief
        raise BriefChangedMeanwhile(brief.revision, differing(brief.draft, content))
    if content != brief.draft:
        brief.draft, brief.title = content, _title(content)
        brief.revision += 1
    brief.draft_saved_at = brief.updated_at = now
    session.flush()
    return brief


def submit_brief(
    session: Session,
    *,
    actor: Actor,
    brief_id: str,
    policy: BriefRules,
    revision: int | None = None,
    now: datetime,
) -> BriefVersion:
    """Check the whole draft and hand it in as a new immutable version. `policy` is `quotes.policy_at(now)`.

    Raises:
        BriefIncomplete: every field at fault.
        BriefChangedMeanwhile: `revision` is not the one that is stored.
        BriefActionRefused: in review, published or over.
        NotFound, Forbidden: not the actor's, or their role only drafts.

    """
    brief = get_own(session, actor=actor, brief_id=brief_id)
    status = next_status(brief.status, BriefAction.SUBMIT)
    if revision is not None and revision != brief.revision:
        raise BriefChangedMeanwhile(brief.revision)
    terms = read_terms(brief.draft, policy=policy, settled=currencies_at(session, now), now=now)
    last_number = session.scalar(
        select(func.max(BriefVersion.number)).where(BriefVersion.brief_id == brief.id)
    )
    version = BriefVersion(
        brief_id=brief.id, number=(last_number or 0) + 1, submitted_at=now, **asdict(terms)
    )
    session.add(version)
    session.flush()
    brief.newest_version_id, brief.title, brief.field_notes = version.id, version.title, {}
    settle_reading(session, brief, now=now)
    move(session, brief, status=status, event="brief.submitted", actor=actor, now=now, version_id=version.id)
    return version


def take_back_brief(session: Session, *, actor: Actor, brief_id: str, now: datetime) -> None:
    """Take a brief out of review to change it. Raises BriefNotInReview, NotFound, Forbidden."""
    brief = get_own(session, actor=actor, brief_id=brief_id)
    status = next_status(brief.status, BriefAction.TAKE_BACK)
    move(session, brief, status=status, event="brief.taken_back", actor=actor, now=now)


def pause_brief(session: Session, *, actor: Actor, brief_id: str, now: datetime) -> None:
    """Take no new applications for now. Raises BriefActionRefused, NotFound, Forbidden."""
    _act(session, actor, brief_id, BriefAction.PAUSE, event="brief.paused", now=now)


def resume_brief(session: Session, *, actor: Actor, brief_id: str, now: datetime) -> None:
    """Take applications again. Raises BriefActionRefused, NotFound, Forbidden."""
    _act(session, actor, brief_id, BriefAction.RESUME, event="brief.resumed", now=now)


def withdraw_brief(session: Session, *, actor: Actor, brief_id: str, now: datetime) -> None:
    """Give up a brief that was never published. Raises BriefActionRefused, NotFound, Forbidden."""
    _act(session, actor, brief_id, BriefAction.WITHDRAW, event="brief.withdrawn", now=now)


def close_brief(session: Session, *, actor: Actor, brief_id: str, reason: str, now: datetime) -> None:
    """End a published brief; the event "brief.closed" makes deals answer everyone who still waits.

    Raises:
        CloseReasonUnknown: not one of CloseReason.
        BriefActionRefused, NotFound, Forbidden: see their classes.

    """
    if reason not in set(CloseReason):
        message = _("Choose a reason from the list; those who applied will read it.")
        raise CloseReasonUnknown(message, fields={"reason": message})
    brief = get_own(session, actor=actor, brief_id=brief_id)
    status = next_status(brief.status, BriefAction.CLOSE)
    brief.closed_at, brief.close_reason = now, reason
    move(
        session,
        brief,
        status=status,
        event="brief.closed",
        actor=actor,
        now=now,
        reason=reason,
        payload={"reason": reason},
    )


def copy_brief(session: Session, *, actor: Actor, brief_id: str, now: datetime) -> Brief:
    """Begin a new brief with the text of another one of the brand, without its dates. Raises NotFound, Forbidden."""
    brief = get_own(session, actor=actor, brief_id=brief_id, permission=Permission.BRIEF_DRAFT)
    content = brief.draft | {"starts_on": "", "ends_on": ""}
    return create_brief(session, actor=actor, draft=content, now=now)


def fill_brief(session: Session, *, actor: Actor, brief_id: str, now: datetime) -> None:
    """Record that every place is taken; called by deals. A brief that is full already stays so. Raises BriefActionRefused."""
    brief = get_locked(session, brief_id)
    if brief.status != BriefStatus.FULL:
        status = next_status(brief.status, BriefAction.FILL)
        move(session, brief, status=status, event="brief.full", actor=actor, now=now)


def reopen_brief(session: Session, *, actor: Actor, brief_id: str, now: datetime) -> None:
    """Record that a place became free again; called by deals. Does nothing to a brief that is not full."""
    brief = get_locked(session, brief_id)
    if brief.status == BriefStatus.FULL:
        status = next_status(brief.status, BriefAction.REOPEN)
        move(session, brief, status=status, event="brief.reopened", actor=actor, now=now)


def _act(
    session: Session, actor: Actor, brief_id: str, action: BriefAction, *, event: str, now: datetime
) -> None:
    brief = get_own(session, actor=actor, brief_id=brief_id)
    move(session, brief, status=next_status(brief.status, action), event=event, actor=actor, now=now)


def _title(content: Mapping[str, Any]) -> str:
    return str(content.get("title", "")).strip()[:TITLE_MAX]

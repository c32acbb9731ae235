"""Applications: an influencer's consent to a brief's terms, and the brand's answers."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief, BriefVersion
from marketplace.deals.consent import freeze_brief_terms, live_listing_version
from marketplace.deals.consents import close_quote, lock_for_brand, lock_for_influencer
from marketplace.deals.domain import BRAND_REFUSALS, ApplicationStatus, EligibilityCode
from marketplace.deals.eligibility import NotEligible, check_brief, check_influencer
from marketplace.deals.facts import (
    brief_facts,
    get_live_brief,
    influencer_facts,
    require_approved_brand,
)
from marketplace.deals.models import LIVE_APPLICATION, LIVE_INVITATION, Application, Invitation
from marketplace.deals.records import NOTE_MAX, move, read_first_words, read_refusal
from marketplace.deals.transitions import ApplicationAction, next_application_status
from marketplace.errors import Conflict
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.quotes.domain import DealPath
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.operations import quote_terms
from marketplace.web.language import lazy_gettext as _


class AlreadyApplied(Conflict):
    """There is a live application of this influencer to this brief."""

    code: ClassVar[str] = "already_applied"


class AlreadyInvited(Conflict):
    """There is a live invitation of this influencer to this brief."""

    code: ClassVar[str] = "already_invited"


def submit_application(
    session: Session,
    *,
    actor: Actor,
    brief_id: str,
    pitch: str,
    listing_version_id: str | None = None,
    now: datetime,
) -> Application:
    """Apply to an open brief; this freezes the terms the brand may quote for 14 days.

    Raises:
        Forbidden, NotFound: not an influencer who may, or no such brief.
        AlreadyApplied, AlreadyInvited: one live way to a deal per pair and brief.
        NotEligible: with every condition that is not met.
        Others: what pricing and schedule raise.

    """
    influencer_id = actor.influencer_id or ""
    require(actor, Permission.APPLY, Subject(influencer_id=influencer_id))
    brief, version = get_live_brief(session, brief_id=brief_id)
    check_no_live_deal(session, brief_id=brief.id, influencer_id=influencer_id)
    check_eligible(session, brief, version, influencer_id=influencer_id, now=now)
    listing = live_listing_version(session, listing_version_id, influencer_id=influencer_id)
    cleaned = read_first_words(pitch, field="pitch")
    terms = freeze_brief_terms(
        session, brief, version, listing, influencer_id=influencer_id, path=DealPath.APPLICATION, now=now
    )
    application = Application(
        brief_id=brief.id,
        brief_version_id=version.id,
        influencer_id=influencer_id,
        listing_version_id=listing.id if listing is not None else None,
        terms_id=terms.id,
        status=ApplicationStatus.SUBMITTED,
        pitch=cleaned,
        created_at=now,
        updated_at=now,
    )
    add_one_live(session, application, AlreadyApplied(_("You have applied to this brief already.")))
    move(
        session,
        application,
        status=ApplicationStatus.SUBMITTED,
        event="application.submitted",
        actor=actor,
        now=now,
        details={"terms_id": terms.id, "net_minor": terms.net_minor, "currency": terms.currency},
    )
    return application


def withdraw_application(
    session: Session, *, actor: Actor, application_id: str, now: datetime
) -> Application:
    """Take an application back; an open quote goes with it.

    Raises:
        NotFound, Forbidden, DealStatusConflict: see their classes.

    """
    application = lock_for_influencer(
        session, Application, application_id, actor=actor, permission=Permission.APPLY
    )
    status = next_application_status(application.status, ApplicationAction.WITHDRAW)
    close_quote(session, application, actor=actor, now=now)
    move(session, application, status=status, event="application.withdrawn", actor=actor, now=now)
    return application


def shortlist_application(
    session: Session, *, actor: Actor, application_id: str, now: datetime
) -> Application:
    """Put an application on the short list; a buyer may, since it binds nobody.

    Raises:
        NotFound, Forbidden, DealStatusConflict: see their classes.

    """
    application = lock_for_brand(
        session, Application, application_id, actor=actor, permission=Permission.INVITE
    )
    status = next_application_status(application.status, ApplicationAction.SHORTLIST)
    application.seen_at = application.seen_at or now
    move(session, application, status=status, event="application.shortlisted", actor=actor, now=now)
    return application


def refuse_application(
    session: Session, *, actor: Actor, application_id: str, code: str, note: str = "", now: datetime
) -> Application:
    """Refuse with a reason code (`BRAND_REFUSALS`) and, if wished, a note.

    Raises:
        NotFound, Forbidden, DealStatusConflict, RefusalCodeUnknown, TextTooLong: see their classes.

    """
    application = lock_for_brand(
        session, Application, application_id, actor=actor, permission=Permission.APPLICATION_ANSWER
    )
    reason = read_refusal(code, BRAND_REFUSALS)
    cleaned = read_first_words(note, field="note", length_max=NOTE_MAX)
    return close_application(session, application, actor=actor, code=reason, note=cleaned, now=now)


def close_application(
    session: Session, application: Application, *, actor: Actor, code: str, note: str = "", now: datetime
) -> Application:
    """Refuse a locked application whose refusal was authorised.

    Raises:
        DealStatusConflict: it is booked or over.

    """
    status = next_application_status(application.status, ApplicationAction.REFUSE)
    close_quote(session, application, actor=actor, now=now)
    application.refusal_code, application.refusal_note = code, note
    application.answered_at = now
    move(
        session,
        application,
        status=status,
        event="application.refused",
        actor=actor,
        now=now,
        details={"code": code},
    )
    return application


def quote_application(session: Session, *, actor: Actor, application_id: str, now: datetime) -> Quote:
    """Derive a quote from the applicant's terms; an older quote that is still open is replaced.

    Raises:
        NotFound, Forbidden, DealStatusConflict, BrandNotApproved: see their classes.
        TermsExpired, ScheduleOutlivesHold: the terms cannot be quoted any more.

    """
    application = lock_for_brand(
        session, Application, application_id, actor=actor, permission=Permission.APPLICATION_ANSWER
    )
    status = next_application_status(application.status, ApplicationAction.QUOTE)
    terms = session.get_one(TermsSnapshot, application.terms_id)
    require_approved_brand(session, brand_id=terms.brand_id)
    close_quote(session, application, actor=actor, now=now)
    quote = quote_terms(session, actor=actor, terms=terms, now=now)
    application.quote_id, application.answered_at = quote.id, now
    application.seen_at = application.seen_at or now
    move(session, application, status=status, event="application.quoted", actor=actor, now=now)
    return quote


def check_eligible(
    session: Session, brief: Brief, version: BriefVersion, *, influencer_id: str, now: datetime
) -> None:
    """Let the influencer take part in the brief or refuse with every condition that is not met.

    Raises:
        NotEligible: see its class.

    """
    facts = brief_facts(session, brief, version)
    influencer = influencer_facts(session, influencer_id=influencer_id, now=now)
    codes: list[EligibilityCode] = [
        *check_brief(facts, today=now.date()),
        *check_influencer(influencer, facts.demand),
    ]
    if codes:
        raise NotEligible(codes)


def check_no_live_deal(
    session: Session, *, brief_id: str, influencer_id: str, is_for_brand: bool = False
) -> None:
    """Refuse a second live way to a deal for the pair and brief, and say to the one who acts whose turn it is.

    Raises:
        AlreadyApplied, AlreadyInvited: see their classes.

    """
    application = select(Application.id).where(
        Application.brief_id == brief_id, Application.influencer_id == influencer_id, LIVE_APPLICATION
    )
    if session.scalar(application) is not None:
        raise AlreadyApplied(
            _("This influencer has applied to this brief already. Answer the application instead.")
            if is_for_brand
            else _("There is an application to this brief already.")
        )
    invitation = select(Invitation.id).where(
        Invitation.brief_id == brief_id, Invitation.influencer_id == influencer_id, LIVE_INVITATION
    )
    if session.scalar(invitation) is not None:
        raise AlreadyInvited(
            _("You have invited this influencer to this brief already. Look at the invitation instead.")
            if is_for_brand
            else _("There is an invitation to this brief already. Answer it instead.")
        )


def add_one_live(session: Session, row: Application | Invitation, conflict: Conflict) -> None:
    """Insert the row; when another one won the race, the database says so and `conflict` is raised."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise conflict from error

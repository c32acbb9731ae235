"""Invitations: a brand asks an influencer for a brief; acceptance freezes the terms and quotes them at once."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief, BriefVersion
from marketplace.deals.applications import (
    AlreadyInvited,
    add_one_live,
    check_eligible,
    check_no_live_deal,
)
from marketplace.deals.consent import freeze_brief_terms, live_listing_version
from marketplace.deals.consents import close_quote, lock_for_brand, lock_for_influencer
from marketplace.deals.domain import INFLUENCER_REFUSALS, InvitationStatus, RefusalCode
from marketplace.deals.facts import get_live_brief, require_approved_brand
from marketplace.deals.models import Invitation
from marketplace.deals.records import NOTE_MAX, move, read_first_words, read_refusal
from marketplace.deals.transitions import InvitationAction, next_invitation_status
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.quotes.domain import DealPath
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.operations import quote_terms
from marketplace.web.language import lazy_gettext as _


def send_invitation(
    session: Session,
    *,
    actor: Actor,
    brief_id: str,
    influencer_id: str,
    message: str = "",
    match_run_id: str | None = None,
    listing_version_id: str | None = None,
    now: datetime,
) -> Invitation:
    """Invite an influencer to an open brief, if wished out of a stored ranking.

    Raises:
        NotFound, Forbidden, BrandNotApproved: see their classes.
        AlreadyApplied, AlreadyInvited: one live way to a deal per pair and brief.
        NotEligible: the influencer could not accept.

    """
    brief, version = get_live_brief(session, brief_id=brief_id)
    require(actor, Permission.INVITE, Subject(brand_id=brief.brand_id))
    require_approved_brand(session, brand_id=brief.brand_id)
    check_eligible(session, brief, version, influencer_id=influencer_id, now=now)
    check_no_live_deal(session, brief_id=brief.id, influencer_id=influencer_id, is_for_brand=True)
    listing = live_listing_version(session, listing_version_id, influencer_id=influencer_id)
    invitation = Invitation(
        brief_id=brief.id,
        brief_version_id=version.id,
        influencer_id=influencer_id,
        listing_version_id=listing.id if listing is not None else None,
        match_run_id=match_run_id,
        invited_by=actor.user_id,
        status=InvitationStatus.SENT,
        message=read_first_words(message, field="message"),
        created_at=now,
        updated_at=now,
    )
    add_one_live(session, invitation, AlreadyInvited(_("This influencer is invited already.")))
    move(
        session,
        invitation,
        status=InvitationStatus.SENT,
        event="invitation.sent",
        actor=actor,
        now=now,
    )
    return invitation


def accept_invitation(
    session: Session,
    *,
    actor: Actor,
    invitation_id: str,
    listing_version_id: str | None = None,
    now: datetime,
) -> Quote:
    """Accept: the influencer consents to the terms, and the brand gets its quote at once.

    Raises:
        NotFound, Forbidden, DealStatusConflict: see their classes.
        NotEligible: a condition is not met (any more).
        Others: what pricing and schedule raise.

    """
    invitation = lock_for_influencer(
        session, Invitation, invitation_id, actor=actor, permission=Permission.INVITATION_ANSWER
    )
    accepted = next_invitation_status(invitation.status, InvitationAction.ACCEPT)
    brief = session.get_one(Brief, invitation.brief_id)
    version = session.get_one(BriefVersion, invitation.brief_version_id)
    check_eligible(session, brief, version, influencer_id=invitation.influencer_id, now=now)
    listing = live_listing_version(
        session,
        listing_version_id or invitation.listing_version_id,
        influencer_id=invitation.influencer_id,
    )
    terms = freeze_brief_terms(
        session,
        brief,
        version,
        listing,
        influencer_id=invitation.influencer_id,
        path=DealPath.INVITATION,
        now=now,
    )
    invitation.terms_id, invitation.answered_at = terms.id, now
    details = {"terms_id": terms.id, "net_minor": terms.net_minor, "currency": terms.currency}
    move(
        session,
        invitation,
        status=accepted,
        event="invitation.accepted",
        actor=actor,
        now=now,
        details=details,
    )
    return _quote(session, invitation, terms, actor=actor, now=now)


def quote_invitation(session: Session, *, actor: Actor, invitation_id: str, now: datetime) -> Quote:
    """Make a new quote from an accepted invitation whose last one expired, while its terms hold.

    Raises:
        NotFound, Forbidden, DealStatusConflict, TermsExpired, BrandNotApproved: see their classes.

    """
    invitation = lock_for_brand(
        session, Invitation, invitation_id, actor=actor, permission=Permission.APPLICATION_ANSWER
    )
    next_invitation_status(invitation.status, InvitationAction.QUOTE)
    terms = session.get_one(TermsSnapshot, invitation.terms_id)
    require_approved_brand(session, brand_id=terms.brand_id)
    return _quote(session, invitation, terms, actor=actor, now=now)


def decline_invitation(
    session: Session, *, actor: Actor, invitation_id: str, code: str, note: str = "", now: datetime
) -> Invitation:
    """Decline with a reason code (`INFLUENCER_REFUSALS`); before the booking an acceptance may be taken back too.

    Raises:
        NotFound, Forbidden, DealStatusConflict, RefusalCodeUnknown, TextTooLong: see their classes.

    """
    invitation = lock_for_influencer(
        session, Invitation, invitation_id, actor=actor, permission=Permission.INVITATION_ANSWER
    )
    reason = read_refusal(code, INFLUENCER_REFUSALS)
    cleaned = read_first_words(note, field="note", length_max=NOTE_MAX)
    status = next_invitation_status(invitation.status, InvitationAction.DECLINE)
    close_quote(session, invitation, actor=actor, now=now)
    invitation.refusal_code, invitation.refusal_note, invitation.answered_at = reason, cleaned, now
    move(
        session,
        invitation,
        status=status,
        event="invitation.declined",
        actor=actor,
        now=now,
        details={"code": reason},
    )
    return invitation


def withdraw_invitation(session: Session, *, actor: Actor, invitation_id: str, now: datetime) -> Invitation:
    """Take an invitation back before it is booked.

    Raises:
        NotFound, Forbidden, DealStatusConflict: see their classes.

    """
    invitation = lock_for_brand(session, Invitation, invitation_id, actor=actor, permission=Permission.INVITE)
    code = RefusalCode.WITHDRAWN_BY_BRAND
    return close_invitation(session, invitation, actor=actor, code=code, now=now)


def close_invitation(
    session: Session, invitation: Invitation, *, actor: Actor, code: str, now: datetime
) -> Invitation:
    """Withdraw a locked invitation whose withdrawal was authorised.

    Raises:
        DealStatusConflict: it is booked or over.

    """
    status = next_invitation_status(invitation.status, InvitationAction.WITHDRAW)
    close_quote(session, invitation, actor=actor, now=now)
    invitation.refusal_code = code
    move(
        session,
        invitation,
        status=status,
        event="invitation.withdrawn",
        actor=actor,
        now=now,
        details={"code": code},
    )
    return invitation


def _quote(
    session: Session, invitation: Invitation, terms: TermsSnapshot, *, actor: Actor, now: datetime
) -> Quote:
    status = next_invitation_status(invitation.status, InvitationAction.QUOTE)
    close_quote(session, invitation, actor=actor, now=now)
    quote = quote_terms(session, actor=actor, terms=terms, now=now)
    invitation.quote_id = quote.id
    move(session, invitation, status=status, event="invitation.quoted", actor=actor, now=now)
    return quote

"""What an operator reads of the audit trail: acts, kinds of actors and of subjects in words instead of codes."""

from collections.abc import Mapping

from marketplace.accounts.domain import OperatorRole
from marketplace.bookings.event_words import EVENTS
from marketplace.web.language import lazy_gettext as _

#: acts of the audit trail that are no events of a booking (those have their sentences in `bookings/event_words.py`)
ACTS: Mapping[str, object] = {
    "account.created": _("The account was opened"),
    "account.password_changed": _("The password was changed"),
    "account.suspended": _("The account was suspended"),
    "account.restored": _("The account was restored"),
    "api_key.created": _("An API key was made"),
    "api_key.revoked": _("An API key was ended"),
    "appeal.filed": _("An appeal was filed"),
    "appeal.upheld": _("The appeal was answered: the decision stands"),
    "appeal.overturned": _("The appeal was answered: the decision was overturned"),
    "application.submitted": _("The application was sent"),
    "application.shortlisted": _("The application was shortlisted"),
    "application.quoted": _("The application was quoted"),
    "application.booked": _("The application became a booking"),
    "application.unbooked": _("The booking of the application fell through"),
    "application.refused": _("The application was declined"),
    "application.withdrawn": _("The application was taken back"),
    "application.lapsed": _("The application lapsed"),
    "approval.requested": _("A second person was asked"),
    "approval.approved": _("A second person approved"),
    "approval.refused": _("A second person refused"),
    "approval.withdrawn": _("The request for a second person was taken back"),
    "approval.expired": _("The request for a second person ran out"),
    "audience.recorded": _("The audience was described"),
    "authenticity.contested": _("An unusual figure was contested"),
    "basket.invited": _("A basket of influencers was invited"),
    "brand.founded": _("The brand was founded"),
    "brand.edited": _("The brand's details were changed"),
    "brand.pending": _("The brand waits for approval"),
    "brand.approved": _("The brand was approved"),
    "brand.changes_requested": _("Changes to the brand were asked for"),
    "brand.rejected": _("The brand was rejected"),
    "brand.suspended": _("The brand was suspended"),
    "brand.member_joined": _("A member joined the brand"),
    "brand.member_changed": _("A member's role was changed"),
    "brief.created": _("The brief was begun"),
    "match.corrected": _("What was understood of the brief was corrected"),
    "brief.submitted": _("The brief was handed in"),
    "brief.opened": _("The brief was published"),
    "brief.changes_requested": _("Changes to the brief were asked for"),
    "brief.rejected": _("The brief was rejected"),
    "brief.paused": _("The brief was paused"),
    "brief.resumed": _("The brief goes on"),
    "brief.full": _("All places of the brief are taken"),
    "brief.reopened": _("A place of the brief became free again"),
    "brief.closed": _("The brief was closed"),
    "brief.taken_back": _("The brief was taken back"),
    "brief.withdrawn": _("The brief was withdrawn"),
    "brief.hidden": _("The brief was hidden"),
    "brief.shown": _("The brief is shown again"),
    "case.approve": _("The case was decided: approved"),
    "case.request_changes": _("The case was decided: changes asked for"),
    "case.reject": _("The case was decided: rejected"),
    "case.hide": _("The case was decided: hidden"),
    "case.suspend": _("The case was decided: suspended"),
    "case.restore": _("The case was decided: restored"),
    "case.seen": _("The case was looked at and closed"),
    "channel.added": _("A channel was added"),
    "channel.changed": _("A channel was corrected"),
    "channel.proof_requested": _("The proof of a channel was asked for"),
    "channel.proven": _("The channel was proven"),
    "channel.proof_refused": _("The proof of the channel was refused"),
    "chargeback.evidence_submitted": _("Evidence was handed in to the card network"),
    "claim.recovered_again": _("The claim was tried once more"),
    "claim.written_off": _("The claim was given up"),
    "claim.paid_otherwise": _("What was claimed was paid to the brand another way"),
    "payment.returned_by_hand": _("A payment that funds no booking was paid back by hand"),
    "document.issued": _("A document was issued"),
    "document.series_begun": _("Documents go on in a series of their own after a restore"),
    "fees.changed": _("The fees were changed"),
    "figure.recorded": _("A figure was recorded"),
    "formula.drafted": _("A version of the ranking was drafted"),
    "formula.trial_asked": _("A trial of a version of the ranking was asked for"),
    "formula.switched": _("The ranking was switched to another version"),
    "topic.added": _("A topic was added"),
    "topic.retired": _("A topic was retired"),
    "influencer.created": _("The profile was made"),
    "influencer.handle_released": _("The handle was freed: the sign-up was never confirmed"),
    "influencer.edited": _("The profile was changed"),
    "influencer.calendar": _("The calendar was changed"),
    "influencer.consented": _("The influencer agreed to be listed"),
    "influencer.consent_withdrawn": _("The influencer took the agreement to be listed back"),
    "influencer.suspended": _("The influencer was suspended"),
    "influencer.reinstated": _("The influencer was reinstated"),
    "invitation.sent": _("The invitation was sent"),
    "invitation.accepted": _("The invitation was accepted"),
    "invitation.quoted": _("The invitation was quoted"),
    "invitation.booked": _("The invitation became a booking"),
    "invitation.unbooked": _("The booking of the invitation fell through"),
    "invitation.declined": _("The invitation was declined"),
    "invitation.withdrawn": _("The invitation was taken back"),
    "invitation.lapsed": _("The invitation lapsed"),
    "listing.saved": _("The listing was saved"),
    "listing.submitted": _("The listing was handed in"),
    "listing.approved": _("The listing was approved"),
    "listing.changes_requested": _("Changes to the listing were asked for"),
    "listing.rejected": _("The listing was rejected"),
    "listing.paused": _("The listing was paused"),
    "listing.resumed": _("The listing is on sale again"),
    "listing.taken_back": _("The listing was taken back"),
    "listing.hidden": _("The listing was hidden"),
    "listing.shown": _("The listing is shown again"),
    "message.sent": _("A message was sent"),
    "operation.asked_again": _("The provider was asked again"),
    "operation.resumed": _("A halted call to the provider goes on"),
    "order.placed": _("The order was placed"),
    "order.booked": _("The order became a booking"),
    "order.unbooked": _("The booking of the order fell through"),
    "order.lapsed": _("The order lapsed"),
    "order.withdrawn": _("The order was taken back"),
    "payouts.held": _("The payouts were held"),
    "payouts.freed": _("The hold on payouts was ended"),
    "posts.added": _("Posts were added"),
    "quote.created": _("The quote was made"),
    "quote.accepted": _("The quote was accepted"),
    "quote.expired": _("The quote ran out"),
    "quote.withdrawn": _("The quote was withdrawn"),
    "result.handed_in": _("Results were handed in"),
    "saved_search.saved": _("A search was saved"),
    "saved_search.renamed": _("A saved search was renamed"),
    "saved_search.deleted": _("A saved search was deleted"),
    "tax_status.stated": _("The tax details were stated"),
}
ACTORS: Mapping[str, object] = {
    "brand": _("Brand"),
    "influencer": _("Influencer"),
    "operator": _("Operator"),
    "system": _("By itself"),
}
ROLES: Mapping[str, object] = {
    OperatorRole.READER: _("reader"),
    OperatorRole.MODERATOR: _("moderator"),
    OperatorRole.SENIOR: _("senior operator"),
    OperatorRole.FINANCE: _("finance"),
    OperatorRole.ADMIN: _("administrator"),
}
SUBJECTS: Mapping[str, object] = {
    "account": _("Account"),
    "user": _("Account"),
    "api_key": _("API key"),
    "application": _("Application"),
    "approval": _("Second person"),
    "authenticity": _("Unusual figure"),
    "basket": _("Basket"),
    "booking": _("Booking"),
    "brand": _("Brand"),
    "brief": _("Brief"),
    "channel": _("Channel"),
    "chargeback": _("Chargeback"),
    "claim": _("Claim"),
    "deliverable": _("Work"),
    "document": _("Document"),
    "fee_policy": _("Fees"),
    "fees": _("Fees"),
    "formula": _("Ranking"),
    "influencer": _("Influencer"),
    "invitation": _("Invitation"),
    "listing": _("Listing"),
    "operation": _("Call to the provider"),
    "order": _("Order"),
    "payment": _("Payment"),
    "quote": _("Quote"),
    "saved_search": _("Saved search"),
    "topic": _("Topic"),
}


def act_word(action: str) -> object:
    """Return what happened in a sentence; an act without one is shown by its name rather than hidden."""
    event = EVENTS.get(action)
    if event is not None:
        return event.title
    return ACTS.get(action, action.replace(".", " ").replace("_", " "))


def actor_word(kind: str) -> object:
    """Return which side acted; "system" is a clock or the worker."""
    return ACTORS.get(kind, kind)


def operator_role_word(role: str) -> object:
    """Return what an operator's role is called."""
    return ROLES.get(role, role)


def audit_subject_word(kind: str) -> object:
    """Return what kind of thing an entry is about."""
    return SUBJECTS.get(kind, kind.replace("_", " "))

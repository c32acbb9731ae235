"""Which event tells whom what, and where the link leads: one line each, so that nothing is told by accident."""

from dataclasses import dataclass

from marketplace.announcements.domain import Trait

BRAND, INFLUENCER = "brand", "influencer"


@dataclass(frozen=True, slots=True)
class Announcement:
    """`sentence` is a kind of `notifications.sentences`; `endpoint` is built with the event's ids.

    A line is told when the event has all traits of `when` and none of `unless`: at most one line a side.
    """

    side: str
    sentence: str
    endpoint: str
    id_name: str
    when: frozenset[Trait] = frozenset()
    unless: frozenset[Trait] = frozenset()

    def fits(self, traits: frozenset[Trait]) -> bool:
        """Tell whether this line is the one for an event with these traits."""
        return self.when <= traits and not self.unless & traits


def _booking(
    side: str, sentence: str, *, when: tuple[Trait, ...] = (), unless: tuple[Trait, ...] = ()
) -> Announcement:
    return Announcement(side, sentence, "bookings.booking", "booking_id", frozenset(when), frozenset(unless))


def _account(sentence: str, *, when: tuple[Trait, ...] = (), unless: tuple[Trait, ...] = ()) -> Announcement:
    return Announcement(
        INFLUENCER, sentence, "billing.payout_account", "", frozenset(when), frozenset(unless)
    )


ANNOUNCEMENTS: dict[str, tuple[Announcement, ...]] = {
    "application.submitted": (
        Announcement(BRAND, "application.submitted", "deals.application", "application_id"),
    ),
    "application.shortlisted": (
        Announcement(INFLUENCER, "application.shortlisted", "deals.application", "application_id"),
    ),
    "application.refused": (
        Announcement(INFLUENCER, "application.refused", "deals.application", "application_id"),
    ),
    "application.withdrawn": (
        Announcement(BRAND, "application.withdrawn", "deals.application", "application_id"),
    ),
    "application.lapsed": (
        Announcement(INFLUENCER, "application.lapsed", "deals.application", "application_id"),
    ),
    "invitation.withdrawn": (
        Announcement(INFLUENCER, "invitation.withdrawn", "deals.invitation", "invitation_id"),
    ),
    "invitation.lapsed": (
        Announcement(INFLUENCER, "invitation.lapsed", "deals.invitation", "invitation_id"),
    ),
    "invitation.sent": (Announcement(INFLUENCER, "invitation.sent", "deals.invitation", "invitation_id"),),
    "invitation.accepted": (Announcement(BRAND, "invitation.accepted", "deals.applications", "brief_id"),),
    "invitation.declined": (Announcement(BRAND, "invitation.declined", "deals.applications", "brief_id"),),
    "quote.created": (Announcement(BRAND, "quote.created", "quotes.quote", "quote_id"),),
    "booking.created": (
        _booking(INFLUENCER, "booking.created", unless=(Trait.ORDER,)),
        _booking(INFLUENCER, "order.placed", when=(Trait.ORDER,)),
    ),
    "booking.funded": (
        _booking(INFLUENCER, "booking.funded", unless=(Trait.ORDER,)),
        _booking(INFLUENCER, "order.received", when=(Trait.ORDER,)),
        _booking(BRAND, "booking.paid"),
    ),
    "payment.pending": (_booking(BRAND, "payment.pending"), _booking(INFLUENCER, "payment.pending_brand")),
    "payment.not_made": (_booking(BRAND, "payment.not_made"), _booking(INFLUENCER, "payment.not_made_brand")),
    "payment.mismatched": (_booking(BRAND, "payment.mismatched"),),
    "payment.returned": (_booking(BRAND, "payment.returned"),),
    "booking.expired": (_booking(BRAND, "booking.expired"), _booking(INFLUENCER, "booking.cancelled")),
    "booking.cancelled": (_booking(BRAND, "booking.cancelled"), _booking(INFLUENCER, "booking.cancelled")),
    "booking.frozen": (
        _booking(BRAND, "booking.frozen", unless=(Trait.CHARGEBACK,)),
        _booking(BRAND, "booking.disputed", when=(Trait.CHARGEBACK,)),
        _booking(INFLUENCER, "booking.frozen", unless=(Trait.CHARGEBACK,)),
        _booking(INFLUENCER, "booking.disputed", when=(Trait.CHARGEBACK,)),
    ),
    "booking.unfrozen": (_booking(BRAND, "booking.unfrozen"), _booking(INFLUENCER, "booking.unfrozen")),
    "booking.closed_by_chargeback": (
        _booking(BRAND, "booking.charged_back"),
        _booking(INFLUENCER, "booking.closed_by_chargeback"),
    ),
    "booking.closed_by_ruling": (
        _booking(BRAND, "booking.closed_by_ruling"),
        _booking(INFLUENCER, "booking.closed_by_ruling"),
    ),
    "booking.completed": (_booking(BRAND, "booking.completed"), _booking(INFLUENCER, "booking.completed")),
    "order.accepted": (_booking(BRAND, "order.accepted"),),
    "order.declined": (_booking(BRAND, "order.declined"),),
    "submission.received": (_booking(BRAND, "submission.received"),),
    "changes.requested": (_booking(INFLUENCER, "changes.requested"),),
    "deliverable.approved": (
        _booking(INFLUENCER, "deliverable.approved", unless=(Trait.PUBLISHED_WORK,)),
        _booking(INFLUENCER, "deliverable.approved_publish", when=(Trait.PUBLISHED_WORK,)),
    ),
    "publication.refused": (_booking(INFLUENCER, "publication.refused"),),
    "publication.taken_down": (_booking(INFLUENCER, "publication.taken_down"),),
    "publication.found_gone": (
        _booking(BRAND, "publication.found_gone_brand"),
        _booking(INFLUENCER, "publication.found_gone"),
    ),
    "publication.denied": (_booking(INFLUENCER, "publication.denied"),),
    "publication.found_live": (
        _booking(BRAND, "publication.found_live"),
        _booking(INFLUENCER, "publication.found_live"),
    ),
    "deliverable.released": (
        Announcement(INFLUENCER, "deliverable.released", "billing.money", ""),
        _booking(BRAND, "deliverable.refunded", when=(Trait.SPLIT,)),
    ),
    "deliverable.owed": (
        _account("release.parked", unless=(Trait.ACCOUNT_INCOMPLETE, Trait.TRANSFER_REFUSED)),
        _account("release.account_incomplete", when=(Trait.ACCOUNT_INCOMPLETE,)),
        _booking(INFLUENCER, "release.refused", when=(Trait.TRANSFER_REFUSED,)),
        _booking(BRAND, "refund.planned", when=(Trait.SPLIT,)),
    ),
    "deliverable.cancelled": (
        _booking(INFLUENCER, "deliverable.taken_back", when=(Trait.TAKEN_BACK,), unless=(Trait.CONTESTABLE,)),
        _booking(
            INFLUENCER, "deliverable.taken_back_contestable", when=(Trait.TAKEN_BACK, Trait.CONTESTABLE)
        ),
        _booking(INFLUENCER, "deliverable.cancelled", when=(Trait.CONTESTABLE,), unless=(Trait.TAKEN_BACK,)),
    ),
    "deliverable.refunded": (_booking(BRAND, "deliverable.refunded"),),
    "deliverable.closed_by_chargeback": (
        _booking(BRAND, "deliverable.charged_back"),
        _booking(INFLUENCER, "deliverable.closed_by_chargeback"),
    ),
    "deliverable.paid_after_chargeback": (
        _booking(BRAND, "deliverable.paid_after_chargeback"),
        _booking(INFLUENCER, "deliverable.paid_unpublished"),
    ),
    "deliverable.due": (_booking(INFLUENCER, "work.due"),),
    "deliverable.overdue": (_booking(INFLUENCER, "work.overdue"),),
    "contest.opened": (_booking(BRAND, "contest.opened"), _booking(INFLUENCER, "contest.opened")),
    "contest.evidence_closed": (
        _booking(BRAND, "contest.evidence_closed"),
        _booking(INFLUENCER, "contest.evidence_closed"),
    ),
    "contest.ruled": (_booking(BRAND, "contest.ruled"), _booking(INFLUENCER, "contest.ruled")),
    "contest.appealed": (_booking(BRAND, "contest.appealed"), _booking(INFLUENCER, "contest.appealed")),
    "contest.closed": (_booking(BRAND, "contest.closed"), _booking(INFLUENCER, "contest.closed")),
    "contest.closed_by_chargeback": (
        _booking(BRAND, "contest.closed_by_chargeback"),
        _booking(INFLUENCER, "contest.closed_by_chargeback"),
    ),
    "contest.escalated": (_booking(BRAND, "contest.escalated"), _booking(INFLUENCER, "contest.escalated")),
    # what an appeal's ruling and the second acceptance bring is told by `contest.closed`, which follows at once
    "contest.accepted": (
        _booking(INFLUENCER, "contest.accepted", when=(Trait.BRAND_ACCEPTED,)),
        _booking(BRAND, "contest.accepted", when=(Trait.INFLUENCER_ACCEPTED,)),
    ),
    "money.decided": (_booking(BRAND, "money.decided"), _booking(INFLUENCER, "money.decided")),
    "money.claimed_back": (
        _booking(BRAND, "money.claimed_back_for_you", when=(Trait.FOR_BRAND,)),
        _booking(INFLUENCER, "money.claimed_back"),
    ),
    "money.recovered": (_booking(INFLUENCER, "money.recovered"),),
    "money.returned": (_booking(BRAND, "money.returned"),),
    "money.recovery_refused": (_booking(INFLUENCER, "money.recovery_refused"),),
    "publication.restored": (
        _booking(BRAND, "publication.restored"),
        _booking(INFLUENCER, "publication.restored"),
    ),
}

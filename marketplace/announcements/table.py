"""Which event tells whom what, and where the link leads: one line each, so that nothing is told by accident."""

from dataclasses import dataclass

BRAND, INFLUENCER = "brand", "influencer"


@dataclass(frozen=True, slots=True)
class Announcement:
    """`sentence` is a kind of `notifications.sentences`; `endpoint` is built with the event's ids."""

    side: str
    sentence: str
    endpoint: str
    id_name: str


def _booking(side: str, sentence: str) -> Announcement:
    return Announcement(side, sentence, "bookings.booking", "booking_id")


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
    "invitation.sent": (Announcement(INFLUENCER, "invitation.sent", "deals.invitation", "invitation_id"),),
    "invitation.accepted": (Announcement(BRAND, "invitation.accepted", "deals.applications", "brief_id"),),
    "invitation.declined": (Announcement(BRAND, "invitation.declined", "deals.applications", "brief_id"),),
    "quote.created": (Announcement(BRAND, "quote.created", "quotes.quote", "quote_id"),),
    "booking.created": (_booking(INFLUENCER, "booking.created"),),
    "booking.funded": (_booking(INFLUENCER, "booking.funded"), _booking(BRAND, "booking.paid")),
    "booking.expired": (_booking(BRAND, "booking.expired"), _booking(INFLUENCER, "booking.cancelled")),
    "booking.cancelled": (_booking(BRAND, "booking.cancelled"), _booking(INFLUENCER, "booking.cancelled")),
    "booking.frozen": (_booking(BRAND, "booking.frozen"), _booking(INFLUENCER, "booking.frozen")),
    "booking.completed": (_booking(BRAND, "booking.completed"), _booking(INFLUENCER, "booking.completed")),
    "order.accepted": (_booking(BRAND, "order.accepted"),),
    "order.declined": (_booking(BRAND, "order.declined"),),
    "submission.received": (_booking(BRAND, "submission.received"),),
    "changes.requested": (_booking(INFLUENCER, "changes.requested"),),
    "deliverable.approved": (_booking(INFLUENCER, "deliverable.approved"),),
    "publication.received": (_booking(BRAND, "publication.received"),),
    "publication.refused": (_booking(INFLUENCER, "publication.refused"),),
    "deliverable.released": (Announcement(INFLUENCER, "deliverable.released", "billing.money", ""),),
    "deliverable.owed": (Announcement(INFLUENCER, "release.parked", "billing.payout_account", ""),),
    "deliverable.refunded": (_booking(BRAND, "deliverable.refunded"),),
    "deliverable.due": (_booking(INFLUENCER, "work.due"),),
    "deliverable.overdue": (_booking(INFLUENCER, "work.overdue"),),
    "contest.opened": (_booking(BRAND, "contest.opened"), _booking(INFLUENCER, "contest.opened")),
    "contest.ruled": (_booking(BRAND, "contest.ruled"), _booking(INFLUENCER, "contest.ruled")),
}

"""Where the one thing to do next is done: the page for it, the same from the room and from the first page."""

from flask import url_for

from marketplace.bookings.next_step import Step, StepCode
from marketplace.web.templates import has_endpoint

_OF_BOOKING = {StepCode.PAY: "billing.pay"}
_OF_DELIVERABLE = {
    StepCode.SUBMIT: "bookings.submit",
    StepCode.RESUBMIT: "bookings.submit",
    StepCode.REVIEW: "bookings.review",
    StepCode.PUBLISH: "bookings.publish",
    StepCode.CONFIRM_PUBLICATION: "bookings.look_at_post",
    StepCode.SHOW_POST: "disputes.room",
    StepCode.ANSWER_CONTEST: "disputes.room",
    StepCode.GIVE_EVIDENCE: "disputes.room",
    StepCode.LOOK_AGAIN: "disputes.room",
    StepCode.RULE_POST: "disputes.room",
    StepCode.ANSWER_RULING: "disputes.room",
}


def address_of_step(step: Step, *, booking_id: str) -> str | None:
    """Return the page on which a step is taken; None where the booking's room itself is that page."""
    if step.code == StepCode.SET_UP_PAYOUT:
        return url_for("billing.payout_account")
    endpoint = _OF_BOOKING.get(step.code)
    if endpoint is not None and has_endpoint(endpoint):
        return url_for(endpoint, booking_id=booking_id)
    endpoint = _OF_DELIVERABLE.get(step.code)
    if endpoint is None or step.deliverable_id is None or not has_endpoint(endpoint):
        return None
    return url_for(endpoint, booking_id=booking_id, deliverable_id=step.deliverable_id)

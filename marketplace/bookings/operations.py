"""Every intention of bookings in one place to import from; each stands in the module of its subject."""

from marketplace.bookings.acceptance import accept_quote
from marketplace.bookings.cancellation import accept_cancellation, cancel_booking, refund_overdue
from marketplace.bookings.claw_backs import carry_out_claw_back, request_claw_back
from marketplace.bookings.contests import add_evidence, open_contest
from marketplace.bookings.freezing import (
    freeze_booking,
    on_chargeback_closed,
    on_chargeback_opened,
    unfreeze_booking,
)
from marketplace.bookings.funding import (
    on_escrow_funded,
    on_funding_expired,
    on_mismatch_returned,
    on_payment_mismatched,
    on_payment_not_made,
    on_payment_pending,
    on_refund_confirmed,
    on_refund_failed,
    on_release_confirmed,
    on_release_parked,
    start_payment,
)
from marketplace.bookings.joint_decisions import carry_out_decision, request_decision
from marketplace.bookings.messages import send_message
from marketplace.bookings.money_retry import retry_money
from marketplace.bookings.orders import accept_order, decline_order
from marketplace.bookings.post_looks import note_look_told, note_received_told
from marketplace.bookings.post_reports import report_found_gone, report_taken_down
from marketplace.bookings.publication import (
    check_publication,
    confirm_publication,
    refuse_publication,
    submit_publication,
)
from marketplace.bookings.reminders import mark_reminder_accepted
from marketplace.bookings.review import approve_submission, request_changes
from marketplace.bookings.rulings import accept_ruling, appeal_ruling, rule_contest
from marketplace.bookings.submissions import submit_work
from marketplace.bookings.taken_down import (
    deny_post,
    find_post_live,
    restore_publication,
    show_post,
)
from marketplace.bookings.timers import run_due_timers

__all__ = [
    "accept_cancellation",
    "accept_order",
    "accept_quote",
    "accept_ruling",
    "add_evidence",
    "appeal_ruling",
    "approve_submission",
    "cancel_booking",
    "carry_out_claw_back",
    "carry_out_decision",
    "check_publication",
    "confirm_publication",
    "decline_order",
    "deny_post",
    "find_post_live",
    "freeze_booking",
    "mark_reminder_accepted",
    "note_look_told",
    "note_received_told",
    "on_chargeback_closed",
    "on_chargeback_opened",
    "on_escrow_funded",
    "on_funding_expired",
    "on_mismatch_returned",
    "on_payment_mismatched",
    "on_payment_not_made",
    "on_payment_pending",
    "on_refund_confirmed",
    "on_refund_failed",
    "on_release_confirmed",
    "on_release_parked",
    "open_contest",
    "refund_overdue",
    "refuse_publication",
    "report_found_gone",
    "report_taken_down",
    "request_changes",
    "request_claw_back",
    "request_decision",
    "restore_publication",
    "retry_money",
    "rule_contest",
    "run_due_timers",
    "send_message",
    "show_post",
    "start_payment",
    "submit_publication",
    "submit_work",
    "unfreeze_booking",
]

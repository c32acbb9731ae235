"""What happens once two persons agreed: every act that needs a second one, and what carries it out."""

from collections.abc import Mapping

from marketplace.approvals.domain import ActKind
from marketplace.approvals.operations import Carrier
from marketplace.billing.claims import carry_out_write_off
from marketplace.billing.hand_entries import carry_out_entry
from marketplace.billing.operation_repair import carry_out_resume
from marketplace.billing.payout_holds import carry_out_hold, carry_out_release
from marketplace.bookings.operations import carry_out_claw_back, carry_out_decision
from marketplace.disputes.operations import carry_out_ruling
from marketplace.fees.operations import carry_out_change

CARRIERS: Mapping[ActKind, Carrier] = {
    ActKind.RESUME_OPERATION: carry_out_resume,
    ActKind.DECIDE_DELIVERABLE: carry_out_decision,
    ActKind.RULE_CONTEST: carry_out_ruling,
    ActKind.CLAW_BACK: carry_out_claw_back,
    ActKind.WRITE_OFF: carry_out_write_off,
    ActKind.HOLD_PAYOUTS: carry_out_hold,
    ActKind.FREE_PAYOUTS: carry_out_release,
    ActKind.BOOK_ENTRY: carry_out_entry,
    ActKind.CHANGE_FEES: carry_out_change,
}

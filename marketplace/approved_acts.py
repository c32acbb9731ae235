"""What happens once two persons agreed: every act that needs a second one, and what carries it out."""

from collections.abc import Mapping

from marketplace.approvals.domain import ActKind
from marketplace.approvals.operations import type_carrier
from marketplace.billing.operation_repair import carry_out_resume
from marketplace.disputes.operations import carry_out_ruling

CARRIERS: Mapping[ActKind, type_carrier] = {
    ActKind.RESUME_OPERATION: carry_out_resume,
    ActKind.RULE_CONTEST: carry_out_ruling,
}

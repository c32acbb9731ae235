"""Words of acts that need two persons, and the hash that binds an approval to what was asked. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marketplace.policies import Permission


class ActKind(StrEnum):
    """What one operator may ask for and only another may let happen."""

    RESUME_OPERATION = "resume_operation"
    DECIDE_DELIVERABLE = "decide_deliverable"
    RULE_CONTEST = "rule_contest"
    CLAW_BACK = "claw_back"
    WRITE_OFF = "write_off"
    BOOK_ENTRY = "book_entry"
    HOLD_PAYOUTS = "hold_payouts"
    FREE_PAYOUTS = "free_payouts"
    CHANGE_FEES = "change_fees"


class RequestStatus(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


#: what the second person must be allowed to do; the first one needs the same
PERMISSION_OF_KIND: Mapping[ActKind, Permission] = {
    **dict.fromkeys(ActKind, Permission.MONEY_ACT),
    ActKind.RULE_CONTEST: Permission.CASE_DECIDE,
}


@dataclass(frozen=True, slots=True)
class Act:
    """One act on one subject. `payload` holds JSON values: everything the act does and everything shown of it."""

    kind: ActKind
    subject_type: str
    subject_id: str
    payload: Mapping[str, Any]

    def digest(self) -> str:
        """Return SHA-256 over the canonical JSON of the act, in hex: what an approval is bound to."""
        content = [self.kind, self.subject_type, self.subject_id, dict(self.payload)]
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

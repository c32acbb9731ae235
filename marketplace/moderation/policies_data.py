"""The moderation policies: dated, versioned data with a ready reason in both languages."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "policies.json"
#: the policy of decisions in favour of the author
NOTHING_AGAINST = "in_order"


@dataclass(frozen=True, slots=True)
class ModerationPolicy:
    """One policy a decision may rest on."""

    code: str
    en: str
    ar: str
    reason_en: str
    reason_ar: str

    def has_ready_reason(self, *, is_favourable: bool) -> bool:
        """Tell whether the ready sentence says what was decided: all but one of them say what is not met."""
        return (self.code == NOTHING_AGAINST) == is_favourable


@cache
def moderation_policies() -> dict[str, ModerationPolicy]:
    """Return the policies in force by code."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return {entry["code"]: ModerationPolicy(**entry) for entry in content["policies"]}

"""Every intention of moderation in one place to import from; each stands in the module of its subject."""

from marketplace.moderation.appeals import AppealNotPossible, answer_appeal, file_appeal
from marketplace.moderation.cases import (
    AlreadyDecided,
    ClaimedByOther,
    claim_case,
    close_alarm,
    close_case,
    get_case,
    open_case,
    release_case,
)
from marketplace.moderation.decisions import DecisionInput, complete_input, decide_case, put_into_effect

__all__ = [
    "AlreadyDecided",
    "AppealNotPossible",
    "ClaimedByOther",
    "DecisionInput",
    "answer_appeal",
    "claim_case",
    "close_alarm",
    "close_case",
    "complete_input",
    "decide_case",
    "file_appeal",
    "get_case",
    "open_case",
    "put_into_effect",
    "release_case",
]

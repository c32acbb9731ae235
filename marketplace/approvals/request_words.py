"""What a request would do, line by line, in words: of every kind of act."""

from typing import Any

from marketplace.approvals.act_words import act_rows
from marketplace.approvals.domain import ActKind
from marketplace.approvals.queries import RequestView
from marketplace.fees.words import change_rows


def request_rows(found: RequestView) -> list[dict[str, Any]]:
    """Return label and value of everything a person can read in a request."""
    return change_rows(found.payload) if found.kind == ActKind.CHANGE_FEES else act_rows(found.payload)

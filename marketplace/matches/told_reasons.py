"""The reasons of one place as every page, paper and answer tells them: none that the place itself speaks against."""

from marketplace.matches.distance import is_distant
from marketplace.matches.sentences import reason_sentence
from marketplace.matches.shown_points import shown_points
from marketplace.web.language import gettext as _
from matching.receipts import Reason, Receipt
from matching.scoring import Part


def told_reasons(receipt: Receipt) -> list[str]:
    """Return the reasons in words; who is only distantly related is told to be so first, and never close in meaning."""
    told = [text for text in map(reason_sentence, fair_reasons(receipt)) if text]
    return [_("only distantly related to the brief"), *told] if is_distant(receipt) else told


def fair_reasons(receipt: Receipt) -> tuple[Reason, ...]:
    """Return the reasons that hold beside the rest of the receipt.

    Nearness of meaning alone says nothing of somebody who is only distantly related, and engagement above the size's is
    no reason where that part takes more than it takes from the mean of the pool.
    """
    untold = {"near_meaning"} if is_distant(receipt) else set()
    engagement = next((part for part in receipt.parts if part.name == "performance"), None)
    if engagement is not None and _is_below_mean(engagement, receipt):
        untold.add("above_tier")
    return tuple(reason for reason in receipt.reasons if reason.key not in untold)


def _is_below_mean(part: Part, receipt: Receipt) -> bool:
    """Compare as the receipt shows both: a difference that nobody can read is none."""
    return part.mean_points is not None and shown_points(receipt)[part.name] < -round(part.mean_points, 1)

"""Words of briefs in the reader's language."""

from collections.abc import Mapping

from marketplace.briefs.domain import CloseReason, CriterionKind, Goal, Pricing
from marketplace.web.language import lazy_gettext as _

GOALS: Mapping[str, object] = {
    Goal.AWARENESS: _("Be known"),
    Goal.CONTENT: _("Get content"),
    Goal.TRAFFIC: _("Bring visitors"),
    Goal.SALES: _("Sell"),
    Goal.INSTALLS: _("Get an app installed"),
    Goal.EVENT: _("Fill an event"),
    Goal.EDUCATION: _("Explain something"),
}
CRITERIA: Mapping[str, object] = {
    CriterionKind.LABEL: _("Says that it is an advertisement"),
    CriterionKind.TAG: _("Names an account or a hashtag"),
    CriterionKind.LINK: _("Carries a link or a code"),
    CriterionKind.LENGTH: _("Has a length"),
    CriterionKind.LANGUAGE: _("Is in a language"),
    CriterionKind.LIVE_DAYS: _("Stays live for days"),
    CriterionKind.OTHER: _("Something else"),
}
PRICINGS: Mapping[str, object] = {
    Pricing.FIXED: _("We name a price for each piece, the same for everyone"),
    Pricing.LISTING: _("Each influencer's own listed price"),
}
CLOSE_REASONS: Mapping[str, object] = {
    CloseReason.FILLED: _("We found who we need"),
    CloseReason.BUDGET: _("The budget is gone"),
    CloseReason.PLANS_CHANGED: _("Our plans changed"),
    CloseReason.NOBODY_FITS: _("Nobody fits"),
    CloseReason.OTHER: _("Another reason"),
}


def goal_label(code: str) -> str:
    """Return the goal's name; the code itself for an unknown one."""
    return str(GOALS.get(code, code))


def criterion_label(code: str) -> str:
    """Return what a kind of criterion tests; the code itself for an unknown one."""
    return str(CRITERIA.get(code, code))


def close_reason_label(code: str) -> str:
    """Return why a brief was closed; the code itself for an unknown one."""
    return str(CLOSE_REASONS.get(code, code))

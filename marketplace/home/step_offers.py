"""The proposed step in words, with its one button."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from marketplace.home.next_steps import NextStep, StepKind
from marketplace.web.formats import isolated
from marketplace.web.language import gettext as _
from marketplace.web.language import ngettext
from marketplace.web.templates import has_endpoint


@dataclass(frozen=True, slots=True)
class StepOffer:
    """A sentence that says why, and the button that does it."""

    text: str
    button: str
    href: str


#: kind -> (endpoint, name of its id; none: a page of the reader's own)
_ADDRESSES = {
    StepKind.INVITE: ("matches.matches", "brief_id"),
    StepKind.LOOK_AHEAD: ("matches.matches", "brief_id"),
    StepKind.COUNT_EARNINGS: ("results.report", "brief_id"),
    StepKind.HAND_IN_COUNTS: ("results.results", "booking_id"),
    StepKind.FIND_BRIEF: ("briefs.open_briefs", ""),
}


def offer_of(step: NextStep | None) -> StepOffer | None:
    """Return a step as its reader sees it; None where there is none, or its page does not exist."""
    if step is None or not has_endpoint(_ADDRESSES[step.kind][0]):
        return None
    endpoint, id_name = _ADDRESSES[step.kind]
    ids: dict[str, Any] = {id_name: step.path_id} if id_name else {}
    text, button = _words(step)
    return StepOffer(text, button, url_for(endpoint, **ids))


def _words(step: NextStep) -> tuple[str, str]:
    title = isolated(step.title or _("Untitled brief"))
    if step.kind is StepKind.INVITE:
        return _invite_words(title, step.count), _("See who fits")
    if step.kind is StepKind.LOOK_AHEAD:
        text = _(
            "“%(brief)s” is not open yet. You can already see who fits it, and at what price.", brief=title
        )
        return text, _("See who fits")
    if step.kind is StepKind.COUNT_EARNINGS:
        text = _(
            "The work for “%(brief)s” is done. Enter what it sold, and its report says what it earned.",
            brief=title,
        )
        return text, _("Enter the results")
    if step.kind is StepKind.HAND_IN_COUNTS:
        text = _(
            "Your post for “%(booking)s” has been live for a week. Hand in its counts, so that the brand sees what it "
            "brought beside the forecast.",
            booking=title,
        )
        return text, _("Hand in the counts")
    text = ngettext(
        "Nothing waits for you. %(num)d brief is open that you have not applied to.",
        "Nothing waits for you. %(num)d briefs are open that you have not applied to.",
        step.count or 0,
    )
    return text, _("See open briefs")


def _invite_words(title: str, fitting: int | None) -> str:
    if fitting is None:
        return _(
            "“%(brief)s” is open, and nobody is asked yet. Rank the specialists who fit it.", brief=title
        )
    if fitting == 0:
        return _("“%(brief)s” is open, and nobody fits all of it. Its list says what to loosen.", brief=title)
    return ngettext(
        "“%(brief)s” is open, and nobody is asked yet. %(num)d specialist fits it: invite who suits you.",
        "“%(brief)s” is open, and nobody is asked yet. %(num)d specialists fit it: invite who suits you.",
        fitting,
        brief=title,
    )

"""What is said of a basket: limits in the way, why somebody stays out, refusals of invitations, figures ready to show."""

from typing import Any

from marketplace.baskets.queries import BasketView
from marketplace.matches.sentences import refusal_label
from marketplace.web.formats import number
from marketplace.web.language import gettext
from marketplace.web.language import lazy_gettext as _
from matching.forecasting.bands import Band

PROBLEMS = {
    "included": _("Somebody you want in is not for sale now, or not in the list. Take that tick away."),
    "budget": _("Those you want in cost more than the budget. Raise it, or take a tick away."),
    "count": _("You want more people in than you allow. Raise the number, or take a tick away."),
    "topic": _(
        "You want more people of one topic in than you allow. Raise that number, or take a tick away."
    ),
    "newcomers": _("No newcomer of the list can be paid from this budget. Raise it, or do without one."),
    "floor": _("No basket of this list reaches that share of Arabic speakers. Lower the share."),
}
LEFT_OUT = {
    "budget": _("the budget does not reach"),
    "count": _("the number of people is full"),
    "topic": _("the number of their topic is full"),
    "floor": _("the share of Arabic speakers would fall too low"),
    "exchange": _("nobody better has to leave for them"),
}
REFUSALS = {
    "already_invited": _("is invited already"),
    "already_applied": _("has applied already; answer the application"),
    "brand_not_approved": _("your brand must be approved first"),
    "forbidden": _("your account may not invite now"),
    "listing_not_for_sale": _("the listing has changed or is not sold now; choose the basket again"),
    "brief_not_open": _("the brief is not open"),
    "brief_full": _("all places of the brief are taken"),
    "brief_over": _("the last day of the brief has passed"),
    "account_suspended": _("the account is suspended"),
    "followers_unknown": _("no follower figure yet"),
    "not_found": _("is no longer on the site"),
}


def problem_sentence(code: str) -> str:
    return str(PROBLEMS.get(code, code))


def left_out_reason(code: str) -> str:
    return str(LEFT_OUT.get(code, code))


def refusal_words(code: str) -> str:
    """Return why an invitation was refused, said to the brand."""
    return str(REFUSALS[code]) if code in REFUSALS else refusal_label(code)


def costs(band: dict[str, float], cost_minor: int, per: int) -> dict[str, int] | None:
    """Return the band of what `per` units cost in whole minor units, cheapest first; None when none is expected."""
    if band["low"] <= 0:
        return None
    found = Band(band["low"], band["mid"], band["high"]).costs(cost_minor, per)
    return {"low": found.low_minor, "mid": found.mid_minor, "high": found.high_minor}


def headline(view: BasketView) -> str:
    """Say what the basket does, for the one live region and for eyes alike."""
    assert view.basket is not None  # noqa: S101 - callers show a basket
    outlook = view.basket.figures["outlook"]
    return gettext(
        "%(count)s people, about %(reach)s reached in your target.",
        count=number(len(view.members)),
        reach=number(round(outlook["unique"]["mid"], -2)),
    )


def sides(view: BasketView) -> list[dict[str, Any]]:
    """Return the two sides of the comparison, the same keys in both; only the basket's where there is no celebrity."""
    assert view.basket is not None  # noqa: S101 - callers show a basket
    figures = view.basket.figures
    outlook, celebrity = figures["outlook"], figures["celebrity"]
    cost = view.net_minor
    found = [
        {
            "name": gettext("Your basket"),
            "tone": "trace",
            "accounts": len(view.members),
            "followers": round(sum(offer.followers for offer in view.members)),
            "cost_minor": cost,
            "unique": outlook["unique"],
            "views": outlook["views"],
            "cpm": costs(outlook["unique"], cost, 1_000),
            "cpe": costs(outlook["engagements"], cost, 1),
            "on_topic": outlook["on_topic"] / outlook["posts"] if outlook["posts"] else None,
            "posts": outlook["posts"],
            "hours": outlook["hours"],
            "measured": outlook["measured"],
        }
    ]
    if celebrity is not None:
        before = (
            view.wishes.budget_minor if view.wishes else cost
        )  # baskets of before had it for the whole budget
        money = figures.get("compared_minor", before)
        found.append(
            {
                "name": gettext("One celebrity"),
                "tone": "quiet",
                "accounts": 1,
                "followers": round(celebrity["followers"]),
                "cost_minor": money,
                "unique": celebrity["unique"],
                "views": celebrity["views"],
                "cpm": costs(celebrity["unique"], money, 1_000),
                "cpe": costs(celebrity["engagements"], money, 1),
                "on_topic": None,
                "posts": 0,
                "hours": celebrity["hours"],
                "measured": 0,
            }
        )
    return found

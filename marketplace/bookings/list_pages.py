"""What the list of bookings shows: three tabs, and those that wait for the reader first."""

from datetime import UTC, datetime
from typing import Any

from flask import url_for

from marketplace.bookings import queries, step_words
from marketplace.bookings.domain import BookingStatus, Side
from marketplace.bookings.rooms import BookingLine
from marketplace.db import db
from marketplace.policies import Actor
from marketplace.web import address_values
from marketplace.web.context import current_actor, now
from marketplace.web.language import gettext as _
from marketplace.web.list_windows import Window

RUNNING_MAX = 200
RUNNING = (BookingStatus.AWAITING_PAYMENT, BookingStatus.FUNDED, BookingStatus.ACTIVE)
FINISHED = (
    BookingStatus.COMPLETED,
    BookingStatus.CANCELLED,
    BookingStatus.DECLINED,
    BookingStatus.EXPIRED,
    BookingStatus.CLOSED_BY_CHARGEBACK,
)
_NEVER = datetime.max.replace(tzinfo=UTC)


def side_of_reader(actor: Actor) -> str:
    """Return on whose side the reader stands in all bookings of the list."""
    if actor.brand_id is not None:
        return Side.BRAND
    return Side.INFLUENCER if actor.influencer_id is not None else Side.OPERATOR


def list_values() -> dict[str, Any]:
    """Return the values of the list's template for the tab and the place in the address."""
    actor = current_actor()
    side = side_of_reader(actor)
    tab = address_values.one_of("tab", ["yours", "running", "finished"], "running")
    window = Window.read("bookings.own_bookings", tab="finished")
    is_finished = tab == "finished"
    lines = queries.list_bookings(
        db.session,
        actor=actor,
        statuses=FINISHED if is_finished else RUNNING,
        limit=window.limit if is_finished else RUNNING_MAX,
        after=window.after if is_finished else None,
        now=now(),
    )
    waiting = [line for line in lines if step_words.is_theirs(line.step, side)]
    shown = window.cut(lines) if is_finished else sorted(lines, key=lambda line: _urgency(line, side))
    if tab == "yours":
        shown = sorted(waiting, key=lambda line: _urgency(line, side))
    return {
        "rows": [(line, step_words.step_sentence(line.step, side, now=now())) for line in shown],
        "side": side,
        "tab": tab,
        "tab_items": _tabs(tab, None if is_finished else len(waiting)),
        "is_theirs": step_words.is_theirs,
        "window": window.links(lines) if is_finished else {},
    }


def _tabs(tab: str, waiting: int | None) -> list[dict[str, Any]]:
    names = {"yours": _("Waiting for you"), "running": _("Running"), "finished": _("Finished")}
    return [
        {
            "href": url_for("bookings.own_bookings", tab=key),
            "label": label,
            "is_current": key == tab,
            "count": waiting if key == "yours" else None,
        }
        for key, label in names.items()
    ]


def _urgency(line: BookingLine, side: str) -> tuple[int, datetime]:
    return (0 if step_words.is_theirs(line.step, side) else 1, line.step.by or _NEVER)

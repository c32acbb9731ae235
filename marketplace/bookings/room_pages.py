"""What the pages of a room share: finding the room, a deliverable in it, an action that is possible now."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from wtforms import SelectChoice

from marketplace.bookings import queries
from marketplace.bookings.refusals import StatusConflict
from marketplace.bookings.rooms import BookingRoom, DeliverableView
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.influencers.labels import kind_label, platform_label
from marketplace.web.context import current_actor, now
from marketplace.web.language import current_language, gettext


def get_room(booking_id: str) -> BookingRoom:
    """Return the room as the reader sees it. Raises NotFound."""
    return queries.booking_room(db.session, actor=current_actor(), booking_id=booking_id, now=now())


def get_place(booking_id: str, deliverable_id: str, action: str) -> tuple[BookingRoom, DeliverableView]:
    """Return the room and the deliverable in it on which the action is possible now.

    Raises:
        NotFound: no such room or no such deliverable in it.
        StatusConflict: the action is not possible (any more).

    """
    room = get_room(booking_id)
    found = next((each for each in room.deliverables if each.id == deliverable_id), None)
    if found is None:
        raise NotFound
    if action not in found.actions:
        raise StatusConflict
    return room, found


def room_url(booking_id: str, anchor: str | None = None) -> str:
    """Return the address of a room."""
    return url_for("bookings.booking", booking_id=booking_id, _anchor=anchor)


def criteria_words(room: BookingRoom) -> Mapping[str, str]:
    """Return the criteria by id, in the reader's language where they have it: the agreed ones and those a contest added."""
    contests = [each.contest for each in room.deliverables if each.contest is not None]
    return _words([*room.criteria, *(row for contest in contests for row in contest.added_criteria)])


def criteria_choices(room: BookingRoom) -> list[SelectChoice]:
    """Return the agreed criteria to choose from."""
    return [SelectChoice(key, text) for key, text in _words(room.criteria).items()]


def _words(criteria: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    is_arabic = current_language() == "ar"
    return {
        str(row["id"]): str((row.get("text_ar") if is_arabic else None) or row["text"]) for row in criteria
    }


def work_title(deliverable: DeliverableView) -> str:
    """Return what is owed in a word, e.g. "Reel, Instagram"."""
    return work_label(deliverable.kind, deliverable.platform)


def work_label(kind: str, platform: str) -> str:
    """Return a kind of work and its platform in a word, e.g. "Reel, Instagram"."""
    return gettext(", ").join((kind_label(kind), platform_label(platform)))


def place_values(room: BookingRoom, deliverable: DeliverableView) -> dict[str, Any]:
    """Return what every page about one deliverable shows."""
    return {
        "room": room,
        "deliverable": deliverable,
        "work": work_title(deliverable),
        "criteria": criteria_words(room),
        "back": room_url(room.id, f"work-{deliverable.number}"),
    }

"""Rulings over the API: given by an operator, accepted or appealed by a side."""

from typing import Any

from marketplace.bookings import operations as bookings
from marketplace.bookings.api_rooms import CONTEST, ROOM, room_of_contest
from marketplace.bookings.rulings import RulingInput
from marketplace.bookings.schemas import BookingSchema
from marketplace.db import db
from marketplace.disputes import operations, queries
from marketplace.disputes.open_schemas import OpenDisputePageSchema, OpenDisputesQuery
from marketplace.disputes.schemas import AppealBodySchema, RulingBodySchema
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.schema import plain

blueprint = ApiBlueprint("disputes", description="Rulings of contests, their acceptance and appeals.")
ACCEPTED = 202
blueprint.resource(CONTEST, answer=BookingSchema, found_at=ROOM)(room_of_contest)


@blueprint.read("/disputes", answer=OpenDisputePageSchema, query=OpenDisputesQuery)
@requires(Permission.CASE_VIEW)
def list_disputes(query: dict[str, Any]) -> dict[str, Any]:
    """List disputes that are not over, the one whose next deadline comes first at the top."""
    limit = query["limit"]
    rows = queries.list_open_disputes(db.session, now=now(), cursor=query["cursor"], limit=limit + 1)
    items = [plain(each) | {"waits_for": each.deadline} for each in rows[:limit]]
    return {"items": items, "next_cursor": rows[limit - 1].cursor if len(rows) > limit else None}


@blueprint.write(
    f"{CONTEST}/ruling",
    answer=BookingSchema,
    body=RulingBodySchema,
    is_money=True,
    also={ACCEPTED: "So much is at stake that a second operator must approve: nothing has happened yet."},
)
@requires(Permission.CASE_DECIDE)
def rule_contest(body: dict[str, Any], contest_id: str) -> dict[str, Any] | tuple[dict[str, Any], int]:
    """Decide a contest, or the appeal against its ruling, criterion by criterion.

    Its money waits until both sides accept or nobody can appeal any more.
    """
    verdicts = {
        each["criterion"]: {"verdict": each["verdict"], "en": each["reason_en"], "ar": each["reason_ar"]}
        for each in body["verdicts"]
    }
    asked = operations.decide_contest(
        db.session,
        actor=current_actor(),
        contest_id=contest_id,
        given=RulingInput(verdicts, body["reason_en"], body["reason_ar"]),
        now=now(),
    )
    room = room_of_contest(contest_id)
    return room if asked is None else (room, ACCEPTED)


@blueprint.write(f"{CONTEST}/accept", answer=BookingSchema, is_money=True)
@requires(Permission.BOOKING_CONTEST)
def accept_ruling(contest_id: str) -> dict[str, Any]:
    """Say that a ruling is good as it is; once both sides did, its money moves at once."""
    bookings.accept_ruling(db.session, actor=current_actor(), contest_id=contest_id, now=now())
    return room_of_contest(contest_id)


@blueprint.write(f"{CONTEST}/appeal", answer=BookingSchema, body=AppealBodySchema, status=201, found_at=ROOM)
@requires(Permission.BOOKING_CONTEST)
def appeal_ruling(body: dict[str, Any], contest_id: str) -> dict[str, Any]:
    """Appeal once against a ruling, within its time; another operator decides anew."""
    bookings.appeal_ruling(
        db.session, actor=current_actor(), contest_id=contest_id, text=body["text"], now=now()
    )
    return room_of_contest(contest_id)

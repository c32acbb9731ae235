"""Outbox kinds that deals answer."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.deals.closing import answer_all_on_close
from marketplace.deals.domain import RefusalCode
from marketplace.deals.models import Application
from marketplace.outbox.handling import Handler
from marketplace.outbox.operations import put
from marketplace.services import Services


def _answer_everybody(session: Session, services: Services, payload: dict[str, Any]) -> None:
    answer_all_on_close(session, payload["brief_id"], RefusalCode.BRIEF_CLOSED, now=services.clock())


def _ask_for_place(session: Session, services: Services, payload: dict[str, Any]) -> None:
    """Leave a row that works out where an applicant stands, so that the brand reads it beside the application."""
    row = session.get_one(Application, payload["application_id"])
    wanted = {"brief_id": row.brief_id, "influencer_id": row.influencer_id}
    put(session, "place.wanted", wanted, now=services.clock(), key=f"place.wanted:{row.id}")


REACTIONS = {
    "brief.closed": Handler(inside=_answer_everybody),
    "application.submitted": Handler(inside=_ask_for_place),
}

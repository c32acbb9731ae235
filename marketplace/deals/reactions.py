"""Outbox kinds that deals answer."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.deals.closing import answer_all_on_close
from marketplace.deals.domain import RefusalCode
from marketplace.outbox.handling import Handler
from marketplace.services import Services


def _answer_everybody(session: Session, services: Services, payload: dict[str, Any]) -> None:
    answer_all_on_close(session, payload["brief_id"], RefusalCode.BRIEF_CLOSED, now=services.clock())


REACTIONS = {"brief.closed": Handler(inside=_answer_everybody)}

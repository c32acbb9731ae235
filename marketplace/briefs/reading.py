"""Keeping what brands say to what was read in their briefs: the correction wins, and is kept to judge the rules by."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.briefs.domain import ReadingAnswer
from marketplace.briefs.drafts import clean_draft
from marketplace.briefs.models import Brief, BriefReadingAnswer
from marketplace.briefs.records import get_own
from marketplace.briefs.transitions import BriefAction, next_status
from marketplace.briefs.understanding import TEXTS_READ, UNCLEAR, ReadItem, read_draft
from marketplace.errors import NotFound
from marketplace.policies import Actor, Permission
from marketplace.web.language import lazy_gettext as _
from matching.reading.mentions import spell_clearly


class NotRead(NotFound):
    """The text says it no longer."""

    code: ClassVar[str] = "not_read"


def answer_reading(
    session: Session, *, actor: Actor, brief_id: str, item: str, is_right: bool, now: datetime
) -> Brief:
    """Take over something that was read, or say that it is wrong; a second answer replaces the first.

    Raises:
        NotRead: the text does not say it (any more).
        BriefActionRefused: the brief is in review, published or over.
        NotFound, Forbidden: not the actor's.

    """
    brief = get_own(session, actor=actor, brief_id=brief_id, permission=Permission.BRIEF_DRAFT)
    next_status(brief.status, BriefAction.SAVE)
    read = next((found for found in _read(session, brief, now) if found.name == item), None)
    if read is None:
        raise NotRead(_("The text does not say this any more."))
    _record(session, brief, read, ReadingAnswer.USED if is_right else ReadingAnswer.REFUSED, now)
    if is_right and read.fields and not read.is_kept:
        brief.draft = brief.draft | clean_draft(read.fields)
        brief.revision += 1
        brief.draft_saved_at = brief.updated_at = now
    session.flush()
    return brief


def answer_place(
    session: Session, *, actor: Actor, brief_id: str, word: str, is_city: bool, now: datetime
) -> Brief:
    """Write a name of two places in the brief's texts so that it means one, and ask for influencers of its country.

    Raises as `answer_reading`.
    """
    brief = get_own(session, actor=actor, brief_id=brief_id, permission=Permission.BRIEF_DRAFT)
    next_status(brief.status, BriefAction.SAVE)
    unclear = next((found for found in _read(session, brief, now) if found.name == UNCLEAR), None)
    if unclear is None or word not in unclear.values:
        raise NotRead(_("The text does not say this any more."))
    texts = {
        name: spell_clearly(str(brief.draft.get(name, "")), word, is_city=is_city) for name in TEXTS_READ
    }
    brief.draft = brief.draft | texts
    places = next((found for found in _read(session, brief, now) if found.name == "places"), None)
    if places is not None:
        asked = [*brief.draft.get("creator_countries", []), *places.fields["creator_countries"]]
        brief.draft = brief.draft | clean_draft({"creator_countries": list(dict.fromkeys(asked))})
    _record(session, brief, unclear, ReadingAnswer.USED, now)
    brief.revision += 1
    brief.draft_saved_at = brief.updated_at = now
    session.flush()
    return brief


def settle_reading(session: Session, brief: Brief, *, now: datetime) -> None:
    """Record, when a brief is handed in, what was read and kept or changed; what was refused stays so."""
    answered = answers_of(session, brief.id)
    for read in _read(session, brief, now):
        if read.fields and answered.get(read.name) != ReadingAnswer.REFUSED:
            answer = ReadingAnswer.USED if read.is_kept else ReadingAnswer.CHANGED
            _record(session, brief, read, answer, now)


def _read(session: Session, brief: Brief, now: datetime) -> tuple[ReadItem, ...]:
    home = session.get_one(Brand, brief.brand_id).country
    return read_draft(brief.draft, today=now.date(), home=home)


def answers_of(session: Session, brief_id: str) -> dict[str, str]:
    """Return the answers that were given, by item."""
    statement = select(BriefReadingAnswer.item, BriefReadingAnswer.answer)
    rows = session.execute(statement.where(BriefReadingAnswer.brief_id == brief_id))
    return {row.item: row.answer for row in rows}


def _record(session: Session, brief: Brief, read: ReadItem, answer: ReadingAnswer, now: datetime) -> None:
    row = session.scalar(
        select(BriefReadingAnswer).where(
            BriefReadingAnswer.brief_id == brief.id, BriefReadingAnswer.item == read.name
        )
    )
    if row is None:
        row = BriefReadingAnswer(brief_id=brief.id, item=read.name)
        session.add(row)
    row.answer, row.read, row.answered_at = answer, dict(read.fields), now
    row.kept = {name: brief.draft.get(name) for name in read.fields}

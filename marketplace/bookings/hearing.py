"""Both sides are heard before a ruling takes anything.

A contest of the work hears the side it was opened against; one of a post also lets the influencer answer what the
brand denies.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings import clocks
from marketplace.bookings.domain import ContestKind, Side, TimerKind
from marketplace.bookings.locks import Case
from marketplace.bookings.models import Contest, Deliverable, Evidence
from marketplace.bookings.post_looks import look_deadline
from marketplace.bookings.refusals import AnswerAwaited, SidesNotHeard
from marketplace.bookings.settlement import WHOLE_BPS

_UNRULED = (
    select(Contest, Evidence.author_side, Evidence.at)
    .outerjoin(Evidence, Evidence.contest_id == Contest.id)
    .where(Contest.closed_at.is_(None), Contest.ruled_at.is_(None))
)


def unheard_side(contest: Contest, *, is_answered: bool, now: datetime) -> Side | None:
    """Return the side that may still answer a contest of the work before it is ruled, None where nobody is waited for.

    `is_answered`: the side it was opened against has added evidence. An appeal waits for nobody: both were heard.
    """
    is_over = contest.closed_at is not None or contest.ruled_at is not None or now > contest.evidence_until
    if contest.kind != ContestKind.WORK or is_over or is_answered:
        return None
    return Side.BRAND if contest.opened_side == Side.INFLUENCER else Side.INFLUENCER


def is_answer(contest: Contest, author_side: str) -> bool:
    """Tell whether evidence of this side answers the contest."""
    return author_side in {Side.BRAND, Side.INFLUENCER} and author_side != contest.opened_side


def hears_until(
    contest: Contest, evidence: Iterable[tuple[str, datetime]], *, now: datetime
) -> datetime | None:
    """Return until when nothing may be ruled away, None where it may be.

    `evidence`: the side and the time of each. The time for evidence of a post may be cut short once both sides added
    some and the influencer had the last word, but not while the brand looks at a post that was shown; that of the
    work, once the side it was opened against has answered.
    """
    if contest.closed_at is not None:
        return None
    if contest.kind != ContestKind.TAKEN_DOWN:
        is_answered = any(is_answer(contest, side) for side, _at in evidence)
        return contest.evidence_until if unheard_side(contest, is_answered=is_answered, now=now) else None
    return _post_hears_until(contest, evidence, now=now)


def list_unheard(session: Session, *, now: datetime) -> dict[str, datetime]:
    """Return until when a side is still heard, by contest, of all that wait for a first ruling; in one statement."""
    contests: dict[str, Contest] = {}
    evidence: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for contest, side, at in session.execute(_UNRULED):
        contests[contest.id] = contest
        if side is not None:
            evidence[contest.id].append((side, at))
    until = {each: hears_until(contest, evidence[each], now=now) for each, contest in contests.items()}
    return {each: at for each, at in until.items() if at is not None}


def refuse_before_heard(session: Session, contest: Contest, *, share_bps: int, now: datetime) -> None:
    """Refuse to take something from a side that is still to be heard. Raises SidesNotHeard, AnswerAwaited."""
    is_of_work = contest.kind != ContestKind.TAKEN_DOWN
    is_against_brand = is_of_work and contest.opened_side == Side.INFLUENCER
    if share_bps == ((contest.previous_share_bps or 0) if is_against_brand else WHOLE_BPS):
        return  # nothing is taken: whole for the influencer, or what a cancellation had left them before
    query = select(Evidence.author_side, Evidence.at).where(Evidence.contest_id == contest.id)
    evidence = [(row[0], row[1]) for row in session.execute(query)]
    if hears_until(contest, evidence, now=now) is not None:
        raise AnswerAwaited if is_of_work else SidesNotHeard


def _post_hears_until(
    contest: Contest, evidence: Iterable[tuple[str, datetime]], *, now: datetime
) -> datetime | None:
    if contest.look_until is not None:
        return max(contest.look_until, contest.evidence_until)
    newest: dict[str, datetime] = {}
    for side, at in evidence:
        newest[side] = max(at, newest.get(side, at))
    brand_at, influencer_at = newest.get(Side.BRAND), newest.get(Side.INFLUENCER)
    are_heard = brand_at is not None and influencer_at is not None and influencer_at >= brand_at
    return None if are_heard or now > contest.evidence_until else contest.evidence_until


def leave_time_to_answer(
    session: Session, case: Case, deliverable: Deliverable, contest: Contest, *, now: datetime
) -> None:
    """Let the influencer answer a brand that does not find the post, also where the time for evidence is nearly over."""
    until = look_deadline(case, now=now)
    if until <= contest.evidence_until:
        return
    days = case.policy.ruling_business_days
    contest.evidence_until = until
    contest.rule_before = max(contest.rule_before, case.policy.calendar.end_of_business_days(until, days))
    for kind, due_at in ((TimerKind.EVIDENCE, until), (TimerKind.RULING, contest.rule_before)):
        clocks.close_timers(session, booking=case.booking, deliverable=deliverable, kinds=[kind], now=now)
        clocks.open_timer(
            session,
            booking=case.booking,
            deliverable=deliverable,
            kind=kind,
            due_at=due_at,
            occasion=f"{contest.id}:denied",
        )

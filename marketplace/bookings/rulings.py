"""Deciding a contest: verdicts per criterion, then a time to appeal in which no money moves.

It moves when both sides accepted, when the time to appeal is over, or with the ruling on the appeal: a contest of the
work divides what is held, one of a post what is still owed, or takes back what arrived (`post_rulings`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.approvals.policy_records import approval_policy_at
from marketplace.bookings import clocks, post_rulings
from marketplace.bookings.contest_stages import at_stake_minor, check_contest, criteria_of, stage_of
from marketplace.bookings.contests import STATEMENT_MAX, find_contest, lock_open_contest
from marketplace.bookings.domain import (
    ContestEnd,
    ContestKind,
    DeliverableAction,
    DeliverableStatus,
    Side,
    TimerKind,
    Verdict,
)
from marketplace.bookings.hearing import refuse_before_heard
from marketplace.bookings.locks import Case
from marketplace.bookings.models import Contest, ContestAppeal, ContestRuling, Deliverable
from marketplace.bookings.reasons import read_reason
from marketplace.bookings.recording import Change, record_change
from marketplace.bookings.refusals import (
    ReasonMissing,
    SameOperator,
    SecondPersonNeeded,
    VerdictMissing,
)
from marketplace.bookings.settlement import WHOLE_BPS, settle_deliverable
from marketplace.bookings.verdicts import share_of_verdicts
from marketplace.deals.records import read_text
from marketplace.errors import NotFound
from marketplace.policies import SYSTEM, Actor, Permission
from marketplace.quotes.models import TermsSnapshot
from marketplace.web.language import lazy_gettext as _

Verdicts = Mapping[str, Mapping[str, str]]
"""Criterion id -> {"verdict": met or not_met, "en": why, "ar": why}; the reasons may be empty."""


@dataclass(frozen=True, slots=True)
class RulingInput:
    """What an operator fills in."""

    verdicts: Verdicts
    reason_en: str
    reason_ar: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who ruled, and who approved it where so much was at stake that one person was not enough."""

    ruled_by: str
    approved_by: str | None = None


def rule_contest(
    session: Session,
    *,
    actor: Actor,
    contest_id: str,
    given: RulingInput,
    author: Author | None = None,
    now: datetime,
) -> Contest:
    """Decide a contest (T19), or the appeal against its ruling. The split is the weight of what is met.

    `author` is set where two persons decided (see `marketplace.disputes`); else the actor alone did.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen: see their classes.
        MoneyOnItsWay: it would take from the share of a post that is moving just now.
        SecondPersonNeeded: more is at stake than one operator may decide about alone.
        SameOperator: an appeal against one's own ruling.
        VerdictMissing, ReasonMissing, TextTooLong: with the field at fault.

    """
    contest, case, deliverable = lock_open_contest(
        session, actor=actor, contest_id=contest_id, permission=Permission.CASE_DECIDE
    )
    is_appeal = stage_of(contest, deliverable) is DeliverableStatus.APPEALED
    action = DeliverableAction.RULE_APPEAL if is_appeal else DeliverableAction.RULE
    status = check_contest(case, deliverable, contest, action, now=now)
    author = author or Author(actor.user_id or "")
    first = find_ruling(session, contest_id=contest.id, number=1) if is_appeal else None
    check_author(contest, first, author)
    verdicts = read_verdicts(contest, given)
    share_bps = ruled_share(session, case, contest, verdicts)
    refuse_before_heard(session, contest, share_bps=share_bps, now=now)
    post_rulings.refuse_while_moving(session, case, deliverable, contest, share_bps=share_bps)
    currency = case.booking.currency
    needs_second = needs_second_person(contest, deliverable, currency, share_bps=share_bps, now=now)
    if needs_second and author.approved_by is None:
        raise SecondPersonNeeded
    ruling = _written(contest, first, author, given, verdicts, share_bps=share_bps, now=now)
    session.add(ruling)
    _note_ruling(session, case, deliverable, contest, ruling, status=status)
    return contest


def _written(
    contest: Contest,
    first: ContestRuling | None,
    author: Author,
    given: RulingInput,
    verdicts: Verdicts,
    *,
    share_bps: int,
    now: datetime,
) -> ContestRuling:
    """Return the ruling as it is kept; after a first one it is that of the appeal. Raises ReasonMissing, TextTooLong."""
    return ContestRuling(
        contest_id=contest.id,
        number=1 if first is None else 2,
        verdicts={key: dict(value) for key, value in verdicts.items()},
        share_bps=share_bps,
        reason_en=read_reason(given.reason_en, field="reason_en"),
        reason_ar=read_reason(given.reason_ar, field="reason_ar"),
        ruled_by=author.ruled_by,
        approved_by=author.approved_by,
        ruled_before_by=None if first is None else first.ruled_by,
        at=now,
    )


def accept_ruling(session: Session, *, actor: Actor, contest_id: str, now: datetime) -> Contest:
    """Say that a ruling is good as it is. Once both sides did, its money moves at once. Repeating it changes nothing.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen: see their classes.

    """
    contest, case, deliverable = lock_open_contest(
        session, actor=actor, contest_id=contest_id, permission=Permission.BOOKING_CONTEST
    )
    # the same guards as an appeal: what can be appealed can be accepted
    check_contest(case, deliverable, contest, DeliverableAction.APPEAL, now=now)
    name = "brand_accepted_at" if case.side is Side.BRAND else "influencer_accepted_at"
    if getattr(contest, name) is not None:
        return contest
    setattr(contest, name, now)
    params = {"contest_id": contest.id, "side": case.side}
    change = Change("contest.accepted", params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    if contest.brand_accepted_at is not None and contest.influencer_accepted_at is not None:
        settle_ruling(session, case, deliverable, now=now)
    return contest


def appeal_ruling(
    session: Session, *, actor: Actor, contest_id: str, text: str, now: datetime
) -> ContestAppeal:
    """Appeal against a ruling, once and by one side, within its time; another operator decides anew.

    Raises:
        NotFound, Forbidden, StatusConflict, BookingFrozen, AppealWindowClosed: see their classes.
        ReasonMissing, TextTooLong: with the field at fault.

    """
    contest, case, deliverable = lock_open_contest(
        session, actor=actor, contest_id=contest_id, permission=Permission.BOOKING_CONTEST
    )
    before = stage_of(contest, deliverable)
    status = check_contest(case, deliverable, contest, DeliverableAction.APPEAL, now=now)
    cleaned = read_text(text, field="text", length_max=STATEMENT_MAX)
    if not cleaned:
        message = _("Say what is wrong with the decision.")
        raise ReasonMissing(message, fields={"text": message})
    days = case.policy.ruling_business_days
    appeal = ContestAppeal(
        contest_id=contest.id,
        author_id=actor.user_id,
        author_side=case.side,
        text=cleaned,
        at=now,
    )
    session.add(appeal)
    contest.rule_before = case.policy.calendar.end_of_business_days(now, days)
    contest.appealed_at = now
    _set_status(deliverable, contest, status)
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, now=now)
    clocks.open_timer(
        session,
        booking=case.booking,
        deliverable=deliverable,
        kind=TimerKind.APPEAL_RULING,
        due_at=contest.rule_before,
        occasion=contest.id,
    )
    session.flush()
    params = {"contest_id": contest.id, "appeal_id": appeal.id, "side": case.side}
    change = Change("contest.appealed", before, status, reason=cleaned, params=params)
    record_change(session, case.booking, change, actor=actor, now=now, deliverable=deliverable)
    return appeal


def settle_ruling(session: Session, case: Case, deliverable: Deliverable, *, now: datetime) -> None:
    """Let a ruling that stands move its money: both sides accepted, or the time to appeal is over.

    Raises:
        NotFound: there is no contest. StatusConflict: its ruling does not stand.
        MoneyOnItsWay: what a contest of a post divides is moving just now.

    """
    system = case.by(SYSTEM, Side.SYSTEM)
    contest = find_contest(session, deliverable_id=deliverable.id)
    if contest is None:
        raise NotFound
    status = check_contest(system, deliverable, contest, DeliverableAction.SETTLE_RULING, now=now)
    _set_status(deliverable, contest, status)
    _carry_out(session, system, deliverable, contest, now=now)


def find_ruling(session: Session, *, contest_id: str, number: int) -> ContestRuling | None:
    """Return the first ruling of a contest, or the one on its appeal."""
    return session.scalar(
        select(ContestRuling).where(ContestRuling.contest_id == contest_id, ContestRuling.number == number)
    )


def find_appeal(session: Session, *, contest_id: str) -> ContestAppeal | None:
    """Return the appeal against a contest's ruling, if there is one."""
    return session.scalar(select(ContestAppeal).where(ContestAppeal.contest_id == contest_id))


def needs_second_person(
    contest: Contest, deliverable: Deliverable, currency: str, *, share_bps: int, now: datetime
) -> bool:
    """Tell whether a second operator must approve a ruling.

    One must where much is at stake, and wherever a share that was decided is taken away, as with every claw-back.
    """
    is_taken_away = contest.kind == ContestKind.TAKEN_DOWN and share_bps < WHOLE_BPS
    stake_minor = at_stake_minor(deliverable)
    return is_taken_away or approval_policy_at(now).needs_second_person(stake_minor, currency)


def ruled_share(session: Session, case: Case, contest: Contest, verdicts: Verdicts) -> int:
    """Return the influencer's share in basis points that these verdicts lead to."""
    terms = session.get_one(TermsSnapshot, case.booking.terms_id)
    found = {key: value["verdict"] for key, value in verdicts.items()}
    return share_of_verdicts(
        criteria_of(terms.criteria, contest), found, floor_bps=contest.previous_share_bps or 0
    )


def criteria_texts(session: Session, case: Case, contest: Contest) -> dict[str, dict[str, str]]:
    """Return what each disputed criterion says, by its id: as the brief wrote it, and in Arabic where there is that."""
    agreed = session.get_one(TermsSnapshot, case.booking.terms_id).criteria
    rows = {str(row["id"]): row for row in criteria_of(agreed, contest)}
    names = ("text", "text_ar")
    return {key: {name: str(rows[key].get(name) or "") for name in names} for key in contest.criteria}


def read_verdicts(contest: Contest, given: RulingInput) -> Verdicts:
    """Return a verdict for each disputed criterion. Raises VerdictMissing, TextTooLong."""
    read: dict[str, dict[str, str]] = {}
    for key in contest.criteria:
        found = given.verdicts.get(key, {})
        if found.get("verdict") not in set(Verdict):
            message = _("Say of each disputed criterion whether it is met.")
            raise VerdictMissing(message, fields={f"verdict_{key}": message})
        reasons = {
            name: read_text(found.get(name, ""), field=f"{name}_{key}", length_max=STATEMENT_MAX)
            for name in ("en", "ar")
        }
        read[key] = {"verdict": str(found["verdict"]), **reasons}
    return read


def check_author(contest: Contest, first: ContestRuling | None, author: Author) -> None:
    """Refuse an appeal to anybody who took part in the first ruling, and an operator's report to its author.

    Raises:
        SameOperator: somebody would judge their own word.

    """
    if took_part(contest, first) & {author.ruled_by, author.approved_by}:
        raise SameOperator


def took_part(contest: Contest, first: ContestRuling | None) -> set[str]:
    """Return the ids of those who may not rule now: their own word would be judged."""
    before = {first.ruled_by, first.approved_by} if first is not None else set()
    if contest.opened_side == Side.OPERATOR:
        before |= {contest.opened_by}
    return {user_id for user_id in before if user_id is not None}


def _note_ruling(
    session: Session,
    case: Case,
    deliverable: Deliverable,
    contest: Contest,
    ruling: ContestRuling,
    *,
    status: DeliverableStatus,
) -> None:
    """Let the ruling stand on its contest; the first one starts the time to appeal, that on an appeal is final."""
    now, is_appeal = ruling.at, ruling.number > 1
    contest.reason_en, contest.reason_ar = ruling.reason_en, ruling.reason_ar
    before = stage_of(contest, deliverable)
    contest.share_bps, contest.ruled_at, contest.ruled_by = ruling.share_bps, now, ruling.ruled_by
    contest.look_until = None
    _set_status(deliverable, contest, status)
    clocks.close_timers(session, booking=case.booking, deliverable=deliverable, now=now)
    if not is_appeal:
        _start_window(session, case, deliverable, contest, now=now)
        post_rulings.hold_until_final(session, case, deliverable, contest)
    event = "contest.appeal_ruled" if is_appeal else "contest.ruled"
    params = {"contest_id": contest.id, "share_bps": ruling.share_bps}
    change = Change(event, before, status, reason=contest.reason_en, params=params)
    record_change(session, case.booking, change, actor=case.actor, now=now, deliverable=deliverable)
    if is_appeal:
        _carry_out(session, case, deliverable, contest, now=now)


def _start_window(
    session: Session, case: Case, deliverable: Deliverable, contest: Contest, *, now: datetime
) -> None:
    days = case.policy.appeal_business_days
    contest.appeal_until = case.policy.calendar.end_of_business_days(now, days)
    if contest.kind == ContestKind.WORK:
        deliverable.appeal_until = contest.appeal_until
    clocks.open_timer(
        session,
        booking=case.booking,
        deliverable=deliverable,
        kind=TimerKind.APPEAL_WINDOW,
        due_at=contest.appeal_until,
        occasion=contest.id,
    )


def _carry_out(
    session: Session, case: Case, deliverable: Deliverable, contest: Contest, *, now: datetime
) -> None:
    contest.closed_at, contest.closed_how = now, ContestEnd.RULING
    change = Change("contest.closed", params={"contest_id": contest.id, "share_bps": contest.share_bps})
    record_change(session, case.booking, change, actor=case.actor, now=now, deliverable=deliverable)
    if contest.kind == ContestKind.TAKEN_DOWN:
        clocks.close_timers(session, booking=case.booking, deliverable=deliverable, now=now)
        post_rulings.carry_out(session, case, deliverable, contest, now=now)
        return
    deliverable.closed_reason = "ruling"
    settle_deliverable(session, case, deliverable, share_bps=contest.share_bps or 0, now=now)


def _set_status(deliverable: Deliverable, contest: Contest, status: DeliverableStatus) -> None:
    """Let a step of a contest of the work stand on its deliverable; a time to appeal that ran is over by it."""
    if contest.kind == ContestKind.WORK:
        deliverable.status, deliverable.appeal_until = status, None

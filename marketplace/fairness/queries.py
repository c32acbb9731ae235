"""Reading who gets chances: expected demand on calendars, and the month's shares by group."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief
from marketplace.deals.models import Invitation
from marketplace.exposure.models import Impression
from marketplace.influencers.models import Influencer
from marketplace.influencers.queries import latest_followers
from marketplace.matches.domain import RunPurpose
from marketplace.matches.models import MatchResult, MatchRun
from matching.exposure.audit import GroupShare, gini, group_shares
from matching.market import band_of, is_newcomer
from matching.reading.places import city_key

#: of the first so many places of a list a brand invites, as the demand on calendars is counted
WANTED_PLACES = 5
GROUPS = ("band", "city", "language", "newcomer")
PART = 900


def expected_demand(session: Session) -> tuple[dict[str, float], dict[str, int]]:
    """Return expected bookings by influencer over the newest lists of open briefs, and free places of their calendars."""
    newest = (
        select(MatchRun.brief_id, func.max(MatchRun.created_at).label("at"))
        .join(Brief, Brief.id == MatchRun.brief_id)
        .where(Brief.status == BriefStatus.OPEN, MatchRun.purpose == RunPurpose.BRIEF)
        .group_by(MatchRun.brief_id)
        .subquery()
    )
    rows = session.execute(
        select(MatchResult.influencer_id, func.count())
        .join(MatchRun, MatchRun.id == MatchResult.run_id)
        .join(newest, (newest.c.brief_id == MatchRun.brief_id) & (newest.c.at == MatchRun.created_at))
        .where(MatchResult.rank <= WANTED_PLACES, MatchRun.purpose == RunPurpose.BRIEF)
        .group_by(MatchResult.influencer_id)
    )
    demands = {influencer_id: float(count) for influencer_id, count in rows}
    free = session.execute(
        select(Influencer.id, Influencer.open_slots - Influencer.taken_slots).where(
            Influencer.id.in_(demands)
        )
    )
    return demands, {influencer_id: max(0, slots) for influencer_id, slots in free}


@dataclass(frozen=True, slots=True)
class ExposureAudit:
    """One month: how much was shown, how unevenly, and the shares of every group, by kind of group."""

    month: date
    impressions: int
    people: int
    gini: float
    newcomers_on_first_page: float | None
    groups: dict[str, list[GroupShare]]


def exposure_audit(session: Session, *, month: date) -> ExposureAudit:
    """Return the audit of the month that begins on `month`, over everyone who was shown, invited or booked in it."""
    start = datetime.combine(month.replace(day=1), time(), tzinfo=UTC)
    end = datetime.combine((month.replace(day=1) + timedelta(days=32)).replace(day=1), time(), tzinfo=UTC)
    shown = _counts(session, Impression.influencer_id, Impression.shown_at, start, end)
    invited = _counts(session, Invitation.influencer_id, Invitation.created_at, start, end)
    booked = _counts(session, Booking.influencer_id, Booking.created_at, start, end)
    ids = sorted({*shown, *invited, *booked})
    people = _people(session, ids)
    groups = _groups(session, ids, people, before=end)
    shares = {name: group_shares(groups[name], shown, invited, booked) for name in GROUPS}
    shares["band"].sort(key=lambda row: int(row.group))  # a scale reads in its order
    return ExposureAudit(
        month=start.date(),
        impressions=sum(shown.values()),
        people=len(shown),
        gini=gini(list(shown.values())),
        newcomers_on_first_page=_share(shown, groups["newcomer"]),
        groups=shares,
    )


def _counts(session: Session, who: Any, when: Any, start: datetime, end: datetime) -> dict[str, int]:
    """Return how often each value of column `who` stands in rows whose column `when` is in the month."""
    rows = session.execute(select(who, func.count()).where(when >= start, when < end).group_by(who))
    return {row[0]: row[1] for row in rows}


def _people(session: Session, ids: list[str]) -> dict[str, Influencer]:
    found: dict[str, Influencer] = {}
    for start in range(0, len(ids), PART):
        rows = session.scalars(select(Influencer).where(Influencer.id.in_(ids[start : start + PART])))
        found |= {row.id: row for row in rows}
    return found


def _groups(
    session: Session, ids: list[str], people: dict[str, Influencer], *, before: datetime
) -> dict[str, dict[str, str]]:
    groups: defaultdict[str, dict[str, str]] = defaultdict(dict)
    completed: Counter[str] = Counter()
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        for influencer_id, followers in latest_followers(session, part).items():
            groups["band"][influencer_id] = band_of(followers.value or 0.0)
        rows = session.execute(
            select(Booking.influencer_id, func.count())
            .where(Booking.influencer_id.in_(part), Booking.completed_at < before)
            .group_by(Booking.influencer_id)
        )
        completed.update({row[0]: row[1] for row in rows})
    for influencer_id, row in people.items():
        groups["city"][influencer_id] = city_key(row.city) if row.city else "?"
        groups["language"][influencer_id] = row.languages[0] if row.languages else "?"
        groups["newcomer"][influencer_id] = "new" if is_newcomer(completed[influencer_id]) else "known"
    return groups


def _share(shown: dict[str, int], groups: dict[str, str]) -> float | None:
    total = sum(shown.values())
    return sum(n for who, n in shown.items() if groups.get(who) == "new") / total if total else None

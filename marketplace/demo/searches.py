"""Saved searches of two brands, run again since: one as its brief asks, one narrowed by facets, and who hears of them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.brands.models import Membership
from marketplace.briefs.models import Brief
from marketplace.briefs.queries import list_open_briefs
from marketplace.demo.stage import Stage
from marketplace.influencers.models import Influencer
from marketplace.influencers.operations import consent_to_listing, withdraw_consent
from marketplace.matches.models import MatchResult
from marketplace.matches.queries import newest_run
from marketplace.searches.domain import OFF, RUN_EVERY, Pace
from marketplace.searches.operations import save_search
from marketplace.searches.refreshing import refresh_searches

#: how the search of each brief is named after it, what it is narrowed by, and how often its owner hears of it
SEARCHES: tuple[tuple[Mapping[str, str], Mapping[str, Sequence[str]], str], ...] = (
    (
        {"en": "{title}, on Instagram", "ar": "{title}، على إنستغرام"},
        {"platform": ("instagram",)},
        Pace.DAILY,
    ),
    ({"en": "{title}", "ar": "{title}"}, {}, Pace.WEEKLY),
    ({"en": "{title}, new here", "ar": "{title}، جدد هنا"}, {"newcomer": ("yes",)}, OFF),
)
BRIEFS = 9
NAME_MOST = 80
#: so many are away while lists are saved, and so new in them later
AWAY_MOST = 3


def play_searches(stage: Stage) -> None:
    """Let owners save what they look at, and the worker run it again."""
    with stage.scene() as session:
        ids = [row.brief.id for row in list_open_briefs(session, limit=BRIEFS).rows]
        ids = [each for each in ids if newest_run(session, brief_id=each) is not None]
    away = _leave_for_a_while(stage, ids)
    for number, brief_id in enumerate(ids):
        words, facets, pace = SEARCHES[number % len(SEARCHES)]
        with stage.scene() as session:
            brief = session.get_one(Brief, brief_id)
            owner = session.scalars(
                select(User)
                .join(Membership, Membership.user_id == User.id)
                .where(Membership.brand_id == brief.brand_id, Membership.role == "owner")
                .order_by(User.email)
            ).first()
            if owner is None:
                continue
            save_search(
                session,
                actor=stage.actor(session, owner.email),
                brief_id=brief_id,
                name=words["en" if brief.title.isascii() else "ar"].format(title=brief.title)[:NAME_MOST],
                facets=facets,
                pace=pace,
                now=stage.clock(),
            )
    stage.pass_time(timedelta(minutes=5))
    with stage.scene() as session:
        for influencer_id in away:
            influencer = session.get_one(Influencer, influencer_id)
            actor = stage.actor(session, session.get_one(User, influencer.user_id).email)
            consent_to_listing(session, actor=actor, influencer_id=influencer_id, now=stage.clock())
    stage.settle()
    refresh_searches(stage.services, stage.clock())


def _leave_for_a_while(stage: Stage, brief_ids: Sequence[str]) -> list[str]:
    """Let the second of some lists leave the market; returns who comes back after the lists were saved."""
    gone: list[str] = []
    with stage.scene() as session:
        for brief_id in brief_ids:
            run = newest_run(session, brief_id=brief_id)
            if run is None or run.created_at > stage.clock() - RUN_EVERY or len(gone) == AWAY_MOST:
                continue  # a younger list is not run again yet
            second = select(MatchResult.influencer_id).where(
                MatchResult.run_id == run.id, MatchResult.rank == 2
            )
            influencer = session.get(Influencer, session.scalar(second) or "")
            if influencer is None or influencer.user_id is None or influencer.id in gone:
                continue
            actor = stage.actor(session, session.get_one(User, influencer.user_id).email)
            withdraw_consent(session, actor=actor, influencer_id=influencer.id, now=stage.clock())
            gone.append(influencer.id)
    stage.settle()
    return gone

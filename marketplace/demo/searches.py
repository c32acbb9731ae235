"""Saved searches of two brands, run again since: one as its brief asks, one narrowed by facets, and who hears of them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.brands.models import Membership
from marketplace.briefs.models import Brief
from marketplace.briefs.queries import list_open_briefs
from marketplace.demo.stage import Stage
from marketplace.matches.queries import newest_run
from marketplace.searches.domain import OFF, Pace
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


def play_searches(stage: Stage) -> None:
    """Let owners save what they look at, and the worker run it again."""
    with stage.scene() as session:
        ids = [row.brief.id for row in list_open_briefs(session, limit=BRIEFS).rows]
        ids = [each for each in ids if newest_run(session, brief_id=each) is not None]
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
                name=words[owner.language].format(title=brief.title)[:NAME_MOST],
                facets=facets,
                pace=pace,
                now=stage.clock(),
            )
    stage.settle()
    refresh_searches(stage.services, stage.clock())

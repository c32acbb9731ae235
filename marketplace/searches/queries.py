"""Reading saved searches: a brand's list, one search, and what its people are to hear."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.accounts.models import User
from marketplace.brands.models import Brand, Membership
from marketplace.briefs.models import Brief
from marketplace.briefs.queries import is_open
from marketplace.cursors import Cursor
from marketplace.errors import NotFound
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.notifications.models import Notice
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.searches.domain import MAIL_EVERY, NEWS_KIND, OFF, is_due
from marketplace.searches.models import SavedSearch, SearchAlert, SearchFind
from marketplace.searches.operations import may_change
from marketplace.web.language import lazy_gettext as _

PAGE = 20


@dataclass(frozen=True, slots=True)
class SearchView:
    """A saved search as one person of its brand sees it."""

    search: SavedSearch
    brief_title: str
    brief_status: str
    #: whether it is run again every day
    is_running: bool
    #: who stands in its list and was found since it was opened last
    new: int
    pace: str
    saved_by: str | None
    is_changeable: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of a brand's searches; `next_cursor` is None at the end."""

    rows: tuple[SearchView, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class SearchNews:
    """How many new people a search has found for somebody who wants to hear of them."""

    alert: SearchAlert
    search: SavedSearch
    brief_title: str
    new: int


def _count_new(since: InstrumentedAttribute[datetime]) -> ScalarSelect[int]:
    """Count the listed people in a search's list who were found after a time."""
    return (
        select(func.count())
        .select_from(SearchFind)
        .join(Influencer, Influencer.id == SearchFind.influencer_id)
        .where(
            SearchFind.search_id == SavedSearch.id,
            SearchFind.rank.is_not(None),
            SearchFind.found_at > since,
            Influencer.status == InfluencerStatus.LISTED,
        )
        .correlate(SavedSearch, SearchAlert)
        .scalar_subquery()
    )


def list_searches(
    session: Session, *, actor: Actor, cursor: str | None = None, limit: int = PAGE
) -> SearchPage:
    """Return a page of the brand's saved searches, newest first, in one statement."""
    if actor.brand_id is None:
        raise NotFound(_("You belong to no brand. Ask an owner for an invitation."))
    after = Cursor.find(cursor)
    wanted = [SavedSearch.brand_id == actor.brand_id]
    if after is not None:
        wanted.append(after.older(SavedSearch.created_at, SavedSearch.id))
    views = _views(session, actor, *wanted, limit=limit + 1)
    last = views[limit - 1].search if len(views) > limit else None
    return SearchPage(
        tuple(views[:limit]), Cursor(last.created_at, last.id).as_text() if last is not None else None
    )


def find_search(session: Session, *, actor: Actor, search_id: str) -> SearchView:
    """Return one search of the actor's brand. Raises NotFound."""
    views = _views(session, actor, SavedSearch.id == search_id, limit=1)
    if not views or not may(actor, Permission.MATCH_RUN, Subject(brand_id=views[0].search.brand_id)):
        raise NotFound(_("There is no such saved search."))
    return views[0]


def _views(session: Session, actor: Actor, *wanted: ColumnElement[bool], limit: int) -> list[SearchView]:
    rows = session.execute(
        select(
            SavedSearch,
            Brief.title,
            Brief.status,
            is_open().label("is_running"),
            _count_new(SavedSearch.opened_at).label("new"),
            SearchAlert.pace,
            User.display_name,
        )
        .join(Brief, Brief.id == SavedSearch.brief_id)
        .join(Brand, Brand.id == SavedSearch.brand_id)
        .outerjoin(
            SearchAlert, and_(SearchAlert.search_id == SavedSearch.id, SearchAlert.user_id == actor.user_id)
        )
        .outerjoin(User, User.id == SavedSearch.created_by)
        .where(SavedSearch.deleted_at.is_(None), *wanted)
        .order_by(SavedSearch.created_at.desc(), SavedSearch.id.desc())
        .limit(limit)
    )
    return [
        SearchView(
            search,
            title,
            status,
            is_running=bool(is_running),
            new=new,
            pace=pace or OFF,
            saved_by=saved_by,
            is_changeable=may_change(actor, search),
        )
        for search, title, status, is_running, new, pace, saved_by in rows
    ]


def current_finds(session: Session, search: SavedSearch) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return which listed people stand in the list of a search, best first, and who of them is new to the brand."""
    rows = session.execute(
        select(SearchFind.influencer_id, SearchFind.found_at)
        .join(Influencer, Influencer.id == SearchFind.influencer_id)
        .where(
            SearchFind.search_id == search.id,
            SearchFind.rank.is_not(None),
            Influencer.status == InfluencerStatus.LISTED,
        )
        .order_by(SearchFind.rank)
    ).all()
    since = search.opened_at
    if not any(row.found_at > since for row in rows):
        since = search.seen_until  # nothing new since it was opened: what was new then stays marked
    return tuple(row.influencer_id for row in rows), frozenset(
        row.influencer_id for row in rows if row.found_at > since
    )


def people_to_tell(session: Session, *, now: datetime) -> list[str]:
    """Return the ids of users for whom news of their searches is due, in one statement."""
    return list(dict.fromkeys(one.alert.user_id for one in _due_news(session, now=now)))


def news_of(session: Session, *, user_id: str, now: datetime) -> list[SearchNews]:
    """Return what a person is to hear of all their searches at once; nothing within a day of the last word."""
    return _due_news(session, SearchAlert.user_id == user_id, now=now)


def _due_news(session: Session, *wanted: ColumnElement[bool], now: datetime) -> list[SearchNews]:
    new = _count_new(SearchAlert.seen_at)
    heard = select(Notice.id).where(
        Notice.user_id == SearchAlert.user_id,
        Notice.kind == NEWS_KIND,
        Notice.created_at > now - MAIL_EVERY,
    )
    rows = session.execute(
        select(SearchAlert, SavedSearch, Brief.title, new)
        .join(SavedSearch, SavedSearch.id == SearchAlert.search_id)
        .join(Brief, Brief.id == SavedSearch.brief_id)
        .join(Brand, Brand.id == SavedSearch.brand_id)
        .join(User, User.id == SearchAlert.user_id)
        .join(Membership, and_(Membership.user_id == User.id, Membership.brand_id == SavedSearch.brand_id))
        .where(
            is_open(),
            SavedSearch.deleted_at.is_(None),
            User.suspended_at.is_(None),
            SavedSearch.found_at > SearchAlert.seen_at,  # most rows end here, before their finds are counted
            ~heard.exists(),
            *wanted,
        )
        .order_by(SavedSearch.name, SavedSearch.id)
    )
    return [
        SearchNews(alert, search, title, count)
        for alert, search, title, count in rows
        if count and is_due(alert.pace, created_at=alert.created_at, told_at=alert.told_at, now=now)
    ]

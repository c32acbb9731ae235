"""Telling one person what all their saved searches newly found, in one notice and one mail."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.announcements.operations import path_to
from marketplace.notifications.operations import notify
from marketplace.searches.domain import NEWS_KIND
from marketplace.searches.models import SearchAlert
from marketplace.searches.queries import SearchNews, news_of
from marketplace.services import Services
from marketplace.web.formats import number
from marketplace.web.language import ngettext

NAMES_MOST = 3


def tell_search_news(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell what is due, if anything still is; what was told is no news again."""
    now = services.clock()
    # a second row of the same person waits here and finds that everything was told
    session.scalars(
        select(SearchAlert.id)
        .where(SearchAlert.user_id == payload["user_id"])
        .order_by(SearchAlert.id)
        .with_for_update()
    ).all()
    news = news_of(session, user_id=payload["user_id"], now=now)
    if not news:
        return
    is_one = len(news) == 1
    notify(
        session,
        services,
        user=session.get_one(User, payload["user_id"]),
        kind=NEWS_KIND,
        params={"count": sum(one.new for one in news), "names": _names(news)},
        path=path_to("searches.search", search_id=news[0].search.id)
        if is_one
        else path_to("searches.own_searches"),
        key=f"{NEWS_KIND}:{now.isoformat()}",
        now=now,
        details=partial(_lines, news, services.settings.base_url),
    )
    for one in news:
        one.alert.told_at = one.alert.seen_at = now


def _names(news: Sequence[SearchNews]) -> dict[str, str]:
    """Return the names of the first searches for both scripts; the mail's lines have them all."""
    names = [one.search.name for one in news[:NAMES_MOST]]
    names += ["…"] if len(news) > NAMES_MOST else []
    return {"en": ", ".join(names), "ar": "، ".join(names)}


def _lines(news: Sequence[SearchNews], base_url: str) -> list[str]:
    """Return one line a search: its name, how many are new, and where they are."""
    lines = []
    for one in news:
        count = ngettext(
            "%(count)s new specialist", "%(count)s new specialists", one.new, count=number(one.new)
        )
        address = base_url + path_to("searches.search", search_id=one.search.id)
        lines.append(f"{one.search.name} ({one.brief_title}): {count}")
        lines.append(f"  {address}")
    return lines

"""Notices: newest first, none skipped between pages, read all at once, each in the reader's language."""

import re
from datetime import timedelta

import pytest

from marketplace.notifications.models import Notice
from marketplace.notifications.queries import PAGE
from tests.builders.people import build_brand, build_influencer
from tests.clock import START

NEXT = re.compile(r'href="(/notices\?after=[^"]+)"')


@pytest.fixture
def reader(market):
    """Somebody with notices for two pages and a half, many of one moment."""
    with market.rows() as session:
        user, other = build_brand(session).user, build_influencer(session).user
        for number in range(PAGE * 2 + 15):
            session.add(notice(user.id, number, f"Title {number:03}"))
        session.add(notice(other.id, 0, "Somebody else's"))
    return user


def notice(user_id: str, number: int, title: str) -> Notice:
    return Notice(
        user_id=user_id,
        kind="booking.completed",
        params={"title": title},
        path="/home",
        key=f"{user_id}:{number}",
        created_at=START + timedelta(minutes=number // 40),
    )


class TestNotices:
    def test_are_all_shown_once_over_the_pages(self, market, reader):
        visitor, path, seen = market.visit_as(reader), "/notices", []
        while path:
            page = visitor.get(path).text
            seen += re.findall(r"Title \d{3}", page)
            found = NEXT.search(page)
            path = found.group(1).replace("&amp;", "&") if found else None
        assert sorted(set(seen)) == [f"Title {number:03}" for number in range(PAGE * 2 + 15)]
        assert len(seen) == len(set(seen))

    def test_are_read_all_at_once(self, market, reader):
        visitor = market.visit_as(reader)
        assert str(PAGE * 2 + 15) in visitor.get("/notices").text
        assert visitor.post("/notices/read").status_code == 303
        with market.rows() as session:
            unread = (
                session.query(Notice).filter(Notice.user_id == reader.id, Notice.read_at.is_(None)).count()
            )
            others = session.query(Notice).filter(Notice.read_at.is_(None)).count()
        assert (unread, others) == (0, 1)

    def test_speak_the_language_of_the_reader(self, market, reader):
        visitor = market.visit_as(reader)
        page = visitor.get("/notices", headers={"Accept-Language": "ar"})
        visitor.post("/language", {"language": "ar"})
        arabic = visitor.get("/notices").text
        assert "is complete" in page.text
        assert "is complete" not in arabic
        assert "Title 0" in arabic

    def test_begin_anew_for_a_cursor_that_is_not_ours(self, market, reader):
        assert market.visit_as(reader).get("/notices?after=%00x").status_code == 200

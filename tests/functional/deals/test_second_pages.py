"""Lists longer than a page: the second page goes on where the first ended, in order and without gaps."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from marketplace.deals import operations as deals
from marketplace.ids import new_id
from marketplace.web.list_windows import PAGE
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_influencer
from tests.clock import START
from tests.functional.market_site import MarketSite, Visitor

MORE = 3
TOGETHER = 6  # so many were made at one moment: only the id tells which comes first


@dataclass
class Lists:
    """More than a page of everything between two sides, newest first, as ids."""

    brand: Visitor
    influencer: Visitor
    brief_id: str
    of_brand: list[str]
    of_influencer: list[str]
    invitations: list[str]


def copies(row: Any, changes: list[dict[str, Any]]) -> list[Any]:
    """Rows like this one, all newer; the oldest were made at one moment. From new to old."""
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    made = [
        type(row)(
            **values
            | {"id": new_id(), "created_at": START + timedelta(minutes=1 + max(0, number - TOGETHER))}
            | change
        )
        for number, change in enumerate(changes)
    ]
    return sorted(made, key=lambda each: (each.created_at, each.id), reverse=True)


@pytest.fixture
def lists(market: MarketSite) -> Lists:
    with market.rows() as session:
        brand, influencer = build_brand(session), build_influencer(session)
        busy = build_brief(session, brand)
        applied = deals.submit_application(
            session, actor=influencer.actor, brief_id=busy.brief.id, pitch="I brew every morning.", now=START
        )
        people = [build_influencer(session).influencer.id for _number in range(PAGE + MORE)]
        briefs = [build_brief(session, brand) for _number in range(PAGE + MORE)]
        invited = deals.send_invitation(
            session, actor=brand.actor, brief_id=briefs[0].brief.id, influencer_id=people[0], now=START
        )
        own = {"influencer_id": influencer.influencer.id}
        elsewhere = [
            own | {"brief_id": each.brief.id, "brief_version_id": each.version.id} for each in briefs
        ]
        of_brand = copies(applied, [{"influencer_id": person} for person in people])
        of_influencer = copies(applied, elsewhere)
        invitations = copies(invited, elsewhere)
        session.add_all([*of_brand, *of_influencer, *invitations])
        session.flush()
    return Lists(
        brand=market.visit_as(brand.user),
        influencer=market.visit_as(influencer.user),
        brief_id=busy.brief.id,
        of_brand=[*[row.id for row in of_brand], applied.id],
        of_influencer=[*[row.id for row in of_influencer], applied.id],
        invitations=[row.id for row in invitations],
    )


def shown(page: str, kind: str, expected: list[str]) -> list[str]:
    """The rows of the list in the order of the page, each once."""
    found = re.findall(rf"/{kind}/([0-9a-z]{{20}})", page)
    return [each for each in dict.fromkeys(found) if each in expected]


def pages_of(visitor: Visitor, path: str, kind: str, expected: list[str]) -> list[list[str]]:
    first = visitor.get(path).text
    following = re.search(r'href="([^"]*after=[^"]+)"', first)
    assert following is not None
    second = visitor.get(following.group(1).replace("&amp;", "&")).text
    assert re.search(r'href="[^"]*after=', second) is None
    return [shown(first, kind, expected), shown(second, kind, expected)]


class TestSecondPage:
    def test_of_a_brief_s_applications(self, lists):
        path = f"/briefs/{lists.brief_id}/applications?tab=new"
        seen = pages_of(lists.brand, path, "applications", lists.of_brand)
        assert seen == [lists.of_brand[:PAGE], lists.of_brand[PAGE:]]

    def test_of_one_s_own_applications(self, lists):
        seen = pages_of(lists.influencer, "/applications", "applications", lists.of_influencer)
        assert seen == [lists.of_influencer[:PAGE], lists.of_influencer[PAGE:]]

    def test_of_one_s_own_invitations(self, lists):
        seen = pages_of(lists.influencer, "/invitations", "invitations", lists.invitations)
        assert seen == [lists.invitations[:PAGE], lists.invitations[PAGE:]]

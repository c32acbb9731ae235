"""Signed-in pages: at most twelve statements, and no more for many rows than for few."""

import pytest

from marketplace.audit.operations import record
from marketplace.moderation.domain import CaseStatus, SubjectType
from marketplace.moderation.models import ModerationCase
from marketplace.notifications.models import Notice
from marketplace.outbox.models import OutboxRow
from marketplace.policies import SYSTEM
from tests.builders.bookings import Stage, build_booking, build_quote
from tests.builders.market import build_brief, build_listing
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.clock import START
from tests.functional.market_site import MarketSite

STATEMENTS_MAX = 12
FEW, MANY = 2, 6
PAGES = [
    ("brand", "/home"), ("brand", "/briefs"), ("brand", "/bookings"), ("brand", "/market"), ("brand", "/money"),
    ("brand", "/notices"), ("brand", "/brand/members"), ("brand", "/decisions"), ("brand", "/settings/devices"),
    ("brand", "/briefs/{brief}/applications"),
    ("influencer", "/home"), ("influencer", "/briefs/open"), ("influencer", "/bookings"), ("influencer", "/listings"),
    ("influencer", "/money"), ("influencer", "/notices"), ("influencer", "/applications"),
    ("influencer", "/invitations"), ("influencer", "/decisions"), ("influencer", "/profile"),
    ("operator", "/home"), ("operator", "/operate/queue"), ("operator", "/operate/appeals"),
    ("operator", "/operate/jobs"), ("operator", "/operate/audit"), ("operator", "/operate/ledger"),
    ("operator", "/notices"), ("operator", "/bookings"),
]  # fmt: skip


class Rows:
    """A market that can be filled further."""

    def __init__(self, session) -> None:
        self.brand, self.influencer = build_brand(session), build_influencer(session)
        self.operator = build_operator(session, role="admin")
        self.brief = build_brief(session, self.brand, seats=50).brief.id
        self.count = 0

    def fill(self, session, times: int) -> None:
        for _time in range(times):
            self.count += 1
            build_booking(session, stage=Stage.SUBMITTED, brand=self.brand, influencer=self.influencer)
            build_quote(session, brand=self.brand, influencer=self.influencer)
            build_quote(session, path="invitation", brand=self.brand, influencer=self.influencer)
            build_brief(session, build_brand(session))
            build_listing(session, build_influencer(session))
            for side in (self.brand, self.influencer, self.operator):
                key = f"{self.count}:{side.user.id}"
                session.add(
                    Notice(
                        user_id=side.user.id,
                        kind="booking.completed",
                        params={"title": "x"},
                        path="/",
                        key=key,
                        created_at=START,
                    )
                )
            session.add(
                ModerationCase(
                    subject_type=SubjectType.BRAND,
                    subject_id=self.brand.brand.id,
                    version_ref=str(self.count),
                    status=CaseStatus.OPEN,
                    snapshot={"title": "Qahwa", "owner": "Qahwa"},
                    opened_at=START,
                )
            )
            session.add(OutboxRow(kind="x", payload={}, created_at=START, run_after=START, parked_at=START))
            record(session, actor=SYSTEM, action="x", subject_type="x", subject_id=str(self.count), now=START)
        session.flush()


@pytest.fixture
def filled(market: MarketSite):
    """The site with few rows; `fill` adds more."""
    with market.rows() as session:
        rows = Rows(session)
        rows.fill(session, FEW)
    return rows


class TestStatements:
    def test_are_few_and_as_many_for_long_lists_as_for_short_ones(self, market, filled):
        sides = {"brand": filled.brand, "influencer": filled.influencer, "operator": filled.operator}
        visitors = {name: market.visit_as(side.user) for name, side in sides.items()}
        few = {page: self.count(market, visitors, page, filled) for page in PAGES}
        with market.rows() as session:
            filled.fill(session, MANY)
        many = {page: self.count(market, visitors, page, filled) for page in PAGES}
        assert {page: count for page, count in many.items() if count > STATEMENTS_MAX} == {}
        assert many == few

    def count(self, market, visitors, page, filled) -> int:
        side, path = page
        with market.counting() as statements:
            answer = visitors[side].get(path.format(brief=filled.brief))
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return len([each for each in statements if not each.startswith("BEGIN")])

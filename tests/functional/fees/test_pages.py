"""Fees over pages: told to everybody from the records, changed by two operators."""

import re
from datetime import timedelta

import pytest

from marketplace.fees.forms import typed_values
from tests.builders.charges import FIRST_FEES
from tests.builders.people import build_brand, build_operator
from tests.clock import START

HASH = re.compile(r'name="seen_hash"[^>]*value="([0-9a-f]{64})"')
DAY = (START + timedelta(days=20)).date().isoformat()
WORDS = {
    "note_en": "Eleven percent.",
    "note_ar": "أحد عشر في المئة.",
    "reason": "Costs rose.",
    "cost_bearer": "platform",
}


def typed(**changes):
    return {"valid_from": DAY, **WORDS, **typed_values(FIRST_FEES), **changes}


@pytest.fixture
def desk(market):
    with market.rows() as session:
        users = [build_operator(session, role="admin").user for _number in range(2)]
        market.reader = build_operator(session, role="reader").user
        market.brand_user = build_brand(session).user
    market.first, market.second = (market.visit_as(user) for user in users)
    for visitor in (market.first, market.second):
        visitor.get("/operate/fees")
    return market


class TestPrices:
    def test_tell_fees_taxes_and_an_example_from_the_records(self, market):
        page = market.app.test_client().get("/prices").text
        for told in ("10%", "8%", "6%", "SAR 2", "KWD 0.200", "Saudi Arabia", "15%", "Zakat", "SAR 2,453"):
            assert told in page, told

    def test_announce_a_change_before_its_day(self, desk):
        asked = desk.first.post("/operate/fees", typed(share_1="11"))
        assert asked.status_code == 303, asked.text
        page = desk.second.get(asked.location).text
        assert "11%" in page
        assert "today: 10%" in page
        seen = HASH.search(page).group(1)
        assert desk.second.post(f"{asked.location}/approve", {"seen_hash": seen}).status_code == 303
        public = desk.first.get("/prices").text
        assert "Eleven percent." in public
        assert "10%" in public
        history = desk.first.get("/operate/fees").text
        assert "coming" in history
        assert "<strong>From " in history
        assert "in force" in history


class TestPropose:
    def test_keeps_what_was_typed_and_says_what_is_wrong(self, desk):
        answer = desk.first.post(
            "/operate/fees", typed(share_1="eleven", least_KWD="0.2015", note_en="Kept.")
        )
        assert answer.status_code == 422
        for told in ('value="eleven"', "Type a share in percent", 'value="0.2015"', "Kept."):
            assert told in answer.text

    def test_tells_the_rule_that_refused(self, desk):
        answer = desk.first.post("/operate/fees", typed(share_2="12"))
        assert answer.status_code == 422
        assert "it never rises" in answer.text

    def test_is_shown_to_every_operator_and_done_by_few(self, desk):
        reader = desk.visit_as(desk.reader)
        assert reader.get("/operate/fees").status_code == 200
        assert reader.post("/operate/fees", typed(share_1="11")).status_code == 403
        assert desk.visit_as(desk.brand_user).get("/operate/fees").status_code == 403

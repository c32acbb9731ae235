"""The journey of the outcome over the API alone: three programs, no page."""

from typing import Any

import pytest

from marketplace.accounts.domain import OperatorRole
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.functional.api.api_site import ApiSite, Program
from tests.functional.api.bodies import brief_body, decision_body, listing_body, sar
from tests.functional.api.problem_reading import wrong_fields


@pytest.fixture
def brand(api: ApiSite) -> Program:
    with api.rows() as session:
        user = build_brand(session).user
    return api.program(user)


@pytest.fixture
def influencer(api: ApiSite) -> Program:
    with api.rows() as session:
        side = build_influencer(session)
        side.influencer.claimed_topics = ["baking"]
        side.influencer.bio = "Baking cakes and bread."
    return api.program(side.user)


@pytest.fixture
def operator(api: ApiSite) -> Program:
    with api.rows() as session:
        user = build_operator(session, role=OperatorRole.MODERATOR).user
    return api.program(user)


def approve_next_case(api: ApiSite, operator: Program, subject_type: str) -> dict[str, Any]:
    api.work()
    [line] = operator.read(f"/moderation/cases?subject_type={subject_type}")["items"]
    case = operator.do(f"/moderation/cases/{line['case_id']}/claim")
    assert case["is_mine"] is True
    policy = operator.read("/moderation/policies")["items"][0]["code"]
    body = decision_body(case, policy_code=policy)
    decided: dict[str, Any] = operator.do(f"/moderation/cases/{case['id']}/decide", body)
    assert decided["status"] == "decided"
    assert decided["decision"]["action"] == "approve"
    api.work()
    return decided


def publish_brief(api: ApiSite, brand: Program, operator: Program, **changes: Any) -> str:
    draft = brand.do("/briefs", brief_body(api.clock().date(), **changes), status=201)
    brand.do(f"/briefs/{draft['id']}/submit", {"revision": draft["revision"]})
    approve_next_case(api, operator, "brief")
    brief_id: str = draft["id"]
    assert brand.read(f"/briefs/{brief_id}")["status"] == "open"
    return brief_id


def pay(api: ApiSite, brand: Program, booking_id: str) -> None:
    started = brand.post(f"/bookings/{booking_id}/payment")
    assert started.status_code == 202
    assert started.get_json()["status"] == "preparing"
    ready = brand.read(f"/bookings/{booking_id}/payment")
    assert ready["status"] == "open"
    assert "/sandbox/" in ready["checkout_url"]
    api.pay(booking_id)
    api.work()
    assert brand.read(f"/bookings/{booking_id}/payment")["checkout_url"] is None


def accept(brand: Program, quote_id: str) -> dict[str, Any]:
    card = brand.read(f"/quotes/{quote_id}")
    room: dict[str, Any] = brand.do(f"/quotes/{quote_id}/accept", {"seen_hash": card["hash"]}, status=201)
    assert room["status"] == "awaiting_payment"
    return room


def open_payout_account(api: ApiSite, influencer: Program) -> None:
    assert influencer.read("/payout-account")["status"] == "none"
    account = influencer.do("/payout-account/onboarding")
    assert account["onboarding_url"].endswith("/money/payout-account/go")
    api.complete_account(influencer.read("/me")["influencer_id"])
    api.work()
    assert influencer.read("/payout-account")["status"] == "active"


class TestApplication:
    def test_leads_from_a_draft_to_a_paid_influencer(self, api, brand, influencer, operator):
        brief_id = publish_brief(api, brand, operator)
        shown = influencer.read(f"/open-briefs/{brief_id}")
        assert shown["version"]["budget"] == sar(1_000_000)
        assert [row["id"] for row in influencer.read("/open-briefs")["items"]] == [brief_id]

        applied = influencer.do(
            f"/open-briefs/{brief_id}/applications", {"pitch": "I bake every day."}, status=201
        )
        assert applied["consent"]["net"] == sar(200_000)
        [seen] = brand.read(f"/applications?brief_id={brief_id}&status=submitted")["items"]
        brand.do(f"/applications/{seen['id']}/shortlist")
        quoted = brand.do(f"/applications/{seen['id']}/quote")
        card = influencer.read(f"/quotes/{quoted['quote']['id']}")
        assert card == brand.read(f"/quotes/{quoted['quote']['id']}")
        assert card["total"]["amount_minor"] == sum(
            card[name]["amount_minor"] for name in ("net", "fee", "tax")
        )
        room = accept(brand, quoted["quote"]["id"])
        booking_id = room["id"]
        pay(api, brand, booking_id)
        assert brand.read(f"/bookings/{booking_id}")["status"] == "active"
        open_payout_account(api, influencer)
        self.work(brand, influencer, booking_id)
        api.work()
        api.clock.advance(days=1)  # payouts leave on the business day after
        api.work()

        room = brand.read(f"/bookings/{booking_id}")
        assert room["status"] == "completed"
        assert {each["status"] for each in room["deliverables"]} == {"released"}
        self.check_money(brand, influencer, booking_id, total=card["total"])
        kinds = {notice["kind"] for notice in influencer.read("/notices")["items"]}
        assert kinds
        assert influencer.do("/notices/read") == {"unread": 0}

    @staticmethod
    def work(brand: Program, influencer: Program, booking_id: str) -> None:
        brand.do(f"/bookings/{booking_id}/messages", {"text": "We look forward to it."}, status=201)
        room = influencer.read(f"/bookings/{booking_id}")
        assert [line["text"] for line in room["lines"] if line["kind"] == "message"] == [
            "We look forward to it."
        ]
        reel, file = room["deliverables"]
        version = {"text": "The cut", "links": ["https://video.example.test/1"]}
        for work in (reel, file):
            influencer.do(f"/deliverables/{work['id']}/submissions", version, status=201)
        brand.do(
            f"/deliverables/{reel['id']}/request-changes",
            {
                "criterion_id": room["criteria"][0]["id"],
                "note": "Say that it is an advertisement.",
                "submission_number": 1,
            },
        )
        room = influencer.do(f"/deliverables/{reel['id']}/submissions", version, status=201)
        assert [each["number"] for each in room["deliverables"][0]["submissions"]] == [1, 2]
        brand.do(f"/deliverables/{file['id']}/approve", {"submission_number": 1})
        room = brand.do(f"/deliverables/{reel['id']}/approve", {"submission_number": 2})
        assert room["deliverables"][0]["status"] == "awaiting_publication"
        post = {
            "url": "https://www.instagram.com/reel/x/",
            "disclosure": "إعلان",
            "posted_at": "2026-03-01T12:00:00+03:00",
        }
        elsewhere = post | {"url": "https://evil.example/reel/x/"}
        refused = influencer.do(f"/deliverables/{reel['id']}/publications", elsewhere, status=422)
        assert "https://instagram.com" in wrong_fields(refused)["url"]
        influencer.do(f"/deliverables/{reel['id']}/publications", post, status=201)
        room = brand.do(f"/deliverables/{reel['id']}/confirm-publication")
        [published] = room["deliverables"][0]["publications"]
        assert published["posted_at"] == "2026-03-01T09:00:00Z"

    @staticmethod
    def check_money(brand: Program, influencer: Program, booking_id: str, *, total: dict[str, Any]) -> None:
        held = brand.read(f"/bookings/{booking_id}/money")
        assert held == influencer.read(f"/bookings/{booking_id}/money")
        assert held["held"] == sar(0)
        assert held["timeline"][0]["kind"] == "funded"
        assert held["timeline"][0]["amount"] == total
        [line] = influencer.read("/money")["items"]
        assert line["released"] == sar(200_000)
        account = influencer.read("/payout-account")
        assert [payout["amount"] for payout in account["payouts"]] == [sar(200_000)]


class TestInvitation:
    def test_starts_from_a_ranked_list(self, api, brand, influencer, operator):
        influencer_id = influencer.read("/me")["influencer_id"]
        listing = influencer.do("/listings", listing_body(), status=201)
        influencer.do(f"/listings/{listing['id']}/submit")
        approve_next_case(api, operator, "listing")
        brief_id = publish_brief(api, brand, operator)
        run = brand.do(f"/briefs/{brief_id}/matches", status=201)
        [match] = brand.read(f"/matches/{run['id']}")["items"]
        assert match["influencer_id"] == influencer_id
        receipt = brand.read(f"/matches/{run['id']}/{influencer_id}")
        assert receipt == match["receipt"] | {"forecast": match["forecast"]}
        lost = sum(part["points"] for part in receipt["parts"])
        added = sum(line["points"] for line in receipt["adjustments"])
        assert receipt["score"] == pytest.approx(100 - lost + added)
        profile = brand.read(f"/influencers/{match['handle']}")
        assert profile["follower_gate"]["is_micro"] is True

        invited = brand.do(
            f"/briefs/{brief_id}/invitations",
            {"influencer_id": influencer_id, "message": "Please bake.", "match_run_id": run["id"]},
            status=201,
        )
        [waiting] = influencer.read("/invitations?status=sent")["items"]
        assert waiting["id"] == invited["id"]
        accepted = influencer.do(f"/invitations/{invited['id']}/accept")
        room = accept(brand, accepted["quote"]["id"])
        assert room["path"] == "invitation"

    def test_may_be_declined_with_a_reason(self, api, brand, influencer, operator):
        brief_id = publish_brief(api, brand, operator)
        body = {"influencer_id": influencer.read("/me")["influencer_id"]}
        invited = brand.do(f"/briefs/{brief_id}/invitations", body, status=201)
        influencer.do(f"/invitations/{invited['id']}/decline", {"code": "no_time", "note": "In May again."})
        assert brand.read(f"/invitations/{invited['id']}")["refusal_code"] == "no_time"


class TestOrder:
    @pytest.fixture
    def listing(self, api: ApiSite, influencer: Program, operator: Program) -> dict[str, Any]:
        saved = influencer.do("/listings", listing_body(), status=201)
        influencer.do(f"/listings/{saved['id']}/submit")
        approve_next_case(api, operator, "listing")
        live: dict[str, Any] = influencer.read(f"/listings/{saved['id']}")
        return live

    def test_costs_what_the_preview_said(self, brand, listing):
        [sold] = brand.read("/market/listings?platform=instagram&currency=SAR&price_max_minor=200000")[
            "items"
        ]
        assert sold["version"]["base"] == sar(200_000)
        choices = {"amplification_months": 2}
        preview = brand.do(f"/market/listings/{listing['id']}/price", choices)
        assert preview["rights_price"] == sar(60_000)
        order = brand.do(
            "/orders",
            {"listing_version_id": sold["version"]["id"], "choices": choices, "message": "With our oven."},
            status=201,
        )
        assert order["quote"]["total"] == preview["total"]
        assert [each["id"] for each in brand.read("/orders")["items"]] == [order["id"]]

    def test_is_refunded_when_it_is_declined(self, api, brand, influencer, listing):
        order = brand.do("/orders", {"listing_version_id": listing["live"]["id"]}, status=201)
        booking_id = accept(brand, order["quote"]["id"])["id"]
        pay(api, brand, booking_id)
        room = influencer.do(f"/bookings/{booking_id}/decline-order", {"code": "no_time"})
        assert room["status"] == "declined"
        api.work()
        held = brand.read(f"/bookings/{booking_id}/money")
        assert held["held"] == sar(0)
        assert held["parts"][0]["refund"] == held["total"]

    def test_begins_the_work_when_it_is_accepted_and_may_be_cancelled(self, api, brand, influencer, listing):
        order = brand.do("/orders", {"listing_version_id": listing["live"]["id"]}, status=201)
        booking_id = accept(brand, order["quote"]["id"])["id"]
        pay(api, brand, booking_id)
        assert influencer.do(f"/bookings/{booking_id}/accept-order")["status"] == "active"
        room = brand.read(f"/bookings/{booking_id}")
        promised = room["deliverables"][0]["cancellation"]["influencer"]
        room = brand.do(f"/bookings/{booking_id}/cancel", {"reason": "Plans changed."})
        assert room["cancelled_by"] == "brand"
        assert room["deliverables"][0]["release"] == promised == sar(20_000)

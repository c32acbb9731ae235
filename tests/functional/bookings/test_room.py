"""The room of a booking: the same story for both sides, one step at a time."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image

from marketplace.bookings.freezing import on_payment_set_aside
from marketplace.bookings.models import Deliverable
from payments import operations as payments
from tests.builders.bookings import Deal, Stage, build_booking, deliverables_of, submit
from tests.builders.people import build_brand, build_operator
from tests.functional.market_site import MarketSite, Visitor

STATEMENTS_MAX = 12


def build(market: MarketSite, stage: Stage = Stage.SUBMITTED, **options) -> tuple[Deal, list[Deliverable]]:
    with market.rows() as session:
        deal = build_booking(session, stage=stage, **options)
        return deal, list(deliverables_of(session, deal.booked))


def place(deal: Deal, work: Deliverable) -> str:
    return f"/bookings/{deal.booked.id}/work/{work.id}"


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(content, "PNG")
    return content.getvalue()


def sides(market: MarketSite, deal: Deal) -> tuple[Visitor, Visitor]:
    brand, influencer = market.visit_as(deal.brand.user), market.visit_as(deal.influencer.user)
    for visitor in (brand, influencer):
        visitor.get(f"/bookings/{deal.booked.id}")
    return brand, influencer


class TestRoom:
    def test_says_who_must_act_and_by_when(self, market):
        deal, _works = build(market)
        brand, influencer = sides(market, deal)
        path = f"/bookings/{deal.booked.id}"
        assert "Review the work. Without an answer it counts as approved." in brand.get(path).text
        assert "The brand reviews the work." in influencer.get(path).text
        assert "Wed 4 Mar 2026, 12:00" in influencer.get(path).text

    def test_shows_where_the_money_is(self, market):
        deal, _works = build(market, Stage.ACTIVE)
        page = market.visit_as(deal.influencer.user).get(f"/bookings/{deal.booked.id}").text
        assert "money-timeline" in page
        assert "Paid and held" in page

    def test_folds_what_is_older_than_its_newest_lines_once_it_is_long(self, market):
        deal, _works = build(market)
        visitor, path = market.visit_as(deal.influencer.user), f"/bookings/{deal.booked.id}"
        visitor.get(path)
        for number in range(8):
            visitor.post(f"{path}/messages", {"text": f"message {number} of eight"})
        folded, shown = re.findall(r'<ol class="events">(.*?)</ol>', visitor.get(path).text, re.DOTALL)
        assert [each in shown for each in ("message 3 of", "message 4 of", "message 7 of")] == [
            False,
            True,
            True,
        ]
        assert "message 3 of" in folded

    def test_says_truly_what_silence_leads_to(self, market):
        deal, works = build(market)
        visitor, path = market.visit_as(deal.influencer.user), f"/bookings/{deal.booked.id}"
        published = next(each for each in works if each.is_published)
        with market.rows() as session:
            for each in deliverables_of(session, deal.booked):
                if each.id == published.id:
                    each.review_until -= timedelta(minutes=1)
        page = visitor.get(path).text
        assert (
            "approved then, if the brand says nothing; released once the post is live and confirmed" in page
        )
        assert "released then, if the brand says nothing" not in page
        market.clock.advance(days=3, minutes=1)
        page = visitor.get(path).text
        assert "this time is over; the silence is about to count" in page
        assert "The time to review the work is over." in page
        assert "The time to review the work is over." in market.visit_as(deal.brand.user).get("/home").text

    def test_is_not_there_for_others(self, market):
        deal, works = build(market)
        with market.rows() as session:
            other = build_brand(session).user
        visitor = market.visit_as(other)
        visitor.get("/bookings")
        assert visitor.get(f"/bookings/{deal.booked.id}").status_code == 404
        assert visitor.get(f"{place(deal, works[0])}/review").status_code == 404
        assert visitor.post(f"{place(deal, works[0])}/approve").status_code == 404
        assert visitor.post(f"/bookings/{deal.booked.id}/messages", {"text": "hello"}).status_code == 404

    @pytest.mark.parametrize("side", ["brand", "influencer"])
    def test_takes_few_statements_however_much_happened(self, market, side):
        deal, works = build(market, Stage.ACTIVE)
        visitor = market.visit_as(getattr(deal, side).user)
        with market.counting() as few:
            visitor.get(f"/bookings/{deal.booked.id}")
        with market.rows() as session:
            for work in works:
                submit(session, deal, session.get_one(Deliverable, work.id))
        brand, influencer = sides(market, deal)
        for number in range(5):
            brand.post(f"/bookings/{deal.booked.id}/messages", {"text": f"Message {number}"})
            influencer.post(f"/bookings/{deal.booked.id}/messages", {"text": f"Answer {number}"})
        with market.counting() as many:
            visitor.get(f"/bookings/{deal.booked.id}")
        assert len(many) == len(few) <= STATEMENTS_MAX, many

    def test_shows_user_text_as_text(self, market):
        deal, _works = build(market, Stage.ACTIVE)
        brand, influencer = sides(market, deal)
        path = f"/bookings/{deal.booked.id}"
        assert brand.post(f"{path}/messages", {"text": "<script>alert(1)</script>"}).status_code == 303
        assert "&lt;script&gt;alert(1)" in influencer.get(path).text

    def test_keeps_a_message_that_is_too_long(self, market):
        deal, _works = build(market, Stage.ACTIVE)
        brand, _influencer = sides(market, deal)
        answer = brand.post(f"/bookings/{deal.booked.id}/messages", {"text": "long " * 1_000})
        assert answer.status_code == 422
        assert "long long long" in answer.text


class TestList:
    def test_puts_what_waits_for_the_reader_first(self, market):
        deal, _works = build(market, Stage.SUBMITTED)
        with market.rows() as session:
            later = build_booking(
                session, stage=Stage.ACTIVE, brand=deal.brand, influencer=deal.influencer
            ).booked.id
        page = market.visit_as(deal.brand.user).get("/bookings").text
        assert page.index(deal.booked.id) < page.index(later)
        assert later not in market.visit_as(deal.brand.user).get("/bookings?tab=yours").text

    def test_takes_the_same_statements_for_one_and_for_many(self, market):
        deal, _works = build(market, Stage.ACTIVE)
        visitor = market.visit_as(deal.influencer.user)
        with market.counting() as few:
            visitor.get("/bookings")
        with market.rows() as session:
            for _number in range(4):
                build_booking(session, stage=Stage.ACTIVE, brand=deal.brand, influencer=deal.influencer)
        with market.counting() as many:
            visitor.get("/bookings")
        assert len(many) == len(few) <= STATEMENTS_MAX

    @pytest.mark.parametrize(
        "query", ["tab=finished&start=x", "tab=nothing", "tab=finished&start=99999999999"]
    )
    def test_survives_odd_addresses(self, market, query):
        deal, _works = build(market, Stage.ACTIVE)
        assert market.visit_as(deal.brand.user).get(f"/bookings?{query}").status_code == 200

    def test_says_what_to_do_when_it_is_empty(self, market):
        with market.rows() as session:
            user = build_brand(session).user
        assert "No bookings here" in market.visit_as(user).get("/bookings").text


class TestHandingIn:
    def test_keeps_pictures_and_hands_them_out_as_downloads(self, market):
        deal, works = build(market, Stage.ACTIVE)
        brand, influencer = sides(market, deal)
        path = f"{place(deal, works[0])}/submit"
        influencer.get(path)
        files = [(io.BytesIO(picture()), "كوب one.png"), (io.BytesIO(b"%PDF-1.7 words"), "script.pdf")]
        assert influencer.post(path, {"text": "Here", "files": files}).status_code == 303
        page = brand.get(f"{place(deal, works[0])}/review").text
        links = re.findall(r"/bookings/files/[a-z0-9]+", page)
        assert len(links) == 2
        answers = [brand.get(link) for link in links]
        assert {answer.mimetype for answer in answers} == {"image/webp", "application/pdf"}
        for answer in answers:
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert "sandbox" in answer.headers["Content-Security-Policy"]
        with market.rows() as session:
            other = build_brand(session).user
        assert market.visit_as(other).get(links[0]).status_code == 404

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({}, "Hand in a text, a link or a file."),
            ({"text": "Kept words", "links": "javascript:alert(1)"}, "Give the whole address"),
            ({"text": "Kept words", "files": (io.BytesIO(b"MZ not a picture"), "a.exe")}, "cannot be read"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_text(self, market, data, words):
        deal, works = build(market, Stage.ACTIVE)
        _brand, influencer = sides(market, deal)
        path = f"{place(deal, works[0])}/submit"
        influencer.get(path)
        answer = influencer.post(path, data)
        assert answer.status_code == 422
        assert words in answer.text
        assert data.get("text", "") in answer.text

    def test_twice_is_refused_kindly(self, market):
        deal, works = build(market)
        _brand, influencer = sides(market, deal)
        answer = influencer.post(f"{place(deal, works[0])}/submit", {"text": "Again"})
        assert answer.status_code == 409
        assert "Reload the page" in answer.text


class TestReview:
    def test_asks_for_changes_by_criterion(self, market):
        deal, works = build(market)
        brand, influencer = sides(market, deal)
        path = place(deal, works[0])
        brand.get(f"{path}/review")
        wrong = brand.post(f"{path}/changes", {"submission_number": "1", "note": "Longer, please"})
        assert wrong.status_code == 422
        assert "Longer, please" in wrong.text
        asked = brand.post(
            f"{path}/changes", {"submission_number": "1", "criterion_id": "brew", "note": "Grind it first"}
        )
        assert asked.status_code == 303
        page = influencer.get(f"/bookings/{deal.booked.id}").text
        assert "Grind it first" in page
        assert "Shows the whole brewing" in page

    def test_does_not_approve_a_version_nobody_looked_at(self, market):
        deal, works = build(market)
        brand, _influencer = sides(market, deal)
        path = place(deal, works[0])
        assert brand.post(f"{path}/approve", {"submission_number": "7"}).status_code == 409
        assert brand.post(f"{path}/approve").status_code == 409

    def test_is_the_brands(self, market):
        deal, works = build(market)
        _brand, influencer = sides(market, deal)
        assert influencer.post(f"{place(deal, works[0])}/approve").status_code == 403


class TestEnding:
    def test_shows_what_each_side_gets_before_it_is_done(self, market):
        deal, _works = build(market, Stage.ACTIVE)
        brand, influencer = sides(market, deal)
        page = brand.get(f"/bookings/{deal.booked.id}/cancel").text
        assert "SAR 200" in page
        assert "SAR 2,007" in page
        assert "everything back" in influencer.get(f"/bookings/{deal.booked.id}/cancel").text

    def test_cancels_and_tells_why(self, market):
        deal, _works = build(market, Stage.ACTIVE)
        brand, influencer = sides(market, deal)
        path = f"/bookings/{deal.booked.id}"
        assert brand.post(f"{path}/cancel", {"reason": "Plans changed"}).status_code == 303
        assert "Plans changed" in influencer.get(path).text
        assert brand.get(f"{path}/cancel").status_code == 409

    def test_cancels_only_for_the_sums_that_were_read(self, market):
        """Nothing was handed in when the brand looked; the influencer hands in before it confirms."""
        deal, works = build(market, Stage.ACTIVE)
        brand, _influencer = sides(market, deal)
        path = f"/bookings/{deal.booked.id}/cancel"
        seen = re.search(r'name="seen_refund" value="(\d+)"', brand.get(path).text).group(1)
        assert seen == "200700"
        with market.rows() as session:
            submit(session, deal, session.get_one(Deliverable, works[0].id), now=market.clock())
        given = {"reason": "Plans changed", "seen_refund": seen}
        again = brand.post(path, given)
        assert (again.status_code, "The work has moved on" in again.text) == (422, True)
        assert "Plans changed" in again.text
        seen = re.search(r'name="seen_refund" value="(\d+)"', again.text).group(1)
        assert seen == "133800"
        assert brand.post(path, given | {"seen_refund": seen}).status_code == 303

    def test_tells_of_the_better_way_where_work_is_overdue(self, market):
        deal, _works = build(market, Stage.ACTIVE)
        path = f"/bookings/{deal.booked.id}/cancel"
        assert "overdue" not in market.visit_as(deal.brand.user).get(path).text
        market.clock.advance(days=20)
        brand, influencer = sides(market, deal)
        assert "Work is overdue: take its money back instead" in brand.get(path).text
        assert "take its money back" not in influencer.get(path).text

    def test_takes_overdue_money_back(self, market):
        deal, works = build(market, Stage.ACTIVE)
        market.clock.advance(days=20)
        brand, _influencer = sides(market, deal)
        assert "overdue" in brand.get(f"/bookings/{deal.booked.id}").text
        assert brand.post(f"{place(deal, works[0])}/take-back").status_code == 303

    def test_an_order_is_accepted_or_declined_with_a_reason(self, market):
        deal, _works = build(market, Stage.FUNDED, path="order")
        brand, influencer = sides(market, deal)
        path = f"/bookings/{deal.booked.id}"
        assert "Accept the order" in influencer.get(path).text
        assert influencer.post(f"{path}/decline").status_code == 422
        assert influencer.post(f"{path}/decline", {"code": "no_time"}).status_code == 303
        assert "everything is paid back" in brand.get(path).text

    def test_an_accepted_order_begins(self, market):
        deal, _works = build(market, Stage.FUNDED, path="order")
        _brand, influencer = sides(market, deal)
        assert influencer.post(f"/bookings/{deal.booked.id}/accept").status_code == 303
        assert "Hand in the first version" in influencer.get(f"/bookings/{deal.booked.id}").text


class TestDisagreeing:
    def test_an_operator_freezes_and_lets_go(self, market):
        deal, works = build(market)
        brand, _influencer = sides(market, deal)
        with market.rows() as session:
            operator = build_operator(session).user
        visitor = market.visit_as(operator)
        path = f"/bookings/{deal.booked.id}"
        visitor.get(f"{path}/freeze")
        assert visitor.post(f"{path}/freeze").status_code == 422
        assert visitor.post(f"{path}/freeze", {"reason": "We look into it"}).status_code == 303
        assert "We look into it" in brand.get(path).text
        assert brand.post(f"{place(deal, works[0])}/approve", {"submission_number": "1"}).status_code == 409
        assert brand.post(f"{path}/unfreeze").status_code == 403
        assert visitor.post(f"{path}/unfreeze").status_code == 303
        assert brand.get(f"{place(deal, works[0])}/review").status_code == 200

    def test_an_operator_lets_a_finished_booking_go_that_a_restore_set_aside(self, market):
        with market.rows() as session:
            deal, operator = build_booking(session, stage=Stage.COMPLETED), build_operator(session).user
            payments.freeze(session, booking_ref=deal.booked.id, reason="restored")
            on_payment_set_aside(session, booking_ref=deal.booked.id, now=market.clock())
        visitor, path = market.visit_as(operator), f"/bookings/{deal.booked.id}"
        assert f'action="{path}/unfreeze"' in visitor.get(path).text
        assert visitor.post(f"{path}/unfreeze").status_code == 303
        assert "Let it go on" not in visitor.get(path).text

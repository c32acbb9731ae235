"""A dispute from its opening to the money: both sides, two operators, an appeal; and of a post that is gone."""

import html
import io
import re

import pytest
from PIL import Image

from marketplace.approvals import policy_records
from marketplace.approvals.models import ApprovalRequest
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Deliverable
from marketplace.quotes.models import TermsSnapshot
from payments.claw_backs import list_claw_backs
from tests.builders.bookings import Stage, build_booking, confirm_money, deliverables_of
from tests.builders.contests import build_post_contest
from tests.builders.people import build_brand, build_operator
from tests.clock import START
from tests.functional.disputes.operating import operator, ruling

STATEMENTS_MAX = 12
HASH = re.compile(r'name="seen_hash"[^>]*value="([0-9a-f]{64})"')


def picture():
    content = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(content, "PNG")
    return content.getvalue()


def status(dispute):
    with dispute.rows() as session:
        return session.get_one(Deliverable, dispute.work_id).status


def criterion_text(dispute, key):
    with dispute.rows() as session:
        terms = session.get_one(TermsSnapshot, dispute.deal.booked.terms_id)
        return next(row["text"] for row in terms.criteria if row["id"] == key)


class TestNews:
    """What an open dispute asks by itself."""

    def asked(self, page):
        return html.unescape(re.search(r'hx-get="([^"]+/dispute\?seen=[^"]+)" hx-trigger="every', page)[1])

    def test_are_none_until_the_other_side_says_something(self, dispute):
        address = self.asked(dispute.brand.get(f"{dispute.path}/dispute").text)
        quiet = dispute.brand.get(address)
        assert (quiet.status_code, quiet.text) == (204, "")
        dispute.influencer.post(f"{dispute.path}/dispute/evidence", {"text": "It is all there"})
        news = dispute.brand.get(address).text
        assert "It is all there" in news
        assert "Something happened here since you opened this page." in news
        assert dispute.brand.get(self.asked(news)).status_code == 204

    def test_are_not_told_to_who_opens_the_page(self, dispute):
        assert "Something happened here" not in dispute.brand.get(f"{dispute.path}/dispute").text


class TestRoom:
    def test_shows_what_a_machine_found_the_same_for_both_sides(self, dispute):
        for visitor in (dispute.brand, dispute.influencer, operator(dispute)):
            page = visitor.get(f"{dispute.path}/dispute").text
            assert "No words were found that call it an advertisement." in page
            assert "Not agreed" in page
            assert "Evidence until" in page

    def test_takes_evidence_with_files_that_both_sides_can_open(self, dispute):
        assert dispute.influencer.post(f"{dispute.path}/dispute/evidence", {"text": ""}).status_code == 422
        given = {
            "text": "It is all there",
            "links": "https://video.example.test/cut",
            "files": (io.BytesIO(picture()), "proof.png"),
        }
        answer = dispute.influencer.post(
            f"{dispute.path}/dispute/evidence", given, content_type="multipart/form-data"
        )
        assert answer.status_code == 303
        page = dispute.brand.get(f"{dispute.path}/dispute").text
        assert "It is all there" in page
        (file,) = set(re.findall(r"/bookings/files/\w+", page))
        assert dispute.brand.get(file).mimetype == "image/webp"
        with dispute.rows() as session:
            stranger = build_brand(session).user
        assert dispute.visit_as(stranger).get(file).status_code == 404

    def test_is_nobody_elses(self, dispute):
        with dispute.rows() as session:
            stranger = build_brand(session).user
        assert dispute.visit_as(stranger).get(f"{dispute.path}/dispute").status_code == 404
        wrong = f"/bookings/{'z' * 20}/work/{dispute.work_id}/dispute"
        assert dispute.brand.get(wrong).status_code == 404

    def test_asks_a_bounded_number_of_questions(self, dispute):
        with dispute.counting() as statements:
            assert dispute.brand.get(f"{dispute.path}/dispute").status_code == 200
        assert len(statements) <= STATEMENTS_MAX


class TestRule:
    def test_keeps_what_was_typed_when_something_is_missing(self, dispute):
        visitor = operator(dispute)
        wrong = visitor.post(f"{dispute.path}/dispute/rule", ruling(reason_ar=""))
        assert wrong.status_code == 422
        assert "Mostly done." in wrong.text
        assert visitor.post(f"{dispute.path}/dispute/rule", ruling("")).status_code == 422
        assert dispute.brand.post(f"{dispute.path}/dispute/rule", ruling()).status_code == 403

    def test_waits_until_both_accept(self, answered):
        assert operator(answered).post(f"{answered.path}/dispute/rule", ruling()).status_code == 303
        page = answered.brand.get(f"{answered.path}/dispute").text
        assert "60%" in page
        assert "Mostly done." in page
        assert "No word says it." in page
        assert status(answered) == "ruled"
        assert answered.brand.post(f"{answered.path}/dispute/accept").status_code == 303
        assert status(answered) == "ruled"
        assert answered.brand.post(f"{answered.path}/dispute/accept").status_code == 409
        assert answered.influencer.post(f"{answered.path}/dispute/accept").status_code == 303
        assert status(answered) == "approved"  # owed: no payout account yet

    def test_is_appealed_to_somebody_else(self, answered):
        first = operator(answered)
        first.post(f"{answered.path}/dispute/rule", ruling())
        assert answered.influencer.post(f"{answered.path}/dispute/appeal", {"text": ""}).status_code == 422
        assert (
            answered.influencer.post(f"{answered.path}/dispute/appeal", {"text": "Look again"}).status_code
            == 303
        )
        assert first.post(f"{answered.path}/dispute/rule", ruling("met")).status_code == 403
        assert "a colleague who did not decides" in first.get(f"{answered.path}/dispute").text
        second = operator(answered, 1)
        assert "Look again" in second.get(f"{answered.path}/dispute").text
        assert second.post(f"{answered.path}/dispute/rule", ruling("met")).status_code == 303
        assert "this is final" in answered.brand.get(f"/bookings/{answered.deal.booked.id}").text

    def test_over_the_limit_needs_a_second_operator_who_reads_it(self, answered, monkeypatch):
        monkeypatch.setattr(policy_records.ApprovalPolicy, "needs_second_person", lambda *_given: True)
        first, second = operator(answered), operator(answered, 1)
        asked = first.post(f"{answered.path}/dispute/rule", ruling())
        assert asked.location.startswith("/operate/approvals/")
        assert status(answered) == "contested"
        assert "waits for a second operator" in second.get(f"{answered.path}/dispute").text
        page = second.get(asked.location).text
        assert [told in page for told in ("Mostly done.", "Qahwa House", "Noura Example")] == [True] * 3
        criterion = criterion_text(answered, "label")
        assert f"{criterion}: not met\nNo word says it.\nلا كلمة تفصح." in html.unescape(page)
        assert "on the appeal" not in page
        assert f'href="{answered.path}/dispute"' in page
        seen = HASH.search(page).group(1)
        assert first.post(f"{asked.location}/approve", {"seen_hash": seen}).status_code == 403
        assert second.post(f"{asked.location}/approve", {"seen_hash": "0" * 64}).status_code == 409
        assert second.post(f"{asked.location}/approve", {"seen_hash": seen}).status_code == 303
        assert status(answered) == "ruled"
        assert "Two operators agreed on it." in answered.brand.get(f"{answered.path}/dispute").text
        with answered.rows() as session:
            assert session.query(ApprovalRequest).one().status == "approved"


class TestHearing:
    def test_offers_no_decision_before_the_other_side_could_answer(self, dispute):
        assert "The other side may answer until" in operator(dispute).get(f"{dispute.path}/dispute").text
        assert "Answer the contest" in dispute.influencer.get("/home").text
        assert operator(dispute).post(f"{dispute.path}/dispute/rule", ruling()).status_code == 409


class TestOpenDisputes:
    def test_lists_what_waits(self, dispute):
        page = operator(dispute).get("/operate/disputes").text
        assert dispute.path in page
        assert dispute.brand.get("/operate/disputes").status_code == 403

    def test_name_both_sides_in_the_readers_script(self, dispute):
        visitor = operator(dispute)
        visitor.post("/language", {"language": "ar"})
        page = visitor.get("/operate/disputes").text
        assert [name in page for name in ("بيت القهوة", "نورة مثال", "Qahwa House", "Noura Example")] == [
            True, True, False, False,
        ]  # fmt: skip


class TestRestorePost:
    def test_undoes_a_report(self, market):
        with market.rows() as session:
            deal = build_booking(session, stage=Stage.COMPLETED)
            work_id = deliverables_of(session, deal.booked)[0].id
            user = build_operator(session).user
        path = f"/bookings/{deal.booked.id}/work/{work_id}"
        brand, visitor = market.visit_as(deal.brand.user), market.visit_as(user)
        brand.get(f"/bookings/{deal.booked.id}")
        assert "opens a dispute" in brand.get(f"{path}/post/taken-down").text
        assert brand.post(f"{path}/post/taken-down", {"statement": "Gone."}).status_code == 303
        assert "The report was wrong" in visitor.get(f"/bookings/{deal.booked.id}").text
        visitor.get(f"{path}/post/restore")
        assert visitor.post(f"{path}/post/restore", {"reason_en": "It is up."}).status_code == 422
        given = {"reason_en": "It is up.", "reason_ar": "ما زال منشورًا."}
        assert visitor.post(f"{path}/post/restore", given).status_code == 303
        market.work()
        market_notices = market.visit_as(deal.influencer.user).get("/notices").text
        assert "the strike withdrawn" in market_notices


class TestReportOfAnOperator:
    def test_opens_a_dispute_that_others_decide(self, market):
        with market.rows() as session:
            market.deal = build_booking(session, stage=Stage.COMPLETED)
            confirm_money(session, market.deal.booked)
            work_id = deliverables_of(session, market.deal.booked)[0].id
            market.operators = [build_operator(session, role="senior").user for _number in range(2)]
        path = f"/bookings/{market.deal.booked.id}/work/{work_id}"
        first = market.visit_as(market.operators[0])
        assert "post/found-gone" in first.get(f"/bookings/{market.deal.booked.id}").text
        first.get(f"{path}/post/found-gone")
        assert first.post(f"{path}/post/found-gone", {"reason_en": "It is gone."}).status_code == 422
        given = {"reason_en": "It is gone.", "reason_ar": "لم نجده."}
        brand, influencer = (
            market.visit_as(side.user) for side in (market.deal.brand, market.deal.influencer)
        )
        for visitor in (brand, influencer):
            visitor.get(f"/bookings/{market.deal.booked.id}")
            assert visitor.post(f"{path}/post/found-gone", given).status_code == 403
        assert first.post(f"{path}/post/found-gone", given).status_code == 303
        assert first.post(f"{path}/post/found-gone", given).status_code == 409
        market.work()
        for visitor in (brand, influencer):
            assert "did not find the post" in visitor.get("/notices").text
            assert "It is gone." in visitor.get(f"{path}/dispute").text
        assert "opened by an operator" in brand.get(f"/bookings/{market.deal.booked.id}").text
        market.clock.advance(days=6)
        decision = {"verdict_kept_live": "not_met", "reason_en": "We looked.", "reason_ar": "نظرنا."}
        first, second = (market.visit_as(each) for each in market.operators)
        first.get(f"{path}/dispute")
        assert first.post(f"{path}/dispute/rule", decision).status_code == 403
        second.get(f"{path}/dispute")
        assert second.post(f"{path}/dispute/rule", decision).status_code == 303


class TestPostTakenDown:
    @pytest.fixture
    def paid(self, market):
        """A finished booking, its money with the influencer, and the brand's report of its post."""
        with market.rows() as session:
            market.deal = build_booking(session, stage=Stage.COMPLETED)
            confirm_money(session, market.deal.booked)
            market.work_id = deliverables_of(session, market.deal.booked)[0].id
            market.operators = [build_operator(session, role="senior").user for _number in range(2)]
        market.path = f"/bookings/{market.deal.booked.id}/work/{market.work_id}"
        market.brand, market.influencer = (
            market.visit_as(market.deal.brand.user),
            market.visit_as(market.deal.influencer.user),
        )
        market.brand.get(f"{market.path}/post/taken-down")
        assert market.brand.post(f"{market.path}/post/taken-down", {"statement": " "}).status_code == 422
        opened = market.brand.post(
            f"{market.path}/post/taken-down", {"statement": "The address leads nowhere."}
        )
        assert opened.location == f"{market.path}/dispute"
        market.influencer.get(f"{market.path}/dispute")
        return market

    def test_ends_without_loss_when_it_is_shown_and_found(self, paid):
        room = paid.influencer.get(f"{paid.path}/dispute").text
        assert "Is the post up?" in room
        assert "The post stays up for 30 days" in room
        assert paid.influencer.post(f"{paid.path}/dispute/show", {}).status_code == 422
        assert paid.influencer.post(f"{paid.path}/dispute/show", {"text": "Here"}).status_code == 303
        assert "I do not find it" in paid.brand.get(f"{paid.path}/dispute").text
        assert paid.brand.post(f"{paid.path}/dispute/found").status_code == 303
        assert "The brand found the post" in paid.influencer.get(f"{paid.path}/dispute").text
        assert "Report that the post is gone" in paid.brand.get(f"/bookings/{paid.deal.booked.id}").text

    def test_says_that_an_owed_share_is_held_and_goes_back_with_its_fee(self, market, monkeypatch):
        monkeypatch.setattr("tests.builders.bookings.open_payout_account", lambda *_given, **_more: None)
        with market.rows() as session:
            market.deal, contest = build_post_contest(session, stage=Stage.RELEASING)
            market.operators = [build_operator(session, role="senior").user]
        market.path = f"/bookings/{market.deal.booked.id}/work/{contest.deliverable_id}"
        path = f"{market.path}/dispute"
        market.clock.advance(days=6)  # the time for evidence is over
        form = operator(market).get(path).text
        assert "the fee is kept on that share only" in form
        for page in (form, market.visit_as(market.deal.influencer.user).get(path).text):
            assert "held until that decision stands" in page
            assert "earned and stays" not in page

    def test_says_truly_that_a_lost_chargeback_ended_it(self, paid):
        with paid.rows() as session:
            bookings.on_chargeback_opened(session, booking_ref=paid.deal.booked.id, now=START)
            bookings.on_chargeback_closed(session, booking_ref=paid.deal.booked.id, is_won=False, now=START)
        for visitor in (paid.brand, paid.influencer):
            for page in (f"{paid.path}/dispute", f"/bookings/{paid.deal.booked.id}"):
                told = visitor.get(page).text
                assert "Nobody decided it" in told
                assert "Closed by chargeback" in told
                assert "Frozen" not in told
                assert "The post was found" not in told
        paid.work()
        room = f"/bookings/{paid.deal.booked.id}"
        assert "what you received stays yours" in paid.influencer.get(room).text
        assert "No more work is handed in" in paid.brand.get(room).text
        assert "taken back by the card network" in paid.brand.get(room).text
        assert "nobody decides it any more" in paid.influencer.get("/notices").text

    def test_takes_back_by_two_when_the_brand_looked(self, paid):
        paid.influencer.post(f"{paid.path}/dispute/show", {"text": "Here"})
        paid.clock.advance(minutes=5)
        assert paid.brand.post(f"{paid.path}/dispute/deny", {"text": "Nothing there"}).status_code == 303
        paid.clock.advance(minutes=5)
        decision = {
            "verdict_kept_live": "not_met",
            "reason_en": "We looked twice.",
            "reason_ar": "اطّلعنا مرتين.",
        }
        first, second = operator(paid), operator(paid, 1)
        early = first.get(f"{paid.path}/dispute").text
        assert "Both sides are still heard until" in early
        assert 'name="verdict_kept_live"' not in early
        assert "The report was wrong" in early
        assert first.post(f"{paid.path}/dispute/rule", decision).status_code == 409
        given = paid.influencer.post(f"{paid.path}/dispute/evidence", {"text": "It is up again."})
        assert given.status_code == 303
        assert 'name="verdict_kept_live"' in first.get(f"{paid.path}/dispute").text
        assert paid.path in first.get("/operate/disputes").text
        form = first.get(f"{paid.path}/dispute").text
        assert "the fee is kept on that share only" in form
        assert "gives the fee on it back at once" in form
        asked = first.post(f"{paid.path}/dispute/rule", decision)
        assert "/approvals/" in asked.location
        seen = HASH.search(second.get(asked.location).text).group(1)
        assert second.post(f"{asked.location}/approve", {"seen_hash": seen}).status_code == 303
        assert "goes to the brand: the fee on it at once" in paid.influencer.get(f"{paid.path}/dispute").text
        for visitor in (paid.brand, paid.influencer):
            assert visitor.post(f"{paid.path}/dispute/accept").status_code == 303
        with paid.rows() as session:
            (claim,) = list_claw_backs(session)
        assert claim.amount_minor > 0
        assert "Take a share back" in first.get(f"/bookings/{paid.deal.booked.id}").text

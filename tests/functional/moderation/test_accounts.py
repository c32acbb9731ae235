"""Suspending an account over pages: who may, what the person reads and may do, and how it ends."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEntry
from marketplace.influencers.models import Influencer
from marketplace.moderation.models import Appeal, Decision
from marketplace.notifications.models import Notice
from marketplace.web.templates import DOT
from tests.builders.people import build_influencer, build_operator

REASONS = {
    "action": "suspend",
    "policy_code": "truthful",
    "reason_en": "Copied posts.",
    "reason_ar": "منشورات منسوخة.",
}


@pytest.fixture
def office(market):
    with market.rows() as session:
        market.influencer = build_influencer(session)
        market.influencer.user.language = "ar"
        market.senior = build_operator(session, role="senior").user
        market.colleague = build_operator(session, role="senior").user
        market.moderator = build_operator(session, role="moderator").user
    market.path = f"/operate/accounts/{market.influencer.user.id}"
    return market


def decide(office, values=REASONS, operator=None):
    visitor = office.visit_as(operator or office.senior)
    visitor.get(office.path)
    return visitor.post(office.path, values)


def state_of(office):
    with office.rows() as session:
        user = session.get_one(User, office.influencer.user.id)
        influencer = session.get_one(Influencer, office.influencer.influencer.id)
        return user.suspended_at is not None, str(influencer.status)


class TestSuspension:
    def test_is_decided_audited_and_told_in_the_reader_s_language(self, office):
        assert decide(office).status_code == 303
        assert state_of(office) == (True, "suspended")
        office.work()
        with office.rows() as session:
            actions = session.scalars(
                select(AuditEntry.action).where(AuditEntry.subject_id == office.influencer.user.id)
            ).all()
            told = session.scalars(
                select(Notice).where(
                    Notice.user_id == office.influencer.user.id, Notice.kind == "account.suspended"
                )
            ).one()
        assert {"account.suspended", "case.suspend"} <= set(actions)
        assert told.params["reason"] == "منشورات منسوخة"  # its sentence ends it
        assert told.path == "/decisions"
        assert "منشورات منسوخة." in office.visit_as(office.influencer.user).get("/decisions").text

    def test_is_given_the_ready_sentence_of_its_policy_by_one_tick(self, office):
        ticked = REASONS | {"reason_en": "", "reason_ar": "", "uses_ready_reason": "y"}
        assert decide(office, ticked).status_code == 303
        assert state_of(office) == (True, "suspended")
        assert (
            "فيه ادعاء لا يمكن إثبات صحته." in office.visit_as(office.influencer.user).get("/decisions").text
        )

    def test_is_found_by_name_or_among_the_suspended(self, office):
        visitor = office.visit_as(office.senior)
        assert office.path not in visitor.get("/operate/accounts").text
        assert office.path in visitor.get(f"/operate/accounts?q={office.influencer.user.email}").text
        decide(office)
        assert office.path in visitor.get("/operate/accounts").text

    def test_is_found_by_a_part_of_handle_or_address(self, office):
        visitor = office.visit_as(office.senior)
        with office.rows() as session:
            handle = session.get_one(Influencer, office.influencer.influencer.id).handle
        for text in (f"@{handle}", handle[:-1].upper(), office.influencer.user.email.split("@")[0]):
            assert office.path in visitor.get(f"/operate/accounts?q={text}").text

    def test_is_told_on_every_page_with_the_way_to_appeal(self, office):
        author = office.visit_as(office.influencer.user)
        assert "/decisions" not in author.get("/home").text.split("<main", 1)[1]
        decide(office)
        for path in ("/home", "/profile", "/listings"):
            page = author.get(path).text.split("<main", 1)[1]
            assert 'href="/decisions"' in page
            assert "set-listed" not in page
            assert "أوافق على عرض ملفي" not in page

    @pytest.mark.parametrize(
        "wrong",
        [{"policy_code": "made_up"}, {"reason_ar": " "}, {"reason_en": "x" * 2001}, {"action": "hide"}],
    )
    def test_is_refused_when_incomplete_and_keeps_what_was_typed(self, office, wrong):
        answer = decide(office, REASONS | wrong)
        assert answer.status_code == 422
        assert "منشورات منسوخة." in answer.text or "reason_ar" in wrong
        assert state_of(office) == (False, "listed")

    def test_is_no_business_of_a_moderator_nor_about_operators(self, office):
        assert decide(office, operator=office.moderator).status_code == 403
        visitor = office.visit_as(office.senior)
        assert visitor.get(f"/operate/accounts/{office.colleague.id}").status_code == 404
        assert state_of(office) == (False, "listed")

    def test_is_a_conflict_when_a_colleague_was_faster(self, office):
        decide(office)
        assert decide(office, operator=office.colleague).status_code == 409
        with office.rows() as session:
            assert len(session.scalars(select(Decision)).all()) == 1


class TestRestoring:
    def test_is_a_decision_that_is_told_and_not_appealed(self, office):
        decide(office)
        assert decide(office, REASONS | {"action": "restore", "policy_code": "in_order"}).status_code == 303
        assert state_of(office) == (False, "listed")
        office.work()
        with office.rows() as session:
            kinds = session.scalars(
                select(Notice.kind).where(Notice.user_id == office.influencer.user.id)
            ).all()
        assert "account.restored" in kinds
        assert office.visit_as(office.influencer.user).get("/decisions").text.count("/appeal") == 1


class TestAppeal:
    def test_lifts_the_suspension_when_a_colleague_overturns_it(self, office):
        decide(office)
        author = office.visit_as(office.influencer.user)
        with office.rows() as session:
            decision_id = session.scalars(select(Decision.id)).one()
        author.get(f"/decisions/{decision_id}/appeal")
        assert author.post(f"/decisions/{decision_id}/appeal", {"text": "They are mine."}).status_code == 303
        with office.rows() as session:
            appeal_id = session.scalars(select(Appeal.id)).one()
        path = f"/operate/appeals/{appeal_id}"
        answer = {"outcome": "overturned", "answer_en": "We were wrong.", "answer_ar": "أخطأنا."}
        first, second = office.visit_as(office.senior), office.visit_as(office.colleague)
        first.get(path)
        second.get(path)
        assert first.post(path, answer).status_code == 403
        assert second.post(path, answer).status_code == 303
        assert state_of(office) == (False, "listed")
        history = second.get(office.path).text
        assert f"<h3>Suspended{DOT}overturned on appeal</h3>" in history
        assert "this does not hold any more. Answered by another operator (senior operator)." in history
        assert f"Suspended{DOT}overturned on appeal" in second.get(path).text
        told = author.get("/decisions").text  # in Arabic
        assert "نُقض بالتظلّم" in told
        assert "أجاب عنه مشرف آخر." in told

    def test_of_an_older_suspension_does_not_lift_a_later_one(self, office):
        decide(office)
        with office.rows() as session:
            decision_id = session.scalars(select(Decision.id)).one()
        author = office.visit_as(office.influencer.user)
        author.get(f"/decisions/{decision_id}/appeal")
        author.post(f"/decisions/{decision_id}/appeal", {"text": "They are mine."})
        for action in ("restore", "suspend"):
            office.clock.advance(seconds=60)
            assert decide(office, REASONS | {"action": action}).status_code == 303
        with office.rows() as session:
            appeal_id = session.scalars(select(Appeal.id)).one()
        second = office.visit_as(office.colleague)
        second.get(f"/operate/appeals/{appeal_id}")
        answer = {"outcome": "overturned", "answer_en": "We were wrong.", "answer_ar": "أخطأنا."}
        assert second.post(f"/operate/appeals/{appeal_id}", answer).status_code == 303
        assert state_of(office) == (True, "suspended")

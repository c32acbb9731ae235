"""An operator's desk over pages: take a case, decide it, read an appeal; an author reads why and appeals."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.audit.models import AuditEntry
from marketplace.brands.models import Brand
from marketplace.moderation import queries
from marketplace.moderation.domain import SubjectType
from marketplace.moderation.models import Appeal, Decision, ModerationCase
from marketplace.moderation.operations import open_case
from marketplace.moderation.policies_data import moderation_policies
from marketplace.notifications.models import Notice
from marketplace.outbox.models import OutboxRow
from marketplace.web.templates import DOT
from tests.builders.bookings import Stage, build_booking
from tests.builders.contests import build_contest
from tests.builders.people import build_brand, build_influencer
from tests.clock import START
from tests.functional.moderation.deciding import DECISION, decided

NEXT = re.compile(r'rel="next" href="([^"]+)"')


class TestQueue:
    def test_that_is_long_goes_on_over_pages_from_old_to_new(self, desk, monkeypatch):
        monkeypatch.setattr(queries, "PAGE", 2)
        with desk.rows() as session:
            for number in range(1, 4):
                brand = build_brand(session).brand
                brand.name, brand.status = f"Later brand {number}", "pending"
                session.flush()
                open_case(
                    session,
                    subject_type=SubjectType.BRAND,
                    subject_id=brand.id,
                    version_ref="1",
                    now=START + timedelta(minutes=number),
                )
        operator = desk.visit_as(desk.operators[0])
        first = operator.get("/operate/queue?kind=brand").text
        assert ("Later brand 1" in first, "Later brand 2" in first) == (True, False)
        second = operator.get(NEXT.search(first)[1].replace("&amp;", "&")).text
        assert ("Later brand 1" in second, "Later brand 2" in second) == (False, True)
        assert "Later brand 3" in second
        assert NEXT.search(second) is None

    def test_tells_contests_apart_and_marks_those_in_which_an_answer_is_awaited(self, desk):
        with desk.rows() as session:
            for is_answered in (True, False):
                deal, contest = build_contest(session, is_answered=is_answered)
                deal.influencer.influencer.name = "Answered" if is_answered else "Awaited"
                open_case(
                    session,
                    subject_type=SubjectType.DELIVERABLE,
                    subject_id=contest.deliverable_id,
                    version_ref=contest.id,
                    now=START,
                )
        page = desk.visit_as(desk.operators[0]).get("/operate/queue?kind=deliverable").text
        lines = {
            name: line for line in page.split("<li ") for name in ("Answered", "Awaited") if name in line
        }
        assert {name: "answer awaited" in line for name, line in lines.items()} == {
            "Answered": False,
            "Awaited": True,
        }
        assert all("SAR" in line and "until" in line for line in lines.values())

    def test_calls_a_channel_by_its_platform_s_name(self, desk):
        with desk.app.app_context(), desk.rows() as session:
            channel = build_influencer(session).channel
            channel.proven_at, channel.proof_requested_at = None, START
            session.flush()
            open_case(
                session,
                subject_type=SubjectType.CHANNEL,
                subject_id=channel.id,
                version_ref=START.isoformat(),
                now=START,
            )
        visitor = desk.visit_as(desk.operators[0])
        assert f"Instagram: {channel.handle}" in visitor.get("/operate/queue").text
        visitor.post("/language", {"language": "ar"})
        assert f"إنستغرام: {channel.handle}" in visitor.get("/operate/queue").text


class TestNextCase:
    def test_is_found_behind_many_that_colleagues_hold_and_none_that_waits_for_an_answer(self, desk):
        with desk.rows() as session:
            _deal, contest = build_contest(session, is_answered=False)
            waiting = [("deliverable", contest.deliverable_id, contest.id, None)]
            held = [("brand", "b", f"{number}", desk.operators[1].id) for number in range(queries.PAGE + 1)]
            free = [("brand", "b", "free", None)]
            for kind, subject_id, version, holder in (*waiting, *held, *free):
                row = ModerationCase(
                    subject_type=kind,
                    subject_id=subject_id,
                    version_ref=version,
                    status="open",
                    snapshot={},
                    opened_at=START - timedelta(days=1),
                    claimed_by=holder,
                    claimed_until=START + timedelta(days=1) if holder else None,
                )
                session.add(row)
            session.flush()
        _visitor, answer = decided(desk)
        assert answer.location == f"/operate/cases/{row.id}"

    def test_stands_behind_the_decided_one_where_there_is_one(self, desk):
        with desk.rows() as session:
            for days in (-1, 2, 1):  # the last one follows the decided one
                row = ModerationCase(
                    subject_type="brand",
                    subject_id="b",
                    version_ref=str(days),
                    status="open",
                    snapshot={},
                    opened_at=START + timedelta(days=days),
                )
                session.add(row)
            session.flush()
        _visitor, answer = decided(desk)
        assert answer.location == f"/operate/cases/{row.id}"


class TestCase:
    def test_is_taken_decided_and_followed_by_the_queue(self, desk):
        assert "Qahwa House" in desk.visit_as(desk.operators[0]).get("/operate/queue").text
        visitor, answer = decided(desk)
        assert (answer.status_code, answer.location) == (303, "/operate/queue")
        with desk.rows() as session:
            assert session.get_one(Brand, desk.brand.brand.id).status == "rejected"
        assert "/release" not in visitor.get(f"/operate/cases/{desk.case.id}").text

    def test_is_called_in_the_readers_script(self, desk):
        visitor = desk.visit_as(desk.operators[0])
        visitor.post("/language", {"language": "ar"})
        queue = visitor.get("/operate/queue").text
        assert ("بيت القهوة" in queue, "Qahwa House" in queue) == (True, False)
        assert (
            '<h1 tabindex="-1"><bdi dir="auto">بيت القهوة'
            in visitor.get(f"/operate/cases/{desk.case.id}").text
        )

    def test_opens_the_addresses_one_decides_about(self, desk):
        with desk.rows() as session:
            session.get_one(Brand, desk.brand.brand.id).website = "https://qahwa.example/about"
        page = desk.visit_as(desk.operators[0]).get(f"/operate/cases/{desk.case.id}").text
        assert '<a href="https://qahwa.example/about" rel="noopener noreferrer nofollow"' in page

    def test_chooses_no_policy_for_the_operator(self, desk):
        visitor = desk.visit_as(desk.operators[0])
        visitor.get(f"/operate/cases/{desk.case.id}")
        visitor.post(f"/operate/cases/{desk.case.id}/claim")
        page = visitor.get(f"/operate/cases/{desk.case.id}").text
        assert "yours until" in page
        assert '<option value="">' in page or '<option selected value="">' in page

    @pytest.mark.parametrize(
        "wrong",
        [
            {"action": ""},
            {"action": "split"},
            {"policy_code": "made_up"},
            {"policy_code": ""},
            {"policy_code": "in_order"},
            {"reason_ar": "  "},
            {"reason_en": "x" * 2001},
            {"revision": "x"},
        ],
    )
    def test_keeps_what_was_typed_when_something_is_missing(self, desk, wrong):
        _visitor, answer = decided(desk, DECISION | wrong)
        assert answer.status_code == 422
        assert "Not true." in answer.text or "reason_en" in wrong
        with desk.rows() as session:
            assert session.scalars(select(Decision)).all() == []

    @pytest.mark.parametrize(
        ("action", "policy", "told"),
        [("approve", "in_order", "لا يوجد ما يمنع"), ("reject", "truthful", "فيه ادعاء لا يمكن إثبات صحته")],
    )
    def test_is_given_the_ready_sentence_of_its_policy_by_one_tick(self, desk, action, policy, told):
        with desk.rows() as session:
            session.get_one(User, desk.brand.user.id).language = "ar"
        given = {"revision": "1", "action": action, "policy_code": policy, "uses_ready_reason": "y"}
        _visitor, answer = decided(desk, given)
        assert answer.status_code == 303
        desk.work()
        ready = moderation_policies()[policy]
        with desk.rows() as session:
            decision = session.scalars(select(Decision)).one()
            assert (decision.reason_en, decision.reason_ar) == (ready.reason_en, ready.reason_ar)
            notice = session.scalars(select(Notice).where(Notice.user_id == desk.brand.user.id)).one()
            audited = session.scalars(
                select(AuditEntry.reason).where(AuditEntry.action == f"case.{action}")
            ).one()
        assert (notice.params.get("reason", told), audited) == (told, ready.reason_en)

    @pytest.mark.parametrize(
        ("given", "wrong"),
        [
            ({"action": "approve", "policy_code": "truthful"}, "uses_ready_reason"),
            ({"reason_en": "Half of it."}, "reason_ar"),
            ({"policy_code": ""}, "policy_code"),
        ],
    )
    def test_is_not_given_a_ready_sentence_that_does_not_fit(self, desk, given, wrong):
        ticked = DECISION | {"reason_en": "", "reason_ar": "", "uses_ready_reason": "y"} | given
        _visitor, answer = decided(desk, ticked)
        assert (answer.status_code, f'id="{wrong}-error"' in answer.text) == (422, True)
        assert given.get("reason_en", "") in answer.text
        assert re.search(r'<input[^>]*checked[^>]*name="uses_ready_reason"', answer.text)
        with desk.rows() as session:
            assert session.scalars(select(Decision)).all() == []

    def test_refuses_a_note_that_is_too_long_beside_its_field_and_keeps_it_whole(self, desk):
        note = "x" * 501
        _visitor, answer = decided(desk, DECISION | {"note-name-en": note, "note-name-ar": "قصير"})
        assert answer.status_code == 422
        for shown in (f'value="{note}"', 'value="قصير"', 'id="note-name-en-error"', 'href="#note-name-en"'):
            assert shown in answer.text
        with desk.rows() as session:
            assert session.scalars(select(Decision)).all() == []

    def test_is_a_conflict_for_a_colleague_and_on_a_stale_page(self, desk):
        decided(desk, DECISION | {"revision": "x"})
        colleague = desk.visit_as(desk.operators[1])
        colleague.get("/operate/queue")
        assert colleague.post(f"/operate/cases/{desk.case.id}/claim").status_code == 409
        _visitor, answer = decided(desk, DECISION | {"revision": "7"})
        assert answer.status_code == 409

    def test_is_only_read_by_a_reader(self, desk):
        reader = desk.visit_as(desk.reader)
        assert reader.get(f"/operate/cases/{desk.case.id}").status_code == 200
        assert reader.post(f"/operate/cases/{desk.case.id}/claim").status_code == 403

    def test_of_a_channel_offers_the_decision(self, desk):
        """Its version is a time, with colons in it like the name of an alarm."""
        with desk.rows() as session:
            channel = build_influencer(session).channel
            channel.proven_at, channel.proof_requested_at = None, START
            session.flush()
            case_id = open_case(
                session,
                subject_type=SubjectType.CHANNEL,
                subject_id=channel.id,
                version_ref=START.isoformat(),
                now=START,
            ).id
        visitor = desk.visit_as(desk.operators[0])
        visitor.get(f"/operate/cases/{case_id}")
        visitor.post(f"/operate/cases/{case_id}/claim")
        assert f"/operate/cases/{case_id}/decide" in visitor.get(f"/operate/cases/{case_id}").text

    def test_is_given_back_for_a_colleague_to_take(self, desk):
        first, second = (desk.visit_as(user) for user in desk.operators)
        for visitor in (first, second):
            visitor.get("/operate/queue")
        first.post(f"/operate/cases/{desk.case.id}/claim")
        assert first.post(f"/operate/cases/{desk.case.id}/release").location == "/operate/queue"
        assert second.post(f"/operate/cases/{desk.case.id}/claim").status_code == 303
        with desk.rows() as session:
            assert session.get_one(ModerationCase, desk.case.id).claimed_by == desk.operators[1].id


class TestAlarm:
    def test_is_closed_by_who_looked_and_decides_nothing(self, desk):
        with desk.rows() as session:
            booking = build_booking(session, stage=Stage.ACTIVE).booked
            case_id = open_case(
                session,
                subject_type=SubjectType.DELIVERABLE,
                subject_id=booking.id,
                version_ref="hold_alarm:r1",
                now=START,
            ).id
        visitor = desk.visit_as(desk.operators[0])
        page = visitor.get(f"/operate/cases/{case_id}").text
        assert f'action="/operate/cases/{case_id}/seen"' in page
        assert f'action="/operate/cases/{case_id}/decide"' not in page
        assert visitor.post(f"/operate/cases/{case_id}/seen").location == "/operate/queue"
        with desk.rows() as session:
            assert session.get_one(ModerationCase, case_id).status == "decided"
        assert (
            visitor.post(f"/operate/cases/{desk.case.id}/seen").status_code == 422
        )  # this one waits for a decision


class TestAppeal:
    def test_goes_from_the_author_to_another_operator(self, desk):
        decider, _answer = decided(desk)
        author = desk.visit_as(desk.brand.user)
        assert "Not true." in author.get("/decisions").text
        with desk.rows() as session:
            decision_id = session.scalars(select(Decision.id)).one()
        path = f"/decisions/{decision_id}/appeal"
        author.get(path)
        assert author.post(path, {"text": "  "}).status_code == 422
        assert author.post(path, {"text": "It is true."}).status_code == 303
        with desk.rows() as session:
            appeal_id = session.scalars(select(Appeal.id)).one()
        answer = {"outcome": "overturned", "answer_en": "We were wrong.", "answer_ar": "أخطأنا."}
        decider.get(f"/operate/appeals/{appeal_id}")
        assert decider.post(f"/operate/appeals/{appeal_id}", answer).status_code == 403
        other = desk.visit_as(desk.operators[1])
        by = f"decided by {desk.operators[0].display_name}"
        assert by in other.get("/operate/appeals").text
        assert by in other.get(f"/operate/appeals/{appeal_id}").text
        assert "It is true." in other.get(f"/operate/appeals/{appeal_id}").text
        blank = other.post(f"/operate/appeals/{appeal_id}", answer | {"answer_ar": " "})
        assert (blank.status_code, "We were wrong." in blank.text) == (422, True)
        assert other.post(f"/operate/appeals/{appeal_id}", answer).status_code == 303
        with desk.rows() as session:
            assert session.get_one(Brand, desk.brand.brand.id).status == "approved"
        history = other.get(f"/operate/cases/{desk.case.id}").text
        assert f"<h2>Rejected{DOT}overturned on appeal</h2>" in history
        assert "this does not hold any more." in history
        line = next(each for each in history.split("<li") if "The case was decided: rejected" in each)
        assert "(overturned on appeal, " in line


class TestJobs:
    def test_are_shown_and_tried_again(self, desk):
        with desk.rows() as session:
            row = OutboxRow(
                kind="mail.deliver",
                payload={},
                created_at=START,
                run_after=START,
                parked_at=START,
                last_error="No route",
            )
            session.add(row)
            session.flush()
            row_id = row.id
        visitor = desk.visit_as(desk.operators[0])
        assert "No route" in visitor.get("/operate/jobs").text
        assert visitor.post(f"/operate/jobs/{row_id}/retry").status_code == 303
        assert visitor.post(f"/operate/jobs/{row_id}/retry").status_code == 404


class TestAuditTrail:
    def test_is_filtered_and_goes_on_over_pages(self, desk):
        decided(desk)
        visitor = desk.visit_as(desk.operators[0])
        assert "case.reject" in visitor.get(f"/operate/audit?subject={desk.brand.brand.id}").text
        assert "case.reject" not in visitor.get("/operate/audit?subject=other").text

    def test_names_who_acted_and_leads_to_what_else_they_did(self, desk):
        decided(desk)
        who = desk.operators[0]
        page = desk.visit_as(desk.operators[1]).get(f"/operate/audit?subject={desk.brand.brand.id}").text
        assert f'<a href="/operate/audit?actor={who.id}"><bdi>{who.display_name}</bdi></a>' in page

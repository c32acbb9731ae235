"""Who is told what: the right side, once, in their language, with the amounts that are theirs."""

import pytest
from sqlalchemy import select

from marketplace.accounts.domain import BrandRole
from marketplace.announcements.domain import Trait
from marketplace.announcements.operations import announce
from marketplace.announcements.table import ANNOUNCEMENTS
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Reminder
from marketplace.bookings.timers import run_due_timers
from marketplace.db import transaction
from marketplace.moderation.domain import SubjectType
from marketplace.moderation.models import Appeal
from marketplace.moderation.operations import (
    DecisionInput,
    answer_appeal,
    decide_case,
    file_appeal,
    open_case,
)
from marketplace.notifications.models import MailMessage, Notice
from marketplace.notifications.sentences import SENTENCES
from marketplace.web.language import force_locale
from marketplace.worker import Worker
from tests.builders.bookings import Stage, build_booking, build_quote, deliverables_of
from tests.builders.people import build_brand, build_operator, build_user, join_brand
from tests.clock import START


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def worker(app, services) -> Worker:
    return Worker(services, context=app.app_context)


def told(services, kind: str) -> list[MailMessage]:
    with transaction(services.sessions) as session:
        rows = session.scalars(select(MailMessage).where(MailMessage.kind == kind)).all()
        session.expunge_all()
        return list(rows)


class TestAnnounce:
    @pytest.mark.parametrize(
        "event",
        sorted(event for event in ANNOUNCEMENTS if event.split(".")[0] not in {"application", "invitation"}),
    )
    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_tells_each_side_its_own_sentence_once_and_leads_to_a_page(
        self, app, services, session, event, language
    ):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        deal.brand.user.language = deal.influencer.user.language = language
        names = {deal.brand.user.id: "brand", deal.influencer.user.id: "influencer"}
        payload = {
            "booking_id": deal.booked.id,
            "deliverable_id": deliverables_of(session, deal.booked)[0].id,
        }
        if event.startswith("quote."):
            payload = {"quote_id": deal.quote.id}
        session.commit()
        with app.app_context():
            for _time in range(2):
                with transaction(services.sessions) as own:
                    announce(own, services, event=event, payload=payload)
            with transaction(services.sessions) as own:
                notices = own.scalars(select(Notice)).all()
                mails = own.scalars(select(MailMessage)).all()
                traits = frozenset({Trait.PUBLISHED_WORK})  # of the brief's first piece
                lines = [line for line in ANNOUNCEMENTS[event] if line.fits(traits)]
                expected = sorted((line.side, line.sentence) for line in lines)
                assert sorted((names[row.user_id], row.kind) for row in notices) == expected
                assert sorted((names[row.user_id], row.kind) for row in mails) == expected
                for mail in mails:
                    assert mail.language == language
                    assert "%(" not in mail.body
                    with force_locale(language):
                        start = str(SENTENCES[mail.kind].text).split("%(")[0]
                    assert start in mail.subject
                client = app.test_client()
                for notice in notices:
                    assert client.get(notice.path).status_code == 302, "a page for who is signed in"

    def test_calls_the_booking_as_its_room_does_and_cuts_a_subject_between_words(
        self, app, services, session
    ):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        piece = deliverables_of(session, deal.booked)[0]
        piece.title, deal.booked.title = "Of a listing", "Cold brew 12,000 " * 11
        payload = {"booking_id": deal.booked.id, "deliverable_id": piece.id}
        session.commit()
        with app.app_context(), transaction(services.sessions) as own:
            announce(own, services, event="submission.received", payload=payload)
        [mail] = told(services, "submission.received")
        assert "Of a listing" not in mail.body
        assert mail.subject.endswith((" brew …", " 12,000 …", " Cold …"))
        assert len(mail.subject) <= 140

    def test_knows_a_sentence_and_a_page_for_every_event(self, app):
        for lines in ANNOUNCEMENTS.values():
            for line in lines:
                assert line.sentence in SENTENCES
                assert line.endpoint in app.view_functions


class TestDeal:
    def test_is_told_with_the_amounts_of_each_side(self, services, session, worker):
        deal = build_booking(session, stage=Stage.FUNDED)
        session.commit()
        worker.settle()
        (paid,), (funded,) = told(services, "booking.paid"), told(services, "booking.funded")
        assert (paid.user_id, funded.user_id) == (deal.brand.user.id, deal.influencer.user.id)
        assert "SAR 2,230" in paid.body
        assert "SAR 2,000" in funded.body

    def test_is_told_to_every_member_of_the_brand(self, services, session, worker):
        brand = build_brand(session)
        second = build_user(session)
        join_brand(session, brand=brand.brand, user=second, role=BrandRole.BUYER)
        build_quote(session, brand=brand)
        ids = {brand.user.id, second.id}
        session.commit()
        worker.settle()
        assert {mail.user_id for mail in told(services, "quote.created")} == ids

    def test_tells_a_second_round_as_well(self, services, session, worker):
        deal = build_booking(session, stage=Stage.ACTIVE)
        work = deliverables_of(session, deal.booked)[0]
        for _round in range(2):
            bookings.submit_work(
                session, actor=deal.influencer.actor, deliverable_id=work.id, text="x", links=[], now=START
            )
            bookings.request_changes(
                session,
                actor=deal.brand.actor,
                deliverable_id=work.id,
                criterion_id="label",
                note="Say ad.",
                now=START,
            )
        session.commit()
        worker.settle()
        assert len(told(services, "submission.received")) == len(told(services, "changes.requested")) == 2
        assert "Say ad." in told(services, "changes.requested")[0].body

    @pytest.mark.parametrize("author", ["brand", "influencer"])
    def test_tells_a_message_to_the_other_side(self, services, session, worker, author):
        deal = build_booking(session, stage=Stage.ACTIVE)
        sides = {"brand": deal.brand, "influencer": deal.influencer}
        bookings.send_message(
            session, actor=sides.pop(author).actor, booking_id=deal.booked.id, text="Hi", now=START
        )
        reader = next(iter(sides.values())).user.id
        session.commit()
        worker.settle()
        assert [mail.user_id for mail in told(services, "message.received")] == [reader]


class TestReminder:
    def test_counts_only_once_the_mail_was_accepted(self, services, session, worker, clock):
        build_booking(session, stage=Stage.SUBMITTED)
        session.commit()
        services.mailer.is_down = True
        clock.advance(hours=60)
        run_due_timers(services.sessions, now=clock())
        worker.settle()

        def accepted() -> list[bool]:
            with transaction(services.sessions) as own:
                return [row.accepted_at is not None for row in own.scalars(select(Reminder))]

        assert accepted()
        assert not any(accepted())
        services.mailer.is_down = False
        clock.advance(hours=1)
        worker.settle()
        assert all(accepted())
        assert len({mail.message_id for mail in services.mailer.sent}) == len(services.mailer.sent)


class TestModeration:
    @pytest.mark.parametrize(
        ("language", "said"), [("en", "Your brand is approved: Nour."), ("ar", "اعتُمدت علامتك «نور».")]
    )
    def test_says_what_was_approved(self, services, session, worker, language, said):
        brand, operator = build_brand(session), build_operator(session)
        brand.brand.status, brand.user.language = "pending", language
        brand.brand.name, brand.brand.name_ar = "Nour", "نور"
        session.flush()
        case = open_case(
            session, subject_type=SubjectType.BRAND, subject_id=brand.brand.id, version_ref="1", now=START
        )
        given = DecisionInput("approve", "in_order", "All in order.", "كل شيء سليم.")
        decide_case(session, actor=operator.actor, case_id=case.id, given=given, revision=1, now=START)
        session.commit()
        worker.settle()
        (mail,) = told(services, "moderation.approved_brand")
        assert said in mail.subject

    def test_tells_the_author_in_their_language_and_the_answer_too(self, services, session, worker):
        brand, operator, colleague = build_brand(session), build_operator(session), build_operator(session)
        brand.brand.status, brand.user.language = "pending", "ar"
        session.flush()
        case = open_case(
            session, subject_type=SubjectType.BRAND, subject_id=brand.brand.id, version_ref="1", now=START
        )
        decision = decide_case(
            session,
            actor=operator.actor,
            case_id=case.id,
            given=DecisionInput("reject", "truthful", "Not true.", "غير صحيح."),
            revision=1,
            now=START,
        )
        file_appeal(session, actor=brand.actor, decision_id=decision.id, text="It is.", now=START)
        author_id, actor = brand.user.id, colleague.actor
        session.commit()
        worker.settle()
        (mail,) = told(services, "moderation.rejected")
        assert (mail.user_id, mail.language) == (author_id, "ar")
        with transaction(services.sessions) as own:
            appeal_id = own.scalars(select(Appeal.id)).one()
            answer_appeal(
                own,
                actor=actor,
                appeal_id=appeal_id,
                is_upheld=True,
                answer_en="No.",
                answer_ar="لا.",
                now=START,
            )
        worker.settle()
        assert [row.user_id for row in told(services, "moderation.appeal_answered")] == [author_id]

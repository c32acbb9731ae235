"""The moment each sentence names is the end of its own clock, and names come in the reader's script."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.announcements.booking_facts import booking_facts
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import BookingEvent
from marketplace.db import transaction
from marketplace.notifications.models import MailMessage
from marketplace.quotes.domain import DealPath
from marketplace.worker import Worker
from tests.builders.bookings import Stage, build_booking, deliverables_of, submit
from tests.clock import START

HOUR = timedelta(hours=1)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def until(session, deal, event):
    payload = {"booking_id": deal.booked.id}
    if not event.startswith("booking."):
        payload["deliverable_id"] = deliverables_of(session, deal.booked)[0].id
    return booking_facts(session, payload, event=event).params["until"]


class TestMoment:
    @pytest.mark.parametrize("event", ["submission.received", "review.reminder"])
    def test_of_a_review_is_its_end_and_not_a_reminder(self, session, event):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        assert until(session, deal, event) == {"at": (START + 72 * HOUR).isoformat()}

    def test_of_a_second_version_is_the_end_of_its_own_review(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        row = deliverables_of(session, deal.booked)[0]
        given = {"criterion_id": "label", "note": "Say ad.", "now": START + HOUR}
        bookings.request_changes(session, actor=deal.brand.actor, deliverable_id=row.id, **given)
        submit(session, deal, row, now=START + 5 * HOUR)
        assert until(session, deal, "submission.received") == {"at": (START + 77 * HOUR).isoformat()}

    def test_of_due_work_is_the_due_day_and_not_the_overdue_one(self, session):
        deal = build_booking(session)
        row = deliverables_of(session, deal.booked)[0]
        assert row.due_at != row.overdue_at
        assert until(session, deal, "deliverable.due") == {"at": row.due_at.isoformat()}

    def test_of_an_order_is_when_it_must_be_answered(self, session):
        deal = build_booking(session, stage=Stage.FUNDED, path=DealPath.ORDER)
        assert until(session, deal, "booking.funded") == {"at": (START + 72 * HOUR).isoformat()}
        assert until(session, deal, "booking.created") == {
            "at": (deal.booked.pay_before - timedelta(minutes=31)).isoformat()
        }

    def test_of_a_post_is_the_end_of_its_confirmation(self, session):
        deal = build_booking(session, stage=Stage.PUBLISHED)
        assert until(session, deal, "publication.received") == {"at": (START + 24 * HOUR).isoformat()}


class TestNote:
    def test_is_the_one_of_the_event_that_is_told(self, session):
        deal = build_booking(session, stage=Stage.PUBLISHED)
        row = next(row for row in deliverables_of(session, deal.booked) if row.is_published)
        bookings.refuse_publication(
            session, actor=deal.brand.actor, deliverable_id=row.id, note="No label.", now=START
        )
        revision = session.scalars(
            select(BookingEvent.number).where(BookingEvent.kind == "publication.refused")
        ).one()
        payload = {"booking_id": deal.booked.id, "deliverable_id": row.id, "revision": revision}
        assert booking_facts(session, payload, event="publication.refused").params["note"] == "No label."
        payload.pop("revision")
        assert booking_facts(session, payload, event="deliverable.approved").params["note"] == ""


class TestNames:
    @pytest.mark.parametrize(
        ("language", "name_ar", "expected"),
        [
            ("ar", "نورة مثال", "نورة مثال"),
            ("ar", "", "Noura Example"),
            ("en", "نورة مثال", "Noura Example"),
        ],
    )
    def test_stand_in_the_readers_script_where_they_exist(
        self, app, services, session, language, name_ar, expected
    ):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        deal.brand.user.language, deal.influencer.influencer.name_ar = language, name_ar
        session.commit()
        Worker(services, context=app.app_context).settle()
        with transaction(services.sessions) as own:
            mail = own.scalars(select(MailMessage).where(MailMessage.kind == "submission.received")).first()
            assert mail is not None
            assert expected in mail.body

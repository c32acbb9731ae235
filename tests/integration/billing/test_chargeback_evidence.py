"""What the card network reads of a booking: only what happened, in order, each moment in UTC."""

import pytest

from marketplace.billing.chargeback_evidence import assemble_evidence
from marketplace.bookings import operations as bookings
from tests.builders.bookings import Stage, StoredPicture, build_booking, deliverables_of
from tests.builders.people import build_operator
from tests.clock import START


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def evidence(session, deal):
    actor = build_operator(session).actor
    return assemble_evidence(session, actor=actor, booking_id=deal.booked.id, now=START)


class TestAssembleEvidence:
    def test_tells_the_work_from_the_order_to_the_payment_of_the_supplier(self, session):
        deal = build_booking(session, stage=Stage.ACTIVE)
        work = deliverables_of(session, deal.booked)[1]  # a file
        place = {"deliverable_id": work.id, "now": START}
        bookings.submit_work(
            session,
            actor=deal.influencer.actor,
            text="Here.",
            links=["https://video.example.test/cut"],
            files=[StoredPicture()],
            **place,
        )
        bookings.approve_submission(session, actor=deal.brand.actor, **place)
        bookings.send_message(
            session, actor=deal.brand.actor, booking_id=deal.booked.id, text="Thank you!", now=START
        )
        work.released_at = START
        session.flush()
        fields = evidence(session, deal)
        assert fields["customer_name"] == "Qahwa House"
        assert fields["service_date"] == f"{START:%Y-%m-%d %H:%M} UTC"
        assert work.title in fields["product_description"]
        at = fields["service_date"]
        story = fields["uncategorized_text"].splitlines()
        told = [line for line in story if line.strip().startswith(("-", "file", "link", "["))]
        assert told[-6:] == [
            f"- version 1 handed in on {at}, approved",
            f"  file draft.webp, SHA-256 {'a' * 64}",
            "  link https://video.example.test/cut",
            f"- approved on {at} by the customer",
            f"- the supplier was paid on {at}",
            f"[{at}] brand: Thank you!",
        ]
        assert f"The customer paid on {at}." in story
        assert f"The supplier began on {at}." in story

    def test_of_silence_and_of_a_post_says_just_that(self, session):
        deal = build_booking(session, stage=Stage.PUBLISHED)
        deliverables_of(session, deal.booked)[0].approved_how = "silence"
        session.flush()
        text = evidence(session, deal)["uncategorized_text"]
        assert "by the customer's silence, after reminders" in text
        assert "- published at https://www.instagram.com/reel/" in text

    def test_claims_nothing_of_an_order_whose_work_did_not_begin(self, session):
        deal = build_booking(session, stage=Stage.FUNDED, path="order")
        fields = evidence(session, deal)
        text = fields["uncategorized_text"]
        assert "The customer paid on" in text
        assert "began" not in text
        assert "Messages" not in text
        assert fields["service_date"] == f"{START:%Y-%m-%d %H:%M} UTC"

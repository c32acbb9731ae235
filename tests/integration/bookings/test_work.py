"""The path of the work: quote, payment, submission, changes, approval, publication, release."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.accounts.domain import BrandRole
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import BookingEvent, Timer
from marketplace.bookings.refusals import (
    BriefPlacesTaken,
    CriterionUnknown,
    DisclosureMissing,
    LinkNotUsable,
    NotYourPart,
    PaymentNotPossible,
    PostedOutsideWindow,
    ReasonMissing,
    StatusConflict,
    SubmissionEmpty,
)
from marketplace.briefs.models import Brief
from marketplace.deals import operations as deals
from marketplace.deals.eligibility import NotEligible
from marketplace.deals.models import Application
from marketplace.errors import Forbidden, NotFound
from marketplace.outbox.models import OutboxRow
from marketplace.policies import SYSTEM
from marketplace.quotes.domain import DealPath
from marketplace.quotes.models import Quote
from marketplace.quotes.operations import QuoteChanged, QuoteExpired, QuoteNotOpen
from payments.models import Escrow, EscrowPartRow, MoneyOperation
from payments.statuses import Direction
from tests.builders.bookings import (
    Stage,
    StoredPicture,
    build_booking,
    build_quote,
    deliverables_of,
    fund,
    open_payout_account,
    publish,
    submit,
)
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_influencer, build_user, join_brand
from tests.clock import START


def releases(session, booking):
    return session.scalar(
        select(func.count())
        .select_from(MoneyOperation)
        .join(Escrow, Escrow.id == MoneyOperation.escrow_id)
        .where(Escrow.booking_ref == booking.id, MoneyOperation.direction == Direction.RELEASE)
    )


def told(session):
    return set(session.scalars(select(OutboxRow.kind)))


class TestAcceptQuote:
    @pytest.mark.parametrize("path", list(DealPath))
    def test_makes_a_booking_that_waits_for_its_payment(self, session, path):
        deal = build_booking(session, stage=Stage.ACCEPTED, path=path)
        booking = deal.booked
        parts = session.scalars(select(EscrowPartRow).order_by(EscrowPartRow.position)).all()
        rows = deliverables_of(session, booking)
        assert booking.status == "awaiting_payment"
        assert booking.pay_before == deal.quote.expires_at
        assert [part.part_ref for part in parts] == [row.id for row in rows]
        assert sum(row.net_minor + row.fee_minor + row.tax_minor for row in rows) == deal.quote.total_minor
        assert deal.quote.status == "accepted"
        assert "booking.created" in told(session)

    def test_is_not_for_a_buyer(self, session):
        deal = build_quote(session)
        buyer = join_brand(session, brand=deal.brand.brand, user=build_user(session), role=BrandRole.BUYER)
        with pytest.raises(Forbidden):
            bookings.accept_quote(session, actor=buyer, quote_id=deal.quote.id, now=START)

    def test_does_not_know_the_quotes_of_others(self, session):
        deal = build_quote(session)
        with pytest.raises(NotFound):
            bookings.accept_quote(
                session, actor=build_brand(session).actor, quote_id=deal.quote.id, now=START
            )
        with pytest.raises(NotFound):
            bookings.accept_quote(session, actor=deal.brand.actor, quote_id="nothing", now=START)

    def test_refuses_an_expired_or_changed_or_taken_quote(self, session):
        deal = build_quote(session)
        late = deal.quote.expires_at
        accept = {"session": session, "actor": deal.brand.actor, "quote_id": deal.quote.id}
        with pytest.raises(QuoteExpired):
            bookings.accept_quote(**accept, now=late)
        with pytest.raises(QuoteChanged):
            bookings.accept_quote(**accept, seen_hash="another", now=START)
        bookings.accept_quote(**accept, seen_hash=deal.quote.hash, now=START)
        with pytest.raises(QuoteNotOpen):
            bookings.accept_quote(**accept, now=START)

    def test_refuses_a_suspended_influencer(self, session):
        deal = build_quote(session)
        deal.influencer.user.suspended_at = START
        with pytest.raises(NotEligible):
            bookings.accept_quote(session, actor=deal.brand.actor, quote_id=deal.quote.id, now=START)

    def test_never_books_more_than_the_places_of_the_brief(self, session):
        brand = build_brand(session)
        brief = build_brief(session, brand, seats=1)
        quotes = []
        for _number in range(2):
            applicant = build_influencer(session)
            application = deals.submit_application(
                session, actor=applicant.actor, brief_id=brief.brief.id, pitch="x", now=START
            )
            quotes.append(
                deals.quote_application(session, actor=brand.actor, application_id=application.id, now=START)
            )
        bookings.accept_quote(session, actor=brand.actor, quote_id=quotes[0].id, now=START)
        with pytest.raises(BriefPlacesTaken):
            bookings.accept_quote(session, actor=brand.actor, quote_id=quotes[1].id, now=START)


class TestStartPayment:
    def start(self, session, deal, *, now=START):
        return bookings.start_payment(
            session,
            actor=deal.brand.actor,
            booking_id=deal.booked.id,
            success_url="https://athar.test/ok",
            cancel_url="https://athar.test/no",
            now=now,
        )

    def test_gives_the_same_page_twice(self, session):
        deal = build_booking(session, stage=Stage.ACCEPTED)
        first = self.start(session, deal)
        assert self.start(session, deal) == first
        assert deal.booked.payment_started_at == START
        assert "payment_operation.run" in told(session)

    def test_refuses_when_a_page_would_outlive_the_quote(self, session):
        deal = build_booking(session, stage=Stage.ACCEPTED)
        with pytest.raises(PaymentNotPossible):
            self.start(session, deal, now=deal.booked.pay_before - timedelta(minutes=30))

    def test_refuses_a_paid_booking(self, session):
        deal = build_booking(session, stage=Stage.FUNDED)
        with pytest.raises(PaymentNotPossible):
            self.start(session, deal)


class TestOnEscrowFunded:
    @pytest.mark.parametrize("path", [DealPath.APPLICATION, DealPath.INVITATION])
    def test_makes_a_brief_active_at_once(self, session, path):
        deal = build_booking(session, stage=Stage.FUNDED, path=path)
        assert deal.booked.status == "active"
        assert {row.status for row in deliverables_of(session, deal.booked)} == {"in_progress"}

    def test_leaves_an_order_to_the_influencer_for_72_hours(self, session):
        deal = build_booking(session, stage=Stage.FUNDED, path=DealPath.ORDER)
        assert deal.booked.status == "funded"
        assert deal.booked.accept_before == START + timedelta(hours=72)

    def test_may_be_told_again(self, session):
        deal = build_booking(session, stage=Stage.FUNDED)
        before = session.scalar(select(func.count()).select_from(BookingEvent))
        bookings.on_escrow_funded(session, booking_ref=deal.booked.id, now=START)
        assert session.scalar(select(func.count()).select_from(BookingEvent)) == before

    def test_fills_the_brief_with_its_last_place_and_answers_the_rest(self, session):
        brand = build_brand(session)
        brief = build_brief(session, brand, seats=1)
        chosen, waiting = build_influencer(session), build_influencer(session)
        rows = [
            deals.submit_application(session, actor=each.actor, brief_id=brief.brief.id, pitch="x", now=START)
            for each in (chosen, waiting)
        ]
        quote = deals.quote_application(session, actor=brand.actor, application_id=rows[0].id, now=START)
        booking = bookings.accept_quote(session, actor=brand.actor, quote_id=quote.id, now=START)
        assert session.get_one(Brief, brief.brief.id).status == "open"
        fund(session, booking)
        assert session.get_one(Brief, brief.brief.id).status == "full"
        refused = session.get_one(Application, rows[1].id)
        assert (refused.status, refused.refusal_code) == ("refused", "brief_full")


class TestSubmitWork:
    def hand_in(self, session, deal, **parts):
        return bookings.submit_work(
            session,
            actor=parts.pop("actor", deal.influencer.actor),
            deliverable_id=deliverables_of(session, deal.booked)[0].id,
            now=START,
            **parts,
        )

    def test_keeps_text_links_and_files_and_starts_the_review(self, session):
        deal = build_booking(session)
        submission = self.hand_in(
            session, deal, text=" A draft ", links=["https://a.test/x"], files=[StoredPicture()]
        )
        deliverable = deliverables_of(session, deal.booked)[0]
        assert (submission.number, submission.text) == (1, "A draft")
        assert deliverable.status == "submitted"
        assert deliverable.review_until == START + timedelta(hours=72)
        assert deliverable.overdue_at is None
        kinds = select(Timer.kind).where(Timer.deliverable_id == deliverable.id, Timer.closed_at.is_(None))
        assert set(session.scalars(kinds)) == {"review", "review_reminder_1", "review_reminder_2"}

    def test_refuses_nothing_at_all(self, session):
        with pytest.raises(SubmissionEmpty) as refusal:
            self.hand_in(session, build_booking(session), text="  ", links=[" "])
        assert "text" in refusal.value.fields

    @pytest.mark.parametrize(
        "link", ["javascript:alert(1)", "ftp://a.test/x", "https://", "https://[", "https://a b", "x"]
    )
    def test_refuses_what_is_no_address(self, session, link):
        with pytest.raises(LinkNotUsable):
            self.hand_in(session, build_booking(session), links=[link])

    def test_is_the_influencers(self, session):
        deal = build_booking(session)
        with pytest.raises(Forbidden):
            self.hand_in(session, deal, actor=deal.brand.actor, text="x")
        with pytest.raises(NotFound):
            self.hand_in(session, deal, actor=build_influencer(session).actor, text="x")

    def test_is_not_possible_before_the_payment(self, session):
        with pytest.raises(StatusConflict):
            self.hand_in(session, build_booking(session, stage=Stage.ACCEPTED), text="x")


class TestRequestChanges:
    def ask(self, session, deal, *, criterion_id="brew", note="Show the grinder.", now=START):
        return bookings.request_changes(
            session,
            actor=deal.brand.actor,
            deliverable_id=deliverables_of(session, deal.booked)[0].id,
            criterion_id=criterion_id,
            note=note,
            now=now,
        )

    def test_names_a_criterion_and_gives_72_hours(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        self.ask(session, deal)
        deliverable = deliverables_of(session, deal.booked)[0]
        assert deliverable.status == "changes_requested"
        assert deliverable.rounds_used == 1
        assert deliverable.due_at == deliverable.overdue_at == START + timedelta(hours=72)
        assert deliverable.contest_until == START + timedelta(days=7)

    def test_refuses_an_unknown_criterion_and_an_empty_note(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        with pytest.raises(CriterionUnknown):
            self.ask(session, deal, criterion_id="taste")
        with pytest.raises(ReasonMissing):
            self.ask(session, deal, note=" ")

    def test_happens_twice_at_most(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        reel = deliverables_of(session, deal.booked)[0]
        for hour in (1, 2):
            self.ask(session, deal, now=START + timedelta(hours=hour))
            submit(session, deal, reel, now=START + timedelta(hours=hour))
        with pytest.raises(Exception, match="Both rounds"):
            self.ask(session, deal, now=START + timedelta(hours=3))
        assert reel.rounds_used == 2

    def test_refuses_a_decision_on_a_version_that_was_replaced(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        reel = deliverables_of(session, deal.booked)[0]
        self.ask(session, deal)
        submit(session, deal, reel, now=START)
        with pytest.raises(StatusConflict):
            bookings.approve_submission(
                session,
                actor=deal.brand.actor,
                deliverable_id=reel.id,
                submission_number=1,
                now=START,
            )


class TestApproveSubmission:
    def approve(self, session, deal, index):
        return bookings.approve_submission(
            session,
            actor=deal.brand.actor,
            deliverable_id=deliverables_of(session, deal.booked)[index].id,
            now=START,
        )

    def test_releases_a_file_at_once(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        open_payout_account(session, deal.influencer)
        file = self.approve(session, deal, 1)
        assert file.status == "releasing"
        assert (file.share_bps, file.release_minor, file.refund_minor) == (10_000, 50_000, 0)
        assert releases(session, deal.booked) == 1

    def test_owes_the_money_when_there_is_no_account_yet(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        file = self.approve(session, deal, 1)
        assert (file.status, file.parked_reason) == ("approved", "payout_account_missing")

    def test_sends_a_post_to_its_publication(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        reel = self.approve(session, deal, 0)
        assert reel.status == "awaiting_publication"
        assert reel.posting_before is not None
        assert releases(session, deal.booked) == 0

    def test_cannot_be_done_twice(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        open_payout_account(session, deal.influencer)
        self.approve(session, deal, 1)
        with pytest.raises(StatusConflict):
            self.approve(session, deal, 1)
        assert releases(session, deal.booked) == 1


class TestPublication:
    def hand_in(self, session, deal, **changes):
        reel = deliverables_of(session, deal.booked)[0]
        values = {
            "url": "https://www.instagram.com/reel/1/",
            "disclosure": "Ad",
            "posted_at": START + timedelta(days=15),
            "now": START + timedelta(days=15),
        }
        return bookings.submit_publication(
            session, actor=deal.influencer.actor, deliverable_id=reel.id, **(values | changes)
        )

    def test_waits_a_day_for_the_brand(self, session):
        deal = build_booking(session, stage=Stage.APPROVED)
        publication = self.hand_in(session, deal, proof=StoredPicture())
        reel = deliverables_of(session, deal.booked)[0]
        assert reel.status == "published"
        assert reel.review_until == START + timedelta(days=16)
        assert publication.proof_file_id is not None

    def test_must_say_that_it_is_an_advertisement(self, session):
        with pytest.raises(DisclosureMissing):
            self.hand_in(session, build_booking(session, stage=Stage.APPROVED), disclosure=" ")

    @pytest.mark.parametrize("days", [1, 16])
    def test_lies_within_the_agreed_days_and_not_in_the_future(self, session, days):
        with pytest.raises(PostedOutsideWindow):
            self.hand_in(
                session,
                build_booking(session, stage=Stage.APPROVED),
                posted_at=START + timedelta(days=days),
            )

    def test_is_refused_with_a_note_and_handed_in_again(self, session):
        deal = build_booking(session, stage=Stage.PUBLISHED)
        reel = deliverables_of(session, deal.booked)[0]
        refuse = {"session": session, "actor": deal.brand.actor, "deliverable_id": reel.id, "now": START}
        with pytest.raises(ReasonMissing):
            bookings.refuse_publication(**refuse, note="")
        bookings.refuse_publication(**refuse, note="The label is missing.")
        assert reel.status == "awaiting_publication"
        publish(session, deal, reel)
        assert reel.status == "published"

    def test_confirmed_releases_and_watches_the_post(self, session):
        deal = build_booking(session, stage=Stage.RELEASING)
        reel = deliverables_of(session, deal.booked)[0]
        looks = session.scalars(
            select(Timer.due_at)
            .where(Timer.deliverable_id == reel.id, Timer.kind == "live_check")
            .order_by(Timer.due_at)
        ).all()
        assert reel.status == "releasing"
        assert [at - START for at in looks] == [
            timedelta(hours=1),
            timedelta(days=1),
            timedelta(days=7),
            timedelta(days=30),
        ]

    def test_taken_down_early_is_a_strike_and_takes_nothing_back(self, session):
        deal = build_booking(session, stage=Stage.COMPLETED)
        reel = deliverables_of(session, deal.booked)[0]
        report = {"session": session, "actor": deal.brand.actor, "deliverable_id": reel.id}
        with pytest.raises(StatusConflict):
            bookings.report_taken_down(**report, now=START + timedelta(days=31))
        bookings.report_taken_down(**report, now=START + timedelta(days=3))
        assert reel.status == "released"
        assert "publication.taken_down" in told(session)


class TestRelease:
    @pytest.mark.parametrize("path", list(DealPath))
    def test_of_everything_completes_the_booking_and_counts_for_loyalty(self, session, path):
        deal = build_booking(session, stage=Stage.COMPLETED, path=path)
        assert deal.booked.status == "completed"
        assert session.get_one(Quote, deal.quote.id).fulfilled_at == START

    def test_may_be_told_again(self, session):
        deal = build_booking(session, stage=Stage.COMPLETED)
        revision = deal.booked.revision
        for row in deliverables_of(session, deal.booked):
            bookings.on_release_confirmed(
                session, booking_ref=deal.booked.id, part_ref=row.id, now=START + timedelta(days=1)
            )
        assert deal.booked.revision == revision

    def test_parked_is_owed_and_still_arrives(self, session):
        deal = build_booking(session, stage=Stage.RELEASING)
        file = deliverables_of(session, deal.booked)[1]
        parked = {
            "booking_ref": deal.booked.id,
            "part_ref": file.id,
            "reason": "payout_account_not_active",
        }
        bookings.on_release_parked(session, **parked, now=START)
        bookings.on_release_parked(session, **parked, now=START)
        assert (file.status, file.parked_reason) == ("approved", "payout_account_not_active")
        bookings.on_release_confirmed(session, booking_ref=deal.booked.id, part_ref=file.id, now=START)
        assert (file.status, file.parked_reason) == ("released", None)

    def test_of_another_bookings_part_is_not_believed(self, session):
        first, second = build_booking(session), build_booking(session)
        part = deliverables_of(session, first.booked)[0]
        with pytest.raises(NotFound):
            bookings.on_release_confirmed(session, booking_ref=second.booked.id, part_ref=part.id, now=START)


class TestOnPaymentMismatched:
    def test_is_told_in_the_room_and_to_operators(self, session):
        deal = build_booking(session, stage=Stage.ACCEPTED)
        bookings.on_payment_mismatched(
            session,
            booking_ref=deal.booked.id,
            payment_ref="pi_1",
            reason="amount_differs",
            now=START,
        )
        bookings.on_payment_mismatched(
            session, booking_ref=None, payment_ref="pi_2", reason="unknown_booking", now=START
        )
        assert deal.booked.status == "awaiting_payment"
        assert {"payment.mismatched", "payment.unknown"} <= told(session)


class TestSystem:
    def test_does_no_partys_part(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        with pytest.raises(NotYourPart):
            bookings.approve_submission(
                session,
                actor=SYSTEM,
                deliverable_id=deliverables_of(session, deal.booked)[0].id,
                now=START,
            )

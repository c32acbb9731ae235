"""Work is handed in, changed, approved and published."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Publication, Timer
from marketplace.bookings.refusals import (
    ContestWindowClosed,
    CriterionUnknown,
    DisclosureMissing,
    LinkNotUsable,
    NotYourPart,
    PostedOutsideWindow,
    ReasonMissing,
    RoundsUsedUp,
    StatusConflict,
    SubmissionEmpty,
)
from marketplace.bookings.strikes import count_strikes
from marketplace.errors import Forbidden, NotFound
from marketplace.outbox.models import OutboxRow
from marketplace.policies import SYSTEM
from payments.models import Escrow, MoneyOperation
from payments.statuses import Direction
from tests.builders.bookings import (
    Stage,
    StoredPicture,
    build_booking,
    deliverables_of,
    open_payout_account,
    publish,
    submit,
)
from tests.builders.people import build_influencer
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
        with pytest.raises(Exception, match="All rounds"):
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

    def test_lies_on_the_platform_that_was_agreed(self, session):
        deal = build_booking(session, stage=Stage.APPROVED)
        with pytest.raises(LinkNotUsable) as refused:
            self.hand_in(session, deal, url="https://www.tiktok.com/@x/video/1")
        assert set(refused.value.fields) == {"url"}

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

    def test_is_refused_twice_at_most_and_then_contested_or_confirmed(self, session):
        deal = build_booking(session, stage=Stage.PUBLISHED)
        reel = deliverables_of(session, deal.booked)[0]
        refuse = {"session": session, "actor": deal.brand.actor, "deliverable_id": reel.id, "now": START}
        for _time in range(2):
            bookings.refuse_publication(**refuse, note="Not the film we approved.")
            publish(session, deal, reel)
        with pytest.raises(RoundsUsedUp):
            bookings.refuse_publication(**refuse, note="Again.")
        assert reel.status == "published"

    def test_refused_may_be_contested_by_the_influencer_for_seven_days(self, session):
        deal = build_booking(session, stage=Stage.PUBLISHED)
        reel = deliverables_of(session, deal.booked)[0]
        contest = {
            "session": session, "actor": deal.influencer.actor, "deliverable_id": reel.id,
            "criteria": ["brew"], "statement": "It is the film you approved.",
        }  # fmt: skip
        bookings.refuse_publication(
            session, actor=deal.brand.actor, deliverable_id=reel.id, note="Not it.", now=START
        )
        with pytest.raises(ContestWindowClosed):
            bookings.open_contest(**contest, now=START + timedelta(days=8))
        bookings.open_contest(**contest, now=START + timedelta(days=6))
        assert reel.status == "contested"

    def test_that_nobody_refused_yet_cannot_be_contested_by_the_influencer(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        reel = deliverables_of(session, deal.booked)[0]
        bookings.request_changes(
            session, actor=deal.brand.actor, deliverable_id=reel.id, criterion_id="brew", note="x", now=START
        )
        submit(session, deal, reel)
        bookings.approve_submission(session, actor=deal.brand.actor, deliverable_id=reel.id, now=START)
        with pytest.raises(ContestWindowClosed):
            bookings.open_contest(
                session, actor=deal.influencer.actor, deliverable_id=reel.id,
                criteria=["brew"], statement="x", now=START,
            )  # fmt: skip

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

    def test_a_post_dated_back_is_kept_live_from_when_it_was_handed_in(self, session):
        deal = build_booking(session, stage=Stage.COMPLETED)
        reel = deliverables_of(session, deal.booked)[0]
        session.scalars(select(Publication)).one().posted_at = START - timedelta(days=60)
        report = {"actor": deal.brand.actor, "deliverable_id": reel.id, "statement": "It is gone."}
        bookings.report_taken_down(session, **report, now=START + timedelta(days=29))
        assert "publication.taken_down" in told(session)

    def test_taken_down_early_is_a_strike_and_takes_nothing_back(self, session):
        deal = build_booking(session, stage=Stage.COMPLETED)
        reel = deliverables_of(session, deal.booked)[0]
        report = {
            "session": session,
            "actor": deal.brand.actor,
            "deliverable_id": reel.id,
            "statement": "It is gone.",
        }
        with pytest.raises(StatusConflict):
            bookings.report_taken_down(**report, now=START + timedelta(days=31))
        bookings.report_taken_down(**report, now=START + timedelta(days=3))
        assert reel.status == "released"
        assert "publication.taken_down" in told(session)
        influencer_id = deal.influencer.influencer.id
        assert count_strikes(session, influencer_id=influencer_id, now=START + timedelta(days=4)) == 1


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

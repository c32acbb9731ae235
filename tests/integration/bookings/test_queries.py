"""Rooms and lists: what they say, and that they take the same number of statements however much happened."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from marketplace.bookings import operations as bookings
from marketplace.bookings import queries
from marketplace.bookings.next_step import StepCode
from marketplace.deals import operations as deals
from marketplace.errors import NotFound
from marketplace.policies import VISITOR
from tests.builders.bookings import Stage, StoredPicture, build_booking, build_quote, deliverables_of
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.clock import START


@contextmanager
def counted(session):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


class TestBookingRoom:
    def test_is_the_same_for_both_sides_but_for_what_they_may_do(self, session):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        ours = queries.booking_room(session, actor=deal.brand.actor, booking_id=deal.booked.id, now=START)
        theirs = queries.booking_room(
            session, actor=deal.influencer.actor, booking_id=deal.booked.id, now=START
        )
        assert ours.card == theirs.card
        assert ours.lines == theirs.lines
        assert ours.step == theirs.step
        assert ours.step.code is StepCode.REVIEW
        assert ours.step.by == START + timedelta(hours=72)
        assert set(ours.deliverables[0].actions) == {"approve", "request_changes", "contest"}
        assert theirs.deliverables[0].actions == ()
        assert ours.actions == ("cancel", "message")

    def test_tells_what_a_cancellation_would_give_today(self, session):
        deal = build_booking(session, stage=Stage.ACTIVE)
        room = queries.booking_room(session, actor=deal.brand.actor, booking_id=deal.booked.id, now=START)
        reel = room.deliverables[0]
        assert reel.cancellation.stage == "accepted"
        assert reel.cancellation.influencer_minor == 15_000
        assert reel.cancellation.influencer_minor + reel.cancellation.refund_minor < reel.total_minor
        # the fee on the influencer's tenth is kept: 10 % of 150.00 and 15 % tax on that
        assert reel.total_minor - reel.cancellation.refund_minor == 15_000 + 1_500 + 225

    def test_does_not_exist_for_others(self, session):
        deal = build_booking(session)
        for stranger in (build_brand(session).actor, build_influencer(session).actor, VISITOR):
            with pytest.raises(NotFound):
                queries.booking_room(session, actor=stranger, booking_id=deal.booked.id, now=START)

    def test_offers_an_operator_to_freeze(self, session):
        deal = build_booking(session)
        room = queries.booking_room(
            session, actor=build_operator(session).actor, booking_id=deal.booked.id, now=START
        )
        assert room.actions == ("freeze",)

    def test_takes_six_statements_however_much_happened(self, session):
        deal = build_booking(session, stage=Stage.COMPLETED)
        for _number in range(20):
            bookings.send_message(
                session, actor=deal.brand.actor, booking_id=deal.booked.id, text="hi", now=START
            )
        booking_id = deal.booked.id
        session.commit()
        with counted(session) as statements:
            room = queries.booking_room(session, actor=deal.brand.actor, booking_id=booking_id, now=START)
        assert len(statements) == 6
        assert sum(line.kind == "message" for line in room.lines) == 20
        assert room.lines[-1].text == "hi"
        assert room.deliverables[0].publications[0].disclosure == "إعلان"

    def test_shows_files_which_both_sides_may_fetch(self, session):
        deal = build_booking(session)
        bookings.submit_work(
            session,
            actor=deal.influencer.actor,
            deliverable_id=deliverables_of(session, deal.booked)[0].id,
            files=[StoredPicture()],
            now=START,
        )
        room = queries.booking_room(session, actor=deal.brand.actor, booking_id=deal.booked.id, now=START)
        file = room.deliverables[0].submissions[0].files[0]
        assert queries.get_file(session, actor=deal.brand.actor, file_id=file.id) == file
        with pytest.raises(NotFound):
            queries.get_file(session, actor=build_brand(session).actor, file_id=file.id)


class TestBrandHome:
    def test_lists_what_needs_the_brand_by_deadline(self, session):
        brand = build_brand(session)
        waiting = build_booking(session, stage=Stage.SUBMITTED, brand=brand)
        unpaid = build_booking(session, stage=Stage.ACCEPTED, brand=brand)
        quoted = build_quote(session, brand=brand)
        home = queries.brand_home(session, actor=brand.actor, now=START)
        found = [(need.about, need.path_id, need.step.code) for need in home.needs]
        assert found == [
            ("booking", unpaid.booked.id, StepCode.PAY),
            ("quote", quoted.quote.id, StepCode.ACCEPT_QUOTE),
            ("booking", waiting.booked.id, StepCode.REVIEW),
            ("booking", waiting.booked.id, StepCode.REVIEW),
        ]
        assert {line.id for line in home.bookings} == {waiting.booked.id, unpaid.booked.id}

    @pytest.mark.parametrize("count", [1, 4])
    def test_takes_four_statements_at_any_length(self, session, count):
        brand = build_brand(session)
        for _number in range(count):
            build_booking(session, stage=Stage.SUBMITTED, brand=brand)
        session.commit()
        with counted(session) as statements:
            queries.brand_home(session, actor=brand.actor, now=START)
        assert len(statements) == 4


class TestInfluencerHome:
    def test_lists_work_and_invitations(self, session):
        influencer = build_influencer(session)
        deal = build_booking(session, stage=Stage.ACTIVE, influencer=influencer)
        brief = build_brief(session, deal.brand)
        invitation = deals.send_invitation(
            session,
            actor=deal.brand.actor,
            brief_id=brief.brief.id,
            influencer_id=influencer.influencer.id,
            now=START,
        )
        home = queries.influencer_home(session, actor=influencer.actor, now=START)
        assert [need.step.code for need in home.needs] == [
            StepCode.SUBMIT,
            StepCode.SUBMIT,
            StepCode.ANSWER_INVITATION,
        ]
        assert home.needs[-1].path_id == invitation.id

    def test_still_shows_overdue_work_to_the_one_who_owes_it(self, session):
        deal = build_booking(session, stage=Stage.ACTIVE)
        late = START + timedelta(days=40)
        mine = queries.influencer_home(session, actor=deal.influencer.actor, now=late)
        theirs = queries.brand_home(session, actor=deal.brand.actor, now=late)
        assert {need.step.code for need in mine.needs} == {StepCode.SUBMIT}
        assert {need.step.code for need in theirs.needs} == {StepCode.TAKE_BACK}


class TestListBookings:
    def test_shows_a_side_its_own_and_operators_all(self, session):
        first, second = build_booking(session), build_booking(session)
        mine = queries.list_bookings(session, actor=first.brand.actor, now=START)
        everything = queries.list_bookings(session, actor=build_operator(session).actor, now=START)
        assert [line.id for line in mine] == [first.booked.id]
        assert {line.id for line in everything} == {first.booked.id, second.booked.id}

    def test_shows_visitors_nothing(self, session):
        with pytest.raises(NotFound):
            queries.list_bookings(session, actor=VISITOR, now=START)

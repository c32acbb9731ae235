"""Contests that an earlier version left are given what newer ones keep: when they were appealed, how they ended, their number."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace import schema
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Contest, Publication
from marketplace.bookings.rulings import Author, RulingInput, rule_contest
from tests.builders.contests import build_contest, build_post_contest
from tests.builders.people import build_operator
from tests.clock import START

DAY = timedelta(days=1)
RULED = START + 6 * DAY


@pytest.fixture
def rule(session):
    """Let two operators rule about a contest; nothing of it is met."""

    def run(contest):
        judges = [build_operator(session).actor for _each in range(2)]
        verdicts = {key: {"verdict": "not_met", "en": "", "ar": ""} for key in contest.criteria}
        rule_contest(
            session,
            actor=judges[1],
            contest_id=contest.id,
            given=RulingInput(verdicts, "We looked.", "نظرنا في الأمر."),
            author=Author(judges[0].user_id, judges[1].user_id),
            now=RULED,
        )

    return run


def taken_again(session, database_url, revision):
    """Go back to what an earlier version knew, and forward; returns every contest by its number."""
    session.commit()
    session.close()
    schema.downgrade(database_url, revision)
    schema.upgrade(database_url)
    return {row.id: row for row in session.scalars(select(Contest))}


class TestAppealsOfBefore:
    def test_are_kept_with_the_time_they_were_made(self, session, database_url, rule):
        (deal, appealed), (_deal, ruled) = build_contest(session), build_contest(session)
        for contest in (appealed, ruled):
            rule(contest)
        bookings.appeal_ruling(
            session,
            actor=deal.influencer.actor,
            contest_id=appealed.id,
            text="It was brewed.",
            now=RULED + DAY,
        )
        ids = appealed.id, ruled.id
        found = taken_again(session, database_url, "0024")
        assert [found[each].appealed_at for each in ids] == [RULED + DAY, None]
        assert [found[each].added_criteria for each in ids] == [[], []]


class TestEndsOfBefore:
    def test_are_named_as_far_as_the_rows_tell_them(self, session, database_url, rule):
        expected = {
            self.ruled_post(session, rule): "ruling",
            self.charged_back_post(session): "chargeback",
            self.found_post(session): None,  # who found it stands in the room's lines only
            self.ruled_work(session, rule): "ruling",
            self.decided_work(session): "decision",
            build_post_contest(session)[1].id: None,  # open
        }
        found = taken_again(session, database_url, "0026")
        assert {each: found[each].closed_how for each in expected} == expected
        assert [row.closed_at is None for row in found.values()].count(True) == 1

    def test_number_the_reports_of_each_post(self, session, database_url):
        first = self.found_post(session)
        post = session.get_one(Contest, first)
        deal = self.deal
        again = bookings.report_taken_down(
            session,
            actor=deal.brand.actor,
            deliverable_id=post.deliverable_id,
            statement="Gone again.",
            now=START + 2 * DAY,
        )
        other, work = build_post_contest(session)[1], build_contest(session)[1]
        ids = [first, again.id, other.id, work.id]
        found = taken_again(session, database_url, "0026")
        assert [found[each].number for each in ids] == [1, 2, 1, 1]

    def ruled_post(self, session, rule):
        deal, contest = build_post_contest(session)
        rule(contest)
        self.accept_by_both(session, deal, contest)
        return contest.id

    def charged_back_post(self, session):
        deal, contest = build_post_contest(session)
        told = {"booking_ref": deal.booked.id}
        bookings.on_chargeback_opened(session, **told, now=START + DAY)
        bookings.on_chargeback_closed(session, **told, is_won=False, now=START + 2 * DAY)
        assert contest.closed_how == "chargeback"
        posts = select(Publication).where(Publication.deliverable_id == contest.deliverable_id)
        session.scalars(posts).one().status = "taken_down"  # so the version before left it
        return contest.id

    def found_post(self, session):
        self.deal, contest = build_post_contest(session)
        bookings.find_post_live(session, actor=self.deal.brand.actor, contest_id=contest.id, now=START + DAY)
        return contest.id

    def ruled_work(self, session, rule):
        deal, contest = build_contest(session)
        rule(contest)
        self.accept_by_both(session, deal, contest)
        return contest.id

    def decided_work(self, session):
        _deal, contest = build_contest(session)
        contest.closed_at = START + DAY
        return contest.id

    def accept_by_both(self, session, deal, contest):
        for side in (deal.brand, deal.influencer):
            bookings.accept_ruling(session, actor=side.actor, contest_id=contest.id, now=RULED + DAY)

"""Taking the contests of posts back leaves nothing that would fire, or fail, about a contest that is gone."""

from sqlalchemy import text

from marketplace import schema
from marketplace.bookings.models import Deliverable
from marketplace.moderation.domain import SubjectType
from marketplace.moderation.operations import open_case
from tests.builders.contests import build_post_contest
from tests.clock import START as REPORTED


class TestDowngrade:
    def test_leaves_no_clock_and_an_alarm_of_contests_it_takes_away(self, session, database_url):
        _deal, contest = build_post_contest(session, now=REPORTED)
        case = open_case(
            session,
            subject_type=SubjectType.DELIVERABLE,
            subject_id=contest.deliverable_id,
            version_ref=contest.id,
            now=REPORTED,
        )
        case_id, work_id, contest_id = case.id, contest.deliverable_id, contest.id
        session.commit()
        session.close()
        schema.downgrade(database_url, "0024")
        with session.connection() as connection:
            clocks = text("SELECT count(*) FROM timer WHERE deliverable_id = :work AND closed_at IS NULL")
            assert connection.execute(clocks, {"work": work_id}).scalar() == 0
            version = text("SELECT version_ref FROM moderation_case WHERE id = :case")
            assert connection.execute(version, {"case": case_id}).scalar() == f"taken_down:{contest_id}"
        session.close()
        schema.upgrade(database_url)
        assert session.get_one(Deliverable, work_id).status == "released"

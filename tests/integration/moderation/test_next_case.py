"""The case an operator is led to: behind the decided one, free, and ready to be decided."""

from datetime import timedelta

from marketplace.bookings.hearing import list_unheard
from marketplace.moderation.domain import CaseStatus, SubjectType
from marketplace.moderation.models import ModerationCase
from marketplace.moderation.next_case import next_case_id
from tests.builders.contests import build_contest, build_post_contest
from tests.builders.people import build_operator
from tests.clock import START

MINUTE = timedelta(minutes=1)


def add_case(session, version, *, minutes=0, status=CaseStatus.OPEN, holder=None, until=None):
    row = ModerationCase(
        subject_type=SubjectType.BRAND,
        subject_id="b",
        version_ref=version,
        status=status,
        snapshot={},
        opened_at=START + minutes * MINUTE,
        claimed_by=holder,
        claimed_until=until,
    )
    session.add(row)
    session.flush()
    return row


class TestUnheard:
    def test_are_contests_whose_other_side_may_still_answer(self, session):
        _deal, answered = build_contest(session)
        _deal, awaited = build_contest(session, is_answered=False)
        _deal, post = build_post_contest(session)
        assert list_unheard(session, now=START) == {
            awaited.id: awaited.evidence_until,
            post.id: post.evidence_until,
        }
        late = max(answered.evidence_until, awaited.evidence_until, post.evidence_until) + MINUTE
        assert list_unheard(session, now=late) == {}


class TestNextCase:
    def test_is_behind_the_decided_one_then_the_oldest_and_never_a_colleague_s(self, session):
        me, colleague = build_operator(session), build_operator(session)
        _deal, contest = build_contest(session, is_answered=False)
        decided = add_case(session, "decided", minutes=5, status=CaseStatus.DECIDED)
        add_case(session, contest.id, minutes=6)
        add_case(session, "held", minutes=7, holder=colleague.user.id, until=START + MINUTE)
        expired = add_case(session, "expired", minutes=8, holder=colleague.user.id, until=START - MINUTE)
        oldest = add_case(session, "oldest", minutes=1, holder=me.user.id, until=START + MINUTE)
        found = []
        for _time in range(3):
            found.append(next_case_id(session, actor=me.actor, decided=decided, now=START))
            if found[-1] is not None:
                session.get_one(ModerationCase, found[-1]).status = CaseStatus.DECIDED
                session.flush()
        assert found == [expired.id, oldest.id, None]

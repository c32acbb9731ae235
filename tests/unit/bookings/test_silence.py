"""When silence approves: after the review, and after a grace behind the last reminder that was really sent."""

from datetime import timedelta

from marketplace.bookings.silence import approval_time
from tests.clock import START

HOUR = timedelta(hours=1)
END = START + 72 * HOUR
GRACE = 12 * HOUR


def when(*accepted, owed=2):
    return approval_time(END, accepted, reminders_owed=owed, grace=GRACE)


class TestApprovalTime:
    def test_is_the_end_of_the_review_where_reminders_went_out_in_time(self):
        assert when(START + 24 * HOUR, START + 48 * HOUR) == END
        assert when(START + 24 * HOUR, END - GRACE) == END

    def test_is_the_grace_after_the_last_reminder_that_was_late(self):
        assert when(START + 24 * HOUR, END - 2 * HOUR) == END + 10 * HOUR
        assert when(END + HOUR, START) == END + 13 * HOUR

    def test_never_comes_while_a_reminder_is_owed(self):
        assert when() is None
        assert when(START) is None
        assert when(START, None) is None

    def test_waits_for_no_reminder_where_none_is_owed(self):
        assert when(owed=0) == END

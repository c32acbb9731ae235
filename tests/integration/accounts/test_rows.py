"""One row by its id, on both databases: from what the session holds, else with one statement."""

from sqlalchemy import Engine, event, update

from marketplace.accounts.models import User
from marketplace.db import find_row
from tests.builders.people import build_user
from tests.clock import START


def statements_of(work) -> int:
    """Return how many statements `work` sends."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(sent)


class TestFindRow:
    def test_asks_nothing_for_what_the_session_holds(self, session):
        user = build_user(session, now=START)
        session.flush()
        assert find_row(session, User, user.id) is user
        assert statements_of(lambda: find_row(session, User, user.id)) == 0

    def test_reads_anew_what_is_out_of_date(self, session):
        user = build_user(session, now=START)
        session.flush()
        session.execute(
            update(User).where(User.id == user.id).values(display_name="Noura"),
            execution_options={"synchronize_session": False},
        )
        session.expire(user)
        assert statements_of(lambda: find_row(session, User, user.id)) == 1
        assert user.display_name == "Noura"

    def test_finds_nothing_for_an_unknown_id_and_for_none(self, session):
        assert find_row(session, User, "0" * 20) is None
        assert statements_of(lambda: find_row(session, User, None)) == 0

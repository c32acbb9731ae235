"""The audit trail: what was written cannot be changed unseen, and a person can be forgotten without breaking it."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from marketplace.audit import guards
from marketplace.audit.models import AuditSeal, PersonKey
from marketplace.audit.operations import record, seal
from marketplace.audit.personal import erase_person, opened, sealed
from marketplace.audit.verification import verify_audit
from marketplace.errors import NotFound
from marketplace.policies import SYSTEM
from tests.clock import START

REFUSED = [
    "UPDATE audit_entry SET reason = 'other'",
    "UPDATE audit_seal SET root = 'x'",
    "DELETE FROM audit_entry",
    "DELETE FROM audit_seal",
]
COPIED = "SELECT {}, stream, {}, at, actor_kind, actor_id, session_id, request_id, 'forged', subject_type, subject_id, before, after, reason, previous_hash, {} FROM audit_entry WHERE id = 1"


@pytest.fixture
def trail(session):
    """Three acts on one subject, one on another, a seal, one act after it."""
    for number in range(3):
        write(session, "a", number)
    write(session, "b", 0)
    seal(session, now=START)
    write(session, "b", 1)
    session.commit()
    return session


def write(session, subject: str, number: int) -> None:
    record(
        session,
        actor=SYSTEM,
        action="thing.changed",
        subject_type="thing",
        subject_id=subject,
        before={"n": number, "نص": "قبل"},
        after={"n": number + 1, "at": START},
        reason="because",
        now=START,
    )


def tamper(session, statement: str) -> None:
    guards.remove(session.connection())
    session.execute(text(statement))
    session.commit()


class TestGuards:
    @pytest.mark.parametrize("statement", REFUSED)
    def test_refuse_to_change_or_delete(self, trail, statement):
        with pytest.raises(DatabaseError, match="append-only"):
            trail.execute(text(statement))

    def test_refuse_to_truncate(self, trail):
        if trail.get_bind().dialect.name == "sqlite":
            return  # SQLite's truncation is a DELETE, which is refused above
        with pytest.raises(DatabaseError, match="append-only"):
            trail.execute(text("TRUNCATE audit_entry"))

    @pytest.mark.parametrize(
        ("row_id", "sequence", "digest"),
        [("1", "sequence", "hash"), ("99", "sequence", "'x'"), ("99", "99", "hash")],
        ids=["by id", "by place", "by hash"],
    )
    def test_refuse_to_replace(self, trail, row_id, sequence, digest):
        if trail.get_bind().dialect.name != "sqlite":
            return  # only SQLite has INSERT OR REPLACE
        trail.connection().exec_driver_sql(
            "PRAGMA recursive_triggers=OFF"
        )  # as another program would have it
        with pytest.raises(DatabaseError, match="append-only"):
            trail.execute(
                text(f"INSERT OR REPLACE INTO audit_entry {COPIED.format(row_id, sequence, digest)}")
            )


class TestVerification:
    def test_finds_a_true_trail_sound(self, trail):
        report = verify_audit(trail)
        assert (report.entries, report.streams, report.seals, report.problems) == (5, 2, 1, [])

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_entry SET reason = 'other' WHERE id = 2",
            "UPDATE audit_entry SET actor_id = 'somebody' WHERE id = 2",
            "UPDATE audit_entry SET after = '{\"n\": 7}' WHERE id = 2",
            "DELETE FROM audit_entry WHERE id = 2",
            "DELETE FROM audit_entry WHERE id = 1",
            "DELETE FROM audit_entry WHERE id = 3",
            "DELETE FROM audit_entry WHERE stream = 'thing:b'",
            "UPDATE audit_seal SET root = previous_root",
        ],
    )
    def test_finds_what_was_changed_behind_the_triggers(self, trail, statement):
        tamper(trail, statement)
        assert verify_audit(trail).problems != []

    def test_names_the_entry(self, trail):
        tamper(trail, "UPDATE audit_entry SET reason = 'other' WHERE id = 2")
        assert verify_audit(trail).problems[0].startswith("thing:a: entry 2")


class TestSeal:
    def test_is_made_only_when_something_happened(self, trail):
        assert seal(trail, now=START) is not None
        assert seal(trail, now=START) is None

    def test_follows_the_one_before(self, trail):
        seal(trail, now=START)
        first, second = trail.scalars(select(AuditSeal).order_by(AuditSeal.id)).all()
        assert second.previous_root == first.root
        assert verify_audit(trail).problems == []


class TestErasure:
    def test_makes_values_unreadable_and_keeps_the_chain_valid(self, trail):
        value = sealed(trail, person_id="p1", text="نورة", now=START)
        again = sealed(trail, person_id="p1", text="نورة", now=START)
        record(
            trail,
            actor=SYSTEM,
            action="x",
            subject_type="t",
            subject_id="c",
            after={"name": value},
            now=START,
        )
        seal(trail, now=START)
        assert "نورة" not in str(value)
        assert opened(trail, value) == opened(trail, again) == "نورة"
        erase_person(trail, person_id="p1", now=START)
        trail.commit()
        assert opened(trail, value) is None
        assert trail.get_one(PersonKey, "p1").key is None
        assert verify_audit(trail).problems == []
        assert "sealed" not in sealed(trail, person_id="p1", text="again", now=START)

    def test_refuses_somebody_without_a_key(self, trail):
        with pytest.raises(NotFound):
            erase_person(trail, person_id="nobody", now=START)

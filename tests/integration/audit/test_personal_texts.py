"""What a party wrote can be erased from the trail, and the chain stays valid."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.models import AuditEntry
from marketplace.audit.operations import record
from marketplace.audit.personal import erase_person, readable_reasons
from marketplace.audit.verification import verify_audit
from marketplace.policies import Actor
from tests.clock import START

PARTY = Actor(kind="brand", user_id="person-1")
OPERATOR = Actor(kind="operator", user_id="operator-1")


def write(session: Session, actor: Actor) -> AuditEntry:
    values = {"status": "cancelled", "note": "my plans changed"}
    record(
        session, actor=actor, action="booking.cancelled", subject_type="booking", subject_id="b1", now=START,
        after=values, reason="my plans changed",
    )  # fmt: skip
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


class TestRecord:
    def test_seals_what_a_party_wrote_and_nothing_else(self, session: Session) -> None:
        entry = write(session, PARTY)
        assert "plans" not in entry.reason + str(entry.after)
        assert entry.after["status"] == "cancelled"
        assert readable_reasons(session, [entry.reason]) == ["my plans changed"]

    def test_leaves_an_operators_reasons_public(self, session: Session) -> None:
        assert write(session, OPERATOR).reason == "my plans changed"

    def test_forgets_with_the_key_and_stays_verified(self, session: Session) -> None:
        write(session, PARTY)
        write(session, OPERATOR)
        erase_person(session, person_id="person-1", now=START)
        reasons = session.scalars(select(AuditEntry.reason).order_by(AuditEntry.id)).all()
        assert readable_reasons(session, reasons) == [None, "my plans changed"]
        assert verify_audit(session).problems == []

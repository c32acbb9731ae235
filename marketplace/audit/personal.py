"""Values about a person, encrypted under that person's key so that erasure destroys the key, not the chain."""

from datetime import datetime

from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from marketplace.audit.models import PersonKey
from marketplace.errors import NotFound


def sealed(session: Session, *, person_id: str, text: str, now: datetime) -> dict[str, str]:
    """Return a JSON value that holds `text` readable only while the person's key exists."""
    row = session.get(PersonKey, person_id)
    if row is None:
        row = PersonKey(person_id=person_id, key=Fernet.generate_key(), created_at=now)
        session.add(row)
        session.flush()
    if row.key is None:
        return {"person": person_id, "erased": "1"}
    return {"person": person_id, "sealed": Fernet(row.key).encrypt(text.encode()).decode()}


def opened(session: Session, value: dict[str, str]) -> str | None:
    """Return the text again, or None once the person was erased."""
    row = session.get(PersonKey, value["person"])
    if row is None or row.key is None or "sealed" not in value:
        return None
    return Fernet(row.key).decrypt(value["sealed"].encode()).decode()


def erase_person(session: Session, *, person_id: str, now: datetime) -> None:
    """Destroy the key. Raises NotFound when the person never had one."""
    row = session.get(PersonKey, person_id)
    if row is None:
        raise NotFound
    row.key = None
    row.destroyed_at = now

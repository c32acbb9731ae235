"""Values about a person, encrypted under that person's key so that erasure destroys the key, not the chain."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import bindparam, select
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


#: fields of a record whose texts a person wrote or that name a person
PERSONAL_FIELDS = frozenset(
    {
        "address",
        "display_name",
        "email",
        "legal_name",
        "message",
        "note",
        "pitch",
        "statement",
        "tax_number",
        "text",
    }
)

_KEYS = select(PersonKey).where(PersonKey.person_id.in_(bindparam("people", expanding=True)))


def with_sealed(
    session: Session, values: Mapping[str, Any], *, person_id: str, now: datetime
) -> dict[str, Any]:
    """Return the values with every personal text under the person's key."""
    return {
        name: sealed(session, person_id=person_id, text=value, now=now)
        if name in PERSONAL_FIELDS and isinstance(value, str) and value
        else value
        for name, value in values.items()
    }


def readable(session: Session, text: str) -> str | None:
    """Return a stored reason as it was written: opened when it is sealed, None once its author was erased."""
    if not text.startswith('{"person"'):
        return text
    return opened(session, json.loads(text))


def readable_reasons(session: Session, reasons: Sequence[str]) -> list[str | None]:
    """Return many stored reasons as they were written, with the keys read in one statement."""
    people = {json.loads(reason)["person"] for reason in reasons if reason.startswith('{"person"')}
    kept = session.scalars(_KEYS, {"people": list(people)}).all() if people else []
    found = [readable(session, reason) for reason in reasons]
    del kept  # held until here so that each key is read once
    return found


def check_person(session: Session, *, person_id: str) -> None:
    """Look whether the person has a key that can be destroyed. Raises NotFound."""
    if session.get(PersonKey, person_id) is None:
        raise NotFound


def erase_person(session: Session, *, person_id: str, now: datetime) -> None:
    """Destroy the key. Raises NotFound when the person never had one."""
    row = session.get(PersonKey, person_id)
    if row is None:
        raise NotFound
    row.key = None
    row.destroyed_at = now

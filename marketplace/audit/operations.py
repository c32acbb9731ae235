"""Writing the audit trail: one row per act, in the transaction of the act."""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, text
from sqlalchemy.orm import Session

from marketplace.audit.chain import GENESIS, entry_hash, sealed_root
from marketplace.audit.models import AuditEntry, AuditSeal
from marketplace.audit.personal import sealed, with_sealed
from marketplace.policies import Actor

OPERATOR = "operator"
_ENTRIES = cast("Table", AuditEntry.__table__)
# Built once and written without the mapper: every act leaves an entry, and nobody reads it again in its transaction.
_HEAD = (
    select(_ENTRIES.c.sequence, _ENTRIES.c.hash)
    .where(_ENTRIES.c.stream == bindparam("stream"))
    .order_by(_ENTRIES.c.sequence.desc())
    .limit(1)
)
_INSERT = insert(_ENTRIES)
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def facts_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the hash covers, from an entry's columns by name."""
    return {
        "stream": entry["stream"],
        "sequence": entry["sequence"],
        "at": entry["at"].isoformat(),
        "actor": [entry["actor_kind"], entry["actor_id"], entry["session_id"]],
        "action": entry["action"],
        "subject": [entry["subject_type"], entry["subject_id"]],
        "before": entry["before"],
        "after": entry["after"],
        "reason": entry["reason"],
    }


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: str,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    stream: str | None = None,
) -> None:
    """Append one act to its stream (by default one stream per subject). `before`/`after` must be JSON values.

    What a party wrote (the reason, personal fields) is sealed under that person's key, so that it can be erased.
    """
    stream = stream or f"{subject_type}:{subject_id}"
    if (
        actor.user_id is not None and actor.kind != OPERATOR
    ):  # an operator's reasons are public, a party's words theirs
        person_id = actor.user_id
        before = with_sealed(session, before or {}, person_id=person_id, now=now)
        after = with_sealed(session, after or {}, person_id=person_id, now=now)
        reason = json.dumps(sealed(session, person_id=person_id, text=reason, now=now)) if reason else ""
    session.flush()  # what was done goes first, as its writer ordered it
    head = session.execute(_HEAD, {"stream": stream}).one_or_none()
    previous = head.hash if head else GENESIS
    entry = {
        "stream": stream,
        "sequence": head.sequence + 1 if head else 1,
        "at": now,
        "actor_kind": actor.kind or "visitor",
        "actor_id": actor.user_id,
        "session_id": actor.session_id,
        "request_id": request_id.get(),
        "action": action,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "before": _json(before),
        "after": _json(after),
        "reason": reason,
        "previous_hash": previous,
    }
    session.execute(_INSERT, {**entry, "hash": entry_hash(previous, facts_of(entry))})


def _json(values: Mapping[str, Any] | None) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(dict(values or {}), default=str))
    return plain


def seal(session: Session, *, now: datetime) -> AuditSeal | None:
    """Chain a root over the heads of all streams; None when nothing happened since the last seal."""
    if session.get_bind().dialect.name == "postgresql":
        # An entry with a lower id could still be uncommitted; nobody writes until this seal is.
        session.execute(text("LOCK TABLE audit_entry IN SHARE ROW EXCLUSIVE MODE"))
    last_id = session.scalar(select(func.max(AuditEntry.id))) or 0
    previous = session.scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))
    if last_id == (previous.last_entry_id if previous else 0):
        return None
    previous_root = previous.root if previous else GENESIS
    row = AuditSeal(
        at=now,
        last_entry_id=last_id,
        previous_root=previous_root,
        root=sealed_root(previous_root, heads_until(session, last_id)),
    )
    session.add(row)
    session.flush()
    return row


def heads_until(session: Session, last_id: int) -> list[tuple[str, int, str]]:
    """Return (stream, sequence, hash) of every stream's last entry with an id up to `last_id`."""
    newest = (
        select(AuditEntry.stream, func.max(AuditEntry.sequence).label("sequence"))
        .where(AuditEntry.id <= last_id)
        .group_by(AuditEntry.stream)
        .subquery()
    )
    rows = session.execute(
        select(AuditEntry.stream, AuditEntry.sequence, AuditEntry.hash).join(
            newest, (AuditEntry.stream == newest.c.stream) & (AuditEntry.sequence == newest.c.sequence)
        )
    )
    return [(row.stream, row.sequence, row.hash) for row in rows]

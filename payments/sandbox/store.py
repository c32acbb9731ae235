"""Reads and writes of the sandbox's tables within one transaction; objects are kept as their JSON documents."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from payments.sandbox.errors import ParameterInvalid, ResourceMissing

Body = dict[str, Any]
"""One Stripe object; keys that begin with an underscore are the sandbox's own and never leave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Which part of a list is wanted; `created` maps gt, gte, lt, lte to seconds, `any_type` names event types."""

    limit: int = 10
    starting_after: str | None = None
    ending_before: str | None = None
    created: Mapping[str, int] | None = None
    any_type: tuple[str, ...] = ()


_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class Store:
    """The tables seen through one connection that is inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def add(self, body: Body, *, account: str) -> None:
        """Insert a new object of an account."""
        self.connection.execute(
            "INSERT INTO object (id, kind, account, created, body) VALUES (?, ?, ?, ?, ?)",
            (body["id"], body["object"], account, body["created"], _dump(body)),
        )

    def save(self, body: Body) -> None:
        """Replace the document of an object."""
        self.connection.execute("UPDATE object SET body = ? WHERE id = ?", (_dump(body), body["id"]))

    def find(self, object_id: str) -> Body | None:
        """Return any object by its id, whoever owns it, or None."""
        row = self.connection.execute("SELECT body FROM object WHERE id = ?", (object_id,)).fetchone()
        return json.loads(row[0]) if row else None

    def get(self, kind: str, object_id: str, *, account: str, param: str = "id") -> Body:
        """Return an object of an account.

        Raises:
            ResourceMissing: none of this kind and account has the id.
        """
        row = self.connection.execute(
            "SELECT body FROM object WHERE id = ? AND kind = ? AND account = ?", (object_id, kind, account)
        ).fetchone()
        if row is None:
            raise ResourceMissing(kind, object_id, param=param)
        body: Body = json.loads(row[0])
        return body

    def owner_of(self, object_id: str) -> str:
        """Return the account that an object belongs to."""
        row = self.connection.execute("SELECT account FROM object WHERE id = ?", (object_id,)).fetchone()
        if row is None:
            raise ResourceMissing("object", object_id)
        return str(row[0])

    def select(self, kind: str, **fields: str) -> list[Body]:
        """Return all objects of a kind whose top-level fields have these values, oldest first."""
        tests = "".join(f" AND json_extract(body, '$.{name}') = ?" for name in fields)
        rows = self.connection.execute(
            f"SELECT body FROM object WHERE kind = ?{tests} ORDER BY seq",  # noqa: S608 - names come from our code
            (kind, *fields.values()),
        )
        return [json.loads(row[0]) for row in rows]

    def page(
        self, kind: str, *, account: str, fields: Mapping[str, str | None], wanted: PageRequest
    ) -> tuple[list[Body], bool]:
        """Return a page of an account's objects, newest first, and whether more follow."""
        asked = {name: value for name, value in fields.items() if value is not None}
        # The plus keeps SQLite from walking the account's whole list where a field has an index of its own.
        tests, values = ["kind = ?", "+account = ?" if asked else "account = ?"], [kind, account]
        for name, value in asked.items():
            tests.append(f"json_extract(body, '$.{name}') = ?")
            values.append(value)
        if wanted.any_type:
            tests.append(f"json_extract(body, '$.type') IN ({', '.join('?' * len(wanted.any_type))})")
            values.extend(wanted.any_type)
        bounds = self._bounds(wanted)
        tests += [test for test, _value in bounds]
        order = "DESC" if wanted.ending_before is None else "ASC"
        rows = self.connection.execute(
            f"SELECT body FROM object WHERE {' AND '.join(tests)} ORDER BY seq {order} LIMIT ?",  # noqa: S608 - as above
            (*values, *(value for _test, value in bounds), wanted.limit + 1),
        ).fetchall()
        bodies = [json.loads(row[0]) for row in rows[: wanted.limit]]
        return (bodies if order == "DESC" else bodies[::-1]), len(rows) > wanted.limit

    def _bounds(self, wanted: PageRequest) -> list[tuple[str, int]]:
        """Return the conditions of when and after what, each with its value."""
        bounds = [(f"created {_COMPARISONS[word]} ?", each) for word, each in (wanted.created or {}).items()]
        if wanted.starting_after is not None:
            bounds.append(("seq < ?", self._position(wanted.starting_after, "starting_after")))
        if wanted.ending_before is not None:
            bounds.append(("seq > ?", self._position(wanted.ending_before, "ending_before")))
        return bounds

    def _position(self, object_id: str, param: str) -> int:
        row = self.connection.execute("SELECT seq FROM object WHERE id = ?", (object_id,)).fetchone()
        if row is None:
            raise ParameterInvalid(f"No such object: '{object_id}'", param=param, code="resource_missing")
        return int(row[0])

    def move(self, txn: Body, *, account: str) -> None:
        """Let a balance transaction count in its account's balance."""
        self.connection.execute(
            "INSERT INTO movement (id, account, currency, net_minor, available_on) VALUES (?, ?, ?, ?, ?)",
            (txn["id"], account, txn["currency"], txn["net"], txn["available_on"]),
        )

    def balances(self, account: str, *, now: int) -> dict[str, tuple[int, int]]:
        """Return available and pending minor units of an account by currency."""
        rows = self.connection.execute(
            "SELECT currency, SUM(CASE WHEN available_on <= ? THEN net_minor ELSE 0 END),"
            " SUM(CASE WHEN available_on > ? THEN net_minor ELSE 0 END)"
            " FROM movement WHERE account = ? GROUP BY currency ORDER BY currency",
            (now, now, account),
        )
        return {currency: (available, pending) for currency, available, pending in rows}

    def count_waiting(self, event_id: str) -> int:
        """Return to how many endpoints an event has still to be delivered."""
        row = self.connection.execute(
            "SELECT COUNT(*) FROM delivery WHERE event_id = ? AND state = 'waiting'", (event_id,)
        ).fetchone()
        return int(row[0])

    def set_timer(self, at: int, action: str, object_id: str) -> None:
        """Have an action done for an object once the clock reaches `at`; setting the same twice is one."""
        self.connection.execute("INSERT OR IGNORE INTO timer VALUES (?, ?, ?)", (at, action, object_id))

    def has_due_timer(self, now: int) -> bool:
        """Tell whether any timer has been reached."""
        return (
            self.connection.execute("SELECT 1 FROM timer WHERE at <= ? LIMIT 1", (now,)).fetchone()
            is not None
        )

    def pop_due_timer(self, now: int) -> tuple[int, str, str] | None:
        """Take the oldest timer that was reached."""
        row = self.connection.execute(
            "DELETE FROM timer WHERE (at, action, object_id) ="
            " (SELECT at, action, object_id FROM timer WHERE at <= ? ORDER BY at LIMIT 1)"
            " RETURNING at, action, object_id",
            (now,),
        ).fetchone()
        return (int(row[0]), str(row[1]), str(row[2])) if row else None


def _dump(body: Body) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)

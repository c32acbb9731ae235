"""Idempotency keys with Stripe's rules: results are stored and replayed for a day, parameters are compared."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from payments.sandbox.errors import IdempotencyKeyInUse, IdempotencyKeyReused, ParameterInvalid
from payments.sandbox.store import Store

KEPT_SECONDS = 24 * 3_600
KEY_LENGTH_MAX = 255


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered the first time."""

    status: int
    body: bytes
    request_id: str


class KeysInUse:
    """The keys whose requests run at this moment in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[tuple[str, str]] = set()

    @contextmanager
    def hold(self, account: str, key: str | None) -> Iterator[None]:
        """Hold a key while its request runs.

        Raises:
            ParameterInvalid: the key is too long.
            IdempotencyKeyInUse: another request holds it.
        """
        if key is None:
            yield
            return
        if len(key) > KEY_LENGTH_MAX:
            raise ParameterInvalid(f"Idempotency keys take at most {KEY_LENGTH_MAX} characters.")
        with self._lock:
            if (account, key) in self._keys:
                raise IdempotencyKeyInUse(
                    "There is currently another in-progress request using this idempotency key.",
                    code="idempotency_key_in_use",
                )
            self._keys.add((account, key))
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard((account, key))


def fingerprint(method: str, path: str, values: object) -> str:
    """Return a digest of what a request asks for, whatever the order of its parameters."""
    text = json.dumps([method, path, values], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def recall(store: Store, *, account: str, key: str, digest: str, now: int) -> StoredAnswer | None:
    """Return the answer stored for a key, forgetting keys that are a day old.

    Raises:
        IdempotencyKeyReused: the key was used for another request.
    """
    store.connection.execute("DELETE FROM idempotency WHERE created <= ?", (now - KEPT_SECONDS,))
    row = store.connection.execute(
        "SELECT fingerprint, status, body, request_id FROM idempotency WHERE account = ? AND key = ?",
        (account, key),
    ).fetchone()
    if row is None:
        return None
    if row[0] != digest:
        raise IdempotencyKeyReused(
            "Keys for idempotent requests can only be used with the same parameters they were first used with."
            f" Try using a key other than '{key}' if you meant to execute a different request."
        )
    return StoredAnswer(row[1], row[2].encode(), row[3])


def remember(store: Store, answer: StoredAnswer, *, account: str, key: str, digest: str, now: int) -> None:
    """Store an answer for its key."""
    store.connection.execute(
        "INSERT INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?)",
        (account, key, digest, answer.status, answer.body.decode(), answer.request_id, now),
    )

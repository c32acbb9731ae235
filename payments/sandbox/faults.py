"""Scripted misbehaviour for tests: which call of which endpoint fails, and how."""

import threading
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class ReplyLost(ConnectionResetError):
    """The connection broke; the caller cannot know whether the request took effect."""


class FaultKind(StrEnum):
    """How a call goes wrong. Those that end in `_after_effect` break only after the work is committed."""

    REFUSE_CONNECTION = "refuse_connection"
    LOSE_REPLY = "lose_reply"
    DELAY = "delay"
    DOUBLE = "double"
    ERROR = "error"
    ERROR_STORED = "error_stored"
    ERROR_STORED_AFTER_EFFECT = "error_stored_after_effect"
    BAD_GATEWAY = "bad_gateway"
    BAD_GATEWAY_AFTER_EFFECT = "bad_gateway_after_effect"
    RATE_LIMIT = "rate_limit"
    CORRUPT_BODY = "corrupt_body"
    DEACTIVATE_TRANSFERS = "deactivate_transfers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One scripted fault: from the `nth` matching call on, for `times` calls.

    `path` is a shell pattern such as `/v1/transfers` or `/v1/transfers/*`; `method` may be `*`. `seconds` belongs to
    DELAY (the idempotency key counts as in use meanwhile), `account_id` to DEACTIVATE_TRANSFERS.
    """

    kind: FaultKind
    path: str = "*"
    method: str = "POST"
    nth: int = 1
    times: int = 1
    seconds: int = 0
    account_id: str | None = None


class FaultScript:
    """The faults still to come, shared by all threads of one sandbox."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[Fault, int]] = []
        self._fired: list[tuple[Fault, str]] = []

    def add(self, fault: Fault) -> None:
        """Script one more fault; its calls are counted from now on."""
        with self._lock:
            self._faults.append((fault, 0))

    def clear(self) -> None:
        """Forget every fault and what has fired."""
        with self._lock:
            self._faults.clear()
            self._fired.clear()

    def fired(self) -> tuple[tuple[Fault, str], ...]:
        """Return what went wrong so far with the path it hit, oldest first."""
        with self._lock:
            return tuple(self._fired)

    def take(self, method: str, path: str) -> tuple[Fault, ...]:
        """Count one call and return the faults that hit it."""
        if not self._faults:
            return ()
        with self._lock:
            hit: list[Fault] = []
            kept: list[tuple[Fault, int]] = []
            for fault, count in self._faults:
                calls = count + _matches(fault, method, path)
                if calls > count and calls >= fault.nth:
                    hit.append(fault)
                if calls < fault.nth + fault.times - 1:
                    kept.append((fault, calls))
            self._faults = kept
            self._fired.extend((fault, path) for fault in hit)
            return tuple(hit)


def _matches(fault: Fault, method: str, path: str) -> bool:
    return fault.method in {"*", method} and fnmatchcase(path, fault.path)

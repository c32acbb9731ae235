"""The worker: drains the outbox, runs due clocks, asks the payment provider, seals the audit trail.

It may be killed at any moment: every piece of work is claimed by lease and finished in the transaction of its effect.
"""

import secrets
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from marketplace.db import transaction
from marketplace.handlers import HANDLERS
from marketplace.outbox.handling import Handler, Together
from marketplace.outbox.operations import NUDGES, ClaimedRow, claim, due_rows, fail, finish, finish_due, renew
from marketplace.services import Services

log = structlog.get_logger("worker")
SWEEP_SECONDS = 1.0
SWEPT_AT_ONCE = 200
"""As many as the index takes up in one commit: every commit costs its readers something."""
UNHEARD = ""
"""Stands for all kinds that nobody reacts to."""


@dataclass(slots=True)
class Chore:
    """Something to do every so often; `run` gets the services and the time."""

    name: str
    every: timedelta
    run: Callable[[Services, datetime], object]
    next_at: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Worker:
    """Processes outbox rows and chores on the given services. One instance may be used by several threads."""

    services: Services
    chores: list[Chore] = field(default_factory=list)
    #: opened around each handler: Flask's application context, so that mail can be written in the reader's language
    context: Callable[[], AbstractContextManager[object]] = nullcontext
    owner: str = field(default_factory=lambda: secrets.token_hex(8))
    handlers: dict[str, tuple[Handler, ...]] = field(default_factory=lambda: HANDLERS)

    def look_at(self, row_id: int) -> bool:
        """Claim one row and handle it; False when it is done, parked, not due or somebody else's."""
        services, owner = self.services, f"{self.owner}:{threading.get_ident()}"
        with transaction(services.sessions) as session:
            row = claim(session, row_id=row_id, owner=owner, now=services.clock())
            if row is None:
                return False
            is_wanted = bool(self.handlers.get(row.kind))
            if not is_wanted:  # a fact nobody reacts to
                finish(session, row_id=row_id, owner=owner, now=services.clock())
        if is_wanted:
            self._attempt(row.kind, row.payload, row_id, owner)
        return True

    def _attempt(self, kind: str, payload: dict[str, Any], row_id: int, owner: str) -> None:
        """Handle a claimed row; what goes wrong is noted on it."""
        services = self.services
        try:
            with self.context():
                self._handle(kind, payload, row_id, owner)
        except Exception as error:  # whatever a handler raises is noted on its row and tried again
            log.warning("outbox_row_failed", row=row_id, kind=kind, exc_info=error)
            with transaction(services.sessions) as session:
                fail(
                    session,
                    row_id=row_id,
                    owner=owner,
                    error=f"{type(error).__name__}: {error}",
                    now=services.clock(),
                )

    def _handle(self, kind: str, payload: dict[str, Any], row_id: int, owner: str) -> None:
        services = self.services
        handlers = self.handlers[kind]
        for handler in handlers:
            if handler.outside is not None:
                handler.outside(services, payload)  # outside any transaction; idempotent
        with transaction(services.sessions) as session:
            for handler in handlers:
                if handler.inside is not None:
                    handler.inside(session, services, payload)
            if not finish(session, row_id=row_id, owner=owner, now=services.clock()):
                session.rollback()
                return
            nudges = session.info.pop(NUDGES, [])
        services.nudge(nudges)

    def sweep(self, *, limit: int = SWEPT_AT_ONCE) -> int:
        """Handle what is due, oldest first; returns how many rows were looked at."""
        with transaction(self.services.sessions) as session:
            due = due_rows(session, now=self.services.clock(), limit=limit)
        handled = 0
        for kind, ids in self._portions(due):
            together = self._together(kind)
            if kind == UNHEARD:
                handled += self._finish_unheard(ids)
            elif together is not None and len(ids) > 1:
                handled += self._look_at_many(kind, ids, together)
            else:
                handled += sum(self.look_at(row_id) for row_id in ids)
        return handled

    def _portions(self, due: Iterable[tuple[int, str]]) -> Iterable[tuple[str, list[int]]]:
        """Sort rows into what is handled at once: facts nobody reacts to, kinds that allow it in portions, all others row by row."""
        due = list(due)
        unheard = [row_id for row_id, kind in due if not self.handlers.get(kind)]
        portions: list[tuple[str, list[int]]] = [(UNHEARD, unheard)] if unheard else []
        open_ones: dict[str, list[int]] = {}
        for row_id, kind in due:
            if not self.handlers.get(kind):
                continue
            together = self._together(kind)
            if together is None:
                portions.append((kind, [row_id]))
            elif len(open_ones.get(kind, ())) % together.portion:
                open_ones[kind].append(row_id)
            else:
                open_ones[kind] = [row_id]
                portions.append((kind, open_ones[kind]))
        return portions

    def _together(self, kind: str) -> Together | None:
        handlers = self.handlers.get(kind, ())
        return handlers[0].together if len(handlers) == 1 else None

    def _finish_unheard(self, ids: Sequence[int]) -> int:
        """Mark rows of facts that nobody reacts to as done."""
        with transaction(self.services.sessions) as session:
            return finish_due(session, row_ids=ids, now=self.services.clock())

    def _look_at_many(self, kind: str, ids: Sequence[int], together: Together) -> int:
        """Claim rows of one kind and handle them at once; if that fails, each by itself, so that one bad row stops no other."""
        services, owner = self.services, f"{self.owner}:{threading.get_ident()}"
        with transaction(services.sessions) as session:
            found = [claim(session, row_id=row_id, owner=owner, now=services.clock()) for row_id in ids]
        rows = [row for row in found if row is not None]
        if not rows:
            return 0
        try:
            with self.context():
                together.run(services, [row.payload for row in rows])
        except Exception as error:  # whatever a handler raises: then one after the other
            log.warning("outbox_portion_failed", kind=kind, rows=len(rows), exc_info=error)
            for row in rows:
                self._attempt_held(row, owner)
            return len(rows)
        with transaction(services.sessions) as session:
            for row in rows:
                finish(session, row_id=row.id, owner=owner, now=services.clock())
        return len(rows)

    def _attempt_held(self, row: ClaimedRow, owner: str) -> None:
        """Handle one row of a portion that failed, unless somebody took it while the portion ran."""
        with transaction(self.services.sessions) as session:
            is_held = renew(session, row_id=row.id, owner=owner, now=self.services.clock())
        if is_held:
            self._attempt(row.kind, row.payload, row.id, owner)

    def run_chores(self) -> None:
        """Run every chore whose time has come and that no other thread runs; a failing one comes again."""
        now = self.services.clock()
        for chore in self.chores:
            is_due = chore.next_at is None or chore.next_at <= now or chore.next_at > now + chore.every
            if is_due and chore.lock.acquire(blocking=False):
                try:
                    chore.next_at = now + chore.every
                    self._run_chore(chore, now)
                finally:
                    chore.lock.release()

    def _run_chore(self, chore: Chore, now: datetime) -> None:
        try:
            with self.context():
                chore.run(self.services, now)
        except Exception as error:  # one bad chore must not stop the others
            log.exception("chore_failed", chore=chore.name, error=str(error))

    def run_until(self, stop: threading.Event) -> None:
        """Sweep and run chores until told to stop."""
        while not stop.is_set():
            try:
                handled = self.sweep()
                self.run_chores()
            except Exception as error:  # the next turn comes: a dead sweeper would stop every clock
                log.exception("turn_failed", error=str(error)[:200])
                handled = 0
            if not handled:
                stop.wait(SWEEP_SECONDS)

    def settle(self, *, rounds_max: int = 50) -> int:
        """Handle rows until none is due (for the demo's seeding and tests); returns how many were handled."""
        handled = 0
        for _round in range(rounds_max):
            more = self.sweep(limit=1_000)
            if not more:
                break
            handled += more
        return handled

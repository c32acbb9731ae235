"""A desk that can begin with steps done: by the first test that asks for them, and copied by the others."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from payments.events import PaymentEvent
from tests.builders.payments.desk import Desk
from tests.clock import FrozenClock
from tests.kept_databases import KeptDatabase, copy_file, keep_database
from tests.run_folder import run_folder

Step = Callable[[Desk], object]
STEPS: dict[str, Step] = {"onboard": Desk.onboard, "fund": Desk.fund}


@dataclass(frozen=True)
class _Beginning:
    """What the steps left behind: both databases, and what the desk itself remembers."""

    database: KeptDatabase
    sandbox: Path
    events: tuple[PaymentEvent, ...]
    delivered: tuple[tuple[str, bytes, str], ...]
    tokens: int
    account_id: str | None


_kept: dict[tuple[object, ...], _Beginning] = {}


class KeptDesk(Desk):
    """A desk of a test's own, beginning empty or with `begin`."""

    def __init__(self, make_session: sessionmaker[Session], folder: Path, clock: FrozenClock) -> None:
        super().__init__(make_session, folder, clock)
        self._sandbox_file = folder / "sandbox.sqlite3"
        self._engine = make_session.kw["bind"]
        self._statements = 0
        event.listen(self._engine, "before_cursor_execute", self._count)

    def _count(self, *_arguments: Any) -> None:
        self._statements += 1

    def begin(self, *steps: str) -> str | None:
        """Begin with these steps done, each as a test would call it; returns the payee's account at the provider.

        Nothing may have been done before, neither here nor behind the desk.
        """
        assert self._statements == 0, "a desk begins before anything else is done"
        assert not self.delivered
        key = (self._engine.dialect.name, self.clock(), *steps)
        if key in _kept:
            self._take_over(_kept[key])
        else:
            for step in steps:
                STEPS[step](self)
            account_id = self.account_id() if "onboard" in steps else None
            _kept[key] = self._remember(account_id)
        return _kept[key].account_id

    def _remember(self, account_id: str | None) -> _Beginning:
        tokens = next(self._tokens)
        self._tokens = count(tokens)
        file = run_folder() / f"{self._sandbox_file.stem}-{id(self)}-{len(_kept)}.sqlite3"
        copy_file(self._sandbox_file, file)
        return _Beginning(
            keep_database(self._engine),
            file,
            tuple(self.sink.events),
            tuple(self.delivered),
            tokens,
            account_id,
        )

    def _take_over(self, beginning: _Beginning) -> None:
        beginning.database.copy_into(self._engine)
        copy_file(beginning.sandbox, self._sandbox_file)
        self.sink.events[:] = beginning.events
        self.delivered[:] = beginning.delivered
        self._tokens = count(beginning.tokens)

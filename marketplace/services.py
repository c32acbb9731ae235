"""What the application runs on: chosen once in `wiring.py`, handed to whoever needs it, faked in tests."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NotRequired, Protocol, TypedDict, Unpack

from sqlalchemy.orm import Session, sessionmaker

from marketplace.accounts.passwords import Passwords
from marketplace.clock import type_clock
from marketplace.exposure.spool import ImpressionSpool
from marketplace.settings import Settings

SANDBOX_PATH = "/sandbox"


class Letter(TypedDict):
    """One mail; `stop_address` stops mail of its kind, None for mail that cannot be done without."""

    recipient: str
    subject: str
    body: str
    message_id: str
    language: str
    stop_address: NotRequired[str | None]


class Mailer(Protocol):
    """Hands one mail to the outside; raises OSError when it was not accepted."""

    def send(self, **letter: Unpack[Letter]) -> None: ...


class FileStore(Protocol):
    """Keeps bytes under a key; keys are made by us, never by users."""

    def put(self, key: str, content: bytes) -> None: ...

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises FileNotFoundError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """`nudge` tells the worker which outbox rows to look at; losing a nudge loses nothing (the sweep finds them).

    `search` is the MatchingService (None when the index cannot be opened: pages say so and go on), `index_upkeep`
    the IndexUpkeep that builds and verifies its index, `prover` the
    ProgramSolver that proves how good a basket is, `gateway` the
    PaymentGateway of payments (`inline_gateway` the same with little patience, for users who wait), `sandbox` the
    embedded sandbox when it stands in for Stripe.
    """

    settings: Settings
    clock: type_clock
    sessions: sessionmaker[Session]
    passwords: Passwords
    mailer: Mailer
    files: FileStore
    impressions: ImpressionSpool
    nudge: Callable[[Iterable[int]], None]
    search: Any = None
    index_upkeep: Any = None
    prover: Any = None
    gateway: Any = None
    inline_gateway: Any = None
    sandbox: Any = None

"""What the application runs on: chosen once in `wiring.py`, handed to whoever needs it, faked in tests."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NotRequired, Protocol, TypedDict, Unpack

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from marketplace.accounts.passwords import Passwords
from marketplace.clock import Clock
from marketplace.exposure.spool import ImpressionSpool
from marketplace.settings import Settings
from matching.basket.proof import ProgramSolver
from matching.errors import IndexUnavailable
from matching.following import FollowingService
from matching.ports import IndexUpkeep
from payments.ports import PaymentGateway

SANDBOX_PATH = "/sandbox"
NO_INDEX = "The index cannot be used; run `athar index build`."


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

    `search` ranks (None where there is no index to ask: pages say so and go on), `index_upkeep` builds and verifies its
    index, `prover` proves how good a basket is, `inline_gateway` is the gateway with little patience, for users who
    wait, `sandbox` the embedded sandbox when it stands in for Stripe.
    """

    settings: Settings
    clock: Clock
    sessions: sessionmaker[Session]
    passwords: Passwords
    mailer: Mailer
    files: FileStore
    impressions: ImpressionSpool
    nudge: Callable[[Iterable[int]], None]
    gateway: PaymentGateway
    inline_gateway: PaymentGateway | None = None
    search: FollowingService | None = None
    index_upkeep: IndexUpkeep | None = None
    prover: ProgramSolver | None = None
    sandbox: Flask | None = None

    def need_search(self) -> FollowingService:
        """Return what ranks. Raises IndexUnavailable where there is none."""
        if self.search is None:
            raise IndexUnavailable(NO_INDEX)
        return self.search

    def need_index_upkeep(self) -> IndexUpkeep:
        """Return what builds the index. Raises IndexUnavailable where there is none."""
        if self.index_upkeep is None:
            raise IndexUnavailable(NO_INDEX)
        return self.index_upkeep

    def need_sandbox(self) -> Flask:
        """Return the embedded sandbox. Raises RuntimeError on a site that is paid through Stripe."""
        if self.sandbox is None:
            raise RuntimeError("This site has no payment sandbox.")
        return self.sandbox

"""Settings in, services out: with `wiring_search` and `wiring_payments` the only place that chooses adapters."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import structlog
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from marketplace.accounts.passwords import Passwords
from marketplace.billing.processing import SIGNATURE, take_webhook
from marketplace.clock import Clock, system_clock
from marketplace.db import prepare_engine
from marketplace.demo.clock import DemoClock
from marketplace.exposure.spool import ImpressionSpool
from marketplace.files.storage import open_files
from marketplace.mail import open_mailer
from marketplace.services import Services
from marketplace.settings import Settings
from marketplace.settlement import session_info
from marketplace.wiring_payments import open_gateway, open_inline_gateway, open_sandbox
from marketplace.wiring_search import open_search, open_upkeep
from marketplace.worker import Worker
from marketplace.worker_queue import Nudger, open_queue
from matching.adapters.highs import HighsSolver
from payments.ports import WebhookRejected

log = structlog.get_logger("wiring")
ACCEPTED, REJECTED = 200, 400


def open_engine(settings: Settings) -> Engine:
    """Return an engine with the rules of its dialect."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # Errors go to logs, what people typed does not.
    return prepare_engine(create_engine(url, hide_parameters=True))


def no_nudge(_row_ids: Iterable[int]) -> None:
    """Leave rows to the sweep."""


def open_clock(settings: Settings) -> Clock:
    """Return the clock of the mode: only the demo's can be moved."""
    return DemoClock(settings.home, first_start=system_clock()) if settings.is_demo else system_clock


def build_services(
    settings: Settings,
    *,
    clock: Clock | None = None,
    nudge: Callable[[Iterable[int]], None] = no_nudge,
    has_search: bool = True,
    new_token: Callable[[int], str] = secrets.token_hex,
) -> Services:
    """Open everything the settings name.

    `has_search=False` leaves the index out (commands that need none).
    `new_token` makes the sandbox's ids; the demo's seeding gives a repeatable one.
    """
    clock = clock or open_clock(settings)
    holder: list[Services] = []

    def deliver(endpoint: str, body: bytes, headers: Mapping[str, str]) -> int:
        try:
            take_webhook(holder[0], endpoint=endpoint, payload=body, signature=headers.get(SIGNATURE, ""))
        except WebhookRejected as error:
            log.warning("webhook_rejected", error=str(error))
            return REJECTED
        return ACCEPTED

    sandbox = open_sandbox(settings, clock, deliver, new_token) if settings.payments == "sandbox" else None
    services = Services(
        settings=settings,
        clock=clock,
        sessions=sessionmaker(
            open_engine(settings), class_=Session, expire_on_commit=False, info=dict(session_info(settings))
        ),
        passwords=Passwords(settings.argon2_cost),
        mailer=open_mailer(settings.mail_url, home=settings.home, sender=settings.mail_from),
        files=open_files(settings.storage_url),
        impressions=ImpressionSpool(settings.home / "spool"),
        nudge=nudge,
        search=open_search(settings) if has_search else None,
        index_upkeep=open_upkeep(settings) if has_search else None,
        prover=HighsSolver(),
        gateway=open_gateway(settings, sandbox),
        inline_gateway=open_inline_gateway(settings, sandbox),
        sandbox=sandbox,
    )
    holder.append(services)
    return services


def open_nudger(settings: Settings, worker: Worker) -> Nudger:
    """Connect the queue to a worker's look-at."""
    return Nudger(open_queue(settings.queue_url, settings.secret_key), worker.look_at)

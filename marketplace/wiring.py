"""The only place that chooses adapters and starts things: settings in, services out."""

from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from marketplace.accounts.passwords import Passwords
from marketplace.clock import system_clock, type_clock
from marketplace.db import prepare_engine
from marketplace.files.storage import open_files
from marketplace.mail import open_mailer
from marketplace.services import Services
from marketplace.settings import Settings
from marketplace.worker import Worker
from marketplace.worker_queue import Nudger, open_queue


def open_engine(settings: Settings) -> Engine:
    """Return an engine with the rules of its dialect."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return prepare_engine(create_engine(url))


def no_nudge(_row_ids: Iterable[int]) -> None:
    """Leave rows to the sweep."""


def build_services(
    settings: Settings, *, clock: type_clock = system_clock, nudge: Callable[[Iterable[int]], None] = no_nudge
) -> Services:
    """Open everything the settings name."""
    sessions = sessionmaker(open_engine(settings), class_=Session, expire_on_commit=False)
    return Services(
        settings=settings,
        clock=clock,
        sessions=sessions,
        passwords=Passwords(settings.argon2_cost),
        mailer=open_mailer(settings.mail_url, home=settings.home, sender=settings.mail_from),
        files=open_files(settings.storage_url),
        nudge=nudge,
    )


def open_nudger(settings: Settings, worker: Worker) -> Nudger:
    """Connect the queue to a worker's look-at."""
    return Nudger(open_queue(settings.queue_url, settings.secret_key), worker.look_at)

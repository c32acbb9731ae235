"""The only place that chooses adapters and starts things: settings in, services out."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import structlog
from flask import Flask
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker
from threadpoolctl import threadpool_limits

from marketplace.accounts.passwords import Passwords
from marketplace.billing.processing import SIGNATURE, take_webhook
from marketplace.billing.webhook_secrets import ENDPOINTS, sandbox_secret
from marketplace.clock import system_clock, type_clock
from marketplace.db import prepare_engine
from marketplace.demo.clock import DemoClock
from marketplace.exposure.spool import ImpressionSpool
from marketplace.files.storage import open_files
from marketplace.mail import open_mailer
from marketplace.services import SANDBOX_PATH, Services
from marketplace.settings import Settings
from marketplace.settlement import session_info
from marketplace.wiring_search import open_upkeep
from marketplace.worker import Worker
from marketplace.worker_queue import Nudger, open_queue
from matching.adapters.highs import HighsSolver
from matching.adapters.tantivy import TantivyIndex
from matching.adapters.use_encoder import UseEncoder
from matching.adapters.vector_store import VectorFile
from matching.following import FollowingService
from matching.formulas import load_formula
from matching.performance import load_prior
from matching.ports import Encoder, SearchIndex
from matching.service import MatchingService
from matching.topics import TopicSpace, build_topic_space, read_topics, with_vectors
from matching.vector_cache import CachedEncoder
from payments.adapters.stripe import StripeGateway, connect, make_http_client, open_client
from payments.adapters.stripe_inspection import StripeInspector
from payments.coverage import coverage_at
from payments.inbox import CONNECT, THIN
from payments.ports import WebhookRejected
from payments.sandbox.app import create_sandbox
from payments.sandbox.settings import SandboxSettings, WebhookEndpoint
from payments.sandbox.transport import InProcessTransport
from payments.webhooks import events_of

log = structlog.get_logger("wiring")
SANDBOX_KEY = "sk_test_athar_sandbox"
ACCEPTED, REJECTED = 200, 400
INLINE_SECONDS = 5


def open_engine(settings: Settings) -> Engine:
    """Return an engine with the rules of its dialect."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # Errors go to logs, what people typed does not.
    return prepare_engine(create_engine(url, hide_parameters=True))


def no_nudge(_row_ids: Iterable[int]) -> None:
    """Leave rows to the sweep."""


def open_clock(settings: Settings) -> type_clock:
    """Return the clock of the mode: only the demo's can be moved."""
    return DemoClock(settings.home, first_start=system_clock()) if settings.is_demo else system_clock


def open_encoder(settings: Settings) -> Encoder:
    """Load the text encoder."""
    return UseEncoder(threads=settings.encoder_threads)


def open_document_encoder(settings: Settings, encoder: Encoder) -> Encoder:
    """Return the encoder of documents, which remembers their texts in the home folder; several processes may."""
    return CachedEncoder(encoder, VectorFile(settings.home / "cache" / "vectors.sqlite3"))


def throwaway_index(folder: Path) -> SearchIndex:
    """Make an empty index in a folder, for evaluations."""
    return TantivyIndex.create(folder)


def make_search_index(settings: Settings) -> None:
    """Make an empty index where there is none. Servers never do: an index that is gone is rebuilt, not hidden."""
    open_upkeep(settings).create()


def open_topic_space(settings: Settings, encoder: Encoder) -> TopicSpace:
    """Return the topics with their vectors, which are kept between starts: encoding them takes longest of a start."""
    listed = read_topics()
    texts = [encoder.name, listed.version]
    texts += [f"{topic.name_en}|{topic.name_ar}|{topic.label_en}|{topic.label_ar}" for topic in listed.topics]
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    path = settings.home / "cache" / f"topics-{digest}.npy"
    if path.is_file():
        return with_vectors(listed, np.load(path, allow_pickle=False))
    space = build_topic_space(encoder, listed)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}.npy")
    np.save(unfinished, space.vectors, allow_pickle=False)
    unfinished.replace(path)
    return space


def open_search(settings: Settings) -> FollowingService:
    """Open the engine on the live index. Uses of a missing index raise IndexUnavailable."""
    # Numpy's many small products are faster on one thread each; the site's threads use the other cores.
    threadpool_limits(limits=1, user_api="blas")
    encoder = open_encoder(settings)
    index = open_upkeep(settings).open()
    engine = MatchingService(
        index=index,
        encoder=encoder,
        topics=open_topic_space(settings, encoder),
        formula=load_formula(),
        prior=load_prior(),
        document_encoder=open_document_encoder(settings, encoder),
    )
    return FollowingService(engine, index=index, encoder=encoder)


def open_sandbox(
    settings: Settings,
    clock: type_clock,
    deliver: Callable[[str, bytes, Mapping[str, str]], int],
    new_token: Callable[[int], str],
) -> Flask:
    """Return the embedded payment sandbox, which tells us of events inside the process."""
    settings.home.mkdir(parents=True, exist_ok=True)
    endpoints = tuple(_sandbox_endpoint(name, settings, deliver) for name in ENDPOINTS)
    sandbox_settings = SandboxSettings(
        database_path=settings.home / "sandbox.sqlite3",
        public_url=settings.base_url + SANDBOX_PATH,
        clock=clock,
        new_token=new_token,
        api_keys=(SANDBOX_KEY,),
        endpoints=endpoints,
        blocked_countries=coverage_at("sandbox", clock()).not_served,
    )
    return create_sandbox(sandbox_settings)


def _sandbox_endpoint(
    name: str, settings: Settings, deliver: Callable[[str, bytes, Mapping[str, str]], int] | None = None
) -> WebhookEndpoint:
    """Return where the sandbox tells us of events: inside the process by `deliver`, else by HTTP."""
    return WebhookEndpoint(
        name=name,
        secret=sandbox_secret(settings.secret_key, name),
        is_connect=name == CONNECT,
        is_thin=name == THIN,
        url=f"{settings.base_url}/webhooks/stripe/{name}",
        enabled_events=events_of(name),
        deliver=partial(deliver, name) if deliver is not None else None,
    )


def standalone_sandbox(settings: Settings, *, port: int) -> SandboxSettings:
    """Return the settings of a sandbox that runs as a server of its own and tells a site by HTTP."""
    return SandboxSettings(
        database_path=settings.home / "sandbox.sqlite3",
        public_url=f"http://127.0.0.1:{port}",
        clock=system_clock,
        api_keys=(SANDBOX_KEY,),
        endpoints=tuple(_sandbox_endpoint(name, settings) for name in ENDPOINTS),
    )


def open_gateway(settings: Settings, sandbox: Flask | None) -> StripeGateway:
    """Connect Stripe's client, to Stripe or to the sandbox; the code behind it is the same."""
    return connect(
        api_key=SANDBOX_KEY if sandbox is not None else settings.stripe_api_key,
        http_client=InProcessTransport(sandbox) if sandbox is not None else make_http_client(),
        prefers_accounts_v2=settings.stripe_accounts == "v2",
    )


def open_inspector(settings: Settings, sandbox: Flask | None) -> StripeInspector:
    """Connect what reads our own platform account, for the doctor."""
    if sandbox is not None:
        return StripeInspector(open_client(api_key=SANDBOX_KEY, http_client=InProcessTransport(sandbox)))
    return StripeInspector(open_client(api_key=settings.stripe_api_key, http_client=make_http_client()))


def open_inline_gateway(settings: Settings, sandbox: Flask | None) -> StripeGateway:
    """Connect with little patience, for a user who waits: what is not done in time the worker finishes."""
    if sandbox is not None:
        return open_gateway(settings, sandbox)
    client = make_http_client(read_seconds=INLINE_SECONDS)
    return connect(
        api_key=settings.stripe_api_key,
        http_client=client,
        retries=0,
        prefers_accounts_v2=settings.stripe_accounts == "v2",
    )


def build_services(
    settings: Settings,
    *,
    clock: type_clock | None = None,
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

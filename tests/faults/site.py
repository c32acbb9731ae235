"""The whole site as a world: pages, worker and clocks on one of the two databases, with the sandbox behind it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from marketplace.app import create_app
from marketplace.chores import all_chores
from marketplace.db import db, transaction
from marketplace.wiring import build_services
from marketplace.worker import Worker
from payments.models import MoneyOperation
from payments.statuses import OPEN_STATES
from tests.application import test_settings
from tests.clock import FrozenClock
from tests.databases import migrated_database
from tests.faults import site_children
from tests.faults.documents import examine_documents
from tests.faults.oracle import Findings, examine
from tests.forks import FORKS
from tests.functional.market_site import MarketSite


class SiteWorld(MarketSite):
    """`MarketSite` that counts what is injected and answers to the same oracle as the other worlds."""

    dialect: str
    mutant: str
    url: str
    injected: int
    seconds: list[float]

    def inject(self, count: int = 1) -> None:
        self.injected += count

    def race(self, tasks: list[tuple[str, dict[str, Any]]]) -> list[str]:
        """Do each at the same moment, in a process of its own; returns the errors they ended with, "" for none, in order."""
        self.inject(len(tasks))
        barrier, pipes, running = FORKS.Barrier(len(tasks)), [], []
        for action, arguments in tasks:
            pipe, theirs = FORKS.Pipe(duplex=False)
            spec = {"url": self.url, "mutant": self.mutant, "action": action, "arguments": arguments}
            running.append(FORKS.Process(target=site_children.run, args=(spec, barrier, theirs), daemon=True))
            running[-1].start()
            theirs.close()
            pipes.append(pipe)
        answers = [str(pipe.recv()) for pipe in pipes]
        for child in running:
            child.join()
        return answers

    def check(self) -> Findings:
        self.work()
        is_real = bool(
            self.objects("charge")
        )  # builders may have told of payments that the sandbox never had
        found = examine(self, is_reconciled=False, is_compared=is_real)  # type: ignore[arg-type]
        paid = frozenset(str(each["id"]) for each in self.objects("payment_intent"))
        with self.rows() as session:
            examine_documents(session, found, paid=paid)
        return found

    # --- what the oracle asks of a desk

    @property
    def make_session(self) -> Any:
        return self.services.sessions

    def write(self, work: Callable[..., Any], **arguments: Any) -> Any:
        with transaction(self.services.sessions) as session:
            return work(session, **arguments)

    def objects(self, kind: str, **fields: str) -> list[dict[str, Any]]:
        with self.sandbox._unit() as unit:
            return unit.store.select(kind, **fields)

    def open_operations(self) -> list[str]:
        if not self.objects("charge"):
            return []
        with self.rows() as session:
            return [
                row.id for row in session.query(MoneyOperation).filter(MoneyOperation.state.in_(OPEN_STATES))
            ]


@contextmanager
def open_site(dialect: str, folder: Path, *, mutant: str = "") -> Iterator[SiteWorld]:
    """A site of its own, gone with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    with migrated_database(dialect, folder) as url:
        clock = FrozenClock()
        settings = test_settings(url, folder, storage_url="memory://", mail_url="file:", payments="sandbox")
        services = build_services(settings, clock=clock, has_search=False)
        app = create_app(services)
        worker = Worker(services, chores=all_chores(services), context=app.app_context)
        site = SiteWorld(services, app, worker, clock)
        site.dialect, site.url, site.mutant, site.injected, site.seconds = dialect, url, mutant, 0, []
        yield site
        with app.app_context():
            db.engine.dispose()
        services.sessions.kw["bind"].dispose()

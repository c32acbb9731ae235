"""What pages cost: server time beside rendering alone, SQL statements, bytes of a first visit, memory of the demo.

Run from the root of the checkout: `python -m benchmarks.pages [--home FOLDER] [--rounds 60]`. Without a folder that
holds a seeded demo one is seeded first (about a minute). All times come from one run, so that the ratios hold on any machine.
Each is taken twice, by the clock and as processor time of the thread: on a machine that is shared with others the p95 by the
clock is mostly the others' doing, and the two are printed side by side.
"""

import argparse
import gzip
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import requests
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select

from marketplace.accounts.models import User
from marketplace.accounts.sessions import start_session
from marketplace.app import create_app
from marketplace.collector import settle_collector
from marketplace.db import transaction
from marketplace.demo.mark import is_seeded
from marketplace.demo.preparing import prepare_demo
from marketplace.services import Services
from marketplace.settings import read_settings
from marketplace.web.request_log import configure_logging
from marketplace.wiring import build_services
from tests.browser.visits import OF_BRAND, OF_INFLUENCER, OF_OPERATOR, VISITS
from tests.processes import RunningSite, running_site

SIGNED_IN = OF_BRAND | OF_INFLUENCER | OF_OPERATOR
STATIC = Path(__file__).parents[1] / "marketplace" / "static"
WARM_ROUNDS = 3
RATIO_MAX = 2
FORM = re.compile(r'action="(/demo/become/[^"]+)".*?name="csrf_token" value="([^"]+)"', re.DOTALL)


#: (milliseconds by the clock, milliseconds of this thread on a processor)
Cost = np.ndarray
NOTHING = np.zeros(2)


def taken(work: Callable[[], object]) -> Cost:
    """What the work took. Others on the machine lengthen the first figure and hardly the second."""
    clock, processor = time.perf_counter(), time.thread_time()
    work()
    return np.array([time.perf_counter() - clock, time.thread_time() - processor]) * 1_000


class RenderClock:
    """Renders each template a second time, from the data that the page has just put into memory, and takes the time."""

    def __init__(self) -> None:
        self.taken = NOTHING

    def __call__(self, _app: Flask, template: Any, context: dict[str, Any], **_more: object) -> None:
        self.taken = taken(lambda: template.render(context))


class StatementCount:
    """Counts what is sent to the database, beside what opens and closes transactions."""

    def __init__(self) -> None:
        self.count = 0
        event.listen(Engine, "before_cursor_execute", self._note)

    def _note(self, *arguments: Any) -> None:
        self.count += not arguments[2].startswith(("PRAGMA", "BEGIN"))


def signed_in(services: Services, app: Flask, email: str) -> FlaskClient:
    with transaction(services.sessions) as session:
        user = session.scalars(select(User).where(User.email == email)).one()
        token = start_session(
            session, user=user, user_agent="benchmark", address="127.0.0.1", now=services.clock()
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def measure_page(
    client: FlaskClient, path: str, clock: RenderClock, rounds: int
) -> tuple[np.ndarray, np.ndarray]:
    """Cost of the page, and of an empty view plus rendering the same template from memory, one row a round.

    Both come from the same request or the one after it, so that what slows the machine down for a while slows both.
    """
    whole, bare = [], []
    for round_number in range(rounds + WARM_ROUNDS):
        clock.taken = NOTHING
        both = taken(lambda: client.get(path))
        rendering = clock.taken
        empty = taken(lambda: client.get("/healthz"))
        if round_number >= WARM_ROUNDS:
            whole.append(both - rendering)
            bare.append(empty + rendering)
    return np.array(whole), np.array(bare)


def measure_pages(home: Path, rounds: int) -> None:
    configure_logging("error", is_json=False)
    services = build_services(read_settings({"ATHAR_HOME": str(home)}))
    app = create_app(services)
    settle_collector()  # as the server does
    clock, statements = RenderClock(), StatementCount()
    ratios, most = [], 0
    print(
        "| page | p50 | p95 | from memory, p95 | ratio | processor p95 | from memory | ratio | statements |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, find in SIGNED_IN.items():
        with services.sessions() as session:
            visit = find(session)
        client = signed_in(services, app, visit.email)
        client.get(visit.path)
        statements.count = 0
        client.get(visit.path)
        count, most = statements.count, max(most, statements.count)
        with template_rendered.connected_to(clock, app):
            whole, bare = measure_page(client, visit.path, clock, rounds)
        (middle, _processor), page, memory = (
            np.percentile(whole, 50, axis=0),
            np.percentile(whole, 95, axis=0),
            np.percentile(bare, 95, axis=0),
        )
        ratios.append(page / memory)
        columns = " | ".join(
            f"{page[kind]:.1f} ms | {memory[kind]:.1f} ms | {ratios[-1][kind]:.2f}" for kind in (0, 1)
        )
        print(f"| {name} | {middle:.1f} ms | {columns} | {count} |")
    for kind, name in enumerate(("clock", "processor")):
        print(summary(name, [ratio[kind] for ratio in ratios]))
    print(f"statements at most {most} (goal 12)")
    measure_first_load(signed_in(services, app, "brand1.owner@demo.athar.example"))


def summary(name: str, ratios: list[float]) -> str:
    within = sum(ratio <= RATIO_MAX for ratio in ratios)
    return (
        f"ratio of p95 by the {name}: median {np.median(ratios):.2f}, worst {max(ratios):.2f} (goal {RATIO_MAX}); "
        f"{within} of {len(ratios)} pages within it"
    )


def measure_first_load(client: FlaskClient) -> None:
    page = client.get("/home").text
    names = {name.split("?")[0] for name in re.findall(r'(?:href|src)="/static/([^"#]+)', page)}
    contents = [(STATIC / name).read_bytes() for name in names if not name.endswith(".woff2")]
    packed = sum(len(gzip.compress(content)) for content in (page.encode(), *contents))
    plain = sum(map(len, (page.encode(), *contents)))
    print(f"first load without fonts: {packed / 1e3:.1f} KB gzip (goal 120), {plain / 1e3:.0f} KB plain")
    for script in ("latin", "arabic"):
        size = sum(path.stat().st_size for path in STATIC.glob(f"vendor/*-{script}-*.woff2"))
        print(f"fonts, {script}: {size / 1e3:.1f} KB (goal 90)")


def measure_memory(home: Path) -> None:
    """Open every page of every role once over HTTP, then read how much memory the demo's processes hold."""
    services = build_services(read_settings({"ATHAR_HOME": str(home)}), has_search=False)
    with services.sessions() as session:
        visits = [find(session) for find in VISITS.values()]
    started = time.perf_counter()
    with running_site(home, "demo", "run") as site:
        print(f"second start of the demo: {time.perf_counter() - started:.1f} s (goal 5)")
        print(f"memory after the start: {resident_megabytes(site.process.pid):.0f} MB")
        for visit in visits:
            browser = requests.Session()
            if visit.email:
                become(browser, site, visit.email)
            browser.get(site.address + visit.path, timeout=30)
        print(f"memory after {len(visits)} pages: {resident_megabytes(site.process.pid):.0f} MB (goal 500)")


def become(browser: requests.Session, site: RunningSite, email: str) -> None:
    page = browser.get(f"{site.address}/demo/personas", params={"q": email}, timeout=30).text
    found = FORM.search(page)
    assert found is not None, "the bar of the demo offers this person"
    browser.post(site.address + found[1], data={"csrf_token": found[2]}, timeout=30)


def resident_megabytes(process_id: int) -> float:
    """Resident memory of a process and its children, pages they share counted once (PSS)."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii").split()
    total = 0
    for each in (str(process_id), *children):
        rollup = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
        total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]  # it is always there
    return total / 1_024


@contextmanager
def seeded_home(given: Path | None) -> Iterator[Path]:
    """A copy of the given seeded demo, or one seeded now; gone afterwards."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if given is not None and is_seeded(given):
            shutil.copytree(given, home)
        else:
            prepare_demo(read_settings({"ATHAR_HOME": str(home), "ATHAR_LOG_LEVEL": "error"}), tell=print)
        yield home


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    with seeded_home(options.home) as home:
        measure_pages(home, options.rounds)
        measure_memory(home)


if __name__ == "__main__":
    main()

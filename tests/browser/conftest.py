"""A real browser in front of a real server: pages in both languages, at the width of a phone and of a desk.

A page that logs an error in the console (a broken script, a file that is missing, something that the content security
policy refused) fails its test, whatever else the test looks at.
"""

import os
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

from tests.architecture.sources import ROOT
from tests.browser.live import live_application, served
from tests.browser.seeded import DemoSite, copy_of_seeded_home
from tests.processes import running_site

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
TIMEOUT_MS = 15_000
# Without these Chromium asks its maker for updates and settings at every start.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)

OpenPage = Callable[..., Page]
HAS_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the test failed, so that its pages can be pictured before they are closed."""
    report = yield
    item.stash[HAS_FAILED] = item.stash.get(HAS_FAILED, False) or report.failed
    return report


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file together on one worker: the browser lives as long as the file (see live.py)."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group(item.path.name))
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium_path, args=list(QUIET))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with an empty database."""
    with live_application(tmp_path_factory.mktemp("live")) as app, served(app) as address:
        yield address


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """The demo as `make demo` runs it: seeded (small), with worker, sandbox, mailbox and clock.

    Each file has a copy of its own, since files move the clock and change what others look at.
    """
    home = copy_of_seeded_home(tmp_path_factory.mktemp("demo") / "home")
    with running_site(home, "demo", "run") as site:
        yield DemoSite(site.address, home)


@pytest.fixture
def demo_site(demo: DemoSite) -> str:
    """The address of the demo."""
    return demo.address


@pytest.fixture
def site_address(live_server: str) -> str:
    """Where `open_page` goes; a module of journeys overrides it to visit the demo (`return demo_site`)."""
    return live_server


@pytest.fixture
def open_page(
    browser: Browser, site_address: str, screenshots: Path, request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """Opens pages with cookies of their own, so that one test can play both sides.

    `open_page("/briefs", language="ar", viewport=PHONE, is_dark=True)` is a page at that path. When the test fails, each
    page is pictured as it was (see `screenshots`).
    """
    contexts = []
    errors: list[str] = []

    def open_one(
        path: str = "/",
        *,
        language: str = "en",
        viewport: dict[str, int] = DESK,
        is_dark=False,
        has_scripts=True,
    ) -> Page:
        context = browser.new_context(
            base_url=site_address,
            locale=language,
            viewport=viewport,  # type: ignore[arg-type]  # playwright wants its own TypedDict
            color_scheme="dark" if is_dark else "light",
            reduced_motion="reduce",
            timezone_id="Asia/Riyadh",
            java_script_enabled=has_scripts,
        )
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.extend(complaints(message)))
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.goto(path)
        return page

    yield open_one
    for number, context in enumerate(contexts):
        if request.node.stash.get(HAS_FAILED, False):
            _picture(
                context, screenshots / f"failed-{re.sub(r'[^a-z0-9]+', '-', request.node.name)}-{number}.png"
            )
        context.close()
    assert errors == [], "the browser's console has errors"


def _picture(context: BrowserContext, path: Path) -> None:
    for page in context.pages:
        print(f"{page.url} is in {path}")
        page.screenshot(path=path, full_page=True)


def complaints(message: ConsoleMessage) -> list[str]:
    """An error in the console. Refusals are answered 4xx on purpose and logged too; a missing file is an error."""
    address = message.location["url"]
    is_own_answer = message.page is not None and message.page.url == address
    is_refusal = "status of 4" in message.text and (is_own_answer or "status of 404" not in message.text)
    return [f"{address}: {message.text}"] if message.type == "error" and not is_refusal else []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page at the start, in English at a desk."""
    return open_page()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures go for a person to look at (SCREENSHOT_FOLDER, else build/screenshots)."""
    folder = Path(os.environ.get("SCREENSHOT_FOLDER", ROOT / "build" / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder

"""Every page of every role in both languages: axe, console, width, one heading, language and direction."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import violations
from tests.browser.acting import become
from tests.browser.conftest import DESK, PHONE, complaints
from tests.browser.finding import Visit
from tests.browser.seeded import DemoSite
from tests.browser.visits import VISITS

DIRECTIONS = {"en": "ltr", "ar": "rtl"}
IS_PICTURED = "SCREENSHOT_FOLDER" in os.environ  # pictures of all pages take as long as looking at them
# axe takes most of the time: each width is asked in one language, all four together with the pictures.
AXE_AT = {"en": DESK, "ar": PHONE}
#: what answers with another status than 200, on purpose
STATUSES = {"missing": 404}
# What stands out of the page without being allowed to: elements that scroll by themselves may be wider than it.
OVERFLOWING = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
  ? [...document.querySelectorAll('body *')].filter(e => {
      const box = e.getBoundingClientRect();
      return box.width && (box.right > innerWidth + 1 || box.left < -1);
    }).slice(0, 5).map(e => e.tagName + '.' + e.className)
  : []"""


class Visitors:
    """People who are signed in, each with one page in each language that is kept for the whole file.

    A page is not opened anew for each address: a browser takes a quarter more work for that. `problems` holds what the
    page shown last said in its console.
    """

    def __init__(self, browser: Browser, demo: DemoSite) -> None:
        self._browser, self._demo = browser, demo
        self._pages: dict[tuple[str, str], Page] = {}
        self.problems: list[str] = []

    def page(self, email: str, language: str) -> Page:
        if (email, language) not in self._pages:
            self._pages[email, language] = self._open(email, language)
        self.problems.clear()
        return self._pages[email, language]

    def _open(self, email: str, language: str) -> Page:
        context = self._browser.new_context(
            base_url=self._demo.address, locale=language, reduced_motion="reduce", timezone_id="Asia/Riyadh"
        )
        page = context.new_page()
        if email:
            become(page, email, language)
        page.on("console", lambda message: self.problems.extend(complaints(message)))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        return page

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()


@pytest.fixture(scope="module")
def visitors(browser: Browser, demo: DemoSite) -> Iterator[Visitors]:
    visitors = Visitors(browser, demo)
    yield visitors
    visitors.close()


@pytest.fixture(scope="module")
def find_visit(demo: DemoSite) -> Callable[[str], Visit]:
    def find(name: str) -> Visit:
        with demo.rows() as session:
            return VISITS[name](session)

    return find


@pytest.mark.parametrize("language", DIRECTIONS)
@pytest.mark.parametrize("name", VISITS)
class TestPages:
    def test_can_be_read_by_everyone(self, visitors, find_visit, screenshots, name, language):
        visit = find_visit(name)
        page = visitors.page(visit.email, language)
        problems: list[str] = []
        page.set_viewport_size(PHONE)
        answer = page.goto(visit.path)
        assert answer is not None
        assert answer.status == STATUSES.get(name, 200), visit
        document = page.locator("html")
        assert document.get_attribute("lang") == language
        assert document.get_attribute("dir") == DIRECTIONS[language]
        assert page.locator("h1:visible").count() == 1
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            page.evaluate("() => document.fonts.ready")
            problems += [f"{size['width']} px: too wide: {each}" for each in page.evaluate(OVERFLOWING)]
            if IS_PICTURED or size == AXE_AT[language]:
                problems += [f"{size['width']} px: {each}" for each in violations(page)]
            if IS_PICTURED:
                page.screenshot(path=screenshots / f"{name}-{language}-{size['width']}.png", full_page=True)
        assert visitors.problems + problems == [], visit

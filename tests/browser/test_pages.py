"""Every page of every role in both languages: axe, console, width, one heading, language and direction."""

import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page

from tests.browser.accessibility import violations
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
    """One browser in each language for the whole file, in which one person after another is signed in.

    A browser of its own for each person takes a second of processor, more than all there is to see of a page. `problems`
    holds what the page shown last said in its console.
    """

    def __init__(self, browser: Browser, demo: DemoSite) -> None:
        self._browser, self._demo = browser, demo
        self._pages: dict[str, Page] = {}
        self._cookies: dict[tuple[str, str], list[Any]] = {}
        self.problems: list[str] = []

    def page(self, email: str, language: str) -> Page:
        if language not in self._pages:
            self._pages[language] = self._open(language)
        page = self._pages[language]
        page.context.clear_cookies()
        if (email, language) not in self._cookies:
            self._sign_in(page.context.request, email, language)
            self._cookies[email, language] = list(page.context.cookies())
        page.context.add_cookies(self._cookies[email, language])
        self.problems.clear()
        return page

    def _open(self, language: str) -> Page:
        context = self._browser.new_context(
            base_url=self._demo.address, locale=language, reduced_motion="reduce", timezone_id="Asia/Riyadh"
        )
        page = context.new_page()
        page.on("console", lambda message: self.problems.extend(complaints(message)))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        return page

    def _sign_in(self, request: APIRequestContext, email: str, language: str) -> None:
        """Send the forms of the demo's bar and of the language, which the journeys press."""
        shown = request.get("/demo/personas", params={"q": email}).text()
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', shown)[0]
        if email:
            action = re.findall(r'action="([^"]*/demo/become/[^"]+)"', shown)[0]
            request.post(action, form={"csrf_token": token})
            home = request.get("/home")
            assert home.url.endswith("/home"), f"{email} is not signed in"
            token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', home.text())[0]
        answer = request.post("/language", form={"csrf_token": token, "language": language})
        assert answer.ok, answer.status_text

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
    @cache
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
        assert "/sign-in" not in page.url or visit.path == "/sign-in", visit
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

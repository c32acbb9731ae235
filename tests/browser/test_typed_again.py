"""What was typed when a session had ended: brought back to the same person after the sign-in, and to nobody else."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import say, sign_in
from tests.browser.conftest import OpenPage

PASSWORD = "walk-the-dunes-2026"
OWNER, COLLEAGUE = "brand1.owner@demo.athar.example", "brand1.buyer@demo.athar.example"
BACK = "What you typed is here again. Look at it, choose files anew, and send it."
PAGE = "/briefs/new"


@pytest.fixture
def site_address(demo_site: str) -> str:
    """These visit the demo."""
    return demo_site


def send_after_the_session(page: Page) -> None:
    """Type a title, lose the session, and send the form."""
    sign_in(page, OWNER, PASSWORD)
    page.goto(PAGE)
    page.locator("#title").fill("A calm morning")
    page.context.clear_cookies()
    page.locator("form:has(#title) button[type=submit]").click()


def sign_in_there(page: Page, email: str) -> None:
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator('form[action$="/sign-in"] button[type=submit]').click()
    page.wait_for_url(f"**{PAGE}")


class TestTyped:
    @pytest.mark.parametrize(
        ("email", "title"), [(OWNER, "A calm morning"), (COLLEAGUE, "")], ids=["same", "another"]
    )
    def test_is_there_again_for_the_same_person(self, open_page: OpenPage, email, title):
        page = open_page("/sign-in")
        send_after_the_session(page)
        page.get_by_role("link", name="Go back").click()
        page.wait_for_url("**/sign-in**")
        sign_in_there(page, email)
        expect(page.locator("#title")).to_have_value(title)
        assert page.locator("main .notice", has_text=say(page, BACK)).count() == (1 if title else 0)
        page.reload()
        expect(page.locator("#title")).to_have_value("")

    def test_that_was_taken_is_not_brought_back(self, open_page: OpenPage):
        page = open_page("/sign-in")
        sign_in(page, OWNER, PASSWORD)
        page.goto(PAGE)
        page.locator("#title").fill("A calm evening")
        page.locator("form:has(#title) button[type=submit]").click()
        page.wait_for_url(re.compile(r"/briefs/\w+/edit"))
        page.goto("/no-such-page")
        page.goto(PAGE)
        expect(page.locator("#title")).to_have_value("")

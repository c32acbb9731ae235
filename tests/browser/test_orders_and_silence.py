"""Other ways through a deal in the browser: orders, declining, silence, and a browser without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.acting import become, move_clock, pay, press, refresh_until, see, see_plain, sign_in
from tests.browser.conftest import OpenPage
from tests.browser.finding import orderable_listing
from tests.browser.visits import VISITS

PASSWORD = "walk-the-dunes-2026"


@pytest.fixture
def site_address(demo_site: str) -> str:
    """These visit the demo."""
    return demo_site


@pytest.fixture
def visit(open_page: OpenPage) -> Callable[[str], Page]:
    """Opens the browser of anybody, in English."""

    def open_as(wanted: str) -> Page:
        page = open_page("/demo/personas")
        become(page, wanted, "en")
        return page

    return open_as


def order_and_pay(brand: Page, listing_path: str) -> str:
    """Order a listing as it stands and pay; gives the booking's id."""
    brand.goto(f"{listing_path}/order")
    brand.locator("#message").fill("A calm morning video with our kit, please.")
    press(brand, "/order")
    brand.wait_for_url("**/quotes/*")
    press(brand, "/accept")
    brand.wait_for_url("**/bookings/*/pay")
    booking_id = brand.url.split("/")[-2]
    pay(brand, booking_id)
    return booking_id


class TestOrders:
    """A brand orders a listing of the first influencer of the demo, who answers."""

    @pytest.fixture
    def ordered(self, visit, demo) -> tuple[Page, Page, str]:
        with demo.rows() as session:
            listing_id, handle = orderable_listing(session)
        brand, influencer = visit("brand1.owner"), visit(handle)
        return brand, influencer, order_and_pay(brand, f"/market/{listing_id}")

    def test_are_begun_when_the_influencer_accepts(self, ordered):
        brand, influencer, booking_id = ordered
        influencer.goto(f"/bookings/{booking_id}")
        see_plain(influencer, "A calm morning video with our kit, please.")
        press(influencer, "/accept")
        see(influencer, "Hand in the work")
        brand.goto(f"/bookings/{booking_id}")
        see(brand, "Active")

    def test_are_paid_back_when_the_influencer_declines(self, ordered):
        brand, influencer, booking_id = ordered
        brand.goto(f"/bookings/{booking_id}")
        paid = brand.locator(".price-card > .price-lines .price-total dd").inner_text()
        influencer.goto(f"/bookings/{booking_id}/decline")
        influencer.locator("#main input[type=radio]").first.check()
        press(influencer, "/decline")
        refresh_until(brand, "Refunded")
        brand.goto("/money")
        row = brand.locator("tr", has=brand.locator(f'a[href$="{booking_id}"]'))
        for _look in range(20):  # the refund is on its way for a moment
            if row.get_by_text(paid, exact=True).count() == 2:
                break
            brand.wait_for_timeout(500)
            brand.reload()
        assert row.get_by_text(paid, exact=True).count() == 2, "paid, and as much paid back"


class TestSilence:
    def test_approves_work_after_the_reminders_were_sent(self, visit, demo):
        with demo.rows() as session:
            waiting = VISITS["brand-room-to-review"](session)
        brand = visit(waiting.email)
        brand.goto(waiting.path)
        see(brand, "Review the work. Without an answer it counts as approved.")
        for _day in range(10):  # a deadline waits for reminders that a busy machine has not sent yet
            move_clock(brand, 24)
            brand.wait_for_timeout(1_500)
            brand.reload()
            if "nobody answered in time" in brand.locator("#main").inner_text():
                break
        refresh_until(brand, "nobody answered in time")
        see(brand, "The brand was reminded to review")
        brand.locator('.demo-bar a[href$="/mailbox"]').click()
        see_plain(brand, waiting.email)


class TestWithoutScripts:
    def test_an_influencer_signs_in_and_applies(self, open_page, demo):
        with demo.rows() as session:
            brief = VISITS["apply"](session)
        page = open_page("/sign-in", has_scripts=False)
        sign_in(page, brief.email, PASSWORD)
        page.goto(brief.path)
        page.locator("#pitch").fill("I have written about this for three years, with my own pictures.")
        page.locator('#main form[action$="/apply"] button[type=submit]').last.click()
        page.wait_for_url("**/applications/*")
        see_plain(page, "I have written about this for three years")

"""The journey of the product in a browser: from a brief to a paid influencer, in both languages."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import (
    approve_case,
    become,
    choose_language,
    follow,
    local_time,
    open_payout_account,
    pay,
    press,
    refresh_until,
    say,
    see,
    see_plain,
    sign_in,
    write_brief,
)
from tests.browser.conftest import OpenPage
from tests.browser.stories import STORIES, Story

PASSWORD = "walk-the-dunes-2026"
OPERATOR = "operator@demo"
REASONS = ("Everything that must be said is said.", "كل ما يجب أن يُقال مذكور.")
#: where a post lies, by the platform that the page of its booking names
HOSTS = {
    "Instagram": "instagram.com",
    "إنستغرام": "instagram.com",
    "TikTok": "tiktok.com",
    "تيك توك": "tiktok.com",
    "YouTube": "youtube.com",
    "يوتيوب": "youtube.com",
    "Snapchat": "snapchat.com",
    "سناب شات": "snapchat.com",
}


@pytest.fixture
def site_address(demo_site: str) -> str:
    """Journeys visit the demo."""
    return demo_site


@pytest.fixture(params=STORIES, ids=lambda story: story.language)
def story(request: pytest.FixtureRequest) -> Story:
    chosen: Story = request.param
    return chosen


@pytest.fixture
def brand(open_page: OpenPage, story: Story) -> Page:
    """The brand's browser: its owner signed in with a password."""
    page = open_page("/sign-in", language=story.language)
    sign_in(page, story.brand, PASSWORD)
    choose_language(page, story.language)
    return page


@pytest.fixture
def operator(open_page: OpenPage, story: Story) -> Page:
    page = open_page("/demo/personas", language=story.language)
    become(page, OPERATOR, story.language)
    return page


def opened(open_page: OpenPage, handle: str, story: Story) -> Page:
    """The browser of the influencer with this handle."""
    page = open_page("/demo/personas", language=story.language)
    become(page, handle, story.language)
    return page


def first_two(brand: Page, brief_id: str) -> list[tuple[str, str]]:
    """Look for specialists; gives (influencer id, handle) of the first two whom the brand may invite."""
    follow(brand, f"/briefs/{brief_id}/matches")
    if brand.locator("ol.matches").count() == 0:
        press(brand, f"/briefs/{brief_id}/matches")
    expect(brand.locator("ol.matches > li").nth(1)).to_be_visible()
    return [
        (
            (line.get_attribute("id") or "").removeprefix("match-"),
            (line.locator('a[href*="/influencers/"]').first.get_attribute("href") or "").rsplit("/", 1)[-1],
        )
        for line in brand.locator("ol.matches > li").all()[:2]
    ]


def read_receipt(brand: Page, influencer_id: str) -> None:
    """Open the receipt of a place: its lines add up to the score that the list shows."""
    line = brand.locator(f"#match-{influencer_id}")
    shown = line.locator(".score-value").first.inner_text().strip()
    line.locator('a[href*="/matches/"]').click()
    see(brand, "Receipt of the match", "To begin with", "Score")
    lines = brand.locator("#main .receipt dd").all_inner_texts()
    *parts, score = [float(re.sub(r"[^\d.\-]", "", each.replace("−", "-"))) for each in lines]
    assert sum(parts) == pytest.approx(score, abs=0.1 * len(parts))
    assert round(score) == pytest.approx(int(shown), abs=1)
    brand.go_back()


def invite(brand: Page, brief_id: str, influencer_id: str, story: Story) -> None:
    brand.locator(f"#match-{influencer_id} a[href*='/invite/']").click()
    see_plain(brand, story.price)
    brand.locator("#message").fill(story.pitch)
    press(brand, f"/invite/{influencer_id}")
    brand.wait_for_url("**/applications?tab=invited")
    follow(brand, "/invitations/")
    see(brand, "The influencer reads the brief and the price, and answers.")


def accept_invitation(page: Page, story: Story) -> None:
    page.goto("/invitations")
    page.locator("li", has=page.get_by_text(story.title)).locator("a[href*='/invitations/']").first.click()
    see_plain(page, story.title, story.pitch, "1,000", story.price)
    press(page, "/accept")
    see(page, "The quote is ready. The brand accepts it and pays, or lets it expire.")
    follow(page, "/quotes/")
    see(page, "The brand reads this same price and decides. You need to do nothing.")
    see_plain(page, "1,000", story.price)


def apply(page: Page, brief_id: str, story: Story) -> None:
    page.goto(f"/briefs/open/{brief_id}")
    see_plain(page, story.text, story.criteria[0])
    follow(page, f"/open-briefs/{brief_id}/apply")
    page.locator("#pitch").fill(story.pitch)
    press(page, f"/open-briefs/{brief_id}/apply")
    page.wait_for_url("**/applications/*")
    see_plain(page, story.pitch)


def quote_and_accept(brand: Page, brief_id: str, story: Story) -> str:
    """Quote the application and accept the quote; gives the booking's id."""
    brand.goto(f"/briefs/{brief_id}/applications")
    see_plain(brand, story.pitch)
    press(brand, "/quote")
    brand.wait_for_url("**/quotes/*")
    card = brand.locator(".price-card > .price-lines dd").all_inner_texts()
    assert [re.sub(r"[^\d.,]", "", line).strip(".") for line in card] == [
        "1,000",
        "1,000",
        "100",
        "15",
        "1,115",
    ]
    press(brand, "/accept")
    brand.wait_for_url("**/bookings/*/pay")
    return brand.url.split("/")[-2]


def hand_in(page: Page, booking_id: str, story: Story) -> None:
    page.goto(f"/bookings/{booking_id}")
    follow(page, "/submit")
    page.locator("#text").fill(story.work)
    page.locator("#links").fill("https://video.example.test/cut-1")
    press(page, "/submit")
    page.wait_for_url(re.compile(rf"/bookings/{booking_id}(#.*)?$"))
    see_plain(page, story.work)


def approve_work(brand: Page, booking_id: str, story: Story) -> None:
    brand.goto(f"/bookings/{booking_id}")
    follow(brand, "/review")
    see_plain(brand, story.work)
    press(brand, "/approve")
    brand.wait_for_url(re.compile(rf"/bookings/{booking_id}(#.*)?$"))


def publish(page: Page, booking_id: str, story: Story) -> str:
    """Hand in the address of a post on the platform agreed, and return it."""
    page.goto(f"/bookings/{booking_id}")
    follow(page, "/publish")
    agreed = page.locator("main").inner_text()
    host = next(host for platform, host in HOSTS.items() if f"{say(page, ', ')}{platform}" in agreed)
    address = f"https://www.{host}/{booking_id}"
    page.locator("#url").fill(address)
    page.locator("#disclosure").fill(story.disclosure)
    page.locator("#posted_at").fill(local_time(page).strftime("%Y-%m-%dT%H:%M"))
    press(page, "/publish")
    page.wait_for_url(re.compile(rf"/bookings/{booking_id}(#.*)?$"))
    see_plain(page, address, story.disclosure)
    return address


def confirm_post(brand: Page, booking_id: str, address: str) -> None:
    brand.goto(f"/bookings/{booking_id}")
    follow(brand, "/post")
    see_plain(brand, address)
    press(brand, "/post/confirm")
    brand.wait_for_url(re.compile(rf"/bookings/{booking_id}(#.*)?$"))


class TestJourney:
    def test_leads_from_a_brief_to_a_paid_influencer(self, brand, operator, open_page, screenshots, story):
        brief_id = write_brief(
            brand,
            title=story.title,
            text=story.text,
            topic=story.topic,
            product=story.product,
            criteria=story.criteria,
        )
        see(brand, "An operator reads it before influencers do. You get a notice with the answer.")
        approve_case(operator, story.title, REASONS)
        brand.goto(f"/briefs/{brief_id}")
        see(brand, "Influencers can apply. Look at who fits and invite them.")

        (invited_id, invited), (_applying_id, applying) = first_two(brand, brief_id)
        read_receipt(brand, invited_id)
        invite(brand, brief_id, invited_id, story)
        accept_invitation(opened(open_page, invited, story), story)

        influencer = opened(open_page, applying, story)
        apply(influencer, brief_id, story)
        booking_id = quote_and_accept(brand, brief_id, story)
        see_plain(brand, story.price)
        pay(brand, booking_id)
        see(brand, "Held payment")

        open_payout_account(influencer, "Amal Example")
        hand_in(influencer, booking_id, story)
        approve_work(brand, booking_id, story)
        address = publish(influencer, booking_id, story)
        confirm_post(brand, booking_id, address)

        self.see_the_share_arrive(brand, influencer, booking_id)
        operator.goto("/operate/ledger")
        see_plain(operator, "100.00")

    @staticmethod
    def see_the_share_arrive(brand: Page, influencer: Page, booking_id: str) -> None:
        influencer.goto(f"/bookings/{booking_id}")
        refresh_until(influencer, say(influencer, "Complete"))
        influencer.goto("/money")
        row = influencer.locator("tr", has=influencer.locator(f'a[href$="{booking_id}"]'))
        assert row.get_by_text("1,000").count() == 2, "the price, and as much received"
        brand.goto("/money")
        row = brand.locator("tr", has=brand.locator(f'a[href$="{booking_id}"]'))
        assert "1,115" in row.inner_text()
        assert "1,000" in row.inner_text()

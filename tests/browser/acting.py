"""What people do in the journeys, one function for one intention; works on any page language.

Buttons are found by where their form goes, texts are asserted in the language of the page (`Words`).
"""

import re
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.support import NullTranslations, Translations
from playwright.sync_api import Locator, Page, expect

from tests.architecture.sources import ROOT

SETTLED_MS = 20_000  # what the worker does may take its sweeps


@cache
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(ROOT / "marketplace" / "translations", [language])


def say(page: Page, text: str) -> str:
    """A text of the product in the language of the page."""
    language = page.locator("html").get_attribute("lang") or "en"
    return text if language == "en" else str(_catalogue(language).gettext(text))


def see(page: Page, *texts: str) -> None:
    """The page shows these texts of the product, in its language."""
    for text in texts:
        expect(page.locator("#main")).to_contain_text(say(page, text), timeout=SETTLED_MS)


def see_plain(page: Page, *texts: str) -> None:
    """The page shows these texts as they are: amounts, and what people wrote."""
    for text in texts:
        expect(page.locator("#main")).to_contain_text(text, timeout=SETTLED_MS)


def press(page: Page, action: str, *, within: Locator | None = None) -> None:
    """Press the button of the form whose address ends like `action`, and agree when it asks."""
    form = (within or page.locator("#main")).locator(f'form[action$="{action}"]')
    is_asked = form.first.get_attribute("data-confirm") is not None
    form.first.locator("button[type=submit]").last.click()
    if is_asked:
        page.locator("dialog[open] button[value=yes]").click()


def follow(page: Page, address: str) -> None:
    """Follow the first link in the page whose address contains `address`."""
    page.locator(f'#main a[href*="{address}"]').first.click()


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in by mail address and password."""
    page.goto("/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.locator('form[action$="/sign-in"] button[type=submit]').click()
    page.wait_for_url("**/home")


def become(page: Page, wanted: str, language: str) -> None:
    """Sign in by the bar of the demo, then choose the language."""
    page.goto(f"/demo/personas?q={wanted}")
    page.locator('form[action*="/demo/become/"] button').first.click()
    page.wait_for_url("**/home")
    choose_language(page, language)


def choose_language(page: Page, language: str) -> None:
    """Switch by the button until the choice of this browser is `language`, whatever the account says."""
    for _switch in range(2):
        shown = page.locator("html").get_attribute("lang")
        page.locator(".language-switch button").click()
        page.wait_for_selector(f'html:not([lang="{shown}"])')
        if page.locator("html").get_attribute("lang") == language:
            return


def today(page: Page) -> date:
    """The day by the clock of the site, which the demo can move."""
    return local_time(page).date()


def local_time(page: Page) -> datetime:
    """The time by the clock of the site, in the time zone that accounts begin with."""
    shown = datetime.fromisoformat(page.locator("html").get_attribute("data-now") or "")
    return shown.astimezone(ZoneInfo("Asia/Riyadh"))


def move_clock(page: Page, hours: int) -> None:
    """Move the clock of the demo by the bar's form."""
    page.locator(".demo-clock summary").click()
    page.locator(f'.demo-clock button[value="{hours}"]').click()
    page.wait_for_load_state()


def write_brief(
    page: Page, *, title: str, text: str, topic: str, product: str, criteria: tuple[str, str]
) -> str:
    """Write a brief at a fixed price of SAR 1,000, with a topic that is read from its text; gives its id."""
    page.goto("/briefs/new")
    page.locator("#title").fill(title)
    page.locator("form:has(#title) button[type=submit]").click()
    page.wait_for_url(re.compile(r"/briefs/\w+/edit"))
    brief_id = page.url.split("/")[-2]
    page.locator("#goal").select_option("awareness")
    page.locator("#product").fill(product)
    page.locator("#text").fill(text)
    for platform in ("instagram", "tiktok", "youtube", "snapchat"):
        page.locator(f"input[name=platforms][value={platform}]").set_checked(True)
    checked = page.locator("input[name=countries]:checked").evaluate_all(
        "boxes => boxes.map(box => box.value)"
    )
    for country in checked:
        page.locator(f"input[name=countries][value={country}]").set_checked(False)
    page.locator("#deliverables-0-kind").select_option("short_video")
    page.locator("#deliverables-0-count").fill("1")
    page.locator("#deliverables-0-price").fill("1000")
    page.locator("#currency").select_option("SAR")
    page.locator("#budget").fill("4000")
    page.locator("#seats").fill("3")
    page.locator("#starts_on").fill(today(page).isoformat())
    page.locator("#ends_on").fill((today(page) + timedelta(days=20)).isoformat())
    for place, (criterion, weight) in enumerate(zip(criteria, ("40", "60"), strict=True)):
        page.locator(f"#criteria-{place}-text").fill(criterion)
        page.locator(f"#criteria-{place}-weight").fill(weight)
    page.locator(".form-submit button:not([name])").click()
    page.wait_for_url("**/edit*")
    page.locator(f"input[name=topics][value={topic}]").check()
    page.locator("button[name=submit]").click()
    page.wait_for_url(re.compile(rf"/briefs/{brief_id}$"))
    return brief_id


def approve_case(page: Page, title: str, reasons: tuple[str, str]) -> None:
    """Take the case of this title from the operators' queue and approve it."""
    page.goto("/operate/queue")
    refresh_until(page, title)  # the worker opens the case
    line = page.locator("li", has=page.get_by_text(title, exact=True))
    line.locator("button[type=submit]").click()
    page.wait_for_url("**/operate/cases/*")
    see_plain(page, title)
    page.locator("input[name=action][value=approve]").check()
    page.locator("#policy_code").select_option("in_order")
    page.locator("#reason_en").fill(reasons[0])
    page.locator("#reason_ar").fill(reasons[1])
    press(page, "/decide")
    page.wait_for_load_state()


def pay(page: Page, booking_id: str) -> None:
    """Pay from the page of the booking's payment, with the play card that works."""
    press(page, f"/bookings/{booking_id}/pay")
    page.wait_for_url("**/sandbox/checkout/*")
    page.locator("input[name=card][value=ok]").check()
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(rf"/bookings/{booking_id}$"), timeout=SETTLED_MS)


def open_payout_account(page: Page, legal_name: str) -> None:
    """Go through the provider's onboarding page, unless it was done before."""
    page.goto("/money/payout-account")
    if page.locator('form[action$="/start"] .btn-trace').count() == 0:
        return
    press(page, "/money/payout-account/start")
    page.wait_for_url("**/sandbox/onboarding/**")
    page.locator("#legal_name").fill(legal_name)
    page.locator("input[name=bank][value=accepts]").check()
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/money/payout-account\?returned=1$"), timeout=SETTLED_MS)


def refresh_until(page: Page, text: str) -> None:
    """Load the page again until it shows the text, as somebody does who waits for the worker."""
    for _look in range(20):
        page.reload()
        if text in page.locator("#main").inner_text():
            return
        page.wait_for_timeout(500)
    see_plain(page, text)

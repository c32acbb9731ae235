"""What a visitor asks for on the first page is not lost on the way to an account."""

from marketplace.briefs.models import Brief
from tests.functional.accounts.test_accounts import BRAND, browser, rows

__all__ = ["browser"]


def test_keeps_what_was_asked_for_on_the_first_page_as_a_draft(browser, services):
    asked = "Two reels about filter coffee in Riyadh"
    page = browser.get("/sign-up/brand", query_string={"q": f"  {asked} "}).text
    assert "Your sentence becomes your first draft" in page
    assert f">{asked}<" in page
    assert f'value="{asked}"' in page
    again = browser.post("/sign-up/brand", BRAND | {"sentence": asked, "password": "short"})
    assert f">{asked}<" in again.text
    assert f'value="{asked}"' in again.text
    browser.post("/sign-up/brand", BRAND | {"sentence": asked})
    (brief,) = rows(services, Brief)
    assert (brief.title, brief.status) == (asked, "draft")

"""Asks axe about the page in the browser and says what is wrong with which element."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# WCAG 2.2 A and AA, with the best practices that cost nothing to keep.
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
    # Style sheets are read beforehand for one rule alone, which is experimental and none of these: a sixth of the time.
    "preload": {"assets": ["media"]},
}
# What was in order is counted by axe but not sent: of a long page that is a hundred kilobytes.
RUN = "rules => axe.run(document, rules).then(found => found.violations)"


def violations(page: Page) -> list[str]:
    """What axe objects to on the page as it is now: one line each with rule, reason and element."""
    page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate(RUN, RULES)
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {' '.join(node['target'])}"
        for violation in found
        for node in violation["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Fail with every violation of the page, after its fonts have loaded (contrast is measured on what is drawn)."""
    page.evaluate("() => document.fonts.ready")
    assert violations(page) == [], page.url

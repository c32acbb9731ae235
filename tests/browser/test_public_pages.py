"""The pages that a visitor sees first: in both languages, on a phone and at a desk, for every reader."""

import pytest

from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import DESK, PHONE

DIRECTIONS = {"en": "ltr", "ar": "rtl"}


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", DIRECTIONS)
class TestPublicPages:
    @pytest.mark.parametrize("path", ["/", "/how-it-works", "/prices"])
    def test_can_be_read_by_everyone(self, open_page, screenshots, path, language, viewport):
        page = open_page(path, language=language, viewport=viewport)
        assert page.locator("html").get_attribute("dir") == DIRECTIONS[language]
        assert page.evaluate("() => document.documentElement.scrollWidth") <= viewport["width"]
        name = path.strip("/") or "home"
        page.screenshot(path=screenshots / f"{name}-{language}-{viewport['width']}.png", full_page=True)
        assert_accessible(page)

"""What is amiss in a sign-up is listed down the page, in the order of its fields."""

import re

import pytest

from tests.functional.market_site import Visitor

SUMMARY = re.compile(r'<a href="#([a-z_]+)"')
FIELD = re.compile(r'<(?:input|select)[^>]* id="([a-z_]+)"')


@pytest.mark.parametrize("side", ["brand", "influencer"])
def test_summary_follows_the_page(app, side):
    visitor = Visitor(app.test_client())
    visitor.get(f"/sign-up/{side}")
    page = visitor.post(f"/sign-up/{side}", {}).text
    main = page[page.index("<main") : page.index("</main")]
    form = main.index("<form")
    listed = SUMMARY.findall(main[:form])
    assert len(listed) > 4
    assert listed == [name for name in FIELD.findall(main[form:]) if name in listed]

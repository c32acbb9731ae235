"""The points between pieces of a line: none is left hanging where a line ends or begins."""

from pathlib import Path

import pytest

from marketplace.web.templates import DOT

STYLES = Path(__file__).parents[2] / "marketplace" / "static" / "parts.css"
PIECES = {
    "ltr": ("Alpha beta", "gamma", "delta epsilon", "zeta"),
    "rtl": ("مراجعة", "قبل ساعتين", "الرياض", "متابعون"),
}
#: of each point: is it drawn, and does its line go on behind it
SEEN = """() => [...document.querySelectorAll('.dot')].map(dot => {
  const range = document.createRange();
  range.selectNodeContents(dot.nextSibling);
  const drawn = [...dot.getClientRects()].some(box => box.width > 0);
  return [drawn, range.getClientRects()[0].top - dot.getBoundingClientRect().bottom < 0];
})"""


@pytest.mark.parametrize("direction", PIECES)
class TestDot:
    def test_is_drawn_exactly_where_the_line_goes_on(self, browser, direction):
        page = browser.new_page()
        page.set_content(f'<p dir="{direction}">{DOT.join(PIECES[direction])}</p>')
        page.add_style_tag(content=f"{STYLES.read_text(encoding='utf-8')} p {{ font: 16px/1.5 sans-serif }}")
        seen = set()
        for width in range(90, 400, 10):
            page.add_style_tag(content=f"p {{ inline-size: {width}px }}")
            for is_drawn, goes_on in page.evaluate(SEEN):
                assert is_drawn == goes_on, width
                seen.add(is_drawn)
        assert seen == {True, False}
        page.close()

"""Draws a sheet as PDF: Arabic shaped and from right to left, Latin runs inside it, the same bytes every time.

The one module that knows the PDF library.
"""

import re
import unicodedata
from datetime import datetime
from importlib import resources
from typing import Any

from fpdf import FPDF
from fpdf.enums import Align

from marketplace.documents.sheets import Block, Sheet

ARABIC, LATIN = "athar-arabic", "athar-latin"
FILES = {ARABIC: "plex-sans-arabic", LATIN: "plex-sans-latin"}
WEIGHTS = {"": 400, "B": 600}
MARGIN, WIDTH = 48.0, 595.28 - 96.0
INK, QUIET, LINE, TRACE = (28, 35, 33), (86, 96, 92), (228, 223, 211), (14, 90, 75)
VALUE_SHARE = 0.28
MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069"))
#: a figure whose sign is kept in front by a mark (see `web.formats`)
SIGNED = re.compile("\u200e([+\u2212])([\\d.,\u066b\u066c]+)")
SPACES = dict.fromkeys(map(ord, "\u202f\u2009"), "\u00a0")


def draw(sheet: Sheet, *, made_at: datetime) -> bytes:
    """Return the PDF. `made_at` is its date, so that the same sheet gives the same bytes."""
    return _Drawing(sheet, made_at).draw()


class _Paper(FPDF):
    """A page with the mark's line on top and the foot of the sheet below."""

    sheet: Sheet
    is_rtl: bool

    def _render_styled_text_line(self, *values: Any, **options: Any) -> bool:
        """Name the font before every line.

        fpdf2 2.8.9 believes it named one that stood inside a restored graphics state (a line that begins with a fallback
        font), and then writes the next line with the glyph numbers of another font.
        """
        self.current_font_is_set_on_page = False
        return bool(super()._render_styled_text_line(*values, **options))

    def footer(self) -> None:
        self.set_y(-60)
        self.set_draw_color(*LINE)
        self.line(MARGIN, self.get_y(), MARGIN + WIDTH, self.get_y())
        self.set_y(-52)
        self.set_text_color(*QUIET)
        self.set_font_size(7.5)
        for text in self.sheet.foot:
            self.set_x(MARGIN)
            align = Align.R if self.is_rtl else Align.L
            self.multi_cell(WIDTH, 11, _clean(text), align=align, new_x="LMARGIN", new_y="NEXT")


class _Drawing:
    def __init__(self, sheet: Sheet, made_at: datetime) -> None:
        self.sheet, self.is_rtl = sheet, sheet.language == "ar"
        self.start, self.end = (Align.R, Align.L) if self.is_rtl else (Align.L, Align.R)
        pdf = _Paper(unit="pt", format="A4")
        pdf.sheet, pdf.is_rtl = sheet, self.is_rtl
        pdf.set_creation_date(made_at)
        pdf.set_title(f"{sheet.title} {sheet.number}".strip())
        pdf.set_lang(sheet.language)
        pdf.set_producer("Athar")
        pdf.set_margins(MARGIN, MARGIN)
        pdf.set_auto_page_break(True, margin=84)
        self._use_fonts(pdf)
        self.pdf = pdf

    def _use_fonts(self, pdf: FPDF) -> None:
        folder = resources.files("marketplace.documents").joinpath("data/fonts")
        for family, stem in FILES.items():
            for style, weight in WEIGHTS.items():
                with resources.as_file(folder.joinpath(f"{stem}-{weight}.ttf")) as path:
                    pdf.add_font(family, style, path)
        first, second = (ARABIC, LATIN) if self.is_rtl else (LATIN, ARABIC)
        pdf.set_fallback_fonts([second], exact_match=False)
        pdf.set_text_shaping(True)
        pdf.set_font(first, "", 10)

    def draw(self) -> bytes:
        self.pdf.add_page()
        self._head()
        self._blocks()
        self._rows()
        for remark in self.sheet.remarks:
            self._text(remark, size=8.5, colour=QUIET, gap=4)
        return bytes(self.pdf.output())

    def _head(self) -> None:
        pdf = self.pdf
        pdf.set_fill_color(*TRACE)
        pdf.rect(MARGIN if not self.is_rtl else MARGIN + WIDTH - 36, MARGIN - 10, 36, 3, style="F")
        top = pdf.get_y()
        self._cell(self.sheet.title, WIDTH * 0.62, size=20, style="B", line=28)
        if self.sheet.number:
            pdf.set_y(top)
            self._at_end(WIDTH * 0.38)
            self._cell(self.sheet.number, WIDTH * 0.38, size=12, style="B", line=28, align=self.end)
        pdf.set_y(top + 36)
        for fact in self.sheet.facts:
            self._pair(fact.label, fact.value)
        pdf.set_y(pdf.get_y() + 10)

    def _pair(self, label: str, value: str) -> None:
        y, first = self.pdf.get_y(), WIDTH * 0.3
        self._at_start(first)
        self._cell(label, first, size=9, colour=QUIET, line=15)
        self.pdf.set_y(y)
        self.pdf.set_x(MARGIN if self.is_rtl else MARGIN + first)
        self._cells(value, WIDTH - first, size=9, line=15)

    def _blocks(self) -> None:
        pdf, blocks = self.pdf, list(self.sheet.blocks)
        if not blocks:
            return
        top, bottom, each = pdf.get_y(), 0.0, WIDTH / len(blocks)
        for index, block in enumerate(blocks):
            place = len(blocks) - 1 - index if self.is_rtl else index
            bottom = max(bottom, self._block(block, MARGIN + place * each, top, each - 12))
        pdf.set_y(bottom + 14)

    def _block(self, block: Block, x: float, y: float, width: float) -> float:
        pdf = self.pdf
        x += 12 if self.is_rtl else 0
        pdf.set_xy(x, y)
        self._cell(block.title, width, size=8.5, colour=QUIET, line=14)
        for index, line in enumerate(block.lines):
            pdf.set_x(x)
            self._cells(line, width, size=10, style="B" if index == 0 else "", line=14)
        return float(pdf.get_y())

    def _rows(self) -> None:
        for row in self.sheet.rows:
            self._row(row.label, row.value, row.note, style=row.style)
        self.pdf.set_y(self.pdf.get_y() + 12)

    def _row(self, label: str, value: str, note: str, *, style: str) -> None:
        pdf, value_width = self.pdf, WIDTH * VALUE_SHARE
        if pdf.will_page_break(46):
            pdf.add_page()
        weight = "B" if style else ""
        size = 12 if style == "total" else 10
        pdf.set_draw_color(*(INK if style else LINE))
        pdf.line(MARGIN, pdf.get_y(), MARGIN + WIDTH, pdf.get_y())
        if style == "total":
            pdf.line(MARGIN, pdf.get_y() + 2, MARGIN + WIDTH, pdf.get_y() + 2)
        top = pdf.get_y() + 6
        pdf.set_xy(MARGIN if self.is_rtl else MARGIN + WIDTH - value_width, top)
        self._cell(value, value_width, size=size, style=weight, line=16, align=self.end)
        pdf.set_y(top)
        self._at_start(WIDTH - value_width)
        self._cells(label, WIDTH - value_width, size=size, style=weight, line=16)
        if note:
            self._at_start(WIDTH - value_width)
            self._cells(note, WIDTH - value_width, size=8.5, colour=QUIET, line=13)
        pdf.set_y(pdf.get_y() + 6)

    def _text(self, text: str, *, size: float, colour: tuple[int, int, int], gap: float) -> None:
        self.pdf.set_x(MARGIN)
        self._cells(text, WIDTH, size=size, colour=colour, line=size * 1.5)
        self.pdf.set_y(self.pdf.get_y() + gap)

    def _at_start(self, width: float) -> None:
        self.pdf.set_x(MARGIN + WIDTH - width if self.is_rtl else MARGIN)

    def _at_end(self, width: float) -> None:
        self.pdf.set_x(MARGIN if self.is_rtl else MARGIN + WIDTH - width)

    def _turn(self, text: str) -> str:
        """Let a text run in its own direction, that of its first letter, as `dir="auto"` does on a page; returns it clean.

        The writer knows no marks: from right to left a sign comes before its figure if it is written after it.
        """
        strong = (unicodedata.bidirectional(sign) for sign in _clean(text))
        first = next((each for each in strong if each in {"L", "R", "AL"}), None)
        is_rtl = self.is_rtl if first is None else first != "L"
        self.pdf.set_text_shaping(True, direction="rtl" if is_rtl else "ltr")
        return _clean(SIGNED.sub(r"\2\1", text) if is_rtl else text)

    def _cell(
        self,
        text: str,
        width: float,
        *,
        size: float,
        line: float,
        style: str = "",
        colour: tuple[int, int, int] = INK,
        align: Align | None = None,
    ) -> None:
        """Write one line; a longer text is made smaller until it fits."""
        pdf, cleaned = self.pdf, self._turn(text)
        if pdf.x == MARGIN and self.is_rtl and align is None:
            self._at_start(width)
        pdf.set_text_color(*colour)
        pdf.set_font(style=style, size=size)
        while size > 6 and pdf.get_string_width(cleaned) > width - 8:
            size -= 0.5
            pdf.set_font(style=style, size=size)
        # not `cell`, which sets vowel marks beside their letters
        pdf.multi_cell(width, line, cleaned, align=align or self.start, new_x="LMARGIN", new_y="NEXT")

    def _cells(
        self,
        text: str,
        width: float,
        *,
        size: float,
        line: float,
        style: str = "",
        colour: tuple[int, int, int] = INK,
    ) -> None:
        """Write a text in as many lines as it needs."""
        cleaned = self._turn(text)
        self.pdf.set_text_color(*colour)
        self.pdf.set_font(style=style, size=size)
        self.pdf.multi_cell(width, line, cleaned, align=self.start, new_x="LMARGIN", new_y="NEXT")


def _clean(text: str) -> str:
    """Return the text without marks of direction (the writer orders it itself) and with spaces that the fonts have."""
    return text.translate(MARKS).translate(SPACES)

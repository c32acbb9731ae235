"""The PDF: the same bytes for the same sheet, its fonts inside, Arabic as letters and not as boxes."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from marketplace.documents.paper import draw
from marketplace.documents.sheets import Block, Fact, Row, Sheet

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def sheet(language, rows=1, title="Reel: مراجعة العطر (15 s)"):
    is_arabic = language == "ar"
    return Sheet(
        language=language,
        title="فاتورة" if is_arabic else "Invoice",
        number="INV-2026-000012",
        facts=[Fact("Booking", "ريل عن عطر × 2 (Silk & Spice)")],
        blocks=[Block("من", ("سيلك وسبايس Silk", "الرياض")), Block("To", ("Sara",))],
        rows=[Row(title, "SAR 1,900.00", "note")] * rows + [Row("الإجمالي", "1,900.00 ر.س", style="total")],
        remarks=["لا رسوم على المؤثر."],
        foot=["sha256 0123"],
    )


def letters(text):
    """The letters of a line in no order: readers of PDFs turn Arabic ligatures round."""
    return "".join(sorted(sign for sign in text if sign.isalpha()))


class TestDraw:
    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_gives_the_same_bytes_for_the_same_sheet(self, language):
        first = draw(sheet(language), made_at=AT)
        assert first.startswith(b"%PDF-")
        assert first == draw(sheet(language), made_at=AT)
        assert first != draw(sheet(language, title="Another"), made_at=AT)

    def test_embeds_the_fonts_of_both_scripts(self):
        drawn = draw(sheet("ar"), made_at=AT)
        assert {b"IBMPlexSansArabic", b"IBMPlexSans"} <= set(
            re.findall(rb"\+(IBMPlexSans(?:Arabic)?)\b", drawn)
        )

    def test_goes_on_a_second_page_when_the_first_is_full(self):
        assert draw(sheet("en", rows=20), made_at=AT).count(b"/Type /Page\n") == 2

    @pytest.mark.skipif(
        shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed"
    )
    def test_keeps_signs_before_their_figures_among_arabic_words(self, tmp_path):
        rows = [Row("السعر", "\u200e−0.4", "المتوسط: \u200e+24.2")]
        path = tmp_path / "x.pdf"
        path.write_bytes(draw(replace(sheet("ar"), rows=rows), made_at=AT))
        told = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True)
        assert "−0.4" in told.stdout
        assert "+24.2" in told.stdout

    @pytest.mark.skipif(
        shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed"
    )
    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_holds_text_that_can_be_found_and_copied(self, language, tmp_path):
        path = tmp_path / "x.pdf"
        path.write_bytes(draw(sheet(language), made_at=AT))
        told = subprocess.run(
            ["pdftotext", str(path), "-"], capture_output=True, text=True, check=True
        ).stdout
        for text in ("INV-2026-000012", "1,900.00", "الرياض", "سيلك وسبايس"):
            assert text in told

    @pytest.mark.skipif(
        shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed"
    )
    def test_never_mixes_the_letters_of_two_fonts(self, tmp_path):
        labels = ("سعر معلن", "رسوم المنصة", "ضريبة الرسوم", "تدفع مؤسسة", "درجة المؤثر")
        styles = ("", "subtotal", "", "total", "total")
        drawn = replace(
            sheet("ar"),
            rows=[
                Row(label, "900 ر.س.", "10% من السعر", style)
                for label, style in zip(labels, styles, strict=True)
            ],
            remarks=["5 أعمال في سطر طويل " * 12],
        )
        path = tmp_path / "x.pdf"
        path.write_bytes(draw(drawn, made_at=AT))
        told = subprocess.run(
            ["pdftotext", str(path), "-"], capture_output=True, text=True, check=True
        ).stdout
        found = {letters(line) for line in told.splitlines()}
        for label in labels:
            assert letters(label) in found, label
        assert told.count("طويل") == 12

"""Numbers, lines and hashes of documents."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.documents.domain import (
    SERIES,
    DocumentKind,
    LineKey,
    Piece,
    credit_lines,
    digest,
    invoice_lines,
    is_marked,
    marked_series,
    number_text,
)
from payments.escrow import EscrowPart, PartAmounts, divide_part

PIECES = (Piece(1, "Reel", 150_000, 15_000, 2_250), Piece(2, "Story", 50_000, 5_000, 750))
amounts = st.integers(1, 1_000_000)


class TestNumberText:
    def test_names_series_year_and_place(self):
        assert number_text("INV", 2026, 12) == "INV-2026-000012"

    def test_names_the_restore_that_began_the_series(self):
        series = marked_series(DocumentKind.CORRECTION, datetime(2026, 11, 8, 2, 30, tzinfo=UTC))
        assert number_text(series, 2026, 12) == "SBC-2026-R11080230-000012"

    def test_has_a_series_of_its_own_for_every_kind(self):
        assert set(SERIES) == set(DocumentKind)
        assert len(set(SERIES.values())) == len(DocumentKind)


class TestInvoiceLines:
    def test_sum_to_what_was_paid_and_never_leave_the_tax_out(self):
        lines = invoice_lines(PIECES)
        assert [line.key for line in lines] == ["work", "work", "fee", "tax"]
        assert sum(line.amount_minor for line in lines) == 223_000
        assert invoice_lines([Piece(1, "x", 100, 10, 0)])[-1].key == LineKey.TAX

    def test_are_kept_with_their_keys_as_words(self):
        kept = [line.as_plain() for line in invoice_lines([Piece(1, "A reel", 100, 10, 2)])]
        assert [(line["key"], type(line["key"]), line["amount_minor"]) for line in kept] == [
            ("work", str, 100),
            ("fee", str, 10),
            ("tax", str, 2),
        ]


class TestIsMarked:
    def test_tells_a_series_that_a_restore_began(self):
        assert is_marked(marked_series(DocumentKind.INVOICE, datetime(2026, 11, 28, 2, 30, tzinfo=UTC)))
        assert not is_marked(SERIES[DocumentKind.INVOICE])


class TestCreditLines:
    @given(amounts, amounts, amounts, st.integers(0, 9_999))
    def test_say_which_part_of_work_fee_and_tax_goes_back(self, net, fee, tax, share_bps):
        kept = divide_part(EscrowPart("p", net, fee, tax), share_bps=share_bps, currency="SAR")
        back = PartAmounts(net - kept.net_minor, fee - kept.fee_minor, tax - kept.tax_minor)
        lines = credit_lines(Piece(1, "x", net, fee, tax), back, amount_minor=kept.refund_minor)
        assert sum(line.amount_minor for line in lines) == kept.refund_minor
        assert all(line.amount_minor >= 0 for line in lines)

    @pytest.mark.parametrize(
        ("back", "keys"),
        [(PartAmounts(70, 0, 0), ["work", "tax"]), (PartAmounts(0, 70, 3), ["fee", "tax"])],
    )
    def test_leave_out_what_is_nothing_but_never_the_tax(self, back, keys):
        lines = credit_lines(PIECES[0], back, amount_minor=back.total_minor)
        assert [line.key for line in lines] == keys

    @pytest.mark.parametrize("back", [None, PartAmounts(70, 5, 1)])
    def test_are_one_line_for_any_other_sum(self, back):
        lines = credit_lines(PIECES[0], back, amount_minor=77)
        assert [(line.key, line.amount_minor) for line in lines] == [("paid_back", 77)]


class TestDigest:
    def test_depends_on_every_value_and_on_no_order(self):
        assert digest({"a": 1, "b": "ب"}) == digest({"b": "ب", "a": 1})
        assert digest({"a": 1}) != digest({"a": 2})

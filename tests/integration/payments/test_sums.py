"""Sums of held payments by currency."""

from payments.sums import sum_escrows


class TestSumEscrows:
    def test_begin_with_the_currency_of_most_bookings_and_add_up(self, desk):
        desk.fund("b1", currency="AED")
        for booking in ("b2", "b3"):
            desk.fund(booking, currency="SAR")
        sums = desk.write(lambda session: sum_escrows(session, payer_ref="brand1"))
        assert [(each.currency, each.bookings) for each in sums] == [("SAR", 2), ("AED", 1)]
        for each in sums:
            assert each.paid_minor == each.held_minor > 0
            assert (each.kept_minor, each.charged_back_minor) == (0, 0)

"""Totals of accounts as rows: one for each kind, whatever its currencies."""

from marketplace.billing.account_groups import rows_by_group
from payments.balances import AccountTotal


class TestRowsByGroup:
    def test_puts_the_currencies_of_a_kind_into_one_row(self):
        rows = rows_by_group(
            [
                AccountTotal("asset:psp", "AED", 535_658),
                AccountTotal("asset:psp", "SAR", -20),
                AccountTotal("liab:held", "SAR", 7),
            ]
        )
        assert [(row.group, row.totals_minor) for row in rows] == [
            ("asset:psp", {"AED": 535_658, "SAR": -20}),
            ("liab:held", {"SAR": 7}),
        ]

    def test_has_no_row_without_totals(self):
        assert rows_by_group([]) == []

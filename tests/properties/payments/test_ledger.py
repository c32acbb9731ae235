"""Laws of the ledger: every entry that can be made balances, every other is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments import journal
from payments.escrow import EscrowPart, divide_part
from payments.ledger import EntryNotBalanced, JournalEntry, Leg, entry_hash

AT = datetime(2026, 3, 1, tzinfo=UTC)
AMOUNT = st.integers(-(10**12), 10**12).filter(bool)
LEGS = st.lists(
    st.builds(
        Leg,
        account=st.sampled_from(["asset:psp", "asset:bank", "exp:fx", "rev:platform_fee", "liab:held:b1"]),
        currency=st.sampled_from(["SAR", "JPY", "USD"]),
        amount_minor=AMOUNT,
    ),
    max_size=6,
)


class TestJournalEntry:
    @given(LEGS)
    def test_balances_per_currency_or_is_refused(self, legs):
        sums = {leg.currency: 0 for leg in legs}
        for leg in legs:
            sums[leg.currency] += leg.amount_minor
        if legs and not any(sums.values()):
            JournalEntry("k", "x", "s", AT, tuple(legs))
        else:
            with pytest.raises(EntryNotBalanced):
                JournalEntry("k", "x", "s", AT, tuple(legs))

    @given(LEGS.filter(bool))
    def test_balances_with_its_own_reversal(self, legs):
        reversal = [Leg(leg.account, leg.currency, -leg.amount_minor) for leg in legs]
        assert JournalEntry("k", "x", "s", AT, (*legs, *reversal)).legs

    @given(st.integers(1, 10**7), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10_000))
    def test_of_a_release_leaves_nothing_in_transit(self, net, fee, tax, share):
        division = divide_part(EscrowPart("d1", net, fee, tax), share_bps=share, currency="SAR")
        if not division.released_minor:
            return
        move = journal.Movement("op", "b1", "d1", "SAR", AT)
        entries = [
            journal.release_planned(move, division),
            journal.release_confirmed(move, division, payee_ref="i1"),
        ]
        sums: dict[str, int] = {}
        for entry in entries:
            for leg in entry.legs:
                sums[leg.account] = sums.get(leg.account, 0) + leg.amount_minor
        assert sums.get("liab:release_in_transit:op", 0) == 0
        assert sums.get("liab:fee_deferred:op", 0) == 0
        assert (
            sums["liab:held:b1"]
            == division.released_minor
            == -sum(sums.get(account, 0) for account in ("asset:psp", "rev:platform_fee", "liab:tax"))
        )


class TestEntryHash:
    @given(LEGS.filter(bool), st.integers(0, 5), st.integers(1, 10**6))
    def test_changes_with_any_amount(self, legs, place, change):
        def with_reversal(first):
            reversal = [Leg(leg.account, leg.currency, -leg.amount_minor) for leg in first]
            return JournalEntry("k", "x", "s", AT, (*first, *reversal))

        at = place % len(legs)
        leg = legs[at]
        if leg.amount_minor + change == 0:
            return
        changed = [*legs[:at], Leg(leg.account, leg.currency, leg.amount_minor + change), *legs[at + 1 :]]
        before, after = (
            entry_hash(with_reversal(each), sequence=1, previous_hash="p") for each in (legs, changed)
        )
        assert before != after

"""Every business event as a balanced entry, with the postings that the chart promises."""

from datetime import UTC, datetime

import pytest

from payments import journal, journal_chargeback, journal_custody
from payments.escrow import EscrowPart, PartDivision
from payments.ledger import EntryNotBalanced, JournalEntry, Leg, LegNotValid, entry_hash, legs_of, root_hash
from payments.money import UnknownCurrency

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
MOVE = journal.Movement("op1", "b1", "d1", "SAR", AT)
DIVISION = PartDivision(100, 10, 2, 50)
STRAY = journal_custody.StrayPayment("pi_1", "SAR", 70, AT)
PAYOUT = journal_custody.PayoutMovement("op2", "i1", "SAR", 60, AT)
CASE = journal_chargeback.ChargebackCase("dp_1", "b1", "SAR", 150, AT)
WAITING = journal_chargeback.StrayCase("dp_2", "pi_1", "SAR", 70, AT)
HELD, DISPUTED = "liab:held:b1", "liab:held_disputed:b1"
RELEASE, FEE, REFUND = "liab:release_in_transit:op1", "liab:fee_deferred:op1", "liab:refund_in_transit:op1"


def postings(entry):
    return {leg.account: leg.amount_minor for leg in entry.legs}


EVENTS = [
    (
        journal.processing_fee_charged(
            payment_ref="pi_1", booking_ref="b1", currency="SAR", amount_minor=5, occurred_at=AT
        ),
        {"exp:psp_fee": 5, "asset:psp": -5},
    ),
    (journal.release_planned(MOVE, DIVISION), {HELD: 112, RELEASE: -100, FEE: -12}),
    (
        journal.release_confirmed(MOVE, DIVISION, payee_ref="i1"),
        {
            RELEASE: 100,
            "asset:psp": -100,
            FEE: 12,
            "rev:platform_fee": -10,
            "liab:tax": -2,
            "custody:balance:i1": 100,
            "custody:received:i1": -100,
        },
    ),
    (journal.release_refused(MOVE, DIVISION, is_disputed=False), {RELEASE: 100, FEE: 12, HELD: -112}),
    (journal.release_refused(MOVE, DIVISION, is_disputed=True), {RELEASE: 100, FEE: 12, DISPUTED: -112}),
    (journal.refund_planned(MOVE, 50), {HELD: 50, REFUND: -50}),
    (journal.refund_confirmed(MOVE, 50), {REFUND: 50, "asset:psp": -50}),
    (journal.refund_refused(MOVE, 50, is_disputed=False), {REFUND: 50, HELD: -50}),
    (journal.refund_refused(MOVE, 50, is_disputed=True), {REFUND: 50, DISPUTED: -50}),
    (journal.refund_failed_later(MOVE, 50, is_disputed=False), {"asset:psp": 50, HELD: -50}),
    (journal_custody.payment_unmatched(STRAY, reason="late"), {"asset:psp": 70, "suspense:pi_1": -70}),
    (
        journal_custody.return_planned(STRAY, operation_id="op1"),
        {"suspense:pi_1": 70, REFUND: -70},
    ),
    (journal_custody.return_confirmed(STRAY, operation_id="op1"), {REFUND: 70, "asset:psp": -70}),
    (
        journal.refund_paid_otherwise("b1", "d1", "SAR", 50, memo="By bank.", occurred_at=AT),
        {HELD: 50, "asset:bank": -50},
    ),
    (
        journal_custody.returned_from_bank(STRAY, memo="By bank."),
        {"suspense:pi_1": 70, "asset:bank": -70},
    ),
    (journal_custody.return_refused(STRAY, operation_id="op1"), {REFUND: 70, "suspense:pi_1": -70}),
    (journal_custody.return_failed_later(STRAY, operation_id="op1"), {"asset:psp": 70, "suspense:pi_1": -70}),
    (
        journal_custody.payout_planned(PAYOUT),
        {"custody:payout_in_transit:op2": 60, "custody:balance:i1": -60},
    ),
    (journal_custody.payout_confirmed(PAYOUT), {"custody:bank:i1": 60, "custody:payout_in_transit:op2": -60}),
    (
        journal_custody.payout_refused(PAYOUT),
        {"custody:balance:i1": 60, "custody:payout_in_transit:op2": -60},
    ),
    (journal_custody.payout_failed_later(PAYOUT), {"custody:balance:i1": 60, "custody:bank:i1": -60}),
    (journal_chargeback.chargeback_frozen(CASE, held_minor=90), {HELD: 90, DISPUTED: -90}),
    (
        journal_chargeback.chargeback_opened(CASE, fee_minor=15),
        {"asset:dispute_receivable:dp_1": 150, "exp:dispute_fee": 15, "asset:psp": -165},
    ),
    (
        journal_chargeback.chargeback_won(CASE, frozen_minor=90, withdrawn_minor=150, fee_change_minor=-5),
        {
            "asset:psp": 155,
            "asset:dispute_receivable:dp_1": -150,
            "exp:dispute_fee": -5,
            DISPUTED: 90,
            HELD: -90,
        },
    ),
    (
        journal_chargeback.chargeback_lost(CASE, frozen_minor=90, covered_minor=90, fee_change_minor=0),
        {DISPUTED: 90, "exp:chargeback_loss": 60, "asset:dispute_receivable:dp_1": -150},
    ),
    (
        journal_chargeback.chargeback_lost(CASE, frozen_minor=200, covered_minor=0, fee_change_minor=5),
        {
            DISPUTED: 200,
            HELD: -200,
            "exp:chargeback_loss": 150,
            "asset:dispute_receivable:dp_1": -150,
            "exp:dispute_fee": 5,
            "asset:psp": -5,
        },
    ),
    (
        journal_chargeback.stray_withdrawn(WAITING, fee_minor=15),
        {"asset:dispute_receivable:dp_2": 70, "exp:dispute_fee": 15, "asset:psp": -85},
    ),
]


class TestEvents:
    @pytest.mark.parametrize(("entry", "expected"), EVENTS, ids=[entry.kind for entry, _ in EVENTS])
    def test_post(self, entry, expected):
        assert postings(entry) == expected

    def test_of_a_stray_chargeback_give_back_what_was_taken_or_book_the_loss(self):
        won = journal_chargeback.stray_closed(
            WAITING, is_withdrawn=True, covered_minor=None, fee_change_minor=-15
        )
        lost = journal_chargeback.stray_closed(
            WAITING, is_withdrawn=True, covered_minor=50, fee_change_minor=0
        )
        taken = "asset:dispute_receivable:dp_2"
        assert postings(won) == {taken: -70, "exp:dispute_fee": -15, "asset:psp": 85}
        assert postings(lost) == {"suspense:pi_1": 50, "exp:chargeback_loss": 20, taken: -70}

    def test_of_a_stray_chargeback_that_took_nothing_and_is_won_post_nothing(self):
        won = journal_chargeback.stray_closed(
            WAITING, is_withdrawn=False, covered_minor=None, fee_change_minor=0
        )
        assert won is None

    def test_of_funding_hold_each_part(self):
        parts = (EscrowPart("d1", 100, 10, 2), EscrowPart("d2", 50, 5, 1))
        entry = journal.funded(
            booking_ref="b1", payment_ref="pi_1", currency="SAR", parts=parts, occurred_at=AT
        )
        assert [(leg.account, leg.amount_minor, leg.part_ref) for leg in entry.legs] == [
            ("asset:psp", 168, None),
            (HELD, -112, "d1"),
            (HELD, -56, "d2"),
        ]

    def test_have_natural_keys_that_tell_planning_settling_and_failing_apart(self):
        keys = [entry.key for entry, _ in EVENTS if entry.operation_id == "op1" and entry.booking_ref]
        assert set(keys) == {"operation:op1:plan", "operation:op1:settle", "operation:op1:failed"}

    def test_without_a_booking_have_a_stream_of_their_own(self):
        fee = journal.processing_fee_charged(
            payment_ref="pi_9", booking_ref=None, currency="SAR", amount_minor=5, occurred_at=AT
        )
        assert (fee.stream, fee.booking_ref) == ("payment:pi_9", None)


class TestLeg:
    @pytest.mark.parametrize("amount", [0, 1.0, True])
    def test_refuses_nothing_and_fractions(self, amount):
        with pytest.raises(LegNotValid):
            Leg("asset:psp", "SAR", amount)

    def test_refuses_accounts_outside_the_chart(self):
        with pytest.raises(LegNotValid):
            Leg("asset:pocket", "SAR", 1)

    def test_refuses_to_owe_what_cannot_be_paid(self):
        assert Leg("asset:psp", "KWD", 5)
        with pytest.raises(LegNotValid):
            Leg("liab:held:b1", "KWD", 5)

    def test_refuses_currencies_we_do_not_serve(self):
        with pytest.raises(UnknownCurrency):
            Leg("asset:psp", "GBP", 1)


class TestJournalEntry:
    @pytest.mark.parametrize(
        "legs",
        [(), (Leg("asset:psp", "SAR", 1),), (Leg("asset:psp", "SAR", 1), Leg("asset:bank", "AED", -1))],
    )
    def test_refuses_what_does_not_balance(self, legs):
        with pytest.raises(EntryNotBalanced):
            JournalEntry("k", "x", "s", AT, legs)


class TestEntryHash:
    def entry(self, **changes):
        fields = {
            "key": "k",
            "kind": "x",
            "stream": "s",
            "occurred_at": AT,
            "legs": legs_of(("asset:psp", 1), ("asset:bank", -1), currency="SAR"),
            **changes,
        }
        return JournalEntry(**fields)

    def test_is_the_same_for_the_same_entry(self):
        assert entry_hash(self.entry(), sequence=1, previous_hash="p") == entry_hash(
            self.entry(), sequence=1, previous_hash="p"
        )

    @pytest.mark.parametrize(
        "changes",
        [
            {"key": "k2"},
            {"kind": "y"},
            {"stream": "s2"},
            {"occurred_at": AT.replace(microsecond=1)},
            {"booking_ref": "b"},
            {"operation_id": "o"},
            {"memo": {"a": "b"}},
            {"legs": legs_of(("asset:psp", 2), ("asset:bank", -2), currency="SAR")},
            {"legs": legs_of(("asset:psp", 1), ("asset:bank", -1), currency="SAR", part_ref="d1")},
        ],
    )
    def test_covers_every_field(self, changes):
        plain = entry_hash(self.entry(), sequence=1, previous_hash="p")
        assert entry_hash(self.entry(**changes), sequence=1, previous_hash="p") != plain

    def test_covers_the_place_in_the_stream(self):
        hashes = {entry_hash(self.entry(), sequence=n, previous_hash=p) for n in (1, 2) for p in "pq"}
        assert len(hashes) == 4


class TestRootHash:
    def test_covers_every_stream_in_any_order(self):
        one = root_hash(previous_root="r", heads={"a": "1", "b": "2"})
        assert one == root_hash(previous_root="r", heads={"b": "2", "a": "1"})
        assert one != root_hash(previous_root="r", heads={"a": "1"})
        assert one != root_hash(previous_root="q", heads={"a": "1", "b": "2"})

"""Every status and action of a held payment and of the two sides of its parts, row by row."""

from itertools import product

import pytest

from payments.escrow import (
    ESCROW_TRANSITIONS,
    SIDE_TRANSITIONS,
    EscrowAction,
    EscrowPart,
    EscrowStatus,
    EscrowStatusConflict,
    PartAmountInvalid,
    PartAmounts,
    PartStatus,
    PartStatusConflict,
    ShareOutOfRange,
    SideAction,
    SideStatus,
    check_part,
    divide_part,
    is_part_settled,
    next_escrow_status,
    next_side_status,
    part_status,
)

PART = EscrowPart("d1", 100_000, 10_000, 1_500)
NONE, DUE, MOVING, DONE = SideStatus
FUNDED = EscrowStatus.FUNDED


class TestNextEscrowStatus:
    @pytest.mark.parametrize(
        ("before", "action", "after"),
        [
            ("awaiting_payment", "fund", "funded"),
            ("awaiting_payment", "cancel", "cancelled"),
            ("awaiting_payment", "expire", "expired"),
            ("funded", "settle", "settled"),
            ("settled", "reopen", "funded"),
        ],
    )
    def test_allows(self, before, action, after):
        assert next_escrow_status(EscrowStatus(before), EscrowAction(action)) is EscrowStatus(after)

    def test_refuses_everything_else(self):
        refused = set(product(EscrowStatus, EscrowAction)) - set(ESCROW_TRANSITIONS)
        assert len(refused) == len(EscrowStatus) * len(EscrowAction) - 5
        for status, action in refused:
            with pytest.raises(EscrowStatusConflict, match=status.value):
                next_escrow_status(status, action)


class TestNextSideStatus:
    @pytest.mark.parametrize(
        ("before", "action", "after"),
        [
            ("none", "park", "due"),
            ("none", "plan", "in_transit"),
            ("due", "plan", "in_transit"),
            ("in_transit", "confirm", "done"),
            ("in_transit", "refuse", "due"),
            ("done", "fail_later", "due"),
            ("due", "give_up", "none"),
            ("due", "charge_back", "done"),
            ("due", "pay_otherwise", "done"),
        ],
    )
    def test_allows(self, before, action, after):
        assert next_side_status(SideStatus(before), SideAction(action)) is SideStatus(after)

    def test_refuses_everything_else(self):
        refused = set(product(SideStatus, SideAction)) - set(SIDE_TRANSITIONS)
        assert len(refused) == len(SideStatus) * len(SideAction) - 9
        for status, action in refused:
            with pytest.raises(PartStatusConflict, match=status.value):
                next_side_status(status, action)


class TestPartStatus:
    @pytest.mark.parametrize(
        ("escrow", "shown"),
        [
            (EscrowStatus.AWAITING_PAYMENT, PartStatus.PENDING),
            (EscrowStatus.FUNDED, PartStatus.HELD),
            (EscrowStatus.CANCELLED, PartStatus.CANCELLED),
            (EscrowStatus.EXPIRED, PartStatus.CANCELLED),
        ],
    )
    def test_follows_the_payment_before_a_decision(self, escrow, shown):
        assert part_status(escrow, release=NONE, refund=NONE) is shown

    @pytest.mark.parametrize(
        ("release", "refund", "shown"),
        [
            (DUE, NONE, PartStatus.OWED),
            (MOVING, NONE, PartStatus.RELEASING),
            (DONE, NONE, PartStatus.RELEASED),
            (NONE, DUE, PartStatus.REFUND_DUE),
            (NONE, MOVING, PartStatus.REFUNDING),
            (NONE, DONE, PartStatus.REFUNDED),
            (DUE, DONE, PartStatus.OWED),
            (DUE, DUE, PartStatus.OWED),
            (DUE, MOVING, PartStatus.OWED),
            (MOVING, DUE, PartStatus.REFUND_DUE),
            (DONE, DUE, PartStatus.REFUND_DUE),
            (MOVING, MOVING, PartStatus.SPLITTING),
            (DONE, MOVING, PartStatus.SPLITTING),
            (MOVING, DONE, PartStatus.SPLITTING),
            (DONE, DONE, PartStatus.SPLIT),
        ],
    )
    def test_shows_what_is_still_to_come(self, release, refund, shown):
        assert part_status(FUNDED, release=release, refund=refund) is shown

    def test_of_a_lost_chargeback_wins(self):
        assert part_status(FUNDED, release=DUE, refund=NONE, is_charged_back=True) is PartStatus.CHARGED_BACK


class TestIsPartSettled:
    @pytest.mark.parametrize(
        ("release", "refund", "is_settled"),
        [
            (DONE, NONE, True),
            (NONE, DONE, True),
            (DONE, DONE, True),
            (NONE, NONE, False),
            (DONE, DUE, False),
            (MOVING, DONE, False),
        ],
    )
    def test_when_nothing_is_left_to_move(self, release, refund, is_settled):
        assert is_part_settled(release=release, refund=refund) is is_settled


class TestDividePart:
    @pytest.mark.parametrize(
        ("share", "division"),
        [
            (10_000, (100_000, 10_000, 1_500, 0)),
            (0, (0, 0, 0, 111_500)),
            (1_000, (10_000, 1_000, 150, 100_350)),
            (5_000, (50_000, 5_000, 750, 55_750)),
            (3_333, (33_330, 3_333, 500, 74_337)),
        ],
    )
    def test_keeps_the_fee_on_the_share_only(self, share, division):
        found = divide_part(PART, share_bps=share, currency="SAR")
        assert (found.net_minor, found.fee_minor, found.tax_minor, found.refund_minor) == division
        assert found.released_minor + found.refund_minor == PART.total_minor

    def test_takes_no_fee_where_the_share_comes_to_nothing(self):
        found = divide_part(EscrowPart("d", 1, 9_000, 0), share_bps=4_000, currency="SAR")
        assert (found.released_minor, found.refund_minor) == (0, 9_001)

    @pytest.mark.parametrize("share", [-1, 10_001])
    def test_refuses_shares_beyond_the_whole(self, share):
        with pytest.raises(ShareOutOfRange):
            divide_part(PART, share_bps=share, currency="SAR")


class TestTaken:
    """The first units of a part, as a chargeback of less than all takes them."""

    @pytest.mark.parametrize(
        ("taken", "net", "fee", "tax"), [(0, 0, 0, 0), (1, 0, 0, 1), (60, 53, 5, 2), (112, 100, 10, 2)]
    )
    def test_rounds_the_net_down_and_of_the_rest_the_fee(self, taken, net, fee, tax):
        assert PartAmounts(100, 10, 2).taken(taken, step=1) == PartAmounts(net, fee, tax)

    def test_goes_in_payable_steps(self):
        assert PartAmounts(1_000, 100, 20).taken(600, step=10) == PartAmounts(530, 50, 20)


class TestMinus:
    def test_leaves_the_rest_of_each(self):
        assert PartAmounts(50, 30, 20).minus(PartAmounts(1, 2, 3)) == PartAmounts(49, 28, 17)


class TestCheckPart:
    def test_lets_a_payable_part_through(self):
        check_part(EscrowPart("d", 10, 0, 0), currency="KWD")

    @pytest.mark.parametrize(
        "amounts", [(0, 10, 0), (-10, 0, 0), (10, -10, 0), (10, 0, -10), (15, 0, 0), (10, 5, 0), (10, 0, 5)]
    )
    def test_refuses_what_cannot_be_paid(self, amounts):
        with pytest.raises(PartAmountInvalid):
            check_part(EscrowPart("d", *amounts), currency="KWD")

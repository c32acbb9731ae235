"""F45 to F55: amounts and currencies that were tampered with, do not fit, or are more than there is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from payments import escrow, executor, funding, journal, money, operations, payout_operations, planning, store
from payments.errors import PaymentError
from payments.escrow import EscrowPart, divide_part
from payments.models import Escrow, ReceivedPayment
from payments.money import CURRENCIES, MAX_AMOUNT_MINOR, Currency, allocate, parse_amount
from payments.statuses import OperationState
from tests.faults.registry import fault, without
from tests.faults.unguarding import UNGUARDED, unguard
from tests.faults.world import World

ANYTHING_FITS = without(
    "whatever is paid funds the booking",
    funding,
    "_mismatch",
    lambda escrow_row, _payment: None if escrow_row else "unknown_booking",
)


def is_refused(work: Callable[..., Any], *arguments: Any, **named: Any) -> bool:
    try:
        work(*arguments, **named)
    except (PaymentError, ValueError):
        return True
    return False


def received(world: World) -> list[tuple[str, str | None]]:
    with world.desk.make_session() as session:
        return [
            (row.disposition, row.reason)
            for row in session.scalars(select(ReceivedPayment).order_by(ReceivedPayment.received_at))
        ]


@fault(
    "F46",
    "another amount is paid than was quoted",
    "suspense, and back whole by itself",
    mutant=ANYTHING_FITS,
    is_fast=True,
)
def other_amount(world: World) -> None:
    for ref, amount in (("b1", 100_000), ("b2", 200_000)):
        world.desk.open(ref)
        world.desk.sandbox.pay_checkout(world.desk.checkout(ref), amount_minor=amount)
        world.inject()
        world.desk.hear()
        assert world.desk.escrow(ref).held_minor == 0
    world.converge()
    assert {reason for _, reason in received(world)} == {"amount_differs"}
    assert sorted(each["amount"] for each in world.desk.objects("refund")) == [100_000, 200_000]
    assert "PaymentMismatched" in world.desk.sink.names()


@fault(
    "F48",
    "the quote expires while the payer is on the hosted page, and money comes late",
    "the page ends no later than the quote; late money goes back",
    mutant=ANYTHING_FITS,
)
def expired_meanwhile(world: World) -> None:
    world.desk.open("b1")
    page = world.desk.checkout("b1")
    body = world.desk.objects("checkout.session")[0]
    assert body["expires_at"] <= (world.desk.clock() + timedelta(hours=40)).timestamp()
    world.desk.clock.advance(hours=41)
    for _ in range(3):
        world.desk.clock.advance(minutes=6)
        world.desk.poll()
        world.desk.turn()
    assert world.desk.escrow("b1").status == "expired"
    world.desk.sandbox.pay_checkout_late(page)
    world.inject()
    world.converge()
    assert [each["amount"] for each in world.desk.objects("refund")] == [167_250]


@fault(
    "F49",
    "5.124 KWD, 500.5 JPY, 10.005 USD, 1e400, NaN, -1, 0",
    "refused with a message",
    mutant=without("no part's amount is looked at", operations, "check_part", lambda *_, **__: None),
)
def impossible_amounts(world: World) -> None:
    for written, currency in (
        ("5.124", "KWD"),
        ("500.5", "JPY"),
        ("10.005", "USD"),
        ("1e400", "SAR"),
        ("NaN", "SAR"),
        ("-1", "SAR"),
        ("0", "SAR"),
        ("", "SAR"),
        ("٥٫١٢٤", "KWD"),
        ("1,00", "SAR"),
    ):
        assert is_refused(parse_amount, written, currency=currency), written
        world.inject()
    for currency, part in (
        ("KWD", EscrowPart("d1", 5_124, 0, 0)),
        ("SAR", EscrowPart("d1", -1, 0, 0)),
        ("SAR", EscrowPart("d1", 0, 0, 0)),
        ("SAR", EscrowPart("d1", 100, -1, 0)),
    ):
        assert is_refused(world.desk.open, "b9", currency=currency, parts=(part,)), part
        world.inject()
    world.desk.open("k1", currency="KWD", parts=(EscrowPart("d1", 51_240, 5_130, 0),))
    world.desk.sandbox.pay_checkout(world.desk.checkout("k1"))
    world.desk.hear()
    assert world.desk.escrow("k1").held_minor == 56_370


@fault(
    "F50",
    "below the provider's minimum, and nine digits",
    "refused; nothing is charged",
    mutant=without("a refused page counts as open", executor, "RETRYABLE_REFUSALS", {"amount_too_small"}),
)
def outside_the_limits(world: World) -> None:
    assert is_refused(world.desk.open, "b9", parts=(EscrowPart("d1", MAX_AMOUNT_MINOR + 1, 0, 0),))
    world.inject()
    world.desk.open("b1", currency="USD", parts=(EscrowPart("d1", 10, 0, 0),))
    operation_id = world.desk.plan_page("b1")
    outcome = world.desk.run(operation_id)
    world.inject()
    assert outcome.state is OperationState.REFUSED, outcome
    assert "CheckoutRefused" in world.desk.sink.names()
    assert world.desk.objects("charge") == []


@fault(
    "F51",
    "a fee of odd amounts over 1 to 12 parts, released in odd shares",
    "parts sum exactly, whatever the share",
    mutant=without(
        "each part is rounded for itself",
        escrow,
        "allocate",
        lambda amount, weights, *, step=1: [
            round(amount * weight / sum(weights) / step) * step for weight in weights
        ],
    ),
)
def odd_amounts(world: World) -> None:
    for currency in sorted(CURRENCIES):
        step = CURRENCIES[currency].step_minor
        for count in range(1, 13):
            total = 9_973 * step
            nets = allocate(total, range(1, count + 1), step=step)
            fees = allocate(997 * step, nets, step=step)
            assert (sum(nets), sum(fees)) == (total, 997 * step)
            for share in (1, 3_333, 5_000, 6_667, 9_999):
                for net, fee in zip(nets, fees, strict=True):
                    part = EscrowPart("d", net, fee, 0)
                    division = divide_part(part, share_bps=share, currency=currency)
                    exact = net * share / 10_000
                    assert abs(division.net_minor - exact) <= step
                    assert division.net_minor <= exact + step / 2 or division.net_minor - exact < step
                    assert division.released_minor + division.refund_minor == part.total_minor
    world.inject(6 * 12 * 5)
    world.desk.onboard_once()
    parts = tuple(
        EscrowPart(f"d{at}", net, fee, 0)
        for at, (net, fee) in enumerate(zip(allocate(99_991, [1] * 7), allocate(9_973, [1] * 7), strict=True))
    )
    world.desk.open("b1", parts=parts)
    world.desk.sandbox.pay_checkout(world.desk.checkout("b1"))
    world.desk.hear()
    for at, part in enumerate(parts):
        world.desk.release(part.part_ref, share_bps=1_111 * at)
    world.converge()
    moved = sum(each["amount"] for each in world.desk.objects("transfer")) + sum(
        each["amount"] for each in world.desk.objects("refund")
    )
    kept = -world.desk.balance("rev:platform_fee")
    assert moved + kept == 99_991 + 9_973
    assert sum(3 for _ in parts) == 21
    halves = [
        divide_part(EscrowPart("d", odd, odd, odd), share_bps=5_000, currency="SAR") for odd in (1, 3, 5, 7)
    ]
    assert [(each.net_minor, each.fee_minor) for each in halves] == [(1, 1), (2, 2), (3, 3), (4, 4)]


@fault(
    "F53",
    "the provider refuses the payee's country",
    "the release is parked, the money stays held",
    mutant=without("a release does not ask for an account", planning, "parking_reason", lambda *_: None),
)
def country_refused(world: World) -> None:
    operation_id = world.desk.write(
        payout_operations.plan_payout_account,
        payee_ref="inf1",
        country="KP",
        email="a@example.com",
        display_name="A",
        now=world.desk.clock(),
    )
    assert world.desk.run(operation_id).state is OperationState.REFUSED
    world.inject()
    world.desk.fund()
    assert world.desk.release().parked_reason == "payout_account_missing"
    world.converge()
    assert world.desk.escrow().held_minor == 167_250
    assert "PayoutAccountRefused" in world.desk.sink.names()


@fault(
    "F55",
    "more is refunded than is left",
    "the journal refuses; the provider is never called",
    mutant=UNGUARDED,
)
def more_than_there_is(world: World) -> None:
    world.desk.fund()
    unguard(world)
    world.inject()
    move = journal.Movement("op-too-much", "b1", "d1", "SAR", world.desk.clock())
    try:
        world.desk.write(store.append, entry=journal.refund_planned(move, 167_251))
    except DBAPIError:
        assert world.desk.objects("refund") == []
        return
    raise AssertionError("more was taken than was held")


@fault(
    "F54",
    "a payment that the provider settled in another currency",
    "suspense and back: nothing is held in a currency we cannot release",
    mutant=ANYTHING_FITS,
)
def other_settlement(world: World) -> None:
    world.desk.open("b1")
    world.desk.sandbox.pay_checkout(world.desk.checkout("b1"))
    retrieve = world.desk.gateway.retrieve_payment

    def converted(gateway_payment_id: str) -> Any:
        from dataclasses import replace

        return replace(retrieve(gateway_payment_id), settlement_currency="AED", fee_minor=None)

    world.desk.gateway.retrieve_payment = converted  # type: ignore[method-assign]
    world.inject()
    world.desk.hear()
    assert received(world) == [("suspense", "settlement_currency_differs")]
    world.desk.gateway.retrieve_payment = retrieve  # type: ignore[method-assign]
    world.converge()
    assert [each["amount"] for each in world.desk.objects("refund")] == [167_250]
    world.desk.ask()


class AnyCurrency(dict[str, Currency]):
    """Takes what it does not know for riyals."""

    def __missing__(self, code: str) -> Currency:
        return CURRENCIES["SAR"]


@fault(
    "F52",
    "a booking in a currency that nobody serves, or another than its parts can pay",
    "refused before anything exists",
    mutant=without("every currency is served", money, "CURRENCIES", AnyCurrency(CURRENCIES)),
)
def currency_not_served(world: World) -> None:
    for currency in ("GBP", "sar", "XXX", ""):
        refused = is_refused(
            world.desk.open,
            f"b-{currency or 'none'}",
            currency=currency,
            parts=(EscrowPart("d1", 1_000, 0, 0),),
        )
        assert refused, currency
        world.inject()
    with world.desk.make_session() as session:
        assert session.scalar(select(func.count()).select_from(Escrow)) == 0

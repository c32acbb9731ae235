"""After a restore: takes up what the provider did for operations that the older copy of the database has forgotten.

An operation's number is made from what it is about (`planning.stable_id`), so the copy can tell which part of which
booking an effect belongs to and decide that part again, the same way. The operation is then confirmed by look-up; nothing
is sent. What cannot be told stays a break of the reconciliation, and its booking is frozen for a person.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from payments import events, store, webhooks
from payments.account_changes import NotKnownYet, settle_account
from payments.adoption_report import FREEZE_REASON, AdoptionReport
from payments.chargeback_adoption import adopt_chargebacks
from payments.chart import check_ref
from payments.claim_adoption import adopt_claims, find_transfer
from payments.decisions import decide_part, restart_part
from payments.errors import EscrowNotFound, InvalidReference, PaymentError
from payments.escrow import WHOLE_BPS, PartDivision, divide_part
from payments.models import Escrow, EscrowPartRow, MoneyOperation, PayoutAccount
from payments.payment_adoption import adopt_payments
from payments.payout_adoption import adopt_payouts
from payments.planning import stable_id
from payments.policy import DEFAULT_POLICY
from payments.ports import (
    REVERSAL_LINE,
    BalanceLine,
    Clock,
    EffectState,
    EventSink,
    GatewayRefused,
    PaymentGateway,
)
from payments.runtime import Runtime
from payments.statuses import AccountStatus, Direction, OperationKind

EFFECT_LINES = {
    "transfer": OperationKind.RELEASE,
    "refund": OperationKind.REFUND,
    "payment_refund": OperationKind.REFUND,
    REVERSAL_LINE: OperationKind.REVERSAL,
}
OPERATIONS_A_PART = 8
"""How many operations of one part and direction are looked for: each refusal by the provider makes one more."""


def adopt_effects(
    make_session: sessionmaker[Session],
    *,
    gateway: PaymentGateway,
    sink: EventSink,
    clock: Clock,
    since: datetime,
) -> AdoptionReport:
    """Look at every payment, transfer, refund, reversal, chargeback and payout since then; take up what is forgotten.

    Sends nothing; may be run again. Run it before anything else runs on a restored database.
    """
    runtime = Runtime(make_session, gateway, sink, clock, DEFAULT_POLICY)
    _read_accounts(runtime)
    paid = adopt_payments(runtime, since=since)
    known, unknown = _list_effects(runtime, since)
    adopted, left = [], []
    for effect in unknown:
        try:
            runtime.settle(lambda session, now, effect=effect: _adopt(session, effect, now))  # type: ignore[misc]  # as in reconciliation
        except PaymentError:
            left.append(effect)
        else:
            adopted.append(effect.gateway_id)
    disputed = adopt_chargebacks(runtime, since=since)
    claims = adopt_claims(runtime, left)
    for effect in claims.unclear:
        runtime.settle(lambda session, now, effect=effect: _set_aside(session, effect, now))  # type: ignore[misc]
    paid_out = adopt_payouts(runtime, since=since)
    return AdoptionReport(
        paid.known + known + disputed.known + paid_out.known,
        (
            *(*paid.adopted, *adopted, *disputed.adopted),
            *(*(each.gateway_id for each in claims.adopted), *paid_out.adopted),
        ),
        (
            *(*paid.unclear, *disputed.unclear),
            *(*(each.gateway_id for each in claims.unclear), *paid_out.unclear),
        ),
    )


def _read_accounts(runtime: Runtime) -> None:
    """Read the accounts that could not be paid when the copy was made: what waited for them was sent since."""
    for account_id in runtime.transact(_list_unready):
        try:
            state = runtime.gateway.retrieve_account(account_id)
        except GatewayRefused:  # it is gone
            continue
        runtime.settle(
            lambda session, now, state=state: settle_account(  # type: ignore[misc]  # as in reconciliation
                session, state=state, now=now, policy=runtime.policy
            )
        )


def _list_unready(session: Session) -> list[str]:
    query = select(PayoutAccount.gateway_account_id).where(PayoutAccount.status != AccountStatus.ACTIVE)
    return [account_id for account_id in session.scalars(query) if account_id is not None]


def _list_effects(runtime: Runtime, since: datetime) -> tuple[int, list[EffectState]]:
    """Return how many effects since then are known, and the others as they are now, the oldest first."""
    lines = [line for line in runtime.gateway.list_balance_lines(since=since) if line.kind in EFFECT_LINES]
    unknown = [
        line
        for line in reversed(lines)
        if not runtime.transact(lambda session, line=line: _is_known(session, line))  # type: ignore[misc]  # as in reconciliation
    ]
    reversals: dict[str | None, EffectState] = {}
    if any(line.kind == REVERSAL_LINE for line in unknown):
        reversals = {each.gateway_id: each for each in runtime.gateway.list_reversals(since=since)}
    effects = [
        reversals.get(line.source_id) or _unread(line)
        if line.kind == REVERSAL_LINE
        else runtime.gateway.retrieve_effect(EFFECT_LINES[line.kind], line.source_id or "")
        for line in unknown
    ]
    return len(lines) - len(unknown), effects


def _unread(line: BalanceLine) -> EffectState:
    """Return a reversal that the provider shows as a line only: whose it is, a person finds out."""
    return EffectState(
        OperationKind.REVERSAL, line.source_id or "", None, "succeeded", line.currency, line.amount_minor
    )


def _is_known(session: Session, line: BalanceLine) -> bool:
    query = select(MoneyOperation.id).where(MoneyOperation.gateway_id == line.source_id).limit(1)
    return session.scalar(query) is not None


def _adopt(session: Session, effect: EffectState, now: datetime) -> webhooks.Events:
    """Decide the part again when its operation is forgotten, then book the effect. Raises PaymentError."""
    happened: webhooks.Events = []
    if effect.operation_id is None or session.get(MoneyOperation, effect.operation_id) is None:
        escrow = store.lock_escrow(session, booking_ref=check_ref(effect.booking_ref or ""))
        part = _part_of(escrow, effect)
        share_bps = _share_of(escrow, part, effect)
        decision = decide_part(session, escrow, part, share_bps=share_bps, now=now)
        session.flush()
        if not decision.is_new:  # sent again since, after a refusal that the copy knows
            restart_part(session, escrow, part, now=now)
        else:
            refs = {"booking_ref": escrow.booking_ref, "part_ref": part.part_ref}
            happened = [events.DecisionTakenUp(at=now, share_bps=share_bps, **refs)]
    return [*happened, *webhooks.settle_effect(session, effect=effect, now=now)]


def _set_aside(session: Session, effect: EffectState, now: datetime) -> webhooks.Events:
    transfer = find_transfer(session, effect) if effect.kind is OperationKind.REVERSAL else None
    try:
        if transfer is not None:
            escrow = store.lock_escrow_id(session, transfer.escrow_id or "")
        else:
            escrow = store.lock_escrow(session, booking_ref=check_ref(effect.booking_ref or ""))
    except (EscrowNotFound, InvalidReference):
        return []
    if escrow.is_frozen:
        return []
    escrow.is_frozen, escrow.freeze_reason = True, FREEZE_REASON
    return [events.PaymentSetAside(at=now, booking_ref=escrow.booking_ref)]


def _part_of(escrow: Escrow, effect: EffectState) -> EscrowPartRow:
    direction = Direction.RELEASE if effect.kind is OperationKind.RELEASE else Direction.REFUND
    for part in escrow.parts:
        subject = f"part:{escrow.booking_ref}:{part.part_ref}"
        for before in range(OPERATIONS_A_PART):
            if stable_id("operation", direction, subject, before) == effect.operation_id:
                return part
    raise NotKnownYet("This effect belongs to no part of its booking.", gateway_id=effect.gateway_id)


def _share_of(escrow: Escrow, part: EscrowPartRow, effect: EffectState) -> int:
    """Return the share whose division moves exactly this amount.

    Raises:
        NotKnownYet: no share does.

    """
    if part.share_bps is not None:
        return part.share_bps
    for share_bps in _likely_shares(part, effect):
        division = divide_part(part.as_part(), share_bps=share_bps, currency=escrow.currency)
        if _moved(division, effect) == effect.amount_minor:
            return share_bps
    raise NotKnownYet("No share of the part moves this amount.", gateway_id=effect.gateway_id)


def _moved(division: PartDivision, effect: EffectState) -> int:
    return division.net_minor if effect.kind is OperationKind.RELEASE else division.refund_minor


def _likely_shares(part: EscrowPartRow, effect: EffectState) -> Iterator[int]:
    """Yield the shares near the exact quotient, the round ones first: agreed shares are whole per cents."""
    value = part.as_part()
    whole = value.net_minor if effect.kind is OperationKind.RELEASE else value.total_minor
    near = effect.amount_minor * WHOLE_BPS // whole
    near = near if effect.kind is OperationKind.RELEASE else WHOLE_BPS - near
    candidates = [share for share in range(near - 100, near + 101) if 0 <= share <= WHOLE_BPS]
    yield from sorted(candidates, key=lambda share: (share % 100 != 0, abs(share - near)))

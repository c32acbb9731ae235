"""What must hold after every fault, once all is quiet: the books, the provider and the operations tell one story."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from payments import reconciliation
from payments.escrow import SideStatus
from payments.models import ClawBack, EscrowPartRow, InboxEvent, MoneyOperation
from payments.statuses import Direction, InboxState, OperationKind, OperationState
from payments.verification import verify_ledger
from tests.clock import START
from tests.faults.desk import FaultDesk

KINDS = {"transfer": "release", "refund": "refund", "payout": "payout", "transfer_reversal": "reversal"}
GONE = {"failed", "canceled"}
OF_CLAIM = "claw_back:"
MOVES_MONEY = (
    OperationKind.RELEASE,
    OperationKind.REFUND,
    OperationKind.RETURN,
    OperationKind.PAYOUT,
    OperationKind.REVERSAL,
)


@dataclass(slots=True)
class Findings:
    """How much of what must never happen happened; all zero is sound."""

    double: int = 0
    lost: int = 0
    unexplained: int = 0
    stuck: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not (self.double or self.lost or self.unexplained or self.stuck or self.problems)


def examine(
    desk: FaultDesk,
    *,
    allowed: frozenset[str] = frozenset(),
    is_reconciled: bool = True,
    is_compared: bool = True,
) -> Findings:
    """Compare everything with everything. `allowed` are codes of `verify` that the fault is expected to leave."""
    found = Findings()
    if is_compared:
        _compare_effects(desk, found)
        _find_stuck(desk, found)
    report = desk.write(verify_ledger)
    found.problems += [f"{each.code} {each.subject}" for each in report.problems if each.code not in allowed]
    if not allowed:
        found.unexplained += report.unexplained_minor
    if is_reconciled:
        _reconcile(desk, found)
    return found


def _compare_effects(desk: FaultDesk, found: Findings) -> None:
    with desk.make_session() as session:
        rows = session.scalars(select(MoneyOperation)).all()
        claims = session.scalars(select(ClawBack)).all()
    known = {row.id: row for row in rows}
    effects: Counter[str] = Counter()
    subjects: Counter[tuple[str, str]] = Counter()
    claimed: Counter[tuple[str, str]] = Counter()
    for kind in KINDS:
        for body in desk.objects(kind):
            operation_id = (body.get("metadata") or {}).get("op")
            if (
                body.get("status") in GONE or operation_id is None
            ):  # what is not ours the reconciliation finds
                continue
            effects[operation_id] += 1
            row = known.get(operation_id)
            if row is None or row.state is not OperationState.CONFIRMED:
                found.lost += 1
                found.problems.append(f"{kind} {body['id']} belongs to no confirmed operation")
            elif row.subject.startswith(OF_CLAIM):  # its refunds go out as it comes back, and the fee before
                claimed[row.subject.removeprefix(OF_CLAIM), row.direction] += body["amount"]
            elif kind != "payout":
                subjects[row.subject, row.direction] += 1
    found.double += sum(count - 1 for count in effects.values())
    found.double += sum(count - 1 for count in subjects.values())
    for claim in claims:
        most = claim.recovered_minor + claim.fee_minor + claim.tax_minor
        is_right = claimed[claim.id, Direction.CLAW_BACK] == claim.recovered_minor
        if not is_right or claimed[claim.id, Direction.REFUND] > most:
            found.double += 1
            found.problems.append(f"of claim {claim.id} came and went other than it says")
    for row in rows:
        is_done = row.state is OperationState.CONFIRMED and row.gateway_status not in GONE
        if row.kind in MOVES_MONEY and is_done and not effects[row.id]:
            found.lost += 1
            found.problems.append(f"{row.kind} {row.id} is confirmed and has no effect")


def _find_stuck(desk: FaultDesk, found: Findings) -> None:
    open_now = desk.open_operations()
    found.stuck += len(open_now)
    with desk.make_session() as session:
        moving = session.scalars(
            select(EscrowPartRow.id).where(
                (EscrowPartRow.release_status == SideStatus.IN_TRANSIT)
                | (EscrowPartRow.refund_status == SideStatus.IN_TRANSIT)
            )
        ).all()
        parked = session.scalars(
            select(InboxEvent.event_id).where(InboxEvent.state == InboxState.PARKED)
        ).all()
        halted = session.scalars(
            select(MoneyOperation.id).where(MoneyOperation.state == OperationState.HALTED)
        ).all()
    found.stuck += max(0, len(moving) - len(open_now)) + len(halted) + len(parked)


def _reconcile(desk: FaultDesk, found: Findings) -> None:
    desk.clock.advance(minutes=20)
    report = reconciliation.reconcile(
        desk.make_session, gateway=desk.gateway, clock=desk.clock, since=START - timedelta(days=3)
    )
    found.unexplained += sum(abs(each.provider_minor - each.booked_minor) for each in report.balances)
    found.problems += [f"break {each.code} {each.gateway_id}" for each in report.breaks]

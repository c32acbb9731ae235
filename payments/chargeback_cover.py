"""Which held money covers a lost chargeback, and what that makes of the parts. Pure but for the rows it is handed.

What nobody has decided, and what was to go back to the payer anyway, covers it. A share that is due to the payee, or
whose work was approved, was earned and covers nothing, whatever it waits for; only one that is held because a ruling
takes of it does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from payments.escrow import PartAmounts, SideAction, SideStatus, next_side_status
from payments.models import EscrowPartRow
from payments.money import get_currency
from payments.planning import HELD


@dataclass(frozen=True, slots=True)
class Taking:
    """Minor units of a part that a lost chargeback takes."""

    part: EscrowPartRow
    amount_minor: int


class _Rank(IntEnum):
    """In which order held money covers: what would go back anyway first, what a ruling is about last."""

    TO_GO_BACK = 0
    UNDECIDED = 1
    HELD_BY_RULING = 2


def plan_takings(parts: Iterable[EscrowPartRow], *, lost_minor: int, currency: str) -> list[Taking]:
    """Divide a loss over the parts whose held money covers it, the last part first; what is left over nobody covers.

    A share that a ruling holds covers it whole or not at all: the rest of one would be nobody's.
    """
    left = lost_minor - lost_minor % get_currency(currency).step_minor
    takings = []
    for rank, covered, part in sorted(_covering(parts), key=lambda each: (each[0], -each[2].position)):
        taken = min(left, covered)
        if taken and (rank is not _Rank.HELD_BY_RULING or taken == covered):
            takings.append(Taking(part, taken))
            left -= taken
    return takings


def take(taking: Taking, *, was_refunded: bool, currency: str, now: datetime) -> PartAmounts:
    """Note a taking in its part, and return the supply that it undoes: net, fee and tax.

    What is left of a part that nobody had decided is to go back to the payer: its work is not paid for any more.
    `was_refunded`: the refund was confirmed once and came back, so that what it undoes is undone already.
    """
    part, rank = taking.part, _rank(taking.part)
    whole = part.amounts() if rank is _Rank.UNDECIDED else part.refunded_amounts()
    step = get_currency(currency).step_minor
    before = whole.taken(part.charged_back_minor, step=step)
    part.charged_back_minor += taking.amount_minor
    if rank is _Rank.HELD_BY_RULING:
        part.is_charged_back = True  # the share was supplied, whatever became of its money
        return PartAmounts(0, 0, 0)
    undone = whole.taken(part.charged_back_minor, step=step).minus(before)
    if part.charged_back_minor < whole.total_minor:
        if rank is _Rank.UNDECIDED:
            _send_back(part, now=now)
    elif part.release_status is SideStatus.DUE:
        part.refund_status = next_side_status(part.refund_status, SideAction.CHARGE_BACK)
    else:
        part.is_charged_back = True
    return PartAmounts(0, 0, 0) if was_refunded else undone


def reached_by(parts: Iterable[EscrowPartRow], *, shortfall_minor: int) -> list[EscrowPartRow]:
    """Return the earned parts whose price the payer has back in a loss that nothing held covers, the last part first.

    They end as the payer's cancellation of approved work does: paid whole, and not published any more.
    """
    reached, left = [], shortfall_minor
    for part in sorted(filter(_is_earned, parts), key=lambda each: -each.position):
        if left > 0:
            reached.append(part)
            left -= part.amounts().total_minor
    return reached


def is_work_left(parts: Sequence[EscrowPartRow]) -> bool:
    """Tell whether there is a part that is still to be decided or that waits for a ruling, so that its booking goes on."""
    return any(_rank(part) in {_Rank.UNDECIDED, _Rank.HELD_BY_RULING} or _is_earned(part) for part in parts)


def _covering(parts: Iterable[EscrowPartRow]) -> Iterator[tuple[_Rank, int, EscrowPartRow]]:
    for part in parts:
        rank = _rank(part)
        if rank is not None:
            covered = part.refund_due_minor if rank is _Rank.TO_GO_BACK else part.amounts().total_minor
            yield rank, covered, part


def _rank(part: EscrowPartRow) -> _Rank | None:
    if part.is_charged_back:
        return None
    if part.refund_status is SideStatus.DUE:
        return _Rank.TO_GO_BACK
    if part.refund_status is not SideStatus.NONE:
        return None
    if part.release_status is SideStatus.NONE:
        return None if part.is_earned else _Rank.UNDECIDED
    is_ruled = part.release_status is SideStatus.DUE and part.parked_reason == HELD
    return _Rank.HELD_BY_RULING if is_ruled else None


def _is_earned(part: EscrowPartRow) -> bool:
    return part.is_earned and part.share_bps is None and not part.is_charged_back


def _send_back(part: EscrowPartRow, *, now: datetime) -> None:
    part.share_bps, part.decided_at = 0, now
    part.refund_minor = part.amounts().total_minor
    part.refund_status = next_side_status(part.refund_status, SideAction.PARK)

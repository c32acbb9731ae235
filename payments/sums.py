"""Sums over many held payments, per currency: what a payer, a payee or the whole site has where."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from payments.escrow import SideStatus
from payments.models import Escrow, EscrowPartRow


@dataclass(frozen=True, slots=True)
class EscrowSum:
    """Minor units of `currency`. Held counts what nobody has decided yet or is on its way; net is the payee's part.

    `decided_net_minor` of the held net is decided for the payee and has not arrived; `kept_minor` are fees and taxes of
    what arrived. What the card network took back is the rest of `paid_minor`.
    """

    currency: str
    held_minor: int
    held_net_minor: int
    decided_net_minor: int
    released_net_minor: int
    refunded_minor: int
    bookings: int
    paid_minor: int
    kept_minor: int

    @property
    def charged_back_minor(self) -> int:
        """What the card network took back."""
        return (
            self.paid_minor
            - self.held_minor
            - self.released_net_minor
            - self.kept_minor
            - self.refunded_minor
        )


def sum_escrows(
    session: Session, *, payer_ref: str | None = None, payee_ref: str | None = None
) -> list[EscrowSum]:
    """Return the sums of all paid bookings (of one payer or payee), in one statement: by currency, the one of most bookings first."""
    statement = _sums(of_payer=payer_ref is not None, of_payee=payee_ref is not None)
    rows = session.execute(statement, {"payer_ref": payer_ref, "payee_ref": payee_ref})
    return [EscrowSum(row[0], *(int(value) for value in row[1:])) for row in rows]


@cache
def _sums(*, of_payer: bool, of_payee: bool) -> Select[*tuple[Any, ...]]:
    """Return the statement; each of its four forms is built once."""
    part = EscrowPartRow
    whole = part.net_minor + part.fee_minor + part.tax_minor
    is_released = part.release_status == SideStatus.DONE
    is_refunded = part.refund_status == SideStatus.DONE
    done = case(
        (is_released, part.release_net_minor + part.release_fee_minor + part.release_tax_minor), else_=0
    ) + case((is_refunded, part.refund_minor), else_=part.charged_back_minor)
    net_open = case(
        (is_released | part.is_charged_back, 0),
        (part.share_bps.is_(None), part.net_minor),
        else_=part.release_net_minor,
    )
    statement = (
        select(
            Escrow.currency,
            func.sum(case((part.is_charged_back, 0), else_=whole - done)),
            func.sum(net_open),
            func.sum(case((part.share_bps.is_(None), 0), else_=net_open)),
            func.sum(case((is_released, part.release_net_minor), else_=0)),
            func.sum(case((is_refunded, part.refund_minor), else_=0)),
            func.count(func.distinct(Escrow.id)),
            func.sum(whole),
            func.sum(case((is_released, part.release_fee_minor + part.release_tax_minor), else_=0)),
        )
        .join(part, part.escrow_id == Escrow.id)
        .where(Escrow.funded_at.is_not(None))
        .group_by(Escrow.currency)
        .order_by(func.count(func.distinct(Escrow.id)).desc(), Escrow.currency)
    )
    if of_payer:
        statement = statement.where(Escrow.payer_ref == bindparam("payer_ref"))
    if of_payee:
        statement = statement.where(Escrow.payee_ref == bindparam("payee_ref"))
    return statement

"""The fee on a share that is taken back: kept only on what stays paid, given back to the payer with the claim."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from payments.escrow import WHOLE_BPS, PartAmounts, divide_part
from payments.models import ClawBack, EscrowPartRow
from payments.money import allocate, get_currency
from payments.statuses import Beneficiary


def fee_of_claim(
    session: Session,
    part: EscrowPartRow,
    *,
    currency: str,
    amount_minor: int,
    beneficiary: Beneficiary,
    left_bps: int | None = None,
) -> PartAmounts:
    """Return what a claim of so many minor units takes back: the payee's net, and the fee and tax the platform gives back.

    The platform keeps fee and tax on what the payee keeps: on the share `left_bps` where a ruling names it, else in
    proportion to the net. What earlier claims gave back is not given twice, also where they were written off. Where
    the platform itself is paid back it gives nothing.
    """
    if beneficiary is Beneficiary.PLATFORM:
        return PartAmounts(amount_minor, 0, 0)
    claimed, fee_before, tax_before = session.execute(
        select(
            func.coalesce(func.sum(ClawBack.amount_minor - ClawBack.written_off_minor), 0),
            func.coalesce(func.sum(ClawBack.fee_minor), 0),
            func.coalesce(func.sum(ClawBack.tax_minor), 0),
        ).where(ClawBack.part_id == part.id)
    ).one()
    stays = max(part.release_net_minor - int(claimed) - amount_minor, 0)
    fee, tax = _kept(part, stays, currency=currency, left_bps=left_bps)
    return PartAmounts(
        amount_minor,
        max(part.release_fee_minor - fee - int(fee_before), 0),
        max(part.release_tax_minor - tax - int(tax_before), 0),
    )


def amounts_between(before: int, after: int, *, fee_minor: int, tax_minor: int) -> PartAmounts:
    """Return of what a payer's refunds consist between two sums of them: the fee goes back first, then its tax, then the net."""

    def within(start: int, end: int) -> int:
        return max(min(after, end) - max(before, start), 0)

    fee, tax = within(0, fee_minor), within(fee_minor, fee_minor + tax_minor)
    return PartAmounts(after - before - fee - tax, fee, tax)


def _kept(part: EscrowPartRow, stays: int, *, currency: str, left_bps: int | None) -> tuple[int, int]:
    """Return the fee and the tax on what stays paid."""
    if stays <= 0 or part.release_net_minor <= 0:
        return 0, 0
    if left_bps is not None and part.share_bps == WHOLE_BPS:
        division = divide_part(part.as_part(), share_bps=left_bps, currency=currency)
        return division.fee_minor, division.tax_minor
    step, weights = get_currency(currency).step_minor, (stays, part.release_net_minor - stays)
    fee, tax = (
        allocate(amount, weights, step=step)[0] for amount in (part.release_fee_minor, part.release_tax_minor)
    )
    return fee, tax

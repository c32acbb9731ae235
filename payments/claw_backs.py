"""Taking back a share that had arrived (T24): claimed whole, recovered as far as the payee's account holds it.

What is not there stays a receivable, is tried again by an operator's order, and can be written off. The payer gets
what comes back, and the fee with its tax on it from the platform, never more; the platform gets it where it bore the loss
of a chargeback, as far as that loss goes. Nothing is claimed or refunded while the card network disputes the payment.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from payments import journal_claw_back, store
from payments.claim_fees import fee_of_claim
from payments.claim_losses import loss_left_minor
from payments.claim_planning import find_recovery, start_recovery, start_refund
from payments.claim_records import case_of, close_if_done, lock_claim, records_of
from payments.errors import ChargebackStillOpen, PaymentError
from payments.escrow import PartAmounts, SideStatus
from payments.models import ClawBack, Escrow, EscrowPartRow
from payments.part_settlement import has_open_chargeback
from payments.planning import stable_id
from payments.statuses import Beneficiary


class ClawBackNotPossible(PaymentError):
    """Nothing arrived that could be taken back, or more is asked for than arrived or, for the platform, than it lost."""

    code = "claw_back_not_possible"
    kind = "conflict"


@dataclass(frozen=True, slots=True)
class ClawBackView:
    """A claim and how far it got; `outstanding_minor` is neither recovered nor written off.

    `fee_minor` and `tax_minor` go back to the payer beside it, from the platform.
    """

    claw_back_id: str
    booking_ref: str
    part_ref: str
    payee_ref: str
    currency: str
    amount_minor: int
    recovered_minor: int
    refunded_minor: int
    written_off_minor: int
    fee_minor: int
    tax_minor: int
    beneficiary: Beneficiary
    opened_at: datetime
    closed_at: datetime | None

    @property
    def due_to_payer_minor(self) -> int:
        """What of the share, its fee and its tax has not reached the payer yet; nothing where the platform gets it."""
        if self.beneficiary is not Beneficiary.PAYER:
            return 0
        return (
            self.amount_minor - self.written_off_minor + self.fee_minor + self.tax_minor - self.refunded_minor
        )

    @property
    def outstanding_minor(self) -> int:
        return self.amount_minor - self.recovered_minor - self.written_off_minor


def claim_back(
    session: Session,
    *,
    booking_ref: str,
    part_ref: str,
    amount_minor: int,
    beneficiary: Beneficiary,
    left_bps: int | None = None,
    now: datetime,
) -> tuple[str, ...]:
    """Claim a part's arrived share (or some of it) back from the payee; returns the operations that this begins.

    It is recovered as far as the payee's account holds it; a payer gets the fee on it from the platform at once.
    `left_bps` is the share that a ruling leaves the payee.

    Raises:
        EscrowNotFound, PartNotFound: unknown references.
        ChargebackStillOpen: the card network has not decided who gets the payment.
        ClawBackNotPossible: nothing arrived, more is asked for than arrived or than the platform lost, or its loss
            comes before the payer.

    """
    escrow = lock_with_payee(session, booking_ref)
    part = store.find_part(escrow, part_ref)
    _check(session, escrow, part, amount_minor, beneficiary)
    back = fee_of_claim(
        session,
        part,
        currency=escrow.currency,
        amount_minor=amount_minor,
        beneficiary=beneficiary,
        left_bps=left_bps,
    )
    number = count_claims(session, part)
    row = open_claim(session, escrow, part, number=number, back=back, beneficiary=beneficiary, now=now)
    return (*start_recovery(session, row, now=now), *start_refund(session, row, now=now))


def count_claims(session: Session, part: EscrowPartRow) -> int:
    """Return how many claims there were of a part; the next one has this number."""
    query = select(func.count()).select_from(ClawBack).where(ClawBack.part_id == part.id)
    return session.scalar(query) or 0


def claim_id_of(booking_ref: str, part_ref: str, number: int) -> str:
    """Return the id of a part's claim, the same in every copy of the database."""
    return stable_id("claw_back", booking_ref, part_ref, number)


def open_claim(
    session: Session,
    escrow: Escrow,
    part: EscrowPartRow,
    *,
    number: int,
    back: PartAmounts,
    beneficiary: Beneficiary,
    now: datetime,
) -> ClawBack:
    """Record and book a claim over `back`; nothing moves yet. The caller has looked whether it may be made."""
    row = ClawBack(
        id=claim_id_of(escrow.booking_ref, part.part_ref, number),
        escrow_id=escrow.id,
        part_id=part.id,
        payee_ref=escrow.payee_ref,
        currency=escrow.currency,
        amount_minor=back.net_minor,
        recovered_minor=0,
        refunded_minor=0,
        written_off_minor=0,
        fee_minor=back.fee_minor,
        tax_minor=back.tax_minor,
        beneficiary=beneficiary,
        opened_at=now,
    )
    session.add(row)
    session.flush()
    store.append(session, journal_claw_back.claimed(case_of(escrow, part, row, now=now), back))
    return row


def preview_claim(
    session: Session, *, booking_ref: str, part_ref: str, amount_minor: int, left_bps: int | None = None
) -> PartAmounts:
    """Return what a claim for the payer would take back if it were made now: net, and fee and tax beside it.

    Raises:
        EscrowNotFound, PartNotFound: unknown references.

    """
    escrow = lock_with_payee(session, booking_ref)
    part, payer = store.find_part(escrow, part_ref), Beneficiary.PAYER
    return fee_of_claim(
        session,
        part,
        currency=escrow.currency,
        amount_minor=amount_minor,
        beneficiary=payer,
        left_bps=left_bps,
    )


def claimable_minor(session: Session, *, booking_ref: str, part_ref: str) -> int:
    """Return how much of a part's arrived share was not claimed back yet, in minor units; 0 when nothing arrived.

    Raises:
        EscrowNotFound, PartNotFound: unknown references.

    """
    escrow = lock_with_payee(session, booking_ref)
    return left_minor(session, store.find_part(escrow, part_ref))


def claimable_loss_minor(session: Session, *, booking_ref: str) -> int:
    """Return what chargebacks of a booking cost the platform and can still be claimed for it, in minor units.

    Raises:
        EscrowNotFound: unknown reference.

    """
    return loss_left_minor(session, store.lock_escrow(session, booking_ref=booking_ref))


def recover(session: Session, *, claw_back_id: str, now: datetime) -> tuple[str, ...]:
    """Try again to recover what is outstanding, and to refund what is recovered and not refunded yet.

    Raises:
        ClawBackNotFound: no claim has this id.
        ChargebackStillOpen: the card network has not decided who gets the payment.

    """
    row = lock_claim(session, claw_back_id)
    _refuse_while_disputed(session, row.escrow_id)
    refund = start_refund(session, row, now=now)
    return (*start_recovery(session, row, now=now), *refund)


def write_off(session: Session, *, claw_back_id: str, now: datetime) -> int:
    """Give up what is outstanding of a claim; returns how many minor units that was.

    Raises:
        ClawBackNotFound: no claim has this id.
        ClawBackNotPossible: nothing is outstanding, or a recovery is on its way.

    """
    row = lock_claim(session, claw_back_id)
    outstanding = row.amount_minor - row.recovered_minor - row.written_off_minor
    if outstanding <= 0 or find_recovery(session, row) is not None:
        raise ClawBackNotPossible("Nothing of this claim can be written off now.")
    escrow, part = records_of(session, row)
    store.append(session, journal_claw_back.written_off(case_of(escrow, part, row, now=now), outstanding))
    row.written_off_minor += outstanding
    close_if_done(row, now=now)
    session.flush()
    return outstanding


def list_claw_backs(
    session: Session,
    *,
    is_open: bool | None = None,
    booking_ref: str | None = None,
    payee_ref: str | None = None,
    payer_ref: str | None = None,
    claw_back_id: str | None = None,
    limit: int = 100,
) -> list[ClawBackView]:
    """Return claims, newest first; of a payer those that pay it back."""
    chosen = {
        "claw_back_id": claw_back_id,
        "booking_ref": booking_ref,
        "payee_ref": payee_ref,
        "payer_ref": payer_ref,
    }
    given = frozenset(name for name, value in chosen.items() if value is not None)
    rows = session.execute(_claims(given, is_open=is_open), chosen | {"most": limit})
    return [_view(*row) for row in rows]


@cache
def _claims(given: frozenset[str], *, is_open: bool | None) -> Select[*tuple[Any, ...]]:
    """Return the statement of claims by what is given; each of its forms is built once."""
    query: Select[*tuple[Any, ...]] = (
        select(ClawBack, Escrow.booking_ref, EscrowPartRow.part_ref)
        .join(Escrow, Escrow.id == ClawBack.escrow_id)
        .join(EscrowPartRow, EscrowPartRow.id == ClawBack.part_id)
        .order_by(ClawBack.opened_at.desc(), ClawBack.id)
        .limit(bindparam("most", type_=Integer))
    )
    columns: dict[str, Any] = {
        "claw_back_id": ClawBack.id,
        "booking_ref": Escrow.booking_ref,
        "payee_ref": ClawBack.payee_ref,
        "payer_ref": Escrow.payer_ref,
    }
    query = query.where(*(columns[name] == bindparam(name) for name in sorted(given)))
    if is_open is not None:
        query = query.where(ClawBack.closed_at.is_(None) if is_open else ClawBack.closed_at.is_not(None))
    if "payer_ref" in given:
        query = query.where(ClawBack.beneficiary == Beneficiary.PAYER)
    return query


def _check(
    session: Session, escrow: Escrow, part: EscrowPartRow, amount_minor: int, beneficiary: Beneficiary
) -> None:
    _refuse_while_disputed(session, escrow.id)
    left = left_minor(session, part)
    if not 0 < amount_minor <= left:
        raise ClawBackNotPossible("No more can be taken back than has arrived.", left_minor=left)
    loss = loss_left_minor(session, escrow)
    if beneficiary is Beneficiary.PLATFORM and amount_minor > loss:
        raise ClawBackNotPossible(
            "The platform lost no more by chargebacks of this booking.", loss_minor=loss
        )
    if beneficiary is Beneficiary.PAYER and loss:
        raise ClawBackNotPossible(
            "The payer has it from the card network: what is taken back makes up for that loss first.",
            loss_minor=loss,
        )


def _refuse_while_disputed(session: Session, escrow_id: str) -> None:
    if has_open_chargeback(session, escrow_id):
        raise ChargebackStillOpen("The card network disputes this payment. Wait for its decision.")


def left_minor(session: Session, part: EscrowPartRow) -> int:
    """Return what of a part's arrived share was not claimed yet."""
    if part.release_status is not SideStatus.DONE:
        return 0
    claimed = session.scalar(
        select(func.sum(ClawBack.amount_minor - ClawBack.written_off_minor)).where(
            ClawBack.part_id == part.id
        )
    )
    return part.release_net_minor - int(claimed or 0)


def lock_with_payee(session: Session, booking_ref: str) -> Escrow:
    """Lock the payee's account, whose balance payouts and other claims take too, and then the held payment.

    Raises:
        EscrowNotFound: nothing is held or awaited under this reference.

    """
    payee_ref = session.scalar(select(Escrow.payee_ref).where(Escrow.booking_ref == booking_ref))
    store.lock_account(session, payee_ref or "")
    return store.lock_escrow(session, booking_ref=booking_ref)


def _view(row: ClawBack, booking_ref: str, part_ref: str) -> ClawBackView:
    return ClawBackView(
        row.id,
        booking_ref,
        part_ref,
        row.payee_ref,
        row.currency,
        row.amount_minor,
        row.recovered_minor,
        row.refunded_minor,
        row.written_off_minor,
        row.fee_minor,
        row.tax_minor,
        row.beneficiary,
        row.opened_at,
        row.closed_at,
    )

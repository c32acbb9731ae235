"""After a restore: what the provider took back from payees, and gave on to payers, that the older copy has forgotten.

The id of such an effect's operation tells which claim of which part it belongs to. A claim that is forgotten itself is
opened again over the terms that were written beside its effects, those of before over what they show; what they cannot
show stays for a person.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from payments import chart, events, store, webhooks
from payments.account_changes import NotKnownYet
from payments.claim_fees import fee_of_claim
from payments.claim_losses import loss_left_minor
from payments.claim_planning import find_recovery, plan_refund, plan_reversal, start_refund
from payments.claim_records import due_minor, is_refund_moving
from payments.claim_terms import ClaimTerms, read_terms
from payments.claw_backs import claim_id_of, count_claims, left_minor, lock_with_payee, open_claim
from payments.errors import PaymentError
from payments.escrow import WHOLE_BPS, PartAmounts, SideStatus, divide_part
from payments.models import ClawBack, Escrow, EscrowPartRow, MoneyOperation
from payments.planning import stable_id
from payments.ports import EffectState
from payments.recovery_sources import Source
from payments.runtime import Runtime
from payments.settlement import FAILED_STATUSES
from payments.statuses import Beneficiary, Direction, OperationKind

Events = list[events.PaymentEvent]

CLAIMS_A_PART = 4
STEPS_A_CLAIM = 64
"""So many operations of a claim and direction are looked for: a refused recovery is tried again each day."""
PERCENT_BPS = 100


@dataclass(frozen=True, slots=True)
class ClaimPlace:
    """Which claim of which part; `number` counts the claims of a part from 0."""

    claim_id: str
    booking_ref: str
    part_ref: str
    number: int


@dataclass(frozen=True, slots=True)
class ClaimAdoption:
    """Effects that were taken up, and those of no claim or of one that they do not explain."""

    adopted: tuple[EffectState, ...]
    unclear: tuple[EffectState, ...]


def adopt_claims(runtime: Runtime, effects: Iterable[EffectState]) -> ClaimAdoption:
    """Take up reversals and refunds, the oldest first: all of a claim, or none of it."""
    by_claim: dict[ClaimPlace | None, list[EffectState]] = {}
    for effect in effects:
        place = runtime.transact(lambda session, effect=effect: _place_of(session, effect))  # type: ignore[misc]  # as in reconciliation
        by_claim.setdefault(place, []).append(effect)
    adopted: list[EffectState] = []
    unclear = by_claim.pop(None, [])
    for place, found in by_claim.items():
        try:
            runtime.settle(lambda session, now, place=place, found=found: _adopt(session, place, found, now))  # type: ignore[misc]
        except PaymentError:
            unclear += found
        else:
            adopted += found
    return ClaimAdoption(tuple(adopted), tuple(unclear))


def _place_of(session: Session, effect: EffectState) -> ClaimPlace | None:
    """Find the claim whose operation made this effect; None when it is none of a claim."""
    direction = Direction.CLAW_BACK if effect.kind is OperationKind.REVERSAL else Direction.REFUND
    for booking_ref, part_ref in session.execute(_parts_for(session, effect)).all():
        for number in range(CLAIMS_A_PART):
            claim_id = claim_id_of(booking_ref, part_ref, number)
            subject = f"claw_back:{claim_id}"
            steps = range(STEPS_A_CLAIM)
            if any(stable_id("operation", direction, subject, step) == effect.operation_id for step in steps):
                return ClaimPlace(claim_id, booking_ref, part_ref, number)
    return None


def _parts_for(session: Session, effect: EffectState) -> Select[str, str]:
    """Return the statement of parts that the effect may be about, the likeliest first.

    A refund names its booking; a debt is taken from any transfer of the payee, as a rule from that of its own part.
    """
    parts = (
        select(Escrow.booking_ref, EscrowPartRow.part_ref)
        .join(Escrow, Escrow.id == EscrowPartRow.escrow_id)
        .where(EscrowPartRow.release_status == SideStatus.DONE)
    )
    if effect.kind is not OperationKind.REVERSAL:
        return parts.where(Escrow.booking_ref == effect.booking_ref)
    transfer = find_transfer(session, effect)
    payee_ref, part_id = (transfer.payee_ref, transfer.part_id) if transfer is not None else (None, None)
    return parts.where(Escrow.payee_ref == payee_ref).order_by(EscrowPartRow.id != part_id, Escrow.funded_at)


def find_transfer(session: Session, effect: EffectState) -> MoneyOperation | None:
    """Return the release whose transfer a reversal takes from."""
    query = select(MoneyOperation).where(
        MoneyOperation.kind == OperationKind.RELEASE, MoneyOperation.gateway_id == effect.gateway_transfer_id
    )
    return session.scalar(query)


def _adopt(session: Session, place: ClaimPlace, effects: Sequence[EffectState], now: datetime) -> Events:
    """Open the claim again when it is forgotten, then book its effects in their order. Raises PaymentError."""
    escrow = lock_with_payee(session, place.booking_ref)
    part = store.find_part(escrow, place.part_ref)
    row = session.get(ClawBack, place.claim_id, populate_existing=True)
    if row is None:
        row = _open_again(session, escrow, part, place, effects=effects, now=now)
    was_frozen, escrow.is_frozen = escrow.is_frozen, True  # what came back is passed on as it was, not anew
    happened = [each for effect in effects for each in _book(session, row, effect, now)]
    escrow.is_frozen = was_frozen
    start_refund(session, row, now=now)
    session.flush()
    return happened


def _open_again(
    session: Session,
    escrow: Escrow,
    part: EscrowPartRow,
    place: ClaimPlace,
    *,
    effects: Sequence[EffectState],
    now: datetime,
) -> ClawBack:
    if count_claims(session, part) != place.number:
        raise NotKnownYet(
            "An earlier claim of this part is forgotten and left no effect.", part=part.part_ref
        )
    beneficiary, back = _terms_of(session, escrow, part, effects)
    return open_claim(session, escrow, part, number=place.number, back=back, beneficiary=beneficiary, now=now)


def _terms_of(
    session: Session, escrow: Escrow, part: EscrowPartRow, effects: Sequence[EffectState]
) -> tuple[Beneficiary, PartAmounts]:
    """Return for whom a forgotten claim was and over what: as was written beside its effects, else as far as they show it.

    Raises:
        NotKnownYet: no claim has these effects.

    """
    stated = next((found for each in effects if (found := read_terms(each.claim))), None)
    if stated is not None:
        _check_stated(session, escrow, part, stated)
        return stated.beneficiary, stated.back
    taken = sum(each.amount_minor for each in effects if each.kind is OperationKind.REVERSAL)
    is_refunded = any(each.kind is OperationKind.REFUND for each in effects)
    if not is_refunded and taken <= loss_left_minor(session, escrow):
        return Beneficiary.PLATFORM, PartAmounts(taken, 0, 0)
    for amounts in _likely_amounts(session, escrow, part, taken):
        if _explains(amounts, effects):
            return Beneficiary.PAYER, amounts
    raise NotKnownYet("No claim of this part has these effects.", part=part.part_ref)


def _check_stated(session: Session, escrow: Escrow, part: EscrowPartRow, stated: ClaimTerms) -> None:
    """Take no terms from the provider that no claim of this part can have: whoever has its dashboard could write them."""
    back, left = stated.back, left_minor(session, part)
    if stated.beneficiary is Beneficiary.PLATFORM:
        is_possible = back.total_minor == back.net_minor <= min(left, loss_left_minor(session, escrow))
    else:
        whole = fee_of_claim(
            session, part, currency=escrow.currency, amount_minor=left, beneficiary=Beneficiary.PAYER
        )
        rest = whole.minus(back)
        is_possible = min(rest.net_minor, rest.fee_minor, rest.tax_minor) >= 0
    if not is_possible or back.net_minor < 1:
        raise NotKnownYet("No claim of this part has these terms.", part=part.part_ref)


def _likely_amounts(
    session: Session, escrow: Escrow, part: EscrowPartRow, taken_minor: int
) -> Iterator[PartAmounts]:
    """Yield what a claim over what came back takes, then what rulings of whole per cents take."""
    left = left_minor(session, part)
    for left_bps in (None, *range(0, WHOLE_BPS, PERCENT_BPS)):
        amount = taken_minor
        if left_bps is not None:
            kept = divide_part(part.as_part(), share_bps=left_bps, currency=escrow.currency).net_minor
            amount = left - kept
        if max(taken_minor, 1) <= amount <= left:
            yield fee_of_claim(
                session,
                part,
                currency=escrow.currency,
                amount_minor=amount,
                beneficiary=Beneficiary.PAYER,
                left_bps=left_bps,
            )


def _explains(amounts: PartAmounts, effects: Sequence[EffectState]) -> bool:
    """Tell whether a claim over these amounts is refunded as it was: its fee and tax, and then what had come back."""
    done = [each for each in effects if each.status not in FAILED_STATUSES]
    taken = [each.amount_minor for each in done if each.kind is OperationKind.REVERSAL]
    given = accumulate(each.amount_minor for each in done if each.kind is OperationKind.REFUND)
    passed_on = {amounts.fee_minor + amounts.tax_minor + each for each in (0, *accumulate(taken))}
    return set(given) <= passed_on


def _book(session: Session, row: ClawBack, effect: EffectState, now: datetime) -> Events:
    """Plan the effect's operation again when it is forgotten, with its own amount, and confirm it. Raises PaymentError."""
    if session.get(MoneyOperation, effect.operation_id or "") is None:
        is_reversal = effect.kind is OperationKind.REVERSAL
        planned = (_plan_reversal if is_reversal else _plan_refund)(session, row, effect, now)
        if planned != effect.operation_id:
            raise NotKnownYet("Another step of this claim came before.", gateway_id=effect.gateway_id)
        session.flush()
    return webhooks.settle_effect(session, effect=effect, now=now)


def _plan_reversal(session: Session, row: ClawBack, effect: EffectState, now: datetime) -> str:
    outstanding = row.amount_minor - row.recovered_minor - row.written_off_minor
    balance = store.balance(session, chart.custody_balance(row.payee_ref), currency=row.currency)
    if find_recovery(session, row) is not None or effect.amount_minor > min(outstanding, balance):
        raise NotKnownYet("The books have no room for this reversal.", gateway_id=effect.gateway_id)
    source = Source(effect.gateway_transfer_id or "", effect.amount_minor)
    return plan_reversal(session, row, source, now=now)


def _plan_refund(session: Session, row: ClawBack, effect: EffectState, now: datetime) -> str:
    if is_refund_moving(session, row) or effect.amount_minor > due_minor(row):
        raise NotKnownYet("The books have no room for this refund.", gateway_id=effect.gateway_id)
    return plan_refund(session, row, effect.amount_minor, now=now)

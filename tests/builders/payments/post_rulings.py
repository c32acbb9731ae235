"""Rulings about posts as a site asks payments for them: held while they do not stand, then divided anew or taken back."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select

from payments import claw_backs, operations, store
from payments.claim_losses import loss_left_minor
from payments.claim_records import due_minor
from payments.claims_otherwise import due_to_payers, pay_claim_otherwise
from payments.errors import PaymentError
from payments.escrow import WHOLE_BPS, SideStatus, divide_part
from payments.models import ClawBack, Escrow, EscrowPartRow
from payments.part_holds import end_hold, hold_part
from payments.planning import HELD
from payments.statuses import Beneficiary
from tests.builders.payments.desk import Desk

Place = tuple[str, str]


class RulingNotPossible(PaymentError):
    """The site would not ask for it in this state."""

    code = "ruling_not_possible"
    kind = "conflict"


@dataclass
class PostRulings:
    """What was ruled about posts and does not stand yet: the share of a part in ten-thousandths, by booking and part."""

    desk: Desk
    open: dict[Place, int] = field(default_factory=dict)

    def rule(self, booking: str, part: str, share_bps: int) -> None:
        """Rule about a post whose share waits or arrived; what is owed is held where something of it is taken."""
        if (booking, part) in self.open:
            raise RulingNotPossible("A ruling waits already.")
        if not self._is_arrived(booking, part) and share_bps < WHOLE_BPS:
            self.desk.write(hold_part, booking_ref=booking, part_ref=part)
        self.open[booking, part] = share_bps

    def carry_out(self, booking: str, part: str, share_bps: int) -> None:
        """Let a ruling stand, or the one on its appeal in its place: it moves its money, and the contest is over."""
        now = self.desk.clock()
        if self._row(booking, part).is_charged_back:
            del self.open[booking, part]
            return
        if share_bps == WHOLE_BPS:
            self.desk.write(end_hold, booking_ref=booking, part_ref=part, now=now)
        elif self._is_arrived(booking, part):
            self._take_back(booking, part, share_bps)
        else:
            self.desk.write(
                operations.divide_anew, booking_ref=booking, part_ref=part, share_bps=share_bps, now=now
            )
        del self.open[booking, part]

    def _take_back(self, booking: str, part: str, share_bps: int) -> None:
        """Claim what the ruling takes of an arrived share, as far as it was not claimed before."""
        row = self._row(booking, part)
        taken = (
            row.release_net_minor - divide_part(row.as_part(), share_bps=share_bps, currency="SAR").net_minor
        )
        named = {"booking_ref": booking, "part_ref": part}
        amount = min(taken, self.desk.write(claw_backs.claimable_minor, **named))
        lost = min(amount, self.desk.write(claw_backs.claimable_loss_minor, booking_ref=booking))
        if lost > 0:
            self.claim(booking, part, lost, is_for_payer=False, left_bps=share_bps)
        if amount - lost > 0:
            self.claim(booking, part, amount - lost, left_bps=share_bps)

    def claim(
        self,
        booking: str,
        part: str,
        amount_minor: int,
        *,
        is_for_payer: bool = True,
        left_bps: int | None = None,
    ) -> None:
        """Claim an arrived share, or some of it, back from the payee, as two operators may."""
        self.desk.write(
            claw_backs.claim_back,
            booking_ref=booking,
            part_ref=part,
            amount_minor=amount_minor,
            beneficiary=Beneficiary.PAYER if is_for_payer else Beneficiary.PLATFORM,
            left_bps=left_bps,
            now=self.desk.clock(),
        )

    def chase(self, *, is_given_up: bool) -> None:
        """Try again to recover every open claim, or give up what is outstanding of the newest."""
        for each in self.desk.write(claw_backs.list_claw_backs, is_open=True):
            act = claw_backs.write_off if is_given_up else claw_backs.recover
            self.desk.write(act, claw_back_id=each.claw_back_id, now=self.desk.clock())
            if is_given_up:
                return

    def earn(self, booking: str, part: str, *, is_earned: bool) -> None:
        """Let work be approved that is still to be published, or disputed again before its money is decided."""
        row = self._row(booking, part)
        if row.share_bps is not None or row.charged_back_minor:
            raise RulingNotPossible("Its money is decided.")
        named = {"booking_ref": booking, "part_ref": part}
        self.desk.write(operations.note_earned, **named, is_earned=is_earned)

    def pay_by_hand(self) -> None:
        """Let two operators pay what claims owe payers and no refund carries."""
        claims = [each.claw_back_id for each in self.desk.write(claw_backs.list_claw_backs, is_open=True)]
        for claw_back_id, due in self.desk.write(due_to_payers, claw_back_ids=claims).items():
            given = {"claw_back_id": claw_back_id, "amount_minor": due, "memo": "by hand"}
            self.desk.write(pay_claim_otherwise, **given, now=self.desk.clock())

    def check(self, bookings: Collection[str] | None = None) -> None:
        """What is held was not sent; no more was claimed than arrived, and nobody got more back than was claimed.

        Of all bookings, or of these.

        Raises:
            AssertionError: one of it does not hold.

        """
        parts = select(Escrow.booking_ref, EscrowPartRow).join(
            EscrowPartRow, EscrowPartRow.escrow_id == Escrow.id
        )
        claimed_back = select(ClawBack).join(Escrow, Escrow.id == ClawBack.escrow_id)
        if bookings is not None:
            parts = parts.where(Escrow.booking_ref.in_(bookings))
            claimed_back = claimed_back.where(Escrow.booking_ref.in_(bookings))
        with self.desk.make_session() as session:
            rows = session.execute(parts).all()
            claims = session.scalars(claimed_back).all()
        for booking, part in rows:
            if part.is_earned and part.share_bps in {None, WHOLE_BPS}:
                assert part.charged_back_minor == 0, f"{booking} {part.part_ref}: earned, and taken"
            share = self.open.get((booking, part.part_ref), WHOLE_BPS)
            if share < WHOLE_BPS and part.release_status is not SideStatus.DONE:
                assert part.release_status is SideStatus.DUE, f"{booking} {part.part_ref} left"
                assert part.parked_reason == HELD, f"{booking} {part.part_ref} is not held"
            of_part = [each for each in claims if each.part_id == part.id]
            claimed = sum(each.amount_minor - each.written_off_minor for each in of_part)
            assert claimed <= part.release_net_minor or not of_part, (
                f"{booking} {part.part_ref}: {claimed} claimed"
            )
        for each in claims:
            assert 0 <= each.recovered_minor <= each.amount_minor - each.written_off_minor, each.id
            given_back = each.fee_minor + each.tax_minor
            assert 0 <= each.refunded_minor <= each.recovered_minor + given_back, each.id
        for _booking, part in rows:
            of_part = [each for each in claims if each.part_id == part.id]
            assert sum(each.fee_minor for each in of_part) <= (part.release_fee_minor or 0), part.part_ref
            assert sum(each.tax_minor for each in of_part) <= (part.release_tax_minor or 0), part.part_ref

    def check_rest(self) -> None:
        """Once all is quiet: every ruling stood but where the card network has not decided, and nothing is held beside.

        Raises:
            AssertionError: something is stuck.

        """
        frozen = {booking for booking, _part in self.open if self.desk.escrow(booking).is_frozen}
        assert {booking for booking, _part in self.open} == frozen, self.open
        with self.desk.make_session() as session:
            rows = session.execute(
                select(Escrow.booking_ref, EscrowPartRow.part_ref)
                .join(EscrowPartRow, EscrowPartRow.escrow_id == Escrow.id)
                .where(EscrowPartRow.parked_reason == HELD, EscrowPartRow.is_charged_back.is_(False))
            ).all()
        assert {(booking, part) for booking, part in rows} <= set(self.open), rows
        self._check_claims_at_rest()

    def _check_claims_at_rest(self) -> None:
        """What came back for a payer makes up for a loss that is left: else it would be owed to them for ever.

        A loss that is left because a claim for the platform was given up is not looked at.
        """
        with self.desk.make_session() as session:
            for booking_ref in session.scalars(select(Escrow.booking_ref)).all():
                escrow = store.lock_escrow(session, booking_ref=booking_ref)
                claims = session.scalars(select(ClawBack).where(ClawBack.escrow_id == escrow.id)).all()
                given_up = sum(
                    each.written_off_minor for each in claims if each.beneficiary is Beneficiary.PLATFORM
                )
                if loss_left_minor(session, escrow) <= given_up:
                    continue
                for each in claims:
                    assert due_minor(each) == 0, f"{escrow.booking_ref} owes a payer what it lost"

    def _row(self, booking: str, part: str) -> EscrowPartRow:
        with self.desk.make_session() as session:
            row = session.scalar(
                select(EscrowPartRow)
                .join(Escrow, Escrow.id == EscrowPartRow.escrow_id)
                .where(Escrow.booking_ref == booking, EscrowPartRow.part_ref == part)
            )
        if row is None:
            raise RulingNotPossible("There is no such part.")
        return row

    def _is_arrived(self, booking: str, part: str) -> bool:
        row = self._row(booking, part)
        return row.release_status is SideStatus.DONE and row.refund_status is SideStatus.NONE

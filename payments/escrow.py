"""The life of a held payment and of its parts, as transition tables, and how a decided share divides a part."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from payments.errors import PaymentError
from payments.money import allocate, get_currency

WHOLE_BPS = 10_000


class EscrowStatus(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    FUNDED = "funded"
    SETTLED = "settled"  # every part has arrived where it was decided to go
    CANCELLED = "cancelled"  # withdrawn before any payment
    EXPIRED = "expired"  # the time to pay ran out


class EscrowAction(StrEnum):
    FUND = "fund"
    SETTLE = "settle"
    REOPEN = "reopen"  # a refund that had succeeded failed later
    CANCEL = "cancel"
    EXPIRE = "expire"


class SideStatus(StrEnum):
    """What became of one side (release to the payee, refund to the payer) of a part."""

    NONE = "none"
    DUE = "due"  # decided, and waiting for something before it can be sent
    IN_TRANSIT = "in_transit"
    DONE = "done"


class SideAction(StrEnum):
    PARK = "park"
    PLAN = "plan"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    FAIL_LATER = "fail_later"
    GIVE_UP = "give_up"  # decided anew while it waited: nothing is sent after all
    CHARGE_BACK = "charge_back"  # the payer's bank took it while it waited
    PAY_OTHERWISE = "pay_otherwise"  # paid outside of the provider, which refuses to


class PartStatus(StrEnum):
    """What both parties read; derived, never stored."""

    PENDING = "pending"
    HELD = "held"
    OWED = "owed"
    RELEASING = "releasing"
    RELEASED = "released"
    REFUND_DUE = "refund_due"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    SPLITTING = "splitting"
    SPLIT = "split"
    CHARGED_BACK = "charged_back"
    CANCELLED = "cancelled"


ESCROW_TRANSITIONS: Mapping[tuple[EscrowStatus, EscrowAction], EscrowStatus] = {
    (EscrowStatus.AWAITING_PAYMENT, EscrowAction.FUND): EscrowStatus.FUNDED,
    (EscrowStatus.AWAITING_PAYMENT, EscrowAction.CANCEL): EscrowStatus.CANCELLED,
    (EscrowStatus.AWAITING_PAYMENT, EscrowAction.EXPIRE): EscrowStatus.EXPIRED,
    (EscrowStatus.FUNDED, EscrowAction.SETTLE): EscrowStatus.SETTLED,
    (EscrowStatus.SETTLED, EscrowAction.REOPEN): EscrowStatus.FUNDED,
}

SIDE_TRANSITIONS: Mapping[tuple[SideStatus, SideAction], SideStatus] = {
    (SideStatus.NONE, SideAction.PARK): SideStatus.DUE,
    (SideStatus.NONE, SideAction.PLAN): SideStatus.IN_TRANSIT,
    (SideStatus.DUE, SideAction.PLAN): SideStatus.IN_TRANSIT,
    (SideStatus.DUE, SideAction.GIVE_UP): SideStatus.NONE,
    (SideStatus.DUE, SideAction.CHARGE_BACK): SideStatus.DONE,
    (SideStatus.DUE, SideAction.PAY_OTHERWISE): SideStatus.DONE,
    (SideStatus.IN_TRANSIT, SideAction.CONFIRM): SideStatus.DONE,
    (SideStatus.IN_TRANSIT, SideAction.REFUSE): SideStatus.DUE,
    (SideStatus.DONE, SideAction.FAIL_LATER): SideStatus.DUE,
}


class EscrowStatusConflict(PaymentError):
    code = "escrow_status_conflict"
    kind = "conflict"


class PartStatusConflict(PaymentError):
    code = "part_status_conflict"
    kind = "conflict"


class ShareOutOfRange(PaymentError):
    code = "share_out_of_range"


class PartAmountInvalid(PaymentError):
    code = "part_amount_invalid"


@dataclass(frozen=True, slots=True)
class EscrowPart:
    """One deliverable's money, fixed when the price was quoted: the payee's net, the fee on top, the tax on the fee."""

    part_ref: str
    net_minor: int
    fee_minor: int
    tax_minor: int

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.fee_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class PartAmounts:
    """Net, fee and tax of some of a part, in minor units."""

    net_minor: int
    fee_minor: int
    tax_minor: int

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.fee_minor + self.tax_minor

    def minus(self, other: "PartAmounts") -> "PartAmounts":
        """Return what is left of each."""
        return PartAmounts(
            self.net_minor - other.net_minor,
            self.fee_minor - other.fee_minor,
            self.tax_minor - other.tax_minor,
        )

    def taken(self, taken_minor: int, *, step: int) -> "PartAmounts":
        """Return how much of each is in the first `taken_minor` of the total, in proportion and in whole steps.

        Each grows or stays with what is taken (a largest remainder could shrink), so that the difference of two takings
        is never negative: net is rounded down, and of the rest the fee is.
        """
        steps, net, fee, tax = (
            minor // step for minor in (taken_minor, self.net_minor, self.fee_minor, self.tax_minor)
        )
        of_net = steps * net // max(net + fee + tax, 1)
        rest = steps - of_net
        of_fee = rest * fee // max(fee + tax, 1)
        return PartAmounts(of_net * step, of_fee * step, (rest - of_fee) * step)


@dataclass(frozen=True, slots=True)
class PartDivision:
    """How a decision divides a part: what is released (net, fee, tax) and what goes back to the payer."""

    net_minor: int
    fee_minor: int
    tax_minor: int
    refund_minor: int

    @property
    def released_minor(self) -> int:
        return self.net_minor + self.fee_minor + self.tax_minor


def check_part(part: EscrowPart, *, currency: str) -> None:
    """Refuse amounts the currency cannot pay.

    Raises:
        PartAmountInvalid: a negative amount, no net, or not in whole steps of the currency.

    """
    step = get_currency(currency).step_minor
    amounts = (part.net_minor, part.fee_minor, part.tax_minor)
    if part.net_minor <= 0 or min(amounts) < 0 or any(amount % step for amount in amounts):
        raise PartAmountInvalid(
            f"Part {part.part_ref} needs a positive net and steps of {step} {currency} minor units."
        )


def divide_part(part: EscrowPart, *, share_bps: int, currency: str) -> PartDivision:
    """Divide a part by the share the payee is due, in ten-thousandths; the fee and its tax are kept on that share only.

    Raises:
        ShareOutOfRange: not between 0 and 10,000.

    """
    if not 0 <= share_bps <= WHOLE_BPS:
        raise ShareOutOfRange("A share lies between 0 and 10,000 ten-thousandths.", share_bps=share_bps)
    step = get_currency(currency).step_minor
    weights = (share_bps, WHOLE_BPS - share_bps)
    net, fee, tax = (
        allocate(amount, weights, step=step)[0] for amount in (part.net_minor, part.fee_minor, part.tax_minor)
    )
    if net == 0:
        fee = tax = 0
    return PartDivision(net, fee, tax, part.total_minor - net - fee - tax)


def next_escrow_status(status: EscrowStatus, action: EscrowAction) -> EscrowStatus:
    """Return where the action leads.

    Raises:
        EscrowStatusConflict: the action is not possible in this status.

    """
    try:
        return ESCROW_TRANSITIONS[status, action]
    except KeyError:
        raise EscrowStatusConflict(
            f"A held payment that is {status} cannot {action}.", status=status, action=action
        ) from None


def next_side_status(status: SideStatus, action: SideAction) -> SideStatus:
    """Return where the action leads one side of a part.

    Raises:
        PartStatusConflict: the action is not possible in this status.

    """
    try:
        return SIDE_TRANSITIONS[status, action]
    except KeyError:
        raise PartStatusConflict(
            f"This side of the part is {status} and cannot {action}.", status=status
        ) from None


def part_status(
    escrow: EscrowStatus, *, release: SideStatus, refund: SideStatus, is_charged_back: bool = False
) -> PartStatus:
    """Derive the status people read from the two sides of a part."""
    if is_charged_back:
        return PartStatus.CHARGED_BACK
    if release is SideStatus.NONE and refund is SideStatus.NONE:
        return _UNDECIDED.get(escrow, PartStatus.HELD)
    if refund is SideStatus.NONE:
        return _RELEASE_ONLY[release]
    if release is SideStatus.NONE:
        return _REFUND_ONLY[refund]
    if release is SideStatus.DUE:
        return PartStatus.OWED
    if refund is SideStatus.DUE:
        return PartStatus.REFUND_DUE
    is_split = release is SideStatus.DONE and refund is SideStatus.DONE
    return PartStatus.SPLIT if is_split else PartStatus.SPLITTING


def is_part_settled(*, release: SideStatus, refund: SideStatus) -> bool:
    """Tell whether nothing of the part is left to move."""
    sides = {release, refund}
    return SideStatus.DONE in sides and sides <= {SideStatus.DONE, SideStatus.NONE}


_UNDECIDED = {
    EscrowStatus.AWAITING_PAYMENT: PartStatus.PENDING,
    EscrowStatus.CANCELLED: PartStatus.CANCELLED,
    EscrowStatus.EXPIRED: PartStatus.CANCELLED,
}
_RELEASE_ONLY = {
    SideStatus.DUE: PartStatus.OWED,
    SideStatus.IN_TRANSIT: PartStatus.RELEASING,
    SideStatus.DONE: PartStatus.RELEASED,
}
_REFUND_ONLY = {
    SideStatus.DUE: PartStatus.REFUND_DUE,
    SideStatus.IN_TRANSIT: PartStatus.REFUNDING,
    SideStatus.DONE: PartStatus.REFUNDED,
}

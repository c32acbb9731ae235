"""The whole price from the listed one: platform fee on top, tax on the fee, amounts per deliverable, cancellation.

The fee is that of the fee policy in force (`fees.domain`); the tax is the rate of the brand's country on that fee. Both
are split over the deliverables by largest remainder, weighted by net, so that every column sums to its total exactly.
Tax that a registered influencer owes lies inside their price and changes no amount.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from marketplace.fees.domain import Fee
from marketplace.quotes.charges import Charges
from marketplace.quotes.policy_records import CancellationStage, PolicyRecord
from marketplace.quotes.pricing import ListedPrice, Piece, PriceNotPayable
from marketplace.settlement import refuse_currency
from marketplace.taxes.domain import TaxRate, tax_inside
from marketplace.web.language import lazy_gettext as _
from payments.escrow import EscrowPart, divide_part
from payments.money import MAX_AMOUNT_MINOR, allocate, get_currency, round_share


@dataclass(frozen=True, slots=True)
class Part:
    """One deliverable's money: the influencer's net, the fee on top, the tax on the fee."""

    number: int
    kind: str
    title: str
    net_minor: int
    fee_minor: int
    tax_minor: int

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.fee_minor + self.tax_minor

    def as_plain(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self) | {"total_minor": self.total_minor}


@dataclass(frozen=True, slots=True)
class CancellationValue:
    """What each side has if everything were cancelled at this stage."""

    stage: CancellationStage
    influencer_share_bps: int
    influencer_minor: int
    refund_minor: int

    def as_plain(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PriceBreakdown:
    """Everything the brand pays and why. `supply_tax` lies inside the net of an influencer registered for tax."""

    price: ListedPrice
    fee: Fee
    tax: TaxRate
    tax_minor: int
    supply_tax: TaxRate | None
    supply_tax_minor: int
    parts: tuple[Part, ...]
    cancellation: tuple[CancellationValue, ...]

    @property
    def fee_minor(self) -> int:
        return self.fee.total_minor

    @property
    def total_minor(self) -> int:
        return self.price.net_minor + self.fee_minor + self.tax_minor


def break_down(
    price: ListedPrice,
    *,
    country: str,
    completed_count: int,
    charges: Charges,
) -> PriceBreakdown:
    """Add fee and tax to a listed price.

    `country` is the brand's, `completed_count` the pair's finished bookings.

    Raises:
        CurrencyNotServed: nothing can be quoted in the currency.
        PriceNotPayable: the total is above what one payment takes.

    """
    refuse_currency(price.currency, charges.currencies)
    step = get_currency(price.currency).step_minor
    fee = charges.fees.fee_on(price.net_minor, currency=price.currency, completed_count=completed_count)
    tax = charges.tax_on_fee(country)
    tax_minor = round_share(fee.total_minor, tax.bps, step=step)
    if price.net_minor + fee.total_minor + tax_minor > MAX_AMOUNT_MINOR:
        raise PriceNotPayable(_("The total is above what one payment can take. Choose less or split it."))
    parts = split_parts(price.pieces, fee_minor=fee.total_minor, tax_minor=tax_minor, currency=price.currency)
    supply_tax = charges.tax_on_supply()
    return PriceBreakdown(
        price=price,
        fee=fee,
        tax=tax,
        tax_minor=tax_minor,
        supply_tax=supply_tax,
        supply_tax_minor=tax_inside(price.net_minor, supply_tax.bps, currency=price.currency)
        if supply_tax is not None
        else 0,
        parts=parts,
        cancellation=cancellation_values(parts, currency=price.currency, policy=charges.policy),
    )


def split_parts(
    pieces: Sequence[Piece], *, fee_minor: int, tax_minor: int, currency: str
) -> tuple[Part, ...]:
    """Spread fee and tax over the pieces by largest remainder; each column sums exactly."""
    step = get_currency(currency).step_minor
    weights = [piece.net_minor for piece in pieces]
    fees = allocate(fee_minor, weights, step=step)
    taxes = allocate(tax_minor, weights, step=step)
    return tuple(
        Part(piece.number, piece.kind, piece.title, piece.net_minor, fee, tax)
        for piece, fee, tax in zip(pieces, fees, taxes, strict=True)
    )


def cancellation_values(
    parts: Sequence[Part], *, currency: str, policy: PolicyRecord
) -> tuple[CancellationValue, ...]:
    """Return what each side has at every stage, in the order of the stages."""
    return tuple(
        _cancellation_value(parts, stage=stage, share_bps=policy.cancellation_bps[stage], currency=currency)
        for stage in CancellationStage
    )


def _cancellation_value(
    parts: Sequence[Part], *, stage: CancellationStage, share_bps: int, currency: str
) -> CancellationValue:
    divisions = [
        divide_part(
            EscrowPart(str(part.number), part.net_minor, part.fee_minor, part.tax_minor),
            share_bps=share_bps,
            currency=currency,
        )
        for part in parts
    ]
    return CancellationValue(
        stage=stage,
        influencer_share_bps=share_bps,
        influencer_minor=sum(division.net_minor for division in divisions),
        refund_minor=sum(division.refund_minor for division in divisions),
    )


def hash_of(facts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the facts as canonical JSON, so that both sides can see they read the same quote."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

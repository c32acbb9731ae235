"""The platform's fee as a rule over a dated record: share by loyalty, minimum and cap by currency, cost of the payment. Pure."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from payments.money import MAX_AMOUNT_MINOR, get_currency, round_share

WHOLE_BPS = 10_000
FEE_BPS_MAX = 5_000
PROCESSING_BPS_MAX = 1_000
TIERS_MAX = 6


class CostBearer(StrEnum):
    """Who pays what the payment provider takes for a payment."""

    PLATFORM = "platform"
    BRAND = "brand"


class FeeFault(StrEnum):
    """What is wrong with a proposed policy."""

    NO_FIRST_TIER = "no_first_tier"
    TIERS_NOT_RISING = "tiers_not_rising"
    SHARE_RISES = "share_rises"
    SHARE_OUT_OF_RANGE = "share_out_of_range"
    BOUNDS_CROSSED = "bounds_crossed"
    NOT_IN_STEPS = "not_in_steps"
    NO_CURRENCY = "no_currency"
    COST_OUT_OF_RANGE = "cost_out_of_range"
    COST_WITHOUT_BEARER = "cost_without_bearer"


@dataclass(frozen=True, slots=True)
class FeeTier:
    """The share of the listed price, in basis points, from so many completed bookings of the pair on."""

    completed_from: int
    bps: int


@dataclass(frozen=True, slots=True)
class FeeBounds:
    """The least and the most the share may come to, and the fixed part of the payment's cost, in minor units."""

    minimum_minor: int
    maximum_minor: int | None = None
    processing_fixed_minor: int = 0


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee: the platform's share and, where the brand bears it, the cost of the payment."""

    bps: int
    share_minor: int
    processing_minor: int

    @property
    def total_minor(self) -> int:
        return self.share_minor + self.processing_minor


@dataclass(frozen=True, slots=True)
class FeePolicy:
    """One edition. `bounds` names the currencies in which something can be quoted."""

    version: str
    valid_from: date
    tiers: tuple[FeeTier, ...]
    bounds: Mapping[str, FeeBounds]
    cost_bearer: CostBearer = CostBearer.PLATFORM
    processing_bps: int = 0

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Build a policy from JSON values: those of its row, of a request, or those that a quote copied."""
        return cls(
            version=plain["version"],
            valid_from=date.fromisoformat(plain["valid_from"]),
            tiers=tuple(FeeTier(row["completed_from"], row["bps"]) for row in plain["tiers"]),
            bounds={
                currency: FeeBounds(
                    row["minimum_minor"], row.get("maximum_minor"), row.get("processing_fixed_minor", 0)
                )
                for currency, row in plain["bounds"].items()
            },
            cost_bearer=CostBearer(plain["processing_cost_borne_by"]),
            processing_bps=plain.get("processing_bps", 0),
        )

    def as_plain(self) -> dict[str, Any]:
        """Return JSON values, as `from_plain` reads them."""
        return {
            "version": self.version,
            "valid_from": self.valid_from.isoformat(),
            "tiers": [{"completed_from": tier.completed_from, "bps": tier.bps} for tier in self.tiers],
            "bounds": {
                currency: {
                    "minimum_minor": row.minimum_minor,
                    "maximum_minor": row.maximum_minor,
                    "processing_fixed_minor": row.processing_fixed_minor,
                }
                for currency, row in self.bounds.items()
            },
            "processing_cost_borne_by": str(self.cost_bearer),
            "processing_bps": self.processing_bps,
        }

    def bps_after(self, completed_count: int) -> int:
        """Return the share for a pair with that many completed bookings (the loyalty taper)."""
        return [tier.bps for tier in self.tiers if tier.completed_from <= completed_count][-1]

    def fee_on(self, net_minor: int, *, currency: str, completed_count: int) -> Fee:
        """Return the fee on a listed price.

        The share is `net x bps / 10,000` rounded half up to the currency's step, not below the minimum and not above the
        cap. The cost of the payment, where the brand bears it, is a share of price and fee plus a fixed part.

        Raises:
            KeyError: nothing is quoted in this currency.

        """
        bounds, step = self.bounds[currency], get_currency(currency).step_minor
        bps = self.bps_after(completed_count)
        share = max(bounds.minimum_minor, round_share(net_minor, bps, step=step))
        if bounds.maximum_minor is not None:
            share = min(share, bounds.maximum_minor)
        if self.cost_bearer is CostBearer.PLATFORM:
            return Fee(bps, share, 0)
        cost = round_share(net_minor + share, self.processing_bps, step=step) + bounds.processing_fixed_minor
        return Fee(bps, share, cost)


def faults(policy: FeePolicy) -> dict[str, FeeFault]:
    """Return what is wrong with a proposed policy, by field: tiers, processing, or a currency."""
    found: dict[str, FeeFault] = {}
    tiers = _tier_fault(policy.tiers)
    if tiers is not None:
        found["tiers"] = tiers
    cost = _cost_fault(policy)
    if cost is not None:
        found["processing"] = cost
    if not policy.bounds:
        found["bounds"] = FeeFault.NO_CURRENCY
    for currency, bounds in policy.bounds.items():
        wrong = _bounds_fault(currency, bounds)
        if wrong is not None:
            found[currency] = wrong
    return found


def _tier_fault(tiers: tuple[FeeTier, ...]) -> FeeFault | None:
    if not tiers or tiers[0].completed_from != 0 or len(tiers) > TIERS_MAX:
        return FeeFault.NO_FIRST_TIER
    if any(not 0 <= tier.bps <= FEE_BPS_MAX for tier in tiers):
        return FeeFault.SHARE_OUT_OF_RANGE
    pairs = list(itertools.pairwise(tiers))
    if any(later.completed_from <= earlier.completed_from for earlier, later in pairs):
        return FeeFault.TIERS_NOT_RISING
    if any(later.bps > earlier.bps for earlier, later in pairs):
        return FeeFault.SHARE_RISES
    return None


def _cost_fault(policy: FeePolicy) -> FeeFault | None:
    if not 0 <= policy.processing_bps <= PROCESSING_BPS_MAX:
        return FeeFault.COST_OUT_OF_RANGE
    has_cost = policy.processing_bps > 0 or any(row.processing_fixed_minor for row in policy.bounds.values())
    if has_cost == (policy.cost_bearer is CostBearer.PLATFORM):
        return FeeFault.COST_WITHOUT_BEARER
    return None


def _bounds_fault(currency: str, bounds: FeeBounds) -> FeeFault | None:
    step = get_currency(currency).step_minor
    most = bounds.maximum_minor
    amounts = [bounds.minimum_minor, bounds.processing_fixed_minor, *([] if most is None else [most])]
    if any(amount < 0 or amount % step or amount > MAX_AMOUNT_MINOR for amount in amounts):
        return FeeFault.NOT_IN_STEPS
    if most is not None and most < bounds.minimum_minor:
        return FeeFault.BOUNDS_CROSSED
    return None

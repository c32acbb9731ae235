"""What was forecast of a basket beside what came of it. Pure.

Like is held against like: the band of exactly those who are finished and measured, from the draws that were kept when
the basket was invited. Nothing is drawn anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matching.basket.kept_draws import KeptDraws
from matching.forecasting.bands import Band, CostBand
from matching.outcomes import cost_per


class MemberState(StrEnum):
    """How far somebody of an invited basket got."""

    MEASURED = "measured"
    UNMEASURED = "unmeasured"  # finished; not every live post was measured after its first week
    RUNNING = "running"
    ENDED = "ended"  # booked, and ended without the work
    OPEN = "open"  # invited, or agreed and not booked yet
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    NOT_INVITED = "not_invited"


class Place(StrEnum):
    """Where a result lies to its band."""

    BELOW = "below"
    INSIDE = "inside"
    ABOVE = "above"


def place_of(band: Band, value: float) -> Place:
    """Return where a value that came out lies; the ends belong to the band."""
    if value < band.low:
        return Place.BELOW
    return Place.ABOVE if value > band.high else Place.INSIDE


@dataclass(frozen=True, slots=True)
class Measured:
    """What a finished member brought: views and engagements (None: not known), and what was paid, minor units."""

    views: int
    engagements: int | None
    reach: int | None
    paid_minor: int


@dataclass(frozen=True, slots=True)
class Member:
    """One of the basket: price (with fee and tax, minor units) and bands as forecast; bands are None where no draws were kept."""

    influencer_id: str
    state: MemberState
    total_minor: int
    views: Band | None
    engagements: Band | None
    measured: Measured | None = None
    booking_id: str | None = None

    @property
    def views_place(self) -> Place | None:
        if self.views is None or self.measured is None:
            return None
        return place_of(self.views, self.measured.views)


@dataclass(frozen=True, slots=True)
class Versus:
    """One quantity of several members together: the band that was forecast of them, and what was measured."""

    band: Band
    measured: int

    @property
    def place(self) -> Place:
        return place_of(self.band, self.measured)


@dataclass(frozen=True, slots=True)
class Forecasted:
    """What was forecast of the whole basket when it was invited; amounts in minor units with fee and tax."""

    made_at: datetime
    model: str
    assumptions: str
    currency: str
    total_minor: int
    unique: Band
    views: Band
    engagements: Band

    @property
    def cpm(self) -> CostBand:
        """Cost per 1,000 views."""
        return self.views.costs(self.total_minor, 1_000)

    @property
    def cpe(self) -> CostBand:
        """Cost per engagement."""
        return self.engagements.costs(self.total_minor, 1)

    @property
    def per_thousand_reached(self) -> CostBand:
        """Cost per 1,000 people of the target, each counted once."""
        return self.unique.costs(self.total_minor, 1_000)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A basket's forecast beside its results. Sums are over the finished and measured, `n` of `m` members."""

    forecast: Forecasted
    members: tuple[Member, ...]
    draws: KeptDraws | None

    @property
    def done(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.measured is not None)

    @property
    def n(self) -> int:
        return len(self.done)

    @property
    def m(self) -> int:
        return len(self.members)

    @property
    def views(self) -> Versus | None:
        """Views of the measured together; None while nobody is, or where no draws were kept for a part of the basket."""
        band = self._band("views")
        return None if band is None else Versus(band, sum(one.views for one in self._results))

    @property
    def engagements(self) -> Versus | None:
        """Engagements of the measured together; None also where one of them is not known."""
        known = [one.engagements for one in self._results if one.engagements is not None]
        band = self._band("engagements")
        return None if band is None or len(known) < self.n else Versus(band, sum(known))

    @property
    def reached(self) -> int | None:
        """Reach of every post added up: people who saw two count twice. None where one is not known."""
        known = [one.reach for one in self._results if one.reach is not None]
        return sum(known) if known and len(known) == self.n else None

    @property
    def expected_minor(self) -> int:
        """What the measured were to cost."""
        return sum(member.total_minor for member in self.done)

    @property
    def paid_minor(self) -> int:
        """What was paid for them, less what went back."""
        return sum(one.paid_minor for one in self._results)

    @property
    def cpm(self) -> tuple[CostBand, int] | None:
        """Cost per 1,000 views of the measured: forecast and real, minor units."""
        found = self.views
        if found is None or not found.measured:
            return None
        return found.band.costs(self.expected_minor, 1_000), cost_per(self.paid_minor, 1_000, found.measured)

    @property
    def cpe(self) -> tuple[CostBand, int] | None:
        """Cost per engagement of the measured: forecast and real, minor units."""
        found = self.engagements
        if found is None or not found.measured:
            return None
        return found.band.costs(self.expected_minor, 1), cost_per(self.paid_minor, 1, found.measured)

    @property
    def counts(self) -> Mapping[MemberState, int]:
        """How many are in each state that somebody is in."""
        return {
            state: found
            for state in MemberState
            if (found := sum(member.state is state for member in self.members))
        }

    @property
    def _results(self) -> tuple[Measured, ...]:
        return tuple(member.measured for member in self.done if member.measured is not None)

    def _band(self, name: str) -> Band | None:
        ids = {member.influencer_id for member in self.done}
        if self.n and self.n == self.m:
            whole: Band = getattr(self.forecast, name)
            return whole
        if self.draws is None:
            return None
        return self.draws.views_of(ids) if name == "views" else self.draws.engagements_of(ids)

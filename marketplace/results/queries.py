"""Reading results: of one booking, the report of a brief, and everything measured against its forecast."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking, Deliverable, Publication
from marketplace.briefs.queries import OwnBrief, get_own_brief
from marketplace.errors import NotFound
from marketplace.forecasts.models import ForecastCalibration
from marketplace.forecasts.queries import model_in_force
from marketplace.influencers.models import Influencer
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.results.domain import MEASURED_AFTER
from marketplace.results.models import BookingForecast, CampaignFigures, PostResult
from matching.forecasting.bands import Forecast, total_of
from matching.forecasting.calibration import Measured
from matching.forecasting.model import Calibration
from matching.outcomes import Counts, Outcome, add_counts

FUNDED = ("funded", "active", "completed", "cancelled", "closed_by_chargeback")
MEASURED_MOST = 20_000
_IDS: Any = bindparam("ids", expanding=True)
_BRIEF_ID: Any = bindparam("brief_id")
_OF_BRIEF = (
    select(Booking)
    .where(Booking.brief_id == _BRIEF_ID, Booking.status.in_(FUNDED))
    .order_by(Booking.created_at, Booking.id)
)
_FIGURES = (
    select(CampaignFigures)
    .where(CampaignFigures.brief_id == _BRIEF_ID)
    .order_by(CampaignFigures.number.desc())
    .limit(1)
)
_FORECASTS = select(BookingForecast).where(BookingForecast.booking_id.in_(_IDS))
_PEOPLE = select(Influencer).where(Influencer.id.in_(_IDS))
_DELIVERABLES = select(Deliverable).where(Deliverable.booking_id.in_(_IDS)).order_by(Deliverable.number)
_POSTS = select(Publication).where(Publication.deliverable_id.in_(_IDS)).order_by(Publication.number)
_RESULTS = select(PostResult).where(PostResult.booking_id.in_(_IDS)).order_by(PostResult.number.desc())


@dataclass(frozen=True, slots=True)
class PieceResults:
    """A published piece with everything handed in about it, newest first."""

    deliverable: Deliverable
    url: str | None
    posted_at: datetime | None
    results: tuple[PostResult, ...]

    @property
    def newest(self) -> PostResult | None:
        return self.results[0] if self.results else None


@dataclass(frozen=True, slots=True)
class BookingResults:
    """What one booking promised and brought. `counts` are known where every published piece was measured."""

    booking: Booking
    influencer: Influencer
    pieces: tuple[PieceResults, ...]
    forecast: Forecast | None
    cost_minor: int

    @property
    def counts(self) -> Counts:
        measured = [piece.newest for piece in self.pieces]
        return add_counts([Counts() if row is None else counts_of(row) for row in measured])

    @property
    def outcome(self) -> Outcome:
        return Outcome(cost_minor=self.cost_minor, counts=self.counts)

    @property
    def measured_on(self) -> date | None:
        """The oldest of the newest days of its pieces; None when one of them is not measured."""
        days = [piece.newest.as_of if piece.newest else None for piece in self.pieces]
        known = [day for day in days if day is not None]
        return min(known) if known and len(known) == len(days) else None

    @property
    def is_ripe(self) -> bool:
        """Whether every published piece was measured, each after it had been live for a week."""
        return bool(self.pieces) and all(
            piece.newest is not None
            and piece.posted_at is not None
            and piece.newest.as_of >= (piece.posted_at + MEASURED_AFTER).date()
            for piece in self.pieces
        )

    @property
    def source(self) -> str | None:
        """The least trusted source among them."""
        order = ("api", "reviewed", "self_declared")
        sources = [piece.newest.source for piece in self.pieces if piece.newest]
        return max(sources, key=order.index, default=None)

    @property
    def views_error(self) -> float | None:
        """Measured views over the forecast's middle, less one: -0.2 is a fifth too few."""
        if self.forecast is None or self.counts.views is None:
            return None
        return self.counts.views / self.forecast.views.mid - 1

    @property
    def is_inside(self) -> bool | None:
        """Whether the views lie in the promised band; None where one of the two is not known."""
        if self.forecast is None or self.counts.views is None:
            return None
        return self.forecast.views.holds(self.counts.views)


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """What came of a brief, over all of its paid bookings."""

    own: OwnBrief
    rows: tuple[BookingResults, ...]
    currency: str
    figures: CampaignFigures | None
    total: Outcome
    forecast: Forecast | None

    @property
    def inside(self) -> tuple[int, int]:
        """How many bookings lay inside their band, of how many that were measured."""
        known = [row.is_inside for row in self.rows if row.is_inside is not None]
        return sum(known), len(known)

    @property
    def unmeasured(self) -> tuple[BookingResults, ...]:
        """The bookings whose views are not known, for which nothing is known of all together either."""
        return tuple(row for row in self.rows if row.counts.views is None)


def counts_of(row: PostResult) -> Counts:
    """Return the counts of one handed-in result."""
    names = ("impressions", "reach", "views", "likes", "comments", "shares", "saves", "clicks")
    return Counts(**{name: getattr(row, name) for name in names})


def results_of_booking(session: Session, *, actor: Actor, booking_id: str) -> BookingResults:
    """Return the results of a booking of the actor's (operators: any). Raises NotFound, Forbidden."""
    booking = session.get(Booking, booking_id)
    if booking is None:
        raise NotFound
    require(actor, Permission.BOOKING_VIEW, Subject(booking.brand_id, booking.influencer_id))
    return _assemble(session, [booking])[0]


def results_of_bookings(session: Session, bookings: Sequence[Booking]) -> list[BookingResults]:
    """Return the results of bookings that the caller may see, in their order, in five statements."""
    return _assemble(session, bookings) if bookings else []


def campaign_report(session: Session, *, actor: Actor, brief_id: str) -> CampaignReport:
    """Return the report of a brief of the actor's (operators: any), in seven statements. Raises NotFound, Forbidden."""
    own = get_own_brief(session, actor=actor, brief_id=brief_id)
    bookings = session.scalars(_OF_BRIEF, {"brief_id": brief_id}).all()
    rows = [row for row in _assemble(session, bookings) if row.cost_minor]
    figures = session.scalar(_FIGURES, {"brief_id": brief_id})
    version = own.live or own.newest
    forecasts = [row.forecast for row in rows if row.forecast is not None]
    return CampaignReport(
        own=own,
        rows=tuple(rows),
        currency=rows[0].booking.currency if rows else (version.currency if version else ""),
        figures=figures,
        total=_total(rows, figures),
        forecast=total_of(forecasts) if rows and len(forecasts) == len(rows) else None,
    )


def _total(rows: Sequence[BookingResults], figures: CampaignFigures | None) -> Outcome:
    sums = add_counts([row.counts for row in rows])
    extra = (
        {} if figures is None else {"conversions": figures.conversions, "sales_minor": figures.sales_minor}
    )
    counts = Counts(**{name: getattr(sums, name) for name in Counts.__slots__} | extra)
    margin = None if figures is None or figures.margin_bps is None else Fraction(figures.margin_bps, 10_000)
    return Outcome(cost_minor=sum(row.cost_minor for row in rows), counts=counts, margin=margin)


def _assemble(session: Session, bookings: Sequence[Booking]) -> list[BookingResults]:
    """Return the results of bookings in their order, in five statements."""
    ids = [booking.id for booking in bookings]
    deliverables = _deliverables(session, ids)
    posts = _posts(session, [row.id for own in deliverables.values() for row in own if row.is_published])
    results = _newest_results(session, ids)
    forecasts = {
        row.booking_id: Forecast.from_dict(row.forecast) for row in session.scalars(_FORECASTS, {"ids": ids})
    }
    wanted = {"ids": [booking.influencer_id for booking in bookings]}
    people = {row.id: row for row in session.scalars(_PEOPLE, wanted)}
    return [
        BookingResults(
            booking=booking,
            influencer=people[booking.influencer_id],
            pieces=tuple(
                _piece(row, posts.get(row.id), results[row.id])
                for row in deliverables[booking.id]
                if row.is_published
            ),
            forecast=forecasts.get(booking.id),
            cost_minor=booking.total_minor - sum(row.refund_minor for row in deliverables[booking.id]),
        )
        for booking in bookings
    ]


def _deliverables(session: Session, booking_ids: Sequence[str]) -> defaultdict[str, list[Deliverable]]:
    """Return the deliverables of each booking in their order."""
    found: defaultdict[str, list[Deliverable]] = defaultdict(list)
    for row in session.scalars(_DELIVERABLES, {"ids": booking_ids}):
        found[row.booking_id].append(row)
    return found


def _posts(session: Session, deliverable_ids: Sequence[str]) -> dict[str, Publication]:
    """Return the newest post of each deliverable."""
    return {row.deliverable_id: row for row in session.scalars(_POSTS, {"ids": deliverable_ids})}


def _newest_results(session: Session, booking_ids: Sequence[str]) -> defaultdict[str, list[PostResult]]:
    """Return what was handed in for each deliverable, the newest first."""
    found: defaultdict[str, list[PostResult]] = defaultdict(list)
    for row in session.scalars(_RESULTS, {"ids": booking_ids}):
        found[row.deliverable_id].append(row)
    return found


def _piece(deliverable: Deliverable, post: Publication | None, results: list[PostResult]) -> PieceResults:
    return PieceResults(
        deliverable=deliverable,
        url=post.url if post else None,
        posted_at=post.posted_at if post else None,
        results=tuple(results),
    )


def list_measured(session: Session) -> list[Measured]:
    """Return every booking whose published pieces were all measured after a week, with its promise: misses included."""
    rows = session.execute(
        select(BookingForecast, Deliverable, PostResult, Publication.posted_at)
        .join(Deliverable, Deliverable.booking_id == BookingForecast.booking_id)
        .outerjoin(PostResult, PostResult.deliverable_id == Deliverable.id)
        .outerjoin(Publication, Publication.deliverable_id == Deliverable.id)
        .where(Deliverable.is_published.is_(True))
        .order_by(BookingForecast.booking_id, PostResult.number, Publication.number)
        .limit(MEASURED_MOST)
    )
    promised: dict[str, BookingForecast] = {}
    views: defaultdict[str, dict[str, int | None]] = defaultdict(dict)
    for forecast, deliverable, result, posted_at in rows:
        promised[forecast.booking_id] = forecast
        is_ripe = (
            result is not None
            and posted_at is not None
            and result.as_of >= (posted_at + MEASURED_AFTER).date()
        )
        if is_ripe or deliverable.id not in views[forecast.booking_id]:
            views[forecast.booking_id][deliverable.id] = result.views if is_ripe else None
    return [
        _measured(promised[booking_id], sum(known))
        for booking_id, own in views.items()
        if len(known := [value for value in own.values() if value is not None]) == len(own)
    ]


def _measured(row: BookingForecast, views: int) -> Measured:
    forecast = Forecast.from_dict(row.forecast)
    return Measured(
        tier=forecast.tier,
        platform=forecast.platform,
        band=forecast.views,
        width=forecast.width,
        value=float(views),
    )


@dataclass(frozen=True, slots=True)
class CalibrationState:
    """The model in force, and when its widths were learnt (None: not yet)."""

    model: str
    made_at: datetime | None
    tiers: dict[str, Calibration]


def calibration_state(session: Session) -> CalibrationState:
    """Return what forecasts are made with now."""
    model = model_in_force(session)
    made_at = session.scalar(
        select(ForecastCalibration.made_at).order_by(ForecastCalibration.number.desc()).limit(1)
    )
    return CalibrationState(model.version, made_at if model.calibration else None, dict(model.calibration))

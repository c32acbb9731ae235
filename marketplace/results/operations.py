"""Writing results: the promise when work begins, counts of live posts, what a brief earned, calibration."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.bookings.locks import open_deliverable_case
from marketplace.bookings.models import Booking, Deliverable, Publication
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.forecasts.models import ForecastCalibration
from marketplace.influencers.domain import FigureSource
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.quotes.forecasting import forecast_terms
from marketplace.quotes.models import TermsSnapshot
from marketplace.results.domain import MEASURABLE, wrong_counts
from marketplace.results.models import BookingForecast, CampaignFigures, PostResult
from marketplace.results.queries import list_measured
from marketplace.web.language import lazy_gettext as _
from matching.forecasting.calibration import calibrate
from matching.forecasting.model import load_model

WRONG = {
    "nothing": _("Type at least one count."),
    "out_of_range": _("Type a whole number, not below zero."),
    "above_impressions": _("More people than impressions cannot be. Look at both again."),
}


class ResultInvalid(Invalid):
    """Counts that cannot be; `fields` says which."""

    code: ClassVar[str] = "result_invalid"


class NothingToMeasure(Conflict):
    """The deliverable is not live: it is a file, or its post was not handed in yet."""

    code: ClassVar[str] = "nothing_to_measure"


def promise_booking(session: Session, *, booking_id: str, now: datetime) -> None:
    """Keep what is forecast of a booking as its work begins. Repeating it changes nothing."""
    kept = session.scalar(select(BookingForecast.id).where(BookingForecast.booking_id == booking_id))
    booking = session.get_one(Booking, booking_id)
    if kept is not None:
        return
    terms = session.get_one(TermsSnapshot, booking.terms_id)
    forecast = forecast_terms(session, terms, cost=(booking.total_minor, booking.currency))
    if forecast is None:
        return
    plain = json.loads(json.dumps(forecast.to_dict()))
    session.add(BookingForecast(booking_id=booking.id, made_at=now, model=forecast.model, forecast=plain))
    session.flush()


def hand_in_result(
    session: Session,
    *,
    actor: Actor,
    deliverable_id: str,
    counts: Mapping[str, int | None],
    as_of: date,
    now: datetime,
) -> PostResult:
    """Hand in the counts of a live post as its influencer sees them; a later one corrects an earlier one.

    Raises:
        NotFound, Forbidden: no such deliverable of theirs, or not their role.
        NothingToMeasure: it is not live.
        ResultInvalid: with the fields at fault.

    """
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=deliverable_id, permission=Permission.BOOKING_DELIVER
    )
    _check(session, deliverable, counts, as_of, now=now)
    source = FigureSource.SELF_DECLARED
    return _add(session, actor, case.booking, deliverable, counts, source=source, as_of=as_of, now=now)


def review_result(session: Session, *, actor: Actor, result_id: str, now: datetime) -> PostResult:
    """Vouch for handed-in counts after looking at the platform's own screen: the same counts, reviewed.

    Raises:
        NotFound, Forbidden: no such result, or not an operator who decides.

    """
    found = session.get(PostResult, result_id)
    if found is None:
        raise NotFound
    case, deliverable = open_deliverable_case(
        session, actor=actor, deliverable_id=found.deliverable_id, permission=Permission.CASE_DECIDE
    )
    counts = {name: getattr(found, name) for name in _COUNT_COLUMNS}
    return _add(
        session,
        actor,
        case.booking,
        deliverable,
        counts,
        source=FigureSource.REVIEWED,
        as_of=found.as_of,
        now=now,
    )


_COUNT_COLUMNS = ("impressions", "reach", "views", "likes", "comments", "shares", "saves", "clicks")


def _check(
    session: Session,
    deliverable: Deliverable,
    counts: Mapping[str, int | None],
    as_of: date,
    *,
    now: datetime,
) -> None:
    if not deliverable.is_published or deliverable.status not in MEASURABLE:
        raise NothingToMeasure(_("This work is not live, so there is nothing to measure yet."))
    fields: dict[str, object] = {name: WRONG[code] for name, code in wrong_counts(counts).items()}
    posted_at = session.scalar(
        select(func.max(Publication.posted_at)).where(Publication.deliverable_id == deliverable.id)
    )
    if as_of > now.date() or (posted_at is not None and as_of < posted_at.date()):
        fields["as_of"] = _("Choose a day between the posting and today.")
    if fields:
        raise ResultInvalid(_("Some counts cannot be used. Correct them and send again."), fields=fields)


def _add(
    session: Session,
    actor: Actor,
    booking: Booking,
    deliverable: Deliverable,
    counts: Mapping[str, int | None],
    *,
    source: FigureSource,
    as_of: date,
    now: datetime,
) -> PostResult:
    newest = session.scalar(
        select(func.max(PostResult.number)).where(PostResult.deliverable_id == deliverable.id)
    )
    result = PostResult(
        booking_id=booking.id,
        deliverable_id=deliverable.id,
        number=(newest or 0) + 1,
        source=source,
        as_of=as_of,
        handed_in_by=actor.user_id,
        handed_in_at=now,
        **{name: counts.get(name) for name in _COUNT_COLUMNS},
    )
    session.add(result)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="result.handed_in",
        subject_type="deliverable",
        subject_id=deliverable.id,
        now=now,
        after={"number": result.number, "source": source, **counts},
        stream=f"booking:{booking.id}",
    )
    return result


def enter_figures(
    session: Session,
    *,
    actor: Actor,
    brief_id: str,
    conversions: int | None,
    sales_minor: int | None,
    margin_bps: int | None,
    now: datetime,
) -> CampaignFigures:
    """Keep what the brand says a brief earned it; the newest counts.

    Raises:
        NotFound, Forbidden: no such brief of theirs, or not their role.
        ResultInvalid: with the fields at fault.

    """
    brief = session.get(Brief, brief_id)
    if brief is None:
        raise NotFound(_("There is no such brief."))
    require(actor, Permission.BRIEF_MANAGE, Subject(brand_id=brief.brand_id))
    version_id = brief.live_version_id or brief.newest_version_id
    version = session.get(BriefVersion, version_id) if version_id else None
    if version is None:
        raise NothingToMeasure(_("This brief was never handed in, so there is nothing to report."))
    newest = session.scalar(
        select(func.max(CampaignFigures.number)).where(CampaignFigures.brief_id == brief_id)
    )
    figures = CampaignFigures(
        brief_id=brief_id,
        number=(newest or 0) + 1,
        currency=version.currency,
        conversions=conversions,
        sales_minor=sales_minor,
        margin_bps=margin_bps,
        entered_by=actor.user_id,
        entered_at=now,
    )
    session.add(figures)
    session.flush()
    return figures


def calibrate_forecasts(session: Session, *, now: datetime) -> ForecastCalibration | None:
    """Learn the widths of the bands from measured results; a row is added only when they say something new."""
    tiers = {
        tier: {"width": round(found.width, 6), "n": found.n}
        for tier, found in calibrate(list_measured(session)).items()
    }
    model = load_model().version
    newest = session.scalar(select(ForecastCalibration).order_by(ForecastCalibration.number.desc()).limit(1))
    if not tiers or (newest is not None and newest.model == model and newest.tiers == tiers):
        return None
    number = newest.number + 1 if newest is not None else 1
    row = ForecastCalibration(number=number, model=model, made_at=now, tiers=tiers)
    session.add(row)
    session.flush()
    return row

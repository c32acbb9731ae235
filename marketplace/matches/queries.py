"""Reading stored runs: the list of a brief, one receipt, a replay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, bindparam, or_, select
from sqlalchemy.orm import Session

from marketplace.briefs.models import Brief
from marketplace.briefs.queries import OpenBrief, get_answerable_brief
from marketplace.errors import NotFound
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Channel, Influencer, Metric
from marketplace.listings.models import Listing, ListingVersion
from marketplace.matches.correcting import corrections_of
from marketplace.matches.documents import FOLLOWERS
from marketplace.matches.domain import RunPurpose, Staleness, staleness
from marketplace.matches.models import MatchResult, MatchRun, OwnPlace
from marketplace.matches.own_places import corrected_since, topics_changed_since
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.web.language import current_language
from marketplace.web.language import lazy_gettext as _
from matching.forecasting.bands import Forecast
from matching.receipts import Receipt, ReplayedResult, replay
from matching.scoring import Formula, Part

LEAST_NAME = 2
_NEWEST_RUN = (
    select(MatchRun)
    .where(MatchRun.brief_id == bindparam("brief_id"), MatchRun.purpose == RunPurpose.BRIEF)
    .order_by(MatchRun.created_at.desc(), MatchRun.id.desc())
    .limit(1)
)
_RUN = (
    select(MatchRun, Brief.brand_id)
    .join(Brief, Brief.id == MatchRun.brief_id)
    .where(MatchRun.id == bindparam("run_id"))
)
_RESULTS = (
    select(MatchResult, Influencer)
    .join(Influencer, Influencer.id == MatchResult.influencer_id)
    .where(
        MatchResult.run_id == bindparam("run_id"),
        MatchResult.rank > bindparam("after_rank"),
        Influencer.status == InfluencerStatus.LISTED,
    )
    .order_by(MatchResult.rank)
    .limit(bindparam("most", type_=Integer))
)
_RESULTS_OF = _RESULTS.where(MatchResult.influencer_id.in_(bindparam("only", expanding=True)))
_PRICES = (
    select(Listing.id, ListingVersion)
    .join(ListingVersion, ListingVersion.id == Listing.live_version_id)
    .where(Listing.id.in_(bindparam("listing_ids", expanding=True)))
)
_LARGEST_FOLLOWERS = (
    select(
        Metric.channel_id, Metric.influencer_id, Metric.value, Metric.source, Metric.as_of, Channel.platform
    )
    .join(Channel, Channel.id == Metric.channel_id)
    .where(
        Metric.influencer_id.in_(bindparam("influencer_ids", expanding=True)),
        Metric.name == FOLLOWERS,
        Channel.proven_at.is_not(None),
    )
    .order_by(Metric.as_of)
)
_RESULT = select(MatchResult).where(
    MatchResult.run_id == bindparam("run_id"), MatchResult.influencer_id == bindparam("influencer_id")
)
_OWN_PLACES = (
    select(
        OwnPlace,
        Brief.live_version_id,
        Influencer.version,
        corrected_since().label("is_corrected"),
        topics_changed_since().label("is_read_anew"),
    )
    .join(Brief, Brief.id == OwnPlace.brief_id)
    .join(Influencer, Influencer.id == OwnPlace.influencer_id)
    .where(
        OwnPlace.influencer_id == bindparam("influencer_id"),
        OwnPlace.brief_id.in_(bindparam("brief_ids", expanding=True)),
    )
)


@dataclass(frozen=True, slots=True)
class FollowersView:
    """The largest proven channel's newest followers, with where the figure comes from and of which day."""

    count: int
    platform: str
    source: str
    as_of: date


@dataclass(frozen=True, slots=True)
class ShownMatch:
    """One line of the page: names and price re-read from the database, the place from the stored run."""

    influencer_id: str
    handle: str
    name: str
    name_ar: str
    country: str | None
    city: str
    rank: int
    score: float
    receipt: Receipt
    listing_id: str | None
    price_minor: int | None
    currency: str | None
    #: what the listing holds, kind and count
    work: tuple[tuple[str, int], ...]
    followers: FollowersView | None
    forecast: Forecast | None
    propensity: float


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """An influencer's own place as it was worked out last. Neither rank nor refusal: too many fit closer."""

    brief_id: str
    rank: int | None
    pool_size: int
    refusal: str | None
    receipt: Receipt | None
    moves: tuple[dict[str, Any], ...]
    computed_at: datetime
    formula_version: str
    staleness: Staleness | None

    @property
    def costliest(self) -> Part | None:
        """The part that takes most points away."""
        return max(self.receipt.parts, key=lambda part: part.points) if self.receipt else None


@dataclass(frozen=True, slots=True)
class OwnPlaceView:
    """An open brief, and the reader's place for it if one was ever worked out."""

    open_brief: OpenBrief
    place: KeptPlace | None
    #: whether the brand's list asks other things than the published brief
    is_corrected: bool


def get_own_place(session: Session, *, actor: Actor, brief_id: str, now: datetime) -> OwnPlaceView:
    """Return the actor's own place for a brief that takes applications. Raises NotFound."""
    open_brief = get_answerable_brief(session, brief_id=brief_id)
    if actor.influencer_id is None:
        raise NotFound(_("There is no such open brief."))
    places = list_own_places(session, influencer_id=actor.influencer_id, brief_ids=[brief_id], now=now)
    is_corrected = bool(corrections_of(session, open_brief.version))
    return OwnPlaceView(open_brief, places.get(brief_id), is_corrected)


def list_own_places(
    session: Session, *, influencer_id: str, brief_ids: Sequence[str], now: datetime
) -> dict[str, KeptPlace]:
    """Return the kept places of one influencer by brief, in one statement."""
    rows = session.execute(_OWN_PLACES, {"influencer_id": influencer_id, "brief_ids": list(brief_ids)})
    return {
        place.brief_id: _kept_place(
            place, None if is_corrected else live, version, is_read_anew=is_read_anew, now=now
        )
        for place, live, version, is_corrected, is_read_anew in rows
    }


def _kept_place(
    place: OwnPlace, live_version_id: str | None, profile: int, *, is_read_anew: bool, now: datetime
) -> KeptPlace:
    return KeptPlace(
        brief_id=place.brief_id,
        rank=place.rank,
        pool_size=place.pool_size,
        refusal=place.refusal,
        receipt=Receipt.from_dict(place.receipt) if place.receipt else None,
        moves=tuple(place.moves or ()),
        computed_at=place.computed_at,
        formula_version=place.formula_version,
        staleness=staleness(
            is_version_live=place.brief_version_id == live_version_id,
            is_profile_same=place.influencer_version == profile,
            are_topics_same=not is_read_anew,
            computed_at=place.computed_at,
            now=now,
        ),
    )


def newest_used_formula(session: Session) -> str | None:
    """Return the version that the newest stored run was ranked with, or None without runs."""
    statement = select(MatchRun.formula_version).order_by(MatchRun.created_at.desc(), MatchRun.id.desc())
    return session.scalar(statement.limit(1))


def newest_run(session: Session, *, brief_id: str) -> MatchRun | None:
    """Return the newest stored run of a brief itself, not of a saved search."""
    return session.scalar(_NEWEST_RUN, {"brief_id": brief_id})


def get_run(session: Session, *, actor: Actor, run_id: str) -> MatchRun:
    """Return a run of the actor's brand (operators: any). Raises NotFound."""
    row = session.execute(_RUN, {"run_id": run_id}).one_or_none()
    if row is None or not (
        may(actor, Permission.MATCH_RUN, Subject(brand_id=row.brand_id)) or may(actor, Permission.CASE_VIEW)
    ):
        raise NotFound(_("There is no such list."))
    found: MatchRun = row.MatchRun
    return found


def find_named(
    session: Session, name: str, *, run_id: str, limit: int
) -> list[tuple[Influencer, int | None]]:
    """Return listed influencers whose name or handle holds a text of at least two characters, by name.

    Each with the place that they have in the run, None for those who have none; in one statement.
    """
    wanted = " ".join(name.split()).removeprefix("@")
    if len(wanted) < LEAST_NAME:
        return []
    columns = (Influencer.name, Influencer.name_ar, Influencer.handle)
    is_place = (MatchResult.influencer_id == Influencer.id) & (MatchResult.run_id == run_id)
    statement = (
        select(Influencer, MatchResult.rank)
        .outerjoin(MatchResult, is_place)
        .where(
            Influencer.status == InfluencerStatus.LISTED,
            or_(*(column.icontains(wanted, autoescape=True) for column in columns)),
        )
        .order_by(Influencer.name, Influencer.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def names_of(session: Session, influencer_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of listed influencers by id, as the reader's language has them, in one statement."""
    if not influencer_ids:
        return {}
    rows = session.scalars(
        select(Influencer).where(
            Influencer.id.in_(influencer_ids), Influencer.status == InfluencerStatus.LISTED
        )
    )
    is_arabic = current_language() == "ar"
    return {row.id: row.name_ar if is_arabic and row.name_ar else row.name for row in rows}


def list_results(
    session: Session,
    *,
    run_id: str,
    limit: int = 50,
    after_rank: int = 0,
    only: Sequence[str] | None = None,
) -> list[ShownMatch]:
    """Return the results of a run by rank (of `only` these influencers), in three statements; who left is left out."""
    statement = _RESULTS if only is None else _RESULTS_OF
    chosen = {"run_id": run_id, "after_rank": after_rank, "most": limit, "only": only}
    rows = session.execute(statement, chosen).all()
    listing_ids = [result.receipt.get("offer") for result, _influencer in rows if result.receipt.get("offer")]
    priced = session.execute(_PRICES, {"listing_ids": listing_ids})
    prices: dict[str, ListingVersion] = {row[0]: row[1] for row in priced}
    followers = _largest_followers(session, [influencer.id for _result, influencer in rows])
    return [_shown(result, influencer, prices=prices, followers=followers) for result, influencer in rows]


def _largest_followers(session: Session, influencer_ids: Sequence[str]) -> dict[str, FollowersView]:
    rows = session.execute(_LARGEST_FOLLOWERS, {"influencer_ids": list(influencer_ids)})
    newest = {row.channel_id: row for row in rows}  # later days overwrite
    return {
        row.influencer_id: FollowersView(int(row.value), row.platform, row.source, row.as_of)
        for row in sorted(newest.values(), key=lambda row: row.value)
    }


def _shown(
    result: MatchResult,
    influencer: Influencer,
    *,
    prices: dict[str, ListingVersion],
    followers: dict[str, FollowersView],
) -> ShownMatch:
    listing_id = result.receipt.get("offer")
    version = prices.get(listing_id) if listing_id else None
    return ShownMatch(
        influencer_id=influencer.id,
        handle=influencer.handle,
        name=influencer.name,
        name_ar=influencer.name_ar,
        country=influencer.country,
        city=influencer.city,
        rank=result.rank,
        score=result.score,
        receipt=Receipt.from_dict(result.receipt),
        listing_id=listing_id if version else None,
        price_minor=version.base_minor if version else None,
        currency=version.currency if version else None,
        work=tuple((row["kind"], int(row["count"])) for row in version.deliverables) if version else (),
        followers=followers.get(influencer.id),
        forecast=read_forecast(result),
        propensity=float(result.receipt.get("propensity", 1.0)),
    )


def read_forecast(result: MatchResult) -> Forecast | None:
    """Return what was forecast for a place; None in lists made before there were forecasts."""
    return None if result.forecast is None else Forecast.from_dict(result.forecast)


def get_result(session: Session, *, run_id: str, influencer_id: str) -> MatchResult:
    """Return one place of a run. Raises NotFound."""
    found = session.scalar(_RESULT, {"run_id": run_id, "influencer_id": influencer_id})
    if found is None:
        raise NotFound(_("This influencer is not in that list."))
    return found


def replay_run(session: Session, *, run_id: str) -> tuple[Sequence[str], Sequence[ReplayedResult]]:
    """Return the stored order and the order recomputed from stored features and formula. Raises NotFound."""
    run = session.get(MatchRun, run_id)
    if run is None:
        raise NotFound(f"There is no run {run_id}.")
    rows = session.scalars(
        select(MatchResult).where(MatchResult.run_id == run_id).order_by(MatchResult.rank)
    ).all()
    receipts = [Receipt.from_dict(row.receipt) for row in rows]
    return [row.influencer_id for row in rows], replay(receipts, Formula.from_dict(run.formula))

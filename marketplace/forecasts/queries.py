"""The model in force, and what it says of one influencer's package: three statements, no search index needed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.forecasts.models import ForecastCalibration
from marketplace.influencers.measures import least_trusted
from marketplace.influencers.models import Channel, Metric, Post
from matching.documents import PostDocument
from matching.forecasting.backtest import Account
from matching.forecasting.bands import Forecast, forecast_packages
from matching.forecasting.draws import ForecastRequest
from matching.forecasting.history import measure_history
from matching.forecasting.model import Calibration, ForecastModel, load_model
from matching.performance import RECENT_POSTS

FOLLOWERS = "followers"
SEED = 20_261_126
"""One seed for the whole site: the same package has the same band on every page, until posts or calibration change."""

_CALIBRATION = (
    select(ForecastCalibration)
    .where(ForecastCalibration.model == bindparam("model"))
    .order_by(ForecastCalibration.number.desc())
    .limit(1)
)
_FOLLOWERS = (
    select(Metric.channel_id, Metric.value, Metric.id, Metric.source)
    .join(Channel, Channel.id == Metric.channel_id)
    .where(
        Metric.influencer_id == bindparam("influencer_id"),
        Metric.name == FOLLOWERS,
        Channel.platform == bindparam("platform"),
    )
    .order_by(Metric.as_of, Metric.id)
)
_POSTS = (
    select(Post)
    .where(
        Post.influencer_id == bindparam("influencer_id"),
        Post.channel_id.in_(bindparam("channel_ids", expanding=True)),
    )
    .order_by(Post.published_at.desc(), Post.id.desc())
    .limit(RECENT_POSTS)
)


def model_in_force(session: Session) -> ForecastModel:
    """Return the package's model with the newest calibration; its version names both."""
    model = load_model()
    newest = session.scalar(_CALIBRATION, {"model": model.version})
    if newest is None:
        return model
    tiers = {tier: Calibration(row["width"], row["n"]) for tier, row in newest.tiers.items()}
    return replace(model, version=f"{model.version}.{newest.number}", calibration=tiers)


def forecast_package(
    session: Session,
    *,
    influencer_id: str,
    platform: str,
    pieces: Sequence[tuple[str, int]],
    cost: tuple[int, str] | None,
) -> Forecast | None:
    """Return the forecast of a package on one platform for a cost (minor units, currency).

    None where nothing is published or the influencer's size on that platform is not known.
    """
    request = _request(session, influencer_id=influencer_id, platform=platform, pieces=tuple(pieces))
    if request is None:
        return None
    return forecast_packages(model_in_force(session), [request], [cost], seed=SEED)[0]


def _request(
    session: Session, *, influencer_id: str, platform: str, pieces: tuple[tuple[str, int], ...]
) -> ForecastRequest | None:
    followers = session.execute(_FOLLOWERS, {"influencer_id": influencer_id, "platform": platform})
    newest = {row.channel_id: row for row in followers}  # later days overwrite
    largest = max(newest.values(), key=lambda row: (row.value, row.id), default=None)
    if largest is None or not largest.value:
        return None
    chosen = {"influencer_id": influencer_id, "channel_ids": list(newest)}
    posts = session.scalars(_POSTS, chosen).all()
    return ForecastRequest(
        influencer_id=influencer_id,
        platform=platform,
        followers=largest.value,
        pieces=pieces,
        history=measure_history([_document(post, platform) for post in posts], largest.value),
        figures=least_trusted([largest.source, *(post.source for post in posts)]),
    )


def _document(post: Post, platform: str) -> PostDocument:
    return PostDocument(
        id=post.id,
        platform=platform,
        url=post.url,
        text="",
        published_at=post.published_at,
        views=post.views,
        likes=post.likes,
        comments=post.comments,
        shares=post.shares,
        saves=post.saves,
        is_sponsored=post.is_sponsored,
    )


def list_accounts(session: Session) -> Iterator[Account]:
    """Yield every channel with followers and its newest posts, for the backtest; posts stream, one account at a time."""
    followers: dict[str, float] = {}
    for row in session.execute(
        select(Metric.channel_id, Metric.value)
        .where(Metric.name == FOLLOWERS)
        .order_by(Metric.as_of, Metric.id)
    ):
        followers[row[0]] = row[1]  # later days overwrite
    posts = session.execute(
        select(Post, Channel.platform)
        .join(Channel, Channel.id == Post.channel_id)
        .order_by(Post.channel_id, Post.published_at.desc())
        .execution_options(yield_per=2_000)
    )
    for channel_id, rows in groupby(posts, key=lambda row: row[0].channel_id):
        own = list(rows)
        size = followers.get(channel_id)
        if size:
            platform = own[0][1]
            yield Account(channel_id, platform, size, tuple(_document(post, platform) for post, _ in own))

"""Draws of what packages will bring: one row an influencer, one column a possible future, the same futures for all.

All pieces on one platform in one week share a shock, so that a basket's band comes from summed columns and never from
summed ends of bands. A package's draws depend on the seed, on its own influencer and on nobody else in the list.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from matching.documents import POSTS_SOURCE, InfluencerDocument, Source
from matching.forecasting.history import NOTHING_KNOWN, History, read_history
from matching.forecasting.model import ForecastModel, Posterior, infer
from matching.market import band_of
from matching.performance import followers_by_platform

Draws = npt.NDArray[np.float32]

DRAWS = 2_000
_DISTRUST = {source: place for place, source in enumerate(Source)}
_AT_ONCE = 8
"""Rows whose draws stay in the nearer cache while they go through exponentials and sums."""
PIECES_MOST = 8
"""A longer series of one kind is drawn as so many pieces that each count for several: a little wider, never narrower."""


@dataclass(frozen=True, slots=True)
class ForecastRequest:
    """One influencer's package on one platform.

    `pieces` are (kind, count); `week` is the ISO week of publication; `figures` the least trusted source of followers and posts.
    """

    influencer_id: str
    platform: str
    followers: float
    pieces: tuple[tuple[str, int], ...]
    history: History = NOTHING_KNOWN
    week: str = ""
    figures: str = ""

    @property
    def tier(self) -> str:
        """The peer band of the account's size."""
        return band_of(self.followers)


@dataclass(frozen=True, slots=True)
class ForecastDraws:
    """Sums over a package's pieces, float32 arrays of shape (len(influencer_ids), number of draws).

    `reached` counts persons: an influencer's own pieces overlap in their pool. Add rows for views, engagements and
    clicks of a basket; persons of several influencers overlap too, which is the basket's business.
    """

    influencer_ids: tuple[str, ...]
    views: Draws
    engagements: Draws
    clicks: Draws
    reached: Draws


def request_for(
    document: InfluencerDocument,
    features: dict[str, object],
    *,
    platform: str,
    pieces: tuple[tuple[str, int], ...],
    week: str = "",
) -> ForecastRequest | None:
    """Return the request of an indexed influencer, or None when their size on the platform is unknown."""
    followers = followers_by_platform(document.channels).get(platform)
    if not followers:
        return None
    return ForecastRequest(
        influencer_id=document.id,
        platform=platform,
        followers=followers,
        pieces=pieces,
        history=read_history(features, platform),
        week=week,
        figures=_least_trusted(document, platform),
    )


def _least_trusted(document: InfluencerDocument, platform: str) -> str:
    """Return the least trusted source of the figures that a forecast on a platform stands on."""
    sources = {c.followers.source for c in document.channels if c.platform == platform and c.followers}
    if (posts := document.extra.get(POSTS_SOURCE)) is not None:
        sources.add(Source(posts))
    return max(sources, key=_DISTRUST.__getitem__, default=Source.SELF_DECLARED).value


def draw_outcomes(
    model: ForecastModel,
    requests: Sequence[ForecastRequest],
    *,
    seed: int,
    draws: int = DRAWS,
    are_joint: bool = True,
) -> ForecastDraws:
    """Return the draws of every request in the order given; a package with nothing to publish draws zeros.

    `are_joint=False` gives every row the same chance: right for the band of each package alone, several times faster, and
    wrong for sums over rows.
    """
    sums = draw_sums(model, requests, seed=seed, draws=draws, are_joint=are_joint)
    reached = _reached(model, requests, sums[0])
    ids = tuple(request.influencer_id for request in requests)
    return ForecastDraws(ids, sums[0], sums[1], sums[2], reached)


def draw_sums(
    model: ForecastModel,
    requests: Sequence[ForecastRequest],
    *,
    seed: int,
    draws: int = DRAWS,
    are_joint: bool = True,
) -> Draws:
    """Return views, engagements and clicks of `draw_outcomes`, shape (3, rows, draws), without counting persons."""
    posterior = infer(
        model,
        [request.history for request in requests],
        [request.platform for request in requests],
        [request.followers for request in requests],
    )
    pieces = [_pieces(model, request) for request in requests]
    sums = np.zeros((3, len(requests), draws), dtype=np.float32)
    for count in sorted({len(own) for own in pieces} - {0}):
        rows = [row for row, own in enumerate(pieces) if len(own) == count]
        group = [requests[row] for row in rows]
        kinds = np.array([pieces[row] for row in rows], dtype=np.float32)
        normals = (
            _joint_normals(model, group, count, seed=seed, draws=draws)
            if are_joint
            else _shared_normals(model, count, seed=seed, draws=draws)
        )
        sums[:, rows] = _outcomes(model, group, _rows_of(posterior, rows), kinds, normals)
    return sums


@dataclass(frozen=True, slots=True)
class _Normals:
    """Standard normals: `account` (rows, 2, d), `click` (rows, d), `piece` (rows, 2, pieces, d); rows may be 1."""

    account: Draws
    click: Draws
    piece: Draws


def _pieces(model: ForecastModel, request: ForecastRequest) -> list[tuple[float, float, float]]:
    """Return (offset of ln(views), spread of the kind, how many pieces it stands for) of every drawn piece."""
    pieces = []
    for name, count in request.pieces:
        if name not in model.unpublished_kinds and count > 0:
            drawn = min(count, PIECES_MOST)
            pieces += [(*model.kind(name), count / drawn)] * drawn
    return pieces


def _rows_of(posterior: Posterior, rows: list[int]) -> Posterior:
    return Posterior(posterior.mean[rows], posterior.covariance[rows], posterior.within[rows])


def _joint_normals(
    model: ForecastModel, group: Sequence[ForecastRequest], count: int, *, seed: int, draws: int
) -> _Normals:
    own = np.empty((len(group), 3 + 2 * count, draws), dtype=np.float32)
    shocks = {
        (request.platform, request.week): _stream(
            seed, "shock", request.platform, request.week
        ).standard_normal((2, 1, draws), dtype=np.float32)
        for request in group
    }
    for row, request in enumerate(group):
        _stream(seed, "influencer", request.influencer_id).standard_normal(dtype=np.float32, out=own[row])
    shock = np.stack([shocks[request.platform, request.week] for request in group])
    return _shaped(model, own, shock, count)


def _shared_normals(model: ForecastModel, count: int, *, seed: int, draws: int) -> _Normals:
    own, shock = _chances_of_any(count, seed, draws)
    return _shaped(model, own.copy(), shock, count)


@lru_cache(maxsize=64)
def _chances_of_any(count: int, seed: int, draws: int) -> tuple[Draws, Draws]:
    """Return the standard normals that all rows share; every list of results asks for the same few."""
    own = _stream(seed, "any").standard_normal((1, 3 + 2 * count, draws), dtype=np.float32)
    return own, _stream(seed, "shock", "any").standard_normal((1, 2, 1, draws), dtype=np.float32)


def _shaped(model: ForecastModel, own: Draws, shock: Draws, count: int) -> _Normals:
    """Mix the shock of all with what is a piece's own, and give views and engagements their correlation."""
    piece = own[:, 3:].reshape(len(own), 2, count, -1)
    piece *= np.float32((1 - model.shock) ** 0.5)
    piece += np.float32(model.shock**0.5) * shock
    correlation = model.within.correlation
    piece[:, 1] *= np.float32((1 - correlation**2) ** 0.5)
    piece[:, 1] += np.float32(correlation) * piece[:, 0]
    return _Normals(account=own[:, :2], click=own[:, 2], piece=piece)


def _outcomes(
    model: ForecastModel,
    group: Sequence[ForecastRequest],
    posterior: Posterior,
    kinds: Draws,
    normals: _Normals,
) -> Draws:
    """Return views, engagements and clicks of rows with equally many pieces, shape (3, rows, draws).

    How unsure the kinds are counts once for the package, on views and engagements alike: pieces of one kind err together.
    """
    widths = np.array([model.width(request.tier) for request in group], dtype=np.float32)[:, None, None]
    unsure = (kinds[:, :, 1] ** 2).mean(axis=1)[:, None, None]
    lower = np.linalg.cholesky(posterior.covariance + unsure).astype(np.float32) * widths
    sizes = np.log([request.followers for request in group])[:, None]
    moved = (lower @ normals.account).astype(np.float32)
    centre: Draws = (posterior.mean + sizes).astype(np.float32)[:, :, None] + moved
    within: Draws = posterior.within.astype(np.float32)[:, :, None] * widths
    drawn: Draws = np.empty((3, len(group), centre.shape[2]), np.float32)
    both = drawn[:2].transpose(1, 0, 2)
    for start in range(0, len(group), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        own = normals.piece[part] if len(normals.piece) > 1 else normals.piece
        _sum_pieces(both[part], centre[part], within[part], kinds[part], own)
    clicked = np.exp(np.float32(model.clicks[0]) + np.float32(model.clicks[1]) * normals.click)
    np.multiply(drawn[0], clicked, out=drawn[2])
    return drawn


def _sum_pieces(both: Draws, centre: Draws, within: Draws, kinds: Draws, normals: Draws) -> None:
    """Write what all pieces bring together to `both`, shape (rows, 2, draws)."""
    more = np.empty_like(both)
    for place in range(kinds.shape[1]):
        value = more if place else both
        np.multiply(within, normals[:, :, place], out=value)
        value += centre
        value += kinds[:, place, 0, None, None]
        np.exp(value, out=value)
        value *= kinds[:, place, 2, None, None]
        if place:
            both += value


def _stream(seed: int, *names: str) -> np.random.Generator:
    """Return a stream of its own: the same for the same seed and names, wherever it is drawn from."""
    content = "\x1f".join((str(seed), *names)).encode()
    key = int.from_bytes(hashlib.blake2b(content, digest_size=16).digest(), "little")
    return np.random.Generator(np.random.SFC64(key))


def _reached(model: ForecastModel, requests: Sequence[ForecastRequest], views: Draws) -> Draws:
    """Return persons reached: pool * (1 - exp(-views / (views per person * pool))), the pool twice the followers.

    Balls thrown at random into a pool of persons leave that share of it hit; a piece that travels beyond the pool
    (views above the pool) widens it to its own views.
    """
    followers = np.array([request.followers for request in requests], dtype=np.float32).reshape(-1, 1)
    people = views / np.float32(model.views_per_person)
    pool = np.maximum(np.float32(model.pool_followers) * followers, people)
    reached: Draws = pool * -np.expm1(-people / np.maximum(pool, 1.0))
    return reached

"""Stored features in few bytes: what always has the same fields is kept as rows of values, the rest as it is."""

from collections.abc import Mapping, Sequence
from typing import Any

_POST = ("id", "url", "published_at", "topics", "ln_rate")
_PERFORMANCE = ("platform", "z", "n", "mean_ln_rate", "expected_ln_rate", "variance")
_HISTORY = (
    "both",
    "only_views",
    "only_engagements",
    "both_views",
    "both_engagements",
    "only_views_mean",
    "only_engagements_mean",
    "scatter_views",
    "scatter_engagements",
    "newest",
)
"""Parts of the format: what has other fields is kept with their names."""


def shape_features(features: Mapping[str, Any]) -> list[Any]:
    """Return [posts, performance, history, all that is not in these shapes]; None where a shape does not fit."""
    rest = dict(features)
    posts, performance, history = (rest.get(name) for name in ("posts", "performance", "history"))
    shaped: list[Any] = [None, None, None]
    if isinstance(posts, list) and all(_has(post, _POST) for post in posts):
        shaped[0] = [list(post.values()) for post in rest.pop("posts")]
    if _has(performance, _PERFORMANCE):
        shaped[1] = list(rest.pop("performance").values())
    if isinstance(history, dict) and all(_has(own, _HISTORY) for own in history.values()):
        shaped[2] = [[platform, *own.values()] for platform, own in rest.pop("history").items()]
    return [*shaped, rest]


def restore_features(shaped: Sequence[Any]) -> dict[str, Any]:
    """Return the features that `shape_features` was given."""
    posts, performance, history, features = shaped
    if posts is not None:
        features["posts"] = [dict(zip(_POST, post, strict=True)) for post in posts]
    if performance is not None:
        features["performance"] = dict(zip(_PERFORMANCE, performance, strict=True))
    if history is not None:
        features["history"] = {platform: dict(zip(_HISTORY, own, strict=True)) for platform, *own in history}
    restored: dict[str, Any] = features
    return restored


def _has(values: object, names: tuple[str, ...]) -> bool:
    return isinstance(values, dict) and tuple(values) == names

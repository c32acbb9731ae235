"""Stored features in few bytes: what always has the same fields is kept as rows of values, the rest as it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from matching.features import DIGITS

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


PostMark = tuple[list[str], float | None]
"""Topics and ln(engagement rate) of a post, where an engine keeps them in columns."""


def leave_marks_out(shaped: list[Any]) -> list[Any]:
    """Return shaped features without the topics and rates of posts, which stand in columns; as they are where those lose."""
    posts = shaped[0]
    if posts is None or not all(_is_in_columns(*post[-2:]) for post in posts):
        return shaped
    return [[post[:-2] for post in posts], *shaped[1:]]


def put_marks_back(shaped: list[Any], marks: Sequence[PostMark]) -> list[Any]:
    """Undo `leave_marks_out`; `marks` are those of the posts in their order."""
    posts = shaped[0]
    if not posts or len(posts[0]) == len(_POST):
        return shaped
    return [[[*post, *mark] for post, mark in zip(posts, marks, strict=True)], *shaped[1:]]


def _is_in_columns(topics: object, rate: object) -> bool:
    is_rate_kept = rate is None or (isinstance(rate, float) and round(rate, DIGITS) == rate)
    return is_rate_kept and isinstance(topics, list) and all(type(topic) is str for topic in topics)


def restore_features(shaped: Sequence[Any]) -> dict[str, Any]:
    """Return the features that `shape_features` was given."""
    posts, performance, history, features = shaped
    if posts is not None:
        features["posts"] = [
            {"id": key, "url": url, "published_at": moment, "topics": topics, "ln_rate": rate}
            for key, url, moment, topics, rate in posts
        ]
    if performance is not None:
        features["performance"] = dict(zip(_PERFORMANCE, performance, strict=True))
    if history is not None:
        features["history"] = {platform: dict(zip(_HISTORY, own, strict=True)) for platform, *own in history}
    restored: dict[str, Any] = features
    return restored


def _has(values: object, names: tuple[str, ...]) -> bool:
    return isinstance(values, dict) and tuple(values) == names

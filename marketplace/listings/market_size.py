"""The follower gate as a condition of the market: larger accounts are shown only to who asks for them in words."""

from sqlalchemy import BindParameter, ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from marketplace.influencers.models import Influencer, Metric
from marketplace.influencers.queries import FOLLOWERS

_NEWER = aliased(Metric)


def is_within(least: int | BindParameter[int], most: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return the condition for rows of Influencer: no account above `most`, the largest at least `least`, by newest figures.

    Who has no figure yet is within: only a known size keeps anybody out.
    """
    return and_(~_has_newest(Metric.value > most), or_(_has_newest(Metric.value >= least), ~_has_newest()))


def _has_newest(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    is_overtaken = exists().where(
        _NEWER.channel_id == Metric.channel_id, _NEWER.name == FOLLOWERS, _NEWER.as_of > Metric.as_of
    )
    return exists().where(
        Metric.influencer_id == Influencer.id, Metric.name == FOLLOWERS, ~is_overtaken, *conditions
    )

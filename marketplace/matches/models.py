"""Stored rankings and their receipts, so that every place in a list can be explained and replayed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id
from marketplace.matches.corrections import CorrectionItem
from marketplace.matches.domain import RunPurpose


class MatchRun(Base):
    """One ranking of influencers for one version of a brief."""

    __tablename__ = "match_run"
    __table_args__ = (one_of("purpose", RunPurpose),)

    id: Mapped[str] = id_column(default=new_id)
    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id"), index=True)
    brief_version_id: Mapped[str | None] = mapped_column(ForeignKey("brief_version.id"))
    purpose: Mapped[str] = mapped_column(
        String(10), default=RunPurpose.BRIEF, server_default=str(RunPurpose.BRIEF)
    )
    created_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    criteria_hash: Mapped[str] = mapped_column(String(64))
    criteria: Mapped[dict[str, Any]]
    understood: Mapped[dict[str, Any]]
    refusals: Mapped[dict[str, Any]]
    pool_size: Mapped[int]
    #: how all of the pool divide (matches.pool_counts)
    pool_counts: Mapped[dict[str, Any] | None]
    generation: Mapped[str] = mapped_column(String(60))
    formula_version: Mapped[str] = mapped_column(String(20))
    formula: Mapped[dict[str, Any]]


class MatchResult(Base):
    """One place in a run with its whole receipt."""

    __tablename__ = "match_result"
    __table_args__ = (UniqueConstraint("run_id", "influencer_id"), UniqueConstraint("run_id", "rank"))

    id: Mapped[str] = id_column(default=new_id)
    run_id: Mapped[str] = mapped_column(ForeignKey("match_run.id"))
    influencer_id: Mapped[str] = mapped_column(String(20), index=True)
    rank: Mapped[int]
    score: Mapped[float]
    receipt: Mapped[dict[str, Any]]
    #: by what the place can be found among the others (matches.facets), as it was when the list was made
    facets: Mapped[dict[str, Any] | None]
    #: what was forecast for the package, as `matching.forecasting.bands.Forecast` writes it
    forecast: Mapped[dict[str, Any] | None]


class MatchCorrection(Base):
    """What a brand put instead of one thing that was understood of its brief; the newest of an item is in force."""

    __tablename__ = "match_correction"
    __table_args__ = (one_of("item", CorrectionItem), Index("ix_match_correction_brief_id", "brief_id"))

    id: Mapped[str] = id_column(default=new_id)
    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id"))
    brief_version_id: Mapped[str] = mapped_column(ForeignKey("brief_version.id"))
    item: Mapped[str] = mapped_column(String(20))
    #: what the brief itself asked; when that changes, the correction counts no more
    own: Mapped[list[Any]]
    #: what was understood and shown, to evaluate the reading by
    read: Mapped[list[Any]]
    #: None takes the correction before it back
    corrected: Mapped[list[Any] | None]
    corrected_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    corrected_at: Mapped[datetime]


class OwnPlace(Base):
    """Where an influencer stood for a brief when it was last worked out.

    `rank` is None when a filter keeps them out (`refusal` names it) or when too many fit closer.
    """

    __tablename__ = "own_place"
    __table_args__ = (
        UniqueConstraint("brief_id", "influencer_id"),
        CheckConstraint("rank > 0", name="rank_positive"),
        CheckConstraint("rank IS NULL OR refusal IS NULL", name="placed_or_refused"),
        Index("ix_own_place_influencer_id", "influencer_id"),
        Index("ix_own_place_computed_at", "computed_at"),
    )

    id: Mapped[str] = id_column(default=new_id)
    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id"))
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"))
    #: what was compared: a newer version of either makes the place stale
    brief_version_id: Mapped[str] = mapped_column(ForeignKey("brief_version.id"))
    influencer_version: Mapped[int]
    computed_at: Mapped[datetime]
    rank: Mapped[int | None]
    pool_size: Mapped[int]
    refusal: Mapped[str | None] = mapped_column(String(40))
    receipt: Mapped[dict[str, Any] | None]
    #: what would move the influencer up, best first (matching.counterfactuals.Move)
    moves: Mapped[list[Any] | None]
    formula_version: Mapped[str] = mapped_column(String(20))

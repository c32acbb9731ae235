"""What a brand looks for again and again: the search, whom it has found, and who wants to hear of new finds."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id
from marketplace.searches.domain import NAME_LENGTH_MAX, Pace

_IS_KEPT = text("deleted_at IS NULL")


class SavedSearch(Base):
    """The ranking of a brief with the corrections and the facets of the moment it was saved, under a name."""

    __tablename__ = "saved_search"
    __table_args__ = (
        Index(
            "uq_saved_search_name",
            "brand_id",
            "name",
            unique=True,
            sqlite_where=_IS_KEPT,
            postgresql_where=_IS_KEPT,
        ),
        Index("ix_saved_search_brand_id", "brand_id", "created_at"),
        Index("ix_saved_search_brief_id", "brief_id"),
        Index("ix_saved_search_ran_at", "ran_at"),
        CheckConstraint("places >= 0", name="places_counted"),
    )

    id: Mapped[str] = id_column(default=new_id)
    brand_id: Mapped[str] = mapped_column(ForeignKey("brand.id"))
    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH_MAX))
    #: item -> {"own", "values"} as `matches.corrections.Correction`; one that the brief overtook counts no more
    corrections: Mapped[dict[str, Any]]
    #: group -> codes as `matches.facets`
    facets: Mapped[dict[str, Any]]
    created_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    #: finds after this time are new to the brand
    opened_at: Mapped[datetime]
    #: finds after this time are marked in the list that was opened
    seen_until: Mapped[datetime]
    #: when everyone was ranked by it last, how many then passed every filter, and how many stand in its list
    ran_at: Mapped[datetime | None]
    #: when it last found somebody whom it had never found before
    found_at: Mapped[datetime | None]
    #: its last run failed: it is not run by itself before this time
    retry_at: Mapped[datetime | None]
    pool_size: Mapped[int] = mapped_column(default=0)
    places: Mapped[int] = mapped_column(default=0)
    #: the newest list that was kept with its receipts
    run_id: Mapped[str | None] = mapped_column(ForeignKey("match_run.id"))


class SearchFind(Base):
    """Somebody whom a search has found, once for ever, so that who comes back is no news."""

    __tablename__ = "search_find"
    __table_args__ = (UniqueConstraint("search_id", "influencer_id"),)

    id: Mapped[str] = id_column(default=new_id)
    search_id: Mapped[str] = mapped_column(ForeignKey("saved_search.id"))
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    found_at: Mapped[datetime]
    #: None: no longer among the places of the list
    rank: Mapped[int | None]


class SearchAlert(Base):
    """One person hears of the new finds of one search; without a row they do not."""

    __tablename__ = "search_alert"
    __table_args__ = (UniqueConstraint("search_id", "user_id"), one_of("pace", Pace))

    id: Mapped[str] = id_column(default=new_id)
    search_id: Mapped[str] = mapped_column(ForeignKey("saved_search.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    pace: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    #: what was found until then was told to them, or seen by them
    seen_at: Mapped[datetime]
    told_at: Mapped[datetime | None]

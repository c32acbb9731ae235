"""The basket of a brief: what it is chosen from, what was wished, what was chosen, and the proof of how good it is."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.baskets.domain import InviteOutcome, ProofState
from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id


class Basket(Base):
    """One a brief. `revision` grows with every choice, so that a proof of an older one is not taken for this one's."""

    __tablename__ = "basket"
    __table_args__ = (
        one_of("proof_state", ProofState),
        UniqueConstraint("brief_id"),
        CheckConstraint("revision >= 1", name="revision_counted"),
    )

    id: Mapped[str] = id_column(default=new_id)
    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id"))
    match_run_id: Mapped[str] = mapped_column(ForeignKey("match_run.id"))
    revision: Mapped[int] = mapped_column(default=1)
    #: the offers with their forecasts and audiences, as they stood when it was chosen (`matching.basket.pool.Pool`)
    pool: Mapped[dict[str, Any]]
    #: `domain.Wishes`
    wishes: Mapped[dict[str, Any]]
    #: who was chosen, and every figure shown of them (`reckoning.Figures`)
    figures: Mapped[dict[str, Any]]
    proof_state: Mapped[str] = mapped_column(String(20))
    #: {"share", "bound", "better_ids", "seconds", "solver", "proven_at"}
    proof: Mapped[dict[str, Any]] = mapped_column(default=dict)
    chosen_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    chosen_at: Mapped[datetime]


class BasketInvitation(Base):
    """What became of inviting one person out of a basket: an invitation, or the code of the refusal."""

    __tablename__ = "basket_invitation"
    __table_args__ = (
        one_of("outcome", InviteOutcome),
        UniqueConstraint("basket_id", "influencer_id"),
    )

    id: Mapped[str] = id_column(default=new_id)
    basket_id: Mapped[str] = mapped_column(ForeignKey("basket.id"))
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(20))
    invitation_id: Mapped[str | None] = mapped_column(ForeignKey("invitation.id"))
    refusal_codes: Mapped[list[Any]] = mapped_column(default=list)
    tried_at: Mapped[datetime]


class BasketForecast(Base):
    """The forecast of a basket as it stood when people were invited out of it; never changed, so that results are held against it."""

    __tablename__ = "basket_forecast"
    __table_args__ = (UniqueConstraint("basket_id", "number"),)

    id: Mapped[str] = id_column(default=new_id)
    basket_id: Mapped[str] = mapped_column(ForeignKey("basket.id"))
    number: Mapped[int]
    revision: Mapped[int]
    made_at: Mapped[datetime]
    model: Mapped[str] = mapped_column(String(20))
    assumptions: Mapped[str] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(String(3))
    #: [{"id", "total_minor"}] in the order of the list
    members: Mapped[list[Any]]
    #: {"unique", "views", "engagements"}: the bands that were shown of the whole
    bands: Mapped[dict[str, Any]]
    #: `matching.basket.kept_draws.KeptDraws`; NULL where the figures were made with another model than that of the day
    draws: Mapped[dict[str, Any] | None]


class Showcase(Base):
    """What the public home page shows of the newest baskets: figures without names, worked out by the worker."""

    __tablename__ = "basket_showcase"

    id: Mapped[str] = id_column(default=new_id)
    content: Mapped[dict[str, Any]]
    computed_at: Mapped[datetime] = mapped_column(index=True)

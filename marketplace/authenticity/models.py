"""How usual somebody's figures are, what peers look like, sampled comments, and contests of a sign."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.authenticity.domain import ContestStatus
from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id


class AuthenticityCheck(Base):
    """The signs of one influencer as last judged. `value` None: nothing could be checked."""

    __tablename__ = "authenticity_check"

    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"), primary_key=True)
    platform: Mapped[str | None] = mapped_column(String(20))
    band: Mapped[int | None]
    #: sign -> measured value, None where there is no data
    measured: Mapped[dict[str, Any]]
    #: the signs as matching.authenticity.Sign, in its order
    signs: Mapped[list[Any]]
    value: Mapped[float | None]
    document_version: Mapped[int]
    measured_at: Mapped[datetime]
    judged_at: Mapped[datetime | None]


class AuthenticityPeers(Base):
    """The distribution of a sign among peers: 201 quantiles. `platform` "" stands for all platforms of the band."""

    __tablename__ = "authenticity_peers"
    __table_args__ = (UniqueConstraint("platform", "band", "sign"),)

    id: Mapped[str] = id_column(default=new_id)
    platform: Mapped[str] = mapped_column(String(20))
    band: Mapped[int]
    sign: Mapped[str] = mapped_column(String(20))
    quantiles: Mapped[list[Any]]
    peers: Mapped[int]
    computed_at: Mapped[datetime]


class CommentSample(Base):
    """One sampled comment: which account wrote it and how many minutes after the post; its text is not kept."""

    __tablename__ = "comment_sample"
    __table_args__ = (
        UniqueConstraint("post_id", "account"),
        CheckConstraint("minutes >= 0", name="after_post"),
        Index("ix_comment_sample_account", "account"),
    )

    id: Mapped[str] = id_column(default=new_id)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), index=True)
    account: Mapped[str] = mapped_column(String(100))
    minutes: Mapped[int]


class AuthenticityContest(Base):
    """An influencer says that a sign is wrong or has a good reason; an operator decides once."""

    __tablename__ = "authenticity_contest"
    __table_args__ = (
        one_of("status", ContestStatus),
        Index("ix_authenticity_contest_of", "influencer_id", "created_at"),
    )

    id: Mapped[str] = id_column(default=new_id)
    influencer_id: Mapped[str] = mapped_column(ForeignKey("influencer.id"))
    sign: Mapped[str] = mapped_column(String(20))
    statement: Mapped[str] = mapped_column(Text)
    evidence_url: Mapped[str] = mapped_column(String(300), default="")
    status: Mapped[str] = mapped_column(String(20))
    #: the sign and the whole value when it was contested
    contested: Mapped[dict[str, Any]]
    value_before: Mapped[float | None]
    #: the whole value after the decision
    value_after: Mapped[float | None]
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

"""Topics that a site adds to the package's, and the builds of the index that bring them into use."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base, id_column, one_of
from marketplace.ids import new_id
from marketplace.topics.domain import BuildFailure, BuildStatus


class AddedTopic(Base):
    """One topic. Its words never change: another reading is another topic. Adding and retiring are numbered in one row."""

    __tablename__ = "added_topic"
    __table_args__ = (
        CheckConstraint("nearest_cosine BETWEEN -1.01 AND 1.01", name="cosine"),
        CheckConstraint(
            "(retired_at IS NULL) = (retired_change IS NULL) AND (retired_at IS NULL) = (retired_reason IS NULL)",
            name="retired_whole",
        ),
    )

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    parent: Mapped[str | None] = mapped_column(String(60))
    label_en: Mapped[str] = mapped_column(String(40))
    label_ar: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(160))
    name_ar: Mapped[str] = mapped_column(String(160))
    words_en: Mapped[str] = mapped_column(String(300), default="")
    words_ar: Mapped[str] = mapped_column(String(300), default="")
    #: the topic that lay nearest when it was added, and how near (a cosine)
    nearest: Mapped[str] = mapped_column(String(60))
    nearest_cosine: Mapped[float]
    added_change: Mapped[int] = mapped_column(unique=True)
    added_at: Mapped[datetime]
    added_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    retired_change: Mapped[int | None] = mapped_column(unique=True)
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    retired_reason: Mapped[str | None] = mapped_column(String(500))


class TopicBuild(Base):
    """One build of the index with the topics that were in force when it began; `change` is the last one it holds."""

    __tablename__ = "topic_build"
    __table_args__ = (
        one_of("status", BuildStatus),
        one_of("failure", BuildFailure),
        CheckConstraint("done <= whole", name="progress"),
    )

    id: Mapped[str] = id_column(default=new_id)
    #: counts the builds that were asked for
    number: Mapped[int] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(String(10), default=BuildStatus.WAITING)
    #: counts the changes of added topics; unknown until the build begins
    change: Mapped[int | None]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[datetime | None]
    #: when its worker was last seen at it
    seen_at: Mapped[datetime | None]
    #: influencers indexed so far, of how many
    done: Mapped[int] = mapped_column(default=0)
    whole: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(20))
    #: what the machine said, for whoever looks after it
    failure_detail: Mapped[str] = mapped_column(Text, default="")

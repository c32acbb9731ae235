"""People of both sides with everything an operation asks of them: approved, verified, not suspended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.domain import BrandRole, OperatorRole, UserKind
from marketplace.accounts.models import User
from marketplace.brands.domain import BrandStatus
from marketplace.brands.models import Brand, Membership
from marketplace.ids import new_id
from marketplace.influencers.domain import FigureSource, InfluencerStatus, Platform
from marketplace.influencers.models import Channel, Influencer, Metric
from marketplace.policies import Actor
from tests.clock import START


@dataclass(frozen=True)
class BrandSide:
    """A brand, one of its members and that member as an actor."""

    brand: Brand
    user: User
    actor: Actor


@dataclass(frozen=True)
class InfluencerSide:
    """An influencer with one proven channel, their user and that user as an actor."""

    influencer: Influencer
    channel: Channel
    user: User
    actor: Actor


@dataclass(frozen=True)
class OperatorSide:
    """A member of staff."""

    user: User
    actor: Actor


def build_user(
    session: Session, *, kind: str = UserKind.BRAND, role: str | None = None, now: datetime = START
) -> User:
    """A verified user; `role` is that of an operator."""
    user = User(
        email=f"{new_id()}@example.test",
        email_verified_at=now,
        password_hash="not-a-hash",
        kind=kind,
        operator_role=role,
        display_name="Sara Example",
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def build_brand(
    session: Session, *, role: str = BrandRole.OWNER, country: str = "SA", now: datetime = START
) -> BrandSide:
    """An approved brand with one member of the role."""
    user = build_user(session, now=now)
    brand = Brand(
        name="Qahwa House",
        name_ar="بيت القهوة",
        country=country,
        city="Riyadh",
        category="food",
        status=BrandStatus.APPROVED,
        created_at=now,
    )
    session.add(brand)
    session.flush()
    actor = join_brand(session, brand=brand, user=user, role=role, now=now)
    return BrandSide(brand, user, actor)


def join_brand(session: Session, *, brand: Brand, user: User, role: str, now: datetime = START) -> Actor:
    """Make the user a member and return them as an actor."""
    session.add(Membership(user_id=user.id, brand_id=brand.id, role=role, created_at=now))
    session.flush()
    return Actor(kind=UserKind.BRAND, user_id=user.id, brand_id=brand.id, brand_role=role, is_verified=True)


def build_influencer(
    session: Session, *, followers: int = 12_000, is_proven: bool = True, now: datetime = START
) -> InfluencerSide:
    """A listed influencer with one Instagram channel and its latest follower count."""
    user = build_user(session, kind=UserKind.INFLUENCER, now=now)
    handle = f"h{new_id()}"
    influencer = Influencer(
        user_id=user.id,
        handle=handle,
        name="Noura Example",
        name_ar="نورة مثال",
        bio="Speciality coffee, brewed at home.",
        languages=["ar", "en"],
        country="SA",
        city="Riyadh",
        claimed_topics=["coffee"],
        consented_at=now,
        status=InfluencerStatus.LISTED,
        created_at=now,
        updated_at=now,
    )
    session.add(influencer)
    session.flush()
    channel = build_channel(session, influencer=influencer, followers=followers, is_proven=is_proven, now=now)
    actor = Actor(kind=UserKind.INFLUENCER, user_id=user.id, influencer_id=influencer.id, is_verified=True)
    return InfluencerSide(influencer, channel, user, actor)


def build_channel(
    session: Session, *, influencer: Influencer, followers: int, is_proven: bool = True, now: datetime = START
) -> Channel:
    """A channel with one follower figure of the day before."""
    channel = Channel(
        influencer_id=influencer.id,
        platform=Platform.INSTAGRAM,
        handle=new_id(),
        url=f"https://www.instagram.com/{influencer.handle}/",
        proof_code="ATHAR-1234",
        proven_at=now if is_proven else None,
        created_at=now,
    )
    session.add(channel)
    session.flush()
    session.add(
        Metric(
            influencer_id=influencer.id,
            channel_id=channel.id,
            name="followers",
            value=followers,
            source=FigureSource.REVIEWED,
            as_of=(now - timedelta(days=1)).date(),
            sample_size=None,
        )
    )
    session.flush()
    return channel


def build_operator(
    session: Session, *, role: str = OperatorRole.SENIOR, now: datetime = START
) -> OperatorSide:
    """A member of staff of the role."""
    user = build_user(session, kind=UserKind.OPERATOR, role=role, now=now)
    actor = Actor(kind=UserKind.OPERATOR, user_id=user.id, operator_role=role, is_verified=True)
    return OperatorSide(user, actor)

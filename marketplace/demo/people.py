"""Seeding everyone: operators, brands with their teams, influencers with channels, figures, posts and listings."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.domain import BrandRole, OperatorRole, UserKind
from marketplace.accounts.models import User
from marketplace.accounts.operations import add_user
from marketplace.brands.domain import BrandStatus
from marketplace.brands.operations import decide_brand, found_brand, join_brand
from marketplace.demo.stage import Stage
from marketplace.demo.world import KINDS, BrandPlan, InfluencerPlan
from marketplace.influencers.channels import add_channel, mark_channel_proven, request_channel_proof
from marketplace.influencers.domain import FigureSource
from marketplace.influencers.figures import PostValues, add_posts, record_metric, set_audience
from marketplace.influencers.models import Channel
from marketplace.influencers.operations import consent_to_listing, create_influencer
from marketplace.listings.decisions import approve_version
from marketplace.listings.models import Listing
from marketplace.listings.operations import save_draft_version, submit_listing
from marketplace.listings.terms import ListingTerms
from marketplace.policies import Actor

PASSWORD = "walk-the-dunes-2026"  # noqa: S105  # printed by `make demo`; exists in the demo only
DOMAIN = "demo.athar.example"
OPERATORS = (("operator", OperatorRole.ADMIN, "Hala", "en"), ("operator2", OperatorRole.SENIOR, "Adel", "ar"))
ROLES = (("owner", BrandRole.OWNER), ("approver", BrandRole.APPROVER), ("buyer", BrandRole.BUYER))
URLS = {
    "instagram": "https://www.instagram.com/{}/",
    "tiktok": "https://www.tiktok.com/@{}",
    "youtube": "https://www.youtube.com/@{}",
    "snapchat": "https://www.snapchat.com/add/{}",
    "x": "https://x.com/{}",
}
POST_URLS = {
    "instagram": "https://www.instagram.com/reel/{}/",
    "tiktok": "https://www.tiktok.com/@athar.example/video/{}",
    "youtube": "https://www.youtube.com/watch?v={}",
    "snapchat": "https://www.snapchat.com/spotlight/{}",
    "x": "https://x.com/i/status/{}",
}


def post_url(platform: str, post_id: str) -> str:
    """Return an address of a post on its own platform. No platform gives out such ids: the link leads to nobody."""
    return POST_URLS[platform].format(post_id)


def brand_email(number: int, role: str = "owner") -> str:
    return f"brand{number + 1}.{role}@{DOMAIN}"


def influencer_email(number: int) -> str:
    return f"influencer{number + 1}@{DOMAIN}"


def operator_email(name: str = "operator") -> str:
    return f"{name}@{DOMAIN}"


def _user(
    stage: Stage, session: Session, email: str, *, name: str, kind: UserKind, language: str, **more: str
) -> User:
    return add_user(
        session,
        passwords=stage.services.passwords,
        email=email,
        password=PASSWORD,
        display_name=name,
        kind=kind,
        language=language,
        is_verified=True,
        now=stage.clock(),
        **more,
    )


def seed_operators(stage: Stage) -> None:
    """Add the two operators."""
    with stage.scene() as session:
        for name, role, shown, language in OPERATORS:
            _user(
                stage,
                session,
                operator_email(name),
                name=shown,
                kind=UserKind.OPERATOR,
                language=language,
                operator_role=role,
            )


def seed_brand(stage: Stage, number: int, plan: BrandPlan, *, is_approved: bool) -> None:
    """Found a brand with owner, approver and buyer."""
    with stage.scene() as session:
        owner = _user(
            stage,
            session,
            brand_email(number),
            name=f"{plan.name} owner",
            kind=UserKind.BRAND,
            language=plan.language,
        )
        values = {
            "name": plan.name,
            "name_ar": plan.name_ar,
            "country": plan.country,
            "city": plan.city,
            "category": plan.category,
            "about": f"{plan.name} ({plan.name_ar}). An invented brand of the demo.",
        }
        brand = found_brand(session, user_id=owner.id, values=values, now=stage.clock())
        for role, membership in ROLES[1:]:
            user = _user(
                stage,
                session,
                brand_email(number, role),
                name=f"{plan.name} {role}",
                kind=UserKind.BRAND,
                language=plan.language,
            )
            join_brand(
                session,
                user_id=user.id,
                payload={"brand_id": brand.id, "role": membership},
                now=stage.clock(),
            )
        if is_approved:
            operator = stage.actor(session, operator_email())
            decide_brand(
                session, actor=operator, brand_id=brand.id, status=BrandStatus.APPROVED, now=stage.clock()
            )


def seed_influencers(
    stage: Stage, plans: list[InfluencerPlan], *, progress: Callable[[int, int], None]
) -> None:
    """Add everyone with channel, followers, audience and one listing, in portions."""
    for start in range(0, len(plans), 25):
        with stage.scene() as session:
            operator = stage.actor(session, operator_email())
            for plan in plans[start : start + 25]:
                _influencer(stage, session, plan, operator)
        progress(min(start + 25, len(plans)), len(plans))


def _influencer(stage: Stage, session: Session, plan: InfluencerPlan, operator: Actor) -> None:
    now = stage.clock()
    name = plan.name_ar if plan.language == "ar" else plan.name
    user = _user(
        stage,
        session,
        influencer_email(plan.number),
        name=name,
        kind=UserKind.INFLUENCER,
        language=plan.language,
    )
    influencer = create_influencer(
        session,
        handle=plan.handle,
        user_id=user.id,
        name=plan.name,
        name_ar=plan.name_ar,
        bio=plan.bio,
        languages=["ar", "en"] if plan.language == "ar" else ["en", "ar"],
        country=plan.country,
        city=plan.city,
        claimed_topics=list(plan.topics),
        refused_categories=list(plan.refused_categories),
        open_slots=plan.open_slots,
        now=now,
    )
    actor = Actor(kind=UserKind.INFLUENCER, user_id=user.id, influencer_id=influencer.id, is_verified=True)
    channel = add_channel(
        session,
        actor=actor,
        influencer_id=influencer.id,
        platform=plan.platform,
        handle=plan.handle.replace(".", "_"),
        url=URLS[plan.platform].format(plan.handle.replace(".", "_")),
        now=now,
    )
    if plan.is_proven:
        mark_channel_proven(session, actor=operator, channel_id=channel.id, now=now)
    _audience(stage, session, plan, operator if plan.is_proven else actor, channel.id)
    consent_to_listing(session, actor=actor, influencer_id=influencer.id, now=now)
    _listing(stage, session, plan, actor, operator)


def _audience(stage: Stage, session: Session, plan: InfluencerPlan, voucher: Actor, channel_id: str) -> None:
    """Record followers and audience as they are at this moment of the story."""
    now = stage.clock()
    source = FigureSource.REVIEWED if plan.is_proven else FigureSource.SELF_DECLARED
    as_of = (now - timedelta(days=2)).date()
    record_metric(
        session,
        actor=voucher,
        channel_id=channel_id,
        name="followers",
        value=plan.followers,
        source=source,
        as_of=as_of,
        now=now,
    )
    record_metric(
        session,
        actor=voucher,
        channel_id=channel_id,
        name="following",
        value=_following(plan),
        source=source,
        as_of=as_of,
        now=now,
    )
    for kind, shares in (("country", plan.audience_countries), ("language", plan.audience_languages)):
        set_audience(
            session,
            actor=voucher,
            channel_id=channel_id,
            kind=kind,
            shares=shares,
            source=source,
            as_of=as_of,
            now=now,
        )


def _following(plan: InfluencerPlan) -> int:
    """Return how many accounts somebody follows: a few hundred, and one in fifty thousands of them."""
    usual = 120 + plan.number * 37 % 700
    return 6_500 if plan.number % 50 == 17 else usual


def refresh_figures(
    stage: Stage, plans: list[InfluencerPlan], *, progress: Callable[[int, int], None]
) -> None:
    """Bring everyone's figures and posts up to the present of the story."""
    for start in range(0, len(plans), 25):
        with stage.scene() as session:
            operator = stage.actor(session, operator_email())
            for plan in plans[start : start + 25]:
                actor = stage.actor(session, influencer_email(plan.number))
                channel = session.scalars(
                    select(Channel).where(Channel.influencer_id == actor.influencer_id)
                ).one()
                voucher = operator if plan.is_proven else actor
                _audience(stage, session, plan, voucher, channel.id)
                _posts(stage, session, plan, voucher, channel.id)
        progress(min(start + 25, len(plans)), len(plans))


def _posts(stage: Stage, session: Session, plan: InfluencerPlan, voucher: Actor, channel_id: str) -> None:
    now = stage.clock()
    source = FigureSource.REVIEWED if plan.is_proven else FigureSource.SELF_DECLARED
    posts = [
        PostValues(
            url=post_url(plan.platform, f"athar-demo-{plan.handle.replace('.', '-')}-{place}"),
            published_at=now - timedelta(days=post.days_ago, hours=place % 20),
            text=post.text,
            hashtags=post.hashtags,
            views=post.views,
            likes=post.likes,
            comments=post.comments,
            shares=post.shares,
            saves=post.saves,
            is_sponsored=post.is_sponsored,
        )
        for place, post in enumerate(plan.posts)
    ]
    add_posts(session, actor=voucher, channel_id=channel_id, posts=posts, source=source, now=now)


def _listing(stage: Stage, session: Session, plan: InfluencerPlan, actor: Actor, operator: Actor) -> None:
    kind = KINDS[plan.platform][plan.number % len(KINDS[plan.platform])]
    is_arabic = plan.language == "ar"
    terms = ListingTerms(
        platform=plan.platform,
        title="باقة تجربة صادقة" if is_arabic else "An honest trial",
        description="أجرّب المنتج ثم أعرضه بكلامي، مع الإفصاح عن الإعلان."
        if is_arabic
        else "I try it first, then show it in my own words, named as advertising.",
        deliverables=((kind, 1),),
        currency=plan.currency,
        base_minor=plan.price_minor,
        turnaround_days=5 + plan.number % 6,
        amplification_month_minor=plan.price_minor // 4 // 10 * 10 or None,
        exclusivity_day_minor=plan.price_minor // 50 // 10 * 10 or None,
        rush_minor=plan.price_minor // 5 // 10 * 10 or None,
        rush_days=3,
    )
    version = save_draft_version(session, actor=actor, terms=terms, now=stage.clock())
    if is_on_sale(plan):
        submit_listing(session, actor=actor, listing_id=version.listing_id, now=stage.clock())
        approve_version(session, actor=operator, version_id=version.id, now=stage.clock())


def is_left_draft(plan: InfluencerPlan) -> bool:
    """Return whether the listing is still being written."""
    return plan.number % 29 == 28


def is_left_waiting(plan: InfluencerPlan) -> bool:
    """Return whether the listing is handed in at the end of the story and waits for an operator."""
    return plan.number % 57 == 40


def is_on_sale(plan: InfluencerPlan) -> bool:
    """Return whether the listing was approved when the story began."""
    return not (is_left_draft(plan) or is_left_waiting(plan))


def find_listing(session: Session, seller: Actor) -> Listing:
    """Return the one listing of a seeded influencer."""
    return session.scalars(select(Listing).where(Listing.influencer_id == seller.influencer_id)).one()


def hand_in_late(stage: Stage, plans: list[InfluencerPlan]) -> None:
    """Hand in what waits for operators: some listings and some channels, in the story's last hours."""
    for plan in plans:
        with stage.scene() as session:
            actor = stage.actor(session, influencer_email(plan.number))
            if is_left_waiting(plan):
                listing_id = find_listing(session, actor).id
                submit_listing(session, actor=actor, listing_id=listing_id, now=stage.clock())
            elif not plan.is_proven and plan.number % 3 == 0:
                channel = session.scalars(
                    select(Channel).where(Channel.influencer_id == actor.influencer_id)
                ).one()
                request_channel_proof(session, actor=actor, channel_id=channel.id, now=stage.clock())
            else:
                continue
        stage.pass_time(timedelta(minutes=50))

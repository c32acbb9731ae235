"""Deals of the story: applications, bookings paid with the play card, work and posts, what they brought."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Booking, Deliverable
from marketplace.deals import operations as deals
from marketplace.demo.briefs import SeededBrief
from marketplace.demo.people import brand_email, influencer_email, post_url
from marketplace.demo.stage import Stage
from marketplace.demo.world import InfluencerPlan, WorldPlan
from marketplace.errors import MarketplaceError
from marketplace.quotes.models import TermsSnapshot
from marketplace.results.operations import enter_figures, hand_in_result
from payments.payout_operations import plan_payout_account
from payments.queries import find_checkout, find_gateway_account_id


def candidates(world: WorldPlan, topic: str, *, limit: int) -> list[InfluencerPlan]:
    """Return proven micro-influencers with the topic first among theirs."""
    fitting = [
        plan
        for plan in world.influencers
        if topic in plan.topics and plan.is_proven and plan.followers <= 100_000 and plan.platform != "x"
    ]
    return sorted(fitting, key=lambda plan: (plan.topics[0] != topic, plan.number))[:limit]


def apply_all(
    stage: Stage, seeded: SeededBrief, people: Sequence[InfluencerPlan]
) -> list[tuple[str, InfluencerPlan]]:
    """Let people apply; who may not is left out. Returns (application id, person)."""
    applied = []
    for person in people:
        is_arabic = person.language == "ar"
        pitch = (
            "هذا موضوعي كل أسبوع، وسأجرّب المنتج قبل أن أتكلم عنه."
            if is_arabic
            else "This is what I do every week; I will try it before I speak."
        )
        try:
            with stage.scene() as session:
                actor = stage.actor(session, influencer_email(person.number))
                row = deals.submit_application(
                    session, actor=actor, brief_id=seeded.brief_id, pitch=pitch, now=stage.clock()
                )
                applied.append((row.id, person))
        except MarketplaceError:
            continue  # a full calendar, a refused category: as in life
    return applied


def book(stage: Stage, seeded: SeededBrief, application_id: str) -> str:
    """Quote an application and accept the quote; returns the booking's id."""
    with stage.scene() as session:
        owner = stage.actor(session, brand_email(seeded.brand))
        quote = deals.quote_application(
            session, actor=owner, application_id=application_id, now=stage.clock()
        )
        booking = bookings.accept_quote(
            session, actor=owner, quote_id=quote.id, seen_hash=quote.hash, now=stage.clock()
        )
        return booking.id


def pay(stage: Stage, brand: int, booking_id: str) -> None:
    """Open the checkout of a booking of a brand (its number in the story) and pay it with the play card."""
    base = stage.services.settings.base_url
    with stage.scene() as session:
        owner = stage.actor(session, brand_email(brand))
        bookings.start_payment(
            session,
            actor=owner,
            booking_id=booking_id,
            success_url=f"{base}/bookings/{booking_id}/payment-return",
            cancel_url=f"{base}/bookings/{booking_id}/pay",
            now=stage.clock(),
        )
    stage.settle()
    with stage.scene() as session:
        checkout = find_checkout(session, booking_ref=booking_id)
    if checkout is not None and checkout.url:
        stage.sandbox.pay_checkout(checkout.url.rstrip("/").rsplit("/", 1)[-1].split("?")[0])
    stage.settle()


def open_payout_account(stage: Stage, person: InfluencerPlan) -> None:
    """Make the connected account and complete its onboarding."""
    with stage.scene() as session:
        actor = stage.actor(session, influencer_email(person.number))
        plan_payout_account(
            session,
            payee_ref=actor.influencer_id or "",
            country=person.country,
            email=influencer_email(person.number),
            display_name=person.name,
            now=stage.clock(),
        )
    stage.settle()
    with stage.scene() as session:
        payee_ref = stage.actor(session, influencer_email(person.number)).influencer_id or ""
        gateway_account_id = find_gateway_account_id(session, payee_ref=payee_ref)
    if gateway_account_id:
        stage.sandbox.complete_onboarding(gateway_account_id, legal_name=person.name)
    stage.settle()


def deliver(stage: Stage, booking_id: str, person: InfluencerPlan) -> None:
    """Hand in every deliverable."""
    for deliverable_id in deliverable_ids(stage, booking_id):
        with stage.scene() as session:
            actor = stage.actor(session, influencer_email(person.number))
            text = (
                "المسودة الأولى جاهزة للمراجعة."
                if person.language == "ar"
                else "The first version is ready to be reviewed."
            )
            bookings.submit_work(
                session,
                actor=actor,
                deliverable_id=deliverable_id,
                text=text,
                links=["https://video.example.test/draft"],
                now=stage.clock(),
            )
    stage.settle()


def approve(stage: Stage, brand: int, booking_id: str) -> None:
    """Approve every submission of a booking of a brand (its number in the story)."""
    for deliverable_id in deliverable_ids(stage, booking_id):
        with stage.scene() as session:
            owner = stage.actor(session, brand_email(brand))
            bookings.approve_submission(
                session, actor=owner, deliverable_id=deliverable_id, now=stage.clock()
            )
    stage.settle()


def publish(stage: Stage, booking_id: str, person: InfluencerPlan) -> None:
    """Hand in the live post of everything that is published."""
    for deliverable_id in deliverable_ids(stage, booking_id, is_published=True):
        with stage.scene() as session:
            actor = stage.actor(session, influencer_email(person.number))
            platform = session.get_one(Deliverable, deliverable_id).platform
            bookings.submit_publication(
                session,
                actor=actor,
                deliverable_id=deliverable_id,
                url=post_url(platform, deliverable_id),
                disclosure="إعلان" if person.language == "ar" else "Ad",
                posted_at=stage.clock(),
                now=stage.clock(),
            )
    stage.settle()


def confirm(stage: Stage, seeded: SeededBrief, booking_id: str) -> None:
    """Confirm every live post; the money moves."""
    for deliverable_id in deliverable_ids(stage, booking_id, is_published=True):
        with stage.scene() as session:
            owner = stage.actor(session, brand_email(seeded.brand))
            bookings.confirm_publication(
                session, actor=owner, deliverable_id=deliverable_id, now=stage.clock()
            )
    stage.settle()


def measure(stage: Stage, booking_id: str, person: InfluencerPlan) -> None:
    """Hand in what every live post brought: drawn from what the person's own posts bring."""
    for deliverable_id in deliverable_ids(stage, booking_id, is_published=True):
        usual = stage.random.choice(person.posts)
        with stage.scene() as session:
            hand_in_result(
                session,
                actor=stage.actor(session, influencer_email(person.number)),
                deliverable_id=deliverable_id,
                counts={
                    "views": usual.views,
                    "likes": usual.likes,
                    "comments": usual.comments,
                    "shares": usual.shares,
                    "saves": usual.saves,
                    "clicks": int(usual.views * stage.random.uniform(0.002, 0.015)),
                },
                as_of=stage.clock().date(),
                now=stage.clock(),
            )
    stage.settle()


def tell_sales(stage: Stage, seeded: SeededBrief) -> None:
    """Let every other brand say what its brief earned."""
    if seeded.number % 2:
        return
    with stage.scene() as session:
        enter_figures(
            session,
            actor=stage.actor(session, brand_email(seeded.brand)),
            brief_id=seeded.brief_id,
            conversions=stage.random.randint(15, 90),
            sales_minor=stage.random.randint(40, 120) * 10_000,
            margin_bps=stage.random.choice((3_500, 4_000, 4_500)),
            now=stage.clock(),
        )


def deliverable_ids(stage: Stage, booking_id: str, *, is_published: bool | None = None) -> list[str]:
    """Return a booking's deliverables in order."""
    statement = (
        select(Deliverable.id).where(Deliverable.booking_id == booking_id).order_by(Deliverable.number)
    )
    if is_published is not None:
        statement = statement.where(Deliverable.is_published.is_(is_published))
    with stage.scene() as session:
        return list(session.scalars(statement).all())


def first_criterion(session: Session, booking_id: str) -> str:
    """Return the id of the first acceptance criterion of a booking."""
    terms = session.get_one(TermsSnapshot, session.get_one(Booking, booking_id).terms_id)
    return str(terms.criteria[0]["id"])

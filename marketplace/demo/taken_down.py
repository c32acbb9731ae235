"""Posts that their brands report as gone: one waits for evidence, one was shown again, one was ruled by two operators."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.domain import BrandRole
from marketplace.accounts.models import User
from marketplace.bookings import operations as bookings
from marketplace.bookings.domain import DeliverableStatus, PublicationStatus
from marketplace.bookings.models import Booking, Contest, Deliverable, Publication
from marketplace.bookings.rulings import RulingInput
from marketplace.brands.models import Membership
from marketplace.demo.people import operator_email
from marketplace.demo.second_person import approve
from marketplace.demo.stage import Stage
from marketplace.disputes.operations import decide_contest
from marketplace.influencers.models import Influencer

SEEN = "Since yesterday the address leads to an empty page; a friend of ours does not find the post either."
UP = "المنشور قائم؛ كان الحساب خاصًا لساعة واحدة أثناء تغيير كلمة المرور."
REASON = (
    "We looked on two days from three places: the post is gone, long before its thirty days were over.",
    "اطّلعنا في يومين ومن ثلاثة أماكن: حُذف المنشور قبل انقضاء أيامه الثلاثين بكثير.",
)
#: so long before the end of a post's days it is reported at the latest
LEFT_LEAST = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class LivePost:
    """A paid post whose days are not over, with who is on either side."""

    deliverable_id: str
    brand_email: str
    influencer_email: str


Scene = Callable[[Stage, LivePost, str], None]


def play_taken_down(stage: Stage) -> None:
    """Report a few posts, each of which goes another way."""
    with stage.scene() as session:
        posts = _live_posts(session, stage)
    scenes: tuple[Scene, ...] = (_give_evidence, _show, _rule)
    for play, post in zip(scenes, posts, strict=False):
        with stage.scene() as session:
            contest_id = bookings.report_taken_down(
                session,
                actor=stage.actor(session, post.brand_email),
                deliverable_id=post.deliverable_id,
                statement=SEEN,
                links=["https://status.example.test/looked-at"],
                now=stage.clock(),
            ).id
        play(stage, post, contest_id)
        stage.settle()


def _live_posts(session: Session, stage: Stage) -> Sequence[LivePost]:
    """Return the newest paid post of each influencer, newest first."""
    owner, seller = aliased(User), aliased(User)
    rows = session.execute(
        select(Deliverable.id, owner.email, seller.email)
        .join(Publication, Publication.deliverable_id == Deliverable.id)
        .join(Booking, Booking.id == Deliverable.booking_id)
        .join(Membership, (Membership.brand_id == Booking.brand_id) & (Membership.role == BrandRole.OWNER))
        .join(owner, owner.id == Membership.user_id)
        .join(Influencer, Influencer.id == Booking.influencer_id)
        .join(seller, seller.id == Influencer.user_id)
        .where(
            Deliverable.status == DeliverableStatus.RELEASED,
            Publication.status == PublicationStatus.CONFIRMED,
            Publication.posted_at > stage.clock() - timedelta(days=30) + LEFT_LEAST,
        )
        .order_by(Publication.posted_at.desc(), Deliverable.id)
    )
    newest: dict[str, LivePost] = {}
    for deliverable_id, brand_email, influencer_email in rows:
        newest.setdefault(influencer_email, LivePost(deliverable_id, brand_email, influencer_email))
    return list(newest.values())


def _give_evidence(stage: Stage, post: LivePost, contest_id: str) -> None:
    with stage.scene() as session:
        bookings.add_evidence(
            session,
            actor=stage.actor(session, post.influencer_email),
            contest_id=contest_id,
            text="لم أحذف المنشور؛ سألت المنصة لماذا لا يظهر.",
            now=stage.clock(),
        )


def _show(stage: Stage, post: LivePost, contest_id: str) -> None:
    with stage.scene() as session:
        bookings.show_post(
            session,
            actor=stage.actor(session, post.influencer_email),
            contest_id=contest_id,
            text=UP,
            now=stage.clock(),
        )


def _rule(stage: Stage, post: LivePost, contest_id: str) -> None:
    """Let one operator decide and another approve; both sides may still appeal."""
    reason_en, reason_ar = REASON
    _give_evidence(stage, post, contest_id)
    with stage.scene() as session:
        contest = session.get_one(Contest, contest_id)
        found = {"verdict": "not_met", "en": "", "ar": ""}
        asked = decide_contest(
            session,
            actor=stage.actor(session, operator_email()),
            contest_id=contest_id,
            given=RulingInput(dict.fromkeys(contest.criteria, found), reason_en, reason_ar),
            now=stage.clock(),
        )
        request_id = asked.id if asked is not None else ""
    stage.settle()
    approve(stage, request_id)

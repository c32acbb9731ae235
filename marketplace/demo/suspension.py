"""One account that operators suspended, and its owner's appeal, so that their pages are not empty."""

from sqlalchemy import exists, select

from marketplace.accounts.models import User
from marketplace.bookings.models import Booking
from marketplace.deals.models import Application, Invitation
from marketplace.demo.people import operator_email
from marketplace.demo.stage import Stage
from marketplace.influencers.models import Influencer
from marketplace.moderation.domain import DecisionAction
from marketplace.moderation.operations import DecisionInput, file_appeal
from marketplace.moderation.suspensions import decide_about_account

REASON_EN = "The profile stands under a name that belongs to somebody else; three people told us so."
REASON_AR = "الملف باسم شخص آخر، وقد أبلغنا بذلك ثلاثة أشخاص."
APPEAL = "The name is mine: we are cousins and share it. I can send a paper that shows it."


def play_suspension(stage: Stage) -> None:
    """Suspend the last influencer who has no deal with anybody, then let them appeal."""
    is_busy = (
        exists().where(Booking.influencer_id == Influencer.id)
        | exists().where(Application.influencer_id == Influencer.id)
        | exists().where(Invitation.influencer_id == Influencer.id)
    )
    with stage.scene() as session:
        user = session.scalars(
            select(User)
            .join(Influencer, Influencer.user_id == User.id)
            .where(~is_busy)
            .order_by(Influencer.handle.desc())
            .limit(1)
        ).one_or_none()
        if user is None:
            return
        decision = decide_about_account(
            session,
            actor=stage.actor(session, operator_email("operator2")),
            user_id=user.id,
            given=DecisionInput(DecisionAction.SUSPEND, "identity", REASON_EN, REASON_AR),
            now=stage.clock(),
        )
        file_appeal(
            session,
            actor=stage.actor(session, user.email),
            decision_id=decision.id,
            text=APPEAL,
            now=stage.clock(),
        )
    stage.settle()

"""What the ranking knows of the demo's people: the formula in force, checked figures, what posts prove, one contest."""

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.authenticity.keeping import keep_authenticity
from marketplace.authenticity.operations import contest_sign
from marketplace.authenticity.queries import list_unusual
from marketplace.chores import keep_formulas
from marketplace.demo.stage import Stage
from marketplace.influencers.models import Influencer
from marketplace.specialists.keeping import keep_specialism

STATEMENT = {
    "en": "I asked for comments as entries to a competition in that week; the post with the rules is linked.",
    "ar": "طلبت التعليق شرطًا للمشاركة في مسابقة ذلك الأسبوع؛ رابط منشور الشروط مرفق.",
}


def know_people(stage: Stage) -> None:
    """Let the chores look at everybody until nothing moves, then let somebody explain an unusual figure."""
    keep_formulas(stage.services, stage.clock())
    for _round in range(2):  # a value that was found changes the index, which is looked at again
        keep_authenticity(stage.services, stage.clock())
        stage.worker.settle()
    keep_specialism(stage.services, stage.clock())
    stage.worker.settle()
    keep_specialism(stage.services, stage.clock())
    with stage.scene() as session:
        lines = list_unusual(session, limit=5)
        for line in lines[1:2]:
            influencer = session.get_one(Influencer, line.influencer_id)
            user = session.scalars(select(User).where(User.id == influencer.user_id)).one()
            contest_sign(
                session,
                actor=stage.actor(session, user.email),
                influencer_id=influencer.id,
                sign=line.signs[0].name,
                statement=STATEMENT[user.language],
                evidence_url=f"https://{line.platform or 'instagram'}.example/{influencer.handle}/rules",
                now=stage.clock(),
            )
    stage.settle()

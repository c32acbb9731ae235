"""A figure that is called unusual and that its owner explains: how it is shown, and what a decision does."""

from sqlalchemy.orm import Session

from marketplace.authenticity.domain import ContestStatus
from marketplace.authenticity.models import AuthenticityContest
from marketplace.authenticity.operations import decide_contest
from marketplace.influencers.models import Influencer
from marketplace.moderation.domain import DecisionAction
from marketplace.moderation.subject_views import Named, Ruling, SubjectView


def view_contested_sign(session: Session, subject_id: str, version_ref: str) -> SubjectView:
    """Show what an influencer says of a figure that is called unusual; `version_ref` is the contest."""
    contest = session.get_one(AuthenticityContest, version_ref)
    influencer = session.get_one(Influencer, subject_id)
    share = contest.contested.get("percentile")
    fields = {
        "sign": contest.sign,
        "percentile": share,
        "peers": contest.contested.get("peers"),
        "statement": contest.statement,
        "evidence": contest.evidence_url,
    }
    return SubjectView(
        title=f"@{influencer.handle}",
        owner=Named(influencer.name, influencer.name_ar),
        fields=fields,
        before={},
        brand_id=None,
        influencer_id=influencer.id,
        is_current=True,
        is_waiting=contest.status == ContestStatus.OPEN,
    )


def decide_contested_sign(session: Session, _subject_id: str, version_ref: str, ruling: Ruling) -> None:
    decide_contest(
        session, contest_id=version_ref, is_accepted=ruling.action == DecisionAction.APPROVE, now=ruling.now
    )

"""The persona's own places: some briefs whose rank was asked for, so that the list of open briefs shows them."""

from marketplace.briefs.queries import list_open_briefs
from marketplace.demo.people import influencer_email
from marketplace.demo.stage import Stage
from marketplace.matches import operations as matches

PEOPLE = 3
BRIEFS = 4


def work_out_places(stage: Stage) -> None:
    """Let a few influencers ask where they stand for the newest open briefs."""
    search = stage.services.search
    if search is None:
        return
    with stage.scene() as session:
        brief_ids = [row.brief.id for row in list_open_briefs(session, limit=BRIEFS).rows]
    for number in range(PEOPLE):
        for brief_id in brief_ids:
            with stage.scene() as session:
                actor = stage.actor(session, influencer_email(number))
                question = matches.ask_own_place(session, actor=actor, brief_id=brief_id)
                own = matches.rank_own(question, search=search, now=stage.clock())
                matches.store_own_place(session, question, own, now=stage.clock())

"""Pages of the specialist index: an influencer's own with the evidence, the operators' look at fame."""

from flask import Blueprint, render_template

from marketplace.db import db
from marketplace.influencers.pages import own_row
from marketplace.influencers.queries import profile_view
from marketplace.matches.fame import ALARM_RHO, fame_of_site
from marketplace.policies import Permission
from marketplace.specialists import words
from marketplace.specialists.fame import ALARM_R2
from marketplace.specialists.queries import specialism_of
from marketplace.web.access import requires
from marketplace.web.context import now

blueprint = Blueprint("specialists", __name__)


for teller in (
    words.band_label,
    words.component_label,
    words.component_rows,
    words.place_sentence,
    words.proof_of,
):
    blueprint.add_app_template_global(teller)


@blueprint.get("/profile/specialism")
@requires(Permission.INFLUENCER_EDIT)
def own_specialism() -> str:
    """Show an influencer what their posts prove, and how it was computed."""
    row = own_row()
    return render_template(
        "specialists/own_specialism.html",
        influencer=row,
        view=profile_view(db.session, influencer=row, today=now().date()),
        specialism=specialism_of(db.session, influencer_id=row.id),
        current="specialism",
    )


@blueprint.get("/operate/ranking/fame")
@requires(Permission.CASE_VIEW)
def fame() -> str:
    """Show operators how far followers explain the index and the order of results."""
    index, results = fame_of_site(db.session)
    return render_template(
        "specialists/fame.html",
        index=index,
        results=results,
        alarm_r2=ALARM_R2,
        alarm_rho=ALARM_RHO,
        current="fame",
    )

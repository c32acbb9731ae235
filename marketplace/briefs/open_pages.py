"""Open briefs as influencers see them: whether they may apply is said before they do."""

from flask import render_template, request

from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.fit import fits_of, has_invitation, is_taking, own_application, price_of_version
from marketplace.briefs.pages import blueprint
from marketplace.briefs.queries import get_open_brief, list_open_briefs
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.language import gettext as _

__all__ = ["blueprint"]

OVER = frozenset({BriefStatus.CLOSED, BriefStatus.WITHDRAWN})


@blueprint.get("/briefs/open")
@requires(Permission.BRIEF_READ_OPEN)
def open_briefs() -> str:
    page = list_open_briefs(db.session, cursor=request.args.get("after"))
    actor = current_actor()
    fits = None
    if actor.influencer_id is not None:
        fits = fits_of(
            db.session,
            influencer_id=actor.influencer_id,
            briefs=page.rows,
            search=services().search,
            now=now(),
        )
    return render_template("briefs/open_briefs.html", page=page, fits=fits)


@blueprint.get("/briefs/open/<brief_id>")
@requires(Permission.BRIEF_READ_OPEN)
def open_brief(brief_id: str) -> str:
    row = get_open_brief(db.session, brief_id=brief_id)
    actor = current_actor()
    application, fit = None, None
    if actor.influencer_id is not None:
        application = own_application(db.session, brief_id=brief_id, influencer_id=actor.influencer_id)
        if row.brief.status in OVER and application is None:
            _require_invitation(brief_id, actor.influencer_id)
        fit = fits_of(db.session, influencer_id=actor.influencer_id, briefs=[row], search=None, now=now())[0]
    price = price_of_version(row.version, country=row.brand.country, now=now())
    return render_template(
        "briefs/open_brief.html",
        row=row,
        version=row.version,
        brand=row.brand,
        fit=fit,
        application=application,
        is_taking=is_taking(row.brief),
        price=price,
    )


def _require_invitation(brief_id: str, influencer_id: str) -> None:
    """Keep closed briefs to those who took part in them."""
    if not has_invitation(db.session, brief_id=brief_id, influencer_id=influencer_id):
        raise NotFound(_("This brief is closed."))

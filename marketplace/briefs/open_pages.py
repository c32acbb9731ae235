"""Open briefs as influencers see them: whether they may apply is said before they do, and their own place as it is kept."""

from flask import render_template

from marketplace.briefs.fit import fits_of, is_taking, price_of_version, read_open_brief
from marketplace.briefs.pages import blueprint
from marketplace.briefs.queries import list_open_briefs
from marketplace.db import db
from marketplace.matches.place_lines import list_own_place_lines
from marketplace.policies import Permission
from marketplace.quotes.charging import charges_at
from marketplace.taxes.queries import tax_country
from marketplace.taxes.sides import TaxSide
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services

__all__ = ["blueprint"]


@blueprint.get("/briefs/open")
@requires(Permission.BRIEF_READ_OPEN)
def open_briefs() -> str:
    page = list_open_briefs(db.session, cursor=address_values.after(), today=now().date())
    influencer_id = current_actor().influencer_id
    fits, places = None, {}
    if influencer_id is not None:
        search = services().search
        fits = fits_of(db.session, influencer_id=influencer_id, briefs=page.rows, search=search, now=now())
        ids = [row.brief.id for row in page.rows]
        places = list_own_place_lines(db.session, influencer_id=influencer_id, brief_ids=ids)
    return render_template("briefs/open_briefs.html", page=page, fits=fits, places=places)


@blueprint.get("/briefs/open/<brief_id>")
@requires(Permission.BRIEF_READ_OPEN)
def open_brief(brief_id: str) -> str:
    actor = current_actor()
    found = read_open_brief(db.session, actor=actor, brief_id=brief_id)
    row, fit, place = found.open_brief, None, None
    if actor.influencer_id is not None:
        influencer_id = actor.influencer_id
        fit = fits_of(db.session, influencer_id=influencer_id, briefs=[row], search=None, now=now())[0]
        places = list_own_place_lines(db.session, influencer_id=influencer_id, brief_ids=[brief_id])
        place = places.get(brief_id)
    country = tax_country(
        db.session, side=TaxSide.BRAND, subject_id=row.brand.id, otherwise=row.brand.country
    )
    return render_template(
        "briefs/open_brief.html",
        row=row,
        version=row.version,
        brand=row.brand,
        fit=fit,
        place=place,
        application=found.application,
        is_taking=is_taking(row),
        price=price_of_version(row.version, country=country, charges=charges_at(db.session, now())),
    )

"""A side states its legal name, address and tax number; documents to come name them."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.brands.models import Brand
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.taxes import operations
from marketplace.taxes.forms import TaxStatusForm
from marketplace.taxes.queries import find_profile
from marketplace.taxes.sides import TaxSide
from marketplace.taxes.tables import tax_table
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _

blueprint = Blueprint("taxes", __name__)


def _side(actor: Actor) -> tuple[TaxSide, str]:
    """Return whose status the reader sees. Raises NotFound for who is on no side."""
    if actor.brand_id is not None:
        return TaxSide.BRAND, actor.brand_id
    if actor.influencer_id is not None:
        return TaxSide.INFLUENCER, actor.influencer_id
    raise NotFound


@blueprint.get("/money/tax-status")
@requires(Permission.MONEY_VIEW)
def tax_status() -> str:
    side, subject_id = _side(current_actor())
    profile = find_profile(db.session, side=side, subject_id=subject_id)
    if profile is not None:
        return _page(TaxStatusForm(formdata=None, obj=profile))
    known: Brand | Influencer
    if side is TaxSide.BRAND:
        known = db.session.get_one(Brand, subject_id)
    else:
        known = db.session.get_one(Influencer, subject_id)
    return _page(
        TaxStatusForm(formdata=None, legal_name=known.name, address=known.city, country=known.country)
    )


@blueprint.post("/brand/tax-status")
@requires(Permission.BRAND_EDIT)
def save_brand_status() -> Response | tuple[str, int]:
    """Keep what a brand's owner states."""
    return _save()


@blueprint.post("/profile/tax-status")
@requires(Permission.INFLUENCER_EDIT)
def save_own_status() -> Response | tuple[str, int]:
    """Keep what an influencer states."""
    return _save()


def _save() -> Response | tuple[str, int]:
    form, (side, subject_id) = TaxStatusForm(), _side(current_actor())
    if form.validate():
        with form.refusals():
            operations.state_tax_status(
                db.session,
                actor=current_actor(),
                side=side,
                subject_id=subject_id,
                legal_name=form.legal_name.data or "",
                address=form.address.data or "",
                country=form.country.data,
                number=form.number.data or "",
                now=now(),
            )
            flash(_("Saved. Documents from now on name it; issued ones stay as they are."), "success")
            return redirect(url_for("taxes.tax_status"), 303)
    return _page(form), UNPROCESSABLE


def _page(form: TaxStatusForm) -> str:
    actor = current_actor()
    side, subject_id = _side(actor)
    is_brand = side is TaxSide.BRAND
    subject = Subject(subject_id if is_brand else None, None if is_brand else subject_id)
    known = tax_table().form_of(form.country.data or "")
    return render_template(
        "taxes/tax_status.html",
        form=form,
        is_brand=is_brand,
        may_edit=may(actor, operations.PERMISSIONS[side], subject),
        action=url_for("taxes.save_brand_status" if is_brand else "taxes.save_own_status"),
        example=known.example,
    )

"""Pages of a brand organisation: what it says of itself, its members."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.domain import TokenPurpose
from marketplace.accounts.links import LIFE
from marketplace.brands import operations
from marketplace.brands.forms import ROLE_LABELS, BrandForm, MemberForm
from marketplace.brands.models import Brand
from marketplace.brands.queries import get_own_brand, list_members
from marketplace.db import db
from marketplace.meanwhile import ChangedMeanwhile
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.forms import CONFLICT, UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.stored_forms import Meanwhile, meanwhile_of

blueprint = Blueprint("brands", __name__)


def own_brand_row() -> Brand:
    """Return the brand of who is signed in. Raises NotFound for a user who belongs to none."""
    return get_own_brand(db.session, actor=current_actor())


@blueprint.get("/brand")
@requires(Permission.BRAND_VIEW)
def own_brand() -> str:
    brand = own_brand_row()
    return _brand_page(brand, BrandForm(obj=brand, seen=operations.mark_of_brand(brand)))


@blueprint.post("/brand")
@requires(Permission.BRAND_EDIT)
def save_brand() -> tuple[str, int] | Response:
    brand, form = own_brand_row(), BrandForm()
    seen = form.begun_from()
    if not form.validate():
        return _brand_page(brand, form), UNPROCESSABLE
    values = {name: form[name].data or "" for name in operations.EDITABLE}
    try:
        with form.refusals():
            operations.edit_brand(
                db.session, actor=current_actor(), brand_id=brand.id, values=values, seen=seen, now=now()
            )
            flash(_("Saved."), "success")
            return redirect(url_for("brands.own_brand"), 303)
    except ChangedMeanwhile as error:
        found = meanwhile_of(form, mark=error.mark, names=error.names, look_url=request.path)
        return _brand_page(brand, form, meanwhile=found), CONFLICT
    return _brand_page(brand, form), UNPROCESSABLE


def _brand_page(brand: Brand, form: BrandForm, *, meanwhile: Meanwhile | None = None) -> str:
    return render_template("brands/own_brand.html", brand=brand, form=form, meanwhile=meanwhile)


@blueprint.get("/brand/members")
@requires(Permission.BRAND_VIEW)
def members() -> str:
    return _members_page(MemberForm(), link=None)


def _members_page(form: MemberForm, *, link: str | None) -> str:
    brand = own_brand_row()
    rows = list_members(db.session, brand_id=brand.id)
    return render_template(
        "brands/members.html",
        brand=brand,
        form=form,
        rows=rows,
        roles=ROLE_LABELS,
        link=link,
        link_life=LIFE[TokenPurpose.JOIN_BRAND],
    )


@blueprint.post("/brand/members")
@requires(Permission.BRAND_MEMBERS)
def invite_member() -> tuple[str, int]:
    """Show the link once; the owner hands it over (we send nothing to addresses that are not ours)."""
    form = MemberForm()
    if not form.validate():
        return _members_page(form, link=None), UNPROCESSABLE
    token = operations.invite_member(
        db.session,
        actor=current_actor(),
        brand_id=own_brand_row().id,
        role=form.role.data,
        email=form.email.data,
        now=now(),
    )
    link = services().settings.base_url + url_for("onboarding.join", token=token)
    return _members_page(MemberForm(formdata=None), link=link), 200


@blueprint.post("/brand/members/<user_id>/role/<role>")
@requires(Permission.BRAND_MEMBERS)
def change_role(user_id: str, role: str) -> Response:
    operations.change_role(
        db.session, actor=current_actor(), user_id=user_id, role=None if role == "none" else role, now=now()
    )
    flash(_("Saved."), "success")
    return redirect(url_for("brands.members"), 303)

"""A side's tax status over the API."""

from typing import Any

from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.policies import Permission
from marketplace.taxes import operations
from marketplace.taxes.queries import find_profile
from marketplace.taxes.schemas import TaxStatusBodySchema, TaxStatusSchema
from marketplace.taxes.sides import TaxSide
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.schema import plain

blueprint = ApiBlueprint("taxes", description="Whom documents name, and under which tax number.")
STATED = ("legal_name", "address", "country", "number", "updated_at")


def _own_id(side: TaxSide) -> str:
    actor = current_actor()
    found = actor.brand_id if side is TaxSide.BRAND else actor.influencer_id
    if found is None:
        raise NotFound
    return found


def _stated(side: TaxSide) -> dict[str, Any]:
    profile = find_profile(db.session, side=side, subject_id=_own_id(side))
    return dict.fromkeys(STATED) if profile is None else dict(plain(profile))


def _state(side: TaxSide, body: dict[str, Any]) -> dict[str, Any]:
    body["number"] = body["number"] or ""
    operations.state_tax_status(
        db.session, actor=current_actor(), side=side, subject_id=_own_id(side), now=now(), **body
    )
    return _stated(side)


@blueprint.read("/brand/tax-status", answer=TaxStatusSchema)
@requires(Permission.MONEY_VIEW)
def show_brand_tax_status() -> dict[str, Any]:
    """Show the tax status of your brand."""
    return _stated(TaxSide.BRAND)


@blueprint.write("/brand/tax-status", answer=TaxStatusSchema, body=TaxStatusBodySchema, method="PUT")
@requires(Permission.BRAND_EDIT)
def state_brand_tax_status(body: dict[str, Any]) -> dict[str, Any]:
    """State the tax status of your brand, for documents and prices to come."""
    return _state(TaxSide.BRAND, body)


@blueprint.read("/profile/tax-status", answer=TaxStatusSchema)
@requires(Permission.MONEY_VIEW)
def show_own_tax_status() -> dict[str, Any]:
    """Show your own tax status as an influencer."""
    return _stated(TaxSide.INFLUENCER)


@blueprint.write("/profile/tax-status", answer=TaxStatusSchema, body=TaxStatusBodySchema, method="PUT")
@requires(Permission.INFLUENCER_EDIT)
def state_own_tax_status(body: dict[str, Any]) -> dict[str, Any]:
    """State your own tax status as an influencer, for documents to come."""
    return _state(TaxSide.INFLUENCER, body)

"""The API's view of the signed-in person."""

from typing import Any

from flask_login import current_user

from marketplace.accounts.schemas import MeSchema
from marketplace.policies import permissions_of
from marketplace.web.access import signed_in
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor

blueprint = ApiBlueprint("accounts", description="The person behind the key.")


@blueprint.read("/me", answer=MeSchema)
@signed_in
def show_me() -> dict[str, Any]:
    """Show whose key this is.

    Tells the person, their side of the market, the scopes of the key and the permissions of their role.
    """
    actor, user = current_actor(), current_user.user
    return {
        "user_id": user.id,
        "email": user.email,
        "is_verified": actor.is_verified,
        "is_suspended": actor.is_suspended,
        "kind": user.kind,
        "display_name": user.display_name,
        "language": user.language,
        "time_zone": user.time_zone,
        "brand_id": actor.brand_id,
        "brand_role": actor.brand_role,
        "influencer_id": actor.influencer_id,
        "operator_role": actor.operator_role,
        "scopes": current_user.scopes,
        "permissions": sorted(permissions_of(actor)),
    }

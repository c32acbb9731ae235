"""Public profiles over the API."""

from typing import Any

from marketplace.db import db
from marketplace.influencers import queries
from marketplace.influencers.queries import FollowerGate, ProfileView
from marketplace.influencers.schemas import ProfileSchema
from marketplace.policies import Permission
from marketplace.quotes.policy_records import policy_at
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.schema import plain

blueprint = ApiBlueprint("influencers", description="Who sells.")


@blueprint.read("/influencers/<handle:handle>", answer=ProfileSchema)
@requires(Permission.MARKET_BROWSE)
def show_profile(handle: str) -> dict[str, Any]:
    """Show a listed influencer's profile.

    Every figure comes with its source, its day and its sample size. Your own profile is there in any state.
    """
    actor = current_actor()
    influencer = queries.get_influencer_by_handle(db.session, handle=handle, is_own=True)
    if influencer.id != actor.influencer_id and actor.kind != "operator":
        influencer = queries.get_influencer_by_handle(db.session, handle=handle)
    return _shown(queries.profile_view(db.session, influencer=influencer, today=now().date()))


def _shown(view: ProfileView) -> dict[str, Any]:
    channels = [
        plain(channel.channel) | {"is_proven": channel.is_proven, "figures": plain(channel.figures)}
        for channel in view.channels
    ]
    audience = [
        plain(split) | {"shares": [{"key": key, "share": share} for key, share in split.shares]}
        for split in view.splits
    ]
    return {
        **plain(view.influencer),
        "channels": channels,
        "audience": audience,
        "posts": plain(view.posts),
        "follower_gate": gate_body(view.gate),
    }


def gate_body(gate: FollowerGate) -> dict[str, Any]:
    """Return a `GateSchema`: the gate with whether it is passed by the policy in force."""
    return {**plain(gate), "is_micro": gate.is_within(policy_at(now()).micro_followers)}

"""An influencer's own profile over the API: what they say of themselves, their consent, their calendar."""

from typing import Any

from marketplace.db import db
from marketplace.influencers import operations
from marketplace.influencers.api import gate_body
from marketplace.influencers.own_queries import get_own_influencer
from marketplace.influencers.own_schemas import (
    CalendarBodySchema,
    CalendarSchema,
    OwnProfileSchema,
    ProfilePatchSchema,
)
from marketplace.influencers.queries import follower_gate, list_busy_periods
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.schema import plain

blueprint = ApiBlueprint("own_profile", description="An influencer's own profile and calendar.")


def _own() -> dict[str, Any]:
    row = get_own_influencer(db.session, actor=current_actor())
    return {**plain(row), "follower_gate": gate_body(follower_gate(db.session, row.id))}


def _own_id() -> str:
    return get_own_influencer(db.session, actor=current_actor()).id


def _calendar() -> dict[str, Any]:
    return {"busy": plain(list_busy_periods(db.session, influencer_id=_own_id(), today=now().date()))}


@blueprint.read("/profile", answer=OwnProfileSchema)
@requires(Permission.INFLUENCER_EDIT)
def show_own_profile() -> dict[str, Any]:
    """Show your own profile, in any state. `GET /influencers/{handle}` shows it as brands read it."""
    return _own()


@blueprint.write("/profile", answer=OwnProfileSchema, body=ProfilePatchSchema, method="PATCH")
@requires(Permission.INFLUENCER_EDIT)
def change_own_profile(body: dict[str, Any]) -> dict[str, Any]:
    """Change fields of your profile; lists follow at once."""
    operations.edit_profile(db.session, actor=current_actor(), influencer_id=_own_id(), now=now(), **body)
    return _own()


@blueprint.write("/profile/consent", answer=OwnProfileSchema)
@requires(Permission.INFLUENCER_EDIT)
def consent_to_listing() -> dict[str, Any]:
    """Let brands find you; a channel and a topic or a bio must be there."""
    operations.consent_to_listing(db.session, actor=current_actor(), influencer_id=_own_id(), now=now())
    return _own()


@blueprint.write("/profile/withdraw-consent", answer=OwnProfileSchema)
@requires(Permission.INFLUENCER_EDIT)
def withdraw_consent() -> dict[str, Any]:
    """Take your profile off every list; running bookings go on."""
    operations.withdraw_consent(db.session, actor=current_actor(), influencer_id=_own_id(), now=now())
    return _own()


@blueprint.read("/profile/calendar", answer=CalendarSchema)
@requires(Permission.INFLUENCER_EDIT)
def show_calendar() -> dict[str, Any]:
    """Show the days on which you take nothing new."""
    return _calendar()


@blueprint.write("/profile/calendar", answer=CalendarSchema, body=CalendarBodySchema, method="PUT")
@requires(Permission.INFLUENCER_EDIT)
def save_calendar(body: dict[str, Any]) -> dict[str, Any]:
    """Save your whole calendar anew; how many bookings you take at once stands in your profile."""
    periods = [(days["starts_on"], days["ends_on"]) for days in body["busy"]]
    try:
        operations.set_busy_periods(
            db.session, actor=current_actor(), influencer_id=_own_id(), periods=periods, now=now()
        )
    except operations.BusyPeriodInvalid as error:
        raise operations.BusyPeriodInvalid(error.message, fields={"busy": error.message}) from error
    return _calendar()

"""The three ways to a deal over the API: applications, invitations, orders."""

from collections.abc import Callable, Sequence
from typing import Any

from marketplace.db import db
from marketplace.deals import operations, queries
from marketplace.deals.applicant_places import places_of
from marketplace.deals.deal_bodies import deal_body
from marketplace.deals.schemas import (
    ApplicationBodySchema,
    ApplicationPageSchema,
    ApplicationQuery,
    ApplicationSchema,
    BrandRefusalSchema,
    InfluencerRefusalSchema,
    InvitationAcceptSchema,
    InvitationBodySchema,
    InvitationPageSchema,
    InvitationQuery,
    InvitationSchema,
    OrderBodySchema,
    OrderPageSchema,
    OrderQuery,
    OrderSchema,
)
from marketplace.deals.views import ApplicationView
from marketplace.policies import Permission
from marketplace.quotes.pricing import Choices
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.cursors import time_page
from marketplace.web.limits import APPLY
from marketplace.web.schema import plain

blueprint = ApiBlueprint("deals", description="Applications, invitations and orders.")


def _application(application_id: str) -> dict[str, Any]:
    found = queries.get_application(db.session, actor=current_actor(), application_id=application_id)
    return _with_places([found])[0]


def _with_places(rows: Sequence[ApplicationView]) -> list[dict[str, Any]]:
    """Return applications with where each applicant stands, which applicants themselves read beside the brief."""
    places = places_of(db.session, rows) if current_actor().influencer_id is None else {}
    return [{**deal_body(row), "place": plain(places.get(row.id))} for row in rows]


def _invitation(invitation_id: str) -> dict[str, Any]:
    found = queries.get_invitation(db.session, actor=current_actor(), invitation_id=invitation_id)
    return deal_body(found)


def _order(order_id: str) -> dict[str, Any]:
    return deal_body(queries.get_order(db.session, actor=current_actor(), order_id=order_id))


def _bodies(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [deal_body(row) for row in rows]


def _page(
    read: Any, query: dict[str, Any], bodies: Callable[[Sequence[Any]], list[dict[str, Any]]] = _bodies
) -> dict[str, Any]:
    """Return a page of what `read` lists for the actor."""
    after, limit = query.pop("cursor"), query.pop("limit")
    statuses = [query.pop("status")] if "status" in query else None
    rows = read(db.session, actor=current_actor(), statuses=statuses, limit=limit + 1, after=after, **query)
    return time_page(bodies(rows[:limit]), last=rows[limit - 1] if len(rows) > limit else None)


@blueprint.write(
    "/open-briefs/<id:brief_id>/applications",
    answer=ApplicationSchema,
    body=ApplicationBodySchema,
    status=201,
    found_at="/applications/{id}",
    limit=APPLY,
)
@requires(Permission.APPLY)
def apply_to_brief(body: dict[str, Any], brief_id: str) -> dict[str, Any]:
    """Apply to an open brief.

    This is your consent: the terms are frozen for 14 days, and the brand may quote exactly them.
    """
    row = operations.submit_application(
        db.session, actor=current_actor(), brief_id=brief_id, now=now(), **body
    )
    return _application(row.id)


@blueprint.read("/applications", answer=ApplicationPageSchema, query=ApplicationQuery)
@requires(Permission.QUOTE_VIEW)
def list_applications(query: dict[str, Any]) -> dict[str, Any]:
    """List applications, newest first: your own, or those to your brand's briefs."""
    return _page(queries.list_applications, query, _with_places)


@blueprint.read("/applications/<id:application_id>", answer=ApplicationSchema)
@requires(Permission.QUOTE_VIEW)
def show_application(application_id: str) -> dict[str, Any]:
    """Show an application."""
    return _application(application_id)


@blueprint.write("/applications/<id:application_id>/shortlist", answer=ApplicationSchema)
@requires(Permission.INVITE)
def shortlist_application(application_id: str) -> dict[str, Any]:
    """Put an application on the short list; it binds nobody."""
    operations.shortlist_application(
        db.session, actor=current_actor(), application_id=application_id, now=now()
    )
    return _application(application_id)


@blueprint.write(
    "/applications/<id:application_id>/refuse", answer=ApplicationSchema, body=BrandRefusalSchema
)
@requires(Permission.APPLICATION_ANSWER)
def refuse_application(body: dict[str, Any], application_id: str) -> dict[str, Any]:
    """Refuse an application with a reason that the influencer reads."""
    operations.refuse_application(
        db.session, actor=current_actor(), application_id=application_id, now=now(), **body
    )
    return _application(application_id)


@blueprint.write("/applications/<id:application_id>/quote", answer=ApplicationSchema)
@requires(Permission.APPLICATION_ANSWER)
def quote_application(application_id: str) -> dict[str, Any]:
    """Make the quote of an application; until its `payable_until` it can be accepted at /quotes/{id}/accept."""
    operations.quote_application(db.session, actor=current_actor(), application_id=application_id, now=now())
    return _application(application_id)


@blueprint.write("/applications/<id:application_id>/withdraw", answer=ApplicationSchema)
@requires(Permission.APPLY)
def withdraw_application(application_id: str) -> dict[str, Any]:
    """Take your application back; an open quote goes with it."""
    operations.withdraw_application(
        db.session, actor=current_actor(), application_id=application_id, now=now()
    )
    return _application(application_id)


@blueprint.write(
    "/briefs/<id:brief_id>/invitations",
    answer=InvitationSchema,
    body=InvitationBodySchema,
    status=201,
    found_at="/invitations/{id}",
)
@requires(Permission.INVITE)
def send_invitation(body: dict[str, Any], brief_id: str) -> dict[str, Any]:
    """Invite an influencer to a brief."""
    row = operations.send_invitation(db.session, actor=current_actor(), brief_id=brief_id, now=now(), **body)
    return _invitation(row.id)


@blueprint.read("/invitations", answer=InvitationPageSchema, query=InvitationQuery)
@requires(Permission.QUOTE_VIEW)
def list_invitations(query: dict[str, Any]) -> dict[str, Any]:
    """List invitations, newest first: those to you, or those of your brand."""
    return _page(queries.list_invitations, query)


@blueprint.read("/invitations/<id:invitation_id>", answer=InvitationSchema)
@requires(Permission.QUOTE_VIEW)
def show_invitation(invitation_id: str) -> dict[str, Any]:
    """Show an invitation."""
    return _invitation(invitation_id)


@blueprint.write(
    "/invitations/<id:invitation_id>/accept",
    answer=InvitationSchema,
    body=InvitationAcceptSchema,
    is_body_optional=True,
)
@requires(Permission.INVITATION_ANSWER)
def accept_invitation(body: dict[str, Any], invitation_id: str) -> dict[str, Any]:
    """Accept an invitation.

    This is your consent to the terms; the brand gets its quote at once.
    """
    operations.accept_invitation(
        db.session, actor=current_actor(), invitation_id=invitation_id, now=now(), **body
    )
    return _invitation(invitation_id)


@blueprint.write(
    "/invitations/<id:invitation_id>/decline", answer=InvitationSchema, body=InfluencerRefusalSchema
)
@requires(Permission.INVITATION_ANSWER)
def decline_invitation(body: dict[str, Any], invitation_id: str) -> dict[str, Any]:
    """Decline an invitation with a reason that the brand reads."""
    operations.decline_invitation(
        db.session, actor=current_actor(), invitation_id=invitation_id, now=now(), **body
    )
    return _invitation(invitation_id)


@blueprint.write("/invitations/<id:invitation_id>/quote", answer=InvitationSchema)
@requires(Permission.APPLICATION_ANSWER)
def quote_invitation(invitation_id: str) -> dict[str, Any]:
    """Make a new quote of an accepted invitation whose quote expired."""
    operations.quote_invitation(db.session, actor=current_actor(), invitation_id=invitation_id, now=now())
    return _invitation(invitation_id)


@blueprint.write("/invitations/<id:invitation_id>/withdraw", answer=InvitationSchema)
@requires(Permission.INVITE)
def withdraw_invitation(invitation_id: str) -> dict[str, Any]:
    """Take an invitation back."""
    operations.withdraw_invitation(db.session, actor=current_actor(), invitation_id=invitation_id, now=now())
    return _invitation(invitation_id)


@blueprint.write("/orders", answer=OrderSchema, body=OrderBodySchema, status=201, found_at="/orders/{id}")
@requires(Permission.ORDER_PLACE)
def place_order(body: dict[str, Any]) -> dict[str, Any]:
    """Order a listing with choices; its quote is made at once, and nothing is owed until you accept that."""
    row = operations.place_order(
        db.session,
        actor=current_actor(),
        listing_version_id=body["listing_version_id"],
        choices=Choices(**body["choices"]),
        message=body["message"],
        now=now(),
    )
    return _order(row.id)


@blueprint.read("/orders", answer=OrderPageSchema, query=OrderQuery)
@requires(Permission.ORDER_PLACE)
def list_orders(query: dict[str, Any]) -> dict[str, Any]:
    """List the orders of your brand, newest first."""
    return _page(queries.list_orders, query)


@blueprint.read("/orders/<id:order_id>", answer=OrderSchema)
@requires(Permission.ORDER_PLACE)
def show_order(order_id: str) -> dict[str, Any]:
    """Show an order of your brand."""
    return _order(order_id)


@blueprint.write("/orders/<id:order_id>/withdraw", answer=OrderSchema)
@requires(Permission.ORDER_PLACE)
def withdraw_order(order_id: str) -> dict[str, Any]:
    """Drop an order whose quote was not accepted."""
    operations.withdraw_order(db.session, actor=current_actor(), order_id=order_id, now=now())
    return _order(order_id)

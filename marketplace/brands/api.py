"""A brand over the API: what it says of itself, its members."""

from typing import Any

from flask import url_for

from marketplace.accounts.domain import TokenPurpose
from marketplace.accounts.links import LIFE
from marketplace.brands import operations
from marketplace.brands.queries import Member, get_member, get_own_brand, list_members
from marketplace.brands.schemas import (
    BrandPatchSchema,
    BrandSchema,
    MemberInvitationBodySchema,
    MemberInvitationSchema,
    MemberPageSchema,
    MemberPatchSchema,
    MemberSchema,
)
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now, services
from marketplace.web.schema import plain

blueprint = ApiBlueprint("brands", description="The brand you belong to, and its members.")
MEMBER = "/brand/members/<id:user_id>"


def _own_id() -> str:
    return get_own_brand(db.session, actor=current_actor()).id


def _own() -> dict[str, Any]:
    return dict(plain(get_own_brand(db.session, actor=current_actor())))


def _member(user_id: str) -> Member:
    return get_member(db.session, brand_id=_own_id(), user_id=user_id)


@blueprint.read("/brand", answer=BrandSchema)
@requires(Permission.BRAND_VIEW)
def show_own_brand() -> dict[str, Any]:
    """Show your brand as it stands, and how far its review is."""
    return _own()


@blueprint.write("/brand", answer=BrandSchema, body=BrandPatchSchema, method="PATCH")
@requires(Permission.BRAND_EDIT)
def change_own_brand(body: dict[str, Any]) -> dict[str, Any]:
    """Change what your brand says of itself; another name or website is reviewed again."""
    operations.edit_brand(db.session, actor=current_actor(), brand_id=_own_id(), values=body, now=now())
    return _own()


@blueprint.read("/brand/members", answer=MemberPageSchema)
@requires(Permission.BRAND_VIEW)
def list_brand_members() -> dict[str, Any]:
    """List the members of your brand by name; one page holds them."""
    return {"items": plain(list_members(db.session, brand_id=_own_id())), "next_cursor": None}


@blueprint.read(MEMBER, answer=MemberSchema)
@requires(Permission.BRAND_VIEW)
def show_member(user_id: str) -> Member:
    """Show one member of your brand."""
    return _member(user_id)


@blueprint.write(MEMBER, answer=MemberSchema, body=MemberPatchSchema, method="PATCH")
@requires(Permission.BRAND_MEMBERS)
def change_member(body: dict[str, Any], user_id: str) -> Member:
    """Give a member another role; a brand keeps at least one owner."""
    member = _member(user_id)
    role = body.get("role", member.role)
    operations.change_role(db.session, actor=current_actor(), user_id=user_id, role=role, now=now())
    return _member(user_id)


@blueprint.delete(MEMBER)
@requires(Permission.BRAND_MEMBERS)
def remove_member(user_id: str) -> None:
    """Remove a member, who can then no longer see the brand; a brand keeps at least one owner."""
    operations.change_role(
        db.session, actor=current_actor(), user_id=_member(user_id).user_id, role=None, now=now()
    )


@blueprint.write(
    "/brand/invitations",
    answer=MemberInvitationSchema,
    body=MemberInvitationBodySchema,
    status=201,
    is_secret=True,
)
@requires(Permission.BRAND_MEMBERS)
def invite_member(body: dict[str, Any]) -> dict[str, Any]:
    """Make a link by which one person joins your brand; each call makes another one."""
    at = now()
    token = operations.invite_member(db.session, actor=current_actor(), brand_id=_own_id(), now=at, **body)
    url = services().settings.base_url + url_for("onboarding.join", token=token)
    return {**body, "url": url, "expires_at": at + LIFE[TokenPurpose.JOIN_BRAND]}

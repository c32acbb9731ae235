"""Reading brands and their members."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.brands.models import Brand, Membership
from marketplace.db import find_row
from marketplace.errors import NotFound
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _

#: built once: every event of a deal is told to the brand's members
_MEMBERS = (
    select(User)
    .join(Membership, Membership.user_id == User.id)
    .where(Membership.brand_id == bindparam("brand"))
    .order_by(User.created_at)
)


_SEEN = (
    select(User.id, User.display_name, User.email, Membership.role)
    .join(Membership, Membership.user_id == User.id)
    .where(Membership.brand_id == bindparam("brand"))
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the brand sees them."""

    user_id: str
    name: str
    email: str
    role: str


def get_own_brand(session: Session, *, actor: Actor) -> Brand:
    """Return the brand that the actor belongs to. Raises NotFound for who belongs to none."""
    row = find_row(session, Brand, actor.brand_id)
    if row is None:
        raise NotFound(_("You belong to no brand. Ask an owner for an invitation."))
    return row


def list_members(session: Session, *, brand_id: str) -> list[Member]:
    """Return a brand's members by name."""
    rows = session.execute(_SEEN.order_by(User.display_name), {"brand": brand_id})
    return [Member(*row) for row in rows]


def get_member(session: Session, *, brand_id: str, user_id: str) -> Member:
    """Return one member of a brand. Raises NotFound."""
    row = session.execute(_SEEN.where(User.id == user_id), {"brand": brand_id}).one_or_none()
    if row is None:
        raise NotFound(_("There is no such member."))
    return Member(*row)


def member_users(session: Session, *, brand_id: str, roles: Sequence[str] | None = None) -> Sequence[User]:
    """Return the users of a brand (of some roles), for telling them something."""
    statement = _MEMBERS if roles is None else _MEMBERS.where(Membership.role.in_(roles))
    return session.scalars(statement, {"brand": brand_id}).all()

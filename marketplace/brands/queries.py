"""Reading brands and their members."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.brands.models import Membership

#: built once: every event of a deal is told to the brand's members
_MEMBERS = (
    select(User)
    .join(Membership, Membership.user_id == User.id)
    .where(Membership.brand_id == bindparam("brand"))
    .order_by(User.created_at)
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the brand sees them."""

    user_id: str
    name: str
    email: str
    role: str


def list_members(session: Session, *, brand_id: str) -> list[Member]:
    """Return a brand's members by name."""
    rows = session.execute(
        select(User.id, User.display_name, User.email, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.brand_id == brand_id)
        .order_by(User.display_name)
    )
    return [Member(*row) for row in rows]


def member_users(session: Session, *, brand_id: str, roles: Sequence[str] | None = None) -> Sequence[User]:
    """Return the users of a brand (of some roles), for telling them something."""
    statement = _MEMBERS if roles is None else _MEMBERS.where(Membership.role.in_(roles))
    return session.scalars(statement, {"brand": brand_id}).all()

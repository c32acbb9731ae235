"""Brand organisations: founding, editing, members, the decision of an operator."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.domain import BrandRole, TokenPurpose
from marketplace.accounts.operations import issue_token
from marketplace.audit.operations import record
from marketplace.brands.domain import BrandStatus
from marketplace.brands.models import Brand, Membership
from marketplace.brands.profile import check_brand
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.meanwhile import mark_of, refuse_overwriting
from marketplace.outbox.operations import put
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.web.language import lazy_gettext as _

#: who sees another name or address must be able to trust that somebody looked
IDENTITY = ("name", "name_ar", "website")
EDITABLE = ("name", "name_ar", "website", "country", "city", "category", "about")


class LastOwner(Conflict):
    """A brand keeps at least one owner."""

    code = "last_owner"


def found_brand(session: Session, *, user_id: str, values: Mapping[str, Any], now: datetime) -> Brand:
    """Make a brand with its first owner; operators look at it before it may publish. Raises BrandInvalid."""
    check_brand(values)
    brand = Brand(**{name: values.get(name, "") for name in EDITABLE}, created_at=now)
    session.add(brand)
    session.flush()
    session.add(Membership(user_id=user_id, brand_id=brand.id, role=BrandRole.OWNER, created_at=now))
    session.flush()
    actor = Actor(kind="brand", user_id=user_id, brand_id=brand.id)
    record(
        session,
        actor=actor,
        action="brand.founded",
        subject_type="brand",
        subject_id=brand.id,
        after=dict(values),
        now=now,
    )
    _hand_in(session, brand, now=now)
    return brand


def get_brand(session: Session, *, brand_id: str) -> Brand:
    """Return a brand. Raises NotFound."""
    brand = session.get(Brand, brand_id)
    if brand is None:
        raise NotFound(_("There is no such brand."))
    return brand


def edit_brand(
    session: Session,
    *,
    actor: Actor,
    brand_id: str,
    values: Mapping[str, Any],
    seen: str | None = None,
    now: datetime,
) -> Brand:
    """Change what the brand says of itself; absent fields stay.

    One that was sent back, refused or renamed is looked at again; else nothing happens when nothing differs.
    `seen` is the `mark_of_brand` of what the form was filled from; None where nothing was read before.

    Raises:
        NotFound, Forbidden: not the actor's, or their role may not.
        BrandInvalid: what is wrong in which field.
        ChangedMeanwhile: other details were stored since.

    """
    brand = get_brand(session, brand_id=brand_id)
    if not may(actor, Permission.BRAND_EDIT, Subject(brand_id=brand.id)):
        raise Forbidden(_("Only an owner may change the brand."))
    check_brand(values)
    session.refresh(brand, with_for_update=True)
    before = _details(brand)
    refuse_overwriting(seen, stored=before, wanted=_edited(values))
    is_sent_back = brand.status in {BrandStatus.CHANGES_REQUESTED, BrandStatus.REJECTED}
    after = {**before, **_edited(values)}
    if not is_sent_back and before == after:
        return brand
    for name, value in _edited(values).items():
        setattr(brand, name, value)
    brand.version += 1
    is_other_brand = any(before[name] != after[name] for name in IDENTITY)
    if is_sent_back or (brand.status == BrandStatus.APPROVED and is_other_brand):
        brand.status = BrandStatus.PENDING
    record(
        session,
        actor=actor,
        action="brand.edited",
        subject_type="brand",
        subject_id=brand.id,
        before=before,
        after=after,
        now=now,
    )
    if brand.status == BrandStatus.PENDING:
        _hand_in(session, brand, now=now)
    return brand


def _hand_in(session: Session, brand: Brand, *, now: datetime) -> None:
    """Let an operator look at this version of the brand."""
    put(
        session,
        "brand.submitted",
        {"brand_id": brand.id, "version": brand.version},
        now=now,
        key=f"brand:{brand.id}:{brand.version}",
    )


def _edited(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in EDITABLE if name in values}


def mark_of_brand(brand: Brand) -> str:
    """Return the mark by which a save tells what it was begun from."""
    return mark_of(_details(brand))


def _details(brand: Brand) -> dict[str, Any]:
    return {name: getattr(brand, name) for name in EDITABLE}


def decide_brand(
    session: Session, *, actor: Actor, brand_id: str, status: BrandStatus, now: datetime
) -> Brand:
    """Set what an operator decided (the case keeps the reasons)."""
    brand = get_brand(session, brand_id=brand_id)
    before, brand.status = brand.status, status
    record(
        session,
        actor=actor,
        action=f"brand.{status}",
        subject_type="brand",
        subject_id=brand.id,
        before={"status": before},
        after={"status": status},
        now=now,
    )
    if status == BrandStatus.APPROVED:
        put(
            session,
            "brand.approved",
            {"brand_id": brand.id, "at": now.isoformat()},
            now=now,
            key=f"brand.approved:{brand.id}:{now.isoformat()}",
        )
    return brand


def invite_member(
    session: Session, *, actor: Actor, brand_id: str, role: str, email: str, now: datetime
) -> str:
    """Return a single-use link secret that lets its holder join. Raises Forbidden, Invalid."""
    if not may(actor, Permission.BRAND_MEMBERS, Subject(brand_id=brand_id)):
        raise Forbidden(_("Only an owner may invite members."))
    if role not in set(BrandRole):
        raise Invalid(
            _("Choose one of the offered roles."), fields={"role": _("Choose one of the offered roles.")}
        )
    payload = {"brand_id": brand_id, "role": role, "email": email}
    return issue_token(session, purpose=TokenPurpose.JOIN_BRAND, user_id=None, payload=payload, now=now)


def join_brand(session: Session, *, user_id: str, payload: Mapping[str, Any], now: datetime) -> Membership:
    """Make a user a member as the link says."""
    membership = Membership(
        user_id=user_id, brand_id=payload["brand_id"], role=payload["role"], created_at=now
    )
    session.add(membership)
    session.flush()
    actor = Actor(kind="brand", user_id=user_id, brand_id=membership.brand_id, brand_role=membership.role)
    record(
        session,
        actor=actor,
        action="brand.member_joined",
        subject_type="brand",
        subject_id=membership.brand_id,
        after={"user": user_id, "role": membership.role},
        now=now,
    )
    return membership


def change_role(session: Session, *, actor: Actor, user_id: str, role: str | None, now: datetime) -> None:
    """Give a member another role, or (None) remove them. Nothing happens when they have it already.

    Raises NotFound, Invalid, LastOwner.
    """
    membership = session.get(Membership, user_id, with_for_update=True)
    if membership is None or not may(actor, Permission.BRAND_MEMBERS, Subject(brand_id=membership.brand_id)):
        raise NotFound(_("There is no such member."))
    if role is not None and role not in set(BrandRole):
        raise Invalid(_("Choose one of the offered roles."))
    session.get(Brand, membership.brand_id, with_for_update=True)  # two owners cannot both step down
    if (
        membership.role == BrandRole.OWNER
        and role != BrandRole.OWNER
        and _owners(session, membership.brand_id) == 1
    ):
        raise LastOwner(_("A brand keeps at least one owner. Make someone else an owner first."))
    before = membership.role
    if role == before:
        return
    if role is None:
        session.delete(membership)
    else:
        membership.role = role
    record(
        session,
        actor=actor,
        action="brand.member_changed",
        subject_type="brand",
        subject_id=membership.brand_id,
        before={"user": user_id, "role": before},
        after={"user": user_id, "role": role},
        now=now,
    )


def _owners(session: Session, brand_id: str) -> int:
    statement = select(func.count()).where(
        Membership.brand_id == brand_id, Membership.role == BrandRole.OWNER
    )
    return session.scalar(statement) or 0

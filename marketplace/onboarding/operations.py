"""Signing up: a person with their brand, or with their influencer profile, in one step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.domain import TokenPurpose, UserKind
from marketplace.accounts.models import User
from marketplace.accounts.operations import (
    LinkUnusable,
    add_user,
    check_password,
    find_token,
    find_user,
    normal_email,
    use_token,
)
from marketplace.accounts.passwords import Passwords
from marketplace.brands.operations import found_brand, join_brand
from marketplace.errors import Conflict
from marketplace.influencers.operations import create_influencer, normal_handle
from marketplace.influencers.profile import ProfileValues, check_profile
from marketplace.onboarding.handles import claim_handle, hold_handle
from marketplace.web.language import lazy_gettext as _


class HandleTaken(Conflict):
    """Handles are public, so telling that one is taken tells nothing about addresses."""

    code = "handle_taken"


def sign_up_brand(
    session: Session,
    *,
    passwords: Passwords,
    person: Mapping[str, Any],
    brand: Mapping[str, Any],
    now: datetime,
) -> User | None:
    """Add a user with a brand; None when the address has an account already (the caller mails its owner)."""
    user = _new_person(session, passwords=passwords, person=person, kind=UserKind.BRAND, now=now)
    if user is not None:
        found_brand(session, user_id=user.id, values=brand, now=now)
    return user


def sign_up_influencer(
    session: Session,
    *,
    passwords: Passwords,
    person: Mapping[str, Any],
    profile: Mapping[str, Any],
    now: datetime,
) -> User | None:
    """Add a user with an influencer profile; None when the address has an account already.

    Raises:
        HandleTaken: somebody has this handle, or signed up with it in the last two days.
        ProfileInvalid: what is wrong in which field.
    """
    values = ProfileValues(
        name=person["display_name"],
        country=profile["country"],
        city=profile.get("city", ""),
        languages=[person["language"]],
    )
    check_profile(values, handle=normal_handle(profile["handle"]))
    if not claim_handle(session, handle=profile["handle"], now=now):
        text = _("Somebody has this handle. Choose another.")
        raise HandleTaken(text, fields={"handle": text})
    user = _new_person(session, passwords=passwords, person=person, kind=UserKind.INFLUENCER, now=now)
    if user is None:
        hold_handle(session, handle=profile["handle"], now=now)
    else:
        create_influencer(session, user_id=user.id, handle=profile["handle"], now=now, **values)
    return user


def sign_up_member(
    session: Session, *, passwords: Passwords, person: Mapping[str, Any], token: str, now: datetime
) -> User | None:
    """Add a user to the brand a link names; None when the address has an account already. Raises LinkUnusable."""
    found = find_token(session, purpose=TokenPurpose.JOIN_BRAND, token=token, now=now)
    if found is None:
        raise LinkUnusable
    if normal_email(found.payload["email"]) != normal_email(person["email"]):
        text = _("This invitation is for another mail address. Use the one it was made for.")
        raise LinkUnusable(text, fields={"email": text})
    user = _new_person(session, passwords=passwords, person=person, kind=UserKind.BRAND, now=now)
    if user is not None:  # else the link stays good for another address
        row = use_token(session, purpose=TokenPurpose.JOIN_BRAND, token=token, now=now)
        join_brand(session, user_id=user.id, payload=row.payload, now=now)
    return user


def _new_person(
    session: Session, *, passwords: Passwords, person: Mapping[str, Any], kind: UserKind, now: datetime
) -> User | None:
    check_password(person["password"], own_words=[person["email"], person["display_name"]])
    if find_user(session, email=person["email"]) is not None:
        passwords.hash(person["password"])  # takes as long as a real sign-up
        return None
    return add_user(
        session,
        passwords=passwords,
        email=person["email"],
        password=person["password"],
        display_name=person["display_name"],
        kind=kind,
        language=person["language"],
        now=now,
    )

"""Telling everybody who pays on this site that other fees will hold, as soon as two operators agreed on them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.announcements.operations import path_to
from marketplace.announcements.portions import tell_portion
from marketplace.brands.domain import BrandStatus
from marketplace.brands.models import Brand, Membership
from marketplace.fees.domain import FeePolicy
from marketplace.fees.models import FeePolicyRow
from marketplace.fees.queries import fees_on
from marketplace.fees.words import change_lines
from marketplace.services import Services


def tell_fees_changed(session: Session, services: Services, payload: Mapping[str, Any]) -> None:
    """Tell the next portion of the members of brands: the first day, what changes in words, and every figure that differs.

    An approval comes no later than the notice that the rules ask for (`fees.rules`), and the telling with it.
    """
    row = session.get_one(FeePolicyRow, payload["version"])
    policy = FeePolicy.from_plain(row.record)
    before = fees_on(session, policy.valid_from - timedelta(days=1))

    def details() -> Sequence[str]:
        return change_lines(before, policy)

    members = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .join(Brand, Brand.id == Membership.brand_id)
        .where(Brand.status != BrandStatus.REJECTED)
    )
    tell_portion(
        session,
        services,
        members,
        event="fees.changed",
        payload=payload,
        params={
            "day": {"day": row.valid_from.isoformat()},
            "note": {"en": row.note_en, "ar": row.note_ar},
        },
        path=path_to("web.pricing"),
        key=f"fees.changed:{row.version}",
        details=details,
    )

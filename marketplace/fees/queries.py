"""Which fees are in force, which were, and which come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, TypeVarTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import User
from marketplace.errors import MarketplaceError
from marketplace.fees.domain import FeePolicy
from marketplace.fees.models import FeePolicyRow
from marketplace.fees.rules import change_rules

Columns = TypeVarTuple("Columns")


class NoFeePolicy(MarketplaceError):
    """No fee policy has begun: a fault of the installation (the migrations store the first one)."""

    code: ClassVar[str] = "no_fee_policy"


@dataclass(frozen=True, slots=True)
class FeePolicyView:
    """One edition. `last_day` is the day before the next one begins, None while none follows."""

    policy: FeePolicy
    note_en: str
    note_ar: str
    created_at: datetime
    proposed_by: str | None
    approved_by: str | None
    last_day: date | None
    is_in_force: bool
    is_coming: bool


def fees_at(session: Session, now: datetime) -> FeePolicy:
    """Return the policy in force at an aware time, in one statement.

    Raises:
        NoFeePolicy: every one begins later.

    """
    return fees_on(session, fee_day(now))


def fees_on(session: Session, day: date) -> FeePolicy:
    """Return the policy that holds on a day, as far as it is decided by now.

    Raises:
        NoFeePolicy: every one begins later.

    """
    record = session.scalar(_IN_FORCE, {"today": day})
    if record is None:
        raise NoFeePolicy(f"no fee policy is in force on {day.isoformat()}; run the migrations")
    return FeePolicy.from_plain(record)


def fee_day(now: datetime) -> date:
    """Return the day that decides which fees are in force at an aware time."""
    return change_rules().local_date(now)


def begun(statement: Select[*Columns]) -> Select[*Columns]:
    """Narrow a statement over fee policies to the one in force: the newest whose day has come; it is asked with `today`."""
    today: date = bindparam("today")  # type: ignore[assignment]  # stands for the day
    return statement.where(FeePolicyRow.valid_from <= today).order_by(FeePolicyRow.valid_from.desc()).limit(1)


_IN_FORCE = begun(select(FeePolicyRow.record))


def list_fees(session: Session, *, now: datetime) -> Sequence[FeePolicyView]:
    """Return every edition with who decided, newest first, in one statement."""
    first, second = aliased(User), aliased(User)
    rows = session.execute(
        select(FeePolicyRow, first.display_name, second.display_name)
        .outerjoin(first, first.id == FeePolicyRow.proposed_by)
        .outerjoin(second, second.id == FeePolicyRow.approved_by)
        .order_by(FeePolicyRow.valid_from.desc())
    ).all()
    today = change_rules().local_date(now)
    views: list[FeePolicyView] = []
    next_day: date | None = None
    for row, proposer, approver in rows:
        is_coming = row.valid_from > today
        views.append(
            FeePolicyView(
                policy=FeePolicy.from_plain(row.record),
                note_en=row.note_en,
                note_ar=row.note_ar,
                created_at=row.created_at,
                proposed_by=proposer,
                approved_by=approver,
                last_day=date.fromordinal(next_day.toordinal() - 1) if next_day is not None else None,
                is_in_force=not is_coming and (next_day is None or next_day > today),
                is_coming=is_coming,
            )
        )
        next_day = row.valid_from
    return views

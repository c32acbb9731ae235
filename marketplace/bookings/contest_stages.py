"""Where a contest stands, what it is judged by and what is at stake.

A contest of the work is as far as its deliverable's status says. That of a post comes when the money was decided long
ago: it leaves the deliverable alone and goes through the same steps by its own times.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeGuard

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from marketplace.bookings.domain import ContestKind, DeliverableAction, DeliverableStatus
from marketplace.bookings.locks import Case, deliverable_facts
from marketplace.bookings.models import Booking, Contest, Deliverable
from marketplace.bookings.transitions import DeliverableFacts, next_deliverable_status
from marketplace.quotes.policy_records import PolicyRecord
from payments.escrow import EscrowPart, divide_part

_OTHER = aliased(Contest)
#: joins a deliverable to its open contest, else to the newest one
NEWEST_CONTEST: ColumnElement[bool] = (
    Contest.id
    == select(_OTHER.id)
    .where(_OTHER.deliverable_id == Deliverable.id)
    .order_by(_OTHER.closed_at.is_(None).desc(), _OTHER.opened_at.desc(), _OTHER.id)
    .limit(1)
    .correlate(Deliverable)
    .scalar_subquery()
)


def is_open_about_post(contest: Contest | None) -> TypeGuard[Contest]:
    """Tell whether this is a contest of a post that is not over."""
    return contest is not None and contest.kind == ContestKind.TAKEN_DOWN and contest.closed_at is None


def takes_evidence(contest: Contest) -> bool:
    """Tell whether evidence may be added while its time runs: not between a ruling and an appeal against it."""
    is_ruled = contest.ruled_at is not None and contest.appealed_at is None
    return contest.closed_at is None and not is_ruled


def are_reports_used_up(newest: Contest | None, policy: PolicyRecord) -> bool:
    """Tell whether a post was reported so often that no further report is taken; each one renews the strike."""
    if newest is None or newest.kind != ContestKind.TAKEN_DOWN:
        return False
    return newest.number >= policy.post_reports_max


def stage_of(contest: Contest, deliverable: Deliverable) -> DeliverableStatus:
    """Return `contested`, `ruled` or `appealed`; once it is over, what became of the deliverable."""
    if not is_open_about_post(contest):
        return DeliverableStatus(deliverable.status)
    if contest.appealed_at is not None:
        return DeliverableStatus.APPEALED
    return DeliverableStatus.CONTESTED if contest.ruled_at is None else DeliverableStatus.RULED


def contest_facts(
    booking: Booking, deliverable: Deliverable, contest: Contest, policy: PolicyRecord
) -> DeliverableFacts:
    """Return what the guards of a contest's steps ask."""
    facts = deliverable_facts(booking, deliverable, policy)
    if not is_open_about_post(contest):
        return facts
    return replace(facts, status=stage_of(contest, deliverable), appeal_until=contest.appeal_until)


def check_contest(
    case: Case, deliverable: Deliverable, contest: Contest, action: DeliverableAction, *, now: datetime
) -> DeliverableStatus:
    """Return where the action leads the contest. Raises what the transition table raises."""
    facts = contest_facts(case.booking, deliverable, contest, case.policy)
    return next_deliverable_status(facts, action, side=case.side, now=now)


def criteria_of(agreed: Sequence[Mapping[str, Any]], contest: Contest) -> list[Mapping[str, Any]]:
    """Return the agreed criteria and those that the policy added for this contest."""
    return [*agreed, *contest.added_criteria]


def is_arrived(deliverable: Deliverable) -> bool:
    """Tell whether the whole share is with the influencer: what is taken from it then must be taken back."""
    return deliverable.released_at is not None and deliverable.refund_minor == 0


def at_stake_minor(deliverable: Deliverable) -> int:
    """Return what a ruling can move, in minor units: the whole price."""
    return deliverable.net_minor + deliverable.fee_minor + deliverable.tax_minor


def money_of_share(deliverable: Deliverable, *, share_bps: int, currency: str) -> tuple[int, int]:
    """Return what a ruled share leaves the influencer and what it gives back to the brand, in minor units.

    The fee and its tax are kept on the share only, also where it arrived and is taken back (decision 54).
    """
    part = EscrowPart(deliverable.id, deliverable.net_minor, deliverable.fee_minor, deliverable.tax_minor)
    division = divide_part(part, share_bps=share_bps, currency=currency)
    return division.net_minor, division.refund_minor

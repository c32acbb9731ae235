"""What a brief means to one influencer, and what became of it so far: read from deals and the matching engine.

This module looks upwards to `deals`, `matches` and `quotes` on purpose (pyproject.toml says so): pages show what a
brief would become.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.brands.domain import BrandStatus
from marketplace.briefs.domain import BriefStatus, Pricing
from marketplace.briefs.models import BriefVersion
from marketplace.briefs.queries import OpenBrief, get_open_brief
from marketplace.briefs.validation import BriefIncomplete, read_price
from marketplace.deals.domain import EligibilityCode
from marketplace.deals.eligibility import check_influencer
from marketplace.deals.facts import demand_of, influencer_facts
from marketplace.deals.models import Application, Invitation
from marketplace.deals.sentences import own_eligibility_sentence
from marketplace.errors import MarketplaceError, NotFound
from marketplace.matches.correcting import asked_by_brief
from marketplace.policies import Actor
from marketplace.quotes.breakdown import PriceBreakdown, break_down
from marketplace.quotes.charges import Charges
from marketplace.quotes.pricing import BriefPrice, price_brief
from marketplace.web.language import lazy_gettext as _
from matching.engine import MatchEngine
from matching.errors import MatchingError

OVER = frozenset({BriefStatus.CLOSED, BriefStatus.WITHDRAWN})
_COUNTS: Mapping[Any, Any] = {
    table: select(table.brief_id, table.status, func.count())
    .where(table.brief_id.in_(bindparam("brief_ids", expanding=True)))
    .group_by(table.brief_id, table.status)
    for table in (Application, Invitation)
}
_OWN_APPLICATION = (
    select(Application)
    .where(
        Application.brief_id == bindparam("brief_id"), Application.influencer_id == bindparam("influencer_id")
    )
    .order_by(Application.created_at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Fit:
    """One brief for one influencer. `problems` are sentences that say what is not met; `relevance` is 0 to 1 or unknown."""

    open_brief: OpenBrief
    problems: tuple[object, ...]
    relevance: float | None = None
    topics: tuple[str, ...] = ()

    @property
    def is_eligible(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True)
class ReadBrief:
    """A published brief with the reader's newest application to it."""

    open_brief: OpenBrief
    application: Application | None


@dataclass(frozen=True, slots=True)
class BriefCounts:
    """How many waited, were invited and were booked."""

    applications: Mapping[str, int] = field(default_factory=dict)
    invitations: Mapping[str, int] = field(default_factory=dict)

    @property
    def applied(self) -> int:
        return sum(self.applications.values())

    @property
    def invited(self) -> int:
        return sum(self.invitations.values())

    @property
    def waiting(self) -> int:
        """Applications that wait for the brand's answer."""
        return self.applications.get("submitted", 0) + self.applications.get("shortlisted", 0)

    @property
    def booked(self) -> int:
        return self.applications.get("booked", 0) + self.invitations.get("booked", 0)


def fits_of(
    session: Session,
    *,
    influencer_id: str,
    briefs: Sequence[OpenBrief],
    search: MatchEngine | None,
    now: datetime,
) -> list[Fit]:
    """Return the briefs with what keeps the influencer out, eligible and fitting ones first.

    The relevance is the engine's; without an engine the order is that of the list.
    """
    facts = influencer_facts(session, influencer_id=influencer_id, now=now)
    known = _relevance(session, search, influencer_id, briefs)
    fits = []
    for row in briefs:
        codes = list(check_influencer(facts, demand_of(row.version)))
        relevance, topics = known.get(row.brief.id, (None, ()))
        fits.append(Fit(row, tuple(_sentences(codes)), relevance, topics))
    return sorted(fits, key=lambda fit: (not fit.is_eligible, -(fit.relevance or 0)))


def _sentences(codes: Sequence[EligibilityCode]) -> list[object]:
    return [own_eligibility_sentence(code) for code in codes]


def _relevance(
    session: Session, search: MatchEngine | None, influencer_id: str, briefs: Sequence[OpenBrief]
) -> dict[str, tuple[float | None, tuple[str, ...]]]:
    if search is None:
        return {}
    try:
        found = search.fits(influencer_id, asked_by_brief(session, [row.version for row in briefs]))
    except MatchingError:
        return {}
    return {fit.brief_id: (fit.relevance, fit.topics) for fit in found}


def counts_of(session: Session, brief_ids: Sequence[str]) -> dict[str, BriefCounts]:
    """Return the counts of these briefs, in two statements."""
    applications = _by_status(session, Application, brief_ids)
    invitations = _by_status(session, Invitation, brief_ids)
    return {
        brief_id: BriefCounts(applications.get(brief_id, {}), invitations.get(brief_id, {}))
        for brief_id in brief_ids
    }


def _by_status(session: Session, table: Any, brief_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    rows = session.execute(_COUNTS[table], {"brief_ids": brief_ids})
    counts: dict[str, dict[str, int]] = {}
    for brief_id, status, count in rows:
        counts.setdefault(brief_id, {})[status] = count
    return counts


def _own_application(session: Session, *, brief_id: str, influencer_id: str) -> Application | None:
    return session.scalar(_OWN_APPLICATION, {"brief_id": brief_id, "influencer_id": influencer_id})


def read_open_brief(session: Session, *, actor: Actor, brief_id: str) -> ReadBrief:
    """Return a published brief as its reader may see it: one that is over is kept to those who took part in it.

    Raises:
        NotFound: never published, hidden, or over and the reader had nothing to do with it.

    """
    row = get_open_brief(session, brief_id=brief_id)
    if actor.influencer_id is None:
        return ReadBrief(row, None)
    application = _own_application(session, brief_id=brief_id, influencer_id=actor.influencer_id)
    is_part_of_it = application is not None or row.brief.status not in OVER
    if not is_part_of_it and not _has_invitation(
        session, brief_id=brief_id, influencer_id=actor.influencer_id
    ):
        raise NotFound(_("This brief is closed."))
    return ReadBrief(row, application)


def _has_invitation(session: Session, *, brief_id: str, influencer_id: str) -> bool:
    found = session.scalar(
        select(Invitation.id)
        .where(Invitation.brief_id == brief_id, Invitation.influencer_id == influencer_id)
        .limit(1)
    )
    return found is not None


def is_taking(row: OpenBrief) -> bool:
    """Return whether a published brief takes applications at present; that of a brand nobody approved takes none."""
    is_open = row.brief.status == BriefStatus.OPEN and not row.brief.is_hidden
    return is_open and row.brand.status == BrandStatus.APPROVED


def price_of_draft(draft: Mapping[str, Any], *, country: str, charges: Charges) -> PriceBreakdown | None:
    """Return the whole price for one influencer as far as a draft fixes it; None for listed or incomplete prices."""
    try:
        rows, currency = read_price(draft)
    except BriefIncomplete:
        return None
    return _break_down(rows, currency, country=country, charges=charges)


def price_of_version(version: BriefVersion, *, country: str, charges: Charges) -> PriceBreakdown | None:
    """Return the whole price for one influencer new to the brand; None where listings name it."""
    if version.pricing != Pricing.FIXED:
        return None
    return _break_down(version.deliverables, version.currency, country=country, charges=charges)


def _break_down(
    rows: Sequence[Mapping[str, Any]], currency: str, *, country: str, charges: Charges
) -> PriceBreakdown | None:
    facts = BriefPrice(
        platform="",
        title="",
        deliverables=tuple((row["kind"], row["count"], row["price_minor"] or 0) for row in rows),
        currency=currency,
    )
    try:
        price = price_brief(facts, turnaround_days=charges.policy.turnaround_days_default)
        return break_down(price, country=country, completed_count=0, charges=charges)
    except MarketplaceError:
        return None

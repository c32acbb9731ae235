"""Measuring, judging among peers, and contests: what an influencer shows, an operator decides, all see recalculated."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.authenticity.domain import ContestStatus
from marketplace.authenticity.measuring import measure_signs, platform_of
from marketplace.authenticity.models import (
    AuthenticityCheck,
    AuthenticityContest,
    AuthenticityPeers,
)
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.formulas.queries import formula_in_force
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Influencer
from marketplace.influencers.records import follow_change
from marketplace.outbox.operations import put
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.web.language import lazy_gettext as _
from matching.authenticity import SIGNS, Distribution, Sign, SignState, authenticity_value, describe, judge
from matching.market import follower_band
from matching.ports import IndexedInfluencer
from matching.scoring import Formula

AT_ONCE = 100
MOVED = 0.005
"""A value that moved less is not worth indexing again."""
STATEMENT_MAX = 2_000
URL_MAX = 300
ALL_PLATFORMS = ""


class AlreadyContested(Conflict):
    """One open contest a sign."""

    code = "already_contested"


def find_unmeasured(session: Session, *, after: str = "", limit: int = AT_ONCE) -> dict[str, int]:
    """Return listed influencers (id: version) who changed since they were measured."""
    statement = (
        select(Influencer.id, Influencer.version)
        .outerjoin(AuthenticityCheck, AuthenticityCheck.influencer_id == Influencer.id)
        .where(
            Influencer.id > after,
            Influencer.status == InfluencerStatus.LISTED,
            or_(
                AuthenticityCheck.influencer_id.is_(None),
                AuthenticityCheck.document_version < Influencer.version,
            ),
        )
        .order_by(Influencer.id)
        .limit(limit)
    )
    return {row.id: row.version for row in session.execute(statement)}


def record_measured(session: Session, *, items: Sequence[IndexedInfluencer], now: datetime) -> list[str]:
    """Store what was measured; returns the ids to be judged again."""
    measured = measure_signs(session, items)
    for item in items:
        check = session.get(AuthenticityCheck, item.document.id)
        if check is None:
            check = AuthenticityCheck(influencer_id=item.document.id, signs=[], value=None)
            session.add(check)
        check.platform, check.band = platform_of(item), follower_band(item.document)
        check.measured = measured[item.document.id]
        check.document_version, check.measured_at = item.document.version, now
    session.flush()
    return [item.document.id for item in items]


def renew_peers(session: Session, *, now: datetime) -> None:
    """Compute the distributions of every sign again, by platform and band and by band alone."""
    values: dict[tuple[str, int, str], list[float]] = {}
    checks = session.execute(
        select(AuthenticityCheck.platform, AuthenticityCheck.band, AuthenticityCheck.measured).where(
            AuthenticityCheck.platform.is_not(None), AuthenticityCheck.band.is_not(None)
        )
    )
    for platform, band, measured in checks:
        for sign, value in measured.items():
            if value is not None:
                for group in (platform, ALL_PLATFORMS):
                    values.setdefault((group, band, sign), []).append(float(value))
    session.execute(delete(AuthenticityPeers))
    for (platform, band, sign), known in sorted(values.items()):
        found = describe(known)
        session.add(
            AuthenticityPeers(
                platform=platform,
                band=band,
                sign=sign,
                quantiles=list(found.quantiles),
                peers=found.peers,
                computed_at=now,
            )
        )
    session.flush()


def judge_again(session: Session, *, influencer_ids: Iterable[str], formula: Formula, now: datetime) -> None:
    """Place these influencers' measured values among their peers; whose value moved is indexed again."""
    peers = {
        (row.platform, row.band, row.sign): Distribution(tuple(row.quantiles), row.peers)
        for row in session.scalars(select(AuthenticityPeers))
    }
    ids = list(influencer_ids)
    explained = _explained(session, ids)
    least = int(formula.authenticity.get("peers_least", 0))
    for check in session.scalars(select(AuthenticityCheck).where(AuthenticityCheck.influencer_id.in_(ids))):
        signs = tuple(
            judge(
                name,
                check.measured.get(name),
                _nearest(peers, check, name, least),
                formula,
                is_explained=(check.influencer_id, name) in explained,
            )
            for name in SIGNS
        )
        value = authenticity_value(signs, formula)
        has_moved = (value is None) != (check.value is None) or abs((value or 0) - (check.value or 0)) > MOVED
        check.signs = json.loads(json.dumps([asdict(sign) for sign in signs]))
        check.value, check.judged_at = value, now
        if has_moved:
            follow_change(session, influencer_id=check.influencer_id, now=now)
    session.flush()


def _nearest(
    peers: Mapping[tuple[str, int, str], Distribution], check: AuthenticityCheck, name: str, least: int
) -> Distribution | None:
    """Return the peers of platform and band, or of the band alone while those are too few."""
    if check.band is None or check.platform is None:
        return None
    narrow = peers.get((check.platform, check.band, name))
    if narrow is not None and narrow.peers >= least:
        return narrow
    return peers.get((ALL_PLATFORMS, check.band, name), narrow)


def _explained(session: Session, ids: Sequence[str]) -> set[tuple[str, str]]:
    rows = session.execute(
        select(AuthenticityContest.influencer_id, AuthenticityContest.sign).where(
            AuthenticityContest.influencer_id.in_(ids), AuthenticityContest.status == ContestStatus.ACCEPTED
        )
    )
    return {(influencer_id, sign) for influencer_id, sign in rows}


def contest_sign(
    session: Session,
    *,
    actor: Actor,
    influencer_id: str,
    sign: str,
    statement: str,
    evidence_url: str,
    now: datetime,
) -> AuthenticityContest:
    """Contest an unusual sign with a statement and, where there is one, the address of evidence; opens a case.

    Raises:
        NotFound, Forbidden: not the actor's. Invalid: nothing to contest, or no reason given.
        AlreadyContested: an operator looks at it already.
    """
    require(actor, Permission.INFLUENCER_EDIT, Subject(influencer_id=influencer_id))
    check = session.get(AuthenticityCheck, influencer_id)
    found = next((one for one in (check.signs if check else []) if one["name"] == sign), None)
    fields = _faults(found, statement, evidence_url)
    if fields or check is None:
        raise Invalid(_("Some fields need another look."), fields=fields)
    if _open_contest(session, influencer_id, sign) is not None:
        raise AlreadyContested(_("An operator looks at this already; you are told the answer."))
    contest = AuthenticityContest(
        influencer_id=influencer_id,
        sign=sign,
        statement=statement.strip(),
        evidence_url=evidence_url.strip(),
        status=ContestStatus.OPEN,
        contested=dict(found or {}),
        value_before=check.value,
        created_at=now,
    )
    session.add(contest)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="authenticity.contested",
        subject_type="influencer",
        subject_id=influencer_id,
        after={"sign": sign, "contest": contest.id},
        now=now,
    )
    put(
        session,
        "authenticity.contested",
        {"contest_id": contest.id},
        now=now,
        key=f"authenticity:{contest.id}",
    )
    return contest


def _faults(found: dict[str, object] | None, statement: str, evidence_url: str) -> dict[str, object]:
    """Return what is wrong with a contest, by field."""
    fields: dict[str, object] = {}
    if found is None or found["state"] != SignState.UNUSUAL:
        fields["sign"] = _("Only what is called unusual can be contested.")
    if not statement.strip():
        fields["statement"] = _(
            "Say what happened: a competition, a feature in the press, a post that travelled."
        )
    if evidence_url and not evidence_url.startswith("https://"):
        fields["evidence_url"] = _("Give the full address, beginning with https://.")
    for name, text, most in (
        ("statement", statement, STATEMENT_MAX),
        ("evidence_url", evidence_url, URL_MAX),
    ):
        if len(text.strip()) > most:
            fields[name] = _("Use at most %(most)s characters.", most=most)
    return fields


def _open_contest(session: Session, influencer_id: str, sign: str) -> str | None:
    return session.scalar(
        select(AuthenticityContest.id).where(
            AuthenticityContest.influencer_id == influencer_id,
            AuthenticityContest.sign == sign,
            AuthenticityContest.status == ContestStatus.OPEN,
        )
    )


def decide_contest(
    session: Session, *, contest_id: str, is_accepted: bool, now: datetime
) -> AuthenticityContest:
    """Accept or refuse an explanation; the value is computed again at once. Case, reasons and audit are moderation's.

    Raises:
        NotFound, Conflict: it was decided already.
    """
    contest = session.get(AuthenticityContest, contest_id, with_for_update=True)
    if contest is None:
        raise NotFound
    is_reversal = contest.status == ContestStatus.REFUSED and is_accepted
    if contest.status != ContestStatus.OPEN and not is_reversal:
        raise Conflict(_("This was decided already."))
    contest.status = ContestStatus.ACCEPTED if is_accepted else ContestStatus.REFUSED
    contest.decided_at = now
    session.flush()
    formula = formula_in_force(session)
    judge_again(session, influencer_ids=[contest.influencer_id], formula=formula, now=now)
    contest.value_after = session.get_one(AuthenticityCheck, contest.influencer_id).value
    return contest


def read_sign(stored: Mapping[str, Any]) -> Sign:
    """Read a stored sign."""
    return Sign(
        name=str(stored["name"]),
        state=SignState(stored["state"]),
        value=stored["value"],
        percentile=stored["percentile"],
        peers=int(stored["peers"]),
        weight=float(stored["weight"]),
    )

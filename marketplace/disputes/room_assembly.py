"""Turns the rows of a dispute into one plain object, with what a machine finds and what the reader may do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marketplace.bookings.contest_stages import (
    at_stake_minor,
    criteria_of,
    is_arrived,
    money_of_share,
    stage_of,
    takes_evidence,
)
from marketplace.bookings.domain import ContestKind, PublicationStatus, Side
from marketplace.bookings.hearing import hears_until
from marketplace.bookings.locks import deliverable_facts
from marketplace.bookings.models import ContestRuling, Deliverable, Publication
from marketplace.bookings.permitted import deliverable_actions
from marketplace.bookings.publication import live_from
from marketplace.bookings.recording import subject_of
from marketplace.bookings.room_assembly import is_undoable, post_contest
from marketplace.bookings.rooms import FileView, SubmissionView
from marketplace.bookings.row_views import brand_view, influencer_view, publication_view, submission_view
from marketplace.bookings.rulings import needs_second_person, took_part
from marketplace.disputes.findings import Material, judge
from marketplace.disputes.room_reading import DisputeRows
from marketplace.disputes.rooms import (
    AppealView,
    DisputeRoom,
    EvidenceEntry,
    JudgedCriterion,
    RulingView,
    SimilarCases,
)
from marketplace.policies import Actor
from marketplace.quotes.policy_records import PolicyRecord
from marketplace.quotes.sides import side_of


def assemble_dispute(rows: DisputeRows, *, actor: Actor, similar: SimilarCases, now: datetime) -> DisputeRoom:
    """Return the dispute as this reader sees it now."""
    contest, deliverable, booking = rows.contest, rows.deliverable, rows.booking
    policy = PolicyRecord.from_plain(rows.quote.policy["record"])
    versions = tuple(
        submission_view(row, request, rows.files.get(row.id, [])) for row, request in rows.submissions
    )
    return DisputeRoom(
        contest_id=contest.id,
        is_about_post=contest.kind == ContestKind.TAKEN_DOWN,
        has_arrived=is_arrived(deliverable),
        booking_id=booking.id,
        deliverable_id=deliverable.id,
        title=deliverable.title,
        booking_title=booking.title,
        kind=deliverable.kind,
        platform=deliverable.platform,
        status=stage_of(contest, deliverable),
        currency=booking.currency,
        at_stake_minor=at_stake_minor(deliverable),
        needs_second_person=needs_second_person(contest, deliverable, booking.currency, share_bps=0, now=now),
        is_own_word=actor.user_id in took_part(contest, next((row for row, _name in rows.rulings), None)),
        side=side_of(actor, subject_of(booking)),
        actions=_actions(rows, policy, actor=actor, now=now),
        brand=brand_view(rows.brand),
        influencer=influencer_view(rows.influencer),
        opened_side=contest.opened_side,
        statement=contest.statement,
        statement_ar=contest.statement_ar or "",
        opened_at=contest.opened_at,
        evidence_until=contest.evidence_until,
        rule_before=contest.rule_before,
        shown_at=contest.shown_at,
        look_until=contest.look_until,
        look_time=policy.posting_confirmation,
        hears_until=hears_until(
            contest, [(row.author_side, row.at) for row, _files in rows.evidence.values()], now=now
        ),
        appeal_until=contest.appeal_until,
        brand_accepted_at=contest.brand_accepted_at,
        influencer_accepted_at=contest.influencer_accepted_at,
        ruled_at=contest.ruled_at,
        closed_at=contest.closed_at,
        closed_how=contest.closed_how,
        is_frozen=booking.frozen_at is not None,
        floor_bps=contest.previous_share_bps or 0,
        criteria=_criteria(rows, versions, now=now),
        evidence=_evidence(rows),
        rulings=tuple(_ruling(row, name, deliverable, booking.currency) for row, name in rows.rulings),
        appeal=AppealView(rows.appeal.author_side, rows.appeal.text, rows.appeal.at)
        if rows.appeal is not None
        else None,
        submissions=versions,
        publications=tuple(publication_view(each) for each in rows.publications),
        similar=similar,
        similar_kinds=kinds_of(contest.criterion_kinds),
    )


def kinds_of(stored: str) -> tuple[str, ...]:
    """Return the kinds of criteria that a contest stores as ",label,other,"."""
    return tuple(each for each in stored.split(",") if each)


def material_of(versions: Sequence[SubmissionView], publications: Sequence[Publication]) -> Material:
    """Return what a machine looks at: the newest version and the newest live post."""
    newest = versions[-1] if versions else None
    post = publications[-1] if publications else None
    is_down = post is not None and post.status == PublicationStatus.TAKEN_DOWN
    return Material(
        text=newest.text if newest is not None else "",
        links=newest.links if newest is not None else (),
        disclosure=post.disclosure if post is not None else "",
        url=post.url if post is not None else "",
        posted_at=live_from(post) if post is not None else None,
        down_at=post.decided_at if post is not None and is_down else None,
    )


def _actions(rows: DisputeRows, policy: PolicyRecord, *, actor: Actor, now: datetime) -> tuple[str, ...]:
    contest, subject = rows.contest, subject_of(rows.booking)
    side = Side(side_of(actor, subject))
    accepted = {Side.BRAND: contest.brand_accepted_at, Side.INFLUENCER: contest.influencer_accepted_at}
    return deliverable_actions(
        actor,
        deliverable_facts(rows.booking, rows.deliverable, policy),
        side=side,
        subject=subject,
        evidence_until=contest.evidence_until if takes_evidence(contest) else None,
        kept_live_until=None,
        has_accepted=accepted.get(side) is not None,
        is_taken_down=is_undoable(rows.publications, contest),
        post_contest=post_contest(rows.booking, rows.deliverable, contest, policy),
        now=now,
    )


def _criteria(
    rows: DisputeRows, versions: Sequence[SubmissionView], *, now: datetime
) -> tuple[JudgedCriterion, ...]:
    material = material_of(versions, rows.publications)
    verdicts = [ruling.verdicts for ruling, _name in rows.rulings]
    return tuple(
        _criterion(row, rows.contest.criteria, verdicts, material, now=now)
        for row in criteria_of(rows.terms.criteria, rows.contest)
    )


def _criterion(
    row: Mapping[str, Any],
    disputed: Sequence[str],
    verdicts: Sequence[Mapping[str, Any]],
    material: Material,
    *,
    now: datetime,
) -> JudgedCriterion:
    is_disputed = row["id"] in disputed
    return JudgedCriterion(
        id=str(row["id"]),
        kind=str(row.get("kind", "other")),
        text=str(row["text"]),
        text_ar=str(row.get("text_ar") or ""),
        weight=int(row.get("weight") or 0),
        is_disputed=is_disputed,
        finding=judge(row, material, now=now) if is_disputed else None,
        verdicts=tuple(each[row["id"]] for each in verdicts if row["id"] in each),
    )


def _evidence(rows: DisputeRows) -> tuple[EvidenceEntry, ...]:
    return tuple(
        EvidenceEntry(
            evidence.author_side,
            evidence.text,
            tuple(evidence.links),
            tuple(
                FileView(each.id, each.name, each.media_type, each.size_bytes, each.sha256, each.storage_key)
                for each in files
            ),
            evidence.at,
        )
        for evidence, files in rows.evidence.values()
    )


def _ruling(row: ContestRuling, name: str, deliverable: Deliverable, currency: str) -> RulingView:
    kept, back = money_of_share(deliverable, share_bps=row.share_bps, currency=currency)
    return RulingView(
        number=row.number,
        share_bps=row.share_bps,
        release_minor=kept,
        refund_minor=back,
        reason_en=row.reason_en,
        reason_ar=row.reason_ar,
        at=row.at,
        ruled_by=name,
        had_second_person=row.approved_by is not None,
    )

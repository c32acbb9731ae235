"""The plain objects of disputes that pages read. No rows leave queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marketplace.bookings.rooms import FileView, PartyView, PublicationView, SubmissionView
from marketplace.disputes.findings import Finding


@dataclass(frozen=True, slots=True)
class JudgedCriterion:
    """One agreed criterion in a dispute. `verdicts` holds {"verdict", "en", "ar"} of each ruling, the first one first."""

    id: str
    kind: str
    text: str
    text_ar: str
    weight: int
    is_disputed: bool
    finding: Finding | None
    verdicts: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    author_side: str
    text: str
    links: tuple[str, ...]
    files: tuple[FileView, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class RulingView:
    """One ruling; `number` 2 is that on the appeal. Names only for operators."""

    number: int
    share_bps: int
    release_minor: int
    refund_minor: int
    reason_en: str
    reason_ar: str
    at: datetime
    ruled_by: str
    had_second_person: bool


@dataclass(frozen=True, slots=True)
class AppealView:
    author_side: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SimilarCases:
    """How earlier cases about the same kinds of criteria ended."""

    total: int
    for_brand: int
    for_influencer: int

    @property
    def split(self) -> int:
        return self.total - self.for_brand - self.for_influencer


@dataclass(frozen=True, slots=True)
class DisputeRoom:
    """Everything about one dispute, the same for both sides but for `side` and `actions`.

    `actions`: codes of what the reader may do now (bookings.permitted). `at_stake_minor` is what a ruling can move, in
    minor units; `needs_second_person` says that a second operator must approve the ruling: any, or (of a post) one that
    takes something away, and nothing before `hears_until`. `is_own_word`: the reader ruled, approved or reported what is to be
    decided, so somebody else decides. `has_arrived` says that what a ruling takes must be taken back from the influencer.
    """

    contest_id: str
    is_about_post: bool
    has_arrived: bool
    booking_id: str
    deliverable_id: str
    title: str
    booking_title: str
    kind: str
    platform: str
    status: str
    currency: str
    at_stake_minor: int
    needs_second_person: bool
    is_own_word: bool
    side: str
    actions: tuple[str, ...]
    brand: PartyView
    influencer: PartyView
    opened_side: str
    statement: str
    statement_ar: str
    opened_at: datetime
    evidence_until: datetime
    rule_before: datetime
    shown_at: datetime | None
    look_until: datetime | None
    #: the brand has at least so long to look at a post that was shown
    look_time: timedelta
    hears_until: datetime | None
    appeal_until: datetime | None
    brand_accepted_at: datetime | None
    influencer_accepted_at: datetime | None
    ruled_at: datetime | None
    closed_at: datetime | None
    closed_how: str | None
    is_frozen: bool
    floor_bps: int
    criteria: tuple[JudgedCriterion, ...]
    evidence: tuple[EvidenceEntry, ...]
    rulings: tuple[RulingView, ...]
    appeal: AppealView | None
    submissions: tuple[SubmissionView, ...]
    publications: tuple[PublicationView, ...]
    similar: SimilarCases
    similar_kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastRuling:
    """A dispute that is over, without names: what was disputed, what was found, why, and how it was divided."""

    at: datetime
    #: where a list goes on after it
    cursor: str
    kind: str
    platform: str
    opened_side: str
    share_bps: int
    was_appealed: bool
    reason_en: str
    reason_ar: str
    criteria: tuple[dict[str, Any], ...]

"""Cases: one operator at a time, one decision a version, reasons for everybody, an appeal to somebody else."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from marketplace.accounts.domain import OperatorRole
from marketplace.audit.models import AuditEntry
from marketplace.brands.domain import BrandStatus
from marketplace.brands.models import Brand
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief
from marketplace.db import transaction
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.influencers.channels import request_channel_proof
from marketplace.influencers.models import Channel
from marketplace.listings.domain import ListingStatus
from marketplace.listings.models import Listing
from marketplace.moderation.cases import CLAIM
from marketplace.moderation.domain import CaseStatus, DecisionAction, SubjectType
from marketplace.moderation.models import Decision, ModerationCase
from marketplace.moderation.operations import (
    AlreadyDecided,
    AppealNotPossible,
    ClaimedByOther,
    DecisionInput,
    answer_appeal,
    claim_case,
    decide_case,
    file_appeal,
    open_case,
    release_case,
)
from marketplace.outbox.models import OutboxRow
from tests.builders.market import build_brief, build_listing
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.clock import START

REASONS: dict[str, Any] = {"policy_code": "truthful", "reason_en": "Not true.", "reason_ar": "غير صحيح."}
APPROVE, REJECT = (
    DecisionInput(action=action, **REASONS) for action in (DecisionAction.APPROVE, DecisionAction.REJECT)
)


def given(action: str, **other) -> DecisionInput:
    return DecisionInput(**({"action": action} | REASONS | other))


class Subject:
    """Something that waits for an operator, its owner, and how to look at it again."""

    owner: Any
    table: Any
    case: Any

    def __init__(self, session, kind: str) -> None:
        self.kind, self.session = kind, session
        self.owner = build_influencer(session) if kind in {"listing", "channel"} else build_brand(session)
        getattr(self, f"_{kind}")()
        self.case = open_case(
            session, subject_type=SubjectType(kind), subject_id=self.id, version_ref=self.version, now=START
        )

    def _listing(self) -> None:
        live = build_listing(self.session, self.owner)
        live.listing.status, live.listing.live_version_id = ListingStatus.SUBMITTED, None
        self.id, self.version, self.table = live.listing.id, live.version.id, Listing

    def _brief(self) -> None:
        live = build_brief(self.session, self.owner)
        live.brief.status, live.brief.live_version_id = BriefStatus.SUBMITTED, None
        self.id, self.version, self.table = live.brief.id, live.version.id, Brief

    def _brand(self) -> None:
        self.owner.brand.status = BrandStatus.PENDING
        self.id, self.version, self.table = self.owner.brand.id, "1", Brand

    def _channel(self) -> None:
        channel = self.owner.channel
        channel.proven_at = None
        self.session.flush()
        request_channel_proof(self.session, actor=self.owner.actor, channel_id=channel.id, now=START)
        self.id, self.version, self.table = channel.id, START.isoformat(), Channel

    @property
    def state(self) -> str:
        row = self.session.get_one(self.table, self.id, populate_existing=True)
        if self.kind == "channel":
            return "approved" if row.proven_at else "refused"
        return str(row.status)


@pytest.fixture
def operator(session):
    return build_operator(session)


@pytest.fixture
def colleague(session):
    return build_operator(session)


def decide(subject: Subject, operator, what: DecisionInput, *, revision: int | None = None):
    return decide_case(
        subject.session,
        actor=operator.actor,
        case_id=subject.case.id,
        given=what,
        revision=subject.case.revision if revision is None else revision,
        now=START,
    )


class TestOpenCase:
    def test_is_one_for_a_version(self, session):
        subject = Subject(session, "listing")
        again = open_case(
            session,
            subject_type=SubjectType.LISTING,
            subject_id=subject.id,
            version_ref=subject.version,
            now=START,
        )
        assert again is subject.case
        assert subject.case.snapshot["title"] == "A reel and its files"

    def test_is_none_when_nothing_waits(self, session):
        live = build_listing(session, build_influencer(session))
        assert (
            open_case(
                session,
                subject_type=SubjectType.LISTING,
                subject_id=live.listing.id,
                version_ref=live.version.id,
                now=START,
            )
            is None
        )

    def test_closes_the_case_of_an_older_version(self, session):
        subject = Subject(session, "brand")
        subject.owner.brand.version = 2
        session.flush()
        open_case(session, subject_type=SubjectType.BRAND, subject_id=subject.id, version_ref="2", now=START)
        session.refresh(subject.case)
        assert subject.case.status == CaseStatus.SUPERSEDED


class TestClaim:
    def test_is_one_of_two_at_once(self, session, sessions, operator, colleague):
        subject = Subject(session, "listing")
        case_id, actors = subject.case.id, [operator.actor, colleague.actor]
        session.commit()
        barrier, outcomes = threading.Barrier(2), []

        def take(actor) -> None:
            barrier.wait()
            try:
                with transaction(sessions) as own:
                    claim_case(own, actor=actor, case_id=case_id, now=START)
                outcomes.append("mine")
            except ClaimedByOther:
                outcomes.append("theirs")

        threads = [threading.Thread(target=take, args=(actor,)) for actor in actors]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["mine", "theirs"]

    def test_ends_with_its_time_and_can_be_renewed_and_given_back(self, session, operator, colleague):
        case_id = Subject(session, "listing").case.id
        claim_case(session, actor=operator.actor, case_id=case_id, now=START)
        claim_case(session, actor=operator.actor, case_id=case_id, now=START + CLAIM)
        with pytest.raises(ClaimedByOther):
            claim_case(session, actor=colleague.actor, case_id=case_id, now=START + CLAIM)
        release_case(session, actor=colleague.actor, case_id=case_id)
        with pytest.raises(ClaimedByOther):
            claim_case(session, actor=colleague.actor, case_id=case_id, now=START + CLAIM)
        release_case(session, actor=operator.actor, case_id=case_id)
        claim_case(session, actor=colleague.actor, case_id=case_id, now=START + CLAIM)
        claim_case(session, actor=operator.actor, case_id=case_id, now=START + 3 * CLAIM)

    @pytest.mark.parametrize("role", [OperatorRole.READER, OperatorRole.FINANCE])
    def test_is_refused_to_who_only_reads(self, session, role):
        with pytest.raises(Forbidden):
            claim_case(
                session,
                actor=build_operator(session, role=role).actor,
                case_id=Subject(session, "brand").case.id,
                now=START,
            )


class TestDecide:
    @pytest.mark.parametrize(
        ("kind", "action", "state"),
        [
            ("listing", "approve", "approved"), ("listing", "reject", "rejected"),
            ("listing", "request_changes", "changes_requested"), ("brief", "approve", "open"),
            ("brief", "request_changes", "changes_requested"), ("brand", "approve", "approved"),
            ("brand", "reject", "rejected"), ("brand", "request_changes", "changes_requested"),
            ("brand", "hide", "suspended"), ("channel", "approve", "approved"), ("channel", "reject", "refused"),
        ],
    )  # fmt: skip
    def test_does_what_was_decided_and_keeps_why(self, session, operator, kind, action, state):
        subject = Subject(session, kind)
        decision = decide(subject, operator, given(action))
        assert subject.state == state
        assert (decision.policy_code, decision.reason_en, decision.reason_ar) == tuple(REASONS.values())
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == f"case.{action}")).one()
        assert (entry.actor_id, entry.reason) == (operator.user.id, "Not true.")
        told = session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == "case.decided")).all()
        assert told == [{"decision_id": decision.id}]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"action": "split"}, "action"), ({"action": "explode"}, "action"), ({"policy_code": ""}, "policy_code"),
            ({"policy_code": "made_up"}, "policy_code"), ({"reason_en": " "}, "reason_en"), ({"reason_ar": ""}, "reason_ar"),
        ],
    )  # fmt: skip
    def test_needs_policy_and_both_reasons(self, session, operator, wrong, field):
        subject = Subject(session, "listing")
        with pytest.raises(Invalid) as refused:
            decide(subject, operator, given(**({"action": "reject"} | wrong)))
        assert list(refused.value.fields) == [field]
        assert subject.state == ListingStatus.SUBMITTED

    def test_is_possible_once(self, session, operator, colleague):
        subject = Subject(session, "listing")
        decide(subject, operator, APPROVE)
        for who in (operator, colleague):
            with pytest.raises(AlreadyDecided):
                decide(subject, who, REJECT)
        assert session.scalar(select(func.count()).select_from(Decision)) == 1

    def test_is_refused_on_a_page_that_is_out_of_date(self, session, operator):
        with pytest.raises(AlreadyDecided):
            decide(Subject(session, "listing"), operator, APPROVE, revision=7)

    def test_is_one_of_two_at_once(self, session, sessions, operator):
        subject = Subject(session, "listing")
        case_id, actor = subject.case.id, operator.actor
        session.commit()
        barrier, outcomes = threading.Barrier(2), []

        def run(what: DecisionInput) -> None:
            barrier.wait()
            try:
                with transaction(sessions) as own:
                    decide_case(own, actor=actor, case_id=case_id, given=what, revision=1, now=START)
                outcomes.append("decided")
            except Conflict:
                outcomes.append("refused")

        threads = [threading.Thread(target=run, args=(what,)) for what in (APPROVE, REJECT)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["decided", "refused"]
        assert session.scalar(select(func.count()).select_from(Decision)) == 1


def appealed(subject: Subject, operator, action: str = "reject"):
    decision = decide(subject, operator, given(action))
    return file_appeal(
        subject.session, actor=subject.owner.actor, decision_id=decision.id, text="It is true.", now=START
    )


def answer(session, appeal, operator, *, is_upheld: bool):
    return answer_appeal(
        session,
        actor=operator.actor,
        appeal_id=appeal.id,
        is_upheld=is_upheld,
        answer_en="We were wrong.",
        answer_ar="أخطأنا.",
        now=START,
    )


class TestAppeal:
    def test_is_never_answered_by_who_decided(self, session, operator, colleague):
        appeal = appealed(Subject(session, "listing"), operator)
        with pytest.raises(Forbidden):
            answer(session, appeal, operator, is_upheld=True)
        answer(session, appeal, colleague, is_upheld=True)
        with pytest.raises(AlreadyDecided):
            answer(session, appeal, colleague, is_upheld=False)

    @pytest.mark.parametrize(
        ("kind", "action", "state"),
        [
            ("listing", "reject", "approved"), ("brief", "reject", "open"), ("brand", "reject", "approved"),
            ("brand", "hide", "approved"), ("channel", "reject", "approved"),
            ("listing", "request_changes", "approved"), ("brief", "request_changes", "open"),
            ("brand", "request_changes", "approved"),
        ],
    )  # fmt: skip
    def test_that_is_granted_undoes_the_decision(self, session, operator, colleague, kind, action, state):
        subject = Subject(session, kind)
        appeal = appealed(subject, operator, action)
        assert subject.state != state
        answer(session, appeal, colleague, is_upheld=False)
        assert subject.state == state

    @pytest.mark.parametrize("kind", ["listing", "brief"])
    def test_that_is_granted_shows_again_what_was_hidden(self, session, operator, colleague, kind):
        subject = Subject(session, kind)
        appeal = appealed(subject, operator, "hide")
        assert session.get_one(subject.table, subject.id).is_hidden
        answer(session, appeal, colleague, is_upheld=False)
        assert not session.get_one(subject.table, subject.id).is_hidden

    def test_that_is_refused_changes_nothing(self, session, operator, colleague):
        subject = Subject(session, "listing")
        answer(session, appealed(subject, operator), colleague, is_upheld=True)
        assert subject.state == ListingStatus.REJECTED

    def test_is_possible_once_within_six_months_by_the_author_against_a_refusal(self, session, operator):
        subject = Subject(session, "listing")
        decision = decide(subject, operator, REJECT)
        options = {"decision_id": decision.id, "text": "x", "now": START}
        with pytest.raises(NotFound):
            file_appeal(session, actor=build_influencer(session).actor, **options)
        with pytest.raises(Invalid):
            file_appeal(session, actor=subject.owner.actor, **(options | {"text": "  "}))
        with pytest.raises(AppealNotPossible):
            file_appeal(
                session, actor=subject.owner.actor, **(options | {"now": START + timedelta(days=184)})
            )
        file_appeal(session, actor=subject.owner.actor, **options)
        with pytest.raises(AppealNotPossible):
            file_appeal(session, actor=subject.owner.actor, **options)
        approved = Subject(session, "brand")
        decision = decide(approved, operator, APPROVE)
        with pytest.raises(AppealNotPossible):
            file_appeal(session, actor=approved.owner.actor, decision_id=decision.id, text="x", now=START)

    def test_needs_an_answer_in_both_languages(self, session, operator, colleague):
        appeal = appealed(Subject(session, "listing"), operator)
        with pytest.raises(Invalid):
            answer_appeal(
                session,
                actor=colleague.actor,
                appeal_id=appeal.id,
                is_upheld=True,
                answer_en="x",
                answer_ar=" ",
                now=START,
            )


class TestCase:
    def test_of_nobody_is_not_found(self, session, operator):
        with pytest.raises(NotFound):
            release_case(session, actor=operator.actor, case_id="z" * 20)
        assert session.get(ModerationCase, "z" * 20) is None

"""Briefs through their life on both databases: kept drafts, immutable versions, decisions, closing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.domain import BrandRole
from marketplace.briefs import decisions, operations, queries
from marketplace.briefs.models import BriefVersion
from marketplace.briefs.transitions import BriefAlreadyThere, BriefInReview, BriefOver, BriefPublished
from marketplace.briefs.validation import BriefIncomplete
from marketplace.errors import Forbidden, NotFound
from marketplace.outbox.models import OutboxRow
from marketplace.quotes.policy_records import policy_at
from tests.builders.people import build_brand, build_influencer, build_operator, build_user, join_brand
from tests.clock import START

COMPLETE = {
    "title": "Cold brew at home",
    "goal": "awareness",
    "product": "Cold brew set",
    "text": "Show how you make cold brew at home with our set.",
    "topics": ["coffee"],
    "platforms": ["instagram"],
    "deliverables": [{"kind": "reel", "count": "1", "price": "1500"}],
    "budget": "3000",
    "seats": "2",
    "starts_on": "2026-03-20",
    "ends_on": "2026-04-01",
    "criteria": [{"kind": "other", "text": "Shows the whole brewing", "weight": "100"}],
}


@pytest.fixture
def buyer(session):
    return build_brand(session)


@pytest.fixture
def operator(session):
    return build_operator(session)


def create(session, side, **draft):
    return operations.create_brief(session, actor=side.actor, draft=draft, now=START)


def submit(session, side, brief, **options):
    return operations.submit_brief(
        session, actor=side.actor, brief_id=brief.id, policy=policy_at(START), now=START, **options
    )


def opened(session, buyer, operator, **changes):
    brief = create(session, buyer, **(COMPLETE | changes))
    version = submit(session, buyer, brief)
    return decisions.approve_version(session, actor=operator.actor, version_id=version.id, now=START)


def payloads(session, kind):
    return list(session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == kind)))


class TestCreateBrief:
    def test_begins_with_the_brands_country_and_the_micro_gate(self, session, buyer):
        draft = create(session, buyer).draft
        assert (draft["currency"], draft["territory"], draft["followers_min"], draft["followers_max"]) == (
            "SAR",
            "SA",
            "1000",
            "100000",
        )

    def test_is_for_members_of_a_brand(self, session):
        with pytest.raises(NotFound):
            operations.create_brief(session, actor=build_influencer(session).actor, now=START)


class TestAutosaveDraft:
    def test_keeps_anything_and_raises_the_revision_only_with_changes(self, session, buyer):
        brief = create(session, buyer)
        for _again in range(2):
            operations.autosave_draft(
                session, actor=buyer.actor, brief_id=brief.id, draft={"budget": "plenty <b>"}, now=START
            )
        assert (brief.draft["budget"], brief.revision) == ("plenty <b>", 2)

    def test_refuses_to_overwrite_what_somebody_else_saved(self, session, buyer):
        brief = create(session, buyer)
        operations.autosave_draft(
            session, actor=buyer.actor, brief_id=brief.id, draft={"title": "Mine"}, revision=1, now=START
        )
        with pytest.raises(operations.BriefChangedMeanwhile) as refused:
            operations.autosave_draft(
                session,
                actor=buyer.actor,
                brief_id=brief.id,
                draft={"title": "Theirs"},
                revision=1,
                now=START,
            )
        assert (refused.value.revision, brief.draft["title"]) == (2, "Mine")

    def test_forgives_an_old_revision_that_would_change_nothing(self, session, buyer):
        brief = create(session, buyer, title="Same")
        brief.revision = 7
        operations.autosave_draft(
            session, actor=buyer.actor, brief_id=brief.id, draft={"title": "Same"}, revision=1, now=START
        )
        assert brief.revision == 7

    def test_is_refused_in_review_and_after_publication(self, session, buyer, operator):
        brief = create(session, buyer, **COMPLETE)
        version = submit(session, buyer, brief)
        with pytest.raises(BriefInReview):
            operations.autosave_draft(session, actor=buyer.actor, brief_id=brief.id, draft={}, now=START)
        decisions.approve_version(session, actor=operator.actor, version_id=version.id, now=START)
        with pytest.raises(BriefPublished):
            operations.autosave_draft(session, actor=buyer.actor, brief_id=brief.id, draft={}, now=START)

    def test_is_not_for_other_brands(self, session, buyer):
        brief = create(session, buyer)
        with pytest.raises(NotFound):
            operations.autosave_draft(
                session, actor=build_brand(session).actor, brief_id=brief.id, draft={}, now=START
            )


class TestSubmitBrief:
    def test_freezes_the_draft_as_a_version(self, session, buyer):
        brief = create(session, buyer, **COMPLETE)
        version = submit(session, buyer, brief)
        assert (brief.status, version.number, version.budget_minor) == ("submitted", 1, 300_000)
        assert payloads(session, "brief.submitted") == [{"brief_id": brief.id, "version_id": version.id}]

    def test_names_what_is_missing_and_stays_a_draft(self, session, buyer):
        brief = create(session, buyer, title="Cold brew at home")
        with pytest.raises(BriefIncomplete) as refused:
            submit(session, buyer, brief)
        assert "criteria" in refused.value.fields
        assert (brief.status, session.scalar(select(BriefVersion.id))) == ("draft", None)

    def test_needs_more_than_a_buyer(self, session, buyer):
        user = build_user(session)
        actor = join_brand(session, brand=buyer.brand, user=user, role=BrandRole.BUYER)
        brief = operations.create_brief(session, actor=actor, draft=COMPLETE, now=START)
        with pytest.raises(Forbidden):
            operations.submit_brief(
                session, actor=actor, brief_id=brief.id, policy=policy_at(START), now=START
            )

    def test_refuses_a_revision_that_is_not_the_stored_one(self, session, buyer):
        brief = create(session, buyer, **COMPLETE)
        with pytest.raises(operations.BriefChangedMeanwhile):
            submit(session, buyer, brief, revision=9)

    def test_makes_a_second_version_after_changes_were_asked_for(self, session, buyer, operator):
        brief = create(session, buyer, **COMPLETE)
        first = submit(session, buyer, brief)
        notes = {"text": {"en": "Say more.", "ar": "وضّح أكثر."}}
        decisions.request_version_changes(
            session, actor=operator.actor, version_id=first.id, field_notes=notes, now=START
        )
        assert (brief.status, brief.field_notes) == ("changes_requested", notes)
        operations.autosave_draft(
            session, actor=buyer.actor, brief_id=brief.id, draft={"text": "x" * 50}, now=START
        )
        second = submit(session, buyer, brief)
        assert (second.number, brief.field_notes, first.text) == (2, {}, COMPLETE["text"])


class TestDecisions:
    def test_publish_a_version(self, session, buyer, operator):
        brief = opened(session, buyer, operator)
        assert (brief.status, brief.live_version_id, brief.published_at) == (
            "open",
            brief.newest_version_id,
            START,
        )
        assert len(payloads(session, "brief.opened")) == 1

    def test_are_refused_on_an_older_version(self, session, buyer, operator):
        brief = create(session, buyer, **COMPLETE)
        first = submit(session, buyer, brief)
        operations.take_back_brief(session, actor=buyer.actor, brief_id=brief.id, now=START)
        submit(session, buyer, brief)
        with pytest.raises(decisions.BriefVersionSuperseded):
            decisions.approve_version(session, actor=operator.actor, version_id=first.id, now=START)

    def test_reject_until_an_appeal_brings_it_back(self, session, buyer, operator):
        brief = create(session, buyer, **COMPLETE)
        version = submit(session, buyer, brief)
        decisions.reject_version(session, actor=operator.actor, version_id=version.id, now=START)
        with pytest.raises(BriefOver):
            submit(session, buyer, brief)
        decisions.approve_version(session, actor=operator.actor, version_id=version.id, now=START)
        assert brief.status == "open"

    def test_hide_from_influencers(self, session, buyer, operator):
        brief = opened(session, buyer, operator)
        decisions.hide_brief(session, actor=operator.actor, brief_id=brief.id, now=START)
        assert queries.list_open_briefs(session).rows == ()
        with pytest.raises(NotFound):
            queries.get_open_brief(session, brief_id=brief.id)


class TestCloseBrief:
    def test_tells_deals_the_reason_once(self, session, buyer, operator):
        brief = opened(session, buyer, operator)
        operations.close_brief(session, actor=buyer.actor, brief_id=brief.id, reason="budget", now=START)
        assert (brief.status, brief.close_reason, brief.closed_at) == ("closed", "budget", START)
        assert payloads(session, "brief.closed") == [{"brief_id": brief.id, "reason": "budget"}]
        with pytest.raises(BriefAlreadyThere):
            operations.close_brief(session, actor=buyer.actor, brief_id=brief.id, reason="budget", now=START)

    def test_refuses_a_reason_of_ones_own(self, session, buyer, operator):
        brief = opened(session, buyer, operator)
        with pytest.raises(operations.CloseReasonUnknown):
            operations.close_brief(session, actor=buyer.actor, brief_id=brief.id, reason="<b>", now=START)
        assert brief.status == "open"


class TestPlaces:
    def test_fill_and_reopen_without_repeating_themselves(self, session, buyer, operator):
        brief = opened(session, buyer, operator)
        for _again in range(2):
            operations.fill_brief(session, actor=operator.actor, brief_id=brief.id, now=START)
        assert (brief.status, len(payloads(session, "brief.full"))) == ("full", 1)
        for _again in range(2):
            operations.reopen_brief(session, actor=operator.actor, brief_id=brief.id, now=START)
        assert (brief.status, len(payloads(session, "brief.reopened"))) == ("open", 1)


class TestCopyBrief:
    def test_begins_a_draft_without_dates(self, session, buyer, operator):
        brief = opened(session, buyer, operator)
        copied = operations.copy_brief(session, actor=buyer.actor, brief_id=brief.id, now=START)
        assert (copied.status, copied.draft["text"], copied.draft["starts_on"]) == (
            "draft",
            COMPLETE["text"],
            "",
        )


class TestListOpenBriefs:
    def test_pages_from_the_newest(self, session, buyer, operator):
        briefs = [opened(session, buyer, operator) for _n in range(3)]
        for hours, brief in enumerate(briefs):
            brief.published_at = START + timedelta(hours=hours)
        session.flush()
        first = queries.list_open_briefs(session, limit=2)
        rest = queries.list_open_briefs(session, limit=2, cursor=first.next_cursor)
        seen = [row.brief.id for row in (*first.rows, *rest.rows)]
        assert (seen, rest.next_cursor) == ([brief.id for brief in reversed(briefs)], None)

    def test_leaves_out_what_nobody_can_apply_to_any_more(self, session, buyer, operator):
        brief = opened(session, buyer, operator)
        last = session.get_one(BriefVersion, brief.live_version_id).ends_on
        assert len(queries.list_open_briefs(session, today=last).rows) == 1
        assert queries.list_open_briefs(session, today=last + timedelta(days=1)).rows == ()

    def test_leaves_out_brands_that_are_not_approved(self, session, buyer, operator):
        opened(session, buyer, operator)
        buyer.brand.status = "suspended"
        session.flush()
        assert queries.list_open_briefs(session).rows == ()

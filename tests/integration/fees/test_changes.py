"""Changing fees: two persons, a day in the future, rows that never change, quotes that keep what they were made with."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.approvals.operations import SamePerson, approve_act
from marketplace.approved_acts import CARRIERS
from marketplace.errors import Forbidden, Invalid
from marketplace.fees.domain import FeeTier
from marketplace.fees.operations import ChangeTooLate, propose_fees
from marketplace.fees.queries import fees_at, list_fees
from marketplace.quotes import queries as quotes
from tests.builders.bookings import build_quote
from tests.builders.charges import FIRST_FEES
from tests.builders.people import build_brand, build_operator
from tests.clock import START

DAY = timedelta(days=1)
FIRST_DAY = START.date() + 20 * DAY
DEARER = replace(FIRST_FEES, valid_from=FIRST_DAY, tiers=(FeeTier(0, 1_200),))


def propose(session, actor, policy=DEARER, now=START, **words):
    told = {"note_en": "12 percent.", "note_ar": "اثنا عشر في المئة.", "reason": "Costs rose."} | words
    return propose_fees(session, actor=actor, policy=policy, now=now, **told)


def approve(session, actor, request, now=START):
    return approve_act(
        session,
        actor=actor,
        request_id=request.id,
        seen_hash=request.payload_hash,
        carriers=CARRIERS,
        now=now,
    )


@pytest.fixture
def desk(session):
    return build_operator(session, role="finance").actor, build_operator(session, role="admin").actor


class TestFeesAt:
    def test_begins_with_what_was_agreed_before(self, session):
        assert fees_at(session, START) == FIRST_FEES


class TestProposeFees:
    def test_changes_nothing_until_a_second_person_approves_and_its_day_comes(self, session, desk):
        first, second = desk
        request = propose(session, first)
        assert len(list_fees(session, now=START)) == 1
        with pytest.raises(SamePerson):
            approve(session, first, request)
        approve(session, second, request)
        assert fees_at(session, START).version == "2025-01"
        # in Riyadh the day begins at 21:00 UTC
        eve = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) - timedelta(hours=3, seconds=1)
        assert fees_at(session, eve).version == "2025-01"
        assert fees_at(session, eve + timedelta(seconds=1)) == replace(DEARER, version="f1")
        coming, present = list_fees(session, now=START)
        assert (coming.is_coming, present.is_in_force) == (True, True)
        assert present.last_day == FIRST_DAY - DAY
        assert coming.proposed_by
        assert coming.approved_by

    def test_leaves_quotes_as_they_were_made(self, session, desk):
        before = build_quote(session)
        approve(session, desk[1], propose(session, desk[0]))
        later = START + 21 * DAY
        card = quotes.price_card(session, actor=before.brand.actor, quote_id=before.quote.id)
        assert (card.fee_minor, card.fee_version) == (20_000, "2025-01")
        assert (
            fees_at(session, later).fee_on(200_000, currency="SAR", completed_count=0).total_minor == 24_000
        )

    @pytest.mark.parametrize(
        ("policy", "words", "field"),
        [
            (replace(DEARER, valid_from=START.date() + 14 * DAY), {}, "valid_from"),
            (replace(DEARER, valid_from=date(2025, 1, 1)), {}, "valid_from"),
            (replace(DEARER, tiers=()), {}, "tiers"),
            (replace(DEARER, tiers=FIRST_FEES.tiers), {}, "tiers"),
            (DEARER, {"note_ar": " "}, "note_ar"),
        ],
    )
    def test_says_what_is_wrong(self, session, desk, policy, words, field):
        with pytest.raises(Invalid) as refused:
            propose(session, desk[0], policy, **words)
        assert field in refused.value.fields

    def test_is_for_those_who_may_act_on_money(self, session):
        for actor in (build_operator(session, role="moderator").actor, build_brand(session).actor):
            with pytest.raises(Forbidden):
                propose(session, actor)

    def test_comes_too_late_when_its_day_has_begun(self, session, desk):
        soon = replace(DEARER, valid_from=START.date() + 15 * DAY)
        request = propose(session, desk[0], soon)
        request.expires_at = START + 30 * DAY
        with pytest.raises(ChangeTooLate):
            approve(session, desk[1], request, now=START + 16 * DAY)

    def test_comes_too_late_when_it_could_not_be_told_in_time_any_more(self, session, desk):
        soon = replace(DEARER, valid_from=START.date() + 15 * DAY)
        request = propose(session, desk[0], soon)
        with pytest.raises(ChangeTooLate):
            approve(session, desk[1], request, now=START + 2 * DAY)

    def test_that_was_wrong_is_undone_by_the_former_fees_from_a_later_day(self, session, desk):
        present = fees_at(session, START)
        approve(session, desk[1], propose(session, desk[0], DEARER), now=START)
        back = replace(present, valid_from=DEARER.valid_from + 5 * DAY)
        request = propose(session, desk[0], back)
        assert request.payload["before"]["valid_from"] == DEARER.valid_from.isoformat()


class TestRows:
    @pytest.mark.parametrize(
        "attack",
        [
            "UPDATE fee_policy SET note_en = 'x'",
            "DELETE FROM fee_policy",
            "INSERT INTO fee_policy SELECT * FROM fee_policy",
        ],
    )
    def test_never_change(self, session, attack):
        with pytest.raises(IntegrityError):
            session.execute(text(attack))
        session.rollback()

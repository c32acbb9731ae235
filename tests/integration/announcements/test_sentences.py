"""The sentence that fits the deal: by path, by what happened to the money, by whether it can still be contested."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.bookings import freezing
from marketplace.bookings import operations as bookings
from marketplace.briefs.domain import CloseReason
from marketplace.briefs.operations import close_brief
from marketplace.db import transaction
from marketplace.deals import operations as deals
from marketplace.notifications.models import MailMessage
from marketplace.quotes.domain import DealPath
from marketplace.worker import Worker
from tests.builders.bookings import Stage, build_booking, build_quote, deliverables_of, open_payout_account
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.clock import START

DAY = timedelta(days=1)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def tell(app, services, session, clock):
    """Return a function that commits, lets the worker tell, and returns who was told what: (user id, kind) -> bodies."""

    def run() -> dict[tuple[str, str], list[str]]:
        session.commit()
        clock.advance(days=100)  # whatever time the test acted at, its rows are due
        Worker(services, context=app.app_context).settle()
        told: dict[tuple[str, str], list[str]] = {}
        with transaction(services.sessions) as own:
            for mail in own.scalars(select(MailMessage).order_by(MailMessage.created_at)):
                told.setdefault((mail.user_id or "", mail.kind), []).append(mail.body)
        return told

    return run


class TestOrder:
    def test_is_announced_and_when_paid_waits_for_an_answer_within_72_hours(self, session, tell):
        deal = build_booking(session, stage=Stage.FUNDED, path=DealPath.ORDER)
        reader = deal.influencer.user.id
        told = tell()
        (received,) = told[reader, "order.received"]
        assert "4 Mar 2026" in received
        assert "accept or decline" in told[reader, "order.placed"][0]
        assert (reader, "booking.funded") not in told
        assert (reader, "booking.created") not in told
        assert (deal.brand.user.id, "booking.paid") in told

    def test_leaves_the_sentences_of_a_brief_to_a_brief(self, session, tell):
        deal = build_booking(session, stage=Stage.FUNDED)
        told = tell()
        assert (deal.influencer.user.id, "booking.funded") in told
        assert (deal.influencer.user.id, "booking.created") in told
        assert (deal.influencer.user.id, "order.received") not in told


class TestApproval:
    def test_says_publish_only_where_the_work_is_published(self, session, tell):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        work = deliverables_of(session, deal.booked)
        assert [row.is_published for row in work] == [True, False]
        first = work[0]
        bookings.approve_submission(session, actor=deal.brand.actor, deliverable_id=first.id, now=START)
        told = tell()
        assert len(told[deal.influencer.user.id, "deliverable.approved_publish"]) == 1
        assert (deal.influencer.user.id, "deliverable.approved") not in told


class TestDivision:
    @pytest.mark.parametrize("is_refund_first", [False, True])
    def test_tells_each_side_what_it_got(self, session, tell, is_refund_first):
        deal = build_booking(session)
        open_payout_account(session, deal.influencer)
        bookings.cancel_booking(
            session, actor=deal.brand.actor, booking_id=deal.booked.id, reason="x", now=START
        )
        work = deliverables_of(session, deal.booked)
        for row in work:
            given = {"booking_ref": deal.booked.id, "part_ref": row.id, "now": START}
            arrive = [bookings.on_release_confirmed, bookings.on_refund_confirmed]
            for each in reversed(arrive) if is_refund_first else arrive:
                each(session, **given)
        assert all(0 < row.release_minor < row.net_minor for row in work)
        amounts = [(_sar(row.release_minor), _sar(row.refund_minor)) for row in work]
        told = tell()
        released = "".join(told[deal.influencer.user.id, "deliverable.released"])
        refunded = "".join(told[deal.brand.user.id, "deliverable.refunded"])
        assert len(told[deal.brand.user.id, "deliverable.refunded"]) == len(work)  # once for each
        for own, back in amounts:
            assert f"{own} for" in released
            assert f"{back} for" in refunded

    def test_tells_a_share_that_waits_and_the_brands_part_that_does_not(self, session, tell):
        deal = build_booking(session)
        bookings.cancel_booking(
            session, actor=deal.brand.actor, booking_id=deal.booked.id, reason="x", now=START
        )
        row = deliverables_of(session, deal.booked)[0]
        own, back = _sar(row.release_minor), _sar(row.refund_minor)
        told = tell()
        assert f"{own} for" in told[deal.influencer.user.id, "release.parked"][0]
        assert f"{back} for" in told[deal.brand.user.id, "refund.planned"][0]

    @pytest.mark.parametrize(
        ("reason", "kind"),
        [
            ("payout_account_not_active", "release.account_incomplete"),
            ("balance_insufficient", "release.refused"),
            ("payout_account_missing", "release.parked"),
        ],
    )
    def test_says_what_an_owed_share_waits_for(self, session, tell, reason, kind):
        deal = build_booking(session, stage=Stage.RELEASING)
        row = deliverables_of(session, deal.booked)[0]
        bookings.on_release_parked(
            session, booking_ref=deal.booked.id, part_ref=row.id, reason=reason, now=START
        )
        told = tell()
        assert {
            found for user, found in told if user == deal.influencer.user.id and found.startswith("release.")
        } == {kind}
        assert reason not in told[deal.influencer.user.id, kind][0]


class TestCancelledWork:
    def test_tells_of_money_taken_back_and_the_strike(self, session, tell):
        deal = build_booking(session)
        row = deliverables_of(session, deal.booked)[0]
        bookings.refund_overdue(
            session, actor=deal.brand.actor, deliverable_id=row.id, now=row.overdue_at + DAY
        )
        whole = _sar(row.net_minor + row.fee_minor + row.tax_minor)
        (body,) = tell()[deal.influencer.user.id, "deliverable.taken_back"]
        assert f"{whole} back" in body
        assert "strike" in body

    def test_tells_until_when_a_handed_in_version_can_be_contested(self, session, tell):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        row = deliverables_of(session, deal.booked)[0]
        bookings.request_changes(
            session,
            actor=deal.brand.actor,
            deliverable_id=row.id,
            criterion_id="label",
            note="Say ad.",
            now=START,
        )
        assert row.contest_until == START + 7 * DAY
        row.overdue_at = START + DAY
        bookings.refund_overdue(session, actor=deal.brand.actor, deliverable_id=row.id, now=START + 2 * DAY)
        (body,) = tell()[deal.influencer.user.id, "deliverable.taken_back_contestable"]
        assert "8 Mar 2026" in body

    def test_tells_of_a_cancelled_submission_for_seven_days(self, session, tell):
        deal = build_booking(session, stage=Stage.SUBMITTED)
        bookings.cancel_booking(
            session, actor=deal.brand.actor, booking_id=deal.booked.id, reason="x", now=START
        )
        body = tell()[deal.influencer.user.id, "deliverable.cancelled"][0]
        assert "8 Mar 2026" in body

    def test_is_silent_where_the_cancellation_says_it_all(self, session, tell):
        deal = build_booking(session)
        bookings.cancel_booking(
            session, actor=deal.influencer.actor, booking_id=deal.booked.id, reason="x", now=START
        )
        kinds = {kind for _user, kind in tell()}
        assert "booking.cancelled" in kinds
        assert not kinds & {"deliverable.cancelled", "deliverable.taken_back"}


class TestTakenDown:
    def test_tells_the_influencer_of_the_report(self, session, tell):
        deal = build_booking(session, stage=Stage.COMPLETED)
        row = next(row for row in deliverables_of(session, deal.booked) if row.is_published)
        contest = bookings.report_taken_down(
            session,
            actor=deal.brand.actor,
            deliverable_id=row.id,
            statement="It is gone.",
            now=START + DAY,
        )
        told = tell()[deal.influencer.user.id, "publication.taken_down"]
        assert "strike" in told[0]
        assert "7 Mar" in told[0]  # evidence until five days after the report
        bookings.show_post(
            session, actor=deal.influencer.actor, contest_id=contest.id, text="Up.", now=START + DAY
        )
        assert "your report is undone" in tell()[deal.brand.user.id, "publication.shown"][0]
        bookings.deny_post(
            session, actor=deal.brand.actor, contest_id=contest.id, text="No.", now=START + DAY
        )
        assert "You can answer" in tell()[deal.influencer.user.id, "publication.denied"][0]
        bookings.find_post_live(session, actor=deal.brand.actor, contest_id=contest.id, now=START + DAY)
        told = tell()
        for user in (deal.brand.user, deal.influencer.user):
            assert "the strike withdrawn" in told[user.id, "publication.found_live"][0]


class TestFreezing:
    def test_names_the_card_network_in_words(self, session, tell):
        deal = build_booking(session)
        freezing.on_chargeback_opened(session, booking_ref=deal.booked.id, now=START)
        told = tell()
        for user in (deal.brand.user.id, deal.influencer.user.id):
            assert "the card network disputes the payment" in told[user, "booking.disputed"][0]
            assert (user, "booking.frozen") not in told

    def test_gives_an_operators_reason_as_written(self, session, tell):
        deal = build_booking(session)
        bookings.freeze_booking(
            session,
            actor=build_operator(session).actor,
            booking_id=deal.booked.id,
            reason="We look at a report",
            now=START,
        )
        assert "operator: We look at a report." in tell()[deal.brand.user.id, "booking.frozen"][0]


class TestProposal:
    def test_tells_who_was_invited_that_the_brief_is_closed(self, session, tell):
        brand, influencer = build_brand(session), build_influencer(session)
        brief = build_brief(session, brand)
        deals.send_invitation(
            session,
            actor=brand.actor,
            brief_id=brief.brief.id,
            influencer_id=influencer.influencer.id,
            now=START,
        )
        close_brief(session, actor=brand.actor, brief_id=brief.brief.id, reason=CloseReason.OTHER, now=START)
        told = tell()
        assert len(told[influencer.user.id, "invitation.withdrawn"]) == 1

    @pytest.mark.parametrize(
        ("path", "kind"),
        [(DealPath.APPLICATION, "application.lapsed"), (DealPath.INVITATION, "invitation.lapsed")],
    )
    def test_tells_the_influencer_that_an_offer_lapsed(self, session, tell, path, kind):
        deal = build_quote(session, path=path)
        deals.lapse_overdue_deals(session, now=START + 60 * DAY)
        assert len(tell()[deal.influencer.user.id, kind]) == 1


def _sar(amount_minor: int) -> str:
    whole, rest = divmod(amount_minor, 100)
    return f"SAR {whole:,}" + (f".{rest:02}" if rest else "")

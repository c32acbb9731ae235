"""Money of both sides, the payout account, the books of operators."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from marketplace.accounts.domain import OperatorRole
from marketplace.accounts.models import User
from marketplace.billing import pages_money
from marketplace.billing.money_view import last_months, sum_months
from marketplace.bookings import bank_arrival
from marketplace.bookings import operations as bookings
from marketplace.bookings.models import Booking
from marketplace.influencers.models import Influencer
from payments import store
from payments.escrow import SideStatus
from payments.models import AccountDifference, ClawBack, EscrowPartRow, PayoutAccount
from payments.statements import PayeeMoney, PayoutView
from payments.statuses import AccountStatus, Beneficiary, OperationState
from tests.builders.bookings import (
    Deal,
    Stage,
    build_booking,
    build_quote,
    confirm_money,
    deliverables_of,
    open_payout_account,
)
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.functional.market_site import MarketSite

STATEMENTS_MAX = 12


@pytest.fixture
def deal(market: MarketSite) -> Deal:
    """A completed booking of a pair."""
    with market.rows() as session:
        return build_booking(session, stage=Stage.COMPLETED)


def operator(market: MarketSite, role: str = OperatorRole.FINANCE) -> User:
    with market.rows() as session:
        return build_operator(session, role=role).user


class TestMoney:
    def test_of_an_influencer_says_what_is_held_and_received(self, market, deal):
        with market.rows() as session:
            build_booking(session, brand=deal.brand, influencer=deal.influencer, stage=Stage.ACTIVE)
        page = market.visit_as(deal.influencer.user).get("/money").text
        assert "Held for you" in page
        assert "SAR 2,000" in page
        assert "Received each month" in page

    def test_of_a_brand_says_what_is_held_and_released(self, market, deal):
        with market.rows() as session:
            build_booking(session, brand=deal.brand, influencer=deal.influencer, stage=Stage.ACTIVE)
        page = market.visit_as(deal.brand.user).get("/money").text
        assert "SAR 4,460" in page  # two payments of 2,230
        assert "Held by Athar" in page
        assert "Released to influencers" in page

    @pytest.mark.parametrize(("zone", "month"), [("Asia/Riyadh", 3), ("UTC", 2)])
    def test_of_a_month_is_that_of_the_readers_time(self, market, deal, zone, month):
        """The page tells the day of each payment in the reader's time."""
        with market.rows() as session:
            booking = session.get_one(Booking, deal.booked.id)
            booking.funded_at = datetime(2026, 2, 28, 22, 30, tzinfo=UTC)
            session.flush()
            since = datetime(2025, 4, 1, tzinfo=ZoneInfo(zone))
            months = sum_months(session, since=since, brand_id=booking.brand_id)
            assert months == {"SAR": {(2026, month): booking.total_minor}}
        assert last_months(datetime(2026, 3, 1, 1, tzinfo=ZoneInfo(zone)))[-1] == (2026, 3)

    def test_that_is_still_to_come_says_when_and_what_it_waits_for(self, market, deal):
        with market.rows() as session:
            for stage in (Stage.ACTIVE, Stage.SUBMITTED, Stage.ACCEPTED):
                build_booking(session, brand=deal.brand, influencer=deal.influencer, stage=stage)
            session.get_one(PayoutAccount, deal.influencer.influencer.id).hold_reason = "We look into it."
        page = market.visit_as(deal.influencer.user).get("/money").text
        for told in (
            "Still to come",
            "the work to be handed in",
            "silence counts for you",
            "We look into it.",
        ):
            assert told in page, told
        assert "Wed 4 Mar 2026" in page, (
            "the brand's silence releases a file three days after it was handed in"
        )
        page = market.visit_as(deal.brand.user).get("/money").text
        assert "your payment" in page

    def test_is_to_be_paid_until_one_moment_that_every_page_tells(self, market):
        with market.rows() as session:
            deal = build_booking(session, stage=Stage.ACCEPTED)
            quoted = build_quote(session, brand=deal.brand)
        visitor, room = market.visit_as(deal.brand.user), f"/bookings/{deal.booked.id}"
        until = "Tue 3 Mar 2026, 11:29"  # 48 hours, less the 31 minutes of the payment page
        for path in ("/home", "/money", room, f"{room}/pay", f"/quotes/{quoted.quote.id}"):
            page = visitor.get(path).text
            assert until in page, path
            assert "3 Mar 2026, 12:00" not in page, path
        assert "</time> <strong" in visitor.get(f"{room}/pay").text

    @pytest.mark.parametrize(("status", "step", "in_bank"), [("pending", "now", 0), ("paid", "done", 2_000)])
    def test_is_in_the_bank_once_the_provider_says_so(self, market, deal, monkeypatch, status, step, in_bank):
        visitor, room = market.visit_as(deal.influencer.user), f"/bookings/{deal.booked.id}"
        with market.counting() as before:
            assert "with the influencer&#39;s next payout" in visitor.get(room).text
        payout = PayoutView(
            "op", OperationState.CONFIRMED, "SAR", 200_000, market.clock(), market.clock(), status, None
        )
        for module in (bank_arrival, pages_money):
            monkeypatch.setattr(module, "list_payouts", lambda *_args, **_options: [payout])
        sums = PayeeMoney("SAR", 0, 0, 0, 200_000, 0, 0)
        monkeypatch.setattr(pages_money, "list_payee_money", lambda *_args, **_options: [sums])
        page = visitor.get("/money").text
        assert ("On its way to your bank" in page) is (step == "now")
        told = page.split("Paid to your bank")[1].split("in all")[0]
        assert f"SAR {in_bank:,}<" in told
        page = visitor.get(room).text
        assert "next payout" not in page
        assert ('<li class="is-now"' in page) is (step == "now")
        assert len(before) <= STATEMENTS_MAX

    def test_in_dispute_names_whom_it_is_with_also_after_the_release(self, market):
        with market.rows() as session:
            deal = build_booking(session, stage=Stage.COMPLETED)
            work = next(each for each in deliverables_of(session, deal.booked) if each.is_published)
            bookings.report_taken_down(
                session,
                actor=deal.brand.actor,
                deliverable_id=work.id,
                statement="It is gone.",
                now=market.clock(),
            )
            influencer_id = deal.influencer.influencer.id
            session.get_one(Influencer, influencer_id).name = "Huda Alreef"
        page = market.visit_as(deal.brand.user).get("/money").text
        table = page.split("To pay, and in dispute")[1].split("</table>")[0]
        assert deal.booked.id in table
        assert "Huda Alreef" in table

    @pytest.mark.parametrize("stage", [Stage.SUBMITTED, Stage.COMPLETED])
    @pytest.mark.parametrize("is_frozen", [False, True])
    def test_calls_a_booking_what_every_list_of_bookings_calls_it(self, market, stage, is_frozen):
        with market.rows() as session:
            deal = build_booking(session, stage=stage)
            act = bookings.report_taken_down if stage is Stage.COMPLETED else bookings.open_contest
            given = {} if stage is Stage.COMPLETED else {"criteria": ["brew"]}
            work = next(each for each in deliverables_of(session, deal.booked) if each.is_published)
            act(
                session,
                actor=deal.brand.actor,
                deliverable_id=work.id,
                statement="It is gone.",
                now=market.clock(),
                **given,
            )
            session.get_one(Booking, deal.booked.id).frozen_at = market.clock() if is_frozen else None
        state = "Frozen" if is_frozen else "Contested"
        tab = "finished" if stage is Stage.COMPLETED else "running"
        for side in (deal.brand, deal.influencer):
            visitor = market.visit_as(side.user)
            for path in ("/home", "/money", f"/bookings?tab={tab}"):
                page = visitor.get(path).text
                line = page[page.rindex(f"/bookings/{deal.booked.id}") :].split("</tr>")[0].split("</li>")[0]
                assert f"<span>{state}</span>" in line, path

    def test_without_any_says_what_will_be_here(self, market):
        with market.rows() as session:
            user = build_influencer(session).user
        assert "No money yet" in market.visit_as(user).get("/money").text

    @pytest.mark.parametrize("side", ["brand", "influencer"])
    def test_takes_the_same_statements_for_one_booking_and_for_many(self, market, deal, side):
        visitor = market.visit_as(getattr(deal, side).user)
        visitor.get("/money")
        with market.counting() as few:
            visitor.get("/money")
        with market.rows() as session:
            for _number in range(4):
                build_booking(session, brand=deal.brand, influencer=deal.influencer, stage=Stage.ACTIVE)
        with market.counting() as many:
            visitor.get("/money")
        assert len(many) == len(few) <= STATEMENTS_MAX

    def test_of_others_is_not_shown(self, market, deal):
        with market.rows() as session:
            other = build_brand(session).user
        assert deal.booked.id not in market.visit_as(other).get("/money").text

    def test_leads_operators_to_the_books(self, market):
        assert market.visit_as(operator(market)).get("/money").location == "/operate/ledger"

    def test_turns_pages_by_cursor(self, market, deal):
        with market.rows() as session:
            for _number in range(20):
                build_booking(session, brand=deal.brand, influencer=deal.influencer, stage=Stage.FUNDED)
        visitor = market.visit_as(deal.brand.user)
        page = visitor.get("/money").text
        following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        rest = visitor.get(following).text
        shown = {piece.split('"')[0] for piece in page.split('href="/bookings/')[1:]}
        others = {piece.split('"')[0] for piece in rest.split('href="/bookings/')[1:]}
        assert len(others) == 1
        assert not shown & others


class TestLedger:
    def test_says_that_every_unit_is_explained(self, market, deal):
        visitor = market.visit_as(operator(market))
        page = visitor.get("/operate/ledger-verification").text
        assert "Explained: 100.00%" in page
        piece = visitor.get("/operate/ledger-verification", headers={"HX-Request": "true"}).text
        assert "Explained: 100.00%" in piece
        assert "<html" not in piece

    def test_says_what_does_not_fit(self, market, deal):
        with market.rows() as session:
            part = session.scalars(select(EscrowPartRow)).first()
            part.release_status = SideStatus.NONE
        page = market.visit_as(operator(market)).get("/operate/ledger-verification").text
        assert "What does not fit" in page

    def test_lists_accounts_in_few_statements(self, market, deal):
        visitor = market.visit_as(operator(market))
        with market.counting() as statements:
            page = visitor.get("/operate/ledger").text
        assert "On its way to influencers" in page
        assert len(statements) <= STATEMENTS_MAX

    def test_of_a_booking_shows_its_entries(self, market, deal):
        page = market.visit_as(operator(market)).get(f"/operate/ledger/{deal.booked.id}").text
        assert f"liab:held:{deal.booked.id}" in page

    def test_is_not_for_everybody(self, market, deal):
        assert (
            market.visit_as(operator(market, OperatorRole.MODERATOR)).get("/operate/ledger").status_code
            == 403
        )
        assert market.visit_as(deal.brand.user).get("/operate/ledger").status_code == 403

    def test_of_no_booking_is_not_found(self, market):
        assert market.visit_as(operator(market)).get("/operate/ledger/nothing").status_code == 404


class TestPayoutAccount:
    def test_asks_for_the_country_first(self, market):
        with market.rows() as session:
            side = build_influencer(session)
            session.get_one(Influencer, side.influencer.id).country = None
        visitor = market.visit_as(side.user)
        assert "Which country" in visitor.get("/money/payout-account").text
        assert visitor.post("/money/payout-account/start").location == "/money/payout-account"

    def test_says_what_is_missing_in_words(self, market):
        with market.rows() as session:
            side = build_influencer(session)
        visitor = market.visit_as(side.user)
        visitor.get("/money/payout-account")
        visitor.get(visitor.post("/money/payout-account/start").location)
        market.clock.advance(hours=2)
        market.work()
        page = visitor.get("/money/payout-account").text
        assert "Your bank account" in page
        assert "external_account" not in page

    def test_that_is_not_complete_says_on_the_money_page_what_is_missing(self, market):
        with market.rows() as session:
            side = build_influencer(session)
            open_payout_account(session, side)
            account = session.get_one(PayoutAccount, side.influencer.id)
            account.is_payout_enabled, account.requirements = False, ["external_account"]
        page = market.visit_as(side.user).get("/money").text
        assert "<li>Your bank account</li>" in page
        assert "Missing(" not in page

    def test_says_when_a_country_is_not_served(self, market):
        with market.rows() as session:
            side = build_influencer(session)
            open_payout_account(session, side)
            account = session.get_one(PayoutAccount, side.influencer.id)
            account.status, account.gateway_account_id = AccountStatus.NEW, None
            account.requirements = ["country_unsupported"]
        assert "Your country is not served" in market.visit_as(side.user).get("/money/payout-account").text

    def test_says_it_before_anybody_asks_the_provider(self, market):
        with market.rows() as session:
            side = build_influencer(session)
            session.get_one(Influencer, side.influencer.id).country = "KP"
        visitor = market.visit_as(side.user)
        page = visitor.get("/money/payout-account").text
        assert "Your country is not served" in page
        assert "/money/payout-account/start" not in page
        assert "Your country is not served" in visitor.get("/profile").text
        assert visitor.post("/money/payout-account/start").location == "/money/payout-account"
        with market.rows() as session:
            assert session.get(PayoutAccount, side.influencer.id) is None

    def test_asks_for_the_password_before_it_leads_to_the_provider(self, market):
        with market.rows() as session:
            side = build_influencer(session)
        visitor = market.visit_as(side.user)
        visitor.get("/money/payout-account")
        market.clock.advance(minutes=16)
        assert visitor.post("/money/payout-account/start").status_code == 401
        asked = visitor.get("/money/payout-account/go")
        assert asked.location == "/confirm-password?next=/money/payout-account/go"

    def test_is_an_influencers(self, market):
        with market.rows() as session:
            user = build_brand(session).user
        assert market.visit_as(user).get("/money/payout-account").status_code == 403


class TestAccountThatHoldsLess:
    """1,500 of what arrived is not there: the provider took a cost of its own."""

    def test_is_told_to_whose_it_is_and_to_operators(self, market, deal):
        with market.rows() as session:
            confirm_money(session, deal.booked)
            lacking = AccountDifference(
                payee_ref=deal.influencer.influencer.id,
                currency="SAR",
                provider_minor=50_000,
                booked_minor=200_000,
                since=market.clock(),
            )
            session.add(lacking)
        page = market.visit_as(deal.influencer.user).get("/money").text
        assert "Less in your account than arrived" in page
        assert "SAR 500<" in page.split("In your payout account")[1].split("next business day")[0]
        assert "1,500" in page.split("The payment provider shows")[1].split("less in your payout account")[0]
        page = market.visit_as(operator(market)).get("/operate/waiting-money").text
        assert "Payout accounts that hold another amount than our books" in page


class TestOpenClaim:
    """Two operators took 600 of a share back; 200 have come back, and nothing else is in the account."""

    @pytest.fixture
    def claimed(self, market, deal):
        with market.rows() as session:
            escrow = store.lock_escrow(session, booking_ref=deal.booking.id)
            session.add(
                ClawBack(
                    id="claim-1",
                    escrow_id=escrow.id,
                    part_id=escrow.parts[0].id,
                    payee_ref=escrow.payee_ref,
                    currency=escrow.currency,
                    amount_minor=60_000,
                    recovered_minor=20_000,
                    refunded_minor=26_900,
                    written_off_minor=0,
                    fee_minor=6_000,
                    tax_minor=900,
                    beneficiary=Beneficiary.PAYER,
                    opened_at=escrow.created_at,
                )
            )
        return deal

    def test_is_told_to_both_sides_on_the_booking(self, market, claimed):
        path = f"/bookings/{claimed.booking.id}"
        brand = market.visit_as(claimed.brand.user).get(path).text
        influencer = market.visit_as(claimed.influencer.user).get(path).text
        assert "SAR 400 is still to come back to the brand" in brand
        assert "You owe SAR 400 back" in influencer
        for page in (brand, influencer):
            assert "Nothing is owed any more" not in page

    def test_is_told_to_both_sides_on_their_money_pages(self, market, claimed):
        brand = market.visit_as(claimed.brand.user).get("/money").text
        influencer = market.visit_as(claimed.influencer.user).get("/money").text
        assert "SAR 400 is still to come back to the brand" in brand
        assert "You owe SAR 400 back" in influencer

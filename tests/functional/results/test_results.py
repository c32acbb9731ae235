"""Results: handed in by the influencer, held against the promise, reported to the brand with its return."""

import csv
import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from marketplace.forecasts.queries import model_in_force
from marketplace.results import operations
from marketplace.results.models import BookingForecast, PostResult
from marketplace.results.operations import calibrate_forecasts, promise_booking
from tests.builders.bookings import Stage, build_booking, deliverables_of
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_operator
from tests.clock import START


@pytest.fixture
def deal(market):
    """A finished booking of a brief, published at START, whose work began with a promise."""
    with market.rows() as session:
        built = build_booking(session, stage=Stage.COMPLETED, now=START)
        promise_booking(session, booking_id=built.booked.id, now=START)
        market.piece_id = next(d.id for d in deliverables_of(session, built.booked) if d.is_published)
    market.clock.set(START + timedelta(days=9))
    return built


def hand_in(market, deal, **counts):
    visitor = market.visit_as(deal.influencer.user)
    visitor.get(f"/bookings/{deal.booked.id}/results")
    prefix = f"{market.piece_id}-"
    typed = {"as_of": (START + timedelta(days=9)).date().isoformat(), **counts}
    return visitor.post(
        f"/bookings/{deal.booked.id}/results/{market.piece_id}",
        {prefix + name: str(value) for name, value in typed.items()},
    )


def promised(market):
    with market.rows() as session:
        return session.scalars(select(BookingForecast)).one().forecast


class TestPromise:
    def test_is_kept_once_with_the_whole_price(self, market, deal):
        with market.rows() as session:
            promise_booking(session, booking_id=deal.booked.id, now=START + timedelta(days=3))
        forecast = promised(market)

        assert forecast["cost_minor"] == deal.booked.total_minor
        assert forecast["pieces"] == [["reel", 1]]

    def test_is_made_by_the_worker_when_work_begins(self, market):
        with market.rows() as session:
            built = build_booking(session, stage=Stage.ACTIVE, now=START)
        market.worker.settle()

        with market.rows() as session:
            assert session.scalars(select(BookingForecast.booking_id)).all() == [built.booked.id]


class TestHandIn:
    def test_shows_both_sides_the_counts_beside_the_forecast(self, market, deal):
        mid = round(promised(market)["views"]["mid"])

        assert hand_in(market, deal, views=mid, likes=90, comments=10).status_code == 303

        for user in (deal.brand.user, deal.influencer.user):
            page = market.visit_as(user).get(f"/bookings/{deal.booked.id}/results").text
            assert "inside the band" in page
            assert "Self-declared" in page

    def test_keeps_every_version_and_shows_the_newest(self, market, deal):
        hand_in(market, deal, views=100)
        hand_in(market, deal, views="٩٩٩٬٩٩٩")

        with market.rows() as session:
            rows = session.scalars(select(PostResult).order_by(PostResult.number)).all()
        assert [(row.number, row.views) for row in rows] == [(1, 100), (2, 999_999)]
        page = market.visit_as(deal.brand.user).get(f"/bookings/{deal.booked.id}/results").text
        assert "outside the band" in page

    @pytest.mark.parametrize(
        ("counts", "said"),
        [
            ({}, "Type at least one count."),
            ({"reach": 50, "impressions": 40}, "More people than impressions cannot be."),
            ({"views": 5, "as_of": "2020-01-01"}, "Choose a day between the posting and today."),
            ({"views": -5}, "Choose between 0 and"),
            ({"views": "many"}, "Type a whole number."),
        ],
    )
    def test_says_beside_the_field_what_cannot_be(self, market, deal, counts, said):
        answer = hand_in(market, deal, **counts)

        assert answer.status_code == 422
        assert said in answer.text
        with market.rows() as session:
            assert session.scalars(select(PostResult)).all() == []

    def test_is_refused_before_the_post_is_live(self, market):
        with market.rows() as session:
            built = build_booking(session, stage=Stage.APPROVED, now=START)
            market.piece_id = next(d.id for d in deliverables_of(session, built.booked) if d.is_published)

        assert hand_in(market, built, views=5).status_code == 409

    def test_is_hidden_from_other_brands(self, market, deal):
        with market.rows() as session:
            other = build_brand(session).user

        assert market.visit_as(other).get(f"/bookings/{deal.booked.id}/results").status_code == 404

    def test_becomes_reviewed_when_an_operator_vouches(self, market, deal):
        hand_in(market, deal, views=5_000)
        with market.rows() as session:
            operator, result_id = build_operator(session).user, session.scalars(select(PostResult.id)).one()
        visitor = market.visit_as(operator)
        visitor.get(f"/bookings/{deal.booked.id}/results")

        assert visitor.post(f"/results/{result_id}/review").status_code == 303

        page = market.visit_as(deal.brand.user).get(f"/bookings/{deal.booked.id}/results").text
        assert "Reviewed screenshot" in page


class TestReport:
    def test_works_out_costs_and_the_return(self, market, deal):
        hand_in(market, deal, views=10_000, likes=400, comments=60, shares=30, saves=10, clicks=100)
        visitor = market.visit_as(deal.brand.user)
        address = f"/briefs/{deal.booked.brief_id}/report"
        visitor.get(address)

        assert (
            visitor.post(address, {"sales": "8,000", "conversions": "9", "margin": "50"}).status_code == 303
        )

        outcome = visitor.get(f"/api/v1{address}").json["total"]
        total = deal.booked.total_minor
        assert outcome["cpm"]["amount_minor"] == round(total / 10)
        assert outcome["cpe"]["amount_minor"] == round(total / 500)
        assert outcome["cpc"]["amount_minor"] == round(total / 100)
        assert outcome["roi"] == pytest.approx((800_000 * 0.5 - total) / total)
        assert "Return on investment" in visitor.get(address).text

    def test_downloads_as_a_table_with_the_promise_beside(self, market, deal):
        hand_in(market, deal, views=10_000, likes=500)

        answer = market.visit_as(deal.brand.user).get(f"/briefs/{deal.booked.brief_id}/report.csv")

        rows = list(csv.DictReader(io.StringIO(answer.text)))
        forecast = promised(market)["views"]
        assert [row["booking"] for row in rows] == [deal.booked.id, "all"]
        assert rows[0]["forecast_views_mid"] == str(round(forecast["mid"]))
        assert float(rows[0]["views_error_percent"]) == pytest.approx(
            100 * (10_000 / forecast["mid"] - 1), abs=0.06
        )
        assert rows[0]["inside_band"] in {"yes", "no"}

    def test_names_the_bookings_that_are_not_measured(self, market, deal):
        visitor = market.visit_as(deal.brand.user)
        address = f"/briefs/{deal.booked.brief_id}/report"
        awaited = "Measured so far: 0 of 1 bookings."

        page = visitor.get(address).text
        assert awaited in page
        assert f'href="/bookings/{deal.booked.id}/results"><bdi>' in page
        assert "not measured</span>" in page

        hand_in(market, deal, views=10_000, likes=500)
        assert awaited not in visitor.get(address).text

    def test_keeps_a_wrong_amount_and_says_why(self, market, deal):
        visitor = market.visit_as(deal.brand.user)
        address = f"/briefs/{deal.booked.brief_id}/report"
        visitor.get(address)

        answer = visitor.post(address, {"sales": "much", "margin": "40"})

        assert answer.status_code == 422
        assert 'value="much"' in answer.text

    def test_is_of_no_brief_that_was_never_handed_in(self, market):
        with market.rows() as session:
            brand = build_brand(session)
            brief = build_brief(session, brand).brief
            brief.live_version_id = brief.newest_version_id = None
            other = build_brief(session, build_brand(session)).brief
        visitor = market.visit_as(brand.user)
        visitor.get("/briefs")
        answers = [
            visitor.post(f"/briefs/{each}/report", {"conversions": "5"})
            for each in (brief.id, other.id, "z" * 20)
        ]
        assert [answer.status_code for answer in answers] == [409, 404, 404]

    def test_says_what_will_stand_there_before_anything_was_paid(self, market):
        with market.rows() as session:
            built = build_booking(session, stage=Stage.ACCEPTED, now=START)

        page = market.visit_as(built.brand.user).get(f"/briefs/{built.booked.brief_id}/report").text

        assert "No paid booking yet" in page


class TestCalibration:
    def test_is_public_and_counts_misses(self, market, deal):
        hand_in(market, deal, views=round(promised(market)["views"]["high"] * 50))

        page = market.app.test_client().get("/how-forecasts-hold").text

        assert "0 of 1 measured booking lay inside its band" in page

    def test_counts_nothing_that_was_live_for_less_than_a_week(self, market, deal):
        hand_in(market, deal, views=5_000, as_of=(START + timedelta(days=3)).date())

        assert "Nothing measured yet" in market.app.test_client().get("/how-forecasts-hold").text

    def test_changes_no_width_before_there_are_twenty(self, market, deal):
        hand_in(market, deal, views=5_000)
        with market.rows() as session:
            assert calibrate_forecasts(session, now=market.clock()) is None

    def test_adds_a_row_only_when_it_says_something_new(self, market, monkeypatch):
        measured = [SimpleNamespace(tier="micro", score=float(number)) for number in range(1, 31)]
        monkeypatch.setattr(operations, "list_measured", lambda _session: measured)
        with market.rows() as session:
            first = calibrate_forecasts(session, now=market.clock())
            assert (first.number, first.tiers["micro"]["n"]) == (1, 30)
            assert calibrate_forecasts(session, now=market.clock()) is None
            measured.append(SimpleNamespace(tier="micro", score=90.0))
            assert calibrate_forecasts(session, now=market.clock()).number == 2
            assert model_in_force(session).version.endswith(".2")

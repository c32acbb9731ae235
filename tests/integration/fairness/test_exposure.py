"""Impressions through the spool, prices of calendars, the month's audit, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from marketplace.db import transaction
from marketplace.exposure.models import Impression, ShadowPrice
from marketplace.exposure.operations import step_prices, store_impressions
from marketplace.exposure.queries import shadow_prices
from marketplace.exposure.spool import ImpressionSpool, SeenPlace
from marketplace.fairness.operations import collect_impressions
from marketplace.fairness.queries import exposure_audit
from tests.builders.people import build_influencer
from tests.clock import START


def seen(influencer_id="i" * 20, position=1):
    return SeenPlace("r" * 20, "b" * 20, influencer_id, position, 0.5)


@pytest.fixture
def spool(tmp_path):
    return ImpressionSpool(tmp_path / "spool")


class TestSpool:
    def test_gives_back_what_pages_added_once(self, spool):
        spool.add([seen(position=1), seen(position=2)], now=START)

        assert [row["position"] for row in spool.take()] == [1, 2]
        spool.forget()
        assert spool.take() == []

    def test_gives_back_again_what_a_crash_left_and_keeps_what_came_meanwhile(self, spool):
        spool.add([seen(position=1)], now=START)
        first = spool.take()
        spool.add([seen(position=2)], now=START)

        assert spool.take() == first
        spool.forget()
        assert [row["position"] for row in spool.take()] == [2]

    def test_passes_over_a_line_that_was_cut_off(self, spool, tmp_path):
        spool.add([seen()], now=START)
        with (tmp_path / "spool" / "impressions.jsonl").open("a") as file:
            file.write('{"id": "half')

        assert len(spool.take()) == 1


class TestCollectImpressions:
    def test_stores_each_once_whatever_is_repeated(self, services):
        services.impressions.add([seen(position=3)], now=START)
        rows = services.impressions.take()
        with transaction(services.sessions) as session:
            assert store_impressions(session, rows) == 1  # then the process ends before it forgets

        collect_impressions(services, START)
        collect_impressions(services, START)

        with transaction(services.sessions) as session:
            stored = session.scalars(select(Impression)).one()
            assert (stored.position, stored.propensity, stored.shown_at) == (3, 0.5, START)


class TestStepPrices:
    def test_rise_with_demand_and_vanish_without(self, services):
        with transaction(services.sessions) as session:
            assert step_prices(session, {"a" * 20: 4.0}, {"a" * 20: 1}, now=START) == 1
            assert shadow_prices(session) == {"a" * 20: 3.0}
            for _ in range(4):
                step_prices(session, {}, {}, now=START)
            assert session.scalars(select(ShadowPrice)).all() == []


class TestExposureAudit:
    def test_counts_a_month_by_group(self, services):
        with transaction(services.sessions) as session:
            people = [
                build_influencer(session, followers=followers, now=START)
                for followers in (60_000, 5_000, 900)
            ]
            # One city each, however spelt.
            people[0].influencer.city, people[1].influencer.city = "الرياض", "jeddah"
            ids = [one.influencer.id for one in people]
            rows = [(ids[0], START), (ids[0], START), (ids[1], START), (ids[2], START - timedelta(days=90))]
            for number, (who, at) in enumerate(rows):
                session.add(
                    Impression(
                        run_id="r" * 20,
                        brief_id="b" * 20,
                        influencer_id=who,
                        position=number + 1,
                        propensity=1.0,
                        shown_at=at,
                    )
                )
            session.flush()
            audit = exposure_audit(session, month=START.date().replace(day=1))

        assert (audit.impressions, audit.people) == (3, 2)
        assert {row.group: round(row.shown, 2) for row in audit.groups["city"]} == {
            "Riyadh": 0.67,
            "Jeddah": 0.33,
        }
        assert [row.group for row in audit.groups["band"]] == [
            "1000",
            "50000",
        ]  # a scale, not the most shown first
        assert audit.newcomers_on_first_page == 1.0

    def test_has_an_answer_for_an_empty_month(self, services):
        with transaction(services.sessions) as session:
            audit = exposure_audit(session, month=date(2020, 1, 1))

        assert (audit.impressions, audit.newcomers_on_first_page) == (0, None)

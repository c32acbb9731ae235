"""Matches of a brief: a stored list with receipts, the same when replayed, and pages that live without the index."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.briefs.models import BriefVersion
from marketplace.db import transaction
from marketplace.influencers.models import Influencer
from marketplace.matches.indexing import compare, index_all
from marketplace.matches.models import MatchResult, MatchRun
from marketplace.matches.queries import replay_run
from marketplace.outbox.operations import put
from marketplace.worker import Worker
from matching.errors import IndexUnavailable
from tests.builders.market import build_brief
from tests.clock import START
from tests.functional.matches.matching_site import BRIEF


def run(site) -> tuple[MatchRun, list[MatchResult]]:
    visitor = site.visit_as(site.brand.user)
    visitor.get(f"/briefs/{site.brief.id}/matches")
    assert visitor.post(f"/briefs/{site.brief.id}/matches").status_code == 303
    with site.rows() as session:
        found = session.scalars(select(MatchRun).order_by(MatchRun.created_at.desc())).first()
        results = session.scalars(
            select(MatchResult).where(MatchResult.run_id == found.id).order_by(MatchResult.rank)
        ).all()
    return found, list(results)


def use_engine(site, *, before) -> None:
    """Do something just before the engine ranks."""
    engine = site.services.search

    class Engine:
        def __getattr__(self, name):
            return getattr(engine, name)

        def with_formula(self, _formula):
            return self

        def rank(self, *arguments, **options):
            before()
            return engine.rank(*arguments, **options)

    site.app.extensions["athar"] = replace(site.services, search=Engine())


def edit(site, **columns) -> None:
    with site.rows() as session:
        row = session.get_one(Influencer, site.bakers[0].influencer.id)
        for name, value in columns.items():
            setattr(row, name, value)


class TestRun:
    def test_is_stored_with_a_receipt_for_every_place(self, site):
        found, results = run(site)
        assert found.brief_version_id == site.brief.live_version_id
        assert {row.influencer_id for row in results} == {baker.influencer.id for baker in site.bakers}
        assert [row.rank for row in results] == [1, 2, 3]
        for row in results:
            points = [part["points"] for part in row.receipt["parts"]]
            added = [line["points"] for line in row.receipt["adjustments"]]
            assert row.score == pytest.approx(100 - sum(points) + sum(added), abs=1e-6)

    def test_gives_the_same_order_when_replayed(self, site):
        found, _results = run(site)
        with site.rows() as session:
            stored, again = replay_run(session, run_id=found.id)
        assert list(stored) == [row.influencer_id for row in again]
        assert all(row.score == pytest.approx(row.stored_score, abs=1e-6) for row in again)

    def test_is_made_at_once_when_a_brief_opens_and_once_only(self, site):
        for key in ("a", "b"):
            with site.rows() as session:
                put(session, "brief.opened", {"brief_id": site.brief.id}, now=START, key=key)
        site.worker.settle()
        with site.rows() as session:
            assert len(session.scalars(select(MatchRun)).all()) == 1


class TestRunOutsideTransaction:
    def test_lets_others_write_meanwhile(self, site):
        use_engine(site, before=lambda: edit(site, city="Jeddah"))
        run(site)
        with site.rows() as session:
            assert session.get_one(Influencer, site.bakers[0].influencer.id).city == "Jeddah"

    def test_stores_nothing_for_a_brief_that_changed_meanwhile(self, site):
        def change():
            with site.rows() as session:
                brief = session.merge(site.brief)
                other = build_brief(session, site.brand, **BRIEF)
                other.version.brief_id, other.version.number = brief.id, 2
                session.flush()
                brief.live_version_id = other.version.id

        use_engine(site, before=change)
        visitor = site.visit_as(site.brand.user)
        visitor.get(f"/briefs/{site.brief.id}/matches")
        answer = visitor.post(f"/briefs/{site.brief.id}/matches")
        assert answer.status_code == 409
        assert "Look again" in answer.text
        with site.rows() as session:
            assert session.scalars(select(MatchRun)).all() == []


class TestPages:
    def test_show_the_list_and_a_receipt(self, site):
        found, results = run(site)
        visitor = site.visit_as(site.brand.user)
        page = visitor.get(f"/briefs/{site.brief.id}/matches").text
        assert page.count("Noura Example") >= 3
        assert visitor.get(f"/matches/{found.id}/{results[0].influencer_id}").status_code == 200

    def test_show_nothing_to_another_brand(self, site):
        found, results = run(site)
        visitor = site.visit_as(site.other_brand.user)
        visitor.get("/briefs")
        assert visitor.get(f"/briefs/{site.brief.id}/matches").status_code == 404
        assert visitor.post(f"/briefs/{site.brief.id}/matches").status_code == 404
        assert visitor.get(f"/matches/{found.id}/{results[0].influencer_id}").status_code == 404

    def test_list_from_the_database_while_the_search_is_down_and_was_never_asked(self, site):
        with site.rows() as session:
            version = session.get_one(BriefVersion, site.brief.live_version_id)
            version.topics = ["baking"]
            for baker, topic in zip(site.bakers, ("baking", "baking", "cars"), strict=True):
                session.get_one(Influencer, baker.influencer.id).claimed_topics = [topic]
            handles = [session.get_one(Influencer, b.influencer.id).handle for b in site.bakers]
        site.app.extensions["athar"] = replace(site.services, search=None)
        page = site.visit_as(site.brand.user).get(f"/briefs/{site.brief.id}/matches").text
        assert "Nobody has been ranked" in page
        assert [handle in page for handle in handles] == [True, True, False]

    def test_tell_an_influencer_what_would_move_them_up(self, site):
        with site.rows() as session:
            worst = session.get(Influencer, site.bakers[0].influencer.id)
            worst.bio, worst.languages = "cars engine driving", ["en"]
            worst.version += 1
        index_all(site.services, progress=lambda *_counts: None)
        visitor = site.visit_as(site.bakers[0].user)
        visitor.get(f"/open-briefs/{site.brief.id}/my-rank")
        visitor.post(f"/open-briefs/{site.brief.id}/my-rank")
        page = visitor.get(f"/open-briefs/{site.brief.id}/my-rank").text
        assert "What would move you up" in page
        assert "Add where your audience lives" in page
        assert "2 places up, to place 1" in page

    def test_say_that_the_search_is_down_and_go_on(self, site):
        run(site)

        class Gone:
            topics = site.services.search.topics  # those read last, as the real one answers

            def __getattr__(self, name):
                def fail(*_arguments, **_options):
                    raise IndexUnavailable

                return fail

        broken = replace(site.services, search=Gone())
        site.app.extensions["athar"] = broken
        visitor = site.visit_as(site.brand.user)
        visitor.get(f"/briefs/{site.brief.id}/matches")
        answer = visitor.post(f"/briefs/{site.brief.id}/matches", follow_redirects=True)
        assert answer.status_code == 200
        assert "Noura Example" in answer.text, "the stored list is still there"
        assert "problem=down" in answer.request.url


class TestIndex:
    def test_follows_an_edit_through_the_outbox(self, site):
        baker = site.bakers[0].influencer
        with site.rows() as session:
            row = session.get_one(Influencer, baker.id)
            row.bio, row.version = "cars engine driving", row.version + 1
            put(session, "influencer.changed", {"id": row.id, "version": row.version}, now=site.clock())
        assert compare(site.services.sessions, site.index).outdated == [baker.id]
        site.worker.settle()
        assert compare(site.services.sessions, site.index).is_equal

    def test_skips_a_change_that_a_later_one_overtook(self, site):
        baker = site.bakers[0].influencer
        with site.rows() as session:
            row = session.get_one(Influencer, baker.id)
            row.version += 2
            for version in (row.version - 1, row.version):
                put(session, "influencer.changed", {"id": row.id, "version": version}, now=site.clock())
        site.worker.settle()
        assert compare(site.services.sessions, site.index).is_equal

    def test_waits_in_the_outbox_while_the_index_is_away(self, site):
        with transaction(site.services.sessions) as session:
            put(
                session,
                "influencer.changed",
                {"id": site.bakers[0].influencer.id, "version": 9},
                now=site.clock(),
            )
        Worker(replace(site.services, search=None), context=site.app.app_context).sweep()
        site.clock.advance(timedelta(minutes=1))
        site.worker.settle()
        assert compare(site.services.sessions, site.index).is_equal


class TestForecast:
    def test_is_stored_with_every_place_and_shown_with_what_it_stands_on(self, site):
        found, results = run(site)

        for row in results:
            assert row.forecast["posts"] == 0
            assert row.forecast["views"]["low"] < row.forecast["views"]["high"]
            assert row.forecast["cost_minor"] == 200_000
        visitor = site.visit_as(site.brand.user)
        listed = visitor.get(f"/briefs/{site.brief.id}/matches").text
        receipt = visitor.get(f"/matches/{found.id}/{results[0].influencer_id}").text
        for page in (listed, receipt):
            assert "new, estimate uncertain" in page
            assert "No measured posts" in page
        assert "What was forecast" in receipt
        assert "mean of everybody who passed" in receipt
        assert "Not checked when this place was given" in receipt
        drawn = visitor.get(f"/matches/{found.id}/{results[0].influencer_id}/pdf?language=ar")
        assert drawn.data.startswith(b"%PDF-")
        again = visitor.get(f"/matches/{found.id}/{results[0].influencer_id}/pdf?language=ar")
        assert drawn.data == again.data

    def test_goes_out_over_the_api_with_costs_in_money(self, site):
        found, _results = run(site)
        visitor = site.visit_as(site.brand.user)

        place = visitor.get(f"/api/v1/matches/{found.id}").json["items"][0]

        forecast = place["forecast"]
        assert forecast["is_thin"] is True
        assert forecast["cpm"]["mid"]["currency"] == "SAR"
        assert forecast["cpm"]["low"]["amount_minor"] < forecast["cpm"]["high"]["amount_minor"]
        alone = visitor.get(f"/api/v1/matches/{found.id}/{place['influencer_id']}").json
        assert alone["forecast"] == forecast

    def test_is_missing_without_harm_in_lists_made_before(self, site):
        found, results = run(site)
        with site.rows() as session:
            for row in results:
                session.merge(row).forecast = None
        visitor = site.visit_as(site.brand.user)

        assert visitor.get(f"/briefs/{site.brief.id}/matches").status_code == 200
        assert visitor.get(f"/matches/{found.id}/{results[0].influencer_id}").status_code == 200


class TestExposure:
    def test_gives_those_hardly_known_a_seeded_chance_that_the_receipt_names(self, site):
        found, results = run(site)

        lines = [line for row in results for line in row.receipt["adjustments"] if line["name"] == "exposure"]
        assert lines
        assert len({line["evidence"]["seed"] for line in lines}) == 1
        receipt = site.visit_as(site.brand.user).get(f"/matches/{found.id}/{results[0].influencer_id}").text
        assert "Chance for those hardly known" in receipt

    def test_notes_who_was_shown_to_the_brand_without_writing_in_the_page(self, site):
        found, results = run(site)
        site.services.impressions.take()
        site.services.impressions.forget()

        site.visit_as(site.brand.user).get(f"/briefs/{site.brief.id}/matches")

        rows = site.services.impressions.take()
        assert [row["position"] for row in rows] == [1, 2, 3]
        assert {row["influencer_id"] for row in rows} == {row.influencer_id for row in results}
        assert {row["run_id"] for row in rows} == {found.id}
        assert all(0 <= float(row["propensity"]) <= 1 for row in rows)


def index_again(site) -> None:
    with site.app.app_context():
        index_all(site.services, progress=lambda *_counts: None)


class TestAbsence:
    def test_says_the_place_of_who_is_in_the_list(self, site):
        run(site)
        visitor = site.visit_as(site.brand.user)
        name = site.bakers[0].influencer.handle
        assert "of this list" in visitor.get(f"/briefs/{site.brief.id}/matches?who={name}").text

    def test_says_which_filter_refused_somebody(self, site):
        edit(site, country="EG", open_slots=0)
        index_again(site)
        run(site)
        visitor = site.visit_as(site.brand.user)
        page = visitor.get(f"/briefs/{site.brief.id}/matches?who={site.bakers[0].influencer.handle}").text
        assert "not shown: no free slot" in page

    def test_says_that_nobody_is_called_so(self, site):
        run(site)
        visitor = site.visit_as(site.brand.user)
        assert (
            "Nobody on the market is called so"
            in visitor.get(f"/briefs/{site.brief.id}/matches?who=zzqq%25").text
        )


class TestCompare:
    def test_shows_places_side_by_side_with_all_points(self, site):
        found, results = run(site)
        visitor = site.visit_as(site.brand.user)
        who = "&".join(f"who={row.influencer_id}" for row in results[:2])
        page = visitor.get(f"/matches/{found.id}/compare?{who}")
        assert page.status_code == 200
        assert page.text.count('scope="col"') == 3
        assert "Fits what you wrote" in page.text

    def test_leads_to_an_invitation_of_each(self, site):
        found, results = run(site)
        one = results[0].influencer_id
        page = site.visit_as(site.brand.user).get(f"/matches/{found.id}/compare?who={one}").text
        assert f'href="/briefs/{site.brief.id}/invite/{one}?run={found.id}"' in page

    def test_shows_at_most_four_and_says_so(self, site):
        found, results = run(site)
        visitor = site.visit_as(site.brand.user)
        who = "&".join(f"who={i}" for i in [row.influencer_id for row in results] + ["x", "y"])
        assert "Only the first 4 are shown" in visitor.get(f"/matches/{found.id}/compare?{who}").text

    def test_says_what_to_do_when_nobody_is_ticked(self, site):
        found, _results = run(site)
        visitor = site.visit_as(site.brand.user)
        assert "Tick two or more in the list, at most 4" in visitor.get(f"/matches/{found.id}/compare").text

    def test_is_not_for_other_brands(self, site):
        found, _results = run(site)
        visitor = site.visit_as(site.other_brand.user)
        assert visitor.get(f"/matches/{found.id}/compare").status_code == 404


class TestLoosening:
    def test_says_what_one_filter_would_bring(self, site):
        for baker in site.bakers:
            with site.rows() as session:
                session.get_one(Influencer, baker.influencer.id).country = "EG"
        index_again(site)
        with site.rows() as session:
            brief_id = build_brief(session, site.brand, **{**BRIEF, "creator_countries": ["SA"]}).brief.id
        visitor = site.visit_as(site.brand.user)
        visitor.get(f"/briefs/{brief_id}/matches")
        visitor.post(f"/briefs/{brief_id}/matches")
        page = visitor.get(f"/briefs/{brief_id}/matches").text
        assert "Let them live anywhere: 3 more would pass" in page

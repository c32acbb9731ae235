"""A brand reads beside an application where the applicant stands for its brief."""

import re

from marketplace.briefs.domain import Pricing
from marketplace.deals import operations as deals
from marketplace.influencers.models import Influencer
from marketplace.matches.indexing import index_all
from marketplace.matches.models import MatchResult, MatchRun, OwnPlace
from marketplace.matches.operations import find_unplaced
from tests.builders.market import build_brief, build_listing
from tests.builders.people import build_influencer
from tests.clock import START
from tests.functional.matches.matching_site import BRIEF

STATEMENTS_MAX = 12


def apply(site, *bakers):
    """Let these bakers apply; returns the ids of their applications."""
    with site.rows() as session:
        return [
            deals.submit_application(
                session,
                actor=each.actor,
                brief_id=site.brief.id,
                pitch="I bake every morning and film it.",
                now=START,
            ).id
            for each in bakers
        ]


def ranked(site):
    visitor = site.visit_as(site.brand.user)
    visitor.get(f"/briefs/{site.brief.id}/matches")
    assert visitor.post(f"/briefs/{site.brief.id}/matches").status_code == 303
    return visitor


def pages(site, application, visitor=None):
    """The list of applications and the page of one, as the brand sees them."""
    visitor = visitor or site.visit_as(site.brand.user)
    paths = (f"/briefs/{site.brief.id}/applications", f"/applications/{application}")
    return [visitor.get(path).text for path in paths]


class TestPlace:
    def test_is_that_of_the_list_with_its_receipt(self, site):
        visitor = ranked(site)
        (application,) = apply(site, site.bakers[0])
        with site.rows() as session:
            who = site.bakers[0].influencer.id
            (result,) = session.query(MatchResult).filter_by(influencer_id=who).all()
        for page in pages(site, application, visitor):
            assert f"Score {round(result.score)} of 100" in page
            assert f"Place {result.rank} of 3" in page
            assert f"/matches/{result.run_id}/{who}" in page
        assert visitor.get(f"/matches/{result.run_id}/{who}").status_code == 200

    def test_is_worked_out_by_the_worker_for_who_is_in_no_list(self, site):
        (application,) = apply(site, site.bakers[1])
        for page in pages(site, application):
            assert "Not ranked for this brief yet." in page
        site.worker.settle()
        with site.rows() as session:
            (kept,) = session.query(OwnPlace).all()
            assert kept.influencer_id == site.bakers[1].influencer.id
        for page in pages(site, application):
            assert f"Score {round(kept.receipt['score'])} of 100" in page
            assert f"Place {kept.rank} of 3" in page
            assert "Receipt" not in page

    def test_is_worked_out_once(self, site):
        apply(site, site.bakers[0])
        site.worker.settle()
        with site.rows() as session:
            (kept,) = session.query(OwnPlace).all()
        with site.rows() as session:
            own = {"brief_id": site.brief.id, "influencer_id": kept.influencer_id}
            assert find_unplaced(session, **own) is None
            session.get_one(Influencer, kept.influencer_id).version += 1
            assert find_unplaced(session, **own) is not None

    def test_says_what_leaves_an_applicant_out(self, site):
        with site.rows() as session:
            brief = build_brief(session, site.brand, pricing=Pricing.LISTING, **BRIEF)
            site.brief = brief.brief
            person = build_influencer(session)
            listing = build_listing(session, person)
            application = deals.submit_application(
                session,
                actor=person.actor,
                brief_id=brief.brief.id,
                pitch="I bake every morning and film it.",
                listing_version_id=listing.version.id,
                now=START,
            ).id
        index_all(site.services, progress=lambda *_counts: None)
        with site.rows() as session:
            session.add(_kept(brief, person, refusal="too_expensive"))
        for page in pages(site, application):
            assert "Your search leaves them out: too expensive" in page

    def test_of_an_older_version_says_so_and_gives_way_to_one_of_this(self, site):
        visitor = ranked(site)
        (application,) = apply(site, site.bakers[0])
        with site.rows() as session:
            (run,) = session.query(MatchRun).all()
            run.brief_version_id = None
        assert all(
            "for an earlier version of the brief" in page for page in pages(site, application, visitor)
        )
        site.worker.settle()
        for page in pages(site, application, visitor):
            assert re.search(r"Score \d+ of 100", page)
            assert "for an earlier version of the brief" not in page

    def test_is_the_brands_to_read(self, site):
        ranked(site)
        (application,) = apply(site, site.bakers[0])
        page = site.visit_as(site.bakers[0].user).get(f"/applications/{application}").text
        assert "of 100" not in page

    def test_costs_as_many_statements_for_many_as_for_few(self, site):
        visitor = ranked(site)
        path = f"/briefs/{site.brief.id}/applications"
        counts = []
        for baker in site.bakers:
            apply(site, baker)
            with site.counting() as statements:
                visitor.get(path)
            counts.append(len(statements))
        assert len(set(counts)) == 1
        assert counts[0] <= STATEMENTS_MAX


def _kept(brief, person, *, refusal):
    return OwnPlace(
        brief_id=brief.brief.id,
        influencer_id=person.influencer.id,
        brief_version_id=brief.version.id,
        influencer_version=1,
        computed_at=START,
        pool_size=3,
        refusal=refusal,
        formula_version="1",
    )

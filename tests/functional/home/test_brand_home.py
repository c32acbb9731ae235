"""A brand's first page names what it began and did not hand in."""

from marketplace.brands.domain import BrandStatus
from marketplace.briefs import operations
from marketplace.briefs.models import Brief
from tests.builders.people import build_brand
from tests.clock import START


class TestBrandHome:
    def test_says_what_a_brand_waits_for_that_nobody_has_reviewed(self, market):
        with market.rows() as session:
            brand = build_brand(session)
            session.merge(brand.brand).status = BrandStatus.PENDING
        visitor = market.visit_as(brand.user)
        assert "nobody can apply to your briefs" in visitor.get("/home").text
        page = visitor.get("/brand").text
        assert "Waits for review" in page
        assert "Not started" not in page

    def test_leads_on_to_drafts_what_an_operator_asked_to_change_first(self, market):
        with market.rows() as session:
            brand = build_brand(session)
            briefs = [
                operations.create_brief(session, actor=brand.actor, draft={"title": title}, now=START)
                for title in ("Begun", "Sent back", "Handed in")
            ]
            ids = [brief.id for brief in briefs]
            session.get_one(Brief, ids[1]).status = "changes_requested"
            session.get_one(Brief, ids[2]).status = "submitted"
        page = market.visit_as(brand.user).get("/home").text
        assert "Nothing waits for you" not in page
        assert -1 < page.find(f"/briefs/{ids[1]}/edit") < page.find(f"/briefs/{ids[0]}/edit")
        assert f"/briefs/{ids[2]}/edit" not in page

"""A brand's first page names what it began and did not hand in."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.bookings.models import Deliverable
from marketplace.brands.domain import BrandStatus
from marketplace.briefs import operations
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief
from marketplace.deals import operations as deals
from marketplace.ids import new_id
from marketplace.matches.models import MatchRun
from marketplace.results.operations import enter_figures
from tests.builders.bookings import Stage, build_booking
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_influencer
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

    @pytest.mark.parametrize(
        ("stage", "button", "path"),
        [
            (Stage.ACCEPTED, "Pay", "/bookings/{booking}/pay"),
            (Stage.SUBMITTED, "Review the work", "/bookings/{booking}/work/{work}/review"),
        ],
    )
    def test_has_buttons_that_open_where_a_thing_is_done(self, market, stage, button, path):
        with market.rows() as session:
            deal = build_booking(session, stage=stage, now=market.clock())
            booking_id = deal.booking.id
            works = select(Deliverable.id).where(Deliverable.booking_id == booking_id)
            work_id = session.scalars(works.order_by(Deliverable.number)).first()
        page = market.visit_as(deal.brand.user).get("/home").text
        href = path.format(booking=booking_id, work=work_id)
        assert f'<a class="btn btn-trace" href="{href}">{button}</a>' in page
        assert f'<a href="/bookings/{booking_id}">' in page

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


def ranked(brief, *, pool_size):
    """A stored list of a brief that so many fit."""
    return MatchRun(
        id=new_id(),
        brief_id=brief.brief.id,
        brief_version_id=brief.version.id,
        created_at=START,
        criteria_hash="",
        criteria={},
        understood={},
        refusals={},
        pool_size=pool_size,
        generation="1",
        formula_version="1",
        formula={},
    )


class TestNextStep:
    """What is proposed where nothing waits: always one step with its button."""

    @pytest.mark.parametrize(
        ("pool_size", "words"),
        [
            (12, "nobody is asked yet. 12 specialists fit it: invite who suits you."),
            (1, "nobody is asked yet. 1 specialist fits it: invite who suits you."),
            (0, "nobody fits all of it. Its list says what to loosen."),
            (None, "nobody is asked yet. Rank the specialists who fit it."),
        ],
    )
    def test_leads_to_who_fits_an_open_brief(self, market, pool_size, words):
        with market.rows() as session:
            brand = build_brand(session)
            brief = build_brief(session, brand)
            if pool_size is not None:
                session.add(ranked(brief, pool_size=pool_size))
        page = market.visit_as(brand.user).get("/home").text
        assert words in page
        assert f'href="/briefs/{brief.brief.id}/matches">See who fits</a>' in page
        assert "Nothing waits for you" not in page

    def test_does_not_ask_to_invite_for_a_brief_that_has_somebody(self, market):
        with market.rows() as session:
            brand, person = build_brand(session), build_influencer(session)
            brief = build_brief(session, brand)
            invitation = deals.send_invitation(
                session,
                actor=brand.actor,
                brief_id=brief.brief.id,
                influencer_id=person.influencer.id,
                now=START,
            )
        visitor = market.visit_as(brand.user)
        page = visitor.get("/home").text
        assert "See who fits" not in page
        assert 'href="/briefs/new">Write the next brief</a>' in page
        with market.rows() as session:
            deals.decline_invitation(
                session, actor=person.actor, invitation_id=invitation.id, code="no_time", now=START
            )
        assert "See who fits" in visitor.get("/home").text

    def test_shows_who_would_fit_while_an_operator_reads(self, market):
        with market.rows() as session:
            brand = build_brand(session)
            brief = build_brief(session, brand)
            session.get_one(Brief, brief.brief.id).status = BriefStatus.SUBMITTED
        page = market.visit_as(brand.user).get("/home").text
        assert "is not open yet. You can already see who fits it" in page

    def test_does_not_say_invite_to_a_brand_that_cannot(self, market):
        with market.rows() as session:
            brand = build_brand(session)
            build_brief(session, brand)
            session.merge(brand.brand).status = BrandStatus.PENDING
        page = market.visit_as(brand.user).get("/home").text
        assert "invite who suits you" not in page
        assert "You can already see who fits it" in page

    def test_leaves_out_a_brief_whose_days_are_over(self, market):
        with market.rows() as session:
            brand = build_brand(session)
            brief = build_brief(session, brand)
            brief.version.starts_on = (START - timedelta(days=2)).date()
            brief.version.ends_on = (START - timedelta(days=1)).date()
        assert "See who fits" not in market.visit_as(brand.user).get("/home").text

    def test_asks_what_finished_work_earned_until_that_is_entered(self, market):
        with market.rows() as session:
            deal = build_booking(session, stage=Stage.COMPLETED)
            brief_id = deal.brief.brief.id
            session.get_one(Brief, brief_id).status = BriefStatus.CLOSED
        visitor = market.visit_as(deal.brand.user)
        assert f'href="/briefs/{brief_id}/report">Enter the results</a>' in visitor.get("/home").text
        with market.rows() as session:
            enter_figures(
                session,
                actor=deal.brand.actor,
                brief_id=brief_id,
                conversions=4,
                sales_minor=40_000,
                margin_bps=4_000,
                now=START,
            )
        page = visitor.get("/home").text
        assert "Enter the results" not in page
        assert "Write the next brief" in page

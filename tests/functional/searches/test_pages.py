"""Saved searches as a brand's people use them: save what is looked at, come back, see who is new, switch it off."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from marketplace.briefs.models import Brief
from marketplace.deals.invitations import send_invitation
from marketplace.influencers.models import Influencer
from marketplace.matches.indexing import index_all
from marketplace.matches.sentences import receipt_parts
from marketplace.notifications.models import MailMessage
from marketplace.notifications.switching import topics_off
from marketplace.searches.models import SavedSearch, SearchFind
from matching.receipts import Adjustment
from tests.builders.market import build_brief
from tests.builders.people import build_influencer, build_user, join_brand
from tests.functional.market_site import Visitor
from tests.functional.matches.matching_site import BRIEF, places, rank_in_cities
from tests.functional.matches.test_fits import change, notices


@pytest.fixture
def owner(site):
    return rank_in_cities(site, ("Riyadh", "Riyadh", "Jeddah"))


def save(site, visitor, name="Bakers of Riyadh", **fields):
    data = {"name": name, "pace": "off", "city": "Riyadh", **fields}
    answer = visitor.post(f"/briefs/{site.brief.id}/saved-searches", data)
    assert answer.status_code == 303, answer.text
    return answer.location


class TestSaving:
    def test_keeps_corrections_and_facets_under_a_name(self, site, owner):
        listed = owner.get(f"/briefs/{site.brief.id}/matches?city=Riyadh").text
        way = re.search(r'href="([^"]+/saved-searches/new\?city=Riyadh)"', listed)
        assert "Riyadh" in owner.get(way.group(1)).text
        address = save(site, owner)
        page = owner.get(address).text
        assert len(places(page)) == 2
        assert "Bakers of Riyadh" in owner.get("/saved-searches").text

    def test_asks_for_a_name_of_its_own_and_loses_nothing(self, site, owner):
        save(site, owner)
        for name in ("", "  Bakers  of Riyadh "):
            data = {"name": name, "pace": "weekly", "city": "Riyadh"}
            answer = owner.post(f"/briefs/{site.brief.id}/saved-searches", data)
            assert answer.status_code == 422
            assert 'name="city" value="Riyadh"' in answer.text
            assert re.search(r'value="weekly"[^>]*checked|checked[^>]*value="weekly"', answer.text)
        with site.rows() as session:
            assert len(session.scalars(select(SavedSearch)).all()) == 1

    def test_is_not_for_another_brand(self, site, owner):
        stranger = site.visit_as(site.other_brand.user)
        assert stranger.get(f"/briefs/{site.brief.id}/saved-searches/new").status_code == 404
        assert stranger.get(save(site, owner)).status_code == 404
        assert stranger.get("/saved-searches").text.count("Bakers of Riyadh") == 0


class TestOpening:
    def test_ranks_afresh_and_marks_who_is_new(self, site, owner):
        address = save(site, owner)
        with site.rows() as session:
            row = session.get_one(Influencer, site.bakers[2].influencer.id)
            row.city, row.version = "Riyadh", row.version + 1
        index_all(site.services, progress=lambda *_counts: None)
        site.clock.advance(timedelta(hours=1))
        assert owner.post(f"{address}/open").location == address
        page = owner.get(address).text
        assert len(places(page)) == 3
        assert page.count(">New<") == 1
        site.clock.advance(timedelta(hours=1))
        owner.post(f"{address}/open")
        assert owner.get(address).text.count(">New<") == 0, "it was seen"

    def test_leaves_the_brief_its_own_list(self, site, owner):
        before = owner.get(f"/briefs/{site.brief.id}/matches").text
        address = save(site, owner)
        owner.post(f"{address}/open")
        assert re.search(r"matches/(\w+)/compare", owner.get(address).text).group(1) not in before
        assert owner.get(f"/briefs/{site.brief.id}/matches").text.count("match-rank") == 3

    def test_says_who_of_the_list_has_no_receipt_in_it(self, site, owner):
        address = save(site, owner)
        assert "has no receipt in it" not in owner.get(address).text
        with site.rows() as session:
            search = session.scalars(select(SavedSearch)).one()
            back = build_influencer(session).influencer.id
            find = SearchFind(search_id=search.id, influencer_id=back, found_at=search.opened_at, rank=3)
            session.add(find)
        assert "1 who fits again has no receipt in it" in owner.get(address).text
        with site.rows() as session:
            session.get_one(Influencer, back).status = "suspended"
        assert "has no receipt in it" not in owner.get(address).text

    def test_offers_to_invite_nobody_twice(self, site, owner):
        address = save(site, owner)
        before = owner.get(address).text.count(">Invite<")
        with site.rows() as session:
            send_invitation(
                session,
                actor=site.brand.actor,
                brief_id=site.brief.id,
                influencer_id=site.bakers[0].influencer.id,
                now=site.clock(),
            )
        page = owner.get(address).text
        assert page.count(">Invite<") == before - 1
        assert "Waits for their answer" in page

    def test_says_that_its_chances_are_drawn_once(self, site):
        receipt = SimpleNamespace(parts=(), adjustments=(Adjustment("exposure", 1.5),), score=101.5)
        with site.app.test_request_context():
            notes = [receipt_parts(receipt, purpose=each)[0]["note"] for each in ("brief", "search")]
        assert "every brief and day" in notes[0]
        assert "once for this saved search" in notes[1]

    def test_is_over_with_the_brief(self, site, owner):
        address = save(site, owner)
        with site.rows() as session:
            session.get_one(Brief, site.brief.id).status = "closed"
        assert "nobody is looked for any more" in owner.get(address).text
        assert owner.post(f"{address}/open").status_code == 409

    def test_costs_at_most_twelve_statements_whatever_the_length(self, site, owner):
        address = save(site, owner)
        owner.post(f"{address}/open")
        for number in range(5):
            save(site, owner, name=f"Search {number}")
        for path in (address, "/saved-searches", f"/briefs/{site.brief.id}/saved-searches/new"):
            with site.counting() as seen:
                assert owner.get(path).status_code == 200
            assert len(seen) <= 12, path


class TestChanging:
    def test_is_for_who_saved_it_and_for_approvers(self, site, owner):
        address = save(site, owner)
        with site.rows() as session:
            buyer = build_user(session)
            join_brand(session, brand=site.brand.brand, user=buyer, role="buyer")
        visitor = site.visit_as(buyer)
        assert "Rename or delete" not in visitor.get(address).text
        assert visitor.post(f"{address}/rename", {"name": "Mine"}).status_code == 403
        assert visitor.post(f"{address}/delete").status_code == 403
        own = save(site, visitor, name="Of the buyer")
        assert visitor.post(f"{own}/rename", {"name": "Of us"}).status_code == 303
        assert visitor.post(f"{own}/rename", {"name": "Bakers of Riyadh"}).status_code == 422
        assert owner.post(f"{own}/delete").status_code == 303
        assert visitor.get(own).status_code == 404
        save(site, visitor, name="Of us")

    def test_sets_what_one_person_hears(self, site, owner):
        address = save(site, owner)
        owner.post(f"{address}/alert", {"pace": "daily"})
        assert "Once a day" in owner.get("/saved-searches").text
        assert owner.post(f"{address}/alert", {"pace": "hourly"}).status_code == 422


class TestMailSettings:
    def test_switch_the_mail_of_fits_off_and_on(self, site, owner):
        page = owner.get("/settings/mail").text
        assert 'name="fits"' in page
        assert 'name="searches"' in page
        owner.post("/settings/mail", {"searches": "y"})
        assert not re.search(r'name="fits"[^>]*checked', owner.get("/settings/mail").text)
        baker = site.visit_as(site.bakers[0].user)
        assert 'name="searches"' not in baker.get("/settings/mail").text

    def test_follow_the_link_of_a_mail_without_signing_in(self, site):
        change(site, site.bakers[0], bio="baking cakes bread oven sourdough")
        assert len(mails(site, site.bakers[0].user)) == 1
        link = re.search(r"http://\S+(/mail/off/\S+)", mails(site, site.bakers[0].user)[0].body).group(1)
        anybody = Visitor(site.app.test_client())
        assert anybody.get(link[:-1] + "x").status_code == 404
        assert "Stop this mail" in anybody.get(link).text
        assert "no more mail" in anybody.get(anybody.post(link).location).text
        with site.rows() as session:
            build_brief(session, site.brand, **BRIEF)
        change(site, site.bakers[0])
        assert len(mails(site, site.bakers[0].user)) == 1, "the second one was told by a notice alone"
        assert len(notices(site, "match.fits")) == 2

    def test_is_stopped_by_a_mail_program_that_has_no_cookie_and_follows_nowhere(self, site):
        change(site, site.bakers[0], bio="baking cakes bread oven sourdough")
        mail = next(sent for sent in site.services.mailer.sent if sent.recipient == site.bakers[0].user.email)
        assert mail.stop_address in mail.body
        path = mail.stop_address.removeprefix(site.services.settings.base_url)
        program = site.app.test_client()
        answer = program.post(path, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
        assert program.post(f"{path}x", data={"List-Unsubscribe": "One-Click"}).status_code == 404
        with site.rows() as session:
            assert topics_off(session, user_id=site.bakers[0].user.id) == {"fits"}


def mails(site, user):
    with site.rows() as session:
        statement = select(MailMessage).where(
            MailMessage.user_id == user.id, MailMessage.kind == "match.fits"
        )
        return list(session.scalars(statement))

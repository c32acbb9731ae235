"""The basket's page: choosing, looking, taking the proof, inviting in one step."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.baskets.domain import InviteOutcome, ProofState
from marketplace.baskets.models import Basket, BasketInvitation
from marketplace.deals.models import Invitation
from marketplace.influencers.models import Influencer
from marketplace.matches.models import MatchResult
from tests.functional.matches.test_matches import run
from tests.functional.rendered_forms import fields_of


@pytest.fixture
def visitor(site):
    run(site)
    visitor = site.visit_as(site.brand.user)
    visitor.get(f"/briefs/{site.brief.id}/basket")
    return visitor


def address(site, rest=""):
    return f"/briefs/{site.brief.id}/basket{rest}"


def choose(site, visitor, **typed):
    answer = visitor.post(address(site), typed)
    assert answer.status_code in {303, 422}, answer.text
    return answer


def wishes(**changed):
    return {"budget": "10000", "count_most": "2", "per_topic_most": "", "arabic_percent": "0", **changed}


def stored(site):
    with site.rows() as session:
        return session.scalars(select(Basket)).one()


class TestChoose:
    def test_begins_with_what_the_brief_asks(self, site, visitor):
        assert "Choose a basket" in visitor.get(address(site)).text
        choose(site, visitor)
        basket = stored(site)
        assert basket.wishes["budget_minor"] == 1_000_000
        assert len(basket.figures["ids"]) == 2
        assert basket.figures["cost_minor"] <= basket.wishes["budget_minor"]

    def test_says_that_nobody_has_a_price_for_the_work_rather_than_that_the_budget_is_small(
        self, site, visitor
    ):
        choose(site, visitor)
        with site.rows() as session:
            basket = session.scalars(select(Basket)).one()
            basket.pool = basket.pool | {"offers": []}
            basket.figures = basket.figures | {"ids": []}
        page = visitor.get(address(site)).text
        assert "Nobody in the list has a listed price for exactly the work" in page
        assert "Raise it" not in page

    def test_takes_arabic_digits_and_says_beside_the_field_what_is_no_number(self, site, visitor):
        choose(site, visitor)
        choose(site, visitor, **wishes(budget="١٠٬٠٠٠", count_most="١"))
        assert len(stored(site).figures["ids"]) == 1
        answer = choose(site, visitor, **wishes(count_most="two"))
        assert (answer.status_code, "Type a whole number." in answer.text) == (422, True)
        assert 'id="count_most-error"' in answer.text

    def test_keeps_the_budget_the_count_and_the_ticks(self, site, visitor):
        choose(site, visitor)
        one, two, three = sorted(baker.influencer.id for baker in site.bakers)
        choose(site, visitor, **wishes(count_most="1", kept=three, dropped=one))
        assert stored(site).figures["ids"] == [three]
        choose(site, visitor, **wishes(budget="2,500", dropped=[one, three]))
        assert stored(site).figures["ids"] == [two]

    def test_says_beside_the_field_what_is_wrong_and_keeps_what_was_typed(self, site, visitor):
        choose(site, visitor)
        answer = choose(site, visitor, **wishes(budget="a lot"))
        assert answer.status_code == 422
        assert "a lot" in answer.text
        assert "Type the amount as digits" in answer.text

    def test_reads_arabic_digits(self, site, visitor):
        choose(site, visitor)
        choose(site, visitor, **wishes(budget="٤٠٠٠"))
        assert stored(site).wishes["budget_minor"] == 400_000

    def test_says_which_limit_cannot_be_kept(self, site, visitor):
        choose(site, visitor)
        both = [baker.influencer.id for baker in site.bakers[:2]]
        choose(site, visitor, **wishes(budget="2500", kept=both))
        assert "cost more than the budget" in visitor.get(address(site)).text

    def test_asks_for_the_list_first(self, site):
        visitor = site.visit_as(site.brand.user)
        visitor.get(address(site))
        choose(site, visitor)
        assert "chosen from the ranked list" in visitor.get(address(site)).text

    def test_is_nobody_elses(self, site, visitor):
        stranger = site.visit_as(site.other_brand.user)
        assert stranger.get(address(site)).status_code == 404
        assert stranger.post(address(site), wishes()).status_code == 404


class TestLook:
    def test_shows_people_prices_and_what_lies_beside(self, site, visitor):
        choose(site, visitor, **wishes())
        text = visitor.get(address(site)).text
        for words in (
            "specialists together reach about",
            "One celebrity or a basket",
            "The same money, side by side: SAR 4,000, which the basket spends",
            "Platform fee",
            "First left out",
        ):
            assert words in text

    def test_announces_only_to_a_live_form(self, site, visitor):
        choose(site, visitor)
        assert "data-announce" not in visitor.get(address(site)).text.split('id="basket"')[1]
        live = visitor.get(address(site), headers={"HX-Request": "true"}).text
        assert "data-announce" in live.split('id="basket"')[1]


class TestProof:
    def test_follows_in_the_background(self, site, visitor):
        choose(site, visitor)
        assert "being worked out" in visitor.get(address(site)).text
        site.clock.advance(timedelta(seconds=5))
        site.worker.settle()
        basket = stored(site)
        assert basket.proof_state == ProofState.PROVEN
        assert basket.proof["share"] >= 0.999
        assert "Within 0.1% of the best possible" in visitor.get(address(site)).text

    def test_of_an_older_choice_is_dropped(self, site, visitor):
        choose(site, visitor)
        choose(site, visitor, **wishes(count_most="1"))
        site.clock.advance(timedelta(seconds=5))
        site.worker.settle()
        assert stored(site).proof_state == ProofState.PROVEN
        with site.rows() as session:
            session.scalars(select(Basket)).one().proof = {}
        site.worker.settle()
        assert stored(site).proof == {}

    def test_can_be_taken_when_it_found_more(self, site, visitor):
        choose(site, visitor)
        ids = sorted(baker.influencer.id for baker in site.bakers)
        with site.rows() as session:
            row = session.scalars(select(Basket)).one()
            better = [each for each in ids if each not in row.figures["ids"]]
            row.proof_state = ProofState.PROVEN
            row.proof = {"share": 0.9, "best_share": 1.0, "better_ids": better, "better_cost_minor": 200_000}
        assert "The proof found a better basket" in visitor.get(address(site)).text
        assert visitor.post(address(site, "/proven")).status_code == 303
        assert stored(site).figures["ids"] == better
        assert visitor.post(address(site, "/proven")).status_code == 409


class TestInvite:
    def test_sends_each_by_the_real_operation(self, site, visitor):
        choose(site, visitor)
        filled = fields_of(visitor.get(address(site)).text, address(site, "/invitations"))
        answer = visitor.post(address(site, "/invitations"), filled | {"message": "Dear bakers"})
        assert answer.status_code == 303
        chosen = set(stored(site).figures["ids"])
        with site.rows() as session:
            invitations = session.scalars(select(Invitation)).all()
            assert {row.message for row in invitations} == {"Dear bakers"}
            assert {row.influencer_id for row in invitations} == chosen
            assert all(row.listing_version_id for row in invitations)
        assert "Everybody in the basket is invited" in visitor.get(address(site)).text

    def test_says_beside_the_field_what_is_wrong_with_the_message_and_keeps_it(self, site, visitor):
        choose(site, visitor)
        filled = fields_of(visitor.get(address(site)).text, address(site, "/invitations"))
        answer = visitor.post(address(site, "/invitations"), filled | {"message": "Dear " * 500})
        assert answer.status_code == 422
        assert 'id="message-error"' in answer.text
        assert "Dear Dear Dear" in answer.text
        assert fields_of(answer.text, address(site, "/invitations"))["revision"] == "1"

    def test_tells_of_each_who_could_not_be_invited(self, site, visitor):
        choose(site, visitor)
        first, second = stored(site).figures["ids"]
        with site.rows() as session:
            session.get_one(Influencer, first).open_slots = 0
        visitor.post(address(site, "/invitations"), {"revision": "1"})
        with site.rows() as session:
            rows = {row.influencer_id: row for row in session.scalars(select(BasketInvitation))}
        assert rows[first].outcome == InviteOutcome.REFUSED
        assert rows[first].refusal_codes == ["no_free_slot"]
        assert rows[second].outcome == InviteOutcome.SENT
        text = visitor.get(address(site)).text
        assert "no free slot" in text
        assert "Invite 1 person" in text

    def test_invites_nobody_twice(self, site, visitor):
        choose(site, visitor)
        for _again in range(2):
            visitor.post(address(site, "/invitations"), {"revision": "1"})
        with site.rows() as session:
            assert len(session.scalars(select(Invitation)).all()) == 2

    def test_counts_only_those_who_were_not_invited_before(self, site, visitor):
        choose(site, visitor)
        first = stored(site).figures["ids"][0]
        visitor.post(f"/briefs/{site.brief.id}/invite/{first}", {"message": "Dear baker"})
        visitor.post(address(site, "/invitations"), {"revision": "1"})
        assert "1 person is invited." in visitor.get(address(site)).text

    def test_refuses_a_basket_that_was_not_looked_at(self, site, visitor):
        choose(site, visitor)
        choose(site, visitor, **wishes(count_most="1"))
        visitor.post(address(site, "/invitations"), {"revision": "1"})
        with site.rows() as session:
            assert session.scalars(select(Invitation)).all() == []
        assert "has changed since you looked" in visitor.get(address(site)).text


class TestDeals:
    def test_shows_what_stands_with_each_and_invites_only_the_others(self, site, visitor):
        choose(site, visitor)
        first = stored(site).figures["ids"][0]
        visitor.get(f"/briefs/{site.brief.id}/invite/{first}")
        visitor.post(f"/briefs/{site.brief.id}/invite/{first}", {"message": "Dear baker"})
        with site.rows() as session:
            sent = session.scalars(select(Invitation)).one()
        for page in (address(site), f"/briefs/{site.brief.id}/matches"):
            assert f'href="/invitations/{sent.id}"' in visitor.get(page).text
        assert f"/invite/{first}" not in visitor.get(f"/briefs/{site.brief.id}/matches").text
        assert "Invite 1 person" in visitor.get(address(site)).text

    def test_chooses_nobody_again_who_is_booked(self, site, visitor):
        choose(site, visitor)
        first = stored(site).figures["ids"][0]
        visitor.get(f"/briefs/{site.brief.id}/invite/{first}")
        visitor.post(f"/briefs/{site.brief.id}/invite/{first}", {"message": "Dear baker"})
        with site.rows() as session:
            session.scalars(select(Invitation)).one().status = "booked"
        assert "Booked" in visitor.get(address(site)).text
        choose(site, visitor, **wishes())
        assert first not in stored(site).figures["ids"]
        assert "booked for this brief already" in visitor.get(address(site)).text


class TestDistant:
    def test_are_in_only_when_they_must_be_and_are_named(self, site, visitor):
        with site.rows() as session:
            place = session.scalars(select(MatchResult).order_by(MatchResult.rank.desc())).first()
            parts = [part | {"points": 20.0} for part in place.receipt["parts"]]
            place.receipt = place.receipt | {"parts": parts}
            distant = place.influencer_id
        choose(site, visitor, **wishes(count_most="3"))
        choose(site, visitor, **wishes(count_most="3"))
        assert distant not in stored(site).figures["ids"]
        assert "1 more of the list has a price but is only distantly" in visitor.get(address(site)).text
        choose(site, visitor, **wishes(count_most="3", kept=distant))
        assert distant in stored(site).figures["ids"]
        assert "only distantly related" in visitor.get(address(site)).text

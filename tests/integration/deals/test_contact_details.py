"""Ways to reach somebody elsewhere are refused on every way to a deal, until the payment is held."""

import pytest

from marketplace.bookings import operations as bookings
from marketplace.deals import operations as deals
from marketplace.deals.records import ContactDetailsTooEarly
from marketplace.quotes.pricing import Choices
from tests.builders.bookings import Stage, build_booking
from tests.builders.market import build_brief, build_listing
from tests.builders.people import build_brand, build_influencer
from tests.clock import START

NUMBER = "راسلوني على ٠٥٠ ٠٠٠ ٠٠٠٠"


class TestFirstWords:
    def test_of_an_application(self, session):
        influencer, brief = build_influencer(session), build_brief(session, build_brand(session))
        with pytest.raises(ContactDetailsTooEarly) as refused:
            deals.submit_application(
                session, actor=influencer.actor, brief_id=brief.brief.id, pitch=NUMBER, now=START
            )
        assert set(refused.value.fields) == {"pitch"}
        assert "phone number" in str(refused.value.message)

    def test_names_everything_to_leave_out_at_once(self, session):
        influencer, brief = build_influencer(session), build_brief(session, build_brand(session))
        with pytest.raises(ContactDetailsTooEarly) as refused:
            deals.submit_application(
                session,
                actor=influencer.actor,
                brief_id=brief.brief.id,
                pitch=f"{NUMBER}, noura@mail.example",
                now=START,
            )
        assert "the mail address and the phone number" in str(refused.value.message)

    def test_of_an_invitation(self, session):
        influencer, brand = build_influencer(session), build_brand(session)
        brief = build_brief(session, brand)
        with pytest.raises(ContactDetailsTooEarly) as refused:
            deals.send_invitation(
                session,
                actor=brand.actor,
                brief_id=brief.brief.id,
                influencer_id=influencer.influencer.id,
                message="t.me/brand",
                now=START,
            )
        assert set(refused.value.fields) == {"message"}

    def test_of_an_order(self, session):
        listing = build_listing(session, build_influencer(session))
        with pytest.raises(ContactDetailsTooEarly):
            deals.place_order(
                session,
                actor=build_brand(session).actor,
                listing_version_id=listing.version.id,
                choices=Choices(),
                message="mail us: ads@brand.example",
                now=START,
            )


class TestRefusalNote:
    def test_of_a_brand_to_an_application(self, session):
        brand, influencer = build_brand(session), build_influencer(session)
        brief = build_brief(session, brand)
        application = deals.submit_application(
            session, actor=influencer.actor, brief_id=brief.brief.id, pitch="I film it.", now=START
        )
        with pytest.raises(ContactDetailsTooEarly) as refused:
            deals.refuse_application(
                session,
                actor=brand.actor,
                application_id=application.id,
                code="audience",
                note=NUMBER,
                now=START,
            )
        assert set(refused.value.fields) == {"note"}
        assert application.status == "submitted"

    def test_of_an_influencer_to_an_invitation(self, session):
        brand, influencer = build_brand(session), build_influencer(session)
        brief = build_brief(session, brand)
        invitation = deals.send_invitation(
            session,
            actor=brand.actor,
            brief_id=brief.brief.id,
            influencer_id=influencer.influencer.id,
            now=START,
        )
        with pytest.raises(ContactDetailsTooEarly) as refused:
            deals.decline_invitation(
                session,
                actor=influencer.actor,
                invitation_id=invitation.id,
                code="no_time",
                note="wa.me/9665",
                now=START,
            )
        assert set(refused.value.fields) == {"note"}
        assert invitation.status == "sent"


class TestMessage:
    def test_is_refused_before_the_payment_is_held(self, session):
        deal = build_booking(session, stage=Stage.ACCEPTED)
        for side in (deal.brand, deal.influencer):
            with pytest.raises(ContactDetailsTooEarly) as refused:
                bookings.send_message(
                    session, actor=side.actor, booking_id=deal.booked.id, text=NUMBER, now=START
                )
            assert set(refused.value.fields) == {"text"}

    def test_is_free_once_it_is(self, session):
        deal = build_booking(session, stage=Stage.ACTIVE)
        sent = bookings.send_message(
            session, actor=deal.brand.actor, booking_id=deal.booked.id, text=NUMBER, now=START
        )
        assert sent.text == NUMBER

"""A brand that signs up by itself: what it, an operator and an influencer read until it is approved, and after."""

import re

import pytest
from sqlalchemy import select

from marketplace.moderation.models import ModerationCase
from marketplace.notifications.models import MailMessage
from tests.builders.people import build_influencer, build_operator
from tests.functional.briefs.test_editor import FORM, revision_of
from tests.functional.market_site import MarketSite, Visitor

PERSON = {
    "display_name": "Sara", "email": "sara@shop.example.com", "password": "three quiet palms at dawn",
    "brand_name": "Qahwa House", "country": "SA", "category": "food",
}  # fmt: skip
APPROVE = {
    "revision": "1", "action": "approve", "policy_code": "truthful", "reason_en": "In order.", "reason_ar": "سليم.",
}  # fmt: skip
LINK = re.compile(r"http://localhost:\d+(/\S+)")
STANDING = "Until it is approved, nobody can apply to your briefs or be invited."
NOT_APPROVED = "The brand is not approved at present."


def sign_up(market: MarketSite) -> Visitor:
    """Sign up by the form, confirm by the link of the mail."""
    brand = Visitor(market.app.test_client())
    brand.get("/sign-up/brand")
    assert brand.post("/sign-up/brand", PERSON).status_code == 200
    with market.rows() as session:
        link = LINK.search(session.scalars(select(MailMessage.body)).one())
    assert link is not None
    brand.get(link.group(1))
    assert brand.post(link.group(1)).location == "/home"
    return brand


def hand_in(brand: Visitor) -> str:
    """Write a brief in the editor and hand it in; returns its address."""
    brand.get("/briefs/new")
    editor = brand.post("/briefs/new", {"title": "Cold brew at home", "language": "en"}).location
    revision = revision_of(brand.get(editor))
    handed_in = brand.post(editor, FORM | {"revision": revision, "submit": "1"})
    assert handed_in.location == editor.removesuffix("/edit"), handed_in.text
    return handed_in.location


def approve(market: MarketSite, operator: Visitor, subject_type: str) -> str:
    """Decide the open case of this kind; returns what the operator read on it."""
    market.work()
    with market.rows() as session:
        case = select(ModerationCase.id).where(ModerationCase.subject_type == subject_type)
        at = f"/operate/cases/{session.scalars(case).one()}"
    operator.get(at)
    operator.post(f"{at}/claim")
    page = operator.get(at).text
    assert operator.post(f"{at}/decide", APPROVE).status_code == 303
    market.work()
    return page


@pytest.fixture
def people(market):
    with market.rows() as session:
        side, operator = build_influencer(session), build_operator(session).user
    return side.influencer.id, market.visit_as(side.user), market.visit_as(operator)


def test_of_a_new_brand_is_answered_once_the_brand_is_approved_and_says_so_until_then(market, people):
    influencer_id, influencer, operator = people
    brand = sign_up(market)
    brief = hand_in(brand)
    case = approve(market, operator, "brief")
    assert "The brand is not reviewed yet" in case
    assert "Open the case of the brand" in case
    assert "What is made" in case  # as influencers read it
    assert "Shows the whole brewing" in case
    assert "<dt>Currency</dt>" not in case

    invite, open_brief = f"{brief}/invite/{influencer_id}", brief.replace("/briefs/", "/briefs/open/")
    apply = brief.replace("/briefs/", "/open-briefs/") + "/apply"
    for path in ("/home", "/brand", "/briefs", brief, f"{brief}/matches", invite):
        assert STANDING in brand.get(path).text, path
    page = brand.get(brief).text
    assert ("Influencers can apply." in page, "Waits for your brand" in page) == (False, True)
    assert brand.post(invite, {"message": "Hello"}).status_code == 422
    assert brief not in influencer.get("/briefs/open").text
    for path in (open_brief, apply):
        assert NOT_APPROVED in influencer.get(path).text, path
    assert f'href="{apply}"' not in influencer.get(open_brief).text

    assert "Left empty: Name in Arabic, Website, City, About the brand" in approve(market, operator, "brand")
    for path in ("/home", "/brand", brief, invite):
        assert STANDING not in brand.get(path).text, path
    assert "Influencers can apply." in brand.get(brief).text
    assert f'href="{apply}"' in influencer.get(open_brief).text
    assert brand.post(invite, {"message": "Hello"}).status_code == 303
    assert "Cold brew at home" in influencer.get("/invitations").text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("changes_requested", "An operator asked for changes in your brand"),
        ("rejected", "An operator refused your brand"),
        ("suspended", "Your brand is suspended"),
    ],
)
def test_that_was_refused_names_the_decision(market, status, words):
    brand = sign_up(market)
    with market.rows() as session:
        session.execute(ModerationCase.metadata.tables["brand"].update().values(status=status))
    page = brand.get("/home").text
    assert words in page
    assert 'href="/decisions"' in page

"""The price card is one object: page, API, mail and PDF say the same lines, to both sides and in both languages."""

import html
import re

import pytest

from marketplace.accounts.operations import add_api_key
from marketplace.announcements.operations import announce
from marketplace.documents.card_sheets import sheet_of_card
from marketplace.notifications.models import MailMessage
from marketplace.quotes.cards import card_of_quote
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.web.formats import money
from marketplace.web.language import force_locale
from tests.builders.bookings import build_quote
from tests.builders.people import build_brand, build_influencer
from tests.builders.taxes import build_tax_status

LINE = re.compile(
    r'<dt>(?P<label>[^<]+)(?:<span class="small quiet">(?P<note>[^<]*)</span>)?</dt><dd><bdi class="amount">(?P<sum>[^<]+)</bdi>'
)


@pytest.fixture(params=["en", "ar"])
def language(request):
    return request.param


@pytest.fixture
def deal(market, language):
    """A quote whose influencer is registered for tax; both sides read the language."""
    with market.rows() as session:
        brand, influencer = build_brand(session), build_influencer(session)
        build_tax_status(session, influencer, country="SA", number="300000000000003")
        brand.user.language = influencer.user.language = language
        return build_quote(session, brand=brand, influencer=influencer)


def read_page(market, user, deal):
    page = market.visit_as(user).get(f"/quotes/{deal.quote.id}").text
    card = page.split('class="price-lines"')[1].split("</dl>", maxsplit=1)[0]
    return [
        (html.unescape(found["label"]), html.unescape(found["note"] or ""), found["sum"])
        for found in LINE.finditer(card)
    ]


def read_api(market, user, deal, language):
    with market.rows() as session:
        key = add_api_key(session, user=session.merge(user), name="k", scopes=["read"], now=market.clock())[1]
    answer = market.app.test_client().get(
        f"/api/v1/quotes/{deal.quote.id}",
        headers={"Authorization": f"Bearer {key}", "Accept-Language": language},
    )
    with market.app.test_request_context(), force_locale(language):
        return [
            (line["label"], line["note"], money(line["amount"]["amount_minor"], line["amount"]["currency"]))
            for line in answer.json["lines"]
        ]


def read_mail(market, deal):
    with market.app.app_context(), market.rows() as session:
        announce(session, market.services, event="quote.created", payload={"quote_id": deal.quote.id})
    with market.rows() as session:
        body = session.query(MailMessage).filter_by(kind="quote.created").one().body
    return list(body.split("\n\n")[2].split("\n"))


def read_sheet(market, deal, language):
    with market.rows() as session, market.app.test_request_context(), force_locale(language):
        quote = session.get_one(Quote, deal.quote.id)
        card = card_of_quote(quote, session.get_one(TermsSnapshot, quote.terms_id))
        rows = sheet_of_card(card, brand="x", influencer="y").rows
        return [(row.label, row.note, row.value) for row in rows]


class TestPriceCard:
    def test_says_the_same_everywhere(self, market, deal, language):
        lines = read_page(market, deal.brand.user, deal)
        assert len(lines) == 5
        assert lines == read_page(market, deal.influencer.user, deal)
        assert lines == read_api(market, deal.brand.user, deal, language)
        assert lines == read_sheet(market, deal, language)
        texts = [f"{label}: {amount}" + (f" ({note})" if note else "") for label, note, amount in lines]
        assert read_mail(market, deal) == texts

    def test_tells_the_tax_inside_the_price_before_anybody_pays(self, market, deal, language):
        note = read_page(market, deal.brand.user, deal)[1][1]
        assert "260.87" in note  # of 2,000 with 15 percent inside

    def test_is_a_file_for_both_sides(self, market, deal, language):
        files = [
            market.visit_as(user).get(f"/quotes/{deal.quote.id}/pdf").data
            for user in (deal.brand.user, deal.influencer.user)
        ]
        assert files[0].startswith(b"%PDF-")
        assert files[0] == files[1]
